"""Where BioC's passages and sentences lie in one text, and what their offsets count from and in.

What is annotated there is read in bioc.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from goldwire.document import Span, Zone
from goldwire.formats.base import Notes, Options
from goldwire.formats.json_values import item, items, need, plain
from goldwire.formats.settling import Convert, from_code_points, squeezed, to_code_points

_WIDEST = 1000  # blanks between two passages; where offsets leave more, one blank stands for them
_COUNTED = ("codepoints", "utf16", "bytes")


@dataclass(slots=True)
class _Piece:
    """A stretch of text that the source has whole: its offset there, its start in the text, its offsets' meaning."""

    offset: int
    start: int
    text: str
    convert: Convert


@dataclass(slots=True)
class Part:
    """A document, passage or sentence of the source; `origin` is the offset that its piece of text begins with."""

    value: dict[str, Any]
    piece: _Piece | None = None
    origin: int = 0
    names: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Layout:
    """A text with its sentences and zones, and the parts of the source that bear annotations."""

    where: str
    notes: Notes
    unit: str
    text: str = ""
    pieces: list[_Piece] = field(default_factory=list)
    sentences: list[Span] = field(default_factory=list)
    zones: list[Zone] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    def place(self, part: Part, offset: int) -> int:
        """Give the code point of the text that an offset of a part names; a document's own count as the pieces do."""
        piece = part.piece or self._before(offset)
        if piece is None:
            return offset
        inside = offset - (part.origin if part.piece else piece.offset)
        found = piece.convert(inside)
        return piece.start + (inside if found is None else found)

    def _before(self, offset: int) -> _Piece | None:
        """Give the last piece that begins at or before an offset, or else the first; None where there is none."""
        before = [piece for piece in self.pieces if piece.offset <= offset] or self.pieces[:1]
        return before[-1] if before else None


def lay_out(value: dict[str, Any], where: str, options: Options) -> Layout:
    """Lay a document's passages at the places that their offsets say, the offsets counted as its surfaces tell.

    The unit is the first of code points, UTF-16 units and UTF-8 bytes under which all surfaces stand where they say;
    code points where none does.
    """
    unit = options.offset_unit if options.offset_unit in _COUNTED else _COUNTED[0]
    if options.offset_unit == "auto" and not _is_plain(value, where):
        fitting = (unit for unit in _COUNTED if _fits(_laid(value, where, Notes(), unit)))
        unit = next(fitting, unit)
        if unit != _COUNTED[0]:
            options.notes.add(f"documents whose offsets count {unit}, seen from their surfaces", where)
    return _laid(value, where, options.notes, unit)


def in_code_points(options: Options) -> Options:
    """Give the options for what is laid out: its offsets count code points whatever unit the source counts."""
    return replace(options, offset_unit=_COUNTED[0]) if options.offset_unit in _COUNTED else options


def _is_plain(value: dict[str, Any], where: str) -> bool:
    """Say whether all text of a document is ASCII, where every unit is the same."""
    passages = listed(value, "passages", where, Notes())
    parts = [*passages, *(row for passage in passages for row in listed(passage, "sentences", where, Notes()))]
    return all(str(part.get("text") or "").isascii() for part in parts)


def _laid(value: dict[str, Any], where: str, notes: Notes, unit: str) -> Layout:
    layout = Layout(where, notes, unit)
    for passage in listed(value, "passages", where, notes):
        layout.parts += _lay_passage(layout, passage)
    _begin_anew(layout)
    layout.parts.append(Part(value))
    return layout


def _lay_passage(layout: Layout, passage: dict[str, Any]) -> Iterator[Part]:
    """Lay the text of a passage, or that of its sentences, and give the parts that bear annotations."""
    told, before = bool(passage.get("text")), len(layout.pieces)
    piece = _lay(layout, passage) if told else None
    yield _part(passage, piece)
    for sentence in listed(passage, "sentences", layout.where, layout.notes):
        part = _part(sentence, piece if told else _lay(layout, sentence))
        text, offset = sentence.get("text"), sentence.get("offset")
        if part.piece is not None and text and isinstance(text, str) and type(offset) is int:
            start = layout.place(part, offset)
            layout.sentences.append(Span(start, start + len(text)))
        yield part
    if len(layout.pieces) > before:
        infons = infons_of(passage)
        label = infons.get("type") or infons.get("section_type") or "passage"
        layout.zones.append(Zone(layout.pieces[before].start, len(layout.text), label))


def _part(value: dict[str, Any], piece: _Piece | None) -> Part:
    return Part(value, piece, piece.offset if piece else 0)


def _lay(layout: Layout, part: dict[str, Any]) -> _Piece | None:
    """Lay a text at the place that its offset says, or a blank after the last one."""
    text = need(part.get("text") or "", str, layout.where, "a passage's text")
    if not text:
        return None
    offset = item(part, "offset", int, layout.where)
    if layout.pieces:
        last = layout.pieces[-1]
        gap = offset - last.offset - from_code_points(last.text, layout.unit)[-1]
        layout.text += " " * (gap if 0 <= gap <= _WIDEST else 1)
    piece = _Piece(offset, len(layout.text), text, to_code_points(text, layout.unit))
    layout.pieces.append(piece)
    layout.text += text
    return piece


def _begin_anew(layout: Layout) -> None:
    """Count offsets from each passage or sentence (as INCEpTION writes them) where the surfaces say so."""
    laid = [part for part in layout.parts if part.piece]
    origins = [part.origin for part in laid]
    if not any(map(_surfaces, laid)) or _fits(layout):
        return
    for part in laid:
        part.origin -= part.value["offset"]
    if _fits(layout):
        layout.notes.add("documents whose offsets count from each passage or sentence", layout.where)
        return
    for part, origin in zip(laid, origins, strict=True):
        part.origin = origin


def _fits(layout: Layout) -> bool:
    """Say whether the surfaces of all annotations in passages stand where they say."""
    laid = (part for part in layout.parts if part.piece)
    return all(_says(layout, part, row) for part in laid for row in _surfaces(part))


def _surfaces(part: Part) -> list[dict[str, Any]]:
    """Give the annotations of a part that have a place and say what stands there."""
    return [row for row in rows_of(part.value) if row.get("text") and row.get("locations")]


def _says(layout: Layout, part: Part, row: Mapping[str, Any]) -> bool:
    """Say whether an annotation's places hold its surface, up to white space."""
    try:
        ends = [(place["offset"], place["offset"] + place["length"]) for place in row["locations"]]
        spans = [(layout.place(part, start), layout.place(part, end)) for start, end in ends]
        return squeezed("".join(layout.text[a:b] for a, b in spans if a >= 0)) == squeezed(row["text"])
    except (TypeError, KeyError, AttributeError):
        return False


def listed(value: Mapping[str, Any], key: str, where: str, notes: Notes) -> list[dict[str, Any]]:
    """Give the objects under a key; what is none is kept as broken."""
    found = items(dict(value), key, where)
    return list(notes.sound(lambda row: need(row, dict, where, f"one of the {key}"), found))


def rows_of(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the annotations of a part that are objects."""
    return [row for row in value.get("annotations") or [] if isinstance(row, dict)]


def infons_of(value: Mapping[str, Any], *left: str) -> dict[str, str]:
    """Give the infons of something but those left out; what is empty says nothing."""
    infons = value.get("infons")
    rows = infons.items() if isinstance(infons, dict) else ()
    return {key: plain(told) for key, told in rows if key not in left and told not in (None, "")}
