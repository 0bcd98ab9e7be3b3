"""Label maps: what a system's labels are in ours, and the labels that both can be compared in. Loss is declared.

The maps are TOML files: those in the folder maps ship with the package, a user's is named by its path.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path

import msgspec

from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.formats.base import Notes
from goldwire.formats.files import read_text, sha256


@dataclass(frozen=True, slots=True)
class Labels:
    """How labels of one layer map: `full` from the system's to ours, `shared` from ours to those of both sides."""

    full: Mapping[str, str] = field(default_factory=dict)
    shared: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LabelMap:
    """How a system's labels become ours, and in which labels both are compared.

    In the full view a label that `full` does not know stays as it is; in the shared view one that `shared` does not
    know is left out on both sides. Either is counted. An empty `relations` keeps all relations as they are.
    """

    name: str
    description: str = ""
    mentions: Labels = field(default_factory=Labels)
    relations: Labels = field(default_factory=Labels)


def shipped() -> dict[str, Path]:
    """Give the label maps of the package by name."""
    folder = Path(str(files("goldwire.eval.systems").joinpath("maps")))
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def label_map(name: str) -> LabelMap:
    """Give a shipped label map by its name, or a user's by its path.

    Raises:
        InputError: there is no such map, or it is not one.
    """
    path = shipped().get(name, Path(name))
    if not path.is_file():
        raise InputError(name, "is no label map", f"shipped are {', '.join(shipped())}; or name a TOML file")
    try:
        table = tomllib.loads(read_text(path))
        _known_keys(path, table)
        return msgspec.convert({"name": path.stem, **table}, LabelMap)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InputError(path, f"is not a label map: {error}", "see docs/systems.md for the form") from error


def _known_keys(path: Path, table: Mapping[str, object]) -> None:
    """Refuse a key that label maps do not have: a misspelt table would map nothing, without a word."""
    layers = {name: inner for name in ("mentions", "relations") if isinstance(inner := table.get(name), dict)}
    odd = [key for key in table if key not in ("name", "description", "mentions", "relations")]
    odd += [f"{name}.{key}" for name, inner in layers.items() for key in inner if key not in ("full", "shared")]
    if odd:
        known = "[mentions.full], [mentions.shared], [relations.full], [relations.shared] and description"
        raise InputError(path, f"is not a label map: unknown key {odd[0]!r}", f"known are {known}")


def digest(name: str) -> str:
    """Give a digest of what a label map maps."""
    return sha256(msgspec.json.encode(label_map(name), order="deterministic"))


def identity(mentions: Iterable[str], relations: Iterable[str] = (), name: str = "labels of the system") -> LabelMap:
    """Give the map of a system that uses our labels, but only these."""
    return LabelMap(name, "", _identity(mentions), _identity(relations))


def apply_map(
    document: Document, mentions: Mapping[str, str], relations: Mapping[str, str], *, drop: bool
) -> tuple[Document, Counter[str]]:
    """Give the document in other labels, and how often each label had none.

    A label that is not in the mapping is left out if `drop` says so, with its relations and its place in entities;
    else it stays. An empty mapping of relations leaves all of them as they are.
    """
    unknown: Counter[str] = Counter()
    kept = tuple(
        replace(m, label=mentions.get(m.label, m.label)) for m in document.mentions if not drop or m.label in mentions
    )
    unknown.update(f"mention label {m.label}" for m in document.mentions if m.label not in mentions)
    names = {mention.id for mention in kept}
    held = [r for r in document.relations if r.head in names and r.tail in names]
    unknown.update({"relation whose mention has no shared label": len(document.relations) - len(held)})
    unknown.update(f"relation label {r.label}" for r in held if relations and r.label not in relations)
    linked = tuple(
        replace(r, label=relations.get(r.label, r.label))
        for r in held
        if not (drop and relations) or r.label in relations
    )
    entities = tuple(
        replace(e, mentions=inside) for e in document.entities if (inside := tuple(m for m in e.mentions if m in names))
    )
    return replace(document, mentions=kept, relations=linked, entities=entities), +unknown


def mapped(document: Document, maps: LabelMap | None, notes: Notes) -> Document:
    """Give a system's document in our labels (the full view), counting in the notes the labels that the map lacks."""
    if maps is None:
        return document
    result, unknown = apply_map(document, maps.mentions.full, maps.relations.full, drop=False)
    for what, times in unknown.items():
        notes.add(f"{what} that the label map {maps.name} does not know, kept as it is", document.id, times)
    return result


def shared(documents: Iterable[Document], maps: LabelMap) -> tuple[list[Document], Counter[str]]:
    """Give documents, gold or predicted and in our labels, in the shared labels; and what they lost, by label."""
    lost: Counter[str] = Counter()
    results = []
    for document in documents:
        result, unknown = apply_map(document, maps.mentions.shared, maps.relations.shared, drop=True)
        lost += unknown
        results.append(result)
    return results, lost


def _identity(names: Iterable[str]) -> Labels:
    same = {name: name for name in names}
    return Labels(same, same)
