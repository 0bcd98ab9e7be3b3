"""Chunks of coded tags from what is in memory: lists of tag strings, and columns of integers with their names.

Files are read in files.py; what is counted, in counting.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from goldwire.errors import InputError
from goldwire.eval.tagging.codes import CodeBook, first_tokens
from goldwire.eval.tagging.counting import Chunk

SEQUENCES = 4096
TOKENS = 1 << 17
Tags = Sequence[Sequence[str]]


def list_chunks(gold: Tags, pred: Tags, book: CodeBook) -> Iterator[Chunk]:
    """Give lists of lists of tags in chunks; raises InputError where sides differ in length."""
    if len(gold) != len(pred):
        raise InputError("predictions", f"{len(pred)} sequences for {len(gold)} of gold", "predict one a sequence")
    for first in range(0, len(gold), SEQUENCES):
        one, other = gold[first : first + SEQUENCES], pred[first : first + SEQUENCES]
        lengths = list(map(len, one))
        if lengths != list(map(len, other)):
            raise _unequal(first, lengths, list(map(len, other)))
        yield Chunk(book.codes(one), book.codes(other), first_tokens(np.array(lengths, np.int64)))


def _unequal(first: int, gold: list[int], pred: list[int]) -> InputError:
    place = next(place for place, (one, other) in enumerate(zip(gold, pred, strict=True)) if one != other)
    found = f"{pred[place]} predicted tags for {gold[place]} tokens"
    return InputError(f"sequence {first + place}", found, "predict one tag a token")
