"""The one document model: text with mentions, relations, entities, tokens, sentences and zones.

Gold, an annotator's pass and a model's predictions are all documents. Reading and writing live in formats.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeVar

NIL = "NIL"


class Span(NamedTuple):
    """A half-open stretch of text, in Unicode code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A typed span of text: `text[start:end]`, in Unicode code points.

    `fragments` is empty for a contiguous mention; a discontinuous one lists its two or more spans, in order,
    and `start` and `end` are then the first start and the last end. `text` is the surface (fragments joined by
    a blank). `level` is name, nominal, pronoun or "" (not said). `score` is a model's confidence.
    """

    start: int
    end: int
    label: str
    id: str = ""
    text: str = ""
    level: str = ""
    fragments: tuple[Span, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)
    score: float | None = None

    @property
    def spans(self) -> tuple[Span, ...]:
        """Give the stretches of text: one, or the fragments of a discontinuous mention."""
        return self.fragments or (Span(self.start, self.end),)


@dataclass(frozen=True, slots=True)
class Relation:
    """A directed, labelled relation between two mentions, named by their ids; evidence lists sentence indices."""

    head: str
    tail: str
    label: str
    id: str = ""
    evidence: tuple[int, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """What mentions refer to, inside a document and (by its id) across documents.

    `link` is a knowledge-base title, NIL (known to have none) or "" (not said).
    """

    id: str
    mentions: tuple[str, ...] = ()
    link: str = ""
    wikidata: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the text (headline, body, quotation ...); a quotation may name its speaker, a mention id."""

    start: int
    end: int
    label: str
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A text and what is said of it. Tokens and sentences are spans of code points, in order of the text."""

    id: str
    text: str
    mentions: tuple[Mention, ...] = ()
    relations: tuple[Relation, ...] = ()
    entities: tuple[Entity, ...] = ()
    tokens: tuple[Span, ...] = ()
    sentences: tuple[Span, ...] = ()
    zones: tuple[Zone, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict, hash=False)

    def by_id(self) -> dict[str, Mention]:
        """Give the mentions by their ids."""
        return {mention.id: mention for mention in self.mentions}

    def entity_of(self) -> dict[str, Entity]:
        """Give the entity of each mention id that has one: of several the first by id."""
        entities = sorted(self.entities, key=lambda entity: entity.id, reverse=True)
        return {mention: entity for entity in entities for mention in entity.mentions}

    def token_texts(self) -> list[str]:
        """Give the tokens' surfaces."""
        return [self.text[start:end] for start, end in self.tokens]

    def without_annotations(self) -> Document:
        """Give the document as a system sees it: text, tokens and sentences, no labels."""
        return replace(self, mentions=(), relations=(), entities=(), zones=())


def surface(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Give what spans cover in a text; the fragments of a discontinuous mention are joined by a blank."""
    return " ".join(text[start:end] for start, end in spans)


def surface_of(document: Document, mention: Mention) -> str:
    """Give the surface that a mention states, else what it covers in its document's text."""
    return mention.text or surface(document.text, mention.spans)


def mention_order(mention: Mention) -> tuple[int, int, str, tuple[Span, ...], str]:
    """Sort mentions by start, longest first, then label, fragments and id."""
    return (mention.start, -mention.end, mention.label, mention.fragments, mention.id)


def canonical(document: Document) -> Document:
    """Give the document in its one order, with surfaces filled in and ids where none are.

    The same content gives the same document, whatever the order it came in. Ids that stand are kept.
    """
    mentions = _with_ids(sorted(document.mentions, key=mention_order), "m")
    filled = tuple(m if m.text else _with_text(m, surface_of(document, m)) for m in mentions)
    place = {mention.id: index for index, mention in enumerate(filled)}
    return Document(
        document.id,
        document.text,
        filled,
        tuple(_with_ids(sorted(document.relations, key=lambda r: _relation_order(r, place)), "r")),
        tuple(sorted((_sorted_entity(e, place) for e in document.entities), key=lambda e: e.id)),
        tuple(sorted(document.tokens)),
        tuple(sorted(document.sentences)),
        tuple(sorted(document.zones, key=lambda z: (z.start, -z.end, z.label, z.speaker))),
        document.metadata,
    )


def _with_text(m: Mention, text: str) -> Mention:
    """Give the mention with its surface; `replace` would take three times as long, and corpora have many mentions."""
    return Mention(m.start, m.end, m.label, m.id, text, m.level, m.fragments, m.attributes, m.score)


def _relation_order(relation: Relation, place: Mapping[str, int]) -> tuple[object, ...]:
    last = len(place)
    ends = (place.get(relation.head, last), place.get(relation.tail, last))
    attributes = tuple(sorted(relation.attributes.items()))
    return (*ends, relation.label, relation.head, relation.tail, attributes, relation.evidence, relation.id)


def _sorted_entity(entity: Entity, place: Mapping[str, int]) -> Entity:
    last = len(place)
    return replace(entity, mentions=tuple(sorted(entity.mentions, key=lambda m: (place.get(m, last), m))))


_Item = TypeVar("_Item", Mention, Relation)


def _with_ids(items: Iterable[_Item], prefix: str) -> list[_Item]:
    found = list(items)
    taken = {item.id for item in found}
    if "" not in taken:
        return found
    fresh = (name for name in map(f"{prefix}{{}}".format, range(1, 2 * len(found) + 2)) if name not in taken)
    return [item if item.id else replace(item, id=next(fresh)) for item in found]
