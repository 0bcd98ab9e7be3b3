"""DocRED and Re-DocRED JSON: tokenised sentences, entities as clusters of mentions, relations between entities.

Our relations run between mentions: an entity's first mention stands for it, and the entity's cluster is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

from goldwire.document import Document, Entity, Mention, Relation, canonical
from goldwire.errors import InputError
from goldwire.formats.base import (
    CROSSING,
    ENTITIES,
    EVIDENCE,
    IDS,
    METADATA,
    NESTED,
    RELATIONS,
    SENTENCES,
    TOKENS,
    Format,
    Notes,
    Options,
)
from goldwire.formats.json_values import first_object, item, items, need, objects, rest, write_values
from goldwire.formats.keys import RELATION_HEADS, RELATION_KINDS, RELATION_TAILS, listed_keys, respelt
from goldwire.formats.layout import Grid, Laid, Place, lay_out, placed
from goldwire.formats.settling import settled_rows

_COLUMNS = {"head": "h", "tail": "t", "relation_id": "r", "relation_text": "relation_text", "evidence": "evidence"}
_KNOWN = ("title", "sents", "vertexSet", "labels")
_SPELT = {
    "title": ("doc_id", "doc_key", "docid", "id"),
    "sents": ("sentences",),
    "vertexSet": ("vertices", "vertex", "entities", "nodes"),
    "labels": ("label", "relations", "relation", "facts"),
}
_MENTION = {"pos": ("position", "span"), "sent_id": ("sent_idx", "sentence_id", "sent"), "type": ("label", "ner")}
_RELATION = {"h": RELATION_HEADS, "t": RELATION_TAILS, "r": RELATION_KINDS}


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from a DocRED file (a JSON list, or JSONL); equal titles get " (2)", " (3)" ... and a note."""
    named = _named(path, options)
    return settled_rows(_document, named, options, path)


def words(value: dict[str, Any], key: str, where: str, notes: Notes) -> list[list[str]]:
    """Give the tokenised sentences under a key; empty ones, which no document has, are counted."""
    rows = [need(row, list, where, f'"{key}" sentence') for row in item(value, key, list, where)]
    if empty := sum(not any(row) for row in rows):
        notes.add("sentences without tokens, passed over", where, empty)
    return [[need(word, str, where, "token") for word in row] for row in rows]


def _named(path: Path, options: Options) -> Iterator[tuple[dict[str, Any], str, str]]:
    seen: Counter[str] = Counter()
    for number, (where, told) in enumerate(objects(path, options.notes), start=1):
        value = respelt(told, _SPELT)
        title = str(value.get("title") or f"d{number}")
        seen[title] += 1
        if seen[title] > 1:
            options.notes.add("documents with the title of an earlier one, numbered", f"{where} {title!r}")
        yield value, title if seen[title] == 1 else f"{title} ({seen[title]})", f"{where} {title!r}"


def _document(value: dict[str, Any], name: str, where: str, options: Options) -> Document:
    _whole(value, where, options)
    laid = lay_out(words(value, "sents", where, options.notes))
    vertices = [need(vertex, list, where, "vertex") for vertex in items(value, "vertexSet", where)]
    numbered = [[(f"m{i + 1}.{j + 1}", row) for j, row in enumerate(vertex)] for i, vertex in enumerate(vertices)]
    made = [
        list(options.notes.sound(lambda row: _mention(row[1], laid, row[0], where, options), rows)) for rows in numbered
    ]
    names = [[mention.id for mention in row] for row in made]
    entities = tuple(Entity(f"e{index + 1}", tuple(row)) for index, row in enumerate(names) if row)
    numbers, labels = laid.numbers(), _labels_of(value, where)
    relations = tuple(options.notes.sound(lambda label: _relation(label, names, numbers, where, options), labels))
    metadata = rest(value, _KNOWN)
    mentions = tuple(chain.from_iterable(made))
    return Document(name, laid.text, mentions, relations, entities, laid.tokens, laid.sentences, metadata=metadata)


def _whole(value: dict[str, Any], where: str, options: Options) -> None:
    """Note a document that is text alone.

    Raises:
        InputError: entities or relations lack, and another key holds what may be them.
    """
    other = any(_holds_objects(told) for key, told in value.items() if key not in _KNOWN)
    missing = [key for key in ("vertexSet", "labels") if key not in value]
    if missing and (other or missing == ["vertexSet"]):
        found = f"there is no {missing[0]} among its keys {listed_keys(value)}"
        raise InputError(where, found, f"call the {'entities' if missing[0] == 'vertexSet' else 'relations'} so")
    if "vertexSet" in missing:
        options.notes.add("documents without vertexSet, read as text", where)


def _holds_objects(told: Any) -> bool:
    rows = list(told.values()) if isinstance(told, dict) else told
    return isinstance(rows, list) and any(isinstance(row, dict) or _holds_objects(row) for row in rows)


def _labels_of(value: dict[str, Any], where: str) -> list[Any]:
    """Give the relations: a list, or the columns that the dataset has on the Hub."""
    told = value.get("labels")
    if not isinstance(told, dict):
        return items(value, "labels", where)
    columns = [items(told, key, where) for key in _COLUMNS]
    rows = zip_longest(*columns)
    return [{k: v for k, v in zip(_COLUMNS.values(), row, strict=True) if v is not None} for row in rows]


