"""`goldwire train`: a reference model fitted on any corpus.

Training is in goldwire.eval.training.training (mentions) and goldwire.eval.training.pairs (relations).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from goldwire.cli.console import FILE, parsed_settings, say
from goldwire.cli.convert import settled_once
from goldwire.cli.inputs import REPAIR

_OPTIONS = {"levels": "level"}
_SCORES = {"ner": "ents_f", "spancat": "spans_sc_f"}
_HELD_OUT = re.compile(r"(?<![a-z])(dev|development|valid|validation|test)(?![a-z])", re.IGNORECASE)

if TYPE_CHECKING:
    from goldwire.document import Document
    from goldwire.eval.training.recipe import Training

EXAMPLES = """
\b
Examples:
  goldwire train train.conll --dev dev.conll --out models/mine
  goldwire train corpus.jsonl --kind spancat --out models/nested
  goldwire train corpus.jsonl --kind relations --out models/mine
  goldwire run test.jsonl --model trained:models/mine
"""


@click.command(epilog=EXAMPLES)
@click.argument("corpus", type=FILE)
@click.option("--out", type=FILE, required=True, help="The model's folder; several kinds may share one.")
@click.option("--kind", type=click.Choice(["ner", "spancat", "relations"]), default="ner", show_default=True)
@click.option(
    "--dev", type=FILE, default=None, help="A corpus on which the best epoch, or threshold of relations, is chosen."
)
@click.option("--config", type=FILE, default=None, help="A config of spaCy  [default: its own recommendation]")
@click.option("--epochs", type=click.IntRange(1), default=30, show_default=True, help="Passes over the corpus.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="The seed of every random choice.")
@click.option("--level", "levels", multiple=True, default=("name",), show_default=True, help="A level that is learnt.")
@click.option("--language", default="en", show_default=True, help="The language of spaCy's tokenizer.")
@click.option("--from", "format_name", default="", help="The format of CORPUS  [default: recognised]")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="A format's setting; dev.KEY for --dev.")
@REPAIR
def command(  # noqa: PLR0917 - click passes options by name
    corpus: Path,
    out: Path,
    kind: str,
    dev: Path | None,
    config: Path | None,
    epochs: int,
    seed: int,
    levels: tuple[str, ...],
    language: str,
    format_name: str,
    settings: tuple[str, ...],
    repair: str,
) -> None:
    """Fit a model on CORPUS: spaCy's ner (flat mentions), its spancat (nested ones), or a classifier of relations.

    OUT gets the config, so that `spacy train` can take it from there; `goldwire run --model trained:OUT` runs it.
    """
    from goldwire.eval.training.recipe import Training

    if kind == "relations":
        _refused("config", "epochs", "levels", "language")
    own, of_dev = _parted(parsed_settings(settings))
    documents = _read(corpus, format_name, own, repair)
    held = _read(dev, format_name, of_dev, repair, own) if dev else ()
    if "split" not in own:
        _warn_of_parts(corpus)
    say(f"{len(documents)} documents, {sum(len(d.mentions) for d in documents)} mentions")
    try:
        if kind == "relations":
            _relations(documents, out, seed, held)
        else:
            how = Training(kind, language, seed, epochs, levels=levels, config=config)
            _mentions(documents, out, how, held)
    except KeyboardInterrupt:
        say(f"\n{out} is as it was; the same command begins again")
        raise
    click.echo(out)


def _refused(*names: str) -> None:
    """Raise a usage error for an option that was given and that relations know nothing of."""
    context = click.get_current_context()
    for name in names:
        if context.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT:
            raise click.UsageError(f"--{_OPTIONS.get(name, name)} is for ner and spancat only")


def _parted(settings: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Give the settings of both corpora, and those of the development corpus alone."""
    own = {key: value for key, value in settings.items() if not key.startswith("dev.")}
    return own, {key.removeprefix("dev."): value for key, value in settings.items() if key not in own}


def _read(
    path: Path, name: str, settings: dict[str, str], repair: str, shared: dict[str, str] | None = None
) -> tuple[Document, ...]:
    """Give the documents of a path, and say what its reader counted; `shared` is taken where the format knows it."""
    from goldwire.formats import by_name, read, recognise
    from goldwire.formats.base import Options

    format = by_name(name) if name else recognise(path)
    known = {setting.key for setting in format.settings if setting.reads}
    for key in settings.keys() - known:
        raise click.UsageError(f"--set {key}: {format.name} takes {', '.join(sorted(known)) or 'no settings'}")
    usual = {key: value for key, value in (shared or {}).items() if key in known}
    options = Options(repair, settings={**usual, **settings})
    documents = tuple(settled_once(read(path, format.name, options), format, options))
    for line in options.notes.lines():
        say(f"note: {line}")
    return documents


def _warn_of_parts(corpus: Path) -> None:
    """Say that a folder has a development or test part, which is learnt from like the rest."""
    names = sorted(path.name for path in corpus.iterdir() if _HELD_OUT.search(path.name)) if corpus.is_dir() else []
    if names:
        say(f"warning: {corpus}: all of it is learnt, {', '.join(names[:5])} too; name the training file alone if not")


def _relations(documents: tuple[Document, ...], out: Path, seed: int, dev: tuple[Document, ...]) -> None:
    from goldwire.eval.training.pairs import fit, write_pairs
    from goldwire.eval.training.training import RELATIONS

    model = fit(documents, dev, seed=seed)
    write_pairs(model, out / RELATIONS)
    say(f"{len(model.labels)} relation labels, {len(model.columns)} features, threshold {model.threshold:.4f}")
    say(f"mentions up to {model.reach} sentences apart are looked at")


def _mentions(documents: tuple[Document, ...], out: Path, how: Training, dev: tuple[Document, ...]) -> None:
    from goldwire.eval.training.training import train

    nlp = train(documents, out, how, dev, lambda epoch: say(f"epoch {epoch} of {how.epochs}"))
    best = nlp.meta.get("performance", {}).get(_SCORES[how.kind])  # a config of one's own may score by something else
    if dev and best is not None:
        say(f"best on the development documents: F1 {100 * best:.1f}")
    said = nlp.meta["goldwire"]
    for what, times in (*said["not_learnt"].items(), *said["unseen"].items()):
        say(f"note: {times} × {what}")
