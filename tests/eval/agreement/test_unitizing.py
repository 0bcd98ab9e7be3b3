"""Alpha for unitizing against Krippendorff's own worked example and what must hold of any coefficient."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.eval.agreement.unitizing import category_alpha, unitizing_alpha

# Krippendorff 2004, p. 254: a continuum of 300 that begins at 150; here it begins at 0.
ONE = {"c": [(75, 145), (220, 250)], "k": [(30, 90), (150, 200)]}
OTHER = {"c": [(70, 150), (205, 225), (250, 270)], "k": [(30, 90), (150, 200)]}


def test_the_worked_example_of_krippendorff_comes_out():
    assert unitizing_alpha([ONE, OTHER], 300) == pytest.approx(0.8591, abs=5e-4)


@pytest.mark.parametrize(("category", "expected"), [("c", 0.7286), ("k", 1.0)])
def test_its_categories_come_out(category, expected):
    assert category_alpha([ONE[category], OTHER[category]], 300) == pytest.approx(expected, abs=1e-4)


def test_nothing_marked_is_undefined():
    assert math.isnan(unitizing_alpha([{}, {}], 100))
    assert math.isnan(unitizing_alpha([ONE], 300))


cuts = st.lists(st.integers(0, 60), max_size=8, unique=True).map(sorted)
units = cuts.map(lambda points: list(zip(points[::2], points[1::2], strict=False)))


@given(units, units, units)
def test_the_order_of_annotators_changes_nothing_and_alpha_is_at_most_one(a, b, c):
    alpha = category_alpha([a, b, c], 60)
    assert math.isnan(alpha) or alpha <= 1
    assert math.isnan(alpha) or alpha == pytest.approx(category_alpha([c, a, b], 60))


@given(units.filter(bool))
def test_annotators_who_mark_the_same_agree_wholly(a):
    assert category_alpha([a, a], 60) == 1
