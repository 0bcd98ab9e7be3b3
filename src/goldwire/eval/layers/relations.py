"""Measures of relations between mentions: by boundaries, strictly, and by surface.

Relations between entities, known facts and evidence are in facts; labels of given pairs in label_pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from goldwire.eval.columns import Columns, RelationColumns, pack_both
from goldwire.eval.counts import Array, Counts
from goldwire.eval.layers.choosing import Pairs
from goldwire.eval.layers.matching import dense, equal_pairs, exact_pairs, full_keys, occurrence, unpaired
from goldwire.eval.layers.mentions import known_surfaces
from goldwire.eval.layers.tally import cells_of, tally_pairs, tally_sets
from goldwire.eval.measures import Measure

TAILLE = "Bekoulis et al. 2018; Taillé et al. 2020, Let's Stop Incorrect Comparisons"


class Folded(NamedTuple):
    """The relations of one side, each fact once, in the direction and under the label that it is counted by.

    row: index into RelationColumns. head, tail: indices of mentions. label: index of the folded label.
    """

    row: Array
    head: Array
    tail: Array
    label: Array
    doc: Array


def folded(columns: Columns) -> tuple[Folded, Folded]:
    """Give both sides' relations with symmetric labels put in one direction and inverse labels under one name.

    A fact that is stated in both directions counts once; one that is literally stated twice counts twice.
    """
    return columns.once("folded relations", _folded)


def _folded(columns: Columns) -> tuple[Folded, Folded]:
    keys, sides = full_numbers(columns), turned(columns)
    facts = pack_both(
        [(key[part.head], key[part.tail], part.label) for key, (part, _) in zip(keys, sides, strict=True)]
    )
    return tuple(_once(part, turn, fact) for (part, turn), fact in zip(sides, facts, strict=True))  # type: ignore[return-value]


def turned(columns: Columns) -> list[tuple[Folded, Array]]:
    """Give all relations of both sides folded, those of a second direction too, and whether each was turned round."""
    sides = zip((columns.gold, columns.pred), full_numbers(columns), strict=True)
    return columns.once("turned relations", lambda c: [_turned(c, side.relations, key) for side, key in sides])


def _turned(columns: Columns, relations: RelationColumns, key: Array) -> tuple[Folded, Array]:
    names, declared = columns.relation_labels, columns.labels
    index = {name: code for code, name in enumerate(names)}
    inverse = declared.inverses
    target = np.array([index[inverse.get(name, name)] for name in names], np.int64)
    flipped = target != np.arange(len(names))
    label = target[relations.label]
    turn = flipped[relations.label] | (symmetric(columns)[label] & (key[relations.head] > key[relations.tail]))
    head = np.where(turn, relations.tail, relations.head)
    tail = np.where(turn, relations.head, relations.tail)
    return Folded(np.arange(len(label)), head, tail, label, relations.doc), turn


def _once(part: Folded, turn: Array, fact: Array) -> Folded:
    """Leave out the second direction of a fact stated in both; literal repetitions stay."""
    if not turn.any():
        return part
    order = np.lexsort((turn, fact))
    number = occurrence(fact[order] * 2 + turn[order])
    again = np.lexsort((number, fact[order]))
    keep = np.ones(len(order), bool)
    keep[1:] = (np.diff(fact[order][again]) != 0) | (np.diff(number[again]) != 0)
    kept = np.sort(order[again][keep])
    return Folded(*(column[kept] for column in part))


def strict(columns: Columns) -> Counts:
    """Count relations whose ends have equal boundaries and labels, with equal label and direction."""
    gold, pred = folded(columns)
    return _counted("relations/strict", columns, gold, pred, strict_pairs(columns))


def boundaries(columns: Columns) -> Counts:
    """Count relations whose ends have equal boundaries, with equal label and direction."""
    gold, pred = folded(columns)
    return _counted("relations/boundaries", columns, gold, pred, boundary_pairs(columns))


def full_numbers(columns: Columns) -> tuple[Array, Array]:
    """Give each mention a small number, equal on both sides just where span and label are."""
    return columns.once("full numbers", _full_numbers)


def _full_numbers(columns: Columns) -> tuple[Array, Array]:
    keys = full_keys(columns)
    if any((np.diff(key) == 0).any() for key in keys):
        return dense(*keys)
    exact = exact_pairs(columns)
    numbers = np.arange(len(keys[0]), len(keys[0]) + len(keys[1]))
    numbers[exact.pred] = exact.gold
    return np.arange(len(keys[0])), numbers


def strict_pairs(columns: Columns) -> Pairs:
    """Pair relations with equal ends (span and label) and label."""
    return columns.once("strict relation pairs", lambda c: _key_pairs(c, *full_numbers(c)))


def boundary_pairs(columns: Columns) -> Pairs:
    """Pair relations with equal ends (span) and label: those that are strictly equal first."""
    return columns.once("boundary relation pairs", _boundary_pairs)


def _boundary_pairs(columns: Columns) -> Pairs:
    first, sides = strict_pairs(columns), folded(columns)
    rest = [unpaired(len(side.row), used) for side, used in zip(sides, first, strict=True)]
    parts = [Folded(*(column[left] for column in side)) for side, left in zip(sides, rest, strict=True)]
    more = equal_pairs(*_span_keys(columns, parts))
    return Pairs(np.concatenate([first.gold, rest[0][more.gold]]), np.concatenate([first.pred, rest[1][more.pred]]))


def _key_pairs(columns: Columns, gold_key: Array, pred_key: Array) -> Pairs:
    sides = zip(folded(columns), (gold_key, pred_key), strict=True)
    return equal_pairs(*pack_both([(key[part.head], key[part.tail], part.label) for part, key in sides]))


def _span_keys(columns: Columns, parts: Sequence[Folded]) -> list[Array]:
    """Give relations numbers by their ends' spans and label, symmetric ones in the direction of their spans."""
    spans = columns.gold.mentions.span, columns.pred.mentions.span
    ends = [span[end] for part, span in zip(parts, spans, strict=True) for end in (part.head, part.tail)]
    number = np.unique(np.concatenate(ends), return_inverse=True)[1]
    cuts = np.cumsum([len(end) for end in ends])[:-1]
    numbered = iter(np.split(number, cuts))
    return pack_both([(*one_way(columns, part.label, next(numbered), next(numbered)), part.label) for part in parts])


