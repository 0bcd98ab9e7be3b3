"""DWIE: Deutsche Welle's articles as JSON, a file an article: mentions of concepts, relations between concepts.

A concept is an entity; its types are tags, of which the mentions' label is the one of DWIE's second level. Relations
run between first mentions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from goldwire.document import NIL, Document, Entity, Mention, Relation
from goldwire.errors import InputError
from goldwire.formats.base import Format, Notes, Options
from goldwire.formats.json_values import first_object, item, items, need, objects, rest
from goldwire.formats.settling import settled
from goldwire.tags import UNTYPED

_TOP = ("entity", "value", "other", "footer", "skip")
_COARSE = ("person", "organization", "location", "event", "misc", "ethnicity", "time", "money", "role")
_MENTION = {"begin", "end", "concept"}


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from DWIE's folder of articles, from one of them, or from a list or lines of them."""
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    found = ((place, value) for file in files for place, value in objects(file, options.notes))
    return settled(options.notes.sound(lambda row: _document(row[1], row[0], options), found), options)


def _document(value: dict[str, Any], place: str, options: Options) -> Document:
    name = str(value.get("id") or place)
    where = f"{place} {name}"
    text = value.get("content")
    if not isinstance(text, str):
        raise InputError(where, 'has no text ("content")', "fetch the texts with DWIE's script, which adds them")
    concepts = {str(c.get("concept")): c for c in items(value, "concepts", where) if isinstance(c, dict)}
    rows = enumerate(items(value, "mentions", where), start=1)
    told = tuple(options.notes.sound(lambda row: _mention(row[1], f"m{row[0]}", concepts, where), rows))
    owned: dict[str, list[str]] = defaultdict(list)
    for concept, mention in told:
        owned[concept].append(mention.id)
    related = items(value, "relations", where)
    found = options.notes.sound(lambda row: _relation(row, owned, where, options.notes), related)
    relations = tuple(relation for relation in found if relation)
    entities = tuple(_entity(key, tuple(names), concepts.get(key, {})) for key, names in owned.items())
    bare = sum(key not in owned for key in concepts)
    if bare:
        options.notes.add("concepts that no mention has, left out", where, bare)
    metadata = rest(value, ("id", "content", "mentions", "concepts", "relations"))
    mentions = tuple(mention for _, mention in told)
    if guesses := sum("candidates" in row for row in items(value, "mentions", where) if isinstance(row, dict)):
        options.notes.add("candidates for the links of mentions, not read", where, guesses)
    return Document(name, text, mentions, relations, entities, metadata=metadata)


def _mention(row: Any, name: str, concepts: Mapping[str, dict[str, Any]], where: str) -> tuple[str, Mention]:
    value = need(row, dict, where, "a mention")
    start, end = (item(value, key, int, where) for key in ("begin", "end"))
    concept = str(value.get("concept"))
    label, attributes = _label(_types(concepts.get(concept, {})))
    return concept, Mention(start, end, label, name, str(value.get("text") or ""), attributes=attributes)


def _types(concept: Mapping[str, Any]) -> list[str]:
    tags = concept.get("tags")
    found = [tag.partition("::") for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    return [name for kind, _, name in found if kind == "type" and name]


def _label(types: list[str]) -> tuple[str, dict[str, str]]:
    """Give the type of the second level, and all types where there are more."""
    finer = [name for name in types if name not in _TOP]
    label = next((name for name in _COARSE if name in finer), (finer or types or [UNTYPED])[0])
    return label, {"types": " ".join(types)} if len(types) > 1 else {}


def _entity(key: str, mentions: tuple[str, ...], concept: dict[str, Any]) -> Entity:
    attributes = rest(concept, ("concept", "link", "count", "text", "keyword"))
    link = str(concept.get("link") or "") if "link" in concept else ""
    return Entity(f"e{key}", mentions, NIL if "link" in concept and not link else link, attributes=attributes)


def _relation(row: Any, owned: Mapping[str, list[str]], where: str, notes: Notes) -> Relation | None:
    """Give a relation between first mentions; None, counted, where the text mentions one of its concepts nowhere."""
    value = need(row, dict, where, "a relation")
    ends = [str(value.get(key)) for key in ("s", "o")]
    if not all(end in owned for end in ends):
        notes.add("relations of concepts that no mention has, left out", f"{where} {value.get('p')}({', '.join(ends)})")
        return None
    tail = owned[ends[1]][-1 if ends[0] == ends[1] else 0]
    return Relation(owned[ends[0]][0], tail, item(value, "p", str, where), attributes=rest(value, ("s", "p", "o")))


def recognise(path: Path, head: bytes) -> bool:
    """Say whether a file, or the first of a folder, is an article with mentions and concepts."""
    if path.is_dir():
        file = next(iter(sorted(path.glob("*.json"))), None)
        return file is not None and recognise(file, file.read_bytes()[:65536])
    first = first_object(head)
    mentions = first.get("mentions")
    shaped = isinstance(mentions, list) and all(isinstance(m, dict) and m.keys() >= _MENTION for m in mentions[:1])
    return shaped and (bool(mentions) or "content" in first)  # the text stands last, behind what a head holds


FORMAT = Format("dwie", "DWIE: articles with mentions, concepts and relations", (), recognise, read)
