"""Trying again, with longer and longer pauses: for servers that are busy, slow or restarting.

Which answers are worth another try is for the kinds of systems to say.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Given = TypeVar("Given")
LONGEST = 60.0


class Retry(Exception):
    """An attempt failed in a way that another may not; `after` is what the server asks to wait, in seconds."""

    def __init__(self, why: str, after: float = 0.0) -> None:
        """Keep the reason, as one line."""
        self.after = after
        super().__init__(" ".join(why.split()))


class Unreachable(Retry):
    """No server answers at that address."""


def patiently(attempt: Callable[[], Given], retries: int, pause: float) -> Given:
    """Give what the attempt gives, tried again so many times; each pause is twice the one before.

    Raises:
        Retry: the last attempt failed, too.
    """
    for turn in range(retries + 1):
        try:
            return attempt()
        except Retry as error:
            if turn == retries:
                raise
            time.sleep(min(LONGEST, max(error.after, pause * 2**turn)))
    raise AssertionError("retries is not negative")


def asked_to_wait(value: str | None) -> float:
    """Give the seconds of a Retry-After header; 0 where it says none."""
    try:
        return max(0.0, float(value or 0))
    except ValueError:
        return 0.0
