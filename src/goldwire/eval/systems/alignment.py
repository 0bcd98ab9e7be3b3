"""Strings to offsets: where in a text the answers of a model stand that only gives strings.

Candidates are found exactly, then normalised, then fuzzily; which candidate each answer gets is decided for all answers
together. Folding is in folding; asking models, in systems.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import NamedTuple

import numpy as np

from goldwire.document import Span
from goldwire.eval.systems.folding import Folded, at_boundaries, fold, folded
from goldwire.eval.systems.likeness import Stretches
from goldwire.eval.systems.rising import NO_PLACE, Costs, rising

EXACT, NORMALISED, FUZZY, AMBIGUOUS = "exact", "normalised", "fuzzy", "ambiguous"
NOT_IN_TEXT, INVALID, OUT_OF_SCHEMA = "not in text", "invalid", "out of schema"
_COSTS = {EXACT: 0, NORMALISED: 4, FUZZY: 8}
"""What it costs how a place was found; to stand before or behind the neighbours' places costs 1."""
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
    near = cache(partial(Stretches, source.text))  # made when the first answer is not found otherwise
    once = {text: candidates(source, text, near) for text in dict.fromkeys(said[index].text for index in asked)}
    found = {index: once[said[index].text] for index in asked}
    around = _around(found, len(said))
    for group in _groups(said, found).values():
        results |= _assigned(said, group, found, around)
    return [results[index] for index in range(len(said))]


def counts(aligned: Iterable[Aligned]) -> Counter[str]:
    """Count answers by status."""
    return Counter(result.status for result in aligned)


def candidates(source: Folded, answer: str, near: Callable[[], Stretches]) -> list[Candidate]:
    """Give the places where an answer may stand, in their order: verbatim and normalised ones, else fuzzy ones."""
    exact = list(_verbatim(source.source, answer))
    starts, size = [span.start for span in exact], len(answer.strip())
    places = [Candidate(span, EXACT) for span in exact]
    for span in _normalised(source, answer):
        before = bisect_right(starts, span.end - 1)
        if not before or starts[before - 1] + size <= span.start:
            places.append(Candidate(span, NORMALISED))
    return sorted(places) or _fuzzy(source, answer, near)


def _unusable(answer: Answer, labels: Collection[str]) -> str:
    if not isinstance(answer.text, str) or not folded(answer.text):
        return INVALID
    return OUT_OF_SCHEMA if labels and answer.label not in labels else ""


def _verbatim(text: str, answer: str) -> Iterator[Span]:
    wanted = answer.strip()
    for start in _found(text, wanted):
        if at_boundaries(text, start, start + len(wanted)):
            yield Span(start, start + len(wanted))


def _normalised(source: Folded, answer: str) -> Iterator[Span]:
    wanted = folded(_trimmed(answer))
    for start in _found(source.text, wanted) if wanted else ():
        span = source.span(start, start + len(wanted))
        if span and at_boundaries(source.source, *span) and _cased(answer, source.source[span.start : span.end]):
            yield span


def _found(text: str, wanted: str) -> Iterator[int]:
    start = text.find(wanted)
    while start >= 0:
        yield start
        start = text.find(wanted, start + 1)


def _trimmed(answer: str) -> str:
    """Strip the marks that models put round a string, but not the full stop of an abbreviation."""
    inner = answer.strip().strip("\"'“”‘’«»,;:()[]")
    return inner if "." in inner[:-1] else inner.rstrip(".")


def _cased(answer: str, place: str) -> bool:
    """Say whether a short answer in capitals stands for something with a capital: US is not us."""
    letters = [c for c in answer if c.isalpha()]
    short = len(letters) <= _FEW_LETTERS and all(c.isupper() for c in letters)
    return not (short and letters) or any(c.isupper() for c in place)


def _fuzzy(source: Folded, answer: str, near: Callable[[], Stretches]) -> list[Candidate]:
    """Give the most similar stretches of whole words; short words and other numbers are never similar enough."""
    wanted = folded(_trimmed(answer))
    bare = re.sub(r"^(the|a|an) |'s?$", "", wanted)
    if bare and bare != wanted and (spans := list(_normalised(source, bare))):
        return [Candidate(span, FUZZY) for span in spans if _cased(answer, source.source[span.start : span.end])]
    if len(wanted) < _FEW_LETTERS:
        return []
    alike = near().most_like(wanted)
    placed = {span for place in alike if (span := source.span(*place)) and at_boundaries(source.source, *span)}
    return sorted(Candidate(span, FUZZY) for span in placed)


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
    asked = {said[index].text: found[index] for index in group}
    own = {text: {place.span: place.found for place in places} for text, places in asked.items()}
    spans = sorted({span for places in own.values() for span in places})
    starts = np.array([span.start for span in spans], dtype=np.int64)
    costs = {
        text: np.array([_COSTS.get(places.get(span, ""), NO_PLACE) for span in spans]) for text, places in own.items()
    }

    def row(number: int) -> Costs:
        before, after = around[group[number]]
        return costs[said[group[number]].text] + (starts < before) + (starts > after)

    places = rising(row, len(group), len(spans))
    chosen = {index: None if place is None else spans[place] for index, place in zip(group, places, strict=True)}
    taken = set(chosen.values())
    free = {text: {how for span, how in places.items() if span not in taken} for text, places in own.items()}
    return {index: _placed(said[index], span, own, free) for index, span in chosen.items()}


def _placed(
    answer: Answer, span: Span | None, own: Mapping[str, Mapping[Span, str]], free: Mapping[str, Collection[str]]
) -> Aligned:
    """Give an answer its place; it is ambiguous if another place, found as well, went to none of its equals."""
    if span is None:
        return Aligned(answer, None, NOT_IN_TEXT)
    how = own[answer.text][span]
    return Aligned(answer, span, AMBIGUOUS if how in free[answer.text] else how)
