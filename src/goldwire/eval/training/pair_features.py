"""What is known of two mentions of a document, as hashed features: labels, order, distance, words, names.

No parse, no vectors. What is learnt of them is in pairs.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations
from zlib import crc32

import numpy as np

from goldwire.document import Document, Mention, Span
from goldwire.eval.counts import Array

BITS = 18
_BETWEEN, _AROUND, _FAR = 12, 3, 5


@dataclass(frozen=True, slots=True)
class Scene:
    """A document with what its pairs share: sentences, and by mention id its sentence, words and whether it was told.

    A mention was told before where another with its text begins earlier. Mentions stand in order of their starts.
    """

    document: Document
    sentences: Sequence[Span]
    mentions: tuple[Mention, ...]
    starts: tuple[int, ...]
    at: dict[str, int]
    words: dict[str, tuple[str, ...]]
    told: dict[str, bool]


def scene(document: Document) -> Scene:
    """Give the scene of a canonical document."""
    spans = sentences(document)
    firsts = [span.start for span in spans]
    mentions = tuple(sorted(document.mentions, key=lambda m: (m.start, -m.end, m.label)))
    earliest: dict[str, int] = {}
    for mention in mentions:
        earliest.setdefault(mention.text, mention.start)
    return Scene(
        document,
        spans,
        mentions,
        tuple(m.start for m in mentions),
        {m.id: max(0, bisect_right(firsts, m.start) - 1) for m in mentions},
        {m.id: tuple(_words(m.text)) for m in mentions},
        {m.id: earliest[m.text] < m.start for m in mentions},
    )


def sentences(document: Document) -> Sequence[Span]:
    """Give a document's sentences, or where it says none the stretches between full stops and line ends."""
    if document.sentences:
        return document.sentences
    ends = [m.end() for m in re.finditer(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“‘(]*[A-Z0-9])|\n+", document.text)]
    borders = [0, *ends, len(document.text)]
    return [Span(a, b) for a, b in pairwise(borders) if a < b]


def candidates(here: Scene, reach: int) -> Iterator[tuple[Mention, Mention]]:
    """Give the ordered pairs of mentions that stand at most `reach` sentences apart."""
    at = here.at
    return ((a, b) for a, b in permutations(here.mentions, 2) if abs(at[a.id] - at[b.id]) <= reach)


def apart(here: Scene, head: str, tail: str) -> int:
    """Give how many sentences stand between two mentions; 0 is the same sentence."""
    return abs(here.at[head] - here.at[tail])


def hashed(here: Scene, head: Mention, tail: Mention) -> Array:
    """Give the hashes of a pair's features, sorted and each once, the same on every machine."""
    strings = features(here, head, tail)
    hashes = {crc32(text.encode("utf-8", "surrogatepass")) & ((1 << BITS) - 1) for text in strings}
    return np.array(sorted(hashes), np.int32)


def features(here: Scene, head: Mention, tail: Mention) -> Iterator[str]:
    """Give what is known of a pair, as strings."""
    first, second = (head, tail) if (head.start, head.end) <= (tail.start, tail.end) else (tail, head)
    order = "forth" if first is head else "back"
    ends, far = f"{head.label}>{tail.label}", min(apart(here, head.id, tail.id), _FAR)
    yield from (f"ends {ends} {far}", f"order {order} {far}", f"{order} {ends} {far}")
    if far <= 1:
        yield from _between(here.document.text, first, second, order, ends)
    yield from _around(here, first, second)
    yield from _names(here.words[head.id], here.words[tail.id], ends)
    yield from (
        f"name {kind} {extra}" for kind in _likeness(here, head, tail) for extra in ("", ends, f"{order} {far}")
    )
    yield from _passed(here, head, tail, f"{ends} {far}")
    yield f"told {here.told[head.id]} {here.told[tail.id]} {ends}"


def _between(text: str, first: Mention, second: Mention, order: str, ends: str) -> Iterator[str]:
    words = _words(text[first.end : second.start])[:_BETWEEN] if first.end <= second.start else ["(inside)"]
    yield f"gap {min(len(words), 8)} {order} {ends}"
    yield from (f"between {word} {order}" for word in words)
    yield from (f"pair {a} {b} {order}" for a, b in pairwise(words))
    yield f"all {' '.join(words[:6])} {order} {ends}"


def _around(here: Scene, first: Mention, second: Mention) -> Iterator[str]:
    text, spans = here.document.text, here.sentences
    yield from (f"before {word}" for word in _words(text[spans[here.at[first.id]].start : first.start])[-_AROUND:])
    yield from (f"after {word}" for word in _words(text[second.end : spans[here.at[second.id]].end])[:_AROUND])


def _names(head: Sequence[str], tail: Sequence[str], ends: str) -> Iterator[str]:
    """Give the last words of both, alone, with the labels and together."""
    yield from (f"head {word}" for word in head[-2:])
    yield from (f"tail {word}" for word in tail[-2:])
    yield from (f"heads {word} {ends}" for word in head[-1:])
    yield from (f"tails {word} {ends}" for word in tail[-1:])
    yield from (f"joint {a} {b}" for a, b in zip(head[-1:], tail[-1:], strict=False))


def _likeness(here: Scene, head: Mention, tail: Mention) -> Iterator[str]:
    """Say in what the names of both are alike: the same, one inside the other, a word shared, an abbreviation."""
    one, two = here.words[head.id], here.words[tail.id]
    if one and one == two:
        yield "same"
    elif one and two:
        a, b = set(one), set(two)
        said = {"inside": a <= b, "around": b <= a, "shared": bool(a & b), "first": one[0] == two[0]}
        yield from (kind for kind, holds in {**said, "last": one[-1] == two[-1]}.items() if holds)
        yield from ("short" for _ in range(_initials(tail.text) == head.text.replace(".", "")))
        yield from ("long" for _ in range(_initials(head.text) == tail.text.replace(".", "")))


def _initials(text: str) -> str:
    """Give the capitals that words begin with, if there are several."""
    found = "".join(re.findall(r"\b[A-Z]", text))
    return found if len(found) > 1 else " "


def _passed(here: Scene, head: Mention, tail: Mention, ends: str) -> Iterator[str]:
    """Say what other mentions begin between the two."""
    first, second = (head, tail) if head.start <= tail.start else (tail, head)
    start, stop = bisect_left(here.starts, first.end), bisect_left(here.starts, second.start)
    labels = Counter(m.label for m in here.mentions[start:stop])
    yield f"passed {min(3, labels.total())} {ends}"
    yield f"passed heads {min(3, labels[head.label])} tails {min(3, labels[tail.label])} {ends}"
    yield from (f"passed {label}" for label in labels)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+|[^\w\s]", text.lower())


def stacked(rows: Iterable[Array]) -> tuple[Array, Array]:
    """Give rows of hashes as one array, and where each begins and the last ends."""
    held = list(rows)
    ends = np.cumsum([0, *map(len, held)])
    return (np.concatenate(held) if held else np.zeros(0, np.int32)), ends
