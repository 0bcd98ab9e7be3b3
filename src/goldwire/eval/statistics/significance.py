"""Whether two systems differ: paired tests over the same documents, adjustments for many tests, what could be seen.

Works on Counts and any reduction of totals; intervals of one system are in intervals.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from goldwire.errors import InputError
from goldwire.eval.counts import Array, Counts, micro, spread
from goldwire.eval.statistics.intervals import EQUAL, Bootstrap, Method, Reduce, bootstrap, pooled
from goldwire.eval.statistics.quantiles import student_quantile
from goldwire.eval.statistics.resampling import Flips, Units, flips, units

POWER = 0.8
ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Difference:
    """Second less first, each array of the shape that the reduction gives.

    `p` is that of the paired randomization test, two-sided, `exact` where all patterns were enumerated, and then
    `smallest` is the least p that any outcome could have had; `bootstrap.figures` and its interval are those of the
    difference; `p_bootstrap` is the paired bootstrap's, NaN where so few documents differ that no test could find
    anything (`smallest` over 5 %) and resamples would feign it; `detectable` the minimum detectable difference.
    """

    bootstrap: Bootstrap
    p: Array
    exact: bool
    smallest: float
    p_bootstrap: Array
    detectable: Array


def difference(
    first: Counts,
    second: Counts,
    reduce: Reduce,
    *,
    resamples: int = 10_000,
    seed: int = 0,
    confidence: float = 0.95,
    method: Method = "percentile",
) -> Difference:
    """Test whether two systems differ in any figures, over the same documents.

    Randomization: each document's two rows are swapped or not (Noreen 1989; Yeh 2000); p is the share of patterns
    with at least the difference seen, (r + 1) / (n + 1) where patterns are drawn. Bootstrap: the share of resamples
    farther from the difference seen than that is from 0 (Efron & Tibshirani 1993, 16.4).

    Raises:
        InputError: the two do not cover the same documents.
    """
    both, change = _stacked(first, second, reduce)
    found = bootstrap(both, change, resamples=resamples, seed=seed, confidence=confidence, method=method)
    p, swapped, smallest = _randomization(both, change, found.figures, resamples, seed)
    defined = found.resamples - found.undefined
    unsaid = np.isnan(found.low) | (smallest > ALPHA)
    p_bootstrap = np.where(unsaid, np.nan, (found.beyond + 1) / (defined + 1))
    detectable = minimum_detectable(found.error, found.units)
    return Difference(found, p, swapped.exact, smallest, p_bootstrap, detectable)


def paired(first: Counts, second: Counts) -> tuple[Counts, Counts]:
    """Give both counts over the same documents in the same order and the same labels.

    Raises:
        InputError: documents are missing on one side, or rows stand for several documents.
    """
    _check_same(first, second)
    labels = tuple(sorted({*first.labels, *second.labels}))
    order = sorted(range(len(first.values)), key=lambda row: first.documents[row]) if first.documents else None
    place = {name: row for row, name in enumerate(second.documents)}
    other = [place[first.documents[row]] for row in order] if order is not None else None
    return _arranged(first, labels, order), _arranged(second, labels, other)


def _check_same(first: Counts, second: Counts) -> None:
    mend = "score the systems over the same documents"
    if first.times is not None or second.times is not None:
        raise InputError(first.measure, "grouped counts cannot be paired", "keep the counts of each document")
    if set(first.documents) != set(second.documents):
        only = sorted(set(first.documents) ^ set(second.documents))
        raise InputError(first.measure, f"{len(only)} documents are on one side only, such as {only[0]!r}", mend)
    if len(first.values) != len(second.values):
        raise InputError(first.measure, f"{len(first.values)} rows against {len(second.values)}", mend)


def _arranged(counts: Counts, labels: tuple[str, ...], order: list[int] | None) -> Counts:
    values = spread(counts, labels)
    if order is None:
        return Counts(counts.measure, labels, values)
    return Counts(counts.measure, labels, values[order], tuple(counts.documents[row] for row in order))


def _stacked(first: Counts, second: Counts, reduce: Reduce) -> tuple[Counts, Reduce]:
    """Give one Counts with both systems' labels side by side, and the reduction to the difference."""
    left, right = paired(first, second)
    if reduce is micro:
        left, right = pooled(left), pooled(right)
    width = len(left.labels)
    sides = [slice(width), slice(width, None)]
    if turned := _order(left.values, right.values) > 0:
        sides.reverse()
    names = tuple(f"{side}{label}" for side in "12" for label in left.labels)
    values = np.concatenate([right.values, left.values] if turned else [left.values, right.values], axis=1)
    return Counts(
        left.measure, names, values, left.documents
    ), lambda totals: reduce(totals[..., sides[1], :]) - reduce(totals[..., sides[0], :])


