"""How other tools count documents, relation labels and clusters: what the remaining profiles are made of.

They reuse the engine's counting and put back the tools' own conventions for what is undefined, repeated or silent.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from goldwire.compat.profile_tags import Figures, Rows, by_sets, nervaluate_spans, ratios
from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.eval.columns import columns
from goldwire.eval.counts import COLUMNS, GOLD, GOLD_CORRECT, PRED, PRED_CORRECT, Array, precision_recall_f1
from goldwire.eval.layers.clusters import Setting
from goldwire.eval.layers.coreference import count
from goldwire.eval.layers.label_pairs import semeval2010, tacred
from goldwire.eval.measures import by_name
from goldwire.tags import Span

Documents = Sequence[Document]
OFFICIAL = "official"
CONLL_KINDS = {"muc": "muc", "b3": "b3", "ceaf-e": "ceafe"}


def _spans(documents: Documents) -> list[list[Span]]:
    return [[(mention.start, mention.end, mention.label) for mention in document.mentions] for document in documents]


def set_documents(gold: Documents, pred: Documents) -> Rows:
    """Give micro and labels of mentions as sets, 0/0 as 0."""
    return by_sets(_spans(gold), _spans(pred))


def spacy_documents(gold: Documents, pred: Documents) -> Rows:
    """Give micro and labels of mentions as sets, None where neither side has any."""
    rows = set_documents(gold, pred)
    nothing = not rows["micro"].pred and not rows["micro"].gold
    return {**rows, "micro": Figures(None, None, None, 0, 0, 0)} if nothing else rows


def nervaluate_documents(gold: Documents, pred: Documents, *, inclusive_ends: bool = False) -> Rows:
    """Give nervaluate's modes of mentions, in the order in which the documents list them."""
    return nervaluate_spans(_spans(gold), _spans(pred), inclusive_ends=inclusive_ends)


def docred_documents(gold: Documents, pred: Documents) -> Rows:
    """Give DocRED's figures of facts; it divides by zero where there are no predictions, or none is right."""
    counts = by_name("relations/entity").count(columns(gold, pred))
    total = counts.total().sum(axis=0)
    if not total[PRED]:
        raise InputError("docred", "cannot score empty predictions", "predict something, or choose another profile")
    return {"micro": ratios(int(total[PRED_CORRECT]), int(total[PRED]), int(total[GOLD]))}


def tacred_labels(gold: Sequence[str], pred: Sequence[str]) -> Rows:
    """Give TACRED's micro figures: precision 1 where nothing is predicted; extra predictions are not seen."""
    if len(pred) < len(gold):
        raise InputError("tacred", f"{len(pred)} labels for {len(gold)} items", "give one label an item")
    total = tacred(gold, pred[: len(gold)]).total()
    row = total.sum(axis=0) if len(total) else np.zeros(len(COLUMNS))
    correct, said, there = int(row[PRED_CORRECT]), int(row[PRED]), int(row[GOLD])
    precision, recall = correct / said if said else 1.0, correct / there if there else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"micro": Figures(precision, recall, f1, correct, said, there)}


def semeval2010_labels(gold: Sequence[str], pred: Sequence[str]) -> Rows:
    """Give the official macro over the gold's nine relations, 0 where undefined, and micro beside it."""
    counts = semeval2010(gold, pred)
    total = counts.total()
    figures = np.nan_to_num(precision_recall_f1(total))
    there = [label for label in range(len(counts.labels)) if total[label, GOLD]]
    row = total.sum(axis=0)
    numbers = int(row[PRED_CORRECT]), int(row[PRED]), int(row[GOLD])
    means = [float(figures[there, column].mean()) if there else 0.0 for column in range(3)]
    return {OFFICIAL: Figures(means[0], means[1], means[2], *numbers), "micro": ratios(*numbers)}


def conll2012_documents(gold: Documents, pred: Documents) -> Rows:
    """Give MUC, B³ and CEAF-e and their mean; 0/0 is 0, and a mention in two clusters stays in the first."""
    both = columns(gold, pred)
    setting = Setting(repeated="first")
    rows = {name: _zero_filled(count(both, setting, kind).total().sum(axis=0)) for kind, name in CONLL_KINDS.items()}
    mean = sum(row.f1 or 0.0 for row in rows.values()) / len(rows)
    return {"conll": Figures(None, None, mean, math.nan, 0, 0), **rows}


def _zero_filled(row: Array) -> Figures:
    precision, recall, f1 = np.nan_to_num(precision_recall_f1(row)).tolist()
    return Figures(precision, recall, f1, float(row[GOLD_CORRECT]), int(row[PRED]), int(row[GOLD]))
