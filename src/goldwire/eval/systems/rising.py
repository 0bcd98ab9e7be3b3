"""The cheapest way to give rows columns that rise with them: how repeated answers of a model get their places.

What a place costs is for alignment to say.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Costs = npt.NDArray[np.int64]
_Bits = npt.NDArray[np.uint8]
NO_PLACE = 1 << 30


def rising(row: Callable[[int], Costs], rows: int, columns: int) -> list[int | None]:
    """Give each row a column, columns rising, as many rows as can be at the least cost; earlier columns on a tie.

    `row` gives the costs of a row's columns, whole numbers of at least 0 or NO_PLACE and more. Time goes with rows ×
    columns, numpy's; memory with a quarter of a byte for each. As many rows as columns need neither.
    """
    if rows == columns and all(row(number)[number] < NO_PLACE for number in range(rows)):
        return list(range(rows))
    takes, skips = _choices(row, rows, columns)
    chosen: list[int | None] = []
    column = 0
    for number in range(rows):
        place = _taken(takes[number], skips[number], column)
        chosen.append(place)
        column = column if place is None else place + 1
    return chosen


def _taken(takes: _Bits, skips: _Bits, column: int) -> int | None:
    """Give the first column from one on that it is best to take, if it is best to skip all before it."""
    wanted = np.flatnonzero(np.unpackbits(takes)[column:])
    if not len(wanted):
        return None
    place = column + int(wanted[0])
    return place if np.unpackbits(skips)[column:place].all() else None


def _choices(row: Callable[[int], Costs], rows: int, columns: int) -> tuple[list[_Bits], list[_Bits]]:
    """Give, as bits for each row and column, whether it is best to take the column, and whether it is to skip it.

    `best[c]` is the value of the rows from this one on with the columns from c on: -`worth` for each that is placed,
    which outweighs all costs, and what the places cost.
    """
    worth = np.int64(NO_PLACE)
    best: Costs = np.zeros(columns + 1, dtype=np.int64)
    takes, skips = list[_Bits](), list[_Bits]()
    for number in reversed(range(rows)):
        costs = row(number)
        taken = np.where(costs < NO_PLACE, best[1:] + costs - worth, 1)
        best[:-1] = np.minimum(best[:-1], taken)
        best = np.minimum.accumulate(best[::-1])[::-1].copy()
        takes.append(np.packbits(best[:-1] == taken))
        skips.append(np.packbits(best[:-1] == best[1:]))
    return takes[::-1], skips[::-1]
