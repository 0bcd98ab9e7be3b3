"""`score`: every measure of a gold and its predictions in one pass, with counts, intervals, notes and a signature.

What a measure counts lives with its layer; how scores are printed, in report.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from goldwire.document import Document
from goldwire.eval.columns import Columns, columns
from goldwire.eval.counts import AVERAGES, COLUMNS, Array, Counts, precision_recall_f1
from goldwire.eval.matching import full_keys, occurrence
from goldwire.eval.measures import DEFAULT, Measure, by_name, measures
from goldwire.eval.signature import Signature, sign
from goldwire.formats import read
from goldwire.formats.base import Notes
from goldwire.labels import LabelSet

Documents: TypeAlias = Iterable[Document] | Path | str


class Row(NamedTuple):
    """One line of scores: a measure and an average or label, its figures, counts and the interval of its F1.

    correct, incorrect and partial are those of the gold; missing is gold less these, spurious pred less its own.
    precision, recall and f1 are NaN where undefined, low and high where no interval was asked for.
    """

    measure: str
    name: str
    precision: float
    recall: float
    f1: float
    gold: int
    pred: int
    correct: int
    incorrect: int
    partial: int
    missing: int
    spurious: int
    low: float = math.nan
    high: float = math.nan


@dataclass(frozen=True, slots=True)
class Scores:
    """All figures of one gold and one set of predictions; `scores["mentions/strict"].f1` is the micro F1.

    counts: by measure, additive over documents. rows: a measure's averages, then its labels. notes: what was assumed,
    left out or found twice, a sentence each.
    """

    counts: dict[str, Counts]
    rows: tuple[Row, ...]
    signature: Signature
    notes: tuple[str, ...] = ()

    def __getitem__(self, key: str | tuple[str, str]) -> Row:
        """Give a measure's micro row, or that of ("measure", "average or label")."""
        measure, name = (key, "micro") if isinstance(key, str) else key
        for row in self.rows:
            if (row.measure, row.name) == (measure, name):
                return row
        raise KeyError(f"{measure}, {name}")

    def signature_of(self, measure: str) -> str:
        """Give the signature of one measure's numbers, as one line."""
        return str(self.signature.of(by_name(measure)))

    def to_json(self) -> dict[str, Any]:
        """Give rows, signature and notes as plain values; undefined figures are None."""
        from goldwire.eval.report import to_json

        return to_json(self)

    def to_markdown(self) -> str:
        """Give the scores as Markdown tables with notes and signature."""
        from goldwire.eval.report import to_markdown

        return to_markdown(self)

    def table(self) -> str:
        """Give the scores as a plain text table with notes and signature."""
        from goldwire.eval.report import to_text

        return to_text(self)


def score(
    gold: Documents,
    pred: Documents,
    *,
    measures: Sequence[str] | None = None,
    labels: LabelSet | None = None,
    missing_documents: str = "empty",
    extra_documents: str = "error",
    bootstrap: int = 0,
    seed: int = 0,
) -> Scores:
    """Score predictions against a gold: documents, or paths of files that goldwire.formats reads.

    Without `measures`, every layer is scored by its default measures if both sides have it. `bootstrap` resamples
    documents for 95 % intervals, the same for the same seed.

    Raises:
        InputError: the two do not fit together, or a measure is unknown.
    """
    notes, golds = Notes(), list(documents(gold))
    both = columns(
        golds,
        documents(pred),
        labels,
        missing_documents=missing_documents,
        extra_documents=extra_documents,
        notes=notes,
    )
    texts = (document.text for document in sorted(golds, key=lambda document: document.id))
    signature = sign(both, texts=texts, missing_documents=missing_documents, extra_documents=extra_documents)
    return score_columns(both, measures, signature=signature, notes=notes, bootstrap=bootstrap, seed=seed)


def documents(source: Documents) -> Iterable[Document]:
    """Give the documents of a path, or what already is documents."""
    return read(Path(source)) if isinstance(source, str | Path) else source


def score_columns(
    both: Columns,
    names: Sequence[str] | None = None,
    *,
    signature: Signature,
    notes: Notes | None = None,
    bootstrap: int = 0,
    seed: int = 0,
) -> Scores:
    """Score two sides that are columns already."""
    said = Notes() if notes is None else notes
    note_duplicates(both, said)
    note_labels(both, said)
    chosen = [by_name(name) for name in names] if names is not None else default_measures(both, said)
    counts = {measure.name: measure.count(both) for measure in chosen}
    rows = tuple(row for found in counts.values() for row in rows_of(found, bootstrap=bootstrap, seed=seed))
    return Scores(counts, rows, signature, tuple(said.lines()))


