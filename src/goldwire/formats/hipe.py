"""HIPE's TSV: IOB columns by layer (NE-COARSE-LIT ...), links (NEL-LIT) and flags (NoSpaceAfter, EndOfSentence).

Mentions come from one layer; layers with a mention on the same tokens add its attributes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from goldwire.document import NIL, Document, Entity, Mention
from goldwire.errors import InputError
from goldwire.formats.base import Format, Options, Setting
from goldwire.formats.columns import found_files, head_lines, holds_files, is_blank, text_lines
from goldwire.formats.settling import settled
from goldwire.formats.tagged import Tagged, tag_spans, tagged_document, told_scheme

_LAYER, _LINK = "NE-COARSE-LIT", "NEL-LIT"
_ID = re.compile(r"#\s*(?:\w+:)?document_id\s*=\s*(?P<id>.+)\Z")
_META = re.compile(r"#\s*(?:\w+:)?(?P<key>[\w-]+)\s*=\s*(?P<value>.*)\Z")
_ENDS = ("EndOfSentence", "PySBDSegment")
_NOTHING = ("", "_", "-", "null")


@dataclass(slots=True)
class _Draft:
    name: str
    rows: list[dict[str, str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from a file or a folder; the setting `layer` takes other mentions than NE-COARSE-LIT's.

    Documents begin at `# document_id = X`, or else at blank lines (d1, d2 ...). A link on a mention's first token is
    its entity: a Wikidata item, or NIL.
    """
    for file, _ in found_files(path, recognise, options.notes):
        layer = options.settings.get("layer", _LAYER)
        quiet = Options("discard", settings=options.settings)
        sentences = (sentence for draft in _drafts(file, quiet, layer) for sentence in _sentences(draft, file, layer))
        scheme = told_scheme(sentences, options, file)
        documents = (_document(draft, file, layer, scheme, options) for draft in _drafts(file, options, layer))
        yield from settled(documents, options, file)


def _drafts(path: Path, options: Options, layer: str) -> Iterator[_Draft]:
    header: list[str] = []
    draft, named, count = _Draft("d1"), False, 1
    for number, line in text_lines(path, options):
        if line.startswith("TOKEN\t"):
            header = _header(line, layer, f"{path}:{number}")
        elif found := _ID.match(line):
            if draft.rows:
                yield draft
            draft, named = _Draft(found["id"].strip()), True
        elif is_blank(line) and draft.rows and not named:
            yield draft
            count += 1
            draft = _Draft(f"d{count}")
        elif not is_blank(line):
            _read_line(draft, line, header, f"{path}:{number}", options)
            draft.lines += [number] * (len(draft.rows) - len(draft.lines))
    if draft.rows:
        yield draft


def _header(line: str, layer: str, where: str) -> list[str]:
    header = line.rstrip("\r").split("\t")
    if layer not in header:
        raise InputError(where, f"has no layer {layer}", f"its columns are {', '.join(header)}")
    return header


def _read_line(draft: _Draft, line: str, header: list[str], where: str, options: Options) -> None:
    cells = line.split("\t")
    if found := _META.match(line):
        draft.metadata[found["key"]] = found["value"]
    elif not line.startswith("# ") and not (cells[0] == "#" and len(cells) != len(header)):
        if len(cells) != len(header):
            told = f"{len(cells)} columns, {len(header)} were expected"
            options.notes.reject(where, told, "mend the line or the header")
        else:
            draft.rows.append(dict(zip(header, cells, strict=True)))


def _groups(draft: _Draft) -> Iterator[range]:
    """Give the rows of each sentence."""
    first = 0
    for index, row in enumerate(draft.rows, start=1):
        flags = row.get("MISC", "").split("|")
        if index == len(draft.rows) or any(flag in _ENDS for flag in flags):
            yield range(first, index)
            first = index


