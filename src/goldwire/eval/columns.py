"""Documents as integer columns over one code-book: what every measure counts on.

Pairing the two sides and giving them one code-book lives here; reading them into arrays in raw and tables; matching
and counting in the measures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import numpy as np

from goldwire.eval.counts import Array
from goldwire.eval.pairing import by_id, check_fragments, check_offsets, check_texts, paired
from goldwire.eval.raw import Coded, Links, Raw, Spans, from_documents
from goldwire.formats.base import Notes
from goldwire.formats.records import AnyDocument
from goldwire.labels import LabelSet

Value = TypeVar("Value")


def _nothing() -> Array:
    return np.zeros(0, np.int64)


def _no_spans() -> Spans:
    return Spans(_nothing(), _nothing(), _nothing())


def _no_links() -> Links:
    return Links(_nothing(), _nothing())


@dataclass(frozen=True, slots=True)
class MentionColumns:
    """The mentions of one side, an array a field, sorted by (doc, start, end, label).

    doc: index into `Columns.documents`. start, end: code points. label: index into `Columns.mention_labels`.
    span: a number that is equal on both sides just where document, start, end and fragments are equal.
    entity: index into this side's EntityColumns, or -1. level: index into `Columns.levels`, or -1.
    surface: index into `Columns.surfaces`, or -1. head: a number that is equal on both sides just where document and
    head are equal. fragments: the stretches of discontinuous mentions only (owner: the mention).
    """

    doc: Array
    start: Array
    end: Array
    label: Array
    span: Array
    entity: Array
    level: Array
    surface: Array = field(default_factory=_nothing)
    head: Array = field(default_factory=_nothing)
    fragments: Spans = field(default_factory=_no_spans)


@dataclass(frozen=True, slots=True)
class RelationColumns:
    """The relations of one side; head and tail are indices into this side's MentionColumns.

    label: index into `Columns.relation_labels`; symmetric and inverse labels are not yet folded.
    evidence: (relation, sentence) pairs.
    """

    doc: Array
    head: Array
    tail: Array
    label: Array
    evidence: Links = field(default_factory=_no_links)


@dataclass(frozen=True, slots=True)
class EntityColumns:
    """The entities of one side, sorted by (doc, name). An entity of several documents has a row in each.

    name: index into `Columns.entity_names` (ids, equal across documents). link: index into `Columns.links`, or -1.
    members: (mention, entity) pairs, also of mentions in several entities (`MentionColumns.entity` is the first).
    """

    doc: Array
    name: Array
    link: Array
    members: Links = field(default_factory=_no_links)


@dataclass(frozen=True, slots=True)
class Side:
    """All columns of one side, gold or predicted, and which layers it has said anything about."""

    mentions: MentionColumns
    relations: RelationColumns
    entities: EntityColumns
    layers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Columns:
    """Both sides over one code-book; every name list is sorted, so that codes do not depend on the input's order.

    tokens and sentences are the gold's (owner: the document). `memo` keeps what several measures share. known: the
    facts of a training corpus (surfaces and label), None where none was named.
    """

    documents: tuple[str, ...]
    mention_labels: tuple[str, ...]
    relation_labels: tuple[str, ...]
    levels: tuple[str, ...]
    entity_names: tuple[str, ...]
    links: tuple[str, ...]
    gold: Side
    pred: Side
    surfaces: tuple[str, ...] = ()
    tokens: Spans = field(default_factory=_no_spans)
    sentences: Spans = field(default_factory=_no_spans)
    labels: LabelSet = field(default_factory=LabelSet)
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    known: Collection[tuple[str, str, str]] | None = None

    def once(self, name: str, make: Callable[[Columns], Value]) -> Value:
        """Give what `make` makes of these columns, made once however many measures ask for it."""
        if name not in self.memo:
            self.memo[name] = make(self)
        return cast(Value, self.memo[name])


def columns(
    gold: Iterable[AnyDocument],
    pred: Iterable[AnyDocument],
    labels: LabelSet | None = None,
    *,
    missing_documents: str = "empty",
    extra_documents: str = "error",
    notes: Notes | None = None,
    words: bool = True,
) -> Columns:
    """Give both sides as columns; documents pair by id, in any order. Without `words`, surfaces and heads are left out.

    A gold document without prediction counts as one with nothing predicted (`missing_documents="error"` refuses it);
    a predicted document that is not in the gold is refused (`extra_documents="ignore"` leaves it out). What was
    assumed or left out is counted in `notes`. A predicted text may be "" (then it is not compared).

    Raises:
        InputError: documents do not pair, a text differs from the gold's, offsets lie outside it, ids dangle.
    """
    said = Notes() if notes is None else notes
    golds, preds = by_id(gold, "the gold"), by_id(pred, "the predictions")
    kept = paired(golds, preds, missing_documents, extra_documents, said)
    check_texts(golds, preds, kept, said)
    check_offsets(golds.values(), golds, "the gold")
    check_offsets((preds[name] for name in kept), golds, "the predictions")
    found = ((name, document.text or (preds[name].text if name in preds else "")) for name, document in golds.items())
    texts = dict(found) if words else None
    sides = (
        from_documents([golds[name] for name in sorted(golds)], texts),
        from_documents([preds[name] for name in kept], texts),
    )
    return join(*sides, labels, said)


def join(gold: Raw, pred: Raw, labels: LabelSet | None = None, notes: Notes | None = None) -> Columns:
    """Give two sides one code-book; each predicted document must be one of the gold's.

    Raises:
        InputError: fragments of a mention do not lie apart inside it.
    """
    for side, where in ((gold, "the gold"), (pred, "the predictions")):
        check_fragments(side, where)
    documents = tuple(sorted(gold.documents))
    joint = _Joint(gold, pred, documents, labels.inverses if labels else {})
    sides = joint.side(0), joint.side(1)
    _note_clashes(sides, notes or Notes())
    return Columns(
        documents=documents,
        mention_labels=joint.label.names,
        relation_labels=joint.relation_label.names,
        levels=joint.level.names,
        entity_names=joint.entity_name.names,
        links=joint.link.names,
        gold=sides[0],
        pred=sides[1],
        surfaces=joint.surface.names,
        tokens=joint.of_documents(gold.tokens),
        sentences=joint.of_documents(gold.sentences),
        labels=labels or LabelSet(),
    )


@dataclass(frozen=True, slots=True)
class _Book:
    """One sorted list of names and both sides' codes into it."""

    names: tuple[str, ...]
    codes: tuple[Array, Array]


