"""Label Studio: exports (JSON full and snapshot, JSON_MIN, CSV) in, tasks for import out.

Reading one task is in label_studio_documents, writing one in label_studio_tasks; a live server is in
annotations.labelstudio. Offsets are code points; a side-car file keeps what documents have no place for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.formats.base import EVERYTHING, Format, Options, Setting
from goldwire.formats.files import in_utf8, read_bytes, replacing
from goldwire.formats.json_values import first_object
from goldwire.formats.label_studio_documents import Reading, Version, document_id, results_in, task_text, versions
from goldwire.formats.label_studio_flat import flat_tasks, is_flat
from goldwire.formats.label_studio_hypertext import flattened
from goldwire.formats.label_studio_names import ANNOTATOR, CANCELLED, SYSTEM, TEXT
from goldwire.formats.label_studio_offsets import Evidence, Unit, decide, integers, may_differ, weigh
from goldwire.formats.label_studio_records import Task, dump_json, parse_task, split_tasks
from goldwire.formats.label_studio_sidecar import read_sidecar, restored, write_sidecar
from goldwire.formats.label_studio_tasks import Writing, each_task
from goldwire.labels import LabelSet, read_labels

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "take",
        "all, annotations, predictions or gold: what to read of each task  [default: all but skipped annotations]",
    ),
    Setting("annotator", "read this annotator's documents only"),
    Setting("system", "read this system's predictions only"),
    Setting("text", "the key of the text in a task's data  [default: text]"),
    Setting("labels", "a labels.toml: attributes as answers, symmetric relations, defaults", writes=True),
    Setting("zones", "regions: write zones as regions, to be annotated", reads=False, writes=True),
    Setting(
        "as",
        "gold, plain or auto: what a document of no annotator and no system is written as  [default: auto]",
        reads=False,
        writes=True,
    ),
    Setting(
        "sidecar", "a file for what documents have no place for: written when reading, used when writing", writes=True
    ),
)


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read the documents of an export: each annotation and each prediction of a task is one.

    Annotations that were cancelled (skipped) are left out, counted, unless take=all or a side-car asks for them.

    Raises:
        InputError: the file is no export, or the unit of its offsets cannot be told.
        BrokenRules: regions lie outside their text, and the policy of repair is none.
    """
    _check_settings(path, options)
    raws, how = open_tasks(path, options)
    for version in read_versions(raws, how, path):
        if _skipped(version, options.settings):
            options.notes.lose("annotations that were cancelled, left out (take=all reads them)", version.document.id)
        elif _wanted(version, options.settings):
            yield version.document
    if sidecar := options.settings.get("sidecar"):
        write_sidecar(Path(sidecar), [(raw, document_id(parse_task(raw, ""), n)) for n, raw in enumerate(raws, 1)], how)


def open_tasks(path: Path, options: Options) -> tuple[list[bytes], Reading]:
    """Give the raw tasks of a file and how to read them, the unit of their offsets decided."""
    data = in_utf8(read_bytes(path), path)
    how = reading(options)
    if is_flat(path, data):
        raws = [dump_json(task) for task in flat_tasks(path, data, options.notes)]
    else:
        raws = split_tasks(data, path)
    return raws, replace(how, unit=unit_of(raws, how, options.offset_unit, path, differ=may_differ(data)))


def reading(options: Options) -> Reading:
    """Give how to read tasks, from the options of a format."""
    return Reading(
        checked=options.offset_unit == "auto",
        repair=options.repair,
        labels=_labels(options),
        text_key=options.settings.get("text", ""),
        notes=options.notes,
    )


def read_versions(raws: Iterable[bytes], how: Reading, where: object) -> Iterator[Version]:
    """Give the documents in raw tasks, one task at a time, with where they stand in their task."""
    seen: set[str] = set()
    for number, raw in enumerate(raws, start=1):
        task = flattened(parse_task(raw, f"{where}: task {number}"), number, how.text_key, how.notes)
        id = document_id(task, number)
        if id in seen:
            how.notes.add("documents that stand in two tasks", id)
        seen.add(id)
        yield from versions(task, number, how)


