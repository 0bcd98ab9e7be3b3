"""The rules of finished annotations, beyond those that every document keeps: whole layers, nothing half said.

Rules across documents and the sanity of a label set are here too. Rules of any document live in goldwire.rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from goldwire.document import Document, Entity, Mention, Relation, Span, Zone
from goldwire.errors import Problem
from goldwire.labels import Attribute, LabelSet, MentionLabel, RelationLabel
from goldwire.rules import crossing, named

QUOTATION = "quotation"
CONLL = ("PER", "ORG", "LOC", "MISC", "")
RESERVED = ("O", "no_relation")
_WORD = re.compile(r"\S+")
_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_WIKIDATA = re.compile(r"-?[PQ][1-9][0-9]*")


def finished_rules(document: Document, labels: LabelSet, where: str = "") -> Iterator[Problem]:
    """Give every rule of finished annotations that a document breaks; offsets must lie inside the text.

    A layer that a corpus does not have is not asked for: zones where labels.toml has none, entities and sentences
    where the document has none (the build makes sentences by program).
    """
    place = where or document.id
    yield from _crossing_rules(document, place)
    if document.sentences:
        yield from _cover_rules("sentence", document.text, document.sentences, place)
    if labels.zones:
        yield from _zone_rules(document, place)
    for mention in document.mentions:
        yield from _mention_rules(document, mention, labels, f"{place}: mention {named(mention)}")
    yield from _entity_rules(document, labels, place)
    for relation in document.relations:
        where = f"{place}: {relation.label}({relation.head}, {relation.tail})"
        yield from _relation_rules(document, relation, labels, where)


def across_documents(documents: Iterable[tuple[str, Document]]) -> Iterator[Problem]:
    """Give what documents (each with its place) say of the same id or link that cannot all be true."""
    entities, links = dict[str, tuple[str, Entity, str]](), dict[str, tuple[str, str]]()
    for place, document in documents:
        mentions = document.by_id()
        for entity in document.entities:
            label = next((mentions[name].label for name in entity.mentions if name in mentions), "")
            first, other, other_label = entities.setdefault(entity.id, (place, entity, label))
            yield from _same_entity(place, (entity, label), first, (other, other_label))
            if entity.link and entity.link != "NIL":
                owner, its_place = links.setdefault(entity.link, (entity.id, place))
                if owner != entity.id and its_place != place:
                    found = f"link {entity.link!r} belongs to {entity.id} here and to {owner} in {its_place}"
                    yield Problem(place, found, "one link, one entity id")


def label_set_rules(labels: LabelSet, where: str) -> Iterator[Problem]:
    """Give what in a label set contradicts itself."""
    for kind, names in (("mentions", labels.mentions), ("relations", labels.relations), ("zones", labels.zones)):
        for name in names:
            if not _LABEL.fullmatch(name) or name in RESERVED:
                yield Problem(f"{where}: {kind}.{name}", "cannot be a label", "use letters, digits and underscores")
    if not labels.mentions:
        yield Problem(where, "declares no label of mentions", "add a table [mentions.NAME]")
    for name, mention in labels.mentions.items():
        yield from _mention_label_rules(mention, labels, f"{where}: mentions.{name}")
    for name, relation in labels.relations.items():
        yield from _relation_label_rules(name, relation, labels, f"{where}: relations.{name}")
    declared = labels.attributes
    for kind, attributes in (
        ("mention", declared.mention),
        ("relation", declared.relation),
        ("entity", declared.entity),
    ):
        for name, attribute in attributes.items():
            yield from _attribute_rules(attribute, f"{where}: attributes.{kind}.{name}")


def _same_entity(place: str, mine: tuple[Entity, str], first: str, other: tuple[Entity, str]) -> Iterator[Problem]:
    entity, label = mine
    named_alike = (
        ("label", label, other[1]),
        ("link", entity.link, other[0].link),
        ("wikidata", entity.wikidata, other[0].wikidata),
        ("attributes", str(dict(entity.attributes)), str(dict(other[0].attributes))),
    )
    for what, here, there in named_alike:
        if here != there and first != place:
            found = f"its {what} is {here or 'none'} here and {there or 'none'} in {first}"
            yield Problem(f"{place}: entity {entity.id}", found, "one entity id, one entity")


def _crossing_rules(document: Document, place: str) -> Iterator[Problem]:
    for one, two in crossing(document.mentions):
        found = f"crosses mention {named(two)}: [{one.start}, {one.end}) and [{two.start}, {two.end})"
        yield Problem(f"{place}: mention {named(one)}", found, "mentions nest or stand apart")


def _cover_rules(kind: str, text: str, spans: Sequence[Span], place: str) -> Iterator[Problem]:
    """Give where spans overlap, begin or end with a blank, or leave words out."""
    if not spans:
        yield Problem(place, f"has no {kind}s", f"every word stands in one {kind}")
        return
    ordered = sorted(spans)
    for left, right in pairwise(ordered):
        if left.end > right.start:
            found = f"{kind}s overlap: [{left.start}, {left.end}) and [{right.start}, {right.end})"
            yield Problem(place, found, "let one end where the other begins")
    for start, end in ordered:
        if text[start:end] != text[start:end].strip():
            yield Problem(place, f"{kind} [{start}, {end}) begins or ends with a blank", "narrow it")
    for start, end in uncovered(text, ordered):
        yield Problem(place, f"{text[start:end]!r} at {start} is in no {kind}", f"every word stands in one {kind}")


def uncovered(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Give the words of a text, or their parts, that lie in none of the ordered spans."""
    position = 0
    for start, end in (*spans, Span(len(text), len(text))):
        for match in _WORD.finditer(text, position, max(position, start)):
            yield Span(*match.span())
        position = max(position, end)


