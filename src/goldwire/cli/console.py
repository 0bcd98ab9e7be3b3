"""What all verbs share: where the repository's folders are, tables, JSON and progress on standard error."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from goldwire.errors import InputError

FILE = click.Path(path_type=Path)
LABELS_TOML = Path("annotations") / "labels.toml"


def repository() -> Path:
    """Give the nearest folder upwards, from the current one, that holds annotations/labels.toml.

    Raises:
        InputError: there is none.
    """
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / LABELS_TOML).is_file():
            return folder
    raise InputError(
        here, f"is not inside a corpus (no {LABELS_TOML.as_posix()} upwards of it)", "cd there or name paths"
    )


def built_corpus() -> Path | None:
    """Give the built corpus around the current folder; None outside any: the package's own is meant.

    Raises:
        InputError: the corpus around is not built yet, and another's gold would be taken for it.
    """
    try:
        root = repository()
    except InputError:
        return None
    if not (root / "corpus" / "README.md").is_file():
        raise InputError(root, "this corpus is not built yet", "run goldwire build, or name files")
    return root / "corpus"


def predictions_of(path: Path) -> Path:
    """Give the predictions that a path names: those in a run's folder, else the path itself.

    Raises:
        InputError: the folder's run is not finished.
    """
    from goldwire.eval.runs import PREDICTIONS, RUN

    if not (path / RUN).is_file():
        return path
    if not (path / PREDICTIONS).exists():
        raise InputError(path, "holds a run that is not finished", "give the command that began it once more")
    return path / PREDICTIONS


def say(message: str) -> None:
    """Print a line for a person, on standard error."""
    click.echo(message, err=True)


def print_json(value: Any) -> None:
    """Print JSON for a program, on standard output; an undefined number is null."""
    click.echo(as_json_text(value))


def as_json_text(value: Any) -> str:
    """Give JSON for a program; an undefined number is null."""
    return json.dumps(_plain(value), ensure_ascii=False, indent=1)


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table on standard output; the first column is text, the others are numbers."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else 200).print(table)


def percent(value: float) -> str:
    """Give a ratio as reports do; what they are made with is loaded only now."""
    from goldwire.eval import report

    return report.percent(value)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def parsed_settings(settings: Iterable[str]) -> dict[str, str]:
    """Give the settings of KEY=VALUE pairs; raises a usage error for anything else."""
    pairs = [setting.partition("=") for setting in settings]
    for key, sign, _ in pairs:
        if not (key and sign):
            raise click.UsageError(f"--set {key}: write KEY=VALUE")
    return {key: value for key, _, value in pairs}
