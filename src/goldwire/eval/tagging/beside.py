"""One side's file of JSON lines read by a second process, while this one reads the other and counts.

The process numbers its tags in a code-book of its own. What it finds comes through a pipe, a frame a piece: a line of
JSON (the tags new to it, and how many bytes follow of what kind), then the arrays as they lie in memory.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np

from goldwire.errors import InputError
from goldwire.eval.ahead import ahead
from goldwire.eval.counts import Array
from goldwire.eval.tagging.codes import CodeBook
from goldwire.eval.tagging.files import LINES
from goldwire.eval.tagging.lines import json_pieces
from goldwire.eval.tagging.sources import Piece
from goldwire.eval.tagging.words import RawWords

WORTH = 1 << 27
PROGRAM = f"import json, sys; sys.path[:] = json.loads(sys.argv[1]); from {__name__} import main; main(*sys.argv[2:])"
Frame = tuple[dict[str, Any], list[bytes]]


def larger(*paths: Path) -> Path | None:
    """Give the file that a second process, with a processor of its own, had better read; None where it wins no time."""
    if not sys.executable or _processors() < 2 or any(path.suffix not in LINES or not path.is_file() for path in paths):
        return None
    sizes = [path.stat().st_size for path in paths]
    return paths[sizes.index(max(sizes))] if sum(sizes) >= WORTH else None


def _processors() -> int:
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def pieces_beside(
    path: Path, book: CodeBook, column: str | None = None, *, with_words: bool = False
) -> Iterator[Piece]:
    """Give the pieces of a file of JSON lines, read by another process; raises what reading it here would."""
    told = [json.dumps(list(map(str, sys.path))), str(path), column or "", "words" if with_words else ""]
    command = [sys.executable, "-P", "-c", PROGRAM, *told]
    how: dict[str, Any] = {"stdout": subprocess.PIPE, "start_new_session": True}
    with subprocess.Popen(command, **how) as process:  # noqa: S603 - this package itself, by this interpreter
        try:
            yield from _received(process, path, book)
        finally:
            process.kill()


def _received(process: subprocess.Popen[bytes], path: Path, book: CodeBook) -> Iterator[Piece]:
    """Give the pieces of a process's frames; the table from its codes to ours grows with its tags."""
    table = [0]
    for head, parts in ahead(_frames(process.stdout)):
        if "error" in head:
            raise InputError(*head["error"])
        if "end" in head:
            return
        table += [book.code(tag) for tag in head["tags"]]
        yield _piece(head, parts, table)
    raise InputError(path, f"the process that read it ended with code {process.wait()}", "run it again")


def _frames(stream: IO[bytes] | None) -> Iterator[Frame]:
    while stream and (line := stream.readline()):
        head: dict[str, Any] = json.loads(line)
        yield head, [stream.read(size) for size in head.get("sizes", ())]


def _piece(head: dict[str, Any], parts: list[bytes], table: list[int]) -> Piece:
    codes, lengths, sizes, text = parts
    ours = np.array(table, np.uint8 if max(table) < 256 else np.uint16)
    found = ours[np.frombuffer(codes, head["kind"]) >> 2]
    words = RawWords(text, np.frombuffer(sizes, np.int64)) if head["words"] else None
    return Piece(found, np.frombuffer(lengths, np.int64), words)


def _send(path: Path, column: str | None, with_words: bool, out: IO[bytes]) -> None:
    """Write the frames of a file: its pieces, or the error that ended the reading, and an end."""
    book = CodeBook(lambda tag: (tag, 0))
    known = 0
    try:
        for piece in json_pieces(path, book, column, with_words=with_words):
            known = _send_piece(piece, book, known, out)
        _send_head(out, {"end": True})
    except InputError as error:
        _send_head(out, {"error": [error.problem.where, error.problem.found, error.problem.mend]})
    except OSError as error:
        _send_head(out, {"error": [str(path), error.strerror or "cannot be read", "give an existing file"]})


def _send_piece(piece: Piece, book: CodeBook, known: int, out: IO[bytes]) -> int:
    """Write a piece; give how many tags the reader of the frames knows then."""
    words = piece.words if isinstance(piece.words, RawWords) else RawWords(b"", np.zeros(0, np.int64))
    parts = [_bytes(piece.codes), _bytes(piece.lengths.astype(np.int64)), _bytes(words.sizes), words.text]
    names = book.names()
    head = {"tags": names[known:], "kind": str(piece.codes.dtype), "words": piece.words is not None}
    _send_head(out, {**head, "sizes": list(map(len, parts))})
    for part in parts:
        out.write(part)
    return len(names)


def _bytes(values: Array) -> bytes:
    return values.tobytes()


def _send_head(out: IO[bytes], head: dict[str, Any]) -> None:
    out.write(json.dumps(head).encode() + b"\n")


def main(path: str, column: str, with_words: str) -> None:
    """Send a file's frames to standard output: what the other process runs."""
    try:
        _send(Path(path), column or None, bool(with_words), sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # the reader has gone
        os._exit(1)
