"""What a format is: a name, how it is recognised, a reader, a writer and what it can hold.

The table of formats is in the package's face; each format has a file of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, TypeVar

from goldwire.document import Document, Relation, mention_order
from goldwire.errors import InputError, Problem
from goldwire.rules import crossing
from goldwire.tags import UNTYPED

_Made = TypeVar("_Made")
KEPT_NAMES = 250_000  # in 20 MiB


@dataclass(slots=True)
class Notes:
    """What a reader or writer did not carry over, repaired or assumed, counted by a sentence that names it.

    places: where the source says each mention and relation of the document at hand, by id, if its reader tells.
    """

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    broken: list[Problem] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)

    def add(self, what: str, where: str = "", times: int = 1) -> None:
        """Count something; the first place it happened is kept as the example."""
        self.counts[what] += times
        self.examples.setdefault(what, where)

    def lose(self, what: str, where: str = "", times: int = 1) -> None:
        """Count something that is dropped; `--strict` refuses a conversion that has any."""
        self.add(what, where, times)
        self.lost.add(what)

    def reject(self, where: str, found: str, mend: str = "mend the source") -> None:
        """Keep a broken annotation that a reader leaves out; `settled` raises it or, with a repair, counts it."""
        self.broken.append(Problem(where, found, f"{mend}, or --repair discard leaves it out"))

    def sound(self, make: Callable[[Any], _Made], rows: Iterable[Any]) -> Iterator[_Made]:
        """Give what is made of each row; a row that cannot be read is kept as broken, for `settled` to list."""
        for row in rows:
            try:
                made = make(row)
            except InputError as error:
                self.reject(error.problem.where, error.problem.found, error.problem.mend)
            else:
                yield made

    def lines(self) -> list[str]:
        """Give one line a kind, most frequent first."""
        return [
            f"{count} × {what}" + (f" (first: {self.examples[what]})" if self.examples[what] else "")
            for what, count in sorted(self.counts.items(), key=lambda item: (-item[1], item[0]))
        ]


@dataclass(slots=True)
class Names:
    """Names of documents told apart: one that stood before gets the document's number behind it.

    The first names alone are kept, so that memory does not grow with their number.
    """

    seen: set[int] = field(default_factory=set)

    def distinct(self, name: str, number: int) -> str:
        """Give a name, with the number if it is one of those kept."""
        key = hash(name)
        if key in self.seen:
            return f"{name}-{number}"
        if len(self.seen) < KEPT_NAMES:
            self.seen.add(key)
        return name


@dataclass(frozen=True, slots=True)
class Options:
    """How to read or write; a format takes what concerns it.

    repair: what to do with broken annotations: none (an error), discard, or a policy of `goldwire.tags`.
    offset_unit: auto, codepoints, utf16 or bytes. strict: writing refuses to lose anything.
    settings: a format's own (column, scheme, encoding ...); docs/formats.md lists them.
    """

    repair: str = "none"
    offset_unit: str = "auto"
    strict: bool = False
    settings: dict[str, str] = field(default_factory=dict)
    notes: Notes = field(default_factory=Notes)


Reader: TypeAlias = Callable[[Path, Options], Iterator[Document]]
Writer: TypeAlias = Callable[[Iterable[Document], Path, Options], None]

NESTED, CROSSING, DISCONTINUOUS = "nested mentions", "crossing mentions", "discontinuous mentions"
RELATIONS, ENTITIES, LINKS, EVIDENCE = "relations", "entities", "links", "evidence"
LEVELS, ATTRIBUTES, SCORES, ZONES = "levels", "attributes", "scores", "zones"
TOKENS, SENTENCES, METADATA, IDS = "tokens", "sentences", "metadata", "ids"
TEXT, ENDS, UNLABELLED = "text and offsets", "mentions of relations", "empty labels"
EVERYTHING = frozenset(
    {NESTED, CROSSING, DISCONTINUOUS, RELATIONS, ENTITIES, LINKS, EVIDENCE, LEVELS, ATTRIBUTES, SCORES, ZONES}
    | {TOKENS, SENTENCES, METADATA, IDS, TEXT, ENDS, UNLABELLED}
)


class Setting(NamedTuple):
    """A setting of one format: its key, what it means, and whether reading and writing take it."""

    key: str
    meaning: str
    reads: bool = True
    writes: bool = False


@dataclass(frozen=True, slots=True)
class Format:
    """A format: `recognise(path, head)` looks at the path and the file's first 64 KiB (b"" for a folder).

    holds: what of a document survives writing and reading again. settings: its own settings with what they mean.
    without_own: gives a document without what the format has a form of its own for, though `holds` does not tell of it.
    """

    name: str
    description: str
    suffixes: tuple[str, ...]
    recognise: Callable[[Path, bytes], bool]
    read: Reader | None = None
    write: Writer | None = None
    holds: frozenset[str] = frozenset()
    settings: tuple[Setting, ...] = ()
    without_own: Callable[[Document], Document] = lambda document: document


def losses(document: Document, holds: frozenset[str]) -> Counter[str]:
    """Count what of a document a format cannot hold, by the name of the thing."""
    known = holds if RELATIONS in holds else holds | {ENDS}
    return Counter({name: count for name, count in features(document).items() if count and name not in known})


def features(document: Document) -> dict[str, int]:
    """Count the things in a document that some formats cannot hold."""
    mentions, relations, entities = document.mentions, document.relations, document.entities
    return {
        NESTED: _nested(document),
        CROSSING: sum(1 for _ in crossing(mentions)),
        DISCONTINUOUS: sum(1 for m in mentions if m.fragments),
        RELATIONS: len(relations),
        ENDS: _particular_ends(document),
        UNLABELLED: [*(m.label for m in mentions), *(r.label for r in relations)].count(""),
        ENTITIES: len(entities),
        LINKS: sum(1 for e in entities if e.link or e.wikidata),
        EVIDENCE: sum(1 for r in relations if r.evidence),
        LEVELS: sum(1 for m in mentions if m.level),
        ATTRIBUTES: sum(len(a) for items in (mentions, relations, entities) for a in (i.attributes for i in items)),
        SCORES: sum(s is not None for s in (*(m.score for m in mentions), *(r.score for r in relations))),
        ZONES: len(document.zones),
        METADATA: len(document.metadata),
    }


def labelled(document: Document) -> Document:
    """Give a document whose mentions and relations with an empty label have UNTYPED in its place."""
    mentions = tuple(m if m.label else replace(m, label=UNTYPED) for m in document.mentions)
    relations = tuple(r if r.label else replace(r, label=UNTYPED) for r in document.relations)
    return replace(document, mentions=mentions, relations=relations)


def told_apart(document: Document, places: Mapping[str, Hashable], format: str, notes: Notes) -> Iterator[Relation]:
    """Give the relations that a format which names their ends by place can hold, and count what it loses of the others.

    places: of the mentions that are written, by id.
    """
    first: dict[Hashable, str] = {}
    for name, place in places.items():
        first.setdefault(place, name)
    for r in document.relations:
        where = f"{document.id}: {r.id}"
        if not (r.head in places and r.tail in places):
            notes.lose("relations left out with a mention", where)
        elif places[r.head] == places[r.tail]:
            notes.lose(f"relations between two mentions of one place, which {format} cannot tell apart", where)
        else:
            if any(first[places[end]] != end for end in (r.head, r.tail)):
                notes.lose(
                    f"relations whose end shares its place with another mention, taken by {format} for it", where
                )
            yield r


def _particular_ends(document: Document) -> int:
    """Count the relations that name another than the first mention of an entity, or two mentions of one entity."""
    if not document.relations:
        return 0
    owned = document.entity_of()
    place = {mention.id: at for at, mention in enumerate(sorted(document.mentions, key=mention_order))}
    ordered = (sorted(entity.mentions, key=lambda name: place.get(name, len(place))) for entity in document.entities)
    later = {name for mentions in ordered for name in mentions[1:]}
    return sum(
        r.head in later or r.tail in later or (r.head in owned and owned[r.head] is owned.get(r.tail))
        for r in document.relations
    )


def _nested(document: Document) -> int:
    """Count the mentions that lie inside (or on) another one."""
    count, furthest = 0, -1
    for _, end in sorted(((m.start, m.end) for m in document.mentions), key=lambda s: (s[0], -s[1])):
        count += end <= furthest
        furthest = max(furthest, end)
    return count
