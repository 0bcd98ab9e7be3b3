"""A classifier of relations: one logistic regression says whether two mentions are related, others say how.

Fitted by scikit-learn, kept as plain arrays, applied with numpy alone. Mentions come from elsewhere; what is looked
at is in pair_features.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from goldwire.document import Document, Mention, Relation, canonical
from goldwire.errors import InputError
from goldwire.eval.counts import Array
from goldwire.eval.systems.base import optional
from goldwire.eval.training.pair_features import BITS, Scene, apart, candidates, hashed, scene, stacked

FOLDS = 3
_WITHIN = 0.95


@dataclass(frozen=True, slots=True)
class PairModel:
    """Weights [1 + labels, columns] and intercepts [1 + labels] over hashed features; `columns` are those in use.

    The first row says whether two mentions are related at all, the others which label they get; how likely the one is,
    times the share of the likeliest of the others, is a pair's score. `ends` are the pairs of mention labels, and
    `reach` the sentences between, at which relations were seen; others are never tried. A pair is related from
    `threshold` on.
    """

    labels: tuple[str, ...]
    ends: frozenset[tuple[str, str]]
    reach: int
    threshold: float
    columns: Array
    weights: Array
    intercepts: Array

    def predict(self, document: Document, threshold: float | None = None) -> Document:
        """Give the document with relations between its mentions in place of any it had."""
        least = self.threshold if threshold is None else threshold
        found = (relation for relation in self.ranked(document) if (relation.score or 0.0) >= least)
        return canonical(replace(document, relations=tuple(found)))

    def ranked(self, document: Document) -> list[Relation]:
        """Give a relation for every pair that is tried, its score how likely the two are related so."""
        here = scene(document)
        pairs = [pair for pair in candidates(here, self.reach) if (pair[0].label, pair[1].label) in self.ends]
        return [self._relation(here, head, tail) for head, tail in pairs]

    def _relation(self, here: Scene, head: Mention, tail: Mention) -> Relation:
        hashes = hashed(here, head, tail)
        places = np.searchsorted(self.columns, hashes)
        places[places == len(self.columns)] = 0
        known = places[self.columns[places] == hashes]
        logits = self.intercepts + self.weights[:, known].sum(axis=1)
        likely = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
        best = int(logits[1:].argmax())
        score = likely[0] * likely[1 + best] / likely[1:].sum()
        return Relation(head.id, tail.id, self.labels[best], score=round(float(score), 4))


class Rows(NamedTuple):
    """Hashes of pairs, and the label of each, "" for no relation; a pair with several labels stands once for each."""

    hashes: list[Array]
    labels: list[str]


def fit(
    documents: Iterable[Document],
    dev: Sequence[Document] = (),
    *,
    seed: int = 0,
    penalties: tuple[float, float] = (1e-4, 1e-3),
    epochs: int = 10,
) -> PairModel:
    """Give the classifier of the relations in documents, fitted by averaged stochastic gradient descent.

    Its threshold is the one with the best F1 on development documents; without any, on each third of the documents as
    judged by a classifier of the others. `penalties` hold the weights down: of whether two are related, and of how,
    where there is less to learn from.

    Raises:
        MissingExtra: scikit-learn is not installed.
        InputError: no two mentions are related.
    """
    held = [canonical(document) for document in documents]
    if not any(document.relations for document in held):
        raise InputError("the corpus", "has no relation to learn from", "name one that has")
    ends, reach = _seen_ends(held), _reach(held)
    rows = [_rows(document, ends, reach) for document in held]

    def fitted(parts: Sequence[Rows]) -> PairModel:
        return _fitted(parts, ends, reach, seed=seed, penalties=penalties, epochs=epochs)

    model = fitted(rows)
    if dev:
        judged = [(canonical(document), model) for document in dev]
    else:
        others = [fitted([part for i, part in enumerate(rows) if i % FOLDS != fold]) for fold in range(FOLDS)]
        judged = [(document, others[i % FOLDS]) for i, document in enumerate(held)]
    return replace(model, threshold=best_threshold(judged))


def best_threshold(judged: Iterable[tuple[Document, PairModel]]) -> float:
    """Give the threshold at which the models find the documents' relations with the greatest F1; 0.5 if none does."""
    scores, hits, gold = [], [], 0
    for document, model in judged:
        true = {(r.head, r.tail, r.label) for r in document.relations}
        ranked = model.ranked(document)
        scores += [relation.score for relation in ranked]
        hits += [(r.head, r.tail, r.label) in true for r in ranked]
        gold += len(true)
    if not any(hits):
        return 0.5
    order = np.argsort(-np.array(scores, np.float64), kind="stable")
    ordered, correct = np.array(scores, np.float64)[order], np.cumsum(np.array(hits)[order])
    f1 = 2 * correct / (np.arange(1, len(order) + 1) + gold)
    f1[:-1][ordered[:-1] == ordered[1:]] = -1  # a threshold does not cut between equal scores
    return float(ordered[int(f1.argmax())])


