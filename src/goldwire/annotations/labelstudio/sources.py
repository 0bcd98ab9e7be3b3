"""What goes into tasks: gold, passes, predictions and bare texts from files, each as the version it is.

Tasks are made in formats; here files become documents that say whose version they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from goldwire import formats
from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.formats.files import read_bytes
from goldwire.formats.label_studio_documents import document_id
from goldwire.formats.label_studio_names import ANNOTATOR, DOCUMENT_ID, NOBODY, SYSTEM
from goldwire.formats.label_studio_records import Json, parse_task, split_tasks
from goldwire.formats.label_studio_tasks import as_version, with_hash


@dataclass(frozen=True, slots=True)
class Sources:
    """Paths of what is to become tasks; passes and predictions are a file or folder for each annotator or system."""

    gold: Path | None = None
    texts: Path | None = None
    passes: Sequence[Path] = ()
    predictions: Sequence[Path] = ()

    def __bool__(self) -> bool:
        """Say whether there is any."""
        return bool(self.gold or self.texts or self.passes or self.predictions)


def read_sources(sources: Sources, addresses: Mapping[str, str] | None = None) -> Iterator[Document]:
    """Read documents and mark whose version each is; `addresses` gives annotators' e-mail addresses by name.

    Raises:
        InputError: nothing was named, or a file cannot be read.
    """
    if not sources:
        raise InputError("sources", "none was named", "say --gold, --texts, --passes or --predictions")
    if sources.texts:
        yield from (as_version(d.without_annotations(), "", "") for d in formats.read(sources.texts))
    if sources.gold:
        yield from (as_version(document, ANNOTATOR, NOBODY) for document in formats.read(sources.gold))
    for path in _each(sources.passes):
        for document in formats.read(path):
            name = document.metadata.get(ANNOTATOR) or path.stem
            yield as_version(document, ANNOTATOR, (addresses or {}).get(name, name))
    for path in _each(sources.predictions):
        name = path.name if path.is_dir() else path.stem
        for document in formats.read(_of_run(path)):
            yield as_version(document, SYSTEM, document.metadata.get(SYSTEM) or name)


def tasks_to_send(path: Path) -> list[Json]:
    """Read tasks as they are from a file, ready to push: each bears its document's id and the hash of its content.

    Raises:
        InputError: the file holds no tasks.
    """
    tasks = []
    for number, raw in enumerate(split_tasks(read_bytes(path), path), start=1):
        id = document_id(parse_task(raw, f"{path}: task {number}"), number)
        task = json.loads(raw)
        numbered = [{"id": n, **annotation} for n, annotation in enumerate(task.get("annotations") or (), start=1)]
        sent = {key: value for key, value in task.items() if key in ("data", "predictions", "meta")}
        sent |= {"annotations": [{"ground_truth": False, "was_cancelled": False, **a} for a in numbered]}
        tasks.append(with_hash({**sent, "data": {**task["data"], DOCUMENT_ID: id}}))
    return tasks


def tasks_as_they_stand(path: Path) -> list[Json]:
    """Read tasks from a file with every field they have, ready or not."""
    return [json.loads(raw) for raw in split_tasks(read_bytes(path), path)]


def _of_run(path: Path) -> Path:
    """Give the predictions in a run's folder; any other path as it is."""
    inner = path / "predictions.jsonl"
    return inner if inner.is_file() else path


def _each(paths: Sequence[Path]) -> Iterator[Path]:
    """Give the files or folders in paths, a folder of folders being each of them."""
    for path in paths:
        inner = sorted(p for p in path.iterdir() if p.is_dir() and not p.name.startswith(".")) if path.is_dir() else []
        yield from inner if inner and not any(path.glob("*.json*")) else [path]
