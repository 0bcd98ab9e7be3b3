"""WebAnno TSV's header and cells: layers with their columns, escapes, stacked values and their numbers.

Rows are read in webanno and written in webanno_writing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

SPAN, RELATION, CHAIN = "SP", "RL", "CH"
NAMED_ENTITY = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
COREFERENCE = "de.tudarmstadt.ukp.dkpro.core.api.coref.type.CoreferenceLink"
ANY = "uima.tcas.Annotation"
NO_VALUE, NOTHING = "*", "_"
LABEL_FEATURES = ("value", "entity", "label", "type", "PosValue", "DependencyType", "referenceType")
LINK_FEATURES = ("identifier", "identity")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t"}
_SPECIAL = re.compile(r"[\\\[\]|_*;\t\n\r]|->")
_WRITTEN = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "->": "\\->"}
_NUMBER = re.compile(r"(?<!\\)\[(\d+)\]\Z")
_HEADER = re.compile(r"#T_(?P<kind>SP|RL|CH)=(?P<rest>.*)\Z")


class Layer(NamedTuple):
    """A layer: its kind, type name, and what each of its columns holds; `number` tells layers of one name apart."""

    kind: str
    name: str
    columns: tuple[str, ...]
    first: int
    number: int

    @property
    def features(self) -> tuple[tuple[int, str], ...]:
        """Give the plain features with their columns, counted from the first of the layer."""
        plain = []
        for index, column in enumerate(self.columns):
            slot = column.startswith("ROLE_") or (index and self.columns[index - 1].startswith("ROLE_"))
            if column and not slot and not column.startswith("BT_"):
                plain.append((index, column))
        return tuple(plain)

    @property
    def slots(self) -> tuple[tuple[int, str, str], ...]:
        """Give the slot features: the role's column, the feature's name and the type that fills it."""
        found = ((i, c) for i, c in enumerate(self.columns) if c.startswith("ROLE_"))
        return tuple((i, c.partition(":")[2].split("_")[0], self.columns[i + 1]) for i, c in found)

    @property
    def base(self) -> str:
        """Give the type that a relation layer joins."""
        return next((column[3:] for column in self.columns if column.startswith("BT_")), "")

    @property
    def label(self) -> str:
        """Give the feature that is the label: a usual name, else the first one."""
        names = [name for _, name in self.features]
        return next((name for name in LABEL_FEATURES if name in names), names[0] if names else "")


def read_header(lines: Iterable[str]) -> list[Layer]:
    """Give the layers of header lines, their columns counted after the token's three."""
    layers: list[Layer] = []
    first = 3
    for line in lines:
        found = _HEADER.match(line)
        if found:
            name, *columns = found["rest"].split("|")
            layers.append(Layer(found["kind"], name, tuple(columns), first, len(layers)))
            first += len(columns)
    return layers


def header_line(kind: str, name: str, columns: Iterable[str]) -> str:
    """Give the header line of a layer."""
    return f"#T_{kind}={'|'.join([name, *columns])}"


def split(cell: str, sign: str) -> list[str]:
    """Split a cell at a sign that no backslash stands before."""
    if "\\" not in cell:
        return cell.split(sign)
    parts, at, start = [], 0, 0
    while at < len(cell):
        if cell[at] == "\\":
            at += 2
            continue
        if cell[at] == sign:
            parts.append(cell[start:at])
            start = at + 1
        at += 1
    return [*parts, cell[start:]]


def numbered(value: str) -> tuple[str, str]:
    """Give a value without the number in brackets at its end, and that number, "" where there is none."""
    found = _NUMBER.search(value)
    return (value[: found.start()], found[1]) if found else (value, "")


def unescape(value: str) -> str:
    """Give what an escaped value says."""
    return _ESCAPED.sub(lambda found: _PLAIN.get(found[1], found[1]), value)


def escape(value: str) -> str:
    """Escape a value for a cell."""
    return _SPECIAL.sub(lambda found: _WRITTEN.get(found[0], f"\\{found[0]}"), value)


def value_of(cell: str) -> str | None:
    """Give a feature's value, None where it has none."""
    return None if cell in (NO_VALUE, NOTHING, "") else unescape(cell)


def cell_of(value: str | None) -> str:
    """Give the cell of a feature's value."""
    return NO_VALUE if value is None or value == "" else escape(value)
