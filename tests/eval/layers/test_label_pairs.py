"""Labels of given pairs as TACRED and SemEval-2010 task 8 score them."""

import pytest

from goldwire.errors import InputError
from goldwire.eval.counts import macro, micro
from goldwire.eval.layers.label_pairs import semeval2010, tacred


def test_tacred_leaves_the_negative_label_out():
    counts = tacred(["per:title", "no_relation", "org:founded"], ["per:title", "org:founded", "no_relation"])
    assert micro(counts.total()).tolist() == [0.5, 0.5, 0.5]


def test_semeval_counts_a_wrong_direction_as_wrong_and_averages_over_relations():
    gold = ["Cause-Effect(e1,e2)", "Other", "Component-Whole(e1,e2)"]
    pred = ["Cause-Effect(e2,e1)", "Cause-Effect(e1,e2)", "Component-Whole(e1,e2)"]
    total = semeval2010(gold, pred).total()
    assert macro(total)[2] == 0.5
    assert micro(total)[2] == pytest.approx(0.4)


def test_unequal_lengths_are_refused():
    with pytest.raises(InputError, match="1 labels for 2 items"):
        tacred(["a", "b"], ["a"])
