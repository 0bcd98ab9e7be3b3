"""What a push has to do: the tasks that a server has, laid beside those that it should have.

Nothing is sent here. A server's copy is known by its document id and the hash of its content, never by its number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from goldwire.formats.label_studio_names import DOCUMENT_ID, EXTRAS
from goldwire.formats.label_studio_records import Json

LISTED = "id,data,total_annotations,cancelled_annotations,total_predictions"
"""The fields of a task that tell whether it is there, and whole."""

READ_AGAIN = "id,data,annotations,predictions,import_id,ground_truth,was_cancelled,model_version,score,result"
"""The fields, of tasks and of what is in them, that `arrived` compares; all others would double the server's work."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A task as the server lists it: its number, document, hash, and how many annotations and predictions it has."""

    id: int
    document: str
    hash: str
    annotations: int
    predictions: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do: tasks that are whole, tasks to send, numbers to delete, and documents that people worked on."""

    kept: tuple[Stored, ...]
    send: tuple[Json, ...]
    delete: tuple[int, ...]
    suspects: tuple[Stored, ...]
    """Tasks among `delete` that may hold people's work: they have annotations."""


def stored(task: Mapping[str, Any]) -> Stored:
    """Give what a listed task tells."""
    data = task.get("data") or {}
    extras = data.get(EXTRAS)
    hash = extras.get("hash", "") if isinstance(extras, dict) else ""
    annotations = (task.get("total_annotations") or 0) + (task.get("cancelled_annotations") or 0)
    return Stored(task["id"], str(data.get(DOCUMENT_ID, "")), hash, annotations, task.get("total_predictions") or 0)


def plan(tasks: Iterable[Json], listed: Iterable[Stored], broken: Set[int] = frozenset()) -> Plan:
    """Tell what to do so that the server has each task once and whole; `broken` are numbers that failed a check."""
    there: dict[str, list[Stored]] = defaultdict(list)
    for entry in listed:
        there[entry.document].append(entry)
    kept, send, delete = list[Stored](), list[Json](), list[Stored]()
    for task in tasks:
        copies = there.get(document_of(task), [])
        whole = [copy for copy in copies if copy.id not in broken and is_whole(copy, task)]
        best = max(whole, key=lambda copy: (copy.annotations, -copy.id), default=None)
        if best is None:
            send.append(task)
        else:
            kept.append(best)
        delete += [copy for copy in copies if copy is not best]
    suspects = tuple(copy for copy in delete if copy.annotations)
    return Plan(tuple(kept), tuple(send), tuple(copy.id for copy in delete), suspects)


def is_whole(copy: Stored, task: Json) -> bool:
    """Say whether a server's copy is the task, with at least all that was sent in it (people may have added)."""
    return (
        copy.hash == task["data"][EXTRAS]["hash"]
        and copy.annotations >= len(task.get("annotations") or ())
        and copy.predictions >= len(task.get("predictions") or ())
    )


def document_of(task: Json) -> str:
    """Give the document id of a task that goldwire made."""
    return str(task["data"][DOCUMENT_ID])


def arrived(sent: Json, found: Json) -> bool:
    """Say whether every annotation and prediction that was sent is there, its results equal to the last field."""
    annotations = {entry.get("import_id"): entry for entry in found.get("annotations") or ()}
    for entry in sent.get("annotations") or ():
        copy = annotations.get(entry["id"])
        if copy is None or any(copy[key] != entry[key] for key in ("result", "ground_truth", "was_cancelled")):
            return False
    left = [_said(prediction) for prediction in found.get("predictions") or ()]
    for entry in map(_said, sent.get("predictions") or ()):
        if entry not in left:
            return False
        left.remove(entry)
    return bool(sent["data"] == found["data"])


def is_touched(task: Json) -> bool:
    """Say whether people worked on a server's task: an annotation made or changed there, or a draft."""
    annotations = task.get("annotations") or ()
    made = any(entry.get("import_id") is None for entry in annotations)
    changed = any(entry.get("updated_by") or entry.get("last_action") for entry in annotations)
    return made or changed or bool(task.get("drafts"))


def batches(tasks: Sequence[tuple[Json, bytes]], most: int, size: int) -> Iterable[list[tuple[Json, bytes]]]:
    """Cut tasks (with their JSON) into batches of at most so many tasks, and bytes where a task alone is not more."""
    batch: list[tuple[Json, bytes]] = []
    total = 0
    for task, raw in tasks:
        if batch and (len(batch) == most or total + len(raw) > size):
            yield batch
            batch, total = [], 0
        batch.append((task, raw))
        total += len(raw)
    if batch:
        yield batch


def _said(prediction: Json) -> tuple[Any, ...]:
    return (prediction.get("model_version"), prediction.get("score"), prediction.get("result"))
