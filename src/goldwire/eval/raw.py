"""One side's documents as arrays with code-books of their own, before the two sides are brought together.

From documents here; from Parquet in tables; joined over one code-book in columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np

from goldwire.document import Document, Entity, Mention, Span, surface
from goldwire.errors import InputError
from goldwire.eval.counts import Array


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


def from_documents(documents: Sequence[Document], texts: Mapping[str, str]) -> Raw:
    """Give documents as arrays; surfaces and heads are read from `texts` (the gold's, by document id).

    Raises:
        InputError: a relation or an entity names a mention that its document does not have.
    """
    mentions = [mention for document in documents for mention in document.mentions]
    sizes = [len(document.mentions) for document in documents]
    places = _places(documents)
    read = [texts.get(document.id) or document.text for document in documents for _ in document.mentions]
    return Raw(
        documents=tuple(document.id for document in documents),
        mention_doc=np.repeat(np.arange(len(documents)), sizes),
        start=_ints(mention.start for mention in mentions),
        end=_ints(mention.end for mention in mentions),
        label=coded([mention.label for mention in mentions]),
        level=coded([mention.level for mention in mentions], silent=""),
        surface=coded([_surface(mention, text) for mention, text in zip(mentions, read, strict=True)]),
        head=_owned([(head(mention, text),) for mention, text in zip(mentions, read, strict=True)]),
        fragments=_owned([m.fragments if len(m.fragments) > 1 else () for m in mentions]),
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


def head(mention: Mention, text: str) -> Span:
    """Give a mention's head: what its attribute `head` ("12:17") says, else the last word before what modifies it.

    The rule is for English names: a comma, a bracket or one of a few prepositions and pronouns ends the head's part.
    """
    if place := mention.attributes.get("head"):
        start, _, end = place.partition(":")
        return Span(int(start), int(end)) if start.isdecimal() and end.isdecimal() else mention.spans[0]
    first, last = mention.spans[0]
    words = text[first:last]
    stop = _STOP.search(words, 1)
    words = words[: stop.start()].rstrip() if stop else words.rstrip()
    return Span(first + words.rfind(" ") + 1, first + len(words)) if words else mention.spans[0]


def _surface(mention: Mention, text: str) -> str:
    return surface(text, mention.spans) if text else mention.text


def _places(documents: Sequence[Document]) -> list[dict[str, int]]:
    places, first = [], 0
    for document in documents:
        place: dict[str, int] = {}
        for number, mention in enumerate(document.mentions, first):
            if mention.id and place.setdefault(mention.id, number) != number:
                raise InputError(document.id, f"two mentions have the id {mention.id}", "give each its own id")
        places.append(place)
        first += len(document.mentions)
    return places


def _relations(documents: Sequence[Document], places: Sequence[dict[str, int]]) -> RawRelations:
    relations = [relation for document in documents for relation in document.relations]
    owner = np.repeat(np.arange(len(documents)), [len(document.relations) for document in documents])
    return RawRelations(
        doc=owner,
        head=_ints(_find(documents, places, d, r.head) for d, r in zip(owner, relations, strict=True)),
        tail=_ints(_find(documents, places, d, r.tail) for d, r in zip(owner, relations, strict=True)),
        label=coded([relation.label for relation in relations]),
        evidence=_pairs((number, s) for number, relation in enumerate(relations) for s in set(relation.evidence)),
    )


def _entities(documents: Sequence[Document], places: Sequence[dict[str, int]]) -> RawEntities:
    entities = [entity for document in documents for entity in document.entities]
    owner = np.repeat(np.arange(len(documents)), [len(document.entities) for document in documents])
    members = chain.from_iterable(
        ((_find(documents, places, d, mention), number) for mention in dict.fromkeys(entity.mentions))
        for number, (d, entity) in enumerate(zip(owner, entities, strict=True))
    )
    return RawEntities(
        doc=owner,
        name=coded([entity.id for entity in entities]),
        link=coded([_link(entity) for entity in entities], silent=""),
        members=_pairs(members),
    )


def _link(entity: Entity) -> str:
    return entity.link or entity.wikidata


def _find(documents: Sequence[Document], places: Sequence[dict[str, int]], document: int, mention: str) -> int:
    place = places[document].get(mention)
    if place is None:
        found = f"no mention {mention!r} that a relation or entity names"
        raise InputError(documents[document].id, found, "restore the mention or remove what names it")
    return place


def _ints(values: Iterable[int]) -> Array:
    return np.fromiter(values, np.int64)


def _pairs(pairs: Iterable[tuple[int, int]]) -> Links:
    flat = np.fromiter(chain.from_iterable(pairs), np.int64).reshape(-1, 2)
    return Links(flat[:, 0], flat[:, 1])


def _owned(owners: Sequence[Sequence[Span]]) -> Spans:
    owner = np.repeat(np.arange(len(owners)), [len(spans) for spans in owners])
    flat = np.fromiter(chain.from_iterable(chain.from_iterable(owners)), np.int64).reshape(-1, 2)
    order = np.lexsort((flat[:, 1], flat[:, 0], owner))
    return Spans(owner[order], flat[order, 0], flat[order, 1])
