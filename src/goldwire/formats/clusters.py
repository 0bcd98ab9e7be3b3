"""Clusters of mentions: brackets on tokens, "(1-person" ... "1)", as CoNLL-2012, CorefUD and GUM share; sets joined.

What stands inside a bracket belongs to the formats.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

_BRACKET = re.compile(r"\((?P<open>[^()|]+)(?P<single>\))?|(?P<close>[^()|]+)\)")


class Bracket(NamedTuple):
    """A bracketed stretch: what stands in it, and its first and last token, both included."""

    content: str
    first: int
    last: int


def brackets(cells: Iterable[str], report: Callable[[int, str], None], key: int | None = None) -> Iterator[Bracket]:
    """Give the bracketed stretches of a column of cells, in the order in which they close.

    key: None where a closing bracket repeats all that the opening one says; else the number of leading fields, parted
    by hyphens, that it repeats. The last one opened is closed first. report: told the cell of each bracket that closes
    nothing, or is never closed, and what is wrong with it.
    """
    opened: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for index, cell in enumerate(cells):
        for found in _BRACKET.finditer(cell):
            content = found["open"] or found["close"]
            name = content if key is None or found["close"] else "-".join(content.split("-")[:key])
            if found["single"]:
                yield Bracket(content, index, index)
            elif found["open"]:
                opened[name].append((content, index))
            elif opened[name]:
                said, first = opened[name].pop()
                yield Bracket(said, first, index)
            else:
                report(index, f"{content}) closes nothing")
    left = [bracket for found in opened.values() for bracket in found]
    for content, index in sorted(left, key=lambda bracket: bracket[1]):
        report(index, f"({content} is never closed")


def joined(clusters: Iterable[list[str]]) -> list[list[str]]:
    """Give the sets that overlapping clusters make, in the order of their first member."""
    owner: dict[str, list[str]] = {}
    for cluster in clusters:
        joined = list(dict.fromkeys(name for member in cluster for name in owner.get(member, [member])))
        for name in joined:
            owner[name] = joined
    return list({id(group): group for group in owner.values()}.values())
