"""The configs of one row a sentence or a pair in it: `ner`, `ner_conll` and `relations`.

Mentions that do not fall on token edges take every token they touch. Whole documents are rows in documents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from goldwire.corpus.documents import attributes
from goldwire.corpus.schema import INT, STRING, Feature, Features, Labels, Row, closed
from goldwire.corpus.tokens import Grid, flat, grid
from goldwire.document import Document, Mention, Relation
from goldwire.labels import LabelSet

NO_RELATION = "no_relation"


def ner_features(documents: Sequence[Document], labels: LabelSet) -> Features:
    """Give the features of tagged sentences with the label set's own labels."""
    del documents
    return _tagged(labels.mentions)


def ner_rows(documents: Sequence[Document], labels: LabelSet) -> list[Row]:
    """Give a row a sentence: tokens and the IOB2 tags of the flat view."""
    del labels
    return [row for document in documents for row in _tagged_rows(document, document.mentions)]


def conll_features(documents: Sequence[Document], labels: LabelSet) -> Features:
    """Give the features of tagged sentences with CoNLL-2003's labels."""
    del documents
    used = {label.conll for label in labels.mentions.values()}
    return _tagged([name for name in ("PER", "ORG", "LOC", "MISC") if name in used])


def conll_rows(documents: Sequence[Document], labels: LabelSet) -> list[Row]:
    """Give a row a sentence, tagged with the CoNLL labels that labels.toml maps to; others are left untagged."""
    return [row for document in documents for row in _tagged_rows(document, _conll(document, labels))]


def relations_features(documents: Sequence[Document], labels: LabelSet) -> Features:
    """Give the features of pairs in a sentence."""
    del documents
    end: Feature = {"id": STRING, "start": INT, "end": INT, "label": closed(labels.mentions), "text": STRING}
    ids: Features = {"id": STRING, "document": STRING, "sentence": INT, "tokens": [STRING]}
    label: Features = {"label": Labels((NO_RELATION, *labels.relations)), "relation": STRING}
    return {**ids, "head": end, "tail": end, **label, **attributes(labels.attributes.relation)}


def relations_rows(documents: Sequence[Document], labels: LabelSet) -> list[Row]:
    """Give a row a gold relation, and a row a candidate pair that holds none.

    Candidates are the ordered pairs of two mentions in a sentence that do not refer to the same entity and between
    whose labels the label set allows some relation. The mirror image of a symmetric relation is none.
    """
    return [row for document in documents for row in _pairs(document, labels)]


def dropped(documents: Sequence[Document], labels: LabelSet) -> Counter[str]:
    """Count what the sentence views do not show, by the config and the reason."""
    counts: Counter[str] = Counter()
    for document in documents:
        counts["ner: mentions of the flat view without a tag of their own"] += _untagged(document, document.mentions)
        conll = _conll(document, labels)
        counts["ner_conll: mentions of the flat view without a tag of their own"] += _untagged(document, conll)
        found = grid(document)
        across = sum(_sentence_of(relation, document, found) is None for relation in document.relations)
        counts["relations: relations whose ends stand in two sentences"] += across
    return +counts


def _tagged(labels: Sequence[str] | Mapping[str, object]) -> Features:
    tags = Labels(("O", *(f"{prefix}-{label}" for label in labels for prefix in "BI")))
    return {"id": STRING, "document": STRING, "sentence": INT, "tokens": [STRING], "ner_tags": [tags]}


def _tagged_rows(document: Document, mentions: Sequence[Mention]) -> Iterator[Row]:
    found = grid(document)
    tags = _tags(found, mentions)
    for index, span in enumerate(found.sentences):
        row: Row = {"id": f"{document.id}:{index}", "document": document.id, "sentence": index}
        yield row | {"tokens": found.words(span), "ner_tags": tags[slice(*span)]}


def _tags(found: Grid, mentions: Sequence[Mention]) -> list[str]:
    tags = ["O"] * len(found.starts)
    for mention in _taggable(found, mentions):
        first, last = found.tokens(mention.start, mention.end)
        tags[first:last] = [f"B-{mention.label}"] + [f"I-{mention.label}"] * (last - first - 1)
    return tags


def _taggable(found: Grid, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Give the flat mentions that have tokens of their own in one sentence; the earlier one takes a shared token."""
    taken = 0
    for mention in flat(mentions):
        first, last = found.tokens(mention.start, mention.end)
        if taken <= first < last and found.sentence(mention.start, mention.end) is not None:
            taken = last
            yield mention


def _untagged(document: Document, mentions: Sequence[Mention]) -> int:
    return len(flat(mentions)) - sum(1 for _ in _taggable(grid(document), mentions))


def _conll(document: Document, labels: LabelSet) -> list[Mention]:
    names = {name: label.conll for name, label in labels.mentions.items() if label.conll}
    return [replace(m, label=names[m.label]) for m in document.mentions if m.label in names]


class _Pair(NamedTuple):
    head: str
    tail: str


def _pairs(document: Document, labels: LabelSet) -> Iterator[Row]:
    found, mentions = grid(document), document.by_id()
    gold: dict[int, list[Relation]] = {}
    for relation in document.relations:
        if (index := _sentence_of(relation, document, found)) is not None:
            gold.setdefault(index, []).append(relation)
    mirrored = {_Pair(r.tail, r.head) for r in document.relations if r.label in labels.symmetric}
    stated = {_Pair(r.head, r.tail) for r in document.relations}
    for index in range(len(found.sentences)):
        for relation in gold.get(index, ()):
            yield _pair_row(found, index, mentions[relation.head], mentions[relation.tail], relation)
        for head, tail in _candidates(document, labels, found, index):
            if _Pair(head.id, tail.id) not in stated | mirrored:
                yield _pair_row(found, index, head, tail, None)


def _candidates(document: Document, labels: LabelSet, found: Grid, index: int) -> Iterator[tuple[Mention, Mention]]:
    owner = {name: entity.id for name, entity in document.entity_of().items()}
    inside = [m for m in document.mentions if found.sentence(m.start, m.end) == index]
    for head in inside:
        for tail in inside:
            same = owner.get(head.id, head.id) == owner.get(tail.id, tail.id)
            if not same and any(label.allows(head.label, tail.label) for label in labels.relations.values()):
                yield head, tail


def _sentence_of(relation: Relation, document: Document, found: Grid) -> int | None:
    mentions = document.by_id()
    head, tail = mentions[relation.head], mentions[relation.tail]
    return found.sentence(min(head.start, tail.start), max(head.end, tail.end))


def _pair_row(found: Grid, index: int, head: Mention, tail: Mention, relation: Relation | None) -> Row:
    document, span = found.document, found.sentences[index]
    name = relation.id if relation else f"{head.id}-{tail.id}"
    row: Row = {"id": f"{document.id}:{name}", "document": document.id, "sentence": index, "tokens": found.words(span)}
    row |= {"head": _end(found, index, head), "tail": _end(found, index, tail)}
    label = relation.label if relation else NO_RELATION
    given = dict(relation.attributes) if relation else {}
    return row | {"label": label, "relation": relation.id if relation else None, "attributes": given}


def _end(found: Grid, index: int, mention: Mention) -> Row:
    first, last = found.tokens(mention.start, mention.end)
    offset = found.sentences[index].start
    row: Row = {"id": mention.id, "start": first - offset, "end": last - offset}
    return row | {"label": mention.label, "text": mention.text}
