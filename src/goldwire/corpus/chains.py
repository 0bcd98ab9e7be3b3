"""The configs about entities inside a document: `coref`, `docred` and `links`.

Facts across documents live in facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from goldwire.corpus.documents import attributes
from goldwire.corpus.schema import BOOL, INT, STRING, Feature, Features, Row, closed
from goldwire.corpus.tokens import Grid, grid
from goldwire.document import NIL, Document, Entity, Mention
from goldwire.labels import LabelSet


def coref_features(documents: Sequence[Document], labels: LabelSet) -> Features:
    """Give the features of documents with their coreference clusters, in tokens."""
    del documents
    span: Feature = {"id": STRING, "start": INT, "end": INT, "text": STRING, "level": closed(labels.levels)}
    cluster: Feature = {"entity": STRING, "label": closed(labels.mentions), "link": STRING, "mentions": [span]}
    sentence: Feature = {"start": INT, "end": INT}
    return {"id": STRING, "tokens": [STRING], "sentences": [sentence], "clusters": [cluster]}


def coref_rows(documents: Sequence[Document], labels: LabelSet) -> list[Row]:
    """Give a row a document: tokens, sentences and clusters as half-open ranges of tokens; singletons are clusters."""
    del labels
    return [_coref_row(grid(document)) for document in documents]


def docred_features(documents: Sequence[Document], labels: LabelSet) -> Features:
    """Give DocRED's features under its own names; a label has our attributes besides."""
    del documents
    vertex: Feature = {"name": STRING, "pos": [INT], "sent_id": INT, "type": closed(labels.mentions)}
    fields: Features = {"h": INT, "t": INT, "r": closed(labels.relations), "evidence": [INT]}
    label: Feature = {**fields, **attributes(labels.attributes.relation)}
    return {"title": STRING, "sents": [[STRING]], "vertexSet": [[vertex]], "labels": [label]}


def docred_rows(documents: Sequence[Document], labels: LabelSet) -> list[Row]:
    """Give a row a document in DocRED's shape: `pos` are tokens of the sentence `sent_id`, half-open.

    A mention without an entity (values, titles) is a vertex of its own. Relations between the same vertices with
    the same label and attributes are one, with the evidence of all.
    """
    del labels
    return [_docred_row(grid(document)) for document in documents]


def links_features(documents: Sequence[Document], labels: LabelSet) -> Features:
    """Give the features of mentions with what they are linked to."""
    del documents
    ids: Features = {"id": STRING, "document": STRING, "sentence": INT, "context": STRING, "start": INT, "end": INT}
    mention: Features = {"text": STRING, "label": closed(labels.mentions), "level": closed(labels.levels)}
    return {**ids, **mention, "entity": STRING, "link": STRING, "wikidata": STRING, "nil": BOOL}


def links_rows(documents: Sequence[Document], labels: LabelSet) -> list[Row]:
    """Give a row a mention of an entity: its sentence as context, offsets in the context, and the link."""
    del labels
    return [row for document in documents for row in _link_rows(grid(document))]


def _coref_row(found: Grid) -> Row:
    document, mentions = found.document, found.document.by_id()
    clusters = [_cluster(found, entity, [mentions[name] for name in entity.mentions]) for entity in document.entities]
    tokens = [document.text[start:end] for start, end in document.tokens]
    sentences = [{"start": start, "end": end} for start, end in found.sentences]
    return {"id": document.id, "tokens": tokens, "sentences": sentences, "clusters": clusters}


def _cluster(found: Grid, entity: Entity, mentions: Sequence[Mention]) -> Row:
    spans = []
    for mention in mentions:
        first, last = found.tokens(mention.start, mention.end)
        level = mention.level or None
        spans.append({"id": mention.id, "start": first, "end": last, "text": mention.text, "level": level})
    label = mentions[0].label if mentions else None
    return {"entity": entity.id, "label": label, "link": entity.link, "mentions": spans}


def _docred_row(found: Grid) -> Row:
    document = found.document
    chains = [*(entity.mentions for entity in document.entities), *_alone(document)]
    vertex_of = {name: index for index, chain in enumerate(chains) for name in chain}
    mentions = document.by_id()
    vertices = [[_vertex(found, mentions[name]) for name in chain] for chain in chains]
    sents = [found.words(span) for span in found.sentences]
    labels = _docred_labels(document, vertex_of)
    return {"title": document.id, "sents": sents, "vertexSet": vertices, "labels": labels}


def _alone(document: Document) -> list[tuple[str, ...]]:
    owned = document.entity_of()
    return [(mention.id,) for mention in document.mentions if mention.id not in owned]


def _vertex(found: Grid, mention: Mention) -> Row:
    sentence = found.sentence(mention.start, mention.end)
    first, last = found.tokens(mention.start, mention.end)
    offset = found.sentences[sentence].start if sentence is not None else 0
    pos = [first - offset, last - offset]
    return {"name": mention.text, "pos": pos, "sent_id": sentence, "type": mention.label}


def _docred_labels(document: Document, vertex_of: dict[str, int]) -> list[Row]:
    found: dict[tuple[object, ...], Row] = {}
    for relation in document.relations:
        head, tail = vertex_of[relation.head], vertex_of[relation.tail]
        key = (head, tail, relation.label, tuple(sorted(relation.attributes.items())))
        given = dict(relation.attributes)
        row = {"h": head, "t": tail, "r": relation.label, "evidence": [], "attributes": given}
        evidence = found.setdefault(key, row)["evidence"]
        evidence.extend(index for index in relation.evidence if index not in evidence)
    return list(found.values())


def _link_rows(found: Grid) -> Iterator[Row]:
    document, owned = found.document, found.document.entity_of()
    for mention in document.mentions:
        entity = owned.get(mention.id)
        if entity is not None and entity.link:
            yield _link_row(found, mention, entity)


def _link_row(found: Grid, mention: Mention, entity: Entity) -> Row:
    document, index = found.document, found.sentence(mention.start, mention.end)
    start, end = document.sentences[index] if index is not None else (0, len(document.text))
    row: Row = {"id": f"{document.id}:{mention.id}", "document": document.id, "sentence": index}
    row |= {"context": document.text[start:end], "start": mention.start - start, "end": mention.end - start}
    row |= {"text": mention.text, "label": mention.label, "level": mention.level or None, "entity": entity.id}
    return row | {"link": entity.link, "wikidata": entity.wikidata, "nil": entity.link == NIL}
