"""Writing brat standoff: a .txt and an .ann a document, and the annotation.conf that brat needs to show them.

What the attributes of events mean is said in brat.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import quote

from goldwire.document import NIL, Document, Entity, Mention, Relation, Span, canonical
from goldwire.errors import InputError
from goldwire.formats.base import Options
from goldwire.formats.files import write_text

_BLANK = re.compile(r"\s+")
_BREAK = re.compile(r"[\t\r\n]+")
_OWN_ID = re.compile(r"T[1-9]\d*\Z")
_RELATION_ID = re.compile(r"R[1-9]\d*\Z")
_EVENT_KEY = re.compile(r"(?P<event>E\d+)\.(?P<key>.+)\Z")
_EVENT_ID = re.compile(r"E\d+\Z")
_PIECE = re.compile(r"[^\r\n]+")

EQUIVALENT, EQUIVALENCE = "Equiv", "equivalence"


@dataclass(slots=True)
class _Types:
    """The labels that annotation.conf has to declare."""

    entities: set[str] = field(default_factory=set)
    relations: set[str] = field(default_factory=set)
    equivalences: set[str] = field(default_factory=set)
    events: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    attributes: set[str] = field(default_factory=set)


def write(documents: Iterable[Document], path: Path, options: Options) -> None:
    """Write documents into a folder, a .txt and an .ann each, named by their ids (with %2F for a slash).

    Raises:
        InputError: two documents have one id: the second would take the first one's place.
    """
    path.mkdir(parents=True, exist_ok=True)
    types = _Types()
    for document in documents:
        name = quote(document.id, safe=" ()[],;=@+~!'&")
        if (path / f"{name}.txt").exists():
            raise InputError(document.id, "is the id of two documents, brat has a file for each", "rename one of them")
        write_text(path / f"{name}.txt", document.text)
        lines = _Lines(canonical(document), options, types).lines()
        write_text(path / f"{name}.ann", "".join(f"{line}\n" for line in lines))
    write_text(path / "annotation.conf", _configuration(types))


def _configuration(types: _Types) -> str:
    events = [
        f"{label}\t{', '.join(f'{role}*:<ANY>' for role in sorted(roles))}"
        for label, roles in sorted(types.events.items())
    ]
    relations = [f"{label}\tArg1:<ANY>, Arg2:<ANY>" for label in sorted(types.relations)]
    ends = "Arg1:<ANY>, Arg2:<ANY>, <REL-TYPE>:symmetric-transitive"
    relations += [f"{label}\t{ends}" for label in sorted(types.equivalences - types.relations)]
    attributes = [f"{name}\tArg:<ANY>" for name in sorted(types.attributes)]
    sections = {
        "entities": sorted(types.entities - set(types.events)),
        "relations": relations,
        "events": events,
        "attributes": attributes,
    }
    return "".join(f"[{name}]\n" + "".join(f"{line}\n" for line in lines) + "\n" for name, lines in sections.items())


@dataclass(slots=True)
class _Lines:
    """The lines of one document; ids are given in the order of the text, T ids that stand are kept."""

    document: Document
    options: Options
    types: _Types
    names: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, Iterator[int]] = field(default_factory=lambda: defaultdict(lambda: count(1)))

    def lines(self) -> Iterator[str]:
        own = all(_OWN_ID.match(mention.id) for mention in self.document.mentions)
        events = _events(self.document)
        named = all(
            _RELATION_ID.match(r.id) for r in self.document.relations if r.attributes.get("event") not in events
        )
        for mention in self.document.mentions:
            self.names[mention.id] = mention.id if own else self._next("T")
            yield self._text_bound(mention)
        for event, (trigger, arguments) in events.items():
            yield self._event(event, trigger, arguments)
        for relation in self.document.relations:
            if relation.attributes.get("event") not in events:
                yield from self._relation(relation, relation.id if named else self._next("R"))
        for mention in self.document.mentions:
            yield from self._attributes(mention)
        for entity in self.document.entities:
            yield from self._entity(entity)
        links = Counter(link for entity in self.document.entities if (link := _link(entity)) and entity.link != NIL)
        if joined := sum(times - 1 for times in links.values()):
            self.options.notes.lose("entities with the link of another, which brat joins", self.document.id, joined)

    def _next(self, prefix: str) -> str:
        return f"{prefix}{next(self.numbers[prefix])}"

    def _label(self, label: str) -> str:
        cleaned = _BLANK.sub("_", label)
        if cleaned != label:
            self.options.notes.lose("labels whose blanks brat cannot hold, written as _", self.document.id)
        return cleaned

    def _text_bound(self, mention: Mention) -> str:
        label = self._label(mention.label)
        self.types.entities.add(label)
        text = self.document.text
        pieces = [piece for span in mention.spans for piece in _pieces(text, span)]
        if (pieces[0][0], pieces[-1][1]) != (mention.start, mention.end):
            what = "mentions that begin or end with a line break, written without it"
            self.options.notes.lose(what, f"{self.document.id}: {mention.id}")
        offsets = ";".join(f"{start} {end}" for start, end in pieces)
        told = _one_line(" ".join(text[start:end] for start, end in pieces))
        return f"{self.names[mention.id]}\t{label} {offsets}\t{told}"

    def _event(self, event: str, trigger: Mention, arguments: list[Relation]) -> str:
        label = self._label(trigger.attributes.get(f"{event}.type", trigger.label))
        own = (f"{key[len(event) + 1 :]}:{value}" for key, value in _own_arguments(trigger, event))
        parts = [f"{r.label}:{r.attributes.get('filler', self.names[r.tail])}" for r in arguments]
        self.types.events[label] |= {relation.label for relation in arguments}
        return f"{event}\t" + " ".join([f"{label}:{self.names[trigger.id]}", *parts, *own])

    def _relation(self, relation: Relation, name: str) -> Iterator[str]:
        label = self._label(relation.label)
        self.types.relations.add(label)
        roles = [*relation.attributes.get("roles", "").split(), "Arg1", "Arg2"][:2]
        ends = [relation.attributes.get("head", self.names[relation.head])]
        ends.append(relation.attributes.get("tail", self.names[relation.tail]))
        yield f"{name}\t{label} {roles[0]}:{ends[0]} {roles[1]}:{ends[1]}"
        own = {key: value for key, value in relation.attributes.items() if key not in ("roles", "head", "tail")}
        yield from (self._attribute(key, name, value) for key, value in sorted(own.items()))

    def _attributes(self, mention: Mention) -> Iterator[str]:
        told = {**mention.attributes, **({"level": mention.level} if mention.level else {})}
        events = set(told.get("event", "").split())
        for key, value in sorted(told.items()):
            found = _EVENT_KEY.match(key)
            target = found["event"] if found and found["event"] in events else self.names[mention.id]
            name = found["key"] if found and found["event"] in events else key
            own = found is not None and found["event"] in events
            written = own and (name == "type" or (key, value) in _own_arguments(mention, target))
            left = value if key != "event" else " ".join(one for one in value.split() if not _EVENT_ID.match(one))
            if not written and (left or key != "event"):
                yield self._attribute(name, target, left)

    def _attribute(self, key: str, target: str, value: str) -> str:
        if key.startswith("note"):
            kind = key.partition(":")[2] or "AnnotatorNotes"
            return f"{self._next('#')}\t{kind} {target}\t{_one_line(value)}"
        name = self._label(key)
        self.types.attributes.add(name)
        if not value:
            self.options.notes.lose("attributes without a value, which brat cannot hold", f"{self.document.id}: {key}")
        return f"{self._next('A')}\t{name} {target}" + ("" if value == "true" else f" {_one_line(value)}")

    def _entity(self, entity: Entity) -> Iterator[str]:
        members = [self.names[name] for name in entity.mentions]
        if others := sorted(set(entity.attributes) - {"reference", "name", "references", EQUIVALENCE}):
            what = "attributes of entities that brat cannot hold"
            self.options.notes.lose(what, f"{self.document.id}: {entity.id} {others[0]}", len(others))
        if entity.link and entity.wikidata and "reference" not in entity.attributes:
            self.options.notes.lose("links beside a Wikidata item, which brat cannot hold", self.document.id)
        name = entity.attributes.get("name", entity.link)
        reference = _link(entity)
        if reference.startswith("Wikipedia:") and name != entity.link and entity.link:
            self.options.notes.lose("names beside a Wikipedia title, which brat cannot hold", self.document.id)
            name = entity.link
        if len(members) > 1:
            kind = self._label(entity.attributes.get(EQUIVALENCE) or EQUIVALENT)
            self.types.equivalences.add(kind)
            yield f"*\t{kind} {' '.join(members)}"
        elif not reference:
            self.options.notes.lose("entities of one mention and no link, which brat cannot hold", self.document.id)
        for member in members if reference else ():
            yield f"{self._next('N')}\tReference {member} {reference}\t{name}"


def _pieces(text: str, span: Span) -> Iterator[tuple[int, int]]:
    """Give a span cut at line ends, for a line of an .ann file holds no line end."""
    pieces = [(found.start(), found.end()) for found in _PIECE.finditer(text, span.start, span.end)]
    yield from pieces or [(span.start, span.end)]


def _link(entity: Entity) -> str:
    return entity.attributes.get("reference") or _reference(entity)


def _reference(entity: Entity) -> str:
    if entity.wikidata:
        return f"Wikidata:{entity.wikidata}"
    link = entity.link.replace(" ", "_")
    return link if ":" in link or not link else f"Wikipedia:{link}"


def _events(document: Document) -> dict[str, tuple[Mention, list[Relation]]]:
    """Give the events that the attributes of triggers and relations tell, with their arguments."""
    found: dict[str, tuple[Mention, list[Relation]]] = {}
    for mention in document.mentions:
        for event in mention.attributes.get("event", "").split():
            if _EVENT_ID.match(event):
                found[event] = (mention, [])
    for relation in document.relations:
        event = relation.attributes.get("event", "")
        if event in found and found[event][0].id == relation.head:
            found[event][1].append(relation)
    for _, arguments in found.values():
        arguments.sort(key=lambda relation: _number(relation.id))
    return dict(sorted(found.items(), key=lambda item: int(item[0][1:])))


def _number(name: str) -> int:
    digits = name.rpartition(".")[2]
    return int(digits) if digits.isdecimal() else 0


def _own_arguments(trigger: Mention, event: str) -> list[tuple[str, str]]:
    """Give the arguments of an event that are its own trigger or another event of it, kept as attributes."""
    pattern = re.compile(rf"{event}\.[^.]+\Z")
    return [(k, v) for k, v in sorted(trigger.attributes.items()) if pattern.match(k) and re.match(r"[TE]\d+\Z", v)]


def _one_line(value: str) -> str:
    return _BREAK.sub(" ", value)
