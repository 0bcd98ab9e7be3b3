"""Writing WebAnno TSV 3.3: a file a document, with the header it was read with, or one made for its annotations.

How layers become mentions, relations and entities is said in webanno.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from goldwire.document import Document, Entity, Mention, Relation, Span, canonical
from goldwire.errors import InputError
from goldwire.formats.base import Options
from goldwire.formats.files import write_text
from goldwire.formats.layout import Grid, grid
from goldwire.formats.settling import from_code_points
from goldwire.formats.webanno_layers import (
    ANY,
    CHAIN,
    COREFERENCE,
    LINK_FEATURES,
    NAMED_ENTITY,
    NO_VALUE,
    NOTHING,
    RELATION,
    SPAN,
    Layer,
    cell_of,
    escape,
    header_line,
    read_header,
)
from goldwire.tags import UNTYPED

HEADER = "webanno"
_DEFAULT_RELATION = "webanno.custom.Relation"
_PARTING, _PIECE = re.compile(r"[\t\r\n]"), re.compile(r"[^\t\r\n]+")
_LINE_BREAKS = str.maketrans({"\t": "\\t", "\r": "\\r", "\\": "\\\\"})


class _Unit(NamedTuple):
    name: str
    start: int
    end: int


def write(documents: Iterable[Document], path: Path, options: Options) -> None:
    """Write documents into a folder, a .tsv each; a path ending in .tsv takes exactly one document."""
    if path.suffix == ".tsv":
        found = list(documents)
        if len(found) != 1:
            raise InputError(path, f"a .tsv file holds one document, not {len(found)}", "name a folder")
        write_text(path, _File(canonical(found[0]), options).text())
        return
    path.mkdir(parents=True, exist_ok=True)
    for document in documents:
        name = quote(document.id, safe=" ()[],;=@+~!'&")
        write_text(path / f"{name}.tsv", _File(canonical(document), options).text())


@dataclass(slots=True)
class _File:
    """The file of one document. cells: what each unit holds in each column; numbers: those given to mentions."""

    document: Document
    options: Options
    grid: Grid = field(init=False)
    header: list[str] = field(init=False)
    layers: list[Layer] = field(init=False)
    units: dict[str, list[_Unit]] = field(init=False)
    rows: list[list[_Unit]] = field(init=False)
    numbers: dict[str, int] = field(default_factory=dict)
    cells: dict[tuple[str, int], list[str]] = field(default_factory=lambda: defaultdict(list))
    layer_of: dict[str, Layer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Lay the document out on its tokens and give it its layers."""
        self.document = _of_one_line(self.document, self.options)
        self.grid = grid(self.document, self.options.notes)
        told = self.document.metadata.get(HEADER)
        self.header = told.split("\n") if told else list(_made_header(self.document))
        self.layers = read_header(self.header)
        self.rows, self.units = _covering(self.grid, self.document)
        for mention in self.document.mentions:
            if (units := self.units.get(mention.id)) and (units[0].start, units[-1].end) != (
                mention.start,
                mention.end,
            ):
                what = "mentions whose ends no token covers, written without them"
                self.options.notes.lose(what, f"{self.document.id}: {mention.id}")

    def text(self) -> str:
        """Give the file."""
        self._give_numbers()
        for mention in self.document.mentions:
            self._span(mention)
        for relation in self.document.relations:
            self._relation(relation)
        for entity in self.document.entities:
            self._chain(entity)
        comments = [f"#{k}={v}" for k, v in self.document.metadata.items() if k != HEADER and "\n" not in v]
        lost = len(self.document.metadata) - len(comments) - (HEADER in self.document.metadata)
        if lost:
            self.options.notes.lose("metadata of several lines that webanno cannot hold", self.document.id, lost)
        return "\n".join(["#FORMAT=WebAnno TSV 3.3", *self.header, *comments, "", *self._lines()]) + "\n"

    def _lines(self) -> Iterator[str]:
        offsets = from_code_points(self.document.text, "utf16")
        width = self.layers[-1].first + len(self.layers[-1].columns) if self.layers else 3
        for row, units in zip(self.grid.rows, self.rows, strict=True):
            rest = self.document.text[row[-1].end :]
            last = row[-1].end if rest.strip() or "\n" in rest else len(self.document.text)
            text = self.document.text[row[0].start : last].translate(_LINE_BREAKS)
            yield ""
            yield from (f"#Text={line}" for line in text.split("\n"))
            for unit in units:
                told = [self.cells.get((unit.name, column)) for column in range(3, width)]
                place = f"{offsets[unit.start]}-{offsets[unit.end]}"
                surface = self.document.text[unit.start : unit.end]
                yield "\t".join([unit.name, place, surface, *("|".join(c) if c else NOTHING for c in told), ""])

    def _give_numbers(self) -> None:
        """Give numbers to mentions of several units, and those that share a unit with another of their layer."""
        shared: dict[tuple[int, str], list[str]] = defaultdict(list)
        for mention in self.document.mentions:
            layer = self._layer(mention)
            if layer is None or not self.units.get(mention.id):
                self._lose(mention, layer)
                continue
            self.layer_of[mention.id] = layer
            for unit in self.units[mention.id]:
                shared[layer.number, unit.name].append(mention.id)
        crowded = {name for names in shared.values() if len(names) > 1 for name in names}
        for mention in self.document.mentions:
            if mention.id in self.layer_of and (mention.id in crowded or len(self.units[mention.id]) > 1):
                self.numbers[mention.id] = len(self.numbers) + 1

    def _layer(self, mention: Mention) -> Layer | None:
        name = mention.attributes.get("layer", NAMED_ENTITY)
        return next((layer for layer in self.layers if layer.name == name and layer.kind != RELATION), None)

    def _lose(self, mention: Mention, layer: Layer | None) -> None:
        if mention.fragments:
            return
        token = mention.attributes.get("layer", "").endswith(".Token")
        if layer is None and token:
            return
        why = "they lie on no token" if layer else "their layer is not in the header"
        self.options.notes.lose(f"mentions left out: {why}", f"{self.document.id}: {mention.id}")

    def _span(self, mention: Mention) -> None:
        layer = self.layer_of.get(mention.id)
        if layer is None or layer.kind != SPAN:
            return
        number = f"[{self.numbers[mention.id]}]" if mention.id in self.numbers else ""
        values = self._features(mention, layer)
        slots = {at for at, _, _ in layer.slots}
        for unit in self.units[mention.id]:
            for at in range(len(layer.columns)):
                if at - 1 in slots:
                    continue
                value = self._roles(mention, layer, at) if at in slots else cell_of(values.get(layer.columns[at]))
                self.cells[unit.name, layer.first + at].append(f"{value}{number}")
            for at, feature, _ in layer.slots:
                self.cells[unit.name, layer.first + at + 1].append(self._fillers(mention, feature))

    def _features(self, mention: Mention, layer: Layer) -> dict[str, str]:
        values = dict(mention.attributes)
        if mention.label != UNTYPED and layer.label:
            values[layer.label] = mention.label
        if mention.level:
            values["level"] = mention.level
        entity = self.document.entity_of().get(mention.id)
        if entity and (entity.link or entity.wikidata):
            names = [name for _, name in layer.features if name in LINK_FEATURES]
            target = entity.link or f"http://www.wikidata.org/entity/{entity.wikidata}"
            values = {**dict.fromkeys(names, target), **values}
        return values

    def _slotted(self, mention: Mention, feature: str) -> list[Relation]:
        found = (r for r in self.document.relations if r.head == mention.id and r.attributes.get("slot") == feature)
        return [r for r in found if self.units.get(r.tail)]

    def _roles(self, mention: Mention, layer: Layer, at: int) -> str:
        feature = next(name for column, name, _ in layer.slots if column == at)
        roles = [NO_VALUE if r.label == UNTYPED else escape(r.label) for r in self._slotted(mention, feature)]
        return ";".join(roles) or NOTHING

    def _fillers(self, mention: Mention, feature: str) -> str:
        ends = (self._address(r.tail, str(self.numbers.get(r.tail, ""))) for r in self._slotted(mention, feature))
        return ";".join(ends) or NO_VALUE

    def _address(self, name: str, number: str) -> str:
        return self.units[name][0].name + (f"[{number}]" if number else "")

    def _relation(self, relation: Relation) -> None:
        if "slot" in relation.attributes:
            self._lose_slot(relation)
            return
        told = relation.attributes.get("layer", _DEFAULT_RELATION)
        base = self._base(relation.tail)
        fitting = [layer for layer in self.layers if layer.kind == RELATION and layer.name == told]
        layer = next((found for found in fitting if found.base == base), next(iter(fitting), None))
        if layer is None or not self.units.get(relation.head) or not self.units.get(relation.tail):
            self.options.notes.lose("relations left out with a mention", f"{self.document.id}: {relation.id}")
            return
        head, tail = self.numbers.get(relation.head, 0), self.numbers.get(relation.tail, 0)
        end = self._address(relation.head, f"{head}_{tail}" if head or tail else "")
        values = {**relation.attributes, **({layer.label: relation.label} if relation.label != UNTYPED else {})}
        row = self.units[relation.tail][0].name
        for at, column in enumerate(layer.columns):
            value = end if column.startswith("BT_") else cell_of(values.get(column))
            self.cells[row, layer.first + at].append(value)

    def _lose_slot(self, relation: Relation) -> None:
        """Count a relation that stands in no slot of its head's row."""
        layer = self.layer_of.get(relation.head)
        slots = {feature for _, feature, _ in layer.slots} if layer else set()
        if relation.attributes["slot"] not in slots or not self.units.get(relation.tail):
            what = "relations in slots left out, with a mention or for want of their column"
            self.options.notes.lose(what, f"{self.document.id}: {relation.id}")

    def _base(self, name: str) -> str:
        return self.document.by_id()[name].attributes.get("layer", NAMED_ENTITY)

    def _chained_place(self, mention: Mention, layer: Layer) -> tuple[tuple[_Unit, ...], str]:
        """Give what a link of a chain says of its mention: its units, and its label if the chain's layer is its own."""
        own = mention.attributes.get("layer") == layer.name
        return tuple(self.units.get(mention.id, ())), mention.label if own else ""

    def _chain(self, entity: Entity) -> None:
        if others := sorted(set(entity.attributes) - {"layer"}):
            what = "attributes of entities that webanno cannot hold"
            self.options.notes.lose(what, f"{self.document.id}: {entity.id} {others[0]}", len(others))
        if entity.link and entity.wikidata:
            self.options.notes.lose("Wikidata items beside a link, which webanno cannot hold", self.document.id)
        chains = [layer for layer in self.layers if layer.kind == CHAIN]
        told = entity.attributes.get("layer")
        layer = next((found for found in chains if told in (None, found.name)), None)
        if layer is None:
            linked = any(key in self.document.by_id()[n].attributes for n in entity.mentions for key in LINK_FEATURES)
            if not linked:
                self.options.notes.lose("entities left out: no layer of chains", f"{self.document.id}: {entity.id}")
            return
        mentions = self.document.by_id()
        members = [mentions[name] for name in entity.mentions if self.units.get(name)]
        place = {m.id: self._chained_place(m, layer) for m in self.document.mentions}
        first = {place[m.id]: m for m in reversed(self.document.mentions)}
        once = {place[m.id][0]: m for m in reversed(members)}
        if repeated := sum(first[place[m.id]] is not m or once[place[m.id][0]] is not m for m in members):
            self.options.notes.lose("repeated mentions of an entity, which webanno cannot hold", entity.id, repeated)
        chain = len([key for key in self.numbers if key.startswith("#")]) + 1
        self.numbers[f"#{entity.id}"] = chain
        for link, mention in enumerate(members, start=1):
            own = mention.attributes.get("layer") == layer.name
            kind = escape(mention.label) if own and mention.label != UNTYPED else NO_VALUE
            relation = cell_of(mention.attributes.get("referenceRelation")) if own else NO_VALUE
            values = {"referenceType": f"{kind}[{chain}]", "referenceRelation": f"{relation}->{chain}-{link}"}
            for unit in self.units[mention.id]:
                for at, column in layer.features:
                    self.cells[unit.name, layer.first + at].append(values.get(column, NO_VALUE))


