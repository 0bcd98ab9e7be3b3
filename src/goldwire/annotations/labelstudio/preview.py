"""What a Label Studio server would do to tasks, known before they are sent: what it drops, rewrites, or chokes on.

The facts are those of server 1.23, measured; nothing is sent here.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from goldwire.errors import Problem
from goldwire.formats.base import Notes
from goldwire.formats.label_studio_names import DOCUMENT_ID, TEXT
from goldwire.formats.label_studio_records import Json

TASK_KEPT = {"data", "annotations", "predictions", "meta"}
ANNOTATION_KEPT = {"result", "completed_by", "ground_truth", "was_cancelled", "lead_time"}
PREDICTION_KEPT = {"result", "model_version", "score"}
MAX_INTEGER = 2**63 - 1
_SURROGATE = re.compile("[\ud800-\udfff]")


def dropped(task: Json, notes: Notes) -> None:
    """Count what an import drops or rewrites in a task: fields of tasks, annotations and predictions, and drafts."""
    where = str(task.get("data", {}).get(DOCUMENT_ID) or f"task {task.get('id')}")
    _fields(task, TASK_KEPT, "task", where, notes)
    if task.get("drafts"):
        notes.lose("drafts: dropped", where, len(task["drafts"]))
    for annotation in task.get("annotations") or ():
        _fields(annotation, ANNOTATION_KEPT | {"id"}, "annotation", where, notes)
        if "id" in annotation:
            notes.add("annotation field 'id': becomes import_id, a new id is given", where)
        if "ground_truth" not in annotation:
            notes.add("annotation without ground_truth: the server makes it true", where)
        if "completed_by" not in annotation:
            notes.add("annotation without completed_by: the one who sends it becomes its annotator", where)
    for prediction in task.get("predictions") or ():
        if isinstance(prediction, dict):
            _fields(prediction, PREDICTION_KEPT, "prediction", where, notes)
            if not prediction.get("model_version"):
                notes.add("prediction without model_version: becomes 'undefined'", where)


def problems(task: Json, offered: Mapping[str, frozenset[str]]) -> Iterator[Problem]:
    """Give what would break a server or its editor: text, numbers, offsets, labels, ids, references.

    `offered` are the values of each control of the interface (relations' by `relation`).
    """
    if not isinstance(task.get("data"), dict):
        yield Problem("task", 'has no "data": a server would take the annotations for data', 'wrap it: {"data": ...}')
        return
    where = str(task["data"].get(DOCUMENT_ID) or f"task {task.get('id')}")
    yield from _values(task, where)
    text = task["data"].get(TEXT)
    for kind in ("annotations", "predictions"):
        for number, part in enumerate(task.get(kind) or (), start=1):
            place = f"{where}: {kind[:-1]} {number}"
            if not isinstance(part, dict):
                yield Problem(place, "is a bare id: imports of it fail halfway", "take predictions from a snapshot")
            else:
                yield from _results(part.get("result") or [], text, offered, place)
                yield from _completed_by(part.get("completed_by"), place)


def _fields(entry: Json, kept: set[str], kind: str, where: str, notes: Notes) -> None:
    for key in entry.keys() - kept - {"drafts"}:
        notes.lose(f"{kind} field {key!r}: dropped or given anew", where)


def _values(task: Json, where: str) -> Iterator[Problem]:
    """Give the values that JSON, a database or an export cannot hold."""
    try:
        plain = json.dumps(task, ensure_ascii=False, allow_nan=False)
    except ValueError:
        yield Problem(where, "holds NaN or Infinity", "JSON has no such numbers")
    else:
        if "\\u0000" in plain and any(isinstance(leaf, str) and "\0" in leaf for leaf in _leaves(task)):
            yield Problem(where, "holds a NUL character", "databases refuse it: remove it")
        if not plain.isascii() and _SURROGATE.search(plain):
            yield Problem(where, "holds half of a surrogate pair", "remove it: it would brick the project's export")
    if any(isinstance(value, int) and abs(value) > MAX_INTEGER for value in _leaves(task["data"])):
        yield Problem(where, f"holds an integer beyond {MAX_INTEGER} in its data", "send it as a string")


def _leaves(value: Any) -> Iterator[Any]:
    """Give all strings and numbers in JSON, keys included."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    else:
        yield value


def _results(results: list[Json], text: object, offered: Mapping[str, frozenset[str]], where: str) -> Iterator[Problem]:
    regions = {result.get("id") for result in results if result.get("type") != "relation"}
    counts = Counter((r.get("id"), r.get("from_name")) for r in results if r.get("type") != "relation" and r.get("id"))
    for (id, control), count in counts.items():
        if count > 1:
            yield Problem(f"{where}: region {id}", f"its id stands {count} times in {control!r}", "give each its own")
    for result in results:
        if result.get("type") == "relation":
            yield from _relation(result, regions, offered, where)
        else:
            yield from _region(result, text, offered, f"{where}: region {result.get('id')}")


def _region(result: Json, text: object, offered: Mapping[str, frozenset[str]], where: str) -> Iterator[Problem]:
    value, control, kind = result.get("value") or {}, str(result.get("from_name")), result.get("type")
    if control not in offered:
        yield Problem(where, f"no control {control!r} in the interface", f"there are {', '.join(sorted(offered))}")
    elif kind in ("labels", "choices") and (unknown := sorted(set(map(str, value.get(kind) or ())) - offered[control])):
        yield Problem(where, f"{control!r} does not offer {', '.join(unknown)}", "add it to the interface")
    start, end = value.get("start"), value.get("end")
    if isinstance(text, str) and kind == "labels":
        if type(start) is not int or type(end) is not int:
            yield Problem(where, f"[{start}, {end}) are no whole numbers", "offsets count code points")
        elif not 0 <= start < end <= len(text):
            yield Problem(where, f"[{start}, {end}) lies outside the text of {len(text)}", "offsets count code points")


def _relation(result: Json, regions: set[Any], offered: Mapping[str, frozenset[str]], where: str) -> Iterator[Problem]:
    place = f"{where}: relation {result.get('from_id')} → {result.get('to_id')}"
    for end in (result.get("from_id"), result.get("to_id")):
        if end not in regions:
            yield Problem(place, f"no region {end}", "the editor stays blank with it: remove the relation")
    if result.get("direction") not in ("right", "left", "bi"):
        yield Problem(place, f"its direction is {result.get('direction')!r}", "say right, left or bi")
    for label in result.get("labels") or ():
        if label not in offered.get("relation", ()):
            yield Problem(place, f"the interface has no relation {label!r}", "an update in the editor would remove it")


def _completed_by(value: object, where: str) -> Iterator[Problem]:
    if value is not None and not (isinstance(value, int) or (isinstance(value, dict) and value.get("email"))):
        yield Problem(where, f"completed_by is {value!r}", 'say {"email": ...}')
