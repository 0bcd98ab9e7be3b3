"""`explain`: which convention makes two results differ, found by recomputing with one convention changed at a time.

How a figure is recomputed under given conventions lies in recomputing and result_files.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, TypeAlias

from goldwire.compat.profiles import PROFILES, profile
from goldwire.errors import GoldwireError, InputError
from goldwire.eval.report import percent

Settings: TypeAlias = Mapping[str, str]
Evaluate: TypeAlias = Callable[[Settings], float]

OURS: Settings = {
    "missing-documents": "empty",
    "extra-documents": "error",
    "view": "whole",
    "labels": "as-given",
    "set": "none",
    "words": "same",
    "scheme": "as-given",
    "reading": "as-declared, repair none",
    "duplicates": "each-counts",
    "matching": "one-to-one-optimal",
    "measure": "mentions/strict",
    "average": "micro",
    "undefined": "nan",
}
ORDER = tuple(OURS)
"""The conventions that are changed one after the other, in the order in which they come to bear."""
OTHER_LAYERS = {"docred": "relations/entity", "coref-conll2012": "coreference/conll-first"}
EQUAL = 5e-7


class Step(NamedTuple):
    """A convention in which the two differ, and the F1 with it changed: alone, and together with those before it.

    NaN is an undefined figure; `refused` says why nothing could be computed where that is so.
    """

    convention: str
    first: str
    second: str
    alone: float
    together: float
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Two results, the steps from one to the other, and in sentences what is explained and what is not.

    start and end are the F1 recomputed under each one's conventions, first_f1 and second_f1 what the two claim.
    """

    first: str
    second: str
    first_f1: float
    second_f1: float
    start: float
    end: float
    steps: tuple[Step, ...]
    sentences: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Give everything as plain values."""
        return {**asdict(self), "steps": [step._asdict() for step in self.steps]}


class Claim(NamedTuple):
    """A result to explain: its name, its conventions and the F1 it claims (NaN: undefined, or `refused` says why).

    facts are what no convention can mend: hashes and versions, of a result file.
    """

    name: str
    settings: Settings
    f1: float
    facts: Settings
    refused: str = ""


MAKERS = ("view", "set", "words", "scheme", "reading")
"""Conventions by which the same files say something else, and have other hashes."""


def settings_of(name: str) -> Settings:
    """Give the conventions of goldwire or a profile, changed as said: goldwire:average=macro,undefined=0.

    `repair=discard` is goldwire's reading of tags with that repair, `reading=spacy` that of the profile.

    Raises:
        InputError: the profile, a convention or its form is unknown.
    """
    base, _, changes = name.partition(":")
    found = dict(OURS if base == "goldwire" else _of_profile(base))
    for change in filter(None, changes.split(",")):
        key, equal, value = change.partition("=")
        if not equal or key not in (*ORDER, "repair"):
            raise InputError(name, f"{change!r} changes no convention", f"write one of {', '.join(ORDER)}=value")
        if key == "repair":
            key, value = "reading", f"as-declared, repair {value}"
        found[key] = _of_profile(value)[key] if key == "reading" and value in PROFILES else value
    return found


def _of_profile(name: str) -> Settings:
    chosen = profile(name)
    if chosen.on_tags is None and chosen.on_documents is None:
        raise InputError(name, "scores labels of given pairs, not documents", f"known are {', '.join(PROFILES)}")
    return {
        **OURS,
        "reading": f"{chosen.decode}, repair {chosen.repair}",
        "duplicates": "each-counts" if chosen.duplicates == "each-counts" else "sets",
        "matching": "greedy-in-order" if chosen.matching.startswith("greedy") else OURS["matching"],
        "measure": OTHER_LAYERS.get(name, OURS["measure"]),
        "average": "mean" if name == "coref-conll2012" else "micro",
        "undefined": "nan" if chosen.undefined.startswith("none") else "0",
    }


def explain(first: Claim, second: Claim, evaluate: Evaluate) -> Explanation:
    """Walk from the first one's conventions to the second's, one at a time, recomputing F1 at every step."""
    differing = [key for key in ORDER if first.settings[key] != second.settings[key]]
    walked = dict(first.settings)
    steps = []
    for key in differing:
        walked[key] = second.settings[key]
        alone, refused = _tried(evaluate, {**first.settings, key: second.settings[key]})
        together, also = _tried(evaluate, walked)
        steps.append(Step(key, first.settings[key], second.settings[key], alone, together, refused or also))
    ends = [_tried(evaluate, claim.settings) for claim in (first, second)]
    sentences = tuple(_sentences(first, second, ends, steps))
    return Explanation(first.name, second.name, first.f1, second.f1, ends[0][0], ends[1][0], tuple(steps), sentences)


def claim(name: str, settings: Settings, figure: Callable[[], float]) -> Claim:
    """Give a claim whose figure is computed here; one that is refused is said to be."""
    try:
        return Claim(name, settings, figure(), {})
    except GoldwireError as error:
        return Claim(name, settings, math.nan, {}, f"nothing: {error}")


def _tried(evaluate: Evaluate, settings: Settings) -> tuple[float, str]:
    try:
        return evaluate(settings), ""
    except GoldwireError as error:
        return math.nan, str(error)


def _sentences(first: Claim, second: Claim, ends: list[tuple[float, str]], steps: list[Step]) -> list[str]:
    said = [f"{claim.name} gives {claim.refused or f'F1 {_percent(claim.f1)}'}" for claim in (first, second)]
    before = ends[0][0]
    for step in steps:
        said.append(_said_of(step, before))
        before = step.together
    if not steps:
        said.append("they name the same conventions")
    makers = ", ".join(step.convention for step in steps if step.convention in MAKERS)
    said += [
        f"{key} differs, {_why(key, makers)}: {first.facts[key]} and {second.facts[key]}"
        for key in first.facts
        if first.facts[key] != second.facts.get(key, first.facts[key])
    ]
    return [*said, *_rest(first, *ends[0]), *_rest(second, *ends[1])]


def _why(key: str, makers: str) -> str:
    return f"as {makers} may make it" if makers and key in ("gold", "pred") else "which no convention mends"


def _said_of(step: Step, before: float) -> str:
    what = f"{step.convention} ({step.first} → {step.second})"
    if step.refused:
        return f"{what}: could not be recomputed: {step.refused}"
    if _same(step.together, before):
        return f"{what}: no effect on these data"
    if math.isnan(step.together) or math.isnan(before):
        return f"{what}: {_percent(before)} becomes {_percent(step.together)}"
    return f"{what}: {100 * (step.together - before):+.2f} points"


def _rest(claim: Claim, recomputed: float, refused: str) -> list[str]:
    """Say what of a claim its conventions do not give."""
    if claim.refused or _same(claim.f1, recomputed):
        return []
    if refused:
        return [f"{claim.name} was not recomputed: {refused}"]
    return [f"{claim.name} is not explained wholly: its conventions give {_percent(recomputed)}"]


def _same(one: float, other: float) -> bool:
    return abs(one - other) < EQUAL or (math.isnan(one) and math.isnan(other))


def _percent(value: float) -> str:
    return "undefined" if math.isnan(value) else percent(value)
