"""A figure under any conventions, from tags or from documents.

Plain and unhurried, for `explain`; the fast engine is in scoring and tagging, what result files give in result_files.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from goldwire.compat.explain import OURS, Settings
from goldwire.compat.profiles import PROFILES
from goldwire.compat.profiles.figures import Tags
from goldwire.compat.profiles.mentions import nervaluate_spans, spans
from goldwire.compat.profiles.tags import conlleval_read, nervaluate_read, spacy_read
from goldwire.compat.seqeval.counting import entities
from goldwire.document import Document, Mention
from goldwire.errors import InputError
from goldwire.eval.columns import columns
from goldwire.eval.counts import Array
from goldwire.eval.measures import by_name
from goldwire.eval.reading import BY_POSITION, flat_view
from goldwire.eval.retokening import on_gold_tokens
from goldwire.eval.signature import label_set_named
from goldwire.eval.tagging.files import read_tags
from goldwire.formats.base import Notes
from goldwire.labels import LabelSet
from goldwire.tags import REPAIRS, SCHEMES, Span, decode

Read: TypeAlias = Callable[[Sequence[str], str], list[Span]]
Sides: TypeAlias = tuple[list[Document], list[Document]]


def seqeval_read(tags: Sequence[str], scheme: str) -> list[Span]:
    """Give the entities that seqeval's default mode sees, whatever the scheme."""
    return [(first, last + 1, kind) for kind, first, last in entities(tags, suffix=False)]


READINGS: Mapping[str, Read] = {
    **{f"as-declared, repair {repair}": partial(decode, repair=repair) for repair in REPAIRS},
    "any-of-BIES, repair conlleval": seqeval_read,
    "B-I-E-and-changes-of-type, repair conlleval": conlleval_read,
    "B-starts-anything-goes-on, repair conlleval": nervaluate_read,
    "BIO-I-after-other-starts, repair conlleval-but-at-the-start": spacy_read,
}
MODES = {"strict": "strict", "exact": "exact", "partial": "partial", "type": "ent_type"}


@dataclass(frozen=True, slots=True)
class FromTags:
    """Tags of both sides, to be read in any way; `files` are where other columns of them stand."""

    gold: Tags
    pred: Tags
    scheme: str
    files: tuple[Path, Path] | None = None

    @property
    def own(self) -> dict[str, str]:
        """Give the conventions that are those of what was given."""
        return {"scheme": self.scheme}

    def f1(self, settings: Settings) -> float:
        """Give the F1 under some conventions."""
        reading, scheme = settings["reading"], settings["scheme"]
        if reading not in READINGS:
            raise InputError("reading", f"unknown: {reading!r}", f"known are {'; '.join(READINGS)}")
        if scheme not in SCHEMES:
            scheme = self.scheme
        gold, pred = (_documents(side, READINGS[reading], scheme) for side in self._columns(settings["set"]))
        return f1_of_documents((gold, pred), settings)

    def _columns(self, told: str) -> tuple[Tags, Tags]:
        """Give the tags of the columns that settings name (gold.column=2,pred.column=3), or those given."""
        if told == "none":
            return self.gold, self.pred
        named = dict(part.split("=", maxsplit=1) for part in told.split(","))
        columns = [named.pop(f"{side}.column", named.get("column")) for side in ("gold", "pred")]
        if self.files is None or named.keys() - {"column", "gold.scheme", "pred.scheme", "scheme"}:
            raise InputError("set", f"{told} cannot be recomputed here", "name files of tags in columns")
        return read_tags(self.files[0], columns[0]), read_tags(self.files[1], columns[1])

    def claimed(self, name: str) -> float | None:
        """Give the main figure of a profile, by its own code; None where it takes no tags."""
        count = PROFILES[name].on_tags if name in PROFILES else None
        return None if count is None else _main(count(self.gold, self.pred, self.scheme))


