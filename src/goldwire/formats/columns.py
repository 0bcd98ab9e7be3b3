"""Lines and columns as all column formats need them: decoding, blanks or tabs, blank lines, files of a folder.

What a column means belongs to the formats.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple, TypeAlias

from goldwire.errors import InputError
from goldwire.formats.base import Notes, Options
from goldwire.formats.files import MAX_LINE, head_in_utf8, reading, told_utf16, walk

_BLANKS = re.compile(r"[ \t]+")
_BLANK = " \t\r"
_BOM = "\ufeff"
_BLOCK = 1 << 18
LOOKED_AT = 20

Fits: TypeAlias = Callable[[Path, bytes], bool]


def text_lines(path: Path, options: Options) -> Iterator[tuple[int, str]]:
    """Give the numbered lines of a text file, without their ends (LF or CRLF), in memory that does not grow.

    The setting `encoding` names another one than UTF-8; a byte-order mark is dropped, and tells UTF-16.

    Raises:
        InputError: a line is not in the encoding (the error names it), or is longer than 256 Mi characters.
    """
    return enumerate(chain.from_iterable(_lines(path, options)), start=1)


def groups_of_lines(path: Path, options: Options) -> Iterator[tuple[int, list[str]]]:
    """Give the lines of a text file between blank ones, and the number of the first of them; else as `text_lines`."""
    number, group = 1, list[str]()
    for lines in _lines(path, options):
        start = 0
        for blank in [index for index, line in enumerate(lines) if not line.strip(_BLANK)]:
            group += lines[start:blank]
            if group:
                yield number + blank - len(group), group
                group = []
            start = blank + 1
        group += lines[start:]
        number += len(lines)
    if group:
        yield number - len(group), group


def _lines(path: Path, options: Options) -> Iterator[list[str]]:
    """Give the lines of a text file, many at a time."""
    number, rest = 0, ""
    for block in _blocks(path, options.settings.get("encoding") or _told_encoding(path)):
        text = rest + block
        lines = text.split("\n")
        rest = lines.pop()
        number += len(lines)
        yield [line.removesuffix("\r") for line in lines] if "\r" in text else lines
        if len(rest) > MAX_LINE:
            raise InputError(f"{path}:{number + 1}", "a line of over 256 MiB", "split it")
    if rest:
        yield [rest.removesuffix("\r")]


def _told_encoding(path: Path) -> str:
    with reading(path), path.open("rb") as file:
        return "utf-16" if told_utf16(file.read(4)) else "utf-8"


def _blocks(path: Path, encoding: str) -> Iterator[str]:
    """Give the text of a file in blocks."""
    try:
        decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)()
    except LookupError as error:
        raise InputError(encoding, "is no known encoding", "try --set encoding=latin-1") from error
    lines = 0
    with reading(path), path.open("rb") as file:
        more = True
        while more:
            data = file.read(_BLOCK)
            more = bool(data)
            try:
                yield decoder.decode(data, final=not more)
            except UnicodeDecodeError as error:
                raise _undecodable(path, lines, encoding, error) from error
            lines += data.count(b"\n")


def _undecodable(path: Path, lines: int, encoding: str, error: UnicodeDecodeError) -> InputError:
    head = error.object[: error.start]
    column = len(head) - (head.rfind(b"\n") + 1)
    looks = "UTF-16" if error.object[:2] in (b"\xff\xfe", b"\xfe\xff") else "Latin-1"
    found = f"is not {encoding} at byte {column} of the line (it looks like {looks})"
    return InputError(f"{path}:{lines + head.count(10) + 1}", found, f"name it with --set encoding={looks.lower()}")


def head_lines(head: bytes) -> list[str]:
    """Give the whole lines at the start of a file; the last one, cut off, is left out."""
    text = head.decode("utf-8", "replace").removeprefix(_BOM)
    lines = [line.rstrip("\r") for line in text.split("\n")]
    return lines if len(head) < 65536 else lines[:-1]


def fields(line: str) -> list[str]:
    """Give the columns of a line: split at tabs where there are any, else at blanks; blanks at its end are nothing."""
    stripped = line.rstrip(" \t\r")
    if "\t" in stripped:
        return [field.rstrip(" ") for field in stripped.split("\t")]
    return _BLANKS.split(stripped.lstrip(" "))


def is_blank(line: str) -> bool:
    """Say whether a line holds nothing but blanks, tabs and its end."""
    return not line.strip(_BLANK)


class Found(NamedTuple):
    """A file that is to be read, and a name for what it holds."""

    path: Path
    name: str


def found_files(path: Path, fits: Fits, notes: Notes, suffixes: Sequence[str] = ()) -> list[Found]:
    """Give a file, or the files of a folder and its subfolders, by path, that a format recognises.

    A name is the file's path in the folder without suffix; where all files of subfolders have one name (INCEpTION's
    a.txt/anna.tsv), that of the subfolder. Files passed over, and those of subfolders, are counted.
    """
    if not path.is_dir():
        return [Found(path, path.stem)]
    files = sorted(walk(path))
    found = [file for file in files if (not suffixes or file.suffix in suffixes) and fits(file, first_bytes(file))]
    if others := sorted(set(files) - set(found)):
        notes.add("files passed over, which are not of the format read", str(others[0]), len(others))
    below = [file for file in found if file.parent != path]
    if below:
        notes.add("files of subfolders, read too", str(below[0]), len(below))
    names = [file.relative_to(path).with_suffix("") for file in found]
    alike = len(below) == len(names) > 1 and len({name.name for name in names}) == 1
    return [Found(file, (name.parent if alike else name).as_posix()) for file, name in zip(found, names, strict=True)]


def holds_files(path: Path, fits: Fits, suffixes: Sequence[str] = ()) -> bool:
    """Say whether a format recognises a file of a folder or its subfolders; of each suffix some are looked at."""
    seen = Counter[str]()
    for file in walk(path, *suffixes):
        seen[file.suffix] += 1
        if seen[file.suffix] <= LOOKED_AT and fits(file, first_bytes(file)):
            return True
    return False


def first_bytes(path: Path) -> bytes:
    """Give the first 64 KiB of a file, in UTF-8 where its byte-order mark tells UTF-16."""
    with reading(path), path.open("rb") as file:
        return head_in_utf8(file.read(65536))
