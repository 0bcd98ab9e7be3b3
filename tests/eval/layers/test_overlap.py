"""Characters, tokens and overlaps counted with sets, and pairs above a threshold by trying all choices."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from goldwire.document import Span
from goldwire.eval.columns import columns
from goldwire.eval.layers.overlap import at_least
from goldwire.eval.measures import measures
from random_documents import corpora

many = settings(max_examples=40)


def covered(documents):
    return {(d.id, m.label, i) for d in documents for m in d.mentions for s in m.spans for i in range(*s)}


@many
@given(corpora())
def test_characters_are_what_sets_give(pair):
    total = measures()["mentions/characters"].count(columns(*pair)).total().sum(axis=0)
    gold, pred = map(covered, pair)
    assert total[:4].tolist() == [len(gold), len(pred), *[len(gold & pred)] * 2]


@many
@given(corpora())
def test_tokens_are_what_sets_give(pair):
    tokens = tuple(Span(i, i + 2) for i in range(0, 20, 3))
    gold, pred = ([replace(d, tokens=tokens) for d in side] for side in pair)
    total = measures()["mentions/tokens"].count(columns(gold, pred)).total().sum(axis=0)
    sides = [{(d, label, t) for d, label, i in covered(side) for t in tokens if t[0] <= i < t[1]} for side in pair]
    assert total[:4].tolist() == [*map(len, sides), *[len(sides[0] & sides[1])] * 2]


def most(gold, pred, threshold):
    """Give the most pairs, of equal label and enough overlap, that any one-to-one choice has."""
    if not gold:
        return 0
    found = most(gold[1:], pred, threshold)
    own = covered_by(gold[0])
    for i, other in enumerate(pred):
        both = len(own & covered_by(other))
        if other.label == gold[0].label and both and both >= threshold * len(own | covered_by(other)):
            found = max(found, 1 + most(gold[1:], pred[:i] + pred[i + 1 :], threshold))
    return found


def covered_by(mention):
    return {i for s in mention.spans for i in range(*s)}


@pytest.mark.parametrize("threshold", [0.01, 0.5, 1.0])
@many
@given(pair=corpora(corpus=1))
def test_pairs_above_a_threshold_are_the_most_there_can_be(threshold, pair):
    gold, pred = ([replace(d, mentions=d.mentions[:4], relations=(), entities=()) for d in side] for side in pair)
    total = at_least(columns(gold, pred), threshold, "mentions/iou").total().sum(axis=0)
    assert total[2] == most(list(gold[0].mentions), list(pred[0].mentions), threshold)
