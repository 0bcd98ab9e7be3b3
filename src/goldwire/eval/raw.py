"""One side's documents as arrays with code-books of their own, before the two sides are brought together.

From documents here; from Parquet in tables; joined over one code-book in columns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np

from goldwire.document import surface
from goldwire.errors import InputError
from goldwire.eval.counts import Array
from goldwire.formats.records import AnyDocument, AnyMention, stretches


class Coded(NamedTuple):
    """Strings as codes: indices into the sorted names; -1 where nothing is said."""

    names: tuple[str, ...]
    codes: Array


class Spans(NamedTuple):
    """Stretches of text that belong to something (a mention, a document), by its index; sorted by owner and start."""

    owner: Array
    start: Array
    end: Array


class Links(NamedTuple):
    """Pairs of indices: which sentence is evidence of which relation, which mention lies in which entity."""

    left: Array
    right: Array


class RawRelations(NamedTuple):
    """The relations of one side; head and tail index its mentions, evidence pairs relations with sentences."""

    doc: Array
    head: Array
    tail: Array
    label: Coded
    evidence: Links


class RawEntities(NamedTuple):
    """The entities of one side; members pairs mentions with entities."""

    doc: Array
    name: Coded
    link: Coded
    members: Links


@dataclass(frozen=True, slots=True)
class Raw:
    """One side in the order it came in; mentions of a document stand together, `doc` indexes `documents`."""

    documents: tuple[str, ...]
    mention_doc: Array
    start: Array
    end: Array
    label: Coded
    level: Coded
    surface: Coded
    head: Spans
    fragments: Spans
    relations: RawRelations
    entities: RawEntities
    tokens: Spans
    sentences: Spans


def from_documents(documents: Sequence[AnyDocument], texts: Mapping[str, str] | None) -> Raw:
    """Give documents as arrays; surfaces and heads are read from `texts` (the gold's, by document id), if given.

    Raises:
        InputError: a relation or an entity names a mention that its document does not have.
    """
    mentions = [mention for document in documents for mention in document.mentions]
    split = [(number, m.fragments) for number, m in enumerate(mentions) if m.fragments and len(m.fragments) > 1]
    surface, head = _words(documents, texts) if texts is not None else (coded([]), _owned([]))
    places = _places(documents)
    return Raw(
        documents=tuple(document.id for document in documents),
        mention_doc=np.repeat(np.arange(len(documents)), [len(document.mentions) for document in documents]),
        start=_ints([mention.start for mention in mentions]),
        end=_ints([mention.end for mention in mentions]),
        label=coded([mention.label for mention in mentions]),
        level=coded([mention.level for mention in mentions], silent=""),
        surface=surface,
        head=head,
        fragments=_owned([spans for _, spans in split], [number for number, _ in split]),
        tokens=_owned([document.tokens for document in documents]),
        sentences=_owned([document.sentences for document in documents]),
        relations=_relations(documents, places),
        entities=_entities(documents, places),
    )


def coded(values: Sequence[str], silent: str | None = None) -> Coded:
    """Give strings as codes into their sorted set; the silent one becomes -1."""
    names = tuple(sorted(set(values) - {silent}))
    index = {name: code for code, name in enumerate(names)}
    if silent is not None:
        index[silent] = -1
    return Coded(names, np.fromiter(map(index.__getitem__, values), np.int64, len(values)))


_STOP = re.compile(r",| \(| (?:of|in|for|at|from|on|who|that|which|and)\b")


def head(mention: AnyMention, text: str) -> tuple[int, int]:
    """Give a mention's head: what its attribute `head` ("12:17") says, else the last word before what modifies it.

    The rule is for English names: a comma, a bracket or one of a few prepositions and pronouns ends the head's part.
    """
    if place := mention.attributes.get("head"):
        start, _, end = place.partition(":")
        return (int(start), int(end)) if start.isdecimal() and end.isdecimal() else stretches(mention)[0]
    first, last = stretches(mention)[0]
    words = text[first:last]
    stop = _STOP.search(words, 1)
    words = words[: stop.start()].rstrip() if stop else words.rstrip()
    return (first + words.rfind(" ") + 1, first + len(words)) if words else (first, last)


def _words(documents: Sequence[AnyDocument], texts: Mapping[str, str]) -> tuple[Coded, Spans]:
    """Give the mentions' surfaces and heads."""
    read = [(mention, texts.get(d.id) or d.text) for d in documents for mention in d.mentions]
    return coded([_surface(*pair) for pair in read]), _owned([(head(*pair),) for pair in read])


def _surface(mention: AnyMention, text: str) -> str:
    return surface(text, stretches(mention)) if text else mention.text


def _places(documents: Sequence[AnyDocument]) -> list[dict[str, int]]:
    """Give each document's mentions, numbered through all documents, by their ids; those without id are left out."""
    places, first = [], 0
    for document in documents:
        ids = [mention.id for mention in document.mentions]
        place = {name: number for number, name in enumerate(ids, first)}
        if len(place) < len(ids) and (twice := [name for name, times in Counter(ids).items() if name and times > 1]):
            raise InputError(document.id, f"two mentions have the id {twice[0]}", "give each its own id")
        place.pop("", None)
        places.append(place)
        first += len(ids)
    return places


def _relations(documents: Sequence[AnyDocument], places: Sequence[dict[str, int]]) -> RawRelations:
    relations = [(number, relation) for number, document in enumerate(documents) for relation in document.relations]
    return RawRelations(
        doc=_ints([number for number, _ in relations]),
        head=_found(documents, places, [(number, relation.head) for number, relation in relations]),
        tail=_found(documents, places, [(number, relation.tail) for number, relation in relations]),
        label=coded([relation.label for _, relation in relations]),
        evidence=_pairs((place, s) for place, (_, relation) in enumerate(relations) for s in set(relation.evidence)),
    )


def _entities(documents: Sequence[AnyDocument], places: Sequence[dict[str, int]]) -> RawEntities:
    entities = [(number, entity) for number, document in enumerate(documents) for entity in document.entities]
    members = [
        (place, number, mention)
        for place, (number, entity) in enumerate(entities)
        for mention in dict.fromkeys(entity.mentions)
    ]
    found = _found(documents, places, [(number, mention) for _, number, mention in members])
    return RawEntities(
        doc=_ints([number for number, _ in entities]),
        name=coded([entity.id for _, entity in entities]),
        link=coded([entity.link or entity.wikidata for _, entity in entities], silent=""),
        members=Links(found, _ints([place for place, _, _ in members])),
    )


def _found(
    documents: Sequence[AnyDocument], places: Sequence[dict[str, int]], named: Sequence[tuple[int, str]]
) -> Array:
    """Give the numbers of the mentions that `named` names, by their document and id."""
    numbers = _ints([places[document].get(mention, -1) for document, mention in named])
    if (numbers < 0).any():
        document, mention = named[int((numbers < 0).argmax())]
        found = f"no mention {mention!r} that a relation or entity names"
        raise InputError(documents[document].id, found, "restore the mention or remove what names it")
    return numbers


def _ints(values: Sequence[int]) -> Array:
    return np.array(values, np.int64)


def _pairs(pairs: Iterable[tuple[int, int]]) -> Links:
    flat = np.fromiter(chain.from_iterable(pairs), np.int64).reshape(-1, 2)
    return Links(flat[:, 0], flat[:, 1])


def _owned(owners: Sequence[Sequence[tuple[int, int]]], numbers: Sequence[int] | None = None) -> Spans:
    """Give the spans of owners, which are numbered as they stand unless `numbers` says how."""
    owner = np.repeat(np.arange(len(owners)) if numbers is None else _ints(numbers), [len(spans) for spans in owners])
    flat = np.fromiter(chain.from_iterable(chain.from_iterable(owners)), np.int64).reshape(-1, 2)
    order = np.lexsort((flat[:, 1], flat[:, 0], owner))
    return Spans(owner[order], flat[order, 0], flat[order, 1])
