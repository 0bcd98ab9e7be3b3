"""`compute_metrics` for the transformers Trainer in token classification: numpy only, no network.

The numbers are those of compat/evaluate.py, as the Trainer's own examples use them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from goldwire.compat.evaluate import Seqeval
from goldwire.errors import InputError
from goldwire.tags import IGNORED


def compute_metrics(
    label_list: Sequence[str],
    *,
    scheme: str | None = None,
    mode: str | None = None,
    by_label: bool = False,
    ignored: int = IGNORED,
) -> Callable[..., dict[str, float]]:
    """Give the function that the Trainer calls with an EvalPrediction (or a pair of predictions and label ids).

    Predictions are logits [sentences, tokens, labels] or label ids [sentences, tokens]; positions whose gold is
    `ignored` are left out. Gives precision, recall, f1 and accuracy, and with `by_label` "PER_f1" and so on.
    scheme, mode: as in seqeval (mode "strict" refuses to read broken tags as mentions). With the Trainer's
    batch_eval_metrics, batches are collected until it calls with compute_result=True.

    Raises (when called):
        InputError: an id that label_list has no name for, logits that are no numbers, sides of unlike shape, or
            nothing but ignored positions.
    """
    names = np.array(label_list, object)
    metric = Seqeval()

    def compute(evaluated: Any, compute_result: bool = True) -> dict[str, float]:
        gold = np.asarray(evaluated[1])
        kept = gold != ignored
        if kept.any():
            predictions = _ids(evaluated[0], kept)
            if predictions.shape != gold.shape or gold.ndim != 2:
                found = f"predictions are {predictions.shape}, label ids {gold.shape}"
                raise InputError("evaluation", found, "give one prediction a token, a row a sentence")
            true, pred = (_tags(side, kept, names) for side in (gold, predictions))
            metric.add_batch(predictions=pred, references=true)
        if not compute_result:
            return {}
        if not metric.tokens:
            raise InputError("evaluation", f"every label id is {ignored}, ignored", "evaluate sentences with labels")
        return _flat(metric.compute(scheme=scheme, mode=mode, zero_division=0), by_label)

    return compute


def _ids(predictions: Any, kept: Any) -> Any:
    """Give label ids from logits or ids; models may give a tuple whose first part they are."""
    found = np.asarray(predictions[0] if isinstance(predictions, tuple) else predictions)
    if found.ndim == 3 and found.shape[:2] == kept.shape and np.isnan(found[kept]).any():
        raise InputError("evaluation", "logits are no numbers (NaN)", "look at the training: its loss is NaN too")
    if found.ndim == 2 and not np.issubdtype(found.dtype, np.integer):
        raise InputError("evaluation", f"label ids are of {found.dtype}", "give whole numbers, or logits of three axes")
    return found.argmax(axis=-1) if found.ndim == 3 else found


def _tags(ids: Any, kept: Any, names: Any) -> list[list[str]]:
    chosen = ids[kept]
    if len(chosen) and not 0 <= chosen.min() <= chosen.max() < len(names):
        found = f"label ids go from {chosen.min()} to {chosen.max()}, but there are {len(names)} labels"
        raise InputError("evaluation", found, "give all labels in the order of their ids")
    flat = names[chosen].tolist()
    ends = np.cumsum(kept.sum(axis=1)).tolist()
    return [flat[first:end] for first, end in pairwise([0, *ends])]


def _flat(result: dict[str, Any], by_label: bool) -> dict[str, float]:
    flat = {figure: float(result[f"overall_{figure}"]) for figure in ("precision", "recall", "f1", "accuracy")}
    types = {name: row for name, row in result.items() if isinstance(row, dict)} if by_label else {}
    return flat | {f"{name}_{figure}": float(row[figure]) for name, row in types.items() for figure in row}
