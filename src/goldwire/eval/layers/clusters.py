"""Both sides' coreference clusters over aligned mentions, as arrays: what every coreference measure counts on.

A mention takes part if an entity holds it; its identity is its span and label. The measures are in coreference.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from goldwire.errors import InputError
from goldwire.eval.columns import Columns, Side
from goldwire.eval.counts import Array
from goldwire.eval.layers.choosing import Pairs, choose
from goldwire.eval.layers.edges import Edges
from goldwire.eval.layers.matching import full_keys, overlaps, stepwise

Matching: TypeAlias = Literal["exact", "partial", "head"]
Singletons: TypeAlias = Literal["kept", "dropped"]
Repeated: TypeAlias = Literal["refused", "first", "merged"]


@dataclass(frozen=True, slots=True)
class Setting:
    """The conventions of coreference scoring.

    matching: mentions are the same if their spans are equal (exact), share a code point (partial), or share their
    head (head); of the possible pairings the optimal one-to-one is taken, equal spans first. singletons: entities of
    one mention, kept or dropped on both sides. repeated: a mention in two entities is refused, stays in the first
    by entity id, or makes the entities one (merged). across: an entity is all mentions of its id in the corpus.
    """

    matching: Matching = "exact"
    singletons: Singletons = "kept"
    repeated: Repeated = "refused"
    across: bool = False


class Clusters(NamedTuple):
    """Clusters by unit (document, or the whole corpus): their sizes, and how many aligned mentions two share.

    gold_unit, gold_size: a cluster of the gold each, likewise pred. gold, pred, shared: a pair of clusters each that
    share mentions, sorted. units: how many units there are.
    """

    units: int
    gold_unit: Array
    gold_size: Array
    pred_unit: Array
    pred_size: Array
    gold: Array
    pred: Array
    shared: Array

    @property
    def pair_unit(self) -> Array:
        """Give the unit of each pair."""
        return np.asarray(self.gold_unit[self.gold])


class _Members(NamedTuple):
    """Mentions of one side that lie in clusters, ascending, and their clusters, numbered densely."""

    mention: Array
    cluster: Array


def clusters(columns: Columns, setting: Setting) -> Clusters:
    """Give the clusters of both sides, made once for all measures that ask with the same setting.

    Raises:
        InputError: a mention lies in two entities and the setting refuses that.
    """
    return columns.once(f"clusters {setting}", lambda c: _clusters(c, setting))


def _clusters(columns: Columns, setting: Setting) -> Clusters:
    gold, pred = (
        _members(columns, side, keys, setting)
        for side, keys in zip((columns.gold, columns.pred), full_keys(columns), strict=True)
    )
    pairs = _aligned(columns, gold.mention, pred.mention, setting.matching)
    width = int(pred.cluster.max(initial=-1)) + 1
    codes, shared = np.unique(gold.cluster[pairs.gold] * width + pred.cluster[pairs.pred], return_counts=True)
    units = 1 if setting.across else len(columns.documents)
    sides = (_sized(columns.gold, gold, setting), _sized(columns.pred, pred, setting))
    return Clusters(units, *sides[0], *sides[1], codes // max(width, 1), codes % max(width, 1), shared)


def _sized(side: Side, members: _Members, setting: Setting) -> tuple[Array, Array]:
    """Give each cluster's unit and size."""
    sizes = np.bincount(members.cluster)
    unit = np.zeros(len(sizes), np.int64)
    if not setting.across:
        unit[members.cluster] = side.mentions.doc[members.mention]
    return unit, sizes


def _members(columns: Columns, side: Side, keys: Array, setting: Setting) -> _Members:
    """Give the mentions in clusters, each once; the same span and label twice in a cluster is one mention."""
    mention, entity = side.entities.members
    cluster = side.entities.name[entity] if setting.across else entity
    order = np.lexsort((mention, cluster, keys[mention]))
    mention, cluster, key = mention[order], cluster[order], keys[mention[order]]
    same_key = np.r_[False, key[1:] == key[:-1]] if len(key) else np.zeros(0, bool)
    same = same_key & np.r_[False, cluster[1:] == cluster[:-1]] if len(key) else same_key
    mention, cluster, same_key = mention[~same], cluster[~same], same_key[~same]
    if same_key.any():
        cluster = _resolved(columns, side, _Members(mention, cluster), same_key, setting)
        mention, cluster = mention[~same_key], cluster[~same_key]
    return _kept(mention, cluster, setting)


def _resolved(columns: Columns, side: Side, members: _Members, again: Array, setting: Setting) -> Array:
    """Give the clusters after the rule for mentions that lie in several: `again` marks them after the first."""
    mention, cluster = members
    if setting.repeated == "refused":
        place = int(np.flatnonzero(again)[0])
        where = columns.documents[int(side.mentions.doc[mention[place]])]
        span = f"{side.mentions.start[mention[place]]}-{side.mentions.end[mention[place]]}"
        found = f"the mention {span} lies in two entities of the {'gold' if side is columns.gold else 'predictions'}"
        rules = "--measure 'coreference/*-first' (it stays in the first by id) or '…-merged' (the entities are one)"
        raise InputError(where, found, f"leave it in one, or name a rule: {rules}")
    if setting.repeated == "first":
        return cluster
    places = np.flatnonzero(again)
    return _united(cluster, cluster[places - 1], cluster[places])


def _united(cluster: Array, left: Array, right: Array) -> Array:
    """Make the clusters one that are linked, by the smallest number of each connected component."""
    lowest = np.arange(int(cluster.max()) + 1)
    while True:
        smaller = np.minimum(lowest[left], lowest[right])
        if (lowest[left] == lowest[right]).all():
            return np.asarray(lowest[cluster])
        for side in (lowest[left], lowest[right]):
            np.minimum.at(lowest, side, smaller)
        lowest = lowest[lowest]


def _kept(mention: Array, cluster: Array, setting: Setting) -> _Members:
    if setting.singletons == "dropped" and len(cluster):
        many = np.bincount(cluster)[cluster] > 1
        mention, cluster = mention[many], cluster[many]
    order = np.argsort(mention, kind="stable")
    return _Members(mention[order], np.unique(cluster[order], return_inverse=True)[1])


def _aligned(columns: Columns, gold: Array, pred: Array, matching: Matching) -> Pairs:
    """Pair the mentions given: equal span and label first, then equal span, then what the matching allows.

    The pairs are places in the two lists of mentions.
    """
    spans = columns.gold.mentions.span, columns.pred.mentions.span
    taken = [stepwise([full_keys(columns), spans], gold, pred)]
    if matching != "exact":
        rest = np.setdiff1d(gold, taken[0].gold), np.setdiff1d(pred, taken[0].pred)
        taken.append(_loosely(columns, *rest, matching))
    found = (np.concatenate(side) for side in zip(*taken, strict=True))
    return Pairs(*(np.searchsorted(every, side) for every, side in zip((gold, pred), found, strict=True)))


def _loosely(columns: Columns, gold: Array, pred: Array, matching: Matching) -> Pairs:
    sides = columns.gold.mentions, columns.pred.mentions
    edges = overlaps(columns, gold, pred)
    if matching == "head":
        kept = sides[0].head[edges.gold] == sides[1].head[edges.pred]
        edges = Edges(*(part[kept] for part in edges))
    return choose(edges, *sides)
