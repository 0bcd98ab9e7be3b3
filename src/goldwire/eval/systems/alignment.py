"""Strings to offsets: where in a text the answers of a model stand that only gives strings.

Candidates are found exactly, then normalised, then fuzzily; which candidate each answer gets is decided for all answers
together. Folding is in folding; asking models, in systems.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

from goldwire.document import Span
from goldwire.eval.systems.folding import Folded, at_boundaries, fold, folded

EXACT, NORMALISED, FUZZY, AMBIGUOUS = "exact", "normalised", "fuzzy", "ambiguous"
NOT_IN_TEXT, INVALID, OUT_OF_SCHEMA = "not in text", "invalid", "out of schema"
STATUSES = (EXACT, NORMALISED, FUZZY, AMBIGUOUS, NOT_IN_TEXT, INVALID, OUT_OF_SCHEMA)
LIKENESS = 0.85
_COSTS = {EXACT: 0.0, NORMALISED: 1.0, FUZZY: 2.0}
_OUT_OF_ORDER = 0.25
_FEW_LETTERS = 5


class Answer(NamedTuple):
    """What a model said: a string and the label it gave it."""

    text: str
    label: str


class Candidate(NamedTuple):
    """A place where an answer may stand, and how it was found."""

    span: Span
    found: str


@dataclass(frozen=True, slots=True)
class Aligned:
    """An answer with its place, or None where it has none; the status tells why.

    exact: verbatim; normalised: but for case, quotes, dashes, white space, accents, full stops of abbreviations;
    fuzzy: nearly; ambiguous: one of several equal places was chosen; not in text: nowhere, or more often answered
    than it stands there; invalid: no string; out of schema: a label that was not asked for.
    """

    answer: Answer
    span: Span | None
    status: str


def align(text: str, answers: Iterable[Answer], labels: Collection[str] = ()) -> list[Aligned]:
    """Give each answer its place in the text. With `labels`, other labels are out of schema.

    Answers with the same string and label get different places, in the order of the text. Which ones, where there are
    more places than answers, the neighbours in the list of answers decide: those that stand once in the text say
    where in it the list is.
    """
    said = list(answers)
    source = fold(text)
    results = {index: Aligned(a, None, status) for index, a in enumerate(said) if (status := _unusable(a, labels))}
    asked = [index for index in range(len(said)) if index not in results]
    once = {text: candidates(source, text) for text in dict.fromkeys(said[index].text for index in asked)}
    found = {index: once[said[index].text] for index in asked}
    around = _around(found, len(said))
    for group in _groups(said, found).values():
        results |= _assigned(said, group, found, around)
    return [results[index] for index in range(len(said))]


def counts(aligned: Iterable[Aligned]) -> Counter[str]:
    """Count answers by status."""
    return Counter(result.status for result in aligned)


def candidates(source: Folded, answer: str) -> list[Candidate]:
    """Give the places where an answer may stand, in their order: verbatim and normalised ones, else fuzzy ones."""
    near = list(_normalised(source, answer))
    exact = set(_verbatim(source.source, answer))
    places = [Candidate(span, EXACT) for span in exact]
    places += [Candidate(span, NORMALISED) for span in near if not any(_overlap(span, other) for other in exact)]
    return sorted(places) or _fuzzy(source, answer)


def _unusable(answer: Answer, labels: Collection[str]) -> str:
    if not isinstance(answer.text, str) or not folded(answer.text):
        return INVALID
    return OUT_OF_SCHEMA if labels and answer.label not in labels else ""


def _verbatim(text: str, answer: str) -> Iterable[Span]:
    wanted = answer.strip()
    for match in re.finditer(f"(?={re.escape(wanted)})", text):
        span = Span(match.start(), match.start() + len(wanted))
        if at_boundaries(text, *span):
            yield span


def _normalised(source: Folded, answer: str) -> Iterable[Span]:
    wanted = folded(_trimmed(answer))
    for match in re.finditer(f"(?={re.escape(wanted)})", source.text) if wanted else ():
        span = source.span(match.start(), match.start() + len(wanted))
        if span and at_boundaries(source.source, *span) and _cased(answer, source.source[span.start : span.end]):
            yield span


def _trimmed(answer: str) -> str:
    """Strip the marks that models put round a string, but not the full stop of an abbreviation."""
    inner = answer.strip().strip("\"'“”‘’«»,;:()[]")
    return inner if "." in inner[:-1] else inner.rstrip(".")


def _cased(answer: str, place: str) -> bool:
    """Say whether a short answer in capitals stands for something with a capital: US is not us."""
    letters = [c for c in answer if c.isalpha()]
    short = len(letters) <= _FEW_LETTERS and all(c.isupper() for c in letters)
    return not (short and letters) or any(c.isupper() for c in place)


def _fuzzy(source: Folded, answer: str) -> list[Candidate]:
    """Give the most similar stretches of whole words; short words and other numbers are never similar enough."""
    wanted = folded(_trimmed(answer))
    bare = re.sub(r"^(the|a|an) |'s?$", "", wanted)
    if bare and bare != wanted and (spans := list(_normalised(source, bare))):
        return [Candidate(span, FUZZY) for span in spans if _cased(answer, source.source[span.start : span.end])]
    if len(wanted) < _FEW_LETTERS:
        return []
    scored = [(_likeness(wanted, source.text[start:end]), start, end) for start, end in _windows(source.text, wanted)]
    best = max((likeness for likeness, _, _ in scored), default=0.0)
    alike = [source.span(start, end) for likeness, start, end in scored if likeness == best >= LIKENESS]
    return sorted({Candidate(span, FUZZY) for span in alike if span and at_boundaries(source.source, *span)})


def _windows(text: str, wanted: str) -> Iterable[tuple[int, int]]:
    """Give the stretches of about as many words as are wanted that share a word's first two letters with them."""
    words = [match.span() for match in re.finditer(r"[^\W_]+(?:['.&][^\W_]+)*", text)]
    size = len(re.findall(r"\w+", wanted))
    heads = {word[:2] for word in re.findall(r"\w+", wanted)}
    for index, (start, _) in enumerate(words):
        if text[start : start + 2] not in heads:
            continue
        for first in range(max(0, index - size), index + 1):
            for last in range(max(index, first + size - 2), min(len(words), first + size + 1)):
                yield words[first][0], words[last][1]


