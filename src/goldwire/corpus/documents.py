"""The config `documents`: whole documents as rows, and rows as documents; the same words as in JSON.

The other configs are views of this one and lose something; this one loses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from goldwire.corpus.schema import INT, STRING, Feature, Features, Row, closed
from goldwire.document import Document, Entity, Mention, Relation, Span, Zone
from goldwire.labels import Attribute, LabelSet

NAME = "documents"
SPANS: Feature = [{"start": INT, "end": INT}]


def features(documents: Sequence[Document], labels: LabelSet) -> Features:
    """Give the features of whole documents; metadata has the keys that the documents have."""
    declared = labels.attributes
    mention: Features = {"id": STRING, "start": INT, "end": INT, "label": closed(labels.mentions), "text": STRING}
    relation: Features = {
        "id": STRING,
        "head": STRING,
        "tail": STRING,
        "label": closed(labels.relations),
        "evidence": [INT],
    }
    entity: Features = {"id": STRING, "mentions": [STRING], "link": STRING, "wikidata": STRING}
    zone: Features = {"start": INT, "end": INT, "label": closed(labels.zones), "speaker": STRING}
    keys = sorted({key for document in documents for key in document.metadata})
    return {
        "id": STRING,
        "text": STRING,
        "mentions": [
            {**mention, "level": closed(labels.levels), "fragments": SPANS, **attributes(declared.mention)},
        ],
        "relations": [{**relation, **attributes(declared.relation)}],
        "entities": [{**entity, **attributes(declared.entity)}],
        "tokens": SPANS,
        "sentences": SPANS,
        "zones": [zone],
        **({"metadata": dict.fromkeys(keys, STRING)} if keys else {}),
    }


def attributes(declared: Mapping[str, Attribute]) -> Features:
    """Give the field `attributes`: a struct of what is declared; none where nothing is (Parquet has no empty one)."""
    fields: dict[str, Feature] = {name: closed(attribute.values) for name, attribute in declared.items()}
    return {"attributes": fields} if fields else {}


def rows(documents: Sequence[Document], labels: LabelSet) -> list[Row]:
    """Give a row a document."""
    del labels
    return [_row(document) for document in documents]


def to_document(row: Row) -> Document:
    """Give the document that a row holds."""
    return Document(
        id=row["id"],
        text=row["text"],
        mentions=tuple(_mention(m) for m in row["mentions"]),
        relations=tuple(_relation(r) for r in row["relations"]),
        entities=tuple(_entity(e) for e in row["entities"]),
        tokens=_from_spans(row["tokens"]),
        sentences=_from_spans(row["sentences"]),
        zones=tuple(Zone(z["start"], z["end"], z["label"], z["speaker"] or "") for z in row["zones"]),
        metadata=_given(row.get("metadata")),
    )


def _row(document: Document) -> Row:
    return {
        "id": document.id,
        "text": document.text,
        "mentions": [_mention_row(m) for m in document.mentions],
        "relations": [_relation_row(r) for r in document.relations],
        "entities": [_entity_row(e) for e in document.entities],
        "tokens": _spans(document.tokens),
        "sentences": _spans(document.sentences),
        "zones": [{"start": z.start, "end": z.end, "label": z.label, "speaker": z.speaker} for z in document.zones],
        "metadata": dict(document.metadata),
    }


def _mention_row(m: Mention) -> Row:
    row: Row = {"id": m.id, "start": m.start, "end": m.end, "label": m.label, "text": m.text, "level": m.level or None}
    return row | {"fragments": _spans(m.fragments), "attributes": dict(m.attributes)}


def _relation_row(r: Relation) -> Row:
    row: Row = {"id": r.id, "head": r.head, "tail": r.tail, "label": r.label}
    return row | {"evidence": list(r.evidence), "attributes": dict(r.attributes)}


def _entity_row(e: Entity) -> Row:
    row: Row = {"id": e.id, "mentions": list(e.mentions), "link": e.link, "wikidata": e.wikidata}
    return row | {"attributes": dict(e.attributes)}


def _mention(row: Row) -> Mention:
    fragments, given = _from_spans(row["fragments"]), _given(row.get("attributes"))
    return Mention(row["start"], row["end"], row["label"], row["id"], row["text"], row["level"] or "", fragments, given)


def _relation(row: Row) -> Relation:
    given = _given(row.get("attributes"))
    return Relation(row["head"], row["tail"], row["label"], row["id"], tuple(row["evidence"]), given)


def _entity(row: Row) -> Entity:
    return Entity(row["id"], tuple(row["mentions"]), row["link"], row["wikidata"], _given(row.get("attributes")))


def _spans(spans: Sequence[Span]) -> list[dict[str, int]]:
    return [{"start": start, "end": end} for start, end in spans]


def _from_spans(rows: Sequence[Mapping[str, int]]) -> tuple[Span, ...]:
    return tuple(Span(row["start"], row["end"]) for row in rows)


def _given(attributes: Mapping[str, Any] | None) -> dict[str, str]:
    return {name: value for name, value in (attributes or {}).items() if value is not None}
