"""PARSEME's CUPT: CoNLL-U with a column PARSEME:MWE of multiword expressions, 1:VID on the first word, then 1.

A sentence is a document. Expressions may lie in several pieces, and in each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from goldwire.document import Document, Mention, Span
from goldwire.errors import InputError
from goldwire.formats.base import Format, Options, Setting
from goldwire.formats.columns import found_files, head_lines, holds_files, is_blank, text_lines
from goldwire.formats.conllu_tags import pairs
from goldwire.formats.layout import lay_out
from goldwire.formats.settling import settled

_COLUMNS, _MWE = "# global.columns =", "PARSEME:MWE"
_NOTHING = ("*", "_", "")
_Row = dict[str, str]
_Block = list[tuple[str, str]]


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents, a sentence each ("s1", "s2" ...), from a file or a folder; its blanks as SpaceAfter=No says.

    Multiword tokens (1-2) and empty nodes (1.1) are passed over: expressions are of words.
    """
    for file, _ in found_files(path, recognise, options.notes):
        made = options.notes.sound(
            lambda block: _document(block[0], block[1], block[2], options), _blocks(file, options)
        )
        yield from settled(made, options, file)


def _blocks(path: Path, options: Options) -> Iterator[tuple[str, list[str], _Block]]:
    """Give each sentence: its name, the names of its columns, and its lines, each with its place."""
    names, block, count = list[str](), _Block(), 0
    for number, line in text_lines(path, options):
        if line.startswith(_COLUMNS):
            names = line.removeprefix(_COLUMNS).split()
        elif not is_blank(line) and not line.startswith("#"):
            block.append((f"{path}:{number}", line))
        elif is_blank(line) and block:
            count += 1
            yield f"s{count}", names, block
            block = []
    if block:
        yield f"s{count + 1}", names, block


def _document(name: str, names: Sequence[str], block: _Block, options: Options) -> Document:
    rows = [_row(line, names, where) for where, line in block]
    words = [(where, row) for (where, _), row in zip(block, rows, strict=True) if row["ID"].isdecimal()]
    glued = [[pairs(row.get("MISC", "_")).get("SpaceAfter") == "No" for _, row in words]]
    laid = lay_out([[row["FORM"] for _, row in words]], glued)
    (spans,) = laid.rows
    found = _expressions(words, options)
    mentions = (_mention(places, label, f"m{n}", spans) for n, (label, places) in enumerate(found, start=1))
    return Document(name, laid.text, tuple(mentions), tokens=laid.tokens, sentences=laid.sentences)


def _row(line: str, names: Sequence[str], where: str) -> _Row:
    cells = line.split("\t")
    if len(cells) != len(names):
        raise InputError(where, f"{len(cells)} columns, {len(names)} were expected", "mend the line")
    return dict(zip(names, cells, strict=True))


def _expressions(words: list[tuple[str, _Row]], options: Options) -> Iterator[tuple[str, list[int]]]:
    """Give the category and the words of each expression; one without a category is kept as broken."""
    places: dict[str, list[int]] = {}
    labels: dict[str, str] = {}
    for index, (_, row) in enumerate(words):
        for part in row[_MWE].split(";") if row[_MWE] not in _NOTHING else ():
            number, _, label = part.partition(":")
            places.setdefault(number, []).append(index)
            labels.setdefault(number, label)
    for number, found in places.items():
        if labels[number]:
            yield labels[number], found
        else:
            where = words[found[0]][0]
            options.notes.reject(where, f"expression {number} has no category", f"write {number}:VID on its first word")


def _mention(places: Sequence[int], label: str, name: str, spans: Sequence[Span]) -> Mention:
    pieces: list[Span] = []
    for before, place in zip([-2, *places], places, strict=False):
        start = pieces.pop().start if place == before + 1 else spans[place].start
        pieces.append(Span(start, spans[place].end))
    fragments = tuple(pieces) if len(pieces) > 1 else ()
    return Mention(pieces[0].start, pieces[-1].end, label, name, fragments=fragments)


def recognise(path: Path, head: bytes) -> bool:
    """Say whether a file names the column PARSEME:MWE, or a folder holds such files."""
    if path.is_dir():
        return holds_files(path, recognise)
    named = (line.removeprefix(_COLUMNS).split() for line in head_lines(head)[:50] if line.startswith(_COLUMNS))
    return any({"ID", "FORM", _MWE} <= set(names) for names in named)


FORMAT = Format(
    "cupt",
    "PARSEME's CUPT: CoNLL-U with a column of multiword expressions",
    (".cupt",),
    recognise,
    read,
    settings=(Setting("encoding", "the file's encoding (utf-8)"),),
)
