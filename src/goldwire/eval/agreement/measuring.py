"""Agreement between annotators: the measures of scoring between every two, and coefficients beyond chance.

Everything is counted on passes (annotator → document → Document); rendering the report is in report.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from goldwire.annotations.passes import Passes, common_documents
from goldwire.corpus.tokens import flat
from goldwire.document import Document, Mention, Span
from goldwire.eval.agreement.kappa import cohen_kappa, fleiss_kappa, nominal_alpha
from goldwire.eval.agreement.unitizing import Unit, category_alpha, unitizing_alpha
from goldwire.eval.columns import columns
from goldwire.eval.counts import Array, Counts, macro, micro, precision_recall_f1
from goldwire.eval.measures import by_name
from goldwire.eval.signature import SHORT, Signature, content_hash, settings
from goldwire.labels import LabelSet

MEASURES = (
    "mentions/strict",
    "mentions/exact",
    "relations/strict",
    "relations/boundaries",
    "coreference/muc",
    "coreference/b3",
    "coreference/ceaf-e",
    "links/strong",
)
FLAT = "mentions/strict (flat names and values)"
CONLL = "coreference/conll"
_CONLL_PARTS = ("coreference/muc", "coreference/b3", "coreference/ceaf-e")
_TOKEN = re.compile(r"\w+|[^\w\s]")
OUTSIDE = "O"


@dataclass(frozen=True, slots=True)
class PairScore:
    """Precision, recall and F1 of the second annotator against the first, by measure and label ("" is micro)."""

    first: str
    second: str
    measure: str
    label: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A chance-corrected coefficient; `annotators` and `label` tell of whom and of what ("" is all)."""

    name: str
    annotators: tuple[str, ...]
    label: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """All that was measured, what was left out, said in words, and the conventions behind it with each pass's hash."""

    annotators: tuple[str, ...]
    documents: tuple[str, ...]
    pairs: tuple[PairScore, ...]
    coefficients: tuple[Coefficient, ...]
    notes: tuple[str, ...]
    settings: Mapping[str, str]

    @property
    def signature(self) -> str:
        """Give the conventions in one line."""
        return str(Signature(self.settings))

    def mean_f1(self, measure: str, label: str = "") -> float:
        """Give the mean F1 of a measure over all pairs of annotators; undefined ones are left out."""
        found = [p.f1 for p in self.pairs if (p.measure, p.label) == (measure, label) and not math.isnan(p.f1)]
        return math.fsum(found) / len(found) if found else math.nan


def agreement(passes: Passes, labels: LabelSet | None = None) -> Agreement:
    """Measure agreement of passes on the documents that at least two annotators have.

    Pairs are compared on the documents both have; coefficients are over tokens (words and punctuation marks, or the
    documents' own tokens) and over code points, on the documents that all have.
    """
    names = tuple(sorted(passes))
    pairs = [score for first, second in combinations(names, 2) for score in _pair(passes, first, second, labels)]
    shared = [name for name in common_documents(passes) if all(name in passes[who] for who in names)]
    outermost = {who: [flat(passes[who][name].mentions) for name in shared] for who in names}
    texts = [next(iter(passes.values()))[name] for name in shared]
    found = [*_token_coefficients(outermost, texts), *_unit_coefficients(outermost, texts)]
    notes = tuple(_notes(passes, found))
    return Agreement(
        names, tuple(common_documents(passes)), tuple(pairs), tuple(found), notes, _settings(passes, labels)
    )


def _settings(passes: Passes, labels: LabelSet | None) -> dict[str, str]:
    """Give the conventions of scoring that hold between annotators, and what each of them says by its hash."""
    shared = settings(labels, "", "")
    for name in ("gold", "pred", "missing-documents", "extra-documents"):
        shared.pop(name)
    hashes = {}
    for who, documents in sorted(passes.items()):
        own = [documents[name] for name in sorted(documents)]
        both = columns(own, own, labels)
        hashes[f"pass-{who}"] = content_hash(both, both.gold, (document.text for document in own))[:SHORT]
    return {"documents": "of-both-annotators", **shared, **hashes}


def flat_view(document: Document) -> Document:
    """Give the document with its outermost names and values alone: what the `ner` config shows."""
    return Document(document.id, document.text, tuple(flat(document.mentions)))


