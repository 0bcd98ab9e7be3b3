"""Counts add up to the same bits whatever the order, the shards and the grouping."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.document import Document, Mention
from goldwire.eval.columns import columns
from goldwire.eval.counts import COLUMNS, GOLD, GOLD_CORRECT, PRED, Counts, merge_all, micro
from goldwire.eval.measures import by_name
from goldwire.eval.statistics.significance import difference

shares = st.fractions(0, 60, max_denominator=97).map(float)
rows = st.lists(st.lists(shares, min_size=len(COLUMNS), max_size=len(COLUMNS)), min_size=1, max_size=30)


def counts(values) -> Counts:
    return Counts("coreference/b3", ("",), np.array(values)[:, None])


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


@pytest.mark.parametrize("size", [100, 127, 128, 20_000, 32_767, 32_768])
def test_counts_of_huge_documents_do_not_run_over(size):
    mentions = tuple(Mention(at, at + 1, "X", f"m{at}") for at in range(size))
    gold = [Document(name, "x" * size, mentions=mentions) for name in "abc"]
    pred = [replace(one, mentions=mentions[missed:]) for one, missed in zip(gold, (1, 7, 90), strict=True)]
    both = [by_name("mentions/strict").count(columns(gold, side)) for side in (gold, pred)]
    assert both[1].total()[0, [GOLD, PRED, GOLD_CORRECT]].tolist() == [3 * size, 3 * size - 98, 3 * size - 98]
    wide = [replace(counts, values=counts.values.astype(np.int64)) for counts in both]
    narrow, expected = (difference(*pair, lambda total: micro(total)[..., 1], resamples=10) for pair in (both, wide))
    assert (narrow.p, narrow.bootstrap.figures) == (expected.p, expected.bootstrap.figures)
    assert narrow.p < 1
