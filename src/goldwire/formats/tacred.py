"""TACRED's JSON (and Re-TACRED's): a sentence of tokens with a subject, an object and their relation.

Token ends are inclusive. Files of labels alone are no documents; pair_labels reads those.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from goldwire.document import Document, Relation
from goldwire.formats.base import Format, Options
from goldwire.formats.dygie import Draft
from goldwire.formats.json_values import first_object, item, need, objects, rest
from goldwire.formats.layout import lay_out
from goldwire.formats.settling import settled_rows

NEGATIVE = "no_relation"
_PARSES = ("stanford_pos", "stanford_ner", "stanford_head", "stanford_deprel")
_ENDS = tuple(f"{end}_{part}" for end in ("subj", "obj") for part in ("start", "end", "type"))


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read a document an example: two mentions, and a relation from subject to object unless it is no_relation."""
    named = _named(path, options)
    return settled_rows(_document, named, options, path)


def _named(path: Path, options: Options) -> Iterator[tuple[dict[str, Any], str, str]]:
    for number, (where, value) in enumerate(objects(path, options.notes), start=1):
        name = str(value.get("id", f"s{number}"))
        yield value, name, f"{where} {name}"


def _document(value: dict[str, Any], name: str, where: str, options: Options) -> Document:
    draft = Draft(
        where, lay_out([[need(word, str, where, "token") for word in item(value, "token", list, where)]]), options
    )
    subject, object_ = (_end(draft, value, end) for end in ("subj", "obj"))
    label = value.get("relation")
    told = None if label is None else need(label, str, where, '"relation"')
    related = bool(told and told != NEGATIVE and subject and object_)
    relations = (Relation(subject, object_, str(told)),) if related else ()
    if any(key in value for key in _PARSES):
        options.notes.add("parses of TACRED (stanford_pos, _ner, _head, _deprel), not read", where)
    laid, metadata = draft.laid, rest(value, ("id", "token", "relation", *_ENDS, *_PARSES))
    return Document(name, laid.text, tuple(draft.mentions), relations, (), laid.tokens, laid.sentences, (), metadata)


def _end(draft: Draft, value: dict[str, Any], end: str) -> str:
    first, last = (item(value, f"{end}_{part}", int, draft.where) for part in ("start", "end"))
    return draft.mention(first, last + 1, item(value, f"{end}_type", str, draft.where))


def recognise(path: Path, head: bytes) -> bool:
    """Say whether JSON begins with an object of tokens with a subject and an object."""
    del path
    first = first_object(head)
    return isinstance(first.get("token"), list) and {"subj_start", "obj_start"} <= first.keys()


FORMAT = Format("tacred", "TACRED and Re-TACRED JSON", (".json", ".jsonl"), recognise, read)
