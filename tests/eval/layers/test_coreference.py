"""Coreference measures, held against published numbers, scorch, and a scorer of sets that a reader can check."""

from itertools import permutations
from math import comb

import numpy as np
import pytest
import scorch.scores
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from goldwire.document import Document, Entity, Mention
from goldwire.errors import InputError
from goldwire.eval.columns import columns
from goldwire.eval.counts import micro
from goldwire.eval.layers.ceaf import best_alignment
from goldwire.eval.layers.clusters import Setting
from goldwire.eval.layers.coreference import MEASURES, OPTIONS, count, family, measure
from goldwire.eval.measures import named

EVERY = [*MEASURES, *(family(f"{one.name}-{option}") for option in OPTIONS for one in MEASURES)]
KINDS = ("muc", "b3", "ceaf-m", "ceaf-e", "blanc", "lea", "mentions")
TEXT = "Wall Street ended lower on Friday as banks fell after the Federal Reserve said that it would wait. " * 3


def clustered(clusters, name="reuters-1") -> Document:
    """A document whose clusters are words of one-letter mentions: "bcx" holds the mentions b, c and x."""
    places = {letter: place for place, letter in enumerate("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL123456789")}
    mentions, entities = [], []
    for number, cluster in enumerate(clusters):
        ids = [f"m{number}-{index}" for index in range(len(cluster))]
        for mention, letter in zip(ids, cluster, strict=True):
            mentions.append(Mention(2 * places[letter], 2 * places[letter] + 1, "ORG", mention))
        entities.append(Entity(f"e{number:02}", tuple(ids)))
    return Document(name, TEXT, tuple(mentions), (), tuple(entities))


def figures(gold, pred, kind, setting=None):
    """Recall, precision and F1 of two lists of clusters, as the reference scorer prints them."""
    counted = count(columns([clustered(gold)], [clustered(pred)]), setting or Setting(), kind)
    precision, recall, f1 = (measure(kind).figures or micro)(counted.total())
    return [recall, precision, f1]


