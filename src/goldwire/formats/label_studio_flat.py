"""JSON_MIN and CSV exports: read only, one row an annotation, turned into whole tasks.

What these forms cannot hold (relations, ids, answers' regions, predictions) is said in the notes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from goldwire.errors import InputError
from goldwire.formats.base import Notes
from goldwire.formats.files import decode
from goldwire.formats.json_values import parse
from goldwire.formats.label_studio_records import Json

LOSS = (
    "rows of a {} export: it holds no relations, region ids, predictions or skipped annotations (export JSON instead)"
)
_ABOUT = {"annotator", "annotation_id", "created_at", "updated_at", "lead_time", "agreement"}


def is_flat(path: Path, data: bytes, *, whole: bool = True) -> bool:
    """Say whether bytes are a JSON_MIN or CSV export; of a part of a file, by its first characters."""
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:65536]
    if path.suffix in (".csv", ".tsv"):
        first = start.split(b"\n", 1)[0]
        return b"annotation_id" in first and b"annotator" in first
    marks = b'"annotation_id"' in (start if not whole else data) and b'"annotator"' in (start if not whole else data)
    return start[:1] == b"[" and marks and b'"annotations"' not in (start if not whole else data)


def flat_tasks(path: Path, data: bytes, notes: Notes) -> list[Json]:
    """Give the tasks of a JSON_MIN or CSV export, each row's annotation under its task.

    Raises:
        InputError: the file is no JSON or CSV of that kind.
    """
    table = path.suffix in (".csv", ".tsv")
    rows = _table(path, data) if table else _objects(path, data)
    if not rows:
        raise InputError(path, "has no row", "export annotated tasks")
    notes.lose(LOSS.format("CSV" if table else "JSON_MIN"), str(path), len(rows))
    tasks: dict[str, Json] = {}
    for number, row in enumerate(rows, start=1):
        key = str(row.get("id", number))
        task = tasks.setdefault(key, {"id": _whole(row.get("id", number)), "data": _data(row), "annotations": []})
        task["annotations"].append(_annotation(row, notes))
    return list(tasks.values())


def _annotation(row: Json, notes: Notes) -> Json:
    results = []
    for name, value in row.items():
        for number, span in enumerate(value if _spans(value) else (), start=1):
            id = f"{name}{number}"
            results.append({"id": id, "from_name": name, "to_name": "text", "type": "labels", "value": span})
        if name not in _ABOUT and isinstance(value, dict | list) and not _spans(value) and value:
            notes.lose(f"answers of {name!r}, whose regions a row does not tell", str(row.get("id", "")))
    return {
        "id": _whole(row.get("annotation_id")),
        "completed_by": _whole(row.get("annotator")) or None,
        "created_at": row.get("created_at"),
        "was_cancelled": False,
        "ground_truth": False,
        "result": results,
    }


def _spans(value: object) -> bool:
    """Say whether a field holds regions of a text: objects with start, end and labels."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(span, dict) and {"start", "end", "labels"} <= span.keys() for span in value)
    )


def _data(row: Json) -> Json:
    return {k: v for k, v in row.items() if k not in _ABOUT and k != "id" and isinstance(v, str)}


def _objects(path: Path, data: bytes) -> list[Json]:
    rows = parse(data, path)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(path, "is no list of rows", "export the project as JSON_MIN, or better as JSON")
    return rows


def _table(path: Path, data: bytes) -> list[Json]:
    text = decode(path, data)
    separator = "\t" if "\t" in text.split("\n", 1)[0] else ","
    rows: Iterable[dict[str, str]] = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    return [{key: _cell(value) for key, value in row.items() if key} for row in rows]


def _cell(value: str | None) -> Any:
    """Give the spans in a cell; any other cell stays the string it is, numbers and NA included."""
    if value and value[:2] == "[{":
        try:
            return parse(value.encode("utf-8", "surrogatepass"), "")
        except InputError:
            return value
    return value or ""


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isdecimal() else value