def _book(gold: Coded, pred: Coded, *, inverses: Mapping[str, str] | None = None) -> _Book:
    """Give one code-book for both sides; with inverses, the labels that folding leads to are in it, too."""
    names = gold.names if gold.names == pred.names else tuple(sorted({*gold.names, *pred.names}))
    if folded := {inverses[name] for name in names if inverses and name in inverses} - {*names}:
        names = tuple(sorted({*names, *folded}))
    index = {name: code for code, name in enumerate(names)}
    tables = (np.array([*map(index.__getitem__, side.names), -1], np.int64) for side in (gold, pred))
    return _Book(names, cast(tuple[Array, Array], tuple(t[s.codes] for t, s in zip(tables, (gold, pred), strict=True))))


class _Joint:
    """The shared code-book, and each side's columns over it."""

    def __init__(self, gold: Raw, pred: Raw, documents: tuple[str, ...], inverses: Mapping[str, str]) -> None:
        self.raws = (gold, pred)
        index = {name: code for code, name in enumerate(documents)}
        self.doc = [np.array([index[name] for name in raw.documents], np.int64) for raw in self.raws]
        self.label = _book(gold.label, pred.label)
        self.level = _book(gold.level, pred.level)
        self.surface = _book(gold.surface, pred.surface)
        self.relation_label = _book(gold.relations.label, pred.relations.label, inverses=inverses)
        self.entity_name = _book(gold.entities.name, pred.entities.name)
        self.link = _book(gold.entities.link, pred.entities.link)
        self.mention_doc = [doc[raw.mention_doc] for doc, raw in zip(self.doc, self.raws, strict=True)]
        self.span = _span_numbers(self.raws, self.mention_doc)
        self.head = pack_both(
            [
                (doc[raw.head.owner], raw.head.start, raw.head.end)
                for doc, raw in zip(self.mention_doc, self.raws, strict=True)
            ]
        )

    def of_documents(self, spans: Spans) -> Spans:
        """Give spans of gold documents under the documents' sorted numbers, sorted by document and start."""
        owner = self.doc[0][spans.owner]
        order = np.lexsort((spans.start, owner))
        return Spans(owner[order], spans.start[order], spans.end[order])

    def side(self, number: int) -> Side:
        """Give a side's columns, each sorted, with its indices following."""
        raw = self.raws[number]
        entity_order = np.lexsort((self.entity_name.codes[number], self.doc[number][raw.entities.doc]))
        members = Links(raw.entities.members.left, _inverse(entity_order)[raw.entities.members.right])
        first = _first_entity(members, len(raw.start))
        order = self._mention_order(number, first)
        place = np.arange(len(raw.start)) if isinstance(order, slice) else _inverse(order)
        mentions = self._mentions(number, order, first, place)
        relations = self._relations(number, place)
        entities = EntityColumns(
            self.doc[number][raw.entities.doc][entity_order],
            self.entity_name.codes[number][entity_order],
            self.link.codes[number][entity_order],
            Links(*_sorted_pairs(place[members.left], members.right)),
        )
        return Side(mentions, relations, entities, _layers(mentions, relations, entities))

    def _mention_order(self, number: int, entity: Array) -> Array | slice:
        """Sort by span and label, if not sorted yet; only where these repeat do level, entity and surface decide."""
        span, label = self.span[number], self.label.codes[number]
        keys = pack_both([(span, label)])[0]
        if _ascending(keys):
            return slice(None)
        order: Array = np.argsort(keys)
        if not _ascending(keys[order]):
            rest = (self.surface.codes[number], self.level.codes[number], entity)
            order = np.lexsort((*(part for part in rest if len(part)), keys))
        return order

    def _mentions(self, number: int, order: Array | slice, entity: Array, place: Array) -> MentionColumns:
        raw, silent = self.raws[number], np.full(len(place), -1)
        surface, head = self.surface.codes[number], self.head[number]
        return MentionColumns(
            doc=self.mention_doc[number][order],
            start=raw.start[order],
            end=raw.end[order],
            label=self.label.codes[number][order],
            span=self.span[number][order],
            entity=entity[order],
            level=self.level.codes[number][order] if len(self.level.codes[number]) else silent,
            surface=surface[order] if len(surface) else silent,
            head=head[order] if len(head) else silent,
            fragments=_moved(raw.fragments, place),
        )

    def _relations(self, number: int, place: Array) -> RelationColumns:
        raw = self.raws[number]
        doc = self.doc[number][raw.relations.doc]
        ends = place[raw.relations.head], place[raw.relations.tail]
        label = self.relation_label.codes[number]
        keys = pack_both([(doc, *ends, label)])[0]
        order, evidence = np.argsort(keys), raw.relations.evidence
        if len(evidence.left) and not _ascending(keys[order]):
            order = np.lexsort((_evidence_numbers(evidence, len(keys)), keys))
        evidence = Links(*_sorted_pairs(_inverse(order)[evidence.left], evidence.right))
        return RelationColumns(doc[order], ends[0][order], ends[1][order], label[order], evidence)


