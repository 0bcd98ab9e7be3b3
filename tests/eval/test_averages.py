"""Averages over labels are scikit-learn's where every predicted label is in the gold, and never flatter beyond."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_fscore_support

from goldwire.eval.counts import macro, weighted
from goldwire.eval.layers.label_pairs import tacred

LABELS = st.sampled_from(["per:title", "per:age", "org:founded", "no_relation"])


@settings(max_examples=150, deadline=None)
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
