"""How sure a figure is: bootstrap intervals of any reduction of counts.

Drawing is in resampling; whether two systems differ is in significance.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from goldwire.errors import InputError
from goldwire.eval.counts import Array, Counts, micro
from goldwire.eval.statistics.quantiles import normal_quantile, normal_share, student_quantile
from goldwire.eval.statistics.resampling import Units, bootstrap_totals, units

Reduce: TypeAlias = Callable[[Array], Array]
Method: TypeAlias = Literal["percentile", "expanded", "bca"]
JACKKNIFE_BLOCK = 1 << 14  # rows left out at a time
FEW = 20  # units below which intervals are too narrow (benchmarks/intervals.md)
EQUAL = 1e-12  # figures nearer than this, relatively, are the same figure


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """Figures with their intervals, all of the shape that the reduction gives.

    `undefined` counts the resamples that gave no figure and were left out; `error` is the standard deviation of the
    others; `beyond` counts those farther from the figure than the figure is from 0; `note` says why there is no
    interval where there is none.
    """

    figures: Array
    low: Array
    high: Array
    error: Array
    undefined: Array
    beyond: Array
    units: int
    resamples: int
    note: str = ""


def interval(
    counts: Counts,
    reduce: Reduce,
    *,
    resamples: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
    method: Method = "percentile",
) -> Array:
    """Give low and high, in a last axis of 2, for whatever figures `reduce` gives of totals [..., labels, COLUMNS].

    Bootstrap over the rows of the counts: percentile and BCa (Efron & Tibshirani 1993, chapters 13 and 14), or the
    percentile interval expanded for few documents (Hesterberg 2015, section 5.3). With fewer than two documents there
    is none (NaN). `bootstrap` tells more: resamples left out, the standard error, and why.
    """
    found = bootstrap(counts, reduce, resamples=resamples, seed=seed, confidence=confidence, method=method)
    return np.stack([found.low, found.high], axis=-1)


def bootstrap(
    counts: Counts,
    reduce: Reduce,
    *,
    resamples: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
    method: Method = "percentile",
) -> Bootstrap:
    """Give figures, intervals and standard errors by drawing the rows of the counts again, with replacement.

    Neither the order of documents nor the number of blocks changes a bit of it.

    Raises:
        InputError: resamples, confidence or method are not what they can be.
    """
    _check(resamples, confidence, method)
    drawn = units(pooled(counts) if reduce is micro else counts)
    figures = reduce(drawn.expand(drawn.total()))
    if drawn.number < 2:
        return _nothing(figures, drawn.number, resamples)
    samples = bootstrap_samples(drawn, reduce, resamples=resamples, seed=seed)
    tails = _tails(confidence, drawn.number, method)
    places = np.broadcast_to(tails.reshape(2, *[1] * figures.ndim), (2, *figures.shape))
    if method == "bca":
        places = _bca(figures, samples, _acceleration(drawn, reduce), tails)
    low, high = _quantiles(samples, places)
    beyond = (np.abs(samples - figures) >= np.abs(figures) * (1 - EQUAL)).sum(axis=0)
    undefined = np.isnan(samples).sum(axis=0)
    return Bootstrap(figures, low, high, _deviation(samples), undefined, beyond, drawn.number, resamples)


def bootstrap_samples(drawn: Units, reduce: Reduce, *, resamples: int, seed: int) -> Array:
    """Give the figures of each resample: [resamples, ...]."""
    return np.concatenate([reduce(drawn.expand(totals)) for totals in bootstrap_totals(drawn, resamples, seed)])


def pooled(counts: Counts) -> Counts:
    """Give the counts without labels, as micro figures need them: far more rows are then equal."""
    values = counts.values.sum(axis=1, keepdims=True)
    return Counts(counts.measure, ("",), values, counts.documents, counts.times)


def _tails(confidence: float, number: int, method: Method) -> Array:
    """Give the two shares between which the interval lies, wider for few documents if `expanded`."""
    share = (1 - confidence) / 2
    if method == "expanded":
        wide = np.array(student_quantile(share, number - 1) * math.sqrt(number / (number - 1)))
        share = float(normal_share(wide))
    return np.array([share, 1 - share])


def _check(resamples: int, confidence: float, method: str) -> None:
    if resamples < 1:
        raise InputError("resamples", f"{resamples}", "give 1 or more; 1000 is usual")
    if not 0 < confidence < 1:
        raise InputError("confidence", f"{confidence}", "give a share between 0 and 1, such as 0.95")
    if method not in ("percentile", "expanded", "bca"):
        raise InputError("method", f"{method!r}", "choose percentile, expanded or bca")


def _nothing(figures: Array, number: int, resamples: int) -> Bootstrap:
    none = np.full(figures.shape, np.nan)
    what = "one document" if number else "no document"
    note = f"no interval: {what}, and an interval needs two or more to draw from"
    zero = np.zeros(figures.shape, np.int64)
    return Bootstrap(figures, none, none, none, zero, zero, number, resamples, note)


def _deviation(samples: Array) -> Array:
    """Give the standard deviation of the defined samples, NaN where there are fewer than two."""
    defined = ~np.isnan(samples)
    number = defined.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(defined, samples, 0).sum(axis=0) / number
        squares = np.where(defined, (samples - mean) ** 2, 0).sum(axis=0)
        deviation: Array = np.sqrt(squares / (number - 1))
    return np.where(number > 1, deviation, np.nan)


def _quantiles(samples: Array, places: Array) -> tuple[Array, Array]:
    """Give the two quantiles of each figure, linear between neighbours; undefined samples lie last and are left out."""
    flat = np.sort(samples.reshape(len(samples), -1), axis=0)
    number = (~np.isnan(flat)).sum(axis=0)
    return tuple(_quantile(flat, number, place.reshape(-1)).reshape(samples.shape[1:]) for place in places)  # type: ignore[return-value]


def _quantile(ordered: Array, number: Array, place: Array) -> Array:
    defined = (number > 0) & ~np.isnan(place)
    exact = np.where(defined, place, 0) * np.maximum(number - 1, 0)
    lower = np.floor(exact).astype(np.int64)
    upper = np.minimum(lower + 1, np.maximum(number - 1, 0))
    column = np.arange(ordered.shape[1])
    low, high = ordered[lower, column], ordered[upper, column]
    return np.where(defined, low + (high - low) * (exact - lower), np.nan)


def _acceleration(drawn: Units, reduce: Reduce) -> Array:
    """Give the acceleration of BCa: the skewness of the figures with one unit left out, over 6."""
    total = drawn.total()
    starts = range(0, len(drawn.rows), JACKKNIFE_BLOCK)
    left = [reduce(drawn.expand(total - drawn.rows[start : start + JACKKNIFE_BLOCK])) for start in starts]
    without = np.concatenate(left)
    times = np.where(np.isnan(without), 0, drawn.times.reshape(-1, *[1] * (without.ndim - 1)))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (times * np.nan_to_num(without)).sum(axis=0) / times.sum(axis=0)
        deviation = np.where(times > 0, mean - np.nan_to_num(without), 0)
        deviation[np.abs(deviation) < EQUAL] = 0
        skew: Array = (times * deviation**3).sum(axis=0) / (6 * (times * deviation**2).sum(axis=0) ** 1.5)
    return np.nan_to_num(skew)


def _bca(figures: Array, samples: Array, acceleration: Array, tails: Array) -> Array:
    """Give the quantiles that BCa takes in place of the plain tails (Efron 1987): [2, ...]."""
    defined = np.maximum((~np.isnan(samples)).sum(axis=0), 1)
    slack = EQUAL * np.maximum(1, np.abs(figures))
    below = ((samples < figures - slack).sum(axis=0) + (samples <= figures + slack).sum(axis=0)) / (2 * defined)
    shift = normal_quantile(np.clip(below, 0.5 / defined, 1 - 0.5 / defined))
    tail = normal_quantile(tails).reshape(2, *[1] * figures.ndim)
    moved = shift + (shift + tail) / (1 - acceleration * (shift + tail))
    return normal_share(moved)
