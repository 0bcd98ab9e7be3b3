"""A measure as data: its name, the layer it looks at, how it counts, and where it is defined.

The table of all measures is here; each layer's counting has a file of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from typing import Any

from goldwire.errors import InputError
from goldwire.eval.columns import Columns
from goldwire.eval.counts import AVERAGES, Array, Counts

MODULES = (
    "layers.mentions",
    "layers.overlap",
    "layers.relations",
    "layers.facts",
    "layers.coreference",
    "layers.links",
)
DEFAULT = (
    "mentions/strict",
    "mentions/exact",
    "mentions/partial",
    "mentions/type",
    "relations/strict",
    "relations/boundaries",
    "coreference/muc",
    "coreference/b3",
    "coreference/ceaf-e",
    "coreference/lea",
    "coreference/mentions",
    "coreference/conll",
    "links/strong",
    "links/linked",
    "links/nil",
    "links/inkb",
    "links/given-mention",
)
ANSWERED = ("relations/entity", "relations/within-sentences", "relations/across-sentences", "relations/evidence")
IGNORING = "relations/entity-ign"
NEEDS = {"coreference": "entities"}  # the layer of the documents that a layer of measures looks at, if not its own


@dataclass(frozen=True, slots=True)
class Measure:
    """A rule of matching: `name` is layer/rule (mentions/strict); `count` gives counts a document and label.

    A measure that is not additive counts the corpus as a whole, in one row: its counts cannot be merged or resampled.
    `figures` gives precision, recall and F1 of totals [..., labels, COLUMNS] where they are not the micro average.
    """

    name: str
    layer: str
    count: Callable[[Columns], Counts]
    rule: str
    source: str = ""
    additive: bool = True
    unit: str = ""
    figures: Callable[[Array], Array] | None = None

    @property
    def averages(self) -> Mapping[str, Callable[[Array], Array]]:
        """Give the reductions of this measure's counts by name; the first is the measure's own figure."""
        return {"mean": self.figures} if self.figures else AVERAGES


@cache
def measures() -> dict[str, Measure]:
    """Give all measures by name: those of every layer's module, in the order of the layers."""
    return {measure.name: measure for module in _modules() for measure in module.MEASURES}


@cache
def _families() -> list[Callable[[str], Measure | None]]:
    """Give what makes a measure of a name beyond the table: the `family` of each layer's module that has one."""
    return [module.family for module in _modules() if hasattr(module, "family")]


def _modules() -> list[Any]:
    return [import_module(f"goldwire.eval.{name}") for name in MODULES]


def by_name(name: str) -> Measure:
    """Give a measure by its name: one of the table, or one of a family of like ones (mentions/iou-60).

    Raises:
        InputError: there is none; the error names the nearest, and how all are listed.
    """
    table = measures()
    if name not in table:
        for family in _families():
            if found := family(name):
                return found
        near = ", ".join(get_close_matches(name, table, 5, 0.4) or DEFAULT)
        mend = f"known are {near} and others: goldwire score --list names all"
        raise InputError("measure", f"unknown measure {name!r}", mend)
    return table[name]


def named(patterns: Sequence[str]) -> list[str]:
    """Give the names of measures that names and patterns (coreference/*) stand for, each once, in their order.

    What stands behind a pattern's last star may be options that no name of the table has: coreference/*-first.

    Raises:
        InputError: a name is unknown, or a pattern fits none.
    """
    fitting = (_fitting(pattern) or _with_options(pattern) or [by_name(pattern).name] for pattern in patterns)
    return list(dict.fromkeys(name for names in fitting for name in names))


def _fitting(pattern: str) -> list[str]:
    return [name for name in measures() if fnmatchcase(name, pattern)]


def _with_options(pattern: str) -> list[str]:
    """Give the names of families that a pattern with options at its end stands for, if there are such."""
    before, star, options = pattern.rpartition("*")
    names = [name + options for name in _fitting(before + star)] if star and options else []
    return [name for name in names if any(family(name) for family in _families())]
