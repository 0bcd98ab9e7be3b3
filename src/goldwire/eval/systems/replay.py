"""A file of predictions, in any format that goldwire reads, as a system.

Offsets and texts are checked by whoever runs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from goldwire.document import Document
from goldwire.errors import GoldwireError, InputError
from goldwire.eval.systems.base import Context, NoAnswer, Predictor, System, Unusable, file_digest
from goldwire.formats import Options, read

SETTINGS = {"format": "the format of the file (recognised)"}


TEXTLESS = "predictions without a text, taken to be of the document's"
OTHERS = "predictions of other documents than those run over, left out"


def load(system: System, context: Context) -> Predictor:
    """Open the file; it is read as documents are asked for, and only those out of order are held."""
    del context
    path = Path(system.model)
    if not system.model:
        raise InputError(f"system {system.name}", "names no file", "write replay:FILE")
    options = Options()
    stored = _Stored(path, read(path, system.setting("format", ""), options))

    def predict(documents: Iterable[Document]) -> Iterator[Document | NoAnswer]:
        for document in documents:
            found = stored.take(document.id)
            if found and document.text and not found.text:
                options.notes.add(TEXTLESS, document.id)
                found = replace(found, text=document.text)
            yield replace(found, metadata=document.metadata) if found else NoAnswer("the file has no prediction for it")
        if others := stored.rest():
            options.notes.add(OTHERS, times=others)

    return Predictor(predict, {"file": path.name, "sha256": file_digest(path)}, options.notes)


class _Stored:
    """Documents by id, read from a stream as far as is needed; where it breaks, there is no use in going on."""

    def __init__(self, path: Path, stream: Iterator[Document]) -> None:
        self.path, self.stream, self.held, self.seen = path, stream, dict[str, Document](), set[str]()

    def take(self, name: str) -> Document | None:
        while name not in self.held and (document := self._next()):
            self.held[document.id] = document
        return self.held.pop(name, None)

    def rest(self) -> int:
        """Count the documents that nobody took."""
        others = len(self.held)
        while self._next():
            others += 1
        return others

    def _next(self) -> Document | None:
        try:
            document = next(self.stream, None)
        except GoldwireError as error:
            raise Unusable(str(error)) from error
        if document and document.id in self.seen:
            raise Unusable(f"{self.path}: two predictions have the id {document.id}; keep one")
        self.seen.update({document.id} if document else ())
        return document
