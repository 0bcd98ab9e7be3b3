"""All systems of a folder run and scored over one gold: predictions, results and the leaderboard.

Running is in runs, scoring in scoring; here what they give is put together and written. Nothing written here tells of
time, so that the same systems over the same gold give the same files.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from goldwire.document import Document
from goldwire.eval.report import percent
from goldwire.eval.runs.folder import write_json
from goldwire.eval.runs.running import Changed, Run, run
from goldwire.eval.scoring import Scores, score
from goldwire.eval.systems.base import Context, System
from goldwire.eval.systems.label_maps import LabelMap, identity, label_map, shared
from goldwire.eval.systems.string_view import strings
from goldwire.formats.base import Options
from goldwire.formats.files import read_bytes, replacing, write_text
from goldwire.formats.goldwire_json import read
from goldwire.labels import LabelSet

FULL, NAMES, SHARED, STRINGS = "full", "names", "shared", "strings"
VIEWS = {
    FULL: "all mentions of the gold",
    NAMES: "mentions of level name on both sides (a predicted mention that says no level counts as a name)",
    SHARED: "names, in the labels that the system can give or its label map shares; others are left out on both sides",
}
"""The views in which a system is scored: what is kept of gold and predictions."""


@dataclass(frozen=True, slots=True)
class Result:
    """A system's scores in each view, what each view left out, and its run."""

    system: System
    run: Run
    scores: Mapping[str, Scores]
    left_out: Mapping[str, Mapping[str, int]]

    def to_json(self) -> dict[str, Any]:
        """Give all of it as plain values, the same for the same predictions and gold."""
        table = {key: value for key, value in self.run.table.items() if key != "status"}
        views = {name: {"left_out": self.left_out[name], **found.to_json()} for name, found in self.scores.items()}
        return {"generated_by": "goldwire bench", **table, "views": views}


def bench(
    systems: Sequence[System],
    gold: Sequence[Document],
    runs: Path,
    *,
    labels: LabelSet | None = None,
    bootstrap: int = 1000,
    seed: int = 0,
    begun: Callable[[System], None] = lambda system: None,
) -> list[Result]:
    """Run each system over the gold's texts, into a folder of its own in `runs`, and score it in every view.

    A run that stands is kept if the system, its model and the texts are the same, and begun again if not.
    """
    results = []
    for system in systems:
        begun(system)
        context = Context(tuple(gold), runs / "cache", labels)
        done = _run(system, gold, runs / system.name, context)
        results.append(scored(system, done, gold, labels=labels, bootstrap=bootstrap, seed=seed))
    return results


def _run(system: System, gold: Sequence[Document], folder: Path, context: Context) -> Run:
    try:
        return run(system, gold, folder, context, verify=True)
    except Changed:
        return run(system, gold, folder, context, fresh=True)


def scored(
    system: System,
    done: Run,
    gold: Sequence[Document],
    *,
    labels: LabelSet | None = None,
    bootstrap: int = 1000,
    seed: int = 0,
) -> Result:
    """Score a finished run in every view; a run can be scored as often as one likes."""
    pred = list(read(done.predictions, Options()))
    views = {name: view(name, gold, pred, shared_map(system, done)) for name in VIEWS}
    scores = {
        name: score(golds, preds, labels=labels, bootstrap=bootstrap, seed=seed)
        for name, (golds, preds, _) in views.items()
    }
    if done.table["model"].get("strings"):
        sides = strings(views[NAMES][0], views[NAMES][1])
        scores[STRINGS] = score(*sides, measures=["mentions/strict"], bootstrap=bootstrap, seed=seed)
        views[STRINGS] = ([], [], Counter())
    return Result(system, done, scores, {name: dict(sorted(lost.items())) for name, (_, _, lost) in views.items()})


def shared_map(system: System, done: Run) -> LabelMap | None:
    """Give the label map of a system, or that of the labels it says it can give, or None if it says none."""
    if system.label_map:
        return label_map(system.label_map)
    model = done.table["model"]
    if not model.get("mention_labels"):
        return None
    return identity(model["mention_labels"], model.get("relation_labels", ()))


def view(
    name: str, gold: Iterable[Document], pred: Iterable[Document], maps: LabelMap | None
) -> tuple[list[Document], list[Document], Counter[str]]:
    """Give gold and predictions as a view sees them, and what it left out of each, by label."""
    golds, preds = list(gold), list(pred)
    if name == FULL:
        return golds, preds, Counter()
    golds, preds = [names_only(document) for document in golds], [names_only(document) for document in preds]
    if name == NAMES or maps is None:
        return golds, preds, Counter()
    golds, lost = shared(golds, maps)
    preds, spare = shared(preds, maps)
    sides = {"gold": lost, "pred": spare}
    return golds, preds, Counter({f"{side} {what}": n for side, found in sides.items() for what, n in found.items()})


def names_only(document: Document) -> Document:
    """Give a document with only its mentions of level name, or of no level, and the relations between these."""
    kept = tuple(m for m in document.mentions if m.level in ("", "name"))
    names = {mention.id for mention in kept}
    relations = tuple(r for r in document.relations if r.head in names and r.tail in names)
    entities = tuple(
        replace(e, mentions=held) for e in document.entities if (held := tuple(m for m in e.mentions if m in names))
    )
    return replace(document, mentions=kept, relations=relations, entities=entities)


