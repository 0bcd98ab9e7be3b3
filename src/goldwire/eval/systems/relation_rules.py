"""A baseline of relations: what stands between two mentions of a sentence, as general patterns of newswire.

The mentions are found elsewhere; here they are only related.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from goldwire.document import Document, Mention, Relation, canonical

PERSON, STATE, PARTY = frozenset({"PERSON"}), frozenset({"GPE", "NORP"}), frozenset({"GPE", "ORG", "PERSON"})
PLACE, BODY = frozenset({"GPE", "LOC", "FAC"}), frozenset({"PERSON", "ORG"})
_GAP = r"[\w\s,’'-]{0,40}?"
_AGAINST = r"aggression (against|towards?)|threats? (to|against)|war on"
_REACH = 120


class Pattern(NamedTuple):
    """Head and tail labels, and what must stand between the first and the second of them."""

    label: str
    head: frozenset[str]
    tail: frozenset[str]
    between: re.Pattern[str]


def _pattern(label: str, head: frozenset[str], tail: frozenset[str], between: str) -> Pattern:
    return Pattern(label, head, tail, re.compile(between, re.IGNORECASE))


PATTERNS = (
    _pattern("met_with", PARTY, PARTY, rf"{_GAP}\b(met|meets|meet|meeting|talks|summit)\b{_GAP}(with)?\s(the )?"),
    _pattern(
        "met_with",
        PARTY,
        PARTY,
        rf"{_GAP}\b(hold|holds|held|holding)\b{_GAP}\b(meeting|talks|summit|discussions) with\b{_GAP}",
    ),
    _pattern(
        "spoke_with",
        PARTY,
        PARTY,
        rf"{_GAP}\b(called|phoned|telephoned|calls|call|spoke (to|with|by phone with))\b{_GAP}",
    ),
    _pattern(
        "visited",
        BODY,
        PLACE,
        rf"{_GAP}\b(visit(s|ed|ing)?|travel+ed to|travels to|flew to|arrive[sd] in|trip to)\s(the )?",
    ),
    _pattern("hosted", PARTY, PARTY | {"EVENT"}, rf"{_GAP}\b(hosted|hosts|host|welcomed|welcomes|received)\b{_GAP}"),
    _pattern(
        "hostile_to",
        PARTY,
        PARTY,
        rf"{_GAP}\b(attack(s|ed)?|invade[sd]?|threaten(s|ed)?|bomb(ed|s)|{_AGAINST})\s(the )?",
    ),
    _pattern("sanctions", PARTY, PARTY, rf"{_GAP}\bsanction(s|ed) ((on|against) )?(the )?"),
    _pattern("ally_of", STATE | {"ORG"}, STATE | {"ORG"}, r"('s|’s)? (ally|allies),? (the )?"),
    _pattern("succeeded", PERSON, PERSON, rf"{_GAP}\b(succeed(s|ed)|replace[sd]|took over from)\b{_GAP}"),
    _pattern("member_of", PARTY, frozenset({"ORG"}), r",?( is| are| was)? (a |the )?members? of (the )?"),
    _pattern("located_in", frozenset({"FAC", "ORG", "EVENT"}), PLACE, r" in (the )?"),
    _pattern("located_in", frozenset({"GPE", "LOC"}), frozenset({"GPE", "LOC"}), r" in (the )?"),
    _pattern("located_in", frozenset({"GPE", "FAC"}), frozenset({"GPE"}), r", "),
)
OFFICES = (
    ("spokesperson_of", re.compile(r"spokes|press secretary", re.IGNORECASE), STATE | {"ORG", "PERSON"}),
    ("head_of_government", re.compile(r"prime minister|\bpm\b|premier|chancellor", re.IGNORECASE), STATE),
    ("head_of_state", re.compile(r"^president|^king|^queen|emperor|^emir|sultan", re.IGNORECASE), STATE),
    ("minister_of", re.compile(r"minister|secretary(?!-)|attorney general", re.IGNORECASE), STATE | {"ORG"}),
    (
        "official_of",
        re.compile(r"ambassador|envoy|general|admiral|commissioner|director|adviser|advisor", re.IGNORECASE),
        STATE | {"ORG"},
    ),
)
RELATIONS = tuple(sorted({p.label for p in PATTERNS} | {name for name, _, _ in OFFICES} | {"has_title"}))
_SYMMETRIC_VERBS = re.compile(
    rf"{_GAP}\b(met|discuss|discussed|discussing|held talks|hold talks|agreed to meet)\b", re.IGNORECASE
)


def find_relations(document: Document, doc: Any) -> Document:
    """Give the document with the relations that the patterns find; `doc` is its spaCy parse with sentences."""
    found: list[Relation] = []
    for sentence in doc.sents:
        inside = [m for m in document.mentions if sentence.start_char <= m.start and m.end <= sentence.end_char]
        found += [
            *_offices(document.text, inside),
            *_between(document.text, inside),
            *_together(document.text, inside, sentence.end_char),
        ]
    unique = {_key(relation): relation for relation in found}
    return canonical(replace(document, relations=tuple(unique.values())))


def _key(relation: Relation) -> tuple[str, ...]:
    ends = (relation.head, relation.tail)
    return (relation.label, *(sorted(ends) if relation.label in {"met_with", "ally_of"} else ends))


def _between(text: str, mentions: list[Mention]) -> Iterator[Relation]:
    for index, first in enumerate(mentions):
        behind = [m for m in mentions[index + 1 :] if 0 <= m.start - first.end <= _REACH]
        for place, second in enumerate(behind):
            between, passed = text[first.end : second.start], {m.label for m in behind[:place]}
            for label, head, tail, pattern in PATTERNS:
                fits = first.label in head and second.label in tail and not passed & (head | tail)
                if fits and pattern.fullmatch(between):
                    yield Relation(first.id, second.id, label)


def _together(text: str, mentions: list[Mention], end: int) -> Iterator[Relation]:
    """Give the meetings of "A and B discussed ..."."""
    for first in mentions:
        for second in (m for m in mentions if m.start > first.end and m.label == first.label and m.label in PARTY):
            linked = re.fullmatch(rf" and (the )?({_GAP})", text[first.end : second.start])
            if linked and _SYMMETRIC_VERBS.match(text[second.end : min(end, second.end + 60)]):
                yield Relation(first.id, second.id, "met_with")


def _offices(text: str, mentions: list[Mention]) -> Iterator[Relation]:
    for title in (m for m in mentions if m.label == "TITLE"):
        bearer = _bearer(text, title, mentions)
        if bearer is not None:
            yield Relation(bearer.id, title.id, "has_title")
            yield from _served(text, title, bearer, mentions)


def _bearer(text: str, title: Mention, mentions: list[Mention]) -> Mention | None:
    persons = [m for m in mentions if m.label == "PERSON"]
    behind = (m for m in persons if re.fullmatch(r"\s+", text[title.end : m.start] if m.start > title.end else "-"))
    ahead = (
        m
        for m in persons
        if m.end < title.start and re.fullmatch(r",? (the |a |an |became |as |is |was )*", text[m.end : title.start])
    )
    return next(iter((*behind, *ahead)), None)


def _served(text: str, title: Mention, bearer: Mention, mentions: Iterable[Mention]) -> Iterator[Relation]:
    label, allowed = next(
        ((name, labels) for name, words, labels in OFFICES if words.search(title.text)), ("", frozenset[str]())
    )
    for other in mentions:
        before = re.fullmatch(r"('s|’s)?\s+", text[other.end : title.start]) if other.end <= title.start else None
        after = (
            re.fullmatch(r" (of|for|to) (the )?", text[title.end : other.start]) if other.start >= title.end else None
        )
        if label and other.label in allowed and other is not bearer and (before or after):
            yield Relation(bearer.id, other.id, label)
