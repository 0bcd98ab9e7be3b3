"""CoNLL-2012 coreference: documents between "#begin document" and "#end document", clusters in the last column.

Named entities come from OntoNotes' eleventh column where it stands; GUM's "(person-1-Link" brackets are read too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from goldwire.document import Document, Entity, Mention, Span
from goldwire.errors import InputError
from goldwire.formats.base import Format, Options, Setting
from goldwire.formats.clusters import Bracket, brackets
from goldwire.formats.columns import fields, found_files, head_lines, holds_files, is_blank, text_lines
from goldwire.formats.layout import Laid, lay_out
from goldwire.formats.settling import settled
from goldwire.tags import UNTYPED

_BEGIN = re.compile(r"#\s*begin document\s+(?:\((?P<full>.*)\);\s*part\s+(?P<part>\d+)|\(?(?P<name>.*?)\)?;?\s*)\Z")
_END = re.compile(r"#\s*end document")
_GUM = re.compile(r"(?P<label>.+?)-(?P<cluster>\d+)(?:-(?P<link>.+))?\Z")
_NAMED = re.compile(r"\((?P<open>[^()*\s]+)|(?P<close>\))")
_CLUSTERS = re.compile(r"-|(?:[(|]|\d+|\))+")
_NO_DOCUMENT = "#"
_GOLD = "gold_conll"
_ONTONOTES = 12


@dataclass(slots=True)
class _Draft:
    name: str
    where: str
    rows: list[list[list[str]]] = field(default_factory=lambda: [[]])
    lines: list[int] = field(default_factory=list)
    mentions: dict[Span, Mention] = field(default_factory=dict)
    clusters: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from a file, or from a folder of them; ids are the document's name, with _PART where it has parts.

    A mention that only a cluster names has no label ("_"). Of OntoNotes' files of one document the gold one is read.
    """
    files = list(_gold([file for file, _ in found_files(path, recognise, options.notes)], options))
    found = (_document(draft, file, options) for file in files for draft in _drafts(file, options))
    return settled(found, options, path)


def _gold(files: list[Path], options: Options) -> Iterator[Path]:
    """Give the files without those that stand beside a gold one of their name: x.auto_conll, x.gold_skel."""
    gold = {file.with_suffix("") for file in files if file.suffix.endswith(_GOLD)}
    for file in files:
        if len(files) > 1 and file.with_suffix("") in gold and not file.suffix.endswith(_GOLD):
            options.notes.add(f"files passed over, which stand beside their {_GOLD}", str(file))
        else:
            yield file


def _drafts(path: Path, options: Options) -> Iterator[_Draft]:
    draft: _Draft | None = None
    for number, begun, cells in _marked(path, options):
        if begun is not None:
            if draft is not None:
                yield draft
            draft = _Draft(begun, f"{path}:{number}") if begun != _NO_DOCUMENT else None
        elif draft is None:
            if cells and not cells[0].startswith("#"):
                options.notes.reject(f"{path}:{number}", "a line outside a document", "restore its '#begin document'")
        elif cells:
            draft.rows[-1].append(cells)
            draft.lines.append(number)
        else:
            draft.rows.append([])
    if draft is not None:
        yield draft


def _marked(path: Path, options: Options) -> Iterator[tuple[int, str | None, list[str]]]:
    """Give the numbered lines: the name of the document that begins, or the cells of a row, none of a blank one.

    Where no line has said so before, a document begins where the first two columns change.
    """
    last: str | None = ""
    for number, line in text_lines(path, options):
        begin = _BEGIN.match(line.rstrip()) if line.startswith("#") else None
        cells = [] if is_blank(line) else fields(line)
        if begin or _END.match(line):
            last = None
            yield number, _name(begin) if begin else _NO_DOCUMENT, []
        elif not (line.startswith("#") and len(cells) < 3):
            name = _named_by(cells) if last is not None else ""
            if name not in ("", last):
                last = name
                yield number, name, []
            yield number, None, cells


def _named_by(cells: list[str]) -> str:
    """Give the id of the document that a row names in its first two columns; "" where it names none."""
    numbered = len(cells) > 4 and cells[1].isdigit() and cells[2].isdigit()
    return f"{cells[0]}_{int(cells[1])}" if numbered else ""


def _name(begin: re.Match[str]) -> str:
    return f"{begin['full']}_{int(begin['part'])}" if begin["full"] is not None else begin["name"].strip()


def _document(draft: _Draft, path: Path, options: Options) -> Document:
    rows = _whole_rows(draft, path, options)
    word = _word_column([cells for row in rows for cells in row], options, draft.where)
    laid = lay_out([cells[word] for cells in row] for row in rows)
    for row, spans in zip(rows, laid.rows, strict=True):
        _named(draft, row, spans)
    _clustered(draft, [cells[-1] for row in rows for cells in row], laid, path, options)
    entities = [Entity(f"e{key}", tuple(names), draft.links.get(key, "")) for key, names in draft.clusters.items()]
    mentions = tuple(draft.mentions.values())
    return Document(draft.name, laid.text, mentions, (), tuple(entities), laid.tokens, laid.sentences)


