"""What BigBIO's kb schema says beside entities and relations: normalisations, coreferences and events.

Rows, their texts and spans are read in hf_rows; an event is its trigger with relations named by role, as in brat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from goldwire.document import Entity, Mention, Relation
from goldwire.errors import InputError
from goldwire.formats.base import Notes
from goldwire.formats.clusters import joined
from goldwire.formats.json_values import item, items, need

EVENTS, COREFERENCES, NORMALIZED = "events", "coreferences", "normalized"
KNOWLEDGE = (EVENTS, COREFERENCES)
_EVENT, _FILLER = "event", "filler"
_Row = dict[str, Any]


@dataclass(slots=True)
class Knowledge:
    """A row's annotations as they come together.

    names: mentions by the source's ids; events too, once read. make: gives the mention of a span, its name and place.
    """

    where: str
    notes: Notes
    mentions: list[Mention]
    names: dict[str, str]
    make: Callable[[_Row, str, str], Mention]
    relations: list[Relation] = field(default_factory=list)
    links: dict[str, list[str]] = field(default_factory=dict)

    def entities(self, clusters: Iterable[list[str]]) -> Iterator[Entity]:
        """Give the entities: mentions of one link, and those that clusters join."""
        by_link: dict[str, list[str]] = {}
        for name, links in self.links.items():
            by_link.setdefault(links[0], []).append(name)
        for number, names in enumerate(joined([*clusters, *by_link.values()]), start=1):
            links = list(dict.fromkeys(link for name in names for link in self.links.get(name, ())))
            more = {"references": " ".join(links[1:])} if len(links) > 1 else {}
            yield Entity(f"e{number}", tuple(names), links[0] if links else "", attributes=more)


def knowledge(row: _Row, spans: list[_Row], found: Knowledge) -> tuple[Entity, ...]:
    """Add a row's events to what was found of it, and give its entities."""
    kept = {mention.id for mention in found.mentions}
    for number, value in enumerate(spans, start=1):
        links = [link for told in items(value, NORMALIZED, found.where) if (link := _link(told))]
        if links and f"m{number}" in kept:
            found.links[f"m{number}"] = links
    sound = found.notes.sound
    events = [need(value, dict, found.where, "an event") for value in items(row, EVENTS, found.where)]
    placed = list(sound(lambda event: _placed(event, found), filter(_trigger, events)))
    told = [(event, number, argument) for event in placed for number, argument in enumerate(_told(event), start=1)]
    found.relations += [made for made in sound(lambda row: _argument(row[0], row[1], row[2], found), told) if made]
    bare = [event for event in events if not _trigger(event)]
    found.relations += [made for made in sound(lambda event: _bare(event, found), bare) if made]
    groups = items(row, COREFERENCES, found.where)
    return tuple(found.entities(sound(lambda group: _cluster(group, found), groups)))


def _link(told: Any) -> str:
    database, key = (str(told.get(name) or "") for name in ("db_name", "db_id")) if isinstance(told, dict) else ("", "")
    return f"{database}:{key}" if database and key else key


def _trigger(event: _Row) -> list[Any]:
    told = event.get("trigger")
    return (told.get("offsets") or []) if isinstance(told, dict) else []


def _told(event: _Row) -> list[Any]:
    return items(event, "arguments", "an event")


def _placed(event: _Row, found: Knowledge) -> _Row:
    """Make an event's trigger a mention, one for all events of a kind that it has."""
    name = f"t{sum(mention.id.startswith('t') for mention in found.mentions) + 1}"
    made = found.make({**event["trigger"], "type": event.get("type")}, name, found.where)
    alike = (at for at, m in enumerate(found.mentions) if (m.spans, m.label) == (made.spans, made.label))
    at = next(alike, len(found.mentions))
    found.mentions[at:] = found.mentions[at:] or [made]
    kept, said = found.mentions[at], str(event.get("id"))
    events = f"{kept.attributes[_EVENT]} {said}" if _EVENT in kept.attributes else said
    found.mentions[at] = replace(kept, attributes={**kept.attributes, _EVENT: events})
    found.names[said] = kept.id
    return event


def _argument(event: _Row, number: int, told: Any, found: Knowledge) -> Relation | None:
    """Give an argument of an event as a relation; one that is its own trigger is left out, counted."""
    name, filler = str(event.get("id")), str(told.get("ref_id") if isinstance(told, dict) else told)
    tail = found.names.get(filler, "")
    if not tail:
        raise InputError(found.where, f"event {name} has an argument {filler}, which is not there", "mend the row")
    if tail == found.names[name]:
        found.notes.lose("arguments that are their event's own trigger, left out", found.where)
        return None
    attributes = {_EVENT: name} | ({_FILLER: filler} if found.names[filler].startswith("t") else {})
    return Relation(found.names[name], tail, str(told.get("role")), f"{name}.{number}", attributes=attributes)


def _bare(event: _Row, found: Knowledge) -> Relation | None:
    """Give an event without a trigger as a relation between its two arguments; any other is counted."""
    ends = [found.names.get(str(item(told, "ref_id", str, found.where)), "") for told in _told(event)]
    if len(ends) != 2 or not all(ends) or ends[0] == ends[1]:
        found.notes.lose("events without a trigger and two arguments, left out", found.where)
        return None
    roles = " ".join(str(told.get("role")) for told in _told(event))
    return Relation(ends[0], ends[1], str(event.get("type")), attributes={"roles": roles})


def _cluster(group: Any, found: Knowledge) -> list[str]:
    told = [str(name) for name in items(need(group, dict, found.where, "a coreference"), "entity_ids", found.where)]
    if missing := next((name for name in told if name not in found.names), ""):
        raise InputError(found.where, f"a coreference names {missing}, which is not there", "mend the row")
    return [found.names[name] for name in told]


def normalized_relations(rows: Iterable[Mapping[str, Any]], where: str, notes: Notes) -> None:
    """Count the normalisations of relations, which have no place in a document."""
    if count := sum(bool(row.get(NORMALIZED)) for row in rows):
        notes.lose("normalisations of relations, left out", where, count)
