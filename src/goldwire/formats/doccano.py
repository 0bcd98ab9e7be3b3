"""doccano's JSON and JSONL: `label`(s) as [start, end, label], or `entities` and `relations` as objects.

Offsets count code points. doccano's CoNLL export is read by conll.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from goldwire.document import Document, Mention, Relation, canonical
from goldwire.errors import InputError
from goldwire.formats.base import (
    CROSSING,
    ENDS,
    IDS,
    METADATA,
    NESTED,
    RELATIONS,
    TEXT,
    Format,
    Names,
    Options,
    Setting,
)
from goldwire.formats.json_values import first_object, item, items, need, objects, plain, write_values
from goldwire.formats.keys import listed_keys, mention_names, named_end, relation_ends, unnamed, without_spans
from goldwire.formats.settling import settled

_TEXTS = ("text", "data", "column_data", "sentence")
_SPANS = ("label", "labels", "entities", "annotations", "column_label", "spans")
_QUIET = (*_TEXTS, *_SPANS, "id", "relations", "meta")


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from doccano's JSON or JSONL.

    Where several users annotated a text, there is a document for each (ID-userN); the setting `user` takes one.
    The settings `text` and `label` name other keys.
    """
    return settled(_documents(path, options), options, path)


def _documents(path: Path, options: Options) -> Iterator[Document]:
    rows = options.notes.sound(lambda row: list(_annotated(row[0], row[1], row[2], options)), _named(path, options))
    return chain.from_iterable(rows)


def _named(path: Path, options: Options) -> Iterator[tuple[dict[str, Any], str, str]]:
    names = Names()
    for number, (where, value) in enumerate(objects(path, options.notes), start=1):
        name = names.distinct(str(value.get("id", f"s{number}")), number)
        yield value, name, f"{where} {name}"


def _key(value: Mapping[str, Any], names: Iterable[str], asked: str | None) -> str:
    return asked or next((name for name in names if name in value), "")


def _annotated(value: dict[str, Any], name: str, where: str, options: Options) -> Iterator[Document]:
    text, spans = _text(value, where, options), _spans(value, where, options)
    users = sorted({str(span["user"]) for span in spans if isinstance(span, dict) and "user" in span})
    asked = options.settings.get("user")
    for user in [user for user in users if asked in (None, user)] or [""]:
        mine = [span for span in spans if not user or str(span.get("user")) == user]
        mentions, names = _mentions(mine, where, options)
        related = items(value, "relations", where)
        relations = tuple(options.notes.sound(partial(_relation, names=names, where=where), related))
        full = f"{name}-user{user}" if len(users) > 1 and not asked else name
        yield Document(full, text, mentions, relations, metadata=_metadata(value))


def _text(value: dict[str, Any], where: str, options: Options) -> str:
    text = value.get(_key(value, _TEXTS, options.settings.get("text")))
    if not isinstance(text, str):
        raise InputError(where, f"there is no text among its keys {listed_keys(value)}", "add one")
    return text


def _spans(value: dict[str, Any], where: str, options: Options) -> list[Any]:
    asked = options.settings.get("label")
    key = _key(value, _SPANS, asked)
    if asked and asked not in value:
        raise InputError(where, f"there is no {asked!r} among its keys {listed_keys(value)}", "mend --set label")
    if not key:
        without_spans(value, unnamed(value, _QUIET, _is_span), where, options.notes)
    return items(value, key, where)


def _metadata(value: dict[str, Any]) -> dict[str, str]:
    meta = value.get("meta")
    told = {key: plain(item) for key, item in meta.items()} if isinstance(meta, dict) else {}
    rest = {key: plain(item) for key, item in value.items() if key not in _QUIET and item not in (None, [], {})}
    return {**rest, **told}


def _mentions(spans: list[Any], where: str, options: Options) -> tuple[tuple[Mention, ...], dict[str, str]]:
    triples = ((_triple(span), f"m{number}") for number, span in enumerate(spans, start=1))
    mentions = tuple(options.notes.sound(lambda row: _mention(row[0], row[1], where), triples))
    return mentions, mention_names(spans)


