"""Tags say what the schemes' authors say they do."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqscore.encoding import get_encoding
from seqscore.validation import validate_labels

from goldwire.errors import InputError
from goldwire.tags import (
    GRAMMARS,
    LIKELY,
    REPAIRS,
    SCHEMES,
    decode,
    encode,
    recognise_scheme,
    scheme_name,
    split_tag,
    violations,
)

THEIR_NAMES = {"IOB1": "IOB", "IOB2": "BIO", "IOBES": "BIOES", "BILOU": "BILOU", "BMES": "BMES"}
LABELS = ["PER", "ORG", "geo-loc"]


def any_tags(scheme):
    prefixes = st.sampled_from([*GRAMMARS[scheme].joins])
    return st.lists(st.one_of(st.just("O"), st.builds("{}-{}".format, prefixes, st.sampled_from(LABELS))), max_size=10)


@st.composite
def flat_spans(draw, size=12):
    cuts = sorted(draw(st.sets(st.integers(0, size), max_size=8)))
    parts = pairwise(cuts)
    return [(start, end, draw(st.sampled_from(LABELS))) for start, end in parts if draw(st.booleans())]


def theirs(tags, scheme, repair=None):
    encoding = get_encoding(THEIR_NAMES[scheme])
    checked = validate_labels(tags, encoding, repair=repair)
    labels = checked.repaired_labels or tags
    return checked, [(m.span.start, m.span.end, m.type) for m in encoding.decode_labels(labels)]


@given(flat_spans(), st.sampled_from(SCHEMES))
def test_spans_become_tags_and_the_same_spans_again(spans, scheme):
    tags = encode(spans, 12, scheme)
    assert violations(tags, scheme) == []
    assert decode(tags, scheme) == spans


@given(flat_spans(), st.sampled_from(sorted(THEIR_NAMES)))
def test_valid_tags_mean_what_seqscore_says(spans, scheme):
    tags = encode(spans, 12, scheme)
    checked, found = theirs(tags, scheme)
    assert checked.is_valid()
    assert decode(tags, scheme) == found


@settings(max_examples=300)
@given(st.data(), st.sampled_from(sorted(THEIR_NAMES)))
def test_tags_are_broken_just_where_seqscore_says_so(data, scheme):
    tags = data.draw(any_tags(scheme))
    encoding = get_encoding(THEIR_NAMES[scheme])
    assert bool(violations(tags, scheme)) == (not validate_labels(tags, encoding).is_valid())


@settings(max_examples=300)
@given(any_tags("IOB2"), st.sampled_from(["discard", "conlleval"]))
def test_repairs_of_iob2_are_seqscores(tags, repair):
    assert decode(tags, "IOB2", repair) == theirs(tags, "IOB2", repair)[1]


@given(any_tags("IOB1"))
def test_the_conlleval_repair_of_iob1_is_seqscores(tags):
    assert decode(tags, "IOB1", "conlleval") == theirs(tags, "IOB1", "conlleval")[1]


@given(st.data(), st.sampled_from(SCHEMES))
def test_a_repair_changes_nothing_that_is_valid_and_discard_only_takes_away(data, scheme):
    tags = data.draw(any_tags(scheme))
    kept, believed = decode(tags, scheme, "discard"), decode(tags, scheme, "conlleval")
    assert set(kept) <= set(believed)
    assert violations(tags, scheme) or decode(tags, scheme) == kept == believed


@given(flat_spans())
def test_the_scheme_is_recognised_by_its_prefixes_and_rules(spans):
    for scheme in ("IOB2", "IOBES", "BILOU", "BMES"):
        found = recognise_scheme([encode([*spans, (12, 15, "PER"), (15, 16, "PER")], 16, scheme)])
        assert found == scheme
    assert recognise_scheme([["I-PER", "I-PER", "O"]]) == "IOB1"
    assert recognise_scheme([["I-PER", "E-PER", "O"]]) == "IOE2"
    assert recognise_scheme([["O", "O"]]) == "IOB2"


@settings(max_examples=300)
@given(st.sampled_from(SCHEMES).flatmap(lambda scheme: st.lists(any_tags(scheme), max_size=3)))
def test_the_scheme_recognised_is_the_likeliest_that_no_sequence_breaks(sequences):
    used = {split_tag(tag)[0] for tags in sequences for tag in tags} - {"O"}
    able = [name for name in LIKELY if used <= GRAMMARS[name].joins.keys()]
    unbroken = [name for name in able if not any(violations(tags, name) for tags in sequences)]
    assert recognise_scheme(sequences) == [*unbroken, *able][0]


@pytest.mark.parametrize(
    ("tag", "parts"),
    [
        ("O", ("O", "")),
        ("B-geo-loc", ("B", "geo-loc")),
        ("B--PER", ("B", "-PER")),
        ("B", ("B", "_")),
        ("I", ("I", "_")),
    ],
)
def test_the_first_hyphen_divides_prefix_and_label(tag, parts):
    assert split_tag(tag) == parts


@pytest.mark.parametrize("tag", ["PER", "B-", "", "O-PER", "BB-PER"])
def test_what_is_no_tag_is_refused(tag):
    with pytest.raises(InputError):
        split_tag(tag)


@pytest.mark.parametrize(
    ("tags", "scheme", "line"),
    [
        (["O", "I-PER"], "IOB2", "token 1: tag 'I-PER' continues no mention: O stands before it, which IOB2 forbids"),
        (["B-PER", "O"], "IOBES", "token 0: tag 'B-PER' is not ended: O follows it, which IOBES forbids; end the"),
        (["B-PER"], "IOB1", "token 0: tag 'B-PER' divides nothing: O stands before it, which IOB1 forbids; write I"),
        (["E-PER", "O"], "IOE1", "token 0: tag 'E-PER' divides nothing: O follows it, which IOE1 forbids; write I"),
        (["M-PER"], "IOB2", "token 0: tag 'M-PER' is none of IOB2; its prefixes are O B I"),
    ],
)
def test_errors_say_where_what_and_how_to_mend(tags, scheme, line):
    with pytest.raises(InputError) as error:
        decode(tags, scheme)
    assert str(error.value).startswith(line)


@pytest.mark.parametrize("spans", [[(0, 2, "PER"), (1, 3, "ORG")], [(0, 9, "PER")], [(2, 2, "PER")], [(0, 1, "")]])
def test_spans_that_tags_cannot_hold_are_refused(spans):
    with pytest.raises(InputError):
        encode(spans, 4, "IOB2")


def test_names_have_aliases_and_unknown_ones_are_refused():
    assert [scheme_name(name) for name in ("bioes", "BIO", "BILUO", "iob1")] == ["IOBES", "IOB2", "BILOU", "IOB1"]
    with pytest.raises(InputError):
        decode([], "IOB3")
    with pytest.raises(InputError):
        decode(["O"], "IOB2", repair="guess")
    assert REPAIRS[0] == "none"
