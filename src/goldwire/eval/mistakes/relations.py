"""What went wrong with each relation: every gold and every predicted one in exactly one class, and why gold is lost.

Mentions have their own classes in mentions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from goldwire.eval.columns import Columns, Side, pack_both
from goldwire.eval.counts import Array
from goldwire.eval.layers.choosing import Pairs
from goldwire.eval.layers.matching import equal_pairs, full_keys
from goldwire.eval.layers.relations import Folded, boundary_pairs, folded, strict_pairs
from goldwire.eval.mistakes.mentions import Mistakes

CORRECT, ARGUMENT_LABEL, DIRECTION, LABEL, ARGUMENT, ARGUMENT_MISSED, MISSING, SPURIOUS = range(8)
CLASSES = (
    "correct",
    "wrong label of an argument",
    "wrong direction",
    "wrong label",
    "wrong argument",
    "argument missed",
    "missing",
    "spurious",
)


class LossSplit(NamedTuple):
    """Why gold relations were not found (strictly): how many for each reason, the first that applies."""

    gold: int
    found: int
    mention_missed: int
    mention_mislabelled: int
    relation_itself: int


def relation_mistakes(columns: Columns) -> Mistakes:
    """Give each relation (folded, as it is counted) its class.

    Gold and predicted relations pair one to one: strictly equal first, then with equal boundaries, then turned round,
    then with another label, then with one argument in common. A gold relation that is left and has an argument whose
    boundaries were not predicted is "argument missed".
    """
    gold, pred = folded(columns)
    sides = np.full(len(gold.row), MISSING), np.full(len(pred.row), SPURIOUS)
    strict, bounds = strict_pairs(columns), boundary_pairs(columns)
    sides[0][bounds.gold], sides[1][bounds.pred] = ARGUMENT_LABEL, ARGUMENT_LABEL
    sides[0][strict.gold], sides[1][strict.pred] = CORRECT, CORRECT
    found = [bounds]
    for number, key in _STAGES:
        found.append(_stage(columns, sides, key))
        sides[0][found[-1].gold], sides[1][found[-1].pred] = number, number
    lost = ~_predicted(gold, columns.gold.mentions.span, columns.pred.mentions.span)
    sides[0][(sides[0] == MISSING) & lost] = ARGUMENT_MISSED
    pairs = Pairs(*(np.concatenate(side) for side in zip(*found, strict=True)))
    return Mistakes(CLASSES, *sides, pairs)


Key = Callable[[Folded, Side, bool], tuple[Array, ...]]


def _turned(part: Folded, side: Side, gold: bool) -> tuple[Array, ...]:
    head, tail = side.mentions.span[part.head], side.mentions.span[part.tail]
    return (head, tail, part.label) if gold else (tail, head, part.label)


def _ends(part: Folded, side: Side, gold: bool) -> tuple[Array, ...]:
    del gold
    return side.mentions.span[part.head], side.mentions.span[part.tail]


def _head(part: Folded, side: Side, gold: bool) -> tuple[Array, ...]:
    del gold
    return side.mentions.span[part.head], part.label


def _tail(part: Folded, side: Side, gold: bool) -> tuple[Array, ...]:
    del gold
    return side.mentions.span[part.tail], part.label


_STAGES: tuple[tuple[int, Key], ...] = (
    (DIRECTION, _turned),
    (LABEL, _ends),
    (ARGUMENT, _head),
    (ARGUMENT, _tail),
)


def _stage(columns: Columns, sides: tuple[Array, Array], key: Key) -> Pairs:
    """Pair, by a key, what no earlier stage paired."""
    left = np.flatnonzero(sides[0] == MISSING), np.flatnonzero(sides[1] == SPURIOUS)
    rows = []
    for part, side, rest in zip(folded(columns), (columns.gold, columns.pred), left, strict=True):
        held = Folded(*(column[rest] for column in part))
        rows.append(key(held, side, side is columns.gold))
    pairs = equal_pairs(*pack_both(rows))
    return Pairs(left[0][pairs.gold], left[1][pairs.pred])


def _predicted(gold: Folded, gold_key: Array, pred_key: Array) -> Array:
    """Say of each gold relation whether both its arguments are among the predicted mentions, by a key."""
    there = np.isin(gold_key, pred_key)
    both: Array = there[gold.head] & there[gold.tail]
    return both


def loss_split(columns: Columns) -> LossSplit:
    """Give why gold relations were lost: a mention missed, a mention mislabelled, or the relation itself."""
    gold, _ = folded(columns)
    lost = np.ones(len(gold.row), bool)
    lost[strict_pairs(columns).gold] = False
    spans = _predicted(gold, columns.gold.mentions.span, columns.pred.mentions.span)
    full = _predicted(gold, *full_keys(columns))
    missed, mislabelled = lost & ~spans, lost & spans & ~full
    counts = (len(lost), (~lost).sum(), missed.sum(), mislabelled.sum(), (lost & full).sum())
    return LossSplit(*map(int, counts))
