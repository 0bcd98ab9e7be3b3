"""goldwire.compat.seqeval gives the very numbers, texts and errors of seqeval."""

import math
import warnings

import numpy as np
import pytest
import seqeval.metrics as theirs
import seqeval.metrics.sequence_labeling as their_labeling
import seqeval.metrics.v1 as their_v1
import seqeval.scheme as their_schemes
from hypothesis import given, settings
from hypothesis import strategies as st

import goldwire.compat.seqeval.metrics as ours
import goldwire.compat.seqeval.metrics.sequence_labeling as our_labeling
import goldwire.compat.seqeval.metrics.v1 as our_v1
import goldwire.compat.seqeval.scheme as our_schemes

SCHEMES = ["IOB1", "IOB2", "IOE1", "IOE2", "IOBES", "BILOU"]
TYPES = ["PER", "ORG", "geo-loc", "-X", "A-"]


def pairs_of(prefixes, odd=()):
    tag = st.one_of(
        st.just("O"),
        st.builds("{}-{}".format, st.sampled_from(prefixes), st.sampled_from(TYPES)),
        *([st.sampled_from(odd)] if odd else []),
    )
    pair = st.lists(st.tuples(tag, tag), max_size=9)
    return st.lists(pair, min_size=1, max_size=4).map(
        lambda sentences: tuple([[tags[side] for tags in sentence] for sentence in sentences] for side in (0, 1))
    )


