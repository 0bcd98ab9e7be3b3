"""Candidate pairs of mentions, in the one form in which they are chosen among, whatever they were found on.

Light to load: the engine for tags needs no more of the layers than this for most files.
"""

from __future__ import annotations

from typing import NamedTuple

from goldwire.eval.counts import Array


class Edges(NamedTuple):
    """Candidate pairs: indices of both sides, overlap (code points or tokens), and whether span and label are equal."""

    gold: Array
    pred: Array
    overlap: Array
    same_span: Array
    same_label: Array
