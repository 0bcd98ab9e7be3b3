"""Tags from files, a block at a time, whatever the file's size: Parquet here, lines.py and conll.py for the others.

Only the column of tags is read, and that of words if asked for. What is done with the chunks is in counting.py;
documents are read by goldwire.formats.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from goldwire.errors import InputError
from goldwire.eval.tagging import words
from goldwire.eval.tagging.codes import CodeBook, first_tokens
from goldwire.eval.tagging.sources import Piece, chosen_column, column_piece
from goldwire.tags import OUTSIDE

BATCH = 8192
LINES = (".jsonl", ".ndjson")


def both_pieces(
    paths: tuple[Path, Path], book: CodeBook, columns: tuple[str | None, str | None], *, with_words: bool = False
) -> list[Iterator[Piece]]:
    """Give two files' tags in pieces; of large JSON lines the larger file is read by a second process."""
    beside = None
    if all(path.suffix in LINES for path in paths):
        from goldwire.eval.tagging.beside import larger

        beside = larger(*paths)
    sides = zip(paths, columns, strict=True)
    return [file_pieces(path, book, column, with_words=with_words, beside=path is beside) for path, column in sides]


def file_pieces(
    path: Path, book: CodeBook, column: str | None = None, *, with_words: bool = False, beside: bool = False
) -> Iterator[Piece]:
    """Give a file's tags in pieces; its suffix says what it is.

    column: that of the tags, else the first of `sources.COLUMNS`; of CoNLL columns its number, from 1 or (negative)
    from the last one. beside: another process reads the file, which is one of JSON lines.

    Raises:
        InputError: the file is no such file, or has no such column.
    """
    try:
        yield from _reader(path, beside=beside).pieces(path, book, column, with_words=with_words)
    except OSError as error:
        raise InputError(path, error.strerror or "cannot be read", "give an existing file") from error
    except InputError as error:
        where = error.problem.where if str(path) in error.problem.where else f"{path}: {error.problem.where}"
        raise InputError(where, error.problem.found, error.problem.mend) from error


def has_words(path: Path) -> bool:
    """Say whether a file of tags has words beside them."""
    return _reader(path).has_words(path)


def parquet_pieces(
    path: Path, book: CodeBook, column: str | None = None, *, with_words: bool = False
) -> Iterator[Piece]:
    """Give the tag column of a Parquet file, row group by row group; integers are named by its ClassLabel."""
    from pyarrow import ArrowInvalid
    from pyarrow.parquet import ParquetFile

    from goldwire.eval.ahead import ahead

    try:
        file = ParquetFile(path)
    except ArrowInvalid as error:
        raise InputError(path, "is no Parquet file", "give Parquet, JSON lines or CoNLL columns") from error
    name = chosen_column(column, file.schema_arrow.names, path)
    names = class_names(file.schema_arrow, name)
    tokens = [word for word in words.COLUMNS if with_words and word in file.schema_arrow.names][:1]
    with ParquetFile(path, read_dictionary=_string_paths(file.schema, name)) as file:
        for batch in ahead(_batches(file, [name, *tokens])):
            piece = column_piece(batch.column(name), book, names)
            yield piece._replace(words=words.ArrowWords(batch.column(tokens[0]))) if tokens else piece


def _parquet_has_words(path: Path) -> bool:
    from pyarrow import types
    from pyarrow.parquet import read_schema

    schema = read_schema(path)
    return any(name in schema.names and types.is_list(schema.field(name).type) for name in words.COLUMNS)


def _string_paths(schema: Any, name: str) -> list[str]:
    columns = (schema.column(place) for place in range(len(schema)))
    strings = (column.path for column in columns if column.physical_type == "BYTE_ARRAY")
    return [path for path in strings if path.partition(".")[0] == name]


def _batches(file: Any, columns: list[str]) -> Iterator[Any]:
    # Row group by row group: batches that reach over two cannot hold lists of dictionary values.
    for group in range(file.num_row_groups):
        yield from file.iter_batches(BATCH, row_groups=[group], columns=columns, use_threads=False)


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


class Reader(NamedTuple):
    """How a kind of file is read: its pieces, and whether it has words beside the tags."""

    pieces: Callable[..., Iterator[Piece]]
    has_words: Callable[[Path], bool]


def _reader(path: Path, *, beside: bool = False) -> Reader:
    """Give the reader that a file's suffix asks for."""
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return Reader(parquet_pieces, _parquet_has_words)
    if suffix in LINES:
        from goldwire.eval.tagging import lines

        return Reader(_beside if beside else lines.json_pieces, lines.has_words)
    from goldwire.eval.tagging import conll

    return Reader(conll.conll_pieces, lambda _: True)


def _beside(path: Path, book: CodeBook, column: str | None, *, with_words: bool) -> Iterator[Piece]:
    from goldwire.eval.tagging.beside import pieces_beside

    return pieces_beside(path, book, column, with_words=with_words)


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
