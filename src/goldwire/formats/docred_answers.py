"""DocRED's result.json: facts that a system finds, by title and entity numbers of the gold's documents.

They say nothing without a gold; docred reads documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from goldwire.document import Document, Relation
from goldwire.errors import InputError
from goldwire.formats.base import Notes
from goldwire.formats.files import reading
from goldwire.formats.json_values import first_object, item, items, need, objects

ANSWER = {"title", "h_idx", "t_idx", "r"}


def is_answers(path: Path) -> bool:
    """Say whether a file begins with a fact of DocRED's result.json."""
    if path.is_dir():
        return False
    with reading(path), path.open("rb") as file:
        return first_object(file.read(65536)).keys() >= ANSWER


def answered(golds: Iterable[Document], path: Path, notes: Notes) -> Iterator[Document]:
    """Give the gold's documents with the facts of a result.json in place of their relations.

    Raises:
        InputError: a fact is of a title or entity that the gold has not.
    """
    documents = {document.id: document for document in golds}
    facts: dict[str, list[Relation]] = {name: [] for name in documents}
    for where, value in objects(path):
        title = item(value, "title", str, where)
        if title not in documents:
            raise InputError(f"{where}: {title!r}", "is no document of the gold", "give the gold that was answered to")
        facts[title].append(_relation(value, documents[title], where))
    notes.add("file of answers to DocRED: mentions and entities are the gold's own, only relations are predicted")
    yield from (replace(document, relations=tuple(facts[name])) for name, document in documents.items())


def _relation(value: dict[str, Any], document: Document, where: str) -> Relation:
    numbered = {entity.id: entity.mentions for entity in document.entities}
    ends = [item(value, key, int, where) for key in ("h_idx", "t_idx")]
    for end in ends:
        if not numbered.get(f"e{end + 1}"):
            found = f"names entity {end} of {len(numbered)}"
            raise InputError(f"{where}: {document.id!r}", found, "mend h_idx or t_idx, or give DocRED's own gold")
    head, tail = (numbered[f"e{end + 1}"] for end in ends)
    evidence = tuple(sorted({need(index, int, where, "evidence") for index in items(value, "evidence", where)}))
    return Relation(head[0], tail[-1 if ends[0] == ends[1] else 0], item(value, "r", str, where), "", evidence)