REFERENCE = [  # test/TestCases.README and CorefMetricTestConfig.pm of the CoNLL reference scorer, v8; its BLANC of M3,
    # M6, N3 and N6 leaves out links that the gold has none of, and is twice ours
    ("A1", "a bc def", "a bc def", dict.fromkeys(KINDS, (1, 1))),
    (
        "A2",
        "a bc def",
        "a de",
        {
            "muc": (1 / 3, 1),
            "b3": (7 / 18, 1),
            "ceaf-m": (1 / 2, 1),
            "ceaf-e": (0.6, 0.9),
            "blanc": ((1 / 4 + 2 / 11) / 2, 1),
            "lea": (1 / 3, 1),
        },
    ),
    (
        "A3",
        "a bc def",
        "a bcx defy z",
        {
            "muc": (1, 3 / 5),
            "b3": (1, 55 / 108),
            "ceaf-m": (1, 2 / 3),
            "ceaf-e": (0.885714286, 0.664285714),
            "blanc": (1, (4 / 9 + 11 / 27) / 2),
            "lea": (1, 4 / 9),
        },
    ),
    (
        "A4",
        "a bc def",
        "a bcx dy z",
        {
            "muc": (1 / 3, 1 / 3),
            "b3": (5 / 9, 17 / 42),
            "ceaf-m": (4 / 6, 4 / 7),
            "ceaf-e": (2.2 / 3, 0.55),
            "blanc": ((1 / 4 + 5 / 11) / 2, (1 / 4 + 5 / 17) / 2),
            "lea": (1 / 2, 2 / 7),
        },
    ),
    (
        "A5",
        "a bc def",
        "a bcxB dy z",
        {
            "muc": (1 / 3, 1 / 4),
            "b3": (5 / 9, 5 / 16),
            "ceaf-m": (4 / 6, 4 / 8),
            "ceaf-e": (0.688888889, 0.516666667),
            "blanc": ((1 / 4 + 5 / 11) / 2, (1 / 7 + 5 / 21) / 2),
            "lea": (1 / 2, (1 + 4 / 6) / 8),
        },
    ),
    (
        "A6",
        "a bc def",
        "a bcx dy Bz",
        {
            "muc": (1 / 3, 1 / 4),
            "b3": (5 / 9, 17 / 48),
            "ceaf-m": (4 / 6, 4 / 8),
            "ceaf-e": (2.2 / 3, 0.55),
            "blanc": ((1 / 4 + 5 / 11) / 2, (1 / 5 + 5 / 23) / 2),
            "lea": (1 / 2, 2 / 8),
        },
    ),
    (
        "A7",
        "a bc def",
        "a bcxb dy z",
        {"muc": (1 / 3, 1 / 3), "b3": (5 / 9, 17 / 42), "ceaf-m": (4 / 6, 4 / 7), "lea": (1 / 2, 2 / 7)},
    ),
    (
        "A8",
        "a bc def",
        "a bcx dy bz",
        {
            "muc": (1 / 3, 1 / 3),
            "b3": (5 / 9, 17 / 42),
            "ceaf-e": (2.2 / 3, 0.55),
            "blanc": ((1 / 4 + 5 / 11) / 2, (1 / 4 + 5 / 17) / 2),
            "lea": (1 / 2, 2 / 7),
        },
    ),
    (
        "A9",
        "a bc def",
        "a bcx dy bbbbbbbbbbz",
        {"muc": (1 / 3, 1 / 3), "b3": (5 / 9, 17 / 42), "ceaf-m": (4 / 6, 4 / 7), "lea": (1 / 2, 2 / 7)},
    ),
    ("A10", "a bc def", "a b c d e f", {"b3": (3 / 6, 1), "blanc": (1 / 2, 11 / 30), "lea": (1 / 6, 1 / 6)}),
    (
        "A11",
        "a bc def",
        "abcdef",
        {"muc": (1, 3 / 5), "b3": (1, 7 / 18), "blanc": (1 / 2, 2 / 15), "lea": (5 / 6, 4 / 15)},
    ),
    (
        "A12",
        "a bc def",
        "a x y c d e z",
        {"b3": (13 / 36, 4 / 7), "blanc": (5 / 22, 5 / 42), "lea": (1 / 6, 1 / 7)},
    ),
    (
        "A13",
        "a bc def",
        "axycdez",
        {"muc": (1 / 3, 1 / 6), "b3": (17 / 36, 6 / 49), "blanc": (1 / 8, 1 / 42), "lea": (1 / 6, 1 / 21)},
    ),
    ("B1", "ab cde", "bcx de", {"blanc": (7 / 24, 7 / 24), "lea": (1 / 5, 2 / 5)}),
    ("C1", "ab cde fg", "bcx de fg", {"blanc": (0.5125, 0.5125), "lea": (3 / 7, 4 / 7)}),
    (
        "D1",
        "12345 67 89ABC",
        "12345 6789ABC",
        {"muc": (1, 9 / 10), "b3": (1, 16 / 21), "lea": (1, (5 + 11 / 3) / 12)},
    ),
    (
        "E1",
        "12345 67 89ABC",
        "1234589ABC 67",
        {"muc": (1, 9 / 10), "b3": (1, 7 / 12), "lea": (1, (200 / 45 + 2) / 12)},
    ),
    ("F1", "ABCD", "AB CD", {"muc": (2 / 3, 1), "lea": (1 / 3, 1)}),
    ("G1", "AB CD", "ABCD", {"muc": (1, 2 / 3), "lea": (1, 1 / 3)}),
    ("H1", "ABCD", "ABCD", {"muc": (1, 1), "lea": (1, 1)}),
    ("J1", "ABC", "AC", {"muc": (1 / 2, 1), "lea": (1 / 3, 1)}),
    ("K1", "BCDEGHJ", "ABC DEF GHI", {"muc": (1 / 2, 1 / 2), "lea": (1 / 7, 1 / 3)}),
    ("L1", "ABC DEFG", "AB CD FGH", {"muc": (2 / 5, 1 / 2), "lea": ((1 + 4 / 6) / 7, 3 / 7)}),
    ("M1", "abcdef", "abcdef", dict.fromkeys(KINDS, (1, 1))),
    ("M2", "abcdef", "a b c d e f", {"blanc": (0, 0), "lea": (0, 0)}),
    ("M3", "abcdef", "ab cde f", {"blanc": (4 / 30, 1 / 2), "lea": (4 / 15, 5 / 6)}),
    ("M4", "abcdef", "abcxyz", {"blanc": (1 / 5, 1 / 5), "lea": (1 / 5, 1 / 5)}),
    ("M5", "abcdef", "a b c x y z", {"blanc": (0, 0), "lea": (0, 0)}),
    ("M6", "abcdef", "ab cxy z", {"blanc": (1 / 30, 1 / 8), "lea": (1 / 15, 1 / 3)}),
    ("N1", "a b c d e f", "a b c d e f", {kind: (1, 1) for kind in KINDS if kind != "muc"}),
    ("N2", "a b c d e f", "abcdef", {"blanc": (0, 0), "lea": (0, 0)}),
    ("N3", "a b c d e f", "ab cde f", {"blanc": (11 / 30, 1 / 2), "lea": (1 / 6, 1 / 6)}),
    ("N4", "a b c d e f", "a b c x y z", {"blanc": (3 / 15, 3 / 15), "lea": (1 / 2, 1 / 2)}),
    ("N5", "a b c d e f", "abcxyz", {"blanc": (0, 0), "lea": (0, 0)}),
    ("N6", "a b c d e f", "ab cxy z", {"blanc": (2 / 30, 2 / 22), "lea": (0, 0)}),
]