def _zone_rules(document: Document, place: str) -> Iterator[Problem]:
    parts = [Span(z.start, z.end) for z in document.zones if z.label != QUOTATION]
    yield from _cover_rules("zone", document.text, parts, place)
    for zone in document.zones:
        where = f"{place}: {zone.label} [{zone.start}, {zone.end})"
        if zone.label == QUOTATION:
            yield from _quotation_rules(zone, parts, where)
        elif zone.speaker:
            yield Problem(where, f"has a speaker, {zone.speaker}", "only quotations have one")


def _quotation_rules(zone: Zone, parts: Sequence[Span], where: str) -> Iterator[Problem]:
    if not any(start <= zone.start and zone.end <= end for start, end in parts):
        yield Problem(where, "is not inside one other zone", "end it where its zone ends")


def _mention_rules(document: Document, mention: Mention, labels: LabelSet, where: str) -> Iterator[Problem]:
    text = document.text[mention.start : mention.end]
    if text != text.strip():
        yield Problem(where, f"begins or ends with a blank: {text!r}", "narrow it")
    if labels.levels and not mention.level:
        yield Problem(where, "has no level", f"it may be {', '.join(labels.levels)}")
    if mention.score is not None:
        yield Problem(where, "has a score", "only a system's predictions have one")
    if document.sentences and sentence_of(document.sentences, mention.start, mention.end) is None:
        yield Problem(where, f"{text!r} is not inside one sentence", "mend the sentence or the mention")
    for name, attribute in labels.attributes.mention.items():
        yield from _said(name, attribute, name in mention.attributes, where)


def sentence_of(sentences: Sequence[Span], start: int, end: int) -> int | None:
    """Give the index of the sentence that holds a span; None where none holds it whole."""
    return next((i for i, sentence in enumerate(sentences) if sentence.start <= start and end <= sentence.end), None)


def _entity_rules(document: Document, labels: LabelSet, place: str) -> Iterator[Problem]:
    owned = document.entity_of()
    for mention in document.mentions if document.entities else ():
        label = labels.mentions.get(mention.label)
        if label and label.has_entity and mention.id not in owned:
            where = f"{place}: mention {named(mention)}"
            yield Problem(where, f"a {mention.label} is in no entity", "put it into one; a single mention is one, too")
    for entity in document.entities:
        if not entity.link:
            yield Problem(f"{place}: entity {entity.id}", "has no link", "give a title, or NIL")
        if entity.wikidata and entity.link == "NIL":
            yield Problem(f"{place}: entity {entity.id}", f"is NIL and has {entity.wikidata}", "keep one of them")
        if entity.wikidata and not _WIKIDATA.fullmatch(entity.wikidata):
            yield Problem(f"{place}: entity {entity.id}", f"wikidata is {entity.wikidata!r}", "an id is Q and digits")


