"""GLiNER's training JSON: tokenized_text, and ner as token spans, the last token included.

Relations of GLiREL's form ("relations" with head and tail positions) and of GLiNER's own (places in ner) are read and
written beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from goldwire.document import Document, Relation, canonical
from goldwire.errors import InputError
from goldwire.formats.base import (
    CROSSING,
    ENDS,
    METADATA,
    NESTED,
    RELATIONS,
    TOKENS,
    Format,
    Options,
    Setting,
    told_apart,
)
from goldwire.formats.dygie import Draft
from goldwire.formats.json_values import first_object, item, items, need, objects, plain, rest, write_values
from goldwire.formats.layout import lay_out, placed
from goldwire.formats.settling import settled

_KNOWN = ("tokenized_text", "ner", "relations", "id")


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from GLiNER's JSON, a list or lines; without an id they are s1, s2 ..."""
    return settled(_documents(path, options), options, path)


def _documents(path: Path, options: Options) -> Iterator[Document]:
    rows = enumerate(objects(path, options.notes), start=1)
    return options.notes.sound(lambda row: _document(row[1][1], row[0], row[1][0], options), rows)


def _document(value: dict[str, Any], number: int, where: str, options: Options) -> Document:
    name = str(value.get("id", f"s{number}"))
    tokens = [need(word, str, where, "token") for word in item(value, "tokenized_text", list, where)]
    draft = Draft(f"{where} {name}", lay_out([tokens]), options)
    spans = items(value, "ner", where)
    made = [list(options.notes.sound(lambda row: _mention(draft, row, where), [row])) for row in spans]
    names = [name for (name,) in (found or [""] for found in made)]
    related = options.notes.sound(lambda row: _relation(draft, row, names), items(value, "relations", where))
    relations = tuple(relation for relation in related if relation.head and relation.tail)
    laid = draft.laid
    metadata = rest(value, _KNOWN)
    return Document(name, laid.text, tuple(draft.mentions), relations, (), laid.tokens, laid.sentences, (), metadata)


def _mention(draft: Draft, row: Any, where: str) -> str:
    start, end, label = _triple(row, where, "a span of ner")
    return draft.mention(start, end + 1, label)


def _triple(value: Any, where: str, what: str) -> tuple[int, int, str]:
    row = need(value, list, where, what)
    start, end, label = (*row, None, None, None)[:3]
    shown = f"{plain(row)[:60]}"
    return (
        need(start, int, where, shown),
        need(end, int, where, shown),
        need(label, str, where, f"the label of {shown}"),
    )


def _relation(draft: Draft, row: Any, names: list[str]) -> Relation:
    """Give a relation: an object of GLiREL's, or two places in ner and a label; "" for an end that is broken."""
    if isinstance(row, list):
        *ends, label = _triple(row, draft.where, "a relation")
        if missing := [end for end in ends if not 0 <= end < len(names)]:
            raise InputError(draft.where, f"relation {row} names entity {missing[0]} of {len(names)}", "mend the file")
        return Relation(names[ends[0]], names[ends[1]], label)
    value = need(row, dict, draft.where, "a relation")
    label = item(value, "relation_text", str, draft.where)
    return Relation(_end(draft, value, "head"), _end(draft, value, "tail"), label)


def _end(draft: Draft, value: dict[str, Any], key: str) -> str:
    end = item(value, key, dict, draft.where)
    start, last, _ = _triple([*item(end, "position", list, draft.where), "_"][:3], draft.where, "a position")
    return draft.found(start, last + 1)


def write(documents: Iterable[Document], path: Path, options: Options) -> None:
    """Write documents as GLiNER's JSON; all sentences of a document go into one object."""
    write_values((_value(canonical(document), options) for document in documents), path)


def _value(document: Document, options: Options) -> dict[str, Any]:
    grid, places = placed(document, options, "gliner")
    offsets = grid.offsets()
    spans = {n: (offsets[p.sentence] + p.first, offsets[p.sentence] + p.last - 1) for n, p in places.items()}
    ner = [[*spans[m.id], m.label] for m in document.mentions if m.id in spans]
    relations = _relations(document, spans, options)
    value: dict[str, Any] = {
        "id": document.id,
        "tokenized_text": [word for row in grid.words() for word in row],
        "ner": ner,
    }
    return value | ({"relations": relations} if relations else {}) | dict(document.metadata)


def _relations(document: Document, spans: dict[str, tuple[int, int]], options: Options) -> list[Any]:
    """Give the relations as GLiREL's objects, or with the places of their ends in ner where that is asked."""
    if options.settings.get("relations") == "places":
        at = {name: place for place, name in enumerate(m.id for m in document.mentions if m.id in spans)}
        return [[at[r.head], at[r.tail], r.label] for r in told_apart(document, at, "gliner", options.notes)]
    mentions = document.by_id()
    ends = {n: {"mention": mentions[n].text, "position": list(s), "type": mentions[n].label} for n, s in spans.items()}
    kept = told_apart(document, spans, "gliner", options.notes)
    return [{"head": ends[r.head], "tail": ends[r.tail], "relation_text": r.label} for r in kept]


def recognise(path: Path, head: bytes) -> bool:
    """Say whether JSON begins with an object that has tokenized_text."""
    del path
    return "tokenized_text" in first_object(head)


FORMAT = Format(
    "gliner",
    "GLiNER training JSON",
    (".json", ".jsonl"),
    recognise,
    read,
    write,
    frozenset({NESTED, CROSSING, RELATIONS, ENDS, TOKENS, METADATA}),
    (
        Setting("align", "writing: expand takes a token whole that a mention cuts", reads=False, writes=True),
        Setting("relations", "writing: places, GLiNER's own form, else GLiREL's objects", reads=False, writes=True),
    ),
)