def _sentences(draft: _Draft, path: Path, layer: str) -> Iterator[Tagged]:
    for group in _groups(draft):
        rows = [draft.rows[index] for index in group]
        tags = ["O" if row[layer] in _NOTHING else row[layer] for row in rows]
        yield Tagged(str(path), [row["TOKEN"] for row in rows], tags, [draft.lines[index] for index in group])


def _document(draft: _Draft, path: Path, layer: str, scheme: str, options: Options) -> Document:
    sentences = list(_sentences(draft, path, layer))
    glued = [["NoSpaceAfter" in draft.rows[i].get("MISC", "").split("|") for i in group] for group in _groups(draft)]
    found = tagged_document(draft.name, sentences, scheme, options, metadata=draft.metadata, glued=glued)
    first_rows = _first_rows(draft, sentences, scheme, options)
    mentions = _with_layers(draft, found.mentions, first_rows, layer, options)
    return replace(found, mentions=mentions, entities=tuple(_entities(draft, found.mentions, first_rows, layer)))


def _first_rows(draft: _Draft, sentences: list[Tagged], scheme: str, options: Options) -> list[tuple[int, int]]:
    """Give the rows, half-open, of each mention, in the order of the mentions."""
    quiet = Options(options.repair)
    pairs = zip(_groups(draft), sentences, strict=True)
    return [(g.start + a, g.start + b) for g, sentence in pairs for a, b, _ in tag_spans(sentence, scheme, quiet)]


def _with_layers(
    draft: _Draft, mentions: tuple[Mention, ...], rows: list[tuple[int, int]], layer: str, options: Options
) -> tuple[Mention, ...]:
    found = list(mentions)
    others = [key for key in draft.rows[0] if key.startswith("NE-") and key != layer]
    for other in others:
        at = {pair: index for index, pair in enumerate(rows)}
        for first, last, label in _layer(draft, other):
            if (first, last) in at:
                index = at[first, last]
                found[index] = replace(found[index], attributes={**found[index].attributes, other: label})
            else:
                options.notes.add(f"mentions of {other} on other tokens than {layer}'s, not read", draft.name)
    return tuple(found)


def _layer(draft: _Draft, layer: str) -> Iterator[tuple[int, int, str]]:
    """Give the mentions of another layer by row, taken as they come: B begins, I goes on."""
    start, label = 0, ""
    for index, row in enumerate([*draft.rows, {layer: "O"}]):
        prefix, _, name = row[layer].partition("-")
        if label and not (prefix == "I" and name == label):
            yield start, index, label
            label = ""
        if prefix in ("B", "I") and not label and name:
            start, label = index, name


def _entities(
    draft: _Draft, mentions: tuple[Mention, ...], rows: list[tuple[int, int]], layer: str
) -> Iterator[Entity]:
    column = "NEL-METO" if layer.endswith("METO") else _LINK
    groups: dict[str, list[str]] = {}
    for mention, (first, _) in zip(mentions, rows, strict=True):
        link = draft.rows[first].get(column, "_")
        if link not in _NOTHING:
            groups.setdefault(f"{link} {mention.id}" if link == NIL else link, []).append(mention.id)
    for number, (key, names) in enumerate(groups.items(), start=1):
        nil = key.startswith(f"{NIL} ")
        yield Entity(f"e{number}", tuple(names), NIL if nil else "", "" if nil else key)


def recognise(path: Path, head: bytes) -> bool:
    """Say whether a file has HIPE's header, or a folder holds such files."""
    if path.is_dir():
        return holds_files(path, recognise)
    return any(line.startswith("TOKEN\tNE-") for line in head_lines(head)[:50])


FORMAT = Format(
    "hipe",
    "HIPE TSV: IOB layers and links",
    (),
    recognise,
    read,
    settings=(
        Setting("layer", "the column of the mentions (NE-COARSE-LIT)"),
        Setting("scheme", "the scheme of the tags (seen from the tags)"),
    ),
)