def _ascending(keys: Array) -> bool:
    return bool((keys[1:] > keys[:-1]).all())


def pack_both(sides: Sequence[tuple[Array, ...]]) -> list[Array]:
    """Give the rows of both sides as numbers that are equal just where the rows are, and sort as they do."""
    sizes = [max(int(part.max(initial=-1)) + 1 for part in parts) for parts in zip(*sides, strict=True)]
    if math.prod(max(size, 1) for size in sizes) >= 2**62 or any(part.min(initial=0) < 0 for s in sides for part in s):
        return _ranks(sides)
    return [_packed(parts, sizes) for parts in sides]


def _packed(parts: tuple[Array, ...], sizes: list[int]) -> Array:
    key: Array = parts[0].astype(np.int64)
    for part, size in zip(parts[1:], sizes[1:], strict=True):
        key *= size
        key += part
    return key


def _ranks(sides: Sequence[tuple[Array, ...]]) -> list[Array]:
    """Give the rows numbers by sorting them: for what no 62 bits hold."""
    both = [np.concatenate(parts) for parts in zip(*sides, strict=True)]
    order = np.lexsort(both[::-1])
    new = np.zeros(len(order), bool)
    new[1:] = np.any([part[order][1:] != part[order][:-1] for part in both], axis=0)
    key = np.empty(len(order), np.int64)
    key[order] = np.cumsum(new)
    cut = len(sides[0][0])
    return [key[:cut], key[cut:]]


