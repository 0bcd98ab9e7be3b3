"""Kappa and alpha against nltk and krippendorff, and where they are undefined."""

import math

import krippendorff
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask

from goldwire.eval.agreement.kappa import cohen_kappa, fleiss_kappa, nominal_alpha

LABELS = "OPG"
three = st.integers(2, 12).flatmap(
    lambda n: st.tuples(*[st.lists(st.sampled_from(LABELS), min_size=n, max_size=n)] * 3)
)


def task(annotators):
    return AnnotationTask([(who, n, label) for who, mine in enumerate(annotators) for n, label in enumerate(mine)])


@given(three)
def test_cohens_kappa_equals_nltks(annotators):
    one, other, _ = annotators
    assume(len({*one, *other}) > 1)
    assert cohen_kappa(one, other) == pytest.approx(task([one, other]).kappa())


@given(three)
def test_krippendorffs_alpha_equals_that_of_the_krippendorff_package(annotators):
    assume(len({label for mine in annotators for label in mine}) > 1)
    coded = [[LABELS.index(label) for label in mine] for mine in annotators]
    expected = krippendorff.alpha(reliability_data=coded, level_of_measurement="nominal")
    assert nominal_alpha(annotators) == pytest.approx(expected)


@given(three, st.integers(0, 1))
def test_alpha_with_a_thing_left_out_equals_that_of_the_krippendorff_package(annotators, place):
    one, other, third = annotators
    third = [None if n == place else label for n, label in enumerate(third)]
    assume(len({*one, *other, *third} - {None}) > 1)
    coded = [[math.nan if label is None else LABELS.index(label) for label in mine] for mine in (one, other, third)]
    expected = krippendorff.alpha(reliability_data=coded, level_of_measurement="nominal")
    assert nominal_alpha([one, other, third]) == pytest.approx(expected)


def test_fleiss_own_example_comes_out():
    # Fleiss 1971, table 1 as commonly reprinted: 14 raters, 10 subjects, kappa 0.210.
    table = ((0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1))
    table += ((7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7))
    rows = [[label for label, n in enumerate(row) for _ in range(n)] for row in table]
    assert fleiss_kappa(list(zip(*rows, strict=True))) == pytest.approx(0.210, abs=5e-4)


@given(three)
def test_two_annotators_of_opposite_order_agree_the_same(annotators):
    one, other, third = annotators
    assert cohen_kappa(one, other) == pytest.approx(cohen_kappa(other, one), nan_ok=True)
    assert fleiss_kappa([one, other, third]) == pytest.approx(fleiss_kappa([third, one, other]), nan_ok=True)


def test_one_category_is_undefined():
    assert all(math.isnan(value) for value in (cohen_kappa("OO", "OO"), fleiss_kappa(["OO", "OO"])))
    assert math.isnan(nominal_alpha(["OO", "OO"]))
    assert math.isnan(cohen_kappa("", ""))
