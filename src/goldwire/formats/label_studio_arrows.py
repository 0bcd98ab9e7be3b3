"""Arrows to relations: direction, types and stated attributes, and what goldwire kept of a relation beside its labels.

Regions and their answers are read in label_studio_regions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from goldwire.document import Relation
from goldwire.formats.label_studio_names import FRAGMENT, SPEAKER, stated_attribute
from goldwire.formats.label_studio_records import RelationFacts, Result

if TYPE_CHECKING:
    from goldwire.formats.label_studio_documents import Reading


def read_arrows(
    results: Sequence[Result], facts: dict[str, list[RelationFacts]], ends: dict[str, str], where: str, how: Reading
) -> Iterator[Relation]:
    """Give the relations that arrows draw; `facts` are those kept on each region, `ends` each region's mention."""
    for result in results:
        labels = [str(label) for label in result.labels or ()]
        if result.type != "relation" or FRAGMENT in labels or SPEAKER in labels:
            continue
        source, target = str(result.from_id), str(result.to_id)
        head, tail = ends.get(source), ends.get(target)
        if head is None or tail is None or head == tail:
            what = "from a region to itself" if head == tail and head else "whose regions are gone"
            how.notes.lose(f"relations {what} (dropped)", where)
            continue
        known = _known(facts[source], target, labels)
        if result.direction == "left" and known is None:
            head, tail, known = tail, head, _known(facts[target], source, labels)
        yield from _stated(head, tail, labels, known, direction=result.direction, how=how)


def _known(facts: list[RelationFacts], to: str, labels: list[str]) -> RelationFacts | None:
    """Take from the facts those about a relation: with the same labels, or else with its type among them."""
    same = [fact for fact in facts if fact.to == to]
    fitting = [fact for fact in same if fact.labels == labels] or [f for f in same if set(f.labels[:1]) & set(labels)]
    if not fitting:
        return None
    facts.remove(fitting[0])
    return fitting[0]


def _stated(
    head: str, tail: str, labels: list[str], known: RelationFacts | None, *, direction: str | None, how: Reading
) -> Iterator[Relation]:
    if known and known.labels == labels:
        label = labels[0] if labels else ""
        yield Relation(head, tail, label, known.id, known.evidence, known.attributes, known.score)
        return
    types, attributes = _types(labels, how)
    if known:
        shown = {pair[0] for pair in map(stated_attribute, known.labels[1:]) if pair}
        attributes = {**{k: v for k, v in known.attributes.items() if k not in shown}, **attributes}
        yield Relation(head, tail, types[0], known.id, known.evidence, _complete(attributes, how), known.score)
        types = types[1:]
    symmetric = how.labels.symmetric if how.labels else frozenset()
    for label in types:
        yield Relation(head, tail, label, "", (), _complete(attributes, how))
        if direction == "bi" and label not in symmetric:
            yield Relation(tail, head, label, "", (), _complete(attributes, how))


def _types(labels: list[str], how: Reading) -> tuple[list[str], dict[str, str]]:
    """Tell the labels of a relation that are its types from those that state an attribute."""
    stated = {label: pair for label in labels if (pair := stated_attribute(label)) and _declared(label, pair[0], how)}
    types = [label for label in labels if label not in stated]
    return types or [""], dict(stated.values())


def _declared(label: str, name: str, how: Reading) -> bool:
    if how.labels is None:
        return True
    return label not in how.labels.relations and name in how.labels.attributes.relation


def _complete(attributes: dict[str, str], how: Reading) -> dict[str, str]:
    """Write out the values that go without saying, where a label set declares them."""
    declared = how.labels.attributes.relation if how.labels else {}
    return {**{name: entry.default for name, entry in declared.items() if entry.default}, **attributes}