def _span_numbers(raws: tuple[Raw, Raw], docs: list[Array]) -> list[Array]:
    """Give the spans numbers; discontinuous ones that share start and end are told apart by their fragments."""
    places = [(doc, raw.start, raw.end - raw.start) for doc, raw in zip(docs, raws, strict=True)]
    if not any(len(raw.fragments.owner) for raw in raws):
        return pack_both(places)
    codes = _book(*(_fragment_names(raw) for raw in raws)).codes
    return pack_both([(*place, code + 1) for place, code in zip(places, codes, strict=True)])


def _fragment_names(raw: Raw) -> Coded:
    codes = np.full(len(raw.start), -1, np.int64)
    spans = raw.fragments
    found = _by_owner(spans.owner, (f"{start}-{end}" for start, end in zip(spans.start, spans.end, strict=True)))
    texts = {owner: ",".join(parts) for owner, parts in found.items()}
    names = tuple(sorted(set(texts.values())))
    index = {name: code for code, name in enumerate(names)}
    codes[list(texts)] = [index[text] for text in texts.values()]
    return Coded(names, codes)


def _evidence_numbers(evidence: Links, relations: int) -> Array:
    """Give the relations numbers that are equal just where their evidence is."""
    found = {owner: tuple(sorted(set(own))) for owner, own in _by_owner(evidence.left, evidence.right.tolist()).items()}
    numbers = {own: number for number, own in enumerate(sorted(set(found.values())), 1)}
    codes = np.zeros(relations, np.int64)
    codes[list(found)] = [numbers[own] for own in found.values()]
    return codes


def _by_owner(owner: Array, values: Iterable[Value]) -> dict[int, list[Value]]:
    found: dict[int, list[Value]] = {}
    for which, value in zip(owner.tolist(), values, strict=True):
        found.setdefault(which, []).append(value)
    return found


def _first_entity(members: Links, mentions: int) -> Array:
    first = np.full(mentions, -1, np.int64)
    order = np.argsort(-members.right, kind="stable")
    first[members.left[order]] = members.right[order]
    return first


def _sorted_pairs(left: Array, right: Array) -> tuple[Array, Array]:
    order = np.lexsort((right, left))
    return left[order], right[order]


def _moved(spans: Spans, place: Array) -> Spans:
    owner = place[spans.owner]
    order = np.argsort(owner, kind="stable")
    return Spans(owner[order], spans.start[order], spans.end[order])


def _inverse(order: Array) -> Array:
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return place


def _layers(mentions: MentionColumns, relations: RelationColumns, entities: EntityColumns) -> frozenset[str]:
    sizes = {
        "mentions": len(mentions.doc),
        "relations": len(relations.doc),
        "entities": len(entities.members.left),
        "links": int((entities.link >= 0).sum()),
    }
    return frozenset(name for name, size in sizes.items() if size)


def _note_clashes(sides: tuple[Side, Side], notes: Notes) -> None:
    """Count mentions that lie in several entities, themselves or as copies, which stand side by side."""
    for name, side in zip(("gold", "predicted"), sides, strict=True):
        again = (side.mentions.span[1:] == side.mentions.span[:-1]) & (np.diff(side.mentions.label) == 0)
        held, entity = side.entities.members
        if again.any():
            held, entity = _sorted_pairs((np.arange(len(again) + 1) - np.append(0, np.cumsum(again)))[held], entity)
        clashes = int(((np.diff(held) == 0) & (np.diff(entity) != 0)).sum())
        if clashes:
            notes.add(f"{name} mention in a second entity; for its own entity the first by id counts", times=clashes)
