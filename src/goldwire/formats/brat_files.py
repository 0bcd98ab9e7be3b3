"""Where brat's files stand: annotations beside their text, named after it (x.txt.ann), or in a folder beside its own.

What is in the files is read in brat.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from goldwire.formats.base import Options
from goldwire.formats.files import walk

SUFFIXES = (".ann", ".a1", ".a2")
_ABOUT = re.compile(r"(?i:readme|licen[cs]e|notice|copying|changelog|changes)\Z")


class Record(NamedTuple):
    """A document's files: its id, its text (which may be missing) and its annotations."""

    name: str
    text: Path
    told: tuple[Path, ...]


def records(path: Path, options: Options) -> Iterator[Record]:
    """Give the documents of a folder and its subfolders, or the one of a file; ids are paths without suffixes.

    Texts without annotations that stand among others are documents too, and noted.
    """
    if not path.is_dir():
        told = (path,) if path.suffix in SUFFIXES else ()
        text = text_of(path) if told else path
        beside = filter(Path.is_file, (text.with_suffix(suffix) for suffix in SUFFIXES))
        files = sorted({*told, *beside}, key=lambda file: SUFFIXES.index(file.suffix))
        yield Record(unquote(text.stem), text, tuple(files))
        return
    files, texts = sorted(walk(path, *SUFFIXES)), set(walk(path, ".txt"))
    placed = sorted((text_of(file), SUFFIXES.index(file.suffix), file) for file in files)
    grouped = {text: tuple(file for _, _, file in rows) for text, rows in groupby(placed, key=lambda row: row[0])}
    bare = _among(texts - grouped.keys(), grouped)
    if about := {text for text in bare if _ABOUT.match(text.stem)}:
        options.notes.add("texts about the corpus, passed over", str(min(about)), len(about))
        bare -= about
    if bare:
        options.notes.add("texts without annotations, read as documents without mentions", str(min(bare)), len(bare))
    for text in sorted({*grouped, *bare}):
        yield Record(_name(text, path), text, grouped.get(text, ()))


def _among(texts: Iterable[Path], grouped: Iterable[Path]) -> set[Path]:
    folders = {text.parent for text in grouped}
    return {text for text in texts if text.parent in folders}


def _name(text: Path, folder: Path) -> str:
    inside = text.relative_to(folder) if text.is_relative_to(folder) else Path(text.name)
    return unquote(inside.with_suffix("").as_posix())


def text_of(file: Path) -> Path:
    """Give the text of a file of annotations: the one beside it, else the only one in a folder beside its own."""
    beside = [file.with_suffix(".txt"), *([file.with_suffix("")] if file.stem.endswith(".txt") else [])]
    if found := next(filter(Path.is_file, beside), None):
        return found
    name = file.stem.removesuffix(".txt") + ".txt"
    apart = sorted((file.parent.absolute().parent).glob(f"*/{_literal(name)}"))
    if len(apart) != 1:
        return beside[0]
    return file.parent.parent / apart[0].parent.name / name if file.parent.name else apart[0]


def _literal(name: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in name)
