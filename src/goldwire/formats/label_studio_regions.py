"""Results to a document: regions to mentions and zones, their answers to levels, attributes and entities.

Arrows are read in label_studio_arrows; the layers that no region shows are put in by label_studio_documents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import msgspec

from goldwire.document import Document, Entity, Mention, Span, Zone, surface
from goldwire.errors import BrokenRules, InputError, Problem
from goldwire.formats.label_studio_arrows import read_arrows
from goldwire.formats.label_studio_names import (
    ATTRIBUTE,
    ENTITY,
    FRAGMENT,
    LEVEL,
    LINK,
    META,
    SPEAKER,
    ZONE,
)
from goldwire.formats.label_studio_offsets import Utf16, same_words
from goldwire.formats.label_studio_records import EntityFacts, Meta, Result, Value

if TYPE_CHECKING:
    from goldwire.formats.label_studio_documents import Reading


@dataclass(slots=True)
class Region:
    """A region with all that its results say."""

    id: str
    span: Span
    labels: list[str]
    zone: bool = False
    score: float | None = None
    meta: Meta = field(default_factory=Meta)
    answers: dict[str, list[str]] = field(default_factory=dict)


def read_results(base: Document, results: Sequence[Result], lonely: Iterable[EntityFacts], how: Reading) -> Document:
    """Give the document that results describe, on the text and layers of `base`.

    `lonely` are the entities without mentions.

    Raises:
        InputError: a region is no span of a text.
        BrokenRules: regions lie outside the text, or none has the text it states.
    """
    regions = _regions(base, results, how)
    owner, groups = _joined(regions, results, base.id, how)
    mentions, names = _mentions(base.text, regions, groups)
    ends = {part: names[root][0] for part, root in owner.items() if root in names}
    facts = {name: list(region.meta.relations) for name, region in regions.items()}
    relations = tuple(read_arrows(results, facts, ends, base.id, how))
    return replace(
        base,
        mentions=mentions,
        relations=relations,
        entities=(*_entities(regions, groups, names, where=base.id, how=how), *map(_lonely, lonely)),
        zones=tuple(_zones(base.zones, regions, results, ends, {m.id for m in mentions})),
    )


def _regions(base: Document, results: Sequence[Result], how: Reading) -> dict[str, Region]:
    """Give the regions by their ids, in their order; results that share an id are one region."""
    regions: dict[str, Region] = {}
    problems, wrong, stated = list[Problem](), 0, 0
    way = Utf16(base.text) if how.unit == "utf16" else None
    for number, result in enumerate(results):
        if result.type != "labels" or result.value is None:
            continue
        span, problem = _span(base, result, result.value, way)
        if problem or span is None:
            problems += [problem] if problem else []
            continue
        if isinstance(result.value.text, str):
            stated += 1
            wrong += not same_words(result.value.text, base.text[span.start : span.end])
        _add(regions, result, span, number, where=base.id, how=how)
    _settle(base.id, problems, stated, wrong, how)
    _answers(base.id, regions, results, how)
    return regions


def _span(base: Document, result: Result, value: Value, way: Utf16 | None) -> tuple[Span | None, Problem | None]:
    start, end, size = value.start, value.end, len(base.text)
    where = f"{base.id}: region {result.id}"
    if type(start) is not int or type(end) is not int:
        found = f"[{start}, {end}) are no whole numbers"
        return None, Problem(where, found, "goldwire reads spans of a <Text>")
    if way:
        start, end = way.to_codepoints(start), way.to_codepoints(end)
    if not 0 <= start < end <= size:
        found = f"[{start}, {end}) lies outside the text of {size} code points"
        return None, Problem(where, found, "correct the region, or drop it with --repair discard")
    return Span(start, end), None


def _add(regions: dict[str, Region], result: Result, span: Span, number: int, *, where: str, how: Reading) -> None:
    name = str(result.id) if result.id is not None else f"\0{number}"
    value = result.value or Value()
    labels = [str(label) for label in value.labels or ()]
    known = regions.get(name)
    if known and known.span == span and known.zone == (result.from_name == ZONE):
        known.labels += labels
        return
    if known:
        how.notes.add("regions that share their id with another (given their own)", where)
        name = f"\0{number}"
    regions[name] = Region(name, span, labels, result.from_name == ZONE, result.score, _meta(result, where, how))


def _settle(id: str, problems: list[Problem], stated: int, wrong: int, how: Reading) -> None:
    if problems and how.repair != "discard":
        raise BrokenRules(problems)
    if problems:
        how.notes.lose("regions outside the text (dropped)", problems[0].where, len(problems))
    if wrong and wrong == stated and how.checked:
        found = f"none of its {stated} regions has the text it states: they are of another text"
        raise InputError(id, found, "restore the text; --offset-unit codepoints takes the offsets as they are")
    if wrong:
        how.notes.add("regions whose stated text is not what their offsets cover (the offsets count)", id, wrong)


def _meta(result: Result, where: str, how: Reading) -> Meta:
    kept = result.meta.get(META) if result.meta else None
    if result.meta and result.meta.keys() - {META}:
        how.notes.lose("notes on a region (meta), which are not read", where)
    if kept is None:
        return Meta()
    try:
        return msgspec.convert(kept, Meta)
    except msgspec.ValidationError:
        how.notes.add(f"meta.{META} that goldwire did not write (passed over)", where)
        return Meta()


def _answers(id: str, regions: dict[str, Region], results: Sequence[Result], how: Reading) -> None:
    """Give each region the answers that share its id, by the name of their control."""
    for result in results:
        if result.type == "labels" or result.type == "relation":  # noqa: PLR1714 - a hot loop
            continue
        region = regions.get(str(result.id)) if result.id is not None else None
        if region is None:
            how.notes.lose(f"answers about a whole document ({result.type}), which no layer holds", id)
        elif (values := _values(result)) is not None:
            region.answers.setdefault(result.from_name, []).extend(values)
        else:
            how.notes.lose(f"answers about a region ({result.type}), which are not read", id)


def _values(result: Result) -> list[str] | None:
    """Give the answers of a result, a path of a taxonomy with slashes; None where its kind is not known."""
    value = result.value or Value()
    kinds: dict[str, Any] = {"textarea": value.text, "choices": value.choices, "taxonomy": value.taxonomy}
    kinds |= {"number": value.number, "rating": value.rating, "datetime": value.datetime}
    if result.type not in kinds:
        return None
    given = kinds[result.type]
    rows = given if isinstance(given, list) else [] if given is None else [given]
    return [" / ".join(map(str, row)) if isinstance(row, list) else str(row) for row in rows]


def _joined(
    regions: dict[str, Region], results: Sequence[Result], where: str, how: Reading
) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Give the root region of each region that is a mention, and the parts of each root, in order of the text."""
    owner = {name: name for name, region in regions.items() if not region.zone}
    joins = [result for result in results if result.type == "relation" and FRAGMENT in (result.labels or ())]
    if not joins:
        return owner, {name: [name] for name in owner}
    for result in joins:
        ends = {owner[str(end)] for end in (result.from_id, result.to_id) if str(end) in owner}
        if len(ends) == 2:
            first, second = sorted(ends, key=lambda name: (regions[name].span, name))
            owner = {part: first if root == second else root for part, root in owner.items()}
    groups: dict[str, list[str]] = defaultdict(list)
    for part, root in owner.items():
        groups[root].append(part)
    for root, parts in groups.items():
        if len({tuple(regions[part].labels) for part in parts}) > 1:
            how.notes.add("discontinuous mentions whose parts differ in label (the first counts)", where)
        groups[root] = sorted(parts, key=lambda name: (regions[name].span, name))
    return owner, groups