def symmetric(columns: Columns) -> Array:
    """Say of each relation label whether it has no direction."""
    declared = columns.labels.symmetric
    return np.array([name in declared for name in columns.relation_labels], bool)


def one_way(columns: Columns, label: Array, head: Array, tail: Array) -> tuple[Array, Array]:
    """Give the numbers of relations' ends, those of labels without direction in ascending order."""
    turn = symmetric(columns)[label] & (head > tail)
    return np.where(turn, tail, head), np.where(turn, head, tail)


def _counted(name: str, columns: Columns, gold: Folded, pred: Folded, pairs: Pairs) -> Counts:
    labels = columns.relation_labels
    cells = [cells_of(part.doc, part.label, len(labels)) for part in (gold, pred)]
    return tally_pairs(name, columns.documents, labels, cells, pairs)


def triples(columns: Columns) -> Counts:
    """Count the distinct (head surface, tail surface, label) of each document."""
    known_surfaces(columns, "relations/triples")
    sides = []
    for part, side in zip(folded(columns), (columns.gold, columns.pred), strict=True):
        surface = side.mentions.surface
        ends = one_way(columns, part.label, surface[part.head], surface[part.tail])
        sides.append((part.doc, part.label, *ends))
    return tally_sets("relations/triples", columns.documents, columns.relation_labels, sides)


DIRECTION = "direction counts but for symmetric labels; inverse labels are one"
MEASURES = (
    Measure("relations/strict", "relations", strict, f"both ends' boundaries and labels, label; {DIRECTION}", TAILLE),
    Measure("relations/boundaries", "relations", boundaries, f"both ends' boundaries, label; {DIRECTION}", TAILLE),
    Measure("relations/triples", "relations", triples, f"distinct surfaces of both ends, label; {DIRECTION}"),
)
