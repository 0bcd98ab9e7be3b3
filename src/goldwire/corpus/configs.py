"""The configs of the dataset, as data: a name, what a row is, its features and its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pyarrow as pa

from goldwire.corpus import chains, documents, facts, schema, sentences
from goldwire.corpus.schema import Features, Row
from goldwire.document import Document
from goldwire.labels import LabelSet


class Config(NamedTuple):
    """A view of the documents: `features` and `rows` are made from documents and their label set."""

    name: str
    description: str
    features: Callable[[Sequence[Document], LabelSet], Features]
    rows: Callable[[Sequence[Document], LabelSet], list[Row]]


CONFIGS = (
    Config(documents.NAME, "a document, with every layer", documents.features, documents.rows),
    Config("ner", "a sentence, tagged in IOB2 (flat view)", sentences.ner_features, sentences.ner_rows),
    Config("ner_conll", "the same with PER, ORG, LOC, MISC", sentences.conll_features, sentences.conll_rows),
    Config("relations", "a pair of mentions in a sentence", sentences.relations_features, sentences.relations_rows),
    Config("docred", "a document, in DocRED's fields", chains.docred_features, chains.docred_rows),
    Config("coref", "a document, with its clusters", chains.coref_features, chains.coref_rows),
    Config("links", "a mention, with its link", chains.links_features, chains.links_rows),
    Config("facts", "a fact, across documents", facts.features, facts.rows),
)
DEFAULT = documents.NAME


class Built(NamedTuple):
    """A config made: its features and its table."""

    config: Config
    features: Features
    table: pa.Table


def build_all(found: Sequence[Document], labels: LabelSet) -> list[Built]:
    """Give every config's table of documents that have tokens and sentences."""
    return [_built(config, found, labels) for config in CONFIGS]


def _built(config: Config, found: Sequence[Document], labels: LabelSet) -> Built:
    features = config.features(found, labels)
    return Built(config, features, schema.table(config.rows(found, labels), features))
