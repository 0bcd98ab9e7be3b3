"""Pairs of gold and predicted mentions that overlap without being the same.

The optimal pairing is that of eval/layers/matching.py; the order in which nervaluate takes pairs is in greedy.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from goldwire.eval.counts import Array
from goldwire.eval.layers.edges import Edges
from goldwire.eval.tagging.passes import Coded, Starts

if TYPE_CHECKING:
    from goldwire.eval.columns import MentionColumns


class Mentions(NamedTuple):
    """Mentions of one side in order, flat: half-open token spans over the whole chunk, and label + 1."""

    start: Array
    end: Array
    label: Array


class Pairs(NamedTuple):
    """Pairs: the gold mention's first token, both labels + 1, and whether the spans are equal."""

    token: Array
    gold: Array
    pred: Array
    same_span: Array


def pairs(gold: Coded, pred: Coded, found: Starts) -> Pairs:
    """Give the optimal one-to-one pairs of the mentions that are not the same on both sides."""
    one, other = unlike(gold, pred, found)
    edges = overlapping(one, other)
    if _crowded(edges):
        edges = _optimal(edges, one, other)
    return Pairs(one.start[edges.gold], one.label[edges.gold], other.label[edges.pred], edges.same_span)


def unlike(gold: Coded, pred: Coded, found: Starts) -> tuple[Mentions, Mentions]:
    """Give the mentions of both sides that are not the same on the other."""
    sides = []
    for side, label in ((gold, found.gold), (pred, found.pred)):
        left = np.flatnonzero((label > 0) > found.same)
        token = found.token[left]
        sides.append(Mentions(token, ends(side, token), label[left]))
    return sides[0], sides[1]


def ends(side: Coded, start: Array) -> Array:
    """Give the end (exclusive) of the mentions that start at these tokens."""
    end = start + 1
    moving = np.arange(len(end))
    while len(moving):
        moving = moving[end[moving] < len(side.codes)]
        moving = moving[side.goes_on[end[moving]]]
        end[moving] += 1
    return end


def overlapping(gold: Mentions, pred: Mentions) -> Edges:
    """Give all pairs that share a token, in the order of gold, then pred."""
    first = np.searchsorted(pred.end, gold.start, "right")
    sizes = np.maximum(np.searchsorted(pred.start, gold.end) - first, 0)
    one = np.repeat(np.arange(len(sizes)), sizes)
    other = np.arange(len(one)) - np.repeat(np.cumsum(sizes) - sizes - first, sizes)
    return Edges(one, other, *_agreement(gold, pred, one, other))


def _agreement(gold: Mentions, pred: Mentions, one: Array, other: Array) -> tuple[Array, Array, Array]:
    start = gold.start[one], pred.start[other]
    end = gold.end[one], pred.end[other]
    same_span = (start[0] == start[1]) & (end[0] == end[1])
    return np.minimum(*end) - np.maximum(*start), same_span, gold.label[one] == pred.label[other]


def _crowded(edges: Edges) -> bool:
    """Tell whether a mention overlaps more than one other, so that there is something to choose."""
    return bool((edges.gold[1:] == edges.gold[:-1]).any() or (edges.pred[1:] == edges.pred[:-1]).any())


def _optimal(edges: Edges, gold: Mentions, pred: Mentions) -> Edges:
    # Imported here: most chunks have no crowd, and a process that scores one small file starts faster.
    from goldwire.eval.layers.choosing import choose

    chosen = choose(edges, _columns(gold), _columns(pred))
    return Edges(chosen.gold, chosen.pred, *_agreement(gold, pred, chosen.gold, chosen.pred))


def _columns(mentions: Mentions) -> MentionColumns:
    from goldwire.eval.columns import MentionColumns

    nothing = np.full(len(mentions.start), -1, np.int64)
    label = mentions.label.astype(np.int64)
    span = mentions.start * (int(mentions.end.max(initial=0)) + 1) + mentions.end
    return MentionColumns(np.zeros_like(nothing), mentions.start, mentions.end, label, span, nothing, nothing)
