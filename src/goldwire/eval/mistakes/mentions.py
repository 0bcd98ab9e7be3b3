"""What went wrong with each mention: every gold and every predicted one in exactly one class.

Relations have their own classes in relations; how often each class occurs is counted here for both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from goldwire.eval.columns import Columns
from goldwire.eval.counts import Array, micro
from goldwire.eval.layers.choosing import Pairs
from goldwire.eval.layers.matching import mention_pairs, overlaps

CORRECT, WRONG_LABEL, SHORTER, LONGER, SHIFTED, BOTH, SPLIT, MERGED, MISSING, SPURIOUS = range(10)
CLASSES = (
    "correct",
    "wrong label",
    "boundary: shorter",
    "boundary: longer",
    "boundary: shifted",
    "wrong label and boundary",
    "split",
    "merged",
    "missing",
    "spurious",
)


@dataclass(frozen=True, slots=True)
class Mistakes:
    """The class of each gold and each predicted item (an index into `classes`), and which were paired."""

    classes: tuple[str, ...]
    gold: Array
    pred: Array
    pairs: Pairs


class ClassCount(NamedTuple):
    """How many gold and predicted items fall in a class, and the F1 if all of them were mended."""

    name: str
    gold: int
    pred: int
    f1_if_mended: float


def mention_mistakes(columns: Columns) -> Mistakes:
    """Give each mention its class.

    Paired mentions are compared with each other: a prediction inside the gold is shorter, around it longer, else
    shifted. Of the others, a prediction that overlaps a gold mention whose own partner has other boundaries is a
    further part of it (split), and a gold mention that overlaps such a prediction is swallowed by it (merged); what
    is left is missing or spurious.
    """
    gold, pred, pairs = columns.gold.mentions, columns.pred.mentions, mention_pairs(columns)
    own = _paired_classes(columns, pairs)
    sides = np.full(len(gold.doc), MISSING), np.full(len(pred.doc), SPURIOUS)
    sides[0][pairs.gold], sides[1][pairs.pred] = own, own
    edges = overlaps(columns, np.arange(len(gold.doc)), np.arange(len(pred.doc)))
    inexact = [np.isin(side, (SHORTER, LONGER, SHIFTED, BOTH)) for side in sides]
    swallowed = edges.gold[(sides[0][edges.gold] == MISSING) & inexact[1][edges.pred]]
    further = edges.pred[(sides[1][edges.pred] == SPURIOUS) & inexact[0][edges.gold]]
    sides[0][swallowed], sides[1][further] = MERGED, SPLIT
    return Mistakes(CLASSES, *sides, pairs)


def _paired_classes(columns: Columns, pairs: Pairs) -> Array:
    gold, pred = columns.gold.mentions, columns.pred.mentions
    one, other = pairs
    same_span, same_label = gold.span[one] == pred.span[other], gold.label[one] == pred.label[other]
    inside = (gold.start[one] <= pred.start[other]) & (pred.end[other] <= gold.end[one])
    around = (pred.start[other] <= gold.start[one]) & (gold.end[one] <= pred.end[other])
    boundary = np.select([inside & ~around, around & ~inside], [SHORTER, LONGER], SHIFTED)
    wrong = np.where(same_label, boundary, BOTH)
    return np.where(same_span, np.where(same_label, CORRECT, WRONG_LABEL), wrong)


def class_counts(mistakes: Mistakes) -> list[ClassCount]:
    """Give each class its counts; the first class is the correct one, and the sums are the totals of both sides."""
    size = len(mistakes.classes)
    gold, pred = (np.bincount(side, minlength=size).tolist() for side in (mistakes.gold, mistakes.pred))
    totals = sum(gold), sum(pred), gold[0]
    mended = [_mended(*totals, g, p, right=not place) for place, (g, p) in enumerate(zip(gold, pred, strict=True))]
    return [ClassCount(*row) for row in zip(mistakes.classes, gold, pred, mended, strict=True)]


def _mended(gold: int, pred: int, correct: int, in_gold: int, in_pred: int, *, right: bool) -> float:
    """Give F1 if the gold items of a class were found and its predictions that have no gold item were not made."""
    found = correct if right else correct + in_gold
    made = pred if right else pred - in_pred + in_gold
    values = np.array([[gold, made, found, found, 0, 0, 0, 0]])
    return float(micro(values)[2])


def confusion(columns: Columns) -> tuple[tuple[str, ...], Array]:
    """Give how often gold labels (rows; last: spurious) were predicted as which labels (columns; last: missing)."""
    labels = len(columns.mention_labels)
    gold, pred, pairs = columns.gold.mentions, columns.pred.mentions, mention_pairs(columns)
    partner = np.full(len(gold.doc), labels)
    partner[pairs.gold] = pred.label[pairs.pred]
    alone = np.setdiff1d(np.arange(len(pred.doc)), pairs.pred)
    cells = np.concatenate([gold.label * (labels + 1) + partner, labels * (labels + 1) + pred.label[alone]])
    matrix: Array = np.bincount(cells, minlength=(labels + 1) ** 2).reshape(labels + 1, labels + 1)
    return columns.mention_labels, matrix