def default_measures(both: Columns, notes: Notes) -> list[Measure]:
    """Give the default measures of all layers that both sides have; a layer that one side lacks is noted."""
    layers = {"mentions"} | (both.gold.layers & both.pred.layers)
    for layer in sorted((both.gold.layers ^ both.pred.layers) - {"mentions"}):
        lacking = "the predictions have" if layer in both.gold.layers else "the gold has"
        notes.add(f"layer not scored: {layer}, of which {lacking} none (name its measures to score it all the same)")
    return [m for m in measures().values() if _NEEDS.get(m.layer, m.layer) in layers and _is_default(m)]


_NEEDS = {"coreference": "entities"}


def _is_default(measure: Measure) -> bool:
    return measure.name in DEFAULT or measure.layer in ("coreference", "links")


def note_duplicates(both: Columns, notes: Notes) -> None:
    """Count mentions and relations that a side states more than once."""
    for name, side, keys in zip(("gold", "predicted"), (both.gold, both.pred), full_keys(both), strict=True):
        twice = int((occurrence(np.sort(keys)) > 0).sum())
        if twice:
            notes.add(f"{name} mention with the span and label of another: each counts", times=twice)
        relations = side.relations
        order = np.lexsort((relations.label, relations.tail, relations.head))
        same = [np.diff(part[order]) == 0 for part in (relations.head, relations.tail, relations.label)]
        if again := int((same[0] & same[1] & same[2]).sum()):
            notes.add(f"{name} relation with the ends and label of another: each counts", times=again)


def note_labels(both: Columns, notes: Notes) -> None:
    """Count predictions whose label the gold never uses: they count as wrong."""
    for kind, names, gold, pred in (
        ("mention", both.mention_labels, both.gold.mentions.label, both.pred.mentions.label),
        ("relation", both.relation_labels, both.gold.relations.label, both.pred.relations.label),
    ):
        known = np.bincount(gold, minlength=len(names)) > 0
        for code in np.flatnonzero((np.bincount(pred, minlength=len(names)) > 0) & ~known).tolist():
            times = int((pred == code).sum())
            notes.add(f"predicted {kind} with label {names[code]}, which the gold never uses: wrong", times=times)


def rows_of(counts: Counts, *, bootstrap: int = 0, seed: int = 0) -> Iterator[Row]:
    """Give the averages and the labels of one measure; labels that neither side uses are left out."""
    total = counts.total()
    used = [label for label in range(len(counts.labels)) if total[label].any()]
    named = not (len(counts.labels) == 1 and counts.labels[0] == "")
    kept = used if named else []
    figures = np.stack(
        [average(total) for average in AVERAGES.values()] + [precision_recall_f1(total[i]) for i in kept]
    )
    tallies = np.stack([total.sum(axis=0)] * len(AVERAGES) + [total[i] for i in kept])
    bounds = _bounds(counts, kept, bootstrap, seed)
    names = [*(AVERAGES if named else ("micro",)), *(counts.labels[i] for i in kept)]
    for place, name in enumerate(names):
        index = place if named or place == 0 else place + len(AVERAGES)
        yield _row(counts.measure, name, figures[index], tallies[index], bounds[index])


def _row(measure: str, name: str, figures: Array, tally: Array, bounds: Array) -> Row:
    numbers = dict(zip(COLUMNS, (_number(value) for value in tally), strict=True))
    missing = numbers["gold"] - numbers["gold_correct"] - numbers["gold_incorrect"] - numbers["gold_partial"]
    spurious = numbers["pred"] - numbers["pred_correct"] - numbers["pred_incorrect"] - numbers["pred_partial"]
    own = (numbers[column] for column in ("gold", "pred", "gold_correct", "gold_incorrect", "gold_partial"))
    ratios = map(float, figures)
    return Row._make((measure, name, *ratios, *own, missing, spurious, *map(float, bounds)))


def _number(value: Any) -> Any:
    return int(value) if float(value).is_integer() else float(value)


def _bounds(counts: Counts, kept: list[int], resamples: int, seed: int) -> Array:
    """Give low and high of each row's F1: [averages + labels, 2]."""
    size = len(AVERAGES) + len(kept)
    if not resamples or len(counts.values) < 2:
        return np.full((size, 2), math.nan)
    from goldwire.eval.statistics import interval

    def f1s(values: Array) -> Array:
        averages = np.stack([average(values)[..., 2] for average in AVERAGES.values()], axis=-1)
        return np.concatenate([averages, precision_recall_f1(values)[..., kept, 2]], axis=-1)

    return interval(counts, f1s, resamples=resamples, seed=seed)
