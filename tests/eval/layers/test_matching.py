"""The optimal pairing against one that tries every choice."""

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.document import Document, Mention
from goldwire.eval.columns import MentionColumns, columns
from goldwire.eval.layers.assignment import Edge, assign, best_pairs
from goldwire.eval.layers.choosing import Edges, choose
from goldwire.eval.layers.matching import equal_pairs, mention_pairs
from random_documents import TEXT, corpora


def overlap(a, b):
    return len({i for s in a.spans for i in range(*s)} & {i for s in b.spans for i in range(*s)})


def place(mention):
    return (mention.start, mention.end, mention.label)


def choices(gold, pred):
    """Give every one-to-one pairing of overlapping mentions."""
    if not gold:
        yield []
        return
    yield from choices(gold[1:], pred)
    for i, other in enumerate(pred):
        if overlap(gold[0], other):
            yield from ([(gold[0], other), *rest] for rest in choices(gold[1:], pred[:i] + pred[i + 1 :]))


def criteria(pairs):
    same_span = [(a.spans == b.spans) for a, b in pairs]
    same_label = [a.label == b.label for a, b in pairs]
    both = sum(s and t for s, t in zip(same_span, same_label, strict=True))
    order = sorted(tuple(sorted((place(a), place(b)))) for a, b in pairs)
    return both, sum(same_span), sum(overlap(a, b) for a, b in pairs), sum(same_label), len(pairs), order


def best(gold, pred):
    """Give the value of the best choice, and its pairs by place: earliest first decides ties."""
    found = [criteria(pairs) for pairs in choices(gold, pred)]
    top = max(found, key=lambda value: value[:5])[:5]
    return top, min(value[5] for value in found if value[:5] == top)


def ours(gold, pred):
    both = columns([Document("d", TEXT, tuple(gold))], [Document("d", TEXT, tuple(pred))])
    sides = [
        [rebuilt(side.mentions, both, i) for i in range(len(side.mentions.doc))] for side in (both.gold, both.pred)
    ]
    pairs = mention_pairs(both)
    return [(sides[0][g], sides[1][p]) for g, p in zip(pairs.gold.tolist(), pairs.pred.tolist(), strict=True)]


def rebuilt(mentions, both, i):
    fragments = mentions.fragments
    own = tuple(zip(fragments.start[fragments.owner == i], fragments.end[fragments.owner == i], strict=True))
    return Mention(int(mentions.start[i]), int(mentions.end[i]), both.mention_labels[mentions.label[i]], fragments=own)


@settings(max_examples=40)
@given(corpora(corpus=1))
def test_the_pairing_is_the_best_of_all_one_to_one_pairings(pair):
    gold, pred = (list(side[0].mentions[:4]) for side in pair)
    assert best(gold, pred) == (criteria(ours(gold, pred))[:5], criteria(ours(gold, pred))[5])


@settings(max_examples=40)
@given(corpora(corpus=1), st.randoms())
def test_the_order_of_mentions_does_not_change_who_is_paired(pair, random):
    gold, pred = (list(side[0].mentions) for side in pair)
    first = sorted(criteria(ours(gold, pred))[5])
    random.shuffle(gold)
    random.shuffle(pred)
    assert sorted(criteria(ours(gold, pred))[5]) == first


@settings(max_examples=40)
@given(corpora(corpus=1))
def test_swapping_the_sides_pairs_the_same(pair):
    gold, pred = (list(side[0].mentions) for side in pair)
    assert criteria(ours(gold, pred)) == criteria(ours(pred, gold))


@given(st.lists(st.lists(st.integers(-9, 9), min_size=5, max_size=5), min_size=1, max_size=5))
def test_an_assignment_costs_no_more_than_any_other(costs):
    found = assign(costs)
    least = min(sum(row[c] for row, c in zip(costs, p, strict=False)) for p in permutations(range(5), len(costs)))
    assert len(set(found)) == len(costs)
    assert sum(row[c] for row, c in zip(costs, found, strict=True)) == least


def test_large_tables_are_assigned_as_scipy_does():
    from scipy.optimize import linear_sum_assignment

    costs = np.random.default_rng(0).integers(-1000, 0, (60, 90))
    rows, chosen = linear_sum_assignment(costs)
    found = assign(costs.tolist())
    assert costs[rows, chosen].sum() == costs[np.arange(60), found].sum()


def test_equal_numbers_pair_as_often_as_both_sides_have_them():
    pairs = equal_pairs(np.array([3, 1, 1, 2]), np.array([1, 1, 1, 3]))
    assert list(zip(pairs.gold.tolist(), pairs.pred.tolist(), strict=True)) == [(0, 3), (1, 0), (2, 1)]


ROW, SQUARE = ((0, 0), (0, 1), (1, 1)), ((0, 0), (0, 1), (1, 0), (1, 1))
TURNED = ((0, 0), (1, 0), (1, 1))


@pytest.mark.parametrize("ends", [ROW, TURNED, SQUARE])
def test_two_mentions_against_two_are_paired_as_an_assignment_would(ends):
    place = np.arange(2)
    mentions = MentionColumns(place * 0, place, place + 1, place * 0, place, place * 0, place * 0)
    gold, pred = np.array(ends).T
    for found in product(product((0, 1), (1, 2), (0, 1)), repeat=len(ends)):
        span, overlap, label = np.array(found).T
        chosen = choose(Edges(gold, pred, overlap, span > 0, label > 0), mentions, mentions)
        edges = [Edge(*pair, (*rule, 1), number) for number, (pair, rule) in enumerate(zip(ends, found, strict=True))]
        expected = [ends[number] for number in sorted(best_pairs(edges))]
        assert list(zip(chosen.gold.tolist(), chosen.pred.tolist(), strict=True)) == expected
