"""A pass taken apart into items that do not depend on its ids, and put together again.

Comparing passes item by item is in adjudicate; how an item reads in a work list is here, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from goldwire.document import Document, Entity, Mention, Relation, Span, Zone, canonical, surface
from goldwire.errors import InputError

Attributes: TypeAlias = tuple[tuple[str, str], ...]


class MentionItem(NamedTuple):
    """A mention without its id."""

    spans: tuple[Span, ...]
    label: str
    level: str = ""
    attributes: Attributes = ()


class RelationItem(NamedTuple):
    """A relation whose ends are given by what they cover, not by ids."""

    head: tuple[tuple[Span, ...], str]
    tail: tuple[tuple[Span, ...], str]
    label: str
    evidence: tuple[int, ...] = ()
    attributes: Attributes = ()


class MembershipItem(NamedTuple):
    """That a mention refers to an entity."""

    mention: tuple[tuple[Span, ...], str]
    entity: str


class LinkItem(NamedTuple):
    """What is said of an entity."""

    entity: str
    link: str
    wikidata: str = ""
    attributes: Attributes = ()


class SpeakerItem(NamedTuple):
    """A zone, its speaker given by what it covers."""

    start: int
    end: int
    label: str
    speaker: tuple[tuple[Span, ...], str] | None = None


class SentenceItem(NamedTuple):
    """A sentence."""

    start: int
    end: int


Item: TypeAlias = MentionItem | RelationItem | MembershipItem | LinkItem | SpeakerItem | SentenceItem


LAYERS: dict[str, type[Item]] = {
    "mentions": MentionItem,
    "entities": MembershipItem,
    "links": LinkItem,
    "relations": RelationItem,
    "zones": SpeakerItem,
    "sentences": SentenceItem,
}


def items(document: Document) -> dict[str, list[Item]]:
    """Take a document apart into items by layer."""
    mentions = document.by_id()
    key = {name: (mention.spans, mention.label) for name, mention in mentions.items()}
    return {
        "mentions": [MentionItem(m.spans, m.label, m.level, _pairs(m.attributes)) for m in document.mentions],
        "entities": [MembershipItem(key[name], e.id) for e in document.entities for name in e.mentions],
        "links": [LinkItem(e.id, e.link, e.wikidata, _pairs(e.attributes)) for e in document.entities],
        "relations": [
            RelationItem(key[r.head], key[r.tail], r.label, r.evidence, _pairs(r.attributes))
            for r in document.relations
        ],
        "zones": [SpeakerItem(z.start, z.end, z.label, key.get(z.speaker)) for z in document.zones],
        "sentences": [SentenceItem(*span) for span in document.sentences],
    }


def assemble(id: str, text: str, parts: Iterable[Item], metadata: Mapping[str, str] | None = None) -> Document:
    """Put items together into a canonical document, with fresh ids.

    Raises:
        InputError: a relation, membership or speaker names a mention that no item gives.
    """
    by_kind: dict[type[Item], list[Item]] = defaultdict(list)
    for item in dict.fromkeys(parts):
        by_kind[type(item)].append(item)
    bare = [_mention(text, item) for item in by_kind[MentionItem] if isinstance(item, MentionItem)]
    mentions = canonical(Document(id, text, tuple(bare))).mentions
    names = {(mention.spans, mention.label): mention.id for mention in mentions}
    document = Document(
        id=id,
        text=text,
        mentions=mentions,
        relations=tuple(_relation(id, i, names) for i in by_kind[RelationItem] if isinstance(i, RelationItem)),
        entities=tuple(_entities(id, by_kind, names)),
        sentences=tuple(Span(i.start, i.end) for i in by_kind[SentenceItem] if isinstance(i, SentenceItem)),
        zones=tuple(_zone(id, i, names) for i in by_kind[SpeakerItem] if isinstance(i, SpeakerItem)),
        metadata=metadata or {},
    )
    return canonical(document)


def place(item: Item) -> tuple[int, int, str]:
    """Give where an item lies in the text, for sorting; links come by name."""
    if isinstance(item, MentionItem):
        return item.spans[0].start, -item.spans[-1].end, repr(item)
    if isinstance(item, RelationItem):
        return item.head[0][0].start, item.tail[0][0].start, repr(item)
    if isinstance(item, MembershipItem):
        return item.mention[0][0].start, -item.mention[0][-1].end, repr(item)
    return (0, 0, repr(item)) if isinstance(item, LinkItem) else (item.start, -item.end, repr(item))


def describe(item: Item, text: str) -> str:
    """Give the words an item is about, with 30 characters of context around a mention."""
    if isinstance(item, MentionItem):
        return _in_context(text, item.spans)
    if isinstance(item, RelationItem):
        return f"{item.label}({surface(text, item.head[0])}, {surface(text, item.tail[0])})"
    if isinstance(item, MembershipItem):
        return _in_context(text, item.mention[0])
    return item.entity if isinstance(item, LinkItem) else text[item.start : item.end]


def claim(item: Item, text: str) -> str:
    """Give what an item says of those words, so that two candidates can be told apart."""
    if isinstance(item, MentionItem):
        return _listed(item.label, item.level, *_assigned(item.attributes))
    if isinstance(item, RelationItem):
        sentences = f"sentence {', '.join(map(str, item.evidence))}" if item.evidence else ""
        return _listed(describe(item, text), sentences, *_assigned(item.attributes))
    if isinstance(item, MembershipItem):
        return f"is {item.entity}"
    if isinstance(item, LinkItem):
        return _listed(f"links to {item.link or 'nothing'}", item.wikidata, *_assigned(item.attributes))
    speaker = f"spoken by {surface(text, item.speaker[0])}" if isinstance(item, SpeakerItem) and item.speaker else ""
    return _listed(f"[{item.start}, {item.end})", item.label if isinstance(item, SpeakerItem) else "", speaker)


def _in_context(text: str, spans: Sequence[Span]) -> str:
    start, end = spans[0].start, spans[-1].end
    return f"{text[max(0, start - 30) : start]}[{text[start:end]}]{text[end : end + 30]}".replace("\n", " ")


def _assigned(attributes: Attributes) -> list[str]:
    return [f"{name} = {value}" for name, value in attributes]


def _listed(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _mention(text: str, item: MentionItem) -> Mention:
    fragments = item.spans if len(item.spans) > 1 else ()
    start, end = item.spans[0].start, item.spans[-1].end
    words = surface(text, item.spans)
    return Mention(start, end, item.label, "", words, item.level, fragments, dict(item.attributes))


def _relation(id: str, item: RelationItem, names: Mapping[tuple[tuple[Span, ...], str], str]) -> Relation:
    ends = [_named(id, end, names, f"an end of {item.label}") for end in (item.head, item.tail)]
    return Relation(ends[0], ends[1], item.label, "", item.evidence, dict(item.attributes))


def _zone(id: str, item: SpeakerItem, names: Mapping[tuple[tuple[Span, ...], str], str]) -> Zone:
    speaker = _named(id, item.speaker, names, f"the speaker of a {item.label}") if item.speaker else ""
    return Zone(item.start, item.end, item.label, speaker)


def _entities(
    id: str, parts: Mapping[type[Item], list[Item]], names: Mapping[tuple[tuple[Span, ...], str], str]
) -> Iterable[Entity]:
    said = {item.entity: item for item in parts[LinkItem] if isinstance(item, LinkItem)}
    chains: dict[str, list[str]] = {}
    for item in parts[MembershipItem]:
        if isinstance(item, MembershipItem):
            chains.setdefault(item.entity, []).append(_named(id, item.mention, names, f"a mention of {item.entity}"))
    for name, chain in chains.items():
        link = said.get(name, LinkItem(name, ""))
        yield Entity(name, tuple(chain), link.link, link.wikidata, dict(link.attributes))


def _named(
    id: str, key: tuple[tuple[Span, ...], str], names: Mapping[tuple[tuple[Span, ...], str], str], what: str
) -> str:
    if key not in names:
        spans = [list(span) for span in key[0]]
        raise InputError(
            id, f"{what} is the {key[1]} at {spans}, which does not stand", "accept that mention, or drop it"
        )
    return names[key]


def _pairs(attributes: Mapping[str, str]) -> Attributes:
    return tuple(sorted(attributes.items()))
