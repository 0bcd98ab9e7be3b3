"""A measure as data: its name, the layer it looks at, how it counts, and where it is defined.

The table of all measures is here; each layer's counting has a file of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from goldwire.eval.columns import Columns
from goldwire.eval.counts import Counts


@dataclass(frozen=True, slots=True)
class Measure:
    """A rule of matching: `name` is layer/rule (mentions/strict); `count` gives counts a document and label."""

    name: str
    layer: str
    count: Callable[[Columns], Counts]
    rule: str
    source: str = ""
