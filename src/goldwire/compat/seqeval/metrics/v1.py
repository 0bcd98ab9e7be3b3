"""From sums to precision, recall, F and reports as seqeval makes them, and its strict mode: `seqeval.metrics.v1`.

What is counted comes from compat/seqeval/counting.py.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from goldwire.compat.seqeval.counting import Sums, Tags, sums
from goldwire.compat.seqeval.reporters import DictReporter, StringReporter
from goldwire.compat.seqeval.scheme import Entities, Token, auto_detect
from goldwire.eval.counts import Array

AVERAGES = (None, "micro", "macro", "weighted")
ALL_NAMES = ("precision", "recall", "f-score")
Scores = tuple[Any, Any, Any, Any]


class UndefinedMetricWarning(UserWarning):
    """A figure is 0/0 (scikit-learn's own class is used where scikit-learn is loaded)."""


def check_consistent_length(y_true: Tags, y_pred: Tags) -> None:
    """Raise TypeError for anything but lists of lists, ValueError for sides of unlike lengths."""
    true, pred = list(map(len, y_true)), list(map(len, y_pred))
    if set(map(type, y_true)) | set(map(type, y_pred)) != {list}:
        raise TypeError("Found input variables without list of list.")
    if true != pred:
        raise ValueError(f"Found input variables with inconsistent numbers of samples:\n{true}\n{pred}")


def unique_labels(y_true: Tags, y_pred: Tags, scheme: type[Token], suffix: bool = False) -> list[str]:
    """Give the types of both sides' entities, sorted."""
    return sorted({*Entities(y_true, scheme, suffix).unique_tags, *Entities(y_pred, scheme, suffix).unique_tags})


def precision_recall_fscore_support(
    y_true: Tags,
    y_pred: Tags,
    *,
    average: str | None = None,
    warn_for: Sequence[str] = ALL_NAMES,
    beta: float = 1.0,
    sample_weight: Sequence[int] | None = None,
    zero_division: str | int = "warn",
    scheme: type[Token] | None = None,
    suffix: bool = False,
    **_: Any,
) -> Scores:
    """Give precision, recall, F and support of the strict mode: arrays a type, or numbers with an average.

    sample_weight is taken and has no effect, as in seqeval.
    """
    if scheme is None:
        raise TypeError("the strict mode needs a scheme")
    return counted_scores(
        y_true,
        y_pred,
        average=average,
        warn_for=warn_for,
        beta=beta,
        zero_division=zero_division,
        suffix=suffix,
        scheme=scheme,
    )


def counted_scores(
    y_true: Tags,
    y_pred: Tags,
    *,
    average: str | None,
    warn_for: Sequence[str],
    zero_division: str | int,
    suffix: bool,
    scheme: type[Token] | None,
    beta: float = 1.0,
) -> Scores:
    """Check the arguments, count, and give the scores of either mode (scheme None is the default one)."""
    if beta < 0:
        raise ValueError("beta should be >=0 in the F-beta score")
    if average not in AVERAGES:
        raise ValueError(f"average has to be one of {AVERAGES}")
    check_consistent_length(y_true, y_pred)
    counted = sums(y_true, y_pred, suffix, scheme)
    return scores(counted, average, warn_for=warn_for, beta=beta, zero_division=zero_division)


def scores(
    counted: Sums,
    average: str | None,
    *,
    warn_for: Sequence[str] = ALL_NAMES,
    beta: float = 1.0,
    zero_division: str | int = "warn",
) -> Scores:
    """Give precision, recall, F and support from sums."""
    pred, correct, true = counted.pred, counted.correct, counted.true
    if average == "micro":
        pred, correct, true = (np.array([part.sum()]) for part in (pred, correct, true))
    precision = _divided(correct, pred, ("precision", "predicted"), warn_for, zero_division)
    recall = _divided(correct, true, ("recall", "true"), warn_for, zero_division)
    if zero_division == "warn" and tuple(warn_for) == ("f-score",) and (pred[true == 0] == 0).any():
        _warn("F-score is", "true nor predicted", len(true))
    f_score = recall if np.isposinf(beta) else _f_beta(precision, recall, beta * beta)
    if average is None:
        return precision, recall, f_score, true
    if average == "weighted" and true.sum() == 0:
        value = 0.0 if zero_division in ("warn", 0) else 1.0
        silent = value if pred.sum() == 0 else 0.0
        return silent, value, silent, sum(true)
    weights = true if average == "weighted" else None
    means = (np.average(part, weights=weights) for part in (precision, recall, f_score))
    return (*means, sum(true))  # type: ignore[return-value]


def _f_beta(precision: Array, recall: Array, square: float) -> Array:
    below = square * precision + recall
    below[below == 0.0] = 1
    score: Array = (1 + square) * precision * recall / below
    return score


def _divided(
    above: Array, below: Array, names: tuple[str, str], warn_for: Sequence[str], zero_division: str | int
) -> Array:
    name, modifier = names
    undefined = below == 0
    result: Array = above / np.where(undefined, 1, below)
    if not undefined.any():
        return result
    result[undefined] = 0.0 if zero_division in ("warn", 0) else 1.0
    if zero_division == "warn" and name in warn_for:
        subject = f"{name.title()} and F-score are" if "f-score" in warn_for else f"{name.title()} is"
        _warn(subject, modifier, len(result))
    return result


def _warn(subject: str, modifier: str, size: int) -> None:
    where = "due to" if size == 1 else "in labels with"
    message = f"{subject} ill-defined and being set to 0.0 {where} no {modifier} samples. "
    message += "Use `zero_division` parameter to control this behavior."
    sklearn = sys.modules.get("sklearn.exceptions")
    warnings.warn(message, getattr(sklearn, "UndefinedMetricWarning", UndefinedMetricWarning), stacklevel=4)


def classification_report(
    y_true: Tags,
    y_pred: Tags,
    *,
    sample_weight: Sequence[int] | None = None,
    digits: int = 2,
    output_dict: bool = False,
    zero_division: str | int = "warn",
    suffix: bool = False,
    scheme: type[Token] | None = None,
) -> str | dict[str, dict[str, Any]]:
    """Give the strict mode's report; the scheme is detected from y_true where none is given."""
    check_consistent_length(y_true, y_pred)
    if scheme is None or not issubclass(scheme, Token):
        scheme = auto_detect(y_true, suffix)
    return report(sums(y_true, y_pred, suffix, scheme), digits, output_dict, zero_division)


def report(counted: Sums, digits: int, output_dict: bool, zero_division: str | int) -> str | dict[str, dict[str, Any]]:
    """Give the rows of all types, then the averages, as a dictionary or as text."""
    widths = [] if output_dict else [max(map(len, counted.names)), len("weighted avg"), digits]
    reporter = DictReporter() if output_dict else StringReporter(max(widths), digits)
    for row in zip(counted.names, *scores(counted, None, zero_division=zero_division), strict=True):
        reporter.write(*row)
    reporter.write_blank()
    for average in ("micro", "macro", "weighted"):
        reporter.write(f"{average} avg", *scores(counted, average, zero_division=zero_division))
    reporter.write_blank()
    return reporter.report()
