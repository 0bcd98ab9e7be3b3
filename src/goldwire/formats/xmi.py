"""UIMA CAS in XMI, as WebAnno, INCEpTION and DKPro export it; read through dkpro-cassis (extra `cas`).

Types are taken from the XMI itself, so that no TypeSystem.xml is needed; references are then ids. Spans are mentions,
WebAnno's relations and slots are relations, chains are entities, as in webanno.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from goldwire.document import Document, Entity, Mention, Relation, Span
from goldwire.errors import InputError, MissingExtra
from goldwire.formats.base import Format, Options, Setting
from goldwire.formats.columns import found_files, holds_files
from goldwire.formats.files import read_bytes
from goldwire.formats.settling import settled
from goldwire.formats.webanno_layers import LABEL_FEATURES, LINK_FEATURES
from goldwire.tags import UNTYPED

_SUFFIXES = ".xmi", ".xml"
_NAMESPACE = re.compile(r"\{http:///(?P<path>.*)\.ecore\}(?P<name>.+)\Z")
_ID = "{http://www.omg.org/XMI}id"
_GRAMMAR = (".lexmorph.", ".syntax.", ".segmentation.", ".metadata.")
_BUILT_IN = ("uima.cas.", "uima.tcas.")
_PLAIN = ("begin", "end", "sofa", "type", "xmiID")
_ENDS = (("Governor", "Dependent"), ("source", "target"))
_LINKS = ("role", "target")


@dataclass(slots=True)
class _Draft:
    """Feature structures by id: their types and features; and what has become of them."""

    where: str
    options: Options
    types: dict[int, str] = field(default_factory=dict)
    features: dict[int, dict[str, str]] = field(default_factory=dict)
    spans: dict[int, Span] = field(default_factory=dict)
    mentions: dict[int, Mention] = field(default_factory=dict)
    unlabelled: set[str] = field(default_factory=set)


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read a document from each .xmi file, or .xml file that is XMI.

    A document's id is the file's path in the folder read, without suffix (its folder's, where all files share a name).

    Layers of grammar are not read, and counted; the setting `layers=all` reads them, `layers=A,B` those named.
    """
    files = found_files(path, recognise, options.notes, _SUFFIXES)
    return settled(options.notes.sound(lambda file: _document(file.path, file.name, options), files), options, path)


def _document(path: Path, name: str, options: Options) -> Document:
    data = read_bytes(path)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise InputError(path, "declares a document type or entities, which are not read", "export it without them")
    text, draft = _parsed(data, path, options)
    tokens = sorted(span for key, span in draft.spans.items() if draft.types[key].endswith(".segmentation.type.Token"))
    sentences = sorted(s for key, s in draft.spans.items() if draft.types[key].endswith(".segmentation.type.Sentence"))
    _read_mentions(draft, options.settings.get("layers", ""))
    relations = [*_relations(draft), *_slots(draft)]
    entities = tuple(_entities(draft))
    filled = tuple(span for span in tokens if span.start < span.end)
    mentions = tuple(draft.mentions.values())
    return Document(name, text, mentions, tuple(relations), entities, filled, tuple(sentences))


def _parsed(data: bytes, path: Path, options: Options) -> tuple[str, _Draft]:
    try:
        import cassis
        from lxml import etree  # type: ignore[import-untyped, unused-ignore]
    except ImportError as error:
        raise MissingExtra("dkpro-cassis", "cas", "reading UIMA XMI") from error
    try:
        cas = cassis.load_cas_from_xmi(io.BytesIO(data), typesystem=_types(data), lenient=True)
    except etree.XMLSyntaxError as error:
        raise InputError(path, f"is not whole XML: {error}", "restore the file") from error
    except Exception as error:
        raise InputError(path, f"is no CAS that can be read: {error}", "export it again as XMI") from error
    draft = _Draft(str(path), options)
    for structure in cas._find_all_fs():
        if isinstance(structure.xmiID, int):
            draft.types[structure.xmiID] = structure.type.name
            draft.features[structure.xmiID] = _features(structure)
            begin, end = getattr(structure, "begin", None), getattr(structure, "end", None)
            if isinstance(begin, int) and isinstance(end, int):
                draft.spans[structure.xmiID] = Span(begin, end)
    _read_links(draft, data)
    return cas.sofa_string or "", draft


