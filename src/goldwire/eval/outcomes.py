"""A system fed with documents: an outcome for each, whatever breaks on the way.

What is kept of the outcomes is the business of runs.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field

from goldwire.document import Document
from goldwire.errors import GoldwireError, MissingExtra
from goldwire.eval.systems.base import Predict, Unusable, check_answer


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a document: its prediction, or the error in one line; seconds the system took to give it.

    A system that works in batches gives the first document of a batch late and the others at once.
    """

    source: Document
    prediction: Document | None
    error: str
    seconds: float


@dataclass(slots=True)
class _Fed:
    """Documents as they are handed to a system; `open` are those it has not answered."""

    head: Document
    rest: Iterator[Document]
    open: deque[Document] = field(default_factory=deque)
    error: str = "the system gave no answer"

    def __post_init__(self) -> None:
        self.open.append(self.head)

    def __iter__(self) -> Iterator[Document]:
        yield self.head
        for document in self.rest:
            self.open.append(document)
            yield document


def outcomes(predict: Predict, documents: Iterable[Document]) -> Generator[Outcome, None, None]:
    """Give an outcome for every document, in order.

    When the system breaks, the documents it had taken without an answer are given to it one by one, so that
    only those that break it fail; then it is started anew behind them.

    Raises:
        Unusable: the system says that it cannot work at all.
        MissingExtra: a package is missing.
    """
    stream = iter(documents)
    for head in stream:
        fed = _Fed(head, stream)
        yield from _answers(predict, fed)
        yield from _leftovers(predict, fed)


def _answers(predict: Predict, fed: _Fed) -> Iterator[Outcome]:
    clock = time.perf_counter()
    try:
        for answer in predict(fed):
            if not fed.open:
                raise Unusable("the system gives more answers than it gets documents")
            prediction = check_answer(fed.open[0], answer)
            yield Outcome(fed.open.popleft(), prediction, "", time.perf_counter() - clock)
            clock = time.perf_counter()
    except (Unusable, MissingExtra):
        raise
    except Exception as error:  # a model may raise anything: it is recorded, never dropped
        fed.error = one_line(error)


def _leftovers(predict: Predict, fed: _Fed) -> Iterator[Outcome]:
    if len(fed.open) == 1:
        yield Outcome(fed.open.popleft(), None, fed.error, 0.0)
    while fed.open:
        alone = _Fed(fed.open.popleft(), iter(()))
        yield from _answers(predict, alone)
        yield from (Outcome(source, None, alone.error, 0.0) for source in alone.open)


def one_line(error: Exception) -> str:
    """Give an error as one line of at most 300 characters; one that is not ours bears its type."""
    text = " ".join(str(error).split())
    named = text if isinstance(error, GoldwireError) else f"{type(error).__name__}: {text}"
    return named if len(named) <= 300 else f"{named[:299]}…"
