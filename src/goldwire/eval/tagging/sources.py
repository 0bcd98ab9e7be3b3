"""Chunks of coded tags from what is in memory: lists of tags, and columns of integers with their names.

Files are read in files.py; what is counted, in counting.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import compress
from operator import ne
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from goldwire.errors import InputError
from goldwire.eval.counts import Array
from goldwire.eval.tagging.codes import CodeBook, first_tokens
from goldwire.eval.tagging.counting import Chunk
from goldwire.tags import IGNORED

if TYPE_CHECKING:
    from goldwire.eval.tagging.words import Unlike, Words

SEQUENCES = 5000
COLUMNS = ("ner_tags", "tags", "labels", "ner", "predictions", "pred", "pred_tags")
Tags = Sequence[Sequence[str]]


class IgnoredTokens(InputError):
    """A column of numbered tags has tokens that are none (-100), which only its documents can leave out."""


class Piece(NamedTuple):
    """Some sequences of one side: the codes of their tokens, how many tokens each has, and the words if asked for."""

    codes: Array
    lengths: Array
    words: Words | None = None


def chosen_column(column: str | None, names: list[str], where: object) -> str:
    """Give the column of the tags: the one named, else the first of COLUMNS that is there; raises InputError."""
    found = [name for name in ((column,) if column else COLUMNS) if name in names]
    if not found:
        wanted = column or "column of tags"
        raise InputError(where, f"has no {wanted}; it has {', '.join(names)}", "name the column of the tags")
    return found[0]


def list_chunks(gold: Tags, pred: Tags, book: CodeBook) -> Iterator[Chunk]:
    """Give lists of lists of tags in chunks; raises InputError where the sides differ in length."""
    if len(gold) != len(pred):
        return aligned(list_pieces(gold, book), list_pieces(pred, book))
    starts = range(0, len(gold), SEQUENCES)
    return (_list_chunk(gold[at : at + SEQUENCES], pred[at : at + SEQUENCES], at, book) for at in starts)


def _list_chunk(gold: Tags, pred: Tags, before: int, book: CodeBook) -> Chunk:
    """Give a chunk of lists; predictions that are the gold's own tags have its codes, looked up once."""
    one, unlike = _list_piece(gold, book), _unlike(gold, pred)
    other = _list_piece([pred[place] for place in unlike], book)
    lengths = one.lengths.copy()
    lengths[unlike] = other.lengths
    if not np.array_equal(one.lengths, lengths):
        raise _unequal(before, one.lengths, lengths)
    codes = one.codes.astype(np.result_type(one.codes, other.codes))
    differs = np.zeros(len(lengths), bool)
    differs[unlike] = True
    codes[np.repeat(differs, lengths)] = other.codes
    return Chunk(one.codes, codes, first_tokens(lengths))


def _unlike(gold: Tags, pred: Tags) -> list[int]:
    """Give the places of sequences that are not seen at once to be the same; arrays are all taken for unlike."""
    try:
        return list(compress(range(len(gold)), map(ne, gold, pred)))
    except (TypeError, ValueError):
        return list(range(len(gold)))


def list_pieces(sequences: Tags, book: CodeBook) -> Iterator[Piece]:
    """Give a side's lists of tags, some thousand sequences at a time."""
    for first in range(0, len(sequences), SEQUENCES):
        yield _list_piece(sequences[first : first + SEQUENCES], book)


def _list_piece(sequences: Tags, book: CodeBook) -> Piece:
    return Piece(book.codes(sequences), np.fromiter(map(len, sequences), np.int64, len(sequences)))


def column_chunks(gold: Any, pred: Any, book: CodeBook, names: Sequence[str] | None = None) -> Iterator[Chunk]:
    """Give two Arrow columns of lists in chunks; `names` are the tags that integers stand for."""
    return aligned(column_pieces(gold, book, names), column_pieces(pred, book, names))


def column_pieces(column: Any, book: CodeBook, names: Sequence[str] | None = None) -> Iterator[Piece]:
    """Give a side's column (pyarrow Array or ChunkedArray of lists of integers, strings or dictionary values)."""
    pieces: list[Piece] = []
    rows = 0
    for chunk in getattr(column, "chunks", [column]):
        for first in range(0, len(chunk), SEQUENCES):
            pieces.append(column_piece(chunk.slice(first, SEQUENCES), book, names))
            rows += len(pieces[-1].lengths)
            if rows >= SEQUENCES:
                yield _joined(pieces)
                pieces, rows = [], 0
    if pieces:
        yield _joined(pieces)


def column_piece(array: Any, book: CodeBook, names: Sequence[str] | None) -> Piece:
    """Give an Arrow array of lists as codes and lengths; raises InputError for nulls and unknown integers."""
    offsets, values = _bounds_and_values(array)
    if array.null_count or values.null_count:
        raise InputError("tag column", "holds nulls", "give every token a tag, and every sequence a list")
    lengths = np.diff(offsets)
    if hasattr(values, "dictionary"):
        return Piece(_looked_up(_numbers(values.indices), values.dictionary.to_pylist(), book), lengths)
    if str(values.type).endswith("string"):
        return column_piece(_with_dictionary(offsets, values), book, None)
    if names is not None and str(values.type).lstrip("u").startswith("int"):
        return Piece(_looked_up(_numbers(values), names, book), lengths)
    raise InputError("tag column", f"holds {values.type} without names", "give the names of the tags, or strings")


