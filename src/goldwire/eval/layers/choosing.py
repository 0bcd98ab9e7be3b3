"""The choice among candidate pairs: simple cases for all at once, the rest as assignments.

Which pairs are candidates, and what a pair counts as, is said in matching; the assignment itself is in assignment.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from goldwire.eval.columns import MentionColumns, pack_both
from goldwire.eval.counts import Array
from goldwire.eval.layers.assignment import Edge, best_pairs
from goldwire.eval.layers.edges import Edges


class Pairs(NamedTuple):
    """Indices of paired gold and predicted items, sorted by the gold's."""

    gold: Array
    pred: Array


def choose(edges: Edges, gold: MentionColumns, pred: MentionColumns) -> Pairs:
    """Choose the best one-to-one pairs of all candidates.

    A candidate whose ends have no other is taken; of candidates that share one end the best is; two mentions of each
    side are decided between two choices; only what hangs together otherwise is solved as an assignment.
    """
    degrees = [np.bincount(side, minlength=1) for side in (edges.gold, edges.pred)]
    gold_free, pred_free = degrees[0][edges.gold] == 1, degrees[1][edges.pred] == 1
    alone = gold_free & pred_free
    stars = [
        ~alone & (np.bincount(center, free, len(degree)) == degree)[center]
        for center, free, degree in ((edges.gold, pred_free, degrees[0]), (edges.pred, gold_free, degrees[1]))
    ]
    taken = [np.flatnonzero(alone)]
    for star, center in zip(stars, (edges.gold, edges.pred), strict=True):
        taken.append(_best_of_stars(np.flatnonzero(star), center, edges, gold, pred))
    left = np.flatnonzero(~(alone | stars[0] | stars[1]))
    left = left[_in_text_order(left, edges, gold, pred)]
    crowd = Edges(*(column[left] for column in edges))
    small, large = _two_by_two(crowd)
    taken += [left[small], left[large][_solved(Edges(*(column[large] for column in crowd)))]]
    chosen = np.concatenate(taken)
    return by_gold(edges.gold[chosen], edges.pred[chosen])


def _two_by_two(edges: Edges) -> tuple[Array, Array]:
    """Choose among candidates, in text order, between two mentions of each side; give those chosen, and all others.

    Three candidates make a row, and the outer two stand against the one between; four make a square, and what is
    opposite stands together.
    """
    places = np.arange(len(edges.gold))
    (gold_free, at_gold), (pred_free, at_pred) = (_neighbours(side, places) for side in (edges.gold, edges.pred))
    middle = np.flatnonzero((at_gold >= 0) & (at_pred >= 0))
    one, other = at_gold[middle], at_pred[middle]
    opposite = at_pred[one]
    row = pred_free[one] & gold_free[other]
    square = (opposite >= 0) & (opposite == at_gold[other]) & (middle < np.minimum(np.minimum(one, other), opposite))
    rows = np.stack([one, other, middle, np.full(len(middle), -1)])[:, row]
    fours = np.concatenate([rows, np.stack([middle, opposite, one, other])[:, square]], axis=1)
    settled = np.zeros(len(places) + 1, bool)
    settled[fours] = True
    return _better(edges, fours), np.flatnonzero(~settled[:-1])


def _neighbours(side: Array, places: Array) -> tuple[Array, Array]:
    """Tell of each candidate whether it alone has its end, and give the one other that has it (-1: not one)."""
    degree = np.bincount(side, minlength=1)[side]
    other = np.bincount(side, places, minlength=1)[side].astype(np.int64) - places
    return degree == 1, np.where(degree == 2, other, -1)


def _better(edges: Edges, fours: Array) -> Array:
    """Give the first two of four candidates (-1: none), unless the last two are better by a criterion.

    Equal sums leave the outer two of a row, which are more pairs, and of a square those with the earliest candidate.
    """
    lead = np.zeros(fours.shape[1], np.int64)
    for criterion in (edges.same_span, edges.overlap, edges.same_label):
        one, other, *against = np.append(criterion, 0)[fours]
        lead = 2 * lead + np.sign(one + other - sum(against))
    chosen: Array = np.where(lead >= 0, fours[:2], fours[2:])
    return chosen[chosen >= 0]


def _best_of_stars(which: Array, center: Array, edges: Edges, gold: MentionColumns, pred: MentionColumns) -> Array:
    order = np.empty(len(which), np.int64)
    order[_in_text_order(which, edges, gold, pred)] = np.arange(len(which))
    best = which[
        np.lexsort((order, ~edges.same_label[which], -edges.overlap[which], ~edges.same_span[which], center[which]))
    ]
    first = np.ones(len(best), bool)
    first[1:] = center[best][1:] != center[best][:-1]
    chosen: Array = best[first]
    return chosen


def _in_text_order(which: Array, edges: Edges, gold: MentionColumns, pred: MentionColumns) -> Array:
    """Sort candidates by the earlier of their mentions, then the later: the same if the sides are swapped."""
    ends = (gold, edges.gold[which]), (pred, edges.pred[which])
    ranks = pack_both([(side.doc[i], side.start[i], side.end[i], side.label[i]) for side, i in ends])
    order: Array = np.lexsort((edges.pred[which], edges.gold[which], np.maximum(*ranks), np.minimum(*ranks)))
    return order


def _solved(edges: Edges) -> Array:
    """Solve each connected component of candidates that stand in text order."""
    parts: dict[int, list[Edge]] = {}
    rows = zip(*(column.tolist() for column in edges), strict=True)
    for place, (root, (gold, pred, overlap, span, label)) in enumerate(zip(_components(edges), rows, strict=True)):
        parts.setdefault(root, []).append(Edge(gold, pred, (int(span), overlap, int(label), 1), place))
    return np.array([place for part in parts.values() for place in best_pairs(part)], np.int64)


def _components(edges: Edges) -> list[int]:
    """Give each edge the number of its connected component."""
    parent: dict[int, int] = {}

    def root(node: int) -> int:
        while (above := parent.setdefault(node, node)) != node:
            parent[node] = parent[above]
            node = above
        return node

    pairs = list(zip(edges.gold.tolist(), (-1 - edges.pred).tolist(), strict=True))
    for left, right in pairs:
        parent[root(left)] = root(right)
    return [root(left) for left, _ in pairs]


def by_gold(gold: Array, pred: Array) -> Pairs:
    """Give pairs sorted by the gold's indices."""
    order = np.argsort(gold, kind="stable")
    return Pairs(gold[order], pred[order])