def _slots_of(document: Document) -> dict[str, set[str]]:
    """Give the names of the slots that mentions of each layer have, as relations from them say."""
    layers = {m.id: m.attributes.get("layer", NAMED_ENTITY) for m in document.mentions}
    found: dict[str, set[str]] = {}
    for relation in document.relations:
        if slot := relation.attributes.get("slot"):
            found.setdefault(layers.get(relation.head, NAMED_ENTITY), set()).add(slot)
    return found


def _made_header(document: Document) -> Iterator[str]:
    """Give the header lines for a document that was not read from WebAnno."""
    spans: dict[str, set[str]] = {}
    for mention in document.mentions:
        layer = mention.attributes.get("layer", NAMED_ENTITY)
        found = spans.setdefault(layer, {"identifier"} if layer == NAMED_ENTITY else set())
        found |= {key for key in mention.attributes if key != "layer"} | ({"level"} if mention.level else set())
    slots = _slots_of(document)
    for layer, features in spans.items():
        links = [column for slot in slots.get(layer, ()) for column in (f"ROLE_{layer}:{slot}_{layer}{slot}Link", ANY)]
        yield header_line(SPAN, layer, [*sorted(features - {"value"} - slots.get(layer, set())), "value", *links])
    relations: dict[tuple[str, str], set[str]] = {}
    layers = {m.id: m.attributes.get("layer", NAMED_ENTITY) for m in document.mentions}
    for relation in (
        r for r in document.relations if r.attributes.get("slot") not in slots.get(layers.get(r.head, ""), ())
    ):
        key = (relation.attributes.get("layer", _DEFAULT_RELATION), layers.get(relation.tail, NAMED_ENTITY))
        relations.setdefault(key, set()).update(key for key in relation.attributes if key not in ("layer", "label"))
    for (layer, base), features in relations.items():
        yield header_line(RELATION, layer, ["label", *sorted(features), f"BT_{base}"])
    if document.entities:
        yield header_line(CHAIN, COREFERENCE, ["referenceType", "referenceRelation"])


