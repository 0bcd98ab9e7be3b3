"""What seqeval counts, counted by the engine for tags; where seqeval reads tags in ways of its own, its way.

Gives integers only; the numbers made of them are in metrics.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from goldwire.compat.seqeval.scheme import BILOU, IOB2, IOBES, IOE2, Entities, Token
from goldwire.eval.counts import GOLD, GOLD_CORRECT, PRED, Array
from goldwire.eval.tagging.codes import CodeBook, ReadTag
from goldwire.eval.tagging.counting import MEASURES, Rules, count
from goldwire.eval.tagging.sources import list_chunks
from goldwire.tags import ALONE, BOTH, LEFT, RIGHT

Tags = Sequence[Sequence[str]]
Found = tuple[str, int, int]

_JOINS = {"B": RIGHT, "I": BOTH, "E": LEFT, "S": ALONE, "L": LEFT, "U": ALONE}
_LENIENT = Rules("IOBES", "conlleval")
_STRICT: dict[type[Token], Rules] = {
    IOB2: Rules("IOB2", "discard"),
    IOE2: Rules("IOE2", "discard"),
    IOBES: Rules("IOBES", "discard"),
    BILOU: Rules("BILOU", "discard"),
}
_ENDS = {*["E", "S", "BB", "BS", "BO", "IB", "IS", "IO"]}
_STARTS = {*["EE", "EI", "SE", "SI", "OE", "OI"]}


class Sums(NamedTuple):
    """Types in sorted order, and a type's predicted, correct and true entities."""

    names: list[str]
    pred: Array
    correct: Array
    true: Array


class Unusual(Exception):
    """A tag that the byte-wise engine cannot hold."""


def sums(y_true: Tags, y_pred: Tags, suffix: bool, scheme: type[Token] | None) -> Sums:
    """Give seqeval's sums: of its default mode where scheme is None, else of its strict mode.

    Raises what seqeval raises for tags it cannot read.
    """
    how = _LENIENT if scheme is None else _STRICT.get(scheme)
    if how is None:
        return _slow(y_true, y_pred, suffix, scheme)
    book = CodeBook(_default_reader(suffix) if scheme is None else _strict_reader(suffix, scheme))
    try:
        counts = count(list_chunks(y_true, y_pred, book), book, how, MEASURES[:1])[MEASURES[0]]
    except (Unusual, KeyError, IndexError):
        return _slow(y_true, y_pred, suffix, scheme)
    if scheme is None:
        _warn_of(book.tags, suffix)
    used: Array = counts.values[0, :, GOLD] + counts.values[0, :, PRED] > 0
    names = [name for name, there in zip(counts.labels, used, strict=True) if there]
    values = counts.values[0, used]
    return Sums(names, values[:, PRED], values[:, GOLD_CORRECT], values[:, GOLD])


def split(tag: str, suffix: bool) -> tuple[str, str]:
    """Give the prefix and type of a tag as the default mode reads it."""
    if suffix:
        return tag[-1], tag[:-1].rsplit("-", maxsplit=1)[0] or "_"
    return tag[0], tag[1:].split("-", maxsplit=1)[-1] or "_"


def entities(tags: Sequence[str], suffix: bool) -> list[Found]:
    """Give (type, first, last) of the default mode, indices inclusive."""
    found: list[Found] = []
    before, kind_before, first = "O", "", 0
    for index, tag in enumerate([*tags, "O"]):
        prefix, kind = split(tag, suffix)
        other = kind != kind_before
        if before in _ENDS or before + prefix in _ENDS or (other and before not in "O."):
            found.append((kind_before, first, index - 1))
        if prefix in "BS" or before + prefix in _STARTS or (other and prefix not in "O."):
            first = index
        before, kind_before = prefix, kind
    return found


def flattened(sequences: Tags) -> list[str]:
    """Give all tags as one sequence, an O after each sentence."""
    return [tag for sequence in sequences for tag in [*sequence, "O"]]


def warn_of_odd_tags(tags: Iterable[str], suffix: bool) -> None:
    """Warn once of each tag that does not look like one."""
    _warn_of(dict.fromkeys(tags), suffix)


def _warn_of(tags: Iterable[str], suffix: bool) -> None:
    for tag in tags:
        told = tag.endswith(("-B", "-I", "-E", "-S")) if suffix else tag.startswith(("B-", "I-", "E-", "S-"))
        if tag not in ("O", "B", "I", "E", "S") and not told:
            warnings.warn(f"{tag} seems not to be NE tag.", stacklevel=4)


def _default_reader(suffix: bool) -> ReadTag:
    def read(tag: str) -> tuple[str, int] | None:
        prefix, kind = split(tag, suffix)
        if prefix not in "OBIES":
            raise Unusual
        return None if prefix == "O" else (kind, _JOINS[prefix])

    return read


def _strict_reader(suffix: bool, scheme: type[Token]) -> ReadTag:
    def read(tag: str) -> tuple[str, int] | None:
        token = Token(tag, suffix)
        if token.prefix not in scheme.allowed:
            raise Unusual
        return None if token.prefix == "O" else (token.tag, _JOINS[token.prefix])

    return read


def _slow(y_true: Tags, y_pred: Tags, suffix: bool, scheme: type[Token] | None) -> Sums:
    """Count entity by entity, for tags and schemes with which seqeval has ways of its own."""
    true, pred = (_found(side, suffix, scheme) for side in (y_true, y_pred))
    names = sorted({name for name, *_ in true | pred})
    tallies = (Counter(name for name, *_ in part) for part in (pred, true & pred, true))
    return Sums(names, *(np.array([tally[name] for name in names], np.int64) for tally in tallies))


def _found(side: Tags, suffix: bool, scheme: type[Token] | None) -> set[tuple[str, int | None, int, int]]:
    if scheme is not None:
        listed = Entities(side, scheme, suffix).entities
        return {(entity.tag, entity.sent_id, entity.start, entity.end) for found in listed for entity in found}
    tags = flattened(side)
    warn_of_odd_tags(tags, suffix)
    return {(kind, None, first, last) for kind, first, last in entities(tags, suffix)}
