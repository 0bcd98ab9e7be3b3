"""i2b2/VA 2010's and 2011's files: texts, and concepts, assertions, relations and chains by line and word.

A line is `c="chest pain" 12:3 12:4||t="problem"`: lines count from 1, words between blanks from 0, ends are inclusive.
Source of the form: the annotation guidelines of the 2010 i2b2/VA challenge, and of 2011's on coreference.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

from goldwire.document import Document, Entity, Mention, Relation, Span
from goldwire.errors import InputError
from goldwire.formats.base import Format, Options, Setting
from goldwire.formats.columns import head_lines, holds_files, is_blank, text_lines
from goldwire.formats.files import reading, walk
from goldwire.formats.settling import settled, squeezed
from goldwire.tags import UNTYPED

SUFFIXES = (".con", ".ast", ".rel", ".chains")
_DEEP = "**/"
_PLACE = re.compile(r'c="(?P<text>.*)"\s+(?P<line>\d+):(?P<first>\d+)\s+(?P<last_line>\d+):(?P<last>\d+)')
_VALUE = re.compile(r'(?P<key>[tra])="(?P<value>.*)"')
_BETWEEN = re.compile(r'\|\|(?=[ctra]=")')
_WORD = re.compile(r"\S+")


class _Record(NamedTuple):
    """The files of one document, by suffix."""

    name: str
    text: Path
    told: dict[str, Path]


@dataclass(slots=True)
class _Draft:
    options: Options
    text: str
    words: list[list[Span]]
    where: str = ""
    mentions: dict[tuple[Span, str], Mention] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from a folder of texts (.txt) with .con, .ast, .rel and .chains, or from one such file.

    The files may stand in folders of their own (txt, concept, rel ...). Assertions become the attribute `assertion`.
    """
    found = options.notes.sound(lambda record: _document(record, options), _records(path, options))
    return settled((document for document in found if document), options, path)


def _records(path: Path, options: Options) -> Iterator[_Record]:
    """Give the records of a folder, or the one that a file belongs to; texts without annotations are noted."""
    folder, lead = (path, _DEEP) if path.is_dir() else (path.parent, "")
    if not path.is_dir() and _name(path) not in _by_name(folder, lead, ".txt"):
        folder, lead = path.parent / "..", "*/"  # txt/a.txt beside concept/a.con
    told = {suffix: _by_name(folder, lead, suffix) for suffix in SUFFIXES}
    names = {name for files in told.values() for name in files}
    texts = _by_name(folder, lead, ".txt", names)
    beside = {texts[name].parent for name in names if name in texts}
    bare = sorted(name for name, file in texts.items() if name not in names and file.parent in beside)
    if bare and path.is_dir():
        what = "texts without annotations, read as documents without mentions"
        options.notes.add(what, str(texts[bare[0]]), len(bare))
    for name in sorted({*names, *bare} if path.is_dir() else {_name(path)}):
        text = texts.get(name, folder / f"{name}.txt")
        yield _Record(name, text, {suffix: files[name] for suffix, files in told.items() if name in files})


def _by_name(folder: Path, lead: str, suffix: str, names: Collection[str] | None = None) -> dict[str, Path]:
    """Give the files of a folder with a suffix, by the name of their record; lead: the pattern of their folders.

    Raises:
        InputError: two are of one name (that is among some, if they are given).
    """
    found: dict[str, Path] = {}
    with reading(folder):
        for file in sorted(walk(folder, suffix) if lead == _DEEP else folder.glob(f"{lead}*{suffix}")):
            if (first := found.get(_name(file))) and (names is None or _name(file) in names):
                raise InputError(file, f"is of the same name as {first}", "read one of their folders at a time")
            found[_name(file)] = file
    return found


def _name(path: Path) -> str:
    return path.name.removesuffix(path.suffix).removesuffix(".txt")


def _document(record: _Record, options: Options) -> Document | None:
    if not record.text.is_file():
        file = next(iter(record.told.values()), record.text)
        options.notes.reject(str(file), f"there is no text {record.text.name} for it", "put it beside, or in txt/")
        return None
    lines = [line for _, line in text_lines(record.text, options)]
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    words = [
        [Span(start + word.start(), start + word.end()) for word in _WORD.finditer(line)]
        for start, line in zip(starts, lines, strict=False)
    ]
    draft = _Draft(options, "\n".join(lines), words)
    for suffix, take in _TAKEN.items():
        if suffix in record.told:
            list(options.notes.sound(partial(take, draft), _rows(draft, record.told[suffix])))
    sentences = tuple(Span(row[0].start, row[-1].end) for row in words if row)
    tokens = tuple(word for row in words for word in row)
    mentions, relations = tuple(draft.mentions.values()), tuple(draft.relations)
    return Document(record.name, draft.text, mentions, relations, tuple(draft.entities), tokens, sentences)


