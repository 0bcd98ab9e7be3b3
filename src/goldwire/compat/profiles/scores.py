"""Another tool's figures for two files or sides, as scores under that tool's name.

What the profiles are is in profiles; `explain` tells what makes their figures differ from ours.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from goldwire.compat.profiles import Profile, profile
from goldwire.compat.profiles.figures import Rows, Tags
from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.eval.layers.facts import Known, facts_of
from goldwire.eval.pairing import MISSING, Policies, by_id, check_texts, paired
from goldwire.eval.reading import PLAIN, SIDES, Documents, Reading, both_sides
from goldwire.eval.scores import Row, Scores
from goldwire.eval.signature import Signature, known_hash, settings
from goldwire.eval.streaming import file_hash
from goldwire.eval.tag_scores import TagFiles, same_ids, scheme_of, tag_files
from goldwire.formats.base import Notes
from goldwire.tags import REPAIRS

AVERAGE_NAMES = ("micro", "macro", "weighted", "mean")


def score_by_profile(
    name: str,
    gold: Documents,
    pred: Documents,
    reading: Reading = PLAIN,
    training: Iterable[Document] = (),
    *,
    missing_documents: str = "empty",
    extra_documents: str = "error",
) -> Scores:
    """Give a profile's rows: from tags as they stand, from labels a line, or from documents, as the tool takes them.

    training: the documents whose facts DocRED's Ign F1 leaves out.

    A tool that takes tags only gets documents as IOB2 tags of the gold's tokens; what tags cannot say is noted.
    Documents on one side only are treated as the two policies say, as in `score`.

    Raises:
        InputError: there is no such profile, it takes no such input, or the tool refuses this one.
    """
    chosen, notes = profile(name), Notes()
    gold, pred = (side if isinstance(side, str | Path) else list(side) for side in (gold, pred))
    made = reading.asked()
    if known := facts_of(training):
        chosen, made = _knowing(chosen, known), {**made, "training": known_hash(known)}
    policies = Policies(missing_documents, extra_documents)
    scheme, rows = _counted(chosen, (gold, pred), reading, policies, notes)
    fields = settings(None, _hash(gold), _hash(pred), view=made, **policies._asdict()) | chosen.signature()
    ordered = {"profile": name, **fields, "tags": scheme, "tool": chosen.tool}
    return Scores({}, tuple(_rows(name, rows)), Signature(ordered), tuple(notes.lines()))


def _counted(
    chosen: Profile, sides: tuple[Documents, Documents], reading: Reading, policies: Policies, notes: Notes
) -> tuple[str, Rows]:
    """Give a tool's rows of what it takes these for, and the scheme of the tags ("spans" where there are none)."""
    if chosen.on_files:
        return "spans", chosen.on_files(*_files(chosen, *sides), reading.options("gold", notes))
    if chosen.on_labels:
        return "spans", chosen.on_labels(*_labels(chosen.name, *sides))
    files = tag_files(*sides, reading)
    if files is None:
        return _from_documents(chosen, sides, reading, policies, notes)
    if chosen.on_tags is None:
        raise InputError(f"profile {chosen.name}", "takes no token tags", "give documents, or choose another profile")
    scheme = _scheme(files, reading)
    return scheme, chosen.on_tags(*_tags(files), scheme)


def _hash(side: Documents) -> str:
    """Give the hash of a file, of a folder's files and their names, or of documents in their order, which tools see."""
    if not isinstance(side, str | Path):
        return hashlib.sha256(msgspec.json.encode(list(side))).hexdigest()
    path = Path(side)
    if path.is_file():
        return file_hash(path)
    names = sorted(str(inner.relative_to(path)) for inner in path.rglob("*") if inner.is_file())
    return hashlib.sha256("".join(f"{name}\0{file_hash(path / name)}\0" for name in names).encode()).hexdigest()


def _knowing(chosen: Profile, known: Known) -> Profile:
    """Give the profile that counts documents beside what a training corpus states."""
    count = chosen.on_known
    if count is None:
        raise InputError(f"profile {chosen.name}", "takes no training corpus", "leave it out, or choose docred")
    return replace(chosen, on_documents=lambda golds, preds: count(golds, preds, known))


def _rows(name: str, rows: Rows) -> Iterator[Row]:
    """Give a tool's rows; what it does not say of outcomes is undefined here too."""
    for row, found in rows.items():
        ratios = [math.nan if value is None else float(value) for value in found[:3]]
        correct = int(found.correct) if float(found.correct).is_integer() else found.correct
        unsaid = [math.nan] * 10
        yield Row._make((name, row, *ratios, found.gold, found.pred, correct, *unsaid, row in AVERAGE_NAMES))


