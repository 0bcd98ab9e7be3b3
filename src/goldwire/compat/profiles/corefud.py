"""How CorefUD's scorer counts coreference: what the profiles `corefud…` are made of.

It takes CoNLL-U by its nodes: a mention is a set of words and empty nodes (zeros), which documents of text cannot
hold. How mentions of the two sides are matched is in corefud_matching.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from goldwire.compat.profiles.chains import best_worth, conll, pairs
from goldwire.compat.profiles.corefud_matching import (
    Chain,
    Chains,
    Matched,
    Mention,
    Place,
    Side,
    Way,
    matched,
    sharing,
)
from goldwire.compat.profiles.figures import Rows, by_side, mean
from goldwire.errors import BrokenRules, InputError
from goldwire.formats.base import Options
from goldwire.formats.conllu import Draft, drafts, fields, stretches

Sums = list[float]
"""Numerator and denominator of precision, numerator and denominator of recall."""
APART = "blanc apart"


def corefud_files(gold: Path, pred: Path, options: Options, way: Way) -> Rows:
    """Give the mean of MUC, B³ and CEAF-e, then these, CEAF-m, BLANC, LEA, overlap (MOR) and zeros; 0/0 is 0.

    Raises:
        InputError: the files have not the same documents and words, which the scorer refuses.
        BrokenRules: lines or brackets are broken.
    """
    counted = {name: [0.0] * 4 for name in COUNTS}
    for one, other in _aligned(gold, pred, options, way):
        found = matched(one, other, way)
        for name, count in COUNTS.items():
            counted[name] = [a + b for a, b in zip(counted[name], count(found), strict=True)]
    rows = {name: by_side(*sums) for name, sums in counted.items()}
    kinds = [rows["blanc"], rows.pop(APART)]
    rows["blanc"] = mean([row for row in kinds if row.gold or row.pred])  # over the kinds of links that either side has
    return {"conll": conll(rows), **rows}


def _aligned(gold: Path, pred: Path, options: Options, way: Way) -> Iterator[tuple[Side, Side]]:
    sides = [_read(path, options, way) for path in (gold, pred)]
    if len(sides[0]) != len(sides[1]):
        found = f"has {len(sides[1])} documents where the gold has {len(sides[0])}"
        raise InputError(pred, found, "give both files the same documents (# newdoc), in one order")
    for (one, gold_side), (other, pred_side) in zip(*sides, strict=True):
        forms = [[node.cells[1] for node in draft.nodes if node.word >= 0] for draft in (one, other)]
        if forms[0] != forms[1]:
            raise InputError(other.where, "has other words than the gold", "give both files the same words")
        yield gold_side, pred_side


def _read(path: Path, options: Options, way: Way) -> list[tuple[Draft, Side]]:
    found = [(draft, _side(draft, path, options, way)) for draft in drafts(path, options)]
    if options.notes.broken:
        raise BrokenRules(options.notes.broken)
    return found


def _side(draft: Draft, path: Path, options: Options, way: Way) -> Side:
    """Give a document's chains as they begin, each mention once, and what is said of the mentions' heads."""
    chains: dict[str, Chain] = {}
    side = Side([], {})
    for stretch in stretches(draft, path, options):
        told = fields(draft, stretch)
        number = told.get("head", "")
        place = int(number) if number.isdecimal() and 0 < int(number) <= len(stretch.nodes) else 1
        nodes = [draft.nodes[index] for index in stretch.nodes]
        mention = side.add(nodes, nodes[place - 1], way)
        chains.setdefault(next(iter(told.values())), []).append(mention)
    for _, chain in sorted(chains.items(), key=lambda item: (min(map(_start, item[1])), item[0])):
        once = list(dict.fromkeys(sorted(chain, key=_start)))
        if len(once) > 1 or way.singletons:
            side.chains.append(once)
    return side


def _start(mention: Mention) -> tuple[Place, int, Place]:
    nodes = mention[0]
    return nodes[0], -len(nodes), nodes[-1]


def _groups(chains: Chains, home: Callable[[Mention], int | None]) -> list[Counter[int]]:
    """Say of each chain how many of its mentions are in which chain of the other side."""
    return [Counter(n for mention in chain if (n := home(mention)) is not None) for chain in chains]


def _both(one_side: Callable[[Chains, list[Counter[int]], Chains], tuple[float, float]]) -> Callable[[Matched], Sums]:
    def count(found: Matched) -> Sums:
        pred = one_side(found.pred, _groups(found.pred, found.gold_home), found.gold)
        return [*pred, *one_side(found.gold, _groups(found.gold, found.pred_home), found.pred)]

    return count


def _muc(chains: Chains, groups: list[Counter[int]], others: Chains) -> tuple[float, float]:
    links = sum(group.total() - len(group) for group in groups)
    return links, sum(len(chain) - 1 for chain in chains)


def _b_cubed(chains: Chains, groups: list[Counter[int]], others: Chains) -> tuple[float, float]:
    shares = (sum(n * n for n in group.values()) / len(chain) for chain, group in zip(chains, groups, strict=True))
    return sum(shares), sum(map(len, chains))


def _lea(chains: Chains, groups: list[Counter[int]], others: Chains) -> tuple[float, float]:
    worth = 0.0
    for chain, group in zip(chains, groups, strict=True):
        if len(chain) == 1:
            worth += any(len(others[number]) == 1 for number in group)
        else:
            worth += len(chain) * sum(map(pairs, group.values())) / pairs(len(chain))
    return worth, sum(map(len, chains))


def _ceaf(found: Matched, alike: Callable[[int, int], float]) -> float:
    """Give the worth of the best alignment of chains; `alike` says what common mentions are worth, by chains' sizes."""
    homes: dict[Mention, list[int]] = {}
    for other, chain in enumerate(found.pred):
        for mention in chain:
            homes.setdefault(mention, []).append(other)
    gold = ((one, found.other(mention)) for one, chain in enumerate(found.gold) for mention in chain)
    common = Counter((one, other) for one, mention in gold for other in homes.get(mention, ()))
    edges = [(a, b, alike(n, len(found.gold[a]) + len(found.pred[b]))) for (a, b), n in common.items()]
    return best_worth(edges)


