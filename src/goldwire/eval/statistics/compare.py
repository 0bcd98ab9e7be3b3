"""`compare`: several systems over one gold, every figure with its interval and every difference with its test.

The tests themselves are in significance; printing is the command line's business.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from goldwire.errors import InputError
from goldwire.eval.counts import Counts, precision_recall_f1
from goldwire.eval.measures import Measure
from goldwire.eval.statistics.intervals import FEW, Method, Reduce, bootstrap
from goldwire.eval.statistics.significance import ALPHA, POWER, Difference, benjamini_hochberg, difference, holm, paired


class Figure(NamedTuple):
    """One system's precision, recall and F1 by an average or for a label, and their intervals (low, high: of F1)."""

    system: str
    name: str
    precision: float
    recall: float
    f1: float
    low: float
    high: float
    undefined: int
    precision_low: float
    precision_high: float
    recall_low: float
    recall_high: float


class Tested(NamedTuple):
    """A difference in F1, second less first, with its interval and tests; see significance for what each means.

    `holm` and `bh` are `p` adjusted over all tests of the same kind (of systems by one average, or of labels). Those
    of precision and recall stand beside it with a `p` of their own, not adjusted: what is tested is F1.
    """

    first: str
    second: str
    name: str
    difference: float
    low: float
    high: float
    p: float
    exact: bool
    smallest: float
    p_bootstrap: float
    holm: float
    bh: float
    detectable: float
    precision_difference: float
    precision_low: float
    precision_high: float
    precision_p: float
    recall_difference: float
    recall_low: float
    recall_high: float
    recall_p: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Figures and tests of some systems, how they were made, and in plain sentences what they can tell.

    documents counts the units that were drawn and swapped: documents, or sentences where `unit` says so.
    """

    measure: str
    documents: int
    resamples: int
    seed: int
    confidence: float
    method: str
    figures: tuple[Figure, ...]
    tests: tuple[Tested, ...]
    sentences: tuple[str, ...]
    unit: str = "document"

    def to_json(self) -> dict[str, Any]:
        """Give everything as plain values; undefined figures are NaN (null when printed)."""
        return {
            **asdict(self),
            "figures": [figure._asdict() for figure in self.figures],
            "tests": [test._asdict() for test in self.tests],
        }


@dataclass(frozen=True, slots=True)
class Drawing:
    """How to resample: how often, from which seed, for what confidence, by which kind of interval."""

    resamples: int = 10_000
    seed: int = 0
    confidence: float = 0.95
    method: Method = "percentile"


PLAIN = Drawing()
Found: TypeAlias = tuple[tuple[str, str], Difference]


def compare(
    systems: Mapping[str, Counts],
    measure: Measure,
    *,
    by_label: bool = False,
    drawing: Drawing = PLAIN,
    unit: str = "document",
) -> Comparison:
    """Compare the counts of two or more systems, by name, over the same documents; `unit` names their rows.

    by_label: compare each label too, and the measure's averages over labels.

    Raises:
        InputError: there are fewer than two, the documents differ, or the measure counts the corpus as a whole.
    """
    if len(systems) < 2:
        raise InputError("systems", f"{len(systems)} given", "name two or more predictions to compare")
    if not measure.additive:
        raise InputError(measure.name, "it counts the corpus as a whole, in one row", "choose one that adds up")
    counts = _aligned(systems)
    found = _differences(counts, _own(measure), drawing)
    tests = _tests([next(iter(measure.averages))], found)
    figures = [figure for name, one in counts.items() for figure in _figures(name, one, measure, drawing, by_label)]
    first = next(iter(counts.values()))
    for names, reduce in _more(measure, first.labels) if by_label else ():
        tests += _tests(names, _differences(counts, reduce, drawing))
    documents = len(first.values)
    sentences = tuple(_sentences(measure, f"{documents} {unit}{'s' * (documents != 1)}", found, tests[: len(found)]))
    how = (drawing.resamples, drawing.seed, drawing.confidence, drawing.method)
    return Comparison(measure.name, documents, *how, tuple(figures), tuple(tests), sentences, unit)


def _differences(counts: Mapping[str, Counts], reduce: Reduce, drawing: Drawing) -> list[Found]:
    options: Any = asdict(drawing)
    return [(pair, difference(counts[pair[0]], counts[pair[1]], reduce, **options)) for pair in combinations(counts, 2)]


def _aligned(systems: Mapping[str, Counts]) -> dict[str, Counts]:
    """Give all counts over the same documents and labels."""
    names = list(systems)
    common = systems[names[0]]
    for name in names[1:]:
        common = paired(common, systems[name])[0]
    return {name: paired(systems[name], common)[0] for name in names}


def _more(measure: Measure, labels: Sequence[str]) -> list[tuple[Sequence[str], Reduce]]:
    """Give what is compared by label: the other averages, each by its name, and the labels."""
    others = [([name], reduce) for name, reduce in measure.averages.items()][1:]
    return [*others, (labels, precision_recall_f1)]


def _own(measure: Measure) -> Reduce:
    return next(iter(measure.averages.values()))


def _figures(system: str, counts: Counts, measure: Measure, drawing: Drawing, by_label: bool) -> list[Figure]:
    wanted: list[tuple[Sequence[str], Reduce]] = [([next(iter(measure.averages))], _own(measure))]
    if by_label:
        wanted += _more(measure, counts.labels)
    figures = []
    for names, reduce in wanted:
        found = bootstrap(counts, reduce, **asdict(drawing))
        parts = (found.figures, found.low, found.high, found.undefined)
        rows = np.stack([np.asarray(part, float).reshape(len(names), 3) for part in parts], axis=-1)
        figures += [_figure(system, name, row) for name, row in zip(names, rows.tolist(), strict=True)]
    return figures


def _figure(system: str, name: str, row: list[list[float]]) -> Figure:
    """Give a figure from rows of precision, recall and F1: value, low, high, resamples without one."""
    (precision, *p_bounds, _), (recall, *r_bounds, _), (f1, *bounds, undefined) = row
    return Figure._make((system, name, precision, recall, f1, *bounds, int(undefined), *p_bounds, *r_bounds))


def _tests(names: Sequence[str], found: Sequence[Found]) -> list[Tested]:
    """Give the tests of F1 of each pair and name, adjusted together."""
    p = np.array([one.p[..., 2].reshape(-1) for _, one in found])
    adjusted = holm(p), benjamini_hochberg(p)
    return [
        _test(pair, name, one, place, (float(adjusted[0][row, place]), float(adjusted[1][row, place])))
        for row, (pair, one) in enumerate(found)
        for place, name in enumerate(names)
    ]


def _test(pair: tuple[str, str], name: str, found: Difference, place: int, adjusted: tuple[float, float]) -> Tested:
    boot = found.bootstrap
    of = (boot.figures, boot.low, boot.high, found.p)
    precision, recall, f1 = (tuple(float(part[..., which].reshape(-1)[place]) for part in of) for which in range(3))
    p_bootstrap, detectable = (float(part[..., 2].reshape(-1)[place]) for part in (found.p_bootstrap, found.detectable))
    shares = (found.exact, found.smallest, p_bootstrap, *adjusted, detectable)
    return Tested._make((*pair, name, *f1, *shares, *precision, *recall))


def _sentences(measure: Measure, what: str, found: Sequence[Found], tests: Sequence[Tested]) -> list[str]:
    """Say of each pair what the test found and, once, what a corpus of so many documents can tell apart."""
    said = [_verdict(test, len(tests)) for test in tests]
    detectable = [test.detectable for test in tests if not math.isnan(test.detectable)]
    floor = min(one.smallest for _, one in found)
    number = found[0][1].bootstrap.units
    if number < 2:
        said.append(f"{what} can tell no systems apart: a test needs two or more")
    elif all(math.isnan(test.difference) for test in tests):
        said.append(f"{what}, in which no F1 is defined: there is nothing that {measure.name} counts")
    elif not detectable:
        alike = "the systems count alike" if not any(test.difference for test in tests) else "all differ by as much"
        said.append(f"{what}, in which {alike}: what could be told apart here cannot be estimated")
    elif floor > ALPHA:
        said.append(
            f"{what} cannot tell these systems apart at the {ALPHA:.0%} level whatever the scores: "
            f"the smallest p-value that could come out is {floor:.2g}"
        )
    else:
        said.append(
            f"{what} can tell apart systems that truly differ by {100 * max(detectable):.1f} points of "
            f"{measure.name} F1 or more (found in {POWER:.0%} of such corpora at the {ALPHA:.0%} level); "
            "smaller differences are mostly missed"
        )
    narrow = f"intervals drawn from no more than {what} are too narrow, a lower bound of the doubt"
    return [*said, *([narrow] if 1 < number < FEW else [])]


def _verdict(test: Tested, number: int) -> str:
    if math.isnan(test.difference):
        return f"{test.first} and {test.second}: the difference is undefined"
    if test.difference == 0:
        return f"{test.first} and {test.second} have the same F1"
    kind = "all swaps enumerated" if test.exact else "swaps drawn at random"
    adjusted = f", {test.holm:.3g} by Holm over {number} tests" if number > 1 else ""
    better, worse = (test.second, test.first) if test.difference > 0 else (test.first, test.second)
    change = f"{100 * abs(test.difference):.2f} points"
    tail = f"p = {test.p:.3g} ({kind}){adjusted}"
    if test.holm <= ALPHA:
        return f"{better} is better than {worse} by {change}: {tail}"
    return f"{better} and {worse} differ by {change}, which may be chance: {tail}"
