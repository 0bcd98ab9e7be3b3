"""Scores by slices: mentions and relations grouped by a property, each slice with its support.

A paired prediction belongs to its gold partner's slice, another one to the slice of its own property.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np

from goldwire.document import Document, surface_of
from goldwire.errors import InputError
from goldwire.eval.columns import Columns, MentionColumns, Side
from goldwire.eval.counts import Array, Counts
from goldwire.eval.layers.facts import sentence_of
from goldwire.eval.layers.matching import full_keys, mention_pairs
from goldwire.eval.layers.relations import boundary_pairs, folded, strict_pairs
from goldwire.eval.layers.tally import CORRECT, INCORRECT, Items, outcomes, tally

LEVEL_UNSAID, NO_ZONE, NOT_SAID = "(level not said)", "(no zone)", "(not said)"
Values = tuple[list[str], list[str]]
_APART = ("in one sentence", "1 sentence apart", "2 sentences apart", "3 sentences apart or more")


def slice_by(
    columns: Columns,
    by: str,
    documents: Sequence[Document] = (),
    training: Collection[Document] = (),
    *,
    rows: Columns | None = None,
) -> list[Counts]:
    """Give strict counts of mentions and of relations, their "labels" the values of a property.

    `by`: label, length (words), nesting, level, zone, seen, document, distance (sentences between a relation's ends),
    or metadata:KEY. zone and metadata look at `documents` (the gold), seen at the mentions of `training`. `rows`, the
    same columns by sentence (`by_sentence`), gives a row a sentence in place of one a document.

    Raises:
        InputError: there is no such property.
    """
    key, rows = by.partition(":")[2], rows or columns
    if by.startswith("metadata:"):
        _known_metadata(key, documents)
        values = {document.id: document.metadata.get(key, NOT_SAID) for document in documents}
        return _by_document(columns, rows, by, [values.get(name, NOT_SAID) for name in columns.documents])
    if by == "document":
        return _by_document(columns, rows, by, list(columns.documents))
    if by == "distance":
        return [_relations(rows, by, (_distance(columns, columns.gold), _distance(columns, columns.pred)))]
    table = _properties(columns, documents, training)
    if by not in table:
        known = ", ".join([*table, "document", "distance", "metadata:KEY"])
        raise InputError("slice", f"unknown property {by!r}", f"known are {known}")
    return [_mentions(rows, by, (table[by](columns.gold.mentions), table[by](columns.pred.mentions)))]


def _known_metadata(key: str, documents: Sequence[Document]) -> None:
    known = sorted({name for document in documents for name in document.metadata})
    if key not in known:
        found = f"no gold document has the metadata {key!r}"
        raise InputError(f"slice metadata:{key}", found, f"known are {', '.join(known) or 'none'}")


Property = Callable[[MentionColumns], list[str]]


def _properties(
    columns: Columns, documents: Sequence[Document], training: Collection[Document]
) -> Mapping[str, Property]:
    return {
        "label": lambda side: [columns.mention_labels[code] for code in side.label.tolist()],
        "length": lambda side: [_length(columns.surfaces[code]) for code in side.surface.tolist()],
        "nesting": _nesting,
        "level": lambda side: [columns.levels[code] if code >= 0 else LEVEL_UNSAID for code in side.level.tolist()],
        "zone": lambda side: _zones(columns, documents, side),
        "seen": lambda side: _seen(columns, training, side),
    }


def _length(surface: str) -> str:
    words = len(surface.split())
    return "5 words or more" if words > 4 else f"{words} word{'s' * (words > 1)}"


def _nesting(side: MentionColumns) -> list[str]:
    """Say of each mention whether it lies in another one, holds one, both or neither."""
    room = int(side.end.max(initial=0)) + 1
    start, end = side.doc * room + side.start, side.doc * room + side.end
    names = {(False, False): "flat", (True, False): "inner", (False, True): "outer", (True, True): "inner and outer"}
    order = np.lexsort((-end, start))
    inner, outer = np.zeros(len(start), bool), np.zeros(len(start), bool)
    open_: list[int] = []
    for which in order.tolist():
        open_ = [other for other in open_ if end[other] > start[which]]
        around = [o for o in open_ if end[o] >= end[which] and (start[o], end[o]) != (start[which], end[which])]
        inner[which] = bool(around)
        outer[around] = True
        open_.append(which)
    return [names[pair] for pair in zip(inner.tolist(), outer.tolist(), strict=True)]


def _zones(columns: Columns, documents: Sequence[Document], side: MentionColumns) -> list[str]:
    zones = {document.id: document.zones for document in documents}
    places = zip(side.doc.tolist(), side.start.tolist(), side.end.tolist(), strict=True)
    found = []
    for doc, start, end in places:
        around = [zone for zone in zones.get(columns.documents[doc], ()) if zone.start <= start and end <= zone.end]
        found.append(min(around, key=lambda zone: (zone.end - zone.start, zone.label)).label if around else NO_ZONE)
    return found


def _seen(columns: Columns, training: Collection[Document], side: MentionColumns) -> list[str]:
    known = {(surface_of(d, m), m.label) for d in training for m in d.mentions}
    surfaces = {words for words, _ in known}
    pairs = zip(side.surface.tolist(), side.label.tolist(), strict=True)
    named = ((columns.surfaces[words], columns.mention_labels[label]) for words, label in pairs)
    return [
        "seen" if pair in known else "seen with another label" if pair[0] in surfaces else "unseen" for pair in named
    ]


def _distance(columns: Columns, side: Side) -> list[str]:
    sentence = sentence_of(columns, side)
    part = folded(columns)[0 if side is columns.gold else 1]
    return [_APART[min(apart, 3)] for apart in np.abs(sentence[part.head] - sentence[part.tail]).tolist()]


def _by_document(columns: Columns, rows: Columns, by: str, values: list[str]) -> list[Counts]:
    mentions = tuple([values[doc] for doc in side.mentions.doc.tolist()] for side in (columns.gold, columns.pred))
    relations = tuple([values[doc] for doc in part.doc.tolist()] for part in folded(columns))
    return [_mentions(rows, by, mentions), _relations(rows, by, relations)]  # type: ignore[arg-type]


def _mentions(columns: Columns, by: str, values: Values) -> Counts:
    pairs, keys = mention_pairs(columns), full_keys(columns)
    verdict = np.where(keys[0][pairs.gold] == keys[1][pairs.pred], CORRECT, INCORRECT)
    docs = columns.gold.mentions.doc, columns.pred.mentions.doc
    found = outcomes((len(docs[0]), len(docs[1])), pairs, verdict)
    return _sliced(f"mentions/strict by {by}", columns, docs, found, values, pairs)


def _relations(columns: Columns, by: str, values: Values) -> Counts:
    gold, pred = folded(columns)
    found = outcomes((len(gold.row), len(pred.row)), strict_pairs(columns), CORRECT)
    return _sliced(f"relations/strict by {by}", columns, (gold.doc, pred.doc), found, values, boundary_pairs(columns))


def _sliced(  # noqa: PLR0917 - one call a layer
    name: str,
    columns: Columns,
    docs: Sequence[Array],
    found: Sequence[Array],
    values: Values,
    pairs: tuple[Array, Array],
) -> Counts:
    names = sorted({*values[0], *values[1]})
    index = {value: code for code, value in enumerate(names)}
    codes = [np.fromiter((index[value] for value in side), np.int64, len(side)) for side in values]
    codes[1][pairs[1]] = codes[0][pairs[0]]
    items = (Items(doc, code, outcome) for doc, code, outcome in zip(docs, codes, found, strict=True))
    return tally(name, columns.documents, names, *items)
