"""What `evaluate.load("seqeval")` gives, without network and without importing evaluate.

The numbers are those of compat/seqeval; only the shape of the metric is here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from goldwire.compat.seqeval import scheme as schemes
from goldwire.compat.seqeval.metrics import accuracy_score, classification_report
from goldwire.compat.seqeval.scheme import Token

SCHEMES = ("IOB1", "IOB2", "IOE1", "IOE2", "IOBES", "BILOU")
AVERAGES = ("micro avg", "macro avg", "weighted avg")
Sequences = Sequence[Sequence[str]]


class Seqeval:
    """A metric that collects sequences with `add` and `add_batch`, and scores them with `compute`."""

    name = "seqeval"

    def __init__(self) -> None:
        """Start without sequences."""
        self._predictions: list[list[str]] = []
        self._references: list[list[str]] = []

    @property
    def tokens(self) -> int:
        """Give how many tags of the gold were added since the last computing."""
        return sum(map(len, self._references))

    def add(self, *, prediction: Sequence[str], reference: Sequence[str]) -> None:
        """Add one sequence of tags of each side."""
        self.add_batch(predictions=[prediction], references=[reference])

    def add_batch(self, *, predictions: Sequences, references: Sequences) -> None:
        """Add sequences of tags of both sides."""
        self._predictions += map(list, predictions)
        self._references += map(list, references)

    def compute(
        self,
        *,
        predictions: Sequences | None = None,
        references: Sequences | None = None,
        suffix: bool = False,
        scheme: str | None = None,
        mode: str | None = None,
        sample_weight: Sequence[int] | None = None,
        zero_division: str | int = "warn",
    ) -> dict[str, Any]:
        """Score what was added and what is given here, and start anew.

        Gives {type: {precision, recall, f1, number}} and overall_precision, overall_recall, overall_f1 and
        overall_accuracy (of tokens). Raises ValueError for an unknown scheme, or where one side is given alone.
        """
        if (predictions is None) != (references is None):
            raise ValueError("predictions and references go together: give both, or neither after add_batch")
        if predictions is not None and references is not None:
            self.add_batch(predictions=predictions, references=references)
        true, pred = self._references, self._predictions
        self._predictions, self._references = [], []
        report = classification_report(
            true,
            pred,
            suffix=suffix,
            output_dict=True,
            mode=mode,
            sample_weight=sample_weight,
            zero_division=zero_division,
            scheme=_scheme(scheme),
        )
        return _renamed(cast("dict[str, Any]", report), accuracy_score(true, pred))


def load(path: str, *_: Any, **__: Any) -> Seqeval:
    """Give the metric where code calls `evaluate.load("seqeval")`; raises ValueError for any other."""
    if path != "seqeval":
        raise ValueError(f"{path!r} is none of ours; there is 'seqeval'")
    return Seqeval()


def _scheme(name: str | None) -> type[Token] | None:
    if name is not None and name not in SCHEMES:
        raise ValueError(f"Scheme should be one of [{', '.join(SCHEMES)}], got {name}")
    return getattr(schemes, name) if name else None


def _renamed(report: dict[str, Any], accuracy: float) -> dict[str, Any]:
    overall = report["micro avg"]
    types = {name: row for name, row in report.items() if name not in AVERAGES}
    return {
        **{name: _row(row) for name, row in types.items()},
        "overall_precision": overall["precision"],
        "overall_recall": overall["recall"],
        "overall_f1": overall["f1-score"],
        "overall_accuracy": accuracy,
    }


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "precision": row["precision"],
        "recall": row["recall"],
        "f1": row["f1-score"],
        "number": row["support"],
    }
