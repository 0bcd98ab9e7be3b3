"""From items with an outcome to Counts: what every measure ends in.

Which outcome an item has is decided in the layers' files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from goldwire.eval.counts import COLUMNS, Array, Counts
from goldwire.eval.layers.matching import Pairs

ALONE, CORRECT, INCORRECT, PARTIAL = range(4)


class Items(NamedTuple):
    """The items of one side: their document, label and outcome (ALONE: missing or spurious)."""

    doc: Array
    label: Array
    outcome: Array


def tally(measure: str, documents: tuple[str, ...], labels: Sequence[str], gold: Items, pred: Items) -> Counts:
    """Count both sides' items by document, label and outcome."""
    size = (len(documents), len(labels))
    values = np.zeros((*size, len(COLUMNS)), np.int32)
    for side, items in enumerate((gold, pred)):
        cells = items.doc * size[1]
        cells += items.label
        values[..., side] = np.bincount(cells, minlength=size[0] * size[1]).reshape(size)
        for outcome in (CORRECT, INCORRECT, PARTIAL):
            which = np.flatnonzero(items.outcome == outcome)
            if len(which):
                found = np.bincount(cells[which], minlength=size[0] * size[1]).reshape(size)
                values[..., 2 * outcome + side] = found
    return Counts(measure, tuple(labels), values, documents)


def tally_pairs(  # noqa: PLR0917 - what a table needs, and two sides of it
    measure: str,
    documents: tuple[str, ...],
    labels: Sequence[str],
    cells: Sequence[Array],
    pairs: Pairs,
    verdict: Array | int,
) -> Counts:
    """Count as `tally` does, from each side's cells (document * labels + label) and the outcome of each pair."""
    size = (len(documents), len(labels))
    values = np.zeros((*size, len(COLUMNS)), np.int32)
    for side, (own, paired) in enumerate(zip(cells, pairs, strict=True)):
        values[..., side] = np.bincount(own, minlength=size[0] * size[1]).reshape(size)
        for outcome, which in _by_outcome(verdict):
            found = np.bincount(own[paired[which]], minlength=size[0] * size[1])
            values[..., 2 * outcome + side] = found.reshape(size)
    return Counts(measure, tuple(labels), values, documents)


def _by_outcome(verdict: Array | int) -> list[tuple[int, Array | slice]]:
    if isinstance(verdict, int):
        return [(verdict, slice(None))]
    found = ((outcome, np.flatnonzero(verdict == outcome)) for outcome in (CORRECT, INCORRECT, PARTIAL))
    return [(outcome, which) for outcome, which in found if len(which)]


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
