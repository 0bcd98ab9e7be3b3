"""Tasks to documents: each annotation and each prediction of a task is a document of its own.

What a region says is read in label_studio_regions; files are read in label_studio.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from goldwire.document import Document, Span, Zone, canonical
from goldwire.errors import InputError
from goldwire.formats.base import Notes
from goldwire.formats.label_studio_names import (
    ANNOTATOR,
    CANCELLED,
    DOCUMENT_ID,
    EXTRAS,
    SYSTEM,
    TEXT,
    annotator_name,
    shared_metadata,
)
from goldwire.formats.label_studio_offsets import Unit
from goldwire.formats.label_studio_records import Annotation, Extras, Layers, Prediction, Result, Task
from goldwire.formats.label_studio_regions import read_results
from goldwire.labels import LabelSet

READABLE = frozenset(
    {"labels", "relation", "choices", "textarea", "taxonomy", "number", "rating", "datetime", "pairwise", "ranker"}
)
_HTML = re.compile(r"\s*<(!DOCTYPE|html|div|p|table|span)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"(https?|s3|gs|azure-blob|file)://\S+|/data/\S+")


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read tasks.

    unit: what offsets count; checked: whether a document none of whose regions has the text it states is refused.
    repair: none, or discard for regions outside the text. labels: tells symmetric relations and defaults.
    text_key: where the text stands, if it is not `text`.
    """

    unit: Unit = "codepoints"
    checked: bool = True
    repair: str = "none"
    labels: LabelSet | None = None
    text_key: str = ""
    notes: Notes = field(default_factory=Notes)


class Version(NamedTuple):
    """A document read from a task, and where it stands there: kind is annotations, predictions, or "" for the text."""

    kind: str
    place: int
    document: Document


def versions(task: Task, number: int, how: Reading) -> list[Version]:
    """Give the documents in a task: one an annotation, one a prediction; of a bare task, its text.

    Raises:
        InputError: the task has no text that can be told, or its regions are no spans of text.
        BrokenRules: regions lie outside the text and the policy of repair is none.
    """
    check_readable(task, number)
    id, text, extras = document_id(task, number), task_text(task, how.text_key, number), read_extras(task, how.notes)
    if _HTML.match(text):
        how.notes.add("texts that look like HTML (read as they stand)", id)
    base = Document(id=id, text=text, metadata=shared_metadata(_without_text(task.data, text)))
    found = [*_annotations(task, base, extras, how), *_predictions(task, base, extras, how)]
    if task.drafts:
        how.notes.add("drafts, which are no annotations yet (not read)", id, len(task.drafts))
    if extras.plain is not None or not found:
        found.append(Version("", 0, canonical(_layered(base, extras.layers, extras.plain or Layers(), None))))
    return found


def document_id(task: Task, number: int) -> str:
    """Give the id of a task's document: its data's doc_id, or the task's own id, or its place in the file."""
    given = task.data.get(DOCUMENT_ID)
    if isinstance(given, str | int) and str(given):
        return str(given)
    return f"task-{task.id if task.id is not None else number}"


def task_text(task: Task, key: str, number: int) -> str:
    """Give the text of a task: data's `text`, the key named, or the only text there is.

    Raises:
        InputError: no text can be told, it is no string, or it is an address where the text would be.
    """
    where = place(task, number)
    texts = {
        k: v for k, v in task.data.items() if isinstance(v, str) and k != DOCUMENT_ID and not _ADDRESS.fullmatch(v)
    }
    chosen = key or (TEXT if TEXT in task.data or len(texts) != 1 else next(iter(texts)))
    if chosen in texts:
        return texts[chosen]
    if chosen in task.data:
        raise InputError(
            where, f"its {chosen!r} is {_kind(task.data[chosen])}, not a text", "goldwire reads <Text> tasks"
        )
    kinds = ", ".join(f"{name!r} ({_kind(value)})" for name, value in task.data.items()) or "nothing"
    raise InputError(where, f"which of its data is the text cannot be told: {kinds}", "name its key (--text-key KEY)")


def check_readable(task: Task, number: int) -> None:
    """Refuse a task whose results are no spans of a text, nor answers.

    Raises:
        InputError: it is; the error says what they are.
    """
    for result in results_in(task):
        if result.type not in READABLE:
            raise InputError(place(task, number), unreadable(result), "goldwire reads the labels of a <Text>")


def results_in(task: Task) -> Iterator[Result]:
    """Give all results of a task's annotations and predictions."""
    for part in (*(task.annotations or ()), *(p for p in task.predictions or () if isinstance(p, Prediction))):
        yield from part.result or ()


