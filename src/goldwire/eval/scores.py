"""The form of a result: rows of figures with their counts and intervals, under one signature.

What is counted lives with the measures; how a result is printed, in report.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from goldwire.eval.counts import AVERAGES, COLUMNS, Array, Averages, Counts, precision_recall_f1
from goldwire.eval.measures import by_name
from goldwire.eval.signature import Signature


class Resampling(NamedTuple):
    """How intervals are made: resamples (0: none), their seed, and the method: percentile, expanded or bca."""

    resamples: int = 0
    seed: int = 0
    method: str = "percentile"


NO_RESAMPLING = Resampling()


class Row(NamedTuple):
    """One line of scores: a measure and an average or label, its figures, counts and the intervals of its figures.

    correct, incorrect and partial are those of the gold; missing is gold less these, spurious pred less its own.
    precision, recall and f1 are NaN where undefined, low and high (those of F1) and the other bounds where no interval
    was asked for. `average` tells an average from a label, which may have any name.
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
    precision_low: float = math.nan
    precision_high: float = math.nan
    recall_low: float = math.nan
    recall_high: float = math.nan
    average: bool = False


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

    def macro_labels(self) -> dict[str, int]:
        """Give over how many labels each measure's macro F1 is: those whose F1 is defined."""
        figures = {name: precision_recall_f1(counts.total())[:, 2] for name, counts in self.counts.items()}
        averaged = {row.measure for row in self.rows if row.average and row.name == "macro"}
        return {name: int((~np.isnan(f1)).sum()) for name, f1 in figures.items() if name in averaged}

    def to_json(self) -> dict[str, Any]:
        """Give rows, signature and notes as plain values; undefined figures are None."""
        from goldwire.eval.report import to_json

        return to_json(self)

    def to_markdown(self) -> str:
        """Give the scores as Markdown tables with notes and signature."""
        from goldwire.eval.report import to_markdown

        return to_markdown(self)

    def table(self, *, by_label: bool = False) -> str:
        """Give the scores as plain text: a line a measure, by label a table of each too, notes and signature."""
        from goldwire.eval.report import to_text

        return to_text(self, by_label=by_label)


def rows_of(counts: Counts, averages: Averages = AVERAGES, resampling: Resampling = NO_RESAMPLING) -> Iterator[Row]:
    """Give the averages and the labels of one measure; labels that neither side uses are left out."""
    total = counts.total()
    plain = counts.labels == ("",)
    kept = [] if plain else [label for label in range(len(counts.labels)) if total[label].any()]
    used = dict(list(averages.items())[:1]) if plain else averages
    tallies = [total.sum(axis=0)] * len(used) + [total[label] for label in kept]
    bounds = _bounds(counts, used, kept, resampling)
    names = [*used, *(counts.labels[label] for label in kept)]
    averaged = [True] * len(used) + [False] * len(kept)
    for name, *parts in zip(names, _figures(total, used, kept), tallies, bounds, averaged, strict=True):
        yield _row(counts.measure, name, *parts)


def _figures(total: Array, averages: Averages, kept: list[int]) -> Array:
    """Give precision, recall and F1 of each average and label: [..., averages + labels, 3]."""
    means = np.stack([average(total) for average in averages.values()], axis=-2)
    return np.concatenate([means, precision_recall_f1(total)[..., kept, :]], axis=-2)


def _row(measure: str, name: str, figures: Array, tally: Array, bounds: Array, average: bool) -> Row:  # noqa: PLR0917
    numbers = dict(zip(COLUMNS, (_number(value) for value in tally), strict=True))
    missing = numbers["gold"] - numbers["gold_correct"] - numbers["gold_incorrect"] - numbers["gold_partial"]
    spurious = numbers["pred"] - numbers["pred_correct"] - numbers["pred_incorrect"] - numbers["pred_partial"]
    own = (numbers[column] for column in ("gold", "pred", "gold_correct", "gold_incorrect", "gold_partial"))
    ratios = map(float, figures)
    precision, recall, f1 = ([float(bound) for bound in pair] for pair in bounds)
    return Row._make((measure, name, *ratios, *own, missing, spurious, *f1, *precision, *recall, average))


def _number(value: Any) -> Any:
    return int(value) if float(value).is_integer() else float(value)


def _bounds(counts: Counts, averages: Averages, kept: list[int], how: Resampling) -> Array:
    """Give low and high of each row's figures: [averages + labels, 3, 2]."""
    return _drawn(counts, lambda total: _figures(total, averages, kept), (len(averages) + len(kept), 3), how)


def _drawn(counts: Counts, figures: Callable[[Array], Array], shape: tuple[int, ...], how: Resampling) -> Array:
    """Give low and high of figures of a shape, NaN where none are asked for or there are too few units."""
    units = len(counts.values) if counts.times is None else int(counts.times.sum())
    if not how.resamples or units < 2:
        return np.full((*shape, 2), math.nan)
    from goldwire.eval.statistics.intervals import interval

    return interval(counts, figures, resamples=how.resamples, seed=how.seed, method=how.method)  # type: ignore[arg-type]


def document_means(scores: Scores, resampling: Resampling = NO_RESAMPLING) -> Iterator[Row]:
    """Give each measure's mean over documents: of precision, recall and F1 each over those where it is defined.

    Its intervals draw documents. A measure that counts the corpus as a whole, or whose documents' own counts were not
    kept, has none.
    """
    for name, counts in scores.counts.items():
        if counts.documents:
            figures = next(iter(by_name(name).averages.values()))(counts.values)
            defined = ~np.isnan(figures)
            sums = np.stack([np.where(defined, figures, 0), defined], axis=-1)
            own = Counts(name, ("precision", "recall", "f1"), sums, counts.documents)
            told, tally = f"mean of {int(defined[:, 2].sum())}", counts.total().sum(axis=0)
            bounds = _drawn(own, _mean, (3,), resampling)
            yield _row(name, told, _mean(sums.sum(axis=0)), tally, bounds, average=True)


def _mean(sums: Array) -> Array:
    """Give means from [..., (sum, how many)]; the mean of none is undefined."""
    with np.errstate(invalid="ignore"):
        return np.asarray(sums[..., 0] / sums[..., 1])
