"""One document to results: regions with their answers, and the relations between them.

Controls and reserved labels are named in label_studio_names; the reverse is in label_studio_regions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from goldwire.document import Document, Entity, Mention, Relation, Span
from goldwire.errors import InputError
from goldwire.formats.label_studio_names import (
    ATTRIBUTE,
    ENTITY,
    FRAGMENT,
    LABEL,
    LEVEL,
    LINK,
    META,
    SPEAKER,
    TEXT,
    ZONE,
    attribute_label,
)
from goldwire.formats.label_studio_records import EntityFacts, Json, Meta, RelationFacts
from goldwire.labels import Attribute, LabelSet

_NONE: Mapping[str, Attribute] = {}


def results_of(document: Document, labels: LabelSet | None = None, *, zones: bool = False) -> list[Json]:
    """Give the results of a canonical document: every layer that regions can show, offsets in code points.

    Raises:
        InputError: a relation label is one that goldwire keeps for itself.
    """
    declared = labels.attributes if labels else None
    answers, facts = _entity_answers(document)
    arrows, told = _relations(document, declared.relation if declared else _NONE, labels)
    parts = _PartNames({mention.id for mention in document.mentions})
    results, joins = list[Json](), list[Json]()
    for mention in document.mentions:
        native = _native(mention, declared.mention) if declared and mention.attributes else {}
        region = _region(document.text, mention.id, mention.spans[0], LABEL, mention.label)
        _add_extra(region, mention, native, facts.get(mention.id, ()), told.get(mention.id, ()))
        results.append(region)
        for span in mention.fragments[1:]:
            part = parts.fresh(mention.id)
            results.append(_region(document.text, part, span, LABEL, mention.label))
            joins.append(_arrow(mention.id, part, [FRAGMENT]))
        if mention.level or native or mention.id in answers:
            results += _answers(document.text, mention, native, answers.get(mention.id, {}))
    shown = list(_zones(document, parts)) if zones else []
    return [*results, *shown, *joins, *arrows]


def lonely_entities(document: Document) -> list[EntityFacts]:
    """Give the entities that have no mention, which no region can show."""
    return [EntityFacts(e.id, e.link, e.wikidata, dict(e.attributes)) for e in document.entities if not e.mentions]


class _PartNames:
    """Ids for further regions, that no mention bears."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = taken

    def fresh(self, name: str) -> str:
        number = 2
        while f"{name}.{number}" in self.taken:
            number += 1
        self.taken.add(f"{name}.{number}")
        return f"{name}.{number}"


def _region(text: str, id: str, span: Span, control: str, label: str) -> Json:
    words = text[span[0] : span[1]]
    value = {"start": span[0], "end": span[1], "text": words, "labels": [label] if label else []}
    return {"id": id, "from_name": control, "to_name": TEXT, "type": "labels", "value": value}


def _add_extra(
    region: Json,
    mention: Mention,
    native: Mapping[str, object],
    facts: Sequence[EntityFacts],
    told: Sequence[RelationFacts],
) -> None:
    """Put a mention's score on its region, and into its meta what no control can say."""
    if mention.score is not None:
        region["score"] = mention.score
    attributes = {name: value for name, value in mention.attributes.items() if name not in native}
    if attributes or facts or told:
        region["meta"] = {META: msgspec.to_builtins(Meta(attributes, list(facts), list(told)))}


def _native(mention: Mention, declared: Mapping[str, Attribute]) -> dict[str, tuple[str, str]]:
    """Give the attributes that a control of the interface can show: control type and value, by name."""
    found = {}
    for name, value in mention.attributes.items():
        entry = declared.get(name)
        if entry and (value in entry.values or (not entry.values and value.strip())):
            found[name] = ("choices" if entry.values else "textarea", value)
    return found


def _answers(
    text: str, mention: Mention, native: Mapping[str, tuple[str, str]], said: Mapping[str, list[str]]
) -> Iterator[Json]:
    start, end = mention.spans[0]
    given = [(LEVEL, "choices", [mention.level])] if mention.level else []
    given += [(ATTRIBUTE + name, kind, [value]) for name, (kind, value) in native.items()]
    given += [(name, "textarea", values) for name, values in said.items()]
    for control, kind, values in given:
        words = {"text": text[start:end], "choices": values} if kind == "choices" else {"text": values}
        value = {"start": start, "end": end, **words}
        yield {"id": mention.id, "from_name": control, "to_name": TEXT, "type": kind, "value": value}


def _entity_answers(document: Document) -> tuple[dict[str, dict[str, list[str]]], dict[str, list[EntityFacts]]]:
    """Give each mention's answers (its entities; the link, once an entity) and what is known of its entities."""
    memberships = Counter(name for entity in document.entities for name in entity.mentions)
    answers: dict[str, dict[str, list[str]]] = defaultdict(dict)
    facts: dict[str, list[EntityFacts]] = defaultdict(list)
    for entity in document.entities:
        bearer = next((name for name in entity.mentions if memberships[name] == 1), "") if entity.link else ""
        for name in entity.mentions:
            answers[name].setdefault(ENTITY, []).append(entity.id)
            if entity.link or entity.wikidata or entity.attributes:
                facts[name].append(_facts(entity, shown=name == bearer))
        if bearer:
            answers[bearer][LINK] = [entity.link]
    return answers, facts


def _facts(entity: Entity, *, shown: bool) -> EntityFacts:
    return EntityFacts(entity.id, entity.link, entity.wikidata, dict(entity.attributes), shown)


def _relations(
    document: Document, declared: Mapping[str, Attribute], labels: LabelSet | None
) -> tuple[list[Json], dict[str, list[RelationFacts]]]:
    """Give the arrows, and for the regions they start from what arrows cannot say."""
    symmetric = labels.symmetric if labels else frozenset()
    arrows, told = list[Json](), defaultdict[str, list[RelationFacts]](list)
    for r in document.relations:
        if r.label in (FRAGMENT, SPEAKER):
            raise InputError(f"{document.id}: {r.id}", f"{r.label!r} is a label goldwire keeps", "rename the label")
        shown = [r.label, *_stated(r, declared)] if r.label else []
        arrows.append(_arrow(r.head, r.tail, shown, "bi" if r.label in symmetric else "right"))
        told[r.head].append(RelationFacts(r.id, r.tail, shown, r.evidence, dict(r.attributes), r.score))
    return arrows, told


def _stated(relation: Relation, declared: Mapping[str, Attribute]) -> Sequence[str]:
    """Give the labels that state a relation's attributes, but for those that go without saying."""
    return [
        attribute_label(name, value)
        for name, value in relation.attributes.items()
        if (entry := declared.get(name)) and value in entry.values and value != entry.default
    ]


def _arrow(start: str, end: str, labels: Sequence[str], direction: str = "right") -> Json:
    return {"from_id": start, "to_id": end, "type": "relation", "direction": direction, "labels": list(labels)}


def _zones(document: Document, parts: _PartNames) -> Iterator[Json]:
    for zone in document.zones:
        name = parts.fresh("zone")
        yield _region(document.text, name, Span(zone.start, zone.end), ZONE, zone.label)
        if zone.speaker:
            yield _arrow(name, zone.speaker, [SPEAKER])
