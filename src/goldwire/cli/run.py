"""`goldwire run`: a system run over a corpus into a folder.

What a run is lives in goldwire.eval.runs.running, the kinds of systems in goldwire.eval.systems.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from goldwire import __version__
from goldwire.cli.console import FILE, built_corpus, print_json, say
from goldwire.document import Document
from goldwire.errors import GoldwireError
from goldwire.labels import LabelSet

EXAMPLES = """
\b
Examples:
  goldwire run --model rules:                              the rules over goldwire's own corpus
  goldwire run --model spacy:en_core_web_sm --label-map ontonotes
  goldwire run texts.jsonl --model command:"./extract --json" --out runs/mine
  goldwire run some/brat/folder --model http://localhost:8000/extract
  goldwire run --system eval/systems/rules.toml --set relations=true --json
"""


@click.command(epilog=EXAMPLES)
@click.argument("paths", nargs=-1, type=FILE)
@click.option("--model", "--system", "model", required=True, help="KIND:MODEL, a URL, or a system's TOML file.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A setting of the system; repeatable.")
@click.option("--label-map", default="", help="How its labels become ours: a shipped map or a TOML file.")
@click.option("--labels", "labels_toml", type=FILE, help="labels.toml, for kinds that ask. [default: the corpus's]")
@click.option(
    "--given", multiple=True, help="A layer of the gold that the system is shown: mentions, relations, entities."
)
@click.option("--seed", type=click.IntRange(0), default=None, help="The seed of every random choice  [default: 0]")
@click.option("--out", type=FILE, default=None, help="The run's folder  [default: runs/SYSTEM]")
@click.option("--from", "format_name", default="", help="The format of PATHS  [default: recognised]")
@click.option("--limit", type=click.IntRange(1), default=None, help="Only so many documents  [default: all]")
@click.option("--fresh", is_flag=True, help="Begin anew, whatever the folder holds.")
@click.option("--json", "as_json", is_flag=True, help="Print run.json.")
def command(  # noqa: PLR0917 - click passes options by name
    paths: tuple[Path, ...],
    model: str,
    settings: tuple[str, ...],
    label_map: str,
    labels_toml: Path | None,
    given: tuple[str, ...],
    seed: int | None,
    out: Path | None,
    format_name: str,
    limit: int | None,
    *,
    fresh: bool,
    as_json: bool,
) -> None:
    """Run a system over PATHS (if none is named the corpus around, else goldwire's own) and write its predictions.

    Interrupted, the same command resumes; done, it does nothing. A document that fails is scored as empty, and is
    tried again by the next call. Kinds: rules, spacy, transformers, gliner, flair, stanza, llm, http, command, python,
    trained, crossval, replay.
    """
    from goldwire.eval.systems.declare import parse_setting, parse_system

    system = parse_system(model, dict(map(parse_setting, settings)))
    changes: dict[str, Any] = {"label_map": label_map, "given": given, "seed": seed}
    system = replace(system, **{name: value for name, value in changes.items() if value not in (None, "", ())})
    documents, folder = _documents(paths, format_name, limit), out or Path("runs") / system.name
    _run(system, documents, _labels(paths, labels_toml), folder, fresh=fresh, as_json=as_json)


def _documents(paths: tuple[Path, ...], name: str, limit: int | None) -> Iterable[Document]:
    from itertools import chain, islice

    from goldwire.corpus.load import gold_documents
    from goldwire.formats import read

    read_all = chain.from_iterable(read(path, name) for path in paths)
    found: Iterable[Document] = read_all if paths else gold_documents(built_corpus())
    return islice(found, limit) if limit else found


def _labels(paths: tuple[Path, ...], labels_toml: Path | None) -> LabelSet | None:
    """Give the label set named, or that of the corpus that is run over; files bring none."""
    from goldwire.corpus.load import gold_labels
    from goldwire.labels import read_labels

    if labels_toml:
        return read_labels(labels_toml)
    return None if paths else gold_labels(built_corpus())


def _run(
    system: Any, documents: Iterable[Document], labels: LabelSet | None, out: Path, *, fresh: bool, as_json: bool
) -> None:
    from goldwire.eval.runs.running import run
    from goldwire.eval.systems.base import Context
    from goldwire.eval.systems.crossval import learns

    gold: tuple[Document, ...] = ()
    if learns(system):
        gold = documents = tuple(documents)
    try:
        done = run(system, documents, out, Context(gold, out / "cache", labels), fresh=fresh, progress=_progress())
    except KeyboardInterrupt:
        say("\nthe same command goes on from here")
        raise
    _report(done, as_json=as_json)


def _progress() -> Any:
    """Give a function that keeps one line on standard error up to date, at most five times a second."""
    import sys
    import time

    last = 0.0

    def show(count: int, name: str) -> None:
        nonlocal last
        if sys.stderr.isatty() and time.monotonic() - last > 0.2:
            last = time.monotonic()
            click.echo(f"\r{count} documents, {name[:60]:60}", nl=False, err=True)

    return show


def _report(done: Any, *, as_json: bool) -> None:
    from goldwire.eval.report import failed_lines

    table = done.table
    for line in failed_lines(done.failures):
        say(line)
    for what, times in (*table["notes"].items(), *done.left.items()):
        say(f"note: {times} × {what}")
    if table["goldwire"] != __version__:
        say(f"note: goldwire {table['goldwire']} made this run, this is {__version__}; --fresh makes it anew")
    if done.kept:
        say(f"note: predictions of {done.kept} other documents are kept in {done.folder} for a run over them")
    counts = table["predictions"]
    failed = len(done.failures)
    new = f"{done.predicted} documents done, {failed} of them failed" if done.predicted else "nothing to do"
    say(f"{new}; {counts['documents']} documents, {counts['mentions']} mentions, {counts['relations']} relations")
    if as_json:
        print_json(table)
    else:
        click.echo(done.predictions)
    if failed and failed == counts["documents"]:
        raise GoldwireError(f"all {failed} documents failed; the same command tries them again")
