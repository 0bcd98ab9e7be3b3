"""How the two sides of a scoring are read from files: formats, schemes of tags, repairs, settings, the flat view.

Formats themselves are in goldwire.formats; tags are scored without documents in tag_scores.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple, TypeAlias

from goldwire.document import Document
from goldwire.eval.retokening import on_gold_tokens
from goldwire.formats import read
from goldwire.formats.base import Notes, Options
from goldwire.formats.docred_answers import answered, is_answers
from goldwire.tags import IO, scheme_name

Documents: TypeAlias = Iterable[Document] | Path | str
SIDES = ("gold", "pred")
TOLD = "sources of tags read as "
AUTO = "auto"
SAME, BY_POSITION = "same", "by-position"
WORDS = (SAME, BY_POSITION)


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read: formats ("": recognised), the scheme of tags, the repair of broken ones, settings of formats.

    The gold's scheme, told or recognised, holds for the predictions too. settings: by key; "gold.KEY" and "pred.KEY"
    are for one side. words: whether the predictions' words must be the gold's (same), or a document's n-th token is
    the gold's n-th whatever it says (by-position). made: how the sides came about before they were read (their view,
    the label map of the predictions), which belongs into a signature.
    """

    gold_format: str = ""
    pred_format: str = ""
    scheme: str = AUTO
    repair: str = "none"
    settings: Mapping[str, str] = field(default_factory=dict)
    words: str = SAME
    made: Mapping[str, str] = field(default_factory=dict)

    def format_of(self, side: str) -> str:
        """Give the name of a side's format, "" if it is to be recognised."""
        return self.gold_format if side == "gold" else self.pred_format

    def settings_of(self, side: str) -> dict[str, str]:
        """Give the settings that hold for a side."""
        common = {key: value for key, value in self.settings.items() if key.partition(".")[0] not in SIDES}
        own = {key.partition(".")[2]: value for key, value in self.settings.items() if key.startswith(f"{side}.")}
        return {**common, **self._told(), **own}

    def _told(self) -> dict[str, str]:
        """Give the scheme that is told, by its one name; raises InputError for none."""
        if self.scheme == AUTO:
            return {}
        return {"scheme": self.scheme.upper() if self.scheme.upper() == IO else scheme_name(self.scheme)}

    def options(self, side: str, notes: Notes) -> Options:
        """Give a side's options of reading."""
        return Options(repair=self.repair, settings=self.settings_of(side), notes=notes)

    def asked(self) -> dict[str, str]:
        """Give what belongs into a signature whatever was read: settings, words, and how the sides were made."""
        told = ",".join(f"{key}={value}" for key, value in sorted(self.settings.items()))
        return {**self.made, **({"set": told} if told else {}), **({} if self.words == SAME else {"words": self.words})}

    def view(self, notes: Notes) -> dict[str, str]:
        """Give what belongs into a signature: the repair, and the schemes that the notes say tags were read by."""
        schemes = sorted({what.removeprefix(TOLD) for what in notes.counts if what.startswith(TOLD)})
        told = [*schemes, *self._told().values()]
        return ({"scheme": "+".join(dict.fromkeys(told))} if told else {}) | {"repair": self.repair} | self.asked()


PLAIN = Reading()


class Golds(NamedTuple):
    """A gold read once for several predictions: where from, its documents, how they are read, and what was noted."""

    source: Documents
    documents: list[Document]
    reading: Reading
    notes: Notes


def read_gold(gold: Documents, reading: Reading) -> Golds:
    """Give a gold's documents, and how predictions are read beside them: tags under the gold's scheme."""
    notes = Notes()
    golds = list(_documents(gold, "gold", reading, notes))
    told = {what.removeprefix(TOLD) for what in notes.counts if what.startswith(TOLD)}
    if len(told) == 1 and reading.scheme == AUTO and "scheme" not in reading.settings_of("pred"):
        reading = replace(reading, scheme=told.pop())
    return Golds(gold, golds, reading, notes)


def both_sides(
    gold: Documents | Golds, pred: Documents, reading: Reading, notes: Notes
) -> tuple[list[Document], Iterable[Document]]:
    """Give the documents of both sides; tags of predictions are read under the gold's scheme.

    Answers to DocRED become the gold's documents with other relations.
    """
    read = gold if isinstance(gold, Golds) else read_gold(gold, reading)
    for what, times in read.notes.counts.items():
        notes.add(what, read.notes.examples[what], times)
    if gives_answers(pred, reading):
        return read.documents, answered(read.documents, Path(str(pred)), notes)
    preds = _documents(pred, "pred", read.reading, notes)
    return read.documents, on_gold_tokens(read.documents, preds, notes) if reading.words == BY_POSITION else preds


def gives_answers(pred: Documents, reading: Reading) -> bool:
    """Say whether the predictions are a file of answers to DocRED, which state relations only."""
    return isinstance(pred, str | Path) and not reading.pred_format and is_answers(Path(pred))


def _documents(source: Documents, side: str, reading: Reading, notes: Notes) -> Iterable[Document]:
    if not isinstance(source, str | Path):
        return source
    return read(Path(source), reading.format_of(side), reading.options(side, notes))


def flat_view(documents: Iterable[Document], side: str, notes: Notes) -> Iterator[Document]:
    """Give documents with their outermost names and values only; what is left out is counted."""
    from goldwire.corpus.tokens import flat

    for document in documents:
        kept = tuple(flat(document.mentions))
        left = len(document.mentions) - len(kept)
        if left:
            notes.add(f"{side} mention left out of the flat view: nested, crossing, nominal or pronoun", "", left)
        yield replace(document, mentions=kept, relations=(), entities=())
