"""The side-car: the tasks as Label Studio gave them, so that writing them again keeps what documents cannot hold.

What is unchanged goes back as it came; what changed is written anew over what stood there, region by region.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec

from goldwire.document import Document, canonical
from goldwire.errors import InputError
from goldwire.formats.files import read_bytes, replacing
from goldwire.formats.label_studio_documents import Reading, Version, versions
from goldwire.formats.label_studio_hypertext import flattened
from goldwire.formats.label_studio_names import ANNOTATOR, SYSTEM
from goldwire.formats.label_studio_offsets import Utf16
from goldwire.formats.label_studio_records import Json, dump_json, parse_task
from goldwire.formats.label_studio_tasks import Writing, role_of, task_of

Owner: TypeAlias = tuple[str, str, int]
"""Whose version it is: kind, name, and which of theirs."""


class KeptTask(msgspec.Struct):
    """A task as it came, and the id of its document."""

    document: str
    task: msgspec.Raw


class SideCar(msgspec.Struct):
    """The file: how the tasks were read, and the tasks."""

    goldwire: Literal["label studio side-car"]
    unit: Literal["codepoints", "utf16"]
    checked: bool
    repair: str
    text_key: str
    tasks: list[KeptTask]


def write_sidecar(path: Path, tasks: Sequence[tuple[bytes, str]], how: Reading) -> None:
    """Write the side-car of raw tasks and their documents' ids."""
    kept = [KeptTask(document, msgspec.Raw(raw)) for raw, document in tasks]
    whole = SideCar("label studio side-car", how.unit, how.checked, how.repair, how.text_key, kept)
    with replacing(path) as temporary:
        temporary.write_bytes(msgspec.json.encode(whole) + b"\n")


def read_sidecar(path: Path) -> SideCar:
    """Read a side-car.

    Raises:
        InputError: it is missing, or no side-car.
    """
    try:
        return msgspec.json.decode(read_bytes(path), type=SideCar)
    except msgspec.DecodeError as error:
        raise InputError(path, f"is no side-car: {error}", "read the export again with a side-car") from error


def restored(documents: Iterable[Document], sidecar: SideCar, how: Writing) -> Iterator[bytes]:
    """Give the tasks of documents as raw JSON, with everything the side-car kept; new documents come last."""
    groups: dict[str, list[Document]] = {}
    for document in documents:
        groups.setdefault(document.id, []).append(canonical(document))
    reading = Reading(sidecar.unit, sidecar.checked, sidecar.repair, how.labels, sidecar.text_key)
    for number, kept in enumerate(sidecar.tasks, start=1):
        group = groups.pop(kept.document, None)
        if group is not None:
            yield _restored(bytes(kept.task), number, group, reading, how)
    yield from (dump_json(task_of(group, how)) for group in groups.values())


def _restored(raw: bytes, number: int, group: list[Document], reading: Reading, how: Writing) -> bytes:
    old = versions(
        flattened(parse_task(raw, f"side-car: task {number}"), number, reading.text_key, reading.notes), number, reading
    )
    before = dict(zip(_owners([v.document for v in old], how), old, strict=True))
    after = dict(zip(_owners(group, how), group, strict=True))
    if {owner: version.document for owner, version in before.items()} == after:
        return raw
    return dump_json(_rewritten(json.loads(raw), before, after, reading, how))


def _owners(documents: Sequence[Document], how: Writing) -> list[Owner]:
    seen: Counter[tuple[str, str]] = Counter()
    owners = []
    for document in documents:
        role = role_of(document, how)
        whose = (role, document.metadata.get(role, ""))
        owners.append((*whose, seen[whose]))
        seen[whose] += 1
    return owners


def _rewritten(
    task: Json, before: dict[Owner, Version], after: dict[Owner, Document], reading: Reading, how: Writing
) -> Json:
    """Give the task with changed versions written over what stood there, new ones added, missing ones taken out."""
    fresh = task_of(list(after.values()), how)
    text = next(iter(after.values())).text
    written = dict(zip(after, _places(fresh, list(after.values()), how), strict=True))
    kept: dict[str, list[Any]] = {"annotations": [], "predictions": []}
    for kind, found in kept.items():
        known = {version.place: owner for owner, version in before.items() if version.kind == kind}
        for place, entry in enumerate(task.get(kind) or ()):
            owner = known.get(place)
            if owner is None:
                found.append(entry)
            elif owner in after:
                same = before[owner].document == after[owner]
                found.append(entry if same else _over(entry, written[owner][1], text, reading))
    for owner, (kind, entry) in written.items():
        if kind and owner not in before:
            kept[kind].append(_in_unit(entry, text, reading))
    return {**task, **{kind: entries for kind, entries in kept.items() if entries or kind in task}}


def _places(task: Json, documents: Sequence[Document], how: Writing) -> Iterator[tuple[str, Json]]:
    """Give what each document was written as, in their order."""
    left = {kind: iter(task[kind]) for kind in ("annotations", "predictions")}
    kinds = {ANNOTATOR: "annotations", SYSTEM: "predictions", "": ""}
    for document in documents:
        kind = kinds[role_of(document, how)]
        yield kind, next(left[kind]) if kind else {}


def _over(old: Json, new: Json, text: str, reading: Reading) -> Json:
    """Give the old annotation with the new results over it: what is still there keeps its unknown fields and place."""
    results = {_key(result): result for result in _in_unit(new, text, reading)["result"]}
    merged = []
    for result in old.get("result") or ():
        fresh = results.pop(_key(result), None)
        if fresh is not None:
            merged.append(_laid_over(result, fresh))
        elif result.get("type") not in ("labels", "relation", "choices", "textarea"):
            merged.append(result)
    return {**old, "result": [*merged, *results.values()]}


def _laid_over(old: Json, new: Json) -> Json:
    return {**old, **new, **({"value": {**old["value"], **new["value"]}} if "value" in new and "value" in old else {})}


def _key(result: Json) -> tuple[Any, ...]:
    if result.get("type") == "relation":
        return ("relation", result.get("from_id"), result.get("to_id"))
    return (result.get("type"), result.get("id"), result.get("from_name"))


def _in_unit(entry: Json, text: str, reading: Reading) -> Json:
    """Give the annotation with its offsets in the unit of the tasks beside it."""
    if reading.unit == "codepoints":
        return entry
    way = Utf16(text)

    def turned(result: Json) -> Json:
        value = result.get("value")
        if not value:
            return result
        return {**result, "value": {**value, "start": way.to_utf16(value["start"]), "end": way.to_utf16(value["end"])}}

    return {**entry, "result": [turned(result) for result in entry["result"]]}
