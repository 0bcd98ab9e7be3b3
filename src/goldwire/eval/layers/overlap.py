"""Measures of mentions by how much text they share: characters, tokens, and pairs above a threshold.

The pairing that strict, exact, partial and type share is in matching.
"""

from __future__ import annotations

import re
from functools import partial

import numpy as np

from goldwire.eval.columns import Columns, MentionColumns
from goldwire.eval.counts import Array, Counts
from goldwire.eval.layers.choosing import choose
from goldwire.eval.layers.edges import Edges
from goldwire.eval.layers.matching import overlaps
from goldwire.eval.layers.tally import CORRECT, Items, outcomes, tally
from goldwire.eval.measures import Measure
from goldwire.eval.raw import Spans

LENIENT = "Uzuner et al. 2011, i2b2 2010; lenient"
JACCARD = "Jaccard 1912, on the code points of two mentions"


def at_least(columns: Columns, threshold: float, name: str, labelled: bool = True) -> Counts:
    """Count pairs that overlap, with intersection over union of at least `threshold` (0 to 1), and equal labels.

    The pairing has the most pairs; among these, the greatest overlap.
    """
    gold, pred = columns.gold.mentions, columns.pred.mentions
    edges = overlaps(columns, np.arange(len(gold.doc)), np.arange(len(pred.doc)))
    union = lengths(gold)[edges.gold] + lengths(pred)[edges.pred] - edges.overlap
    kept = edges.overlap >= threshold * union
    if labelled:
        kept &= edges.same_label
    held = Edges(*(part[kept] for part in edges))
    # Every pair counts alike here, so "equal span" is said of all: the choice then has the most pairs first.
    pairs = choose(held._replace(same_span=np.ones(len(held.gold), bool)), gold, pred)
    sides = outcomes((len(gold.doc), len(pred.doc)), pairs, CORRECT)
    items = Items(gold.doc, gold.label, sides[0]), Items(pred.doc, pred.label, sides[1])
    return tally(name, columns.documents, columns.mention_labels, *items)


def overlapping(columns: Columns) -> Counts:
    """Count pairs that share a code point, with equal labels."""
    return at_least(columns, 0, "mentions/overlap")


def lengths(mentions: MentionColumns) -> Array:
    """Give how many code points each mention covers; the fragments of a discontinuous one together."""
    sizes: Array = mentions.end - mentions.start
    if len(mentions.fragments.owner):
        sizes = sizes.copy()
        owners = np.unique(mentions.fragments.owner)
        pieces = mentions.fragments.end - mentions.fragments.start
        sizes[owners] = np.bincount(mentions.fragments.owner, pieces, len(sizes))[owners].astype(np.int64)
    return sizes


def characters(columns: Columns) -> Counts:
    """Count code points by the labels of the mentions that cover them, each once a label."""
    return _covered(
        "mentions/characters", columns, *(_stretches(side.mentions) for side in (columns.gold, columns.pred))
    )


def tokens(columns: Columns) -> Counts:
    """Count tokens of the gold by the labels of the mentions that cover any of their characters, each once a label."""
    sides = (_stretches(side.mentions) for side in (columns.gold, columns.pred))
    return _covered("mentions/tokens", columns, *(_in_tokens(columns, side) for side in sides))


def _stretches(mentions: MentionColumns) -> tuple[Array, Array, Array, Array]:
    """Give document, label, start and end of every stretch that a mention covers."""
    whole = np.ones(len(mentions.doc), bool)
    whole[mentions.fragments.owner] = False
    owner = np.concatenate([np.flatnonzero(whole), mentions.fragments.owner])
    start = np.concatenate([mentions.start[whole], mentions.fragments.start])
    end = np.concatenate([mentions.end[whole], mentions.fragments.end])
    return mentions.doc[owner], mentions.label[owner], start, end


def _in_tokens(columns: Columns, side: tuple[Array, Array, Array, Array]) -> tuple[Array, Array, Array, Array]:
    doc, label, start, end = side
    tokens: Spans = columns.tokens
    room = int(max(tokens.end.max(initial=0), end.max(initial=0))) + 1
    first = np.searchsorted(tokens.owner * room + tokens.end, doc * room + start, "right")
    last = np.searchsorted(tokens.owner * room + tokens.start, doc * room + end)
    return doc, label, first, np.maximum(first, last)


def _covered(
    name: str, columns: Columns, gold: tuple[Array, Array, Array, Array], pred: tuple[Array, Array, Array, Array]
) -> Counts:
    """Count the places that each side covers, and both: [documents, labels]."""
    size = len(columns.documents), len(columns.mention_labels)
    counts = tally(name, columns.documents, columns.mention_labels, _no_items(), _no_items())
    room = int(max((side[3].max(initial=0) for side in (gold, pred)), default=0)) + 1
    unions = [_union(doc * size[1] + label, start, end, room) for doc, label, start, end in (gold, pred)]
    values = counts.values.reshape(-1, counts.values.shape[-1])
    for column, (start, end) in enumerate([*unions, _intersection(*unions)]):
        np.add.at(values[:, column], start // room, (end - start).astype(values.dtype))
    values[:, 3] = values[:, 2]
    return counts


def _no_items() -> Items:
    return Items(*(np.zeros(0, np.int64) for _ in range(3)))


def _union(axis: Array, start: Array, end: Array, room: int) -> tuple[Array, Array]:
    """Give the disjoint stretches that the given ones cover together, each axis on its own part of one line."""
    kept = end > start
    begin, stop = (axis * room + start)[kept], (axis * room + end)[kept]
    order = np.argsort(begin, kind="stable")
    begin, reach = begin[order], np.maximum.accumulate(stop[order])
    first = np.ones(len(begin), bool)
    first[1:] = begin[1:] > reach[:-1]
    last = np.append(first[1:], True)
    return begin[first], reach[last[: len(reach)]]


def _intersection(one: tuple[Array, Array], other: tuple[Array, Array]) -> tuple[Array, Array]:
    """Give where two unions both are, by the running balance of their starts and ends."""
    points = np.concatenate([one[0], other[0], one[1], other[1]])
    steps = np.repeat([1, -1], [len(one[0]) + len(other[0]), len(one[1]) + len(other[1])])
    order = np.lexsort((steps, points))
    places, depth = points[order], np.cumsum(steps[order])
    starts = np.flatnonzero(depth == 2)
    return places[starts], places[starts + 1]


def family(name: str) -> Measure | None:
    """Give the measure of another threshold (mentions/iou-60), if a name is one."""
    percent = re.fullmatch(r"mentions/iou-([1-9]\d?|100)", name)
    return _iou(int(percent[1])) if percent else None


def _iou(percent: int) -> Measure:
    name = f"mentions/iou-{percent}"
    rule = f"intersection over union of at least {percent} %, equal label; most pairs, one to one"
    return Measure(name, "mentions", partial(at_least, threshold=percent / 100, name=name), rule, JACCARD)


MEASURES = (
    Measure("mentions/overlap", "mentions", overlapping, "overlap and equal label; most pairs, one to one", LENIENT),
    _iou(50),
    _iou(75),
    Measure("mentions/characters", "mentions", characters, "code points covered, by label", unit="character"),
    Measure("mentions/tokens", "mentions", tokens, "the gold's tokens covered, by label", unit="token"),
)