def write_results(results: Sequence[Result], folder: Path, *, whole: bool = True) -> None:
    """Write predictions/NAME.jsonl and results/NAME.json of each system; if they are all, the leaderboard README.md."""
    for result in results:
        with replacing(folder / "predictions" / f"{result.system.name}.jsonl") as temporary:
            temporary.write_bytes(read_bytes(result.run.predictions))
        (folder / "results").mkdir(parents=True, exist_ok=True)
        write_json(folder / "results" / f"{result.system.name}.json", result.to_json())
    if whole:
        write_text(folder / "README.md", leaderboard(results))


TITLE = "micro F1 in percent, 95 % bootstrap interval over documents"
COLUMNS = (
    (NAMES, "mentions/strict"),
    (NAMES, "mentions/partial"),
    (SHARED, "mentions/strict"),
    (FULL, "mentions/strict"),
    (FULL, "relations/strict"),
    (FULL, "relations/boundaries"),
)
"""The columns of the leaderboard: view and measure, the first of which ranks."""


def ranked(results: Iterable[Result]) -> list[Result]:
    """Give results by the F1 of the first column, the best first; equal ones by name."""
    return sorted(results, key=lambda r: (-_known(_f1(r, *COLUMNS[0])), -_known(_f1(r, *COLUMNS[4])), r.system.name))


def rows(results: Iterable[Result]) -> list[list[str]]:
    """Give the leaderboard's rows: the system, then F1 with its interval for each column, then failures."""
    return [
        [r.system.name, *(cell(r, *column) for column in COLUMNS), str(len(r.run.failures))] for r in ranked(results)
    ]


def header() -> list[str]:
    """Give the heads of the leaderboard's columns."""
    return ["system", *(f"{measure}, {name}" for name, measure in COLUMNS), "failed"]


def cell(result: Result, name: str, measure: str) -> str:
    """Give a micro F1 in percent with its 95 % interval; a dash where it is undefined or was not scored."""
    scores = result.scores[name]
    if measure not in scores.counts:
        return "–"
    row = scores[measure]
    bounds = "" if math.isnan(row.low) else f" [{percent(row.low)}, {percent(row.high)}]"
    return percent(row.f1) + bounds


def _f1(result: Result, name: str, measure: str) -> float:
    return result.scores[name][measure].f1 if measure in result.scores[name].counts else math.nan


def _known(value: float) -> float:
    return -1.0 if math.isnan(value) else value


def leaderboard(results: Sequence[Result]) -> str:
    """Give the leaderboard as Markdown."""
    lines = [
        "<!-- Generated by `goldwire bench`; do not edit. -->",
        "# Leaderboard",
        "",
        *_caption(results),
        "",
        _line(header()),
        _line(["---"] + ["--:"] * (len(header()) - 1)),
        *map(_line, rows(results)),
        "",
        "## Views",
        "",
        *(f"- **{name}**: {text}." for name, text in VIEWS.items()),
        "",
        "## Systems",
        "",
        *(_about(result) for result in ranked(results)),
        "",
        "## Notes",
        "",
        *_notes(results),
    ]
    return "\n".join(lines) + "\n"


def _caption(results: Sequence[Result]) -> list[str]:
    documents = results[0].run.table["data"]["documents"] if results else 0
    few = (
        f" {documents} documents tell little apart: each draw of the bootstrap holds {documents} documents, so the"
        " intervals show no more than how far apart single documents lie. Do not rank systems by them."
    )
    return [
        f"Micro-averaged F1 in percent over {documents} documents, with a 95 % bootstrap interval over documents."
        + (few if documents < 20 else ""),
        "Each column names its measure and the view in which it was counted.",
    ]


def _about(result: Result) -> str:
    model = result.run.table["model"]
    versions = ", ".join(f"{key} {value}" for key, value in model.items() if isinstance(value, str) and len(value) < 20)
    seed = f", seed {result.system.seed}"
    return f"- **{result.system.name}** ({result.system.kind}{seed}): {result.system.description or '–'} ({versions})"


def _notes(results: Sequence[Result]) -> list[str]:
    lines = []
    for result in ranked(results):
        name = result.system.name
        said = [*result.scores[FULL].notes, *(f"{what}: {n}" for what, n in result.run.table["notes"].items())]
        if STRINGS in result.scores:
            said.append(
                f"mentions/strict over strings, wherever they stand: {cell(result, STRINGS, 'mentions/strict')}"
            )
        said += [f"failed, scored as empty: {key} ({why})" for key, why in result.run.failures.items()]
        said += [f"left out of the shared view: {n} × {what}" for what, n in result.left_out[SHARED].items()]
        lines += [f"- {name}: {' '.join(line.split())}" for line in said]
    signature = next((str(r.scores[NAMES].signature_of("mentions/strict")) for r in results), "")
    return [*lines, f"- signature of mentions/strict, names (first system): `{signature}`"]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(text.replace('|', '/') for text in cells)} |"
