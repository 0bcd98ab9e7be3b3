"""Predictions whose tokens say other words than the gold's, laid on the gold's tokens: the n-th is the n-th.

Token scorers do so without a word; here it is asked for by name and counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from goldwire.document import Document, Mention, Span, surface
from goldwire.errors import InputError
from goldwire.formats.base import Notes


def on_gold_tokens(golds: Sequence[Document], preds: Iterable[Document], notes: Notes) -> Iterator[Document]:
    """Give the predictions with the gold's text and tokens; each token that said another word is counted.

    Raises:
        InputError: a text differs and the tokens are not as many, or a mention cuts a token.
    """
    gold = {document.id: document for document in golds}
    for document in preds:
        there = gold.get(document.id)
        yield document if there is None or there.text == document.text else _laid(document, there, notes)


def _laid(document: Document, gold: Document, notes: Notes) -> Document:
    if len(document.tokens) != len(gold.tokens):
        found = f"{len(document.tokens)} tokens are predicted for the gold's {len(gold.tokens)}"
        raise InputError(document.id, found, "--words by-position needs as many on both sides")
    for said, own in zip(document.token_texts(), gold.token_texts(), strict=True):
        if said != own:
            notes.add("predicted token with another word than the gold's", f"{document.id}: {said!r} for {own!r}")
    starts = {span.start: own.start for span, own in zip(document.tokens, gold.tokens, strict=True)}
    ends = {span.end: own.end for span, own in zip(document.tokens, gold.tokens, strict=True)}
    mentions = tuple(_moved(mention, starts, ends, gold, document.id) for mention in document.mentions)
    return replace(gold, mentions=mentions, relations=document.relations, entities=document.entities, zones=())


def _moved(m: Mention, starts: dict[int, int], ends: dict[int, int], gold: Document, name: str) -> Mention:
    try:
        spans = tuple(Span(starts[start], ends[end]) for start, end in m.spans)
    except KeyError:
        found = f"the mention {m.start}-{m.end} cuts a token"
        raise InputError(name, found, "--words by-position needs mentions of whole tokens") from None
    text, fragments = surface(gold.text, spans), spans if m.fragments else ()
    return replace(m, start=spans[0].start, end=spans[-1].end, text=text, fragments=fragments)
