"""GAP's TSV: a text a line, with a pronoun, two names, and which of them it means.

The pronoun and the names that it means are one entity; of the others nothing is said.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from goldwire.document import Document, Entity, Mention
from goldwire.errors import InputError
from goldwire.formats.base import Format, Options
from goldwire.formats.columns import head_lines, text_lines
from goldwire.formats.settling import settled
from goldwire.tags import UNTYPED

_HEADER = ("ID", "Text", "Pronoun", "Pronoun-offset", "A", "A-offset", "A-coref", "B", "B-offset", "B-coref")
_ENDS = ("Pronoun", "A", "B")


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents, one a line."""
    return settled(options.notes.sound(_document, _rows(path, options)), options, path)


def _rows(path: Path, options: Options) -> Iterator[tuple[str, dict[str, Any]]]:
    lines = (f"{line}\n" for _, line in text_lines(path, options))
    rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    yield from ((f"{path}:{rows.line_num}", row) for row in rows)


def _document(placed: tuple[str, dict[str, Any]]) -> Document:
    where, row = placed
    mentions = tuple(_mention(row, key, f"m{number}", where) for number, key in enumerate(_ENDS, start=1))
    meant = [m.id for key, m in zip(_ENDS, mentions, strict=True) if (row.get(f"{key}-coref") or "").upper() == "TRUE"]
    entities = (Entity("e1", (mentions[0].id, *meant)),) if meant else ()
    metadata = {"url": row["URL"]} if row.get("URL") else {}
    return Document(row["ID"], row["Text"], mentions, (), entities, metadata=metadata)


def _mention(row: dict[str, Any], key: str, name: str, where: str) -> Mention:
    surface, offset = row.get(key) or "", row.get(f"{key}-offset") or ""
    if not (surface and offset.isdecimal()):
        raise InputError(
            where, f"{key} is {surface!r} at {offset!r}, a word and its offset were expected", "mend the line"
        )
    return Mention(int(offset), int(offset) + len(surface), UNTYPED, name, surface)


def recognise(path: Path, head: bytes) -> bool:
    """Say whether a file begins with GAP's header."""
    lines = [] if path.is_dir() else head_lines(head)
    return bool(lines) and tuple(lines[0].split("\t")[: len(_HEADER)]) == _HEADER


FORMAT = Format("gap", "GAP: texts with a pronoun and two names, one of which it may mean", (), recognise, read)
