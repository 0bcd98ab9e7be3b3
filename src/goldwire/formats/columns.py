"""Lines and columns as all column formats need them: decoding, blanks or tabs, blank lines, files of a folder.

What a column means belongs to the formats.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from goldwire.errors import InputError
from goldwire.formats.base import Options
from goldwire.formats.files import read_lines, reading

_BLANKS = re.compile(r"[ \t]+")
_BOM = "\ufeff"


def text_lines(path: Path, options: Options) -> Iterator[tuple[int, str]]:
    """Give the numbered lines of a text file, one at a time, without their ends.

    The setting `encoding` names another one than UTF-8.

    Raises:
        InputError: a line is not in the encoding; the error names it.
    """
    encoding = options.settings.get("encoding", "utf-8")
    for number, raw in read_lines(path):
        try:
            line = raw.decode(encoding)
        except UnicodeDecodeError as error:
            looks = "UTF-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "Latin-1"
            found = f"is not {encoding} at byte {error.start} of the line (it looks like {looks})"
            raise InputError(f"{path}:{number}", found, f"name it with --set encoding={looks.lower()}") from error
        except LookupError as error:
            raise InputError(encoding, "is no known encoding", "try --set encoding=latin-1") from error
        yield number, line.removeprefix(_BOM) if number == 1 else line


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
    return not line.strip(" \t\r")


def folder_files(path: Path, fits: Callable[[Path, bytes], bool], suffixes: Sequence[str] = ()) -> list[Path]:
    """Give the files of a folder, by name, that a format recognises; hidden ones are passed over."""
    with reading(path):
        files = sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith("."))
    return [file for file in files if (not suffixes or file.suffix in suffixes) and fits(file, first_bytes(file))]


def first_bytes(path: Path) -> bytes:
    """Give the first 64 KiB of a file."""
    with reading(path), path.open("rb") as file:
        return file.read(65536)
