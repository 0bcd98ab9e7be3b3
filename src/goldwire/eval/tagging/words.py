"""The words beside the tags of two files, compared: tags of other words are no answer to the gold's sentences.

Words are compared as they stand in their files, and taken out one by one only where they differ or the files are of
unlike kinds. Where they stand is for the readers to find: conll.py, lines.py, files.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from goldwire.eval.counts import Array
from goldwire.eval.tagging.spellings import letters

COLUMNS = ("tokens", "words")


class Words(Protocol):
    """The words of some sequences of one side."""

    def cut(self, first: int, end: int) -> Words:
        """Give the words of some of the sequences."""

    def same(self, other: Any) -> bool:
        """Tell whether the words of another side are quickly seen to be the same."""

    def rows(self) -> list[list[str]]:
        """Give the words, a list a sequence."""


@dataclass(slots=True)
class Unlike:
    """How many sequences had other words than the gold's, and where the first one is."""

    count: int = 0
    first: str = ""

    def compare(self, gold: Words, pred: Words, before: int) -> None:
        """Compare the words of both sides' sequences; so many sequences were compared before."""
        if type(gold) is type(pred) and gold.same(pred):
            return
        for place, (one, other) in enumerate(zip(gold.rows(), pred.rows(), strict=True), start=before + 1):
            if one != other:
                self.count += 1
                self.first = self.first or f"sentence {place}: {_difference(one, other)}"


def _difference(gold: list[str], pred: list[str]) -> str:
    pairs = zip(gold, pred, strict=False)
    unlike = next((pair for pair in pairs if pair[0] != pair[1]), None)
    return f"{unlike[1]!r} for {unlike[0]!r}" if unlike else f"{len(pred)} words for {len(gold)}"


@dataclass(frozen=True, slots=True)
class TextWords:
    """Words in the bytes of a text: where each starts, its size, and the indices of sequences' first words."""

    text: Array
    start: Array
    size: Array
    firsts: Array

    def cut(self, first: int, end: int) -> TextWords:
        """Give the words of some of the sequences."""
        one, other = self.firsts[first], self.firsts[end]
        return TextWords(self.text, self.start[one:other], self.size[one:other], self.firsts[first : end + 1] - one)

    def same(self, other: TextWords) -> bool:
        """Tell whether all words are the same: their sizes, first eight bytes, and the bytes of the longer ones."""
        if not np.array_equal(self.size, other.size):
            return False
        long = np.flatnonzero(self.size > 8)
        sides = [
            letters(side.text, side.start, np.minimum(side.size, 8))
            + letters(side.text, side.start[long], side.size[long])
            for side in (self, other)
        ]
        return all(np.array_equal(*pair) for pair in zip(*sides, strict=True))

    def rows(self) -> list[list[str]]:
        """Give the words, a list a sequence."""
        text = self.text.tobytes()
        words = [
            text[start : start + size].decode("utf-8", "replace")
            for start, size in zip(self.start.tolist(), self.size.tolist(), strict=True)
        ]
        return [words[first:end] for first, end in pairwise(self.firsts.tolist())]


@dataclass(frozen=True, slots=True)
class RawWords:
    """Words as JSON, a list of strings a sequence: all lists joined, and the size of each in bytes."""

    text: bytes
    sizes: Array

    def cut(self, first: int, end: int) -> RawWords:
        """Give the words of some of the sequences."""
        before, inside = int(self.sizes[:first].sum()), int(self.sizes[first:end].sum())
        return RawWords(self.text[before : before + inside], self.sizes[first:end])

    def same(self, other: RawWords) -> bool:
        """Tell whether all words are written the same."""
        return self.text == other.text and np.array_equal(self.sizes, other.sizes)

    def rows(self) -> list[list[str]]:
        """Give the words, a list a sequence."""
        import msgspec

        bounds = pairwise([0, *np.cumsum(self.sizes).tolist()])
        return [list(map(str, msgspec.json.decode(self.text[start:end] or b"[]") or [])) for start, end in bounds]


@dataclass(frozen=True, slots=True)
class ArrowWords:
    """Words as an Arrow array of lists of strings."""

    array: Any

    def cut(self, first: int, end: int) -> ArrowWords:
        """Give the words of some of the sequences."""
        return ArrowWords(self.array.slice(first, end - first))

    def same(self, other: ArrowWords) -> bool:
        """Tell whether all words are the same."""
        return bool(self.array.equals(other.array))

    def rows(self) -> list[list[str]]:
        """Give the words, a list a sequence."""
        return [row or [] for row in self.array.to_pylist()]
