"""Averages over labels are scikit-learn's where every predicted label is in the gold, and never flatter beyond."""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap
from sklearn.metrics import precision_recall_fscore_support

from goldwire import score
from goldwire.cli.score import command
from goldwire.document import Document, Mention
from goldwire.eval.counts import macro, weighted
from goldwire.eval.layers.label_pairs import tacred
from goldwire.eval.scores import Resampling, document_means

LABELS = st.sampled_from(["per:title", "per:age", "org:founded", "no_relation"])


@settings(max_examples=150)
@given(st.lists(st.tuples(LABELS, LABELS), min_size=1, max_size=20))
def test_averages_are_scikit_learns_or_less(pairs):
    gold, pred = (list(side) for side in zip(*pairs, strict=True))
    counts = tacred(gold, pred)
    used = sorted(set(gold) - {"no_relation"})
    if not used:
        return
    theirs = precision_recall_fscore_support(
        gold, pred, labels=list(counts.labels), average="weighted", zero_division=0
    )
    ours = weighted(counts.total())
    if list(counts.labels) == used:
        assert ours == pytest.approx(theirs[:3])
        if set(pred) >= set(used):
            told = precision_recall_fscore_support(gold, pred, labels=used, average="macro", zero_division=0)
            assert macro(counts.total()) == pytest.approx(told[:3])
    else:
        assert ours[1] == pytest.approx(theirs[1])
        assert (ours <= np.array(theirs[:3]) + 1e-12).all()


def test_a_label_that_is_only_predicted_costs_weighted_precision():
    counts = tacred(["per:title", "per:title", "no_relation"], ["per:title", "per:title", "per:age"])
    assert weighted(counts.total()) == pytest.approx([2 / 3, 1, 2 / 3])


def test_means_over_documents_leave_out_those_where_a_figure_is_undefined():
    def document(name, *labels):
        return Document(name, "", tuple(Mention(n, n + 1, label) for n, label in enumerate(labels)))

    gold = [document("a", "PER"), document("b"), document("c", "PER", "ORG")]
    pred = [document("a", "PER"), document("b"), document("c", "PER", "PER")]
    means = {row.measure: row for row in document_means(score(gold, pred))}
    assert means["mentions/strict"][1:5] == ("mean of 2", 0.75, 0.75, 0.75)
    assert (means["mentions/strict"].gold, means["mentions/strict"].correct) == (3, 2)


def test_intervals_of_means_over_documents_are_those_that_scipy_draws():
    rng = np.random.default_rng(7)
    found = rng.integers(1, 5, (30, 2)).tolist()
    gold, pred = (
        [
            Document(f"d{n}", "", tuple(Mention(k, k + 1, "PER") for k in range(sizes[side])))
            for n, sizes in enumerate(found)
        ]
        for side in (0, 1)
    )
    row = next(document_means(score(gold, pred), Resampling(10_000)))
    each = np.array([2 * min(sizes) / sum(sizes) for sizes in found])
    theirs = bootstrap((each,), np.mean, method="percentile", n_resamples=10_000, rng=rng).confidence_interval
    assert (row.low, row.high) == pytest.approx(tuple(theirs), abs=4e-3)


def test_means_over_documents_are_of_documents_also_where_sentences_are_drawn(tmp_path):
    start = "-DOCSTART- O\n\n"
    (tmp_path / "gold").write_text(f"{start}Boeing B-ORG\n\nin O\nParis B-GPE\n\n{start}Airbus B-ORG\n\nrose O\n")
    (tmp_path / "pred").write_text(f"{start}Boeing B-ORG\n\nin O\nParis O\n\n{start}Airbus B-ORG\n\nrose B-ORG\n")
    words = [str(tmp_path / "pred"), "--gold", str(tmp_path / "gold"), "--by-document", "--json"]
    plain, drawn = (
        json.loads(CliRunner().invoke(command, [*words, *more]).stdout)["means over documents"][0]
        for more in ([], ["--bootstrap", "50"])
    )
    assert plain["name"] == drawn["name"] == "mean of 2"
    assert (plain["f1"], plain["low"]) == (drawn["f1"], None) and drawn["low"] <= drawn["f1"] <= drawn["high"]
