"""Rows get rising columns: held to a search through all ways there are."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from goldwire.eval.systems.rising import NO_PLACE, rising

COSTS = st.integers(0, 3) | st.just(NO_PLACE)
TABLES = st.integers(1, 5).flatmap(
    lambda columns: st.lists(st.lists(COSTS, min_size=columns, max_size=columns), max_size=5)
)


def of(table):
    return rising(lambda row: np.array(table[row], dtype=np.int64), len(table), len(table[0]) if table else 0)


def best(table):
    """Try every choice of rows and columns: the most rows, the least cost, the earliest columns."""
    rows, columns = len(table), len(table[0]) if table else 0
    ways = []
    for size in range(min(rows, columns) + 1):
        for given_rows in combinations(range(rows), size):
            for places in combinations(range(columns), size):
                costs = [table[row][place] for row, place in zip(given_rows, places, strict=True)]
                way = dict(zip(given_rows, places, strict=True))
                if NO_PLACE not in costs:
                    ways.append((-size, sum(costs), [way.get(row, columns) for row in range(rows)]))
    return [None if place == columns else place for place in min(ways)[2]]


@given(TABLES)
@example([[NO_PLACE, NO_PLACE], [0, 0]])
def test_the_choice_is_that_of_trying_all(table):
    assert of(table) == best(table)


@pytest.mark.parametrize(("rows", "columns"), [(0, 0), (3, 0), (0, 3)])
def test_nothing_is_chosen_where_there_is_nothing(rows, columns):
    assert rising(lambda _: np.zeros(columns, dtype=np.int64), rows, columns) == [None] * rows
