"""DyGIE++ and SciERC JSON lines: sentences of tokens; ner, relations, clusters and events by token, last included.

Token indices count from the document's start, in some files from each sentence's; the spans tell. An event is a mention
of its trigger, with relations named by role. CrossRE's lines are documents of one sentence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import accumulate, chain, takewhile
from pathlib import Path
from typing import Any, TypeVar

from goldwire.document import Document, Entity, Mention, Relation, Span, canonical
from goldwire.formats.base import (
    CROSSING,
    ENDS,
    ENTITIES,
    IDS,
    METADATA,
    NESTED,
    RELATIONS,
    SENTENCES,
    TOKENS,
    Format,
    Options,
    Setting,
    told_apart,
)
from goldwire.formats.docred import words
from goldwire.formats.json_values import first_object, items, need, objects, plain, rest, write_values
from goldwire.formats.layout import Laid, Place, lay_out, placed
from goldwire.formats.settling import settled_rows
from goldwire.tags import UNTYPED

_Made = TypeVar("_Made")
EVENT = {"event": "trigger"}
ARGUMENT = {"event": "role"}
_LAYERS = ("ner", "relations", "clusters", "events")
_KNOWN = ("doc_key", "sentences", *_LAYERS, *(f"predicted_{layer}" for layer in _LAYERS))
_NAMES = ("doc_key", "doc_id", "id")


@dataclass(slots=True)
class Draft:
    """A document in the making, its mentions found by their token ranges (half-open, from the document's start)."""

    where: str
    laid: Laid
    options: Options
    mentions: list[Mention] = field(default_factory=list)
    by_range: dict[tuple[int, int], str] = field(default_factory=dict)
    by_sentence: bool = False
    tokens: list[Span] = field(init=False)

    def __post_init__(self) -> None:
        """List the tokens, empty ones too, as the source counts them."""
        self.tokens = list(chain.from_iterable(self.laid.rows))

    def mention(self, first: int, last: int, label: str, **more: Any) -> str:
        """Add a mention of tokens and give its id; "" where there are no such tokens, which is kept as broken."""
        tokens = self.tokens
        if not 0 <= first < last <= len(tokens):
            self.options.notes.reject(self.where, f"{label} on tokens [{first}, {last}) of {len(tokens)}")
            return ""
        name = f"m{len(self.mentions) + 1}"
        self.mentions.append(Mention(tokens[first].start, tokens[last - 1].end, label, name, **more))
        self.by_range.setdefault((first, last), name)
        return name

    def starts(self) -> list[int]:
        """Give the number of the first token of each sentence, and at last of all tokens."""
        return [0, *accumulate(map(len, self.laid.rows))]

    def shift(self, sentence: int) -> int:
        """Give what a sentence's indices count less than the document's."""
        return self.starts()[sentence] if self.by_sentence and sentence < len(self.laid.rows) else 0

    def found(self, first: int, last: int) -> str:
        """Give the id of the mention of tokens; one without a label is made where none is."""
        name = self.by_range.get((first, last))
        if name is None:
            self.options.notes.add("mentions that bear no label in the source", self.where)
            name = self.mention(first, last, UNTYPED)
        return name


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from DyGIE++ lines; the setting `layer` takes `predicted` ones instead of gold.

    A span that only a cluster or relation names is a mention without a label ("_").
    """
    named = _named(path, options)
    return settled_rows(_document, named, options, path)


def _named(path: Path, options: Options) -> Iterator[tuple[dict[str, Any], str, str]]:
    seen: Counter[str] = Counter()
    for index, (where, value) in enumerate(objects(path, options.notes), start=1):
        name = next((str(value[key]) for key in _NAMES if key in value), f"d{index}")
        seen[name] += 1
        if seen[name] > 1:
            options.notes.add("documents with the key of an earlier one, numbered", f"{where} {name}")
            name = f"{name} ({seen[name]})"
        yield _several(value), name, f"{where} {name}"


def _several(value: dict[str, Any]) -> dict[str, Any]:
    """Give a document of sentences for CrossRE's of one."""
    if "sentence" not in value or "sentences" in value:
        return value
    made = {"sentences" if key == "sentence" else key: told for key, told in value.items()}
    return made | {key: [made[key]] for key in ("sentences", "ner", "relations", "events") if key in made}


def _document(value: dict[str, Any], name: str, where: str, options: Options) -> Document:
    draft = Draft(where, lay_out(words(value, "sentences", where, options.notes)), options)
    lead = "predicted_" if options.settings.get("layer") == "predicted" else ""
    if not lead and "ner" not in value and "predicted_ner" in value:
        lead = "predicted_"
        options.notes.add("documents with predicted layers only, which are read", where)
    draft.by_sentence = _counts_by_sentence(draft, value, lead)
    _read_ner(draft, items(value, f"{lead}ner", where))
    relations = list(_read_relations(draft, items(value, f"{lead}relations", where)))
    relations += _read_events(draft, items(value, f"{lead}events", where))
    clusters = list(_read_clusters(draft, items(value, f"{lead}clusters", where)))
    kept = rest(value, _KNOWN if not lead else (*_KNOWN,))
    metadata = {key: text for key, text in kept.items() if key not in ("_sentence_start", "sentence_start", *_NAMES)}
    for key in metadata:
        if value[key] and isinstance(value[key], list):
            options.notes.add(f"lists under {key!r}, which is no layer that is read, kept in the metadata", where)
    laid = draft.laid
    return Document(
        name,
        laid.text,
        tuple(draft.mentions),
        tuple(relations),
        tuple(clusters),
        laid.tokens,
        laid.sentences,
        (),
        metadata,
    )


def _counts_by_sentence(draft: Draft, value: dict[str, Any], lead: str) -> bool:
    """Say whether indices count from each sentence: all annotations lie in their sentences so, and else some do not.

    Relations may run into other sentences; their heads lie in the one they stand in.
    """
    layers = [list(_points(value.get(f"{lead}{layer}"))) for layer in ("ner", "relations")]
    spans = [(row, at) for layer in layers for row, points in layer for at in points]
    starts, heads = draft.starts(), [(row, at) for layer in layers for row, points in layer for at in points[:2]]
    outside = [(row, at) for row, at in heads if row >= len(starts) - 1 or not starts[row] <= at < starts[row + 1]]
    inside = all(row < len(draft.laid.rows) and 0 <= at < len(draft.laid.rows[row]) for row, at in spans)
    if outside and inside:
        draft.options.notes.add("documents whose token indices count from each sentence, seen from them", draft.where)
    elif outside and len(starts) > 2:
        what = "ends of annotations outside the sentence whose layer they stand in"
        draft.options.notes.add(what, draft.where, len(outside))
    return bool(outside) and inside


def _points(layer: Any) -> Iterator[tuple[int, list[int]]]:
    """Give the indices that each annotation begins with, and the number of its sentence."""
    for number, rows in enumerate(layer if isinstance(layer, list) else []):
        for row in rows if isinstance(rows, list) else []:
            yield number, list(takewhile(lambda point: type(point) is int, row if isinstance(row, list) else []))


def _rows(draft: Draft, layer: list[Any], make: Callable[[list[Any]], _Made]) -> Iterator[_Made]:
    """Give what is made of each annotation of a layer's sentences; broken ones are kept for `settled` to list."""
    for number, sentence in enumerate(layer):
        rows, shift = need(sentence, list, draft.where, "a sentence's layer"), draft.shift(number)
        moved = (_moved(row, shift) for row in rows) if shift else rows
        yield from draft.options.notes.sound(lambda row: make(need(row, list, draft.where, "an annotation")), moved)


def _moved(row: Any, shift: int) -> Any:
    """Give an annotation with its indices, those in its parts too, counted from the document's start."""
    if not isinstance(row, list):
        return row
    count = next((at for at, part in enumerate(row) if type(part) is not int and not isinstance(part, list)), len(row))
    return [_moved(part, shift) if isinstance(part, list) else part + shift for part in row[:count]] + row[count:]


def _numbers(row: list[Any], count: int, where: str) -> list[int]:
    if len(row) < count:
        need(None, list, where, f"{plain(row)}: a list of {count} numbers and a label; it")
    return [need(value, int, where, f"a token index in {plain(row)[:60]}") for value in row[:count]]


def _label(row: list[Any], at: int, where: str) -> str:
    return need(row[at] if len(row) > at else None, str, where, f"the label in {plain(row)[:60]}")


def _score(row: list[Any], at: int) -> float | None:
    """Give the probability, the last number after the label (the one before it is the raw score)."""
    return float(row[-1]) if len(row) > at + 1 and type(row[-1]) in (int, float) else None


def _read_ner(draft: Draft, layer: list[Any]) -> None:
    def made(row: list[Any]) -> str:
        first, last = _numbers(row, 2, draft.where)
        return draft.mention(first, last + 1, _label(row, 2, draft.where), score=_score(row, 2))

    list(_rows(draft, layer, made))


def _read_relations(draft: Draft, layer: list[Any]) -> Iterator[Relation]:
    def made(row: list[Any]) -> Relation:
        a, b, c, d = _numbers(row, 4, draft.where)
        label = _label(row, 4, draft.where)
        if any(type(part) in (bool, str) for part in row[5:]):
            draft.options.notes.add("columns after the label of a relation, not read", draft.where)
        return Relation(draft.found(a, b + 1), draft.found(c, d + 1), label, score=_score(row, 4))

    return (relation for relation in _rows(draft, layer, made) if relation.head and relation.tail)


def _read_events(draft: Draft, layer: list[Any]) -> Iterator[Relation]:
    def made(event: list[Any]) -> list[Relation]:
        trigger, *arguments = [need(part, list, draft.where, "a part of an event") for part in event] or [[]]
        (first,) = _numbers(trigger, 1, draft.where)
        last = trigger[1] if len(trigger) > 2 and isinstance(trigger[1], int) else first
        label = next((part for part in trigger if isinstance(part, str)), UNTYPED)
        name = draft.mention(first, last + 1, label, attributes=EVENT)
        return list(draft.options.notes.sound(lambda row: _argument(draft, name, row), arguments))

    found = (relation for relations in _rows(draft, layer, made) for relation in relations)
    return (relation for relation in found if relation.head and relation.tail)


def _argument(draft: Draft, trigger: str, row: list[Any]) -> Relation:
    start, end = _numbers(row, 2, draft.where)
    label = _label(row, 2, draft.where)
    return Relation(trigger, draft.found(start, end + 1), label, attributes=ARGUMENT)


def _read_clusters(draft: Draft, layer: list[Any]) -> Iterator[Entity]:
    def made(pair: Any) -> str:
        first, last = _numbers(need(pair, list, draft.where, "a span"), 2, draft.where)
        return draft.found(first, last + 1)

    for index, cluster in enumerate(layer, start=1):
        found = draft.options.notes.sound(made, need(cluster, list, draft.where, "a cluster"))
        names = tuple(dict.fromkeys(name for name in found if name))
        if names:
            yield Entity(f"e{index}", names)


def write(documents: Iterable[Document], path: Path, options: Options) -> None:
    """Write documents as DyGIE++ lines. Mentions without a label ("_") stand only in clusters and relations."""
    write_values((_value(canonical(document), options) for document in documents), path)


def _value(document: Document, options: Options) -> dict[str, Any]:
    grid, places = placed(document, options, "dygie")
    offsets = grid.offsets()
    ranges = {name: _range(place, offsets) for name, place in places.items()}
    layers = _Layers(document, places, ranges, options, _triggers(document))
    value: dict[str, Any] = {"doc_key": document.id, "sentences": grid.words()}
    value |= {"ner": layers.ner(len(grid.rows)), "relations": layers.relations(len(grid.rows))}
    events = layers.events(len(grid.rows))
    value |= {"events": events} if any(events) else {}
    return value | {"clusters": layers.clusters()} | dict(document.metadata)


def _range(place: Place, offsets: list[int]) -> list[int]:
    start = offsets[place.sentence]
    return [start + place.first, start + place.last - 1]


@dataclass(frozen=True, slots=True)
class _Layers:
    document: Document
    places: dict[str, Place]
    ranges: dict[str, list[int]]
    options: Options
    triggers: frozenset[str]

    def ner(self, sentences: int) -> list[list[list[Any]]]:
        found: list[list[list[Any]]] = [[] for _ in range(sentences)]
        named = {end for relation in self.document.relations for end in (relation.head, relation.tail)}
        named |= {name for entity in self.document.entities for name in entity.mentions}
        for mention in self.document.mentions:
            if mention.id not in self.places or _is_trigger(mention):
                continue
            if mention.label != UNTYPED:
                found[self.places[mention.id].sentence].append([*self.ranges[mention.id], mention.label])
            elif mention.id not in named:
                what = "mentions without a label that nothing else names, which dygie cannot hold"
                self.options.notes.lose(what, f"{self.document.id}: {mention.id}")
        return found

    def relations(self, sentences: int) -> list[list[list[Any]]]:
        found: list[list[list[Any]]] = [[] for _ in range(sentences)]
        places = {name: tuple(span) for name, span in self.ranges.items()}
        for relation in told_apart(self.document, places, "dygie", self.options.notes):
            if not _is_argument(relation, self.triggers):
                row = [*self.ranges[relation.head], *self.ranges[relation.tail], relation.label]
                found[self.places[relation.head].sentence].append(row)
        return found

    def events(self, sentences: int) -> list[list[list[Any]]]:
        found: list[list[list[Any]]] = [[] for _ in range(sentences)]
        for mention in self.document.mentions:
            if mention.id in self.places and _is_trigger(mention):
                start, end = self.ranges[mention.id]
                trigger = [start, mention.label] if start == end else [start, end, mention.label]
                found[self.places[mention.id].sentence].append([trigger, *self._arguments(mention.id)])
        return found

    def clusters(self) -> list[list[list[int]]]:
        first = {tuple(span): name for name, span in reversed(self.ranges.items())}
        members = [name for entity in self.document.entities for name in entity.mentions]
        lost = sum(name not in self.ranges or first[tuple(self.ranges[name])] != name for name in members)
        if lost:
            what = "mentions of entities left out, or taken for another mention of their place"
            self.options.notes.lose(what, self.document.id, lost)
        rows = (dict.fromkeys(self._spans(entity)) for entity in self.document.entities)
        return [[list(span) for span in row] for row in rows if row]

    def _spans(self, entity: Entity) -> Iterator[tuple[int, ...]]:
        return (tuple(self.ranges[name]) for name in entity.mentions if name in self.ranges)

    def _arguments(self, trigger: str) -> Iterator[list[Any]]:
        for relation in self.document.relations:
            if relation.head == trigger and _is_argument(relation, self.triggers) and relation.tail in self.ranges:
                yield [*self.ranges[relation.tail], relation.label]


def _is_trigger(mention: Mention) -> bool:
    return dict(mention.attributes) == EVENT


def _triggers(document: Document) -> frozenset[str]:
    return frozenset(mention.id for mention in document.mentions if _is_trigger(mention))


def _is_argument(relation: Relation, triggers: frozenset[str]) -> bool:
    return relation.head in triggers and dict(relation.attributes) == ARGUMENT


def _without_events(document: Document) -> Document:
    """Give a document without the attributes that are its events', which are written as such."""
    triggers = _triggers(document)
    mentions = (replace(m, attributes={}) if m.id in triggers else m for m in document.mentions)
    relations = (replace(r, attributes={}) if _is_argument(r, triggers) else r for r in document.relations)
    return replace(document, mentions=tuple(mentions), relations=tuple(relations)) if triggers else document


def recognise(path: Path, head: bytes) -> bool:
    """Say whether JSON begins with an object of tokenised sentences and one of the layers."""
    del path
    first = first_object(head)
    sentences = _several(first).get("sentences")
    layers = ("doc_key", *_LAYERS, *(f"predicted_{layer}" for layer in _LAYERS))
    return isinstance(sentences, list) and all(map(_words, sentences)) and any(k in first for k in layers)


def _words(sentence: object) -> bool:
    return isinstance(sentence, list) and all(isinstance(word, str) for word in sentence)


FORMAT = Format(
    "dygie",
    "DyGIE++, SciERC and CrossRE JSON lines",
    (".jsonl", ".json"),
    recognise,
    read,
    write,
    frozenset({NESTED, CROSSING, RELATIONS, ENDS, ENTITIES, TOKENS, SENTENCES, METADATA, IDS}),
    (
        Setting("layer", "gold or predicted (gold)"),
        Setting("align", "writing: expand takes a token whole that a mention cuts", reads=False, writes=True),
    ),
    _without_events,
)
