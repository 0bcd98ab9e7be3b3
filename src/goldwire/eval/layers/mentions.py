"""Measures of mentions that pair one gold with one predicted mention, and those that compare sets of keys.

How pairs are found is matching's business; measures of how much text is shared are in overlap.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from goldwire.errors import InputError
from goldwire.eval.columns import Columns, MentionColumns, pack_both
from goldwire.eval.counts import Array, Counts
from goldwire.eval.layers.matching import equal_pairs, full_keys, mention_pairs
from goldwire.eval.layers.tally import (
    CORRECT,
    INCORRECT,
    PARTIAL,
    Items,
    cells_of,
    tally,
    tally_kinds,
    tally_pairs,
    tally_sets,
)
from goldwire.eval.measures import Measure

SEMEVAL = "Segura-Bedmar et al. 2013, SemEval-2013 task 9.1; Chinchor and Sundheim 1993"
WNUT = "Derczynski et al. 2017, WNUT 2017 shared task"
MUC = "Chinchor and Sundheim 1993, MUC-5; text and type as in Nadeau and Sekine 2007"
JNLPBA = "Kim et al. 2004, JNLPBA shared task"
SAME_LABEL, SAME_SPAN, KINDS = 1, 2, 4  # of a pair; both together are the last kind
Judge = Callable[[Array, Array], Array]


def count_pairs(name: str, columns: Columns, judge: Judge) -> Counts:
    """Count the optimal pairs by what `judge(same span, same label)` says of each."""
    kinds = np.arange(KINDS)
    verdict = judge(kinds >= SAME_SPAN, kinds % SAME_SPAN == SAME_LABEL)
    everything, paired = columns.once("cells of mention pairs", _pairs_by_kind)
    return tally_kinds(name, columns.documents, columns.mention_labels, everything, paired, verdict)


def _pairs_by_kind(columns: Columns) -> tuple[list[Array], list[Array]]:
    """Count each side's mentions by cell, and those in pairs by cell and what is the same in the pair."""
    gold, pred, pairs = columns.gold.mentions, columns.pred.mentions, mention_pairs(columns)
    kind = (gold.span[pairs.gold] == pred.span[pairs.pred]) * SAME_SPAN
    kind += gold.label[pairs.gold] == pred.label[pairs.pred]
    size = len(columns.documents) * len(columns.mention_labels)
    cells = mention_cells(columns)
    paired = (own[places] * KINDS + kind for own, places in zip(cells, pairs, strict=True))
    return [np.bincount(own, minlength=size) for own in cells], [
        np.bincount(own, minlength=size * KINDS).reshape(size, KINDS) for own in paired
    ]


def count_keys(name: str, columns: Columns, gold: Array, pred: Array) -> Counts:
    """Count mentions whose keys are equal, each key as often as both sides have it."""
    pairs = equal_pairs(gold, pred)
    return tally_pairs(name, columns.documents, columns.mention_labels, mention_cells(columns), pairs)


def mention_cells(columns: Columns) -> tuple[Array, Array]:
    """Give both sides' mentions the numbers of their cells in the tables of counts."""
    labels = len(columns.mention_labels)
    sides = _mentions(columns)
    return columns.once("cells of mentions", lambda _: tuple(cells_of(s.doc, s.label, labels) for s in sides))  # type: ignore[return-value]


def strict(columns: Columns) -> Counts:
    """Count mentions with equal boundaries and label as correct, other pairs as incorrect."""
    return count_pairs("mentions/strict", columns, lambda span, label: np.where(span & label, CORRECT, INCORRECT))


def exact(columns: Columns) -> Counts:
    """Count mentions with equal boundaries as correct, whatever their labels."""
    return count_pairs("mentions/exact", columns, lambda span, _: np.where(span, CORRECT, INCORRECT))


def partial(columns: Columns) -> Counts:
    """Count mentions with equal boundaries as correct, other overlapping pairs as partial (worth one half)."""
    return count_pairs("mentions/partial", columns, lambda span, _: np.where(span, CORRECT, PARTIAL))


def type_(columns: Columns) -> Counts:
    """Count overlapping pairs with equal labels as correct."""
    return count_pairs("mentions/type", columns, lambda _, label: np.where(label, CORRECT, INCORRECT))


