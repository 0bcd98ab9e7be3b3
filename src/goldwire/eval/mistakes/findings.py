"""Every mistake with its place and its surroundings, and the tables that sum them up.

Which class a mention or relation has is decided in mentions and relations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from goldwire.document import Document
from goldwire.eval.columns import Columns, MentionColumns
from goldwire.eval.layers.matching import stretches
from goldwire.eval.layers.relations import folded
from goldwire.eval.mistakes.mentions import Mistakes, class_counts, confusion, mention_mistakes
from goldwire.eval.mistakes.relations import loss_split, relation_mistakes

AROUND = 30
Finding = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Findings:
    """All mistakes of one scoring: a line each in `mentions` and `relations`, and their sums in `summary`."""

    mentions: tuple[Finding, ...]
    relations: tuple[Finding, ...]
    summary: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Give everything as plain values."""
        return {"summary": self.summary, "mentions": list(self.mentions), "relations": list(self.relations)}


def find_mistakes(columns: Columns, documents: Sequence[Document]) -> Findings:
    """Give all mistakes; `documents` (the gold) lend their texts for what stands around them."""
    texts = {document.id: document.text for document in documents}
    mentions, relations = mention_mistakes(columns), relation_mistakes(columns)
    labels, matrix = confusion(columns)
    summary = {
        "mentions": [row._asdict() for row in class_counts(mentions)],
        "relations": [row._asdict() for row in class_counts(relations)],
        "relations lost": loss_split(columns)._asdict(),
        "confusion": {"gold": [*labels, "spurious"], "pred": [*labels, "missing"], "counts": matrix.tolist()},
    }
    lines = tuple(_mention_lines(columns, mentions, texts)), tuple(_relation_lines(columns, relations, texts))
    return Findings(lines[0], lines[1], summary)


def _pairs(mistakes: Mistakes) -> Iterator[tuple[int | None, int | None, str]]:
    """Give each wrong pair or single item: gold index, predicted index, class."""
    gold_of = dict(zip(mistakes.pairs.gold.tolist(), mistakes.pairs.pred.tolist(), strict=True))
    for gold, number in enumerate(mistakes.gold.tolist()):
        if number:
            yield gold, gold_of.get(gold), mistakes.classes[number]
    for pred in np.setdiff1d(np.flatnonzero(mistakes.pred), mistakes.pairs.pred).tolist():
        yield None, pred, mistakes.classes[mistakes.pred[pred]]


def _mention_lines(columns: Columns, mistakes: Mistakes, texts: dict[str, str]) -> Iterator[Finding]:
    sides = columns.gold.mentions, columns.pred.mentions
    for gold, pred, name in _pairs(mistakes):
        side, which = (sides[0], gold) if gold is not None else (sides[1], pred)
        assert which is not None  # noqa: S101 - a mistake has a gold or a predicted mention
        document = columns.documents[int(side.doc[which])]
        yield {
            "class": name,
            "document": document,
            "gold": _mention(columns, sides[0], gold, texts[document]),
            "pred": _mention(columns, sides[1], pred, texts[document]),
            "context": _context(texts[document], int(side.start[which]), int(side.end[which])),
        }


def _mention(columns: Columns, side: MentionColumns, which: int | None, text: str) -> Finding | None:
    if which is None:
        return None
    start, end = int(side.start[which]), int(side.end[which])
    parts = [list(part) for part in stretches(side, which)]
    surface = " ".join(text[a:b] for a, b in parts)
    found = {"start": start, "end": end, "label": columns.mention_labels[side.label[which]], "text": surface}
    return {**found, "fragments": parts} if len(parts) > 1 else found


def _context(text: str, start: int, end: int) -> str:
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    return " ".join(f"{before}[{text[start:end]}]{after}".split())


def _pair_context(text: str, relation: Finding) -> str:
    """Give what stands around a relation's ends, both in brackets; of a long stretch between them its two ends."""
    one, other = sorted((relation[end]["start"], relation[end]["end"]) for end in ("head", "tail"))
    if other[0] < one[1]:
        return _context(text, one[0], max(one[1], other[1]))
    if other[0] - one[1] > 2 * AROUND:
        return f"{_context(text, *one)} … {_context(text, *other)}"
    before, after = text[max(0, one[0] - AROUND) : one[0]], text[other[1] : other[1] + AROUND]
    ends = [f"[{text[start:end]}]" for start, end in (one, other)]
    return " ".join(f"{before}{ends[0]}{text[one[1] : other[0]]}{ends[1]}{after}".split())


def _relation_lines(columns: Columns, mistakes: Mistakes, texts: dict[str, str]) -> Iterator[Finding]:
    parts, sides = folded(columns), (columns.gold.mentions, columns.pred.mentions)
    for gold, pred, name in _pairs(mistakes):
        part, which = (parts[0], gold) if gold is not None else (parts[1], pred)
        document = columns.documents[int(part.doc[which])]
        said = [
            _relation(columns, own, side, index, texts[document])
            for own, side, index in zip(parts, sides, (gold, pred), strict=True)
        ]
        context = _pair_context(texts[document], said[0] or said[1] or {})
        yield {"class": name, "document": document, "gold": said[0], "pred": said[1], "context": context}


def _relation(columns: Columns, part: Any, side: MentionColumns, which: int | None, text: str) -> Finding | None:
    if which is None:
        return None
    head, tail = (_mention(columns, side, int(end[which]), text) for end in (part.head, part.tail))
    return {"head": head, "label": columns.relation_labels[part.label[which]], "tail": tail}
