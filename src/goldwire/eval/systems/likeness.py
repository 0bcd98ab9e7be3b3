"""The stretches of a text that are most like a string: the fuzzy search of alignment.

Likeness is difflib's ratio. It is asked of few stretches: what no shared letters could bring to the bound is put aside
by counting, for all stretches at once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]
LIKENESS = 0.85
_WORD = re.compile(r"[^\W_]+(?:['.&][^\W_]+)*")
_NOWHERE: Places = np.zeros(0, dtype=np.int64)
_DIGITS = 10
_LETTERS = 32
"""Columns of counted characters; several characters may share one, which only lets a stretch through."""


class Stretches:
    """The words of a folded text, and how many of each character stand before each word's start and end."""

    def __init__(self, text: str) -> None:
        """Count the text's characters once, for any number of searches."""
        self.text = text
        spans = [match.span() for match in _WORD.finditer(text)]
        self.starts, self.ends = np.array(spans, dtype=np.int64).reshape(-1, 2).T
        self.places = _by_first_letters(text, spans)
        codes = _columns(text)
        small = np.uint16 if len(text) < 1 << 16 else np.int32
        self.before = np.zeros((2, len(spans), _DIGITS + _LETTERS), dtype=small)
        for column in range(_DIGITS + _LETTERS):
            running = np.concatenate(([0], np.cumsum(codes == column)))
            self.before[:, :, column] = running[self.starts], running[self.ends]

    def most_like(self, wanted: str) -> list[tuple[int, int]]:
        """Give the stretches of about as many words that share a word's first two letters and are the most like.

        None is less like than LIKENESS, and all have the same numbers as what is wanted.
        """
        best, alike, like = LIKENESS, set[tuple[int, int]](), _Likeness(wanted)
        for bound, start, end in self._promising(wanted):
            if bound < best:
                break
            if (found := like(self.text[start:end], best)) >= best:
                alike = {*alike, (start, end)} if found == best else {(start, end)}
                best = found
        return sorted(alike)

    def _promising(self, wanted: str) -> Iterator[tuple[float, int, int]]:
        """Give the stretches that may be like enough, each with the bound that its characters set; the best first."""
        firsts, lasts = self._around(wanted)
        asked = np.bincount(_columns(wanted), minlength=_DIGITS + _LETTERS).astype(self.before.dtype)
        sizes = self.ends[lasts] - self.starts[firsts]
        fits = 2 * np.minimum(sizes, len(wanted)) / (sizes + len(wanted)) >= LIKENESS
        firsts, lasts, sizes = firsts[fits], lasts[fits], sizes[fits]
        held = self.before[1, lasts] - self.before[0, firsts]
        bounds = 2 * np.minimum(held, asked).sum(axis=1) / (sizes + len(wanted))
        hopeful = np.flatnonzero((bounds >= LIKENESS) & (held[:, :_DIGITS] == asked[:_DIGITS]).all(axis=1))
        order = hopeful[np.argsort(-bounds[hopeful], kind="stable")]
        starts, ends = self.starts[firsts[order]], self.ends[lasts[order]]
        return zip(bounds[order].tolist(), starts.tolist(), ends.tolist(), strict=True)

    def _around(self, wanted: str) -> tuple[Places, Places]:
        """Give the first and last words of the stretches that hold a word with the first two letters of one asked."""
        asked = re.findall(r"\w+", wanted)
        near = np.zeros(len(self.starts) + 1, dtype=np.int64)
        for word in asked:
            near[1:][self.places.get(word[:2], _NOWHERE)] = 1
        until, ends = np.cumsum(near), list[tuple[Places, Places]]()
        for size in range(max(1, len(asked) - 1), len(asked) + 2):
            firsts = np.flatnonzero(until[size:] > until[:-size])
            ends.append((firsts, firsts + size - 1))
        firsts, lasts = (np.concatenate(side) for side in zip(*ends, strict=True))
        return firsts, lasts


class _Likeness:
    """How like a string is to stretches of a text: 0 where numbers differ, or where it would not be the best."""

    def __init__(self, wanted: str) -> None:
        self.numbers, self.wanted = re.findall(r"\d+", wanted), wanted
        self.matcher = SequenceMatcher(None, "", wanted, autojunk=False)
        self.known: dict[str, float] = {}
        self.where: dict[str, int] = defaultdict(int)
        for place, character in enumerate(wanted):
            self.where[character] |= 1 << place

    def __call__(self, stretch: str, best: float) -> float:
        if stretch not in self.known:
            self.known[stretch] = self._ratio(stretch, best)
        return self.known[stretch]

    def _ratio(self, stretch: str, best: float) -> float:
        if re.findall(r"\d+", stretch) != self.numbers or self._bound(stretch) < best:
            return 0.0
        self.matcher.set_seq1(stretch)
        return self.matcher.ratio()

    def _bound(self, stretch: str) -> float:
        """Give the ratio of the longest common subsequence, which difflib's never exceeds: with a bit a character.

        Crochemore et al. 2001, "A fast and practical bit-vector algorithm for the longest common subsequence problem".
        """
        full = free = (1 << len(self.wanted)) - 1
        for character in stretch:
            found = free & self.where.get(character, 0)
            free = ((free + found) | (free - found)) & full
        return 2 * (full ^ free).bit_count() / (len(stretch) + len(self.wanted))


def _by_first_letters(text: str, words: list[tuple[int, int]]) -> dict[str, Places]:
    places: dict[str, list[int]] = defaultdict(list)
    for index, (start, _) in enumerate(words):
        places[text[start : start + 2]].append(index)
    return {letters: np.array(found, dtype=np.int64) for letters, found in places.items()}


def _columns(text: str) -> Places:
    """Give the column in which each character is counted: a digit's own, or one that characters share."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)
    digits = (codes >= ord("0")) & (codes <= ord("9"))
    return np.where(digits, codes - ord("0"), _DIGITS + codes % _LETTERS)
