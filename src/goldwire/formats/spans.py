"""JSON of texts with spans of characters, as spaCy, InstructUIE, PubAnnotation and many by hand write it.

A span is [start, end, label] or an object under one of many names; a relation names spans, ids or places in the list.
doccano's and Prodigy's own shapes have files of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from goldwire.document import Document, Mention, Relation
from goldwire.errors import InputError
from goldwire.formats.base import Format, Names, Options
from goldwire.formats.json_values import first_value, items, need, plain, rest, values
from goldwire.formats.keys import (
    RELATION_HEADS,
    RELATION_KINDS,
    is_relation,
    key_of,
    listed_keys,
    mention_names,
    named_end,
    relation_ends,
    unnamed,
    without_spans,
)
from goldwire.formats.settling import settled_rows, squeezed
from goldwire.formats.spans_shapes import plain_row, rows_within
from goldwire.tags import UNTYPED

_NAMES = ("id", "doc_id", "docid", "document_id", "sent_id", "sourceid")
_TEXTS = ("text", "sentence", "content", "raw_text", "textContent", "document")
_SPANS = ("entities", "ents", "ner", "denotations", "entity_list", "spans", "annotations", "annotation", "labels",
          "label", "textSegmentAnnotations")  # fmt: skip
_RELATIONS = ("relations", "relation_list", "relation", "rels", "relationships")
_KNOWN = (*_SPANS, *_RELATIONS, "tokens", "sents", "sentences", "words")
_PLACES = ("pos", "span", "char_span", "offsets", "position")
_STARTS = ("start", "begin", "start_char", "start_offset", "start_idx", "char_start", "startOffset")
_ENDS = ("end", "end_char", "end_offset", "end_idx", "char_end", "endOffset")
_LABELS = ("label", "type", "entity_type", "obj", "class", "tag", "category", "entity_group", "tag_name", "displayName",
           "display_name", "entity")  # fmt: skip
_SURFACES = ("text", "name", "mention", "surface", "word", "value")


@dataclass(slots=True)
class _Draft:
    where: str
    options: Options
    mentions: list[Mention] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from JSON, a list or lines: objects, spaCy's [text, {"entities": ...}], or those in "annotations".

    Without an id they are s1, s2 ... Ends are taken as inclusive where the surfaces of a document say so.
    """
    return settled_rows(_document, _named(path, options), options, path)


def _named(path: Path, options: Options) -> Iterator[tuple[dict[str, Any], str, str]]:
    names = Names()
    for number, (where, value) in enumerate(_rows(path, options), start=1):
        name = next((str(value[key]) for key in _NAMES if value.get(key) not in (None, "")), f"s{number}")
        name = names.distinct(name, number)
        yield value, name, f"{where} {name}"


