"""Long texts in windows with overlap, and what is found in them put together: offsets stay those of the text.

What looks into a window is a kind of system.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from goldwire.document import Document, Mention, Span


def windows(size: int, length: int, overlap: int) -> list[Span]:
    """Give stretches of at most `length` items that cover `size` items, each sharing `overlap` with the next."""
    if size <= length:
        return [Span(0, size)]
    step = max(1, length - overlap)
    starts = range(0, max(1, size - overlap), step)
    return [Span(start, min(size, start + length)) for start in starts]


def text_windows(document: Document, length: int, overlap: int) -> list[Span]:
    """Give stretches of at most so many words of a text, cut between words, as spans of characters."""
    words = document.tokens or tuple(Span(*match.span()) for match in re.finditer(r"\S+", document.text))
    if not words:
        return []
    return [Span(words[start].start, words[end - 1].end) for start, end in windows(len(words), length, overlap)]


def joined(parts: Iterable[tuple[Span, Sequence[Mention]]]) -> list[Mention]:
    """Give the mentions of overlapping windows, each once; windows come in the order of the text.

    Where two windows look at the same place, the one counts in which it lies deeper: at an edge a model sees half of
    what it needs, and may see half a name. The half of the shared stretch that is nearer to a window is its own.
    """
    found: list[Mention] = []
    border = 0
    held = list(parts)
    for index, (window, mentions) in enumerate(held):
        following = held[index + 1][0].start if index + 1 < len(held) else window.end
        end = (following + window.end) // 2 if index + 1 < len(held) else window.end
        found += [m for m in mentions if border <= (m.start + m.end) // 2 < end or (end == window.end and m.end == end)]
        border = end
    return found


def look_through(
    document: Document, look: Callable[[str], Sequence[Mention]], length: int, overlap: int
) -> list[Mention]:
    """Give what `look` finds in each window of a text, at the offsets of the text."""
    parts = []
    for window in text_windows(document, length, overlap):
        found = look(document.text[window.start : window.end])
        moved = [replace(m, start=m.start + window.start, end=m.end + window.start) for m in found]
        parts.append((window, moved))
    return joined(parts)


def trimmed(text: str, start: int, end: int) -> Span:
    """Give a span without the blanks at its ends: some tokenizers count the blank before a word as part of it."""
    inner = text[start:end]
    left = len(inner) - len(inner.lstrip())
    return Span(start + left, max(start + left, start + len(inner.rstrip())))
