"""Where documents from Label Studio go: passes by annotator, gold, predictions by system; and what would change there.

Documents are read in formats and pull; nothing here knows a server.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.formats.base import Notes
from goldwire.formats.files import write_text
from goldwire.formats.goldwire_json import dump, dump_line, parse, read_document
from goldwire.formats.label_studio_documents import Version
from goldwire.formats.label_studio_names import ANNOTATOR, CANCELLED, ROLE_KEYS, SYSTEM, short_names


@dataclass(frozen=True, slots=True)
class Sorted:
    """Documents by what they are: passes by annotator's folder name, gold, predictions by system's name."""

    passes: Mapping[str, Sequence[Document]]
    gold: Sequence[Document]
    predictions: Mapping[str, Sequence[Document]]


@dataclass(frozen=True, slots=True)
class Change:
    """How a file would change: counts of what is new and what is gone, by layer."""

    path: Path
    new: Counter[str]
    gone: Counter[str]

    def __str__(self) -> str:
        """Give the change in one line."""
        parts = [f"+{self.new[layer]} −{self.gone[layer]} {layer}" for layer in LAYERS if layer in self.new | self.gone]
        return f"{self.path}: {', '.join(parts) or 'other fields'}"


LAYERS = ("documents", "mentions", "relations", "entities", "zones")


def sort(versions: Iterable[Version], notes: Notes, names: Mapping[str, str] | None = None) -> Sorted:
    """Sort documents by whose they are; `names` maps annotators' addresses to names for their folders.

    What an annotator skipped is no pass: it is left out and counted. A second annotation of a document by the
    same annotator goes to a pass of its own, named with a number.
    """
    passes: dict[str, list[Document]] = defaultdict(list)
    predictions: dict[str, list[Document]] = defaultdict(list)
    gold: list[Document] = []
    kept = [version for version in versions if _is_work(version, notes)]
    short = short_names(v.document.metadata[ANNOTATOR] for v in kept if v.document.metadata.get(ANNOTATOR))
    seen: Counter[tuple[str, str]] = Counter()
    for document in (version.document for version in kept):
        bare = replace(document, metadata={k: v for k, v in document.metadata.items() if k not in ROLE_KEYS})
        if annotator := document.metadata.get(ANNOTATOR):
            seen[annotator, document.id] += 1
            time = seen[annotator, document.id]
            name = (names or {}).get(annotator, short[annotator]) + (f".{time}" if time > 1 else "")
            passes[name].append(bare)
        elif SYSTEM in document.metadata:
            predictions[document.metadata[SYSTEM]].append(bare)
        else:
            gold.append(bare)
    return Sorted(dict(sorted(passes.items())), gold, dict(sorted(predictions.items())))


def files(found: Sorted, passes: Path | None, gold: Path | None, predictions: Path | None) -> dict[Path, str]:
    """Give what to write where: a document a file in passes and gold, a system a file in predictions.

    Raises:
        InputError: a document's id is no name for a file, or two documents would be one file.
    """
    wanted: dict[Path, str] = {}
    whole = {passes / name: documents for name, documents in found.passes.items()} if passes else {}
    if gold:
        whole[gold] = found.gold
    for folder, documents in whole.items():
        for document in documents:
            path = folder / f"{_file_name(document.id)}.json"
            if path in wanted:
                raise InputError(path, "two documents would be this file", "a document stands twice: remove one")
            wanted[path] = dump(document)
    for name, documents in found.predictions.items() if predictions else ():
        path = (predictions or Path()) / f"{_file_name(name)}.jsonl"
        wanted[path] = "".join(map(dump_line, documents))
    return wanted


def write_folders(wanted: Mapping[Path, str]) -> int:
    """Write files that are new or changed; give their number."""
    changed = {path: text for path, text in wanted.items() if _current(path) != text}
    for path, text in changed.items():
        write_text(path, text)
    return len(changed)


def changes(wanted: Mapping[Path, str]) -> Iterator[Change]:
    """Give how each file would change, by comparing documents; files that would not are left out."""
    for path, text in wanted.items():
        if _current(path) == text:
            continue
        new = parse(text.encode(), path)
        old = read_document(path) if path.exists() else None
        yield Change(path, *_difference(old, new))


def _difference(old: Document | None, new: Document) -> tuple[Counter[str], Counter[str]]:
    if old is None:
        return Counter(documents=1, mentions=len(new.mentions), relations=len(new.relations)), Counter()
    before, after = _contents(old), _contents(new)
    added = Counter({layer: sum((after[layer] - before[layer]).values()) for layer in after})
    removed = Counter({layer: sum((before[layer] - after[layer]).values()) for layer in before})
    return +added, +removed


def _contents(document: Document) -> dict[str, Counter[str]]:
    """Give what a document says, layer by layer, without the ids that say nothing."""
    known = {m.id: (m.spans, m.label) for m in document.mentions}
    return {
        "mentions": Counter(repr((m.spans, m.label, m.level, sorted(m.attributes.items()))) for m in document.mentions),
        "relations": Counter(
            repr((known.get(r.head), known.get(r.tail), r.label, sorted(r.attributes.items())))
            for r in document.relations
        ),
        "entities": Counter(
            repr((e.id, sorted(repr(known.get(m)) for m in e.mentions), e.link)) for e in document.entities
        ),
        "zones": Counter(repr((z.start, z.end, z.label, known.get(z.speaker))) for z in document.zones),
    }


def _is_work(version: Version, notes: Notes) -> bool:
    if version.document.metadata.get(CANCELLED) == "true":
        notes.lose("annotations that the annotator skipped (left out)", version.document.id)
        return False
    return version.kind != ""


def _current(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8") if path.exists() else None
    except UnicodeDecodeError:
        return None


def _file_name(id: str) -> str:
    if not id or id.startswith(".") or re.search(r'[/\\\0<>:"|?*]', id):
        raise InputError(id or "(empty)", "is no name for a file", "give the document another id")
    return id
