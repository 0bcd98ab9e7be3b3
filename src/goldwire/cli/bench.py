"""`goldwire bench`: all systems of a folder run and scored, and the leaderboard.

The work is in goldwire.eval.runs.bench.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from goldwire.cli.console import FILE, built_corpus, print_json, print_table, repository, say
from goldwire.document import Document

if TYPE_CHECKING:
    from goldwire.eval.systems.base import System
    from goldwire.labels import LabelSet

EXAMPLES = """
\b
Examples:
  goldwire bench                                   the repository's systems over its corpus
  goldwire bench --only rules --only crossval-ner
  goldwire bench --systems my/systems --gold my/corpus.jsonl --out my/eval --json
"""


@click.command(epilog=EXAMPLES)
@click.option("--systems", type=FILE, default=None, help="The folder of systems  [default: eval/systems]")
@click.option("--gold", type=FILE, default=None, help="The gold, in any format  [default: goldwire's own corpus]")
@click.option("--labels", type=FILE, default=None, help="The gold's labels.toml  [default: that of the corpus]")
@click.option("--out", type=FILE, default=None, help="Where predictions, results and README.md go  [default: eval]")
@click.option("--only", multiple=True, metavar="NAME", help="Only this system; repeatable.")
@click.option("--bootstrap", default=1000, show_default=True, help="Resamples behind each interval.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="The seed of the resampling.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
def command(  # noqa: PLR0917 - click passes options by name
    systems: Path | None,
    gold: Path | None,
    labels: Path | None,
    out: Path | None,
    only: tuple[str, ...],
    bootstrap: int,
    seed: int,
    *,
    as_json: bool,
) -> None:
    """Run and score every system of a folder, write predictions and results, print the leaderboard.

    Runs that stand are kept (OUT/runs); what is written besides is the same for the same systems and gold.
    """
    from goldwire.eval.runs import bench as benching
    from goldwire.eval.systems.declare import read_systems

    folder = out or (repository() / "eval")
    chosen = _chosen(read_systems(systems or folder / "systems"), only)
    golds, known = _gold(gold, labels)
    try:
        results = benching.bench(
            chosen,
            golds,
            folder / "runs",
            labels=known,
            bootstrap=bootstrap,
            seed=seed,
            begun=lambda system: say(f"{system.name} ..."),
        )
    except KeyboardInterrupt:
        say("\nthe same command goes on from here")
        raise
    benching.write_results(results, folder, whole=not only)
    if only:
        say(f"only some systems were run: {folder / 'README.md'} stays as it is")
    if as_json:
        print_json([result.to_json() for result in results])
    else:
        print_table(benching.TITLE, [name.replace(", ", "\n") for name in benching.header()], benching.rows(results))


def _gold(gold: Path | None, labels: Path | None) -> tuple[tuple[Document, ...], LabelSet | None]:
    from goldwire.corpus.load import gold_documents, gold_labels
    from goldwire.formats import read
    from goldwire.labels import read_labels

    if gold is not None:
        return tuple(read(gold)), read_labels(labels) if labels else None
    folder = built_corpus()
    return gold_documents(folder), read_labels(labels) if labels else gold_labels(folder)


def _chosen(systems: list[System], only: tuple[str, ...]) -> list[System]:
    names = {system.name for system in systems}
    for name in only:
        if name not in names:
            raise click.UsageError(f"there is no system {name!r} among {', '.join(sorted(names))}")
    return [system for system in systems if not only or system.name in only]
