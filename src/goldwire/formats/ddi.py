"""The DDI corpora's XML, and that of the unified corpora of protein interactions: sentences, entities and pairs.

`charOffset` names characters of the sentence: their last one in DDI's corpus of 2013, the one behind it in others; the
surfaces tell. A pair that interacts is a relation of its type. Source of the form: SemEval-2013 task 9.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from goldwire.document import Document, Mention, Relation, Span, surface
from goldwire.errors import InputError
from goldwire.formats.base import Format, Options
from goldwire.formats.columns import found_files, holds_files
from goldwire.formats.settling import settled, squeezed
from goldwire.formats.xml_elements import elements
from goldwire.tags import UNTYPED

UNSAID = "interaction"
_SENTENCE = re.compile(rb"<sentence\s[^>]*\btext\s*=")
_PIECE = re.compile(r"(\d+)-(\d+)")


@dataclass(slots=True)
class _Draft:
    where: str
    options: Options
    text: str = ""
    sentences: list[Span] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from an XML file, or from all those of a folder and its subfolders; sentences are parted by lines.

    A pair has its type as label (effect, mechanism, advise, int), "interaction" where the file tells none.
    """
    files = found_files(path, recognise, options.notes, (".xml",))
    return settled(chain.from_iterable(_documents(file, options) for file, _ in files), options, path)


def _documents(path: Path, options: Options) -> Iterator[Document]:
    try:
        for number, element in enumerate(elements(path, "document"), start=1):
            yield _document(element, element.get("id") or f"{path.stem}-{number}", path, options)
    except InputError as error:
        options.notes.reject(error.problem.where, error.problem.found, error.problem.mend)


def _document(element: Any, name: str, path: Path, options: Options) -> Document:
    draft = _Draft(f"{path}: {name}", options)
    for sentence in element.iter("sentence"):
        _sentence(draft, sentence)
    metadata = {key: value for key, value in element.attrib.items() if key != "id"}
    mentions, relations, sentences = tuple(draft.mentions), tuple(draft.relations), tuple(draft.sentences)
    return Document(name, draft.text, mentions, relations, sentences=sentences, metadata=metadata)


def _sentence(draft: _Draft, element: Any) -> None:
    text = element.get("text") or ""
    start = len(draft.text) + 1 if draft.text else 0
    draft.text = f"{draft.text}\n{text}" if draft.text else text
    draft.sentences += [Span(start, start + len(text))] if text else []
    entities, sound = list(element.iter("entity")), draft.options.notes.sound
    told = list(sound(partial(_told, draft), entities))
    past = _ends_lie_past(text, told, draft)
    names = {row.get("id", "") for row, _ in told}
    draft.mentions += [_mention(row, spans, start, past) for row, spans in told]
    draft.options.notes.places.update(dict.fromkeys(names, draft.where))
    found = sound(lambda row: _relation(row, names, draft), element.iter("pair"))
    draft.relations += [relation for relation in found if relation]


def _told(draft: _Draft, row: Any) -> tuple[Any, list[Span]]:
    """Give an entity with its places as they are told."""
    said, pieces = row.get("charOffset", ""), list[Span]()
    for piece in re.split(r"[;,]", said):
        found = _PIECE.fullmatch(piece.strip())
        if found is None:
            raise InputError(draft.where, f"entity {row.get('id')} has the charOffset {said!r}", "mend the file")
        pieces.append(Span(int(found[1]), int(found[2])))
    return row, pieces


def _ends_lie_past(text: str, told: list[tuple[Any, list[Span]]], draft: _Draft) -> bool:
    """Say whether ends are the character behind a mention, as the surfaces of all of a sentence say."""
    said = [(squeezed(row.get("text", "")), spans) for row, spans in told]
    past = bool(said) and all(surfaced == squeezed(surface(text, spans)) for surfaced, spans in said)
    if past:
        draft.options.notes.add("sentences whose ends lie behind their mentions, seen from the surfaces", draft.where)
    return past


def _mention(row: Any, told: list[Span], start: int, past: bool) -> Mention:
    spans = tuple(Span(start + first, start + last + (not past)) for first, last in told)
    label, attributes = row.get("type") or UNTYPED, _rest(row.attrib, ("id", "charOffset", "type", "text", "origId"))
    fragments = spans if len(spans) > 1 else ()
    name, said = row.get("id", ""), row.get("text", "")
    return Mention(spans[0].start, spans[-1].end, label, name, said, "", fragments, attributes)


def _relation(row: Any, names: set[str], draft: _Draft) -> Relation | None:
    ends = [row.get("e1", ""), row.get("e2", "")]
    if missing := next((end for end in ends if end not in names), None):
        raise InputError(
            draft.where, f"pair {row.get('id')} names {missing}, which is no entity of its sentence", "mend it"
        )
    stated = row.get("ddi", row.get("interaction", ""))
    if stated.lower() not in ("true", "false"):
        raise InputError(draft.where, f"pair {row.get('id')} says neither that it interacts nor that not", "mend it")
    if stated.lower() == "false":
        return None
    if ends[0] == ends[1]:
        draft.options.notes.lose("pairs of an entity with itself, left out", f"{draft.where}: {row.get('id')}")
        return None
    return Relation(ends[0], ends[1], row.get("type") or UNSAID, row.get("id", ""))


def _rest(told: Mapping[str, str], known: tuple[str, ...]) -> dict[str, str]:
    return {key: value for key, value in told.items() if key not in known}


def recognise(path: Path, head: bytes) -> bool:
    """Say whether XML has sentences with their text and entities with charOffset, or a folder holds such files."""
    if path.is_dir():
        return holds_files(path, recognise, (".xml",))
    return b"<document" in head and bool(_SENTENCE.search(head)) and b"<collection" not in head


FORMAT = Format(
    "ddi",
    "DDI corpus (SemEval-2013 task 9) and unified protein interactions: XML of sentences, entities and pairs",
    (),
    recognise,
    read,
)
