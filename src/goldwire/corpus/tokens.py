"""Tokens and sentences of a document, where mentions fall on them, and the flat view.

Tags are made from these by the configs of the dataset; scoring has its own columns.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from goldwire.document import Document, Mention, Span, mention_order

if TYPE_CHECKING:
    from spacy.language import Language

LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Grid:
    """A document's tokens, grouped by its sentences, for looking up spans.

    `sentences` holds half-open ranges of token indices, one a sentence.
    """

    document: Document
    starts: list[int]
    ends: list[int]
    sentences: list[Span]

    def tokens(self, start: int, end: int) -> Span:
        """Give the range of the tokens that a span of code points touches."""
        return Span(bisect_right(self.ends, start), bisect_left(self.starts, end))

    def on_edges(self, start: int, end: int) -> bool:
        """Say whether a span begins and ends where tokens do."""
        first, last = self.tokens(start, end)
        return first < last and self.starts[first] == start and self.ends[last - 1] == end

    def sentence(self, start: int, end: int) -> int | None:
        """Give the index of the sentence that holds a span of code points whole."""
        index = bisect_right(self.document.sentences, start, key=lambda s: s.start) - 1
        return index if index >= 0 and end <= self.document.sentences[index].end else None

    def words(self, span: Span) -> list[str]:
        """Give the surfaces of a range of tokens."""
        text = self.document.text
        return [text[self.starts[i] : self.ends[i]] for i in range(*span)]


def grid(document: Document) -> Grid:
    """Give the grid of a document that has tokens and sentences."""
    starts, ends = [t.start for t in document.tokens], [t.end for t in document.tokens]
    ranges = [Span(bisect_left(starts, s.start), bisect_left(starts, s.end)) for s in document.sentences]
    return Grid(document, starts, ends, ranges)


def tokenized(document: Document) -> Document:
    """Give the document with tokens, and with sentences where it has none, by spaCy's English rules.

    Each sentence is tokenized by itself, so that no token crosses its edge.
    """
    if document.tokens and document.sentences:
        return document
    sentences = document.sentences or tuple(_sentences(document.text))
    tokens = document.tokens or tuple(t for s in sentences for t in _tokens(document.text, s))
    return replace(document, sentences=sentences, tokens=tokens)


def tokenizer() -> str:
    """Name the tokenizer with its version."""
    from importlib.metadata import version

    return f"spacy.blank({LANGUAGE!r}) {version('spacy')}"


def flat(mentions: Iterable[Mention]) -> list[Mention]:
    """Give the flat view: names and values that lie in no other name or value, in order of the text.

    Mentions whose level is not said count as names. Of crossing ones the earlier stays, of equal ones the first label.
    """
    kept: list[Mention] = []
    for mention in sorted((m for m in mentions if m.level in ("name", "")), key=mention_order):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def off_edges(document: Document) -> list[Mention]:
    """Give the mentions that do not fall on token edges, or are discontinuous."""
    found = grid(document)
    return [m for m in document.mentions if m.fragments or not found.on_edges(m.start, m.end)]


def _sentences(text: str) -> Iterable[Span]:
    """Give sentences by spaCy's sentencizer, a line at a time: a line break always ends one."""
    start = 0
    for line in text.splitlines(keepends=True):
        for sentence in _pipeline()(line).sents:
            stripped = sentence.text.strip()
            if stripped:
                first = start + sentence.start_char + sentence.text.index(stripped)
                yield Span(first, first + len(stripped))
        start += len(line)


def _tokens(text: str, sentence: Span) -> Iterable[Span]:
    for token in _pipeline().tokenizer(text[slice(*sentence)]):
        if not token.is_space:
            yield Span(sentence.start + token.idx, sentence.start + token.idx + len(token))


@cache
def _pipeline() -> Language:
    import spacy

    pipeline = spacy.blank(LANGUAGE)
    pipeline.add_pipe("sentencizer")
    return pipeline