@pytest.mark.parametrize(
    ("gold", "pred", "kind", "expected"),
    [
        pytest.param(gold, pred, kind, expected, id=f"{name}-{kind}")
        for name, gold, pred, table in REFERENCE
        for kind, expected in table.items()
    ],
)
def test_the_published_numbers_of_the_reference_scorer_come_out(gold, pred, kind, expected):
    found = figures(gold.split(), pred.split(), kind, Setting(repeated="first"))
    assert found[:2] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("gold", "pred", "f1"),
    [("a bc def", "a de", 0.35385), ("a bc def", "a b c d e f", 0.42308), ("a bc def", "abcdef", 0.21053)],
)
def test_the_f1_of_blanc_is_the_mean_of_two_and_not_that_of_mean_precision_and_recall(gold, pred, f1):
    assert figures(gold.split(), pred.split(), "blanc")[2] == pytest.approx(f1, abs=5e-6)


@pytest.mark.parametrize(
    ("gold", "pred", "expected"),
    [
        ("ace gi", "ac egi", 0.733333),
        ("ac eg", "aceg", 0.637),
        ("ac e g", "ac", 0.722222),
        ("ac", "ac e g", 0.722222),
    ],
)
def test_the_conll_average_is_that_on_which_all_scorers_agree(gold, pred, expected):
    assert figures(gold.split(), pred.split(), "conll")[2] == pytest.approx(expected, abs=5e-4)


def test_chains_where_the_gold_has_none_are_worth_nothing_and_both_empty_is_undefined():
    assert [figures([], ["abc"], kind)[2] for kind in ("muc", "b3", "ceaf-e", "lea")] == [0, 0, 0, 0]
    assert np.isnan([figures([], [], kind)[2] for kind in KINDS]).all()


def test_blanc_sees_links_of_a_kind_that_only_one_side_has():
    """Luo et al. 2014: a kind is left out only where neither side has it."""
    for gold, pred in (["ac"], ["ac", "e", "g"]), (["ac", "e", "g"], ["ac"]):
        assert figures(gold, pred, "blanc")[2] == (0.5 if len(gold) == 1 else (1 + 0) / 2)


def test_blanc_of_links_where_the_gold_has_none_is_nothing_and_not_undefined():
    assert figures([], ["abcd"], "blanc")[2] == figures(["a"], ["abcd"], "blanc")[2] == 0
    assert np.isnan(figures(["a"], ["a"], "blanc")[2])


def test_a_mention_in_two_entities_is_refused_or_resolved_by_a_named_rule():
    gold, pred = ["abc", "de"], ["abc", "cde"]
    with pytest.raises(InputError, match="reuters-1: the mention 4-5 lies in two entities of the predictions"):
        figures(gold, pred, "b3")
    with pytest.raises(InputError, match=r"name a rule: --measure 'coreference/\*-first'"):
        figures(gold, pred, "b3")
    assert named(["coreference/*-first"]) == [f"{one.name}-first" for one in MEASURES]
    assert figures(gold, pred, "b3", Setting(repeated="first"))[2] == 1
    merged = figures(gold, pred, "b3", Setting(repeated="merged"))
    assert merged == pytest.approx(figures(gold, ["abcde"], "b3"))


