"""OpenNRE's and FewRel's JSON: a sentence with the places of a head and a tail, and their relation.

As wiki80, wiki20m, NYT10m and FewRel have it. Places are half-open pairs of tokens or of characters; FewRel lists the
tokens of each place and keeps its sentences by relation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from goldwire.document import Document, Entity, Mention, Relation
from goldwire.errors import InputError
from goldwire.formats.base import Format, Options
from goldwire.formats.dygie import Draft
from goldwire.formats.json_values import first_object, item, need, objects, plain, rest
from goldwire.formats.layout import lay_out
from goldwire.formats.settling import settled_rows
from goldwire.tags import UNTYPED

NEGATIVE = ("NA", "no_relation", "Other", "")
_ENDS = ("h", "t")
_TOKENS = ("token", "tokens")
_KNOWN = (*_ENDS, *_TOKENS, "text", "sentence", "relation", "id")
_ITEM = re.compile(r"Q\d+\Z")


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read a document a sentence: mentions of head and tail, and their relation unless it is none (NA, Other)."""
    named = _named(path, options)
    return settled_rows(_document, named, options, path)


def _named(path: Path, options: Options) -> Iterator[tuple[dict[str, Any], str, str]]:
    for number, (where, value) in enumerate(_sentences(path, options), start=1):
        name = str(value.get("id") or f"s{number}")
        yield value, name, f"{where} {name}"


def _sentences(path: Path, options: Options) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the sentences of a file; FewRel's, which stand in lists by relation, with theirs."""
    for where, value in objects(path, options.notes):
        if _is_sentence(value):
            yield where, value
            continue
        for relation, rows in value.items():
            for index, row in enumerate(need(rows, list, where, f'"{relation}"')):
                place = f"{where} {relation}[{index}]"
                yield place, {**need(row, dict, place), "relation": relation}


def _document(value: dict[str, Any], name: str, where: str, options: Options) -> Document:
    key = next((key for key in _TOKENS if isinstance(value.get(key), list)), "")
    words = [need(word, str, where, "token") for word in value[key]] if key else []
    draft = Draft(where, lay_out([words]), options)
    text = draft.laid.text if key else item(value, "text", str, where)
    rows = [(end, value.get(end)) for end in _ENDS]
    ends = list(options.notes.sound(lambda row: _end(draft, *row, by_token=bool(key)), rows))
    told = value.get("relation")
    label = "" if told is None else need(told, str, where, '"relation"')
    named = [names[0] for names, _ in ends if names]
    related = len(named) == len(_ENDS) and label not in NEGATIVE
    relations = (Relation(named[0], named[1], label),) if related else ()
    entities = tuple(
        Entity(f"e{at}", tuple(names), *(("", link) if _ITEM.match(link) else (link, "")))
        for at, (names, link) in enumerate(ends, start=1)
        if names and (link or len(names) > 1)
    )
    laid = draft.laid
    metadata = rest(value, _KNOWN)
    return Document(name, text, tuple(draft.mentions), relations, entities, laid.tokens, laid.sentences, (), metadata)


def _end(draft: Draft, end: str, row: Any, *, by_token: bool) -> tuple[list[str], str]:
    """Give the ids of an end's mentions, one a place, and what it is linked to."""
    if isinstance(row, list):  # FewRel's name, item and lists of token indices
        name, link, places = (*row, None, None, None)[:3]
        listed = [need(place, list, draft.where, "a place") for place in need(places, list, draft.where, f'"{end}"')]
        pairs = [(need(place[0], int, draft.where), need(place[-1], int, draft.where) + 1) for place in listed if place]
        value = {"name": name, "id": link}
    else:
        value = need(row, dict, draft.where, f'"{end}"')
        pairs = [_pair(value.get("pos"), draft.where)]
    label = str(value.get("type") or UNTYPED)
    names = [_mention(draft, pair, label, value, by_token=by_token) for pair in pairs]
    return [name for name in names if name], str(value.get("id") or "")


def _pair(value: Any, where: str) -> tuple[int, int]:
    if isinstance(value, list) and len(value) == 2 and all(type(point) is int for point in value):
        return value[0], value[1]
    raise InputError(where, f'"pos" is {plain(value)[:60]}, two whole numbers were expected', "mend the file")


def _mention(draft: Draft, pair: tuple[int, int], label: str, value: dict[str, Any], *, by_token: bool) -> str:
    if by_token:
        return draft.mention(*pair, label)
    name = f"m{len(draft.mentions) + 1}"
    draft.mentions.append(Mention(*pair, label, name, str(value.get("name") or "")))
    return name


def _is_sentence(value: object) -> bool:
    return isinstance(value, dict) and {*_ENDS} <= value.keys() and bool({*_TOKENS, "text"} & value.keys())


def recognise(path: Path, head: bytes) -> bool:
    """Say whether JSON begins with a sentence that has a head h and a tail t, or with a list of such by relation."""
    del path
    first = first_object(head)
    rows = next(iter(first.values()), None)
    return _is_sentence(first) or (isinstance(rows, list) and bool(rows) and _is_sentence(rows[0]))


FORMAT = Format("opennre", "OpenNRE and FewRel JSON: sentences with head and tail", (), recognise, read)