def _likeness(wanted: str, stretch: str) -> float:
    if re.findall(r"\d+", wanted) != re.findall(r"\d+", stretch):
        return 0.0
    matcher = SequenceMatcher(None, wanted, stretch, autojunk=False)
    if matcher.real_quick_ratio() < LIKENESS or matcher.quick_ratio() < LIKENESS:
        return 0.0
    return matcher.ratio()


def _groups(said: Sequence[Answer], found: Mapping[int, object]) -> dict[tuple[str, str], list[int]]:
    """Give the answers that compete for places: equal strings with equal labels."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index in found:
        groups[folded(said[index].text), said[index].label].append(index)
    return groups


def _around(found: Mapping[int, list[Candidate]], size: int) -> list[tuple[int, int]]:
    """Give, for each answer, where the nearest answers before and after it stand that have just one place."""
    anchors = {index: places[0].span.start for index, places in found.items() if len(places) == 1}
    before, after = [-1] * size, [sys.maxsize] * size
    for index in range(1, size):
        before[index] = anchors.get(index - 1, before[index - 1])
    for index in range(size - 2, -1, -1):
        after[index] = anchors.get(index + 1, after[index + 1])
    return list(zip(before, after, strict=True))


def _assigned(
    said: Sequence[Answer], group: list[int], found: Mapping[int, list[Candidate]], around: Sequence[tuple[int, int]]
) -> dict[int, Aligned]:
    """Give the answers of a group their places: the cheapest choice whose places rise with the answers."""
    own = {index: {place.span: place.found for place in found[index]} for index in group}
    spans = sorted({span for places in own.values() for span in places})
    costs = [[_cost(span, own[index], around[index]) for span in spans] for index in group]
    chosen = {
        index: None if place is None else spans[place] for index, place in zip(group, _rising(costs), strict=True)
    }
    taken = set(chosen.values())
    return {index: _placed(said[index], span, own[index], taken) for index, span in chosen.items()}


def _placed(answer: Answer, span: Span | None, own: Mapping[Span, str], taken: Collection[Span | None]) -> Aligned:
    """Give an answer its place; it is ambiguous if another place, found as well, went to none of its equals."""
    if span is None:
        return Aligned(answer, None, NOT_IN_TEXT)
    others = any(found == own[span] and other not in taken for other, found in own.items())
    return Aligned(answer, span, AMBIGUOUS if others else own[span])


def _cost(span: Span, own: Mapping[Span, str], around: tuple[int, int]) -> float:
    """Give what a place costs an answer: how it was found, and whether it stands between its neighbours."""
    if span not in own:
        return float("inf")
    before, after = around
    return _COSTS[own[span]] + _OUT_OF_ORDER * ((span.start < before) + (span.start > after))


def _rising(costs: Sequence[Sequence[float]]) -> list[int | None]:
    """Give each row a column, columns rising, as many rows as can be at the least cost; earlier columns on a tie."""
    rows, columns = len(costs), len(costs[0]) if costs else 0
    best = [[(0, 0.0)] * (columns + 1) for _ in range(rows + 1)]
    for row in range(rows - 1, -1, -1):
        for column in range(columns - 1, -1, -1):
            best[row][column] = min(best[row + 1][column], best[row][column + 1], _taken(costs, best, row, column))
    chosen: list[int | None] = []
    row = column = 0
    while row < rows:
        if column < columns and best[row][column] == _taken(costs, best, row, column):
            chosen.append(column)
            row, column = row + 1, column + 1
        elif column < columns and best[row][column] == best[row][column + 1]:
            column += 1
        else:
            chosen.append(None)
            row += 1
    return chosen


def _taken(
    costs: Sequence[Sequence[float]], best: Sequence[Sequence[tuple[int, float]]], row: int, column: int
) -> tuple[int, float]:
    """Give the value of giving a row a column: fewer unplaced rows first (counted down), then cost."""
    if costs[row][column] == float("inf"):
        return (1, 0.0)
    placed, cost = best[row + 1][column + 1]
    return (placed - 1, cost + costs[row][column])


def _overlap(left: Span, right: Span) -> bool:
    return left.start < right.end and right.start < left.end
