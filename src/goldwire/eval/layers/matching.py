"""Pairing gold with predicted mentions one to one, optimally and independently of order.

The rule: among all one-to-one pairings of mentions that overlap, the one with the most pairs of equal span and label,
then of equal span, then the greatest overlap (code points), then the most equal labels, then the most pairs, then the
earliest pairs in the text. What the pairs count as is a measure's business; the choice among candidates is in choosing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from goldwire.eval.columns import Columns, MentionColumns
from goldwire.eval.counts import Array
from goldwire.eval.layers.choosing import Pairs, by_gold, choose
from goldwire.eval.layers.edges import Edges


def mention_pairs(columns: Columns) -> Pairs:
    """Give the optimal pairing of the mentions, made once for all measures that need one."""
    return columns.once("mention pairs", _mention_pairs)


def equal_pairs(gold: Array, pred: Array) -> Pairs:
    """Pair equal numbers one to one: each as often as both sides have it, first with first."""
    if not (_ascending(gold) and _ascending(pred)):
        gold_order, pred_order = np.argsort(gold, kind="stable"), np.argsort(pred, kind="stable")
        found = equal_pairs(gold[gold_order], pred[pred_order])
        return by_gold(gold_order[found.gold], pred_order[found.pred])
    if not len(gold) or not len(pred):
        return Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64))
    place = np.searchsorted(pred, gold)
    place += occurrence(gold)
    inside = place < len(pred)
    place[~inside] = 0
    hit = inside & (pred[place] == gold)
    return Pairs(np.flatnonzero(hit), place[hit])


def stepwise(keys: Iterable[tuple[Array, Array]], gold: Array, pred: Array) -> Pairs:
    """Pair the items given by the first of `keys` (a number for every item of each side), what is left by the next."""
    found: list[Pairs] = []
    for gold_key, pred_key in keys:
        pairs = equal_pairs(gold_key[gold], pred_key[pred])
        found.append(Pairs(gold[pairs.gold], pred[pairs.pred]))
        gold, pred = np.delete(gold, pairs.gold), np.delete(pred, pairs.pred)
    return _together(found)


def occurrence(numbers: Array) -> Array:
    """Count, in sorted numbers, how many equal ones stand before each."""
    count = np.zeros(len(numbers), np.int64)
    again = np.flatnonzero(numbers[1:] == numbers[:-1]) + 1
    if len(again):
        first = np.searchsorted(numbers, numbers[again])
        count[again] = again - first
    return count


def _mention_pairs(columns: Columns) -> Pairs:
    gold, pred = columns.gold.mentions, columns.pred.mentions
    exact = exact_pairs(columns)
    gold_left, pred_left = unpaired(len(gold.doc), exact.gold), unpaired(len(pred.doc), exact.pred)
    same = _equal_groups(gold.span[gold_left], pred.span[pred_left])
    found = [exact, Pairs(gold_left[same.gold], pred_left[same.pred])]
    gold_left = unpaired(len(gold.doc), exact.gold, found[1].gold)
    pred_left = unpaired(len(pred.doc), exact.pred, found[1].pred)
    found.append(choose(overlaps(columns, gold_left, pred_left), gold, pred))
    return _together(found)


def _together(found: Sequence[Pairs]) -> Pairs:
    """Give the pairs of disjoint choices, sorted by the gold's."""
    partner = np.full(max((int(pairs.gold.max(initial=-1)) + 1 for pairs in found), default=0), -1)
    for pairs in found:
        partner[pairs.gold] = pairs.pred
    gold = np.flatnonzero(partner >= 0)
    return Pairs(gold, partner[gold])


def exact_pairs(columns: Columns) -> Pairs:
    """Pair the mentions of equal span and label."""
    return columns.once("exact pairs", lambda c: equal_pairs(*full_keys(c)))


def full_keys(columns: Columns) -> tuple[Array, Array]:
    """Give a number for span and label, equal on both sides just where both are."""
    return columns.once("full keys", _full_keys)


def dense(gold: Array, pred: Array) -> tuple[Array, Array]:
    """Give sorted numbers as small ones, equal on both sides just where the numbers are."""
    own = np.arange(len(gold)) - occurrence(gold), np.arange(len(pred)) - occurrence(pred)
    place = np.searchsorted(gold, pred)
    inside = np.flatnonzero(place < len(gold))
    hit = inside[gold[place[inside]] == pred[inside]]
    numbers = own[1] + len(gold)
    numbers[hit] = place[hit]
    return own[0], numbers


