"""Adjudication: what all annotators agree on is taken, the rest becomes a work list, decisions make the gold.

A pass is taken apart into items that do not depend on its ids; disputes and decisions are about items. Nothing is
read or printed here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

from goldwire.annotations.passes import Passes
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


@dataclass(frozen=True, slots=True)
class Candidate:
    """One version of what is disputed, and who holds it."""

    item: Item
    annotators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dispute:
    """Candidates that exclude or touch each other; every annotator is on one of them or saw nothing there."""

    id: str
    document: str
    layer: str
    candidates: tuple[Candidate, ...]
    context: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """Which candidates of a dispute stand (none: all fall), by which rule of the guidelines, and why."""

    dispute: str
    accept: tuple[int, ...]
    rule: str
    reason: str = ""


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


def compare_passes(passes: Passes, document: str) -> tuple[list[Item], list[Dispute]]:
    """Give what all annotators of a document agree on, and the disputes about the rest, in order of the text."""
    versions = {annotator: documents[document] for annotator, documents in passes.items() if document in documents}
    aligned = _with_common_names(versions)
    text = next(iter(versions.values())).text
    agreed, disputes = list[Item](), list[Dispute]()
    parts = {annotator: items(version) for annotator, version in aligned.items()}
    for layer in LAYERS:
        holders = _holders({annotator: mine[layer] for annotator, mine in parts.items()})
        settled = {item for item, who in holders.items() if set(who) == _could_hold(item, parts)}
        agreed += [item for item in holders if item in settled]
        groups = _groups({item: who for item, who in holders.items() if item not in settled})
        disputes += [_dispute(document, layer, number, g, text) for number, g in enumerate(groups, start=1)]
    return agreed, disputes


def adjudicated(agreed: Sequence[Item], disputes: Sequence[Dispute], decisions: Iterable[Decision]) -> list[Item]:
    """Give the items that stand after the decisions.

    Raises:
        InputError: a dispute is undecided, a decision is of no dispute, or accepts a candidate that is not there.
    """
    by_id = {decision.dispute: decision for decision in decisions}
    missing = [dispute.id for dispute in disputes if dispute.id not in by_id]
    if missing:
        raise InputError(
            "decisions", f"{len(missing)} disputes are undecided, the first is {missing[0]}", "decide them"
        )
    for name in sorted(set(by_id) - {dispute.id for dispute in disputes}):
        raise InputError("decisions", f"{name} is no dispute of these passes", "make the work list again")
    return _consistent([*agreed, *(item for dispute in disputes for item in _accepted(dispute, by_id[dispute.id]))])


def _could_hold(item: Item, parts: Mapping[str, Mapping[str, Sequence[Item]]]) -> set[str]:
    """Give the annotators who could hold an item: what is said of a mention or entity, only those who have it."""
    if isinstance(item, MembershipItem):
        return {who for who, mine in parts.items() if item.mention in {_key(m) for m in mine["mentions"]}}
    if isinstance(item, LinkItem):
        return {who for who, mine in parts.items() if item.entity in {_entity(link) for link in mine["links"]}}
    return set(parts)


def _consistent(standing: Sequence[Item]) -> list[Item]:
    """Leave out what is said of mentions and entities that did not stand."""
    mentions = {_key(item) for item in standing}
    kept = [i for i in standing if not isinstance(i, MembershipItem) or i.mention in mentions]
    entities = {item.entity for item in kept if isinstance(item, MembershipItem)}
    return [item for item in kept if not isinstance(item, LinkItem) or item.entity in entities]


def _key(item: Item) -> object:
    return (item.spans, item.label) if isinstance(item, MentionItem) else None


def _entity(item: Item) -> str:
    return item.entity if isinstance(item, LinkItem) else ""


def _accepted(dispute: Dispute, decision: Decision) -> list[Item]:
    if any(not 0 <= number < len(dispute.candidates) for number in decision.accept):
        raise InputError(dispute.id, f"accepts {list(decision.accept)} of {len(dispute.candidates)}", "count from 0")
    return [dispute.candidates[number].item for number in decision.accept]


def _holders(parts: Mapping[str, Sequence[Item]]) -> dict[Item, tuple[str, ...]]:
    found: dict[Item, dict[str, None]] = {}
    for annotator, mine in parts.items():
        for item in mine:
            found.setdefault(item, {})[annotator] = None
    return {item: tuple(annotators) for item, annotators in sorted(found.items(), key=lambda pair: place(pair[0]))}


def place(item: Item) -> tuple[int, int, str]:
    """Give where an item lies in the text, for sorting; links come by name."""
    if isinstance(item, MentionItem):
        return item.spans[0].start, -item.spans[-1].end, repr(item)
    if isinstance(item, RelationItem):
        return item.head[0][0].start, item.tail[0][0].start, repr(item)
    if isinstance(item, MembershipItem):
        return item.mention[0][0].start, -item.mention[0][-1].end, repr(item)
    return (0, 0, repr(item)) if isinstance(item, LinkItem) else (item.start, -item.end, repr(item))


def _groups(holders: Mapping[Item, tuple[str, ...]]) -> list[list[Candidate]]:
    """Put candidates together that are about the same thing: one mention's place, one pair of ends, one entity."""
    groups: dict[object, list[Candidate]] = {}
    for item, annotators in holders.items():
        groups.setdefault(_topic(item), []).append(Candidate(item, annotators))
    return list(groups.values())


def _topic(item: Item) -> object:
    if isinstance(item, MentionItem):
        return item.spans
    if isinstance(item, RelationItem):
        return frozenset((item.head, item.tail))
    if isinstance(item, MembershipItem):
        return item.mention
    return item.entity if isinstance(item, LinkItem) else (item.start, item.end)


def _dispute(document: str, layer: str, number: int, candidates: Sequence[Candidate], text: str) -> Dispute:
    return Dispute(
        f"{document}/{layer}/{number}", document, layer, tuple(candidates), describe(candidates[0].item, text)
    )


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


def _with_common_names(versions: Mapping[str, Document]) -> dict[str, Document]:
    """Rename every annotator's entities to the first annotator's, by the most shared mentions, one to one."""
    first, *others = versions
    taken = _members(versions[first])
    aligned = {first: versions[first]}
    for annotator in others:
        aligned[annotator] = _renamed(versions[annotator], _name_map(_members(versions[annotator]), taken))
        for name, keys in _members(aligned[annotator]).items():
            taken.setdefault(name, keys)
    return aligned


def _members(document: Document) -> dict[str, frozenset[object]]:
    mentions = document.by_id()
    keys = {name: (mention.spans, mention.label) for name, mention in mentions.items()}
    return {e.id: frozenset(keys[name] for name in e.mentions) for e in document.entities}


def _name_map(mine: Mapping[str, frozenset[object]], theirs: Mapping[str, frozenset[object]]) -> dict[str, str]:
    shared = ((len(mine[a] & theirs[b]), a == b, a, b) for a in mine for b in theirs if mine[a] & theirs[b])
    names: dict[str, str] = {}
    for _, _, a, b in sorted(shared, key=lambda s: (-s[0], not s[1], s[2], s[3])):
        if a not in names and b not in names.values():
            names[a] = b
    used = Counter(names.values())
    return {a: names.get(a) or (a if a not in theirs and not used[a] else f"{a}_2") for a in mine}


def _renamed(document: Document, names: Mapping[str, str]) -> Document:
    def named(entity: Entity) -> Entity:
        attributes = {key: names.get(value, value) for key, value in entity.attributes.items()}
        return replace(entity, id=names[entity.id], attributes=attributes)

    return replace(document, entities=tuple(map(named, document.entities)))


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
