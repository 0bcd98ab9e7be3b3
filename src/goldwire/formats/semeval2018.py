"""SemEval-2018 task 7: abstracts as XML with entities marked, and a file of relations such as USAGE(A.1,A.2,REVERSE).

REVERSE turns head and tail round; NONE and no relation at all are one. Source of the form: the task's data description.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from goldwire.document import Document, Mention, Relation, Zone
from goldwire.errors import InputError
from goldwire.formats.base import Format, Options, Setting
from goldwire.formats.columns import found_files, holds_files, is_blank, text_lines
from goldwire.formats.settling import settled
from goldwire.formats.xml_elements import elements
from goldwire.tags import UNTYPED

_RELATION = re.compile(r"(?P<label>[\w-]+)\((?P<head>[^,()]+),(?P<tail>[^,()]+)(?:,(?P<turned>REVERSE))?\)\s*")
_ZONES = ("title", "abstract")


class _Told(NamedTuple):
    """A line of the file of relations."""

    where: str
    line: str


@dataclass(slots=True)
class _Draft:
    where: str
    options: Options
    text: str = ""
    mentions: list[Mention] = field(default_factory=list)
    zones: list[Zone] = field(default_factory=list)


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from an XML file, or all those of a folder; entities have no type ("_").

    Relations are in the file of the same name (1.1.text.xml: 1.1.relations.txt, or keys.test.1.1.txt for the test set),
    or the one that the setting `relations` names.
    """
    files = found_files(path, recognise, options.notes, (".xml",))
    return settled(chain.from_iterable(_documents(file, options) for file, _ in files), options, path)


def _documents(path: Path, options: Options) -> Iterator[Document]:
    told = _relations(path, options)
    try:
        for number, element in enumerate(elements(path, "text"), start=1):
            name = element.get("id") or f"{path.stem}-{number}"
            yield _document(element, name, told.pop(name, []), _Draft(f"{path}: {name}", options))
    except InputError as error:
        options.notes.reject(error.problem.where, error.problem.found, error.problem.mend)
    for name, lines in told.items():
        for line in lines:
            options.notes.reject(line.where, f"{line.line} is of {name}, which is no text", "restore the text")


def _relations(path: Path, options: Options) -> dict[str, list[_Told]]:
    """Give the lines of the file of relations by the id of their text."""
    file, found = _relations_file(path, options), defaultdict[str, list[_Told]](list)
    if file is None:
        options.notes.add("files of texts without their relations beside them (--set relations=FILE)", str(path))
        return found
    for number, line in text_lines(file, options):
        if not is_blank(line):
            told = _RELATION.fullmatch(line)
            if told is None:
                options.notes.reject(f"{file}:{number}", f"{line[:40]!r} is no relation like USAGE(A.1,A.2)", "mend it")
            else:
                found[told["head"].rpartition(".")[0]].append(_Told(f"{file}:{number}", line.strip()))
    return found


def _relations_file(path: Path, options: Options) -> Path | None:
    if asked := options.settings.get("relations"):
        return Path(asked)
    stem = re.sub(r"\.?text\.xml$|\.xml$", "", path.name)
    names = (
        f"{stem}.relations.txt",
        f"keys.{stem}.txt",
        f"keys.test.{stem.removesuffix('.test')}.txt",
        "relations.txt",
    )
    return next((path.with_name(name) for name in names if path.with_name(name).is_file()), None)


def _document(element: Any, name: str, told: list[_Told], draft: _Draft) -> Document:
    for zone in (child for child in element if child.tag in _ZONES):
        draft.text += "\n" if draft.text else ""
        start = len(draft.text)
        _walk(draft, zone)
        draft.text = draft.text.rstrip()
        draft.zones += [Zone(start, len(draft.text), zone.tag)] if len(draft.text) > start else []
    names = {mention.id for mention in draft.mentions}
    found = draft.options.notes.sound(partial(_relation, names), told)
    relations = tuple(relation for relation in found if relation)
    return Document(name, draft.text, tuple(draft.mentions), relations, zones=tuple(draft.zones))


def _walk(draft: _Draft, element: Any) -> None:
    """Add what an element says, its entities as mentions; white space before a zone's first word is left out."""
    _say(draft, element.text)
    for child in element:
        start = len(draft.text)
        _walk(draft, child)
        if child.tag == "entity":
            draft.mentions.append(Mention(start, len(draft.text), UNTYPED, child.get("id", "")))
            draft.options.notes.places[child.get("id", "")] = draft.where
        _say(draft, child.tail)


def _say(draft: _Draft, text: str | None) -> None:
    said = text or ""
    draft.text += said if draft.text and not draft.text.endswith("\n") else said.lstrip()


def _relation(names: set[str], told: _Told) -> Relation | None:
    found = _RELATION.fullmatch(told.line)
    if found is None or found["label"] == "NONE":
        return None
    ends = [found["head"], found["tail"]]
    if missing := next((end for end in ends if end not in names), ""):
        raise InputError(told.where, f"there is no entity {missing}", "mend the line, or the text")
    head, tail = reversed(ends) if found["turned"] else ends
    return Relation(head, tail, found["label"])


def recognise(path: Path, head: bytes) -> bool:
    """Say whether XML has texts with abstracts in which entities are marked, or a folder holds such files."""
    if path.is_dir():
        return holds_files(path, recognise, (".xml",))
    return b"<text id=" in head and b"<abstract>" in head and b"<entity id=" in head


FORMAT = Format(
    "semeval2018",
    "SemEval-2018 task 7: abstracts with entities, and a file of relations",
    (),
    recognise,
    read,
    settings=(
        Setting("relations", "the file of relations (the one beside the text's)"),
        Setting("encoding", "the encoding of the relations (utf-8)"),
    ),
)
