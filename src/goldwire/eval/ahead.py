"""The next piece of a file fetched by a thread while the last one is counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

Value = TypeVar("Value")


def ahead(values: Iterator[Value]) -> Iterator[Value]:
    """Give the values of an iterator, each fetched while the one before is used; what it raises is raised here."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, values, None)
        while (value := coming.result()) is not None:
            coming = pool.submit(next, values, None)
            yield value
