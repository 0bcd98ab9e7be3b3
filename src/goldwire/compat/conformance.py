"""The conformance suite: inputs on which scorers disagree, and a runner into which any scorer can be plugged.

The cases lie in docs/conformance; conformance_page writes their page. The peers' own programs are called in peers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
import numpy as np

from goldwire.compat.profiles import PROFILES, Profile
from goldwire.compat.profiles.figures import Rows
from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.eval.agreement.kappa import cohen_kappa, nominal_alpha
from goldwire.eval.columns import columns
from goldwire.eval.counts import AVERAGES, GOLD, GOLD_CORRECT, PRED, Array, precision_recall_f1
from goldwire.eval.layers.facts import ignoring
from goldwire.eval.layers.label_pairs import semeval2010, tacred
from goldwire.eval.measures import IGNORING
from goldwire.eval.scoring import Row, Scores, score
from goldwire.eval.tagging import score_tags
from goldwire.formats.records import DocumentRecord, to_document
from goldwire.labels import LabelSet, RelationLabel

CLOSE = 1e-6
REFUSED = "refused"
Answer: TypeAlias = Mapping[str, float | None] | str


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One input, what each scorer answers to it, and why ours answers as it does.

    kind: "tags" (input: scheme, gold and pred lists of lists of tags), "documents" (gold and pred lists of documents,
    symmetric: relation labels without direction, inverse: names of opposite directions, known: facts of the training
    corpus) or "labels" (gold and pred lists, task: tacred, semeval2010-8 or agreement of two annotators). expected: by
    scorer, its figures by name (null: undefined) or "refused". reported: answers of tools that are not run here.
    """

    id: str
    title: str
    kind: str
    input: dict[str, Any]
    expected: dict[str, dict[str, float | None] | str]
    rule: str
    reason: str
    reported: dict[str, str] = {}


Scorer: TypeAlias = Callable[[Case, Sequence[str]], Answer]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a scorer answered to a case, and whether that is what was expected."""

    case: Case
    scorer: str
    answer: Answer
    agrees: bool


def read_cases(folder: Path) -> list[Case]:
    """Give all cases of a folder in the order of their ids; raises InputError for a broken file."""
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise InputError(folder, "holds no cases", "give the folder docs/conformance")
    try:
        cases = [case for path in paths for case in msgspec.json.decode(path.read_bytes(), type=list[Case])]
    except msgspec.DecodeError as error:
        raise InputError(folder, f"holds a broken case: {error}", "mend the file") from error
    return sorted(cases, key=lambda case: (case.id[0], int("".join(filter(str.isdigit, case.id))), case.id))


def run(cases: Iterable[Case], name: str, scorer: Scorer) -> Iterator[Outcome]:
    """Put the cases that expect something of a scorer to it: it is called with a case and the figures asked for.

    A scorer gives figures by name, None for undefined; whatever it raises counts as a refusal.
    """
    for case in cases:
        if name in case.expected:
            expected = case.expected[name]
            answer = _answered(scorer, case, () if isinstance(expected, str) else tuple(expected))
            yield Outcome(case, name, answer, _agrees(answer, expected))


def _answered(scorer: Scorer, case: Case, asked: Sequence[str]) -> Answer:
    try:
        return scorer(case, asked)
    except Exception:  # what a peer raises is its own business
        return REFUSED


def _agrees(answer: Answer, expected: Answer) -> bool:
    if isinstance(answer, str) or isinstance(expected, str):
        return answer == expected
    return all(_close(answer.get(name, np.inf), value) for name, value in expected.items())


def _close(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) < CLOSE


def goldwire(case: Case, asked: Sequence[str], repair: str = "none") -> Answer:
    """Answer as goldwire does; of invalid tags only under a named repair."""
    if case.kind == "tags":
        return _of_counts(_tag_totals(case, repair), asked)
    if case.kind == "labels" and case.input["task"] == "agreement":
        values = {name: AGREEMENT[name]([case.input["gold"], case.input["pred"]]) for name in asked}
        return {name: None if np.isnan(value) else value for name, value in values.items()}
    if case.kind == "labels":
        count = {"tacred": tacred, "semeval2010-8": semeval2010}[case.input["task"]]
        counts = count(case.input["gold"], case.input["pred"])
        return _of_counts({"mentions/strict": (counts.labels, counts.total())}, asked)
    gold, pred = documents(case)
    labels = declared(case)
    if known := known_facts(case):
        counts = ignoring(columns(gold, pred, labels), known)
        return _of_counts({IGNORING: (counts.labels, counts.total())}, asked)
    names = list(dict.fromkeys(_measure(name)[0] for name in asked or ("f1", "relations", "conll", "links")))
    return _of_scores(score(gold, pred, measures=names, labels=labels), asked)


def declared(case: Case) -> LabelSet:
    """Give what a case declares of its relation labels: those without direction, and names of opposite directions."""
    symmetric = {name: RelationLabel(symmetric=True) for name in case.input.get("symmetric", ())}
    inverse = {name: RelationLabel(inverse=other) for name, other in case.input.get("inverse", {}).items()}
    return LabelSet(relations={**symmetric, **inverse})


def known_facts(case: Case) -> set[tuple[str, str, str]]:
    """Give the facts (head, tail, label) of a case that are known from training."""
    return {(head, tail, label) for head, tail, label in case.input.get("known", ())}


AGREEMENT: Mapping[str, Callable[[Sequence[Sequence[str]]], float]] = {
    "kappa": lambda both: cohen_kappa(both[0], both[1]),
    "alpha": nominal_alpha,
}


def documents(case: Case) -> tuple[list[Document], list[Document]]:
    """Give a case's documents."""
    gold, pred = (
        [to_document(msgspec.convert(record, DocumentRecord)) for record in case.input[side]]
        for side in ("gold", "pred")
    )
    return gold, pred


