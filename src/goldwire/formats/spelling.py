"""How sources spell tags: B-PER, B_PER, b-per, PER-B, a bare B, a bare PER; and what they write for outside.

Here a spelling is seen and made plain (B-PER, O); what plain tags mean is in goldwire.tags.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from goldwire.tags import OUTSIDE, UNTYPED

TAG = re.compile(r"(?:O|[BIEMSLU]-\S.*)\Z")
NOTHING = ("o", "_", "-", "-X-", "")
_LABEL = re.compile(r"[^\W\d_][\w./&+-]*\Z")
_WRITTEN = {
    "PREFIX_LABEL": re.compile(r"(?P<prefix>[BIEMSLU])_(?P<label>\S+)\Z"),
    "prefix-label": re.compile(r"(?P<prefix>[biemslu])[-_](?P<label>\S+)\Z"),
    "LABEL-PREFIX": re.compile(r"(?P<label>\S*[^\W\d_]\S*?)[-_](?P<prefix>[BIEMSLU])\Z"),
    "PREFIX": re.compile(r"(?P<prefix>[BIEMSLU])(?P<label>)\Z"),
}


class Spelling(NamedTuple):
    """A way to write tags: its name, how a tag becomes plain (itself where it is none), and the bare labels, if any."""

    name: str
    plain: Callable[[str], str]
    labels: frozenset[str] = frozenset()

    def fits(self, tag: str) -> bool:
        """Say whether a value is a tag so written."""
        return bool(TAG.match(self.plain(tag))) or tag in self.labels


PLAIN = Spelling("PREFIX-LABEL", str)


def spelling_of(values: Sequence[str]) -> Spelling | None:
    """Give how a column writes its tags; None where under 95 % of its values are tags in any one spelling."""
    kinds = set(values)
    if _share(values, TAG.match) > 0.95:
        return PLAIN
    if any(map(TAG.match, kinds - {OUTSIDE})) and (found := _outside(PLAIN, values)):
        return found
    for name, pattern in _WRITTEN.items():
        spelling = Spelling(name, _reader(pattern))
        if any(map(pattern.match, kinds)) and (name != "PREFIX" or OUTSIDE in kinds):
            fitting = _share(values, spelling.fits) > 0.95
            if found := spelling if fitting else _outside(spelling, values):
                return found
    return None


def bare_spelling(values: Sequence[str]) -> Spelling | None:
    """Give the spelling of a column of bare labels (PER, O): a quarter O or 0, the others few and like labels."""
    outside = OUTSIDE if OUTSIDE in values else "0"
    labels = set(values) - {outside}
    few = len(labels) <= max(10, len(values) // 20)
    if not (labels and few and values.count(outside) * 4 >= len(values) and all(map(_LABEL.match, labels))):
        return None
    if outside == OUTSIDE:
        return Spelling("LABEL", str, frozenset(labels))
    return Spelling(f"LABEL, outside {outside!r}", _outside_reader(str, {outside}), frozenset(labels))


def _outside(spelling: Spelling, values: Sequence[str]) -> Spelling | None:
    """Give a spelling that also writes O otherwise, if the values bear it out.

    Where there is no O, the value that is no tag is outside, if a quarter of the tokens have it.
    """
    used = set(values) & set(NOTHING)
    if OUTSIDE not in values and not used:
        ((other, count),) = Counter(value for value in values if not spelling.fits(value)).most_common(1) or [("", 0)]
        used = {other} if 4 * count >= len(values) else set()
    if not used:
        return None
    plain = _outside_reader(spelling.plain, {*NOTHING, *used})
    wider = Spelling(f"{spelling.name}, outside {' '.join(map(repr, sorted(used)))}", plain)
    return wider if _share(values, wider.fits) > 0.95 else None


def _outside_reader(plain: Callable[[str], str], nothing: Collection[str]) -> Callable[[str], str]:
    def read(tag: str) -> str:
        return OUTSIDE if tag in nothing else plain(tag)

    return read


def _reader(pattern: re.Pattern[str]) -> Callable[[str], str]:
    def read(tag: str) -> str:
        found = pattern.match(tag)
        return f"{found['prefix'].upper()}-{found['label'] or UNTYPED}" if found else tag

    return read


def _share(values: Collection[str], fits: Callable[[str], object]) -> float:
    return sum(1 for value in values if fits(value)) / len(values) if values else 0.0


def piled(tags: Iterable[str]) -> bool:
    """Say whether any cell holds several tags, parted by bars: I-ORG|B-LOC."""
    return any("|" in tag and all(map(TAG.match, tag.split("|"))) for tag in tags)


def unpiled(tags: Sequence[str]) -> list[list[str]]:
    """Give the layers of cells that hold several tags: a piece that goes on stands in the layer of its mention."""
    layers: list[list[str]] = []
    for index, cell in enumerate(tags):
        row: dict[int, str] = {}
        pieces = [piece for piece in cell.split("|") if piece != OUTSIDE]
        for piece in sorted(pieces, key=lambda piece: not any(_goes_on(layer[-1], piece) for layer in layers)):
            free = [place for place in range(len(layers)) if place not in row]
            going = [place for place in free if _goes_on(layers[place][-1], piece)]
            row[next(iter([*going, *free]), max([len(layers), *(place + 1 for place in row)]))] = piece
        layers += [[OUTSIDE] * index for _ in range(len(layers), max(row, default=-1) + 1)]
        for place, layer in enumerate(layers):
            layer.append(row.get(place, OUTSIDE))
    return layers or [[OUTSIDE] * len(tags)]


def _goes_on(before: str, tag: str) -> bool:
    return tag[0] in "IMEL" and before[0] in "BIM" and before[2:] == tag[2:]
