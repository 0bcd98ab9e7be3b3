"""What a system is: a name, a kind, a model and settings; and what a loaded one gives.

Each kind has a file of its own in this folder; running systems over a corpus is the business of runs.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module, metadata
from pathlib import Path
from threading import Thread
from typing import Any, Protocol, TypeAlias, TypeVar

from goldwire.document import Document, Mention, Relation
from goldwire.errors import GoldwireError, InputError, MissingExtra
from goldwire.eval.pairing import first_difference
from goldwire.formats.base import Notes
from goldwire.formats.files import reading, sha256
from goldwire.labels import LabelSet
from goldwire.rules import structural_rules


class Unusable(GoldwireError):
    """The system cannot work at all (a wrong key, no server): no further document is tried."""


class NoAnswer(GoldwireError):
    """The system gave no usable answer for one document; the next ones are tried."""


Done = TypeVar("Done")
Predict: TypeAlias = Callable[[Iterable[Document]], Iterator[Document | NoAnswer]]


@dataclass(frozen=True, slots=True)
class System:
    """A model with its settings: what a system's TOML holds.

    `label_map` names a shipped label map or a file; `given` lists the layers of the gold that the system is shown
    (none: it sees the bare text); `seed` goes to every random choice.
    """

    name: str
    kind: str
    model: str = ""
    description: str = ""
    label_map: str = ""
    given: tuple[str, ...] = ()
    seed: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)

    def setting(self, name: str, default: Any, least: float = 0) -> Any:
        """Give a setting, or the default; it must be of the default's type, and a number not below the least.

        Raises:
            InputError: it is not.
        """
        value, wanted = self.settings.get(name, default), type(default)
        number = wanted in (int, float)
        fits = isinstance(value, (int, wanted) if number else wanted) and (isinstance(value, bool) == (wanted is bool))
        if not fits or (number and not value >= least):
            found, within = f"{name} is {value!r}", f" and at least {least:g}" if number else ""
            raise InputError(f"system {self.name}", found, f"it must be of type {wanted.__name__}{within}")
        return value


@dataclass(frozen=True, slots=True)
class Context:
    """What a caller lends to a system: gold documents to learn from, a folder for caches, the label set to use."""

    gold: tuple[Document, ...] = ()
    cache: Path | None = None
    labels: LabelSet | None = None


@dataclass(frozen=True, slots=True)
class Predictor:
    """A loaded system: `predict` gives a document for each it gets, in order, with the same id and text.

    In place of a document it may give the NoAnswer that says why there is none; what it raises ends it, and it is
    called anew with the documents that are left.

    `description` tells what ran, as JSON: versions, hashes, the labels it can give (where known). `notes` counts what
    happened on the way: labels that no map knows, answers that are not in the text.
    """

    predict: Predict
    description: Mapping[str, Any] = field(default_factory=dict)
    notes: Notes = field(default_factory=Notes)


class Kind(Protocol):
    """A module of this folder: `load` makes a system ready to run; `SETTINGS` tells each setting in a sentence."""

    SETTINGS: Mapping[str, str]

    def load(self, system: System, context: Context) -> Predictor:
        """Load the system."""


def answered(source: Document, mentions: Iterable[Mention], relations: Iterable[Relation] = ()) -> Document:
    """Give the source with a system's mentions and relations in place of any it has."""
    return replace(source, mentions=tuple(mentions), relations=tuple(relations), entities=())


def check_answer(source: Document, answer: object) -> Document:
    """Give the answer if it is a document with the source's id and text, whose offsets and references hold.

    Raises:
        NoAnswer: it is not.
    """
    if not isinstance(answer, Document):
        raise NoAnswer(f"the system gave {type(answer).__name__}, not a document")
    if answer.id != source.id:
        raise NoAnswer(f"the system answered for {answer.id!r}; answers must come in order")
    if answer.text != source.text:
        where = first_difference(source.text, answer.text)
        raise NoAnswer(f"the answer has another text, {where}; offsets would mean something else")
    problem = next(structural_rules(answer), None)
    if problem is not None:
        raise NoAnswer(f"the answer breaks a rule: {problem}")
    return answer


def optional(module: str, package: str, extra: str, purpose: str) -> Any:
    """Import an optional package.

    Raises:
        MissingExtra: it is not installed; the error says what to install.
    """
    try:
        return import_module(module)
    except ImportError as error:
        if error.name and error.name.split(".")[0] != module.split(".", maxsplit=1)[0]:
            raise MissingExtra(error.name, extra, purpose) from error
        raise MissingExtra(package, extra, purpose) from error


def versions(*packages: str) -> dict[str, str]:
    """Give the installed versions of packages."""
    return {package: metadata.version(package) for package in packages}


def source_hash(*modules: str) -> str:
    """Give a digest of files of this folder, for systems whose knowledge is their code."""
    folder = Path(__file__).parent
    return sha256(b"".join((folder / name).read_bytes() for name in modules))


def in_order(
    work: Callable[[Document], Done], documents: Iterable[Document], workers: int
) -> Iterator[tuple[Document, Done | NoAnswer]]:
    """Give each document with what `work` makes of it (or its NoAnswer), in order, with so many at work at a time."""
    from concurrent.futures import Future

    def attempt(document: Document, future: Future[Done | NoAnswer]) -> None:
        try:
            future.set_result(work(document))
        except NoAnswer as error:
            future.set_result(error)
        except BaseException as error:
            future.set_exception(error)

    open_work: deque[tuple[Document, Future[Done | NoAnswer]]] = deque()
    for document in documents:
        open_work.append((document, Future()))
        Thread(target=attempt, args=open_work[-1], daemon=True).start()  # an interrupted run waits for no server
        if len(open_work) >= workers:
            source, future = open_work.popleft()
            yield source, future.result()
    while open_work:
        source, future = open_work.popleft()
        yield source, future.result()


def file_digest(path: Path) -> str:
    """Give the SHA-256 of a file, or of all files of a folder in the order of their names."""
    digest = hashlib.sha256()
    for file in sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]:
        with reading(file), file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
