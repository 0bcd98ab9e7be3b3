"""Which mentions of two sides CorefUD's scorer takes for the same: by their nodes, their heads, their zeros' parents.

What is counted over them is in corefud.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import NamedTuple, TypeAlias

import numpy as np

from goldwire.eval.layers.ceaf import best_alignment
from goldwire.formats.conllu import Node

Place: TypeAlias = tuple[int, int, int]
"""Sentence, number of the word, and, of an empty node behind it, its own."""
Mention: TypeAlias = tuple[tuple[Place, ...], Place | None]
"""Nodes; and the head, if mentions of equal nodes and other heads are others."""
Chain: TypeAlias = list[Mention]
Chains: TypeAlias = list[Chain]
BY_LABEL = 10  # how much more than its parent alone a zero's parent with its label is worth


class Way(NamedTuple):
    """How to match: by head, partial or exact; with singletons; zeros by parents (dependent) or by place (linear)."""

    matching: str = "head"
    singletons: bool = False
    zeros: str = "dependent"


class Head(NamedTuple):
    """What is said of a mention's head: its place, whether it is a zero, and its enhanced dependencies."""

    place: Place
    zero: bool
    parents: frozenset[tuple[str, str]]


class Side(NamedTuple):
    """The chains of one side, and its mentions' heads."""

    chains: Chains
    heads: dict[Mention, Head]

    def add(self, nodes: Sequence[Node], head: Node, way: Way) -> Mention:
        """Note a mention's head and give the mention; of equal ones the first is told of."""
        places = tuple(sorted(map(_place, nodes)))
        mention = (places, _place(head) if way.matching == "head" else None)
        deps = "" if head.cells[8] == "_" else head.cells[8]
        parents = frozenset(
            (parent, label) for parent, _, label in (dep.partition(":") for dep in deps.split("|") if dep)
        )
        self.heads.setdefault(mention, Head(_place(head), head.word < 0, parents))
        return mention


def _place(node: Node) -> Place:
    word, _, empty = node.cells[0].partition(".")
    return node.sentence, int(word), int(empty or 0)


class Matched(NamedTuple):
    """Both sides' chains, the chain of each mention (its last), and the other side's mention where it is not equal."""

    gold: Chains
    pred: Chains
    homes: tuple[dict[Mention, int], dict[Mention, int]]
    others: dict[Mention, Mention]
    heads: tuple[dict[Mention, Head], dict[Mention, Head]]

    def other(self, mention: Mention) -> Mention:
        """Give the mention's match, itself where it has no other."""
        return self.others.get(mention, mention)

    def gold_home(self, mention: Mention) -> int | None:
        """Give the gold chain of a predicted mention's match."""
        return self.homes[0].get(self.other(mention))

    def pred_home(self, mention: Mention) -> int | None:
        """Give the predicted chain of a gold mention's match."""
        return self.homes[1].get(self.other(mention))

    def in_place(self, mention: Mention) -> Mention | None:
        """Give the predicted mention equal to a gold one, else its match, if it has one."""
        return mention if mention in self.homes[1] else self.others.get(mention)

    def gold_zero(self, mention: Mention) -> bool:
        """Say whether a gold mention's head is an empty node."""
        return self.heads[0][mention].zero

    def pred_zero(self, mention: Mention) -> bool:
        """Say the same of a predicted one."""
        return self.heads[1][mention].zero


def matched(gold: Side, pred: Side, way: Way) -> Matched:
    """Match mentions one to one: equal ones, zeros by their parents, and what is left as the way says."""
    homes = [{mention: n for n, chain in enumerate(side.chains) for mention in chain} for side in (gold, pred)]
    heads = gold.heads, pred.heads
    others: dict[Mention, Mention] = {}
    if way.zeros == "dependent":
        zeros = [sorted(m for m in home if head[m].zero) for home, head in zip(homes, heads, strict=True)]
        every = product(range(len(zeros[0])), range(len(zeros[1])))
        _pair(zeros, every, lambda one, other: _same_parents(heads[0][one], heads[1][other]), others)
    if way.matching != "exact":
        rest = [sorted(homes[0].keys() - homes[1].keys()), sorted(homes[1].keys() - homes[0].keys())]
        alike = _same_head if way.matching == "head" else _within
        _pair(
            rest, sorted(sharing(*rest)), lambda one, other: alike(one, other, heads[0][one], heads[1][other]), others
        )
    return Matched(gold.chains, pred.chains, (homes[0], homes[1]), others, heads)


def sharing(golds: Sequence[Mention], preds: Sequence[Mention]) -> Counter[tuple[int, int]]:
    """Give the places of the pairs of mentions that share nodes, and how many."""
    at = defaultdict(list)
    for place, (nodes, _) in enumerate(golds):
        for node in nodes:
            at[node].append(place)
    return Counter((one, place) for place, (nodes, _) in enumerate(preds) for node in nodes for one in at.get(node, ()))


def _pair(
    sides: Sequence[list[Mention]],
    places: Iterable[tuple[int, int]],
    alike: Callable[[Mention, Mention], float],
    others: dict[Mention, Mention],
) -> None:
    """Pair mentions so that they are alike most in sum, and note each under the other, over what was noted before."""
    edges = [(a, b, alike(sides[0][a], sides[1][b])) for a, b in places]
    edges = [edge for edge in edges if edge[-1] > 0]
    if not edges:
        return
    gold, pred, worth = map(np.array, zip(*edges, strict=True))
    for place in np.flatnonzero(best_alignment(gold, pred, worth)):
        one, other = sides[0][gold[place]], sides[1][pred[place]]
        others[other], others[one] = one, other


def _same_parents(gold: Head, pred: Head) -> float:
    if gold.place[0] != pred.place[0]:
        return 0.0
    alone = [frozenset(parent for parent, _ in head.parents) for head in (gold, pred)]
    return BY_LABEL * _f1(gold.parents, pred.parents) + _f1(*alone)


def _f1(one: frozenset[object], other: frozenset[object]) -> float:
    common = len(one & other)
    return 2 * common / (len(one) + len(other)) if common else 0.0


def _same_head(one: Mention, other: Mention, gold: Head, pred: Head) -> float:
    return _share(one, other) if gold.place == pred.place else 0.0


def _within(one: Mention, other: Mention, gold: Head, pred: Head) -> float:
    """Say how much of a gold mention a predicted one is that has nothing else, and its head."""
    return _share(one, other) if gold.place in other[0] and set(other[0]) <= set(one[0]) else 0.0


def _share(one: Mention, other: Mention) -> float:
    return len(set(one[0]) & set(other[0])) / len(one[0])
