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
    from goldwire.eval.findings import Findings
    from goldwire.eval.scoring import Row, Scores
    from goldwire.eval.second_opinion import SecondOpinion

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
    return aligned([HEADER, *map(cells, scores.rows)]) + "\n" + "".join(f"{line}\n" for line in foot(scores))


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


def _aligned(cell: str, width: int, column: int, texts: int) -> str:
    return cell.ljust(width) if column < texts else cell.rjust(width)


def _markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    body = [f"| {' | '.join(_escaped(cell) for cell in row)} |" for row in rows]
    if not body:
        return ""
    rule = "|" + "|".join("---" if i < 2 else "--:" for i in range(len(header))) + "|"
    return "\n".join([f"| {' | '.join(header)} |", rule, *body])


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|").replace("<", "&lt;")


def slices_text(rows: Sequence[Row]) -> str:
    """Give the rows of slices as an aligned table."""
    return aligned([HEADER, *map(cells, rows)])


def mistakes_text(findings: Findings) -> str:
    """Give the classes of mistakes with their counts and the F1 if mended, then each mistake on a line."""
    parts = []
    for layer in ("mentions", "relations"):
        rows = [
            (r["name"], str(r["gold"]), str(r["pred"]), percent(r["f1_if_mended"])) for r in findings.summary[layer]
        ]
        parts.append(f"{layer}\n" + aligned([("class", "gold", "pred", "strict F1 if mended"), *rows], texts=1))
    lost = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in findings.summary["relations lost"].items())
    lines = [*map(_mention_line, findings.mentions), *map(_relation_line, findings.relations)]
    return "\n".join([*parts, f"gold relations: {lost}", "", *lines]) + "\n"


def opinion_text(opinion: SecondOpinion) -> str:
    """Give two scorers' figures beside each other, then why they differ."""
    rows = [(o.scorer, *map(percent, o[1:])) for o in opinion.opinions]
    return aligned([("scorer (micro)", "P", "R", "F1"), *rows], texts=1) + "".join(f"- {r}\n" for r in opinion.reasons)


def aligned(rows: Sequence[Sequence[str]], texts: int = 2) -> str:
    """Give rows in columns; the first `texts` are set to the left, the others, numbers, to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(_aligned(c, w, i, texts) for i, (c, w) in enumerate(zip(row, widths, strict=True))) for row in rows
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _mention_line(finding: dict[str, Any]) -> str:
    sides = (
        f"{m['label']} {m['start']}-{m['end']} {m['text']!r}" if m else "–" for m in (finding["gold"], finding["pred"])
    )
    return f"{finding['document']}: {finding['class']}: {' -> '.join(sides)}  … {finding['context']} …"


def _relation_line(finding: dict[str, Any]) -> str:
    sides = (
        f"{r['label']}({r['head']['text']!r}, {r['tail']['text']!r})" if r else "–"
        for r in (finding["gold"], finding["pred"])
    )
    return f"{finding['document']}: {finding['class']}: {' -> '.join(sides)}"
