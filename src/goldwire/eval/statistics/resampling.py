"""Rows of counts drawn again and again, vectorised: bootstrap totals and sign flips, the same bits for the same seed.

Only random totals are made here; what an interval or a p-value is made of them is said in intervals and significance.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from goldwire.eval.counts import Array, Counts

BLOCK = 256  # resamples at a time
CHUNK = 1 << 17  # random numbers at a time, so that they stay in the second-level cache
TILE = 1 << 18  # weights held at a time, likewise
ALONE = 1 << 18  # multiplications in a matrix product up to which the usual libraries use one thread
NARROW = 64  # rows of such a product from which it pays
GROUPED = 20  # units a distinct vector, from which drawing per distinct vector is cheaper than per unit
POISSON_FROM = 1000  # units; below, the draws are counted one by one
EXACT_FLOAT32 = 1 << 24  # whole numbers below are exact in float32, in whatever order they are added
PATTERNS = 1 << 16  # sign patterns up to which all are enumerated


@dataclass(frozen=True, slots=True)
class Units:
    """What is resampled: distinct rows [rows, columns] and how many units have each, in an order of their content.

    `spread` tells which of the columns each of the `shape` (labels, COLUMNS) places shows; columns that are equal
    in all units are kept once.
    """

    rows: Array
    times: Array
    spread: Array
    shape: tuple[int, ...]

    @property
    def number(self) -> int:
        """Give how many units there are, equal ones counted each."""
        return int(self.times.sum())

    def expand(self, totals: Array) -> Array:
        """Give totals [..., columns] in the counts' own shape [..., labels, COLUMNS]."""
        wide: Array = totals[..., self.spread].reshape(*totals.shape[:-1], *self.shape)
        return wide

    def total(self) -> Array:
        """Give the total of all units as they are: [columns]."""
        return np.asarray(self.times @ self.rows)


def units(counts: Counts) -> Units:
    """Give the units of some counts: equal rows made one, equal columns made one, order forgotten.

    Labels that no unit has, which a file may declare, have no say in the order.
    """
    flat = np.ascontiguousarray(counts.values.reshape(len(counts.values), math.prod(counts.values.shape[1:])).T)
    times = np.ones(flat.shape[1], np.int64) if counts.times is None else counts.times
    spread, used = _columns_in_use(flat, np.asarray(counts.values.any(axis=(0, 2))))
    columns = flat[np.unique(spread, return_index=True)[1]]
    index, inverse = _distinct(columns[:used])
    together = np.bincount(inverse, times, len(index)).astype(np.int64)
    held = together > 0
    return Units(columns.T[index][held], together[held], spread, counts.values.shape[1:])


