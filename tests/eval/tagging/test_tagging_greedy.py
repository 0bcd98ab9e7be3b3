"""nervaluate's numbers come out of the engine for tags, order dependence and all."""

from hypothesis import given, settings
from hypothesis import strategies as st
from nervaluate import Evaluator

from goldwire.eval.counts import (
    GOLD,
    GOLD_CORRECT,
    GOLD_INCORRECT,
    GOLD_PARTIAL,
    PRED,
    PRED_CORRECT,
    PRED_INCORRECT,
    PRED_PARTIAL,
)
from goldwire.eval.tagging.codes import CodeBook, scheme_reader
from goldwire.eval.tagging.greedy import MODES, count_greedily
from goldwire.eval.tagging.sources import list_chunks

TAGS = st.sampled_from(["O", "O", "B-PER", "I-PER", "I-PER", "B-ORG", "I-ORG"])
PAIRS = st.lists(st.lists(st.tuples(TAGS, TAGS), min_size=1, max_size=12), min_size=1, max_size=4)


def their_counts(result):
    return [result.correct, result.incorrect, result.partial, result.missed, result.spurious]


def our_counts(row):
    gold, pred = row[GOLD], row[PRED]
    missed = gold - row[GOLD_CORRECT] - row[GOLD_INCORRECT] - row[GOLD_PARTIAL]
    spurious = pred - row[PRED_CORRECT] - row[PRED_INCORRECT] - row[PRED_PARTIAL]
    return [int(n) for n in (row[GOLD_CORRECT], row[GOLD_INCORRECT], row[GOLD_PARTIAL], missed, spurious)]


def same_as_nervaluate(gold, pred):
    theirs = Evaluator(gold, pred, tags=["PER", "ORG"], loader="list").evaluate()
    book = CodeBook(scheme_reader("IOB2"))
    ours = count_greedily(list_chunks(gold, pred, book), book)
    for mode in MODES:
        assert our_counts(ours.overall[mode].values[0, 0]) == their_counts(theirs["overall"][mode])
        rows = dict(zip(ours.labels[mode].labels, ours.labels[mode].values[0], strict=True))
        assert {label: our_counts(row) for label, row in rows.items() if row.any()} == {
            label: their_counts(modes[mode]) for label, modes in theirs["entities"].items()
        }


@settings(max_examples=300)
@given(PAIRS)
def test_all_modes_overall_and_a_label_are_nervaluates(pairs):
    same_as_nervaluate(*([[pair[side] for pair in tags] for tags in pairs] for side in (0, 1)))


def test_an_overlap_of_less_than_a_hundredth_is_none_as_in_nervaluate():
    long = ["B-PER", *["I-PER"] * 149]
    same_as_nervaluate([long, long], [["B-PER", *["O"] * 149], ["B-PER", "I-PER", *["O"] * 148]])
