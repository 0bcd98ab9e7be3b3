"""How GERBIL counts annotations of entities: over all documents (micro) and as means over documents (macro).

A document in which nothing was to find and nothing was found is perfect there, and one without a hit is 0. Written
after its evaluator classes (EvaluatorFactory, MatchingsCounterImpl, FMeasureCalculator) and held against the
expectations of their tests; its web service, which also asks for other names of an entry (sameAs), was not run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from goldwire.compat.profiles.figures import Figures, Rows, harmonic, mean
from goldwire.document import NIL, Document

Link: TypeAlias = tuple[int, int, str]
Item: TypeAlias = tuple[object, ...]
PARTS = ("", " inkb", " ee")


def gerbil_documents(gold: Sequence[Document], pred: Sequence[Document]) -> Rows:
    """Give micro and macro of links by span (A2KB, strong), of entries anywhere (C2KB), and of spans.

    Of the first two also those of entries of the knowledge base and of emerging ones (NIL), where there are any.
    """
    rows: Rows = {}
    for name in (*(f"{task}{part}" for task in ("a2kb", "c2kb") for part in PARTS), "recognition"):
        sides = [[Counter(_items(document, name)) for document in side] for side in (gold, pred)]
        counts = [((one & other).total(), other.total(), one.total()) for one, other in zip(*sides, strict=True)]
        if " " not in name or any(map(any, counts)):
            rows[f"{name} micro"] = _figures(*(sum(count[place] for count in counts) for place in range(3)))
            rows[f"{name} macro"] = mean([_figures(*count) for count in counts])
    return rows


def _items(document: Document, name: str) -> Iterator[Item]:
    """Give what a row compares; each counts as often as it stands."""
    task, _, part = name.partition(" ")
    for start, end, link in _links(document):
        if not part or (link == NIL) == (part == "ee"):
            yield {"recognition": (start, end), "c2kb": (link,)}.get(task, (start, end, link))


def _links(document: Document) -> Iterator[Link]:
    owner = document.entity_of()
    for mention in document.mentions:
        entity = owner.get(mention.id)
        if entity and (link := entity.wikidata or entity.link):
            yield mention.start, mention.end, link


def _figures(right: int, said: int, there: int) -> Figures:
    if not right:
        value = float(not said and not there)
        return Figures(value, value, value, right, said, there)
    precision, recall = right / said, right / there
    return Figures(precision, recall, harmonic(precision, recall), right, said, there)
