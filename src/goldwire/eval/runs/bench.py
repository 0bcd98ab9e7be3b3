"""All systems of a folder run and scored over one gold: predictions, results and the leaderboard.

Running is in running, scoring in scoring; here what they give is put together and written. Nothing written here tells
of time, so that the same systems over the same gold give the same files.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from goldwire.document import Document
from goldwire.eval.report import percent
from goldwire.eval.runs.folder import write_json
from goldwire.eval.runs.running import Changed, Run, run
from goldwire.eval.runs.views import FULL, NAMES, SHARED, STRINGS, VIEWS, score_views, views
from goldwire.eval.scoring import Scores
from goldwire.eval.systems.base import Context, System
from goldwire.formats.base import Options
from goldwire.formats.files import read_bytes, replacing, write_text
from goldwire.formats.goldwire_json import read
from goldwire.labels import LabelSet


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
    found = views(done.table, gold, pred)
    scores = score_views(found, done.table, labels=labels, bootstrap=bootstrap, seed=seed)
    return Result(system, done, scores, {name: dict(sorted(sides.left_out.items())) for name, sides in found.items()})


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
