"""neleval's annotations and TAC EDL's: a line a mention with its entry of a knowledge base; the text lies elsewhere.

neleval: document, first and last unit, then entry, score and type, once or more. TAC from 2015 on: run, mention,
surface, document:first-last, entry, type, NAM or NOM, confidence. Ends are inclusive in both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from goldwire.document import NIL, Document, Entity, Mention, canonical
from goldwire.errors import InputError
from goldwire.formats.base import Format, Options, Setting
from goldwire.formats.columns import head_lines, is_blank, text_lines
from goldwire.formats.files import read_text
from goldwire.formats.json_values import parse
from goldwire.formats.settling import settled
from goldwire.formats.spelling import bare_spelling, spelling_of
from goldwire.tags import UNTYPED

_PLACE = re.compile(r"(?P<document>\S+):(?P<first>\d+)-(?P<last>\d+)\Z")
_NUMBER = re.compile(r"-?\d*\.?\d+(?:e-?\d+)?\Z", re.IGNORECASE)
_LEVELS = {"NAM": "name", "NOM": "nominal", "PRO": "pronoun"}


class _Line(NamedTuple):
    document: str
    mention: Mention
    entry: str


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents, one for each name; an entry is an entity of its own id in all documents, NIL ones too.

    The documents have no text unless the setting `texts` names a folder of NAME.txt.
    """
    found: dict[str, list[_Line]] = {}
    for number, line in text_lines(path, options):
        if not is_blank(line):
            said = _read_line(line, f"{path}:{number}", options)
            found.setdefault(said.document, []).append(said)
    documents = (_document(name, lines, options) for name, lines in found.items())
    yield from settled(documents, options, path) if "texts" in options.settings else map(canonical, documents)


def _read_line(line: str, where: str, options: Options) -> _Line:
    cells = line.rstrip("\t").split("\t")
    if len(cells) > 3 and (place := _PLACE.match(cells[3])):
        return _tac(cells, place, where)
    if len(cells) < 3 or not (cells[1].isdecimal() and cells[2].isdecimal()):
        raise InputError(where, f"{line[:40]!r} has no document, start and end", "mend the line")
    candidates = [(cells[at], *_scored(cells[at + 1 : at + 3], where)) for at in range(3, len(cells), 3)]
    if len(candidates) > 1:
        options.notes.lose("mention with several entries: that of the highest score is read", where)
    entry, score, kind = max(candidates, key=lambda c: -1e9 if c[1] is None else c[1], default=("", None, ""))
    label, level = _kind(kind, where)
    start, end = _ends(cells[1], cells[2], where)
    return _Line(cells[0], Mention(start, end, label, level=level, score=score), entry)


def _tac(cells: list[str], place: re.Match[str], where: str) -> _Line:
    if len(cells) < 6:
        raise InputError(where, f"{len(cells)} columns, 6 to 8 were expected", "mend the line")
    start, end = _ends(place["first"], place["last"], where)
    level = _LEVELS.get(cells[6], "") if len(cells) > 6 else ""
    score = _scored(cells[7:8], where)[0]
    mention = Mention(start, end, cells[5] or UNTYPED, text=cells[2], level=level, score=score)
    return _Line(place["document"], mention, cells[4])


def _ends(first: str, last: str, where: str) -> tuple[int, int]:
    if int(last) < int(first):
        raise InputError(where, f"ends at {last}, before its start {first}", "ends are inclusive: mend the line")
    return int(first), int(last) + 1


def _scored(cells: list[str], where: str) -> tuple[float | None, str]:
    try:
        return (float(cells[0]) if cells and cells[0] else None), cells[1] if len(cells) > 1 else ""
    except ValueError as error:
        raise InputError(where, f"{cells[0]!r} is no score", "mend the line") from error


def _kind(cell: str, where: str) -> tuple[str, str]:
    """Give label and level of a type, which may be JSON: {"type": "PER", "reftype": "NOM"}."""
    if not cell.startswith("{"):
        return cell or UNTYPED, ""
    said = parse(cell.encode(), where)
    return str(said.get("type") or UNTYPED), _LEVELS.get(str(said.get("reftype")), "")


def _document(name: str, lines: list[_Line], options: Options) -> Document:
    mentions, entries = list[Mention](), dict[str, list[str]]()
    for number, (_, said, entry) in enumerate(lines, start=1):
        mention = Mention(said.start, said.end, said.label, f"m{number}", said.text, said.level, score=said.score)
        mentions.append(mention)
        if entry:
            entries.setdefault(entry, []).append(mention.id)
    entities = (Entity(key, tuple(ids), NIL if key.startswith(NIL) else key) for key, ids in entries.items())
    folder = options.settings.get("texts")
    text = read_text(Path(folder) / f"{name}.txt") if folder else ""
    return Document(name, text, tuple(mentions), (), tuple(entities))


def recognise(path: Path, head: bytes) -> bool:
    """Say whether all first lines are of one of the two forms; tokens with offsets and tags are not."""
    if path.is_dir():
        return False
    lines = [line.rstrip("\t").split("\t") for line in head_lines(head)[:50] if not is_blank(line)]
    entries = [cells[3] for cells in lines if len(cells) > 3]
    if len(entries) == len(lines) and (spelling_of(entries) or bare_spelling(entries)):
        return False
    return bool(lines) and (all(map(_is_neleval, lines)) or all(len(c) > 5 and _PLACE.match(c[3]) for c in lines))


def _is_neleval(cells: list[str]) -> bool:
    if not (len(cells) > 2 and cells[0].strip() and cells[1].isdecimal() and cells[2].isdecimal()):
        return False
    return int(cells[1]) <= int(cells[2]) and (len(cells) < 5 or not cells[4] or _NUMBER.match(cells[4]) is not None)


FORMAT = Format(
    "neleval",
    "neleval's and TAC EDL's lines: mentions with entries of a knowledge base, without text",
    (),
    recognise,
    read,
    settings=(
        Setting("texts", "a folder of the documents' texts, NAME.txt"),
        Setting("encoding", "the file's encoding (utf-8)"),
    ),
)
