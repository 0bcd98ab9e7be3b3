"""Systems as people name them: a TOML file, or `kind:model` on the command line.

Loading what they name is the business of each kind.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from goldwire.errors import InputError
from goldwire.eval.systems.base import System
from goldwire.formats.files import read_text

_FORM = 'kind = "spacy", model = "en_core_web_sm", and a table [settings]'


def read_system(path: Path) -> System:
    """Read a system from its TOML file; its name is the file's.

    Raises:
        InputError: the file cannot be read, is not TOML, or has a key that systems do not know.
    """
    try:
        table = {"name": path.stem, **tomllib.loads(read_text(path))}
        unknown = sorted(set(table) - set(System.__dataclass_fields__))
        if unknown:
            known = ", ".join(System.__dataclass_fields__)
            raise InputError(path, f"unknown key {unknown[0]!r}", f"known are {known}; other settings go to [settings]")
        return msgspec.convert(table, System)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InputError(path, f"is not a system: {error}", f"the form is {_FORM}") from error


def parse_system(text: str, settings: dict[str, Any] | None = None) -> System:
    """Give the system that a string names: a path to a TOML file, a URL, or `kind:model`.

    Raises:
        InputError: it is neither.
    """
    if text.endswith(".toml"):
        system = read_system(Path(text))
    else:
        kind, _, model = ("http", "", text) if re.match(r"https?://", text) else text.partition(":")
        system = System(name=short_name(text), kind=kind, model=model)
    return replace(system, settings={**system.settings, **(settings or {})})


def read_systems(folder: Path) -> list[System]:
    """Read every system of a folder, by name.

    Raises:
        InputError: the folder has none.
    """
    found = [read_system(path) for path in sorted(folder.glob("*.toml"))]
    if not found:
        raise InputError(folder, "has no system in it (*.toml)", f"write one; the form is {_FORM}")
    return found


def short_name(text: str) -> str:
    """Give a file name for a system: letters, digits, dots, dashes and underscores."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-.") or "system"


def parse_setting(text: str) -> tuple[str, Any]:
    """Give the name and value of NAME=VALUE; the value is read as TOML, or else as a string."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise InputError(text, "is not a setting", "write NAME=VALUE")
    try:
        return name.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return name.strip(), value
