"""Adjudication: what all annotators agree on is taken, the rest becomes a work list, decisions make the gold.

Disputes and decisions are about items (items.py). Nothing is read or printed here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from goldwire.annotations.items import (
    LAYERS,
    Item,
    LinkItem,
    MembershipItem,
    MentionItem,
    RelationItem,
    describe,
    items,
    place,
)
from goldwire.annotations.passes import Passes
from goldwire.document import Document, Entity
from goldwire.errors import InputError


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
