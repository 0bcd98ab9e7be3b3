"""How JNLPBA 2004's scorer counts IOB2 tags: whole names, and names that begin or end as the gold's do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from goldwire.compat.profiles.figures import Rows, Tags, check_lengths, ratios

Tag: TypeAlias = tuple[str, str]
KINDS = ("", "right", "left")


def jnlpba_tags(gold: Tags, pred: Tags, scheme: str) -> Rows:
    """Give the micro of whole names, right and left borders, then the same of each label; 0/0 is 0.

    A name is counted at its B; I after O begins none, but may end as the gold's does.
    """
    del scheme
    check_lengths(gold, pred)
    sides = [[_by_end(tags) for tags in side] for side in (gold, pred)]
    there, said = (Counter(label for tags in side for kind, label in tags if kind in "BS") for side in sides)
    found = {kind: Counter[str]() for kind in KINDS}
    for one, other in zip(*sides, strict=True):
        for kind, label in _hits(one, other):
            found[kind][label] += 1
    rows = {kind or "micro": ratios(found[kind].total(), said.total(), there.total()) for kind in KINDS}
    for kind in KINDS:
        for label in sorted({*there, *said}):
            rows[f"{kind} {label}".strip()] = ratios(found[kind][label], said[label], there[label])
    return rows


def _by_end(tags: Sequence[str]) -> list[Tag]:
    """Give prefix and label, S for a B and E for an I before what is no I."""
    ends = [not after.startswith("I") for _, after in pairwise([*tags, "O"])]
    last = {"B": "S", "I": "E"}
    split = [tag.partition("-") for tag in tags]
    return [(last.get(kind, kind) if end else kind, label) for (kind, _, label), end in zip(split, ends, strict=True)]


def _hits(gold: list[Tag], pred: list[Tag]) -> Iterator[Tag]:
    """Give, with their labels, the whole names (""), left and right borders that both have."""
    going = False
    for one, other in zip(gold, pred, strict=True):
        kinds = one[0] + other[0]
        if one[1] == other[1]:
            whole = kinds == "SS" or (kinds == "EE" and going)
            borders = [("", whole), ("left", set(kinds) <= set("BS")), ("right", set(kinds) <= set("ES"))]
            yield from ((kind, one[1]) for kind, hit in borders if hit)
            going = going or kinds == "BB"
        going = going and one == other and one[0] in "BI"
