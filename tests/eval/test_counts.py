"""Counts add up to the same bits whatever the order, the shards and the grouping."""

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.eval.counts import COLUMNS, Counts, merge_all

shares = st.fractions(0, 60, max_denominator=97).map(float)
rows = st.lists(st.lists(shares, min_size=len(COLUMNS), max_size=len(COLUMNS)), min_size=1, max_size=30)


def counts(values) -> Counts:
    return Counts("coreference/b3", ("",), np.array(values)[:, None])


@settings(deadline=None)
@given(rows, st.randoms(), st.integers(1, 5))
def test_fractions_add_up_exactly_rounded_once(values, random, shard):
    exact = [float(sum(map(Fraction, column))) for column in zip(*values, strict=True)]
    random.shuffle(values)
    parts = [counts(values[start : start + shard]).condensed() for start in range(0, len(values), shard)]
    for found in (counts(values), counts([*values, *values]).grouped(), merge_all(parts)):
        times = 2 if found.times is not None else 1
        assert [times * number for number in exact] == found.total()[0].tolist()


def test_whole_numbers_stay_whole_in_one_row():
    found = counts([[1] * 8, [2] * 8]).condensed()
    assert (1, 1, 8) == found.values.shape and np.issubdtype(found.total().dtype, np.integer)