def _mentions(
    text: str, regions: dict[str, Region], groups: dict[str, list[str]]
) -> tuple[tuple[Mention, ...], dict[str, list[str]]]:
    """Give the mentions, one for each label of a region, and the ids of each root's mentions."""
    taken = {root for root in groups if not root.startswith("\0")}
    mentions, names = list[Mention](), dict[str, list[str]]()
    for number, (root, parts) in enumerate(groups.items(), start=1):
        region = regions[root]
        spans = _merged([regions[part].span for part in parts]) if len(parts) > 1 else (region.span,)
        labels = region.labels
        if len(labels) == 1 and root in taken:
            names[root] = [root]
            mentions.append(_mention(text, region, spans, labels[0], root))
            continue
        for index, label in enumerate(labels or [""]):
            id = (
                root
                if not index and root in taken
                else _fresh(f"{root}+{label}" if root in taken else f"x{number}", taken)
            )
            names.setdefault(root, []).append(id)
            mentions.append(_mention(text, regions[root], spans, label, id))
    return tuple(mentions), names


def _mention(text: str, region: Region, spans: tuple[Span, ...], label: str, id: str) -> Mention:
    level, attributes, fragments = "", dict(region.meta.attributes), spans if len(spans) > 1 else ()
    for name, values in region.answers.items():
        if name == LEVEL:
            level = "; ".join(values)
        elif name not in (ENTITY, LINK):
            attributes[name.removeprefix(ATTRIBUTE)] = "; ".join(values)
    words = surface(text, fragments) if fragments else text[spans[0].start : spans[0].end]
    return Mention(spans[0].start, spans[-1].end, label, id, words, level, fragments, attributes, region.score)


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    """Join spans that touch or overlap; the parts of a mention never do."""
    if len(spans) == 1:
        return (spans[0],)
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def _fresh(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "+"
    taken.add(name)
    return name


def _entities(
    regions: dict[str, Region],
    groups: dict[str, list[str]],
    names: dict[str, list[str]],
    *,
    where: str,
    how: Reading,
) -> Iterator[Entity]:
    chains: dict[str, list[str]] = {}
    tellers: dict[str, list[Region]] = defaultdict(list)
    for root in groups:
        for entity in regions[root].answers.get(ENTITY, ()):
            chains.setdefault(entity, []).extend(names[root])
            tellers[entity].append(regions[root])
    for entity, chain in chains.items():
        yield _entity(entity, chain, tellers[entity], where, how)


def _entity(id: str, chain: list[str], tellers: list[Region], where: str, how: Reading) -> Entity:
    """Put an entity together: an answer about its link counts more than what was known, until it is taken away."""
    facts = [fact for region in tellers for fact in region.meta.entities if fact.id == id]
    alone = [region for region in tellers if len(region.answers[ENTITY]) == 1]
    links = list(dict.fromkeys(link for region in alone for link in region.answers.get(LINK, ())))
    if len(links) > 1:
        how.notes.add("entities with two links (the first counts)", f"{where}: {id}")
    known = facts[0] if facts else EntityFacts(id)
    cleared = any(fact.shown for fact in facts)
    link = links[0] if links else "" if cleared else known.link
    return Entity(id, tuple(chain), link, known.wikidata if link == known.link else "", known.attributes)


def _lonely(facts: EntityFacts) -> Entity:
    return Entity(facts.id, (), facts.link, facts.wikidata, facts.attributes)


def _zones(
    kept: Iterable[Zone], regions: dict[str, Region], results: Sequence[Result], ends: dict[str, str], known: set[str]
) -> Iterator[Zone]:
    for zone in kept:
        yield zone if not zone.speaker or zone.speaker in known else replace(zone, speaker="")
    speakers: dict[str, str] = {}
    for result in results:
        if result.type == "relation" and SPEAKER in (result.labels or ()):
            pair: list[Any] = [str(result.from_id), str(result.to_id)]
            zone, speaker = pair if pair[1] in ends else reversed(pair)
            speakers[zone] = ends.get(speaker, "")
    for name, region in regions.items():
        if region.zone:
            for label in region.labels or [""]:
                yield Zone(*region.span, label, speakers.get(name, ""))
