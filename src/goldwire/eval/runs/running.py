"""A system run over documents into a folder: interrupted, it resumes; done, it does nothing.

Feeding the system is in outcomes, the folder's files in folder. Scoring is separate: a run can be scored anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from goldwire import __version__
from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.eval.runs import PREDICTIONS, RUN
from goldwire.eval.runs import folder as run_folder
from goldwire.eval.runs.outcomes import Outcome, outcomes
from goldwire.eval.systems import load
from goldwire.eval.systems.base import Context, Predictor, System
from goldwire.eval.systems.label_maps import LabelMap, digest, label_map, mapped
from goldwire.formats.base import Notes
from goldwire.formats.goldwire_json import dump_line

Progress = Callable[[int, str], None]
LAYERS = {"mentions": ("mentions",), "relations": ("mentions", "relations"), "entities": ("mentions", "entities")}


class Changed(InputError):
    """The folder holds the run of another system, of other settings or of another model."""


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: its folder, what run.json says, and how many documents were predicted just now.

    `kept` predictions are of other documents, from a run over more: they are no part of this one, and not lost.
    `left` is what the system noted after the last document.
    """

    folder: Path
    table: dict[str, Any]
    predicted: int
    kept: int = 0
    left: Mapping[str, int] = field(default_factory=dict)

    @property
    def predictions(self) -> Path:
        """Give the file of predictions."""
        return self.folder / PREDICTIONS

    @property
    def failures(self) -> dict[str, str]:
        """Give the error of each failed document."""
        failures: dict[str, str] = self.table["failures"]
        return failures


def run(
    system: System,
    documents: Iterable[Document],
    folder: Path,
    context: Context | None = None,
    *,
    fresh: bool = False,
    verify: bool = False,
    progress: Progress | None = None,
) -> Run:
    """Run a system over documents, writing predictions.jsonl, run.json and what it took into a folder.

    Documents with a prediction are passed over while the system would see the same of them, failed ones are tried
    again. A document that fails is written without mentions, with the error in its metadata under "failure".
    `progress` is called with the number of documents and the id of the last. One document is held at a time, and of
    the others a digest. `fresh` begins anew, as is done where a run answered nothing; `verify` loads the
    system even if all is done, to see whether its model is still the same.

    Raises:
        Changed: the folder holds the run of another system or model, or one that another version of goldwire began.
        InputError: two documents have one id, a file cannot be written, or another process is at it.
        Unusable: the system cannot work at all.
    """
    for layer in system.given:
        if layer not in LAYERS:
            raise InputError(f"system {system.name}", f"cannot be given {layer!r}", f"layers are {', '.join(LAYERS)}")
    with run_folder.held(folder):
        stands = {} if fresh else run_folder.answered(folder)
        before = {} if fresh else _same_system(system, folder, stands)
        fresh = fresh or not before
        current = _Pass(system.given, stands)
        missing = current.missing(documents)
        first = next(missing, None)
        if first is not None or verify:
            _same_version(before, folder)
            predictor = _same_model(load(system, context or Context()), before, folder)
            if fresh:
                run_folder.forget(folder)
            if first is not None:
                _predict(system, predictor, chain([first], missing), folder, current, progress=progress)
            before = {**before, "model": dict(predictor.description)}
        return _concluded(system, folder, current, before)


