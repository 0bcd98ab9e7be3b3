"""From chunks of coded tags to Counts: the totals, and equal sequences grouped into rows.

The passes over tokens are in passes.py, the pairing of what does not agree in pairs.py; where chunks come from, in
sources.py and files.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from goldwire.errors import InputError
from goldwire.eval.counts import COLUMNS, GOLD, GOLD_CORRECT, PRED, PRED_CORRECT, Array, Counts
from goldwire.eval.tagging.codes import CodeBook
from goldwire.eval.tagging.pairs import Pairs, pairs
from goldwire.eval.tagging.passes import Coded, Starts, broken, coded, discarded, starts
from goldwire.tags import GRAMMARS, repair_name, scheme_name

MEASURES = ("mentions/strict", "mentions/exact", "mentions/partial", "mentions/type")
ROWS = ("total", "grouped", "sequences")
SIDES = ("gold", "pred")


class Chunk(NamedTuple):
    """Some sequences: the codes of both sides' tokens, and the indices of first tokens (and of the end)."""

    gold: Array
    pred: Array
    firsts: Array


class Rules(NamedTuple):
    """Under what scheme tags are read, and what becomes of those that break it."""

    scheme: str
    repair: str


class BrokenTags(InputError):
    """A tag that breaks its scheme: which side, sequence and token, counted from 0 over all chunks."""

    def __init__(self, side: str, sequence: int, token: int, scheme: str) -> None:
        """Keep where it is, so that the caller can say it in the words of its source."""
        self.side, self.sequence, self.token, self.scheme = side, sequence, token, scheme
        found = f"the tag breaks {scheme}"
        super().__init__(f"{side} sequence {sequence}, token {token}", found, "mend it, or name a repair (--repair)")


@dataclass(slots=True)
class Tally:
    """What has been counted so far. `table[gold, pred, same]`: mention starts by both sides' label + 1."""

    measures: Sequence[str]
    rows: str
    width: int = 64
    table: Array = field(default_factory=lambda: np.zeros((64, 64, 2), np.int64))
    paired: Array = field(default_factory=lambda: np.zeros((64, 64, 2), np.int64))
    times: dict[int, int] = field(default_factory=dict)
    parts: list[tuple[Array, Array]] = field(default_factory=list)
    sequences: int = 0


def rules(scheme: str, repair: str = "none") -> Rules:
    """Give the rules by the names of goldwire.tags; raises InputError for unknown ones."""
    return Rules(scheme_name(scheme), repair_name(repair))


def count(
    chunks: Iterable[Chunk], book: CodeBook, how: Rules, measures: Sequence[str] = MEASURES, rows: str = "total"
) -> dict[str, Counts]:
    """Give the Counts of each measure, labels sorted by name.

    rows: "total" gives one row; "grouped" one for all sequences with equal counts (`times` says how many); "sequences"
    one a sequence, in order. All measures have the same rows.

    Raises:
        BrokenTags: a tag breaks the scheme and the repair is "none".
    """
    tally = Tally(measures, rows)
    for chunk in chunks:
        _count_chunk(chunk, book, how, tally)
    return _finished(tally, book)


def _count_chunk(chunk: Chunk, book: CodeBook, how: Rules, tally: Tally) -> None:
    gold = _repaired("gold", coded(chunk.gold, chunk.firsts), chunk.firsts, how, tally)
    pred = _repaired("pred", coded(chunk.pred, chunk.firsts), chunk.firsts, how, tally)
    found = starts(gold, pred)
    unlike = None if tuple(tally.measures) == MEASURES[:1] and tally.rows == "total" else pairs(gold, pred, found)
    _widen(tally, len(book.labels) + 1)
    _add(tally.table, found.gold, found.pred, found.same)
    if unlike is not None:
        _add(tally.paired, unlike.gold, unlike.pred, unlike.same_span)
        if tally.rows != "total":
            _add_rows(tally, chunk.firsts, found, unlike, len(book.labels) + 1)
    tally.sequences += len(chunk.firsts) - 1


