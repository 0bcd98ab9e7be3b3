"""Scores as JSON, Markdown and plain text: the one place where figures are rounded.

Nothing is computed here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from goldwire.eval.measures import by_name

if TYPE_CHECKING:
    from goldwire.eval.mistakes.findings import Findings
    from goldwire.eval.runs.views import RunScores
    from goldwire.eval.scores import Row, Scores
    from goldwire.eval.second_opinion import SecondOpinion

_CONTROLS = {code: repr(chr(code))[1:-1] for code in (*range(32), *range(127, 160), 0x2028, 0x2029)}
HEADER = ("measure", "of", "P", "R", "F1", "95 %", "gold", "pred", "cor", "inc", "par", "mis", "spu")


def to_json(scores: Scores) -> dict[str, Any]:
    """Give rows, signature and notes as plain values; undefined figures are None."""
    signatures = {name: str(scores.signature.of(by_name(name))) for name in scores.counts}
    return {
        "scores": rows_as_plain(scores.rows),
        "signature": signatures or {row.measure: str(scores.signature) for row in scores.rows},
        "settings": dict(scores.signature.fields),
        "notes": list(scores.notes),
    }


def rows_as_plain(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Give rows as plain values; undefined figures are None."""
    return [{name: _plain(value) for name, value in row._asdict().items()} for row in rows]


def to_markdown(scores: Scores) -> str:
    """Give a table of averages, a table of labels for each measure, notes and signature."""
    parts = [_markdown(HEADER, (cells(row) for row in scores.rows if row.average))]
    labels = (row for row in scores.rows if not row.average)
    for measure, rows in groupby(labels, key=lambda row: row.measure):
        header = ("label", *HEADER[2:])
        parts.append(f"### {measure}, by label\n\n" + _markdown(header, (cells(row)[1:] for row in rows)))
    parts.append("\n".join(f"- {line}" for line in foot(scores)))
    return "\n\n".join(part for part in parts if part) + "\n"


def to_text(scores: Scores, *, by_label: bool = False) -> str:
    """Give a table of each measure's averages, by label those of all its rows; then notes and signature."""
    if not scores.counts:
        tables = [full_table(scores.rows)]
    else:
        tables = [compact_table([row for row in scores.rows if row.average])]
        if by_label:
            labels = (row for row in scores.rows if not row.average)
            groups = (list(rows) for _, rows in groupby(labels, key=lambda row: row.measure))
            tables += [f"{rows[0].measure}\n{full_table(rows, of='label')}" for rows in groups]
    return "\n".join([*tables, "".join(f"{line}\n" for line in foot(scores))])


def run_text(found: RunScores) -> str:
    """Give a run's scores in each view side by side, then what was left out, noted or failed."""
    rows = [
        (name, row.measure, percent(row.precision), percent(row.recall), percent(row.f1), *map(_count, row[5:8]))
        for name, row in found.rows
    ]
    lines = [f"left out of the shared view: {times} × {what}" for what, times in found.left_out.items()]
    lines += [f"run: {times} × {what}" for what, times in found.notes.items()]
    lines += failed_lines(found.failures)
    table = aligned([("view", "measure", "P", "R", "F1", "gold", "pred", "correct"), *rows], texts=2)
    return table + "".join(f"{line}\n" for line in [_VIEWS_LEGEND, *lines])


def failed_lines(failures: Mapping[str, str]) -> list[str]:
    """Tell which documents of a run failed, the first of many with their errors."""
    lines = [f"warning: {name} failed and counts as empty: {error}" for name, error in failures.items()]
    if len(lines) <= 2 * _FEW:
        return lines
    return [*lines[:_FEW], f"warning: {len(lines) - _FEW} more failed and count as empty; run.json has their errors"]


_FEW = 10
_VIEWS_LEGEND = (
    "full: all mentions; names: those of level name; shared: names, in the labels that gold and system share;"
    " strings: names, wherever they stand"
)


def compact_table(rows: Sequence[Row]) -> str:
    """Give a line a measure: precision, recall and F1 of its micro average (or its own mean), then its macro F1."""
    sure = any(not math.isnan(row.low) for row in rows)
    lines = [tuple(name for name in _COMPACT_HEADER if sure or name != "95 %")]
    for _, group in groupby(rows, key=lambda row: row.measure):
        own = {row.name: row for row in group}
        first = next(iter(own.values()))
        macro = own.get("macro")
        bounds = [_bounds(first)] if sure else []
        more = (percent(macro.f1), *([_bounds(macro)] if sure else [])) if macro else ("", *([""] if sure else []))
        ratios = (percent(first.precision), percent(first.recall), percent(first.f1))
        lines.append(
            (first.measure, *ratios, *bounds, *more, _count(first.gold), _count(first.pred), _count(first.correct))
        )
    return aligned(lines, texts=1)


_COMPACT_HEADER = ("measure", "P", "R", "F1", "95 %", "macro F1", "95 %", "gold", "pred", "correct")


def full_table(rows: Sequence[Row], of: str = "") -> str:
    """Give all figures and counts of rows; columns that say nothing in any row are left out.

    of: what the rows are, where they are all of one measure, which is then named in the table's title only.
    """
    first = 1 if of else 0
    lines = [(HEADER[0], of or HEADER[1], *HEADER[2:])[first:], *(cells(row)[first:] for row in rows)]
    said = [any(line[place] not in ("", "–") for line in lines[1:]) for place in range(len(lines[0]))]
    kept = [place for place, there in enumerate(said) if there or place < 5 - first]
    return aligned([tuple(line[place] for place in kept) for line in lines], texts=2 - first)


