"""Tags that stand in a text, as codes: each is met as a few words of eight bytes, and looked up by a number of them.

Where the tags stand in the text is for its reader to find: conll.py, lines.py.
"""

from __future__ import annotations

import numpy as np

from goldwire.errors import InputError
from goldwire.eval.counts import Array
from goldwire.eval.tagging.codes import NARROW, CodeBook

_OUTSIDE = ord("O")
_WORD, _WORDS, _SLOTS = 8, 1024, 16
_FIRST_BYTES = np.array([(1 << 8 * count) - 1 for count in range(_WORD + 1)], np.uint64)


def letters(text: Array, start: Array, size: Array) -> list[Array]:
    """Give the bytes that start there and have these sizes, eight to a word and zeros after the last, word by word."""
    words = -(-int(size.max(initial=1)) // _WORD)
    if words > _WORDS:
        raise InputError("columns", f"one has {int(size.max())} bytes", "give columns of tokens and tags")
    padded = np.append(text, np.zeros(words * _WORD, np.uint8))
    at_any_byte: Array = np.ndarray((len(text) + 1,), "<u8", padded, strides=(1,))
    found = [at_any_byte[start] & _FIRST_BYTES[np.minimum(size, _WORD)]]
    for place in range(1, words):
        left = np.clip(size - place * _WORD, 0, _WORD)
        found.append(at_any_byte[np.minimum(start + place * _WORD, len(text))] & _FIRST_BYTES[left])
    return found


class Spellings:
    """The codes of the tags met so far by their bytes; a tag's place among them is found by 16 bits of a product."""

    def __init__(self, book: CodeBook) -> None:
        """Start without any tag; the book learns those that are met."""
        self.book = book
        noise = np.random.default_rng(20160102).integers(0, 2**63, _WORDS, np.uint64)
        self.noise = noise * np.uint64(2) + np.uint64(1)
        self.place = np.zeros(1 << _SLOTS, np.int32)
        self.known: list[Array] = [np.full(1, np.iinfo(np.uint64).max)]  # no tag's bytes
        self.found: Array = np.zeros(1, np.uint16)

    def codes(self, text: Array, start: Array, size: Array) -> Array:
        """Give the codes of the tags that start there and have these sizes: uint8 where they fit, else uint16."""
        inside = np.flatnonzero((size != 1) | (text[start] != _OUTSIDE))
        found = self._inside(letters(text, start[inside], size[inside]))
        codes = np.zeros(len(start), np.uint8 if found.max(initial=0) < NARROW else np.uint16)
        codes[inside] = found
        return codes

    def _inside(self, spelt: list[Array]) -> Array:
        width = max(len(spelt), len(self.known))
        spelt, self.known = _widened(spelt, width), _widened(self.known, width)
        number = spelt[0] * self.noise[0]
        for word, noise in zip(spelt[1:], self.noise[1:width], strict=True):
            number += word * noise
        slot = (number >> np.uint64(64 - _SLOTS)).astype(np.int64)
        place = self.place[slot]
        codes: Array = self.found[place]
        unlike = self.known[0][place] != spelt[0]
        for known, word in zip(self.known[1:], spelt[1:], strict=True):
            unlike |= known[place] != word
        new = np.flatnonzero(unlike)
        if len(new):
            codes[new] = self._learnt(np.stack([word[new] for word in spelt], axis=1), slot[new])
        return codes

    def _learnt(self, spelt: Array, slot: Array) -> Array:
        """Give the codes of tags that do not stand in their slots, and put those not met before there."""
        kinds, first, which = np.unique(spelt, axis=0, return_index=True, return_inverse=True)
        codes = np.array([self.book.code(_tag(kind)) for kind in kinds], np.uint16)
        free = np.flatnonzero(self.place[slot[first]] == 0)
        self.place[slot[first[free]]] = np.arange(len(self.found), len(self.found) + len(free))
        self.known = [np.append(word, kinds[free, at]) for at, word in enumerate(self.known)]
        self.found = np.append(self.found, codes[free])
        learnt: Array = codes[which.reshape(-1)]
        return learnt


def _widened(spelt: list[Array], width: int) -> list[Array]:
    return spelt + [np.zeros(len(spelt[0]), np.uint64)] * (width - len(spelt))


def _tag(spelt: Array) -> str:
    return spelt.tobytes().rstrip(b"\0").decode("utf-8", "replace")
