"""The functions of `seqeval.metrics.sequence_labeling`, counted by the engine for tags.

As in seqeval, `scheme` has an effect only with `mode="strict"`, and `sample_weight` has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from operator import eq
from typing import Any, cast

from goldwire.compat.seqeval import scheme as schemes
from goldwire.compat.seqeval.counting import Found, Tags, entities, flattened, sums, warn_of_odd_tags
from goldwire.compat.seqeval.metrics import v1
from goldwire.compat.seqeval.metrics.v1 import ALL_NAMES, Scores, counted_scores
from goldwire.compat.seqeval.scheme import Token


def precision_recall_fscore_support(
    y_true: Tags,
    y_pred: Tags,
    *,
    average: str | None = None,
    warn_for: Sequence[str] = ALL_NAMES,
    beta: float = 1.0,
    sample_weight: Sequence[int] | None = None,
    zero_division: str | int = "warn",
    suffix: bool = False,
) -> Scores:
    """Give precision, recall, F and support of the default mode: arrays a type, or numbers with an average."""
    return counted_scores(
        y_true,
        y_pred,
        average=average,
        warn_for=warn_for,
        beta=beta,
        zero_division=zero_division,
        suffix=suffix,
        scheme=None,
    )


def get_entities(seq: Sequence[Any], suffix: bool = False) -> list[Found]:
    """Give (type, first, last) of a sequence of tags, indices inclusive; of several as if an O stood after each."""
    tags = flattened(seq) if any(isinstance(part, list) for part in seq) else list(seq)
    warn_of_odd_tags(tags, suffix)
    return entities(tags, suffix)


def f1_score(
    y_true: Tags,
    y_pred: Tags,
    *,
    average: str | None = "micro",
    suffix: bool = False,
    mode: str | None = None,
    sample_weight: Sequence[int] | None = None,
    zero_division: str | int = "warn",
    scheme: type[Any] | None = None,
) -> Any:
    """Give F1: a number, or an array a type where average is None."""
    return _scores(
        y_true,
        y_pred,
        average=average,
        name="f-score",
        zero_division=zero_division,
        suffix=suffix,
        mode=mode,
        scheme=scheme,
    )[2]


def precision_score(
    y_true: Tags,
    y_pred: Tags,
    *,
    average: str | None = "micro",
    suffix: bool = False,
    mode: str | None = None,
    sample_weight: Sequence[int] | None = None,
    zero_division: str | int = "warn",
    scheme: type[Any] | None = None,
) -> Any:
    """Give precision: a number, or an array a type where average is None."""
    return _scores(
        y_true,
        y_pred,
        average=average,
        name="precision",
        zero_division=zero_division,
        suffix=suffix,
        mode=mode,
        scheme=scheme,
    )[0]


def recall_score(
    y_true: Tags,
    y_pred: Tags,
    *,
    average: str | None = "micro",
    suffix: bool = False,
    mode: str | None = None,
    sample_weight: Sequence[int] | None = None,
    zero_division: str | int = "warn",
    scheme: type[Any] | None = None,
) -> Any:
    """Give recall: a number, or an array a type where average is None."""
    return _scores(
        y_true,
        y_pred,
        average=average,
        name="recall",
        zero_division=zero_division,
        suffix=suffix,
        mode=mode,
        scheme=scheme,
    )[1]


def accuracy_score(y_true: Sequence[Any], y_pred: Sequence[Any]) -> float:
    """Give the share of tokens with equal tags, whatever these are."""
    true, pred = _flat(y_true, y_pred)
    return cast("float", sum(map(eq, true, pred)) / len(true))


def performance_measure(y_true: Sequence[Any], y_pred: Sequence[Any]) -> dict[str, int]:
    """Give counts of tokens: TP equal and not O, FP unequal and predicted, FN missed (predicted O), TN both O."""
    true, pred = _flat(y_true, y_pred)
    both = list(zip(true, pred, strict=False))
    return {
        "TP": sum(one == other != "O" for one, other in both),
        "FP": sum(one != other != "O" for one, other in both),
        "FN": sum(one != "O" == other for one, other in both),
        "TN": sum(one == other == "O" for one, other in both),
    }


def classification_report(  # noqa: PLR0917 (seqeval takes them by position)
    y_true: Tags,
    y_pred: Tags,
    digits: int = 2,
    suffix: bool = False,
    output_dict: bool = False,
    mode: str | None = None,
    sample_weight: Sequence[int] | None = None,
    zero_division: str | int = "warn",
    scheme: type[Any] | None = None,
) -> str | dict[str, dict[str, Any]]:
    """Give precision, recall, F1 and support of each type and their averages, as text or as a dictionary."""
    if mode == "strict":
        return v1.classification_report(
            y_true,
            y_pred,
            digits=digits,
            suffix=suffix,
            output_dict=output_dict,
            zero_division=zero_division,
            scheme=own_scheme(scheme),
        )
    v1.check_consistent_length(y_true, y_pred)
    return v1.report(sums(y_true, y_pred, suffix, None), digits, output_dict, zero_division)


def own_scheme(scheme: type[Any] | None) -> type[Token] | None:
    """Give our class for one of seqeval's own, by its name; raises TypeError for what is no scheme."""
    if scheme is None or issubclass(scheme, Token):
        return scheme
    return cast("type[Token]", getattr(schemes, scheme.__name__, scheme))


def _scores(
    y_true: Tags,
    y_pred: Tags,
    *,
    average: str | None,
    name: str,
    zero_division: str | int,
    suffix: bool,
    mode: str | None,
    scheme: type[Any] | None,
) -> Scores:
    kind = own_scheme(scheme) if mode == "strict" and scheme else None
    return counted_scores(
        y_true, y_pred, average=average, warn_for=(name,), zero_division=zero_division, suffix=suffix, scheme=kind
    )


def _flat(y_true: Sequence[Any], y_pred: Sequence[Any]) -> tuple[Sequence[str], Sequence[str]]:
    if any(isinstance(part, list) for part in y_true):
        return list(chain.from_iterable(y_true)), list(chain.from_iterable(y_pred))
    return y_true, y_pred
