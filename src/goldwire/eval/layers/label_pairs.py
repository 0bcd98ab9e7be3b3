"""Scores of relation labels on given pairs: one gold and one predicted label an item, as in TACRED and SemEval-2010.

Which pairs there are is given here; where systems find them themselves, relations and facts count.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from goldwire.errors import InputError
from goldwire.eval.counts import Array, Counts
from goldwire.eval.layers.tally import CORRECT, INCORRECT, Items, tally


def tacred(gold: Sequence[str], pred: Sequence[str], *, negative: str = "no_relation") -> Counts:
    """Count items by label, leaving the negative label out (Zhang et al. 2017); `micro` of the total is TACRED's F1.

    A row is an item, equal ones made one. An item that only one side calls negative is missed or spurious.

    Raises:
        InputError: the two have not the same number of items.
    """
    return _counted("relations/tacred", (gold, pred), (gold, pred), negative)


def semeval2010(gold: Sequence[str], pred: Sequence[str], *, negative: str = "Other") -> Counts:
    """Count items by relation, as in SemEval-2010 task 8's official (9+1)-way evaluation; its F1 is `macro`'s.

    Labels look like Cause-Effect(e1,e2); the label counted is the relation, and a wrong direction is incorrect.

    Raises:
        InputError: the two have not the same number of items.
    """
    relations = tuple([label.partition("(")[0] for label in side] for side in (gold, pred))
    return _counted("relations/semeval2010", relations, (gold, pred), negative)


def _counted(
    name: str,
    sides: Sequence[Sequence[str]],
    keys: Sequence[Sequence[str]],
    negative: str,
) -> Counts:
    """Count items at the labels of gold and pred, correct where their keys are equal."""
    gold, pred = sides
    if len(gold) != len(pred):
        raise InputError("predictions", f"{len(pred)} labels for {len(gold)} items", "give one label an item, in order")
    labels = sorted({*gold, *pred} - {negative})
    index = {label: code for code, label in enumerate(labels)}
    codes = [np.array([index.get(label, -1) for label in side], np.int64) for side in sides]
    equal = np.array([one == other for one, other in zip(*keys, strict=True)], bool)
    both = (codes[0] >= 0) & (codes[1] >= 0)
    outcome = np.where(equal, CORRECT, INCORRECT) * both
    items = (_items(code, outcome) for code in codes)
    counts = tally(name, tuple(map(str, range(len(gold)))), labels, *items)
    return Counts(counts.measure, counts.labels, counts.values).grouped()


def _items(codes: Array, outcome: Array) -> Items:
    item = np.flatnonzero(codes >= 0)
    return Items(item, codes[item], outcome[item])
