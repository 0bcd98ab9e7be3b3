"""How often the intervals hold the true figure: a simulation, written as a Markdown table to intervals.md.

Documents are drawn from a population in which the number of mentions and how hard they are to find vary from document
to document; the truth is the figure of the population itself. Run: python benchmarks/intervals.py
"""

import time
from pathlib import Path

import numpy as np

from goldwire.eval.counts import COLUMNS, Array, Counts, macro, micro
from goldwire.eval.statistics.intervals import interval

LABELS = ("PERSON", "ORG", "GPE", "DATE", "NORP", "EVENT")
SHARES = np.array([0.30, 0.28, 0.22, 0.12, 0.06, 0.02])
FOUND = np.array([0.93, 0.84, 0.90, 0.80, 0.75, 0.55])
SIZES = (5, 10, 20, 50, 100, 300)
TRIALS = 600
RESAMPLES = 500
CONFIDENCE = 0.95
AVERAGES = {"micro": micro, "macro": macro}


def documents(number: int, random: np.random.Generator) -> Array:
    """Draw the counts of some documents: [number, labels, COLUMNS]; long and hard documents vary together."""
    length = random.gamma(2.0, 20.0, number)
    hardness = random.beta(8, 2, number)[:, None] / 0.8
    gold = random.poisson(length[:, None] * SHARES)
    correct = random.binomial(gold, np.minimum(FOUND * hardness, 0.99))
    spurious = random.poisson(length[:, None] * SHARES * (1.15 - np.minimum(FOUND * hardness, 0.99)))
    values = np.zeros((number, len(LABELS), len(COLUMNS)), np.int64)
    values[..., 0], values[..., 1] = gold, correct + spurious
    values[..., 2] = values[..., 3] = correct
    return values


def covered(size: int, average: str, method: str, truth: float) -> tuple[float, float]:
    """Give the share of trials whose interval holds the truth, and the intervals' mean width."""
    random = np.random.default_rng(size)
    held, widths = 0, []
    for trial in range(TRIALS):
        counts = Counts("mentions/strict", LABELS, documents(size, random))
        found = interval(counts, AVERAGES[average], resamples=RESAMPLES, seed=trial, method=method)
        low, high = found[2]
        held += low <= truth <= high
        widths.append(high - low)
    return held / TRIALS, float(np.mean(widths))


def table() -> str:
    """Run the simulation and give its table."""
    population = documents(400_000, np.random.default_rng(0)).sum(axis=0)
    error = 1.96 * (CONFIDENCE * (1 - CONFIDENCE) / TRIALS) ** 0.5
    lines = [
        "<!-- written by benchmarks/intervals.py -->",
        "# Coverage of the 95 % intervals of F1",
        "",
        f"{TRIALS} simulated corpora a cell, {RESAMPLES} resamples each; documents of {documents_said()}.",
        f"A cell's own error is ±{100 * error:.1f} points. Width is the mean width in points of F1.",
        "",
        "| documents | average | percentile | width | expanded | width | BCa | width |",
        "|--:|---|--:|--:|--:|--:|--:|--:|",
    ]
    for size in SIZES:
        for average in AVERAGES:
            truth = float(AVERAGES[average](population)[2])
            cells = [covered(size, average, method, truth) for method in ("percentile", "expanded", "bca")]
            shown = " | ".join(f"{100 * share:.1f} % | {100 * width:.1f}" for share, width in cells)
            lines.append(f"| {size} | {average} | {shown} |")
    lines += ["", READING]
    return "\n".join(lines) + "\n"


def documents_said() -> str:
    """Say what a simulated document is."""
    return f"about 40 mentions of {len(LABELS)} labels, the rarest of which has {100 * SHARES.min():.0f} %"


READING = (
    "Below about 20 documents the percentile and BCa intervals are too narrow, as bootstrap intervals of few units "
    "are: read them as a lower bound of the uncertainty, or ask for the expanded one."
)


def main() -> None:
    """Write intervals.md beside this file and print it."""
    start = time.perf_counter()
    text = table()
    (Path(__file__).parent / "intervals.md").write_text(text, encoding="utf-8")
    print(text)
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
