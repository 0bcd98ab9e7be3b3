"""Tags as small numbers: a code-book over both sides, and tag columns of any kind as arrays of codes.

A code is 4 * (1 + label) + joins; O is 0. So two neighbours are one mention where their codes differ in the last two
bits only, the first has RIGHT and the second LEFT. What is done with codes is in passes.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np

from goldwire.errors import InputError
from goldwire.eval.counts import Array
from goldwire.tags import GRAMMARS, OUTSIDE, scheme_name, split_tag

NARROW = 256
ReadTag = Callable[[str], tuple[str, int] | None]


@dataclass(slots=True)
class CodeBook:
    """The codes of the tags seen so far; `read` gives a tag's label and joins, or None for a tag outside."""

    read: ReadTag
    tags: dict[str, int] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)

    def code(self, tag: str) -> int:
        """Give the code of a tag, learnt if it is new; raises what `read` raises."""
        if tag not in self.tags:
            found = self.read(tag)
            self.tags[tag] = (
                0 if found is None else 4 + 4 * self.labels.setdefault(found[0], len(self.labels)) + found[1]
            )
        return self.tags[tag]

    def codes(self, sequences: Sequence[Iterable[str]]) -> Array:
        """Give the codes of all sequences in one array, uint8 as long as they fit (63 labels), else uint16."""
        lookup = self.tags.__getitem__
        try:
            return np.frombuffer(bytes(map(lookup, chain.from_iterable(sequences))), np.uint8)
        except KeyError:
            for tag in sorted(set(chain.from_iterable(sequences)) - self.tags.keys(), key=str):
                self.code(tag)
            return self.codes(sequences)
        except ValueError:
            return np.fromiter(map(lookup, chain.from_iterable(sequences)), np.uint16)

    def table(self, names: Iterable[str]) -> Array:
        """Give the code of each name of a dictionary of tags, to be indexed with its integers."""
        codes = [self.code(name) for name in names]
        return np.array(codes, np.uint8 if max(codes, default=0) < NARROW else np.uint16)

    def names(self) -> tuple[str, ...]:
        """Give the labels in the order of their numbers."""
        return tuple(self.labels)


def scheme_reader(scheme: str) -> ReadTag:
    """Give the reading of tags under a scheme of goldwire.tags; it raises InputError for a tag that is none of it."""
    joins = GRAMMARS[scheme_name(scheme)].joins

    def read(tag: str) -> tuple[str, int] | None:
        prefix, label = split_tag(tag)
        if prefix == OUTSIDE:
            return None
        if prefix not in joins:
            raise InputError(f"tag {tag!r}", f"is none of {scheme}", f"its prefixes are O {' '.join(joins)}")
        return label, joins[prefix]

    return read


def first_tokens(lengths: Array) -> Array:
    """Give the index of each sequence's first token, from the sequences' lengths; one more for the end."""
    firsts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=firsts[1:])
    return firsts
