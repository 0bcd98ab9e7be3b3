"""The four modes of nervaluate with its own way of pairing: predictions take what overlaps them in turn.

Kept for comparison with published numbers; the modes of goldwire pair optimally (pairs.py). Differences that stay in:
per-label counts look at one label alone, so they do not add up to the whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from goldwire.eval.counts import COLUMNS, GOLD_CORRECT, Array, Counts
from goldwire.eval.layers.edges import Edges
from goldwire.eval.tagging.codes import CodeBook
from goldwire.eval.tagging.counting import Chunk
from goldwire.eval.tagging.pairs import Mentions, overlapping, unlike
from goldwire.eval.tagging.passes import Starts, coded, starts

MODES = ("strict", "exact", "partial", "ent_type")
LEAST_OVERLAP = 1.0
_LABELS = 1 << 14


class GreedyCounts(NamedTuple):
    """Counts by mode: of all mentions together (one label, ""), and of each label looked at alone."""

    overall: dict[str, Counts]
    labels: dict[str, Counts]


def count_greedily(chunks: Iterable[Chunk], book: CodeBook) -> GreedyCounts:
    """Give nervaluate's counts of chunks, every tag taken as far as it joins (no repair, no error)."""
    sums = np.zeros((2, len(MODES), _LABELS, len(COLUMNS)), np.int64)
    for chunk in chunks:
        gold, pred = coded(chunk.gold, chunk.firsts), coded(chunk.pred, chunk.firsts)
        found = starts(gold, pred)
        _add_ends(sums, found)
        _add_pairs(sums, *unlike(gold, pred, found))
    names = book.names()
    order = sorted(range(len(names)), key=names.__getitem__)
    labels = tuple(names[place] for place in order)
    places = np.array(order, np.int64) + 1
    return GreedyCounts(
        {name: Counts(f"nervaluate/{name}", ("",), sums[0, mode, :1][None]) for mode, name in enumerate(MODES)},
        {name: Counts(f"nervaluate/{name}", labels, sums[1, mode, places][None]) for mode, name in enumerate(MODES)},
    )


def _add_ends(sums: Array, found: Starts) -> None:
    """Count all mentions, and those that are the same on both sides."""
    same = np.bincount(found.gold[found.same], minlength=_LABELS)
    both = np.bincount(found.gold, minlength=_LABELS), np.bincount(found.pred, minlength=_LABELS)
    for column, tally in enumerate((*both, same, same)):
        tally[0] = 0
        sums[1, :, :, column] += tally
        sums[0, :, 0, column] += tally.sum()


def _add_pairs(sums: Array, gold: Mentions, pred: Mentions) -> None:
    edges = _overlapping_enough(gold, pred)
    alike = Edges(*(part[edges.same_label] for part in edges))
    _add_first(sums[0], np.zeros(len(gold.label), np.int64), _first_come(edges), edges)
    _add_first(sums[1], gold.label.astype(np.int64), _first_come(alike), alike)
    for level, some in enumerate((edges, alike)):
        taken = _nearest(some, gold, pred)
        label = gold.label[some.gold[taken]].astype(np.int64) * level
        column = GOLD_CORRECT + np.where(some.same_label[taken], 0, 2)
        np.add.at(sums[level, MODES.index("ent_type")], (label, column), 1)
        np.add.at(sums[level, MODES.index("ent_type")], (label, column + 1), 1)


def _add_first(sums: Array, label: Array, taken: Array, edges: Edges) -> None:
    """Count pairs in the modes that take the first overlapping mention: by span they are equal, or not."""
    rows, equal = label[edges.gold[taken]], edges.same_span[taken]
    wrong, half = GOLD_CORRECT + 2, GOLD_CORRECT + 4
    kinds = {"strict": (wrong, wrong), "exact": (wrong, GOLD_CORRECT), "partial": (half, GOLD_CORRECT)}
    for mode, (unequal_column, equal_column) in kinds.items():
        column = np.where(equal, equal_column, unequal_column)
        np.add.at(sums[MODES.index(mode)], (rows, column), 1)
        np.add.at(sums[MODES.index(mode)], (rows, column + 1), 1)


def _overlapping_enough(gold: Mentions, pred: Mentions) -> Edges:
    """Give the overlaps that nervaluate sees: at least one per cent of the gold mention."""
    edges = overlapping(gold, pred)
    share = edges.overlap / (gold.end - gold.start)[edges.gold] * 100.0
    seen = share >= LEAST_OVERLAP
    return edges if seen.all() else Edges(*(part[seen] for part in edges))


def _first_come(edges: Edges) -> Array:
    """Give the edges that predictions in turn choose if each takes the first mention left."""
    return _in_turn(edges, np.zeros(len(edges.gold), np.int64))


def _nearest(edges: Edges, gold: Mentions, pred: Mentions) -> Array:
    """Give the edges that predictions in turn choose if each takes the nearest of its label, else the first."""
    apart = np.abs(gold.start[edges.gold] - pred.start[edges.pred]) + np.abs(
        gold.end[edges.gold] - pred.end[edges.pred]
    )
    return _in_turn(edges, np.where(edges.same_label, apart, np.iinfo(np.int64).max))


def _in_turn(edges: Edges, rank: Array) -> Array:
    """Let predictions take, in order, their best-ranked mention that is left; only crowds need a loop."""
    alike = (edges.gold[1:] == edges.gold[:-1]) | (edges.pred[1:] == edges.pred[:-1])
    crowded = np.zeros(len(edges.gold), bool)
    crowded[1:] |= alike
    crowded[:-1] |= alike
    which = np.flatnonzero(crowded)
    order = which[np.lexsort((which, rank[which], edges.pred[which]))]
    chosen, last, taken = np.flatnonzero(~crowded).tolist(), -1, set()
    for edge, one, other in zip(order.tolist(), edges.gold[order].tolist(), edges.pred[order].tolist(), strict=True):
        if other != last and one not in taken:
            chosen.append(edge)
            taken.add(one)
            last = other
    return np.array(chosen, np.int64)
