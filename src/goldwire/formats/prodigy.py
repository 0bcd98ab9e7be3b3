"""Prodigy's JSONL: text, tokens, spans (last token included) and relations by token, with the annotator's answer.

A choice of a knowledge-base id (entity linking) is the link of the task's only span.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from goldwire.document import NIL, Document, Entity, Mention, Relation, Span, canonical
from goldwire.formats.base import (
    CROSSING,
    ENDS,
    IDS,
    METADATA,
    NESTED,
    RELATIONS,
    TEXT,
    TOKENS,
    Format,
    Names,
    Options,
    Setting,
    told_apart,
)
from goldwire.formats.json_values import first_object, item, items, need, objects, plain, write_lines
from goldwire.formats.settling import settled
from goldwire.tags import UNTYPED

_SIGNS = ("_task_hash", "_input_hash", "_view_id", "_session_id", "answer")
_QUIET = {"text", "spans", "tokens", "relations", "answer", "meta", "options", "accept", "html", "_is_binary", *_SIGNS}
_WIKIDATA = re.compile(r"Q\d+\Z")


@dataclass(slots=True)
class _Draft:
    where: str
    options: Options
    tokens: list[Span]
    mentions: list[Mention] = field(default_factory=list)
    by_span: dict[tuple[object, ...], str] = field(default_factory=dict)
    by_token: dict[int, str] = field(default_factory=dict)


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from Prodigy's JSONL; tasks answered reject or ignore are left out, and counted.

    The setting `answers=all` keeps them. Ids are meta.id where it stands, else s1, s2 ... by line.
    """
    return settled(_documents(path, options), options, path)


def _documents(path: Path, options: Options) -> Iterator[Document]:
    names = Names()
    for number, (where, value) in enumerate(objects(path, options.notes), start=1):
        answer = value.get("answer", "accept")
        if answer != "accept" and options.settings.get("answers") != "all":
            options.notes.add(f"tasks answered {answer}, left out (--set answers=all keeps them)", where)
            continue
        told = value.get("meta")
        meta: dict[str, Any] = told if isinstance(told, dict) else {}
        name = str(meta.get("id", f"s{number}"))
        name = names.distinct(name, number)
        draft = _Draft(f"{where} {name}", options, [])
        yield from options.notes.sound(
            lambda row: _document(row[0], row[1], row[2], row[3]), [(value, name, meta, draft)]
        )


def _document(value: dict[str, Any], name: str, meta: dict[str, Any], draft: _Draft) -> Document:
    where = draft.where
    text = item(value, "text", str, where)
    told = [need(token, dict, where, "a token") for token in items(value, "tokens", where)]
    draft.tokens = [Span(item(t, "start", int, where), item(t, "end", int, where)) for t in told]
    sound = draft.options.notes.sound
    list(sound(lambda row: _span(draft, need(row, dict, where, "a span")), items(value, "spans", where)))
    rows = items(value, "relations", where)
    related = sound(lambda row: _relation(draft, need(row, dict, where, "a relation")), rows)
    relations = tuple(relation for relation in related if relation)
    tokens = tuple(token for token in draft.tokens if 0 <= token.start < token.end <= len(text))
    metadata = {key: plain(told) for key, told in meta.items() if key != "id" and told is not None}
    for key in sorted(set(value) - _QUIET):
        draft.options.notes.add(f"fields {key!r} of a task, which are not read", where)
    return Document(
        name, text, tuple(draft.mentions), relations, tuple(_linked(value, draft)), tokens, metadata=metadata
    )


def _span(draft: _Draft, value: dict[str, Any]) -> str:
    start, end = item(value, "start", int, draft.where), item(value, "end", int, draft.where)
    label = _label(value, draft.where)
    told = value.get("text") if isinstance(value.get("text"), str) else ""
    score = float(value["score"]) if isinstance(value.get("score"), int | float) else None
    name = f"m{len(draft.mentions) + 1}"
    draft.mentions.append(Mention(start, end, UNTYPED if label is None else label, name, told or "", score=score))
    draft.by_span.setdefault((start, end), name)
    draft.by_span.setdefault((start, end, label), name)
    if isinstance(value.get("token_end"), int):
        draft.by_token.setdefault(value["token_end"], name)
    return name


def _relation(draft: _Draft, value: dict[str, Any]) -> Relation | None:
    label = _label(value, draft.where)
    ends = [_end(draft, value, key) for key in ("head", "child")]
    return Relation(ends[0], ends[1], UNTYPED if label is None else label) if all(ends) else None


def _label(value: dict[str, Any], where: str) -> str | None:
    return None if value.get("label") is None else item(value, "label", str, where)