def test_singletons_are_dropped_on_both_sides_where_asked_for():
    assert figures(["ac", "e"], ["ac", "g"], "b3", Setting(singletons="dropped")) == [1, 1, 1]
    assert figures(["ac", "e"], ["ac", "g"], "b3")[2] < 1


def pairs_of(clusters):
    return {frozenset(pair) for cluster in clusters for pair in _pairs(cluster)}


def _pairs(items):
    return [(a, b) for a in items for b in items if a < b]


def plain(gold, pred, kind):
    """Numerator and denominator of recall, from sets: swap the arguments for precision."""
    size = sum(map(len, gold))
    if kind == "muc":
        parts = [len({next((i for i, p in enumerate(pred) if m in p), m) for m in g}) for g in gold]
        return size - sum(parts), size - len(gold)
    if kind == "b3":
        return sum(len(set(g) & set(p)) ** 2 / len(g) for g in gold for p in pred), size
    if kind == "lea":
        alone = sum(1 for g in gold if len(g) == 1 and g in pred)
        links = [len(g) * len(pairs_of([g]) & pairs_of(pred)) / comb(len(g), 2) for g in gold if len(g) > 1]
        return alone + sum(links), size
    alike = (lambda g, p: 2 * len(set(g) & set(p)) / (len(g) + len(p))) if kind == "ceaf-e" else _shared
    few, many = sorted((gold, pred), key=len)
    best = max(sum(map(alike, few, chosen)) for chosen in permutations(many, len(few)))
    return best, len(gold) if kind == "ceaf-e" else size


def _shared(g, p):
    return len(set(g) & set(p))


@st.composite
def partitions(draw, letters="abcdefghi", most=5):
    held = draw(st.lists(st.sampled_from(letters), unique=True, min_size=1))
    groups = {}
    for letter in sorted(held):
        groups.setdefault(draw(st.integers(1, most)), []).append(letter)
    return ["".join(group) for group in groups.values()]


@pytest.mark.parametrize("kind", ["muc", "b3", "ceaf-m", "ceaf-e", "lea"])
@settings(max_examples=60)
@given(gold=partitions(), pred=partitions())
def test_arrays_count_as_a_scorer_of_sets_does(kind, gold, pred):
    values = count(columns([clustered(gold)], [clustered(pred)]), Setting(), kind).values[0, 0]
    expected = [*plain(gold, pred, kind), *plain(pred, gold, kind)]
    assert [values[2], values[0], values[3], values[1]] == pytest.approx(expected)


def linked(clusters):
    """The pairs of mentions that corefer, and those that do not."""
    together = pairs_of(clusters)
    return together, pairs_of(["".join(clusters)]) - together


@settings(max_examples=60)
@given(gold=partitions(), pred=partitions())
def test_blanc_counts_the_pairs_that_sets_hold(gold, pred):
    values = count(columns([clustered(gold)], [clustered(pred)]), Setting(), "blanc").values[0]
    expected = [
        [len(one), len(other), len(one & other), len(one & other)]
        for one, other in zip(linked(gold), linked(pred), strict=True)
    ]
    assert values[:, :4].tolist() == expected


one_kind = st.sampled_from(["abcdef", "abcxyz"]).flatmap(lambda letters: st.sampled_from([[letters], list(letters)]))


@settings(max_examples=200, deadline=None)
@given(gold=st.one_of(partitions(), one_kind, st.just([])), pred=st.one_of(partitions(), one_kind, st.just([])))
def test_blanc_is_the_mean_of_the_kinds_of_links_that_either_side_has(gold, pred):
    kinds = [(g, p) for g, p in zip(linked(gold), linked(pred), strict=True) if g or p]
    each = [
        (len(g & p) / max(len(g), 1), len(g & p) / max(len(p), 1), 2 * len(g & p) / (len(g) + len(p))) for g, p in kinds
    ]
    expected = np.mean(each, axis=0).tolist() if each else [np.nan] * 3
    assert figures(gold, pred, "blanc") == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("kind", ["muc", "b3", "ceaf-m", "ceaf-e", "lea"])
