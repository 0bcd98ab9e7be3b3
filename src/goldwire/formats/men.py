"""MEN (Malaysian English News): one JSON of entities and relations, the articles' texts in a folder beside it.

Offsets count code points of article_text/ID.txt; the JSON repeats no surface that they could be checked against.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from goldwire.document import Document, Mention, Relation
from goldwire.formats.base import Format, Options
from goldwire.formats.files import read_text
from goldwire.formats.json_values import first_object, item, items, need, objects, rest
from goldwire.formats.settling import settled

_FILE, _TEXTS = "annotated_set.json", "article_text"


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from MEN's folder or its annotated_set.json.

    An article most of whose mentions begin or end inside a word was annotated on another text: that is noted.
    """
    file = path / _FILE if path.is_dir() else path
    return settled(_documents(file, options), options, file)


def _documents(path: Path, options: Options) -> Iterator[Document]:
    for where, value in objects(path):
        name = item(value, "id", str, where)
        text = read_text(path.parent / _TEXTS / f"{Path(name).name}.txt")
        mentions = [
            _mention(need(entity, dict, where), f"{where} {name}") for entity in items(value, "entities", where)
        ]
        related = items(value, "relations", where)
        relations = tuple(_relation(need(entry, dict, where), f"{where} {name}") for entry in related)
        cut = sum(_cuts(text, mention) for mention in mentions)
        if 2 * cut > len(mentions):
            what = "documents most of whose mentions cut words: their text is not the one annotated"
            options.notes.add(what, f"{name}, {cut} of {len(mentions)} mentions")
        yield Document(name, text, tuple(mentions), relations, metadata=rest(value, ("id", "entities", "relations")))


def _mention(value: dict[str, Any], where: str) -> Mention:
    position = item(value, "position", dict, where)
    start, end = (item(position, key, int, where) for key in ("start_offset", "end_offset"))
    return Mention(start, end, item(value, "label", str, where), f"m{value.get('id')}")


def _relation(value: dict[str, Any], where: str) -> Relation:
    attributes = rest(value, ("id", "head", "tail", "relation"))
    label = item(value, "relation", str, where)
    return Relation(f"m{value.get('head')}", f"m{value.get('tail')}", label, f"r{value.get('id')}", (), attributes)


def _cuts(text: str, mention: Mention) -> bool:
    return any(0 < at < len(text) and text[at - 1 : at + 1].isalnum() for at in (mention.start, mention.end))


def recognise(path: Path, head: bytes) -> bool:
    """Say whether a folder or file is MEN's."""
    if path.is_dir():
        return (path / _FILE).is_file() and (path / _TEXTS).is_dir()
    entities = first_object(head).get("entities")
    first = entities[0] if isinstance(entities, list) and entities else None
    return isinstance(first, dict) and isinstance(first.get("position"), dict)


FORMAT = Format("men", "MEN: annotated_set.json with article_text/", (), recognise, read)
