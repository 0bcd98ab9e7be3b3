"""Trying again: pauses that grow, that a server may lengthen up to a limit, and what Retry-After may say."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.eval.systems import backoff
from goldwire.eval.systems.backoff import Patience, Retry, asked_to_wait, patiently

NOW = "Wed, 21 Oct 2026 07:28:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"retry-after": "120"}, 120),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "soon"}, 0),
        ({"retry-after": "nan"}, 0),
        ({"retry-after": "1e999"}, float("inf")),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT", "date": NOW}, 30),
        ({"retry-after": "Wednesday, 21-Oct-26 07:29:00 GMT", "date": NOW}, 60),
        ({"retry-after": "Wed Oct 21 07:29:00 2026", "date": NOW}, 60),
        ({"retry-after": "Wed, 21 Oct 2026 07:27:00 GMT", "date": NOW}, 0),
        ({"retry-after": "Wed, 99 Oct 2026 07:27:00 GMT", "date": NOW}, 0),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_nothing_else(headers, seconds):
    assert asked_to_wait(headers) == seconds


def test_a_date_without_the_servers_own_is_held_against_the_clock():
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    assert 35 < asked_to_wait({"retry-after": soon}) <= 40


@given(st.text(), st.text())
def test_no_header_breaks_it(value, date):
    assert asked_to_wait({"retry-after": value, "date": date}) >= 0


@given(st.integers(0, 2000), st.floats(0), st.floats(0, 1e6), st.floats(0, 1e6))
def test_no_pause_is_longer_than_the_longest(turn, asked, pause, longest):
    assert Patience(2000, pause, longest).pauses(turn, asked) <= longest


def test_an_attempt_is_made_again_after_pauses_that_double_and_that_a_server_may_lengthen(monkeypatch):
    slept = []
    monkeypatch.setattr(backoff.time, "sleep", slept.append)
    with pytest.raises(Retry, match=r"^busy$"):
        patiently(failing(iter([0, 0, 7, 0, 0])), Patience(4, 1, 60))
    assert slept == [1, 2, 7, 8]


def test_a_server_that_asks_for_more_than_the_longest_pause_is_quoted(monkeypatch):
    slept = []
    monkeypatch.setattr(backoff.time, "sleep", slept.append)
    with pytest.raises(Retry, match="busy; the server asks to wait 86400 s, longest_pause is 60"):
        patiently(failing(iter([1e9, 86400])), Patience(1, 1, 60))
    assert slept == [60]


def failing(asked):
    def attempt():
        raise Retry("busy", next(asked))

    return attempt
