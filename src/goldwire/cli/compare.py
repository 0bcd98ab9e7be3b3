"""`goldwire compare`: do systems differ, and by how much must they before this corpus shows it.

The comparison is made in goldwire.eval.statistics.compare; here it is read for and printed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import click

from goldwire.cli.console import FILE, parsed_settings, percent, predictions_of, print_json, print_table, say
from goldwire.cli.inputs import (
    EXTRA,
    INTERVALS,
    MISSING,
    REPAIR,
    SCHEME,
    SETTINGS,
    UNITS,
    WORDS,
    gold_side,
    known_settings,
    label_map_of,
    run_beside,
)
from goldwire.errors import GoldwireError, InputError

if TYPE_CHECKING:
    from goldwire.eval.counts import Counts
    from goldwire.eval.measures import Measure
    from goldwire.eval.reading import Documents, Reading
    from goldwire.eval.statistics.compare import Comparison
    from goldwire.eval.statistics.intervals import Method
    from goldwire.labels import LabelSet

Table: TypeAlias = tuple[str, Sequence[str], Iterable[Sequence[str]]]
"""A title, the names of columns, and rows."""

EXAMPLES = """
\b
Examples:
  goldwire compare spacy.jsonl gliner.jsonl                      over the corpus around this folder
  goldwire compare a.conll b.conll c.conll --gold gold.conll     three tests, adjusted for being three
  goldwire compare a.jsonl b.jsonl --measure relations/strict --by-label --json
  goldwire compare released.jsonl candidate.jsonl --max-drop 0.5     a gate: exit 1 if F1 falls by more
"""


@click.command(epilog=EXAMPLES)
@click.argument("systems", nargs=-1, required=True, type=FILE)
@click.option("--gold", type=FILE, help="The gold: a file or folder. [default: the corpus around this folder]")
@click.option("--from", "pred_format", default="", help="Format of the predictions. [default: recognised]")
@click.option("--gold-from", "gold_format", default="", help="Format of the gold. [default: recognised]")
@click.option("--measure", "name", default="mentions/strict", show_default=True, metavar="NAME", help="The measure.")
@click.option("--labels", "labels_toml", type=FILE, help="labels.toml. [default: the corpus's, else none]")
@MISSING
@EXTRA
@click.option("--by-label", is_flag=True, help="Compare each label and the macro averages as well.")
@click.option("--resamples", type=click.IntRange(1), default=10_000, show_default=True)
@click.option("--unit", type=click.Choice(UNITS), help="What is drawn, swapped. [default: document; sentence for tags]")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the resampling.")
@click.option("--method", type=click.Choice(INTERVALS), default="percentile", show_default=True)
@SCHEME
@REPAIR
@WORDS
@SETTINGS
@click.option(
    "--max-drop",
    type=click.FloatRange(0),
    metavar="POINTS",
    help="Fail (exit 1) if a later system's F1 is more than so many points below the first's.",
)
@click.option("--significant-only", is_flag=True, help="With --max-drop: only if the drop is significant (Holm, 5 %).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(  # noqa: PLR0917 - click passes options by name
    systems: tuple[Path, ...],
    gold: Path | None,
    pred_format: str,
    gold_format: str,
    name: str,
    labels_toml: Path | None,
    missing_documents: str,
    extra_documents: str,
    by_label: bool,
    resamples: int,
    unit: str | None,
    seed: int,
    method: Method,
    scheme: str,
    repair: str,
    words: str,
    settings: tuple[str, ...],
    max_drop: float | None,
    significant_only: bool,
    as_json: bool,
) -> None:
    """Test whether SYSTEMS (two or more predictions files) differ over the same gold."""
    from goldwire.eval.measures import by_name
    from goldwire.eval.reading import Reading
    from goldwire.eval.statistics.compare import Drawing, compare

    if significant_only and max_drop is None:
        raise click.UsageError("--significant-only goes with --max-drop")
    measure = by_name(name)
    reading = Reading(gold_format, pred_format, scheme, repair, parsed_settings(settings), words)
    for path in systems:
        known_settings(reading, gold, predictions_of(path))
    golds, labels = gold_side(gold, labels_toml)
    unit = unit or usual_unit(systems, golds, measure, reading)
    how = {"labels": labels, "missing_documents": missing_documents, "extra_documents": extra_documents}
    counted = counts_of(systems, golds, measure, unit, reading, how)
    counts = {title: one.counts for title, one in counted.items()}
    found = compare(counts, measure, by_label=by_label, drawing=Drawing(resamples, seed, method=method), unit=unit)
    signatures = {title: one.signature for title, one in counted.items()}
    if as_json:
        print_json({**found.to_json(), "signature": signatures})
    else:
        show(found)
        for title, signature in signatures.items():
            click.echo(f"signature of {title}: {signature}")
    if max_drop is not None:
        hold(found, max_drop, significant_only=significant_only)


def usual_unit(systems: tuple[Path, ...], gold: Documents, measure: Measure, reading: Reading) -> str:
    """Give what is drawn unless it is said: sentences of files of tags, if these divide the measure, else documents."""
    from goldwire.eval.sentence_units import BY_SENTENCE
    from goldwire.eval.sides import drawn
    from goldwire.eval.tag_scores import tag_files

    pairs = (tag_files(gold, predictions_of(path), reading) for path in systems)
    return drawn("", tagged=measure.name in BY_SENTENCE and all(pair is not None for pair in pairs))


class Counted(NamedTuple):
    """A system's counts by document or sentence, and the signature of its figures."""

    counts: Counts
    signature: str


