"""Documents as bags of labelled strings, so that systems that give strings can be scored without their offsets.

The gap between scores over offsets and over strings is what was lost in finding the places.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from goldwire.document import Document, Mention
from goldwire.eval.systems.folding import folded

UNPLACED = "unplaced"


def strings(gold: Iterable[Document], pred: Iterable[Document]) -> tuple[list[Document], list[Document]]:
    """Give documents whose mentions are equal just where label and folded string are, each as often as it stands.

    The text of these documents is their strings, a line each. Answers that had no place in the text (in the metadata
    of predictions) are counted, too. Documents without a counterpart are left as they are, without mentions.
    """
    golds, preds = list(gold), list(pred)
    said = {document.id: document for document in preds}
    views = [_both(document, said.get(document.id, Document(document.id, ""))) for document in golds]
    return [view for view, _ in views], [view for (_, view) in views if view.id in said]


def _both(gold: Document, pred: Document) -> tuple[Document, Document]:
    sides = [_bag(gold), _bag(pred)]
    most = sides[0] | sides[1]
    places: dict[tuple[str, str], int] = {}
    lines: list[str] = []
    for key in sorted(most):
        places[key] = sum(map(len, lines)) + len(lines)
        lines += [key[1] or " "] * most[key]
    text = "\n".join(lines)
    return _document(gold.id, text, sides[0], places), _document(gold.id, text, sides[1], places)


def _bag(document: Document) -> Counter[tuple[str, str]]:
    """Count the pairs of label and folded string."""
    found = Counter((m.label, folded(" ".join(document.text[a:b] for a, b in m.spans))) for m in document.mentions)
    rows = json.loads(document.metadata.get(UNPLACED, "[]"))
    found.update((str(row["label"]), folded(str(row["text"]))) for row in rows)
    return found


def _document(name: str, text: str, bag: Counter[tuple[str, str]], places: dict[tuple[str, str], int]) -> Document:
    mentions = []
    for (label, string), times in sorted(bag.items()):
        size = len(string or " ")
        starts = (places[label, string] + turn * (size + 1) for turn in range(times))
        mentions += [Mention(start, start + size, label) for start in starts]
    return Document(name, text, tuple(mentions))
