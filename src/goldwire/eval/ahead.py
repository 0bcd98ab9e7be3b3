"""The next pieces of a file fetched by a thread while the last one is counted."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TypeVar

Value = TypeVar("Value")


def ahead(values: Iterator[Value], depth: int = 1) -> Iterator[Value]:
    """Give the values of an iterator, the next `depth` fetched while one is used; what it raises is raised here."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        coming = deque(pool.submit(next, values, None) for _ in range(depth))
        while (value := coming.popleft().result()) is not None:
            coming.append(pool.submit(next, values, None))
            yield value
