"""What other tools print, in one form: rows of figures by name; and the sums, means and sets they are made of.

What is counted, and what of it is odd, is each profile's own.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from goldwire.errors import InputError
from goldwire.tags import Span

Tags = Sequence[Sequence[str]]


class Figures(NamedTuple):
    """A row of a tool's result; None where it gives none. correct is the tool's numerator."""

    precision: float | None
    recall: float | None
    f1: float | None
    correct: float
    pred: int
    gold: int


Rows = dict[str, Figures]


def ratios(correct: float, pred: int, gold: int, undefined: float = 0.0) -> Figures:
    """Give precision, recall and F1 with 0/0 as the given value, and F1 0 where both are 0."""
    precision = correct / pred if pred else undefined
    recall = correct / gold if gold else undefined
    return Figures(precision, recall, harmonic(precision, recall), correct, pred, gold)


def by_side(precise: float, pred: float, recalled: float, gold: float) -> Figures:
    """Give the same where precision and recall have numerators of their own, as those of clusters have."""
    precision, recall = precise / pred if pred else 0.0, recalled / gold if gold else 0.0
    return Figures(precision, recall, harmonic(precision, recall), recalled, int(pred), int(gold))


def harmonic(precision: float, recall: float) -> float:
    """Give F1, 0 where both are 0."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def mean(rows: Sequence[Figures]) -> Figures:
    """Give the means of precision, recall and F1 over rows, undefined ones as 0; of no rows 0."""
    means = [math.fsum(row[place] or 0.0 for row in rows) / max(len(rows), 1) for place in range(3)]
    return Figures(means[0], means[1], means[2], math.nan, 0, 0)


def pooled(counted: Sequence[tuple[int, int, int]]) -> Figures:
    """Give the figures of correct, predicted and gold items, all added up."""
    return ratios(*(sum(row[place] for row in counted) for place in range(3)))


def by_sets(gold: Iterable[Iterable[Span]], pred: Iterable[Iterable[Span]]) -> Rows:
    """Give micro and labels from sets of spans: what is said twice counts once."""
    sides = [{(number, *span) for number, spans in enumerate(side) for span in spans} for side in (gold, pred)]
    tallies = [Counter(span[-1] for span in part) for part in (sides[0] & sides[1], sides[1], sides[0])]
    labels = {label: ratios(*(tally[label] for tally in tallies)) for label in sorted({*tallies[1], *tallies[2]})}
    return {"micro": ratios(*(tally.total() for tally in tallies)), **labels}


def check_lengths(gold: Tags, pred: Tags) -> None:
    """Raise InputError for sides of unlike lengths: these tools take one tag a token."""
    if list(map(len, gold)) != list(map(len, pred)):
        raise InputError("predictions", "differ from the gold in length", "predict one tag a token")