def _end(draft: _Draft, value: dict[str, Any], key: str) -> str:
    """Give the mention at an end: that of its span, else that of its token; one is made where none is."""
    span, token = value.get(f"{key}_span"), value.get(key)
    if isinstance(span, dict):
        pair = item(span, "start", int, draft.where), item(span, "end", int, draft.where)
        label = _label(span, draft.where)
        found = draft.by_span.get((*pair, label), draft.by_span.get(pair))
        if found:
            return found
        draft.options.notes.add("mentions that only a relation names", draft.where)
        return _span(draft, {"start": pair[0], "end": pair[1], "label": label or UNTYPED})
    if isinstance(token, int) and token in draft.by_token:
        return draft.by_token[token]
    if isinstance(token, int) and 0 <= token < len(draft.tokens):
        draft.options.notes.add("mentions that only a relation names", draft.where)
        place = draft.tokens[token]
        return _span(draft, {"start": place.start, "end": place.end, "token_end": token})
    draft.options.notes.reject(draft.where, f"a relation's {key} is token {token} of {len(draft.tokens)}")
    return ""


def _linked(value: dict[str, Any], draft: _Draft) -> Iterator[Entity]:
    accepted = [str(choice) for choice in items(value, "accept", draft.where)]
    if len(accepted) == 1 and len(draft.mentions) == 1:
        (choice,) = accepted
        link = NIL if choice.upper().startswith(NIL) else "" if _WIKIDATA.match(choice) else choice
        wikidata = choice if _WIKIDATA.match(choice) else ""
        attributes = {"choice": choice} if link == NIL and choice != NIL else {}
        yield Entity("e1", (draft.mentions[0].id,), link, wikidata, attributes)
    elif accepted:
        draft.options.notes.add("choices accepted that are no link of an only span, not read", draft.where)


def write(documents: Iterable[Document], path: Path, options: Options) -> None:
    """Write documents as Prodigy's JSONL, accepted; the document's id and metadata go into meta."""
    write_lines((_value(canonical(document), options) for document in documents), path)


def _value(document: Document, options: Options) -> dict[str, Any]:
    starts = {token.start: index for index, token in enumerate(document.tokens)}
    ends = {token.end: index for index, token in enumerate(document.tokens)}
    spans = {m.id: _span_value(m, starts, ends) for m in document.mentions if not m.fragments}
    places = {m.id: (m.start, m.end, m.label) for m in document.mentions if m.id in spans}
    relations = [_relation_value(r, spans) for r in told_apart(document, places, "prodigy", options.notes)]
    value: dict[str, Any] = {"text": document.text, "meta": {"id": document.id, **document.metadata}}
    value |= {"tokens": [_token(document, i) for i in range(len(document.tokens))]} if document.tokens else {}
    value |= {"spans": list(spans.values())} | ({"relations": relations} if relations else {})
    return value | {"answer": "accept"}


def _span_value(mention: Mention, starts: dict[int, int], ends: dict[int, int]) -> dict[str, Any]:
    value: dict[str, Any] = {"start": mention.start, "end": mention.end, "text": mention.text, "label": mention.label}
    if mention.start in starts and mention.end in ends:
        value |= {"token_start": starts[mention.start], "token_end": ends[mention.end]}
    return value | ({} if mention.score is None else {"score": mention.score})


def _relation_value(relation: Relation, spans: dict[str, dict[str, Any]]) -> dict[str, Any]:
    value: dict[str, Any] = {"label": relation.label}
    for key, name in (("head", relation.head), ("child", relation.tail)):
        span = {k: v for k, v in spans[name].items() if k not in ("text", "score")}
        value |= {key: span.get("token_end"), f"{key}_span": span}
    return value


def _token(document: Document, index: int) -> dict[str, Any]:
    start, end = document.tokens[index]
    blank = document.text[end : end + 1] == " "
    return {"text": document.text[start:end], "start": start, "end": end, "id": index, "ws": blank}


def recognise(path: Path, head: bytes) -> bool:
    """Say whether JSON begins with an object that has a text, and Prodigy's hashes, answer, or spans with offsets."""
    del path
    first = first_object(head)
    spans = first.get("spans")
    shaped = isinstance(spans, list) and all(isinstance(s, dict) and "start" in s for s in spans)
    return isinstance(first.get("text"), str) and (any(sign in first for sign in _SIGNS) or shaped)


FORMAT = Format(
    "prodigy",
    "Prodigy JSONL: spans and relations",
    (".jsonl",),
    recognise,
    read,
    write,
    frozenset({NESTED, CROSSING, RELATIONS, ENDS, TOKENS, METADATA, IDS, TEXT}),
    (Setting("answers", "accept, or all to keep rejected and ignored tasks (accept)"),),
)
