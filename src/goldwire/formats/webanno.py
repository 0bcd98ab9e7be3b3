"""WebAnno and INCEpTION TSV 3.x: layers of spans, slots, relations and chains over numbered tokens.

A span is a mention whose label is its layer's main feature; other features and the layer's name are attributes.
Slots are relations, chains are entities. Offsets count UTF-16 units. Writing is in webanno_writing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from goldwire.document import Document, Entity, Mention, Relation, Span
from goldwire.errors import InputError
from goldwire.formats.base import (
    ATTRIBUTES,
    CROSSING,
    ENDS,
    ENTITIES,
    LEVELS,
    LINKS,
    METADATA,
    NESTED,
    RELATIONS,
    SENTENCES,
    TOKENS,
    Format,
    Options,
    Setting,
)
from goldwire.formats.columns import found_files, holds_files, is_blank, text_lines
from goldwire.formats.settling import from_code_points, settled, to_code_points
from goldwire.formats.webanno_layers import (
    ANY,
    CHAIN,
    LINK_FEATURES,
    NOTHING,
    RELATION,
    SPAN,
    Layer,
    numbered,
    read_header,
    split,
    value_of,
)
from goldwire.formats.webanno_writing import HEADER, write
from goldwire.tags import UNTYPED

SUFFIXES = (".tsv",)
_GRAMMAR = (".lexmorph.", ".syntax.", ".segmentation.")
_WIKIDATA = re.compile(r"(?:.*/)?(Q\d+)\Z")
_ENDS = re.compile(r"(?P<unit>[\d.-]+)(?:\[(?P<source>\d+)(?:_(?P<target>\d+))?\])?\Z")


class _Unit(NamedTuple):
    name: str
    start: int
    end: int
    surface: str
    cells: tuple[str, ...]
    line: int


@dataclass(slots=True)
class _Sentence:
    text: list[str] = field(default_factory=list)
    units: list[_Unit] = field(default_factory=list)


@dataclass(slots=True)
class _Found:
    """An annotation of a span layer or chain: its layer, features, and the stretch of its units."""

    layer: Layer
    start: int
    end: int
    features: dict[str, str] = field(default_factory=dict)
    name: str = ""


@dataclass(slots=True)
class _Draft:
    """A document in the making; annotations by (layer, number or unit), and by where their units are."""

    where: str
    options: Options
    units: dict[str, _Unit] = field(default_factory=dict)
    found: dict[tuple[int, str], _Found] = field(default_factory=dict)
    at: dict[tuple[str, str], list[_Found]] = field(default_factory=lambda: defaultdict(list))
    chains: dict[tuple[int, str], dict[int, _Found]] = field(default_factory=lambda: defaultdict(dict))
    relations: list[Relation] = field(default_factory=list)


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read a document from each file; its id is the file's path in the folder read, without suffix.

    Of a folder the .tsv files are read, where there are any.

    Layers of grammar (POS, lemmas, dependencies ...) are counted and not read; the setting `layers=all` reads them,
    `layers=A,B` only those named. Annotations of no width have no place in a document; they are counted.
    """
    tsv = holds_files(path, recognise, SUFFIXES) if path.is_dir() else False
    files = found_files(path, recognise, options.notes, SUFFIXES if tsv else ())
    return settled(
        options.notes.sound(lambda file: _document(file.path, unquote(file.name), options), files), options, path
    )


def _document(path: Path, name: str, options: Options) -> Document:
    header, sentences, metadata = _parsed(path, options)
    layers = read_header(header)
    text, unit = _text(sentences, path)
    draft = _Draft(str(path), options)
    units = list(_converted((u for sentence in sentences for u in sentence.units), text, unit, draft))
    draft.units = {u.name: u for u in units}
    wanted = [layer for layer in layers if _wanted(layer, options.settings.get("layers", ""))]
    for layer in layers:
        if layer not in wanted:
            times = _count(units, layer)
            options.notes.add(f"annotations of {layer.name}, not read (--set layers=all)", str(path), times)
    for u in units:
        for layer in wanted:
            if layer.kind != RELATION:
                (_read_chain if layer.kind == CHAIN else _read_span)(draft, u, layer)
    mentions = list(_mentions(draft))
    _read_links(draft, units, wanted, mentions)
    tokens = tuple(Span(u.start, u.end) for u in units if "." not in u.name and u.start < u.end)
    entities = tuple(_entities(draft, mentions))
    spans = tuple(_sentence_span(sentence, draft) for sentence in sentences if sentence.units)
    metadata |= {HEADER: "\n".join(header)} if header else {}
    return Document(name, text, tuple(mentions), tuple(draft.relations), entities, tokens, spans, (), metadata)


