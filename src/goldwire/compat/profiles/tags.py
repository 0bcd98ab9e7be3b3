"""How other tools read tags, flaws included: what the profiles of tags are made of.

Plain Python, one tag at a time: made to be compared with those tools. Mentions that need no reading are in mentions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from goldwire.compat.profiles.figures import Figures, Rows, Tags, by_sets, check_lengths, ratios
from goldwire.compat.profiles.mentions import nervaluate_spans, unless_silent
from goldwire.compat.seqeval import scheme as seqeval_schemes
from goldwire.compat.seqeval.counting import sums
from goldwire.compat.seqeval.metrics import v1
from goldwire.errors import InputError
from goldwire.tags import Span, decode, scheme_name, violations

Read = Callable[[Sequence[str], str], list[Span]]
ACCURACY = "accuracy"
SEQSCORE_ENCODINGS = ("IOB1", "IOB2", "IOBES", "BILOU", "BMES")


def _read_all(sequences: Tags, scheme: str, read: Read) -> list[list[Span]]:
    return [read(tags, scheme) for tags in sequences]


def seqeval_tags(gold: Tags, pred: Tags, scheme: str, *, strict: bool = False) -> Rows:
    """Give seqeval's rows: averages, labels, accuracy (of tags); of its strict mode under the scheme if asked for."""
    kind = getattr(seqeval_schemes, scheme_name(scheme), None) if strict else None
    lists = [list(map(list, side)) for side in (gold, pred)]
    try:
        if strict and kind is None:
            raise ValueError(f"scheme {scheme} is not supported")
        v1.check_consistent_length(lists[0], lists[1])
        counted = sums(lists[0], lists[1], False, kind)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise InputError("seqeval", f"refuses: {type(error).__name__} {error}", "choose another profile") from error
    rows: Rows = {}
    for name in ("micro", "macro", "weighted"):
        precision, recall, f1 = map(float, v1.scores(counted, name, zero_division=0)[:3])
        totals = (int(part.sum()) for part in (counted.correct, counted.pred, counted.true))
        rows[name] = Figures(precision, recall, f1, *totals)
    for number, label in enumerate(counted.names):
        rows[label] = ratios(*(int(part[number]) for part in (counted.correct, counted.pred, counted.true)))
    return {**rows, ACCURACY: _accuracy(gold, pred)}


def _accuracy(gold: Tags, pred: Tags) -> Figures:
    """Give the share of tags that are equal."""
    right = sum(one == other for pair in zip(gold, pred, strict=True) for one, other in zip(*pair, strict=True))
    tokens = sum(map(len, gold))
    return ratios(right, tokens, tokens)


_CONLLEVAL_ENDS = {*["BB", "BO", "IB", "IO", "EE", "EI", "EO"]}
_CONLLEVAL_STARTS = {*["BB", "IB", "OB", "OI", "EE", "EI", "OE"]}


def conlleval_read(tags: Sequence[str], scheme: str) -> list[Span]:
    """Give the chunks that conlleval.pl sees, whatever the scheme: it knows B, I and E, and changes of type."""
    found: list[Span] = []
    before, kind_before, first = "O", "", -1
    for index, tag in enumerate([*tags, "O"]):
        prefix, hyphen, rest = tag.partition("-")
        kind = rest if hyphen else ""
        other = kind != kind_before
        if first >= 0 and (before + prefix in _CONLLEVAL_ENDS or (before not in ("O", ".") and other)):
            found.append((first, index, kind_before))
            first = -1
        if prefix + kind and (before + prefix in _CONLLEVAL_STARTS or (prefix not in ("O", ".") and other)):
            first = index
        before, kind_before = prefix, kind
    return found


def conlleval_tags(gold: Tags, pred: Tags, scheme: str) -> Rows:
    """Give the counts of conlleval.pl, its accuracy (of tags) last.

    It counts where chunks begin, and as right those that end on both sides at once: of tags that it does not know
    (a bare S or M) a chunk may never end, and still counts.
    """
    check_lengths(gold, pred)
    tallies = _conlleval_tallies(zip(gold, pred, strict=True))
    labels = {label: ratios(*(tally[label] for tally in tallies)) for label in sorted({*tallies[1], *tallies[2]})}
    return {"micro": ratios(*(tally.total() for tally in tallies)), **labels, ACCURACY: _accuracy(gold, pred)}


class _Chunk(NamedTuple):
    """A tag as conlleval.pl splits it, at its first hyphen."""

    prefix: str
    kind: str


_OUT = _Chunk("O", "")


def _conlleval_tallies(sequences: Iterable[tuple[Sequence[str], Sequence[str]]]) -> list[Counter[str]]:
    """Count the right, predicted and gold chunks of each type, in one walk over all tokens and sentence ends."""
    right, said, there = (Counter[str]() for _ in range(3))
    last, inside = (_OUT, _OUT), False
    for now in _conlleval_walk(sequences):
        ends, begins = ([rule(*step) for step in zip(last, now, strict=True)] for rule in (_ends, _begins))
        right[last[0].kind] += inside and all(ends) and last[0].kind == last[1].kind
        inside &= not any(ends) and now[0].kind == now[1].kind
        inside |= all(begins) and now[0].kind == now[1].kind
        there[now[0].kind] += begins[0]
        said[now[1].kind] += begins[1]
        last = now
    right[last[0].kind] += inside
    return [+right, +said, +there]


