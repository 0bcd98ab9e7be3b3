"""goldwire's own files: a document a JSON file, a document a line in JSONL, or a folder of JSON files.

Written canonically: the same content gives the same bytes. The shape of a document is in records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import astuple
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from goldwire.document import Document, canonical
from goldwire.errors import InputError
from goldwire.formats.base import EVERYTHING, Format, Notes, Options
from goldwire.formats.files import decode, in_utf8, read_bytes, read_lines, reading, write_text, writing
from goldwire.formats.json_values import first_object, head, is_lines
from goldwire.formats.records import DocumentRecord, EntityRecord, MentionRecord, RelationRecord, to_document, to_record
from goldwire.formats.tagged import unbroken

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(DocumentRecord)
_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_T = TypeVar("_T")
_ONE_A_LINE = ("sentences", "zones", "mentions", "entities", "relations")


def parse(data: bytes, where: object) -> Document:
    """Give the document in JSON bytes.

    Raises:
        InputError: the bytes are not UTF-8, not JSON, or not a document; the error names the place in the JSON.
    """
    return to_document(parse_record(data, where))


def parse_record(data: bytes, where: object) -> DocumentRecord:
    """Give the record in JSON bytes, as `parse` does."""
    if not data.strip():
        raise InputError(where, "is empty, a document was expected", "see docs/document.schema.json")
    return _decoded(_DECODER, data, where)


def _decoded(decoder: msgspec.json.Decoder[_T], data: bytes, where: object) -> _T:
    try:
        return decoder.decode(in_utf8(data, where))
    except UnicodeDecodeError:
        decode(where, data)
        raise
    except msgspec.ValidationError as error:
        raise InputError(where, f"is not a document: {error}", "see docs/document.schema.json") from error
    except RecursionError as error:
        raise InputError(where, "is not a document: it nests too deeply", "see docs/document.schema.json") from error
    except msgspec.DecodeError as error:
        raise InputError(where, f"is not whole JSON: {error}", "mend or restore the file") from error


def dump(document: Document) -> str:
    """Give the canonical JSON of a document: indented, an item a line, so that a change is a reviewable diff."""
    record = msgspec.to_builtins(to_record(canonical(document)))
    parts = [f" {_json(key)}: {_value(key, value)}" for key, value in record.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def dump_line(document: Document) -> str:
    """Give the canonical JSON of a document on one line, with its end."""
    return _ENCODER.encode(to_record(canonical(document))).decode() + "\n"


def read_document(path: Path) -> Document:
    """Read one document from its JSON file."""
    return parse(read_bytes(path), path)


def write_document(document: Document, path: Path) -> None:
    """Write one document to its JSON file, canonically, whole or not at all."""
    write_text(path, dump(document))


def read_folder(path: Path, options: Options | None = None) -> Iterator[Document]:
    """Read every .json file of a folder, by name."""
    with reading(path):
        files = sorted(file for file in path.iterdir() if file.suffix == ".json")
    if not files:
        raise InputError(path, "has no .json file in it", "name a folder of documents")
    chosen = options or Options()
    return unbroken(chosen.notes.sound(read_document, files), chosen, path)


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from a JSON file (one, or a list), a JSONL file (one a line) or a folder of JSON files."""
    if path.is_dir():
        yield from read_folder(path, options)
    elif head(path).startswith(b"["):
        yield from map(to_document, unbroken(_listed(path, options), options, path))
    elif path.suffix == ".json" and not (head(path) and is_lines(path)):
        yield read_document(path)
    else:
        yield from map(to_document, read_records(path, options))


def _listed(path: Path, options: Options) -> Iterator[DocumentRecord]:
    """Give the records of a JSON list; those that are none are kept as broken, by their place."""
    raw: list[msgspec.Raw] = _decoded(_LIST, read_bytes(path), path)
    return options.notes.sound(lambda row: parse_record(bytes(row[1]), f"{path}[{row[0]}]"), enumerate(raw))


def read_records(path: Path, options: Options | None = None) -> Iterator[DocumentRecord]:
    """Read the records of a JSONL file, one at a time; blank lines are passed over.

    Raises:
        InputError: the file has no documents, or one line is not one.
        BrokenRules: several lines are not; each is named.
    """
    chosen = options or Options()
    return unbroken(_records(path, chosen.notes), chosen, path)


def _records(path: Path, notes: Notes) -> Iterator[DocumentRecord]:
    """Give the records of lines; a line that is none is kept as broken."""
    empty = True
    for number, line in read_lines(path):
        if line.strip():
            empty = False
            try:
                record = parse_record(line, f"{path}:{number}")
            except InputError as error:
                notes.reject(*astuple(error.problem))
            else:
                yield record
    if empty:
        raise InputError(path, "is empty, a document a line was expected", "see docs/document.schema.json")


def write(documents: Iterable[Document], path: Path, options: Options) -> None:
    """Write documents: to one JSON file (exactly one document), or to JSONL, a document a line."""
    del options
    if path.suffix != ".json":
        with writing(path) as file:
            file.writelines(map(dump_line, documents))
        return
    found = list(documents)
    if len(found) != 1:
        raise InputError(path, f"a .json file holds one document, not {len(found)}", "write to a .jsonl file")
    write_document(found[0], path)


def recognise(path: Path, head: bytes) -> bool:
    """Say whether the file or folder looks like goldwire documents."""
    if path.is_dir():
        file = next(iter(sorted(path.glob("*.json"))), None)
        return file is not None and recognise(file, file.read_bytes()[:65536])
    first = first_object(head)
    ours = isinstance(first.get("text"), str) and isinstance(first.get("id"), str) and _keys_fit(first)
    return ours and ("mentions" in first or _keys_fit(_telling(head) or first))


def _telling(head: bytes) -> dict[str, Any]:
    """Give the first line with an entity or a relation: where they are empty, others' lines look like ours."""
    lines = map(first_object, head.split(b"\n")[:-1])
    return next((value for value in lines if value.get("entities") or value.get("relations")), {})


def _keys_fit(value: dict[str, Any]) -> bool:
    """Say whether all keys are ours, those of the first mention, relation and entity too."""
    parts = [value.get(key, []) for key in ("mentions", "relations", "entities")]
    kinds = (MentionRecord, RelationRecord, EntityRecord)
    firsts = [(part[0], kind) for part, kind in zip(parts, kinds, strict=True) if isinstance(part, list) and part]
    return all(isinstance(part, list) for part in parts) and all(
        isinstance(found, dict) and set(found) <= set(kind.__struct_fields__)
        for found, kind in [(value, DocumentRecord), *firsts]
    )


def _value(key: str, value: object) -> str:
    if key not in _ONE_A_LINE or not isinstance(value, list | tuple):
        return _json(value)
    return "[\n" + ",\n".join(f"  {_json(item)}" for item in value) + "\n ]"


def _json(value: object) -> str:
    return _ENCODER.encode(value).decode()


FORMAT = Format("goldwire", "goldwire JSON and JSONL", (".jsonl", ".json"), recognise, read, write, EVERYTHING)
