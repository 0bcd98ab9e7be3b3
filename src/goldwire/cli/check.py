"""`goldwire check`: every broken rule of a corpus, or of any file that goldwire reads, one line each.

The rules and their collection live in goldwire.annotations.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from goldwire.annotations.check import Checked, check_corpus, check_paths, tidy
from goldwire.cli.console import FILE, LABELS_TOML, print_json, repository, say
from goldwire.labels import LabelSet, read_labels

EXAMPLES = """
\b
Examples:
  goldwire check                          the corpus around this folder
  goldwire check --tidy                   rewrite files that are only untidy, then check
  goldwire check predictions.jsonl --labels annotations/labels.toml
  goldwire check some/brat/folder --from brat --json
"""


@click.command(epilog=EXAMPLES)
@click.argument("paths", nargs=-1, type=FILE)
@click.option("--labels", type=FILE, help="The label set  [default: that of the corpus around]")
@click.option("--from", "name", default="", help="The format of PATHS  [default: recognised]")
@click.option("--finished", is_flag=True, help="Hold PATHS to the rules of a finished gold, too: whole layers.")
@click.option("--tidy", "rewrite", is_flag=True, help="First rewrite gold and passes in canonical form.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of {where, found, mend}.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of a document file, and nothing else.")
def command(
    paths: tuple[Path, ...],
    labels: Path | None,
    name: str,
    *,
    finished: bool,
    rewrite: bool,
    as_json: bool,
    schema: bool,
) -> None:
    """Report every broken rule of the corpus, or of PATHS, and exit 1 if there is one.

    Without PATHS the whole corpus is checked: labels.toml, seeds, gold and passes.
    """
    if schema:
        from goldwire.formats.records import json_schema

        print_json(json_schema())
        return
    if rewrite:
        _tidy(paths or tuple(_documents(repository())))
    _print(_checked(paths, labels, name, finished=finished), as_json=as_json)


def _checked(paths: tuple[Path, ...], labels: Path | None, name: str, *, finished: bool) -> Checked:
    if not paths:
        return _whole(labels)
    known = _label_set(labels, paths[0])
    if finished and known is None:
        raise click.UsageError("--finished needs a label set: name one with --labels")
    return check_paths(paths, known, name, finished=finished)


def _whole(labels: Path | None) -> Checked:
    root = _relative(repository())
    annotations = root / "annotations"
    return check_corpus(labels or root / LABELS_TOML, root / "seeds", annotations / "gold", annotations / "passes")


def _label_set(path: Path | None, first: Path) -> LabelSet | None:
    """Give the label set named, or that of the corpus around the first path or the current folder."""
    if path is not None:
        return read_labels(path)
    folders = (*first.resolve().parents, Path.cwd(), *Path.cwd().parents)
    upwards = (folder / LABELS_TOML for folder in folders)
    found = next((file for file in upwards if file.is_file()), None)
    if found is None:
        say("no label set is known for these paths: labels are not checked (name one with --labels)")
    return read_labels(found) if found else None


def _documents(root: Path) -> list[Path]:
    annotations = root / "annotations"
    return sorted((*annotations.glob("gold/*.json"), *annotations.glob("passes/*/*.json")))


def _tidy(files: tuple[Path, ...]) -> None:
    for file in tidy(files):
        say(f"rewrote {file}")


def _relative(root: Path) -> Path:
    """Give the shorter name of a folder, as a person at the prompt would write it."""
    here = Path.cwd()
    return Path(*[".."] * len(here.relative_to(root).parts)) if here.is_relative_to(root) else root


def _print(checked: Checked, *, as_json: bool) -> None:
    problems = checked.unique()
    if as_json:
        print_json([asdict(problem) for problem in problems])
    else:
        for problem in problems:
            click.echo(str(problem))
    for note in checked.notes:
        say(note)
    say(f"{checked.files} files checked, {len(problems)} problem{'s' if len(problems) != 1 else ''}")
    if problems:
        raise SystemExit(1)