def _columns_in_use(flat: Array, labels: Array) -> tuple[Array, int]:
    """Give each column a number, equal ones alike and those of labels in use first, and how many numbers these have."""
    digests = [hashlib.sha256(column).digest() for column in flat]
    numbers: dict[bytes, int] = {}
    for place in np.flatnonzero(np.repeat(labels, len(flat) // max(len(labels), 1))).tolist():
        numbers.setdefault(digests[place], len(numbers))
    used = len(numbers)
    return np.array([numbers.setdefault(digest, len(numbers)) for digest in digests], np.int64), used


def _distinct(columns: Array) -> tuple[Array, Array]:
    """Give the indices of distinct rows, in an order of their content, and for each row which of them it equals."""
    if not columns.size:
        kept = np.arange(min(columns.shape[1], 1))
        return kept, np.zeros(columns.shape[1], np.int64)
    _, index, inverse = np.unique(_hashes(columns), return_index=True, return_inverse=True)
    if not all((column[index][inverse] == column).all() for column in columns):  # two unlike rows had one hash
        _, index, inverse = np.unique(columns.T, axis=0, return_index=True, return_inverse=True)
    return index, inverse.ravel()


def _hashes(columns: Array) -> Array:
    """Give each row a number that equal rows have alike, and unlike ones hardly ever."""
    generator = np.random.Generator(np.random.PCG64(len(columns)))
    keys = generator.integers(0, 1 << 63, len(columns), np.uint64) * np.uint64(2) + np.uint64(1)
    total = np.zeros(columns.shape[1], np.uint64)
    for column, key in zip(columns, keys, strict=True):
        bits = (column.astype(np.float64 if column.dtype.kind == "f" else np.int64) + 0).view(np.uint64)
        total += (bits ^ (bits >> np.uint64(29))) * key
    return total


def bootstrap_totals(units: Units, resamples: int, seed: int) -> Iterator[Array]:
    """Give the totals of units drawn with replacement, in blocks [some, columns] that together are `resamples`.

    Three ways to one distribution. Where few distinct rows stand for many units: one multinomial over the distinct
    rows. Few units: the draws counted. Many units: independent Poisson counts of a mean a little below one
    (probabilities to 2**-16), then as many uniform draws as are wanting to the number of units; given its sum a
    Poisson vector is multinomial, so this is the bootstrap itself and not its Poisson approximation.
    """
    bits = np.random.SFC64(seed)
    if not units.number:
        return
    if len(units.rows) * GROUPED < units.number:
        yield from _multinomial(units, resamples, np.random.Generator(bits))
        return
    kind = _exact_type(units)
    rows: Array = np.repeat(units.rows, units.times, axis=0).astype(kind)
    draw = _by_poisson if len(rows) >= POISSON_FROM else _by_counting
    for totals in draw(rows, resamples, bits):
        yield totals.astype(float)


def _exact_type(units: Units) -> type:
    """Choose float32 where every sum is a whole number that it holds exactly."""
    whole = units.rows.dtype.kind in "iu" or bool((units.rows == np.rint(units.rows)).all())
    largest = max(1.0, float(np.abs(units.rows).max(initial=0)))
    return np.float32 if whole and largest * units.number < EXACT_FLOAT32 else np.float64


def _blocks(resamples: int) -> Iterator[int]:
    """Give the sizes of the blocks that resamples are drawn in."""
    return (min(BLOCK, resamples - start) for start in range(0, resamples, BLOCK))


def _multinomial(units: Units, resamples: int, generator: np.random.Generator) -> Iterator[Array]:
    shares = units.times / units.number
    for some in _blocks(resamples):
        times = generator.multinomial(units.number, shares, some)
        yield _product(times.astype(float), units.rows.astype(float))


def _product(weights: Array, rows: Array) -> Array:
    """Multiply matrices, a narrow one in pieces small enough for one thread: on a busy machine threads wait."""
    step = ALONE // max(1, len(weights) * rows.shape[1])
    if step < NARROW or step >= len(rows):
        return np.asarray(weights @ rows)
    totals = np.zeros((len(weights), rows.shape[1]), rows.dtype)
    for start in range(0, len(rows), step):
        totals += weights[:, start : start + step] @ rows[start : start + step]
    return totals


def _by_counting(rows: Array, resamples: int, bits: np.random.SFC64) -> Iterator[Array]:
    return (_counted(rows, some, bits) for some in _blocks(resamples))


def _counted(rows: Array, some: int, bits: np.random.SFC64) -> Array:
    number = len(rows)
    drawn = np.random.Generator(bits).integers(0, number, (some, number)) + np.arange(some)[:, None] * number
    weights = np.bincount(drawn.ravel(), minlength=some * number).reshape(some, number)
    return _product(weights.astype(rows.dtype), rows)


def _by_poisson(rows: Array, resamples: int, bits: np.random.SFC64) -> Iterator[Array]:
    """Give totals in blocks; the few resamples that drew too many units are drawn anew, one by one."""
    number = len(rows)
    thresholds = _poisson_thresholds(1 - 2 / math.sqrt(number))
    counted = np.concatenate([rows, np.ones((number, 1), rows.dtype)], axis=1)
    columns = rows.T.copy()
    for some in _blocks(resamples):
        totals = _weighed(counted, some, thresholds, bits)
        wanting = number - totals[:, -1].astype(np.int64)
        totals[:, :-1] += _drawn(columns, np.maximum(wanting, 0), np.random.Generator(bits))
        totals[wanting < 0, :-1] = _counted(rows, int((wanting < 0).sum()), bits)
        yield totals[:, :-1]


def _weighed(rows: Array, some: int, thresholds: list[np.uint16], bits: np.random.SFC64) -> Array:
    """Give totals [some, columns] of rows with Poisson weights."""
    totals: Array = np.zeros((some, rows.shape[1]), rows.dtype)
    step = max(1, TILE // some)
    for start in range(0, len(rows), step):
        tile = rows[start : start + step]
        weights = np.empty(some * len(tile), rows.dtype)
        for place in range(0, len(weights), CHUNK):
            part = weights[place : place + CHUNK]
            part[:] = _poisson(len(part), thresholds, bits)
        totals += _product(weights.reshape(some, -1), tile)
    return totals


def _drawn(columns: Array, numbers: Array, generator: np.random.Generator) -> Array:
    """Give for each of `numbers` the total of so many units drawn with replacement; `columns` are the units' rows."""
    places = generator.integers(0, columns.shape[1], int(numbers.sum()))
    ends = np.cumsum(numbers)
    totals = np.zeros((len(numbers), len(columns)), columns.dtype)
    some = numbers > 0
    if some.any():
        totals[some] = np.add.reduceat(np.take(columns, places, axis=1), (ends - numbers)[some], axis=1).T
    return totals


def _poisson_thresholds(mean: float) -> list[np.uint16]:
    below = np.cumsum([math.exp(-mean) * mean**k / math.factorial(k) for k in range(12)]) * 65536
    return [np.uint16(round(bound)) for bound in below if round(bound) < 65536]


def _poisson(size: int, thresholds: list[np.uint16], bits: np.random.SFC64) -> Array:
    """Give Poisson counts, by comparing 16 random bits with the cumulative probabilities."""
    raw = np.asarray(bits.random_raw(-(-size // 4))).view(np.uint16)[:size]
    counts = (raw >= thresholds[0]).view(np.uint8)
    more = np.empty(size, bool)
    for threshold in thresholds[1:]:
        np.greater_equal(raw, threshold, out=more)
        np.add(counts, more.view(np.uint8), out=counts)
    return counts


@dataclass(frozen=True, slots=True)
class Flips:
    """Totals under swapped systems, in blocks: what is moved from one to the other, and the weight of each pattern.

    `exact` says that the patterns are all there are; else each has the weight one.
    """

    blocks: Iterator[tuple[Array, Array]]
    exact: bool


def flips(differences: Units, resamples: int, seed: int) -> Flips:
    """Swap two systems' rows at random (or in all ways where there are few), unit by unit.

    `differences` holds half of first less second; a block is [some, columns] of what is then added to the half of
    both systems' sum to give the first, and taken from it to give the second.
    """
    rows, times = _without_sign(differences)
    if not len(rows):
        return Flips(iter([(np.zeros((1, differences.rows.shape[-1])), np.ones(1))]), True)
    if float(np.log2(times + 1.0).sum()) <= math.log2(PATTERNS):
        return Flips(iter([_all_patterns(rows, times)]), True)
    merged = Units(rows, times, differences.spread, differences.shape)
    return Flips(_random_flips(merged, resamples, seed), False)


def _without_sign(differences: Units) -> tuple[Array, Array]:
    """Give the rows that are not zero, a row and its negative made one: a flip makes them equal."""
    rows = differences.rows
    first = (rows != 0).argmax(axis=1)
    signs = np.sign(np.take_along_axis(rows, first[:, None], 1)) if rows.size else np.zeros((len(rows), 1))
    held = signs[:, 0] != 0
    index, inverse = _distinct(np.ascontiguousarray((rows * signs)[held].T))
    times = np.bincount(inverse, differences.times[held], len(index)).astype(np.int64) if held.any() else index[:0]
    return (rows * signs)[held][index[: len(times)]], times


def _all_patterns(rows: Array, times: Array) -> tuple[Array, Array]:
    ways = [[math.comb(int(n), k) / 2 ** int(n) for k in range(int(n) + 1)] for n in times]
    kept = np.array(list(product(*(range(int(n) + 1) for n in times))), float)
    weights = np.array([math.prod(way) for way in product(*ways)])
    return (2 * kept - times) @ rows, weights


def _random_flips(units: Units, resamples: int, seed: int) -> Iterator[tuple[Array, Array]]:
    bits = np.random.SFC64(seed)
    if len(units.rows) * GROUPED < units.number:
        generator = np.random.Generator(bits)
        for some in _blocks(resamples):
            kept = generator.binomial(units.times, 0.5, (some, len(units.rows)))
            yield _product(2.0 * kept - units.times, units.rows.astype(float)), np.ones(len(kept))
        return
    rows: Array = np.repeat(units.rows, units.times, axis=0)
    whole = rows.sum(axis=0, dtype=float)
    rows = rows.astype(_exact_type(Units(2 * rows, np.ones(len(rows), np.int64), units.spread, units.shape)))
    for some in _blocks(resamples):
        kept = _by_coins(rows, some, bits)
        yield 2.0 * kept.astype(float) - whole, np.ones(len(kept))


def _by_coins(rows: Array, some: int, bits: np.random.SFC64) -> Array:
    totals = np.zeros((some, rows.shape[1]), rows.dtype)
    step = max(1, TILE // some)
    for start in range(0, len(rows), step):
        tile = rows[start : start + step]
        raw = np.asarray(bits.random_raw(-(-some * len(tile) // 64))).view(np.uint8)
        coins = np.unpackbits(raw, count=some * len(tile)).reshape(some, len(tile))
        totals += _product(coins.astype(rows.dtype), tile)
    return totals
