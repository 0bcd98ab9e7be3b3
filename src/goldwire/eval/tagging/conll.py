"""Tags from CoNLL columns, found in the bytes of a block at once: one token a line, blank lines between sentences.

The last column holds the tag. Tokens are not looked at; documents are read by goldwire.formats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from goldwire.errors import InputError
from goldwire.eval.counts import Array
from goldwire.eval.tagging.codes import CodeBook
from goldwire.eval.tagging.sources import Piece

BLOCK = 1 << 17
_NEWLINE, _SPACE, _TAB, _OUTSIDE = b"\n \tO"
_UNSIGHTLY = re.compile(rb"[ \t\r]+(?=\n)")
_NO_TOKENS = re.compile(rb"^(?:-DOCSTART-.*|# [a-z_:]+ ?=.*)$", re.MULTILINE)
_WIDEST = 256


def conll_pieces(path: Path, book: CodeBook, column: str | None = None) -> Iterator[Piece]:
    """Give the last column of a file; -DOCSTART- lines and comments (`# name = value`) are no tokens.

    Raises:
        InputError: a line has no tag.
    """
    if column is not None:
        raise InputError(path, f"has no column named {column!r}", "the last column of CoNLL files is the tag")
    tags = _Tags(book)
    line = 0
    for block in _sentence_blocks(path):
        yield _piece(block, tags, path, line)
        line += block.count(b"\n")


def _sentence_blocks(path: Path) -> Iterator[bytes]:
    """Give whole sentences, every line ended by one newline, without blanks at lines' ends."""
    rest = b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            data = _tidy(rest + block)
            cut = data.rfind(b"\n\n") + 2
            if cut >= 2:
                yield data[:cut]
                rest = data[cut:]
            else:
                rest = data
    if rest:
        yield _tidy(rest + b"\n")


def _tidy(data: bytes) -> bytes:
    if any(found in data for found in (b"\r\n", b" \n", b"\t\n")):
        data = _UNSIGHTLY.sub(b"", data)
    return data


def _piece(block: bytes, tags: _Tags, path: Path, line: int) -> Piece:
    if b"-DOCSTART-" in block or b"# " in block:
        block = _NO_TOKENS.sub(b"", block)
    text = np.frombuffer(block, np.uint8)
    newline = np.flatnonzero(text == _NEWLINE)
    filled = np.diff(newline, prepend=-1) > 1
    before = text[newline - 2]
    outside = (text[newline - 1] == _OUTSIDE) & ((before == _SPACE) | (before == _TAB))
    codes = np.zeros(len(newline), np.uint16)
    tagged = np.flatnonzero(filled & ~outside)
    if len(tagged):
        start = _tag_starts(text, newline, tagged, (path, line))
        codes[tagged] = tags.of(text, start, newline[tagged] - start)
    return Piece(_narrow(codes[filled]), _lengths(filled))


def _tag_starts(text: Array, newline: Array, tagged: Array, where: tuple[Path, int]) -> Array:
    """Give where the last column of these lines starts."""
    gaps = np.flatnonzero((text == _SPACE) | (text == _TAB))
    place = np.searchsorted(gaps, newline[tagged]) - 1
    line_start = np.where(tagged > 0, newline[tagged - 1] + 1, 0)
    start = np.where(place >= 0, gaps[place] + 1 if len(gaps) else 0, 0)
    lost = np.flatnonzero(start <= line_start)
    if len(lost):
        number = where[1] + int(tagged[lost[0]]) + 1
        raise InputError(f"{where[0]}:{number}", "has no tag", "write the tag into the last column")
    return start


def _lengths(filled: Array) -> Array:
    tokens = np.cumsum(filled)
    lengths = np.diff(tokens[~filled], prepend=0, append=tokens[-1] if len(tokens) else 0)
    return lengths[lengths > 0]


def _narrow(codes: Array) -> Array:
    return codes.astype(np.uint8) if codes.max(initial=0) < 256 else codes


class _Tags:
    """The codes of tags by a number that stands for their bytes."""

    def __init__(self, book: CodeBook) -> None:
        self.book = book
        self.noise = np.random.default_rng(20160102).integers(0, 2**63, _WIDEST, np.uint64) * np.uint64(2) + np.uint64(
            1
        )
        self.codes: dict[int, tuple[int, bytes]] = {}

    def of(self, text: Array, start: Array, size: Array) -> Array:
        """Give the codes of the tags that start there and have these sizes."""
        letters, numbers = self._numbers(text, start, size)
        kinds, first, which = np.unique(numbers, return_index=True, return_inverse=True)
        samples = letters[first]
        if not np.array_equal(samples[which], letters):
            raise InputError("tags", "two share a number", "convert the file to JSON lines")
        codes = np.array([self._code(*pair) for pair in zip(kinds.tolist(), map(bytes, samples), strict=True)])
        found: Array = codes[which]
        return found

    def _numbers(self, text: Array, start: Array, size: Array) -> tuple[Array, Array]:
        width = int(size.max())
        letters = text[np.minimum(start[:, None] + np.arange(width), len(text) - 1)]
        letters[np.arange(width) >= size[:, None]] = 0
        return letters, letters.astype(np.uint64) @ self.noise[:width]

    def _code(self, number: int, padded: bytes) -> int:
        tag = padded.rstrip(b"\0")
        if number not in self.codes:
            self.codes[number] = self.book.code(tag.decode("utf-8", "replace")), tag
        code, known = self.codes[number]
        if known != tag:
            raise InputError("tags", f"{tag!r} and {known!r} share a number", "convert the file to JSON lines")
        return code