def slots(columns: Columns) -> Counts:
    """Count a half of a pair as correct for equal boundaries and a half for equal labels of what overlaps."""

    def judge(span: Array, label: Array) -> Array:
        return np.where(span & label, CORRECT, np.where(span | label, PARTIAL, INCORRECT))

    return count_pairs("mentions/muc", columns, judge)


def label_only(columns: Columns) -> Counts:
    """Count how many of each label a document has, wherever they stand."""
    return count_keys("mentions/label", columns, *mention_cells(columns))


def head(columns: Columns) -> Counts:
    """Count mentions with equal head and label."""
    keys = pack_both([(side.head, side.label) for side in _mentions(columns)])
    return count_keys("mentions/head", columns, *keys)


def left(columns: Columns) -> Counts:
    """Count mentions with equal start and label."""
    return _by_border("mentions/left", columns, [side.start for side in _mentions(columns)])


def right(columns: Columns) -> Counts:
    """Count mentions with equal end and label."""
    return _by_border("mentions/right", columns, [side.end for side in _mentions(columns)])


def _mentions(columns: Columns) -> tuple[MentionColumns, MentionColumns]:
    return columns.gold.mentions, columns.pred.mentions


def _by_border(name: str, columns: Columns, borders: list[Array]) -> Counts:
    sides = zip(_mentions(columns), borders, strict=True)
    return count_keys(name, columns, *pack_both([(side.doc, border, side.label) for side, border in sides]))


def known_surfaces(columns: Columns, measure: str) -> None:
    """Refuse mentions without words: unknown surfaces equal nothing.

    Raises:
        InputError: a mention of either side has neither a text to stand in nor words of its own.
    """
    if "" not in columns.surfaces:
        return
    unknown = columns.surfaces.index("")
    for side in (columns.gold, columns.pred):
        places = np.flatnonzero(side.mentions.surface == unknown)
        if len(places):
            document = columns.documents[side.mentions.doc[places[0]]]
            raise InputError(document, f"a mention has no words, so {measure} cannot be counted", "give the texts")


def surface(columns: Columns) -> Counts:
    """Count the distinct (surface, label) of the corpus; correct are those found in their place at least once.

    One row, for distinct forms do not add up over documents.
    """
    known_surfaces(columns, "mentions/surface")
    labels = len(columns.mention_labels)
    found = equal_pairs(*full_keys(columns))
    items = []
    for side, paired in zip(_mentions(columns), found, strict=True):
        key = side.surface * labels + side.label
        forms = np.unique(key)
        items.append(Items(np.zeros_like(forms), forms % labels, np.isin(forms, key[paired]) * CORRECT))
    counts = tally("mentions/surface", ("",), columns.mention_labels, *items)
    return Counts(counts.measure, counts.labels, counts.values)


def surface_in_document(columns: Columns) -> Counts:
    """Count the distinct (surface, label) of each document."""
    known_surfaces(columns, "mentions/surface-by-document")
    sides = [(side.doc, side.label, side.surface) for side in _mentions(columns)]
    return tally_sets("mentions/surface-by-document", columns.documents, columns.mention_labels, sides)


PAIRED = "pairs are optimal and one to one"
MEASURES = (
    Measure("mentions/strict", "mentions", strict, "equal boundaries and label", SEMEVAL),
    Measure("mentions/exact", "mentions", exact, "equal boundaries, any label", SEMEVAL),
    Measure("mentions/partial", "mentions", partial, f"overlap counts one half, any label; {PAIRED}", SEMEVAL),
    Measure("mentions/type", "mentions", type_, f"overlap and equal label; {PAIRED}", SEMEVAL),
    Measure("mentions/muc", "mentions", slots, f"boundaries one half, an overlap's label one half; {PAIRED}", MUC),
    Measure("mentions/label", "mentions", label_only, "as many of each label in a document, anywhere"),
    Measure("mentions/head", "mentions", head, "equal head word and label"),
    Measure("mentions/left", "mentions", left, "equal start and label", JNLPBA),
    Measure("mentions/right", "mentions", right, "equal end and label", JNLPBA),
    Measure(
        "mentions/surface",
        "mentions",
        surface,
        "distinct surfaces and labels of the corpus, found in place at least once",
        WNUT,
        additive=False,
        unit="form",
    ),
    Measure(
        "mentions/surface-by-document",
        "mentions",
        surface_in_document,
        "distinct surfaces and labels of a document, anywhere in it",
        unit="form",
    ),
)
