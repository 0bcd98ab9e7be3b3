"""SciREX's JSON lines: a paper a line, its words, sentences and sections, mentions, salient entities, n-ary relations.

An n-ary relation is binary ones from its Method (else its first part) to each other part, labelled by that part's role;
the attribute `relation` tells which belong together. Ends are exclusive. Source of the form: the README of SciREX.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from goldwire.document import Document, Entity, Relation, Zone
from goldwire.errors import InputError
from goldwire.formats.base import Format, Names, Options
from goldwire.formats.dygie import Draft
from goldwire.formats.json_values import first_object, item, items, need, objects, plain, rest
from goldwire.formats.layout import lay_out
from goldwire.formats.settling import settled_rows

_KNOWN = ("doc_id", "words", "sentences", "sections", "ner", "coref", "n_ary_relations", "method_subrelations")
_CENTRE, _SCORE = "Method", "score"


@dataclass(slots=True)
class _Paper:
    """A paper in the making; first: the first mention of each entity that has one."""

    draft: Draft
    first: dict[str, str] = field(default_factory=dict)


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read a document a paper; ids are doc_id. A salient entity has its name as the attribute `name`."""
    return settled_rows(_document, _named(path, options), options, path)


def _named(path: Path, options: Options) -> Iterator[tuple[dict[str, Any], str, str]]:
    names = Names()
    for number, (where, value) in enumerate(objects(path, options.notes), start=1):
        name = names.distinct(str(value.get("doc_id", f"d{number}")), number)
        yield value, name, f"{where} {name}"


def _document(value: dict[str, Any], name: str, where: str, options: Options) -> Document:
    words = [need(word, str, where, "word") for word in item(value, "words", list, where)]
    draft, sound = Draft(where, lay_out(_rows(words, value, where, options)), options), options.notes.sound
    list(sound(partial(_mention, draft), items(value, "ner", where)))
    paper = _Paper(draft)
    clusters = need(value.get("coref") or {}, dict, where, '"coref"')
    entities = tuple(sound(partial(_entity, paper), enumerate(clusters.items(), start=1)))
    parts = enumerate(items(value, "n_ary_relations", where), start=1)
    relations = [relation for found in sound(partial(_relations, paper), parts) for relation in found]
    relations += _submethods(paper, need(value.get("method_subrelations") or {}, dict, where, '"method_subrelations"'))
    zones = tuple(sound(partial(_section, draft), items(value, "sections", where)))
    laid, metadata = draft.laid, rest(value, _KNOWN)
    mentions, kept = tuple(draft.mentions), tuple(entity for entity in entities if entity.mentions)
    return Document(name, laid.text, mentions, tuple(relations), kept, laid.tokens, laid.sentences, zones, metadata)


def _rows(words: list[str], value: dict[str, Any], where: str, options: Options) -> list[list[str]]:
    """Give the words by sentence: all that lie between two sentences' starts."""
    spans = [_pair(row, where, len(words)) for row in items(value, "sentences", where)]
    starts = sorted({0, *(first for first, _ in spans)})
    if any(first[1] != second[0] for first, second in pairwise(sorted(spans))):
        options.notes.add("documents whose sentences leave words out or overlap, cut where one starts", where)
    return [words[first:last] for first, last in pairwise([*starts, len(words)])]


def _pair(row: Any, where: str, words: int) -> tuple[int, int]:
    pair = need(row, list, where, "a span")[:2]
    if len(pair) != 2 or not all(type(at) is int for at in pair) or not 0 <= pair[0] < pair[1] <= words:
        raise InputError(where, f"{plain(row)[:60]} is no span of the {words} words", "mend the file")
    return pair[0], pair[1]


def _mention(draft: Draft, row: Any) -> str:
    first, last = _pair(row, draft.where, len(draft.tokens))
    return draft.mention(
        first, last, need(row[2] if len(row) > 2 else None, str, draft.where, "the label of a mention")
    )


def _entity(paper: _Paper, row: tuple[int, tuple[str, Any]]) -> Entity:
    draft, (number, (name, told)) = paper.draft, row
    spans = need(told, list, draft.where, f"the mentions of {name!r}")
    found = draft.options.notes.sound(lambda span: draft.found(*_pair(span, draft.where, len(draft.tokens))), spans)
    names = tuple(dict.fromkeys(found))
    if names:
        paper.first[name] = names[0]
    else:
        draft.options.notes.lose("entities without a mention, left out", f"{draft.where}: {name}")
    return Entity(f"e{number}", names, attributes={"name": name})


def _relations(paper: _Paper, row: tuple[int, Any]) -> list[Relation]:
    number, told = row
    where, notes = paper.draft.where, paper.draft.options.notes
    roles = {role: named for role, named in need(told, dict, where, "a relation").items() if role.lower() != _SCORE}
    ends = {role: paper.first[str(named)] for role, named in roles.items() if str(named) in paper.first}
    if lost := len(roles) - len(ends):
        notes.lose("parts of relations whose entity has no mention", f"{where}: relation {number}", lost)
    centre = _CENTRE if _CENTRE in ends else next(iter(ends), "")
    score = next((plain(said) for role, said in told.items() if role.lower() == _SCORE), "")
    attributes = {"relation": str(number)} | ({_SCORE: score} if score else {})
    others = [(role, end) for role, end in ends.items() if end != ends[centre]]
    return [Relation(ends[centre], end, role, attributes=attributes) for role, end in others]


def _submethods(paper: _Paper, told: Mapping[str, Any]) -> Iterator[Relation]:
    where, notes = paper.draft.where, paper.draft.options.notes
    for name, parts in told.items():
        for part in need(parts, list, where, f"the methods within {name!r}"):
            within = str(need(part, list, where, "a method within another")[-1])
            head, tail = paper.first.get(name), paper.first.get(within)
            if head and tail and head != tail:
                yield Relation(head, tail, "method_subrelation")
            elif head != tail or head is None:
                notes.lose("methods within others, one of which has no mention", f"{where}: {within}")


def _section(draft: Draft, row: Any) -> Zone:
    first, last = _pair(row, draft.where, len(draft.tokens))
    return Zone(draft.tokens[first].start, draft.tokens[last - 1].end, "section")


def recognise(path: Path, head: bytes) -> bool:
    """Say whether JSON begins with an object of words and of spans of them."""
    del path
    first = first_object(head)
    words, sentences = first.get("words"), first.get("sentences")
    spans = isinstance(sentences, list) and all(isinstance(row, list) and len(row) == 2 for row in sentences[:5])
    return isinstance(words, list) and spans and ("doc_id" in first or "ner" in first)


FORMAT = Format("scirex", "SciREX: mentions, salient entities and n-ary relations of papers", (), recognise, read)
