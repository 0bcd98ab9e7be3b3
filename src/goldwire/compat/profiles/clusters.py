"""How the CoNLL-2012 scorer (v8.01) counts clusters, its treatment of repeated mentions included.

It counts on lists and says here again what the engine says on arrays: where a mention is repeated they must differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from goldwire.compat.profiles.chains import best_worth, conll
from goldwire.compat.profiles.figures import Rows, by_side, mean
from goldwire.document import Document, Entity, Span
from goldwire.errors import InputError
from goldwire.eval.counts import Array

Key = tuple[Span, ...]
Chains = list[list[Key]]
Sums = list[float]
"""Numerator and denominator of recall, numerator and denominator of precision."""
REPEATED = 10
KINDS = ("together", "apart")


def conll2012_documents(gold: Sequence[Document], pred: Sequence[Document]) -> Rows:
    """Give the mean of MUC, B³ and CEAF-e, then these, CEAF-m, BLANC and the mentions; 0/0 is 0.

    Raises:
        InputError: over ten found mentions are repeated, which the scorer refuses.
    """
    counted = {name: [0.0] * 4 for name in (*COUNTS, *KINDS)}
    repeated = 0
    for one, other in zip(gold, pred, strict=True):
        key = list(_chains(one))
        response, again = _without_repeated(key, _chains(other))
        repeated += again
        own = {name: function(key, response) for name, function in COUNTS.items()}
        for name, sums in {**own, **dict(zip(KINDS, _links(key, response), strict=True))}.items():
            counted[name] = [a + b for a, b in zip(counted[name], sums, strict=True)]
    if repeated > REPEATED:
        found = f"{repeated} mentions lie in several clusters, and over {REPEATED} are refused"
        raise InputError("coref-conll2012", found, "give each mention one cluster, or choose another profile")
    return _rows(counted)


def _rows(counted: dict[str, list[float]]) -> Rows:
    rows = {name: by_side(*sums[2:], *sums[:2]) for name, sums in counted.items()}
    kinds = [rows.pop(kind) for kind in KINDS]
    blanc = mean([row for row in kinds if row.gold])  # over the kinds of links that the key has
    return {"conll": conll(rows), **rows, "blanc": blanc}


def _chains(document: Document) -> Iterator[list[Key]]:
    """Give the clusters as they begin in the text; at one word those of that word alone, the longest, the numbers.

    scorer.pl takes those that begin at one word in the order of their cell, which documents do not keep. Only what
    becomes of a repeated mention, whose clusters all begin at one word, can differ by that.
    """
    mentions, tokens = document.by_id(), set(document.tokens)

    def place(entity: Entity) -> tuple[int, bool, int, int, str]:
        spans = (mentions[name].spans for name in entity.mentions)
        first = min((span[0].start, span[0] not in tokens, -span[-1].end) for span in spans)
        return (*first, len(entity.id), entity.id)

    for entity in sorted((entity for entity in document.entities if entity.mentions), key=place):
        yield [mentions[name].spans for name in entity.mentions]


def _without_repeated(key: Chains, response: Iterator[list[Key]]) -> tuple[Chains, int]:
    """Leave a mention that the key has in its first cluster only; what the key has not stays wherever it is."""
    known = {span for chain in key for span in chain}
    seen: set[Key] = set()
    kept: Chains = []
    repeated = 0
    for chain in response:
        left: list[Key] = []
        for span in chain:
            if span in known and span in seen:
                repeated += 1
            else:
                left.append(span)
                seen.add(span)
        kept.append(left)
    return [chain for chain in kept if chain], repeated


def _last_chain(key: Chains) -> dict[Key, int]:
    return {span: number for number, chain in enumerate(key) for span in chain}


def _size(chains: Chains) -> int:
    return sum(map(len, chains))


def _muc(key: Chains, response: Chains) -> Sums:
    home = _last_chain(key)
    groups = [Counter(home[span] for span in chain if span in home) for chain in response]
    links = sum(size - 1 for group in groups for size in group.values())
    return [links, _size(key) - len(key), links, _size(response) - len(response)]


def _b_cubed(key: Chains, response: Chains) -> Sums:
    home, sets = _last_chain(key), [set(chain) for chain in key]
    recall = precision = 0.0
    for chain in response:
        for number in (home[span] for span in chain if span in home):
            common = sum(one in sets[number] for one in chain)
            precision += common / len(chain)
            recall += common / len(key[number])
    return [recall, _size(key), precision, _size(response)]


def _ceaf(key: Chains, response: Chains, alike: Callable[[int, int], float]) -> float:
    """Give the worth of the best alignment; `alike` says what common mentions are worth in chains of that many."""
    sides = [Counter((span, n) for n, chain in enumerate(chains) for span in chain) for chains in (key, response)]
    where: dict[Key, set[int]] = {}
    for span, number in sides[1]:
        where.setdefault(span, set()).add(number)
    common = Counter[tuple[int, int]]()
    for (span, number), times in sides[0].items():
        common.update({(number, other): times for other in where.get(span, ())})
    return best_worth([(a, b, alike(n, len(key[a]) + len(response[b]))) for (a, b), n in common.items()])


def _ceaf_m(key: Chains, response: Chains) -> Sums:
    worth = _ceaf(key, response, lambda common, size: common)
    return [worth, _size(key), worth, _size(response)]


def _ceaf_e(key: Chains, response: Chains) -> Sums:
    worth = _ceaf(key, response, lambda common, size: 2 * common / size)
    return [worth, len(key), worth, len(response)]


def _links(key: Chains, response: Chains) -> tuple[Sums, Sums]:
    """Give the pairs of mentions that are in one chain, and those that are in two: a repeated one may be in both."""
    spans = sorted({span for chains in (key, response) for chain in chains for span in chain})
    index = {span: number for number, span in enumerate(spans)}
    sides = [_pairs(chains, index) for chains in (key, response)]
    sums = []
    for one, other in zip(*sides, strict=True):
        common = float((one & other).sum())
        sums.append([common, float(one.sum()), common, float(other.sum())])
    return sums[0], sums[1]


def _pairs(chains: Chains, index: Mapping[Key, int]) -> tuple[Array, Array]:
    """Say of each two mentions whether some chain has both, and whether two chains have one each."""
    held = np.zeros((len(chains), len(index)))
    for number, chain in enumerate(chains):
        for span in chain:
            held[number, index[span]] += 1
    together, times = held.T @ held, held.sum(axis=0)
    apart = np.outer(times, times) - together
    np.fill_diagonal(together, together.diagonal() - times)
    return np.triu(together > 0), np.triu(apart > 0)


def _mentions(key: Chains, response: Chains) -> Sums:
    one, other = ({span for chain in chains for span in chain} for chains in (key, response))
    return [len(one & other), len(one), len(one & other), len(other)]


COUNTS: dict[str, Callable[[Chains, Chains], Sums]] = {
    "muc": _muc,
    "b3": _b_cubed,
    "ceafe": _ceaf_e,
    "ceafm": _ceaf_m,
    "mentions": _mentions,
}