@settings(max_examples=30)
@given(gold=partitions(), pred=partitions())
def test_dropped_singletons_are_those_that_either_side_never_had(kind, gold, pred):
    many = [[cluster for cluster in side if len(cluster) > 1] for side in (gold, pred)]
    dropped = count(columns([clustered(gold)], [clustered(pred)]), Setting(singletons="dropped"), kind)
    assert np.array_equal(
        dropped.values, count(columns([clustered(many[0])], [clustered(many[1])]), Setting(), kind).values
    )


spread = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 11), st.integers(1, 4)), min_size=1, max_size=5)


def _stretched(rows):
    """Entities of spans, each span once."""
    entities, seen = {}, set()
    for entity, start, size in rows:
        if (start, start + size) not in seen:
            seen.add((start, start + size))
            entities.setdefault(entity, []).append((start, start + size))
    return list(entities.values())


@settings(max_examples=80)
@given(spread, spread)
def test_partial_matching_finds_equal_spans_and_then_the_greatest_overlap(gold, pred):
    sides = _stretched(gold), _stretched(pred)
    one, other = ([span for entity in side for span in entity] for side in sides)
    equal = set(one) & set(other)
    rest = [sorted(set(side) - equal) for side in (one, other)]
    overlap = np.array([[max(0, min(a[1], b[1]) - max(a[0], b[0])) for b in rest[1]] for a in rest[0]])
    best = linear_sum_assignment(overlap, maximize=True) if overlap.size else ((), ())
    held = columns([spans(*sides[0])], [spans(*sides[1])])
    found = count(held, Setting(matching="partial"), "mentions").values[0, 0, 2]
    least = len(equal) + (int((overlap[best] > 0).sum()) if overlap.size else 0)
    most = len(equal) + min(map(len, rest))
    assert least <= found <= most


SCORCH = {"muc": "muc", "b3": "b_cubed", "ceaf-m": "ceaf_m", "ceaf-e": "ceaf_e", "blanc": "blanc"}


@pytest.mark.parametrize("kind", sorted(SCORCH))
@settings(max_examples=40)
@given(sides=st.tuples(st.lists(st.integers(0, 3), min_size=7, max_size=7), st.permutations(range(7))))
def test_on_equal_mention_sets_scorch_agrees(kind, sides):
    letters = "abcdefg"
    numbers, order = sides
    gold, pred = (_grouped(letters, side) for side in (numbers, [numbers[place] for place in order]))
    their = getattr(scorch.scores, SCORCH[kind])([set(c) for c in gold], [set(c) for c in pred])
    ours = figures(gold, pred, kind)
    if not np.isnan(ours).any() and all(1 < len(side) < 7 for side in (gold, pred)):
        assert ours == pytest.approx(list(their))


def _grouped(letters, numbers):
    return ["".join(a for a, n in zip(letters, numbers, strict=True) if n == number) for number in sorted(set(numbers))]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25)
@given(gold=partitions(), pred=partitions())
def test_swapping_the_sides_swaps_precision_and_recall_and_none_is_above_one(kind, gold, pred):
    recall, precision, f1 = figures(gold, pred, kind)
    assert figures(pred, gold, kind) == pytest.approx([precision, recall, f1], nan_ok=True)
    assert not np.any(np.array([recall, precision, f1]) > 1 + 1e-12)


@settings(max_examples=25)
@given(gold=partitions(), pred=partitions())
def test_against_itself_everything_is_one_or_undefined(gold, pred):
    assert all(value == 1 or np.isnan(value) for kind in KINDS for value in figures(gold, gold, kind))
    assert all(0 <= value <= 1 or np.isnan(value) for kind in KINDS for value in figures(gold, pred, kind))


@settings(max_examples=20)
@given(st.lists(st.tuples(partitions(), partitions()), min_size=1, max_size=4))
def test_documents_are_counted_each_on_its_own(pairs):
    golds = [clustered(gold, f"reuters-{n}") for n, (gold, _) in enumerate(pairs)]
    preds = [clustered(pred, f"reuters-{n}") for n, (_, pred) in enumerate(pairs)]
    whole = count(columns(golds, preds), Setting(), "ceaf-e").values
    single = [count(columns([g], [p]), Setting(), "ceaf-e").values[0] for g, p in zip(golds, preds, strict=True)]
    assert np.allclose(whole, single)


