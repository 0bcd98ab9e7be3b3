"""The shape of Label Studio's tasks in JSON, as far as goldwire looks into them; other keys are passed over.

Tasks are kept as raw JSON beside these records, so that what is not looked into is not lost.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TypeAlias

import msgspec

from goldwire.errors import InputError
from goldwire.formats.files import decode, in_utf8

Json: TypeAlias = dict[str, Any]


class Value(msgspec.Struct, gc=False):
    """What a region covers and says. In a textarea, `text` is the list of answers, not the words."""

    start: int | float | str | None = None
    end: int | float | str | None = None
    text: str | list[Any] | None = None
    labels: list[Any] | None = None
    hypertextlabels: list[Any] | None = None
    choices: list[Any] | str | None = None
    taxonomy: list[Any] | None = None
    number: int | float | None = None
    rating: int | float | None = None
    datetime: str | None = None
    offsets: Json | None = msgspec.field(default=None, name="globalOffsets")
    start_offset: Any = msgspec.field(default=None, name="startOffset")
    end_offset: Any = msgspec.field(default=None, name="endOffset")


class Result(msgspec.Struct, gc=False):
    """A region, one of a region's attributes, or a relation between two regions."""

    type: str = ""
    id: str | int | None = None
    from_name: str = ""
    to_name: str | list[Any] | None = None
    value: Value | None = None
    meta: Json | None = None
    score: float | None = None
    from_id: str | int | None = None
    to_id: str | int | None = None
    direction: str | None = None
    labels: list[Any] | None = None


class Annotation(msgspec.Struct, gc=False):
    """What one annotator made of a task, at one time. A server moves the id we gave to `import_id`."""

    result: list[Result] | None = None
    id: int | str | None = None
    import_id: int | str | msgspec.UnsetType | None = msgspec.UNSET
    completed_by: int | str | Json | None = None
    ground_truth: bool | None = None
    was_cancelled: bool | None = None
    created_at: str | None = None


class Prediction(msgspec.Struct, gc=False):
    """What a model said of a task."""

    result: list[Result] | None = None
    model_version: str | None = None
    score: float | None = None


class Task(msgspec.Struct, gc=False):
    """A text with what annotators and models said of it; a plain export gives predictions as bare ids."""

    data: Json
    id: int | str | None = None
    annotations: list[Annotation] | None = None
    predictions: list[int | Prediction] | None = None
    drafts: list[Any] | None = None
    completions: list[Annotation] | None = None

    def __post_init__(self) -> None:
        """Take the annotations by the name they had before Label Studio 1.0."""
        if self.annotations is None:
            self.annotations = self.completions


class EntityFacts(msgspec.Struct, omit_defaults=True, gc=False):
    """What is said of an entity, on each of its mentions; `shown` where the link is an answer of its own, too."""

    id: str
    link: str = ""
    wikidata: str = ""
    attributes: dict[str, str] = {}
    shown: bool = False


class RelationFacts(msgspec.Struct, omit_defaults=True, gc=False):
    """What a relation has beyond its labels, on the region it starts from."""

    id: str
    to: str
    labels: list[str]
    evidence: tuple[int, ...] = ()
    attributes: dict[str, str] = {}
    score: float | None = None


class Meta(msgspec.Struct, omit_defaults=True, gc=False):
    """goldwire's own part of a region's meta."""

    attributes: dict[str, str] = {}
    entities: list[EntityFacts] = []
    relations: list[RelationFacts] = []


Spans: TypeAlias = tuple[tuple[int, int], ...]
ZoneRow: TypeAlias = tuple[int, int, str, str]


class Layers(msgspec.Struct, omit_defaults=True, gc=False):
    """The layers of a document that no region shows; None where those of the whole task hold."""

    metadata: dict[str, str] | None = None
    tokens: Spans | None = None
    sentences: Spans | None = None
    zones: tuple[ZoneRow, ...] | None = None
    entities: list[EntityFacts] = []
    role: dict[str, str] = {}


class Extras(msgspec.Struct, omit_defaults=True, gc=False):
    """What goldwire keeps in a task's data: the layers all versions share, each version's own, and a hash."""

    layers: Layers = msgspec.field(default_factory=Layers)
    versions: dict[str, Layers] = {}
    plain: Layers | None = None
    hash: str = ""


_TASK = msgspec.json.Decoder(Task)
_RAWS = msgspec.json.Decoder(list[msgspec.Raw])
_LONE = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\)\\u[dD][c-fC-F][0-9a-fA-F]{2}")


def split_tasks(data: bytes, where: object) -> list[bytes]:
    """Give the tasks in the bytes of a file as raw JSON: a list of tasks, one task, or a task a line.

    Raises:
        InputError: the file is empty, not UTF-8 or not JSON.
    """
    body = in_utf8(data, where).strip()
    if not body:
        raise InputError(where, "is empty, tasks were expected", "export the project as JSON")
    try:
        return [bytes(raw) for raw in _RAWS.decode(body)] if body[:1] == b"[" else list(_lines(body))
    except msgspec.DecodeError as error:
        decode(where, data)
        raise _not_json(body, where, error) from error


def parse_task(raw: bytes, where: str) -> Task:
    """Give the record of a raw task.

    Raises:
        InputError: it is no task; the error names the place, and traps of Label Studio by their name.
    """
    try:
        return _TASK.decode(raw)
    except msgspec.ValidationError as error:
        raise InputError(where, f"is not a Label Studio task: {error}", _hint(raw)) from error
    except msgspec.DecodeError as error:
        raise _not_json(raw, where, error) from error
    except UnicodeDecodeError:
        decode(where, raw)
        raise


def dump_json(value: object) -> bytes:
    """Give JSON on one line."""
    return msgspec.json.encode(value)


def _lines(body: bytes) -> Iterator[bytes]:
    try:
        msgspec.json.decode(body, type=msgspec.Raw)
        yield body
    except msgspec.DecodeError:
        for line in body.splitlines():
            if line.strip():
                msgspec.json.decode(line, type=msgspec.Raw)
                yield line


def _not_json(raw: bytes, where: object, error: msgspec.DecodeError) -> InputError:
    if _LONE.search(raw):
        return InputError(where, "holds half of a surrogate pair, which no text can", "remove it from the source text")
    return InputError(where, f"is not whole JSON: {error}", "NaN and Infinity are none; export the project again")


def _hint(raw: bytes) -> str:
    try:
        value = json.loads(raw)
    except ValueError:
        return "export the project as JSON"
    if isinstance(value, dict) and "data" not in value:
        return 'a task is {"data": {"text": ...}, "annotations": [...]}: its text lies inside "data"'
    return "export the project as JSON (not JSON_MIN)"
