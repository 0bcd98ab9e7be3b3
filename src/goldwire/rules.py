"""The rules every document keeps, whoever made it; and those its label set adds.

A broken rule is a Problem, collected and never raised. Seeds and whole corpora are checked in annotations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from goldwire.document import NIL, Document, Entity, Mention, Relation, surface
from goldwire.errors import Problem
from goldwire.labels import Attribute, LabelSet


def broken_rules(document: Document, labels: LabelSet | None = None, where: str = "") -> Iterator[Problem]:
    """Give every broken rule of a document; with a label set, its rules too. `where` names the source."""
    place = where or document.id
    yield from _text_rules(document, place)
    yield from _span_rules(document, place)
    yield from _id_rules(document, place)
    yield from _entity_rules(document, place)
    if labels is not None:
        yield from _label_rules(document, labels, place)


def structural_rules(document: Document, where: str = "") -> Iterator[Problem]:
    """Give the broken rules without which a document cannot be scored: text, offsets, ids and references."""
    place = where or document.id
    yield from _text_rules(document, place)
    yield from _span_rules(document, place)
    yield from _id_rules(document, place)


def crossing(mentions: Iterable[Mention]) -> Iterator[tuple[Mention, Mention]]:
    """Give the pairs of contiguous mentions that overlap without nesting, by one sweep over the text."""
    open_mentions: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.start, -m.end)):
        open_mentions = [other for other in open_mentions if other.end > mention.start]
        yield from (
            (other, mention) for other in open_mentions if other.start < mention.start and other.end < mention.end
        )
        open_mentions.append(mention)


def _text_rules(document: Document, place: str) -> Iterator[Problem]:
    try:
        document.text.encode("utf-8")
    except UnicodeEncodeError as error:
        yield Problem(place, f"lone surrogate at offset {error.start} of the text", "remove it: no file can hold it")
    if not document.id:
        yield Problem(place, "the document has no id", "give it one")


def _span_rules(document: Document, place: str) -> Iterator[Problem]:
    size = len(document.text)
    for mention in document.mentions:
        if not _plainly_sound(document.text, mention):
            yield from _mention_span(document.text, mention, f"{place}: mention {named(mention)}")
    for name, spans in (("token", document.tokens), ("sentence", document.sentences)):
        for index, (start, end) in enumerate(spans):
            if not 0 <= start < end <= size:
                yield Problem(f"{place}: {name} {index}", f"[{start}, {end}) lies outside the text of {size}")
    for zone in document.zones:
        if not 0 <= zone.start < zone.end <= size:
            yield Problem(f"{place}: zone {zone.label}", f"[{zone.start}, {zone.end}) lies outside the text of {size}")


def _plainly_sound(text: str, mention: Mention) -> bool:
    """Say that nothing is wrong with a mention in one piece, as nearly all are: every answer of a run is looked at."""
    start, end = mention.start, mention.end
    return not mention.fragments and 0 <= start < end <= len(text) and mention.text in ("", text[start:end])


def _mention_span(text: str, mention: Mention, place: str) -> Iterator[Problem]:
    spans = mention.spans
    ends = [point for span in spans for point in span]
    if not (0 <= mention.start < mention.end <= len(text) and ends[0] >= 0 and ends[-1] <= len(text)):
        yield Problem(
            place,
            f"[{mention.start}, {mention.end}) lies outside the text of {len(text)} code points",
            "offsets are half-open and count code points",
        )
    elif ends != sorted(set(ends)) or (ends[0], ends[-1]) != (mention.start, mention.end):
        yield Problem(
            place,
            f"fragments {[list(span) for span in spans]} are not in order inside [{mention.start}, {mention.end})",
            "sort them; the first start and last end are the mention's",
        )
    elif mention.text and mention.text != (found := surface(text, spans)):
        yield Problem(place, f"its text is {mention.text!r}, but the document has {found!r} there", "mend the offsets")


def named(mention: Mention) -> str:
    """Name a mention in an error: its id, or its offsets where it has none."""
    return mention.id or f"[{mention.start}, {mention.end}) {mention.label}"


def _id_rules(document: Document, place: str) -> Iterator[Problem]:
    for kind, items in (
        ("mention", document.mentions),
        ("relation", document.relations),
        ("entity", document.entities),
    ):
        counts = Counter(item.id for item in items if item.id)
        for name in (name for name, count in counts.items() if count > 1):
            yield Problem(place, f"{kind} id {name} stands {counts[name]} times", "give each its own")
    known = {mention.id for mention in document.mentions if mention.id}
    for relation in document.relations:
        yield from _reference_rules(relation, known, len(document.sentences), place)
    for entity in document.entities:
        for name in (name for name in entity.mentions if name not in known):
            yield Problem(
                f"{place}: entity {entity.id}", f"no mention {name}", "restore it or take it out of the entity"
            )
    for zone in document.zones:
        if zone.speaker and zone.speaker not in known:
            yield Problem(f"{place}: zone {zone.label}", f"its speaker {zone.speaker} is no mention", "name one")


def _reference_rules(relation: Relation, known: set[str], sentences: int, place: str) -> Iterator[Problem]:
    where = f"{place}: {relation.label}({relation.head}, {relation.tail})"
    for name in dict.fromkeys((relation.head, relation.tail)):
        if name not in known:
            there = f"there are {len(known)}" if known else "there are none"
            yield Problem(
                where, f"no mention {name or '(empty)'} ({there})", "restore the mention or remove the relation"
            )
    if relation.head == relation.tail:
        yield Problem(where, "relates a mention to itself", "name two mentions")
    for index in relation.evidence:
        if not 0 <= index < sentences:
            yield Problem(where, f"its evidence is sentence {index} of {sentences}", "sentences count from 0")


def _entity_rules(document: Document, place: str) -> Iterator[Problem]:
    mentions, owner = document.by_id(), dict[str, str]()
    for entity in document.entities:
        labels = sorted({mentions[name].label for name in entity.mentions if name in mentions})
        if len(labels) > 1:
            yield Problem(f"{place}: entity {entity.id}", f"mixes the labels {', '.join(labels)}", "split the chain")
        if not entity.mentions:
            yield Problem(f"{place}: entity {entity.id}", "has no mention", "remove it")
        for name in entity.mentions:
            if owner.setdefault(name, entity.id) != entity.id:
                yield Problem(
                    f"{place}: mention {name}", f"is in the entities {owner[name]} and {entity.id}", "keep one"
                )
    yield from shared_links(document.entities, place)


def shared_links(entities: Iterable[Entity], place: str) -> Iterator[Problem]:
    """Give the links that two entities bear."""
    owner: dict[str, str] = {}
    for entity in entities:
        if entity.link and entity.link != NIL and owner.setdefault(entity.link, entity.id) != entity.id:
            found = f"link {entity.link!r} belongs to {owner[entity.link]} and {entity.id}"
            yield Problem(place, found, "one link, one entity: join them or mend the link")


def _label_rules(document: Document, labels: LabelSet, place: str) -> Iterator[Problem]:
    for mention in document.mentions:
        yield from _mention_label(mention, labels, f"{place}: mention {named(mention)}")
    mentions = document.by_id()
    for relation in document.relations:
        where = f"{place}: {relation.label}({relation.head}, {relation.tail})"
        yield from _relation_label(relation, mentions, labels, where)
    yield from _duplicates(document, labels, place)
    for zone in document.zones:
        if labels.zones and zone.label not in labels.zones:
            yield Problem(f"{place}: zone", f"unknown label {zone.label!r}", f"known are {', '.join(labels.zones)}")
    for entity in document.entities:
        yield from _attribute_rules(entity.attributes, labels.attributes.entity, f"{place}: entity {entity.id}")
    yield from _reference_completeness(document, labels, place)


def _mention_label(mention: Mention, labels: LabelSet, where: str) -> Iterator[Problem]:
    label = labels.mentions.get(mention.label)
    if label is None:
        yield Problem(where, f"unknown label {mention.label!r}", "labels.toml lists the known ones")
    elif mention.level and label.levels and mention.level not in label.levels:
        yield Problem(where, f"level {mention.level!r} with {mention.label}", f"it may be {', '.join(label.levels)}")
    elif mention.level and labels.levels and mention.level not in labels.levels:
        yield Problem(where, f"unknown level {mention.level!r}", f"known are {', '.join(labels.levels)}")
    yield from _attribute_rules(mention.attributes, labels.attributes.mention, where)


def _relation_label(
    relation: Relation, mentions: Mapping[str, Mention], labels: LabelSet, where: str
) -> Iterator[Problem]:
    label = labels.relations.get(relation.label)
    head, tail = mentions.get(relation.head), mentions.get(relation.tail)
    if label is None:
        yield Problem(where, f"unknown label {relation.label!r}", "labels.toml lists the known ones")
    elif head and tail and not label.allows(head.label, tail.label):
        allowed = f"{'/'.join(label.head) or 'any'} to {'/'.join(label.tail) or 'any'}"
        yield Problem(where, f"runs from {head.label} to {tail.label}", f"the label set allows {allowed}")
    yield from _attribute_rules(relation.attributes, labels.attributes.relation, where)


def _attribute_rules(attributes: Mapping[str, str], declared: Mapping[str, Attribute], where: str) -> Iterator[Problem]:
    for name, value in attributes.items():
        if name not in declared:
            yield Problem(where, f"unknown attribute {name!r}", f"known are {', '.join(declared) or 'none'}")
        elif declared[name].values and value not in declared[name].values:
            yield Problem(where, f"{name} is {value!r}", f"it may be {', '.join(declared[name].values)}")


def _duplicates(document: Document, labels: LabelSet, place: str) -> Iterator[Problem]:
    keys = Counter((m.spans, m.label) for m in document.mentions)
    for (spans, label), count in keys.items():
        if count > 1:
            yield Problem(place, f"{label} at {[list(s) for s in spans]} stands {count} times", "keep one")
    straight = Counter((r.label, r.head, r.tail, tuple(sorted(r.attributes.items()))) for r in document.relations)
    for (label, head, tail, _), count in straight.items():
        if count > 1:
            yield Problem(place, f"{label}({head}, {tail}) stands {count} times", "keep one")
    yield from _said_both_ways(document.relations, labels, place)


def _said_both_ways(relations: Iterable[Relation], labels: LabelSet, place: str) -> Iterator[Problem]:
    """Give the relations that another one states from the other end: symmetric ones, and those with an inverse."""
    seen: set[tuple[str, str, str]] = set()
    for relation in relations:
        label = labels.relations.get(relation.label)
        turned = relation.label if label and label.symmetric else label.inverse if label else ""
        if turned and (turned, relation.tail, relation.head) in seen:
            found = f"{relation.label}({relation.head}, {relation.tail}) stands twice, once from each end"
            yield Problem(place, found, "keep one")
        seen.add((relation.label, relation.head, relation.tail))


def _reference_completeness(document: Document, labels: LabelSet, place: str) -> Iterator[Problem]:
    """Give the mentions in an entity that can refer to none: dates, numbers, titles."""
    owned = document.entity_of()
    for mention in document.mentions:
        declared = labels.mentions.get(mention.label)
        if declared and not declared.has_entity and mention.id in owned:
            yield Problem(
                f"{place}: mention {mention.id}",
                f"a {mention.label} is in entity {owned[mention.id].id}",
                "it refers to no entity: take it out",
            )
