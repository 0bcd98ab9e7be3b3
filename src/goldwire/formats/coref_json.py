"""Coreference in JSON lines: e2e-coref's and PreCo's clusters of tokens, fastcoref's of characters.

DyGIE++ and SciERC, which have clusters among other layers, have a file of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from goldwire.document import Document, Entity, Mention
from goldwire.errors import InputError
from goldwire.formats.base import Format, Options, Setting
from goldwire.formats.dygie import Draft
from goldwire.formats.json_values import first_object, item, items, need, objects, plain, rest
from goldwire.formats.layout import lay_out
from goldwire.formats.settling import settled
from goldwire.tags import UNTYPED

_NAMES = ("doc_key", "id", "doc_id")
_OF_E2E = ("speakers", "constituents", "sentence_map", "subtoken_map")
_KNOWN = (*_NAMES, "sentences", "tokens", "text", "clusters", "mention_clusters", "predicted_clusters", "ner")
_Range = tuple[int, int]


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents, one a line; a mention that only a cluster names has no label ("_").

    Ends are inclusive in e2e-coref's files, as the model's own `predicted_clusters` are (`layer=predicted`); in PreCo's
    and fastcoref's they are not.
    """
    return settled(_documents(path, options), options, path)


def _documents(path: Path, options: Options) -> Iterator[Document]:
    for number, (where, value) in enumerate(objects(path, options.notes), start=1):
        name = next((str(value[key]) for key in _NAMES if value.get(key) not in (None, "")), f"s{number}")
        yield (_on_text if isinstance(value.get("text"), str) else _on_tokens)(value, name, where, options)


def _on_tokens(value: dict[str, Any], name: str, where: str, options: Options) -> Document:
    listed = item(value, "sentences", list, where) if "sentences" in value else [item(value, "tokens", list, where)]
    draft = Draft(f"{where} {name}", lay_out([_words(sentence, where) for sentence in listed]), options)
    for first, last, label in options.notes.sound(lambda row: _named(row, where), _flat_ner(value, where)):
        draft.mention(first, last + 1, label)
    before = [0]
    for row in draft.laid.rows:
        before.append(before[-1] + len(row))
    groups = [
        [draft.found(*place) for place in options.notes.sound(lambda row: _range(row, before, where), cluster)]
        for cluster in _clusters(value, where, options)
    ]
    entities = [Entity(f"e{n}", tuple(dict.fromkeys(filter(None, ids)))) for n, ids in enumerate(groups)]
    laid = draft.laid
    kept = tuple(entity for entity in entities if entity.mentions)
    found = tuple(draft.mentions)
    return Document(name, laid.text, found, (), kept, laid.tokens, laid.sentences, metadata=rest(value, _KNOWN))


def _words(sentence: Any, where: str) -> list[str]:
    return [need(word, str, where, "a token") for word in need(sentence, list, where, "a sentence")]


def _clusters(value: dict[str, Any], where: str, options: Options) -> list[list[Any]]:
    key = "mention_clusters" if "mention_clusters" in value else "clusters"
    key = "predicted_clusters" if options.settings.get("layer") == "predicted" else key
    return [need(cluster, list, where, "a cluster") for cluster in items(value, key, where)]


def _flat_ner(value: dict[str, Any], where: str) -> list[Any]:
    """Give the named entities, be they listed by sentence or all together."""
    rows = items(value, "ner", where)
    nested = any(isinstance(row, list) and (not row or isinstance(row[0], list)) for row in rows)
    return [inner for row in rows for inner in row] if nested else rows


def _named(row: Any, where: str) -> tuple[int, int, str]:
    if isinstance(row, list) and len(row) == 3 and type(row[0]) is int is type(row[1]) and isinstance(row[2], str):
        return row[0], row[1], row[2]
    raise InputError(where, f"{plain(row)[:60]} is no [first, last, label]", "mend the file")


def _range(row: Any, before: list[int], where: str) -> _Range:
    """Give the tokens of a mention, half-open: e2e-coref's first and last, or PreCo's sentence, first and end."""
    if isinstance(row, list) and all(type(part) is int for part in row):
        if len(row) == 2:
            return row[0], row[1] + 1
        if len(row) == 3 and 0 <= row[0] < len(before) - 1:
            return before[row[0]] + row[1], before[row[0]] + row[2]
    raise InputError(where, f"{plain(row)[:60]} is no mention of a cluster", "mend the file")


def _on_text(value: dict[str, Any], name: str, where: str, options: Options) -> Document:
    mentions: dict[_Range, Mention] = {}
    entities = []
    for number, cluster in enumerate(_clusters(value, where, options)):
        places = list(options.notes.sound(lambda row: _range(row, [], where), cluster))
        for start, last in places:
            mentions.setdefault((start, last), Mention(start, last - 1, UNTYPED, f"m{len(mentions) + 1}"))
        if places:
            entities.append(Entity(f"e{number}", tuple(dict.fromkeys(mentions[place].id for place in places))))
    found = tuple(mentions.values())
    return Document(name, value["text"], found, (), tuple(entities), metadata=rest(value, _KNOWN))


def recognise(path: Path, head: bytes) -> bool:
    """Say whether JSON begins with an object of clusters over tokens or a text, and nothing else that is annotated."""
    del path
    first = first_object(head)
    if "mention_clusters" in first:
        return isinstance(first.get("sentences"), list)
    if not isinstance(first.get("clusters"), list) or "relations" in first or "events" in first:
        return False
    return isinstance(first.get("text"), str | list) or "tokens" in first or any(key in first for key in _OF_E2E)


FORMAT = Format(
    "coref_json",
    "coreference in JSON lines: e2e-coref, PreCo, fastcoref",
    (),
    recognise,
    read,
    settings=(Setting("layer", "gold or predicted (gold)"),),
)
