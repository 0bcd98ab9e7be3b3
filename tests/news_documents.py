"""Random documents that a format can hold, and what of two documents it must keep equal.

Texts are words of real news, blanks between them and a line feed between sentences.
"""

from __future__ import annotations

import os
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from goldwire.document import Document, Entity, Mention, Relation, Span, Zone, canonical, surface
from goldwire.formats import base
from goldwire.formats.layout import Laid, lay_out
from goldwire.formats.settling import merged

SHARED = Path(os.environ.get("GOLDWIRE_SHARED", Path(__file__).parents[2] / "shared")) / "corpora"
NEWS = "Kevin Rudd told U.S. officials in Çanakkale that İstanbul 's “ deal ” of $ 4.5 bn – 😊 – was # dead , he said ."
WORDS = tuple(NEWS.split(" "))
LABELS = ("PER", "ORG", "GPE")
PLAIN_TEXT = st.text("abc é=:", min_size=1, max_size=6).map(str.strip).filter(bool)


def corpus(name: str) -> Path:
    """Give a corpus of the shared folder, or skip the test."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not in {SHARED}")
    return path


@st.composite
def documents(draw: st.DrawFn, holds: frozenset[str], name: str = "news-1") -> Document:
    """Give a document that uses all that a format holds, and nothing else."""
    rows = draw(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=7), min_size=1, max_size=3))
    laid = lay_out(rows)
    mentions = draw(_mentions(laid, holds))
    entities = draw(_entities(mentions, holds))
    later = {name for entity in entities for name in entity.mentions[1:]}
    ends = mentions if base.ENDS in holds else tuple(m for m in mentions if m.id not in later)
    relations = draw(_relations(ends, laid, holds))
    zones = (Zone(0, len(laid.text), "body", mentions[0].id if mentions else ""),)
    found = Document(
        name,
        laid.text,
        mentions,
        relations,
        entities,
        laid.tokens if base.TOKENS in holds else (),
        laid.sentences if base.SENTENCES in holds else (),
        zones if base.ZONES in holds else (),
        {"outlet": draw(PLAIN_TEXT)} if base.METADATA in holds else {},
    )
    return canonical(found)


@st.composite
def _mentions(draw: st.DrawFn, laid: Laid, holds: frozenset[str]) -> tuple[Mention, ...]:
    found: list[Mention] = []
    for number in range(draw(st.integers(0, 6))):
        row = draw(st.sampled_from(laid.rows))
        points = draw(st.lists(st.integers(0, len(row)), min_size=2, max_size=4, unique=True).map(sorted))
        count = len(points) // 2 * 2 if base.DISCONTINUOUS in holds else 2
        spans = merged(Span(row[a].start, row[b - 1].end) for a, b in list(pairwise(points[:count]))[::2])
        mention = Mention(spans[0].start, spans[-1].end, draw(st.sampled_from(LABELS)), f"m{number + 1}")
        mention = _dressed(draw, mention, spans, laid.text, holds)
        if all(_allowed(mention, other, holds) for other in found):
            found.append(mention)
    return tuple(found)


def _dressed(draw: st.DrawFn, mention: Mention, spans: tuple[Span, ...], text: str, holds: frozenset[str]) -> Mention:
    return Mention(
        mention.start,
        mention.end,
        mention.label,
        mention.id,
        surface(text, spans),
        draw(st.sampled_from(("", "name", "pronoun"))) if base.LEVELS in holds else "",
        spans if len(spans) > 1 else (),
        draw(st.dictionaries(st.sampled_from(("role", "genre")), PLAIN_TEXT)) if base.ATTRIBUTES in holds else {},
        draw(st.sampled_from((None, 0.25, 1.0))) if base.SCORES in holds else None,
    )


def _allowed(one: Mention, other: Mention, holds: frozenset[str]) -> bool:
    apart = one.end <= other.start or other.end <= one.start
    nested = (one.start - other.start) * (one.end - other.end) <= 0
    same = (one.start, one.end) == (other.start, other.end)
    return apart or (not same and (base.NESTED if nested else base.CROSSING) in holds)


@st.composite
def _relations(
    draw: st.DrawFn, mentions: tuple[Mention, ...], laid: Laid, holds: frozenset[str]
) -> tuple[Relation, ...]:
    if base.RELATIONS not in holds or len(mentions) < 2:
        return ()
    pair = st.permutations([mention.id for mention in mentions]).map(lambda names: (names[0], names[1]))
    ends = draw(st.lists(st.tuples(pair, st.sampled_from(("based_in", "works_for"))), max_size=4, unique=True))
    sentence = st.integers(0, len(laid.sentences) - 1)
    evidence = st.sets(sentence, max_size=2).map(sorted).map(tuple) if base.EVIDENCE in holds else st.just(())
    attributes = st.dictionaries(st.just("tense"), PLAIN_TEXT) if base.ATTRIBUTES in holds else st.just({})
    return tuple(
        Relation(head, tail, label, f"r{number}", draw(evidence), draw(attributes))
        for number, ((head, tail), label) in enumerate(ends, start=1)
    )


@st.composite
def _entities(draw: st.DrawFn, mentions: tuple[Mention, ...], holds: frozenset[str]) -> tuple[Entity, ...]:
    if base.ENTITIES not in holds or len(mentions) < 2:
        return ()
    cut = draw(st.integers(2, len(mentions)))
    names = draw(st.permutations([mention.id for mention in mentions]))[:cut]
    links = (
        st.sampled_from((("", ""), ("Kevin Rudd", ""), ("", "Q43135"))) if base.LINKS in holds else st.just(("", ""))
    )
    place = {mention.id: (mention.start, -mention.end) for mention in mentions}
    return (Entity("e1", tuple(sorted(names, key=place.__getitem__)), *draw(links)),)


def kept(document: Document, holds: frozenset[str]) -> dict[str, Any]:
    """Give what of a document a format with these features must keep, without the names that ids are."""
    key = {m.id: _mention_key(m, holds) for m in document.mentions}
    parts: dict[str, Any] = {
        "id": document.id if base.IDS in holds else "",
        "text": document.text if base.TEXT in holds else " ".join(document.text.split()),
        "mentions": Counter(key.values()),
    }
    if base.RELATIONS in holds:
        parts["relations"] = {_relation_key(r, key, holds) for r in document.relations}
    if base.ENTITIES in holds:
        linked = base.LINKS in holds
        parts["entities"] = Counter(
            (frozenset(key[name] for name in e.mentions), (e.link, e.wikidata) if linked else "")
            for e in document.entities
            if len(e.mentions) > 1
        )
    for name, part in (("tokens", base.TOKENS), ("sentences", base.SENTENCES), ("zones", base.ZONES)):
        if part in holds:
            parts[name] = [item[:2] if name != "zones" else (item.start, item.end) for item in getattr(document, name)]
    if base.METADATA in holds:
        parts["metadata"] = {k: v for k, v in document.metadata.items() if k == "outlet"}
    return parts


def _mention_key(mention: Mention, holds: frozenset[str]) -> tuple[Any, ...]:
    return (
        *mention.spans,
        mention.label,
        mention.level if base.LEVELS in holds else "",
        _attributes(mention.attributes, holds),
        mention.score if base.SCORES in holds else None,
    )


def _relation_key(relation: Relation, key: dict[str, Any], holds: frozenset[str]) -> tuple[Any, ...]:
    evidence = relation.evidence if base.EVIDENCE in holds else ()
    return (key[relation.head], key[relation.tail], relation.label, evidence, _attributes(relation.attributes, holds))


def _attributes(values: Any, holds: frozenset[str]) -> tuple[tuple[str, str], ...]:
    if base.ATTRIBUTES not in holds:
        return ()
    return tuple(sorted((k, v) for k, v in values.items() if k in ("role", "genre", "tense")))
