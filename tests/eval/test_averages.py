"""Averages over labels are scikit-learn's where every predicted label is in the gold, and never flatter beyond."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_fscore_support

from goldwire import score
from goldwire.document import Document, Mention
from goldwire.eval.counts import macro, weighted
from goldwire.eval.layers.label_pairs import tacred
from goldwire.eval.scores import document_means

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
