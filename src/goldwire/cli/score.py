"""`goldwire score`: predictions against a gold, every number with its measure.

Scoring lives in goldwire.eval.scoring, the shape of what is printed in goldwire.eval.report.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from goldwire.cli.console import FILE, print_json, repository, say
from goldwire.errors import InputError
from goldwire.labels import LabelSet, read_labels

if TYPE_CHECKING:
    from collections.abc import Iterable

    from goldwire.document import Document
    from goldwire.eval.scoring import Scores

EXAMPLES = """
\b
Examples:
  goldwire score predictions.jsonl                          against the corpus around this folder, or goldwire's own
  goldwire score system.conll --gold gold.conll             any two files that goldwire reads
  goldwire score predictions.jsonl --measure mentions/strict --bootstrap 1000 --json
"""


@click.command(epilog=EXAMPLES)
@click.argument("pred", type=FILE)
@click.option("--gold", type=FILE, help="The gold: a file or folder. [default: the corpus around, else goldwire's]")
@click.option("--from", "pred_format", default="", help="Format of the predictions. [default: recognised]")
@click.option("--gold-from", "gold_format", default="", help="Format of the gold. [default: recognised]")
@click.option(
    "--measure", "measures", multiple=True, metavar="NAME", help="A measure; repeat for more. [default: main]"
)
@click.option("--labels", "labels_toml", type=FILE, help="labels.toml. [default: the corpus's, else none]")
@click.option("--missing-documents", type=click.Choice(["empty", "error"]), default="empty", show_default=True)
@click.option("--extra-documents", type=click.Choice(["error", "ignore"]), default="error", show_default=True)
@click.option("--bootstrap", type=click.IntRange(0), default=0, show_default=True, help="Resamples for 95 % intervals.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the resampling.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print Markdown.")
@click.option("--output", type=FILE, help="Write there (.json, .md or text) instead of printing.")
def command(  # noqa: PLR0917 - click passes options by name
    pred: Path,
    gold: Path | None,
    pred_format: str,
    gold_format: str,
    measures: tuple[str, ...],
    labels_toml: Path | None,
    missing_documents: str,
    extra_documents: str,
    bootstrap: int,
    seed: int,
    as_json: bool,
    as_markdown: bool,
    output: Path | None,
) -> None:
    """Score predictions PRED (a file or folder of documents) against a gold."""
    from goldwire.eval.scoring import score
    from goldwire.formats import read

    golds, labels = gold_and_labels(gold, gold_format, labels_toml)
    scores = score(
        golds,
        read(pred, pred_format),
        measures=measures or None,
        labels=labels,
        missing_documents=missing_documents,
        extra_documents=extra_documents,
        bootstrap=bootstrap,
        seed=seed,
    )
    style = "json" if as_json else "markdown" if as_markdown else ""
    show(scores, style, output)


def gold_and_labels(
    gold: Path | None, name: str, labels_toml: Path | None
) -> tuple[Iterable[Document], LabelSet | None]:
    """Give the gold named with the label set named; or the corpus around this folder, or else goldwire's own."""
    from goldwire.formats import read

    named = read_labels(labels_toml) if labels_toml else None
    if gold:
        return read(gold, name), named
    documents, labels = default_gold()
    return documents, named or labels


def default_gold() -> tuple[Iterable[Document], LabelSet]:
    """Give the gold and label set of the corpus around the current folder, or of the one that the package carries."""
    from goldwire.corpus.load import gold_documents, gold_labels
    from goldwire.formats import read

    try:
        annotations = repository() / "annotations"
    except InputError:
        return gold_documents(), gold_labels()
    if not (annotations / "gold").is_dir():
        raise InputError(annotations / "gold", "there is no gold", "name one with --gold")
    return read(annotations / "gold"), read_labels(annotations / "labels.toml")


def show(scores: Scores, style: str, output: Path | None) -> None:
    """Print the scores, or write them to a file in the style that its name says."""
    if output:
        from goldwire.formats.files import write_text

        write_text(output, _text(scores, style or {".json": "json", ".md": "markdown"}.get(output.suffix, "")))
        say(f"wrote {output}")
    elif style == "json":
        print_json(scores.to_json())
    else:
        click.echo(_text(scores, style), nl=False)


def _text(scores: Scores, style: str) -> str:
    if style == "json":
        return json.dumps(scores.to_json(), ensure_ascii=False, indent=1) + "\n"
    return scores.to_markdown() if style == "markdown" else scores.table()
