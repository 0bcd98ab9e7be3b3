"""PubTator: title and abstract lines, mentions with offsets into both, relations between concepts.

A relation names concepts; it runs between their first mentions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from goldwire.document import Document, Entity, Mention, Relation, Zone
from goldwire.formats.base import Format, Options, Setting
from goldwire.formats.columns import head_lines, is_blank, text_lines
from goldwire.formats.settling import settled

_TEXT = re.compile(r"(?P<id>[^|\t]+)\|(?P<kind>[a-zA-Z])\|(?P<text>.*)\Z")
_OFFSET = re.compile(r"-?\d+\Z")
_ZONES = {"t": "title", "a": "abstract"}
NO_CONCEPT = ("", "-", "-1", "null", "None")


@dataclass(slots=True)
class _Draft:
    id: str
    name: str
    parts: list[tuple[str, str]] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    concepts: dict[str, list[str]] = field(default_factory=dict)
    relations: list[tuple[str, list[str]]] = field(default_factory=list)


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from a PubTator file, one at a time; title and abstract are zones, a blank between them."""
    return settled((_document(draft, options) for draft in _drafts(path, options)), options, path)


def _drafts(path: Path, options: Options) -> Iterator[_Draft]:
    draft: _Draft | None = None
    seen: Counter[str] = Counter()
    for number, line in text_lines(path, options):
        where = f"{path}:{number}"
        found = _TEXT.match(line)
        if found:
            if draft is None or draft.id != found["id"] or draft.mentions:
                if draft is not None:
                    yield draft
                draft = _begun(found["id"], where, seen, options)
            draft.parts.append((found["kind"], found["text"]))
        elif not is_blank(line):
            cells = line.rstrip("\r\n").split("\t")
            if draft is None or cells[0] != draft.id:
                options.notes.reject(where, f"{line[:40]!r} belongs to no title above it", "begin with ID|t|TITLE")
            else:
                _annotation(draft, cells, where, options)
    if draft is not None:
        yield draft


def _begun(id: str, where: str, seen: Counter[str], options: Options) -> _Draft:
    seen[id] += 1
    if seen[id] > 1:
        options.notes.add("documents with the id of an earlier one, numbered", f"{where} {id}")
    return _Draft(id, id if seen[id] == 1 else f"{id} ({seen[id]})")


def _annotation(draft: _Draft, cells: list[str], where: str, options: Options) -> None:
    placed = len(cells) > 2 and _OFFSET.match(cells[1]) and _OFFSET.match(cells[2])
    if len(cells) >= 5 and placed:
        name = f"m{len(draft.mentions) + 1}"
        options.notes.places[name] = where
        concept = cells[5].strip() if len(cells) > 5 else ""
        attributes = {"parts": cells[6]} if len(cells) > 6 and cells[6] else {}
        draft.mentions.append(Mention(int(cells[1]), int(cells[2]), cells[4], name, cells[3], attributes=attributes))
        if concept not in NO_CONCEPT:
            draft.concepts.setdefault(concept, []).append(name)
    elif len(cells) >= 4 and not placed:
        draft.relations.append((where, cells))
    else:
        options.notes.reject(where, f"{len(cells)} columns: neither a mention nor a relation", "mend the line")


def _document(draft: _Draft, options: Options) -> Document:
    text, zones = "", list[Zone]()
    for kind, part in draft.parts:
        start = len(text) + 1 if text or zones or kind != draft.parts[0][0] else 0
        text = f"{text} {part}" if start else part
        if part:
            zones.append(Zone(start, start + len(part), _ZONES.get(kind.lower(), kind)))
    relations = tuple(r for where, cells in draft.relations if (r := _relation(draft, where, cells, options)))
    entities = tuple(
        Entity(f"e{i}", tuple(names), key) for i, (key, names) in enumerate(draft.concepts.items(), start=1)
    )
    return Document(draft.name, text, tuple(draft.mentions), relations, entities, zones=tuple(zones))


def _relation(draft: _Draft, where: str, cells: list[str], options: Options) -> Relation | None:
    ends = [first_of(draft.concepts, concept) for concept in cells[2:4]]
    if not all(ends):
        missing = cells[2:4][ends.index("")]
        options.notes.reject(where, f"{cells[1]} names {missing}, which no mention has")
        return None
    tail = ends[1] if ends[0] != ends[1] else first_of(draft.concepts, cells[3], 1)
    if ends[0] == tail:
        options.notes.lose("relations between two concepts of one mention, left out", where)
        return None
    return Relation(ends[0], tail, cells[1], attributes={"novelty": cells[4]} if len(cells) > 4 and cells[4] else {})


def first_of(concepts: Mapping[str, list[str]], concept: str, skip: int = 0) -> str:
    """Give the first mention of a concept, also one that names it among others (D001|D002, D001,D002)."""
    names = concepts.get(concept, [])
    parts = (found for key, found in concepts.items() if concept in re.split(r"[|,+;]", key))
    names = names or next(parts, [])
    return names[min(skip, len(names) - 1)] if names else ""


def recognise(path: Path, head: bytes) -> bool:
    """Say whether the first line is ID|t|TITLE."""
    del path
    lines = [line for line in head_lines(head)[:20] if not is_blank(line)]
    found = _TEXT.match(lines[0]) if lines else None
    return found is not None and found["kind"].lower() == "t"


FORMAT = Format(
    "pubtator",
    "PubTator: title, abstract, mentions, concepts and relations",
    (),
    recognise,
    read,
    settings=(Setting("encoding", "the file's encoding (utf-8)"),),
)
