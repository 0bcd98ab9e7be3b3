"""re3d: folders with documents.json, entities.json and relations.json, an object a line, offsets in code points.

A relation's ends are told by their offsets; they are the entity mentions there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from goldwire.document import Document, Mention, Relation
from goldwire.formats.base import Format, Options
from goldwire.formats.json_values import item, objects, rest
from goldwire.formats.settling import settled
from goldwire.tags import UNTYPED

_FILES = ("documents.json", "entities.json", "relations.json")


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from one source's folder, or from all such folders in a folder."""
    folders = [path] if _is_source(path) else sorted(folder for folder in path.iterdir() if _is_source(folder))
    documents = (document for folder in folders for document in _documents(folder, options))
    return settled(documents, options, path, exact=True)


def _documents(folder: Path, options: Options) -> Iterator[Document]:
    entities, relations = (_by_document(folder / name) for name in _FILES[1:])
    for where, value in objects(folder / _FILES[0]):
        name = item(value, "_id", str, where)
        mentions = [_mention(entity, place) for place, entity in entities.pop(name, [])]
        found = [_relation(r, place, mentions, options) for place, r in relations.pop(name, [])]
        metadata = rest(value, ("_id", "text"))
        yield Document(name, item(value, "text", str, where), tuple(mentions), tuple(found), metadata=metadata)
    for left in (entities, relations):
        for name, values in left.items():
            options.notes.reject(f"{folder}", f"{len(values)} annotations of {name}, which is no document")


def _by_document(path: Path) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    found: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for where, value in objects(path):
        found[item(value, "documentId", str, where)].append((where, value))
    return found


def _mention(value: dict[str, Any], where: str) -> Mention:
    start, end = item(value, "begin", int, where), item(value, "end", int, where)
    attributes = rest(value, ("_id", "begin", "end", "type", "value", "documentId", "confidence"))
    told = item(value, "value", str, where)
    label, name = item(value, "type", str, where), item(value, "_id", str, where)
    return Mention(start, end, label, name, told, "", (), attributes, _score(value))


def _relation(value: dict[str, Any], where: str, mentions: list[Mention], options: Options) -> Relation:
    ends = [_end(value, key, where, mentions, options) for key in ("source", "target")]
    known = ("_id", "documentId", "type", "confidence", "source", "target")
    attributes = rest(value, (*known, "sourceBegin", "sourceEnd", "targetBegin", "targetEnd"))
    label, name = item(value, "type", str, where), item(value, "_id", str, where)
    return Relation(ends[0], ends[1], label, name, (), attributes, _score(value))


def _end(value: dict[str, Any], key: str, where: str, mentions: list[Mention], options: Options) -> str:
    start, end = item(value, f"{key}Begin", int, where), item(value, f"{key}End", int, where)
    name = next((m.id for m in mentions if (m.start, m.end) == (start, end)), "")
    if not name:
        options.notes.add("mentions that only a relation names", where)
        name = f"{value['_id']}-{key}"
        mentions.append(Mention(start, end, UNTYPED, name, str(value.get(key, ""))))
    return name


def _score(value: dict[str, Any]) -> float | None:
    found = value.get("confidence")
    return float(found) if isinstance(found, int | float) else None


def _is_source(path: Path) -> bool:
    return path.is_dir() and all((path / name).is_file() for name in _FILES)


def recognise(path: Path, head: bytes) -> bool:
    """Say whether a folder is one of re3d's sources, or holds some."""
    del head
    return path.is_dir() and (_is_source(path) or any(_is_source(folder) for folder in path.iterdir()))


FORMAT = Format("re3d", "re3d: documents.json, entities.json and relations.json", (), recognise, read)
