"""Windows over long texts: everything is covered, nothing is found twice, offsets stay those of the text."""

import re

from hypothesis import given
from hypothesis import strategies as st

from goldwire.document import Document, Mention
from goldwire.eval.systems.windows import look_through, text_windows, trimmed, windows


@given(st.integers(1, 500), st.integers(2, 60), st.integers(0, 30))
def test_windows_cover_every_item_and_none_is_too_long(size, length, overlap):
    found = windows(size, length, min(overlap, length - 1))
    assert {i for start, end in found for i in range(start, end)} == set(range(size))
    assert all(0 < end - start <= length for start, end in found)


@given(st.text(alphabet="ab Perué🇺🇦\n\t", max_size=400), st.integers(4, 30))
def test_what_is_found_in_windows_is_what_is_found_in_the_whole(text, length):
    def look(stretch):
        return [Mention(*m.span(), "X") for m in re.finditer(r"(?<!\S)a\S*(?!\S)", stretch)]

    found = look_through(Document("d", text), look, length, length // 2)
    assert sorted((m.start, m.end) for m in found) == sorted((m.start, m.end) for m in look(text))


def test_an_empty_text_has_no_window():
    assert text_windows(Document("d", " \n "), 10, 2) == []


def test_blanks_at_the_ends_are_no_part_of_a_mention():
    assert trimmed("in  Peru ", 2, 9) == (4, 8)
