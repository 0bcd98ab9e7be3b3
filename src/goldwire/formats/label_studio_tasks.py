"""Documents to tasks: all documents of one id become one task, each an annotation, a prediction, or just the text.

What one document becomes is in label_studio_results; files are written in label_studio.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from goldwire.document import Document, canonical
from goldwire.errors import BrokenRules, InputError, Problem
from goldwire.formats.label_studio_names import (
    ANNOTATOR,
    CANCELLED,
    DOCUMENT_ID,
    EXTRAS,
    ROLE_KEYS,
    SYSTEM,
    TEXT,
    address,
)
from goldwire.formats.label_studio_records import Extras, Json, Layers
from goldwire.formats.label_studio_results import lonely_entities, results_of
from goldwire.labels import LabelSet
from goldwire.rules import structural_rules

GOLD, PLAIN, AUTO = "gold", "plain", "auto"


@dataclass(frozen=True, slots=True)
class Writing:
    """How to write tasks.

    labels: attributes it declares become answers and labels of arrows, which annotators can change.
    zones: as regions. unowned: what a document of no annotator and no system is: gold, plain (a text to annotate),
    or auto (gold where anything is annotated in it).
    """

    labels: LabelSet | None = None
    zones: bool = False
    unowned: str = AUTO


def tasks_of(documents: Iterable[Document], how: Writing | None = None) -> list[Json]:
    """Give a task for each document id, in the order in which the ids first come; `each_task` gives them one by one."""
    return list(each_task(documents, how or Writing()))


def each_task(documents: Iterable[Document], how: Writing) -> Iterator[Json]:
    """Give a task for each document id, in the order in which the ids first come.

    A document with `annotator` in its metadata becomes an annotation, one with `system` a prediction.

    Raises:
        InputError: documents of one id have two texts.
        BrokenRules: a document cannot be written: offsets, ids or references are broken, or a server would refuse it.
    """
    groups: dict[str, list[Document]] = {}
    for document in documents:
        groups.setdefault(document.id, []).append(document)
    yield from (task_of([canonical(document) for document in group], how) for group in groups.values())


def task_of(group: Sequence[Document], how: Writing) -> Json:
    """Give the task of the canonical versions of one document, as `each_task` does."""
    _check(group)
    base = group[0]
    shared = _layers(base, zones=how.zones)
    annotations, predictions, extras = list[Json](), list[Json](), Extras(layers=_said(shared))
    seen: Counter[str] = Counter()
    for document in group:
        role = role_of(document, how)
        own = _own(document, base, shared, zones=how.zones and role != "")
        if role == ANNOTATOR:
            annotations.append(_annotation(document, len(annotations) + 1, how))
            extras.versions[f"a{len(annotations)}"] = own
        elif role == SYSTEM:
            name = document.metadata.get(SYSTEM) or "undefined"
            extras.versions[f"p{seen[name]}:{name}"] = own
            seen[name] += 1
            predictions.append(_prediction(document, name, how))
        else:
            extras = _with_plain(extras, own, document.id)
    data = {TEXT: base.text, DOCUMENT_ID: base.id, **_fields(base), EXTRAS: msgspec.to_builtins(extras)}
    return with_hash({"data": data, "annotations": annotations, "predictions": predictions})


def role_of(document: Document, how: Writing) -> str:
    """Tell what a document becomes: `annotator` an annotation (gold, too), `system` a prediction, `` just a text."""
    for role in (ANNOTATOR, SYSTEM):
        if role in document.metadata:
            return role
    said = document.mentions or document.relations or document.entities or CANCELLED in document.metadata
    return ANNOTATOR if how.unowned == GOLD or (how.unowned == AUTO and said) else ""


def content_hash(task: Mapping[str, Any]) -> str:
    """Give the SHA-256 of what a task says, whatever the order of its keys and the hash it bears."""
    data = dict(task["data"])
    if isinstance(data.get(EXTRAS), dict):
        data[EXTRAS] = {key: value for key, value in data[EXTRAS].items() if key != "hash"}
    return hashlib.sha256(msgspec.json.encode({**task, "data": data}, order="deterministic")).hexdigest()


def with_hash(task: Json) -> Json:
    """Give the task with the hash of its content in its data, by which a server's copy is known to be the same."""
    extras = task["data"].get(EXTRAS)
    kept = extras if isinstance(extras, dict) else {}
    return {**task, "data": {**task["data"], EXTRAS: {**kept, "hash": content_hash(task)}}}


