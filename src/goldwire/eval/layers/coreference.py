"""Measures of coreference: MUC, B³, CEAF, BLANC, LEA, mention detection and their CoNLL average.

Each is counted a document: the numerators of recall and precision, and their denominators, add up over documents.
Which mentions are the same, and what a cluster is, lies in clusters.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from goldwire.eval.columns import Columns
from goldwire.eval.counts import COLUMNS, GOLD, PRED, Array, Counts, macro, precision_recall_f1
from goldwire.eval.layers.ceaf import best_alignment
from goldwire.eval.layers.clusters import Clusters, Setting, clusters
from goldwire.eval.measures import Measure

PLAIN = Setting()


def _sums(found: Clusters, numbers: Array, unit: Array) -> Array:
    """Add up numbers by unit, in an order of their own, so that no name changes a digit."""
    order = np.lexsort((numbers, unit))
    return np.bincount(unit[order], numbers[order], found.units)


def _counted(found: Clusters, correct: tuple[Array, Array], sizes: tuple[Array, Array]) -> Array:
    """Give [units, COLUMNS]: a pair's numerators on both sides, a cluster's denominators."""
    values = np.zeros((found.units, len(COLUMNS)))
    values[:, 0], values[:, 1] = (
        _sums(found, size, unit) for size, unit in zip(sizes, (found.gold_unit, found.pred_unit), strict=True)
    )
    values[:, 2], values[:, 3] = (_sums(found, number, found.pair_unit) for number in correct)
    return values


def muc(found: Clusters) -> Array:
    """Count the links that hold the clusters together (Vilain et al. 1995)."""
    links = found.shared - 1
    return _counted(found, (links, links), (found.gold_size - 1, found.pred_size - 1))


def b_cubed(found: Clusters) -> Array:
    """Count, for each mention, the share of its cluster that is right (Bagga & Baldwin 1998)."""
    squares = found.shared**2
    shares = squares / found.gold_size[found.gold], squares / found.pred_size[found.pred]
    return _counted(found, shares, (found.gold_size, found.pred_size))


def ceaf_mentions(found: Clusters) -> Array:
    """Count the mentions shared under the best one-to-one alignment of clusters (Luo 2005, φ3)."""
    taken = np.where(best_alignment(found.gold, found.pred, found.shared.astype(float)), found.shared, 0)
    return _counted(found, (taken, taken), (found.gold_size, found.pred_size))


def ceaf_entities(found: Clusters) -> Array:
    """Count the likeness of clusters, 2·shared / both sizes, under their best alignment (Luo 2005, φ4)."""
    alike = 2 * found.shared / (found.gold_size[found.gold] + found.pred_size[found.pred])
    taken = np.where(best_alignment(found.gold, found.pred, alike), alike, 0.0)
    return _counted(found, (taken, taken), (np.ones_like(found.gold_size), np.ones_like(found.pred_size)))


def lea(found: Clusters) -> Array:
    """Count, for each cluster weighted by its size, the share of its links that is found (Moosavi & Strube 2016).

    A singleton has one link, to itself: it is found if the other side has the same singleton.
    """
    gold_size, pred_size = found.gold_size[found.gold], found.pred_size[found.pred]
    alone = (gold_size == 1) & (pred_size == 1)
    links = np.where(alone, 1, _links(found.shared))
    shares = (size * np.where(size > 1, links / np.maximum(_links(size), 1), alone) for size in (gold_size, pred_size))
    return _counted(found, (next(shares), next(shares)), (found.gold_size, found.pred_size))


def mentions(found: Clusters) -> Array:
    """Count the mentions that both sides have in clusters: mention detection."""
    return _counted(found, (found.shared, found.shared), (found.gold_size, found.pred_size))


def blanc(found: Clusters) -> Array:
    """Count coreferent and non-coreferent pairs of mentions: [units, 2, COLUMNS] (Luo et al. 2014)."""
    together = _counted(
        found,
        (_links(found.shared), _links(found.shared)),
        (_links(found.gold_size), _links(found.pred_size)),
    )
    everything = _links(mentions(found))
    apart = everything - together
    common = mentions(found)[:, 2]
    both = [_links(_by_cluster(found, side)) for side in (0, 1)]
    units = found.gold_unit, found.pred_unit
    inside = sum(_sums(found, number, unit) for number, unit in zip(both, units, strict=True))
    apart[:, 2] = apart[:, 3] = _links(common) - inside + together[:, 2]
    return np.stack([together, apart], axis=1)


def _by_cluster(found: Clusters, side: int) -> Array:
    """Give for each cluster of a side how many of its mentions the other side has."""
    which, sizes = ((found.gold, found.gold_size), (found.pred, found.pred_size))[side]
    return np.asarray(np.bincount(which, found.shared, len(sizes)))


def _links(size: Array) -> Array:
    return np.asarray(size * (size - 1) / 2)


def blanc_figures(totals: Array) -> Array:
    """Give BLANC from totals [..., 2, COLUMNS]: the mean over the kinds of links that either side has.

    Luo et al. 2014 take the F of each kind, 2 · common / (links of the gold + links predicted), and the mean of both.
    A kind's F is defined as soon as either side has such a link (then 0/0 in its precision or recall is 0), so only a
    kind that neither has is left out. Without any link they give 1 for equal mentions and else 0; here that is
    undefined. Their scorer.pl asks the gold alone, as Recasens and Hovy 2011 did over equal mentions: there inventing
    the other kind is free, and swapped sides score otherwise.
    """
    figures = np.nan_to_num(precision_recall_f1(totals))
    there = np.asarray(totals)[..., [GOLD, PRED]].sum(axis=-1, keepdims=True) > 0
    with np.errstate(invalid="ignore"):
        mean: Array = np.where(there, figures, 0).sum(axis=-2) / there.sum(axis=-2)
    return mean


Count = Callable[[Clusters], Array]
CONLL = ("muc", "b3", "ceaf-e")
_KINDS: dict[str, tuple[Count | None, tuple[str, ...], str, str]] = {
    "muc": (muc, ("",), "links that hold clusters together", "Vilain et al. 1995"),
    "b3": (b_cubed, ("",), "for each mention the share of its cluster", "Bagga and Baldwin 1998"),
    "ceaf-m": (ceaf_mentions, ("",), "mentions under the best alignment of clusters", "Luo 2005"),
    "ceaf-e": (ceaf_entities, ("",), "likeness of clusters under their best alignment", "Luo 2005"),
    "blanc": (
        blanc,
        ("coreferent", "non-coreferent"),
        "pairs of mentions that corefer, and that do not; BLANC is the mean over the kinds that either side has",
        "Luo et al. 2014",
    ),
    "lea": (lea, ("",), "links of each cluster, weighted by its size", "Moosavi and Strube 2016"),
    "mentions": (mentions, ("",), "mentions in clusters, found or not", "Pradhan et al. 2014"),
    "conll": (
        None,
        CONLL,
        "the mean of MUC, B3 and CEAF-e",
        "Pradhan et al. 2014, CoNLL-2012 scorer v8",
    ),
}
_FIGURES = {"blanc": blanc_figures, "conll": macro}
OPTIONS: dict[str, dict[str, Any]] = {
    "partial": {"matching": "partial"},
    "head": {"matching": "head"},
    "no-singletons": {"singletons": "dropped"},
    "first": {"repeated": "first"},
    "merged": {"repeated": "merged"},
    "corpus": {"across": True},
}


def count(columns: Columns, setting: Setting, kind: str, variant: str = "") -> Counts:
    """Count one kind under a setting, a row a document (one row in all where entities reach across documents)."""
    values = columns.once(f"{kind} {setting}", lambda c: _values(c, setting, kind))
    return Counts(_name(kind, variant), _KINDS[kind][1], values, () if setting.across else columns.documents)


def _values(columns: Columns, setting: Setting, kind: str) -> Array:
    """Give [units, labels, COLUMNS]; the CoNLL average is made of its parts."""
    function, labels, _, _ = _KINDS[kind]
    if function is None:
        return np.concatenate([count(columns, setting, part).values for part in labels], axis=1)
    found = clusters(columns, setting)
    return function(found).reshape(found.units, len(labels), len(COLUMNS))


def measure(kind: str, setting: Setting = PLAIN, variant: str = "") -> Measure:
    """Give the measure of a kind (muc, b3, ceaf-m, ceaf-e, blanc, lea, mentions, conll) under a setting."""
    _, _, rule, source = _KINDS[kind]
    scope = "the whole corpus" if setting.across else "a document"
    said = (
        f"{rule}; entities of {scope}, mentions matched by {_MATCHED[setting.matching]}, "
        f"singletons {setting.singletons}, a mention in two entities: {setting.repeated}"
    )
    counting = partial(count, setting=setting, kind=kind, variant=variant)
    return Measure(
        _name(kind, variant), "coreference", counting, said, source, not setting.across, figures=_FIGURES.get(kind)
    )


_MATCHED = {"exact": "span", "partial": "overlap, one to one", "head": "head, one to one"}


def _name(kind: str, variant: str) -> str:
    return f"coreference/{kind}" + (f"-{variant}" if variant else "")


def family(name: str) -> Measure | None:
    """Give the measure that a name with options stands for (coreference/conll-head-no-singletons), if it is one."""
    kind = max((kind for kind in _KINDS if f"{name}-".startswith(f"coreference/{kind}-")), key=len, default="")
    rest, fields = name.removeprefix(f"coreference/{kind}"), list[tuple[str, Any]]()
    while kind and (option := next((o for o in OPTIONS if f"{rest}-".startswith(f"-{o}-")), "")):
        rest = rest.removeprefix(f"-{option}")
        fields += OPTIONS[option].items()
    chosen = dict(fields)
    if rest or not chosen or len(chosen) < len(fields):
        return None
    return measure(kind, Setting(**chosen), name.removeprefix(f"coreference/{kind}-"))


MEASURES = tuple(measure(kind) for kind in _KINDS)
