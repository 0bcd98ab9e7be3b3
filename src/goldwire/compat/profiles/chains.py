"""What the scorers of coreference share: pairs of mentions, the best alignment of chains, the mean of three measures.

How each counts chains and what becomes of repeated mentions is its own: clusters, corefud, neleval.
"""

from __future__ import annotations

import math

import numpy as np

from goldwire.compat.profiles.figures import Figures, Rows
from goldwire.eval.layers.ceaf import best_alignment

CONLL = ("muc", "b3", "ceafe")


def pairs(size: int) -> int:
    """Give how many pairs so many mentions make."""
    return size * (size - 1) // 2


def best_worth(edges: list[tuple[int, int, float]]) -> float:
    """Give what the best one-to-one alignment of chains is worth, from (chain, other side's chain, worth)."""
    if not edges:
        return 0.0
    one, other, worth = map(np.array, zip(*edges, strict=True))
    return float(worth[best_alignment(one, other, worth.astype(float))].sum())


def conll(rows: Rows) -> Figures:
    """Give the CoNLL average: the mean of the F1 of MUC, B³ and CEAF-e."""
    f1 = sum(rows[name].f1 or 0.0 for name in CONLL) / len(CONLL)
    return Figures(None, None, f1, math.nan, 0, 0)
