"""Resampling against a naive loop, as ratios: 10,000 bootstrap resamples and 10,000 permutations of two systems.

The loop is the usual one: draw indices, sum the rows, compute the figure; it is timed over a few resamples and
scaled. Both ways are checked to give the same standard error. Run: python benchmarks/resampling.py [--quick]
"""

import sys
import time
from collections.abc import Callable

import numpy as np

from goldwire.eval.counts import COLUMNS, Array, Counts, macro, micro
from goldwire.eval.statistics.intervals import bootstrap
from goldwire.eval.statistics.significance import difference

RESAMPLES = 10_000
CASES = (  # documents or sentences, labels, mentions in each, reduction, whether rows are grouped already
    (500, 18, 60.0, micro),
    (5_000, 18, 60.0, micro),
    (50_000, 18, 60.0, micro),
    (5_000, 18, 60.0, macro),
    (1_000_000, 1, 3.1, micro),
)


def counts(units: int, labels: int, mentions: float, found: float = 0.85) -> Counts:
    """Draw a system's counts; the gold is the same for every system."""
    random = np.random.default_rng(units)
    gold = random.poisson(mentions / labels, (units, labels))
    random = np.random.default_rng(int(found * 1000))
    values = np.zeros((units, labels, len(COLUMNS)), np.int64)
    correct = random.binomial(gold, found)
    values[..., 0], values[..., 1] = gold, correct + random.poisson(gold * (1 - found))
    values[..., 2] = values[..., 3] = correct
    return Counts("mentions/strict", tuple(map(str, range(labels))), values)


def naive_bootstrap(values: Array, reduce: Callable[[Array], Array], times: int) -> Array:
    """Draw indices, sum, compute: [times]."""
    random = np.random.default_rng(0)
    number = len(values)
    return np.array([reduce(values[random.integers(0, number, number)].sum(axis=0))[2] for _ in range(times)])


def naive_permutation(first: Array, second: Array, reduce: Callable[[Array], Array], times: int) -> Array:
    """Swap rows at random, sum, compute: [times]."""
    random = np.random.default_rng(0)
    found = []
    for _ in range(times):
        swap = random.random(len(first)) < 0.5
        left = np.where(swap[:, None, None], second, first).sum(axis=0)
        right = np.where(swap[:, None, None], first, second).sum(axis=0)
        found.append(reduce(right)[2] - reduce(left)[2])
    return np.array(found)


def timed(run: Callable[[], object]) -> tuple[float, object]:
    """Give seconds and the result of one run."""
    start = time.perf_counter()
    result = run()
    return time.perf_counter() - start, result


def case(units: int, labels: int, mentions: float, reduce: Callable[[Array], Array], resamples: int) -> str:
    """Measure one case and give its line of the table."""
    one, other = counts(units, labels, mentions), counts(units, labels, mentions, 0.86)
    times = max(20, min(200, 2_000_000 // units))
    slow, samples = timed(lambda: naive_bootstrap(one.values, reduce, times))
    slow_too, _ = timed(lambda: naive_permutation(one.values, other.values, reduce, max(2, times // 4)))
    fast, found = timed(lambda: bootstrap(one, reduce, resamples=resamples))
    both, _ = timed(lambda: difference(one, other, reduce, resamples=resamples))
    ratio = found.error[2] / samples.std(ddof=1)
    assert abs(ratio - 1) < 4 / np.sqrt(2 * times), f"standard errors differ: {ratio:.2f}"
    naive = slow * resamples / times
    naive_both = 2 * naive + slow_too * resamples / max(2, times // 4)
    return (
        f"| {units:,} | {reduce.__name__} | {naive:.1f} s | {fast:.2f} s | {naive / fast:.0f} × "
        f"| {naive_both:.1f} s | {both:.2f} s | {naive_both / both:.0f} × |"
    )


def main() -> None:
    """Print the table."""
    resamples = 1000 if "--quick" in sys.argv else RESAMPLES
    print(f"{resamples:,} bootstrap resamples of one system; then as many of a difference and as many permutations\n")
    print("| units | average | bootstrap, loop | ours | ratio | difference, loop | ours | ratio |")
    print("|--:|---|--:|--:|--:|--:|--:|--:|")
    for units, labels, mentions, reduce in CASES:
        print(case(units, labels, mentions, reduce, resamples), flush=True)


if __name__ == "__main__":
    main()
