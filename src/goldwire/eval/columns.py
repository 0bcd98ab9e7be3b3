"""Documents as integer columns over one code-book: what every measure counts on.

Turning documents, records or Parquet into columns lives here; matching and counting live in the measures.
"""

from __future__ import annotations

from dataclasses import dataclass

from goldwire.eval.counts import Array


@dataclass(frozen=True, slots=True)
class MentionColumns:
    """The mentions of one side, an array a field, sorted by (doc, start, end, label).

    doc: index into `Columns.documents`. start, end: code points. label: index into `Columns.mention_labels`.
    span: a number that is equal on both sides just where document, start, end and fragments are equal.
    entity: index into this side's EntityColumns, or -1. level: index into `Columns.levels`, or -1.
    """

    doc: Array
    start: Array
    end: Array
    label: Array
    span: Array
    entity: Array
    level: Array


@dataclass(frozen=True, slots=True)
class RelationColumns:
    """The relations of one side; head and tail are indices into this side's MentionColumns.

    label: index into `Columns.relation_labels`; symmetric and inverse labels are not yet folded.
    """

    doc: Array
    head: Array
    tail: Array
    label: Array


@dataclass(frozen=True, slots=True)
class EntityColumns:
    """The entities of one side, sorted by (doc, name). An entity of several documents has a row in each.

    name: index into `Columns.entity_names` (ids, equal across documents). link: index into `Columns.links`, or -1.
    """

    doc: Array
    name: Array
    link: Array


@dataclass(frozen=True, slots=True)
class Side:
    """All columns of one side, gold or predicted, and which layers it has said anything about."""

    mentions: MentionColumns
    relations: RelationColumns
    entities: EntityColumns
    layers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Columns:
    """Both sides over one code-book; every name list is sorted, so that codes do not depend on the input's order."""

    documents: tuple[str, ...]
    mention_labels: tuple[str, ...]
    relation_labels: tuple[str, ...]
    levels: tuple[str, ...]
    entity_names: tuple[str, ...]
    links: tuple[str, ...]
    gold: Side
    pred: Side
