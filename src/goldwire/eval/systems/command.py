"""A program as a system: documents a line on its standard input, documents a line on its standard output.

The program may answer when it likes, but in order; it may die, and is started anew.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.eval.systems.base import Context, NoAnswer, Predictor, System, file_digest
from goldwire.formats.goldwire_json import dump_line, parse

SETTINGS = {"timeout": "seconds without an answer after which the program is ended (600)"}


def load(system: System, context: Context) -> Predictor:
    """Find the program; it is started when the first document comes.

    Raises:
        InputError: there is no such program, or it may not be executed.
    """
    del context
    words = _words(system)
    timeout = system.setting("timeout", 600.0)

    def predict(documents: Iterable[Document]) -> Iterator[Document]:
        with tempfile.TemporaryFile() as errors, _started(words, documents, errors) as process:
            yield from _answers(process, errors, timeout)

    files = {word: file_digest(path) for word in words if (path := Path(word)).is_file()}
    return Predictor(predict, {"command": words[0], "arguments": words[1:], "sha256": files})


def _words(system: System) -> list[str]:
    where, mend = f"system {system.name}", "write command:'PROGRAM ARGS'"
    try:
        words = shlex.split(system.model)
    except ValueError as error:
        raise InputError(where, f"{system.model!r} is no command: {error}", mend) from error
    if words and Path(words[0]).is_file() and not os.access(words[0], os.X_OK):
        raise InputError(where, f"{words[0]} may not be executed", f"make it executable: chmod +x {words[0]}")
    if not words or shutil.which(words[0]) is None:
        raise InputError(where, f"there is no program {system.model!r}", mend)
    return words


@contextmanager
def _started(words: list[str], documents: Iterable[Document], errors: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """Give the running program, fed with documents from a thread; in the end it has ended."""
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)  # noqa: S603
    feeder = threading.Thread(target=_feed, args=(process, documents), daemon=True)
    feeder.start()
    try:
        yield process
    finally:
        process.kill()
        feeder.join()
        for stream in (process.stdin, process.stdout):
            with suppress(OSError):
                stream.close()  # type: ignore[union-attr]  # both are pipes
        process.wait()


def _feed(process: subprocess.Popen[bytes], documents: Iterable[Document]) -> None:
    """Write documents until there are no more or nobody reads them; a full pipe makes the writing wait."""
    assert process.stdin is not None  # noqa: S101 - opened as a pipe above
    with suppress(OSError, ValueError):
        for document in documents:
            process.stdin.write(dump_line(document).encode())
            process.stdin.flush()
        process.stdin.close()


def _answers(process: subprocess.Popen[bytes], errors: IO[bytes], timeout: float) -> Iterator[Document]:
    assert process.stdout is not None  # noqa: S101 - opened as a pipe above
    slow = threading.Event()
    while line := _line(process, slow, timeout):
        if line.strip():
            yield _document(line)
    if slow.is_set():
        raise NoAnswer(f"the program gave no answer in {timeout:g} seconds and was ended")
    code = process.wait()
    if code:
        how = f"ended with code {code}" if code > 0 else f"was ended by {signal.strsignal(-code)} (signal {-code})"
        raise NoAnswer(f"the program {how}{_last_words(errors)}")


def _line(process: subprocess.Popen[bytes], slow: threading.Event, timeout: float) -> bytes:
    """Read a line; a program that takes too long is killed, and the line is empty."""
    assert process.stdout is not None  # noqa: S101 - opened as a pipe above

    def end() -> None:
        slow.set()
        process.kill()

    timer = threading.Timer(timeout, end)
    timer.daemon = True  # an interrupt while it starts leaves it behind: it must not keep the interpreter from ending
    try:
        timer.start()
        return process.stdout.readline()
    finally:
        timer.cancel()


def _document(line: bytes) -> Document:
    try:
        return parse(line, "the program's answer")
    except InputError as error:
        began = line[:60].decode("utf-8", "replace")
        raise NoAnswer(f"the program's answer {error.problem.found} (it began {began!r})") from error


def _last_words(errors: IO[bytes]) -> str:
    """Give the last line that the program wrote to its standard error."""
    errors.seek(0)
    lines = errors.read()[-4000:].decode("utf-8", "replace").split("\n")
    said = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f": {said}" if said else ""