def _relation_rules(document: Document, relation: Relation, labels: LabelSet, where: str) -> Iterator[Problem]:
    mentions = document.by_id()
    head, tail = mentions.get(relation.head), mentions.get(relation.tail)
    if document.sentences and not relation.evidence:
        yield Problem(where, "has no evidence", "name the sentence that says it")
    if relation.score is not None:
        yield Problem(where, "has a score", "only a system's predictions have one")
    for index in relation.evidence if head and tail else ():
        yield from _evidence_rules(document, index, [m for m in (head, tail) if m], where)
    if head and tail and relation.label in labels.symmetric and (tail.start, tail.end) < (head.start, head.end):
        yield Problem(where, "its head stands after its tail", "a symmetric relation starts at the earlier mention")
    for name, attribute in labels.attributes.relation.items():
        yield from _said(name, attribute, name in relation.attributes, where)


def _evidence_rules(document: Document, index: int, ends: Sequence[Mention], where: str) -> Iterator[Problem]:
    if 0 <= index < len(document.sentences):
        start, end = document.sentences[index]
        for mention in ends:
            if not (start <= mention.start and mention.end <= end):
                yield Problem(where, f"its evidence, sentence {index}, does not hold {named(mention)}", "mend either")


def _said(name: str, attribute: Attribute, there: bool, where: str) -> Iterator[Problem]:
    if attribute.values and not there:
        yield Problem(where, f"does not say its {name}", f"it may be {', '.join(attribute.values)}")


def _mention_label_rules(label: MentionLabel, labels: LabelSet, where: str) -> Iterator[Problem]:
    for level in label.levels:
        if level not in labels.levels:
            yield Problem(where, f"unknown level {level!r}", f"[levels] has {', '.join(labels.levels) or 'none'}")
    if label.conll not in CONLL:
        yield Problem(where, f"conll is {label.conll!r}", f"it may be {', '.join(CONLL[:-1])} or empty")
    if label.wikidata and not _WIKIDATA.fullmatch(label.wikidata):
        yield Problem(where, f"wikidata is {label.wikidata!r}", "an id is Q and digits")


def _relation_label_rules(name: str, label: RelationLabel, labels: LabelSet, where: str) -> Iterator[Problem]:
    for end in dict.fromkeys((*label.head, *label.tail)):
        if end not in labels.mentions:
            yield Problem(where, f"allows the unknown label {end!r}", "declare it as [mentions.…] or take it out")
    for wikidata in (label.wikidata, label.docred):
        if wikidata and not _WIKIDATA.fullmatch(wikidata):
            yield Problem(where, f"property {wikidata!r}", "a property is P and digits, with - where it runs backwards")
    if label.symmetric and set(label.head) != set(label.tail):
        yield Problem(where, "is symmetric, but allows other labels as head than as tail", "allow the same")
    yield from _inverse_rules(name, label, labels, where)


def _inverse_rules(name: str, label: RelationLabel, labels: LabelSet, where: str) -> Iterator[Problem]:
    other = labels.relations.get(label.inverse)
    if label.inverse and label.symmetric:
        yield Problem(where, "is symmetric and has an inverse", "keep one of them")
    elif label.inverse and other is None:
        yield Problem(where, f"its inverse {label.inverse!r} is not declared", "declare it or leave inverse empty")
    elif other is not None and label.inverse:
        if other.inverse != name:
            yield Problem(where, f"the inverse of {label.inverse} is {other.inverse or 'none'}", f"make it {name}")
        if (set(label.head), set(label.tail)) != (set(other.tail), set(other.head)):
            yield Problem(where, f"its ends are not those of {label.inverse} turned round", "allow the same labels")


def _attribute_rules(attribute: Attribute, where: str) -> Iterator[Problem]:
    if attribute.values and attribute.default and attribute.default not in attribute.values:
        yield Problem(where, f"its default is {attribute.default!r}", f"it may be {', '.join(attribute.values)}")