@dataclass(frozen=True, slots=True)
class FromDocuments:
    """Documents of both sides; of several label sets, the first is that of the profiles."""

    gold: Sequence[Document]
    pred: Sequence[Document]
    labels: Sequence[LabelSet] = ()

    @property
    def own(self) -> dict[str, str]:
        """Give the conventions that are those of what was given."""
        return {"scheme": "spans", "labels": label_set_named(next(iter(self.labels), None))}

    def f1(self, settings: Settings) -> float:
        """Give the F1 under some conventions; there is but one reading of documents."""
        if settings["set"] != "none":
            raise InputError("set", f"{settings['set']} cannot be recomputed here", "name files of tags in columns")
        sides = _viewed(self._sides(settings["missing-documents"]), settings)
        return f1_of_documents(sides, settings, self._labels(settings["labels"]))

    def _labels(self, named: str) -> LabelSet | None:
        """Give the label set that conventions name; one that declares no directions counts as none does."""
        if named == "as-given":
            return next(iter(self.labels), None)
        found = next((labels for labels in self.labels if named == label_set_named(labels)), None)
        if found is None and "+" in named:
            raise InputError("labels", f"{named} is not the label set given", "name its file with --labels")
        return found

    def claimed(self, name: str) -> float | None:
        """Give the main figure of a profile, by its own code; None where it takes no documents."""
        count = PROFILES[name].on_documents if name in PROFILES else None
        return None if count is None else _main(count(*self._sides("empty")))

    def _sides(self, missing: str) -> Sides:
        """Give both sides in one order; a document without prediction is empty, or left out on both sides."""
        if missing not in ("empty", "left-out"):
            raise InputError("missing-documents", f"unknown: {missing!r}", "known are empty and left-out")
        found = {document.id: document for document in self.pred}
        kept = [d for d in sorted(self.gold, key=lambda d: d.id) if d.id in found or missing == "empty"]
        return kept, [found.get(document.id) or document.without_annotations() for document in kept]


def f1_of_documents(sides: Sides, settings: Settings, labels: LabelSet | None = None) -> float:
    """Give the F1 of documents under conventions: duplicates, matching, measure, average, undefined."""
    chosen = by_name(settings["measure"])
    if settings["duplicates"] == "sets" and chosen.layer == "mentions":
        sides = [_distinct(d) for d in sides[0]], [_distinct(d) for d in sides[1]]
    elif settings["duplicates"] not in ("sets", "each-counts"):
        raise InputError("duplicates", f"unknown: {settings['duplicates']!r}", "known are each-counts and sets")
    if settings["matching"] == "greedy-in-order" and chosen.layer == "mentions":
        return _greedy(sides, settings)
    return reduced(chosen.count(columns(*sides, labels)).total(), settings)


def _viewed(sides: Sides, settings: Settings) -> Sides:
    """Give documents as a view and a way to compare words make them."""
    golds, preds = sides
    if settings["words"] == BY_POSITION:
        preds = list(on_gold_tokens(golds, preds, Notes()))
    if settings["view"] == "flat":
        return list(flat_view(golds, "gold", Notes())), list(flat_view(preds, "predicted", Notes()))
    if settings["view"] != OURS["view"]:
        raise InputError("view", f"{settings['view']} cannot be recomputed here", "score the run's folder")
    return golds, preds


def _greedy(sides: Sides, settings: Settings) -> float:
    mode = MODES.get(settings["measure"].partition("/")[2])
    if mode is None or settings["average"] != "micro":
        raise InputError("matching", "greedy matching knows the micro of strict, exact, partial and type only", "")
    found = nervaluate_spans(*map(spans, sides))[mode]
    return _filled(math.nan if not found.pred and not found.gold else float(found.f1 or 0), settings)


def reduced(total: Array, settings: Settings) -> float:
    """Give the F1 of a measure's totals [labels, COLUMNS]: average and undefined."""
    averages = by_name(settings["measure"]).averages
    if settings["average"] not in averages:
        known = ", ".join(averages)
        raise InputError("average", f"{settings['measure']} has no {settings['average']!r}", f"known are {known}")
    figure = float(averages[settings["average"]](total)[2])
    return _filled(figure, settings)


def _filled(figure: float, settings: Settings) -> float:
    if settings["undefined"] not in ("nan", "0", "1"):
        raise InputError("undefined", f"unknown: {settings['undefined']!r}", "known are nan, 0 and 1")
    return float(settings["undefined"]) if math.isnan(figure) else figure


def _distinct(document: Document) -> Document:
    kept = {(m.start, m.end, m.fragments, m.label): m for m in reversed(document.mentions)}
    return replace(document, mentions=tuple(reversed(kept.values())), relations=(), entities=())


def _documents(sequences: Tags, read: Read, scheme: str) -> list[Document]:
    width = len(str(len(sequences)))
    return [
        Document(f"{number:0{width}}", "", tuple(Mention(*span) for span in read(tags, scheme)))
        for number, tags in enumerate(sequences)
    ]


def _main(rows: Mapping[str, Any]) -> float:
    figure = next(iter(rows.values())).f1
    return math.nan if figure is None else float(figure)
