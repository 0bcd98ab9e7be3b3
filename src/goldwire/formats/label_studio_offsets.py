"""Offsets of Label Studio: which unit they count, and whether a region's text is what its offsets cover.

Servers of today count code points; old exports and other tools count UTF-16 units. Nothing is read from files here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from goldwire.errors import InputError

Unit: TypeAlias = Literal["codepoints", "utf16"]
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_ESCAPED = re.compile(rb"\\u[dD][89abAB]")
_FOUR_BYTES = bytes(range(0xF0, 0xF5))


@dataclass(slots=True)
class Evidence:
    """How many regions fit their text in one unit only, and how many lie where the units differ."""

    codepoints: int = 0
    utf16: int = 0
    differing: int = 0
    first: str = ""


class Utf16:
    """The way from UTF-16 units to code points, and back, in one text."""

    def __init__(self, text: str) -> None:
        """Find the characters that take two units."""
        self.astral = [found.start() for found in _ASTRAL.finditer(text)]
        self.shifted = [place + index for index, place in enumerate(self.astral)]

    def to_codepoints(self, offset: int) -> int:
        """Give the code point at a UTF-16 offset; inside a pair, that of the pair."""
        return offset - bisect_left(self.shifted, offset)

    def to_utf16(self, offset: int) -> int:
        """Give the UTF-16 offset of a code point."""
        return offset + bisect_left(self.astral, offset)


def may_differ(data: bytes) -> bool:
    """Say whether JSON holds any character for which the units differ."""
    if not data.isascii() and len(data.translate(None, _FOUR_BYTES)) != len(data):
        return True
    return b"\\u" in data and _ESCAPED.search(data) is not None


def same_words(stated: str, found: str) -> bool:
    """Say whether a region's text is what its offsets cover; the editor writes a line break as backslash and n."""
    return stated == found or _plain(stated) == _plain(found)


def weigh(evidence: Evidence, text: str, regions: Iterable[tuple[int, int, str | None]], where: str) -> None:
    """Add what the regions (start, end, stated text) of one text tell about the unit of their offsets."""
    way = Utf16(text)
    for start, end, stated in regions:
        turned = (way.to_codepoints(start), way.to_codepoints(end))
        if turned == (start, end):
            continue
        evidence.differing += 1
        evidence.first = evidence.first or where
        if stated is not None:
            straight, other = (same_words(stated, text[a:b]) for a, b in ((start, end), turned))
            evidence.codepoints += straight and not other
            evidence.utf16 += other and not straight


def decide(evidence: Evidence, where: object) -> Unit:
    """Give the unit under which the regions' texts are what their offsets cover.

    Raises:
        InputError: some regions fit one unit and some the other, or none tells.
    """
    if evidence.codepoints and evidence.utf16:
        found = f"{evidence.codepoints} regions fit code points only and {evidence.utf16} fit UTF-16 only"
        raise InputError(where, found, "mend the export, or say --offset-unit codepoints or utf16")
    if evidence.differing and not evidence.codepoints and not evidence.utf16:
        found = f"{evidence.differing} regions lie behind emoji and none tells the unit of its offsets"
        raise InputError(f"{where}: {evidence.first}", found, "say --offset-unit codepoints or utf16")
    return "utf16" if evidence.utf16 else "codepoints"


def _plain(text: str) -> str:
    return text.replace("\\n", "\n").replace("\r", "\n")


def integers(pairs: Iterable[tuple[object, object, object]]) -> Iterator[tuple[int, int, str | None]]:
    """Give the regions whose offsets are whole numbers; `bool` is none."""
    for start, end, text in pairs:
        if type(start) is int and type(end) is int:
            yield start, end, text if isinstance(text, str) else None
