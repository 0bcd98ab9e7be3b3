"""BioC, in XML and in JSON, as PubTator exports it: passages with annotations by place, relations between them.

Passages are laid one after the other as their offsets say. A relation names annotations, or concepts as PubTator's do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from goldwire.document import Document, Entity, Mention, Relation, Span
from goldwire.errors import InputError
from goldwire.formats.base import Format, Options
from goldwire.formats.bioc_layout import Layout, Part, in_code_points, infons_of, lay_out, listed, rows_of
from goldwire.formats.columns import first_bytes, found_files, holds_files
from goldwire.formats.json_values import first_object, item, items, need, objects, rest
from goldwire.formats.pubtator import NO_CONCEPT, first_of
from goldwire.formats.settling import merged, settled
from goldwire.formats.xml_elements import elements
from goldwire.tags import UNTYPED

_SUFFIXES = (".xml", ".json", ".jsonl")
_LISTS = ("documents", "PubTator3")
_KNOWN = ("id", "_id", "infons", "passages", "annotations", "relations", "relations_display")
_CONCEPTS = ("identifier", "MESH", "MeSH", "OMIM", "NCBI GENE", "NCBI Gene", "Concept_ID", "UMLS", "CUI")
_KINDS = ("type", "relation", "relation type", "label")
_VALUES = ("value", "label")
_NAMED_ENDS = (("entity1", "entity2"), ("role1", "role2"), ("Chemical", "Disease"))
_DEEPEST = 8  # relations of relations


@dataclass(slots=True)
class _Draft:
    """A document in the making; `names` gives the mentions of annotations' ids, `rows` the relations by theirs."""

    where: str
    options: Options
    layout: Layout
    mentions: list[Mention] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    concepts: dict[str, list[str]] = field(default_factory=dict)

    def listed(self, value: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
        """Give the objects under a key; what is none is kept as broken."""
        return listed(value, key, self.where, self.options.notes)


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from a BioC file (XML, JSON, PubTator's export, or JSON lines), or from a folder of such files.

    Passages are zones. Of the infons the type is the label, a concept's identifier the link; the others are attributes.
    """
    files = found_files(path, recognise, options.notes, _SUFFIXES)
    found = (row for file, _ in files for row in _sound_values(file, options))
    return settled(options.notes.sound(lambda row: _document(row[1], row[0], options), found), in_code_points(options))


def _sound_values(path: Path, options: Options) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the documents of a file as far as it can be read; where it breaks off is kept as broken."""
    try:
        yield from _values(path, options)
    except InputError as error:
        options.notes.reject(error.problem.where, error.problem.found, error.problem.mend)


def _values(path: Path, options: Options) -> Iterator[tuple[str, dict[str, Any]]]:
    if first_bytes(path).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        yield from _xml_values(path)
        return
    for where, value in objects(path, options.notes):
        key = next((key for key in _LISTS if key in value), "")
        rows = items(value, key, where) if key else [value]
        yield from ((f"{where}.{key}[{i}]" if key else where, need(row, dict, where)) for i, row in enumerate(rows))


def _xml_values(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the documents of an XML file in the shape that JSON has, one at a time."""
    for element in elements(path, "document"):
        yield str(path), _from_xml(element)


def _from_xml(element: Any) -> dict[str, Any]:
    infons = {child.get("key", ""): child.text or "" for child in element if child.tag == "infon"}
    value: dict[str, Any] = {key: _number(told) for key, told in element.attrib.items()} | {"infons": infons}
    for child in element:
        if child.tag in ("id", "text"):
            value[child.tag] = child.text or ""
        elif child.tag == "offset":
            value[child.tag] = _number(child.text)
        elif child.tag != "infon":
            value.setdefault(f"{child.tag}s", []).append(_from_xml(child))
    return value


def _number(value: Any) -> Any:
    """Give a whole number for its digits; anything else stays, to be refused where a number is needed."""
    return int(value) if isinstance(value, str) and re.fullmatch(r"\s*-?\d{1,18}\s*", value) else value


def _document(value: dict[str, Any], place: str, options: Options) -> Document:
    name = str(value.get("id") or place)
    where = place if name == place else f"{place} {name}"
    draft = _Draft(where, options, lay_out(value, where, options))
    parts = draft.layout.parts
    for part in parts:
        list(options.notes.sound(partial(_annotation, draft, part), draft.listed(part.value, "annotations")))
    relations = list(_relations(draft, parts))
    metadata = {**infons_of(value), **rest(value, _KNOWN)}
    return Document(
        name,
        draft.layout.text,
        tuple(draft.mentions),
        tuple(relations),
        tuple(Entity(f"e{i}", tuple(row), key) for i, (key, row) in enumerate(draft.concepts.items(), start=1)),
        (),
        tuple(draft.layout.sentences),
        tuple(draft.layout.zones),
        {key: told for key, told in metadata.items() if told not in ("", "[]", "{}")},
    )


def _annotation(draft: _Draft, part: Part, row: dict[str, Any]) -> None:
    infons, told = infons_of(row), str(row.get("id", ""))
    where = f"{draft.where} annotation {told}"
    places = [need(place, dict, where, "a location") for place in items(row, "locations", where)]
    pairs = [(item(place, "offset", int, where), item(place, "length", int, where)) for place in places]
    if not pairs:
        if "relation" not in infons:
            draft.options.notes.add("annotations without a place in the text, left out", where)
        return
    at = partial(draft.layout.place, part)
    spans = merged(Span(at(offset), at(offset + length)) for offset, length in pairs)
    name = _name(draft, told, where)
    part.names.setdefault(told, name)
    kind = _kind(infons)
    concept = next((key for key in _CONCEPTS if infons.get(key, "") not in NO_CONCEPT), "")
    if concept:
        draft.concepts.setdefault(infons[concept], []).append(name)
    told, fragments = str(row.get("text") or ""), spans if len(spans) > 1 else ()
    attributes = {key: value for key, value in infons.items() if key not in (kind, concept)}
    place, label = (spans[0].start, spans[-1].end), infons.get(kind, UNTYPED)
    draft.mentions.append(Mention(*place, label, name, told, "", fragments, attributes))


def _kind(infons: Mapping[str, str]) -> str:
    """Give the infon that is the label: the type, but the value where the type is a layer of INCEpTION's."""
    layered = "." in infons.get("type", "")
    return next((key for key in (*(_VALUES if layered else ()), *_KINDS) if infons.get(key)), "")


def _name(draft: _Draft, told: str, where: str) -> str:
    """Give an annotation's id; one that another has gets a number."""
    name = told or f"m{len(draft.mentions) + 1}"
    if name in draft.taken:
        draft.options.notes.add("annotations with the id of an earlier one, numbered", where)
        name = f"{name} ({len(draft.mentions) + 1})"
    draft.taken.add(name)
    draft.names.setdefault(told, name)
    return name


def _relations(draft: _Draft, parts: list[Part]) -> Iterator[Relation]:
    """Give the relations, those too that stand as annotations without a place (as in the CDR corpus)."""
    rows = [(part, row) for part in parts for row in draft.listed(part.value, "relations")]
    for part in parts:
        rows += [
            (part, row) for row in rows_of(part.value) if not row.get("locations") and "relation" in infons_of(row)
        ]
    draft.rows = {str(row.get("id", "")): row for _, row in reversed(rows)}
    for made in draft.options.notes.sound(lambda pair: list(_relation(draft, *pair)), rows):
        yield from made


def _relation(draft: _Draft, part: Part, row: dict[str, Any]) -> Iterator[Relation]:
    """Give a relation between two ends; one of more is read as relations from the first end to each other."""
    infons, where = infons_of(row), f"{draft.where} relation {row.get('id', '')}"
    kind = _kind(infons)
    keys, ends = _named(draft, row, where)
    nodes = draft.listed(row, "nodes")
    if not ends:
        ends = [_end(draft, part, str(node.get("refid", "")), where) for node in nodes]
    if len(ends) < 2 or ends[0] == ends[1]:
        draft.options.notes.add("relations of one annotation, left out", where)
        return
    if len(ends) > 2:
        draft.options.notes.add("relations of several ends, read from the first to each other", where)
    attributes = {key: value for key, value in infons.items() if key not in (kind, *keys)}
    for tail, node in zip(ends[1:], nodes[1:] or [{}], strict=False):
        roles = {"roles": f"{nodes[0].get('role')} {node.get('role')}"} if node.get("role") and not keys else {}
        yield Relation(ends[0], tail, infons.get(kind, UNTYPED), attributes={**attributes, **roles})


def _named(draft: _Draft, row: Mapping[str, Any], where: str) -> tuple[tuple[str, ...], list[str]]:
    """Give the infons that name two concepts, and their first mentions; nothing where nodes or no infons name the ends.

    Raises:
        InputError: there are no nodes, and no mention has such a concept.
    """
    infons = need(row.get("infons") or {}, dict, where, "infons")
    keys = next((pair for pair in _NAMED_ENDS if set(pair) <= infons.keys()), ())
    concepts = [str(v.get("identifier", "")) if isinstance(v, dict) else str(v) for v in (infons[key] for key in keys)]
    found = [first_of(draft.concepts, concept) for concept in concepts]
    if all(found):
        if len(found) == 2 and found[0] == found[1]:
            found[1] = first_of(draft.concepts, concepts[1], 1)
        return keys, found
    if row.get("nodes"):
        return (), []
    raise InputError(where, f"names {concepts[found.index('')]}, which no mention has", "mend the source")


def _end(draft: _Draft, part: Part, told: str, where: str, deep: int = 0) -> str:
    """Give the mention that a node names: an annotation, or the first end of another relation."""
    name = part.names.get(told) or draft.names.get(told)
    nodes = items(draft.rows.get(told, {}), "nodes", where)
    if name:
        return name
    if nodes and isinstance(nodes[0], dict) and deep < _DEEPEST:
        return _end(draft, part, str(nodes[0].get("refid", "")), where, deep + 1)
    raise InputError(where, f"names annotation {told}, which is not there", "mend the source")


def recognise(path: Path, head: bytes) -> bool:
    """Say whether XML is a collection of documents, or JSON has passages with offsets; or a folder holds such files."""
    if path.is_dir():
        return holds_files(path, recognise, _SUFFIXES)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        return b"<collection" in head and b"<document" in head
    first = first_object(head) if start[:1] in (b"{", b"[") else {}
    listed = next((first[key] for key in _LISTS if isinstance(first.get(key), list)), [first])
    passages = listed[0].get("passages") if listed and isinstance(listed[0], dict) else None
    passage = passages[0] if isinstance(passages, list) and passages else None
    return isinstance(passage, dict) and "offset" in passage


FORMAT = Format("bioc", "BioC XML and JSON, as PubTator exports it", (), recognise, read)
