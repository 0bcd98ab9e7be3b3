"""ChemProt's and DrugProt's folders: tab-separated files of abstracts, of entities and of relations.

Offsets count from the start of the title; one character stands between it and the abstract. Source of the form: the
readme of BioCreative VI's track 5 (ChemProt) and of BioCreative VII's track 1 (DrugProt).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple, TypeAlias

from goldwire.document import Document, Mention, Relation, Zone
from goldwire.errors import InputError
from goldwire.formats.base import Format, Options, Setting
from goldwire.formats.columns import is_blank, text_lines
from goldwire.formats.files import walk
from goldwire.formats.settling import settled

_PART = re.compile(r"abstra\w*?s(?=[._])|entities|relations|gold_standard")  # DrugProt has its "abstracs"
_ARGUMENT = re.compile(r"(?:Arg[12]:)?(?P<id>\S+)")
_MEND = "mend the line"


class _Row(NamedTuple):
    """A line: where it stands, and its columns behind the document's number."""

    where: str
    cells: list[str]


_Rows: TypeAlias = Mapping[str, list[_Row]]


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from a folder, with its subfolders, or from one of its files and those beside it.

    A relation of ChemProt has its group (CPR:3) as label, and its type, and whether the task scores it, as attributes;
    the setting `evaluated=yes` leaves out those it does not. Without a file of relations, the gold standard has them.
    """
    files = sorted(walk(path, ".tsv")) if path.is_dir() else [path]
    sets = dict.fromkeys((file.parent, _pattern(file)) for file in files if _PART.search(file.name))
    parts = [found for folder, pattern in sets if "abstracts" in (found := _parts(folder, pattern))]
    return settled(chain.from_iterable(_documents(found, options) for found in parts), options, path)


def _pattern(file: Path) -> str:
    """Give what the files of a set have in common; those of the test set end in _gs, but for its gold standard."""
    return _PART.sub("*", file.name).replace("_gs.", ".")


def _parts(folder: Path, pattern: str) -> dict[str, Path]:
    """Give the files of a set by what they hold."""
    found = {}
    for file in sorted(folder.glob("*.tsv")):
        part = _PART.search(file.name)
        if part and _pattern(file) == pattern:
            found["abstracts" if part[0].startswith("abstra") else part[0]] = file
    return found


def _documents(parts: Mapping[str, Path], options: Options) -> Iterator[Document]:
    entities = _by_document(parts.get("entities"), 6, options)
    related = _by_document(parts.get("relations", parts.get("gold_standard")), 4, options)
    for name, rows in _read(parts["abstracts"], 3, options):
        mentioned, relations = entities.pop(name, []), related.pop(name, [])
        yield _document(name, rows, mentioned, relations, options)
    for left in (entities, related):
        for name, rest in left.items():
            for row in rest:
                options.notes.reject(row.where, f"is of {name}, which no abstract has", "restore the abstract")


def _read(path: Path, columns: int, options: Options) -> Iterator[tuple[str, _Row]]:
    """Give the lines of a file by the document they are of; those of fewer columns are kept as broken."""
    for number, line in text_lines(path, options):
        cells = line.split("\t")
        if is_blank(line):
            continue
        if len(cells) < columns:
            options.notes.reject(f"{path}:{number}", f"{len(cells)} columns, {columns} were expected", _MEND)
        else:
            yield cells[0].strip(), _Row(f"{path}:{number}", [cell.strip() for cell in cells[1:]])


def _by_document(path: Path | None, columns: int, options: Options) -> dict[str, list[_Row]]:
    found: dict[str, list[_Row]] = defaultdict(list)
    for name, row in _read(path, columns, options) if path else ():
        found[name].append(row)
    return found


def _document(name: str, told: _Row, mentioned: list[_Row], related: list[_Row], options: Options) -> Document:
    title, abstract = told.cells[0], "\t".join(told.cells[1:])
    zones = (Zone(0, len(title), "title"), Zone(len(title) + 1, len(title) + 1 + len(abstract), "abstract"))
    options.notes.places.clear()
    mentions = tuple(options.notes.sound(partial(_mention, options), mentioned))
    names = {mention.id for mention in mentions}
    found = options.notes.sound(lambda row: _relation(row, names, options), related)
    relations = tuple(relation for relation in found if relation)
    kept = tuple(zone for zone in zones if zone.start < zone.end)
    return Document(name, f"{title} {abstract}", mentions, relations, zones=kept)


def _mention(options: Options, row: _Row) -> Mention:
    name, label, start, end, surface = row.cells[:5]
    if not (start.isdigit() and end.isdigit()):
        raise InputError(row.where, f"offsets {start!r} and {end!r}, two whole numbers were expected", _MEND)
    options.notes.places[name] = row.where
    return Mention(int(start), int(end), label, name, surface)


def _relation(row: _Row, names: set[str], options: Options) -> Relation | None:
    *told, head, tail = row.cells
    ends = [found["id"] if (found := _ARGUMENT.fullmatch(cell)) else cell for cell in (head, tail)]
    if missing := next((end for end in ends if end not in names), ""):
        raise InputError(row.where, f"there is no entity {missing}", "restore its line, or remove the relation")
    scored = told[1] if len(told) > 1 else ""
    if scored == "N" and options.settings.get("evaluated") == "yes":
        options.notes.add("relations that the task does not score, left out (--set evaluated=yes)", row.where)
        return None
    attributes = {"evaluated": scored, "type": told[2]} if len(told) > 2 else {}
    return Relation(ends[0], ends[1], told[0], attributes=attributes)


def recognise(path: Path, head: bytes) -> bool:
    """Say whether a folder holds files of abstracts and of entities, or a file is one of such."""
    del head
    files = walk(path, ".tsv") if path.is_dir() else [path] if path.suffix == ".tsv" else []
    found = (file for file in files if _PART.search(file.name))
    return any({"abstracts", "entities"} <= _parts(f.parent, _pattern(f)).keys() for f in found)


FORMAT = Format(
    "chemprot",
    "ChemProt and DrugProt: abstracts, entities and relations in .tsv files",
    (),
    recognise,
    read,
    settings=(
        Setting("evaluated", "yes leaves out the relations that ChemProt's task does not score"),
        Setting("encoding", "the files' encoding (utf-8)"),
    ),
)
