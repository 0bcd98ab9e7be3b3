"""OneIE's JSON lines, of ACE, ERE and WikiEvents: tokens with entity, relation and event mentions, ends exclusive.

An event is a mention of its trigger, with relations named by role, as in dygie.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from goldwire.document import Document, Entity, Relation
from goldwire.errors import InputError
from goldwire.formats.base import Format, Options
from goldwire.formats.dygie import ARGUMENT, EVENT, Draft
from goldwire.formats.json_values import first_object, item, items, need, objects, rest
from goldwire.formats.layout import lay_out
from goldwire.formats.settling import settled_rows

_NAMES = ("sent_id", "wnd_id", "doc_id", "id")
_LEVELS = {"NAM": "name", "NOM": "nominal", "PRO": "pronoun"}
_KNOWN = ("tokens", "entity_mentions", "relation_mentions", "event_mentions", "entity_coreference")
_DERIVED = ("pieces", "token_lens", "sentence", "text", "sentences")  # the tokens again, in other forms


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from OneIE's JSON lines or a list: one a sentence, window or document, as the file has it."""
    named = _named(path, options)
    return settled_rows(_document, named, options, path)


def _named(path: Path, options: Options) -> Iterator[tuple[dict[str, Any], str, str]]:
    for number, (where, value) in enumerate(objects(path, options.notes), start=1):
        name = next((str(value[key]) for key in _NAMES if value.get(key)), f"s{number}")
        yield value, name, f"{where} {name}"


def _document(value: dict[str, Any], name: str, where: str, options: Options) -> Document:
    tokens = [need(word, str, where, "token") for word in item(value, "tokens", list, where)]
    draft, names, sound = Draft(where, lay_out([tokens]), options), dict[str, str](), options.notes.sound
    for _ in sound(lambda row: _entity(draft, names, row), items(value, "entity_mentions", where)):
        pass
    relations = list(sound(lambda row: _relation(draft, names, row), items(value, "relation_mentions", where)))
    for found in sound(lambda row: _event(draft, names, row), items(value, "event_mentions", where)):
        relations += found
    groups = enumerate(items(value, "entity_coreference", where), start=1)
    entities = tuple(sound(lambda row: _cluster(names, row[0], row[1], where), groups))
    laid, metadata = draft.laid, rest(value, (*_NAMES, *_KNOWN, *_DERIVED))
    return Document(
        name, laid.text, tuple(draft.mentions), tuple(relations), entities, laid.tokens, laid.sentences, (), metadata
    )


def _entity(draft: Draft, names: dict[str, str], row: Any) -> None:
    value = need(row, dict, draft.where, "an entity mention")
    start, end = (item(value, key, int, draft.where) for key in ("start", "end"))
    level = _LEVELS.get(str(value.get("mention_type")), "")
    subtype = rest(value, ("id", "text", "start", "end", "entity_type", *(("mention_type",) if level else ())))
    label = item(value, "entity_type", str, draft.where)
    names[str(value.get("id"))] = draft.mention(start, end, label, level=level, attributes=subtype)


def _relation(draft: Draft, names: dict[str, str], row: Any) -> Relation:
    value = need(row, dict, draft.where, "a relation mention")
    told = [_filler(names, argument, draft.where) for argument in items(value, "arguments", draft.where)]
    if len(told) != 2:
        raise InputError(draft.where, f"a relation of {len(told)} arguments, two were expected", "mend the file")
    subtype = rest(value, ("id", "relation_type", "arguments"))
    return Relation(told[0], told[1], item(value, "relation_type", str, draft.where), attributes=subtype)


def _event(draft: Draft, names: dict[str, str], row: Any) -> list[Relation]:
    value = need(row, dict, draft.where, "an event mention")
    trigger = item(value, "trigger", dict, draft.where)
    start, end = (item(trigger, key, int, draft.where) for key in ("start", "end"))
    name = draft.mention(start, end, item(value, "event_type", str, draft.where), attributes=EVENT)
    arguments = items(value, "arguments", draft.where) if name else []
    made = draft.options.notes.sound(lambda one: (_filler(names, one, draft.where), one), arguments)
    return [Relation(name, end, item(one, "role", str, draft.where), attributes=ARGUMENT) for end, one in made]


def _filler(names: dict[str, str], argument: Any, where: str) -> str:
    """Give the mention that an argument names; its id as it stands where there is none, for `settled` to list."""
    told = str(need(argument, dict, where, "an argument").get("entity_id"))
    return names.get(told, told)


def _cluster(names: dict[str, str], number: int, row: Any, where: str) -> Entity:
    members = [str(member) for member in need(row, list, where, "a cluster")]
    return Entity(f"e{number}", tuple(names.get(member, member) for member in members))


def recognise(path: Path, head: bytes) -> bool:
    """Say whether JSON begins with an object of tokens and entity_mentions."""
    del path
    return {"tokens", "entity_mentions"} <= first_object(head).keys()


FORMAT = Format("oneie", "OneIE JSON lines: ACE, ERE and WikiEvents", (), recognise, read)
