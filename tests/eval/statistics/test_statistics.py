"""Intervals, held against scipy and against a plain loop over resamples."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap as scipy_bootstrap

from goldwire.errors import InputError
from goldwire.eval.counts import AVERAGES, COLUMNS, Counts, macro, micro, precision_recall_f1
from goldwire.eval.scores import Resampling, rows_of
from goldwire.eval.statistics.intervals import bootstrap, interval
from goldwire.eval.statistics.resampling import bootstrap_totals, units


def some_counts(documents: int, labels: int = 3, mentions: float = 12, seed: int = 1) -> Counts:
    random = np.random.default_rng(seed)
    values = np.zeros((documents, labels, len(COLUMNS)), np.int64)
    gold = random.poisson(mentions / labels, (documents, labels))
    correct = random.binomial(gold, 0.85)
    values[..., 0], values[..., 1] = gold, correct + random.poisson(0.15 * mentions / labels, (documents, labels))
    values[..., 2] = values[..., 3] = correct
    return Counts("mentions/strict", ("LOC", "ORG", "PER")[:labels], values)


@pytest.mark.parametrize("average", sorted(AVERAGES))
@pytest.mark.parametrize(("method", "theirs"), [("percentile", "percentile"), ("bca", "BCa")])
def test_an_interval_is_that_of_scipy_to_the_error_of_drawing(average, method, theirs):
    counts, reduce = some_counts(40), AVERAGES[average]

    def f1(drawn, axis=-1):
        return reduce(counts.values[drawn].sum(axis=-3))[..., 2]

    options = {"n_resamples": 20_000, "method": theirs, "vectorized": True, "rng": np.random.default_rng(2)}
    expected = scipy_bootstrap((np.arange(40),), f1, **options).confidence_interval
    found = interval(counts, reduce, resamples=20_000, method=method)[2]
    assert np.allclose(expected, found, atol=0.0015)


def test_the_acceleration_of_bca_is_the_same_for_grouped_and_for_single_documents():
    single = some_counts(400, labels=1, mentions=3)
    grouped = single.grouped()
    expected = bootstrap(single, micro, method="bca", seed=4)
    found = bootstrap(grouped, micro, method="bca", seed=4)
    assert np.array_equal(expected.low, found.low)
    assert np.array_equal(expected.high, found.high)


@settings(max_examples=25)
@given(st.integers(2, 60), st.integers(0, 9), st.randoms(use_true_random=False))
def test_the_order_of_documents_changes_no_bit(documents, seed, random):
    counts = some_counts(documents, seed=seed)
    order = list(range(documents))
    random.shuffle(order)
    shuffled = Counts(counts.measure, counts.labels, counts.values[order])
    expected = interval(counts, macro, resamples=200, seed=seed, method="bca")
    assert np.array_equal(expected, interval(shuffled, macro, resamples=200, seed=seed, method="bca"), equal_nan=True)


@pytest.mark.parametrize("filled", [False, True], ids=["with columns of zeros", "without"])
def test_a_label_that_is_declared_and_never_used_changes_no_bit(filled):
    counts = some_counts(40)
    values = np.maximum(counts.values, np.arange(len(COLUMNS)) % 5) if filled else counts.values
    declared = np.concatenate([np.zeros_like(values[:, :1]), values], axis=1)
    sides = Counts("m", counts.labels, values), Counts("m", ("DATE", *counts.labels), declared)
    expected, found = (interval(side, macro, resamples=50, seed=3) for side in sides)
    assert np.array_equal(expected, found)


def test_another_seed_gives_another_interval_and_the_same_seed_the_same_bits():
    first, again, other = (interval(some_counts(30), micro, seed=seed) for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(("documents", "labels"), [(50, 3), (3000, 3), (3000, 1)])
def test_each_way_of_drawing_has_the_mean_and_the_variance_of_the_bootstrap(documents, labels):
    """Counted, by Poisson and by multinomial: Var of a total is n times the variance over the documents."""
    counts = some_counts(documents, labels, mentions=12 if labels == 3 else 1)
    drawn = units(counts)
    totals = drawn.expand(np.concatenate(list(bootstrap_totals(drawn, 20_000, 3))))
    flat = counts.values.astype(float)
    assert np.allclose(totals.mean(axis=0), flat.sum(axis=0), rtol=0.005, atol=0.01)
    assert np.allclose(totals.var(axis=0), documents * flat.var(axis=0), rtol=0.05, atol=0.01)


def test_every_resample_draws_as_many_documents_as_there_are():
    values = np.zeros((3000, 2, len(COLUMNS)))
    values[:, 0, 0], values[:, 1, 1] = 1, np.random.default_rng(0).random(3000)
    drawn = units(Counts("one", ("a", "b"), values))
    totals = drawn.expand(np.concatenate(list(bootstrap_totals(drawn, 500, 0))))
    assert (totals[:, 0, 0] == 3000).all()


def test_a_figure_that_rests_on_one_document_is_undefined_in_a_third_of_the_resamples_and_that_is_counted():
    values = np.zeros((20, 2, len(COLUMNS)), np.int64)
    values[:, 0, :4] = 1
    values[0, 1, :4] = [2, 2, 1, 1]
    found = bootstrap(Counts("mentions/strict", ("LOC", "ORG"), values), precision_recall_f1, resamples=4000)
    assert found.undefined[0].tolist() == [0, 0, 0]
    assert abs(found.undefined[1, 2] / 4000 - (1 - 1 / 20) ** 20) < 0.03
    assert found.low[1].tolist() == found.high[1].tolist() == [0.5, 0.5, 0.5]


@pytest.mark.parametrize(("documents", "word"), [(1, "one document"), (0, "no document")])
def test_with_fewer_than_two_documents_there_is_no_interval_and_it_is_said_why(documents, word):
    found = bootstrap(some_counts(documents), micro)
    assert np.isnan([found.low, found.high]).all()
    assert word in found.note


def test_twice_the_same_document_is_two_documents():
    one = some_counts(1)
    two = Counts(one.measure, one.labels, one.values, (), np.array([2]))
    assert np.array_equal(interval(two, micro)[:, 0], micro(one.total()))


def test_the_expanded_interval_is_wider_for_few_documents_and_the_same_for_many():
    few, many = some_counts(6), some_counts(4000)
    plain, wide = (interval(few, micro, method=method)[2] for method in ("percentile", "expanded"))
    assert wide[0] < plain[0] < plain[1] < wide[1]
    close = [interval(many, micro, method=method, resamples=4000)[2] for method in ("percentile", "expanded")]
    assert np.allclose(*close, atol=1e-4)


@pytest.mark.parametrize("wrong", [{"resamples": 0}, {"confidence": 1.0}, {"method": "student"}])
def test_a_wrong_option_is_said_in_one_line(wrong):
    with pytest.raises(InputError, match=next(iter(wrong))):
        interval(some_counts(3), micro, **wrong)


def test_the_conll_average_has_an_interval_like_any_figure():
    values = np.random.default_rng(6).random((40, 3, 8)) * np.array([4.0, 5, 2, 2, 0, 0, 0, 0])
    counts = Counts("coreference/conll", ("muc", "b3", "ceaf-e"), values)
    low, high = interval(counts, macro, method="bca")[2]
    assert low < macro(counts.total())[2] < high


def test_precision_and_recall_of_a_row_have_intervals_as_f1_has():
    counts = some_counts(30)
    rows = list(rows_of(counts, AVERAGES, Resampling(200)))
    own = [[(r.precision_low, r.precision_high), (r.recall_low, r.recall_high), (r.low, r.high)] for r in rows]
    averages = [interval(counts, lambda t, mean=mean: mean(t), resamples=200) for mean in AVERAGES.values()]
    assert np.allclose([*averages, *interval(counts, precision_recall_f1, resamples=200)], own)