def _read_links(draft: _Draft, data: bytes) -> None:
    """Add what no view lists, as the links of slots are: they have no place in the text, and are named by it only."""
    for kind, element in _elements(data):
        key = str(element.get(_ID, ""))
        if key.isdigit() and int(key) not in draft.types and "begin" not in element.attrib:
            draft.types[int(key)] = kind
            draft.features[int(key)] = {str(name): str(value) for name, value in element.attrib.items() if value}


def _elements(data: bytes) -> Iterator[tuple[str, Any]]:
    """Give the feature structures of an XMI file with the names of their types."""
    from lxml import etree

    for _, element in etree.iterparse(io.BytesIO(data), resolve_entities=False, no_network=True, load_dtd=False):
        name = _NAMESPACE.match(str(element.tag))
        if name:
            yield f"{name['path'].replace('/', '.')}.{name['name']}", element


def _types(data: bytes) -> Any:
    """Give a type system with the types and attributes that stand in the XMI, all attributes as strings."""
    import cassis

    found: dict[str, set[str]] = {}
    for kind, element in _elements(data):
        children = {str(child.tag) for child in element if "{" not in str(child.tag)}
        found.setdefault(kind, set()).update({str(key) for key in element.attrib if "{" not in str(key)} | children)
    types = cassis.TypeSystem()
    for kind, features in found.items():
        if not kind.startswith(_BUILT_IN):
            parent = "uima.tcas.Annotation" if {"begin", "end"} <= features else "uima.cas.TOP"
            made = types.create_type(kind, parent)
            known = {"begin", "end", "sofa"} if parent.endswith("Annotation") else set()
            for feature in sorted(features - known):
                types.create_feature(made, feature, "uima.cas.String")
    return types


def _features(structure: Any) -> dict[str, str]:
    names = (feature.name for feature in structure.type.all_features if feature.name not in _PLAIN)
    values = ((name, getattr(structure, name, None)) for name in names)
    return {name: value for name, value in values if isinstance(value, str) and value}


def _wanted(kind: str, asked: str) -> bool:
    if asked and asked != "all":
        return any(kind == name or kind.endswith(f".{name}") for name in asked.split(","))
    structural = kind.endswith((".segmentation.type.Token", ".segmentation.type.Sentence"))
    return (
        not kind.startswith(_BUILT_IN) and not structural and (asked == "all" or not any(p in kind for p in _GRAMMAR))
    )


def _read_mentions(draft: _Draft, asked: str) -> None:
    """Make mentions of annotations; a layer's name is their label where it has features, and none of them is one."""
    told: dict[str, set[str]] = {}
    for key, kind in draft.types.items():
        told.setdefault(kind, set()).update(_plain_features(draft, key))
    draft.unlabelled = {kind for kind, names in told.items() if names and not names & {*LABEL_FEATURES, *LINK_FEATURES}}
    for key in sorted(draft.spans, key=lambda k: (draft.spans[k].start, -draft.spans[k].end, draft.types[k], k)):
        kind, span, features = draft.types[key], draft.spans[key], draft.features[key]
        if _ends(features) is not None or ".metadata." in kind:
            continue
        if not _wanted(kind, asked):
            if not kind.endswith((".Token", ".Sentence", ".DocumentAnnotation")):
                draft.options.notes.add(f"annotations of {kind}, not read (--set layers=all)", draft.where)
        elif span.start >= span.end:
            draft.options.notes.add("annotations of no width, which have no place in a document", draft.where)
        else:
            draft.mentions[key] = _mention(draft, key, kind, span, features)


def _mention(draft: _Draft, key: int, kind: str, span: Span, features: Mapping[str, str]) -> Mention:
    names = _plain_features(draft, key)
    main = next((name for name in LABEL_FEATURES if name in names), "")
    others = {name: features[name] for name in names if name != main}
    label = features.get(main) or (kind.rpartition(".")[2] if kind in draft.unlabelled else UNTYPED)
    return Mention(*span, label, f"m{len(draft.mentions) + 1}", attributes={"layer": kind, **others})