def _triple(span: Any) -> list[Any]:
    if not isinstance(span, dict):
        return span if isinstance(span, list) else [span]
    start, end = span.get("start_offset", span.get("start")), span.get("end_offset", span.get("end"))
    return [start, end, span.get("label", span.get("type"))]


def _mention(triple: list[Any], name: str, where: str) -> Mention:
    if len(triple) != 3 or not isinstance(triple[0], int) or not isinstance(triple[1], int):
        found = f"{plain(triple)[:60]} is no [start, end, label]"
        raise InputError(
            where, found, "classes of whole texts are not read; name the key of the spans: --set label=KEY"
        )
    return Mention(triple[0], triple[1], plain(triple[2]), name)


def _relation(row: Any, names: Mapping[str, str], where: str) -> Relation:
    value = need(row, dict, where, "a relation")
    ends = relation_ends(value, lambda told: str(told) in names, where)
    head, tail = (named_end(told, names) or plain(told) for told in (ends.head, ends.tail))
    return Relation(head, tail, item(value, "type", str, where))


def write(documents: Iterable[Document], path: Path, options: Options) -> None:
    """Write documents with entities and relations; with `shape=label` as [start, end, label] only."""
    short = options.settings.get("shape") == "label"
    make = _short if short else _full
    write_values((make(canonical(document), options) for document in documents), path)


def _full(document: Document, options: Options) -> dict[str, Any]:
    kept = [mention for mention in document.mentions if not mention.fragments]
    ids = {mention.id: number for number, mention in enumerate(kept)}
    entities = [{"id": ids[m.id], "start_offset": m.start, "end_offset": m.end, "label": m.label} for m in kept]
    relations = [
        {"id": number, "from_id": ids[r.head], "to_id": ids[r.tail], "type": r.label}
        for number, r in enumerate(document.relations)
        if r.head in ids and r.tail in ids
    ]
    if len(relations) < len(document.relations):
        lost = len(document.relations) - len(relations)
        options.notes.lose("relations left out with a mention", document.id, lost)
    value: dict[str, Any] = {"id": document.id, "text": document.text, "entities": entities, "relations": relations}
    return value | ({"meta": dict(document.metadata)} if document.metadata else {})


def _short(document: Document, options: Options) -> dict[str, Any]:
    if document.relations:
        options.notes.lose("relations that shape=label cannot hold", document.id, len(document.relations))
    spans = [[m.start, m.end, m.label] for m in document.mentions if not m.fragments]
    value: dict[str, Any] = {"id": document.id, "text": document.text, "label": spans}
    return value | ({"meta": dict(document.metadata)} if document.metadata else {})


def recognise(path: Path, head: bytes) -> bool:
    """Say whether JSON begins with an object of a text and of spans in doccano's shapes."""
    del path
    first = first_object(head)
    spans = next((first[key] or [] for key in _SPANS if isinstance(first.get(key, 0), list | None)), None)
    texts = any(isinstance(first.get(key), str) for key in _TEXTS)
    related = first.get("relations") or [{"from_id": 0}]
    ours = isinstance(related, list) and isinstance(related[0], dict) and "from_id" in related[0]
    return texts and ours and spans is not None and (not spans or any(map(_is_span, spans)))


def _is_span(span: Any) -> bool:
    if isinstance(span, dict):
        return "start_offset" in span
    return isinstance(span, list) and len(span) == 3 and isinstance(span[0], int) and isinstance(span[1], int)


FORMAT = Format(
    "doccano",
    "doccano JSON and JSONL: sequence labelling and relations",
    (".jsonl", ".json"),
    recognise,
    read,
    write,
    frozenset({NESTED, CROSSING, RELATIONS, ENDS, METADATA, IDS, TEXT}),
    (
        Setting("text", "the key of the text"),
        Setting("label", "the key of the spans"),
        Setting("user", "the user whose annotations are read (all)"),
        Setting("shape", "writing: label, for [start, end, label] only", reads=False, writes=True),
    ),
)
