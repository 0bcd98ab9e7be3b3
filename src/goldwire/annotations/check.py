"""Checking files: every broken rule of documents, passes, seeds and the label set, collected and never raised.

The rules themselves live in goldwire.rules and annotations.rules; printing is the command line's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from goldwire import formats
from goldwire.annotations.rules import across_documents, finished_rules, label_set_rules
from goldwire.annotations.seeds import Seed, read_seed, read_sources, seed_problems
from goldwire.document import Document
from goldwire.errors import BrokenRules, InputError, Problem
from goldwire.formats import Options
from goldwire.formats.files import read_bytes, write_text
from goldwire.formats.goldwire_json import dump, parse
from goldwire.labels import LabelSet, read_labels
from goldwire.rules import broken_rules, structural_rules

TIDY = "rewrite it with goldwire check --tidy"


@dataclass(slots=True)
class Checked:
    """What a check found: broken rules, things worth knowing that break none, and how many files it read."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files: int = 0

    def unique(self) -> list[Problem]:
        """Give the problems in the order in which they were found, each once."""
        return list(dict.fromkeys(self.problems))


def check_corpus(labels_file: Path, seeds: Path, gold: Path, passes: Path) -> Checked:
    """Check a whole corpus: its label set, seeds, gold (as finished annotations) and passes (as documents)."""
    checked = Checked(files=1)
    labels = _labels(labels_file, checked)
    checked.problems += seed_problems(seeds)
    texts = _readable_seeds(seeds)
    documents = list(_gold(gold, labels, texts, checked))
    checked.problems += across_documents(documents)
    _unfinished(texts, {document.id for _, document in documents}, checked)
    for folder in _folders(passes):
        for file in _json_files(folder, checked):
            _one_file(file, labels, texts, checked, finished=False)
    return checked


def check_paths(paths: Iterable[Path], labels: LabelSet | None, name: str = "", *, finished: bool = False) -> Checked:
    """Check any files or folders, in the named format or the one recognised.

    Args:
        paths: files or folders that a format can read.
        labels: the label set to hold them against; None checks what every document keeps.
        name: the format.
        finished: hold them to the rules of finished annotations, too: whole layers, and entity ids that mean the
            same in all documents; needs labels.
    """
    checked, seen = Checked(), dict[str, str]()
    found: list[tuple[str, Document]] = []
    for path in paths:
        checked.files += 1
        for place, document in _read(path, name, checked):
            checked.problems += _second(place, document, seen)
            _document(place, document, labels, checked, finished=finished)
            found += [(place, document)] if finished else []
    checked.problems += across_documents(found)
    return checked


def _read(path: Path, name: str, checked: Checked) -> Iterator[tuple[str, Document]]:
    """Give the documents of a path, each with its place; an error of reading is a problem, and ends them."""
    options = Options()
    try:
        for number, document in enumerate(formats.read(path, name, options), 1):
            yield f"{path}: {document.id or f'document {number}'}", document
    except InputError as error:
        checked.problems.append(error.problem)
    except BrokenRules as error:
        checked.problems += error.problems
    checked.notes += options.notes.lines()


def _second(place: str, document: Document, seen: dict[str, str]) -> Iterator[Problem]:
    if document.id in seen:
        yield Problem(place, f"is the second document of this id, the first is in {seen[document.id]}", "keep one")
    seen.setdefault(document.id, place)


def tidy(files: Iterable[Path]) -> list[Path]:
    """Rewrite goldwire JSON files canonically where their content stands but their bytes differ; give those."""
    changed = []
    for file in files:
        data = read_bytes(file)
        text = dump(parse(data, file))
        if text.encode() != data:
            write_text(file, text)
            changed.append(file)
    return changed


def _labels(path: Path, checked: Checked) -> LabelSet | None:
    try:
        labels = read_labels(path)
    except InputError as error:
        checked.problems.append(error.problem)
        return None
    checked.problems += label_set_rules(labels, str(path))
    return labels


def _readable_seeds(folder: Path) -> dict[str, Seed]:
    """Give the seeds that can be read; what is wrong with the others is reported by the seeds' own rules."""
    found = {}
    try:
        sources = read_sources(folder)
    except InputError:
        return {}
    for name, source in sorted(sources.items()):
        try:
            found[name] = read_seed(folder, name, source)
        except InputError:
            continue
    return found


def _gold(
    folder: Path, labels: LabelSet | None, seeds: Mapping[str, Seed], checked: Checked
) -> Iterator[tuple[str, Document]]:
    for file in _json_files(folder, checked):
        document = _one_file(file, labels, seeds, checked, finished=True)
        if document is not None:
            yield str(file), document


def _one_file(
    file: Path, labels: LabelSet | None, seeds: Mapping[str, Seed], checked: Checked, *, finished: bool
) -> Document | None:
    checked.files += 1
    try:
        data = read_bytes(file)
        document = parse(data, file)
    except InputError as error:
        checked.problems.append(error.problem)
        return None
    checked.problems += _file_rules(file, data, document, seeds)
    _document(str(file), document, labels, checked, finished=finished)
    return document


def _file_rules(file: Path, data: bytes, document: Document, seeds: Mapping[str, Seed]) -> Iterator[Problem]:
    if document.id != file.stem:
        yield Problem(str(file), f"holds the document {document.id!r}", "name the file by its document")
    if document.id not in seeds:
        yield Problem(str(file), f"there is no seed {document.id!r}", "add its text to seeds/, or remove the file")
    elif document.text != seeds[document.id].text:
        where = _first_difference(document.text, seeds[document.id].text)
        yield Problem(str(file), f"its text differs from the seed's at offset {where}", "restore the seed's text")
    if not list(structural_rules(document)) and dump(document).encode() != data:
        yield Problem(str(file), "is not in canonical form (order, spacing, or surfaces left out)", TIDY)


def _document(place: str, document: Document, labels: LabelSet | None, checked: Checked, *, finished: bool) -> None:
    structural = list(structural_rules(document, place))
    checked.problems += broken_rules(document, labels, place)
    if finished and labels is not None and not structural:
        checked.problems += finished_rules(document, labels, place)


def _unfinished(seeds: Mapping[str, Seed], done: set[str], checked: Checked) -> None:
    if missing := sorted(set(seeds) - done):
        checked.notes.append(f"{len(missing)} of {len(seeds)} seeds have no gold yet: {', '.join(missing[:5])}")


def _json_files(folder: Path, checked: Checked) -> list[Path]:
    """Give the JSON files of a folder; any other visible file in it is a problem."""
    if not folder.is_dir():
        return []
    files = sorted(file for file in folder.iterdir() if not file.name.startswith("."))
    for file in files:
        if file.suffix != ".json":
            checked.problems.append(Problem(str(file), "is no document", "only <document>.json files lie here"))
    return [file for file in files if file.suffix == ".json"]


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def _first_difference(one: str, two: str) -> int:
    pairs = zip(one, two, strict=False)
    return next((index for index, (a, b) in enumerate(pairs) if a != b), min(len(one), len(two)))
