"""The seeds: the source articles, byte for byte, and where each is from (sources.toml).

A seed whose bytes differ from the recorded ones is refused. What is annotated in a seed lives elsewhere.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import msgspec

from goldwire.errors import InputError, Problem
from goldwire.formats.files import read_bytes, read_text, reading, sha256

SOURCES = "sources.toml"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a seed is from; an empty string says that it is not known, `note` says how the rest was inferred.

    `date` is ISO 8601, `country` ISO 3166, `language` BCP 47; `sha256` is of the file's bytes.
    """

    sha256: str
    rights: str
    outlet: str = ""
    agency: str = ""
    country: str = ""
    language: str = ""
    date: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Seed:
    """A source article: the file's stem as its id, its text unchanged, and where it is from."""

    id: str
    text: str
    source: Source


def read_sources(folder: Path) -> dict[str, Source]:
    """Read a seeds folder's sources.toml: the source of each document id.

    Raises:
        InputError: the file is missing, is not TOML, or has a key that a source does not.
    """
    path = folder / SOURCES
    try:
        table = tomllib.loads(read_text(path))
        _known(path, table)
        return msgspec.convert(table, dict[str, Source])
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InputError(path, f"is not a table of sources: {error}", "give each seed sha256 and rights") from error


def read_seed(folder: Path, name: str, source: Source) -> Seed:
    """Read one seed.

    Raises:
        InputError: the file is missing, differs from its recorded sha256, or is not UTF-8; it names the file.
    """
    path = folder / f"{name}.txt"
    data = read_bytes(path)
    if (found := sha256(data)) != source.sha256:
        expected = f"restore the bytes whose sha256 is {source.sha256[:12]}…, a seed is never edited"
        raise InputError(path, f"was changed: its sha256 is {found[:12]}…", expected)
    return Seed(name, _verbatim(path, data), source)


def read_seeds(folder: Path) -> dict[str, Seed]:
    """Read all seeds of a folder by id, each held against its sha256.

    Raises:
        InputError: a seed was changed, is missing, or has no source; the error names the file.
    """
    sources = read_sources(folder)
    for problem in stray_seeds(folder, sources):
        raise InputError(problem.where, problem.found, problem.mend)
    return {name: read_seed(folder, name, source) for name, source in sorted(sources.items())}


def seed_problems(folder: Path) -> Iterator[Problem]:
    """Give everything that is wrong with a folder of seeds."""
    try:
        sources = read_sources(folder)
    except InputError as error:
        yield error.problem
        return
    yield from stray_seeds(folder, sources)
    for name, source in sorted(sources.items()):
        try:
            read_seed(folder, name, source)
        except InputError as error:
            yield error.problem


def stray_seeds(folder: Path, sources: Mapping[str, Source]) -> Iterator[Problem]:
    """Give the text files of a folder that no source names."""
    with reading(folder):
        names = sorted(path.name for path in folder.glob("*.txt"))
    for name in names:
        if name.removesuffix(".txt") not in sources:
            yield Problem(str(folder / name), f"is not in {SOURCES}", "say where it is from, with its sha256")


def _verbatim(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(path, f"is not UTF-8 at byte {error.start}", "seeds are UTF-8 texts") from error


def _known(path: Path, table: dict[str, object]) -> None:
    names = {field.name for field in fields(Source)}
    for document, entry in table.items():
        for key in sorted(set(entry) - names) if isinstance(entry, dict) else ():
            raise InputError(path, f"{document}: unknown key {key!r}", f"known are {', '.join(sorted(names))}")
