"""Documents for the benchmarks of Label Studio: all of one shape, 30 regions and 10 relations each."""

from __future__ import annotations

from goldwire.document import Document, Mention, Relation, canonical

REGIONS, RELATIONS = 30, 10
WORD = "President Biden met Prime Minister Kishida in Tokyo on Friday. "


def documents(tasks: int, annotator: str = "a") -> list[Document]:
    """Give documents of one annotator, all of one shape, each with its own id and text."""
    return [document(number, annotator) for number in range(tasks)]


def document(number: int, annotator: str) -> Document:
    """Give one document: regions one after the other, relations from each to the next."""
    text = f"{number}: " + WORD * 15
    starts = range(10, 10 + 25 * REGIONS, 25)
    mentions = tuple(
        Mention(s, s + 9, "PERSON" if s % 2 else "GPE", f"m{i}", level="name") for i, s in enumerate(starts)
    )
    relations = tuple(Relation(f"m{i}", f"m{i + 1}", "met_with", f"r{i}") for i in range(RELATIONS))
    found = Document(f"doc-{number:05}", text, mentions, relations, metadata={"annotator": annotator})
    return canonical(found)
