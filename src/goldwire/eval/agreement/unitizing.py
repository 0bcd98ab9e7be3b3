"""Krippendorff's alpha for unitizing: how far annotators agree on where units lie in a continuum.

The coefficient alone lives here, over plain (start, end) units; which mentions are units is measuring's business.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations

Unit = tuple[int, int]


def unitizing_alpha(annotators: Sequence[Mapping[str, Sequence[Unit]]], length: int) -> float:
    """Give the alpha of annotators who each map categories to their units on a continuum of `length`.

    Units are half-open; those of one annotator and category must not overlap. Undefined (NaN) for fewer than two
    annotators or where no one marked anything. Source: Krippendorff, Content Analysis, 2nd ed. 2004, section 11.6.
    """
    categories = sorted({category for units in annotators for category in units})
    pairs = [_disagreements([list(units.get(c, ())) for units in annotators], length) for c in categories]
    observed, expected = (math.fsum(column) for column in zip(*pairs, strict=True)) if pairs else (0.0, 0.0)
    return 1 - observed / expected if expected else math.nan


def category_alpha(annotators: Sequence[Sequence[Unit]], length: int) -> float:
    """Give the alpha of one category: the units of each annotator, as in `unitizing_alpha`."""
    observed, expected = _disagreements([list(units) for units in annotators], length)
    return 1 - observed / expected if expected else math.nan


def _disagreements(annotators: list[list[Unit]], length: int) -> tuple[float, float]:
    if len(annotators) < 2 or not any(annotators) or length < 1:
        return 0.0, 0.0
    return _observed(annotators, length), _expected(annotators, length)


def _observed(annotators: list[list[Unit]], length: int) -> float:
    sections = [_sections(units, length) for units in annotators]
    total = sum(_difference(one, other) for one, other in combinations(sections, 2))
    count = len(annotators)
    return 2 * total / (count * (count - 1) * length**2)


def _sections(units: list[Unit], length: int) -> list[tuple[int, int, bool]]:
    """Give the continuum as an unbroken row of sections: units (True) and the gaps between them (False)."""
    found, place = list[tuple[int, int, bool]](), 0
    for start, end in sorted(units):
        if start < place:
            raise ValueError(f"units of one annotator and category overlap at {start}")
        found += [(place, start, False)] if start > place else []
        found.append((start, end, True))
        place = end
    return found + ([(place, length, False)] if place < length else [])


def _difference(one: list[tuple[int, int, bool]], other: list[tuple[int, int, bool]]) -> int:
    total, i, j = 0, 0, 0
    while i < len(one) and j < len(other):
        total += _section_difference(one[i], other[j])
        ends = (one[i][1], other[j][1])
        i, j = i + (ends[0] <= ends[1]), j + (ends[1] <= ends[0])
    return total


def _section_difference(one: tuple[int, int, bool], other: tuple[int, int, bool]) -> int:
    (start, end, unit), (other_start, other_end, other_unit) = one, other
    if unit and other_unit:
        return (start - other_start) ** 2 + (end - other_end) ** 2
    if unit and other_start <= start and end <= other_end:
        return int((end - start) ** 2)
    if other_unit and start <= other_start and other_end <= end:
        return int((other_end - other_start) ** 2)
    return 0


def _expected(annotators: list[list[Unit]], length: int) -> float:
    sizes = [end - start for units in annotators for start, end in units]
    gaps = [end - start for units in annotators for start, end, unit in _sections(units, length) if not unit]
    total = math.fsum(_by_chance(size, len(sizes), gaps) for size in sizes)
    whole = len(annotators) * length
    return 2 / length * total / (whole * (whole - 1) - sum(size * (size - 1) for size in sizes))


def _by_chance(size: int, units: int, gaps: list[int]) -> float:
    overlapping = (units - 1) / 3 * (2 * size**3 - 3 * size**2 + size)
    return overlapping + size**2 * sum(gap - size + 1 for gap in gaps if gap >= size)