def _fitted(
    parts: Sequence[Rows],
    ends: frozenset[tuple[str, str]],
    reach: int,
    *,
    seed: int,
    penalties: tuple[float, float],
    epochs: int,
) -> PairModel:
    sparse = optional("scipy.sparse", "scipy", "train", "training a classifier of relations")
    # a row without features stands for all else: a classifier needs two classes
    hashes = [np.zeros(0, np.int32), *(row for part in parts for row in part.hashes)]
    names = np.array(["", *(label for part in parts for label in part.labels)])
    indices, starts = stacked(hashes)
    ones = np.ones(len(indices), np.float32)
    matrix = sparse.csr_matrix((ones, indices, starts), shape=(len(hashes), 1 << BITS))
    related = np.flatnonzero(names != "")
    whether = _weights(matrix, names != "", penalties[0], epochs, seed)[1:]
    labels = tuple(sorted(set(names[related].tolist()))) or ("",)
    which = _weights(matrix[related], names[related], penalties[1], epochs, seed)
    columns = np.unique(indices)
    weights = np.vstack([whether, which])
    return PairModel(labels, ends, reach, 0.5, columns, weights[:, columns], weights[:, -1])


def _weights(matrix: Any, codes: Array, penalty: float, epochs: int, seed: int) -> Array:
    """Give weights and, as the last column, intercepts for each of the codes in order; zeros where there is but one."""
    linear = optional("sklearn.linear_model", "scikit-learn", "train", "training a classifier of relations")
    kinds = len(set(codes.tolist()))
    if kinds < 2:
        return np.zeros((1, matrix.shape[1] + 1), np.float32)
    model = linear.SGDClassifier(
        loss="log_loss", alpha=penalty, average=True, max_iter=epochs, tol=None, random_state=seed
    ).fit(matrix, codes)
    weights = np.hstack([model.coef_, model.intercept_[:, None]]).astype(np.float32)
    return np.vstack([-weights, weights]) if kinds == 2 else weights  # scikit-learn keeps but one row for two


def _seen_ends(documents: Iterable[Document]) -> frozenset[tuple[str, str]]:
    found = set()
    for document in documents:
        mentions = document.by_id()
        found |= {(mentions[r.head].label, mentions[r.tail].label) for r in document.relations}
    return frozenset(found)


def _reach(documents: Iterable[Document]) -> int:
    """Give within how many sentences nearly all relations stand."""
    scenes = [scene(document) for document in documents]
    found = sorted(apart(here, r.head, r.tail) for here in scenes for r in here.document.relations)
    return found[int(_WITHIN * (len(found) - 1))]


def _rows(document: Document, ends: frozenset[tuple[str, str]], reach: int) -> Rows:
    labels: dict[tuple[str, str], list[str]] = {}
    for relation in document.relations:
        labels.setdefault((relation.head, relation.tail), []).append(relation.label)
    here, rows = scene(document), Rows([], [])
    for head, tail in candidates(here, reach):
        if (head.label, tail.label) in ends:
            said = labels.get((head.id, tail.id), [""])
            rows.hashes.extend([hashed(here, head, tail)] * len(said))
            rows.labels.extend(said)
    return rows


def write_pairs(model: PairModel, path: Path) -> None:
    """Write a classifier as plain arrays: no code is run when it is read."""
    from goldwire.formats.files import replacing

    said = {"labels": model.labels, "ends": sorted(model.ends), "reach": model.reach, "threshold": model.threshold}
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(
            file,
            said=np.array(json.dumps(said)),
            columns=model.columns,
            weights=model.weights,
            intercepts=model.intercepts,
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
            kept = (arrays["columns"], arrays["weights"], arrays["intercepts"])
            return PairModel(tuple(said["labels"]), ends, int(said["reach"]), float(said["threshold"]), *kept)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise InputError(path, "is no classifier of relations", "goldwire train --kind relations makes one") from error
