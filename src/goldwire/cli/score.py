"""`goldwire score`: predictions against a gold, every number with its measure.

Scoring lives in goldwire.eval.scoring, the shape of what is printed in goldwire.eval.report.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from goldwire.cli.console import FILE, as_json_text, parsed_settings, predictions_of, say
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

if TYPE_CHECKING:
    from goldwire.document import Document
    from goldwire.eval.reading import Documents, Reading
    from goldwire.eval.scores import Resampling, Scores
    from goldwire.eval.sides import Sides

SLICES = "label, length, nesting, level, zone, seen, document, distance or metadata:KEY"
EXAMPLES = """
\b
Examples:
  goldwire score predictions.jsonl                          against the corpus around this folder, or goldwire's own
  goldwire score system.conll --gold gold.conll             any two files that goldwire reads
  goldwire score both.conll --gold both.conll --set gold.column=-2 --set pred.column=-1    conlleval's one file
  goldwire score predictions.jsonl --measure mentions/strict --bootstrap 1000 --json
  goldwire score predictions.jsonl --errors --slices nesting --with seqeval
  goldwire score system.conll --gold gold.conll --profile conlleval        another tool's numbers
"""


@click.command(epilog=EXAMPLES)
@click.argument("pred", type=FILE, required=False)
@click.option("--gold", type=FILE, help="The gold: a file or folder. [default: the corpus around, else goldwire's]")
@click.option("--from", "pred_format", default="", help="Format of the predictions. [default: recognised]")
@click.option("--gold-from", "gold_format", default="", help="Format of the gold. [default: recognised]")
@click.option(
    "--measure",
    "measures",
    multiple=True,
    metavar="NAME",
    help="A measure, or a pattern: 'coreference/*'; repeat for more. [default: main]",
)
@click.option("--list", "listing", is_flag=True, help="List the measures and what each counts.")
@click.option("--profiles", is_flag=True, help="List the profiles of other tools and what each takes.")
@click.option("--labels", "labels_toml", type=FILE, help="labels.toml. [default: the corpus's, else none]")
@MISSING
@EXTRA
@click.option("--bootstrap", type=click.IntRange(0), default=0, show_default=True, help="Resamples for 95 % intervals.")
@click.option("--interval", type=click.Choice(INTERVALS), default="percentile", show_default=True)
@click.option("--unit", type=click.Choice(UNITS), help="What resamples draw. [default: document; sentence for tags]")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the resampling.")
@click.option("--by-label", is_flag=True, help="Add a table of each measure's labels.")
@click.option("--by-document", is_flag=True, help="Add each measure's mean over documents.")
@click.option("--flat", is_flag=True, help="Score outermost names and values only, on both sides.")
@click.option(
    "--profile",
    default="",
    metavar="NAME",
    help="Another tool's numbers, by its conventions: seqeval, conlleval, docred, ... (--profiles lists them).",
)
@SCHEME
@REPAIR
@WORDS
@SETTINGS
@click.option("--errors", is_flag=True, help="Add every mistake: its class, place and surroundings.")
@click.option("--slices", multiple=True, metavar="BY", help=f"Add scores by {SLICES}; repeat for more.")
@click.option(
    "--training",
    type=FILE,
    help="The training corpus, for --slices seen and Ign F1 (relations/entity-ign, --profile docred).",
)
@click.option(
    "--with", "second", type=click.Choice(["seqeval"]), help="Add another scorer's numbers, and why they differ."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print Markdown.")
@click.option("--output", type=FILE, help="Write there (.json, .md or text) instead of printing.")
def command(  # noqa: PLR0917 - click passes options by name
    pred: Path | None,
    gold: Path | None,
    pred_format: str,
    gold_format: str,
    measures: tuple[str, ...],
    listing: bool,
    profiles: bool,
    labels_toml: Path | None,
    missing_documents: str,
    extra_documents: str,
    bootstrap: int,
    interval: str,
    unit: str | None,
    seed: int,
    by_label: bool,
    by_document: bool,
    flat: bool,
    profile: str,
    scheme: str,
    repair: str,
    words: str,
    settings: tuple[str, ...],
    errors: bool,
    slices: tuple[str, ...],
    training: Path | None,
    second: str | None,
    as_json: bool,
    as_markdown: bool,
    output: Path | None,
) -> None:
    """Score predictions PRED (a file or folder of documents, or a run's folder) against a gold."""
    if listing or profiles:
        (list_profiles if profiles else list_measures)(as_json=as_json, as_markdown=as_markdown)
        return
    if pred is None:
        raise click.UsageError("PRED is missing: a file or folder of predictions (or --list)")
    if said := contradiction(click.get_current_context().params):
        raise click.UsageError(said)
    pred = predictions_of(pred)
    from goldwire.eval.measures import named
    from goldwire.eval.reading import Reading
    from goldwire.eval.scores import Resampling

    reading = Reading(gold_format, pred_format, scheme, repair, parsed_settings(settings), words)
    run = run_beside(pred)
    reading = replace(reading, made=label_map_of(run))
    known_settings(reading, gold, pred)
    names = named(measures)
    ignoring = training is not None and ignores(names, pred, reading)
    if training and not (profile or "seen" in slices or ignoring):
        raise click.UsageError("--training goes with --slices seen, --measure relations/entity-ign or --profile docred")
    golds, labels = gold_side(gold, labels_toml)
    policies = {"missing_documents": missing_documents, "extra_documents": extra_documents}
    views = {} if flat else run
    drawing = Resampling(bootstrap, seed, interval)
    asked = Asked(errors, slices, training, ignoring, second, drawing, unit or "", by_document, views)
    style = "json" if as_json else "markdown" if as_markdown else "labels" if by_label else ""
    if profile:
        show(by_profile(profile, (golds, pred), reading, training, policies), [], style, output)
        return
    how: dict[str, Any] = {"labels": labels, "flat": flat, "reading": reading, **policies}
    scores, parts = scored((golds, pred), names or None, asked, how)
    show(scores, parts, style, output)


def contradiction(options: dict[str, Any]) -> str:
    """Say which options do not go together; "" where all do."""
    besides = ("measures", "bootstrap", "flat", "by_document", "errors", "slices", "second")
    if options["as_json"] and options["as_markdown"]:
        return "--json and --markdown are two forms of one report: choose one"
    if options["profile"] and any(options[name] for name in besides):
        return "--profile gives another tool's numbers alone: score once more for the rest"
    if "seen" in options["slices"] and options["training"] is None:
        return "--slices seen needs --training, the corpus in which a surface was seen"
    if not options["bootstrap"] and (options["seed"] or options["interval"] != "percentile"):
        return "--seed and --interval go with --bootstrap, the number of resamples"
    return ""


def scored(
    sides: tuple[Documents, Path], measures: Sequence[str] | None, asked: Asked, how: dict[str, Any]
) -> tuple[Scores, list[Addition]]:
    """Give the scores, and what was asked for beside them; with that the sides are read whole, once."""
    from goldwire.eval.layers.facts import facts_of
    from goldwire.eval.scoring import score, score_sides
    from goldwire.eval.sides import read_sides
    from goldwire.formats import read

    resampling, unit = asked.resampling, asked.unit
    training = read(asked.training) if asked.training and asked.ignoring else None
    if not (asked.errors or asked.slices or asked.second or asked.by_document or asked.run):
        bootstrap, seed, interval = resampling
        drawing: dict[str, Any] = {"bootstrap": bootstrap, "seed": seed, "interval": interval, "unit": unit}
        return score(sides[0], sides[1], measures=measures, training=training, **drawing, **how), []
    found = read_sides(sides[0], sides[1], known=facts_of(training) if training else None, **how)
    scores = score_sides(found, measures, resampling=resampling, unit=unit)
    parts = additions(found, asked)
    parts += [means_addition(found, scores, asked)] if asked.by_document else []
    parts += [views_addition(found, asked.run, how)] if asked.run else []
    return scores, parts


def ignores(measures: Sequence[str], pred: Path, reading: Reading) -> bool:
    """Say whether facts known from training are left out: a measure named does, or DocRED's answers are scored."""
    from goldwire.eval.measures import IGNORING
    from goldwire.eval.reading import gives_answers

    return any(name.startswith(IGNORING) for name in measures) or (not measures and gives_answers(pred, reading))


def list_measures(*, as_json: bool, as_markdown: bool) -> None:
    """Print the table of measures."""
    from goldwire.eval import measure_table as table

    show_table(
        table,
        lambda row: f"{row['name']:32}{'main  ' if row['main'] else '      '}{row['rule']}",
        as_json=as_json,
        as_markdown=as_markdown,
    )


def list_profiles(*, as_json: bool, as_markdown: bool) -> None:
    """Print the table of profiles."""
    from goldwire.compat.profiles import table

    show_table(
        table,
        lambda row: f"{row['profile']:24}{row['tool']} ({row['takes']})",
        as_json=as_json,
        as_markdown=as_markdown,
    )


def show_table(table: Any, line: Callable[[dict[str, Any]], str], *, as_json: bool, as_markdown: bool) -> None:
    """Print what a module of a table gives: its Markdown, its rows as JSON, or a line a row."""
    if as_markdown:
        click.echo(table.markdown_table(), nl=False)
    elif as_json:
        click.echo(as_json_text(table.plain_table()))
    else:
        click.echo("\n".join(map(line, table.plain_table())))


class Asked(NamedTuple):
    """What was asked for beside the scores; ignoring: facts that the training corpus states are left out of them."""

    errors: bool
    slices: tuple[str, ...]
    training: Path | None
    ignoring: bool
    second: str | None
    resampling: Resampling
    unit: str
    by_document: bool
    run: dict[str, Any]


class Addition(NamedTuple):
    """A further part of the report: its name in JSON, as text, and as plain values."""

    name: str
    text: str
    plain: Any


def by_profile(
    profile: str, sides: tuple[Documents, Path], reading: Reading, training: Path | None, policies: dict[str, str]
) -> Scores:
    """Give another tool's numbers."""
    from goldwire.compat.profiles.scores import score_by_profile
    from goldwire.formats import read

    known = read(training) if training else ()
    return score_by_profile(profile, *sides, reading, known, **policies)


def additions(sides: Sides, asked: Asked) -> list[Addition]:
    """Give mistakes, slices and the second opinion, as far as asked for."""
    from goldwire.eval.mistakes.findings import find_mistakes
    from goldwire.eval.report import mistakes_text, opinion_text
    from goldwire.eval.second_opinion import seqeval_opinion

    parts = sliced(sides, asked) if asked.slices else []
    if asked.second:
        kept = {document.id for document in sides.gold}
        opinion = seqeval_opinion(sides.gold, [document for document in sides.pred if document.id in kept])
        plain = {"scores": [o._asdict() for o in opinion.opinions], "reasons": list(opinion.reasons)}
        parts.append(Addition(f"with {asked.second}", opinion_text(opinion), plain))
    if asked.errors:
        findings = find_mistakes(sides.columns, with_texts(sides))
        parts.append(Addition("errors", mistakes_text(findings), findings.to_json()))
    return parts


def means_addition(sides: Sides, scores: Scores, asked: Asked) -> Addition:
    """Give the means over documents; where intervals drew sentences, documents are counted again."""
    from goldwire.eval.report import rows_as_plain, slices_text
    from goldwire.eval.scores import document_means
    from goldwire.eval.scoring import score_sides
    from goldwire.eval.sides import drawn
    from goldwire.formats.base import Notes

    if asked.resampling.resamples and drawn(asked.unit, tagged=sides.tagged) == "sentence":
        scores = score_sides(sides._replace(notes=Notes()), list(scores.counts), unit="document")
    rows = list(document_means(scores, asked.resampling))
    return Addition("means over documents", slices_text(rows), rows_as_plain(rows))


def with_texts(sides: Sides) -> list[Document]:
    """Give the gold's documents; one without a text gets that of its prediction."""
    texts = {document.id: document.text for document in sides.pred}
    return [gold if gold.text else replace(gold, text=texts.get(gold.id, "")) for gold in sides.gold]


def sliced(sides: Sides, asked: Asked) -> list[Addition]:
    """Give the slices, their intervals by the unit of the scores."""
    from goldwire.eval.counts import micro
    from goldwire.eval.mistakes.slices import slice_by
    from goldwire.eval.report import slices_text
    from goldwire.eval.scores import rows_of
    from goldwire.eval.sentence_units import by_sentence
    from goldwire.eval.sides import drawn
    from goldwire.formats import read

    training = list(read(asked.training)) if asked.training else []
    units = by_sentence(sides.columns) if drawn(asked.unit, tagged=sides.tagged) == "sentence" else None
    parts = []
    for by in asked.slices:
        counts = slice_by(sides.columns, by, sides.gold, training, rows=units)
        rows = [row for c in counts for row in rows_of(c, {"all": micro}, asked.resampling)]
        parts.append(Addition(f"slices by {by}", slices_text(rows), [row._asdict() for row in rows]))
    return parts


def views_addition(sides: Sides, run: dict[str, Any], how: dict[str, Any]) -> Addition:
    """Give a run's scores in its views: names, shared labels, strings."""
    from goldwire.eval.report import run_text
    from goldwire.eval.runs.views import score_run

    policies = {name: how[name] for name in ("missing_documents", "extra_documents")}
    found = score_run(run, sides.gold, sides.pred, how["labels"], **policies)
    return Addition("views of the run", run_text(found), found.to_json())


def show(scores: Scores, parts: Sequence[Addition], style: str, output: Path | None) -> None:
    """Print the scores, or write them to a file in the style that its name says."""
    if output:
        from goldwire.formats.files import write_text

        write_text(output, _text(scores, parts, style or {".json": "json", ".md": "markdown"}.get(output.suffix, "")))
        say(f"wrote {output}")
    else:
        click.echo(_text(scores, parts, style), nl=False)


def _text(scores: Scores, parts: Sequence[Addition], style: str) -> str:
    from goldwire.eval.report import fenced

    if style == "json":
        return as_json_text({**scores.to_json(), **{part.name: part.plain for part in parts}}) + "\n"
    if style == "markdown":
        return scores.to_markdown() + "".join(f"\n### {part.name}\n\n{fenced(part.text)}" for part in parts)
    return scores.table(by_label=style == "labels") + "".join(f"\n{part.name}\n{part.text}" for part in parts)