def _bounds_and_values(array: Any) -> tuple[Array, Any]:
    """Give where each list starts among the values (and where the last one ends), and the values.

    By the buffers: Arrow's own `flatten` and `to_numpy` import pandas, which takes longer than scoring a file.
    """
    width = 8 if str(array.type).startswith("large") else 4
    buffer = array.buffers()[1]
    stored = np.frombuffer(buffer, f"i{width}", len(array) + 1, array.offset * width) if len(array) else None
    found = np.zeros(1, "i4") if stored is None else stored
    return found - found[0], array.values.slice(int(found[0]), int(found[-1] - found[0]))


def _numbers(values: Any) -> Array:
    """Give an Arrow array of integers as it lies in memory."""
    kind = np.dtype(str(values.type))
    if not len(values):
        return np.zeros(0, kind)
    return np.frombuffer(values.buffers()[1], kind, len(values), values.offset * kind.itemsize)


def dataset_column(dataset: Any, column: str) -> tuple[Any, list[str] | None]:
    """Give the Arrow column of a datasets.Dataset (its selection respected), and the names of its ClassLabel."""
    table = dataset.with_format("arrow")[:] if dataset._indices is not None else dataset.data
    feature = dataset.features[column]
    return table.column(column), getattr(getattr(feature, "feature", feature), "names", None)


def aligned(
    gold: Iterable[Piece],
    pred: Iterable[Piece],
    names: tuple[str, str] = ("gold", "predictions"),
    unlike: Unlike | None = None,
) -> Iterator[Chunk]:
    """Give both sides' pieces cut at common places; raises InputError where the sides differ in length.

    unlike: where sequences whose words differ are counted, if both sides' pieces have their words.
    """
    sides = iter(gold), iter(pred)
    one, other = next(sides[0], None), next(sides[1], None)
    sequences = 0
    while one is not None and other is not None:
        size = min(len(one.lengths), len(other.lengths))
        (one, one_rest), (other, other_rest) = _cut(one, size), _cut(other, size)
        if not np.array_equal(one.lengths, other.lengths):
            raise _unequal(sequences, one.lengths, other.lengths)
        if unlike is not None and one.words is not None and other.words is not None:
            unlike.compare(one.words, other.words, sequences)
        yield Chunk(one.codes, other.codes, first_tokens(one.lengths))
        sequences += size
        one = one_rest or next(sides[0], None)
        other = other_rest or next(sides[1], None)
    if one is not other:
        shorter, longer = names if one is None else names[::-1]
        raise InputError(shorter, f"ends after {sequences} sequences, {longer} goes on", "give both the same sequences")


def _cut(piece: Piece, size: int) -> tuple[Piece, Piece | None]:
    if size == len(piece.lengths):
        return piece, None
    tokens, words = int(piece.lengths[:size].sum()), piece.words
    first = Piece(piece.codes[:tokens], piece.lengths[:size], words and words.cut(0, size))
    rest = words and words.cut(size, len(piece.lengths))
    return first, Piece(piece.codes[tokens:], piece.lengths[size:], rest)


def _joined(pieces: list[Piece]) -> Piece:
    if len(pieces) == 1:
        return pieces[0]
    codes, lengths, _ = zip(*pieces, strict=True)
    return Piece(np.concatenate(codes), np.concatenate(lengths))


def _looked_up(numbers: Array, names: Sequence[str], book: CodeBook) -> Array:
    """Give the codes of integers; twice the table, so that small negative ones are found out too."""
    table = book.table(names)
    wrong = np.iinfo(table.dtype).max
    try:
        codes: Array = np.concatenate([table, np.full(len(table) + 1, wrong, table.dtype)])[numbers]
    except IndexError:
        codes = np.full(1, wrong, table.dtype)
    if len(codes) and codes.max() == wrong:
        found = f"holds {int(numbers.min())} to {int(numbers.max())}, but there are {len(names)} names"
        kind = IgnoredTokens if (numbers == IGNORED).any() else InputError
        raise kind("tag column", found, "number the tags from 0, and leave out ignored tokens")
    return codes


def _with_dictionary(offsets: Array, values: Any) -> Any:
    import pyarrow as pa

    buffers = [None, pa.py_buffer(offsets.astype(np.int32).tobytes())]
    encoded = values.dictionary_encode()
    return pa.Array.from_buffers(pa.list_(encoded.type), len(offsets) - 1, buffers, children=[encoded])


def _unequal(first: int, gold: Array, pred: Array) -> InputError:
    place = int(np.flatnonzero(gold != pred)[0])
    found = f"{pred[place]} predicted tags for {gold[place]} tokens"
    return InputError(f"sequence {first + place}", found, "predict one tag a token")
