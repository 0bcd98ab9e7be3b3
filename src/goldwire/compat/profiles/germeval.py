"""How GermEval 2014's scorer counts: outer and inner names in two columns each, with and without -deriv and -part.

It reads columns itself: which of two columns a tag stands in counts, and documents do not keep that.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from goldwire.compat.profiles.figures import Figures, Rows, ratios
from goldwire.errors import InputError
from goldwire.formats.base import Options
from goldwire.formats.columns import text_lines

LEVELS = ("outer", "inner")
MODES = ("strict", "loose")
_TAG = re.compile(r"(?P<chunk>[BI])-(?P<label>.+?)(?P<kind>deriv|part)?\Z")


class _Tag(NamedTuple):
    chunk: str
    label: str


_OUTSIDE = _Tag("O", "")


def germeval_files(gold: Path, pred: Path, options: Options) -> Rows:
    """Give the official figures (strict, both levels), loose ones, each level's, and labels; 0/0 is 0.

    One file of all four columns may be given for both sides: the last four are the gold's and then the predicted tags.

    Raises:
        InputError: the files have not as many tokens, or a tag is none of B-, I- and O.
    """
    both = gold.resolve() == pred.resolve()
    sides = [list(_rows(path, both, options)) for path in (gold, pred)]
    if len(sides[0]) != len(sides[1]):
        raise InputError(pred, f"has {len(sides[1])} tokens where the gold has {len(sides[0])}", "give both the same")
    pairs = [(row[:2], other[-2:]) for row, other in zip(*sides, strict=True)]
    counted = {(mode, level): _counted(_column(pairs, n, mode)) for mode in MODES for n, level in enumerate(LEVELS)}
    return dict(_table(counted, len(pairs)))


def _rows(path: Path, both: bool, options: Options) -> Iterator[list[str]]:
    """Give the columns of tags of each token: the last four, or two."""
    width = 4 if both else 2
    for number, line in text_lines(path, options):
        if not line or line[0] in "#\t":
            continue
        tags = line.split("\t")[2:] if both else line.split("\t")[1:]
        if len(tags) < width or any(tag != "O" and not _TAG.match(tag) for tag in tags[-width:]):
            mend = f"end each line with {width} columns of IOB tags, parted by tabs"
            raise InputError(f"{path}:{number}", f"no {width} columns of tags: {line[:60]!r}", mend)
        yield tags[-width:]


def _column(pairs: Sequence[tuple[list[str], list[str]]], level: int, mode: str) -> Iterator[tuple[_Tag, _Tag]]:
    for gold, pred in pairs:
        yield _tag(gold[level], mode), _tag(pred[level], mode)


def _tag(text: str, mode: str) -> _Tag:
    found = _TAG.match(text)
    if not found:
        return _OUTSIDE
    return _Tag(found["chunk"], found["label"] + (found["kind"] or "" if mode == "strict" else ""))


@dataclass(slots=True)
class _Tally:
    """Chunks by label: right, predicted, gold; and tags that are equal."""

    right: Counter[str] = field(default_factory=Counter)
    pred: Counter[str] = field(default_factory=Counter)
    gold: Counter[str] = field(default_factory=Counter)
    tags: int = 0

    def row(self, label: str) -> Figures:
        """Give a label's figures."""
        return ratios(self.right[label], self.pred[label], self.gold[label])


def _counted(pairs: Iterator[tuple[_Tag, _Tag]]) -> _Tally:
    """Count chunks as they begin; one is right once its end is seen on both sides, so the last of a file never is."""
    tally, right = _Tally(), False
    before = _OUTSIDE, _OUTSIDE
    for gold, pred in pairs:
        ends = [_ends(one, other) for one, other in zip(before, (gold, pred), strict=True)]
        begins = [_begins(one, other) for one, other in zip(before, (gold, pred), strict=True)]
        same = gold.label == pred.label
        if right and all(ends) and before[0].label == before[1].label:
            tally.right[before[0].label] += 1
            right = False
        right = right and ends[0] == ends[1] and same
        right = right or (all(begins) and same)
        tally.gold[gold.label] += begins[0]
        tally.pred[pred.label] += begins[1]
        tally.tags += gold == pred
        before = gold, pred
    return tally


def _ends(before: _Tag, tag: _Tag) -> bool:
    return before.chunk != "O" and tag.chunk != "I"


def _begins(before: _Tag, tag: _Tag) -> bool:
    """Say whether a chunk begins; a change of label does not begin one."""
    return tag.chunk == "B" or (before.chunk == "O" and tag.chunk == "I")


def _table(counted: dict[tuple[str, str], _Tally], tokens: int) -> Iterator[tuple[str, Figures]]:
    for mode, name in zip(MODES, ("official", "loose"), strict=True):
        yield name, _pooled([counted[mode, level] for level in LEVELS])
    for level in LEVELS:
        yield level, _pooled([counted["strict", level]])
    for mode, name in zip(MODES, ("accuracy", "loose accuracy"), strict=True):
        right = sum(counted[mode, level].tags for level in LEVELS) / 2
        yield name, ratios(right, tokens, tokens)
    for level in LEVELS:
        yield f"{level} accuracy", ratios(counted["strict", level].tags, tokens, tokens)
    for (mode, level), tally in counted.items():
        for label in sorted(+tally.gold | +tally.pred):
            yield f"{level} {mode} {label}", tally.row(label)


def _pooled(tallies: Sequence[_Tally]) -> Figures:
    right, pred, gold = (sum(getattr(tally, side).total() for tally in tallies) for side in ("right", "pred", "gold"))
    return ratios(right, pred, gold)
