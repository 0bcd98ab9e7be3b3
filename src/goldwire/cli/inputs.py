"""What several verbs take alike: the options of how sides are read, the gold, and the run that predictions belong to.

What is done with them is each verb's own business.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from goldwire.cli.console import LABELS_TOML, repository
from goldwire.errors import InputError
from goldwire.labels import LabelSet, read_labels
from goldwire.tags import REPAIRS

if TYPE_CHECKING:
    from goldwire.document import Document
    from goldwire.eval.reading import Documents, Reading

UNITS = ("document", "sentence")
INTERVALS = ("percentile", "expanded", "bca")
SCHEME = click.option(
    "--scheme", default="auto", show_default=True, help="Scheme of token tags: IOB2, BIOES, BILOU, ..."
)
REPAIR = click.option(
    "--repair", type=click.Choice(REPAIRS), default="none", show_default=True, help="For broken tags."
)
WORDS = click.option(
    "--words",
    type=click.Choice(["same", "by-position"]),
    default="same",
    show_default=True,
    help="by-position: the predictions' tokens may say other words than the gold's.",
)
SETTINGS = click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="A format's setting; gold.KEY, pred.KEY for one side."
)
MISSING = click.option("--missing-documents", type=click.Choice(["empty", "error"]), default="empty", show_default=True)
EXTRA = click.option("--extra-documents", type=click.Choice(["error", "ignore"]), default="error", show_default=True)


def known_settings(reading: Reading, gold: Path | None, pred: Path) -> None:
    """Raise a usage error for a setting that the format of neither side, or not that of the side it names, takes."""
    from goldwire.eval.reading import AUTO
    from goldwire.formats import by_name, recognise

    if not reading.settings and reading.scheme == AUTO:
        return
    takes: dict[str, set[str]] = {"gold": set(), "pred": set()}
    for side, path in (("gold", gold), ("pred", pred)):
        if path is not None:
            name = reading.format_of(side)
            takes[side] = {s.key for s in (by_name(name) if name else recognise(path)).settings if s.reads}
    if reading.scheme != AUTO and "scheme" not in takes["gold"] | takes["pred"]:
        raise click.UsageError(f"--scheme {reading.scheme}: these files have no tags of tokens")
    known = takes["gold"] | takes["pred"] | {f"{side}.{key}" for side, keys in takes.items() for key in keys}
    for key in reading.settings.keys() - known:
        named = ", ".join(sorted(takes["gold"] | takes["pred"]))
        raise click.UsageError(f"--set {key}: these files take {named or 'no settings'} (gold.KEY, pred.KEY for one)")


def gold_and_labels(
    gold: Path | None, name: str, labels_toml: Path | None
) -> tuple[Iterable[Document], LabelSet | None]:
    """Give the documents of the gold named, in the format named, and the label set; without, those of `gold_side`."""
    from goldwire.formats import read

    found, labels = gold_side(gold, labels_toml)
    return (read(found, name) if isinstance(found, Path) else found), labels  # type: ignore[return-value]


def gold_side(gold: Path | None, labels_toml: Path | None) -> tuple[Documents, LabelSet | None]:
    """Give the gold named with the label set named; or the corpus around this folder, or else goldwire's own."""
    named = read_labels(labels_toml) if labels_toml else None
    if gold:
        return gold, named
    documents, labels = default_gold()
    return documents, named or labels


def default_gold() -> tuple[Iterable[Document], LabelSet]:
    """Give the gold and label set of the corpus around the current folder, or of the one that the package carries."""
    from goldwire.corpus.load import gold_documents, gold_labels
    from goldwire.formats import read

    try:
        root = repository()
    except InputError:
        return gold_documents(), gold_labels()
    if not (gold := root / "annotations" / "gold").is_dir():
        raise InputError(gold, "there is no gold", "name one with --gold")
    return read(gold), read_labels(root / LABELS_TOML)


def label_path(named: Path | None) -> Path | None:
    """Give the label set named, or that of the corpus around the current folder; None where there is no corpus."""
    if named is not None:
        return named
    try:
        return repository() / LABELS_TOML
    except InputError:
        return None


def labels_around(named: Path | None) -> LabelSet | None:
    """Read the label set that `label_path` gives."""
    path = label_path(named)
    return read_labels(path) if path else None


def label_map_of(run: dict[str, Any]) -> dict[str, str]:
    """Give what a signature says of a run's label map; of no run nothing."""
    if not run:
        return {}
    from goldwire.eval.runs.views import signed

    return signed(run)


def run_beside(pred: Path) -> dict[str, Any]:
    """Give the run whose predictions these are; {} of others, for which nothing is loaded."""
    from goldwire.eval.runs import RUN

    if not pred.with_name(RUN).is_file():
        return {}
    from goldwire.eval.runs.views import run_of

    return run_of(pred)
