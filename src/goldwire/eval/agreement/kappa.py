"""Agreement beyond chance on things that every annotator labels: Cohen's and Fleiss' kappa, Krippendorff's alpha.

Only the coefficients live here, over label lists; which things are labelled is measuring's business.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence


def cohen_kappa(one: Sequence[Hashable], other: Sequence[Hashable]) -> float:
    """Give Cohen's kappa of two annotators' labels of the same things.

    Undefined (NaN) without things, and where both use one and the same label throughout: chance is then certain.
    Source: Cohen 1960.
    """
    count = len(one)
    if count == 0:
        return math.nan
    observed = sum(a == b for a, b in zip(one, other, strict=True)) / count
    left, right = Counter(one), Counter(other)
    expected = sum(left[label] * right[label] for label in left) / count**2
    return _beyond_chance(observed, expected)


def fleiss_kappa(annotators: Sequence[Sequence[Hashable]]) -> float:
    """Give Fleiss' kappa of two or more annotators who each label all things.

    Undefined (NaN) as Cohen's is. Source: Fleiss 1971.
    """
    rows = [Counter(labels) for labels in zip(*annotators, strict=True)]
    if len(annotators) < 2 or not rows:
        return math.nan
    size = len(annotators)
    observed = sum(sum(n * (n - 1) for n in row.values()) for row in rows) / (len(rows) * size * (size - 1))
    totals = sum(rows, Counter[Hashable]())
    return _beyond_chance(observed, sum((n / (len(rows) * size)) ** 2 for n in totals.values()))


def nominal_alpha(annotators: Sequence[Sequence[Hashable | None]]) -> float:
    """Give Krippendorff's alpha for nominal labels; None is a thing an annotator did not label.

    Undefined (NaN) where fewer than two labels can be paired, or all are alike. Source: Krippendorff 2004, 11.3.
    """
    rows = [Counter(label for label in labels if label is not None) for labels in zip(*annotators, strict=True)]
    pairable = [row for row in rows if row.total() > 1]
    totals = sum(pairable, Counter[Hashable]())
    count = totals.total()
    apart = sum((row.total() ** 2 - sum(n * n for n in row.values())) / (row.total() - 1) for row in pairable)
    by_chance = count**2 - sum(n * n for n in totals.values())
    return 1 - (count - 1) * apart / by_chance if by_chance else math.nan


def _beyond_chance(observed: float, expected: float) -> float:
    return (observed - expected) / (1 - expected) if not math.isclose(expected, 1) else math.nan