def _ceaf_m(found: Matched) -> Sums:
    worth = _ceaf(found, lambda common, size: common)
    return [worth, sum(map(len, found.pred)), worth, sum(map(len, found.gold))]


def _ceaf_e(found: Matched) -> Sums:
    worth = _ceaf(found, lambda common, size: 2 * common / size)
    return [worth, len(found.pred), worth, len(found.gold)]


def _together(found: Matched) -> Sums:
    right = sum(pairs(n) for group in _groups(found.gold, found.pred_home) for n in group.values())
    sizes = [sum(pairs(len(chain)) for chain in side) for side in (found.pred, found.gold)]
    return [right, sizes[0], right, sizes[1]]


def _apart(found: Matched) -> Sums:
    """Count the pairs of mentions in two chains of the gold that are in two of the predictions as well."""
    groups = _groups(found.gold, found.pred_home)
    homes = Counter[int]()
    for group in groups:
        homes += group
    across = pairs(homes.total()) - sum(pairs(group.total()) for group in groups)
    joined = sum(map(pairs, homes.values())) - sum(pairs(n) for group in groups for n in group.values())
    sizes = [pairs(sum(map(len, side))) - sum(pairs(len(chain)) for chain in side) for side in (found.pred, found.gold)]
    return [across - joined, sizes[0], across - joined, sizes[1]]


def _overlap(found: Matched) -> Sums:
    """Count the nodes that mentions share, paired for the greatest overlap, whatever matches."""
    sides = [[mention for chain in side for mention in chain] for side in (found.gold, found.pred)]
    worth = best_worth([(*pair, float(shared)) for pair, shared in sharing(*sides).items()])
    sizes = [sum(len(nodes) for nodes, _ in side) for side in sides]
    return [worth, sizes[1], worth, sizes[0]]


def _zeros(found: Matched) -> Sums:
    """Count anaphoric zeros: right if their match is in a chain with a match of a mention before them."""
    right = wrong = missed = 0
    firsts, met = {chain[0] for chain in found.pred}, set()
    for chain in found.gold:
        before: set[int] = set()
        for place, mention in enumerate(chain):
            there = found.in_place(mention)
            home = None if there is None else found.homes[1].get(there)
            if place and found.gold_zero(mention):
                missed += there is None or there in firsts
                right += there is not None and there not in firsts and home in before
                wrong += there is not None and there not in firsts and home not in before
                met |= set() if there is None else {there}
            before |= set() if home is None else {home}
    loose = {m for chain in found.pred for m in chain if found.pred_zero(m)} - firsts - met
    return [right, right + len(loose) + wrong, right, right + missed + wrong]


COUNTS: dict[str, Callable[[Matched], Sums]] = {
    "muc": _both(_muc),
    "b3": _both(_b_cubed),
    "ceafe": _ceaf_e,
    "ceafm": _ceaf_m,
    "blanc": _together,
    APART: _apart,
    "lea": _both(_lea),
    "mor": _overlap,
    "zeros": _zeros,
}
