"""Paired tests, held against scipy, statsmodels and full enumeration."""

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import permutation_test
from scipy.stats import t as student
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

from goldwire.errors import InputError
from goldwire.eval.counts import COLUMNS, Counts, macro, micro, precision_recall_f1
from goldwire.eval.statistics.quantiles import student_quantile
from goldwire.eval.statistics.significance import benjamini_hochberg, difference, holm, minimum_detectable


def system(correct, gold=10) -> Counts:
    """Counts of documents with ten mentions each, of which `correct[document][label]` were found."""
    found = np.asarray(correct, np.int64)
    found = found[:, None] if found.ndim == 1 else found
    values = np.zeros((*found.shape, len(COLUMNS)), np.int64)
    values[..., 0] = values[..., 1] = gold
    values[..., 2] = values[..., 3] = found
    documents = tuple(f"reuters-{row:03}" for row in range(len(found)))
    return Counts("mentions/strict", ("LOC", "ORG", "PER")[: found.shape[1]], values, documents)


scores = st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=2, max_size=8)


@settings(max_examples=40)
@given(scores, scores)
def test_the_exact_p_is_the_share_of_all_sign_patterns(first, second):
    number = min(len(first), len(second))
    a, b = system(first[:number]), system(second[:number])
    seen = abs(macro(b.total()) - macro(a.total()))
    beyond = 0
    for signs in product([False, True], repeat=number):
        swap = np.array(signs)[:, None, None]
        x, y = np.where(swap, b.values, a.values).sum(axis=0), np.where(swap, a.values, b.values).sum(axis=0)
        beyond = beyond + (abs(macro(y) - macro(x)) >= seen - 1e-12)
    found = difference(a, b, macro, resamples=10)
    assert found.exact
    assert np.allclose(beyond / 2**number, found.p)


def test_the_p_of_few_documents_is_that_of_scipy():
    random = np.random.default_rng(5)
    a, b = system(random.integers(5, 10, (11, 3))), system(random.integers(6, 11, (11, 3)))
    rows = np.concatenate([a.values, b.values])

    def statistic(x, y, axis=-1):
        return (macro(rows[y.astype(int)].sum(-3)) - macro(rows[x.astype(int)].sum(-3)))[..., 2]

    places = np.arange(11)
    options = {"permutation_type": "samples", "vectorized": True, "n_resamples": 5000}
    expected = permutation_test((places, places + 11), statistic, **options)
    assert expected.pvalue == pytest.approx(difference(a, b, macro).p[2])


@pytest.mark.parametrize(("only_a", "only_b"), [(3, 9), (0, 6), (5, 5), (40, 70)])
def test_on_right_or_wrong_documents_randomization_is_the_exact_mcnemar_test(only_a, only_b):
    a = system([1] * only_a + [0] * only_b + [1] * 20, gold=1)
    b = system([0] * only_a + [1] * only_b + [1] * 20, gold=1)
    found = difference(a, b, micro, resamples=100)
    assert found.exact
    assert float(mcnemar([[20, only_a], [only_b, 0]], exact=True).pvalue) == pytest.approx(found.p[0])


def test_drawn_patterns_agree_with_all_of_them_to_the_error_of_drawing():
    random = np.random.default_rng(8)
    first, second = random.integers(0, 9, (40, 3)), random.integers(0, 10, (40, 3))
    drawn = difference(system(first), system(second), micro, resamples=20_000)
    rows = np.concatenate([system(first).values, system(second).values]).sum(axis=1)

    def statistic(x, y, axis=-1):
        return (rows[y.astype(int)].sum(-2) - rows[x.astype(int)].sum(-2))[..., 2]

    places, options = np.arange(40), {"permutation_type": "samples", "vectorized": True, "n_resamples": 20_000}
    expected = permutation_test((places, places + 40), statistic, rng=np.random.default_rng(1), **options).pvalue
    assert not drawn.exact
    assert abs(expected - drawn.p[1]) < 0.015


@settings(max_examples=20)
@given(scores)
def test_a_system_does_not_differ_from_itself(rows):
    found = difference(system(rows), system(rows), micro, resamples=50)
    assert found.bootstrap.figures[2] == 0 or np.isnan(found.bootstrap.figures[2])
    assert found.p[1] == 1


