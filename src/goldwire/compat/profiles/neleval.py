"""How neleval counts links, types and clusters of mentions: its measures under its own names.

A mention is its document, start and end. One without an entry is NIL, and all of these are one cluster.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from goldwire.compat.profiles.chains import best_worth, pairs
from goldwire.compat.profiles.figures import Figures, Rows, by_side, mean, pooled, ratios
from goldwire.document import NIL, Document, Entity

Key: TypeAlias = tuple[Any, ...]
Clusters: TypeAlias = list[Set[Key]]


class _Said(NamedTuple):
    """A mention with its label and its cluster's name, "" for none."""

    document: str
    start: int
    end: int
    label: str
    cluster: str

    @property
    def linked(self) -> bool:
        """Say whether it has an entry of a knowledge base."""
        return bool(self.cluster) and not self.cluster.startswith(NIL)


SPAN, LABEL, ENTRY = itemgetter(0, 1, 2), itemgetter(3), "entry"
Fields: TypeAlias = Sequence[Any]
SETS: dict[str, tuple[Fields, bool | None]] = {  # fields that are compared; linked ones, NIL ones, or both
    "strong_mention_match": ([SPAN], None),
    "strong_typed_mention_match": ([SPAN, LABEL], None),
    "strong_linked_mention_match": ([SPAN], True),
    "strong_link_match": ([SPAN, ENTRY], True),
    "strong_nil_match": ([SPAN], False),
    "strong_all_match": ([SPAN, ENTRY], None),
    "strong_typed_link_match": ([SPAN, LABEL, ENTRY], True),
    "strong_typed_nil_match": ([SPAN, LABEL], False),
    "strong_typed_all_match": ([SPAN, LABEL, ENTRY], None),
    "entity_match": ([itemgetter(0), ENTRY], True),
}


def neleval_documents(gold: Sequence[Document], pred: Sequence[Document]) -> Rows:
    """Give strong_all_match, then all measures, those of sets with their mean over the gold's documents; 0/0 is 0."""
    sides = [[_said(document) for document in side] for side in (gold, pred)]
    rows = dict(_sets(sides))
    whole = [[said for document in side for said in document] for side in sides]
    rows |= {name: _clustered(whole[0], whole[1], fields, count) for name, (fields, count) in CLUSTERINGS.items()}
    first = rows.pop("strong_all_match")
    return {"strong_all_match": first, **rows}


def _said(document: Document) -> list[_Said]:
    owner = document.entity_of()
    return [_Said(document.id, m.start, m.end, m.label, _cluster(owner.get(m.id))) for m in document.mentions]


def _cluster(entity: Entity | None) -> str:
    """Give an entity's entry, or the name of one without entry, which begins with NIL as neleval's do."""
    if entity is None:
        return ""
    if entity.link and not entity.link.startswith(NIL):
        return entity.link
    return entity.id if entity.id.startswith(NIL) else f"{NIL}:{entity.id}"


def _key(said: _Said, fields: Fields) -> Key:
    return tuple((said.cluster if said.linked else None) if field is ENTRY else field(said) for field in fields)


def _sets(sides: Sequence[Sequence[list[_Said]]]) -> Iterator[tuple[str, Figures]]:
    for name, (fields, linked) in SETS.items():
        keys = [
            [{_key(said, fields) for said in document if linked in (None, said.linked)} for document in side]
            for side in sides
        ]
        counts = [(len(a & b), len(b), len(a)) for a, b in zip(*keys, strict=True)]
        yield name, pooled(counts)
        yield f"{name} macro-doc", mean([ratios(*count) for count in counts])


Count: TypeAlias = Callable[[Clusters, Clusters], tuple[float, float]]
"""From one side's clusters and the other's, the numerator and denominator of the one side's figure."""


def _clustered(gold: Sequence[_Said], pred: Sequence[_Said], fields: Fields, count: Count) -> Figures:
    sides = [_clusters(side, fields) for side in (gold, pred)]
    (right, there), (precise, said) = count(sides[0], sides[1]), count(sides[1], sides[0])
    return by_side(precise, said, right, there)


def _clusters(side: Sequence[_Said], fields: Fields) -> Clusters:
    found: dict[str, set[Key]] = defaultdict(set)
    for said in side:
        found[said.cluster].add(_key(said, fields))
    return list(found.values())


def _home(clusters: Clusters) -> Mapping[Key, int]:
    return {key: number for number, cluster in enumerate(clusters) for key in cluster}


def _b_cubed(one: Clusters, other: Clusters) -> tuple[float, float]:
    own, home = _home(one), _home(other)
    shares = (len(one[n] & other[home[key]]) / len(one[n]) for key, n in own.items() if key in home)
    return sum(shares), len(own)


def _muc(one: Clusters, other: Clusters) -> tuple[float, float]:
    home = _home(other)
    found = [[home[key] for key in cluster if key in home] for cluster in one]
    return sum(len(keys) - len(set(keys)) for keys in found), sum(len(cluster) - 1 for cluster in one)


def _shared(one: Clusters, other: Clusters) -> Iterator[tuple[int, int, int]]:
    where: dict[Key, list[int]] = defaultdict(list)
    for number, cluster in enumerate(other):
        for key in cluster:
            where[key].append(number)
    for number, cluster in enumerate(one):
        for there in sorted({n for key in cluster for n in where.get(key, ())}):
            yield number, there, len(cluster & other[there])


def _pairwise(one: Clusters, other: Clusters) -> tuple[float, float]:
    return sum(pairs(n) for _, _, n in _shared(one, other)), sum(pairs(len(cluster)) for cluster in one)


def _mention_ceaf(one: Clusters, other: Clusters) -> tuple[float, float]:
    return _aligned(one, other, lambda n, size: n), sum(map(len, one))


def _entity_ceaf(one: Clusters, other: Clusters) -> tuple[float, float]:
    return _aligned(one, other, lambda n, size: 2 * n / size), len(one)


def _aligned(one: Clusters, other: Clusters, alike: Callable[[int, int], float]) -> float:
    edges = [(a, b, alike(n, len(one[a]) + len(other[b]))) for a, b, n in _shared(one, other)]
    return best_worth(edges)


CLUSTERINGS: dict[str, tuple[Fields, Count]] = {
    "muc": ([SPAN], _muc),
    "b_cubed": ([SPAN], _b_cubed),
    "b_cubed_plus": ([SPAN, ENTRY], _b_cubed),
    "entity_ceaf": ([SPAN], _entity_ceaf),
    "mention_ceaf": ([SPAN], _mention_ceaf),
    "mention_ceaf_plus": ([SPAN, ENTRY], _mention_ceaf),
    "typed_mention_ceaf": ([SPAN, LABEL], _mention_ceaf),
    "typed_mention_ceaf_plus": ([SPAN, LABEL, ENTRY], _mention_ceaf),
    "pairwise": ([SPAN], _pairwise),
}
