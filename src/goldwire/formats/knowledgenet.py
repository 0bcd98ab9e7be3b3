"""KnowledgeNet: documents of passages, whose facts are relations between two spans, each with a Wikidata item.

Mentions bear no types ("_"); spans of one item are an entity.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from goldwire.document import Document, Entity, Mention, Relation, Zone
from goldwire.formats.base import Format, Notes, Options
from goldwire.formats.json_values import first_object, item, items, need, objects, rest
from goldwire.formats.settling import settled
from goldwire.tags import UNTYPED

_PROPERTY = re.compile(r"> <(?P<name>[^<>]+)> <")
_ITEM = re.compile(r"Q\d+\Z")


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from KnowledgeNet's JSON, a document a line; passages are zones, properties told by name."""
    return settled(
        options.notes.sound(lambda row: _document(row[1], row[0], options), objects(path, options.notes)), options, path
    )


def _document(value: dict[str, Any], place: str, options: Options) -> Document:
    name = str(value.get("documentId") or place)
    where = f"{place} {name}"
    text = item(value, "documentText", str, where)
    passages = [need(row, dict, where, "a passage") for row in items(value, "passages", where)]
    facts = [row for passage in passages for row in items(passage, "facts", where)]
    spans: dict[tuple[int, int], Mention] = {}
    uris: dict[str, list[str]] = defaultdict(list)
    relations = tuple(options.notes.sound(lambda row: _fact(row, spans, uris, where, options.notes), facts))
    entities = tuple(_entity(number, uri, tuple(names)) for number, (uri, names) in enumerate(uris.items(), start=1))
    zones = tuple(zone for passage in passages for zone in _zone(passage, text))
    metadata = rest(value, ("documentId", "documentText", "passages"))
    return Document(name, text, tuple(spans.values()), relations, entities, zones=zones, metadata=metadata)


def _fact(
    row: Any, spans: dict[tuple[int, int], Mention], uris: dict[str, list[str]], where: str, notes: Notes
) -> Relation:
    value = need(row, dict, where, "a fact")
    places = [[item(value, f"{end}{at}", int, where) for at in ("Start", "End")] for end in ("subject", "object")]
    ends = []
    for end, (start, stop) in zip(("subject", "object"), places, strict=True):
        told = str(value.get(f"{end}Text") or "")
        found = spans.setdefault((start, stop), Mention(start, stop, UNTYPED, f"m{len(spans) + 1}", told))
        ends.append(found.id)
        uri = str(value.get(f"{end}Uri") or "")
        known = next((known for known, names in uris.items() if found.id in names), "")
        if uri and not known:
            uris[uri].append(found.id)
        elif uri not in ("", known):
            notes.add("spans with another item in another fact (the first holds)", f"{where} {told!r}")
    named = _PROPERTY.search(str(value.get("humanReadable")))
    label = named["name"] if named else str(value.get("propertyId") or UNTYPED)
    return Relation(ends[0], ends[1], label)


def _entity(number: int, uri: str, mentions: tuple[str, ...]) -> Entity:
    key = uri.rsplit("/", 1)[-1]
    return Entity(f"e{number}", mentions, *(("", key) if _ITEM.match(key) else (uri, "")))


def _zone(passage: dict[str, Any], text: str) -> Iterator[Zone]:
    start, end = passage.get("passageStart"), passage.get("passageEnd")
    if isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text):
        yield Zone(start, end, "passage")


def recognise(path: Path, head: bytes) -> bool:
    """Say whether JSON begins with an object of a documentText and passages."""
    del path
    return {"documentText", "passages"} <= first_object(head).keys()


FORMAT = Format("knowledgenet", "KnowledgeNet: facts between spans with Wikidata items", (), recognise, read)