def _sentence_span(sentence: _Sentence, draft: _Draft) -> Span:
    units = [draft.units[u.name] for u in sentence.units]
    return Span(units[0].start, max(u.end for u in units))


def _parsed(path: Path, options: Options) -> tuple[list[str], list[_Sentence], dict[str, str]]:
    header: list[str] = []
    sentences: list[_Sentence] = []
    metadata: dict[str, str] = {}
    for number, line in text_lines(path, options):
        if line.startswith("#T_"):
            header.append(line)
        elif line.startswith("#Text="):
            if not sentences or sentences[-1].units:
                sentences.append(_Sentence())
            sentences[-1].text.append(line.removeprefix("#Text="))
        elif line.startswith("#") and not re.match(r"\d+-\d+\t", line):
            key, sign, value = line[1:].partition("=")
            if sign and not sentences and key != "FORMAT":
                metadata[key] = value
            elif sign and key != "FORMAT":
                options.notes.add(f"comments {key}, not read", f"{path}:{number}")
        elif not is_blank(line):
            if not sentences:
                raise InputError(f"{path}:{number}", "a token before the first #Text line", "restore that line")
            sentences[-1].units.append(_unit(line, f"{path}:{number}", number))
    return header, sentences, metadata


def _unit(line: str, where: str, number: int) -> _Unit:
    cells = line.split("\t")
    ends = cells[1].split("-") if len(cells) > 2 else []
    if len(ends) != 2 or not all(end.isdigit() for end in ends):
        raise InputError(where, f"{line[:40]!r} is no token with offsets", "mend the line")
    return _Unit(cells[0], int(ends[0]), int(ends[1]), cells[2], tuple(cells), number)


def _text(sentences: list[_Sentence], path: Path) -> tuple[str, str]:
    """Give the text and the unit of its offsets: UTF-16 as the standard says, code points where only they fit."""
    for unit in ("utf16", "codepoints"):
        text = _laid(sentences, unit, path)
        convert = to_code_points(text, unit)
        tokens = [u for sentence in sentences for u in sentence.units]
        if all(text[convert(u.start) or 0 : convert(u.end) or 0] == u.surface for u in tokens):
            return text, unit
    return _laid(sentences, "utf16", path), "utf16"


def _laid(sentences: list[_Sentence], unit: str, path: Path) -> str:
    """Lay the sentences out at the offsets of their tokens; what lies between them was white space."""
    parts: list[str] = []
    at = 0
    for sentence in sentences:
        text = "\n".join(re.sub(r"\\([trn\\])", lambda m: _escape(m[1]), line) for line in sentence.text)
        start = sentence.units[0].start - (len(text) - len(text.lstrip())) if sentence.units else at
        if start < at:
            line = sentence.units[0].line
            raise InputError(f"{path}:{line}", "a sentence begins before the last one ends", "mend its offsets")
        gap = start - at
        parts += [("\n" + " " * (gap - 1) if at else " " * gap) if gap else "", text]
        at = start + from_code_points(text, unit)[-1]
    return "".join(parts)


def _escape(char: str) -> str:
    return {"t": "\t", "n": "\n", "r": "\r"}.get(char, char)


def _converted(units: Iterable[_Unit], text: str, unit: str, draft: _Draft) -> Iterator[_Unit]:
    convert = to_code_points(text, unit)
    for u in units:
        start, end = convert(u.start), convert(u.end)
        where = f"{draft.where}:{u.line}"
        if start is None or end is None or text[start:end] != u.surface:
            told = text[start:end] if start is not None and end is not None else "nothing"
            draft.options.notes.reject(where, f"token {u.name} is {u.surface!r}, but the text has {told!r}")
        yield u._replace(start=start or 0, end=end or 0)


def _wanted(layer: Layer, asked: str) -> bool:
    if asked == "all":
        return True
    if asked:
        return any(layer.name == name or layer.name.endswith(f".{name}") for name in asked.split(","))
    return not any(part in layer.name for part in _GRAMMAR)


def _cells(unit: _Unit, layer: Layer) -> list[str]:
    found = list(unit.cells[layer.first : layer.first + len(layer.columns)])
    return found + [NOTHING] * (len(layer.columns) - len(found))


def _stacked(cells: list[str]) -> list[list[str]]:
    """Give the values of each annotation stacked in a layer's cells."""
    if all(cell in (NOTHING, "") for cell in cells):
        return []
    columns = [split(cell, "|") for cell in cells]
    return [[column[min(i, len(column) - 1)] for column in columns] for i in range(max(map(len, columns)))]


