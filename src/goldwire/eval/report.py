"""Scores as JSON, Markdown and plain text: the one place where figures are rounded.

Nothing is computed here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from goldwire.eval.measures import by_name

if TYPE_CHECKING:
    from goldwire.eval.scoring import Row, Scores

AVERAGE_NAMES = ("micro", "macro", "weighted", "mean")
HEADER = ("measure", "of", "P", "R", "F1", "95 %", "gold", "pred", "cor", "inc", "par", "mis", "spu")


def to_json(scores: Scores) -> dict[str, Any]:
    """Give rows, signature and notes as plain values; undefined figures are None."""
    return {
        "scores": [{name: _plain(value) for name, value in row._asdict().items()} for row in scores.rows],
        "signature": {name: str(scores.signature.of(by_name(name))) for name in scores.counts},
        "settings": dict(scores.signature.fields),
        "notes": list(scores.notes),
    }


def to_markdown(scores: Scores) -> str:
    """Give a table of averages, a table of labels for each measure, notes and signature."""
    averages = [row for row in scores.rows if row.name in AVERAGE_NAMES]
    parts = [_markdown(HEADER, map(cells, averages))]
    labels = (row for row in scores.rows if row.name not in AVERAGE_NAMES)
    for measure, rows in groupby(labels, key=lambda row: row.measure):
        header = ("label", *HEADER[2:])
        parts.append(f"### {measure}, by label\n\n" + _markdown(header, (cells(row)[1:] for row in rows)))
    parts.append("\n".join(f"- {line}" for line in foot(scores)))
    return "\n\n".join(part for part in parts if part) + "\n"


def to_text(scores: Scores) -> str:
    """Give an aligned table of all rows, then notes and signature."""
    rows = [HEADER, *map(cells, scores.rows)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEADER))]
    lines = [
        "  ".join(_aligned(cell, width, i) for i, (cell, width) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    ]
    return "\n".join([*(line.rstrip() for line in lines), "", *foot(scores)]) + "\n"


def foot(scores: Scores) -> list[str]:
    """Give the notes and the signature, a line each."""
    return [*(f"note: {note}" for note in scores.notes), f"signature: {scores.signature}"]


def cells(row: Row) -> tuple[str, ...]:
    """Give a row's figures as percent with two digits, counts as they are, undefined as a dash."""
    bounds = "" if math.isnan(row.low) else f"{percent(row.low)}-{percent(row.high)}"
    numbers = (row.gold, row.pred, row.correct, row.incorrect, row.partial, row.missing, row.spurious)
    figures = (percent(row.precision), percent(row.recall), percent(row.f1))
    return (row.measure, row.name, *figures, bounds, *(_count(number) for number in numbers))


def percent(value: float) -> str:
    """Give a ratio as percent with two digits; an undefined one as a dash."""
    return "–" if math.isnan(value) else f"{100 * value:.2f}"


def _count(number: float) -> str:
    if math.isnan(number):
        return "–"
    return str(number) if isinstance(number, int) else f"{number:.2f}"


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


def _aligned(cell: str, width: int, column: int) -> str:
    return cell.ljust(width) if column < 2 else cell.rjust(width)


def _markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    body = [f"| {' | '.join(_escaped(cell) for cell in row)} |" for row in rows]
    if not body:
        return ""
    rule = "|" + "|".join("---" if i < 2 else "--:" for i in range(len(header))) + "|"
    return "\n".join([f"| {' | '.join(header)} |", rule, *body])


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|").replace("<", "&lt;")