def _rows(path: Path, options: Options) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the objects of a file, pairs made objects; null, which a tool writes for texts passed over, is left out."""
    found = values(path, options.notes)
    for where, value in found:
        if isinstance(value, str):  # the file is one pair
            rows = [(where, [value, next(found, (where, None))[1]])]
        elif isinstance(value, dict) and (listed := _within(value)) is not None:
            rows = [(f"{where}[{index}]", row) for index, row in enumerate(listed) if row is not None]
        else:
            rows = [(where, value)]
        yield from options.notes.sound(lambda row: (row[0], _object(row[1], row[0])), rows)


def _within(value: dict[str, Any]) -> list[Any] | None:
    """Give the rows that an object of the whole file holds; None where it is a row itself."""
    return value["annotations"] if _pairs(value.get("annotations")) else rows_within(value)


def _object(row: Any, where: str) -> dict[str, Any]:
    if isinstance(row, list) and len(row) == 2:
        text, told = row
        return {"text": text, **(told if isinstance(told, dict) else {"entities": told})}
    return plain_row(need(row, dict, where))


def _document(value: dict[str, Any], name: str, where: str, options: Options) -> Document:
    key = next((key for key in _TEXTS if isinstance(value.get(key), str)), "")
    if not key:
        raise InputError(where, f"there is no text among its keys {listed_keys(value)}", "call it text")
    text, related = value[key], _first(value, _RELATIONS) or unnamed(value, _KNOWN, is_relation)
    spans = _spans_key(value, related, where, options)
    rows = items(value, spans, where)
    draft = _Draft(where, options, names=mention_names(rows))
    for found in options.notes.sound(lambda row: _mentions(row[1], row[0], draft), enumerate(rows)):
        draft.mentions.extend(found)
    if related and related not in _RELATIONS:
        options.notes.add(f"documents whose relations stand under {related!r}, taken for them", where)
    relations = tuple(options.notes.sound(lambda row: _relation(row, draft), items(value, related, where)))
    mentions = tuple(_exclusive(text, draft))
    return Document(name, text, mentions, relations, metadata=rest(value, (key, spans, related, *_NAMES)))


def _spans_key(value: dict[str, Any], related: str, where: str, options: Options) -> str:
    """Give the key of the spans; "" where the relations alone, or nothing at all, tells any.

    Raises:
        InputError: no known key is there, and another one holds spans; or what stands under the known one is no list.
    """
    key = _first(value, _SPANS)
    if key or related or any(name in value and value[name] is None for name in _SPANS):
        return key
    for name in _SPANS:
        need(value.get(name, []), list, where, f'"{name}"')
    without_spans(value, unnamed(value, _KNOWN, _is_span), where, options.notes)
    return ""


def _is_span(row: Any) -> bool:
    labelled = isinstance(row, list) or key_of(row, _LABELS) if isinstance(row, list | dict) else False
    return bool(labelled) and (not isinstance(row, list) or len(row) > 2) and _spans([row])


def _first(value: Mapping[str, Any], keys: tuple[str, ...], kind: type | tuple[type, ...] = list) -> str:
    """Give the first of the keys under which something of a kind stands; "" where there is none."""
    return next((key for key in keys if isinstance(value.get(key), kind)), "")


def _mentions(row: Any, index: int, draft: _Draft) -> list[Mention]:
    """Give the mentions of a span: one a label."""
    start, end = _place(row, draft.where)
    value = row if isinstance(row, dict) else {"label": _label(row)}
    labels = next((value[key] for key in _LABELS if value.get(key) not in (None, "", [])), UNTYPED)
    inner = _inner(value)
    surface = inner.get(_first(inner, _SURFACES, str), "")
    name = f"m{index + 1}"
    score = value.get("score")
    shared = Mention(start, end, UNTYPED, name, surface, score=float(score) if isinstance(score, float | int) else None)
    several = [plain(label) for label in (labels if isinstance(labels, list) else [labels])]
    return [replace(shared, label=label, id=f"{name}.{i}" if i else name) for i, label in enumerate(several)]


def _label(row: list[Any]) -> Any:
    """Give the label of a span in a list: behind its start and end, or before them."""
    return row[0] if isinstance(row[0], str) else row[2] if len(row) > 2 else None


def _inner(value: dict[str, Any]) -> dict[str, Any]:
    """Give an object with what lies in its first point or place, where that is an object."""
    points = value.get("points")
    found = points[0] if isinstance(points, list) and points else value.get(_first(value, _PLACES, dict), {})
    return {**value, **found} if isinstance(found, dict) else value


def _place(row: Any, where: str) -> tuple[int, int]:
    """Give start and end of a span, of whatever shape.

    Raises:
        InputError: it has none.
    """
    labelled = isinstance(row, list) and len(row) > 2 and isinstance(row[0], str)
    pair: Any = (row[1:3] if labelled else row[:2]) if isinstance(row, list) else None
    if isinstance(row, dict):
        value = _inner(row)
        pair = value.get(_first(value, _PLACES)) or [value.get(_first(value, keys, int)) for keys in (_STARTS, _ENDS)]
        pair = pair[0] if len(pair) == 1 else pair
    if isinstance(pair, list) and len(pair) == 2 and all(type(at) is int for at in pair):
        return pair[0], pair[1]
    raise InputError(where, f"{plain(row)[:60]} is no span with two whole numbers", "mend the file")


def _relation(row: Any, draft: _Draft) -> Relation:
    value = need(row, dict, draft.where, "a relation")
    ends = relation_ends(value, lambda told: isinstance(told, list | dict) or str(told) in draft.names, draft.where)
    head, tail = (_end(told, draft) for told in ends[:2])
    kind = key_of(value, RELATION_KINDS, lambda told: isinstance(told, str))
    spans = ("subject", "object", "subj_tok_span", "obj_tok_span") if "subj_char_span" in ends.keys else ()
    known = (*ends.keys, kind, "id", *spans)
    return Relation(head, tail, value[kind] if kind else UNTYPED, attributes=rest(value, known))


def _end(told: Any, draft: _Draft) -> str:
    """Give the mention that a relation's end names: by id, by its place in the list, or by its offsets."""
    named = named_end(told, draft.names)
    if named or not isinstance(told, list | dict):
        return named or plain(told)
    start, end = _place(told, draft.where)
    found = next((m.id for m in draft.mentions if (m.start, m.end) == (start, end)), "")
    if not found:
        draft.options.notes.add("mentions that only a relation names", draft.where)
        draft.mentions += _mentions(told, len(draft.mentions), draft)
    return found or draft.mentions[-1].id