def _count(units: Iterable[_Unit], layer: Layer) -> int:
    """Count the annotations of a layer; what bears one number over several tokens is one."""
    rows = [row for unit in units for row in _stacked(_cells(unit, layer))]
    numbers = [next((number for cell in row if (number := numbered(cell)[1])), "") for row in rows]
    told = set() if layer.kind == RELATION else set(numbers) - {""}
    return len(told) + (len(rows) if layer.kind == RELATION else numbers.count(""))


def _read_span(draft: _Draft, unit: _Unit, layer: Layer) -> None:
    slots = {at + 1 for at, _, _ in layer.slots}
    cells = _cells(unit, layer)
    for row in _stacked(cells):
        told = next((n for i, v in enumerate(row) if i not in slots and (n := numbered(v)[1])), "")
        key = (layer.number, f"#{told}" if told else unit.name)
        found = draft.found.setdefault(key, _Found(layer, unit.start, unit.end))
        found.start, found.end = min(found.start, unit.start), max(found.end, unit.end)
        for at, name in layer.features:
            value = value_of(numbered(row[at])[0])
            if value is not None:
                found.features.setdefault(name, value)
        draft.at[layer.name, unit.name].append(found)
        draft.at[f"#{told}", unit.name].append(found)


def _read_chain(draft: _Draft, unit: _Unit, layer: Layer) -> None:
    columns = {name: at for at, name in layer.features}
    cells = _cells(unit, layer)
    kinds = split(cells[columns["referenceType"]], "|")
    for index, told in enumerate(split(cells[columns["referenceRelation"]], "|")):
        relation, arrow, place = told.rpartition("->")
        chain, _, link = place.partition("-")
        if not arrow or not link.isdigit():
            continue
        found = draft.chains[layer.number, chain].setdefault(int(link), _Found(layer, unit.start, unit.end))
        found.start, found.end = min(found.start, unit.start), max(found.end, unit.end)
        kind = value_of(numbered(kinds[min(index, len(kinds) - 1)])[0])
        features = {"referenceType": kind, "referenceRelation": value_of(relation)}
        found.features |= {key: value for key, value in features.items() if value is not None}


def _mentions(draft: _Draft) -> Iterator[Mention]:
    count = 0
    at: dict[tuple[int, int], list[_Found]] = defaultdict(list)
    for found in draft.found.values():
        at[found.start, found.end].append(found)
    own = [link for chain in draft.chains.values() for link in chain.values()]
    for found in sorted([*draft.found.values(), *own], key=_order):
        same = at[found.start, found.end]
        if found.layer.kind == CHAIN and not found.features and len(same) == 1:
            found.name = same[0].name
        elif found.start >= found.end:
            draft.options.notes.add("annotations of no width, which have no place in a document", draft.where)
        else:
            count += 1
            found.name = f"m{count}"
            yield _mention(found)


def _order(found: _Found) -> tuple[bool, int, int, str]:
    """Sort as documents do, chains last: a chain without features takes the mention that lies where it lies."""
    return (found.layer.kind == CHAIN, found.start, -found.end, found.features.get(found.layer.label, UNTYPED))


def _mention(found: _Found) -> Mention:
    main = found.layer.label
    label = found.features.get(main, UNTYPED)
    attributes = {key: value for key, value in found.features.items() if key not in (main, "level")}
    level = found.features.get("level", "")
    return Mention(found.start, found.end, label, found.name, "", level, (), {"layer": found.layer.name, **attributes})


def _read_links(draft: _Draft, units: list[_Unit], layers: list[Layer], mentions: list[Mention]) -> None:
    for unit in units:
        for layer in layers:
            if layer.kind == RELATION:
                _read_relations(draft, unit, layer, mentions)
            elif layer.kind == SPAN and layer.slots:
                _read_slots(draft, unit, layer, mentions)


def _read_relations(draft: _Draft, unit: _Unit, layer: Layer, mentions: list[Mention]) -> None:
    cells = _cells(unit, layer)
    ends = split(cells[-1], "|")
    for index, told in enumerate(ends if cells[-1] not in (NOTHING, "") else []):
        found = _ENDS.match(told)
        if found is None:
            draft.options.notes.reject(f"{draft.where}:{unit.line}", f"{told!r} is no end of a relation")
            continue
        values = {name: _stacked_value(cells[at], index) for at, name in layer.features}
        head = _end(draft, layer.base, found["unit"], found["source"] or "", mentions)
        tail = _end(draft, layer.base, unit.name, found["target"] or "", mentions)
        _relate(draft, head, tail, layer, values)


def _stacked_value(cell: str, index: int) -> str | None:
    values = split(cell, "|")
    return value_of(numbered(values[min(index, len(values) - 1)])[0])