def outcome(function, *args, **kwargs):
    """Give the result, or the kind of error; arrays as bytes, so that equal means equal to the last bit."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return exact(function(*args, **kwargs))
        except Exception as error:
            return type(error)


def exact(value):
    if isinstance(value, np.ndarray):
        return value.astype(float).tobytes()
    if isinstance(value, dict):
        return {name: exact(part) for name, part in value.items()}
    if isinstance(value, tuple | list):
        return [exact(part) for part in value]
    if isinstance(value, str | bool):
        return value
    return "nan" if math.isnan(value) else float(value).hex()


def same(name, pair, their_module=theirs, our_module=ours, **kwargs):
    scheme = kwargs.pop("scheme", None)
    them = {**kwargs, "scheme": getattr(their_schemes, scheme)} if scheme else kwargs
    us = {**kwargs, "scheme": getattr(our_schemes, scheme)} if scheme else kwargs
    assert outcome(getattr(our_module, name), *pair, **us) == outcome(getattr(their_module, name), *pair, **them)


@settings(max_examples=150)
@given(pairs_of("BIES"), st.sampled_from([None, "micro", "macro", "weighted"]), st.sampled_from(["warn", 0, 1]))
def test_default_mode_gives_seqevals_numbers_to_the_last_bit(pair, average, zero_division):
    for name in ("precision_score", "recall_score", "f1_score"):
        same(name, pair, average=average, zero_division=zero_division)


@settings(max_examples=150)
@given(pairs_of("BIESLUM.", odd=["PER", "ORG", "B", "I", "BPER", "B--PER", "B-", ".", "O-PER", "", "OO"]))
def test_tags_that_are_none_give_seqevals_numbers_and_errors(pair):
    for output_dict in (True, False):
        same("classification_report", pair, output_dict=output_dict)
    same("f1_score", pair)


@settings(max_examples=150)
@given(st.data(), st.sampled_from(SCHEMES), st.sampled_from([None, "micro", "macro", "weighted"]))
def test_strict_mode_gives_seqevals_numbers_under_every_scheme(data, scheme, average):
    pair = data.draw(pairs_of(getattr(our_schemes, scheme).allowed.replace("O", "")))
    for name in ("precision_score", "recall_score", "f1_score"):
        same(name, pair, mode="strict", scheme=scheme, average=average)
    same("classification_report", pair, mode="strict", scheme=scheme, output_dict=True)


@settings(max_examples=100)
@given(pairs_of("BIESLUM", odd=["PER", "B", "O-PER", "", "B--A-"]), st.sampled_from([*SCHEMES, None]))
def test_strict_mode_raises_where_seqeval_raises(pair, scheme):
    same("classification_report", pair, mode="strict", scheme=scheme)
    same("f1_score", pair, mode="strict", scheme=scheme)


@settings(max_examples=60)
@given(pairs_of("BIE"), st.sampled_from([0, 2, 3, 20]), st.sampled_from([None, "strict"]))
def test_the_text_report_is_seqevals_to_the_character(pair, digits, mode):
    same("classification_report", pair, digits=digits, mode=mode, scheme="IOB2")


@settings(max_examples=60)
@given(pairs_of("BIES", odd=["B", "PER"]))
def test_tags_that_end_in_their_prefix_are_read_as_seqeval_reads_them(pair):
    turned = tuple([["-".join(tag.split("-", 1)[::-1]) for tag in sentence] for sentence in side] for side in pair)
    same("classification_report", turned, suffix=True, output_dict=True)
    same("f1_score", turned, suffix=True, mode="strict", scheme="IOBES")


@settings(max_examples=60)
@given(pairs_of("BIESUL.", odd=["PER", "O-X"]))
def test_token_measures_and_entities_are_seqevals(pair):
    same("accuracy_score", pair)
    same("performance_measure", pair)
    same("get_entities", pair[:1], their_labeling, our_labeling)
    same("get_entities", pair[0][:1], their_labeling, our_labeling)


@pytest.mark.parametrize(
    "pair", [([[1, 2]], [[1, 3]]), ([("O",), ("O",)], [("O",), ("B",)]), ([["O", None]], [["O", 1]])]
)
def test_accuracy_is_of_anything_that_is_equal_or_not(pair):
    same("accuracy_score", pair)


@settings(max_examples=60)
@given(pairs_of("BI"), st.sampled_from([0.0, 0.5, 2.0, math.inf, -1.0]))
def test_f_beta_and_support_are_seqevals(pair, beta):
    for average in (None, "micro", "macro", "weighted", "samples"):
        same("precision_recall_fscore_support", pair, their_labeling, our_labeling, average=average, beta=beta)
        same("precision_recall_fscore_support", pair, their_v1, our_v1, average=average, beta=beta, scheme="IOB2")


@pytest.mark.parametrize(
    "pair",
    [([], []), ([["O"]], [["O", "O"]]), ([["O"]], []), (["B-PER"], ["B-PER"])],
)
def test_input_that_seqeval_refuses_is_refused_alike(pair):
    for mode in (None, "strict"):
        same("classification_report", pair, mode=mode, output_dict=True)
        same("f1_score", pair, mode=mode, scheme="IOB2")


@pytest.mark.parametrize("average", [None, "micro", "macro", "weighted"])
def test_warnings_are_seqevals(average):
    pair = [["O", "B-PER"]], [["B-LOC", "O"]]
    for name in ("precision_score", "recall_score", "f1_score"):
        told = []
        for module in (theirs, ours):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                getattr(module, name)([["O", "O"], *pair[0]], [["O", "O"], *pair[1]], average=average)
            told.append([(one.category, str(one.message)) for one in caught])
        assert told[0] == told[1]


def test_seqevals_own_scheme_classes_are_taken():
    pair = [["B-PER", "I-PER", "O"]], [["I-PER", "I-PER", "O"]]
    assert ours.f1_score(*pair, mode="strict", scheme=their_schemes.IOB2) == 0.0
    assert ours.f1_score(*pair) == 1.0


def test_more_types_than_fit_into_a_byte_are_counted():
    tags = [f"B-T{number}" for number in range(300)]
    pair = [tags, tags[:150]], [tags[::-1], tags[:150]]
    same("classification_report", pair, output_dict=True)
    same("classification_report", pair, output_dict=True, mode="strict", scheme="IOB2")
