"""Measures of relations between entities of a document: facts, evidence, and those that a known list holds already.

Relations between mentions are in relations. A predicted end means the gold entity that its mention, or its predicted
entity, shares mentions with; an end that means none is an entity of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial
from typing import NamedTuple, TypeAlias

import numpy as np

from goldwire.document import Document, surface_of
from goldwire.errors import InputError
from goldwire.eval.columns import Columns, Side
from goldwire.eval.counts import PRED, PRED_CORRECT, Array, Counts
from goldwire.eval.layers.matching import stepwise
from goldwire.eval.layers.relations import full_numbers, one_way, turned
from goldwire.eval.layers.tally import tally_sets
from goldwire.eval.measures import IGNORING, Measure
from goldwire.formats.settling import squeezed

DOCRED = "Yao et al. 2019, DocRED"


class Ends(NamedTuple):
    """For each mention of both sides, the number of what it means: equal just where the two mean the same."""

    gold: Array
    pred: Array


def any_mention(columns: Columns) -> Ends:
    """Let a predicted mention mean the gold entity of the gold mention with its span.

    If no gold mention has its span, it means the gold entity that shares most mentions with its predicted entity.
    """
    return columns.once("ends by any mention", lambda c: _ends(c, whole=False))


def all_mentions(columns: Columns) -> Ends:
    """Let a predicted mention mean a gold entity only if its predicted entity has exactly that entity's mentions."""
    return columns.once("ends by all mentions", lambda c: _ends(c, whole=True))


def _ends(columns: Columns, *, whole: bool) -> Ends:
    gold, pred = columns.gold, columns.pred
    full, spans = full_numbers(columns), (gold.mentions.span, pred.mentions.span)
    gold_own, pred_own = (_groups(side, own) for side, own in zip((gold, pred), full, strict=True))
    pairs = stepwise([full, spans], np.arange(len(gold_own)), np.arange(len(pred_own)))
    same: Array = np.full(len(pred_own), -1, np.int64)
    same[pairs.pred] = gold_own[pairs.gold]
    same = same[_first_copies(full[1])]
    for keys in () if whole else (full, spans):
        same = np.where(same >= 0, same, _look_up(*keys, gold_own))
    best = _best_group(pred_own, same, _sizes(gold_own), _sizes(pred_own), whole=whole)[pred_own]
    meant = best if whole else np.where(same >= 0, same, best)
    private = int(gold_own.max(initial=-1)) + 1 + pred_own
    return Ends(gold_own, np.where(meant >= 0, meant, private))


def _first_copies(full: Array) -> Array:
    """Give for each mention the first of those equal to it in span and label, so that copies mean one thing."""
    again = full[1:] == full[:-1]
    if not again.any():
        return np.arange(len(full))
    return np.maximum.accumulate(np.where(np.append(False, again), 0, np.arange(len(full))))


def _look_up(gold: Array, pred: Array, values: Array) -> Array:
    """Give each predicted key the value of the first gold one equal to it, or -1; copies all find the same."""
    order = np.argsort(gold, kind="stable")
    place = np.searchsorted(gold[order], pred)
    hit = place < len(gold)
    hit[hit] = gold[order][place[hit]] == pred[hit]
    found = np.full(len(pred), -1, np.int64)
    found[hit] = values[order][place[hit]]
    return found


def _groups(side: Side, full: Array) -> Array:
    """Give a number to what each mention refers to: its entity in the document, or itself.

    Copies of a mention are one thing: where several entities hold them, the first of these by id.
    """
    entities, first = len(side.entities.doc), _first_copies(full)
    own: Array = np.where(side.mentions.entity >= 0, side.mentions.entity, entities + first)
    copies = np.flatnonzero(first != np.arange(len(first)))
    if not len(copies):
        return own
    np.minimum.at(own, first[copies], own[copies])
    return np.asarray(own[first])


def _sizes(groups: Array) -> Array:
    return np.bincount(groups, minlength=1)


