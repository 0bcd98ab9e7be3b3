"""Tags from files, a block at a time, whatever the file's size: Parquet, JSON lines, CoNLL columns.

Only the column of tags is read. What is done with the chunks is in counting.py; documents are read by goldwire.formats.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
import numpy as np

from goldwire.errors import InputError
from goldwire.eval.tagging.codes import CodeBook, first_tokens
from goldwire.eval.tagging.conll import conll_pieces
from goldwire.eval.tagging.sources import Piece, column_piece
from goldwire.tags import OUTSIDE

BLOCK = 1 << 17
BATCH = 16_384
COLUMNS = ("ner_tags", "tags", "labels", "ner", "predictions", "pred", "pred_tags")
Value = TypeVar("Value")


def file_pieces(path: Path, book: CodeBook, column: str | None = None) -> Iterator[Piece]:
    """Give a file's tags in pieces; its suffix says what it is. column: that of the tags, else the first of COLUMNS.

    Raises:
        InputError: the file is no such file, or has no such column.
    """
    try:
        yield from READERS.get(path.suffix.lower(), conll_pieces)(path, book, column)
    except OSError as error:
        raise InputError(path, error.strerror or "cannot be read", "give an existing file") from error
    except InputError as error:
        where = error.problem.where if str(path) in error.problem.where else f"{path}: {error.problem.where}"
        raise InputError(where, error.problem.found, error.problem.mend) from error


def parquet_pieces(path: Path, book: CodeBook, column: str | None = None) -> Iterator[Piece]:
    """Give the tag column of a Parquet file, row group by row group; integers are named by its ClassLabel."""
    from pyarrow import ArrowInvalid
    from pyarrow.parquet import ParquetFile

    try:
        file = ParquetFile(path)
    except ArrowInvalid as error:
        raise InputError(path, "is no Parquet file", "give Parquet, JSON lines or CoNLL columns") from error
    name = _chosen(column, file.schema_arrow.names, path)
    names = class_names(file.schema_arrow, name)
    with ParquetFile(path, read_dictionary=_string_paths(file.schema, name)) as file:
        for batch in _ahead(_batches(file, name)):
            yield column_piece(batch.column(0), book, names)


def _string_paths(schema: Any, name: str) -> list[str]:
    columns = (schema.column(place) for place in range(len(schema)))
    strings = (column.path for column in columns if column.physical_type == "BYTE_ARRAY")
    return [path for path in strings if path.partition(".")[0] == name]


def _batches(file: Any, column: str) -> Iterator[Any]:
    # Row group by row group: batches that reach over two cannot hold lists of dictionary values.
    for group in range(file.num_row_groups):
        yield from file.iter_batches(BATCH, row_groups=[group], columns=[column], use_threads=False)


def class_names(schema: Any, column: str) -> list[str] | None:
    """Give the names of a column's ClassLabel from a table's schema; None where it says none."""
    try:
        feature = json.loads(schema.metadata[b"huggingface"])["info"]["features"][column]
    except (KeyError, TypeError, ValueError):
        return None
    return _names_within(feature)


def _names_within(feature: Any) -> list[str] | None:
    """Find a ClassLabel's names however deep the list feature wraps it (its spelling changed over the years)."""
    if isinstance(feature, Mapping):
        names = feature.get("names")
        return names if isinstance(names, list) else next(filter(None, map(_names_within, feature.values())), None)
    return next(filter(None, map(_names_within, feature)), None) if isinstance(feature, list) else None


def json_pieces(path: Path, book: CodeBook, column: str | None = None) -> Iterator[Piece]:
    """Give the lists of tags in the lines of a JSON lines file."""
    name = ""
    known: set[str] = set()
    decode: Callable[[bytes], list[Any]] | None = None
    for block in _blocks(path):
        name = name or _json_column(path, block, column)
        try:
            rows = decode(block) if decode else None
        except msgspec.DecodeError:  # a tag not met before, or a broken line
            rows = None
        if rows is None:
            rows = _decoded(_row_decoder(name, []), block, path)
            known.update(tag for row in rows for tag in row.tags)
            decode = _row_decoder(name, sorted(known)) if known else None
        tags = [row.tags for row in rows]
        yield Piece(book.codes(tags), np.fromiter(map(len, tags), np.int64, len(tags)))


def _row_decoder(column: str, known: list[str]) -> Callable[[bytes], list[Any]]:
    """Give a decoder of the tag column alone; of known tags it makes no new strings."""
    kind: Any = Literal[tuple(known)] if known else str
    row = msgspec.defstruct("Row", [("tags", list[kind])], rename={"tags": column}, gc=False)
    return msgspec.json.Decoder(row).decode_lines


def _decoded(decode: Callable[[bytes], list[Any]], block: bytes, path: Path) -> list[Any]:
    try:
        return decode(block)
    except msgspec.ValidationError as error:
        raise InputError(path, f"is not as expected: {error}", "give each line a list of tag strings") from error
    except msgspec.DecodeError as error:
        raise InputError(path, f"is not JSON lines: {error}", "give one object a line") from error


def _json_column(path: Path, block: bytes, column: str | None) -> str:
    try:
        row = msgspec.json.decode(block[: block.find(b"\n") + 1] or block)
    except msgspec.DecodeError as error:
        raise InputError(path, f"is not JSON lines: {error}", "give one object a line") from error
    if not isinstance(row, dict):
        raise InputError(path, "holds no objects", "give one object a line")
    return _chosen(column, list(row), path)


def _chosen(column: str | None, names: list[str], path: Path) -> str:
    found = [name for name in ((column,) if column else COLUMNS) if name in names]
    if not found:
        wanted = column or "column of tags"
        raise InputError(path, f"has no {wanted}; it has {', '.join(names)}", "name the column of the tags")
    return found[0]


def _blocks(path: Path) -> Iterator[bytes]:
    """Give a file in blocks of whole lines."""
    rest = b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            cut = block.rfind(b"\n") + 1
            if not cut:
                rest += block
                continue
            yield rest + block[:cut]
            rest = block[cut:]
    if rest.strip():
        yield rest


def _ahead(values: Iterator[Value]) -> Iterator[Value]:
    """Give the values of an iterator while a thread already fetches the next one."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, values, None)
        while (value := coming.result()) is not None:
            coming = pool.submit(next, values, None)
            yield value


READERS: Mapping[str, Callable[[Path, CodeBook, str | None], Iterator[Piece]]] = {
    ".parquet": parquet_pieces,
    ".jsonl": json_pieces,
    ".ndjson": json_pieces,
}


def read_tags(path: Path, column: str | None = None) -> list[list[str]]:
    """Give the tags of a file (CoNLL columns, JSON lines or Parquet), a list a sequence."""
    book = CodeBook(lambda tag: (tag, 0))
    found: list[list[str]] = []
    for piece in file_pieces(path, book, column):
        names = book.names()
        tags = [names[code // 4 - 1] if code else OUTSIDE for code in piece.codes.tolist()]
        ends = first_tokens(piece.lengths).tolist()
        found += [tags[first:end] for first, end in pairwise(ends)]
    return found
