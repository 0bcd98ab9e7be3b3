"""How GERBIL counts annotations of entities: over all documents (micro) and as means over documents (macro).

A document in which nothing was to find and nothing was found is perfect there, and one without a hit is 0. Written
from its rules as published; no run of the tool was at hand to hold this against.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from goldwire.compat.profile_tags import Figures, Rows, mean
from goldwire.document import NIL, Document

KINDS = ("a2kb", "recognition", "inkb", "c2kb")


def gerbil_documents(gold: Sequence[Document], pred: Sequence[Document]) -> Rows:
    """Give micro and macro of links by span (A2KB, strong), of spans, of entries of the knowledge base, and C2KB."""
    rows: Rows = {}
    for kind in KINDS:
        sides = [[_items(document, kind) for document in side] for side in (gold, pred)]
        counts = [(len(one & other), len(other), len(one)) for one, other in zip(*sides, strict=True)]
        rows[f"{kind} micro"] = _figures(*(sum(count[place] for count in counts) for place in range(3)))
        rows[f"{kind} macro"] = mean([_figures(*count) for count in counts])
    return rows


def _items(document: Document, kind: str) -> set[tuple[object, ...]]:
    linked = list(_links(document))
    if kind == "recognition":
        return {(start, end) for start, end, _ in linked}
    known = [item for item in linked if item[2] != NIL]
    return {(link,) for _, _, link in known} if kind == "c2kb" else set(linked if kind == "a2kb" else known)


def _links(document: Document) -> Iterator[tuple[int, int, str]]:
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
    return Figures(precision, recall, 2 * precision * recall / (precision + recall), right, said, there)
