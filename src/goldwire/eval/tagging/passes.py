"""Byte-wise passes over tag codes: which tokens go on, what is broken, what both sides share.

Every pass looks at a chunk that fits into the cache; only mention starts and places where the sides differ are ever
taken out one by one. Plain definitions of the same are in goldwire.tags.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from goldwire.eval.counts import Array
from goldwire.tags import ALONE, BOTH, LEFT, RIGHT, Scheme


@dataclass(frozen=True, slots=True)
class Coded:
    """One side of a chunk: codes a token, and whether a token goes on with the mention of the token before."""

    codes: Array
    goes_on: Array

    def starts(self) -> Array:
        """Tell for each token whether a mention starts there."""
        starts: Array = (self.codes != 0) > self.goes_on
        return starts


@dataclass(frozen=True, slots=True)
class Starts:
    """The tokens where a mention of either side starts, in order.

    gold, pred: label + 1 of the mention that starts there, 0 for none. same: both start there, with one label and end.
    """

    token: Array
    gold: Array
    pred: Array
    same: Array


def coded(codes: Array, firsts: Array) -> Coded:
    """Give a chunk's side; firsts are the indices of the sequences' first tokens (and of the end)."""
    goes_on = np.zeros(len(codes), bool)
    before, after = codes[:-1], codes[1:]
    np.equal((before & RIGHT) | (after & LEFT), BOTH, out=goes_on[1:])
    goes_on[1:] &= (before ^ after) < 4
    goes_on[firsts[firsts < len(codes)]] = False
    return Coded(codes, goes_on)


def broken(side: Coded, firsts: Array, grammar: Scheme) -> tuple[Array, Array]:
    """Give the indices of tokens that start, and that end, a mention in a way which the scheme forbids."""
    starting = np.flatnonzero(_broken_starts(side, firsts, grammar))
    ending = np.flatnonzero(_broken_ends(side, firsts, grammar))
    return starting, ending


def _broken_starts(side: Coded, firsts: Array, grammar: Scheme) -> Array:
    if grammar.starts_said:
        starts: Array = ((side.codes & LEFT) != 0) > side.goes_on
        return starts
    if grammar.divides == "B":
        divided: Array = ((side.codes & BOTH) == RIGHT) > _label_goes_on(side.codes, firsts)
        return divided
    return np.zeros(0, bool)


def _broken_ends(side: Coded, firsts: Array, grammar: Scheme) -> Array:
    if grammar.ends_said:
        ends: Array = ((side.codes & RIGHT) != 0) > np.append(side.goes_on[1:], False)
        return ends
    if grammar.divides == "E":
        alike = _label_goes_on(side.codes, firsts)
        divided: Array = ((side.codes & BOTH) == LEFT) > np.append(alike[1:], False)
        return divided
    return np.zeros(0, bool)


def _label_goes_on(codes: Array, firsts: Array) -> Array:
    alike = np.zeros(len(codes), bool)
    np.less(codes[:-1] ^ codes[1:], 4, out=alike[1:])
    alike[firsts[firsts < len(codes)]] = False
    return alike


def discarded(side: Coded, starting: Array, ending: Array) -> Coded:
    """Give the side without the mentions that start or end at these tokens."""
    if not len(starting) + len(ending):
        return side
    codes, goes_on = side.codes.copy(), side.goes_on.copy()
    while len(starting):
        codes[starting], goes_on[starting] = ALONE, False
        starting = starting[starting + 1 < len(codes)] + 1
        starting = starting[goes_on[starting]]
    while len(ending):
        before = ending[goes_on[ending]] - 1
        codes[ending], goes_on[ending] = ALONE, False
        ending = before
    return Coded(codes, goes_on)


def starts(gold: Coded, pred: Coded) -> Starts:
    """Give where mentions start, and which of them both sides have.

    A mention that starts on both sides with one label is the same unless there is a token at which just one side goes
    on and before which both did: the few such tokens are walked back to their starts.
    """
    gold_starts, pred_starts = gold.starts(), pred.starts()
    token = np.flatnonzero(gold_starts | pred_starts)
    gold_label = (gold.codes[token] >> 2) * gold_starts[token]
    pred_label = (pred.codes[token] >> 2) * pred_starts[token]
    same = gold_label == pred_label
    parted = _walked_back(np.flatnonzero(gold.goes_on != pred.goes_on) - 1, gold.goes_on & pred.goes_on)
    parted = parted[gold_starts[parted] & pred_starts[parted]]
    same[np.searchsorted(token, parted)] = False
    return Starts(token, gold_label, pred_label, same)


def _walked_back(token: Array, both_go_on: Array) -> Array:
    """Give for each token the last one up to it at which not both sides go on."""
    token = token.copy()
    moving = np.flatnonzero(both_go_on[token])
    while len(moving):
        token[moving] -= 1
        moving = moving[both_go_on[token[moving]]]
    return token
