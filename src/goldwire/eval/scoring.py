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
from goldwire.eval.counts import AVERAGES, COLUMNS, GOLD, PRED, Array, Averages, Counts, precision_recall_f1
from goldwire.eval.matching import full_keys, occurrence
from goldwire.eval.measures import DEFAULT, NEEDS, Measure, by_name, measures
from goldwire.eval.signature import Signature, settings, sign
from goldwire.eval.streaming import is_table
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
    """All figures of one gold and one set of predictions; `scores["mentions/strict"].f1` is its F1.

    A measure whose own figure is a mean over its labels (BLANC, CoNLL) has that in place of the averages.

    counts: by measure, additive over documents. rows: a measure's averages, then its labels. notes: what was assumed,
    left out or found twice, a sentence each.
    """

    counts: dict[str, Counts]
    rows: tuple[Row, ...]
    signature: Signature
    notes: tuple[str, ...] = ()

    def __getitem__(self, key: str | tuple[str, str]) -> Row:
        """Give a measure's first row (micro, or its own mean), or that of ("measure", "average or label")."""
        measure, name = (key, "") if isinstance(key, str) else key
        for row in self.rows:
            if row.measure == measure and name in ("", row.name):
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
    notes = Notes()
    if is_table(gold) and is_table(pred) and can_stream(measures):
        policies = Policies(missing_documents, extra_documents)
        return _score_tables(Path(str(gold)), Path(str(pred)), measures, labels, policies, bootstrap, seed)
    golds = list(documents(gold))
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
    chosen = chosen_measures(names, both.gold.layers, both.pred.layers, said)
    counts = {measure.name: measure.count(both) for measure in chosen}
    return _scores(counts, signature, said, bootstrap, seed)


def _scores(counts: dict[str, Counts], signature: Signature, notes: Notes, bootstrap: int, seed: int) -> Scores:
    note_labels(counts, notes)
    averages = {name: by_name(name).averages for name in counts}
    rows = tuple(
        row for name, found in counts.items() for row in rows_of(found, averages[name], bootstrap=bootstrap, seed=seed)
    )
    return Scores(counts, rows, signature, tuple(notes.lines()))


class Policies(NamedTuple):
    """What becomes of documents that only one side has."""

    missing_documents: str
    extra_documents: str


def can_stream(names: Sequence[str] | None) -> bool:
    """Say whether these measures can be counted from tables: those that look at no surface."""
    return not any(word in name for name in names or () for word in ("head", "surface", "triples"))


def _score_tables(  # noqa: PLR0917 - score's own arguments, passed on
    gold: Path,
    pred: Path,
    names: Sequence[str] | None,
    labels: LabelSet | None,
    policies: Policies,
    bootstrap: int,
    seed: int,
) -> Scores:
    """Score two Parquet files a shard at a time; documents' own counts are kept only where intervals need them."""
    from goldwire.eval.streaming import count_tables, file_hash

    notes = Notes()
    candidates = [by_name(name) for name in names] if names is not None else defaults()
    counted = count_tables(
        gold, pred, candidates, labels, **policies._asdict(), notes=notes, keep_documents=bootstrap > 0
    )
    chosen = chosen_measures(names, counted.gold_layers, counted.pred_layers, notes)
    counts = {measure.name: counted.counts[measure.name] for measure in chosen}
    fields = settings(labels, file_hash(gold), file_hash(pred), **policies._asdict())
    return _scores(counts, Signature(fields), notes, bootstrap, seed)


def chosen_measures(
    names: Sequence[str] | None, gold_layers: frozenset[str], pred_layers: frozenset[str], notes: Notes
) -> list[Measure]:
    """Give the named measures, or the default ones of all layers that both sides have; a lacking layer is noted."""
    if names is not None:
        return [by_name(name) for name in names]
    layers = {"mentions"} | (gold_layers & pred_layers)
    for layer in sorted((gold_layers ^ pred_layers) - {"mentions"}):
        lacking = "the predictions have" if layer in gold_layers else "the gold has"
        notes.add(f"layer not scored: {layer}, of which {lacking} none (name its measures to score it all the same)")
    return [measure for measure in defaults() if NEEDS.get(measure.layer, measure.layer) in layers]


def defaults() -> list[Measure]:
    """Give the measures that are counted unless others are named."""
    return [m for m in measures().values() if m.name in DEFAULT]


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


def note_labels(counts: dict[str, Counts], notes: Notes) -> None:
    """Count predictions whose label the gold never uses: they count as wrong."""
    for kind in ("mentions", "relations"):
        found = next((found for name, found in counts.items() if name.startswith(f"{kind}/")), None)
        for label, (gold, pred) in zip(found.labels, found.total()[:, [GOLD, PRED]], strict=True) if found else ():
            if pred and not gold:
                notes.add(f"{kind}: predicted with label {label}, which the gold never uses: wrong", times=int(pred))


def rows_of(counts: Counts, averages: Averages = AVERAGES, *, bootstrap: int = 0, seed: int = 0) -> Iterator[Row]:
    """Give the averages and the labels of one measure; labels that neither side uses are left out."""
    total = counts.total()
    plain = counts.labels == ("",)
    kept = [] if plain else [label for label in range(len(counts.labels)) if total[label].any()]
    used = dict(list(averages.items())[:1]) if plain else averages
    tallies = [total.sum(axis=0)] * len(used) + [total[label] for label in kept]
    bounds = _bounds(counts, used, kept, bootstrap, seed)
    names = [*used, *(counts.labels[label] for label in kept)]
    for name, ratios, tally, bound in zip(names, _figures(total, used, kept), tallies, bounds, strict=True):
        yield _row(counts.measure, name, ratios, tally, bound)


def _figures(total: Array, averages: Averages, kept: list[int]) -> Array:
    """Give precision, recall and F1 of each average and label: [..., averages + labels, 3]."""
    means = np.stack([average(total) for average in averages.values()], axis=-2)
    return np.concatenate([means, precision_recall_f1(total)[..., kept, :]], axis=-2)


def _row(measure: str, name: str, figures: Array, tally: Array, bounds: Array) -> Row:
    numbers = dict(zip(COLUMNS, (_number(value) for value in tally), strict=True))
    missing = numbers["gold"] - numbers["gold_correct"] - numbers["gold_incorrect"] - numbers["gold_partial"]
    spurious = numbers["pred"] - numbers["pred_correct"] - numbers["pred_incorrect"] - numbers["pred_partial"]
    own = (numbers[column] for column in ("gold", "pred", "gold_correct", "gold_incorrect", "gold_partial"))
    ratios = map(float, figures)
    return Row._make((measure, name, *ratios, *own, missing, spurious, *map(float, bounds)))


def _number(value: Any) -> Any:
    return int(value) if float(value).is_integer() else float(value)


def _bounds(counts: Counts, averages: Averages, kept: list[int], resamples: int, seed: int) -> Array:
    """Give low and high of each row's F1: [averages + labels, 2]."""
    if not resamples or len(counts.values) < 2:
        return np.full((len(averages) + len(kept), 2), math.nan)
    from goldwire.eval.statistics import interval

    return interval(counts, lambda total: _figures(total, averages, kept)[..., 2], resamples=resamples, seed=seed)