def unit_of(raws: Sequence[bytes], how: Reading, said: str, where: object, *, differ: bool = True) -> Unit:
    """Give the unit of the offsets in raw tasks: the one said, or the one under which texts equal their slices.

    Raises:
        InputError: the unit said is none of Label Studio's, or it cannot be told.
    """
    known: dict[str, Unit] = {"codepoints": "codepoints", "codepoint": "codepoints", "utf16": "utf16"}
    if said != "auto":
        if said not in known:
            raise InputError(said, "is no unit of Label Studio's offsets", "say auto, codepoints or utf16")
        return known[said]
    evidence = Evidence()
    for number, raw in enumerate(raws if differ else (), start=1):
        if may_differ(raw):
            _weigh_task(evidence, parse_task(raw, f"{where}: task {number}"), number, how)
    return decide(evidence, where)


def write(documents: Iterable[Document], path: Path, options: Options) -> None:
    """Write documents as tasks, ready for import: all documents of one id become one task.

    Raises:
        BrokenRules: a document cannot be written: its offsets, ids or references are broken.
        InputError: documents of one id have two texts, or the side-car is none.
    """
    _check_settings(path, options)
    how = writing(options)
    sidecar = options.settings.get("sidecar")
    if sidecar:
        write_tasks(restored(documents, read_sidecar(Path(sidecar)), how), path)
    else:
        write_tasks(map(dump_json, each_task(documents, how)), path)


def writing(options: Options) -> Writing:
    """Give how to write tasks, from the options of a format."""
    settings = options.settings
    return Writing(_labels(options), settings.get("zones") == "regions", settings.get("as", "auto"))


def write_tasks(raws: Iterable[bytes], path: Path) -> None:
    """Write raw tasks as one JSON list, a task a line, whole or not at all."""
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.write(b"[")
        for number, raw in enumerate(raws):
            file.write((b",\n" if number else b"\n") + raw)
        file.write(b"\n]\n")


def recognise(path: Path, head: bytes) -> bool:
    """Say whether a file looks like an export of Label Studio."""
    if path.is_dir():
        return False
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    marks = (b'"from_name"', b'"annotations"', b'"predictions"', b'"completed_by"')
    full = b'"data"' in start and any(mark in start for mark in marks)
    bare = isinstance(data := first_object(head).get("data"), dict) and isinstance(data.get(TEXT), str)
    return (start[:1] in (b"[", b"{") and (full or bare)) or is_flat(path, head, whole=False)


def _skipped(version: Version, settings: dict[str, str]) -> bool:
    kept = settings.get("take") == "all" or "sidecar" in settings  # with a side-car all is written back
    return version.document.metadata.get(CANCELLED) == "true" and not kept


def _wanted(version: Version, settings: dict[str, str]) -> bool:
    take, metadata = settings.get("take", "all"), version.document.metadata
    kinds: dict[str, Callable[[], bool]] = {
        "all": lambda: True,
        "annotations": lambda: version.kind == "annotations",
        "predictions": lambda: version.kind == "predictions",
        "gold": lambda: version.kind == "annotations" and not metadata.get(ANNOTATOR),
    }
    named = all(settings.get(key) in (None, metadata.get(key)) for key in (ANNOTATOR, SYSTEM))
    return kinds[take]() and named


def _weigh_task(evidence: Evidence, task: Task, number: int, how: Reading) -> None:
    values = [r.value for r in results_in(task) if r.type == "labels" and r.value]
    if values:
        triples = integers((v.start, v.end, v.text) for v in values)
        weigh(evidence, task_text(task, how.text_key, number), triples, document_id(task, number))


def _labels(options: Options) -> LabelSet | None:
    named = options.settings.get("labels")
    return read_labels(Path(named)) if named else None


def _check_settings(path: Path, options: Options) -> None:
    choices = {"take": ("all", "annotations", "predictions", "gold"), "as": ("auto", "gold", "plain")}
    choices["zones"] = ("regions", "data")
    for key, allowed in choices.items():
        value = options.settings.get(key)
        if value is not None and value not in allowed:
            raise InputError(path, f"{key}={value} is unknown", f"say {' or '.join(allowed)}")


FORMAT = Format(
    "label_studio",
    "Label Studio tasks and exports (JSON; JSON_MIN and CSV are read only)",
    (".json",),
    recognise,
    read,
    write,
    EVERYTHING,
    SETTINGS,
)