def test_across_documents_an_entity_is_all_mentions_of_its_id():
    golds = [clustered(["ab", "c"], "reuters-1"), clustered(["ab", "d"], "reuters-2")]
    preds = [clustered(["ab", "c"], "reuters-1"), clustered(["d", "ab"], "reuters-2")]
    inside = count(columns(golds, preds), Setting(), "b3")
    across = count(columns(golds, preds), Setting(across=True), "b3")
    assert micro(inside.total())[2] == 1
    assert across.values.shape[0] == 1
    assert micro(across.total())[1] == pytest.approx((2 * 4 / 4 + 2 * 1 / 2) / 6)


def spans(*entities, name="reuters-1") -> Document:
    mentions, held = [], []
    for number, entity in enumerate(entities):
        ids = tuple(f"m{number}-{index}" for index in range(len(entity)))
        mentions += [Mention(*span, "ORG", mention) for mention, span in zip(ids, entity, strict=True)]
        held.append(Entity(f"e{number}", ids))
    return Document(name, TEXT, tuple(mentions), (), tuple(held))


def test_shifted_mentions_match_by_overlap_and_by_head_but_not_by_span():
    """ "the Federal Reserve" against "Federal Reserve", and "it" on both sides."""
    gold, pred = spans([(54, 73), (84, 86)]), spans([(58, 73), (84, 86)])
    sides = columns([gold], [pred])
    assert gold.text[54:73] == "the Federal Reserve"
    found = [micro(count(sides, Setting(matching=how), "mentions").total())[2] for how in ("exact", "partial", "head")]
    assert found == [0.5, 1, 1]


def test_partial_matching_pairs_each_mention_once():
    gold, pred = spans([(0, 11), (54, 73)]), spans([(0, 4), (5, 11), (54, 73)])
    found = count(columns([gold], [pred]), Setting(matching="partial"), "mentions").values[0, 0]
    assert found[:4].tolist() == [2, 3, 2, 2]


def test_the_names_of_entities_and_the_order_of_mentions_change_no_bit():
    gold = clustered(["abc", "def", "gh", "i"])
    pred = clustered(["ab", "cdf", "ghe", "i"])
    turned = Document(pred.id, pred.text, pred.mentions[::-1], (), _renamed(pred.entities))
    for one in EVERY:
        if "corpus" not in one.name:
            expected, found = (one.count(columns([gold], [p])).values for p in (pred, turned))
            assert np.array_equal(expected, found)


def _renamed(entities):
    return tuple(Entity(f"x{9 - n}", e.mentions[::-1]) for n, e in enumerate(entities))


def test_every_measure_says_its_rule_and_its_source():
    assert len({one.name for one in EVERY}) == len(EVERY)
    assert all(one.rule and one.source and one.layer == "coreference" for one in EVERY)
    assert [one.name for one in EVERY if not one.additive] == [
        f"coreference/{kind}-corpus" for kind in ("muc", "b3", "ceaf-m", "ceaf-e", "blanc", "lea", "mentions", "conll")
    ]


@settings(max_examples=60)
@given(st.integers(1, 14), st.integers(1, 14), st.integers(0, 10_000))
def test_the_best_alignment_is_worth_as_much_as_that_of_scipy(rows, columns, seed):
    random = np.random.default_rng(seed)
    table = random.integers(1, 6, (rows, columns)) * (random.random((rows, columns)) < random.choice([0.1, 0.3, 0.9]))
    gold, pred = np.nonzero(table)
    taken = best_alignment(gold, pred, table[gold, pred].astype(float))
    assert len(set(gold[taken])) == len(set(pred[taken])) == taken.sum()
    best = linear_sum_assignment(table, maximize=True)
    assert table[best].sum() == table[gold[taken], pred[taken]].sum()


def test_options_combine_in_any_order_and_contradictions_are_no_measure():
    rules = {family(f"coreference/conll-{options}").rule for options in ("head-no-singletons", "no-singletons-head")}
    assert 1 == len(rules) and "by head, one to one, singletons dropped" in rules.pop()
    for name in ("conll-head-partial", "conll-first-merged", "conll-head-head", "conll-", "muc-lea", "-head"):
        assert family(f"coreference/{name}") is None