@dataclass(slots=True)
class _Pass:
    """One pass over the documents: the digest of what the system sees of each, in their order, and of all.

    `answered` are the digests of those that had a prediction already.
    """

    given: tuple[str, ...]
    answered: dict[str, str]
    seen: dict[str, str] = field(default_factory=dict)
    digest: Any = field(default_factory=hashlib.sha256)
    predicted: int = 0
    left: dict[str, int] = field(default_factory=dict)

    def missing(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Give, as the system may see them, the documents that have no prediction yet."""
        for document in documents:
            shown = as_seen(document, self.given)
            self._note(shown)
            if self.answered.get(shown.id) != self.seen[shown.id]:
                yield shown

    def _note(self, shown: Document) -> None:
        if shown.id in self.seen:
            raise InputError(f"document {shown.id}", "two documents have this id", "give each its own")
        line = dump_line(shown).encode("utf-8", "surrogatepass")
        self.seen[shown.id] = hashlib.sha256(line).hexdigest()[:16]
        self.digest.update(line)


def as_seen(document: Document, given: tuple[str, ...] = ()) -> Document:
    """Give a document as a system sees it: bare, or with the layers that it is given."""
    shown = {name for layer in given for name in LAYERS[layer]}
    return replace(document.without_annotations(), **{name: getattr(document, name) for name in sorted(shown)})


def _predict(
    system: System,
    predictor: Predictor,
    missing: Iterator[Document],
    folder: Path,
    current: _Pass,
    *,
    progress: Progress | None,
) -> None:
    maps = label_map(system.label_map) if system.label_map else None
    with run_folder.appending(folder) as append:
        run_folder.write_json(folder / RUN, {**_head(system, predictor.description), "status": "unfinished"})
        with closing(outcomes(predictor.predict, missing)) as results:
            for outcome in results:
                line, entry = _written(outcome, maps, predictor.notes)
                append(line, {"id": outcome.source.id, "seen": current.seen[outcome.source.id], **entry})
                predictor.notes.counts.clear()
                current.predicted += 1
                if progress:
                    progress(len(current.seen), outcome.source.id)
        current.left = dict(predictor.notes.counts)


def _written(outcome: Outcome, maps: LabelMap | None, notes: Notes) -> tuple[str, dict[str, Any]]:
    """Give an outcome's line of predictions, and its line of the log."""
    source, error = outcome.source, outcome.error
    entry = {"seconds": round(outcome.seconds, 6), "tokens": _tokens(source)}
    if outcome.prediction is not None:
        try:
            line = dump_line(mapped(outcome.prediction, maps, notes))
            return line, {**entry, "notes": dict(notes.counts)}
        except (UnicodeEncodeError, TypeError, ValueError) as problem:
            error = f"the answer cannot be written: {problem}"
    failed = replace(source, mentions=(), relations=(), metadata={**source.metadata, run_folder.FAILURE: error})
    return dump_line(failed), {**entry, "notes": dict(notes.counts)}


def _tokens(document: Document) -> int:
    """Count a document's tokens: its own, or the words between blanks."""
    return len(document.tokens) or len(document.text.split())


def _head(system: System, description: Any) -> dict[str, Any]:
    maps = {"label_map": digest(system.label_map)} if system.label_map else {}
    return {"goldwire": __version__, "system": _plain(system), "model": dict(description), **maps}


def _plain(value: Any) -> Any:
    """Give a value as it will be read back from JSON."""
    return msgspec.json.decode(msgspec.json.encode(value))


def _same_system(system: System, folder: Path, stands: Mapping[str, str]) -> dict[str, Any]:
    """Give what the folder's run.json says of the run that `stands`; an empty dict where there is no run.

    One without any prediction, as a wrong address leaves it, keeps nobody from beginning anew.
    """
    before, mend = run_folder.read_run(folder), "name another --out or add --fresh"
    if stands and not before:
        raise Changed(folder, f"holds predictions, but no {RUN} that tells whose", mend)
    if not stands and "goldwire" in before:
        return {}
    if before and before.get("system") != _plain(system):
        raise Changed(folder, "holds the run of another system or other settings", mend)
    tables = ("model", "data", "predictions", "failures", "notes") if before.get("status") == "done" else ("model",)
    if before and not all(isinstance(before.get(table), dict) for table in tables):
        raise Changed(folder, "holds the run of another version of goldwire", mend)
    if before and system.label_map and before.get("label_map") != digest(system.label_map):
        raise Changed(folder, f"was begun when the label map {system.label_map} said something else", "add --fresh")
    return before


def _same_version(before: Mapping[str, Any], folder: Path) -> None:
    """Refuse to mix what two versions of goldwire make; a finished run is left as it is."""
    if before and before.get("goldwire") != __version__:
        began = f"was begun by goldwire {before.get('goldwire')}, this is {__version__}"
        raise Changed(folder, began, "add --fresh to begin again, or name another --out")


def _same_model(predictor: Predictor, before: dict[str, Any], folder: Path) -> Predictor:
    now = _plain(dict(predictor.description))
    if before and before["model"] != now:
        keys = sorted(key for key in {*now, *before["model"]} if now.get(key) != before["model"].get(key))
        raise Changed(folder, f"was begun with another model ({', '.join(keys)} differ)", "add --fresh to begin again")
    return predictor


def _holds(folder: Path, before: Mapping[str, Any], digest: str) -> bool:
    """Say whether the folder holds the finished run over just these documents."""
    same = before.get("status") == "done" and before.get("data", {}).get("sha256") == digest
    return same and (folder / PREDICTIONS).exists()


def _concluded(system: System, folder: Path, current: _Pass, before: dict[str, Any]) -> Run:
    digest = current.digest.hexdigest()
    if not current.predicted and _holds(folder, before, digest):
        return Run(folder, before, 0)
    if not current.seen:
        raise InputError("the corpus", "has no document", "name one that has")
    order = list(current.seen)
    found = run_folder.finish(folder, order)
    log, seconds = run_folder.summary(folder, order)
    table = {
        **_head(system, before["model"]),
        "status": "done",
        "data": {"documents": len(order), "sha256": digest, "given": list(system.given)},
        "predictions": found.counts,
        "failures": found.failures,
        "notes": dict(sorted(log.items())),
    }
    run_folder.write_json(folder / RUN, table)
    run_folder.write_json(folder / run_folder.TIMES, seconds)
    return Run(folder, table, current.predicted, found.kept, current.left)
