"""Annotations without the texts: offsets and a hash of the text; and joining them back to the texts.

For those who may not pass the texts on. Documents with their texts live in formats.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from goldwire.document import Document, canonical
from goldwire.errors import BrokenRules, InputError
from goldwire.formats.files import read_bytes, read_lines, sha256
from goldwire.formats.records import DocumentRecord, to_document, to_record
from goldwire.rules import structural_rules


class StandoffRecord(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A document without its text: `sha256` is of the text's UTF-8 bytes, `document` has no text and no surfaces."""

    sha256: str
    characters: int
    document: DocumentRecord


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(StandoffRecord)


def without_texts(documents: Iterable[Document]) -> Iterator[str]:
    """Give a line of JSON a document: every layer by its offsets, nothing of the text but length and hash."""
    for document in documents:
        bare = replace(document, text="", mentions=tuple(replace(m, text="") for m in canonical(document).mentions))
        record = StandoffRecord(
            sha256=sha256(document.text.encode()), characters=len(document.text), document=to_record(bare)
        )
        yield _ENCODER.encode(record).decode() + "\n"


def read_standoff(path: Path) -> list[StandoffRecord]:
    """Read annotations without texts.

    Raises:
        InputError: a line is not such a document; the error names the line.
    """
    records = []
    for number, line in read_lines(path):
        try:
            if line.strip():
                records.append(_DECODER.decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            where = f"{path}:{number}"
            raise InputError(
                where, f"is not annotations without text: {error}", "goldwire export makes them"
            ) from error
    if not records:
        raise InputError(path, "is empty, a document a line was expected", "goldwire export annotations makes it")
    return records


def joined(records: Sequence[StandoffRecord], texts: Path) -> list[Document]:
    """Give the documents with their texts, from the folder that holds `<id>.txt` for each.

    Raises:
        InputError: a text is missing or is not the annotated one, byte for byte; the error names the file.
        BrokenRules: an annotation does not fit the text.
    """
    documents = [_joined(record, texts / f"{_plain(record.document.id)}.txt") for record in records]
    if problems := [problem for document in documents for problem in structural_rules(document)]:
        raise BrokenRules(problems)
    return [canonical(document) for document in documents]


def _joined(record: StandoffRecord, path: Path) -> Document:
    data = read_bytes(path)
    if (found := sha256(data)) != record.sha256:
        what = f"is not the text that was annotated: its sha256 is {found[:12]}…, not {record.sha256[:12]}…"
        raise InputError(path, what, "fetch the same version, with the same line ends")
    return replace(to_document(record.document), text=data.decode("utf-8"))


def _plain(name: str) -> str:
    """Refuse an id that would lead out of the folder."""
    if not name or "/" in name or "\\" in name or name.startswith("."):
        raise InputError(name or "(empty)", "cannot name a text's file", "mend the document's id")
    return name