def _order(left: Array, right: Array) -> int:
    """Say which of two systems' counts comes first whichever is named first, so that both ways draw the same."""
    for key in (lambda one, _: one.sum(axis=0), lambda one, two: _sorted_rows(np.concatenate([one, two], axis=1))):
        here, there = key(left, right).ravel(), key(right, left).ravel()
        apart = np.flatnonzero(here != there)
        if len(apart):
            return 1 if here[apart[0]] > there[apart[0]] else -1
    return 0


def _sorted_rows(values: Array) -> Array:
    flat = values.reshape(len(values), -1)
    return np.asarray(flat[np.lexsort(flat.T[::-1])]) if flat.size else flat


def _randomization(both: Counts, change: Reduce, seen: Array, resamples: int, seed: int) -> tuple[Array, Flips, float]:
    width = len(both.labels) // 2
    halves = (both.values[:, :width] - both.values[:, width:]) / 2
    differences = units(Counts(both.measure, both.labels[:width], halves))
    total = both.values.sum(axis=0)
    middle = (total[:width] + total[width:]) / 2
    swapped = flips(differences, resamples, seed)
    least = EQUAL if swapped.exact else 1 / (resamples + 1)
    beyond = np.zeros(seen.shape)
    defined = np.zeros(seen.shape)
    for moved, weights in swapped.blocks:
        other = change(_swapped(differences, middle, moved))
        wide = weights.reshape(-1, *[1] * seen.ndim)
        beyond += (wide * (np.abs(other) >= np.abs(seen) - EQUAL)).sum(axis=0)
        defined += (wide * ~np.isnan(other)).sum(axis=0)
        least = max(least, 2 * float(weights.min())) if swapped.exact else least
    added = 0 if swapped.exact else 1
    with np.errstate(invalid="ignore"):
        p = np.where(np.isnan(seen), np.nan, (beyond + added) / (defined + added))
    return np.minimum(p, 1), swapped, min(least, 1.0)


def _swapped(differences: Units, middle: Array, moved: Array) -> Array:
    shift = differences.expand(moved)
    return np.concatenate([middle + shift, middle - shift], axis=-2)


def holm(p: Sequence[float] | Array) -> Array:
    """Give p-values adjusted for several tests, stepwise down (Holm 1979); undefined ones stay and do not count."""
    return _adjusted(p, _holm_steps)


def benjamini_hochberg(p: Sequence[float] | Array) -> Array:
    """Give p-values adjusted for the false discovery rate (Benjamini & Hochberg 1995); undefined ones stay."""
    return _adjusted(p, _hochberg_steps)


def _adjusted(p: Sequence[float] | Array, steps: Reduce) -> Array:
    values = np.asarray(p, float)
    flat = values.ravel().copy()
    defined = np.flatnonzero(~np.isnan(flat))
    order = defined[np.argsort(flat[defined], kind="stable")]
    flat[order] = np.minimum(steps(flat[order]), 1)
    return flat.reshape(values.shape)


def _holm_steps(ordered: Array) -> Array:
    return np.asarray(np.maximum.accumulate(ordered * np.arange(len(ordered), 0, -1)))


def _hochberg_steps(ordered: Array) -> Array:
    number = len(ordered)
    scaled = ordered * number / np.arange(1, number + 1)
    return np.asarray(np.minimum.accumulate(scaled[::-1])[::-1])


def minimum_detectable(error: Array, documents: int, *, alpha: float = ALPHA, power: float = POWER) -> Array:
    """Give the smallest true difference that a two-sided paired test would find with the power asked for.

    (t[1 - alpha/2] + t[power]) times the standard error of the difference, t of documents - 1 degrees of freedom
    (Bloom 1995, Evaluation Review 19(5); for text corpora see Card et al. 2020). The bootstrap's standard error is
    widened by n / (n - 1), which it leaves out. Undefined (NaN) with fewer than two documents, and where the systems
    differ alike in all resamples, so that nothing is known of the error.
    """
    if documents < 2:
        return np.full(np.shape(error), np.nan)
    freedom = documents - 1
    widened = error * math.sqrt(documents / freedom)
    factor = student_quantile(1 - alpha / 2, freedom) + student_quantile(power, freedom)
    return np.where(widened > EQUAL, factor * widened, np.nan)
