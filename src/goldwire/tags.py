"""Token tags (B-PER I-PER O): the schemes, their rules, spans from tags and tags from spans.

Plain and readable, one sequence at a time; the counting of millions of tags, proved equal to this, is eval/tagging.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from goldwire.errors import InputError

OUTSIDE = "O"
UNTYPED = "_"
REPAIRS = ("none", "discard", "conlleval")

ALONE, LEFT, RIGHT, BOTH = 0, 1, 2, 3
Span = tuple[int, int, str]


class Scheme(NamedTuple):
    """What the prefixes of a scheme promise about the neighbours.

    `joins[prefix]` says whether a token can be one mention with the token to its LEFT, to its RIGHT, BOTH or neither
    (ALONE). Two neighbours are one mention where the first joins right, the second joins left and their labels are
    equal: a mention is a longest run of such neighbours. `writes`: the prefixes for tokens that must join nobody, the
    left, the right, both. `starts_said` (`ends_said`): a token that joins left (right) must have a neighbour to join.
    `divides`: the prefix that is used only where two mentions of one label touch.
    """

    joins: Mapping[str, int]
    writes: str
    starts_said: bool = False
    ends_said: bool = False
    divides: str = ""


GRAMMARS: Mapping[str, Scheme] = {
    "IOB1": Scheme({"B": RIGHT, "I": BOTH}, "IIII", divides="B"),
    "IOB2": Scheme({"B": RIGHT, "I": BOTH}, "BIBI", starts_said=True),
    "IOE1": Scheme({"I": BOTH, "E": LEFT}, "IIII", divides="E"),
    "IOE2": Scheme({"I": BOTH, "E": LEFT}, "EEII", ends_said=True),
    "IOBES": Scheme({"B": RIGHT, "I": BOTH, "E": LEFT, "S": ALONE}, "SEBI", starts_said=True, ends_said=True),
    "BILOU": Scheme({"B": RIGHT, "I": BOTH, "L": LEFT, "U": ALONE}, "ULBI", starts_said=True, ends_said=True),
    "BMES": Scheme({"B": RIGHT, "M": BOTH, "E": LEFT, "S": ALONE}, "SEBM", starts_said=True, ends_said=True),
}
SCHEMES = tuple(GRAMMARS)
IO = "IO"  # labels without prefixes: touching tokens of one label are one mention
ALIASES: Mapping[str, str] = {"BIO": "IOB2", "BIOES": "IOBES", "BILUO": "BILOU"}
IGNORED = -100  # the number that trainers give to tokens that are not to count
LIKELY = ("IOB2", "IOBES", "BILOU", "BMES", "IOE2", "IOB1", "IOE1")


@dataclass(frozen=True, slots=True)
class Violation:
    """A tag that breaks its scheme: its token index, the tag, why, and how to mend it."""

    index: int
    tag: str
    why: str
    mend: str


class _Token(NamedTuple):
    tag: str
    prefix: str
    label: str
    joins: int


_NOTHING = _Token(OUTSIDE, OUTSIDE, "", ALONE)


def scheme_name(scheme: str) -> str:
    """Give the name in SCHEMES that a name or alias (BIO, BIOES, BILUO, any case) stands for; raises InputError."""
    name = ALIASES.get(scheme.upper(), scheme.upper())
    if name not in GRAMMARS:
        raise InputError("tag scheme", f"{scheme!r} is none", f"choose one of {', '.join(SCHEMES)}")
    return name


def repair_name(repair: str) -> str:
    """Give the repair back if it is one of REPAIRS; raises InputError."""
    if repair not in REPAIRS:
        raise InputError("repair of tags", f"{repair!r} is none", f"choose one of {', '.join(REPAIRS)}")
    return repair


def split_tag(tag: str) -> tuple[str, str]:
    """Give the prefix and the label of a tag: ("B", "geo-loc") for "B-geo-loc", ("O", "") for "O".

    The first hyphen divides; all that follows is the label. A bare prefix ("B") marks an untyped mention, whose label
    is UNTYPED. Raises InputError for a tag without prefix ("PER") or label ("B-"), and for a labelled O ("O-PER").
    """
    if tag == OUTSIDE:
        return OUTSIDE, ""
    prefix, hyphen, label = tag.partition("-")
    if len(prefix) != 1 or prefix == OUTSIDE or (hyphen and not label):
        raise InputError(f"tag {tag!r}", "is neither O nor PREFIX-LABEL", "write it like B-PER")
    return prefix, label or UNTYPED


def violations(tags: Sequence[str], scheme: str) -> list[Violation]:
    """Give every tag that breaks the scheme, in token order; raises InputError for what is no tag of the scheme."""
    grammar = GRAMMARS[scheme_name(scheme)]
    return _violations(_tokens(tags, scheme, grammar), grammar)


def decode(tags: Sequence[str], scheme: str, repair: str = "none") -> list[Span]:
    """Give the mentions as (start, end, label), half-open token spans in order.

    repair: what becomes of tags that break the scheme. "none" raises InputError for the first one; "discard" drops
    every mention that holds one; "conlleval" keeps it: neighbours that join are a mention, however it starts and ends.
    Where seqscore has methods of these names (IOB2, and conlleval for IOB1), these are they.
    """
    grammar = GRAMMARS[scheme_name(scheme)]
    tokens = _tokens(tags, scheme, grammar)
    broken = [] if repair_name(repair) == "conlleval" else _violations(tokens, grammar)
    if broken and repair == "none":
        raise _refused(broken[0], scheme)
    dropped = {violation.index for violation in broken}
    return [span for span in _runs(tokens) if dropped.isdisjoint(range(span[0], span[1]))]


def encode(spans: Iterable[Span], length: int, scheme: str) -> list[str]:
    """Give the tags of a sequence of so many tokens; raises InputError for spans that overlap or do not fit."""
    grammar = GRAMMARS[scheme_name(scheme)]
    tags = [OUTSIDE] * length
    last: Span = (0, 0, "")
    for span in sorted(spans):
        _check_span(span, last, length)
        start, end, label = span
        for index in range(start, end):
            joins = (LEFT if index > start else ALONE) | (RIGHT if index < end - 1 else ALONE)
            tags[index] = f"{grammar.writes[joins]}-{label}"
        if grammar.divides and last[1:] == (start, label):
            tags[start if grammar.divides == "B" else start - 1] = f"{grammar.divides}-{label}"
        last = span
    return tags


def recognise_scheme(sequences: Iterable[Sequence[str]]) -> str:
    """Give the scheme under which every sequence is valid, the likeliest where several are.

    Where none is, the likeliest whose prefixes are all those used (decoding will then name the broken tag); tags of O
    only are IOB2. Raises InputError where no scheme has all the prefixes.
    """
    met = dict.fromkeys(three for tags in sequences for three in _threes(tags))
    used = {split_tag(tag)[0] for tag in dict.fromkeys(tag for _, tag, _ in met)} - {OUTSIDE}
    able = [name for name in LIKELY if used <= GRAMMARS[name].joins.keys()]
    if not able:
        raise InputError(
            "tags", f"no scheme has all the prefixes {' '.join(sorted(used))}", f"use {', '.join(SCHEMES)}"
        )
    return next((name for name in able if not any(_breaks(three, name) for three in met)), able[0])


def _threes(tags: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Give each tag between its neighbours; what stands before the first and after the last is as good as O."""
    return zip([OUTSIDE, *tags], tags, [*tags[1:], OUTSIDE], strict=False)


