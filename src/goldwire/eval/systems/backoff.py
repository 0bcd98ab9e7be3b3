"""Trying again, with longer and longer pauses: for servers that are busy, slow or restarting.

Which answers are worth another try is for the kinds of systems to say.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TypeVar

from goldwire.eval.systems.base import System

Given = TypeVar("Given")


class Retry(Exception):
    """An attempt failed in a way that another may not; `after` is what the server asks to wait, in seconds."""

    def __init__(self, why: str, after: float = 0.0) -> None:
        """Keep the reason, as one line."""
        self.after = after
        super().__init__(" ".join(why.split()))


class Unreachable(Retry):
    """No server answers at that address."""


@dataclass(frozen=True, slots=True)
class Patience:
    """So many further attempts; the first after a pause in seconds, each later one after twice the pause before it.

    A server may ask for a longer pause, up to the longest.
    """

    retries: int
    pause: float
    longest: float

    def pauses(self, turn: int, asked: float) -> float:
        """Give the seconds to wait after an attempt, counted from 0."""
        return min(self.longest, max(asked, self.pause * 2.0 ** min(turn, 60)))


def patience(system: System, pause: float) -> Patience:
    """Give the patience that a system's settings ask for."""
    return Patience(system.setting("retries", 4), system.setting("pause", pause), system.setting("longest_pause", 60.0))


def patiently(attempt: Callable[[], Given], how: Patience) -> Given:
    """Give what the attempt gives, tried again as often as patience goes.

    Raises:
        Retry: the last attempt failed, too; it says so if the server asked for more than the longest pause.
    """
    for turn in range(how.retries):
        try:
            return attempt()
        except Retry as error:
            time.sleep(how.pauses(turn, error.after))
    try:
        return attempt()
    except Retry as error:
        if error.after > how.longest:
            asked = f"the server asks to wait {error.after:.0f} s, longest_pause is {how.longest:g}"
            raise Retry(f"{error}; {asked}", error.after) from error
        raise


def asked_to_wait(headers: Mapping[str, str]) -> float:
    """Give the seconds that an answer's Retry-After asks to wait, said as seconds or as a date; 0 where it says none.

    A date is held against the answer's own, where it has one: the clocks of two machines differ (RFC 9110, 10.2.3).
    """
    value = headers.get("retry-after") or "0"
    try:
        seconds = float(value)
    except ValueError:
        seconds = (_date(value) or 0.0) - (_date(headers.get("date")) or time.time())
    return max(0.0, seconds) if not math.isnan(seconds) else 0.0


def _date(value: str | None) -> float | None:
    """Give a date of HTTP as seconds since 1970; None for anything else."""
    try:
        found = parsedate_to_datetime(value or "")
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
