"""AIDA-CoNLL-YAGO: a token a line, B or I, the mention's surface, its entry, and more about the entry.

Mentions have no label there ("_").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from goldwire.document import NIL, Document, Entity, Mention
from goldwire.errors import InputError
from goldwire.formats.base import Format, Options, Setting
from goldwire.formats.columns import head_lines, is_blank, text_lines
from goldwire.formats.layout import lay_out
from goldwire.formats.settling import settled
from goldwire.tags import UNTYPED

_BEGIN = re.compile(r"-DOCSTART-\s*(?:\((?P<name>.*)\))?")
_NOWHERE = "--NME--"
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


@dataclass(slots=True)
class _Draft:
    """A document in the making: words by sentence; of each mention its sentence, first and last word and entry."""

    name: str
    rows: list[list[str]] = field(default_factory=lambda: [[]])
    mentions: list[tuple[int, int, int, str]] = field(default_factory=list)


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents, by -DOCSTART- (NAME); an entry is YAGO's name of it, NIL where there is none (--NME--).

    A mention of which no entry is said has no link.
    """
    yield from settled(map(_document, _drafts(path, options)), options, path)


def _drafts(path: Path, options: Options) -> Iterator[_Draft]:
    draft, count = _Draft(f"{path.stem}-d1"), 0
    for number, line in text_lines(path, options):
        if found := _BEGIN.match(line):
            if draft.rows[0]:
                yield draft
            count += 1
            draft = _Draft(found["name"] or f"{path.stem}-d{count}")
        elif is_blank(line):
            draft.rows += [[]] if draft.rows[-1] else []
        else:
            _token(draft, line.split("\t"), f"{path}:{number}")
    if draft.rows[0]:
        yield draft


def _token(draft: _Draft, cells: list[str], where: str) -> None:
    row, tag = draft.rows[-1], cells[1] if len(cells) > 1 else ""
    if tag not in ("", "B", "I", "O"):
        raise InputError(where, f"{tag!r} in the second column, B or I was expected", "mend the line")
    place = len(draft.rows) - 1, len(row)
    row.append(cells[0])
    if tag == "B":
        draft.mentions.append((*place, place[1], cells[3] if len(cells) > 3 else ""))
    elif tag == "I":
        if not draft.mentions or (draft.mentions[-1][0], draft.mentions[-1][2] + 1) != place:
            raise InputError(where, "an I that continues no mention", "begin it with B")
        sentence, first, last, entry = draft.mentions.pop()
        draft.mentions.append((sentence, first, last + 1, entry))


def _document(draft: _Draft) -> Document:
    laid = lay_out(row for row in draft.rows if row)
    mentions, entries = list[Mention](), dict[tuple[str, str], list[str]]()
    for number, (sentence, first, last, entry) in enumerate(draft.mentions, start=1):
        row, name = laid.rows[sentence], f"m{number}"
        mentions.append(Mention(row[first].start, row[last].end, UNTYPED, name))
        if entry:
            key = (NIL, name) if entry == _NOWHERE else (_unescaped(entry), "")
            entries.setdefault(key, []).append(name)
    entities = (Entity(f"e{n}", tuple(names), link) for n, ((link, _), names) in enumerate(entries.items(), start=1))
    return Document(draft.name, laid.text, tuple(mentions), (), tuple(entities), laid.tokens, laid.sentences)


def _unescaped(entry: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), entry)


def recognise(path: Path, head: bytes) -> bool:
    """Say whether it begins with -DOCSTART- and its lines of several columns have B or I and a surface."""
    lines = [line for line in head_lines(head) if not is_blank(line)] if not path.is_dir() else []
    rows = [cells for line in lines[1:] if len(cells := line.split("\t")) > 1 and not _BEGIN.match(line)]
    begins = bool(lines) and _BEGIN.match(lines[0]) is not None
    return begins and bool(rows) and all(len(row) > 2 and row[1] in ("B", "I") for row in rows)


FORMAT = Format(
    "aida",
    "AIDA-CoNLL-YAGO: tokens, mentions and their entries",
    (),
    recognise,
    read,
    settings=(Setting("encoding", "the file's encoding (utf-8)"),),
)
