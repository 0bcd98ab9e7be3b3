"""Tags from JSON lines: every line is parsed, and the tags are then found in the bytes of their lists at once.

What a list of tags may look like otherwise (escapes, other white space) is read string by string.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from goldwire.errors import InputError
from goldwire.eval.counts import Array
from goldwire.eval.tagging import words
from goldwire.eval.tagging.codes import CodeBook
from goldwire.eval.tagging.sources import Piece, chosen_column
from goldwire.eval.tagging.spellings import Spellings

BLOCK = 1 << 19
_QUOTE, _BLANK, _OPEN = b'" ['
_COMMA = len('","')
_NOTHING = msgspec.Raw(b"")


def json_pieces(path: Path, book: CodeBook, column: str | None = None, *, with_words: bool = False) -> Iterator[Piece]:
    """Give the lists of tags in the lines of a JSON lines file, and their words if these are asked for."""
    row: Any = None
    spellings = Spellings(book)
    for block in _blocks(path):
        row = row or _row(block, column, path)
        rows = _decoded(row, block, path)
        codes, lengths = _codes([one.tags for one in rows], spellings, path)
        yield Piece(codes, lengths, _words([one.words for one in rows]) if with_words else None)


def has_words(path: Path) -> bool:
    """Say whether the first line has a column of words."""
    block = next(_blocks(path), b"")
    return bool(block) and any(name in words.COLUMNS for name in _first(block, path))


def _row(block: bytes, column: str | None, path: Path) -> Any:
    """Give a decoder of lines that leaves tags and words as they are, from the first line's columns."""
    names = list(_first(block, path))
    tokens = next((name for name in words.COLUMNS if name in names), words.COLUMNS[0])
    rename = {"tags": chosen_column(column, names, path), "words": tokens}
    fields: list[Any] = [("tags", msgspec.Raw), ("words", msgspec.Raw, _NOTHING)]
    return msgspec.json.Decoder(msgspec.defstruct("Row", fields, rename=rename, gc=False)).decode_lines


def _first(block: bytes, path: Path) -> dict[str, Any]:
    row = _decoded(msgspec.json.decode, block[: block.find(b"\n") + 1] or block, path)
    if not isinstance(row, dict):
        raise InputError(path, "holds no objects", "give one object a line")
    return row


def _decoded(decode: Any, block: bytes, path: Path) -> Any:
    try:
        return decode(block)
    except msgspec.ValidationError as error:
        raise InputError(path, f"is not as expected: {error}", "give each line a list of tag strings") from error
    except msgspec.DecodeError as error:
        raise InputError(path, f"is not JSON lines: {error}", "give one object a line") from error


def _words(raws: list[Any]) -> words.RawWords:
    return words.RawWords(b"".join(raws), np.fromiter(map(len, raws), np.int64, len(raws)))


def _codes(raws: list[Any], spellings: Spellings, path: Path) -> tuple[Array, Array]:
    """Give the codes of lists of tags as they stand in JSON, and how many each list has."""
    joined = b"\n".join(raws)
    sizes = np.fromiter(map(len, raws), np.int64, len(raws))
    found = None if b"\\" in joined else _between_quotes(np.frombuffer(joined, np.uint8), sizes)
    if found is None:
        lists = _decoded(msgspec.json.Decoder(list[list[str]]).decode, b"[%b]" % b",".join(raws), path)
        return spellings.book.codes(lists), np.fromiter(map(len, lists), np.int64, len(lists))
    first, last, lengths = found
    return spellings.codes(np.frombuffer(joined, np.uint8), first, last - first), lengths


def _between_quotes(text: Array, sizes: Array) -> tuple[Array, Array, Array] | None:
    """Give where each string starts and ends, and how many each list has; None for lists not written plainly.

    Plain is ["O","B-PER"] or ["O", "B-PER"]. The text is valid JSON, so what stands between two strings is looked at
    no further than that a list begins and ends with a string and one comma, with or without a blank, divides them.
    """
    quotes = np.flatnonzero(text == _QUOTE)
    first, last = quotes[0::2] + 1, quotes[1::2]
    ends = np.cumsum(sizes + 1) - 1
    bounds = np.append(np.searchsorted(first, ends - sizes), len(first))
    filled = np.diff(bounds) > 0
    one, other = bounds[:-1][filled], bounds[1:][filled] - 1
    framed = np.array_equal(first[one], (ends - sizes)[filled] + 2) and np.array_equal(last[other], ends[filled] - 2)
    if not framed or (sizes[~filled] != len("[]")).any() or (text[ends - sizes] != _OPEN).any():
        return None
    gap = first[1:] - last[:-1]
    gap[one[1:] - 1] = _COMMA
    wide = np.flatnonzero(gap != _COMMA)
    if (gap[wide] != _COMMA + 1).any() or (text[last[wide] + 2] != _BLANK).any():
        return None
    return first, last, np.diff(bounds)


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