def _scheme(files: TagFiles, reading: Reading) -> str:
    try:
        return scheme_of(files, reading)
    except InputError as error:
        raise InputError(error.problem.where, error.problem.found, "name it with --scheme") from error


def _tags(files: TagFiles) -> tuple[Tags, Tags]:
    from goldwire.eval.tagging.files import read_tags

    if not same_ids(files):
        raise InputError(files.pred, "has its rows under other ids than the gold", "put them in the gold's order")
    sides = read_tags(files.gold, files.columns[0]), read_tags(files.pred, files.columns[1])
    if len(sides[0]) != len(sides[1]):
        found = f"{len(sides[1])} sequences where the gold has {len(sides[0])}"
        raise InputError(files.pred, found, "give both the same sequences")
    return sides


def _from_documents(
    chosen: Profile, sides: tuple[Documents, Documents], reading: Reading, policies: Policies, notes: Notes
) -> tuple[str, Rows]:
    if reading.repair == PLAIN.repair and chosen.repair in REPAIRS:
        reading = replace(reading, repair=chosen.repair)
    golds, preds = _paired(chosen, *both_sides(*sides, reading, notes), policies, notes)
    if chosen.on_documents:
        return "spans", chosen.on_documents(golds, preds)
    if chosen.on_tags is None:
        raise InputError(f"profile {chosen.name}", "takes no documents", "choose another profile")
    return "IOB2", chosen.on_tags(*_as_tags(golds, preds, notes), "IOB2")


def _paired(
    chosen: Profile, golds: Sequence[Document], preds: Iterable[Document], policies: Policies, notes: Notes
) -> tuple[list[Document], list[Document]]:
    """Give both sides in the order of the ids; a document without prediction is empty, said."""
    from goldwire.eval.retokening import on_gold_tokens

    if chosen.by_tokens and all(document.tokens for document in golds):
        preds = on_gold_tokens(golds, preds, notes)
    there, here = by_id(golds, "the gold"), by_id(preds, "the predictions")
    if chosen.common and policies.missing_documents == MISSING[0] and (silent := sorted(there.keys() - here.keys())):
        notes.add("gold document without prediction: left out, as this tool leaves it out", silent[0], len(silent))
        there = {name: document for name, document in there.items() if name in here}
    kept = paired(there, here, *policies, notes)
    check_texts(there, here, kept, notes)
    ordered = [there[name] for name in sorted(there)]
    return ordered, [here.get(document.id) or document.without_annotations() for document in ordered]


def _as_tags(golds: Sequence[Document], preds: Sequence[Document], notes: Notes) -> tuple[Tags, Tags]:
    from goldwire.corpus.tokens import tokenized
    from goldwire.eval.second_opinion import as_tags

    if not all(document.tokens and document.sentences for document in golds):
        notes.add("gold without tokens or sentences of its own: they are those of spaCy's English rules")
    golds = [tokenized(document) for document in golds]
    laid = [
        replace(gold, mentions=pred.mentions, relations=(), entities=(), zones=())
        for gold, pred in zip(golds, preds, strict=True)
    ]
    views = as_tags(golds), as_tags(laid)
    for side, view in zip(SIDES, views, strict=True):
        for why, times in view.lost.items():
            if times:
                notes.add(f"{side} mention that tags cannot say, left out: {why}", "", times)
    return views[0].tags, views[1].tags


def _labels(name: str, gold: Documents, pred: Documents) -> tuple[Sequence[str], Sequence[str]]:
    """Give both sides' labels, by their items' ids if both have them, else in order; "" for an item skipped."""
    (golds, there), (preds, here) = (_side_labels(name, side) for side in (gold, pred))
    if not there or not here:
        return golds, preds
    said = dict(zip(here, preds, strict=True))
    if odd := next((item for item in here if item not in set(there)), ""):
        raise InputError(str(pred), f"item {odd} is none of the gold's", "give labels of the gold's items")
    return golds, [said.get(item, "") for item in there]


def _files(chosen: Profile, gold: Documents, pred: Documents) -> tuple[Path, Path]:
    wanted = "folders" if chosen.folders else "files"
    for side in (gold, pred):
        if not isinstance(side, str | Path) or Path(side).is_dir() != chosen.folders:
            raise InputError(f"profile {chosen.name}", f"takes {wanted}, no documents", f"give its two {wanted}")
    return Path(str(gold)), Path(str(pred))


def _side_labels(name: str, source: Documents) -> tuple[Sequence[str], Sequence[str]]:
    from goldwire.formats.pair_labels import pair_labels

    if not isinstance(source, str | Path) or Path(source).is_dir():
        mend = "give files of one label a line (SemEval: its number, then the label)"
        raise InputError(f"profile {name}", "takes no documents", mend)
    return pair_labels(Path(source), f"profile {name}")
