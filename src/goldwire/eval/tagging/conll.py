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
_WORD, _WORDS = 8, 1024
_FIRST_BYTES = np.array([(1 << 8 * count) - 1 for count in range(_WORD + 1)], np.uint64)


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
        piece, lines = _piece(block, tags, path, line)
        yield piece
        line += lines


def _sentence_blocks(path: Path) -> Iterator[bytes]:
    """Give whole sentences, every line ended by one newline."""
    rest = b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            data = rest + block
            if b"\r" in data or b"\n\n" not in data:
                data = _UNSIGHTLY.sub(b"", data)
            cut = data.rfind(b"\n\n") + 2
            if cut >= 2:
                yield data[:cut]
                rest = data[cut:]
            else:
                rest = data
    if rest:
        yield _UNSIGHTLY.sub(b"", rest + b"\n")


def _piece(block: bytes, tags: _Tags, path: Path, line: int) -> tuple[Piece, int]:
    """Give a block's sentences and how many lines it has; `line` is how many stand before it."""
    if b"-DOCSTART-" in block or b"# " in block:
        block = _NO_TOKENS.sub(b"", block)
    text = np.frombuffer(block, np.uint8)
    newline = np.flatnonzero(text == _NEWLINE)
    filled = np.diff(newline, prepend=-1) > 1
    last, before = text[newline - 1], text[newline - 2]
    if _is_gap(last[filled]).any():
        return _piece(_UNSIGHTLY.sub(b"", block), tags, path, line)
    outside = (last == _OUTSIDE) & _is_gap(before)
    codes = np.zeros(len(newline), np.uint16)
    tagged = np.flatnonzero(filled & ~outside)
    if len(tagged):
        start = _tag_starts(text, newline, tagged, (path, line))
        codes[tagged] = tags.of(text, start, newline[tagged] - start)
    return Piece(_narrow(codes[filled]), _lengths(filled)), len(newline)


def _is_gap(text: Array) -> Array:
    gap: Array = (text == _SPACE) | (text == _TAB)
    return gap


def _tag_starts(text: Array, newline: Array, tagged: Array, where: tuple[Path, int]) -> Array:
    """Give where the last column of these lines starts."""
    gaps = np.flatnonzero(_is_gap(text))
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
        noise = np.random.default_rng(20160102).integers(0, 2**63, _WORDS, np.uint64)
        self.noise = noise * np.uint64(2) + np.uint64(1)
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
        """Give the tags' bytes, eight to a word and zeros after the last, and a number for each tag."""
        words = -(-int(size.max()) // _WORD)
        if words > _WORDS:
            raise InputError("tags", f"one has {int(size.max())} bytes", "give CoNLL columns, the tag in the last one")
        padded = np.append(text, np.zeros(words * _WORD, np.uint8))
        at_any_byte: Array = np.ndarray((len(text),), "<u8", padded, strides=(1,))
        letters = np.empty((len(start), words), np.uint64)
        for place in range(words):
            left = np.clip(size - place * _WORD, 0, _WORD)
            first = np.minimum(start + place * _WORD, len(text) - 1)
            letters[:, place] = at_any_byte[first] & _FIRST_BYTES[left]
        return letters, (letters * self.noise[:words]).sum(axis=1)

    def _code(self, number: int, padded: bytes) -> int:
        tag = padded.rstrip(b"\0")
        if number not in self.codes:
            self.codes[number] = self.book.code(tag.decode("utf-8", "replace")), tag
        code, known = self.codes[number]
        if known != tag:
            raise InputError("tags", f"{tag!r} and {known!r} share a number", "convert the file to JSON lines")
        return code
