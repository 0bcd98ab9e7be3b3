"""The files of a run: predictions, what ran (run.json), what each document took (log.jsonl) and all (times.json).

run.json and the predictions are the same whenever the same thing is run; times stand apart, for they never are.
"""

from __future__ import annotations

import fcntl
import json
import os
import platform
import resource
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

from goldwire.errors import InputError
from goldwire.eval.runs import PREDICTIONS, RUN
from goldwire.formats.files import read_text, reading, replacing, write_text
from goldwire.formats.goldwire_json import parse_record

PARTIAL, LOG, TIMES = "predictions.partial.jsonl", "log.jsonl", "times.json"
FAILURE = "failure"

Append = Callable[[str, Mapping[str, Any]], None]


class Line(NamedTuple):
    """A prediction that stands: where its line is, the error if it stands for a failure, and what it says."""

    start: int
    size: int
    failure: str
    mentions: int
    relations: int


class Found(NamedTuple):
    """What a run gave: how many documents, mentions and relations, and the error of each failed document.

    `kept` are the predictions of other documents, from a run over more, which the folder still holds.
    """

    counts: dict[str, int]
    failures: dict[str, str]
    kept: int


def standing(folder: Path) -> Path:
    """Give the file of predictions that stand: those of an unfinished pass, or the finished ones."""
    partial = folder / PARTIAL
    return partial if partial.exists() else folder / PREDICTIONS


def forget(folder: Path) -> None:
    """Remove a run's files, and nothing else."""
    for name in (PREDICTIONS, PARTIAL, RUN, LOG, TIMES):
        (folder / name).unlink(missing_ok=True)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep other processes out of a run's folder; where there was none and nothing is put into it, none is left.

    Raises:
        InputError: another process holds it, or it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise InputError(folder, f"cannot be written ({error.strerror})", "choose another --out") from error
    try:
        _lock(handle, folder)
        _clear(folder)
        yield
    finally:
        os.close(handle)
        with suppress(OSError):
            folder.rmdir()


