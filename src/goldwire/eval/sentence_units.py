"""Sentences as the units that intervals draw: the same matching, its counts put down by sentence.

How units are drawn is in resampling.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from goldwire.eval.columns import Columns, Side
from goldwire.eval.counts import Array
from goldwire.eval.layers.facts import sentence_of
from goldwire.eval.layers.matching import full_keys, mention_pairs
from goldwire.eval.layers.relations import boundary_pairs, folded, strict_pairs

BY_SENTENCE = frozenset(
    f"{layer}/{rule}"
    for layer, rules in (("mentions", "strict exact partial type"), ("relations", "strict boundaries"))
    for rule in rules.split()
)


def by_sentence(columns: Columns) -> Columns:
    """Give the columns with the gold's sentences in place of documents, for the measures of BY_SENTENCE.

    A mention belongs to the sentence in which it starts, a relation to that of its head. Matching is that of the whole
    documents, so that totals stay the same. What stands before a document's first sentence belongs to that one; a
    document without sentences is one unit.
    """
    for shared in (full_keys, mention_pairs, strict_pairs, boundary_pairs):  # matched by document, before these change
        shared(columns)
    first, names = _units(columns)
    units = [_unit_of(columns, side, first) for side in (columns.gold, columns.pred)]
    sides = [_moved(side, unit) for side, unit in zip((columns.gold, columns.pred), units, strict=True)]
    parts = tuple(part._replace(doc=unit[part.head]) for part, unit in zip(folded(columns), units, strict=True))
    memo = {name: made for name, made in columns.memo.items() if not name.startswith("cells of")}
    memo["folded relations"] = parts
    return replace(columns, documents=names, gold=sides[0], pred=sides[1], memo=memo)


def _moved(side: Side, unit: Array) -> Side:
    relations = replace(side.relations, doc=unit[side.relations.head])
    return replace(side, mentions=replace(side.mentions, doc=unit), relations=relations)


def _units(columns: Columns) -> tuple[Array, tuple[str, ...]]:
    """Give each document's first unit, and the units' names."""
    sizes = np.maximum(np.bincount(columns.sentences.owner, minlength=len(columns.documents)), 1)
    names = (
        f"{name}#{number}"
        for name, size in zip(columns.documents, sizes.tolist(), strict=True)
        for number in range(1, size + 1)
    )
    return np.cumsum(sizes) - sizes, tuple(names)


def _unit_of(columns: Columns, side: Side, first: Array) -> Array:
    """Give the unit in which each mention of a side starts."""
    doc = side.mentions.doc
    return np.asarray(first[doc] + sentence_of(columns, side) - np.searchsorted(columns.sentences.owner, doc))
