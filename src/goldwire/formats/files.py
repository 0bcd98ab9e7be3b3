"""Files as every format needs them: read with clear errors, written whole or not at all.

Nothing here knows what a file contains.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import IO

from goldwire.errors import InputError

MAX_LINE = 256 * 2**20
_HIDDEN = re.compile(r"\.|__MACOSX\Z")


def read_bytes(path: Path) -> bytes:
    """Read a file.

    Raises:
        InputError: it is missing, a directory, or may not be read.
    """
    with reading(path):
        return path.read_bytes()


def read_text(path: Path) -> str:
    """Read a UTF-8 file with its line ends as they stand, or UTF-16 by its byte-order mark, which is dropped."""
    return decode(path, read_bytes(path))


def decode(where: object, data: bytes) -> str:
    """Decode UTF-8, or UTF-16 where a byte-order mark tells it, without the mark.

    Raises:
        InputError: the bytes are not UTF-8; the error tells the byte and what it looks like instead.
    """
    try:
        return in_utf8(data, where).decode()
    except UnicodeDecodeError as error:
        found = f"is not UTF-8 at byte {error.start} (it looks like Latin-1 or Windows-1252)"
        raise InputError(where, found, "save it as UTF-8") from error


def in_utf8(data: bytes, where: object) -> bytes:
    """Give the bytes of a text without a byte-order mark, in UTF-8 where the mark tells UTF-16; else as they are.

    Raises:
        InputError: the mark tells UTF-16, and the bytes are none.
    """
    if not told_utf16(data):
        return data.removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode("utf-16").encode()
    except UnicodeDecodeError as error:
        found = f"is not UTF-16, as its mark says, at byte {error.start}"
        raise InputError(where, found, "save it as UTF-8") from error


def told_utf16(head: bytes) -> bool:
    """Say whether a file begins with UTF-16's byte-order mark."""
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) and not head.startswith(b"\xff\xfe\0\0")


def head_in_utf8(head: bytes) -> bytes:
    """Give the beginning of a file in UTF-8, where its byte-order mark says that it is UTF-16; else as it is."""
    if not told_utf16(head):
        return head
    return head[: len(head) // 2 * 2].decode("utf-16", "ignore").encode("utf-8", "ignore")


def read_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Give the numbered lines of a file, without their ends (LF or CRLF), one at a time.

    Those of UTF-16, which a byte-order mark tells, are given in UTF-8.

    Raises:
        InputError: the file cannot be read, or a line is longer than 256 MiB.
    """
    with reading(path), path.open("rb") as file:
        lines = _utf16_lines(file, path) if told_utf16(file.peek(4)[:4]) else _raw_lines(file)
        for number, line in enumerate(lines, start=1):
            if len(line) > MAX_LINE:
                raise InputError(f"{path}:{number}", "a line of over 256 MiB", "split it: one document a line")
            yield number, line.rstrip(b"\r\n")


def _raw_lines(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(MAX_LINE + 1):
        yield line


def _utf16_lines(file: IO[bytes], path: Path) -> Iterator[bytes]:
    lines = TextIOWrapper(file, "utf-16", newline="\n")
    try:
        while line := lines.readline(MAX_LINE + 1):
            yield line.encode()
    except UnicodeDecodeError as error:
        raise InputError(path, f"is not UTF-16, as its mark says: {error.reason}", "save it as UTF-8") from error


def walk(path: Path, *suffixes: str) -> Iterator[Path]:
    """Give the files of a folder and its subfolders, all or those of some suffixes, in no order.

    Hidden ones are passed over, and what macOS packs beside files (__MACOSX).
    """
    with reading(path):
        for file in path.rglob("*"):
            parts = file.relative_to(path).parts
            if (not suffixes or file.suffix in suffixes) and not any(map(_HIDDEN.match, parts)) and file.is_file():
                yield file


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn the operating system's errors of reading into one line."""
    try:
        yield
    except IsADirectoryError as error:
        raise InputError(path, "is a directory, a file was expected", "name a file in it") from error
    except FileNotFoundError as error:
        raise InputError(path, "there is no such file", "check the path") from error
    except OSError as error:
        raise InputError(path, f"cannot be read ({error.strerror})", "check its permissions") from error


@contextmanager
def writing(path: Path, mode: str = "w") -> Iterator[IO[str]]:
    """Write a text file beside its place and move it there at the end; on an error nothing is left.

    Raises:
        InputError: the place cannot be written, or the disk is full.
    """
    with replacing(path) as temporary, temporary.open(mode, encoding="utf-8", newline="") as file:
        yield file


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path in the same folder; it takes the place of `path` if the block ends well.

    A device or pipe (/dev/stdout) is not replaced: what was written is poured into it; "-" is standard output.
    """
    if str(path) == "-" or (path.exists() and not path.is_file() and not path.is_dir()):
        with pouring(path) as temporary:
            yield temporary
        return
    import tempfile

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        os.close(handle)
    except OSError as error:
        raise InputError(path, f"cannot be written ({error.strerror})", "choose another place") from error
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        raise InputError(path, f"cannot be written ({error.strerror})", "make room or choose another place") from error
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def pouring(path: Path) -> Iterator[Path]:
    """Give a temporary path elsewhere; its bytes go into the device or pipe `path` (or -) if the block ends well."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        temporary = Path(folder) / "poured"
        yield temporary
        try:
            with temporary.open("rb") as poured, _device(path) as device:
                shutil.copyfileobj(poured, device)
        except OSError as error:
            raise InputError(path, f"cannot be written ({error.strerror})", "choose another place") from error


@contextmanager
def _device(path: Path) -> Iterator[IO[bytes]]:
    if str(path) == "-":
        yield sys.stdout.buffer
        return
    with path.open("wb", buffering=0) as device:
        yield device


@contextmanager
def staging(path: Path) -> Iterator[Path]:
    """Give a place of the same name in a folder aside; what is there, file or folder, is moved if the block ends well.

    "-" is standard output.

    Raises:
        InputError: the place cannot be written, or is a folder that has files in it already.
    """
    if str(path) == "-":
        with pouring(path) as place:
            yield place
        return
    if path.is_dir() and any(path.iterdir()):
        raise InputError(path, "is a folder with files in it", "name a new one, or empty it")
    import tempfile

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.", suffix=".part") as folder:
            yield Path(folder) / path.name
            _move(Path(folder) / path.name, path)
    except OSError as error:
        raise InputError(path, f"cannot be written ({error.strerror})", "make room or choose another place") from error


def _move(source: Path, target: Path) -> None:
    if source.is_dir() and target.is_dir():
        target.rmdir()
    if source.exists():
        source.replace(target)


def write_text(path: Path, text: str) -> None:
    """Write a whole UTF-8 file or nothing; line ends stay as they are."""
    with writing(path) as file:
        file.write(text)


def sha256(data: bytes) -> str:
    """Give the hexadecimal SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def file_sha256(path: Path) -> str:
    """Give the hexadecimal SHA-256 of a file, read in blocks."""
    with reading(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
