"""The best one-to-one alignment of gold with predicted clusters (CEAF), exactly, for all documents at once.

What the similarity of two clusters is, is said in coreference; the assignment solver is in assignment.
"""

from __future__ import annotations

from functools import cache
from itertools import permutations

import numpy as np

from goldwire.eval.counts import Array
from goldwire.eval.layers.assignment import assign

ENUMERATED = 120  # one-to-one choices up to which all are tried, for all parts of a shape at once
ROUNDED = 1 << 40  # similarities become whole numbers of this grain where the solver needs them


def best_alignment(gold: Array, pred: Array, similarity: Array) -> Array:
    """Say of each pair (gold cluster, predicted cluster, similarity above 0) whether the best alignment takes it.

    A pair worth no less than the next best of both its clusters together is taken at once, as often as there are
    such; what is left hangs together where it shares a cluster, and each such part is solved on its own.
    """
    taken = np.zeros(len(gold), bool)
    left: Array = np.arange(len(gold))
    while len(sure := _sure(gold[left], pred[left], similarity[left])):
        sure = left[sure]
        taken[sure] = True
        used = np.isin(gold[left], gold[sure]) | np.isin(pred[left], pred[sure])
        left = left[~used]
    if len(left):
        taken[left[_by_parts(gold[left], pred[left], similarity[left])]] = True
    return taken


def _sure(gold: Array, pred: Array, similarity: Array) -> Array:
    """Give the pairs that some best alignment takes: whatever two pairs would stand in their place, they weigh less.

    Of several at one cluster, which can only be equal, one is given.
    """
    others = _next_best(gold, similarity) + _next_best(pred, similarity)
    found = np.flatnonzero(similarity >= others)
    found = found[np.unique(gold[found], return_index=True)[1]]
    return np.asarray(found[np.unique(pred[found], return_index=True)[1]])


def _next_best(side: Array, similarity: Array) -> Array:
    """Give for each pair the best similarity of another pair of the same cluster, 0 where there is none."""
    order = np.lexsort((-similarity, side))
    ordered, worth = side[order], similarity[order]
    first = np.ones(len(order), bool)
    first[1:] = ordered[1:] != ordered[:-1]
    following = np.append(worth[1:], 0.0)
    following[np.append(first[1:], True)] = 0.0
    start = np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
    found = np.empty(len(order))
    found[order] = np.where(first, following, worth[start])
    return found


def _by_parts(gold: Array, pred: Array, similarity: Array) -> Array:
    taken = np.zeros(len(gold), bool)
    part = _parts(gold, pred)
    order = np.lexsort((pred, gold, part))
    starts = np.flatnonzero(np.r_[True, np.diff(part[order]) > 0])
    ends = np.r_[starts[1:], len(order)]
    single = ends - starts == 1
    taken[order[starts[single]]] = True
    shapes: dict[tuple[int, int], list[_Part]] = {}
    for start, end in zip(starts[~single].tolist(), ends[~single].tolist(), strict=True):
        found = _Part(order[start:end], gold, pred)
        shapes.setdefault(found.shape, []).append(found)
    for shape, parts in sorted(shapes.items()):
        for chosen in _solve(shape, parts, similarity):
            taken[chosen] = True
    return taken


class _Part:
    """A connected part: its pairs as cells of a table with no more rows than columns."""

    __slots__ = ("columns", "pairs", "rows", "shape")

    def __init__(self, pairs: Array, gold: Array, pred: Array) -> None:
        rows, columns = (np.unique(side[pairs], return_inverse=True)[1] for side in (gold, pred))
        if rows.max() > columns.max():
            rows, columns = columns, rows
        self.pairs, self.rows, self.columns = pairs, rows, columns
        self.shape = (int(rows.max()) + 1, int(columns.max()) + 1)


def _parts(gold: Array, pred: Array) -> Array:
    """Give each pair the number of its connected part: the smallest gold cluster of it."""
    lowest = np.arange(int(gold.max()) + 1)
    while True:
        of_pred = np.full(int(pred.max()) + 1, len(lowest))
        np.minimum.at(of_pred, pred, lowest[gold])
        before = lowest.copy()
        np.minimum.at(lowest, gold, of_pred[pred])
        lowest = np.minimum(lowest, lowest[lowest])
        if np.array_equal(lowest, before):
            return np.asarray(lowest[gold])


def _solve(shape: tuple[int, int], parts: list[_Part], similarity: Array) -> list[Array]:
    tables = np.zeros((len(parts), *shape))
    places = np.full((len(parts), *shape), -1)
    for number, part in enumerate(parts):
        tables[number, part.rows, part.columns] = similarity[part.pairs]
        places[number, part.rows, part.columns] = part.pairs
    choices = _choices(shape)
    if choices is None:
        columns = np.array([assign(_costs(table)) for table in tables])
    else:
        columns = choices[tables[:, np.arange(shape[0]), choices].sum(axis=-1).argmax(axis=-1)]
    chosen = np.take_along_axis(places, columns[:, :, None], axis=2)[:, :, 0]
    return [row[row >= 0] for row in chosen]


def _costs(table: Array) -> list[list[int]]:
    costs: list[list[int]] = (-np.rint(table * ROUNDED)).astype(np.int64).tolist()
    return costs


@cache
def _choices(shape: tuple[int, int]) -> Array | None:
    """Give all ways to give each row a column of its own, or nothing where they are too many."""
    rows, columns = shape
    number = 1
    for step in range(rows):
        number *= columns - step
        if number > ENUMERATED:
            return None
    return np.array(list(permutations(range(columns), rows)))