def _relate(draft: _Draft, head: str, tail: str, layer: Layer, values: Mapping[str, str | None]) -> None:
    if not head or not tail:
        draft.options.notes.add("relations to annotations of no width or not read, left out", draft.where)
        return
    if head == tail:
        draft.options.notes.add("relations of an annotation to itself, left out", draft.where)
        return
    label = values.get(layer.label) or UNTYPED
    others = {key: value for key, value in values.items() if value is not None and key != layer.label}
    draft.relations.append(Relation(head, tail, label, attributes={"layer": layer.name, **others}))


def _end(draft: _Draft, base: str, unit: str, number: str, mentions: list[Mention]) -> str:
    """Give the mention at the end of a relation or slot; a token without annotation becomes one where none is."""
    numbered_here = draft.at.get((f"#{number}", unit), []) if number not in ("", "0") else []
    found = [f for f in numbered_here if base in (f.layer.name, ANY)] or numbered_here
    found = found or ([] if base == ANY else draft.at.get((base, unit), []))
    if not found and base == ANY:
        found = [f for key, list_ in draft.at.items() if key[1] == unit and not key[0].startswith("#") for f in list_]
    if found:
        return found[0].name
    token = draft.units.get(unit)
    if token is None or token.start >= token.end:
        return ""
    draft.options.notes.add("tokens that a relation names, read as mentions", draft.where)
    name = f"m{len(mentions) + 1}"
    mentions.append(Mention(token.start, token.end, UNTYPED, name, attributes={"layer": base}))
    made = _Found(Layer(SPAN, base, (), 0, -1), token.start, token.end, name=name)
    draft.at[base, unit].append(made)
    return name


def _read_slots(draft: _Draft, unit: _Unit, layer: Layer, mentions: list[Mention]) -> None:
    for at, feature, kind in layer.slots:
        cells = _cells(unit, layer)
        targets = split(cells[at + 1], "|")
        for index, roles in enumerate(split(cells[at], "|") if cells[at] not in (NOTHING, "") else []):
            told, number = numbered(roles)
            host = draft.found.get((layer.number, f"#{number}" if number else unit.name))
            fillers = split(targets[min(index, len(targets) - 1)], ";")
            for role, filler in zip(split(told, ";"), fillers, strict=False):
                end = _ENDS.match(filler)
                if host is not None and host.start == unit.start and end is not None:  # not again at later tokens
                    tail = _end(draft, kind, end["unit"], end["source"] or "", mentions)
                    _slot(draft, host.name, tail, role, {"layer": layer.name, "slot": feature})


def _slot(draft: _Draft, head: str, tail: str, role: str, attributes: dict[str, str]) -> None:
    if not head or not tail or head == tail:
        draft.options.notes.add("slots to annotations of no width, not read, or to themselves, left out", draft.where)
        return
    label = value_of(role) or UNTYPED
    draft.relations.append(Relation(head, tail, label, attributes=attributes))


def _entities(draft: _Draft, mentions: list[Mention]) -> Iterator[Entity]:
    """Give the chains, and the links that features like identifier tell, as entities."""
    links = {m.id: m.attributes[key] for m in mentions for key in LINK_FEATURES if m.attributes.get(key)}
    owned: set[str] = set()
    count = 0
    for chain in draft.chains.values():
        names = [n for n in dict.fromkeys(chain[k].name for k in sorted(chain)) if n and n not in owned]
        owned.update(names)
        if names:
            count += 1
            layer = next(iter(chain.values())).layer.name
            told = next((links[name] for name in names if name in links), "")
            yield Entity(f"e{count}", tuple(names), *_target(told), {"layer": layer})
    groups: dict[str, list[str]] = {}
    for name, link in links.items():
        if name not in owned:
            groups.setdefault(link, []).append(name)
    for link, names in groups.items():
        count += 1
        yield Entity(f"e{count}", tuple(names), *_target(link))


def _target(link: str) -> tuple[str, str]:
    found = _WIKIDATA.match(link)
    return ("", found[1]) if found else (link, "")


def recognise(path: Path, head: bytes) -> bool:
    """Say whether a file begins with WebAnno TSV 3's format line, or a folder holds such files."""
    if path.is_dir():
        return holds_files(path, recognise)
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"#FORMAT=WebAnno TSV 3")


FORMAT = Format(
    "webanno",
    "WebAnno and INCEpTION TSV 3.x",
    SUFFIXES,
    recognise,
    read,
    write,
    frozenset({NESTED, CROSSING, RELATIONS, ENDS, ENTITIES, LINKS, ATTRIBUTES, LEVELS, METADATA, TOKENS, SENTENCES}),
    (Setting("layers", "the layers to read: all, or names parted by commas (all but those of grammar)"),),
)
