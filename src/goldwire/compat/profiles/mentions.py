"""How other tools count mentions, given as spans: as sets, as Doc.ents, in nervaluate's modes.

Plain Python, one span at a time: made to be compared with those tools. How tags become spans is in tags.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from goldwire.compat.profiles.figures import Figures, Rows, by_sets, ratios
from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.tags import Span

Documents = Sequence[Document]


def spans(documents: Documents) -> list[list[Span]]:
    """Give each document's mentions as start, end and label, in its order."""
    return [[(mention.start, mention.end, mention.label) for mention in document.mentions] for document in documents]


def set_documents(gold: Documents, pred: Documents) -> Rows:
    """Give micro and labels of mentions as sets, 0/0 as 0."""
    return by_sets(spans(gold), spans(pred))


def spacy_documents(gold: Documents, pred: Documents) -> Rows:
    """Give micro and labels of mentions as sets, None where neither side has any.

    Raises:
        InputError: two mentions of a document overlap, which Doc.ents refuses.
    """
    for document in (*gold, *pred):
        _check_apart(document)
    return unless_silent(set_documents(gold, pred))


def unless_silent(rows: Rows) -> Rows:
    """Give spaCy's rows: None for everything where there are no entities on either side."""
    silent = Figures(None, None, None, 0, 0, 0)
    return rows if rows["micro"].pred or rows["micro"].gold else {**rows, "micro": silent}


def _check_apart(document: Document) -> None:
    places = sorted((mention.start, mention.end) for mention in document.mentions)
    for before, after in pairwise(places):
        if after[0] < before[1]:
            found = f"the mentions {before[0]}-{before[1]} and {after[0]}-{after[1]} overlap, which Doc.ents refuses"
            raise InputError(f"profile spacy, {document.id}", found, "choose another profile, such as seqscore")


def nervaluate_documents(gold: Documents, pred: Documents, *, inclusive_ends: bool = False) -> Rows:
    """Give nervaluate's modes of mentions, in the order in which the documents list them."""
    return nervaluate_spans(spans(gold), spans(pred), inclusive_ends=inclusive_ends)


def nervaluate_spans(
    gold: Sequence[Sequence[Span]], pred: Sequence[Sequence[Span]], *, inclusive_ends: bool = False
) -> Rows:
    """Give nervaluate's modes, "strict" and so on, and by label "strict PER"; lists are taken in their order.

    inclusive_ends: hand the ends over as they are, though nervaluate takes them for last positions (its users do).
    """
    labels = sorted({span[2] for side in (gold, pred) for spans in side for span in spans})
    rows: Rows = {}
    for mode in ("strict", "exact", "partial", "ent_type"):
        rows[mode] = _nervaluate_mode(gold, pred, mode, inclusive_ends)
    for label in labels:
        one, other = ([[span for span in spans if span[2] == label] for spans in side] for side in (gold, pred))
        for mode in ("strict", "exact", "partial", "ent_type"):
            rows[f"{mode} {label}"] = _nervaluate_mode(one, other, mode, inclusive_ends)
    return rows


def _nervaluate_mode(
    gold: Sequence[Sequence[Span]], pred: Sequence[Sequence[Span]], mode: str, inclusive_ends: bool
) -> Figures:
    correct = 0.0
    for golds, preds in zip(gold, pred, strict=True):
        left = list(range(len(golds)))
        for span in preds:
            place, worth = _nervaluate_choice(span, golds, left, mode, 0 if inclusive_ends else 1)
            correct += worth
            if place is not None:
                left.remove(place)
    return ratios(correct, sum(map(len, pred)), sum(map(len, gold)))


def _nervaluate_choice(
    span: Span, golds: Sequence[Span], left: Sequence[int], mode: str, cut: int
) -> tuple[int | None, float]:
    """Give the gold mention that a predicted one takes, and what it is worth."""
    seen = [place for place in left if _overlap_enough(span, golds[place], cut)]
    if mode == "ent_type":
        typed = [place for place in seen if golds[place][2] == span[2]]
        if typed:
            return min(typed, key=lambda place: _distance(span, golds[place])), 1.0
        return (seen[0] if seen else None), 0.0
    same = [place for place in left if golds[place][:2] == span[:2]]
    hits = [place for place in same if mode != "strict" or golds[place][2] == span[2]]
    if hits:
        return hits[0], 1.0
    return (seen[0], 0.5 if mode == "partial" else 0.0) if seen else (None, 0.0)


def _overlap_enough(pred: Span, gold: Span, cut: int) -> bool:
    start, end = max(pred[0], gold[0]), min(pred[1], gold[1]) - cut
    return end >= start and (end - start + 1) / (gold[1] - cut - gold[0] + 1) * 100.0 >= 1.0


def _distance(one: Span, other: Span) -> int:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])