def _check(group: Sequence[Document]) -> None:
    base = group[0]
    problems = [problem for document in group for problem in (*structural_rules(document), *_unsendable(document))]
    if problems:
        raise BrokenRules(problems)
    for document in group:
        if document.text != base.text:
            raise InputError(base.id, "two of its versions have different texts", "restore the one text")


def _unsendable(document: Document) -> Iterable[Problem]:
    """Give what a server would choke on, or what could not be read back."""
    if "\0" in document.text:
        yield Problem(document.id, f"NUL at offset {document.text.index(chr(0))}", "databases refuse it: remove it")
    for id, score in ((item.id, item.score) for items in (document.mentions, document.relations) for item in items):
        if score is not None and not math.isfinite(score):
            yield Problem(document.id, f"the score of {id} is {score}", "JSON has no such number")
    for entity in document.entities:
        if not entity.id:
            yield Problem(document.id, f"an entity of {len(entity.mentions)} mentions has no id", "give it one")


def _annotation(document: Document, number: int, how: Writing) -> Json:
    annotator = document.metadata.get(ANNOTATOR)
    found: Json = {
        "id": number,
        "result": results_of(document, how.labels, zones=how.zones),
        "was_cancelled": document.metadata.get(CANCELLED) == "true",
        "ground_truth": not annotator,
    }
    return found | ({"completed_by": {"email": address(annotator)}} if annotator else {})


def _prediction(document: Document, name: str, how: Writing) -> Json:
    scores = [m.score for m in document.mentions if m.score is not None]
    mean = sum(scores) / len(scores) if scores else None
    found: Json = {"model_version": name, "result": results_of(document, how.labels, zones=how.zones)}
    return found | ({"score": mean} if mean is not None and 0 <= mean <= 1 else {})


def _layers(document: Document, *, zones: bool) -> Layers:
    """Give the layers that no region shows; zones are among them where they are no regions."""
    return Layers(
        tokens=document.tokens,
        sentences=document.sentences,
        zones=() if zones else tuple((z.start, z.end, z.label, z.speaker) for z in document.zones),
    )


def _said(shared: Layers) -> Layers:
    """Give the shared layers without those that are empty."""
    return Layers(tokens=shared.tokens or None, sentences=shared.sentences or None, zones=shared.zones or None)


def _own(document: Document, base: Document, shared: Layers, *, zones: bool) -> Layers:
    """Give what a version has that the task as a whole does not say."""
    mine = _layers(document, zones=zones)
    metadata = {key: value for key, value in document.metadata.items() if key not in ROLE_KEYS}
    return Layers(
        metadata=None if metadata == _fields(base) else metadata,
        tokens=None if mine.tokens == shared.tokens else mine.tokens,
        sentences=None if mine.sentences == shared.sentences else mine.sentences,
        zones=None if mine.zones == shared.zones else mine.zones,
        entities=lonely_entities(document),
        role={key: value for key, value in document.metadata.items() if key in ROLE_KEYS},
    )


def _fields(base: Document) -> dict[str, str]:
    """Give the metadata that can stand as fields of a task's data: none, if one would hide a field of goldwire's."""
    metadata = {key: value for key, value in base.metadata.items() if key not in ROLE_KEYS}
    return {} if {TEXT, DOCUMENT_ID, EXTRAS} & set(metadata) else metadata


def _with_plain(extras: Extras, own: Layers, id: str) -> Extras:
    if extras.plain is not None:
        raise InputError(id, "stands twice without an annotator or a system", "keep one")
    return msgspec.structs.replace(extras, plain=own)


def as_version(document: Document, role: str, name: str) -> Document:
    """Give the document as the version of an annotator or a system: its metadata say so, and no other role."""
    kept = {key: value for key, value in document.metadata.items() if key not in ROLE_KEYS - {CANCELLED}}
    return replace(document, metadata={**kept, role: name} if role else kept)
