"""How scorers of clinical shared tasks count documents of brat: n2c2 2018 track 2 (lenient too), MEDDOCAN (merged too).

A discontinuous mention is for both all from its start to its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple, TypeAlias

from goldwire.compat.profiles.figures import Figures, Rows, mean, pooled, ratios
from goldwire.document import Document, Mention

Sides: TypeAlias = Sequence[tuple[Document, Document]]
MODES = ("strict", "lenient")


class _Link(NamedTuple):
    """A relation with its mentions."""

    head: Mention
    tail: Mention
    label: str


Item: TypeAlias = Mention | _Link


def n2c2_documents(gold: Sequence[Document], pred: Sequence[Document]) -> Rows:
    """Give, strict and lenient, mentions' (tags) and relations' micro, mean over documents (macro), and labels."""
    sides = list(zip(gold, pred, strict=True))
    return dict(row for mode in MODES for row in _n2c2_rows(sides, mode))


def _n2c2_rows(sides: Sides, mode: str) -> Iterator[tuple[str, Figures]]:
    for kind, items in (("tags", _mentions), ("relations", _links)):
        pairs = [(items(one), items(other)) for one, other in sides]
        yield f"{mode} {kind}", _micro(pairs, mode)
        yield f"{mode} {kind} macro", _macro(pairs, mode)
        for label in sorted({item.label for pair in pairs for side in pair for item in side}):
            own = [
                ([i for i in one if i.label == label], [i for i in other if i.label == label]) for one, other in pairs
            ]
            yield f"{mode} {kind} {label}", _micro(own, mode)


def _mentions(document: Document) -> list[Item]:
    return list(document.mentions)


def _links(document: Document) -> list[Item]:
    mentions = document.by_id()
    return [_Link(mentions[one.head], mentions[one.tail], one.label) for one in document.relations]


Pairs: TypeAlias = Sequence[tuple[list[Item], list[Item]]]


def _micro(pairs: Pairs, mode: str) -> Figures:
    return pooled([_counts(*pair, mode) for pair in pairs])


def _macro(pairs: Pairs, mode: str) -> Figures:
    return mean([ratios(*_counts(*pair, mode)) for pair in pairs])


def _counts(gold: list[Item], pred: list[Item], mode: str) -> tuple[int, int, int]:
    """Count right, predicted and gold items; a predicted one is not seen if one before it met a gold one that it meets.

    A predicted item that meets several gold ones is right once, and the script takes the rest for missed.
    """
    met: set[int] = set()
    kept = []
    for item in pred:
        meets = [place for place, one in enumerate(gold) if _equal(one, item, mode)]
        if not met.intersection(meets):
            kept.append(bool(meets))
        met.update(meets)
    return sum(kept), len(kept), len(gold)


def _equal(gold: Item, pred: Item, mode: str) -> bool:
    if gold.label != pred.label:
        return False
    if isinstance(gold, _Link) and isinstance(pred, _Link):
        return _equal(gold.head, pred.head, mode) and _equal(gold.tail, pred.tail, mode)
    assert isinstance(gold, Mention) and isinstance(pred, Mention)  # noqa: S101 - both sides are of one kind
    if mode == "strict":
        return (gold.start, gold.end) == (pred.start, pred.end)
    return gold.start < pred.end and pred.start < gold.end


def meddocan_documents(gold: Sequence[Document], pred: Sequence[Document]) -> Rows:
    """Give subtrack 1 (span and label), subtrack 2 (span alone), and spans merged over what is no letter or digit."""
    sides = list(zip(gold, pred, strict=True))
    labelled = [[{(m.start, m.end, m.label) for m in d.mentions} for d in pair] for pair in sides]
    return {
        "ner": _by_sets(labelled),
        "spans": _by_sets([[_spans(d) for d in pair] for pair in sides]),
        "spans merged": _by_merged(sides),
    }


def _spans(document: Document) -> set[tuple[int, int]]:
    return {(mention.start, mention.end) for mention in document.mentions}


def _by_sets(pairs: Sequence[Sequence[Set[object]]]) -> Figures:
    return pooled([(len(one & other), len(other), len(one)) for one, other in pairs])


def _by_merged(sides: Sides) -> Figures:
    """Count what both sides have, merged or not, as right, and what lies in none of it as spurious or missed."""
    right = spurious = missed = 0
    for gold, pred in sides:
        strict, merged = (_spans(gold), _spans(pred)), (_merged(gold, gold.text), _merged(pred, gold.text))
        both = (strict[0] & strict[1]) | (merged[0] & merged[1])
        right += len(both)
        missed += sum(not _inside(span, both) for span in strict[0] - strict[1])
        spurious += sum(not _inside(span, both) for span in strict[1] - strict[0])
    return ratios(right, right + spurious, right + missed)


def _inside(span: tuple[int, int], spans: set[tuple[int, int]]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in spans)


def _merged(document: Document, text: str) -> set[tuple[int, int]]:
    """Give the spans, in order and each as often as it stands, joined where no letter or digit lies between two."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted((mention.start, mention.end) for mention in document.mentions):
        if joined and not any(map(str.isalnum, text[joined[-1][1] : start])):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return set(joined)