def _lock(handle: int, folder: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        mend = "wait until it has ended, or name another --out"
        raise InputError(folder, "another process is running into it", mend) from error
    except OSError:
        return  # some network disks know no locks


def _clear(folder: Path) -> None:
    """Remove what a killed process was writing beside its place."""
    for name in (PREDICTIONS, RUN, TIMES):
        for left in folder.glob(f".{name}.*.part"):
            with suppress(OSError):
                left.unlink()


@contextmanager
def appending(folder: Path) -> Iterator[Append]:
    """Give a function that writes a line of predictions and one of the log, each at once and whole.

    Raises:
        InputError: the folder cannot be written, or the disk is full.
    """
    partial = folder / PARTIAL
    try:
        if not partial.exists() and (folder / PREDICTIONS).exists():
            (folder / PREDICTIONS).rename(partial)
        with partial.open("a+b") as predictions, (folder / LOG).open("a+b") as log:
            for file in (predictions, log):
                file.truncate(_whole(file))
            yield lambda line, entry: _append(predictions, log, line, entry)
    except OSError as error:
        raise InputError(
            folder, f"cannot be written ({error.strerror})", "make room or choose another --out"
        ) from error


def lines(path: Path) -> dict[str, Line]:
    """Give the predictions of a file by document id; the last of an id counts, a line that was cut off does not."""
    found: dict[str, Line] = {}
    if not path.exists():
        return found
    with reading(path), path.open("rb") as file:
        start = 0
        for line in file:
            if line.endswith(b"\n"):
                record = parse_record(line, path)
                error = record.metadata.get(FAILURE, "")
                sizes = len(record.mentions), len(record.relations)
                found[record.id] = Line(start, len(line), error, *sizes)
            start += len(line)
    return found


def answered(folder: Path) -> dict[str, str]:
    """Give the documents that have a prediction which is no failure, each with the digest of what the system saw."""
    seen = {entry["id"]: str(entry.get("seen", "")) for entry in read_log(folder)}
    return {name: seen.get(name, "") for name, line in lines(standing(folder)).items() if not line.failure}


def finish(folder: Path, order: Sequence[str]) -> Found:
    """Put the predictions into the order of the documents and in their place; tell what they are.

    Those of other documents stay in the file of a pass, for a run over more documents.
    """
    path = standing(folder)
    found = lines(path)
    kept = len(found) - len(order)
    if kept:
        path = path.rename(folder / PARTIAL)
    with path.open("rb") as source, replacing(folder / PREDICTIONS) as temporary, temporary.open("wb") as file:
        for name in order:
            source.seek(found[name].start)
            file.write(source.read(found[name].size))
    if not kept:
        (folder / PARTIAL).unlink(missing_ok=True)
    chosen = [found[name] for name in order]
    counts = {
        "documents": len(order),
        "mentions": sum(line.mentions for line in chosen),
        "relations": sum(line.relations for line in chosen),
    }
    return Found(counts, {name: found[name].failure for name in order if found[name].failure}, kept)


def summary(folder: Path, order: Sequence[str]) -> tuple[Counter[str], dict[str, Any]]:
    """Give what the system noted, and what the run took: of each document the last entry of the log counts."""
    last: dict[str, tuple[float, int, dict[str, int]]] = {}
    for entry in read_log(folder):
        last[entry["id"]] = (entry["seconds"], entry["tokens"], entry.get("notes", {}))
    chosen = [last[name] for name in order if name in last]
    notes: Counter[str] = Counter()
    for _, _, counts in chosen:
        notes.update(counts)
    seconds, tokens = sum(entry[0] for entry in chosen), sum(entry[1] for entry in chosen)
    return notes, _times(len(chosen), seconds, tokens)


def read_log(folder: Path) -> Iterator[dict[str, Any]]:
    """Give what is known of each prediction: its document's id, the digest of what the system saw, what it took."""
    path = folder / LOG
    if path.exists():
        with reading(path), path.open("rb") as file:
            whole = ((number, line) for number, line in enumerate(file, 1) if line.endswith(b"\n"))
            yield from (_entry(line, f"{path}:{number}") for number, line in whole)


def _entry(line: bytes, where: str) -> dict[str, Any]:
    try:
        entry: dict[str, Any] = json.loads(line)
        return entry | {"id": str(entry["id"]), "seconds": float(entry["seconds"]), "tokens": int(entry["tokens"])}
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(where, "is no entry of a run's log", "add --fresh to begin again") from error


def read_run(folder: Path) -> dict[str, Any]:
    """Give the contents of a run's run.json, or an empty dict where there is none.

    Raises:
        InputError: it is no JSON object.
    """
    path = folder / RUN
    if not path.exists():
        return {}
    try:
        table = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise InputError(path, f"is not whole JSON: {error}", "remove the folder and run again") from error
    if not isinstance(table, dict):
        raise InputError(path, "is not a run", "name another --out")
    return table


def write_json(path: Path, table: Mapping[str, Any]) -> None:
    """Write a JSON file, keys in their order, whole or not at all."""
    write_text(path, json.dumps(table, ensure_ascii=False, indent=1) + "\n")


def _append(predictions: IO[bytes], log: IO[bytes], line: str, entry: Mapping[str, Any]) -> None:
    predictions.write(line.encode("utf-8"))
    predictions.flush()  # first: an entry of the log says that its prediction stands
    log.write(json.dumps(entry, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
    log.flush()


def _whole(file: IO[bytes]) -> int:
    """Give the place behind the last whole line."""
    end = file.seek(0, 2)
    while end:
        start = max(0, end - 65536)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _times(documents: int, seconds: float, tokens: int) -> dict[str, Any]:
    return {
        "documents": documents,
        "seconds": round(seconds, 3),
        "tokens": tokens,
        "tokens_per_second": round(tokens / seconds, 1) if seconds else None,
        "peak_memory_bytes": _peak_memory(),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
    }


def _peak_memory() -> int:
    """Give the most memory that this process or a child of it has held, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return unit * max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