def _mention(row: Any, laid: Laid, name: str, where: str, options: Options) -> Mention:
    value = respelt(need(row, dict, where, "mention"), _MENTION)
    first, last = _pair(value.get("pos"), where)
    span = laid.span(item(value, "sent_id", int, where), first, last)
    if span is None:
        found = f"mention {name} at sentence {value['sent_id']}, tokens [{first}, {last}): there are none such"
        raise InputError(where, found, "pos is [first, last + 1] inside its sentence")
    told, found = str(value.get("name", "")), laid.text[span.start : span.end]
    if told and "".join(told.split()) != "".join(found.split()):
        options.notes.add("mentions whose name is not their tokens (the tokens hold)", f"{where} {told!r}/{found!r}")
    return Mention(*span, item(value, "type", str, where), name)


def _pair(value: Any, where: str) -> tuple[int, int]:
    pair = need(value, list, where, '"pos"')
    if len(pair) != 2 or not all(isinstance(point, int) for point in pair):
        raise InputError(where, f'"pos" is {pair}, two whole numbers were expected', "mend the file")
    return pair[0], pair[1]


def _relation(
    row: Any, names: Sequence[Sequence[str]], numbers: dict[int, int], where: str, options: Options
) -> Relation:
    value = respelt(need(row, dict, where, "label"), _RELATION)
    if missing := next((end for key, end in (("h", "head"), ("t", "tail")) if key not in value), ""):
        raise InputError(where, f"a relation with the keys {listed_keys(row)} names no {missing}", "give it h, t and r")
    ends = [item(value, key, int, where) for key in ("h", "t")]
    for end in ends:
        if not (0 <= end < len(names) and names[end]):
            raise InputError(where, f"a relation names entity {end} of {len(names)}", "mend h or t")
    told = {need(index, int, where, "a sentence of evidence") for index in items(value, "evidence", where)}
    if lacking := sorted(told - numbers.keys()):
        options.notes.add("sentences of evidence that are not there, or empty", f"{where} {lacking[0]}", len(lacking))
    evidence = tuple(sorted(numbers[index] for index in told & numbers.keys()))
    attributes = rest(value, ("h", "t", "r", "evidence"))
    tail = names[ends[1]][-1 if ends[0] == ends[1] else 0]
    return Relation(names[ends[0]][0], tail, item(value, "r", str, where), "", evidence, attributes)


def write(documents: Iterable[Document], path: Path, options: Options) -> None:
    """Write documents as a DocRED list (JSONL where the suffix asks); a mention without an entity is one of its own."""
    write_values((_value(canonical(document), options) for document in documents), path)


def _value(document: Document, options: Options) -> dict[str, Any]:
    grid, places = placed(document, options, "docred")
    clusters = _clusters(document, places)
    mentions = document.by_id()
    vertex_of = {name: index for index, cluster in enumerate(clusters) for name in cluster}
    vertices = [
        [_vertex(mentions[name], places[name], index, grid) for name in row] for index, row in enumerate(clusters)
    ]
    labels = _labels(document, vertex_of, options)
    return {"title": document.id, "sents": grid.words(), "vertexSet": vertices, "labels": labels, **document.metadata}


def _clusters(document: Document, places: dict[str, Place]) -> list[list[str]]:
    clusters = [[name for name in entity.mentions if name in places] for entity in document.entities]
    owned = document.entity_of()
    single = [[mention.id] for mention in document.mentions if mention.id in places and mention.id not in owned]
    return [cluster for cluster in clusters if cluster] + single


def _vertex(mention: Mention, place: Place, index: int, grid: Grid) -> dict[str, Any]:
    return {
        "name": mention.text,
        "pos": [place.first, place.last],
        "sent_id": place.sentence,
        "type": mention.label,
    }


def _labels(document: Document, vertex_of: dict[str, int], options: Options) -> list[dict[str, Any]]:
    merged: dict[tuple[int, int, str], set[int]] = {}
    for relation in document.relations:
        head, tail = vertex_of.get(relation.head), vertex_of.get(relation.tail)
        if head is None or tail is None:
            options.notes.lose("relations left out with a mention", f"{document.id}: {relation.id}")
            continue
        if (head, tail, relation.label) in merged:
            options.notes.lose("relations between the same entities, written once", f"{document.id}: {relation.id}")
        merged.setdefault((head, tail, relation.label), set()).update(relation.evidence)
    return [{"h": h, "t": t, "r": r, "evidence": sorted(e)} for (h, t, r), e in merged.items()]


def recognise(path: Path, head: bytes) -> bool:
    """Say whether JSON begins with an object that has sents and vertexSet, however spelt."""
    del path
    told = first_object(head)
    first = respelt(told, _SPELT)
    ours = _is_vertices(first.get("vertexSet")) or "vertexSet" in told or ("sents" in told and "title" in first)
    return "sents" in first and ours


def _is_vertices(rows: Any) -> bool:
    filled = next((row for row in rows if row), None) if isinstance(rows, list) else None
    mention = filled[0] if isinstance(filled, list) else None
    return isinstance(mention, dict) and {"pos", "sent_id"} <= respelt(mention, _MENTION).keys()


FORMAT = Format(
    "docred",
    "DocRED and Re-DocRED JSON",
    (".json", ".jsonl"),
    recognise,
    read,
    write,
    frozenset({NESTED, CROSSING, RELATIONS, ENTITIES, EVIDENCE, TOKENS, SENTENCES, METADATA, IDS}),
)