def _conlleval_walk(sequences: Iterable[tuple[Sequence[str], Sequence[str]]]) -> Iterator[tuple[_Chunk, _Chunk]]:
    for gold, pred in sequences:
        for one, other in zip(gold, pred, strict=True):
            yield _Chunk(*one.partition("-")[::2]), _Chunk(*other.partition("-")[::2])
        yield _OUT, _OUT


def _ends(last: _Chunk, now: _Chunk) -> bool:
    change = last.prefix not in ("O", ".") and last.kind != now.kind
    return change or last.prefix + now.prefix in _CONLLEVAL_ENDS or last.prefix in ("[", "]")


def _begins(last: _Chunk, now: _Chunk) -> bool:
    change = now.prefix not in ("O", ".") and last.kind != now.kind
    return change or last.prefix + now.prefix in _CONLLEVAL_STARTS or now.prefix in ("[", "]")


def seqscore_tags(gold: Tags, pred: Tags, scheme: str, *, repair: str = "none") -> Rows:
    """Give seqscore's counts; repairs exist in it for IOB2, and conlleval for IOB1."""
    check_lengths(gold, pred)

    def read(tags: Sequence[str], name: str) -> list[Span]:
        known = _without_foreign_prefixes(tags, repair) if name == "IOB2" else tags
        _check_seqscore(known, name, repair)
        return decode(known, name, repair)

    return by_sets(_read_all(gold, scheme_name(scheme), read), _read_all(pred, scheme_name(scheme), read))


def _without_foreign_prefixes(tags: Sequence[str], repair: str) -> list[str]:
    """Put O (discard) or B (conlleval) for what is neither B, I nor O, as seqscore's repairs of BIO do."""
    split = [tag.partition("-") for tag in tags]
    foreign = [hyphen and prefix not in ("B", "I", "O") for prefix, hyphen, _ in split]
    mended = ["O" if repair == "discard" else f"B-{label}" for _, _, label in split]
    return [new if odd and repair != "none" else tag for tag, odd, new in zip(tags, foreign, mended, strict=True)]


def _check_seqscore(tags: Sequence[str], scheme: str, repair: str) -> None:
    repairs = {"IOB2": ("none", "discard", "conlleval"), "IOB1": ("none", "conlleval")}.get(scheme, ("none",))
    if scheme not in SEQSCORE_ENCODINGS or any("-" not in tag for tag in tags if tag != "O"):
        raise InputError("seqscore", "refuses these tags", "choose another profile")
    if repair not in repairs and violations(tags, scheme):
        raise InputError("seqscore", f"has no repair {repair} for {scheme}", "choose another profile")


def spacy_read(tags: Sequence[str], scheme: str) -> list[Span]:
    """Give the entities that spaCy makes of a Doc with these tags: B and I only, I starts one unless it leads."""
    found: list[Span] = []
    before = ""
    for index, tag in enumerate(tags):
        prefix, _, kind = tag.partition("-")
        kind = "" if prefix == "O" else kind
        if prefix not in ("B", "I", "O") or (prefix != "O" and not kind) or (index == 0 and prefix == "I"):
            raise InputError("spacy", f"refuses the tag {tag!r}", "choose another profile")
        if prefix == "I" and kind == before:
            found.append((found.pop()[0], index + 1, kind))
        elif kind:
            found.append((index, index + 1, kind))
        before = kind
    return found


def spacy_tags(gold: Tags, pred: Tags, scheme: str) -> Rows:
    """Give what spaCy's scorer makes of the entities: None for everything where there are none on either side."""
    check_lengths(gold, pred)
    return unless_silent(by_sets(_read_all(gold, scheme, spacy_read), _read_all(pred, scheme, spacy_read)))


def nervaluate_read(tags: Sequence[str], scheme: str) -> list[Span]:
    """Give the entities of nervaluate's list loader: what starts must be B- or I-, what goes on may be anything."""
    found: list[Span] = []
    before = ""
    for index, tag in enumerate(tags):
        kind = "" if tag == "O" else tag[2:]
        goes_on = bool(tag != "O" and before == tag[2:] and tag[:1] != "B" and found and found[-1][1] == index)
        if goes_on:
            found.append((found.pop()[0], index + 1, kind))
        elif tag != "O":
            if not re.match("[BI]-", tag):
                raise InputError("nervaluate", f"refuses the tag {tag!r}", "choose another profile")
            found.append((index, index + 1, kind))
        before = kind
    return found


def nervaluate_tags(gold: Tags, pred: Tags, scheme: str) -> Rows:
    """Give nervaluate's four modes for tags."""
    check_lengths(gold, pred)
    return nervaluate_spans(_read_all(gold, scheme, nervaluate_read), _read_all(pred, scheme, nervaluate_read))
