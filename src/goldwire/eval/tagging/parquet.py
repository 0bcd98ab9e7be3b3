"""Tags from Parquet: the column of tags, batch by batch, while a thread decodes the next ones.

What the batches become is in sources.py; Parquet of whole documents is read by goldwire.eval.streaming.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from goldwire.errors import InputError
from goldwire.eval.ahead import ahead
from goldwire.eval.tagging.codes import CodeBook
from goldwire.eval.tagging.sources import Piece, chosen_column, column_piece

BATCH, DEPTH = 4096, 4  # sequences at a time, and how many such batches are decoded ahead


def parquet_pieces(
    path: Path, book: CodeBook, column: str | None = None, *, with_words: bool = False
) -> Iterator[Piece]:
    """Give the tag column of a Parquet file, row group by row group; integers are named by its ClassLabel."""
    from pyarrow import ArrowInvalid

    try:
        file = opened(path)
    except ArrowInvalid as error:
        raise InputError(path, "is no Parquet file", "give Parquet, JSON lines or CoNLL columns") from error
    schema = file.schema_arrow
    name = chosen_column(column, schema.names, path)
    names, tokens = class_names(schema, name), _tokens(schema) if with_words else []
    if strings := _string_paths(file, name):
        file = opened(path, strings)
    for batch in ahead(_batches(file, [name, *tokens]), DEPTH):
        piece = column_piece(batch.column(name), book, names)
        yield piece._replace(words=_words(batch.column(tokens[0]))) if tokens else piece


def has_words(path: Path) -> bool:
    """Say whether a file has words beside its tags."""
    return bool(_tokens(opened(path).schema_arrow))


def opened(path: Path, dictionaries: Sequence[str] = ()) -> Any:
    """Open a file by the reader that pyarrow.parquet's own ParquetFile is made of.

    pyarrow.parquet itself loads the file systems of clouds, which takes a tenth of the time of a small file.
    """
    from pyarrow._parquet import ParquetReader

    reader = ParquetReader()
    reader.open(str(path), read_dictionary=list(dictionaries))
    return reader


def _tokens(schema: Any) -> list[str]:
    from pyarrow import types

    from goldwire.eval.tagging.words import COLUMNS

    return [name for name in COLUMNS if name in schema.names and types.is_list(schema.field(name).type)][:1]


def _words(column: Any) -> Any:
    from goldwire.eval.tagging.words import ArrowWords

    return ArrowWords(column)


def leaves(file: Any, column: str) -> dict[int, Any]:
    """Give the leaves of a column by their number in the file."""
    schema = file.metadata.schema
    leaves = ((place, schema.column(place)) for place in range(len(schema)))
    return {place: leaf for place, leaf in leaves if leaf.path.partition(".")[0] == column}


def _string_paths(file: Any, column: str) -> list[str]:
    return [leaf.path for leaf in leaves(file, column).values() if leaf.physical_type == "BYTE_ARRAY"]


def _batches(file: Any, columns: list[str]) -> Iterator[Any]:
    # Row group by row group: batches that reach over two cannot hold lists of dictionary values.
    places = [place for column in columns for place in leaves(file, column)]
    for group in range(file.metadata.num_row_groups):
        yield from file.iter_batches(BATCH, [group], column_indices=places, use_threads=False)


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
