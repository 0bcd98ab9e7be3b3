"""The shape of a document in JSON: strict records for reading and writing, and the published schema.

The records mirror the document model field by field; unknown keys are errors. Files are read and written elsewhere.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from goldwire.document import Document, Entity, Mention, Relation, Span, Zone


class MentionRecord(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True, gc=False):
    """A mention in JSON; see `goldwire.document.Mention`."""

    id: str = ""
    start: int
    end: int
    label: str
    text: str = ""
    level: str = ""
    fragments: tuple[Span, ...] = ()
    attributes: dict[str, str] = {}
    score: float | None = None


class RelationRecord(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True, gc=False):
    """A relation in JSON; see `goldwire.document.Relation`."""

    id: str = ""
    head: str
    tail: str
    label: str
    evidence: tuple[int, ...] = ()
    attributes: dict[str, str] = {}
    score: float | None = None


class EntityRecord(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True, gc=False):
    """An entity in JSON; see `goldwire.document.Entity`."""

    id: str
    mentions: tuple[str, ...] = ()
    link: str = ""
    wikidata: str = ""
    attributes: dict[str, str] = {}


class ZoneRecord(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True, gc=False):
    """A zone in JSON; see `goldwire.document.Zone`."""

    start: int
    end: int
    label: str
    speaker: str = ""


class DocumentRecord(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True, gc=False):
    """A document in JSON; see `goldwire.document.Document`. Spans are [start, end] pairs of code points."""

    id: str
    metadata: dict[str, str] = {}
    text: str
    tokens: tuple[Span, ...] = ()
    sentences: tuple[Span, ...] = ()
    zones: tuple[ZoneRecord, ...] = ()
    mentions: tuple[MentionRecord, ...] = ()
    entities: tuple[EntityRecord, ...] = ()
    relations: tuple[RelationRecord, ...] = ()


AnyDocument: TypeAlias = Document | DocumentRecord
AnyMention: TypeAlias = Mention | MentionRecord


def stretches(mention: AnyMention) -> tuple[tuple[int, int], ...]:
    """Give the stretches of text of a mention or its record: one, or its fragments in the order of the text."""
    return tuple(sorted(mention.fragments)) if mention.fragments else ((mention.start, mention.end),)


def to_document(record: DocumentRecord) -> Document:
    """Give the document that a record holds."""
    return Document(
        id=record.id,
        text=record.text,
        mentions=tuple(map(_to_mention, record.mentions)),
        relations=tuple(map(_to_relation, record.relations)),
        entities=tuple(map(_to_entity, record.entities)),
        tokens=record.tokens,
        sentences=record.sentences,
        zones=tuple(Zone(z.start, z.end, z.label, z.speaker) for z in record.zones),
        metadata=record.metadata,
    )


def to_record(document: Document) -> DocumentRecord:
    """Give the record of a document."""
    return DocumentRecord(
        id=document.id,
        metadata=_sorted(document.metadata),
        text=document.text,
        tokens=document.tokens,
        sentences=document.sentences,
        zones=tuple(ZoneRecord(start=z.start, end=z.end, label=z.label, speaker=z.speaker) for z in document.zones),
        mentions=tuple(map(_from_mention, document.mentions)),
        entities=tuple(map(_from_entity, document.entities)),
        relations=tuple(map(_from_relation, document.relations)),
    )


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of a document file."""
    schema = msgspec.json.schema(DocumentRecord)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "goldwire document", **schema}


def _to_mention(r: MentionRecord) -> Mention:
    return Mention(r.start, r.end, r.label, r.id, r.text, r.level, r.fragments, r.attributes, r.score)


def _to_relation(r: RelationRecord) -> Relation:
    return Relation(r.head, r.tail, r.label, r.id, r.evidence, r.attributes, r.score)


def _to_entity(r: EntityRecord) -> Entity:
    return Entity(r.id, r.mentions, r.link, r.wikidata, r.attributes)


def _from_mention(m: Mention) -> MentionRecord:
    return MentionRecord(
        id=m.id,
        start=m.start,
        end=m.end,
        label=m.label,
        text=m.text,
        level=m.level,
        fragments=m.fragments,
        attributes=_sorted(m.attributes),
        score=m.score,
    )


def _from_relation(r: Relation) -> RelationRecord:
    return RelationRecord(
        id=r.id,
        head=r.head,
        tail=r.tail,
        label=r.label,
        evidence=r.evidence,
        attributes=_sorted(r.attributes),
        score=r.score,
    )


def _from_entity(e: Entity) -> EntityRecord:
    return EntityRecord(
        id=e.id, mentions=e.mentions, link=e.link, wikidata=e.wikidata, attributes=_sorted(e.attributes)
    )


def _sorted(attributes: Any) -> dict[str, str]:
    return dict(sorted(attributes.items()))
