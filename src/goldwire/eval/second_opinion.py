"""seqeval's numbers beside ours: the same mentions as token tags, and where and why the two differ.

seqeval itself is called; its functions rebuilt on our counting are in goldwire.compat.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from goldwire.corpus.tokens import Grid, flat, grid, tokenized
from goldwire.document import Document, Mention
from goldwire.errors import MissingExtra
from goldwire.eval.columns import columns
from goldwire.eval.counts import micro
from goldwire.eval.layers.mentions import strict


class Opinion(NamedTuple):
    """Micro precision, recall and F1 of one scorer."""

    scorer: str
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """Both scorers' figures, and what the view as tags loses: sentences that say why they differ."""

    opinions: tuple[Opinion, ...]
    reasons: tuple[str, ...]


class View(NamedTuple):
    """One side as tags, a list a sentence, and what of its mentions tags cannot say, by reason."""

    tags: list[list[str]]
    kept: list[Document]
    lost: Counter[str]


def seqeval_opinion(gold: Sequence[Document], pred: Sequence[Document]) -> SecondOpinion:
    """Give seqeval's strict and default micro figures on the flat view as IOB2 tags, and ours with and without it.

    Raises:
        MissingExtra: seqeval is not installed.
    """
    try:
        from seqeval.metrics import f1_score, precision_score, recall_score
        from seqeval.scheme import IOB2
    except ImportError as error:
        raise MissingExtra("seqeval", "seqeval", "a second opinion") from error
    golds = [tokenized(document) for document in sorted(gold, key=lambda document: document.id)]
    by_id = {document.id: document for document in pred}
    preds = [_on_tokens_of(document, by_id.get(document.id)) for document in golds]
    sides = as_tags(golds), as_tags(preds)
    tags = [side.tags for side in sides]

    def theirs(**how: Any) -> list[float]:
        scorers = (precision_score, recall_score, f1_score)
        return [float(scorer(*tags, average="micro", zero_division=0, **how)) for scorer in scorers]

    opinions = (
        Opinion("goldwire mentions/strict, all mentions", *_ours(gold, preds)),
        Opinion("goldwire mentions/strict, what tags can say", *_ours(sides[0].kept, sides[1].kept)),
        Opinion("seqeval mode=strict scheme=IOB2", *theirs(mode="strict", scheme=IOB2)),
        Opinion("seqeval default", *theirs()),
    )
    return SecondOpinion(opinions, tuple(_reasons(sides, opinions)))


def as_tags(documents: Sequence[Document]) -> View:
    """Give documents with tokens and sentences as IOB2 tags; what tags cannot say is counted."""
    view = View([], [], Counter())
    for document in documents:
        found = grid(document)
        kept = list(_sayable(found, document, view.lost))
        tags = ["O"] * len(found.starts)
        for mention in kept:
            first, last = found.tokens(mention.start, mention.end)
            tags[first:last] = [f"B-{mention.label}"] + [f"I-{mention.label}"] * (last - first - 1)
        view.tags.extend(tags[slice(*span)] for span in found.sentences)
        view.kept.append(replace(document, mentions=tuple(kept), relations=(), entities=()))
    return view


def _sayable(found: Grid, document: Document, lost: Counter[str]) -> list[Mention]:
    """Give the mentions that IOB2 tags can say exactly."""
    outermost = flat(document.mentions)
    lost["nested, crossing or not a name (the flat view leaves it out)"] += len(document.mentions) - len(outermost)
    kept: list[Mention] = []
    for mention in outermost:
        if mention.fragments:
            lost["discontinuous"] += 1
        elif not found.on_edges(mention.start, mention.end):
            lost["boundaries inside a token"] += 1
        elif found.sentence(mention.start, mention.end) is None:
            lost["across a sentence's end"] += 1
        else:
            kept.append(mention)
    return kept


def _on_tokens_of(gold: Document, pred: Document | None) -> Document:
    mentions = pred.mentions if pred else ()
    return replace(gold, mentions=mentions, relations=(), entities=(), zones=())


def _ours(gold: Sequence[Document], pred: Sequence[Document]) -> list[float]:
    return [float(figure) for figure in micro(strict(columns(gold, pred)).total())]


def _reasons(sides: tuple[View, View], opinions: Sequence[Opinion]) -> list[str]:
    reasons = [
        f"{count} {name} mention{'s' * (count > 1)} not in the tags: {why}"
        for name, side in zip(("gold", "predicted"), sides, strict=True)
        for why, count in side.lost.items()
        if count
    ]
    if all(abs(one - other) < 1e-12 for one, other in zip(opinions[2][1:], opinions[1][1:], strict=True)):
        reasons.append("on what tags can say, seqeval's strict mode and goldwire agree to the last digit")
    if opinions[3][1:] != opinions[2][1:]:
        reasons.append("seqeval's default mode reads tags leniently: an I- after another label opens a mention")
    return reasons
