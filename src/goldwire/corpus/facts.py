"""Facts: relations lifted from mentions to entities, across documents, with who states them and where.

Relations between mentions live in documents; chains inside one document in chains.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from goldwire.corpus.documents import attributes
from goldwire.corpus.schema import INT, STRING, Feature, Features, Row, closed
from goldwire.document import Document, Entity, Mention, Relation
from goldwire.labels import LabelSet

COUNTRY = "country"


@dataclass(frozen=True, slots=True, order=True)
class End:
    """An end of a fact: an entity by its id; or, where a mention refers to none (a title), its folded surface."""

    entity: str
    surface: str = ""


Key: TypeAlias = tuple[str, End, End]


@dataclass(frozen=True, slots=True)
class Statement:
    """A relation that states a fact, and the document in which it stands."""

    document: Document
    relation: Relation


def facts(documents: Sequence[Document], labels: LabelSet) -> dict[Key, list[Statement]]:
    """Give each fact (label, head, tail) with its statements, in order of the documents.

    An entity that is a demonym (its attribute `country` names one) is lifted to that country. The ends of a symmetric
    label are sorted; a label with an inverse is turned to the alphabetically earlier one of the two.
    """
    found: dict[Key, list[Statement]] = {}
    for document in documents:
        mentions, owned = document.by_id(), document.entity_of()
        for relation in document.relations:
            head, tail = (_end(mentions[name], owned.get(name)) for name in (relation.head, relation.tail))
            found.setdefault(_key(relation.label, head, tail, labels), []).append(Statement(document, relation))
    return dict(sorted(found.items()))


def features(documents: Sequence[Document], labels: LabelSet) -> Features:
    """Give the features of facts."""
    del documents
    end: Feature = {"entity": STRING, "name": STRING, "label": closed(labels.mentions), "link": STRING}
    said: Features = {"document": STRING, "relation": STRING, "sentence": INT, "evidence": STRING}
    statement: Feature = {**said, **attributes(labels.attributes.relation)}
    ids: Features = {"id": STRING, "label": closed(labels.relations), "head": end, "tail": end}
    return {**ids, "documents": [STRING], "statements": [statement]}


def rows(documents: Sequence[Document], labels: LabelSet) -> list[Row]:
    """Give a row a fact: its ends, the documents that state it, and each statement with its evidence sentence."""
    names = _names(documents)
    return [_row(key, statements, names) for key, statements in facts(documents, labels).items()]


def _key(label: str, head: End, tail: End, labels: LabelSet) -> Key:
    turned = labels.inverses.get(label)
    if turned:
        return turned, tail, head
    if label in labels.symmetric:
        first, second = sorted((head, tail))
        return label, first, second
    return label, head, tail


def _end(mention: Mention, entity: Entity | None) -> End:
    if entity is None:
        return End("", mention.text.casefold())
    return End(entity.attributes.get(COUNTRY) or entity.id)


@dataclass(frozen=True, slots=True)
class _Name:
    name: str
    label: str | None
    link: str


def _names(documents: Sequence[Document]) -> dict[End, _Name]:
    """Give each end its name: the longest of its mentions that are names, else the longest of all."""
    mentions: dict[End, list[tuple[bool, int, str, str, str]]] = {}
    for document in documents:
        owned = document.entity_of()
        for mention in document.mentions:
            entity = owned.get(mention.id)
            end = End(entity.id) if entity else End("", mention.text.casefold())
            rank = (mention.level in ("name", ""), len(mention.text), mention.text, mention.label)
            mentions.setdefault(end, []).append((*rank, entity.link if entity else ""))
    best = {end: max(found) for end, found in mentions.items()}
    return {end: _Name(text, label, link) for end, (_, _, text, label, link) in best.items()}


def _row(key: Key, statements: Sequence[Statement], names: dict[End, _Name]) -> Row:
    label, head, tail = key
    said = [row for statement in statements for row in _statement_rows(statement)]
    documents = list(dict.fromkeys(statement.document.id for statement in statements))
    name = f"{label}({head.entity or head.surface}, {tail.entity or tail.surface})"
    ends: Row = {"head": _end_row(head, names), "tail": _end_row(tail, names)}
    return {"id": name, "label": label, **ends, "documents": documents, "statements": said}


def _end_row(end: End, names: dict[End, _Name]) -> Row:
    known = names.get(end, _Name("", None, ""))
    return {"entity": end.entity, "name": known.name, "label": known.label, "link": known.link}


def _statement_rows(statement: Statement) -> Iterator[Row]:
    document, relation = statement.document, statement.relation
    given = dict(relation.attributes)
    for index in relation.evidence or (None,):
        text = document.text[slice(*document.sentences[index])] if index is not None else None
        said: Row = {"document": document.id, "relation": relation.id, "sentence": index}
        yield said | {"evidence": text, "attributes": given}