def _repaired(name: str, side: Coded, firsts: Array, how: Rules, tally: Tally) -> Coded:
    if how.repair == "conlleval":
        return side
    starting, ending = broken(side, firsts, GRAMMARS[how.scheme])
    if how.repair == "none" and len(starting) + len(ending):
        first = int(np.concatenate([starting, ending]).min())
        sequence = int(np.searchsorted(firsts, first, "right")) - 1
        raise BrokenTags(name, tally.sequences + sequence, first - int(firsts[sequence]), how.scheme)
    return discarded(side, starting, ending)


def _widen(tally: Tally, labels: int) -> None:
    while tally.width < labels:
        grown = (0, tally.width), (0, tally.width), (0, 0)
        tally.table, tally.paired = np.pad(tally.table, grown), np.pad(tally.paired, grown)
        tally.width *= 2


def _add(table: Array, gold: Array, pred: Array, flag: Array) -> None:
    width = len(table)
    cells = (gold.astype(np.int64 if width > 64 else np.uint16) * width + pred) * 2 + flag
    table += np.bincount(cells, minlength=width * width * 2).reshape(table.shape)


def _add_rows(tally: Tally, firsts: Array, found: Starts, unlike: Pairs, width: int) -> None:
    """Add the rows of a chunk: those of sequences whose counts were not met before, or of all."""
    sequence = np.repeat(np.arange(len(firsts) - 1), np.diff(np.searchsorted(found.token, firsts)))
    pair_sequence = np.searchsorted(firsts, unlike.token, "right") - 1
    chosen: Array
    if tally.rows == "sequences":
        chosen = np.arange(len(firsts) - 1)
    else:
        prints = _fingerprints(len(firsts) - 1, sequence, found, pair_sequence, unlike)
        chosen = _new_groups(prints, tally.times)
    row = np.full(len(firsts), -1, np.int64)
    row[chosen] = np.arange(len(chosen))
    kept, pair_kept = row[sequence] >= 0, row[pair_sequence] >= 0
    tables = (
        _row_table(row[sequence[kept]], found.gold[kept], found.pred[kept], found.same[kept], (len(chosen), width)),
        _row_pairs(row[pair_sequence[pair_kept]], unlike, pair_kept, (len(chosen), width)),
    )
    narrow = np.diff(firsts).max(initial=0) <= np.iinfo(np.int16).max
    tally.parts.append((tables[0].astype(np.int16), tables[1].astype(np.int16)) if narrow else tables)


def _fingerprints(size: int, sequence: Array, found: Starts, pair_sequence: Array, unlike: Pairs) -> Array:
    """Give each sequence a number that depends on its counts alone: sums, modulo 2**64, of random numbers."""
    noise = np.random.default_rng(20160101).integers(0, 2**64, (6, 1 << 14), np.uint64)
    noise[:2, 0] = 0
    event = noise[0][found.gold] + noise[1][found.pred] + noise[2][found.gold] * found.same
    sums = np.zeros(len(event) + 1, np.uint64)
    np.cumsum(event, out=sums[1:])
    bounds = np.searchsorted(sequence, np.arange(size + 1))
    prints: Array = sums[bounds[1:]] - sums[bounds[:-1]]
    pair_event = (noise[3][unlike.gold] ^ noise[4][unlike.pred]) * (noise[5][unlike.same_span.astype(np.int64)] | 1)
    np.add.at(prints, pair_sequence, pair_event)
    return prints


def _new_groups(prints: Array, times: dict[int, int]) -> Array:
    """Count the groups that sequences fall into, and give one sequence of each group not met before."""
    groups, first, sizes = np.unique(prints, return_index=True, return_counts=True)
    chosen = []
    for group, place, size in zip(groups.tolist(), first.tolist(), sizes.tolist(), strict=True):
        if group not in times:
            chosen.append((len(times), place))
            times[group] = 0
        times[group] += size
    return np.array([place for _, place in chosen], np.int64)


def _row_table(row: Array, gold: Array, pred: Array, same: Array, size: tuple[int, int]) -> Array:
    """Give [rows, labels, (gold, pred, same)] from mention starts."""
    rows, width = size
    table = np.empty((rows, width, 3), np.int32)
    cells = row * width
    table[..., 0] = np.bincount(cells + gold, minlength=rows * width).reshape(rows, width)
    table[..., 1] = np.bincount(cells + pred, minlength=rows * width).reshape(rows, width)
    table[..., 2] = np.bincount((cells + gold)[same], minlength=rows * width).reshape(rows, width)
    return table[:, 1:]