def _best_group(own: Array, same: Array, gold_sizes: Array, pred_sizes: Array, *, whole: bool) -> Array:
    """Give each predicted group the gold group it shares most mentions with (the first of equals), or -1."""
    best = np.full(len(pred_sizes), -1, np.int64)
    found = np.flatnonzero(same >= 0)
    if not len(found):
        return best
    pairs, shared = np.unique(own[found] * len(gold_sizes) + same[found], return_counts=True)
    preds, golds = pairs // len(gold_sizes), pairs % len(gold_sizes)
    if whole:
        kept = (shared == gold_sizes[golds]) & (shared == pred_sizes[preds])
        preds, golds, shared = preds[kept], golds[kept], shared[kept]
    order = np.lexsort((-golds, shared))
    best[preds[order]] = golds[order]
    return best


Rows: TypeAlias = list[tuple[Array, ...]]


def fact_rows(columns: Columns, ends: Ends) -> Rows:
    """Give all relations of both sides, in their order, as rows of document, label, head and tail entity, folded."""
    rows: Rows = []
    for (part, _), meaning in zip(turned(columns), ends, strict=True):
        head, tail = meaning[part.head], meaning[part.tail]
        rows.append((part.doc, part.label, *one_way(columns, part.label, head, tail)))
    return rows


def _distinct(name: str, columns: Columns, rows: Rows) -> Counts:
    return tally_sets(name, columns.documents, columns.relation_labels, rows)


def entity(columns: Columns) -> Counts:
    """Count distinct facts: head entity, tail entity, label."""
    return _distinct("relations/entity", columns, fact_rows(columns, any_mention(columns)))


def entity_all(columns: Columns) -> Counts:
    """Count distinct facts whose predicted entities have exactly the gold entities' mentions."""
    return _distinct("relations/entity-all", columns, fact_rows(columns, all_mentions(columns)))


def across(columns: Columns, apart: bool, name: str) -> Counts:
    """Count the facts whose entities are never named in one sentence (`apart`), or those that are somewhere."""
    rows = fact_rows(columns, any_mention(columns))
    kept = (_never_together(columns, row, ends) == apart for row, ends in zip(rows, _by_side(columns), strict=True))
    return _distinct(name, columns, _only(rows, kept))


def _only(rows: Rows, kept: Iterable[Array]) -> Rows:
    return [tuple(part[keep] for part in row) for row, keep in zip(rows, kept, strict=True)]


def _by_side(columns: Columns) -> tuple[tuple[Side, Array], ...]:
    ends = any_mention(columns)
    return (columns.gold, ends.gold), (columns.pred, ends.pred)


def _never_together(columns: Columns, row: tuple[Array, ...], side: tuple[Side, Array]) -> Array:
    """Say of each fact whether no sentence holds mentions of both its entities.

    A predicted entity that means one of the gold has the gold's mentions as well as its own.
    """
    places = _said_of((meaning, sentence_of(columns, own)) for own, meaning in (_by_side(columns)[0], side))
    return np.array(
        [places[head].isdisjoint(places[tail]) for head, tail in zip(row[2].tolist(), row[3].tolist(), strict=True)],
        bool,
    )


def _said_of(sides: Iterable[tuple[Array, Array]]) -> dict[int, set[int]]:
    """Give by what mentions mean all numbers that are said of any of them."""
    found: dict[int, set[int]] = {}
    for meaning, numbers in sides:
        for which, number in zip(meaning.tolist(), numbers.tolist(), strict=True):
            found.setdefault(which, set()).add(number)
    return found


def sentence_of(columns: Columns, side: Side) -> Array:
    """Give each mention the number of the gold sentence in which it starts; without sentences all are in one.

    What stands before a document's first sentence belongs to that one.
    """
    spans, mentions = columns.sentences, side.mentions
    room = int(max(spans.end.max(initial=0), mentions.end.max(initial=0))) + 1
    starts = spans.owner * room + spans.start
    number: Array = np.searchsorted(starts, mentions.doc * room + mentions.start, "right") - 1
    return np.maximum(number, np.searchsorted(spans.owner, mentions.doc))


def evidence(columns: Columns) -> Counts:
    """Count distinct (fact, evidence sentence) pairs."""
    pairs = columns.gold.relations.evidence, columns.pred.relations.evidence
    facts = zip(fact_rows(columns, any_mention(columns)), pairs, strict=True)
    rows = [(*(column[relation] for column in row), sentence) for row, (relation, sentence) in facts]
    return _distinct("relations/evidence", columns, rows)


Known = Collection[tuple[str, str, str]]