def counts_of(  # noqa: PLR0917 - one call
    systems: tuple[Path, ...],
    gold: Documents,
    measure: Measure,
    unit: str,
    reading: Reading,
    how: dict[str, Any],
) -> dict[str, Counted]:
    """Give each system's counts over a gold that is read once; what was assumed in reading is said."""
    from goldwire.eval.reading import read_gold
    from goldwire.eval.scoring import can_stream, count_by_sentence, score_sides
    from goldwire.eval.sides import read_sides

    if unit == "sentence" and (bare := bare_counts(systems, gold, measure, reading, how["labels"])):
        return bare
    golds = read_gold(gold, reading)
    said = golds.notes.lines()
    for note in said:
        say(f"gold: {note}")
    counted = {}
    for title, path in zip(_titles(systems), systems, strict=True):
        pred = predictions_of(path)
        own = replace(reading, made=label_map_of(run_beside(pred)))
        sides = read_sides(golds, pred, reading=own, words=not can_stream([measure.name]), **how)
        scores = score_sides(sides, [measure.name], unit=unit)
        for note in (note for note in scores.notes if note not in said):
            say(f"{title}: {note}")
        counts = count_by_sentence(sides.columns, measure) if unit == "sentence" else scores.counts[measure.name]
        counted[title] = Counted(counts, scores.signature_of(measure.name))
    return counted


def bare_counts(
    systems: tuple[Path, ...], gold: Documents, measure: Measure, reading: Reading, labels: LabelSet | None
) -> dict[str, Counted]:
    """Give each system's counts from tags alone, if some file has no words to make documents of; else none."""
    from goldwire.eval.scoring import score_tag_sentences
    from goldwire.eval.tag_scores import lacks_words, tag_files

    pairs = [tag_files(gold, predictions_of(path), reading) for path in systems]
    if not any(pair and lacks_words(pair) for pair in pairs):
        return {}
    counted = {}
    for title, path, pair in zip(_titles(systems), systems, pairs, strict=True):
        own = replace(reading, made=label_map_of(run_beside(predictions_of(path))))
        scores = score_tag_sentences(pair, measure, labels, own) if pair else None
        if scores is None:
            return {}
        for note in scores.notes:
            say(f"{title}: {note}")
        counted[title] = Counted(scores.counts[measure.name], scores.signature_of(measure.name))
    return counted


class Fallen(GoldwireError):
    """A system's F1 fell by more than was allowed."""


def hold(found: Comparison, max_drop: float, *, significant_only: bool) -> None:
    """Raise Fallen, a line a system and label compared, if any is over `max_drop` points of F1 below the first."""
    from goldwire.eval.statistics.significance import ALPHA

    first = found.figures[0].system
    fallen = [
        f"gate: {t.second} is {-100 * t.difference:.2f} points of {found.measure} {t.name} F1 below {first}, "
        f"{max_drop:g} allowed (p = {_p(t.holm)})"
        for t in found.tests
        if t.first == first and -100 * t.difference > max_drop and (t.holm <= ALPHA or not significant_only)
    ]
    if fallen:
        raise Fallen("\n".join(fallen))


def _titles(systems: tuple[Path, ...]) -> list[str]:
    """Name the systems by their files' stems, or by their whole paths where these are equal."""
    stems = [path.stem for path in systems]
    names = stems if len(set(stems)) == len(stems) else [str(path) for path in systems]
    if len(set(names)) < len(names):
        raise InputError(next(n for n in names if names.count(n) > 1), "is named twice", "name each file once")
    return names


def show(found: Comparison) -> None:
    """Print figures, tests and what they mean."""
    for table in (_figures(found), _differences(found), _parts(found)):
        print_table(*table)
    undefined = sum(figure.undefined for figure in found.figures)
    if undefined:
        click.echo(f"note: {undefined} resamples gave no F1 (0/0) and were left out")
    for sentence in found.sentences:
        click.echo(sentence)


def _figures(found: Comparison) -> Table:
    title = f"{found.measure}, {found.documents} {found.unit}s"
    rows = (
        (f.system, f.name, *map(percent, (f.precision, f.recall, f.f1)), f"{percent(f.low)} to {percent(f.high)}")
        for f in found.figures
    )
    return title, ("system", "of", "P", "R", "F1", f"{found.confidence:.0%} interval"), rows


def _differences(found: Comparison) -> Table:
    title = f"differences in F1, second less first ({found.resamples} resamples, seed {found.seed})"
    interval = f"{found.confidence:.0%} interval"
    rows = (
        (
            f"{t.first} → {t.second}",
            t.name,
            *_part(t.difference, t.low, t.high, t.p),
            "exact" if t.exact else "random",
            *map(_p, (t.holm, t.bh, t.p_bootstrap)),
            percent(t.detectable),
        )
        for t in found.tests
    )
    return title, ("systems", "of", "points", interval, "p", "by", "Holm", "BH", "p boot", "detectable"), rows


def _parts(found: Comparison) -> Table:
    interval = f"({found.confidence:.0%} intervals)"
    title = f"differences in precision and recall, each with its own p, not adjusted {interval}"
    rows = (
        (
            f"{t.first} → {t.second}",
            t.name,
            *_part(t.precision_difference, t.precision_low, t.precision_high, t.precision_p),
            *_part(t.recall_difference, t.recall_low, t.recall_high, t.recall_p),
        )
        for t in found.tests
    )
    return title, ("systems", "of", "P points", "interval", "p", "R points", "interval", "p"), rows


def _part(change: float, low: float, high: float, p: float) -> tuple[str, str, str]:
    return _signed(change), f"{_signed(low)} to {_signed(high)}", _p(p)


def _signed(value: float) -> str:
    return "–" if math.isnan(value) else f"{100 * value:+.2f}"


def _p(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.4f}" if value >= 0.0001 else "<0.0001"