def _breaks(three: tuple[str, str, str], scheme: str) -> bool:
    before, token, after = _tokens(three, scheme, GRAMMARS[scheme])
    return token.prefix != OUTSIDE and _reason(before, token, after, GRAMMARS[scheme]) is not None


def _tokens(tags: Sequence[str], scheme: str, grammar: Scheme) -> list[_Token]:
    name = scheme_name(scheme)
    known = {tag: _token(tag, name) for tag in dict.fromkeys(tags)}
    tokens = [token for tag in tags if (token := known[tag])]
    if len(tokens) < len(tags):
        index, tag = next((index, tag) for index, tag in enumerate(tags) if known[tag] is None)
        found = f"tag {tag!r} is none of {scheme}"
        raise InputError(f"token {index}", found, f"its prefixes are O {' '.join(grammar.joins)}")
    return tokens


@lru_cache(4096)
def _token(tag: str, scheme: str) -> _Token | None:
    """Give a tag's parts, once: a corpus has few tags and many tokens. None where the scheme has no such prefix."""
    prefix, label = split_tag(tag)
    joins = GRAMMARS[scheme].joins
    return _Token(tag, prefix, label, joins.get(prefix, ALONE)) if prefix in (OUTSIDE, *joins) else None


def _joined(left: _Token, right: _Token) -> bool:
    return bool(left.joins & RIGHT and right.joins & LEFT) and left.label == right.label


def _runs(tokens: Sequence[_Token]) -> list[Span]:
    runs: list[Span] = []
    before = _NOTHING
    for index, token in enumerate(tokens):
        if _joined(before, token):
            start, _, label = runs.pop()
            runs.append((start, index + 1, label))
        elif token.prefix != OUTSIDE:
            runs.append((index, index + 1, token.label))
        before = token
    return runs


def _violations(tokens: Sequence[_Token], grammar: Scheme) -> list[Violation]:
    found = []
    padded = [_NOTHING, *tokens, _NOTHING]
    for index, (before, token, after) in enumerate(zip(padded, padded[1:], padded[2:], strict=False)):
        if token.prefix != OUTSIDE and (reason := _reason(before, token, after, grammar)):
            found.append(Violation(index, token.tag, *reason))
    return found


def _reason(before: _Token, token: _Token, after: _Token, grammar: Scheme) -> tuple[str, str] | None:
    """Say why a token breaks the scheme and how to mend it, or None where it does not."""
    if grammar.starts_said and token.joins & LEFT and not _joined(before, token):
        return f"continues no mention: {before.tag} stands before it", f"begin the mention with {grammar.writes[RIGHT]}"
    if grammar.ends_said and token.joins & RIGHT and not _joined(token, after):
        return f"is not ended: {after.tag} follows it", f"end the mention with {grammar.writes[LEFT]}"
    if token.prefix == grammar.divides == "B" and (before.prefix == OUTSIDE or before.label != token.label):
        return f"divides nothing: {before.tag} stands before it", "write I"
    if token.prefix == grammar.divides == "E" and (after.prefix == OUTSIDE or after.label != token.label):
        return f"divides nothing: {after.tag} follows it", "write I"
    return None


def _refused(broken: Violation, scheme: str) -> InputError:
    mend = f"{broken.mend}, or name a repair ({', '.join(REPAIRS[1:])})"
    return InputError(f"token {broken.index}", f"tag {broken.tag!r} {broken.why}, which {scheme} forbids", mend)


def _check_span(span: Span, last: Span, length: int) -> None:
    start, end, label = span
    if not 0 <= start < end <= length:
        raise InputError(
            f"span {start}-{end} {label}", f"does not fit into {length} tokens", "give half-open token spans"
        )
    if not label:
        raise InputError(f"span {start}-{end}", "has no label", f"call it {UNTYPED} if it is untyped")
    if start < last[1]:
        found = f"overlaps {last[0]}-{last[1]} {last[2]}"
        raise InputError(f"span {start}-{end} {label}", found, "tags hold no overlaps: keep one of the two")
