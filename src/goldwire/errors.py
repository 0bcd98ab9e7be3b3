"""What can go wrong, said so that a person can mend it.

One exception tree and one record of a broken rule live here; nothing is printed here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One broken rule: where, what was found, what was expected, how to mend it."""

    where: str
    found: str
    mend: str = ""

    def __str__(self) -> str:
        """Give the problem as one line."""
        line = f"{self.where}: {self.found}" + (f"; {self.mend}" if self.mend else "")
        return " ".join(line.split())


class GoldwireError(Exception):
    """The root of all errors a user can mend; its text is one line."""


class InputError(GoldwireError):
    """A file, a document or an argument is not what was expected."""

    def __init__(self, where: object, found: str, mend: str = "") -> None:
        """Keep the problem, so that callers can collect what was raised."""
        self.problem = Problem(str(where), found, mend)
        super().__init__(str(self.problem))


class BrokenRules(GoldwireError):
    """Several problems at once: one line each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems in the order in which they were found."""
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class LossError(GoldwireError):
    """A conversion would drop something and was told not to."""


class MissingExtra(GoldwireError):
    """An optional package is not installed."""

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        """Say what to install and what for."""
        super().__init__(f"{purpose} needs the package {package}: pip install 'goldwire[{extra}]'")
