"""How the HIPE-scorer counts mentions: what the profile `hipe` is made of.

It goes back to the code that became nervaluate, but a gold mention may be met twice and labels the gold lacks are
not seen.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from goldwire.compat.profiles.figures import Figures, Rows, Tags, check_lengths, mean, ratios
from goldwire.document import Document
from goldwire.tags import Span

MODES = ("strict", "ent_type", "partial", "exact")
CORRECT, INCORRECT, PARTIAL, MISSED, SPURIOUS = range(5)
SAME = (CORRECT, CORRECT, CORRECT, CORRECT)
OTHER_LABEL = (INCORRECT, INCORRECT, CORRECT, CORRECT)
OTHER_SPAN = (INCORRECT, CORRECT, PARTIAL, INCORRECT)
OTHER_BOTH = (INCORRECT, INCORRECT, PARTIAL, INCORRECT)

Tally: TypeAlias = NDArray[np.int64]  # [modes, outcomes]


def hipe_documents(gold: Sequence[Document], pred: Sequence[Document]) -> Rows:
    """Give each mode's micro, macro over labels, macro over documents, then the same of its labels."""
    golds, preds = ([_spans(document) for document in side] for side in (gold, pred))
    return _counted(golds, preds, {label.rsplit("-", 1)[-1] for spans in golds for *_, label in spans})


def hipe_links(gold: Sequence[Document], pred: Sequence[Document], *, joined: bool = False) -> Rows:
    """Give the same of links (NEL): a mention's label is its entity's link, and one without a link is none.

    joined: neighbours of one link are one, as where the column of links alone is read.
    """
    read = _joined_links if joined else _links
    golds, preds = ([read(document) for document in side] for side in (gold, pred))
    return _counted(golds, preds, {label for spans in (*golds, *preds) for *_, label in spans})


def _links(document: Document) -> list[Span]:
    owner = document.entity_of()
    said = ((m, owner.get(m.id)) for m in sorted(document.mentions, key=lambda m: m.start))
    found = ((m.start, m.end, (one.wikidata or one.link).upper()) for m, one in said if one)
    return [span for span in found if span[2]]


def _joined_links(document: Document) -> list[Span]:
    following = {one.end: other.start for one, other in pairwise(document.tokens)}
    found: list[Span] = []
    for span in _links(document):
        if found and found[-1][2] == span[2] and following.get(found[-1][1]) == span[0]:
            found[-1] = (found[-1][0], *span[1:])
        else:
            found.append(span)
    return found


def hipe_tags(gold: Tags, pred: Tags, scheme: str) -> Rows:
    """Give the same of tags, a sequence a document: B begins, anything else goes on."""
    del scheme
    check_lengths(gold, pred)
    golds, preds = ([_read(tags) for tags in side] for side in (gold, pred))
    return _counted(golds, preds, {tag.upper().rsplit("-", 1)[-1] for tags in gold for tag in tags} - {"O", "_"})


def _read(tags: Sequence[str]) -> list[Span]:
    found: list[Span] = []
    for index, tag in enumerate(tags):
        label, last = tag[2:].upper(), found[-1] if found else (0, -1, "")
        if tag != "O" and last[1:] == (index, label) and not tag.startswith("B"):
            found[-1] = (last[0], index + 1, label)
        elif tag != "O":
            found.append((index, index + 1, label))
    return found


def _counted(gold: Sequence[list[Span]], pred: Sequence[list[Span]], known: Collection[str]) -> Rows:
    """Count the mentions of known labels: what stands behind the last hyphen of the gold's."""
    kept = [[[span for span in spans if span[2] in known] for spans in side] for side in (gold, pred)]
    counted = [_tallies(golds, preds) for golds, preds in zip(*kept, strict=True)]
    labels = list(dict.fromkeys(label for tallies in counted for label in tallies))
    nothing = np.zeros((len(MODES), 5), np.int64)
    whole = [sum(tallies.values(), nothing) for tallies in counted] or [nothing]
    own = {label: [tallies.get(label, nothing) for tallies in counted] for label in labels}
    return dict(row for place, mode in enumerate(MODES) for row in _rows(mode, place, whole, own))


def _spans(document: Document) -> list[Span]:
    mentions = sorted(document.mentions, key=lambda mention: mention.start)
    return [(mention.start, mention.end, mention.label.upper()) for mention in mentions]


def _tallies(golds: Sequence[Span], preds: Sequence[Span]) -> dict[str, Tally]:
    """Count a document's outcomes by the gold's label, spurious ones by their own."""
    tallies: dict[str, Tally] = defaultdict(lambda: np.zeros((len(MODES), 5), np.int64))
    met: set[int] = set()
    for span in preds:
        place, outcome = _outcome(span, golds, met)
        label = span[2] if place is None else golds[place][2]
        tallies[label][range(len(MODES)), outcome] += 1
        met |= set() if place is None else {place}
    for place, span in enumerate(golds):
        if place not in met:
            tallies[span[2]][:, MISSED] += 1
    return tallies


def _outcome(span: Span, golds: Sequence[Span], met: set[int]) -> tuple[int | None, Sequence[int]]:
    """Give the gold mention that a predicted one meets: an equal one, or the first that fits or is not met yet."""
    if span in golds:
        return golds.index(span), SAME
    for place, gold in enumerate(golds):
        if gold[:2] == span[:2]:
            return place, OTHER_LABEL
        if place not in met and max(gold[0], span[0]) < min(gold[1], span[1]):
            return place, OTHER_SPAN if gold[2] == span[2] else OTHER_BOTH
    return None, (SPURIOUS,) * len(MODES)


def _rows(mode: str, place: int, whole: list[Tally], own: dict[str, list[Tally]]) -> Iterator[tuple[str, Figures]]:
    labels = {label: _micro(tallies, place) for label, tallies in own.items()}
    yield mode, _micro(whole, place)
    yield f"{mode} macro", mean(list(labels.values()))
    yield f"{mode} macro-doc", _by_document(whole, place)
    for label, row in labels.items():
        yield f"{mode} {label}", row
        yield f"{mode} macro-doc {label}", _by_document(own[label], place)


def _micro(tallies: Iterable[Tally], place: int) -> Figures:
    correct, incorrect, partial, missed, spurious = np.sum([tally[place] for tally in tallies], axis=0).tolist()
    said = correct + incorrect + partial
    return ratios(correct + 0.5 * partial, said + spurious, said + missed)


def _by_document(tallies: Iterable[Tally], place: int) -> Figures:
    """Give means over documents: precision over those with predictions, recall with gold, F1 with both."""
    rows = [_micro([tally], place) for tally in tallies]
    columns = (
        [row.precision for row in rows if row.pred],
        [row.recall for row in rows if row.gold],
        [row.f1 for row in rows if row.pred and row.gold],
    )
    precision, recall, f1 = (float(np.mean(column)) if column else None for column in columns)  # type: ignore[arg-type]
    return Figures(precision, recall, f1, math.nan, 0, 0)
