"""What reference models of mentions learn from: documents as spaCy's examples, and what of them those cannot hold.

How they are trained is in recipe and training.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from typing import Any

from goldwire.document import Document, Mention, Span
from goldwire.eval.training.recipe import SPANS, Training
from goldwire.formats.base import Notes

ENOUGH = 0.98
LONGEST = 10_000
"""Characters that are learnt at a time of a text without sentences: what spaCy holds grows with a Doc."""


def examples(documents: Iterable[Document], nlp: Any, how: Training, notes: Notes) -> list[Any]:
    """Give the sentences of documents as spaCy's Docs, their mentions as entities (outermost) and as spans (all)."""
    return [doc for document in documents for doc in _docs(document, nlp, how, notes)]


def longest(docs: Sequence[Any], share: float = ENOUGH) -> int:
    """Give the least length, in tokens, that a share of the spans do not exceed."""
    lengths = sorted(len(span) for doc in docs for span in doc.spans[SPANS])
    return lengths[ceil(share * len(lengths)) - 1]


def count_longer(docs: Sequence[Any], most: int, notes: Notes) -> None:
    """Count the spans that a spancat is never shown."""
    if times := sum(len(span) > most for doc in docs for span in doc.spans[SPANS]):
        notes.add(f"mentions of more than {most} tokens, which spancat does not look at", times=times)


def count_unknown(docs: Sequence[Any], dev: Sequence[Any], notes: Notes) -> None:
    """Count the development documents' spans with labels that cannot be learnt: no other document has them."""
    known, asked = (Counter(span.label_ for doc in side for span in doc.spans[SPANS]) for side in (docs, dev))
    for label in sorted(asked.keys() - known.keys()):
        notes.add(f"development mentions with the label {label}, which the corpus does not have", times=asked[label])


def _docs(document: Document, nlp: Any, how: Training, notes: Notes) -> Iterator[Any]:
    """Give a spaCy Doc a sentence, or one in all where a document that is not too long says no sentences."""
    learnt = _learnt(document, how, notes)
    stretches = _stretches(document, learnt)
    inside = _inside(stretches, learnt)
    if lost := len(learnt) - sum(map(len, inside)):
        notes.add("mentions outside all sentences", document.id, lost)
    for (start, end), mentions in zip(stretches, inside, strict=True):
        doc = nlp.make_doc(document.text[start:end])
        spans = [span for m in mentions if (span := _span(doc, m, start, document.id, notes))]
        doc.spans[SPANS] = spans
        doc.set_ents(_outermost(spans))
        if how.kind == "ner" and len(spans) > len(doc.ents):
            notes.add("nested mentions that ner cannot learn", document.id, len(spans) - len(doc.ents))
        if len(doc):
            yield doc


def _learnt(document: Document, how: Training, notes: Notes) -> list[Mention]:
    """Give the mentions of the levels that are learnt, in order, and count the others."""
    for mention in document.mentions:
        if mention.level and mention.level not in how.levels:
            notes.add(f"mentions of the level {mention.level}, which was not asked for (--level)", document.id)
    kept = (m for m in document.mentions if not m.level or m.level in how.levels)
    return sorted(kept, key=lambda m: (m.start, -m.end, m.label))


def _stretches(document: Document, learnt: Sequence[Mention]) -> list[Span]:
    """Give the sentences, or long parts where a document says none; those that a mention crosses are one."""
    found: list[Span] = []
    end, mentions = 0, iter((*learnt, Mention(len(document.text), len(document.text) + 1, "")))
    ahead = next(mentions)
    for span in document.sentences or _parts(document.text):
        while ahead.start < span.start:
            end, ahead = max(end, ahead.end), next(mentions)
        found.append(Span(found.pop().start, span.end) if found and span.start < end else span)
    return found


def _parts(text: str) -> Iterator[Span]:
    """Give a text in one, or where it is long in parts that end with a line, a sentence or a word."""
    start = 0
    while len(text) - start > LONGEST:
        part = text[start : start + LONGEST]
        size = next((at + len(mark) for mark in ("\n", ". ", " ") if (at := part.rfind(mark)) > 0), LONGEST)
        yield Span(start, start + size)
        start += size
    yield Span(start, len(text))


def _inside(stretches: Sequence[Span], learnt: Sequence[Mention]) -> list[list[Mention]]:
    """Deal mentions to the stretches that hold them."""
    starts = [span.start for span in stretches]
    held: list[list[Mention]] = [[] for _ in stretches]
    for mention in learnt:
        place = bisect_right(starts, mention.start) - 1
        if place >= 0 and mention.end <= stretches[place].end:
            held[place].append(mention)
    return held


def _span(doc: Any, mention: Mention, offset: int, where: str, notes: Notes) -> Any:
    span = doc.char_span(mention.start - offset, mention.end - offset, label=mention.label)
    if mention.fragments or span is None:
        notes.add("discontinuous mentions" if mention.fragments else "mentions off spaCy's token boundaries", where)
        return None
    return span


def _outermost(spans: Sequence[Any]) -> list[Any]:
    from spacy.util import filter_spans

    return list(filter_spans(list(spans)))
