"""SpERT's and CoNLL04's JSON: a sentence an object, with tokens, entities and relations between them by index.

Entity ends are exclusive; GLiNER's similar shape has a file of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from goldwire.document import Document, Relation, canonical
from goldwire.formats.base import CROSSING, ENDS, IDS, METADATA, NESTED, RELATIONS, TOKENS, Format, Options, Setting
from goldwire.formats.dygie import Draft
from goldwire.formats.json_values import first_object, item, items, need, objects, rest, write_values
from goldwire.formats.keys import relation_ends, unnamed, without_spans
from goldwire.formats.layout import lay_out, placed
from goldwire.formats.settling import settled_rows

_KNOWN = ("tokens", "entities", "relations", "orig_id")


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from SpERT's JSON, a list or lines; ids are orig_id, else s1, s2 ..."""
    named = _named(path, options)
    return settled_rows(_document, named, options, path)


def _named(path: Path, options: Options) -> Iterator[tuple[dict[str, Any], str, str]]:
    seen: set[str] = set()
    for number, (where, value) in enumerate(objects(path, options.notes), start=1):
        name = str(value.get("orig_id", f"s{number}"))
        if name in seen:
            options.notes.add("sentences with the orig_id of an earlier one, numbered", f"{where} {name}")
            name = f"{name}-{number}"
        seen.add(name)
        yield value, name, f"{where} {name}"


def _document(value: dict[str, Any], name: str, where: str, options: Options) -> Document:
    tokens = [need(word, str, where, "token") for word in item(value, "tokens", list, where)]
    if "entities" not in value:
        without_spans(value, unnamed(value, _KNOWN, _is_entity), where, options.notes)
    draft = Draft(where, lay_out([tokens]), options)
    names = dict(options.notes.sound(lambda row: _entity(draft, *row), enumerate(items(value, "entities", where))))
    related = options.notes.sound(lambda row: _relation(draft, names, row), items(value, "relations", where))
    relations = tuple(relation for relation in related if relation)
    laid = draft.laid
    metadata = rest(value, _KNOWN)
    return Document(name, laid.text, tuple(draft.mentions), relations, (), laid.tokens, laid.sentences, (), metadata)


def _is_entity(row: Any) -> bool:
    return isinstance(row, dict) and {"start", "end", "type"} <= row.keys()


def _entity(draft: Draft, index: int, row: Any) -> tuple[int, str]:
    value = need(row, dict, draft.where, "entity")
    start, end = (item(value, key, int, draft.where) for key in ("start", "end"))
    return index, draft.mention(start, end, item(value, "type", str, draft.where))


def _relation(draft: Draft, names: dict[int, str], row: Any) -> Relation | None:
    value = need(row, dict, draft.where, "relation")
    ends = relation_ends(value, lambda told: told in names if isinstance(told, int) else False, draft.where)
    head, tail = (need(told, int, draft.where, f'"{key}"') for key, told in zip(("head", "tail"), ends, strict=False))
    label = item(value, "type", str, draft.where)
    if not (head in names and tail in names):
        draft.options.notes.reject(draft.where, f"{label} between entities {head} and {tail} of {len(names)}")
        return None
    return Relation(names[head], names[tail], label) if names[head] and names[tail] else None


def write(documents: Iterable[Document], path: Path, options: Options) -> None:
    """Write documents as SpERT's JSON; all sentences of a document go into one object."""
    write_values((_value(canonical(document), options) for document in documents), path)


def _value(document: Document, options: Options) -> dict[str, Any]:
    grid, places = placed(document, options, "spert")
    offsets = grid.offsets()
    kept = [mention for mention in document.mentions if mention.id in places]
    index = {mention.id: number for number, mention in enumerate(kept)}
    entities = [
        {"type": m.label, "start": offsets[p.sentence] + p.first, "end": offsets[p.sentence] + p.last}
        for m in kept
        for p in [places[m.id]]
    ]
    relations = [
        {"type": r.label, "head": index[r.head], "tail": index[r.tail]}
        for r in document.relations
        if r.head in index and r.tail in index
    ]
    lost = len(document.relations) - len(relations)
    if lost:
        options.notes.lose("relations left out with a mention", document.id, lost)
    tokens = [word for row in grid.words() for word in row]
    value = {"tokens": tokens, "entities": entities, "relations": relations, "orig_id": document.id}
    return value | dict(document.metadata)


def recognise(path: Path, head: bytes) -> bool:
    """Say whether JSON begins with an object of tokens and of entities with token offsets."""
    del path
    first = first_object(head)
    tokens, entities = first.get("tokens"), first.get("entities")
    words = isinstance(tokens, list) and all(isinstance(token, str) for token in tokens)
    return (
        words and isinstance(entities, list) and all(isinstance(e, dict) for e in entities) and "sentences" not in first
    )


FORMAT = Format(
    "spert",
    "SpERT and CoNLL04 JSON",
    (".json", ".jsonl"),
    recognise,
    read,
    write,
    frozenset({NESTED, CROSSING, RELATIONS, ENDS, TOKENS, METADATA, IDS}),
    (Setting("align", "writing: expand takes a token whole that a mention cuts", reads=False, writes=True),),
)
