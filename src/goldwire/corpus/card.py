"""The dataset card: YAML that the Hub reads, the words of annotations/card.md, and what a program can say for itself.

The words carry marks like `<!-- statistics -->`, which are replaced here. Counting lives in statistics.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from goldwire.corpus.configs import DEFAULT, Built
from goldwire.corpus.schema import Feature, Labels, rows, to_yaml
from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.labels import LabelSet

SPLIT = "test"
BAR = "\\|"
FIRST_LINE = "# Made by `goldwire build` from seeds/ and annotations/; edits here are lost."


@dataclass(frozen=True, slots=True)
class Words:
    """What a person wrote for the card: front matter for the Hub, and prose with marks."""

    front: Mapping[str, Any]
    prose: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A config's table as it lies: the path in the corpus folder and the size of its file in bytes."""

    built: Built
    path: str
    size: int


def parse_words(text: str, where: object) -> Words:
    """Give the words of a card.md: YAML between two lines `---`, then Markdown.

    Raises:
        InputError: there is no front matter, or it is not YAML.
    """
    parts = text.split("---\n", 2)
    if len(parts) != 3 or parts[0].strip():
        raise InputError(where, "has no front matter", "begin with YAML between two lines of ---")
    try:
        front = yaml.safe_load(parts[1]) or {}
    except yaml.YAMLError as error:
        found = " ".join(str(error).split())
        raise InputError(where, f"its front matter is not YAML: {found}", "mend it") from error
    if not isinstance(front, dict):
        raise InputError(where, "its front matter is no table", "write key: value lines")
    return Words(front, parts[2])


def card(
    words: Words, stored: Sequence[Stored], documents: Sequence[Document], labels: LabelSet, counts: Mapping[str, Any]
) -> str:
    """Give the whole README.md of a corpus."""
    front = {**words.front, "configs": _configs(stored), "dataset_info": _info(stored)}
    header = yaml.safe_dump(front, sort_keys=False, allow_unicode=True, width=100)
    sections = {
        "configs": _config_table(stored),
        "fields": _fields(stored),
        "example": _example(stored),
        "sources": _sources(documents),
        "labels": _labels(labels),
        "statistics": _statistics(counts),
        "tokens": _tokens(counts),
    }
    return f"---\n{FIRST_LINE}\n{header}---\n{_filled(words.prose, sections)}"


def _filled(prose: str, sections: Mapping[str, str]) -> str:
    for name, text in sections.items():
        prose = prose.replace(f"<!-- {name} -->", text)
    return prose.rstrip() + "\n"


def _configs(stored: Sequence[Stored]) -> list[dict[str, Any]]:
    found = []
    for config, path in ((s.built.config, s.path) for s in stored):
        entry: dict[str, Any] = {"config_name": config.name, "data_files": [{"split": SPLIT, "path": path}]}
        found.append({**entry, "default": True} if config.name == DEFAULT else entry)
    return found


def _info(stored: Sequence[Stored]) -> list[dict[str, Any]]:
    return [
        {
            "config_name": built.config.name,
            "features": to_yaml(built.features),
            "splits": [{"name": SPLIT, "num_bytes": built.table.nbytes, "num_examples": built.table.num_rows}],
            "download_size": size,
            "dataset_size": built.table.nbytes,
        }
        for built, _, size in ((s.built, s.path, s.size) for s in stored)
    ]


def _config_table(stored: Sequence[Stored]) -> str:
    lines = ((f"`{b.config.name}`", b.config.description, str(b.table.num_rows)) for b in (s.built for s in stored))
    return _table(("config", "a row is", "rows"), lines)


def _fields(stored: Sequence[Stored]) -> str:
    parts = []
    for built in (s.built for s in stored):
        lines = ((f"`{name}`", _type(feature)) for name, feature in built.features.items())
        parts.append(f"**{built.config.name}**\n\n" + _table(("field", "type"), lines))
    return "\n\n".join(parts)


def _type(feature: Feature) -> str:
    if isinstance(feature, Labels):
        return f"one of {len(feature.names)} labels"
    if isinstance(feature, list):
        return f"list of {_type(feature[0])}"
    if isinstance(feature, dict):
        return "{" + ", ".join(f"{name}: {_type(part)}" for name, part in feature.items()) + "}"
    return feature


def _example(stored: Sequence[Stored]) -> str:
    """Give a row of `relations` that holds a relation (or of the first config), long lists cut."""
    built = next(s.built for s in stored if s.built.config.name == "relations")
    found = rows(built.table, built.features)
    chosen = next((row for row in found if row["relation"]), found[0] if found else None)
    if chosen is None:
        built = stored[0].built
        chosen = rows(built.table.slice(0, 1), built.features)[0]
    text = json.dumps(chosen, ensure_ascii=False)
    return f"From `{built.config.name}`:\n\n```json\n{textwrap.fill(text, 110, break_long_words=False)}\n```"


def _sources(documents: Sequence[Document]) -> str:
    known = ("outlet", "agency", "date", "note")
    lines = ((f"`{d.id}`", *(d.metadata.get(name, "") or "not known" for name in known)) for d in documents)
    return _table(("document", *known), lines)


def _labels(labels: LabelSet) -> str:
    mentions = _table(("label", "what"), ((f"`{n}`", m.description) for n, m in labels.mentions.items()))
    relations = ((f"`{n}`", r.description, "/".join(r.head), "/".join(r.tail)) for n, r in labels.relations.items())
    return mentions + "\n\n" + _table(("relation", "what", "head", "tail"), relations)


def _statistics(counts: Mapping[str, Any]) -> str:
    sizes = counts["documents"]
    columns = list(next(iter(sizes.values()))) if sizes else []
    by_document = _table(("document", *columns), ((f"`{n}`", *(str(s[c]) for c in columns)) for n, s in sizes.items()))
    mentions = counts["mentions"]
    levels = list(dict.fromkeys(level for found in mentions.values() for level in found))
    shown = ((f"`{label}`", *(str(found.get(level, 0)) for level in levels)) for label, found in mentions.items())
    tables = [by_document, _table(("mentions", *(level or "all" for level in levels)), shown)]
    for title, found in (("relations", counts["relations"]["labels"]), ("zones", counts["zones"])):
        tables.append(_table((title, "count"), ((f"`{name}`", str(count)) for name, count in found.items())))
    for title in ("entities", "facts"):
        tables.append(_table((title, "count"), ((name, str(count)) for name, count in counts[title].items())))
    attributes = {name: found for name, found in counts["relations"].items() if name != "labels"}
    said = ((f"{name} {value}", str(n)) for name, found in attributes.items() for value, n in found.items())
    return "\n\n".join([*tables, *([_table(("attribute of relations", "count"), said)] if attributes else [])])


def _tokens(counts: Mapping[str, Any]) -> str:
    off = counts["off_token_edges"]
    shown = "; ".join(f"“{m['text']}” ({m['label']}, {m['mention']} of {m['document']})" for m in off)
    edges = (
        f"{len(off)} mentions do not fall on token edges: {shown}." if off else "Every mention falls on token edges."
    )
    lost = "; ".join(f"{what}: {count}" for what, count in counts["not_shown"].items())
    hidden = f"Not shown in the sentence views: {lost}." if lost else "The sentence views show all of them."
    return f"Tokens are those of `{counts['tokenizer']}`. {edges} {hidden}"


def _table(header: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    return "\n".join(_line(cells) for cells in (header, ["---"] * len(header), *lines))


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', BAR) for cell in cells)} |"
