"""Tags from CoNLL columns, found in the bytes of a block at once: one token a line, blank lines between sentences.

All lines have the same number of columns, divided by tabs or by blanks. Documents are read by goldwire.formats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from goldwire.errors import InputError
from goldwire.eval.counts import Array
from goldwire.eval.tagging.codes import CodeBook, first_tokens
from goldwire.eval.tagging.sources import Piece
from goldwire.eval.tagging.spellings import Spellings
from goldwire.eval.tagging.words import TextWords

BLOCK = 1 << 18
LAST = "last"
_NEWLINE, _SPACE, _TAB, _PASSED, _DASH = b"\n \t#-"
_BOM = b"\xef\xbb\xbf"
_UNSIGHTLY = re.compile(rb"[ \t\r]+(?=\n)")
_BLANKS = re.compile(rb"(?<=\n) +| +(?= )")
_DOCSTART = b"-DOCSTART-"
_COUNTED = re.compile(rb"\d+(?:[-.]\d+)?[ \t]+\S+[ \t]+\S")
_HEADS = re.compile(rb"^(?:(?:\d[\d.-]*[ \t]+)?-DOCSTART-.*|# (?:newdoc|id)\b[a-z_: ]*=.*)$", re.MULTILINE)
_COMMENTS = re.compile(rb"^#(?: [a-z_:]+ ?=.*|(?!.*[ \t](?:O|[BIMELSU](?:-\S+)?)$).*)$", re.MULTILINE)


def conll_pieces(path: Path, book: CodeBook, column: str | None = None, *, with_words: bool = False) -> Iterator[Piece]:
    """Give a column of tags: the last, or the one with this number, from 1 or (negative) from the last.

    The words are those of the first column, of the second where the first counts them. -DOCSTART- lines and comments
    (`# name = value`, or no tag at the end) are no tokens.

    Raises:
        InputError: a line has no tag, or not as many columns as the first one.
    """
    reader = _Columns(path, Spellings(book), _number(path, column))
    for number, block in enumerate(_sentence_blocks(path)):
        reader.word = reader.word if number else _is_counted(block)
        yield reader.piece(block, with_words=with_words)


def _is_counted(block: bytes) -> bool:
    """Say whether the first column counts the words, as it does in formats.conll_columns."""
    rows = [line for line in block[:10000].split(b"\n")[:-1] if line and not line.startswith(b"#")]
    return bool(rows) and all(map(_COUNTED.match, rows))


def is_number(column: str) -> bool:
    """Say whether a setting is the number of a column."""
    return column.removeprefix("-").isdecimal() and int(column) != 0


def _number(path: Path, column: str | None) -> int:
    if column in (None, LAST):
        return -1
    if not is_number(str(column)):
        mend = "give its number, from 1 or from the last one (-1)"
        raise InputError(path, f"has no column named {column!r}", mend)
    return int(str(column))


def _sentence_blocks(path: Path) -> Iterator[bytes]:
    """Give whole sentences, every line ended by one newline."""
    with path.open("rb") as file:
        rest = file.read(len(_BOM)).removeprefix(_BOM)
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


class _Lines(NamedTuple):
    """The lines of a block that have tokens: where each starts and ends and its number in the block.

    lengths: how many of them the sentences have; total: how many lines there are in all.
    """

    start: Array
    end: Array
    number: Array
    lengths: Array
    total: int


@dataclass(slots=True)
class _Columns:
    """A file's column of tags; `width` is the number of columns, once known, `line` how many lines were read.

    word: whether the words stand in the second column.
    """

    path: Path
    spellings: Spellings
    column: int
    width: int = 0
    line: int = 0
    word: bool = False

    def piece(self, block: bytes, *, with_words: bool) -> Piece:
        """Give the sentences of a block."""
        text = np.frombuffer(block, np.uint8)
        lines, gaps = self._divided(text, b"\t" in block)
        if gaps is None or (self.word and _DOCSTART in block):
            text = np.frombuffer(_cleaned(block), np.uint8)
            lines, gaps = self._divided(text, b"\t" in block, cleaned=True)
        if gaps is None:
            raise self._ragged(text, lines, b"\t" in block)
        start, end = self._bounds(lines, gaps)
        self.line += lines.total
        first, last = (gaps[:, 0] + 1, gaps[:, 1]) if self.word else (lines.start, gaps[:, 0])
        words = TextWords(text, first, last - first, first_tokens(lines.lengths))
        return Piece(self.spellings.codes(text, start, end - start), lines.lengths, words if with_words else None)

    def _divided(self, text: Array, tabs: bool, *, cleaned: bool = False) -> tuple[_Lines, Array | None]:
        """Give the lines, and where the columns of each are divided, [lines, columns - 1]; None if they are not alike.

        As they are not where comments, runs of blanks or blanks at ends of lines stand among them.
        """
        lines = _lines(text, comments=cleaned)
        gaps = np.flatnonzero(text == (_TAB if tabs else _SPACE))
        size = len(lines.start)
        if not size:
            return lines, np.empty((0, max(self.width - 1, 1)), np.intp) if cleaned or not len(text) else None
        width = self.width or int(np.searchsorted(gaps, lines.end[0])) + 1
        if width < 2 or len(gaps) != size * (width - 1):
            return lines, None
        found = gaps.reshape(size, width - 1)
        first, last = text[lines.start], text[lines.end - 1]
        odd = (found[:, 0] <= lines.start).any() or (found[:, -1] >= lines.end).any() or _is_gap(last).any()
        runs = not tabs and (found[:, 1:] == found[:, :-1] + 1).any()
        if odd or runs or (not cleaned and ((first == _PASSED) | (first == _DASH)).any()):
            return lines, None
        self.width = width
        return lines, found

    def _bounds(self, lines: _Lines, gaps: Array) -> tuple[Array, Array]:
        """Give where the tags start and end."""
        place = self.column - 1 if self.column > 0 else self.width + self.column
        if self.width and not 0 <= place < self.width:
            found = f"column {str(self.column)!r} cannot be read: there are {self.width}"
            raise InputError(self.path, found, f"choose 1 to {self.width}")
        start = gaps[:, place - 1] + 1 if place > 0 else lines.start
        end = gaps[:, place] if place < self.width - 1 else lines.end
        empty = np.flatnonzero(start == end)
        if len(empty):
            raise self._tagless(int(lines.number[empty[0]]))
        return start, end

    def _ragged(self, text: Array, lines: _Lines, tabs: bool) -> InputError:
        """Give the error of the first line that has no tag, no token, or not as many columns as the first line."""
        gaps = np.flatnonzero(text == (_TAB if tabs else _SPACE))
        counts = np.searchsorted(gaps, lines.end) - np.searchsorted(gaps, lines.start)
        width = self.width or int(counts[0]) + 1
        wrong = int(np.flatnonzero((counts != width - 1) | (counts == 0) | _is_gap(text[lines.start]))[0])
        number = int(lines.number[wrong])
        if not counts[wrong]:
            return self._tagless(number)
        where = f"{self.path}:{self.line + number + 1}"
        if counts[wrong] == width - 1:
            return InputError(where, "the token is empty", "put one there, or remove the line")
        return InputError(where, f"{counts[wrong] + 1} columns, {width} columns were expected", "mend the line")

    def _tagless(self, number: int) -> InputError:
        where = f"{self.path}:{self.line + number + 1}"
        return InputError(where, "has no tag", "write the tag into its column")


def _cleaned(block: bytes) -> bytes:
    """Give a block without headers, blanks at ends of lines and runs of blanks; comments are marked."""
    block = _COMMENTS.sub(b"#", _HEADS.sub(b"", _UNSIGHTLY.sub(b"", block)))
    return block if b"\t" in block else _BLANKS.sub(b"", block.lstrip(b" "))


def _lines(text: Array, *, comments: bool) -> _Lines:
    """Give the lines that have tokens."""
    newline = np.flatnonzero(text == _NEWLINE)
    sizes = np.diff(newline, prepend=-1) - 1
    blank = np.flatnonzero(sizes == 0)
    filled = sizes > 0
    if comments:
        filled &= (sizes > 1) | (text[newline - 1] != _PASSED)
    number = np.flatnonzero(filled)
    ends = np.searchsorted(number, blank)
    lengths = np.diff(ends, prepend=0, append=len(number))
    end = newline[number]
    return _Lines(end - sizes[number], end, number, lengths[lengths > 0], len(newline))


def _is_gap(text: Array) -> Array:
    gap: Array = (text == _SPACE) | (text == _TAB)
    return gap