def _whole_rows(draft: _Draft, path: Path, options: Options) -> list[list[list[str]]]:
    """Give the rows of each sentence without the lines that have under half the columns of most; these are broken."""
    widths = sorted(len(cells) for row in draft.rows for cells in row)
    usual = widths[len(widths) // 2] if widths else 0
    lines, rows = list[int](), list[list[list[str]]]()
    numbered = iter(draft.lines)
    for row in draft.rows:
        kept = []
        for cells, number in zip(row, numbered, strict=False):
            if 2 * len(cells) <= usual:
                options.notes.reject(
                    f"{path}:{number}", f"{len(cells)} columns, {usual} were expected", "mend the line"
                )
            else:
                kept.append(cells)
                lines.append(number)
        rows += [kept] if kept else []
    draft.lines = lines
    return rows


def _word_column(cells: list[list[str]], options: Options, where: str) -> int:
    """Give the column of the words: the fourth in OntoNotes' files, the one after a running number elsewhere."""
    setting = options.settings.get("token")
    width = min(map(len, cells), default=2)
    if setting and setting.isdigit():
        found = int(setting) - 1
    elif width >= _ONTONOTES - 1 or (width >= 4 and all(row[2].isdigit() for row in cells)):
        found = 3
    else:
        found = 1 if width > 2 or (cells and cells[0][0].isdigit()) else 0
    if found >= width:
        raise InputError(where, f"{width} columns, a word was expected in column {found + 1}", "--set token=N names it")
    return found


def _named(draft: _Draft, row: list[list[str]], spans: tuple[Span, ...]) -> None:
    """Read OntoNotes' column of named entities: (GPE), (PERSON* ... *)."""
    opened: list[tuple[str, int]] = []
    for index, cells in enumerate(row):
        if len(cells) < _ONTONOTES - 1:
            return
        for found in _NAMED.finditer(cells[10] if len(cells) >= _ONTONOTES else "*"):
            if found["open"]:
                opened.append((found["open"], index))
            elif opened:
                label, first = opened.pop()
                _mention(draft, Span(spans[first].start, spans[index].end), label)


def _mention(draft: _Draft, span: Span, label: str) -> str:
    if span not in draft.mentions:
        draft.mentions[span] = Mention(span.start, span.end, label, f"m{len(draft.mentions) + 1}")
    return draft.mentions[span].id


def _clustered(draft: _Draft, cells: list[str], laid: Laid, path: Path, options: Options) -> None:
    tokens = [span for row in laid.rows for span in row]

    def report(index: int, wrong: str) -> None:
        options.notes.reject(f"{path}:{draft.lines[index]}", f"{draft.name}: {wrong}", "mend the last column")

    for bracket in brackets((cell if cell not in ("-", "_") else "" for cell in cells), report):
        label, cluster, link = _content(bracket)
        name = _gum(draft, bracket, tokens, label)
        draft.clusters.setdefault(cluster, []).append(name)
        if link:
            draft.links.setdefault(cluster, link)


def _gum(draft: _Draft, bracket: Bracket, tokens: list[Span], label: str) -> str:
    span = Span(tokens[bracket.first].start, tokens[bracket.last].end)
    if label == UNTYPED or span not in draft.mentions:
        return _mention(draft, span, label)
    name = f"m{len(draft.mentions) + 1}"
    key = Span(-len(draft.mentions), 0)
    draft.mentions[key] = Mention(span.start, span.end, label, name)
    return name


def _content(bracket: Bracket) -> tuple[str, str, str]:
    if bracket.content.isdigit():
        return UNTYPED, bracket.content, ""
    found = _GUM.match(bracket.content)
    return (found["label"], found["cluster"], found["link"] or "") if found else (UNTYPED, bracket.content, "")


def recognise(path: Path, head: bytes) -> bool:
    """Say whether a file begins with "#begin document" or with OntoNotes' rows, or a folder holds such files."""
    if path.is_dir():
        return holds_files(path, recognise)
    lines = [line for line in head_lines(head) if not is_blank(line)]
    return any(_BEGIN.match(line.rstrip()) for line in lines[:5]) or _are_ontonotes(lines[:50])


def _are_ontonotes(lines: list[str]) -> bool:
    """Say whether lines are rows of OntoNotes' columns: a document, its part, a running number ... and clusters."""
    rows = [fields(line) for line in lines if not line.startswith("#")]
    wide = bool(rows) and all(len(row) >= _ONTONOTES - 1 and _named_by(row) and "*" in row[5] for row in rows)
    return wide and rows[0][2] == "0" and all(_CLUSTERS.fullmatch(row[-1]) for row in rows)


FORMAT = Format(
    "conll2012",
    "CoNLL-2012 coreference, with OntoNotes' named entities or GUM's brackets",
    (),
    recognise,
    read,
    settings=(
        Setting("token", "the column of the words, from 1"),
        Setting("encoding", "the file's encoding (utf-8)"),
    ),
)
