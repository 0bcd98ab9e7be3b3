"""The one form for counting, and the reductions that make every figure of it.

How a pair of documents becomes counts is a measure's business; how sure a figure is, that of statistics.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]

COLUMNS = (
    "gold",
    "pred",
    "gold_correct",
    "pred_correct",
    "gold_incorrect",
    "pred_incorrect",
    "gold_partial",
    "pred_partial",
)
STEPS = 2.0**-20, 2.0**-50
GOLD, PRED, GOLD_CORRECT, PRED_CORRECT, GOLD_INCORRECT, PRED_INCORRECT, GOLD_PARTIAL, PRED_PARTIAL = range(8)


@dataclass(frozen=True, slots=True)
class Counts:
    """What a measure counted: `values[rows, labels, COLUMNS]`, additive over rows and over labels.

    A row is a document (named in `documents`), or a group of documents with equal counts (`documents` is then
    empty) that stands for `times[row]` of them. A gold item counts at its own label in the gold columns, a predicted
    one at its own in the pred columns, so that the labels' counts add up to the whole even where a measure
    matches unlike labels. Missing is gold less its correct, incorrect and partial; spurious the same of pred.
    Coreference measures put their numerators into the correct and their denominators into the gold and pred columns.
    """

    measure: str
    labels: tuple[str, ...]
    values: Array
    documents: tuple[str, ...] = ()
    times: Array | None = None

    def total(self) -> Array:
        """Give the counts of all documents together, the same bits in whatever order and shards: [labels, COLUMNS]."""
        rows = self.condensed().values
        return rows[0] if len(rows) == 1 else np.asarray(np.apply_along_axis(math.fsum, 0, rows))

    def condensed(self) -> Counts:
        """Give counts with the same total in one row; fractions in a few rows, which nothing was rounded in."""
        levels = [self.values] if np.issubdtype(self.values.dtype, np.integer) else _levels(self.values)
        weigh = partial(np.sum, axis=0) if self.times is None else partial(np.tensordot, self.times, axes=1)
        return Counts(self.measure, self.labels, np.stack([weigh(level) for level in levels]))

    def grouped(self) -> Counts:
        """Give the same counts with equal rows made one."""
        if not self.values.size:  # no labels: all rows are equal
            stand_for = len(self.values) if self.times is None else self.times.sum()
            return Counts(self.measure, self.labels, self.values[:1], (), np.array([stand_for])[: len(self.values)])
        flat = self.values.reshape(len(self.values), -1)
        rows, index = np.unique(flat, axis=0, return_inverse=True)
        weights = None if self.times is None else self.times.astype(float)
        times = np.bincount(index.ravel(), weights, len(rows)).astype(np.int64)
        return Counts(self.measure, self.labels, rows.reshape(-1, *self.values.shape[1:]), (), times)


def _levels(values: Array) -> list[Array]:
    """Give numbers whose sum is the given one, each of so few bits that adding up millions of its kind is exact."""
    levels, rest = [], values
    for step in STEPS:
        levels.append(np.round(rest / step) * step)
        rest = rest - levels[-1]
    return [*levels, rest]


def precision_recall_f1(values: Array) -> Array:
    """Give precision, recall and F1 in a last axis of 3, from counts [..., COLUMNS].

    0/0 is undefined (NaN). F1 is the harmonic mean; where just one of precision and recall is undefined and the other
    is 0, something was missed or invented, so it is 0; otherwise (a label that only one side uses, under a measure
    that matches unlike labels) it is undefined.
    """
    values = np.asarray(values, float)
    with np.errstate(invalid="ignore", divide="ignore"):
        precision = (values[..., PRED_CORRECT] + values[..., PRED_PARTIAL] / 2) / values[..., PRED]
        recall = (values[..., GOLD_CORRECT] + values[..., GOLD_PARTIAL] / 2) / values[..., GOLD]
        f1 = 2 * precision * recall / (precision + recall)
    zero = (np.nan_to_num(precision) == 0) & (np.nan_to_num(recall) == 0)
    nothing = np.isnan(precision) & np.isnan(recall)
    return np.stack([precision, recall, np.where(zero & ~nothing, 0.0, f1)], axis=-1)


def micro(values: Array) -> Array:
    """Give precision, recall and F1 over all labels together, from counts [..., labels, COLUMNS]."""
    return precision_recall_f1(np.asarray(values).sum(axis=-2))


def macro(values: Array) -> Array:
    """Give the means of precision, recall and F1 over the labels; undefined ones are left out."""
    figures = precision_recall_f1(values)
    defined = ~np.isnan(figures)
    with np.errstate(invalid="ignore"):
        mean: Array = np.where(defined, figures, 0).sum(axis=-2) / defined.sum(axis=-2)
    return mean


def weighted(values: Array) -> Array:
    """Give the means over the labels weighted by gold support; undefined ones count as 0 where there is weight.

    A label without gold mentions weighs as much as it is predicted, but for recall, which does not ask about it. By
    support alone, as scikit-learn weighs, what is predicted with such a label would cost nothing.
    """
    figures = np.nan_to_num(precision_recall_f1(values))
    counts = np.asarray(values, float)
    support = counts[..., GOLD]
    weights = np.where(support > 0, support, counts[..., PRED])
    by_figure = np.stack([weights, support, weights], axis=-1)
    with np.errstate(invalid="ignore"):
        mean: Array = (figures * by_figure).sum(axis=-2) / by_figure.sum(axis=-2)
    return mean


Averages: TypeAlias = Mapping[str, Callable[[Array], Array]]
AVERAGES: Averages = {"micro": micro, "macro": macro, "weighted": weighted}


def merge_all(parts: Sequence[Counts]) -> Counts:
    """Give the counts of disjoint sets of documents (one or more) together; unlike labels are united, sorted."""
    orders = {part.labels for part in parts if part.labels}
    labels = orders.pop() if len(orders) == 1 else tuple(sorted({label for part in parts for label in part.labels}))
    values = np.concatenate([spread(part, labels) for part in parts])
    named = all(part.documents or not len(part.values) for part in parts)
    documents = tuple(chain.from_iterable(part.documents for part in parts)) if named else ()
    times = None if all(part.times is None for part in parts) else np.concatenate([_times(part) for part in parts])
    return Counts(parts[0].measure, labels, values, documents, times)


def spread(counts: Counts, labels: tuple[str, ...]) -> Array:
    """Give the values of counts over more labels, or in another order of them; those that are new have none."""
    if counts.labels == labels:
        return counts.values
    values = np.zeros((len(counts.values), len(labels), counts.values.shape[-1]), counts.values.dtype)
    values[:, [labels.index(label) for label in counts.labels]] = counts.values
    return values


def _times(counts: Counts) -> Array:
    return np.ones(len(counts.values), np.int64) if counts.times is None else counts.times
