"""From items with an outcome to Counts: what every measure ends in.

Which outcome an item has is decided in the layers' files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from goldwire.eval.columns import pack_both
from goldwire.eval.counts import COLUMNS, Array, Counts
from goldwire.eval.layers.choosing import Pairs
from goldwire.eval.layers.matching import equal_pairs

ALONE, CORRECT, INCORRECT, PARTIAL = range(4)


class Items(NamedTuple):
    """The items of one side: their document, label and outcome (ALONE: missing or spurious)."""

    doc: Array
    label: Array
    outcome: Array


def tally(measure: str, documents: tuple[str, ...], labels: Sequence[str], gold: Items, pred: Items) -> Counts:
    """Count both sides' items by document, label and outcome."""
    size = (len(documents), len(labels))
    cells_of_sides = [cells_of(items.doc, items.label, size[1]) for items in (gold, pred)]
    everything = [np.bincount(cells, minlength=size[0] * size[1]).reshape(size) for cells in cells_of_sides]
    values: Array = np.zeros((*size, len(COLUMNS)), _narrowest(everything))
    for side, (items, cells) in enumerate(zip((gold, pred), cells_of_sides, strict=True)):
        values[..., side] = everything[side]
        for outcome in (CORRECT, INCORRECT, PARTIAL):
            which = np.flatnonzero(items.outcome == outcome)
            if len(which):
                found = np.bincount(cells[which], minlength=size[0] * size[1]).reshape(size)
                values[..., 2 * outcome + side] = found
    return Counts(measure, tuple(labels), values, documents)


def tally_pairs(
    measure: str, documents: tuple[str, ...], labels: Sequence[str], cells: Sequence[Array], pairs: Pairs
) -> Counts:
    """Count as `tally` does, from each side's cells (document * labels + label) and the pairs, all of them correct."""
    size = len(documents) * len(labels)
    everything = [np.bincount(own, minlength=size) for own in cells]
    paired = [np.bincount(own[which], minlength=size)[:, None] for own, which in zip(cells, pairs, strict=True)]
    return tally_kinds(measure, documents, labels, everything, paired, np.array([CORRECT]))


def tally_kinds(  # noqa: PLR0917 - what a table needs, and two sides of it
    measure: str,
    documents: tuple[str, ...],
    labels: Sequence[str],
    everything: Sequence[Array],
    paired: Sequence[Array],
    verdict: Array,
) -> Counts:
    """Count as `tally` does, from each side's items by cell, those in pairs by cell and kind, and a kind's outcome."""
    shape = len(documents), len(labels), len(COLUMNS)
    values: Array = np.zeros((shape[0] * shape[1], shape[2]), _narrowest(everything))
    for side in range(2):
        values[:, side] = everything[side]
        for kind, outcome in enumerate(verdict):
            values[:, 2 * outcome + side] += paired[side][:, kind].astype(values.dtype)
    return Counts(measure, tuple(labels), values.reshape(shape), documents)


def tally_sets(
    measure: str, documents: tuple[str, ...], labels: Sequence[str], sides: Sequence[tuple[Array, ...]]
) -> Counts:
    """Count distinct rows that both sides have; the first two columns of a row are its document and label."""
    keys = pack_both(sides)
    firsts = [np.unique(key, return_index=True)[1] for key in keys]
    pairs = equal_pairs(*(key[first] for key, first in zip(keys, firsts, strict=True)))
    found = outcomes((len(firsts[0]), len(firsts[1])), pairs, CORRECT)
    items = (
        Items(side[0][first], side[1][first], outcome)
        for side, first, outcome in zip(sides, firsts, found, strict=True)
    )
    return tally(measure, documents, labels, *items)


def _narrowest(everything: Sequence[Array]) -> type:
    """Give the integers that hold every cell: a corpus's counts a document fill the memory."""
    most = max(int(own.max(initial=0)) for own in everything)
    return next(kind for kind in (np.int8, np.int16, np.int32, np.int64) if most <= np.iinfo(kind).max)


def cells_of(doc: Array, label: Array, labels: int) -> Array:
    """Give each item the number of its cell in a table of documents and labels."""
    cells = doc * labels
    cells += label
    return cells


def outcomes(sizes: tuple[int, int], pairs: Pairs, outcome: Array | int) -> tuple[Array, Array]:
    """Give each item of both sides the outcome of its pair; items in no pair stay ALONE."""
    sides = np.zeros(sizes[0], np.int8), np.zeros(sizes[1], np.int8)
    sides[0][pairs.gold] = outcome
    sides[1][pairs.pred] = outcome
    return sides