def facts_of(documents: Iterable[Document]) -> set[tuple[str, str, str]]:
    """Give what documents state, as (head surface, tail surface, label) for all mentions of both entities."""
    found = set()
    for document in documents:
        mentions, owner = document.by_id(), document.entity_of()
        for relation in document.relations:
            heads, tails = (
                [surface_of(document, mentions[name]) for name in (owner[end].mentions if end in owner else (end,))]
                for end in (relation.head, relation.tail)
            )
            found |= {(head, tail, relation.label) for head in heads for tail in tails}
    return found


def ignoring(columns: Columns, known: Known, *, in_recall: bool = False) -> Counts:
    """Count facts without those that `known` holds as (head surface, tail surface, label), by any of their mentions.

    White space in surfaces does not matter, for some texts are laid out from tokens.

    Known facts that are found are left out; a known fact that the document does not state stays wrong. Those that are
    missed are left out as well, or with `in_recall` all known facts stay in the gold, as in DocRED's script (Ign-F1).
    """
    name = "relations/entity-ign" + ("-docred" if in_recall else "")
    rows = fact_rows(columns, any_mention(columns))
    held = _only(rows, (~are_known(columns, row, known) for row in rows))
    everything, unknown = _distinct(name, columns, rows), _distinct(name, columns, held)
    found = everything.values[..., PRED_CORRECT] - unknown.values[..., PRED_CORRECT]
    values = (everything if in_recall else unknown).values.copy()
    values[..., PRED] = everything.values[..., PRED] - found
    values[..., PRED_CORRECT] = unknown.values[..., PRED_CORRECT]
    return Counts(name, everything.labels, values, everything.documents)


def are_known(columns: Columns, row: tuple[Array, ...], known: Known) -> Array:
    """Say of each fact whether any surfaces of its entities stand in a known fact of its label."""
    codes = _said_of((meaning, side.mentions.surface) for side, meaning in _by_side(columns))
    surfaces = {which: {squeezed(columns.surfaces[code]) for code in own} for which, own in codes.items()}
    names = columns.relation_labels
    table = {(squeezed(head), squeezed(tail), label) for head, tail, label in known}
    facts = zip(*(part.tolist() for part in row[1:]), strict=True)
    return np.array(
        [
            any((h, t, names[label]) in table for h in surfaces[head] for t in surfaces[tail])
            for label, head, tail in facts
        ],
        bool,
    )


def _without_known(columns: Columns, *, in_recall: bool) -> Counts:
    if columns.known is None:
        mend = "name the training corpus with --training (training=… in Python)"
        raise InputError(IGNORING, "leaves out facts known from training, and none are named", mend)
    return ignoring(columns, columns.known, in_recall=in_recall)


_LEFT_OUT = {
    IGNORING: "facts that the training corpus states are left out, on both sides",
    f"{IGNORING}-docred": "facts that the training corpus states are left out of the predictions alone",
}


def family(name: str) -> Measure | None:
    """Give a measure that needs a training corpus (relations/entity-ign), if a name is one: no pattern finds these."""
    if name not in _LEFT_OUT:
        return None
    count = partial(_without_known, in_recall=name.endswith("docred"))
    return Measure(name, "relations", count, f"distinct facts; {_LEFT_OUT[name]}; {ANY}", DOCRED, unit="fact")


ANY = "an end means the gold entity of its span, else the one sharing most mentions with its entity"
MEASURES = (
    Measure("relations/entity", "relations", entity, f"distinct entity pairs and label; {ANY}", DOCRED, unit="fact"),
    Measure(
        "relations/entity-all",
        "relations",
        entity_all,
        "distinct entity pairs and label; entities have exactly the same mentions",
        "Eberts and Ulges 2021, JEREX",
        unit="fact",
    ),
    Measure(
        "relations/within-sentences",
        "relations",
        partial(across, apart=False, name="relations/within-sentences"),
        f"facts whose entities are named in one sentence; {ANY}",
        DOCRED,
        unit="fact",
    ),
    Measure(
        "relations/across-sentences",
        "relations",
        partial(across, apart=True, name="relations/across-sentences"),
        f"facts whose entities are never named in one sentence; {ANY}",
        DOCRED,
        unit="fact",
    ),
    Measure(
        "relations/evidence",
        "relations",
        evidence,
        "distinct facts with each evidence sentence",
        DOCRED,
        unit="sentence",
    ),
)
