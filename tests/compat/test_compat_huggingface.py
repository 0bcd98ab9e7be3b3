"""The metric and compute_metrics give what evaluate's seqeval and the Trainer's examples give."""

import subprocess
import sys
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics import accuracy_score, classification_report

from goldwire.compat.evaluate import Seqeval, load
from goldwire.compat.transformers import compute_metrics
from goldwire.errors import InputError

LABELS = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG"]
IDS = st.lists(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=8), min_size=1, max_size=5
)
pytestmark = pytest.mark.filterwarnings("ignore")


def sides_of(pairs):
    return tuple([[LABELS[pair[side]] for pair in tags] for tags in pairs] for side in (0, 1))


def theirs(gold, pred, **kwargs):
    """Compute what the metric's published definition makes of seqeval's report."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report = classification_report(gold, pred, output_dict=True, **kwargs)
    micro = report["micro avg"]
    names = [name for name in report if not name.endswith(" avg")]
    keys = {"precision": "precision", "recall": "recall", "f1": "f1-score", "number": "support"}
    return {
        **{name: {ours: report[name][own] for ours, own in keys.items()} for name in names},
        "overall_precision": micro["precision"],
        "overall_recall": micro["recall"],
        "overall_f1": micro["f1-score"],
        "overall_accuracy": accuracy_score(gold, pred),
    }


@settings(max_examples=60)
@given(IDS)
def test_the_metric_gives_the_figures_of_evaluates(pairs):
    gold, pred = sides_of(pairs)
    assert Seqeval().compute(predictions=pred, references=gold) == theirs(gold, pred)


@settings(max_examples=60)
@given(IDS)
def test_sequences_may_come_one_by_one_or_in_batches(pairs):
    gold, pred = sides_of(pairs)
    metric = load("seqeval")
    metric.add(prediction=pred[0], reference=gold[0])
    metric.add_batch(predictions=pred[1:], references=gold[1:])
    assert metric.compute() == theirs(gold, pred)
    metric.add_batch(predictions=pred, references=gold)
    assert metric.compute() == theirs(gold, pred)


def test_scheme_and_mode_are_seqevals():
    import seqeval.scheme

    gold, pred = [["B-PER", "I-PER", "O"]], [["I-PER", "I-PER", "B-ORG"]]
    strict = Seqeval().compute(predictions=pred, references=gold, mode="strict", scheme="IOB2")
    assert strict == theirs(gold, pred, mode="strict", scheme=seqeval.scheme.IOB2)
    with pytest.raises(ValueError, match="Scheme should be one of"):
        Seqeval().compute(predictions=pred, references=gold, mode="strict", scheme="BIO")
    with pytest.raises(ValueError, match="none of ours"):
        load("rouge")


@settings(max_examples=60)
@given(IDS, st.booleans(), st.data())
def test_the_trainer_gets_the_figures_of_what_is_not_ignored(pairs, logits, data):
    width = max(map(len, pairs)) + 2
    gold, pred = np.full((len(pairs), width), -100), np.zeros((len(pairs), width), int)
    for row, tags in enumerate(pairs):
        places = sorted(data.draw(st.permutations(range(width)))[: len(tags)])
        gold[row, places], pred[row, places] = zip(*tags, strict=True)
    given_ = np.eye(5)[pred] if logits else pred
    expected = theirs(*sides_of(pairs))
    found = compute_metrics(LABELS, by_label=True)((given_, gold))
    for figure in ("precision", "recall", "f1", "accuracy"):
        assert found[figure] == expected[f"overall_{figure}"]
    for name, row in expected.items():
        assert not isinstance(row, dict) or all(found[f"{name}_{figure}"] == row[figure] for figure in row)
    assert compute_metrics(LABELS)(((given_, "hidden states"), gold))["f1"] == found["f1"]


@settings(max_examples=30)
@given(IDS, IDS)
def test_batches_of_the_trainer_give_the_figures_of_all_together(one, other):
    def arrays(pairs):
        width = max(map(len, pairs))
        return tuple(
            np.array([[pair[side] for pair in tags] + [-100] * (width - len(tags)) for tags in pairs])
            for side in (1, 0)
        )

    compute = compute_metrics(LABELS)
    assert compute(arrays(one), compute_result=False) == {}
    found = compute(arrays(other), compute_result=True)
    expected = theirs(*sides_of(one + other))
    assert {f"overall_{name}": value for name, value in found.items()} == {
        k: expected[k] for k in expected if "overall" in k
    }


@pytest.mark.parametrize(
    ("pred", "gold", "message"),
    [
        (np.zeros((2, 3, 5)), np.full((2, 3), -100), "every label id is -100"),
        (np.zeros((0, 3, 5)), np.zeros((0, 3), int), "every label id is -100"),
        (np.full((1, 2, 5), np.nan), np.zeros((1, 2), int), "logits are no numbers"),
        (np.zeros((1, 2)), np.zeros((1, 2), int), "label ids are of float64"),
        (np.zeros(2, int), np.zeros((1, 2), int), "give one prediction a token"),
    ],
)
def test_what_cannot_be_scored_is_refused_in_one_line_and_not_scored_as_zero(pred, gold, message):
    with pytest.raises(InputError, match=message):
        compute_metrics(LABELS)((pred, gold))


def test_one_side_alone_is_refused():
    with pytest.raises(ValueError, match="go together"):
        Seqeval().compute(predictions=[["O"]])


@pytest.mark.parametrize(("pred", "gold"), [([[5]], [[0]]), ([[0]], [[-1]]), ([[0, 1]], [[0]])])
def test_ids_without_a_label_are_refused(pred, gold):
    with pytest.raises(InputError):
        compute_metrics(LABELS)((np.array(pred), np.array(gold)))


def test_nothing_heavy_is_imported():
    heavy = "evaluate datasets sklearn scipy pandas spacy torch transformers seqeval"
    check = (
        "import sys, goldwire.compat.evaluate, goldwire.compat.transformers, goldwire.eval.tagging; "
        f"print([name for name in {heavy.split()!r} if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True).stdout == "[]\n"
