"""The assignment problem, exactly: which one-to-one pairs weigh most, by several criteria one after the other.

Where the pairs come from, and what they mean, is matching's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from goldwire.eval.counts import Array

EDGES_WITH_TIES = 400
SMALL = 40


class Edge(NamedTuple):
    """A candidate pair: both ends, criteria from the first to the last (non-negative), and what to call it."""

    gold: int
    pred: int
    criteria: tuple[int, ...]
    place: int


def best_pairs(edges: Sequence[Edge]) -> list[int]:
    """Give the places of the pairs of the best one-to-one choice.

    Sums of criteria are compared lexicographically; of equal choices the one with the earliest edges (in the order
    given) wins, so that the choice is unique. Beyond 400 edges that last rule compares sums of places instead.
    """
    rows, columns = _numbers(edge.gold for edge in edges), _numbers(edge.pred for edge in edges)
    turned = len(rows) > len(columns)
    height, width = sorted((len(rows), len(columns)))
    costs = [[0] * width for _ in range(height)]
    places: dict[tuple[int, int], int] = {}
    for edge, weight in zip(edges, _weights(edges), strict=True):
        row, column = rows[edge.gold], columns[edge.pred]
        cell = (column, row) if turned else (row, column)
        costs[cell[0]][cell[1]] = -weight
        places[cell] = edge.place
    return [places[cell] for cell in enumerate(assign(costs)) if cell in places]


def assign(costs: list[list[int]]) -> list[int]:
    """Give each row its column so that the sum of costs is least; there are no more rows than columns.

    The Hungarian method with potentials (Kuhn 1955; Jonker and Volgenant 1987), in whole numbers of any size.
    """
    largest = max((abs(cost) for row in costs for cost in row), default=0)
    whole = len(costs) > SMALL and largest * (len(costs) + 1) < 2**60
    owner = _grow_arrays(costs) if whole else _grow_lists(costs)
    columns = [0] * len(costs)
    for column, row in enumerate(owner[1:]):
        if row:
            columns[row - 1] = column
    return columns


def _grow_lists(costs: list[list[int]]) -> list[int]:
    """Give each column (from 1) its row (0: none), a row at a time, by the cheapest way to a free column."""
    height, width = len(costs), len(costs[0])
    rows, columns, owner = [0] * (height + 1), [0] * (width + 1), [0] * (width + 1)
    infinite = 2 * (height + 1) * (1 + max(abs(cost) for row in costs for cost in row))
    for row in range(1, height + 1):
        owner[0], column = row, 0
        reach, way, free = [infinite] * (width + 1), [0] * (width + 1), set(range(1, width + 1))
        tree = [0]
        while owner[column]:
            line, base = costs[owner[column] - 1], rows[owner[column]]
            for other in free:
                cost = line[other - 1] - base - columns[other]
                if cost < reach[other]:
                    reach[other], way[other] = cost, column
            column = min(free, key=reach.__getitem__)
            step = reach[column]
            for other in tree:
                rows[owner[other]] += step
                columns[other] -= step
            for other in free:
                reach[other] -= step
            free.discard(column)
            tree.append(column)
        _turn(owner, way, column)
    return owner


def _grow_arrays(costs: list[list[int]]) -> list[int]:
    """Do as `_grow_lists`, on arrays: for large tables of numbers that 62 bits hold."""
    table = np.array(costs, np.int64)
    height, width = table.shape
    rows, columns = np.zeros(height + 1, np.int64), np.zeros(width + 1, np.int64)
    owner, infinite = np.zeros(width + 1, np.int64), np.int64(2**62)
    for row in range(1, height + 1):
        owner[0], column = row, 0
        reach, way, used = np.full(width + 1, infinite), np.zeros(width + 1, np.int64), np.zeros(width + 1, bool)
        while owner[column]:
            used[column] = True
            cost = table[owner[column] - 1] - rows[owner[column]] - columns[1:]
            better = np.flatnonzero((cost < reach[1:]) & ~used[1:]) + 1
            reach[better], way[better] = cost[better - 1], column
            column = int(np.where(used, infinite, reach)[1:].argmin()) + 1
            step = reach[column]
            rows[owner[used]] += step
            columns[used] -= step
            reach[~used] -= step
        _turn(owner, way, column)
    return [int(number) for number in owner]


def _turn(owner: list[int] | Array, way: list[int] | Array, column: int) -> None:
    """Let every column of the way back to the root take over the row before it."""
    while column:
        before = int(way[column])
        owner[column] = owner[before]
        column = before


def _numbers(items: Iterable[int]) -> dict[int, int]:
    return {item: number for number, item in enumerate(dict.fromkeys(items))}


def _weights(edges: Sequence[Edge]) -> list[int]:
    """Give each edge one whole number whose sums compare as the sums of criteria do, one after the other."""
    rooms = [sum(criterion) + 1 for criterion in zip(*(edge.criteria for edge in edges), strict=True)]
    count = len(edges)
    exact = count <= EDGES_WITH_TIES
    last = 2**count if exact else count**2 + 1
    weights = []
    for place, edge in enumerate(edges, 1):
        weight = 0
        for criterion, room in zip(edge.criteria, rooms, strict=True):
            weight = weight * room + criterion
        weights.append(weight * last + (2 ** (count - place) if exact else count - place))
    return weights