def _plain_features(draft: _Draft, key: int) -> list[str]:
    """Give the names of a structure's features that hold a value: neither a chain's next link nor slots."""
    return [name for name, value in draft.features[key].items() if name != "next" and not _references(draft, value)]


def _references(draft: _Draft, value: str) -> list[int]:
    """Give the ids in a value that lists link structures of slots; [] where it lists none."""
    ids = [int(part) for part in value.split() if part.isdigit()]
    links = [key for key in ids if set(_LINKS) & draft.features.get(key, {}).keys() and key not in draft.spans]
    return links if len(links) == len(value.split()) else []


def _ends(features: Mapping[str, str]) -> tuple[int, int] | None:
    for head, tail in _ENDS:
        if features.get(head, "").isdigit() and features.get(tail, "").isdigit():
            return int(features[head]), int(features[tail])
    return None


def _relations(draft: _Draft) -> Iterator[Relation]:
    for key in sorted(draft.spans):
        kind, features = draft.types[key], draft.features[key]
        ends = _ends(features)
        if ends is None:
            continue
        names = [name for name in features if name not in {n for pair in _ENDS for n in pair}]
        main = next((name for name in LABEL_FEATURES if name in names), next(iter(sorted(names)), ""))
        others = {name: features[name] for name in names if name != main}
        if ends[0] in draft.mentions and ends[1] in draft.mentions and ends[0] != ends[1]:
            head, tail = draft.mentions[ends[0]].id, draft.mentions[ends[1]].id
            yield Relation(head, tail, features.get(main, UNTYPED), attributes={"layer": kind, **others})
        else:
            draft.options.notes.add(f"relations of {kind} between annotations that are not read", draft.where)


def _slots(draft: _Draft) -> Iterator[Relation]:
    for key, mention in draft.mentions.items():
        for name, value in draft.features[key].items():
            for link in _references(draft, value):
                told = draft.features[link]
                target = draft.mentions.get(int(told.get("target", "-1")))
                if target is None or target.id == mention.id:
                    draft.options.notes.add("slots to annotations that are not read", draft.where)
                    continue
                attributes = {"layer": draft.types[key], "slot": name}
                yield Relation(mention.id, target.id, told.get("role", UNTYPED), attributes=attributes)


def _entities(draft: _Draft) -> Iterator[Entity]:
    """Give the chains, from each link that no other one names as its next; and what bears one identifier."""
    nexts = {key: int(f["next"]) for key, f in draft.features.items() if f.get("next", "").isdigit()}
    members = set(nexts) | set(nexts.values())
    count, owned = 0, set[str]()
    for first in sorted(members - set(nexts.values())):
        names: list[str] = []
        at: int | None = first
        while at is not None and at in draft.mentions and draft.mentions[at].id not in names:
            names.append(draft.mentions[at].id)
            at = nexts.get(at)
        if names:
            count, owned = count + 1, owned | set(names)
            yield Entity(f"e{count}", tuple(names))
    groups: dict[str, list[str]] = {}
    for mention in draft.mentions.values():
        link = next((mention.attributes[name] for name in LINK_FEATURES if mention.attributes.get(name)), "")
        if link and mention.id not in owned:
            groups.setdefault(link, []).append(mention.id)
    for number, (link, group) in enumerate(groups.items(), start=count + 1):
        item = re.search(r"(Q\d+)\Z", link)
        yield Entity(f"e{number}", tuple(group), "" if item else link, item[1] if item else "")


def recognise(path: Path, head: bytes) -> bool:
    """Say whether a file is XMI, or a folder holds such files."""
    if path.is_dir():
        return holds_files(path, recognise, _SUFFIXES)
    return b"http://www.omg.org/XMI" in head[:8192]


FORMAT = Format(
    "xmi",
    "UIMA CAS XMI (WebAnno, INCEpTION, DKPro)",
    (),
    recognise,
    read,
    settings=(Setting("layers", "the layers to read: all, or names parted by commas (all but those of grammar)"),),
)
