"""A classifier of relations: logistic regression over what stands in and between two mentions of a sentence.

Fitted by scikit-learn, kept as plain arrays, applied with numpy alone. Mentions come from elsewhere.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, permutations
from pathlib import Path
from zlib import crc32

import numpy as np

from goldwire.document import Document, Mention, Relation, Span, canonical
from goldwire.errors import InputError
from goldwire.eval.counts import Array
from goldwire.eval.systems.base import optional

BITS = 18
NONE = ""
_BETWEEN, _AROUND, _FURTHEST = 12, 3, 400


@dataclass(frozen=True, slots=True)
class PairModel:
    """Weights [labels, columns] and intercepts [labels] over hashed features; `columns` are the hashes in use.

    `ends` are the pairs of mention labels between which relations were seen; others are never tried. The first label
    is that of no relation.
    """

    labels: tuple[str, ...]
    ends: frozenset[tuple[str, str]]
    columns: Array
    weights: Array
    intercepts: Array

    def predict(self, document: Document, threshold: float = 0.0) -> Document:
        """Give the document with relations between its mentions in place of any it had."""
        pairs = [pair for pair in candidates(document) if (pair[0].label, pair[1].label) in self.ends]
        found = (self._relation(document, *pair, threshold) for pair in pairs)
        return canonical(replace(document, relations=tuple(r for r in found if r)))

    def _relation(
        self, document: Document, head: Mention, tail: Mention, sentence: Span, threshold: float
    ) -> Relation | None:
        hashes = np.unique(hashed(features(document, head, tail, sentence)))
        places = np.searchsorted(self.columns, hashes)
        places[places == len(self.columns)] = 0
        known = places[self.columns[places] == hashes]
        logits = self.intercepts + self.weights[:, known].sum(axis=1)
        shares = np.exp(logits - logits.max())
        best = int(shares.argmax())
        score = float(shares[best] / shares.sum())
        if self.labels[best] == NONE or score < threshold:
            return None
        return Relation(head.id, tail.id, self.labels[best], score=round(score, 4))


def fit(
    documents: Iterable[Document], *, seed: int = 0, penalty: float = 1e-5, negatives: float = 0.1, epochs: int = 15
) -> PairModel:
    """Give the classifier of the relations in documents; a pair with several labels counts once for each.

    Fitted by averaged stochastic gradient descent. `negatives` is the weight of a pair without a relation: there are
    ten of them for each pair with one.

    Raises:
        MissingExtra: scikit-learn is not installed.
        InputError: no two mentions of one sentence are related.
    """
    linear = optional("sklearn.linear_model", "scikit-learn", "train", "training a classifier of relations")
    sparse = optional("scipy.sparse", "scipy", "train", "training a classifier of relations")

    held = [canonical(document) for document in documents]
    ends = _seen_ends(held)
    rows = [row for document in held for row in _rows(document, ends)]
    if not {label for _, label in rows} - {NONE}:
        raise InputError("the corpus", "has no relation within a sentence to learn from", "name one that has")
    if all(label for _, label in rows):
        rows.append((np.zeros(1, np.int64), NONE))  # a classifier needs two classes
    labels = sorted({label for _, label in rows})
    indices = [np.unique(hashes) for hashes, _ in rows]
    columns, places = np.unique(np.concatenate(indices), return_inverse=True)
    starts = np.concatenate([[0], np.cumsum([len(part) for part in indices])])
    matrix = sparse.csr_matrix(
        (np.ones(len(places), np.float32), places.ravel(), starts), shape=(len(rows), len(columns))
    )
    weigh = {**dict.fromkeys(range(len(labels)), 1.0), labels.index(NONE): negatives}
    model = linear.SGDClassifier(
        loss="log_loss",
        alpha=penalty,
        average=True,
        max_iter=epochs,
        tol=None,
        random_state=seed,
        class_weight=weigh,
    )
    codes = np.array([labels.index(label) for _, label in rows])
    model.fit(matrix, codes)
    return PairModel(tuple(labels), ends, columns, *_plain(model, len(labels)))


def _plain(model: object, labels: int) -> tuple[Array, Array]:
    """Give weights and intercepts a label; scikit-learn keeps but one row for two labels."""
    weights, intercepts = np.asarray(model.coef_, np.float32), np.asarray(model.intercept_, np.float32)  # type: ignore[attr-defined]
    if len(weights) == 1 and labels == 2:
        weights, intercepts = np.vstack([-weights / 2, weights / 2]), np.array([-intercepts[0] / 2, intercepts[0] / 2])
    return weights, intercepts


def candidates(document: Document) -> Iterator[tuple[Mention, Mention, Span]]:
    """Give the ordered pairs of mentions that stand in one sentence and not too far apart, with the sentence."""
    for sentence in sentences(document):
        inside = [m for m in document.mentions if sentence.start <= m.start and m.end <= sentence.end]
        for head, tail in permutations(inside, 2):
            if max(tail.start - head.end, head.start - tail.end) <= _FURTHEST:
                yield head, tail, sentence


def sentences(document: Document) -> Sequence[Span]:
    """Give a document's sentences, or where it says none the stretches between full stops and line ends."""
    if document.sentences:
        return document.sentences
    ends = [m.end() for m in re.finditer(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“‘(]*[A-Z0-9])|\n+", document.text)]
    borders = [0, *ends, len(document.text)]
    return [Span(a, b) for a, b in pairwise(borders) if a < b]


def features(document: Document, head: Mention, tail: Mention, sentence: Span) -> Iterator[str]:
    """Give what is known of a pair, as strings: labels, order, words of both, between and around them."""
    first, second = (head, tail) if (head.start, head.end) <= (tail.start, tail.end) else (tail, head)
    order = "forth" if first is head else "back"
    text = document.text
    between = _words(text[first.end : second.start])[:_BETWEEN] if first.end <= second.start else ["(inside)"]
    ends = f"{head.label}>{tail.label}"
    yield from (f"ends {ends}", f"order {order}", f"{order} {ends}", f"gap {min(len(between), 8)} {order} {ends}")
    yield from (f"between {word} {order}" for word in between)
    yield from (f"pair {a} {b} {order}" for a, b in pairwise(between))
    yield f"all {' '.join(between[:6])} {order} {ends}"
    yield from (f"before {word}" for word in _words(text[sentence.start : first.start])[-_AROUND:])
    yield from (f"after {word}" for word in _words(text[second.end : sentence.end])[:_AROUND])
    yield from (f"head {word}" for word in _words(text[head.start : head.end])[-2:])
    yield from (f"tail {word}" for word in _words(text[tail.start : tail.end])[-2:])
    passed = Counter(m.label for m in document.mentions if first.end <= m.start and m.end <= second.start)
    yield f"passed {min(3, sum(passed.values()))} {ends}"
    yield from (f"passed {label}" for label in passed)


def hashed(strings: Iterable[str]) -> Array:
    """Give the hashes of features, the same on every machine."""
    return np.array([crc32(text.encode("utf-8", "surrogatepass")) & ((1 << BITS) - 1) for text in strings], np.int64)


def write_pairs(model: PairModel, path: Path) -> None:
    """Write a classifier as plain arrays: no code is run when it is read."""
    from goldwire.formats.files import replacing

    said = json.dumps({"labels": model.labels, "ends": sorted(model.ends)})
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(
            file, said=np.array(said), columns=model.columns, weights=model.weights, intercepts=model.intercepts
        )


def read_pairs(path: Path) -> PairModel:
    """Read a classifier.

    Raises:
        InputError: the file is missing or is none.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            said = json.loads(str(arrays["said"]))
            ends = frozenset((head, tail) for head, tail in said["ends"])
            return PairModel(tuple(said["labels"]), ends, arrays["columns"], arrays["weights"], arrays["intercepts"])
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise InputError(path, "is no classifier of relations", "goldwire train --kind relations makes one") from error


def _seen_ends(documents: Iterable[Document]) -> frozenset[tuple[str, str]]:
    found = set()
    for document in documents:
        mentions = document.by_id()
        found |= {(mentions[r.head].label, mentions[r.tail].label) for r in document.relations}
    return frozenset(found)


def _rows(document: Document, ends: frozenset[tuple[str, str]]) -> Iterator[tuple[Array, str]]:
    labels: dict[tuple[str, str], list[str]] = {}
    for relation in document.relations:
        labels.setdefault((relation.head, relation.tail), []).append(relation.label)
    for head, tail, sentence in candidates(document):
        if (head.label, tail.label) in ends:
            hashes = hashed(features(document, head, tail, sentence))
            yield from ((hashes, label) for label in labels.get((head.id, tail.id), [NONE]))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+|[^\w\s]", text.lower())