def unreadable(result: Result) -> str:
    """Say what a result is that is no span of a text."""
    kinds = {
        "hypertextlabels": "its regions point into HTML, not into a text",
        "paragraphlabels": "its regions point into the turns of a dialogue, not into a text",
        "chatmessage": "its results are messages of a chat, not spans of a text",
    }
    return kinds.get(result.type, f"its results are {result.type or 'of no type'}, not spans of a text")


def place(task: Task, number: int) -> str:
    """Name a task in an error: by its id, or its place in the file."""
    return f"task {task.id if task.id is not None else number}"


def read_extras(task: Task, notes: Notes) -> Extras:
    """Give what goldwire left in a task's data; nothing where it is not ours, or was changed by hand."""
    kept = task.data.get(EXTRAS)
    if kept is None:
        return Extras()
    try:
        return msgspec.convert(kept, Extras)
    except msgspec.ValidationError:
        notes.add(f"data.{EXTRAS} that goldwire did not write (passed over)", f"task {task.id}")
        return Extras()


def annotation_key(annotation: Annotation) -> str:
    """Give the key of an annotation's own layers: the id it was imported with."""
    imported = annotation.id if annotation.import_id is msgspec.UNSET else annotation.import_id
    return f"a{imported}" if imported is not None else ""


def prediction_keys(predictions: list[Prediction]) -> list[str]:
    """Give the keys of predictions' own layers: the model's name, and which of its predictions it is."""
    seen: Counter[str] = Counter()
    keys = []
    for prediction in predictions:
        name = prediction.model_version or ""
        keys.append(f"p{seen[name]}:{name}")
        seen[name] += 1
    return keys


def _annotations(task: Task, base: Document, extras: Extras, how: Reading) -> Iterator[Version]:
    for index, annotation in enumerate(task.annotations or ()):
        own = extras.versions.get(annotation_key(annotation))
        role = dict(own.role) if own else _annotator(annotation.completed_by)
        if role.get(CANCELLED) == "true" and not annotation.was_cancelled:
            del role[CANCELLED]
        role |= {CANCELLED: "true"} if annotation.was_cancelled else {}
        yield Version("annotations", index, _version(base, annotation.result or [], role, extras, own=own, how=how))


def _predictions(task: Task, base: Document, extras: Extras, how: Reading) -> Iterator[Version]:
    whole = [(i, p) for i, p in enumerate(task.predictions or ()) if isinstance(p, Prediction)]
    bare = len(task.predictions or ()) - len(whole)
    if bare:
        how.notes.lose("predictions given as bare ids (a plain export leaves out their regions)", base.id, bare)
    for (index, prediction), key in zip(whole, prediction_keys([p for _, p in whole]), strict=True):
        own = extras.versions.get(key)
        role = dict(own.role) if own else {SYSTEM: prediction.model_version or "undefined"}
        yield Version("predictions", index, _version(base, prediction.result or [], role, extras, own=own, how=how))


def _version(
    base: Document, results: list[Result], role: dict[str, str], extras: Extras, *, own: Layers | None, how: Reading
) -> Document:
    layered = _layered(base, extras.layers, own or Layers(), role)
    return canonical(read_results(layered, results, own.entities if own else [], how))


def _layered(base: Document, shared: Layers, own: Layers, role: Mapping[str, str] | None) -> Document:
    metadata = own.metadata if own.metadata is not None else base.metadata
    zones = own.zones if own.zones is not None else shared.zones
    return Document(
        id=base.id,
        text=base.text,
        tokens=_spans(own.tokens if own.tokens is not None else shared.tokens),
        sentences=_spans(own.sentences if own.sentences is not None else shared.sentences),
        zones=tuple(Zone(*row) for row in zones or ()),
        metadata={**metadata, **(own.role if role is None else role)},
    )


def _annotator(completed_by: object) -> dict[str, str]:
    if isinstance(completed_by, dict):
        completed_by = completed_by.get("email") or completed_by.get("id")
    if completed_by in (None, ""):
        return {}
    return {ANNOTATOR: annotator_name(completed_by) if isinstance(completed_by, str) else f"user-{completed_by}"}


def _without_text(data: Mapping[str, Any], text: str) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value is not text}


def _spans(pairs: Any) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in pairs or ())


def _kind(value: object) -> str:
    names = {list: "a list (a dialogue?)", dict: "an object", str: "a text", type(None): "null"}
    if isinstance(value, str) and _ADDRESS.fullmatch(value):
        return "an address (of audio, an image, or a text kept elsewhere)"
    return names.get(type(value), f"a {type(value).__name__}")
