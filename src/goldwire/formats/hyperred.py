"""HyperRED's JSON: a sentence an object, its entities spans of tokens, its relations between spans with qualifiers.

A qualifier (label and span) is an attribute of its relation: the label, and the id of the mention that the span is.
Ends are exclusive. Source of the form: the README of declare-lab/HyperRED.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from goldwire.document import Document, Relation
from goldwire.errors import InputError
from goldwire.formats.base import Format, Options
from goldwire.formats.dygie import Draft
from goldwire.formats.json_values import first_object, item, items, need, objects, rest
from goldwire.formats.layout import lay_out
from goldwire.formats.settling import settled_rows

_KNOWN = ("tokens", "entities", "relations")


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read a document a sentence, s1, s2 ... in the order of the file."""
    rows = enumerate(objects(path, options.notes), start=1)
    return settled_rows(_document, ((value, f"s{at}", where) for at, (where, value) in rows), options, path)


def _document(value: dict[str, Any], name: str, where: str, options: Options) -> Document:
    tokens = [need(word, str, where, "token") for word in item(value, "tokens", list, where)]
    draft = Draft(where, lay_out([tokens]), options)
    list(options.notes.sound(lambda row: _entity(draft, row), items(value, "entities", where)))
    relations = tuple(options.notes.sound(lambda row: _relation(draft, row), items(value, "relations", where)))
    laid, metadata = draft.laid, rest(value, _KNOWN)
    return Document(name, laid.text, tuple(draft.mentions), relations, (), laid.tokens, laid.sentences, (), metadata)


def _entity(draft: Draft, row: Any) -> str:
    value = need(row, dict, draft.where, "entity")
    first, last = _span(value, "span", draft)
    return draft.mention(first, last, item(value, "label", str, draft.where))


def _relation(draft: Draft, row: Any) -> Relation:
    value = need(row, dict, draft.where, "relation")
    label = item(value, "label", str, draft.where)
    head, tail = (draft.found(*_span(value, key, draft)) for key in ("head", "tail"))
    attributes: dict[str, str] = {}
    for qualifier in items(value, "qualifiers", draft.where):
        told = need(qualifier, dict, draft.where, "qualifier")
        key, named = item(told, "label", str, draft.where), draft.found(*_span(told, "span", draft))
        attributes[key] = f"{attributes[key]} {named}" if key in attributes else named
    return Relation(head, tail, label, attributes=attributes)


def _span(value: dict[str, Any], key: str, draft: Draft) -> tuple[int, int]:
    """Give the first token of a span, and the one after its last.

    Raises:
        InputError: it is no pair of numbers, or there are no such tokens.
    """
    pair = item(value, key, list, draft.where)
    first, last = pair if len(pair) == 2 and all(type(at) is int for at in pair) else (0, 0)
    if not 0 <= first < last <= len(draft.tokens):
        found = f'"{key}" is {pair}, tokens [first, last + 1) of {len(draft.tokens)} were expected'
        raise InputError(draft.where, found, "mend the file")
    return first, last


def recognise(path: Path, head: bytes) -> bool:
    """Say whether JSON begins with an object of tokens, and of entities with spans or relations between spans."""
    del path
    first = first_object(head)
    if not all(isinstance(first.get(key), list) for key in _KNOWN):
        return False
    rows = [*first["entities"][:1], *first["relations"][:1]]
    return bool(rows) and all(
        isinstance(row, dict) and isinstance(row.get("span", row.get("head")), list) for row in rows
    )


FORMAT = Format(
    "hyperred",
    "HyperRED: relations with qualifiers, as attributes",
    (".json", ".jsonl"),
    recognise,
    read,
)
