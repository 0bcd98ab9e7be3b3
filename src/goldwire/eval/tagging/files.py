"""Tags from files, a block at a time, whatever the file's size: each kind is read in parquet.py, lines.py or conll.py.

Only the column of tags is read, and that of words if asked for. What is done with the chunks is in counting.py;
documents are read by goldwire.formats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from goldwire.errors import InputError
from goldwire.eval.tagging.codes import CodeBook, first_tokens
from goldwire.eval.tagging.sources import Piece
from goldwire.tags import OUTSIDE

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


class Reader(NamedTuple):
    """How a kind of file is read: its pieces, and whether it has words beside the tags."""

    pieces: Callable[..., Iterator[Piece]]
    has_words: Callable[[Path], bool]


def _reader(path: Path, *, beside: bool = False) -> Reader:
    """Give the reader that a file's suffix asks for."""
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        from goldwire.eval.tagging import parquet

        return Reader(parquet.parquet_pieces, parquet.has_words)
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
    return [tags for block in blocks_of_tags(path, column) for tags in block]


def blocks_of_tags(path: Path, column: str | None = None) -> Iterator[list[list[str]]]:
    """Give the same, block by block."""
    book = CodeBook(lambda tag: (tag, 0))
    for piece in file_pieces(path, book, column):
        names = book.names()
        tags = [names[code // 4 - 1] if code else OUTSIDE for code in piece.codes.tolist()]
        yield [tags[first:end] for first, end in pairwise(first_tokens(piece.lengths).tolist())]
