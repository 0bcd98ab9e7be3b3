"""Zip archives, as INCEpTION, doccano and Label Studio export them: unpacked aside, and read as what lies in them.

What that is, is for the formats to tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from goldwire.errors import BrokenRules, InputError, Problem
from goldwire.formats.base import Notes
from goldwire.formats.files import reading, walk

ZIP = b"PK\x03\x04"


def is_zip(path: Path) -> bool:
    """Say whether a file is a zip archive."""
    if not path.is_file():
        return False
    with reading(path), path.open("rb") as file:
        return file.read(len(ZIP)) == ZIP


@contextmanager
def unpacked(path: Path, notes: Notes | None = None) -> Iterator[Path]:
    """Give the folder of what lies in an archive, or its only file; errors and notes name the archive for it.

    Raises:
        InputError: it cannot be unpacked.
    """
    import tempfile

    with tempfile.TemporaryDirectory() as aside:
        folder = Path(aside) / path.stem
        _extract(path, folder)
        files = list(walk(folder))
        try:
            yield files[0] if len(files) == 1 else folder
        except (InputError, BrokenRules) as error:
            problems = (error.problem,) if isinstance(error, InputError) else error.problems
            told = [Problem(*(str(part).replace(str(folder), str(path)) for part in _parts(one))) for one in problems]
            raise (InputError(*_parts(told[0])) if isinstance(error, InputError) else BrokenRules(told)) from error
        finally:
            examples = notes.examples if notes else {}
            examples.update({what: where.replace(str(folder), str(path)) for what, where in examples.items()})


def _parts(problem: Problem) -> tuple[str, str, str]:
    return problem.where, problem.found, problem.mend


def _extract(path: Path, folder: Path) -> None:
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise InputError(
            path, f"is a zip archive that cannot be unpacked ({error})", "unpack it, or restore it"
        ) from error
