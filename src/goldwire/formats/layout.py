"""Between tokens and text: a text from tokens, and the tokens and sentences a token format needs from a text.

What is written on the tokens (tags, clusters ...) belongs to the formats.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

from goldwire.document import Document, Mention, Span
from goldwire.formats.base import Notes, Options

_WORD = re.compile(r"\w+|[^\w\s]")


class Laid(NamedTuple):
    """A text with its tokens and sentences, laid out from words.

    rows: all tokens by sentence, as the source counts them; empty ones are not among `tokens` and `sentences`.
    """

    text: str
    tokens: tuple[Span, ...]
    sentences: tuple[Span, ...]
    rows: tuple[tuple[Span, ...], ...]

    def span(self, sentence: int, first: int, last: int) -> Span | None:
        """Give the span of tokens `first` up to but without `last` of a sentence; None where there are none such."""
        if not 0 <= sentence < len(self.rows) or not 0 <= first < last <= len(self.rows[sentence]):
            return None
        return Span(self.rows[sentence][first].start, self.rows[sentence][last - 1].end)

    def numbers(self) -> dict[int, int]:
        """Give the index among `sentences` of each row that has a token."""
        filled = (index for index, row in enumerate(self.rows) if row and row[0].start < row[-1].end)
        return {row: index for index, row in enumerate(filled)}


class Place(NamedTuple):
    """Where a span lies in a grid: the sentence, and its tokens `first` up to but without `last`."""

    sentence: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Grid:
    """The tokens of a document, row by row; a row is a sentence."""

    text: str
    rows: tuple[tuple[Span, ...], ...]
    starts: dict[int, tuple[int, int]]
    ends: dict[int, tuple[int, int]]

    def words(self) -> list[list[str]]:
        """Give the surfaces of the tokens, sentence by sentence."""
        return [[self.text[start:end] for start, end in row] for row in self.rows]

    def offsets(self) -> list[int]:
        """Give the number of tokens before each sentence."""
        sums = [0]
        for row in self.rows:
            sums.append(sums[-1] + len(row))
        return sums

    def place(self, start: int, end: int) -> Place | None:
        """Give the tokens that a span covers exactly; None where it cuts a token or leaves its sentence."""
        head, tail = self.starts.get(start), self.ends.get(end)
        if head is None or tail is None or head[0] != tail[0] or head[1] > tail[1]:
            return None
        return Place(head[0], head[1], tail[1] + 1)


def lay_out(sentences: Iterable[Sequence[str]], glued: Sequence[Sequence[bool]] | None = None) -> Laid:
    """Lay words out as a text: a blank between tokens, a line feed between sentences.

    glued[i][j] says that no blank follows word j of sentence i.
    """
    parts: list[str] = []
    rows: list[tuple[Span, ...]] = []
    at = 0
    for index, words in enumerate(sentences):
        if index:
            parts.append("\n")
            at += 1
        if glued is None:
            rows.append(_blank_row(words, at))
            parts.append(" ".join(words))
        else:
            rows.append(tuple(_row(words, glued[index], at, parts)))
        at = rows[-1][-1].end if rows[-1] else at
    spans = tuple(Span(row[0].start, row[-1].end) for row in rows if row and row[0].start < row[-1].end)
    tokens = tuple(span for row in rows for span in row if span.start < span.end)
    return Laid("".join(parts), tokens, spans, tuple(rows))


def _blank_row(words: Sequence[str], at: int) -> tuple[Span, ...]:
    starts = accumulate([len(word) + 1 for word in words], initial=at)
    return tuple([Span(start, start + len(word)) for start, word in zip(starts, words, strict=False)])


def _row(words: Sequence[str], glued: Sequence[bool], at: int, parts: list[str]) -> Iterator[Span]:
    last = len(words) - 1
    for index, word in enumerate(words):
        parts.append(word)
        yield Span(at, at + len(word))
        at += len(word)
        if index < last and not glued[index]:
            parts.append(" ")
            at += 1


def grid(document: Document, notes: Notes) -> Grid:
    """Give a document's tokens by sentence; where it has none they are made, and the notes say so.

    Made tokens are words and single punctuation marks, cut where a mention begins or ends. Made sentences are the
    lines of the text, joined where a mention runs over the line end.
    """
    tokens = document.tokens or tuple(_made_tokens(document))
    if not document.tokens and tokens:
        notes.add("documents without tokens, split at white space, punctuation and mention borders", document.id)
    elif bare := _uncovered(document):
        notes.lose("stretches of text that no token covers", document.id, bare)
    rows = tuple(_rows(tokens, document.sentences or _made_sentences(document)))
    places = [(span, (i, j)) for i, row in enumerate(rows) for j, span in enumerate(row)]
    starts = {span.start: place for span, place in reversed(places)}
    return Grid(document.text, rows, starts, {span.end: place for span, place in places})


def _uncovered(document: Document) -> int:
    """Count the stretches of a text, white space alone left out, that lie between tokens."""
    tokens = sorted(document.tokens)
    ends, starts = (0, *(token.end for token in tokens)), (*(token.start for token in tokens), len(document.text))
    return sum(bool(document.text[end:start].strip()) for end, start in zip(ends, starts, strict=True))


def _made_tokens(document: Document) -> Iterator[Span]:
    borders = sorted({point for mention in document.mentions for span in mention.spans for point in span})
    for found in _WORD.finditer(document.text):
        start, end = found.span()
        inside = borders[bisect_right(borders, start) : bisect_right(borders, end - 1)]
        yield from (Span(*pair) for pair in pairwise((start, *inside, end)))


def _made_sentences(document: Document) -> tuple[Span, ...]:
    cuts = [index + 1 for index, char in enumerate(document.text) if char == "\n"]
    crossed = {
        cut for m in document.mentions for cut in cuts[bisect_right(cuts, m.start) : bisect_right(cuts, m.end - 1)]
    }
    points = [0, *(cut for cut in cuts if cut not in crossed), len(document.text)]
    return tuple(Span(*pair) for pair in pairwise(points))


def _rows(tokens: Sequence[Span], sentences: Sequence[Span]) -> Iterator[tuple[Span, ...]]:
    starts = [sentence.start for sentence in sentences]
    row: list[Span] = []
    current = (-2, True)
    for token in sorted(tokens):
        index = bisect_right(starts, token.start) - 1
        key = (index, index >= 0 and token.end <= sentences[index].end)
        if key != current and row:
            yield tuple(row)
            row = []
        current = key
        row.append(token)
    if row:
        yield tuple(row)


def placed(document: Document, options: Options, target: str) -> tuple[Grid, dict[str, Place]]:
    """Give the grid of a document and the place of each mention id that fits it; the others are counted as lost.

    Discontinuous mentions have no place. With the setting align=expand, a mention that cuts a token takes it whole.
    """
    found = grid(document, options.notes)
    places: dict[str, Place] = {}
    for mention in document.mentions:
        place = None if mention.fragments else _place(found, mention, options, document.id)
        if place:
            places[mention.id] = place
        elif not mention.fragments:
            what = f"mentions left out: {target} needs them on whole tokens of one sentence (--set align=expand widens)"
            options.notes.lose(what, f"{document.id}: {mention.id} {mention.text!r}")
    return found, places


def _place(found: Grid, mention: Mention, options: Options, where: str) -> Place | None:
    place = found.place(mention.start, mention.end)
    if place or options.settings.get("align") != "expand":
        return place
    for index, row in enumerate(found.rows):
        hit = [j for j, token in enumerate(row) if token.start < mention.end and token.end > mention.start]
        if hit and row[0].start <= mention.start and mention.end <= row[-1].end:
            options.notes.add("mentions widened to whole tokens", where)
            return Place(index, hit[0], hit[-1] + 1)
    return None


def flat(places: dict[str, Place]) -> tuple[dict[str, Place], list[str]]:
    """Give the mentions of a flat layer, the longest first, and the ids of those that overlap one of them."""
    kept: dict[str, Place] = {}
    left: list[str] = []
    taken: set[tuple[int, int]] = set()
    for name, place in sorted(places.items(), key=lambda item: (item[1].first - item[1].last, item[1], item[0])):
        cells = {(place.sentence, token) for token in range(place.first, place.last)}
        if cells & taken:
            left.append(name)
        else:
            kept[name] = place
            taken |= cells
    return kept, left