def _tag_totals(case: Case, repair: str) -> dict[str, tuple[tuple[str, ...], Array]]:
    gold, pred, scheme = (case.input[name] for name in ("gold", "pred", "scheme"))
    counts = score_tags(gold, pred, scheme, repair, rows="total")
    return {name: (found.labels, found.total()) for name, found in counts.items()}


FIGURES = ("precision", "recall", "f1")
COUNTED = {"gold": GOLD, "pred": PRED, "correct": GOLD_CORRECT}
LAYERS = {
    **{name: f"mentions/{name}" for name in ("strict", "exact", "partial", "type")},
    "relations": "relations/strict",
    "boundaries": "relations/boundaries",
    "facts": "relations/entity",
    "ignoring": IGNORING,
    "evidence": "relations/evidence",
    "links": "links/strong",
    **{f"links-{name}": f"links/{name}" for name in ("inkb", "nil", "typed", "document")},
    "links-given": "links/given-mention",
    **{name: f"coreference/{name}" for name in ("muc", "b3", "ceaf-m", "ceaf-e", "blanc", "lea", "mentions", "conll")},
    **{f"{name}-{rule}": f"coreference/{name}-{rule}" for name in ("b3", "conll") for rule in ("first", "merged")},
}


def _measure(asked: str) -> tuple[str, str, str]:
    """Give measure, row and figure of "f1", "partial", "partial recall", "strict macro f1" or "exact PER recall"."""
    words = asked.split()
    layer = LAYERS[words.pop(0)] if words[0] in LAYERS else "mentions/strict"
    figure = words.pop() if words and words[-1] in (*FIGURES, *COUNTED) else "f1"
    return layer, " ".join(words), figure


def _of_counts(totals: Mapping[str, tuple[tuple[str, ...], Array]], asked: Sequence[str]) -> dict[str, float | None]:
    return {name: _figure(*totals[_measure(name)[0]], *_measure(name)[1:]) for name in asked}


def _figure(labels: tuple[str, ...], total: Array, row: str, figure: str) -> float | None:
    if figure in COUNTED:
        return float(total[..., COUNTED[figure]].sum())
    if row in AVERAGES or not row:
        found = AVERAGES[row or "micro"](total)
    else:
        found = precision_recall_f1(total[labels.index(row)])
    value = float(found[FIGURES.index(figure)])
    return None if np.isnan(value) else value


def _of_scores(scores: Scores, asked: Sequence[str]) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for name in asked:
        measure, row, figure = _measure(name)
        line: Row = scores[measure, row] if row else scores[measure]
        value = float(getattr(line, figure))
        found[name] = None if np.isnan(value) else value
    return found


def by_profile(profile: Profile) -> Scorer:
    """Give the scorer that answers by a profile."""

    def answer(case: Case, asked: Sequence[str]) -> Answer:
        return of_rows(_rows(profile, case), asked)

    return answer


def _rows(profile: Profile, case: Case) -> Rows:
    gold, pred = case.input["gold"], case.input["pred"]
    if case.kind == "tags" and profile.on_tags:
        return profile.on_tags(gold, pred, case.input["scheme"])
    if case.kind == "documents" and profile.on_known and (known := known_facts(case)):
        return profile.on_known(*documents(case), known)
    if case.kind == "documents" and profile.on_documents:
        return profile.on_documents(*documents(case))
    if case.kind == "labels" and profile.on_labels:
        return profile.on_labels(gold, pred)
    raise InputError(profile.name, f"takes no {case.kind}", "choose another profile")


def of_rows(rows: Rows, asked: Sequence[str]) -> dict[str, float | None]:
    """Give the figures asked for from a profile's rows: its main row, or the row named."""
    main = next(iter(rows))
    found: dict[str, float | None] = {}
    for name in asked:
        *row, figure = name.split() if name.split()[-1] in (*FIGURES, *COUNTED) else (*name.split(), "f1")
        value = getattr(rows[" ".join(row) or main], figure)
        found[name] = None if value is None or np.isnan(value) else float(value)
    return found


SCORERS: dict[str, Scorer] = {
    "goldwire": goldwire,
    "goldwire-discard": lambda case, asked: goldwire(case, asked, "discard"),
    "goldwire-conlleval": lambda case, asked: goldwire(case, asked, "conlleval"),
    **{name: by_profile(found) for name, found in PROFILES.items()},
}