def _full_keys(columns: Columns) -> tuple[Array, Array]:
    labels = max(len(columns.mention_labels), 1)
    spans = columns.gold.mentions.span, columns.pred.mentions.span
    highest = max((int(span.max(initial=0)) for span in spans), default=0)
    if (highest + 1) * labels >= 2**63:
        cut = len(spans[0])
        ranks = np.unique(np.concatenate(spans), return_inverse=True)[1]
        spans = ranks[:cut], ranks[cut:]
    return (
        spans[0] * labels + columns.gold.mentions.label,
        spans[1] * labels + columns.pred.mentions.label,
    )


def _equal_groups(gold: Array, pred: Array) -> Pairs:
    """Pair equal spans where both sides have equally many: there the choice within them changes nothing else."""
    found = equal_pairs(gold, pred)
    counts = [
        np.searchsorted(side, gold[found.gold], "right") - np.searchsorted(side, gold[found.gold])
        for side in (gold, pred)
    ]
    even = counts[0] == counts[1]
    return Pairs(found.gold[even], found.pred[even])


def overlaps(columns: Columns, gold_of: Array, pred_of: Array) -> Edges:
    """Give all pairs of the given mentions that share at least one code point (fragments of them, where there are)."""
    gold, pred = columns.gold.mentions, columns.pred.mentions
    room = int(max(gold.end.max(initial=0), pred.end.max(initial=0))) + 1
    (gold_start, gold_end), (pred_start, pred_end) = (
        (side.doc[which] * room + side.start[which], side.doc[which] * room + side.end[which])
        for side, which in ((gold, gold_of), (pred, pred_of))
    )
    inside = _ranges(np.searchsorted(pred_start, gold_start), np.searchsorted(pred_start, gold_end))
    around = _ranges(np.searchsorted(gold_start, pred_start, "right"), np.searchsorted(gold_start, pred_end))
    one = gold_of[np.concatenate([inside[0], around[1]])]
    other = pred_of[np.concatenate([inside[1], around[0]])]
    overlap = np.minimum(gold.end[one], pred.end[other]) - np.maximum(gold.start[one], pred.start[other])
    overlap = _with_fragments(gold, pred, one, other, overlap)
    kept = overlap > 0
    one, other = one[kept], other[kept]
    return Edges(one, other, overlap[kept], gold.span[one] == pred.span[other], gold.label[one] == pred.label[other])


def _ranges(first: Array, last: Array) -> tuple[Array, Array]:
    """Give (row, value) for every value in each row's range."""
    sizes = last - first
    rows = np.repeat(np.arange(len(sizes)), sizes)
    values = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes - first, sizes)
    return rows, values


def _with_fragments(gold: MentionColumns, pred: MentionColumns, one: Array, other: Array, overlap: Array) -> Array:
    """Count anew, by their fragments, the overlaps of pairs in which a mention is discontinuous."""
    if not len(gold.fragments.owner) and not len(pred.fragments.owner):
        return overlap
    split = np.isin(one, gold.fragments.owner) | np.isin(other, pred.fragments.owner)
    for place in np.flatnonzero(split).tolist():
        pieces = stretches(gold, int(one[place])), stretches(pred, int(other[place]))
        overlap[place] = sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in pieces[0] for b in pieces[1])
    return overlap


def stretches(mentions: MentionColumns, mention: int) -> list[tuple[int, int]]:
    """Give what a mention covers: its fragments, or its one span."""
    first, last = np.searchsorted(mentions.fragments.owner, [mention, mention + 1])
    if first == last:
        return [(int(mentions.start[mention]), int(mentions.end[mention]))]
    part = slice(first, last)
    return list(zip(mentions.fragments.start[part].tolist(), mentions.fragments.end[part].tolist(), strict=True))


def _ascending(numbers: Array) -> bool:
    return bool((numbers[1:] >= numbers[:-1]).all())


def unpaired(size: int, *taken: Array) -> Array:
    """Give the indices below `size` that none of the others are."""
    free = np.ones(size, bool)
    for part in taken:
        free[part] = False
    return np.flatnonzero(free)
