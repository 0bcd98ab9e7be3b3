"""Counts of a built corpus, as plain values for statistics.json and the card.

Counting labels against a gold is scoring, and lives in eval.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from goldwire.corpus.configs import Built
from goldwire.corpus.facts import facts
from goldwire.corpus.load import fingerprint
from goldwire.corpus.sentences import dropped
from goldwire.corpus.tokens import off_edges, tokenizer
from goldwire.document import NIL, Document
from goldwire.labels import LabelSet


def statistics(documents: Sequence[Document], labels: LabelSet, built: Sequence[Built]) -> dict[str, Any]:
    """Give the counts of a corpus, layer by layer."""
    return {
        "name": labels.name,
        "version": labels.version,
        "fingerprint": fingerprint(documents),
        "tokenizer": tokenizer(),
        "rows": {config.name: table.num_rows for config, _, table in built},
        "documents": {document.id: _sizes(document) for document in documents},
        "mentions": _mentions(documents, labels),
        "entities": _entities(documents),
        "relations": _relations(documents, labels),
        "facts": _facts(documents, labels),
        "zones": _in_order(Counter(z.label for d in documents for z in d.zones), labels.zones),
        "off_token_edges": [
            {"document": d.id, "mention": m.id, "label": m.label, "text": m.text}
            for d in documents
            for m in off_edges(d)
        ],
        "not_shown": dict(dropped(documents, labels)),
    }


def _sizes(document: Document) -> dict[str, int]:
    layers = ("tokens", "sentences", "mentions", "entities", "relations", "zones")
    return {"characters": len(document.text), **{layer: len(getattr(document, layer)) for layer in layers}}


def _mentions(documents: Sequence[Document], labels: LabelSet) -> dict[str, dict[str, int]]:
    counts = Counter((m.label, m.level) for d in documents for m in d.mentions)
    levels = tuple(labels.levels) or ("",)
    found = {
        label: {level: counts[label, level] for level in levels if counts[label, level]} for label in labels.mentions
    }
    return {label: levels for label, levels in found.items() if levels}


def _entities(documents: Sequence[Document]) -> dict[str, int]:
    everywhere = Counter(e.id for d in documents for e in d.entities)
    links = {e.id: e.link for d in documents for e in d.entities}
    mentions = Counter({e.id: 0 for d in documents for e in d.entities})
    for entity in (e for d in documents for e in d.entities):
        mentions[entity.id] += len(entity.mentions)
    return {
        "entities": len(everywhere),
        "in several documents": sum(count > 1 for count in everywhere.values()),
        "with one mention": sum(count == 1 for count in mentions.values()),
        "linked": sum(bool(link) and link != NIL for link in links.values()),
        "NIL": sum(link == NIL for link in links.values()),
    }


def _relations(documents: Sequence[Document], labels: LabelSet) -> dict[str, Any]:
    relations = [r for d in documents for r in d.relations]
    found: dict[str, Any] = {"labels": _in_order(Counter(r.label for r in relations), labels.relations)}
    for name, attribute in labels.attributes.relation.items():
        found[name] = _in_order(Counter(r.attributes.get(name, "") for r in relations), attribute.values)
    return found


def _facts(documents: Sequence[Document], labels: LabelSet) -> dict[str, int]:
    stated = [len({s.document.id for s in statements}) for statements in facts(documents, labels).values()]
    return {
        "facts": len(stated),
        "in several documents": sum(count > 1 for count in stated),
        "in one document": sum(count == 1 for count in stated),
    }


def _in_order(counts: Counter[str], names: Iterable[str]) -> dict[str, int]:
    """Give the counts that are not zero in the declared order, undeclared names last."""
    order = [*names, *sorted(set(counts) - set(names))]
    return {name: counts[name] for name in order if counts[name]}
