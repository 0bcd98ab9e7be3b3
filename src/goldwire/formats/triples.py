"""JSON of texts with triples of strings, as NYT, WebNLG (CasRel's, CopyRE's) and DuIE have them: nothing has a place.

A string is a mention where it first stands in the text. TPLinker's lists, which have places, are read by spans.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from goldwire.document import Document, Mention, Relation
from goldwire.errors import InputError
from goldwire.formats.base import Format, Options
from goldwire.formats.json_values import first_object, items, need, objects, plain, rest
from goldwire.formats.opennre import NEGATIVE
from goldwire.formats.settling import settled_rows
from goldwire.tags import UNTYPED

_TEXTS = ("sentText", "text", "sentence")
_LISTS = ("triple_list", "spo_list", "relationMentions")
_ENTITIES = "entityMentions"


class _Triple(NamedTuple):
    subject: str
    label: str
    object: str
    types: tuple[str, str] = (UNTYPED, UNTYPED)


@dataclass(slots=True)
class _Draft:
    where: str
    text: str
    mentions: list[Mention] = field(default_factory=list)
    by_string: dict[str, str] = field(default_factory=dict)

    def mention(self, string: str, label: str) -> str:
        """Give the id of the mention of a string; where there is none it is made."""
        return self.by_string.get(string) or self.made(string, label)

    def made(self, string: str, label: str) -> str:
        """Make a mention of a string where it next stands, as a word if it does, and give its id.

        Raises:
            InputError: it stands nowhere in the text, or not once more.
        """
        taken = [m.end for m in self.mentions if m.text == string]
        start = _place(self.text, string, max(taken, default=0))
        if start is None:
            more = " once more" if taken else ""
            raise InputError(self.where, f"{string!r} stands{more} nowhere in the text", "mend the file")
        name = f"m{len(self.mentions) + 1}"
        self.mentions.append(Mention(start, start + len(string), label, name, string))
        self.by_string.setdefault(string, name)
        return name


def _place(text: str, string: str, start: int) -> int | None:
    """Give the first place of a string from `start` on, rather one where it is no part of a word."""
    places, at = list[int](), text.find(string, start) if string else -1
    while at >= 0:
        end = at + len(string)
        if not (text[at - 1 : at].isalnum() and string[0].isalnum()) and not (
            text[end : end + 1].isalnum() and string[-1].isalnum()
        ):
            return at
        places.append(at)
        at = text.find(string, at + 1)
    return places[0] if places else None


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read a document a text, s1, s2 ...; a string that stands nowhere in its text is broken."""
    named = _named(path, options)
    return settled_rows(_document, named, options, path)


def _named(path: Path, options: Options) -> Iterator[tuple[dict[str, Any], str, str]]:
    for number, (where, value) in enumerate(objects(path, options.notes), start=1):
        yield value, f"s{number}", where


def _document(value: dict[str, Any], name: str, where: str, options: Options) -> Document:
    key = next((key for key in _TEXTS if isinstance(value.get(key), str)), "")
    listed = next((key for key in _LISTS if key in value), "")
    draft = _Draft(where, need(value.get(key), str, where, "the text"))
    entities = options.notes.sound(lambda row: _entity(row, where), items(value, _ENTITIES, where))
    list(options.notes.sound(lambda row: draft.made(*row), entities))
    triples = options.notes.sound(lambda row: _triple(row, where), items(value, listed, where) if listed else [value])
    found = tuple(r for r in options.notes.sound(lambda row: _relation(draft, row, options), triples) if r)
    if draft.mentions:
        options.notes.add("strings without a place, taken where they first stand", where, len(draft.mentions))
    known = (key, listed, _ENTITIES, "head", "tail", "relation")
    return Document(name, draft.text, tuple(draft.mentions), found, metadata=rest(value, known))


def _entity(row: Any, where: str) -> tuple[str, str]:
    value = need(row, dict, where, "an entity mention")
    return need(value.get("text"), str, where, "its text"), str(value.get("label") or UNTYPED)


def _triple(row: Any, where: str) -> _Triple:
    """Give a triple of any of the shapes: a list of three; NYT's, DuIE's or a distant sentence's object."""
    if isinstance(row, list) and len(row) == 3 and all(isinstance(part, str) for part in row):
        return _Triple(*row)
    value = need(row, dict, where, "a triple")
    for keys in (("em1Text", "label", "em2Text"), ("subject", "predicate", "object")):
        if keys[0] in value:
            parts = [need(_value(value.get(key)), str, where, f'"{key}"') for key in keys]
            first, last = (str(_value(value.get(key)) or UNTYPED) for key in ("subject_type", "object_type"))
            return _Triple(parts[0], parts[1], parts[2], (first, last))
    ends = [need(value.get(key), dict, where, f'"{key}"') for key in ("head", "tail")]
    words = [need(end.get("word"), str, where, '"word"') for end in ends]
    return _Triple(words[0], need(value.get("relation"), str, where, '"relation"'), words[1])


def _value(told: Any) -> Any:
    """Give a string, or that of DuIE's {"@value": string}."""
    return told.get("@value") if isinstance(told, dict) else told


def _relation(draft: _Draft, triple: _Triple, options: Options) -> Relation | None:
    head, tail = draft.mention(triple.subject, triple.types[0]), draft.mention(triple.object, triple.types[1])
    if triple.label in NEGATIVE:
        return None
    if head == tail:
        options.notes.lose("triples of a string with itself, left out", f"{draft.where} {plain(triple)[:60]}")
        return None
    return Relation(head, tail, triple.label)


def recognise(path: Path, head: bytes) -> bool:
    """Say whether JSON begins with a text and a list of triples, or a sentence with head and tail words."""
    del path
    first = first_object(head)
    ends = [first.get(key) for key in ("head", "tail")]
    distant = all(isinstance(end, dict) and "word" in end for end in ends) and "relation" in first
    return any(isinstance(first.get(key), str) for key in _TEXTS) and (
        distant or any(isinstance(first.get(key), list) for key in _LISTS)
    )


FORMAT = Format("triples", "JSON of texts with triples of strings: NYT, WebNLG, DuIE", (), recognise, read)
