"""Passes: what each annotator made of the same documents, read together.

Reading and pairing live here; merging them is in adjudicate, measuring them is in eval's agreement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

from goldwire import formats
from goldwire.document import Document, canonical
from goldwire.errors import BrokenRules, InputError
from goldwire.rules import structural_rules

Passes: TypeAlias = Mapping[str, Mapping[str, Document]]
"""Annotator → document id → the document as that annotator left it."""


def read_passes(paths: Iterable[Path], name: str = "") -> dict[str, dict[str, Document]]:
    """Read passes: each path is one annotator's file or folder, or a folder of such folders.

    An export that holds several annotators (documents with `annotator` in their metadata) is taken apart.

    Raises:
        InputError: fewer than two annotators, one annotator twice, or two texts for one document.
        BrokenRules: a document cannot be used; one line each.
    """
    found: dict[str, dict[str, Document]] = {}
    for path in (one for given in paths for one in _parts(given)):
        for annotator, documents in _by_annotator(path, formats.read(path, name)).items():
            if annotator in found:
                raise InputError(path, f"annotator {annotator} stands twice", "name each pass once")
            found[annotator] = documents
    if len(found) < 2:
        raise InputError("passes", f"{len(found)} annotator(s) found", "name at least two passes, or a folder of them")
    check_passes(found)
    return dict(sorted(found.items()))


def check_passes(passes: Passes) -> None:
    """Refuse passes that cannot be laid beside each other: broken documents, or unequal texts."""
    problems = [p for docs in passes.values() for d in docs.values() for p in structural_rules(d)]
    if problems:
        raise BrokenRules(problems)
    texts: dict[str, tuple[str, str]] = {}
    for annotator, documents in passes.items():
        for document in documents.values():
            first, text = texts.setdefault(document.id, (annotator, document.text))
            if text != document.text:
                raise InputError(document.id, f"{annotator} and {first} have different texts", "restore the one text")


def common_documents(passes: Passes) -> list[str]:
    """Give the ids of the documents that at least two annotators have, in order."""
    ids = sorted({name for documents in passes.values() for name in documents})
    return [name for name in ids if sum(name in documents for documents in passes.values()) > 1]


def _parts(path: Path) -> list[Path]:
    """Give the passes in a path: the folders of a folder that has no documents of its own, or the path itself."""
    if path.is_dir() and not any(not entry.name.startswith(".") for entry in path.iterdir()):
        raise InputError(path, "holds no passes yet", "put each annotator's documents into a folder of their own here")
    if path.is_dir() and not any(path.glob("*.json*")):
        folders = sorted(folder for folder in path.iterdir() if folder.is_dir() and not folder.name.startswith("."))
        if folders and all(any(folder.glob("*.json*")) for folder in folders):
            return folders
    return [path]


def _by_annotator(path: Path, documents: Iterable[Document]) -> dict[str, dict[str, Document]]:
    found: dict[str, dict[str, Document]] = {}
    for document in map(canonical, documents):
        mine = found.setdefault(document.metadata.get("annotator") or path.stem, {})
        if document.id in mine:
            raise InputError(path, f"document {document.id} stands twice", "keep one")
        mine[document.id] = document
    return found