def _exclusive(text: str, draft: _Draft) -> list[Mention]:
    """Give the mentions with exclusive ends: inclusive ones are seen from the surfaces."""
    told = [(squeezed(m.text), m) for m in draft.mentions if m.text]
    if told and all(said == squeezed(text[m.start : m.end + 1]) != squeezed(text[m.start : m.end]) for said, m in told):
        draft.options.notes.add("documents whose ends are inclusive, seen from their surfaces", draft.where)
        return [replace(m, end=m.end + 1) for m in draft.mentions]
    return draft.mentions


def _pairs(value: Any) -> bool:
    """Say whether a value is a list of spaCy's pairs of a text and annotations."""
    found = next((row for row in value if row is not None), None) if isinstance(value, list) else None
    return isinstance(found, list) and len(found) == 2 and isinstance(found[0], str) and isinstance(found[1], dict)


def recognise(path: Path, head: bytes) -> bool:
    """Say whether JSON begins with a text and its spans, as an object or as spaCy's pair."""
    del path
    first = first_value(head)
    if not isinstance(first, dict):
        return _pairs(first) or _pairs([first])
    if _pairs(first.get("annotations")):
        return True
    within = rows_within(first)
    return _is_row(plain_row(first)) if within is None else any(_is_row(plain_row(row)) for row in within[:20])


def _is_row(first: dict[str, Any]) -> bool:
    """Say whether an object has a text and spans, or relations that name them."""
    spans = first.get(_first(first, _SPANS))
    related = first.get(_first(first, _RELATIONS))
    return bool(_first(first, _TEXTS, str)) and (_spans(spans) or (spans is None and _spans(related, RELATION_HEADS)))


def _spans(rows: Any, within: tuple[str, ...] = ()) -> bool:
    """Say whether rows are spans, or have one under a key; none at all are, too."""
    if not isinstance(rows, list) or not rows:
        return rows == []
    row = rows[0]
    if within and isinstance(row, dict):
        row = row.get(key_of(row, within, lambda told: isinstance(told, list | dict)))
    try:
        return bool(_place(row, ""))
    except InputError:
        return False


FORMAT = Format(
    "spans",
    "JSON of texts and character spans: spaCy's training data and Doc.to_json, InstructUIE, PubAnnotation and the like",
    (),
    recognise,
    read,
)
