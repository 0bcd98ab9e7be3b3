"""How DocRED's script counts facts, and the scorers of TACRED and SemEval-2010 task 8 labels of given pairs.

Facts are the engine's; what is undefined, repeated or silent is as the tools have it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from goldwire.compat.profiles.figures import Figures, Rows, mean, ratios
from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.eval.columns import Columns, columns
from goldwire.eval.layers.facts import Known, any_mention, are_known, fact_rows
from goldwire.eval.layers.relations import folded

Documents = Sequence[Document]
OFFICIAL = "official"
SEMEVAL_RELATIONS = (
    "Cause-Effect",
    "Component-Whole",
    "Content-Container",
    "Entity-Destination",
    "Entity-Origin",
    "Instrument-Agency",
    "Member-Collection",
    "Message-Topic",
    "Product-Producer",
)
SEMEVAL_LABEL = re.compile(rf"Other|(?:{'|'.join(SEMEVAL_RELATIONS)})\((?:e1,e2|e2,e1)\)")


def docred_documents(gold: Documents, pred: Documents, known: Known = ()) -> Rows:
    """Give DocRED's figures of facts, of evidence and, if a training corpus' facts are known, without these (Ign).

    A fact counts once: of repeated predictions the first holds, of two statements of a gold fact the last, though the
    evidence of both is to be found. Known facts stay in recall. The script fails where there are no predictions, and
    divides by zero where there are only known ones.
    """
    both = columns([_once(one, last=True) for one in gold], [_once(one) for one in pred])
    golds, preds = (list(zip(*map(np.ndarray.tolist, row), strict=True)) for row in fact_rows(both, any_mention(both)))
    if not preds:
        raise InputError("docred", "cannot score empty predictions", "predict something, or choose another profile")
    stated, said = (dict(zip(facts, _evidence(both, side), strict=True)) for side, facts in enumerate((golds, preds)))
    right = said.keys() & stated.keys()
    asked = sum(len(set(relation.evidence)) for document in gold for relation in document.relations)
    rows = {"micro": ratios(len(right), len(said), len(stated))}
    shared = sum(len(stated[fact] & said[fact]) for fact in right)
    rows["evidence"] = ratios(shared, sum(map(len, said.values())), asked)
    if known:
        held = are_known(both, fact_rows(both, any_mention(both))[1], known).tolist()
        old = right & {fact for fact, is_known in zip(preds, held, strict=True) if is_known}
        rows["ignoring known"] = _docred_ignoring(len(old), rows["micro"])
    return rows


def _once(document: Document, *, last: bool = False) -> Document:
    """Give a document with each fact between its own entities stated once: by its first relation, or its last."""
    owned = document.entity_of()
    ends = {one.id: (True, owned[one.id].id) if one.id in owned else (False, one.id) for one in document.mentions}
    stated = document.relations if last else document.relations[::-1]
    facts = {(ends.get(one.head), ends.get(one.tail), one.label): one for one in stated}
    return replace(document, relations=tuple(facts.values()))


def _docred_ignoring(old: int, all_facts: Figures) -> Figures:
    """Give the figures without so many right facts that are known: they stay in recall."""
    correct, said = all_facts.correct, all_facts.pred
    if said == old:
        raise InputError("docred", "knows all predictions from training", "choose another profile")
    precision, recall = (correct - old) / (said - old), all_facts.recall or 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Figures(precision, recall, f1, correct - old, said - old, all_facts.gold)


def _evidence(both: Columns, side: int) -> list[set[int]]:
    """Give the evidence of each folded relation of the gold (0) or the predictions (1)."""
    part = folded(both)[side]
    links = (both.gold, both.pred)[side].relations.evidence
    found: dict[int, set[int]] = {row: set() for row in part.row.tolist()}
    for row, sentence in zip(links.left.tolist(), links.right.tolist(), strict=True):
        found[row].add(sentence)
    return [found[row] for row in part.row.tolist()]


def tacred_labels(gold: Sequence[str], pred: Sequence[str]) -> Rows:
    """Give TACRED's micro figures, then its relations'; extra predictions are not seen.

    Precision is 1 where nothing is predicted, be it of one relation; a relation that the gold never uses has no row.
    """
    said = sum(map(bool, pred))
    if said < len(gold):
        raise InputError("tacred", f"{said} labels for {len(gold)} items", "give one label an item")
    tallies = _label_tallies(gold, pred[: len(gold)], "no_relation")
    rows = {label: _tacred_row(*(tally[label] for tally in tallies)) for label in sorted(tallies[2])}
    return {"micro": _tacred_row(*(tally.total() for tally in tallies)), **rows}


def _tacred_row(correct: int, said: int, there: int) -> Figures:
    silent = ratios(correct, said, there)
    return silent if said else silent._replace(precision=1.0)


def _label_tallies(gold: Sequence[str], pred: Sequence[str], negative: str) -> list[Counter[str]]:
    """Count each label's right, predicted and gold items, those of the negative label left out."""
    right = (one for one, other in zip(gold, pred, strict=True) if one == other)
    return [Counter(label for label in labels if label != negative) for labels in (right, pred, gold)]


def semeval2010_labels(gold: Sequence[str], pred: Sequence[str]) -> Rows:
    """Give all three evaluations of SemEval-2010 task 8: the official one, without direction, and 19-way.

    Each has its macro over the gold's relations (the first is the official figure), micro, accuracy (precision: of
    the items answered, recall: of all) and relations. "" is an item skipped. A relation that the gold never uses is
    as good as Other, 0/0 is 0.
    """
    if len(pred) != len(gold):
        mend = "give one label an item, or number them and leave some out"
        raise InputError("semeval2010-8", f"{len(pred)} labels for {len(gold)} items", mend)
    for label in (*gold, *pred):
        if label and not SEMEVAL_LABEL.fullmatch(label):
            mend = f"Other, or {', '.join(SEMEVAL_RELATIONS)}, each with (e1,e2) or (e2,e1)"
            raise InputError("semeval2010-8", f"the label {label!r} is none of its 19", f"its labels are {mend}")
    relations = [[label.partition("(")[0] for label in side] for side in (gold, pred)]
    right = [one == other for one, other in zip(gold, pred, strict=True)]
    same = [one == other for one, other in zip(*relations, strict=True)]
    official = _semeval_rows(relations[0], relations[1], right)
    return {
        OFFICIAL: official.pop("macro"),
        **official,
        **{f"undirected {name}": row for name, row in _semeval_rows(relations[0], relations[1], same).items()},
        **{f"19-way {name}": row for name, row in _semeval_rows(gold, pred, right).items()},
    }


def _semeval_rows(gold: Sequence[str], pred: Sequence[str], right: Sequence[bool]) -> Rows:
    there, said = Counter(gold), Counter(label for label in pred if label)
    correct = Counter(label for label, hit in zip(gold, right, strict=True) if hit)
    rows = {label: ratios(correct[label], said[label], there[label]) for label in sorted(there)}
    relations = [row for label, row in rows.items() if label != "Other"]
    sums = [sum(tally[label] for label in there if label != "Other") for tally in (correct, said, there)]
    return {
        "macro": Figures(*mean(relations)[:3], *sums),
        "micro": ratios(*sums),
        "accuracy": ratios(correct.total(), said.total(), len(gold)),
        **rows,
    }