def foot(scores: Scores) -> list[str]:
    """Give over how many labels macro averages are, the notes and the signature, a line each."""
    return [*_macro_lines(scores), *(f"note: {note}" for note in scores.notes), f"signature: {scores.signature}"]


def _macro_lines(scores: Scores) -> list[str]:
    by_number: dict[int, list[str]] = {}
    for measure, number in scores.macro_labels().items():
        by_number.setdefault(number, []).append(measure)
    named = {f"{number} label{'s' * (number != 1)}": ", ".join(names) for number, names in by_number.items()}
    return [f"macro: over {number} ({names})" for number, names in named.items()]


def cells(row: Row) -> tuple[str, ...]:
    """Give a row's figures as percent with two digits, counts as they are, undefined as a dash."""
    numbers = (row.gold, row.pred, row.correct, row.incorrect, row.partial, row.missing, row.spurious)
    figures = (percent(row.precision), percent(row.recall), percent(row.f1))
    return (row.measure, row.name, *figures, _bounds(row), *(_count(number) for number in numbers))


def _bounds(row: Row) -> str:
    return "" if math.isnan(row.low) else f"{percent(row.low)}-{percent(row.high)}"


def percent(value: float) -> str:
    """Give a ratio as percent with two digits; an undefined one as a dash.

    The product is rounded first, so that 23/160 is 14.375 and not a little less: what 100.0 * 23 / 160 prints.
    """
    return "–" if math.isnan(value) else f"{round(100 * value, 10):.2f}"


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
    return one_line(cell).replace("|", "\\|").replace("<", "&lt;")


def one_line(text: str) -> str:
    """Give a text in one line of a table: line breaks, tabs and other control characters as Python writes them."""
    return text.translate(_CONTROLS)


def fenced(text: str) -> str:
    """Give a text as a block of Markdown, its fence longer than any in it."""
    fence = max(["```", *(f"{ticks}`" for ticks in re.findall("`{3,}", text))], key=len)
    return f"{fence}\n{text}{fence}\n"


def slices_text(rows: Sequence[Row]) -> str:
    """Give the rows of slices, or of means over documents, as an aligned table."""
    return full_table(rows)


def mistakes_text(findings: Findings) -> str:
    """Give each layer's classes with counts and F1 if mended, the confusion matrix, then each mistake on a line."""
    there = [
        layer for layer in ("mentions", "relations") if any(r["gold"] or r["pred"] for r in findings.summary[layer])
    ]
    parts = [_classes(layer, findings) for layer in there]
    if "mentions" in there:
        parts.insert(1, confusion_text(**findings.summary["confusion"]))
    if "relations" in there:
        lost = findings.summary["relations lost"].items()
        parts.append("gold relations: " + ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in lost))
    lines = [*map(_mention_line, findings.mentions), *map(_relation_line, findings.relations)]
    return "\n".join([*parts, "", *lines]) + "\n"


def confusion_text(gold: Sequence[str], pred: Sequence[str], counts: Sequence[Sequence[int]]) -> str:
    """Give the confusion matrix of mentions, gold in rows; labels of neither side are left out, zeros are dots."""
    rows = [place for place, row in enumerate(counts) if any(row)]
    columns = [place for place, column in enumerate(zip(*counts, strict=True)) if any(column)]
    header = ("gold \\ predicted", *(pred[column] for column in columns))
    lines = [(gold[row], *(str(counts[row][column] or "·") for column in columns)) for row in rows]
    return "confusion\n" + aligned([header, *lines], texts=1)


def _classes(layer: str, findings: Findings) -> str:
    rows = [(r["name"], str(r["gold"]), str(r["pred"]), percent(r["f1_if_mended"])) for r in findings.summary[layer]]
    return f"{layer}\n" + aligned([("class", "gold", "pred", "strict F1 if mended"), *rows], texts=1)


def opinion_text(opinion: SecondOpinion) -> str:
    """Give two scorers' figures beside each other, then why they differ."""
    rows = [(o.scorer, *map(percent, o[1:])) for o in opinion.opinions]
    return aligned([("scorer (micro)", "P", "R", "F1"), *rows], texts=1) + "".join(f"- {r}\n" for r in opinion.reasons)


def aligned(rows: Sequence[Sequence[str]], texts: int = 2) -> str:
    """Give rows in columns; the first `texts` are set to the left, the others, numbers, to the right."""
    shown = [tuple(map(one_line, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    lines = (
        "  ".join(_aligned(c, w, i, texts) for i, (c, w) in enumerate(zip(row, widths, strict=True))) for row in shown
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _mention_line(finding: dict[str, Any]) -> str:
    sides = (
        f"{m['label']} {m['start']}-{m['end']} {m['text']!r}" if m else "–" for m in (finding["gold"], finding["pred"])
    )
    return one_line(f"{finding['document']}: {finding['class']}: {' -> '.join(sides)}  … {finding['context']} …")


def _relation_line(finding: dict[str, Any]) -> str:
    sides = (
        f"{r['label']}({r['head']['text']!r}, {r['tail']['text']!r})" if r else "–"
        for r in (finding["gold"], finding["pred"])
    )
    return one_line(f"{finding['document']}: {finding['class']}: {' -> '.join(sides)}  … {finding['context']} …")