def _rows(draft: _Draft, path: Path) -> Iterator[list[str]]:
    for number, line in text_lines(path, draft.options):
        if not is_blank(line):
            draft.where = f"{path}:{number}"
            yield _BETWEEN.split(line.strip())


def _concept(draft: _Draft, parts: list[str]) -> None:
    span, kind = _span(draft, parts[0]), _value(draft, parts, "t")
    attributes = {"assertion": _value(draft, parts, "a")} if len(parts) == 3 else {}
    known = draft.mentions.get((span, kind))
    if known and not attributes:
        raise InputError(draft.where, f"{parts[0]} stands twice as {kind}", "leave one out")
    name = known.id if known else f"m{len(draft.mentions) + 1}"
    draft.options.notes.places[name] = draft.where
    draft.mentions[span, kind] = Mention(span.start, span.end, kind, name, attributes=attributes)


def _related(draft: _Draft, parts: list[str]) -> None:
    if len(parts) != 3:
        raise InputError(
            draft.where, f"{len(parts)} parts, a concept, a relation and a concept were expected", "mend it"
        )
    head, tail = (_found(draft, part) for part in (parts[0], parts[2]))
    draft.relations.append(Relation(head, tail, _value(draft, parts, "r")))


def _chain(draft: _Draft, parts: list[str]) -> None:
    kind = _value(draft, parts, "t").removeprefix("coref ")
    names = tuple(_member(draft, part, kind) for part in parts[:-1])
    draft.entities.append(Entity(f"e{len(draft.entities) + 1}", names, attributes={"type": kind}))


_TAKEN = {".con": _concept, ".ast": _concept, ".rel": _related, ".chains": _chain}


def _member(draft: _Draft, part: str, kind: str) -> str:
    """Give the mention of a chain's part; one is made where no concept stands there."""
    span = _span(draft, part)
    named = next((mention.id for (place, _), mention in draft.mentions.items() if place == span), "")
    if not named:
        named = f"m{len(draft.mentions) + 1}"
        draft.mentions[span, kind] = Mention(span.start, span.end, kind or UNTYPED, named)
        draft.options.notes.add("mentions that only a chain names", draft.where)
    return named


def _found(draft: _Draft, part: str) -> str:
    span = _span(draft, part)
    named = next((mention.id for (place, _), mention in draft.mentions.items() if place == span), "")
    if not named:
        raise InputError(draft.where, f"there is no concept {part}", "restore its line in the .con")
    return named


def _value(draft: _Draft, parts: list[str], key: str) -> str:
    found = next((told for part in parts if (told := _VALUE.fullmatch(part.strip())) and told["key"] == key), None)
    if found is None:
        raise InputError(draft.where, f'{"||".join(parts)[:60]!r} has no {key}="..."', "mend the line")
    return found["value"]


def _span(draft: _Draft, part: str) -> Span:
    """Give the place of a concept; its words, in lower case in the files, are compared without case and blanks.

    Raises:
        InputError: it is none, or there are no such words in the text, or other ones.
    """
    found = _PLACE.fullmatch(part.strip())
    if found is None:
        raise InputError(draft.where, f'{part[:60]!r} is no c="..." LINE:WORD LINE:WORD', "mend the line")
    line, first, last_line, last = (int(found[key]) for key in ("line", "first", "last_line", "last"))
    start, end = _word(draft, line, first), _word(draft, last_line, last)
    said = draft.text[start.start : end.end]
    if squeezed(said).lower() != squeezed(found["text"]).lower():
        wrong = f"the concept is {found['text']!r}, the text has {said!r} at {line}:{first} {last_line}:{last}"
        raise InputError(draft.where, wrong, "mend the line")
    return Span(start.start, end.end)


def _word(draft: _Draft, line: int, word: int) -> Span:
    rows = draft.words
    if not (0 < line <= len(rows) and word < len(rows[line - 1])):
        count = len(rows[line - 1]) if 0 < line <= len(rows) else 0
        found = f"{line}:{word} is no word of the text of {len(rows)} lines" + (
            f", {count} words there" if count else ""
        )
        raise InputError(draft.where, found, "lines count from 1, words from 0")
    return rows[line - 1][word]


def recognise(path: Path, head: bytes) -> bool:
    """Say whether a folder holds a file of concepts or relations, or a file is one."""
    if path.is_dir():
        return holds_files(path, recognise, SUFFIXES)
    first = next((line for line in head_lines(head) if not is_blank(line)), "")
    parts = _BETWEEN.split(first.strip())
    return len(parts) > 1 and bool(_PLACE.fullmatch(parts[0]))


FORMAT = Format(
    "i2b2",
    "i2b2/n2c2 2010 and 2011: texts with .con, .ast, .rel and .chains",
    (),
    recognise,
    read,
    settings=(Setting("encoding", "the files' encoding (utf-8)"),),
)