def _pair(passes: Passes, first: str, second: str, labels: LabelSet | None) -> Iterable[PairScore]:
    both = sorted(set(passes[first]) & set(passes[second]))
    one, other = ([passes[who][name] for name in both] for who in (first, second))
    if not both:
        return
    sides = columns(one, other, labels)
    counted = {name: by_name(name).count(sides) for name in MEASURES}
    counted[FLAT] = by_name("mentions/strict").count(columns(map(flat_view, one), map(flat_view, other), labels))
    for name, counts in counted.items():
        yield from _scores(first, second, name, counts)
    yield _conll(first, second, counted)


def _scores(first: str, second: str, name: str, counts: Counts) -> Iterable[PairScore]:
    total = counts.total()
    yield _score((first, second, name, ""), micro(total), int(total[..., 0].sum()))
    for label, row in zip(counts.labels, total, strict=True):
        if len(counts.labels) > 1:
            yield _score((first, second, name, label), precision_recall_f1(row), int(row[0]))


def _score(of: tuple[str, str, str, str], figures: Array, support: int) -> PairScore:
    precision, recall, f1 = map(float, figures)
    return PairScore(*of, precision, recall, f1, support)


def _conll(first: str, second: str, counted: Mapping[str, Counts]) -> PairScore:
    parts = np.concatenate([counted[name].total() for name in _CONLL_PARTS])
    return _score((first, second, CONLL, ""), macro(parts), 0)


def _token_coefficients(
    outermost: Mapping[str, Sequence[list[Mention]]], texts: Sequence[Document]
) -> list[Coefficient]:
    if not texts:
        return []
    tokens = [document.tokens or _words(document.text) for document in texts]
    coded = {
        who: [_label_at(m, t) for m, ts in zip(mine, tokens, strict=True) for t in ts]
        for who, mine in outermost.items()
    }
    names = tuple(sorted(coded))
    found = [
        Coefficient("Cohen's kappa", pair, "", cohen_kappa(coded[pair[0]], coded[pair[1]]), "tokens")
        for pair in combinations(names, 2)
    ]
    found.append(Coefficient("Fleiss' kappa", names, "", fleiss_kappa([coded[who] for who in names]), "tokens"))
    nominal = nominal_alpha([coded[who] for who in names])
    return [*found, Coefficient("Krippendorff's alpha, nominal", names, "", nominal, "tokens")]


def _unit_coefficients(
    outermost: Mapping[str, Sequence[list[Mention]]], texts: Sequence[Document]
) -> list[Coefficient]:
    names = tuple(sorted(outermost))
    starts = np.concatenate([[0], np.cumsum([len(document.text) for document in texts])]).tolist()
    units = [_units(outermost[who], starts) for who in names]
    value = unitizing_alpha(units, starts[-1])
    name, labels = "Krippendorff's alpha, unitizing", sorted({label for mine in units for label in mine})
    by_label = [
        Coefficient(
            name, names, label, category_alpha([mine.get(label, []) for mine in units], starts[-1]), "code points"
        )
        for label in labels
    ]
    return [Coefficient(name, names, "", value, "code points"), *by_label]


def _units(documents: Sequence[list[Mention]], starts: Sequence[int]) -> dict[str, list[Unit]]:
    """Give the units by label on one continuum: the documents' texts, one after the other."""
    units: dict[str, list[Unit]] = {}
    for mentions, start in zip(documents, starts, strict=False):
        for mention in mentions:
            units.setdefault(mention.label, []).append((start + mention.start, start + mention.end))
    return units


def _words(text: str) -> tuple[Span, ...]:
    return tuple(Span(*match.span()) for match in _TOKEN.finditer(text))


def _label_at(mentions: Sequence[Mention], token: Span) -> str:
    return next((m.label for m in mentions if m.start < token.end and token.start < m.end), OUTSIDE)


def _notes(passes: Passes, coefficients: Sequence[Coefficient]) -> Iterable[str]:
    for who, documents in sorted(passes.items()):
        for name, document in sorted(documents.items()):
            if not document.mentions:
                yield f"{who} marked nothing in {name}"
    counts = Counter(name for documents in passes.values() for name in documents)
    for name in (name for name, count in sorted(counts.items()) if count < len(passes)):
        yield f"{name} was annotated by {counts[name]} of {len(passes)}: left out of the coefficients of all"
    for found in coefficients:
        if math.isnan(found.value):
            of = f" of {found.label}" if found.label else ""
            yield f"{found.name}{of} of {', '.join(found.annotators)} is undefined: all say one thing, or nothing"