def _of_one_line(document: Document, options: Options) -> Document:
    """Give a document whose tokens have no tabs and line breaks, which part WebAnno's cells and lines."""
    broken = [token for token in document.tokens if _PARTING.search(document.text, *token)]
    if not broken:
        return document
    options.notes.add("tokens with tabs or line breaks, parted there", document.id, len(broken))
    pieces = (found.span() for token in document.tokens for found in _PIECE.finditer(document.text, *token))
    return replace(document, tokens=tuple(Span(*piece) for piece in pieces))


def _covering(found: Grid, document: Document) -> tuple[list[list[_Unit]], dict[str, list[_Unit]]]:
    """Give the units of each sentence (tokens, and parts of tokens that a mention needs) and those of each mention."""
    contiguous = [mention for mention in document.mentions if not mention.fragments]
    rows: list[list[_Unit]] = []
    units: dict[str, list[_Unit]] = {mention.id: [] for mention in contiguous}
    for number, row in enumerate(found.rows, start=1):
        here = [m for m in contiguous if m.start < row[-1].end and m.end > row[0].start]
        rows.append([])
        for index, token in enumerate(row, start=1):
            touching = [m for m in here if m.start < token.end and m.end > token.start]
            parts = sorted({(max(m.start, token.start), min(m.end, token.end)) for m in touching} - {tuple(token)})
            name = f"{number}-{index}"
            made = {tuple(token): _Unit(name, *token)}
            made |= {part: _Unit(f"{name}.{k}", *part) for k, part in enumerate(parts, start=1)}
            rows[-1].extend(made.values())
            for mention in touching:
                units[mention.id].append(made[max(mention.start, token.start), min(mention.end, token.end)])
    return rows, units
