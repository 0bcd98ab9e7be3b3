"""Lines of several widths in one CoNLL file: what is read of each, where a rule holds for all of them.

What the columns hold is in conll_columns. Where no rule holds, a line of another width is broken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from goldwire.formats.spelling import TAG, spelling_of
from goldwire.tags import OUTSIDE

_Row = list[str]


class Cut(NamedTuple):
    """A rule for lines of several widths: what it reads of them, and how a line is brought to one width."""

    reads: str
    take: Callable[[_Row], _Row]


def cut_of(rows: Sequence[_Row], width: int) -> Cut | None:
    """Give the rule by which rows are read of which most have a width; None where they are equal, or no rule holds."""
    regular = [row for row in rows if len(row) == width]
    other = [row for row in rows if len(row) != width]
    least = min(map(len, rows), default=0)
    if not other or least < 2:
        return None
    if width == 2 and all(TAG.match(cell) for row in rows for cell in row[1:]):
        return Cut("whose further cells are tags of inner mentions", _together)
    if len(other) < max(20, len(rows) / 50):
        return None
    if _end_in_tags(regular, other):
        return Cut("whose first and last cells are read", _ends)
    if _begin_alike(rows, least):
        return Cut(f"whose first {least} cells are read", partial(_start, least))
    return None


def _end_in_tags(regular: Sequence[_Row], other: Sequence[_Row]) -> bool:
    """Say whether a fiftieth of the lines are of another width than most, and yet all end in the one tag they have.

    MeCab's lines are so; a few such lines are broken. Where several columns are tags, a shorter line lacks one of them.
    """
    labelled = [{row[-1] for row in some} - {OUTSIDE} for some in (regular, other)]
    single = not spelling_of([row[-2] for row in regular])
    return single and all(labelled) and all(TAG.match(row[-1]) for row in (*regular, *other))


def _begin_alike(rows: Sequence[_Row], least: int) -> bool:
    """Say whether all lines have a column of tags among the first ones, and none behind those.

    An annotator's name stands behind some tags, features behind all. A tag behind them is one that shorter lines lack.
    """
    columns = [[row[index] for row in rows] for index in range(1, least)]
    tagged = [cells for cells in columns if all(map(TAG.match, cells)) and set(cells) != {OUTSIDE}]
    behind = [cell for row in rows for cell in row[least:]]
    return bool(tagged) and not any(map(TAG.match, behind))


def _together(row: _Row) -> _Row:
    return [row[0], "|".join(row[1:])] if len(row) > 1 else row


def _ends(row: _Row) -> _Row:
    return [row[0], row[-1]] if len(row) > 1 else row


def _start(width: int, row: _Row) -> _Row:
    return row[:width]
