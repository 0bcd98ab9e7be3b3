"""A system fed with documents: an outcome for each, whatever breaks on the way.

What is kept of the outcomes is running's business.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from goldwire.document import Document
from goldwire.errors import GoldwireError, MissingExtra
from goldwire.eval.systems.base import NoAnswer, Predict, Unusable, check_answer


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
    """Documents as they are handed to a system; `open` are those it has not answered, in so many seconds."""

    head: Document
    rest: Iterator[Document]
    open: deque[Document] = field(default_factory=deque)
    error: str = "the system gave no answer"
    seconds: float = 0.0
    broken: Exception | None = None

    def __post_init__(self) -> None:
        self.open.append(self.head)

    def __iter__(self) -> Iterator[Document]:
        yield self.head
        while (document := self._next()) is not None:
            self.open.append(document)
            yield document

    def _next(self) -> Document | None:
        """Give the next document; an error of the source is kept apart from those of the system, and is the end."""
        try:
            return next(self.rest, None)
        except Exception as error:
            self.broken = error
            return None


def outcomes(predict: Predict, documents: Iterable[Document]) -> Generator[Outcome, None, None]:
    """Give an outcome for every document, in order.

    When the system breaks, the documents it had taken without an answer are given to it one by one until the one that
    breaks it is found and has failed; then it is started anew behind that one.

    Raises:
        Unusable: the system says that it cannot work at all.
        MissingExtra: a package is missing.
    """
    stream = iter(documents)
    while (head := next(stream, None)) is not None:
        fed = _Fed(head, stream)
        yield from _answers(predict, fed)
        yield from _one_by_one(predict, fed)
        if fed.broken:
            raise fed.broken
        stream = chain(fed.open, stream) if fed.open else stream


def _answers(predict: Predict, fed: _Fed) -> Iterator[Outcome]:
    clock = time.perf_counter()
    try:
        for answer in predict(fed):
            if not fed.open:
                raise Unusable("the system gives more answers than it gets documents")
            error, prediction = _checked(fed.open[0], answer)
            yield Outcome(fed.open.popleft(), prediction, error, time.perf_counter() - clock)
            clock = time.perf_counter()
    except (Unusable, MissingExtra):
        raise
    except (Exception, SystemExit) as error:  # a model may raise anything: it is recorded, never dropped
        fed.error = one_line(error)
    fed.seconds = time.perf_counter() - clock


def _checked(source: Document, answer: object) -> tuple[str, Document | None]:
    """Give the error or the prediction; an answer out of step ends the system's turn."""
    if isinstance(answer, NoAnswer):
        return one_line(answer), None
    try:
        return "", check_answer(source, answer)
    except NoAnswer as error:
        if not isinstance(answer, Document) or answer.id != source.id:
            raise
        return one_line(error), None


def _one_by_one(predict: Predict, fed: _Fed) -> Iterator[Outcome]:
    """Give outcomes of the documents left open, up to the first that fails."""
    if len(fed.open) == 1:
        yield Outcome(fed.open.popleft(), None, fed.error, fed.seconds)
    while fed.open:
        alone = _Fed(fed.open.popleft(), iter(()))
        yield from _answers(predict, alone)
        if alone.open:
            yield Outcome(alone.open.popleft(), None, alone.error, alone.seconds)
            return


def one_line(error: BaseException) -> str:
    """Give an error as one line of at most 300 characters; one that is not ours bears its type."""
    text = " ".join(str(error).split())
    named = text if isinstance(error, GoldwireError) else f"{type(error).__name__}: {text}"
    return named if len(named) <= 300 else f"{named[:299]}…"
