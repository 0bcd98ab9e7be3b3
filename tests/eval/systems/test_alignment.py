"""Strings to offsets: each kind of spelling, repeated answers, and properties that hold for any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.eval.systems.alignment import Answer, align, counts
from goldwire.eval.systems.folding import at_boundaries, fold

NEWS = "The US used an AUSTIN bus; he told us so in New  York. Ann met Bob. Ann left the US-Japan talks."


def placed(text: str, *answers: str) -> list[tuple[str | None, str]]:
    results = align(text, [Answer(answer, "X") for answer in answers])
    return [(r.span and text[r.span.start : r.span.end], r.status) for r in results]


@pytest.mark.parametrize(
    ("text", "answer", "found", "status"),
    [
        ("The US used an AUSTIN bus", "US", "US", "exact"),
        ("He used it in AUSTIN", "US", None, "not in text"),
        ("He told us so", "US", None, "not in text"),
        ("Inside the USA", "US", None, "not in text"),
        ("The U.S. said", "US", "U.S.", "normalised"),
        ("The US said", "U.S.", "US", "normalised"),
        ("İstanbul and Paris", "Istanbul", "İstanbul", "normalised"),
        ("İstanbul and Paris", "paris", "Paris", "normalised"),
        ("İİİİ and Paris", "Paris", "Paris", "exact"),
        ("In New  York", "New York", "New  York", "normalised"),
        ("In New\r\nYork", "New York", "New\r\nYork", "normalised"),
        ("Café Zoë opened", "Cafe Zoe", "Café Zoë", "normalised"),
        ("Cafe\u0301 opened", "Café", "Cafe\u0301", "normalised"),
        ("The US-Japan talks", "US", "US", "exact"),
        ("The US–Japan talks", "US-Japan talks", "US–Japan talks", "normalised"),
        ("Kenya’s coast", "Kenya", "Kenya", "exact"),
        ("Kenya’s coast", "Kenya's", "Kenya’s", "normalised"),
        ("The Kenya coast", "Kenya's", "Kenya", "fuzzy"),
        ("Die Weiße Straße", "weisse strasse", "Weiße Straße", "normalised"),
        ("President Zelenskyy spoke", "Zelenskiy", "Zelenskyy", "fuzzy"),
        ("In the year 2021", "2022", None, "not in text"),
        ("said “Reuters” today", '"Reuters"', "Reuters", "normalised"),
        ("東京都で会議", "東京", "東京", "exact"),
        ("🇺🇦 Kyiv 🇺🇦 said", "Kyiv", "Kyiv", "exact"),
        ("In the U.S", "U.S", "U.S", "exact"),
        ("a\tB c", "B c", "B c", "exact"),
        ("President Biden", "the President Biden", "President Biden", "fuzzy"),
        ("the inter-\nnational court", "international court", "inter-\nnational court", "fuzzy"),
        ("the inter\u00adnational court", "international court", "inter\u00adnational court", "normalised"),
        ("the zero\u200bwidth name", "zerowidth name", "zero\u200bwidth name", "normalised"),
        ("said नेपाल की सरकार", "नेपाल", "नेपाल", "exact"),
        ("قال محمد في القاهرة", "القاهرة", "القاهرة", "exact"),
        ("قال مُحَمَّد", "محمد", "مُحَمَّد", "normalised"),
        ("the ﬁnancial oﬃce", "financial office", "ﬁnancial oﬃce", "normalised"),
        ("the ﬁnancial oﬃce", "ice", None, "not in text"),
        ("北京市北京大学", "北京大学", "北京大学", "exact"),
        ("👨‍👩‍👧 Zoë", "Zoë", "Zoë", "exact"),
        ("Zoe\u0308 left", "Zoe", "Zoe\u0308", "normalised"),
        ("the Bank of England", "Bank ... England", None, "not in text"),
        ("ＢＢＣ said", "BBC", "ＢＢＣ", "normalised"),
        ("in\u00a0New\u2009York", "New York", "New\u2009York", "normalised"),
    ],
)
def test_each_spelling_finds_its_place_and_says_how(text, answer, found, status):
    assert placed(text, answer) == [(found, status)]


def test_one_answer_for_two_mentions_takes_one_place_and_is_ambiguous():
    assert placed("Ann met Bob. Ann left.", "Ann") == [("Ann", "ambiguous")]


def test_neighbours_in_the_list_decide_where_a_repeated_name_stands():
    text = "Ann met Bob. Ann left."
    before, after = (align(text, [Answer(a, "X") for a in said]) for said in (("Ann", "Bob"), ("Bob", "Ann")))
    assert (before[0].span.start, after[1].span.start) == (0, 13)


def test_as_many_answers_as_places_are_exact_and_in_order():
    results = align("Ann met Bob. Ann left.", [Answer("Ann", "X")] * 2)
    assert [(r.span.start, r.status) for r in results] == [(0, "exact"), (13, "exact")]


def test_an_answer_given_more_often_than_it_stands_has_no_place():
    assert placed("Ann left.", "Ann", "Ann") == [("Ann", "exact"), (None, "not in text")]


def test_a_repeated_answer_prefers_verbatim_places():
    assert placed("The U.S. said the US would", "US") == [("US", "exact")]


def test_nested_and_out_of_order_answers_are_still_exact():
    assert placed(NEWS, "Japan", "US-Japan talks", "Bob") == [
        ("Japan", "exact"),
        ("US-Japan talks", "exact"),
        ("Bob", "exact"),
    ]


def test_empty_and_unasked_answers_are_told_apart():
    said = [Answer("", "X"), Answer(3, "X"), Answer("Ann", "Y"), Answer("Ann", "X")]
    assert dict(counts(align("Ann", said, {"X"}))) == {"invalid": 2, "out of schema": 1, "exact": 1}


@given(st.text(max_size=60), st.integers(0, 60), st.integers(1, 20))
def test_any_whole_word_stretch_of_any_text_is_found_verbatim(text, start, size):
    stretch = text[start : start + size]
    if (
        not fold(stretch).text.strip()
        or stretch != stretch.strip()
        or not at_boundaries(text, start, start + len(stretch))
    ):
        return
    (result,) = align(text, [Answer(stretch, "X")])
    assert text[slice(*result.span)] == stretch and result.status in ("exact", "ambiguous")


@given(st.text(max_size=80))
def test_folded_characters_know_their_places(text):
    folded = fold(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert all(0 <= a < b <= len(text) for a, b in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)


def test_ten_thousand_equal_answers_each_get_their_own_place():
    results = align("Ann. " * 10_000, [Answer("Ann", "X")] * 10_000)
    assert [r.span.start for r in results] == list(range(0, 50_000, 5))


def test_ten_thousand_different_answers_each_get_their_own_place():
    names = [f"Na{number}" for number in range(10_000)]
    assert {r.status for r in align(" ".join(names), [Answer(name, "X") for name in names])} == {"exact"}


def test_fifty_thousand_characters_are_aligned():
    text = "Ann Smith of Café Zoë met Bob in New York. " * 1200
    results = align(text, [Answer("Cafe Zoe", "X")] * 300 + [Answer("Zoë Smith", "X")])
    assert [r.status for r in results[:2]] == ["ambiguous", "ambiguous"] and len(text) > 50_000
    assert len({r.span for r in results[:300]}) == 300