def _row_pairs(row: Array, unlike: Pairs, kept: Array, size: tuple[int, int]) -> Array:
    """Give [rows, labels, side, (other, same span, same label)] from the pairs of mentions that are not the same."""
    rows, width = size
    kind = np.where(unlike.same_span[kept], 1, np.where(unlike.gold[kept] == unlike.pred[kept], 2, 0))
    table = np.zeros((rows, width, 2, 3), np.int32)
    for side, label in enumerate((unlike.gold, unlike.pred)):
        np.add.at(table.reshape(-1), ((row * width + label[kept]) * 2 + side) * 3 + kind, 1)
    return table[:, 1:]


def _finished(tally: Tally, book: CodeBook) -> dict[str, Counts]:
    names = book.names()
    order = sorted(range(len(names)), key=names.__getitem__)
    labels = tuple(names[place] for place in order)
    if tally.rows == "total":
        tables = _total_table(tally), _total_pairs(tally)
        totals = {name: _values(name, *tables)[:, : len(names)] for name in tally.measures}
        return {name: Counts(name, labels, values[:, order]) for name, values in totals.items()}
    times = np.fromiter(tally.times.values(), np.int64, len(tally.times)) if tally.rows == "grouped" else None
    if not tally.parts:
        return {
            name: Counts(name, labels, np.zeros((0, 0, len(COLUMNS)), np.int16), (), times) for name in tally.measures
        }
    tables = _stacked([part[0] for part in tally.parts], order), _stacked([part[1] for part in tally.parts], order)
    if times is not None:
        _check_groups(tally, tables[0], times, order)
    return {name: Counts(name, labels, _values(name, *tables), (), times) for name in tally.measures}


def _check_groups(tally: Tally, table: Array, times: Array, order: list[int]) -> None:
    """Make sure that the groups add up: two unlike sequences might, once in 10**7 corpora, share a fingerprint."""
    total = _total_table(tally)[0, order]
    if not np.array_equal(np.tensordot(times, table, axes=1), total):
        raise InputError("tags", "two unlike sequences were taken for one", "count with rows='sequences'")


def _stacked(parts: list[Array], order: list[int]) -> Array:
    """Give the rows of all parts, labels in order; earlier parts know fewer labels."""
    shape = parts[0].shape[2:]
    stacked = np.zeros((sum(map(len, parts)), len(order), *shape), np.result_type(*parts))
    place = np.argsort(order)
    first = 0
    for part in parts:
        stacked[first : first + len(part), place[: part.shape[1]]] = part
        first += len(part)
    return stacked


def _total_table(tally: Tally) -> Array:
    table = tally.table
    same = np.diagonal(table[..., 1])
    return np.stack([table.sum((1, 2)), table.sum((0, 2)), same], axis=-1)[None, 1:]


def _total_pairs(tally: Tally) -> Array:
    other, span = tally.paired[..., 0], tally.paired[..., 1]
    label = np.diag(np.diagonal(other))
    kinds = np.stack([other - label, span, label], axis=-1)
    return np.stack([kinds.sum(1), kinds.sum(0)], axis=1)[None, 1:]


def _values(measure: str, table: Array, unlike: Array) -> Array:
    """Give [rows, labels, COLUMNS] of a measure from [.., (gold, pred, same)] and [.., side, (other, span, label)]."""
    values = np.zeros((*table.shape[:2], len(COLUMNS)), table.dtype)
    values[..., GOLD], values[..., PRED] = table[..., 0], table[..., 1]
    values[..., GOLD_CORRECT] = values[..., PRED_CORRECT] = table[..., 2]
    for kind, offset in enumerate(_OUTCOMES[measure]):
        values[..., GOLD_CORRECT + offset] += unlike[..., 0, kind]
        values[..., PRED_CORRECT + offset] += unlike[..., 1, kind]
    return values


_CORRECT, _INCORRECT, _PARTIAL = 0, 2, 4
_OUTCOMES = {
    "mentions/strict": (_INCORRECT, _INCORRECT, _INCORRECT),
    "mentions/exact": (_INCORRECT, _CORRECT, _INCORRECT),
    "mentions/partial": (_PARTIAL, _CORRECT, _PARTIAL),
    "mentions/type": (_INCORRECT, _INCORRECT, _CORRECT),
}
