"""Measures of links: which knowledge-base entry a mention's entity has, NIL among them.

A mention's link is its entity's; mentions whose entity says none take no part. A missed or shifted mention costs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from goldwire.document import NIL
from goldwire.eval.columns import Columns, Side, pack_both
from goldwire.eval.counts import Array, Counts
from goldwire.eval.layers.choosing import Pairs
from goldwire.eval.layers.matching import full_keys, stepwise
from goldwire.eval.layers.tally import CORRECT, INCORRECT, Items, outcomes, tally, tally_sets
from goldwire.eval.measures import Measure

Kind = Callable[[Columns, Array], Array]


def link_of(side: Side) -> Array:
    """Give each mention the code of its entity's link, or -1."""
    links = np.append(side.entities.link, -1)
    return np.asarray(links[side.mentions.entity])


def linked(columns: Columns, link: Array) -> Array:
    """Say of each link whether there is one, NIL included."""
    return np.asarray(link >= 0)


def nil(columns: Columns, link: Array) -> Array:
    """Say of each link whether it is NIL: known to have no entry."""
    return np.asarray(link == _code_of_nil(columns))


def in_kb(columns: Columns, link: Array) -> Array:
    """Say of each link whether it is an entry of the knowledge base."""
    return np.asarray((link >= 0) & (link != _code_of_nil(columns)))


def _code_of_nil(columns: Columns) -> int:
    return columns.links.index(NIL) if NIL in columns.links else -2


def count(columns: Columns, *, name: str, kind: Kind, by_link: bool = True, by_label: bool = False) -> Counts:
    """Count mentions of a kind of link by span, and with `by_link` by the link too; each at its own label.

    With `by_label` labels must be equal too; else they only say which of equal spans belong together.
    """
    sides = columns.gold, columns.pred
    gold, pred = (np.flatnonzero(kind(columns, link_of(side))) for side in sides)
    spans, fulls = (columns.gold.mentions.span, columns.pred.mentions.span), full_keys(columns)
    keys = [_with_links(columns, fulls), _with_links(columns, spans)] if by_link else [fulls, spans]
    return _counts(columns, name, (gold, pred), stepwise(keys[:1] if by_label else keys, gold, pred))


def given_mention(columns: Columns, *, name: str = "links/given-mention") -> Counts:
    """Count, of the gold's linked mentions whose span was found, those with the right link: accuracy, P = R = F1.

    Found is found whatever its label, and if it has no link at all that is wrong too.
    """
    gold = np.flatnonzero(linked(columns, link_of(columns.gold)))
    everything = np.arange(len(columns.pred.mentions.doc))
    spans, fulls = (columns.gold.mentions.span, columns.pred.mentions.span), full_keys(columns)
    steps = [_with_links(columns, fulls), _with_links(columns, spans), fulls, spans]
    pairs = stepwise(steps, gold, everything)
    right = link_of(columns.gold)[pairs.gold] == link_of(columns.pred)[pairs.pred]
    mentions = columns.gold.mentions
    items = Items(mentions.doc[pairs.gold], mentions.label[pairs.gold], np.where(right, CORRECT, INCORRECT))
    return tally(name, columns.documents, columns.mention_labels, items, items)


def _with_links(columns: Columns, keys: tuple[Array, Array]) -> tuple[Array, Array]:
    links = link_of(columns.gold), link_of(columns.pred)
    gold, pred = pack_both([(key, link + 1) for key, link in zip(keys, links, strict=True)])
    return gold, pred


def _counts(columns: Columns, name: str, kept: tuple[Array, Array], pairs: Pairs) -> Counts:
    sides = columns.gold.mentions, columns.pred.mentions
    outcome = outcomes((len(sides[0].doc), len(sides[1].doc)), pairs, CORRECT)
    items = (
        Items(side.doc[which], side.label[which], result[which])
        for side, which, result in zip(sides, kept, outcome, strict=True)
    )
    return tally(name, columns.documents, columns.mention_labels, *items)


def in_document(columns: Columns, *, name: str = "links/document") -> Counts:
    """Count the distinct knowledge-base entries of each document, wherever they are mentioned."""
    sides = ((doc, np.zeros_like(label), link) for doc, label, link in _entries(columns))
    return tally_sets(name, columns.documents, ("",), list(sides))


def in_document_by_label(columns: Columns, *, name: str = "links/document-typed") -> Counts:
    """Count the distinct knowledge-base entries of each document with their mentions' labels."""
    return tally_sets(name, columns.documents, columns.mention_labels, _entries(columns))


def _entries(columns: Columns) -> list[tuple[Array, Array, Array]]:
    """Give document, label and link of both sides' mentions that have an entry of the knowledge base."""
    sides = []
    for side in (columns.gold, columns.pred):
        link, mentions = link_of(side), side.mentions
        kept = in_kb(columns, link)
        sides.append((mentions.doc[kept], mentions.label[kept], link[kept]))
    return sides


NELEVAL = "Hachey et al. 2014, TAC EDL"
_RULES: tuple[tuple[str, Kind, bool, bool, str], ...] = (
    ("links/strong", linked, True, False, "same span and same link, NIL being a link"),
    ("links/linked", linked, False, False, "same span, both with a link or NIL"),
    ("links/nil", nil, True, False, "same span, both NIL"),
    ("links/inkb", in_kb, True, False, "same span and same knowledge-base entry; NIL takes no part"),
    ("links/inkb-mentions", in_kb, False, False, "same span, both with a knowledge-base entry"),
    ("links/typed", linked, True, True, "same span, label and link, NIL being a link"),
    ("links/typed-nil", nil, True, True, "same span and label, both NIL"),
    ("links/typed-inkb", in_kb, True, True, "same span, label and knowledge-base entry; NIL takes no part"),
)
MEASURES = (
    *(
        Measure(name, "links", partial(count, name=name, kind=kind, by_link=link, by_label=label), rule, NELEVAL)
        for name, kind, link, label, rule in _RULES
    ),
    Measure(
        "links/given-mention",
        "links",
        given_mention,
        "accuracy of links on the gold's linked mentions whose span was found",
        "Hachey et al. 2014",
    ),
    Measure(
        "links/document",
        "links",
        in_document,
        "distinct knowledge-base entries of a document",
        "Cornolti et al. 2013, C2W",
        unit="entry",
    ),
    Measure(
        "links/document-typed",
        "links",
        in_document_by_label,
        "distinct knowledge-base entries of a document with their labels",
        "Wei et al. 2015, BioCreative V CDR",
        unit="entry",
    ),
)
