"""Text in which unequal spellings are equal, with the way back: each folded character knows its place in the source.

Case, accents, quotes, dashes, white space, invisible characters and the full stops of abbreviations are folded. Finding
answers in folded text is the business of alignment.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from goldwire.document import Span

_QUOTES = dict.fromkeys("'`´‘’‚‛′ʼ＇\"“”„‟«»″＂‹›", "'")
_DASHES = dict.fromkeys("-‐‑‒–—―−﹘﹣－", "-")
_ABBREVIATION = re.compile(r"(?<![\w.])(?:[^\W\d_]\.){1,}[^\W\d_]?\.?(?![\w])")
_UNSPACED = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0xA4CF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF))


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text: character i stands for source[starts[i]:ends[i]], with what was dropped behind it.

    A source character that folds to several ("ß" to "ss") gives each of them the same place.
    """

    source: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> Span | None:
        """Give the source's span of a folded one, or None if it would cut a source character in two."""
        cut_before = start > 0 and self.starts[start - 1] == self.starts[start]
        cut_after = end < len(self.text) and self.starts[end] == self.starts[end - 1]
        return None if cut_before or cut_after else Span(self.starts[start], self.ends[end - 1])


def fold(text: str) -> Folded:
    """Give the folded text; equal strings fold equally wherever they stand."""
    dots = _abbreviation_dots(text)
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for place, character in enumerate(text):
        pieces = "" if place in dots else _pieces(character)
        if pieces == " " and letters and letters[-1] == " ":
            pieces = ""
        if not pieces and ends:
            ends[-1] = place + 1 if letters[-1] != " " or character.isspace() else ends[-1]
        letters += pieces
        starts += [place] * len(pieces)
        ends += [place + 1] * len(pieces)
    return Folded(text, "".join(letters), tuple(starts), tuple(ends))


def folded(text: str) -> str:
    """Give the folded form of a string, without outer blanks."""
    return fold(text).text.strip()


def at_boundaries(text: str, start: int, end: int) -> bool:
    """Say whether no word is cut at either end: "US" is in "US-Japan" and "US's", not in "AUSTIN" or "USA".

    Scripts that do not set blanks between words have no such boundary.
    """
    before = start == 0 or not _joined(text[start - 1], text[start])
    return before and (end == len(text) or not _joined(text[end - 1], text[end]))


def _joined(left: str, right: str) -> bool:
    if unicodedata.combining(right):
        return True
    return _in_word(left) and _in_word(right) and not (_unspaced(left) or _unspaced(right))


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_" or bool(unicodedata.combining(character))


def _unspaced(character: str) -> bool:
    code = ord(character)
    return code >= 0x20000 or any(low <= code <= high for low, high in _UNSPACED)


def _abbreviation_dots(text: str) -> frozenset[int]:
    """Give the places of the full stops in abbreviations of single letters: U.S., J.F.K."""
    if "." not in text:
        return frozenset()
    found = (match for match in _ABBREVIATION.finditer(text) if match.group().count(".") > 1 or len(match.group()) == 3)
    return frozenset(place for match in found for place in range(*match.span()) if text[place] == ".")


@lru_cache(maxsize=4096)
def _pieces(character: str) -> str:
    """Give what a character folds to: one or several characters, or none."""
    if character.isspace():
        return " "
    if character in _QUOTES:
        return "'"
    if character in _DASHES:
        return "-"
    plain = (c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    kept = "".join(c for c in plain if unicodedata.category(c) not in ("Cf", "Mn", "Me"))
    small = "".join(c for c in unicodedata.normalize("NFKD", kept.casefold()) if not unicodedata.combining(c))
    return " ".join(small.split()) if small.strip() else small