@settings(max_examples=30)
@given(st.integers(0, 99), st.integers(2, 40), st.booleans(), st.sampled_from(["percentile", "expanded", "bca"]))
def test_which_system_is_named_first_turns_the_sign_and_changes_nothing_else(seed, number, alike, method):
    random = np.random.default_rng(seed)
    first = random.integers(0, 9, (number, 3))
    second = random.permutation(first) if alike else random.integers(0, 11, (number, 3))
    both = [sorted(np.hstack(sides).tolist()) for sides in ((first, second), (second, first))]
    assume(both[0] != both[1])  # what is the same both ways draws the same, and has no sign to turn
    how = {"resamples": 200, "seed": seed, "method": method}
    there = difference(system(first), system(second), macro, **how)
    back = difference(system(second), system(first), macro, **how)
    assert np.array_equal(there.bootstrap.figures, -back.bootstrap.figures)
    assert np.array_equal([there.p, there.p_bootstrap], [back.p, back.p_bootstrap], equal_nan=True)
    assert np.allclose(there.bootstrap.low, -back.bootstrap.high, atol=1e-12, equal_nan=True)
    assert np.allclose(there.bootstrap.high, -back.bootstrap.low, atol=1e-12, equal_nan=True)
    assert np.allclose(there.detectable, back.detectable, equal_nan=True)


def test_documents_are_paired_by_name_and_not_by_place():
    random = np.random.default_rng(3)
    a, b = system(random.integers(0, 9, (12, 3))), system(random.integers(0, 11, (12, 3)))
    order = random.permutation(12)
    shuffled = Counts(b.measure, b.labels, b.values[order], tuple(b.documents[i] for i in order))
    expected, found = difference(a, b, precision_recall_f1), difference(a, shuffled, precision_recall_f1)
    assert np.array_equal(expected.p, found.p)
    assert np.array_equal(expected.bootstrap.low, found.bootstrap.low)


def test_two_documents_can_never_give_a_p_below_a_half():
    found = difference(system([0, 0]), system([10, 9]), micro)
    assert found.exact
    assert found.smallest == found.p[1] == 0.5


def test_one_document_gives_no_interval_and_no_p_below_one():
    found = difference(system([[3, 3, 3]]), system([[9, 9, 9]]), micro)
    assert np.isnan(found.bootstrap.low).all()
    assert found.p[1] == 1


def test_systems_over_unlike_documents_are_refused():
    with pytest.raises(InputError, match="1 documents are on one side only"):
        difference(system([1, 2, 3]), system([1, 2]), micro)


shares = st.lists(st.floats(0, 1, allow_subnormal=False), min_size=1, max_size=30)


@settings(max_examples=20)
@given(shares)
def test_adjusted_p_values_are_those_of_statsmodels(p):
    assert np.allclose(multipletests(p, method="holm")[1], holm(p))
    assert np.allclose(multipletests(p, method="fdr_bh")[1], benjamini_hochberg(p))


def test_an_undefined_p_stays_undefined_and_does_not_count():
    assert np.array_equal(holm([0.01, np.nan, 0.04]), [0.02, np.nan, 0.04], equal_nan=True)


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 5, 10, 31, 100, 999, 5000])
def test_quantiles_of_student_are_those_of_scipy(freedom):
    for share in (0.8, 0.9, 0.975, 0.995):
        assert float(student.ppf(share, freedom)) == pytest.approx(student_quantile(share, freedom), rel=1e-6)


def test_a_true_difference_of_the_detectable_size_is_found_in_about_four_of_five_corpora():
    """Simulated: 40 documents, a normal difference a document, tested by Student's t as the definition has it."""
    random = np.random.default_rng(0)
    size = float(minimum_detectable(np.array(np.sqrt(39 / 40) / np.sqrt(40)), 40))
    samples = random.normal(size, 1, (4000, 40))
    t = samples.mean(axis=1) / (samples.std(axis=1, ddof=1) / np.sqrt(40))
    assert abs((abs(t) > student.ppf(0.975, 39)).mean() - 0.8) < 0.03
