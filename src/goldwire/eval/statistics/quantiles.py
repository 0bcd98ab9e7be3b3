"""Quantiles of the normal distribution and of Student's t, of numbers and of arrays.

What they are quantiles for is said in intervals and significance.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

import numpy as np

from goldwire.eval.counts import Array

NORMAL = NormalDist()


def normal_quantile(shares: Array) -> Array:
    """Give the quantiles of the normal distribution."""
    return _elementwise(NORMAL.inv_cdf, shares)


def normal_share(values: Array) -> Array:
    """Give the shares of the normal distribution below some values."""
    return _elementwise(NORMAL.cdf, values)


def _elementwise(function: Callable[[float], float], values: Array) -> Array:
    flat = [math.nan if math.isnan(value) else function(value) for value in map(float, np.ravel(values))]
    return np.array(flat).reshape(np.shape(values))


def student_quantile(share: float, freedom: int) -> float:
    """Give the quantile of Student's t: closed for 1 and 2 degrees of freedom, else by bisection of its integral."""
    if freedom == 1:
        return math.tan(math.pi * (share - 0.5))
    if freedom == 2:
        return (2 * share - 1) * math.sqrt(2 / (4 * share * (1 - share)))
    if freedom > 1000:
        z = NORMAL.inv_cdf(share)
        return z + (z**3 + z) / (4 * freedom)
    low, high = -1000.0, 1000.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _student_cdf(middle, freedom) < share else (low, middle)
    return (low + high) / 2


def _student_cdf(value: float, freedom: int) -> float:
    """Give the distribution of Student's t for whole degrees of freedom (Abramowitz & Stegun 26.7.3 and 26.7.4)."""
    angle = math.atan(value / math.sqrt(freedom))
    odd = freedom % 2
    term = math.cos(angle) if odd else 1.0
    series = 0.0
    for step in range(odd, freedom - 1, 2) if not odd else range(1, freedom - 1, 2):
        series += term
        term *= math.cos(angle) ** 2 * (step + 1) / (step + 2)
    inside = 2 / math.pi * (angle + math.sin(angle) * series) if odd else math.sin(angle) * series
    return (1 + inside) / 2
