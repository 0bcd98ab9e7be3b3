"""A file of predictions, in any format that goldwire reads, as a system.

Offsets and texts are checked by whoever runs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.eval.systems.base import Context, NoAnswer, Predictor, System, file_digest
from goldwire.formats import Options, read

SETTINGS = {"format": "the format of the file (recognised)"}


def load(system: System, context: Context) -> Predictor:
    """Open the file; it is read as documents are asked for, and only those out of order are held."""
    del context
    path = Path(system.model)
    if not system.model:
        raise InputError(f"system {system.name}", "names no file", "write replay:FILE")
    options = Options()
    stored = _Stored(read(path, system.setting("format", ""), options))

    def predict(documents: Iterable[Document]) -> Iterator[Document | NoAnswer]:
        for document in documents:
            found = stored.take(document.id)
            yield replace(found, metadata=document.metadata) if found else NoAnswer("the file has no prediction for it")

    return Predictor(predict, {"file": path.name, "sha256": file_digest(path)}, options.notes)


class _Stored:
    """Documents by id, read from a stream as far as is needed."""

    def __init__(self, stream: Iterator[Document]) -> None:
        self.stream, self.held = stream, dict[str, Document]()

    def take(self, name: str) -> Document | None:
        while name not in self.held:
            document = next(self.stream, None)
            if document is None:
                return None
            self.held[document.id] = document
        return self.held.pop(name)
