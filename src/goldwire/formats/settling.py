"""Foreign annotations made sound: offsets become code points and every slice is checked against its source's text.

Readers yield documents with the source's offsets and surfaces, and pass them through `settled`; rules are in rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from goldwire.document import Document, Entity, Mention, Relation, Span, canonical, surface
from goldwire.errors import BrokenRules, InputError, Problem
from goldwire.formats.base import Options

Convert: TypeAlias = Callable[[int], int | None]

UNITS = ("codepoints", "utf16", "bytes", "lf")
_MEND = "mend the source, or --repair discard leaves it out, counted"


class _Where(NamedTuple):
    """A document, and the places in its source that its reader tells of mentions and relations."""

    document: str
    places: Mapping[str, str]

    def of(self, name: str) -> str:
        return self.places.get(name, self.document)


def settled_rows(
    make: Callable[[Any, str, str, Options], Document],
    rows: Iterable[tuple[Any, str, str]],
    options: Options,
    path: Path,
) -> Iterator[Document]:
    """Give the settled documents made of rows (value, name, place); a row that cannot be read is kept as broken."""
    return settled(options.notes.sound(lambda row: make(row[0], row[1], row[2], options), rows), options, path)


def settled(
    documents: Iterable[Document], options: Options, where: object = "", *, exact: bool = False
) -> Iterator[Document]:
    """Give documents with code point offsets, sound ids and the surfaces of the text.

    A mention's `text` is what its source says it covers; it is compared with the text, up to white space
    unless `exact`.
    With the repair policy `discard`, broken annotations are dropped and counted.

    The unit of offsets is the first of code points, UTF-16 units, UTF-8 bytes and code points with CRLF counted once
    (`lf`) under which all surfaces of a document fit; where its source gives no surfaces, code points.

    Raises:
        BrokenRules: annotations are broken; all of them are listed, one line each.
    """
    if options.offset_unit not in ("auto", *UNITS):
        raise InputError(options.offset_unit, "is no unit of offsets", f"choose auto, {', '.join(UNITS)}")
    problems: list[Problem] = []
    for document in _whole(_placed(documents, options, where), problems):
        sound, found = _settle(document, options, f"{where}: {document.id}" if where else document.id, exact)
        options.notes.places.clear()
        problems.extend(unrepaired(found, options))
        if not problems:
            yield sound
    problems.extend(unrepaired((), options))
    if problems:
        raise BrokenRules(problems)


def _whole(documents: Iterable[Document], problems: list[Problem]) -> Iterator[Document]:
    """Give the documents; where their source breaks off, what was broken before it is listed too."""
    try:
        yield from documents
    except (InputError, BrokenRules) as error:
        if not problems:
            raise
        last = (error.problem,) if isinstance(error, InputError) else error.problems
        raise BrokenRules([*problems, *last]) from error


def _placed(documents: Iterable[Document], options: Options, where: object) -> Iterator[Document]:
    """Give the documents; what a reader finds broken names the file, whether it raises or keeps it in the notes."""
    left = iter(documents)
    while True:
        try:
            document = next(left, None)
        except InputError as error:
            problem = _in_file(error.problem, where)
            raise InputError(problem.where, problem.found, problem.mend) from error
        options.notes.broken[:] = [_in_file(problem, where) for problem in options.notes.broken]
        if document is None:
            return
        yield document


def _in_file(problem: Problem, where: object) -> Problem:
    return problem if str(where) in problem.where else replace(problem, where=f"{where}: {problem.where}")


def unrepaired(found: Iterable[Problem], options: Options) -> list[Problem]:
    """Give what was found broken, and what readers rejected so far; nothing where it is discarded, and counted."""
    problems = [*options.notes.broken, *found]
    options.notes.broken.clear()
    if options.repair != "discard":
        return problems
    for problem in problems:
        options.notes.lose("broken annotations discarded (--repair discard)", str(problem))
    return []


def to_code_points(text: str, unit: str) -> Convert:
    """Give the function that turns an offset in a unit into code points; None inside a character or past the end."""
    if not _differs(unit, text):
        return lambda offset: offset if 0 <= offset <= len(text) else None
    table = {offset: index for index, offset in reversed(list(enumerate(from_code_points(text, unit))))}
    return table.get


def from_code_points(text: str, unit: str) -> Sequence[int]:
    """Give the offset in a unit of each code point of a text, and of its end."""
    if not _differs(unit, text):
        return range(len(text) + 1)
    if unit == "lf":
        return list(accumulate((text[i : i + 2] != "\r\n" for i in range(len(text))), initial=0))
    return list(accumulate(map(_utf16 if unit == "utf16" else _utf8, text), initial=0))


def _utf16(char: str) -> int:
    return 2 if char > "\uffff" else 1


def _utf8(char: str) -> int:
    return len(char.encode("utf-8", "surrogatepass"))


def _settle(document: Document, options: Options, where: str, exact: bool) -> tuple[Document, list[Problem]]:
    problems: list[Problem] = []
    mentions = _unique(_converted(document, options, where, problems, exact), where, problems)
    names = {mention.id for mention in mentions if mention.id}
    at = _Where(where, options.notes.places)
    relations = tuple(_sound_relations(document.relations, names, at, problems))
    stated = {mention.id for mention in document.mentions}
    entities = tuple(_sound_entities(document.entities, names, stated, where, problems))
    found = replace(document, mentions=mentions, relations=relations, entities=entities)
    return canonical(found), problems


def _converted(document: Document, options: Options, where: str, problems: list[Problem], exact: bool) -> list[Mention]:
    first: list[Problem] = []
    units: tuple[str, ...] = UNITS if options.offset_unit == "auto" else (options.offset_unit,)
    units = tuple(unit for unit in units if unit == UNITS[0] or _differs(unit, document.text)) or UNITS[:1]
    kept: list[Mention] | None = None
    for unit in units:
        found: list[Problem] = []
        at = _Where(where, options.notes.places)
        mentions = list(_in_unit(document, to_code_points(document.text, unit), at, found, exact))
        if not found:
            if unit != units[0]:
                options.notes.add(f"documents whose offsets count {unit}, seen from their surfaces", where)
            return mentions
        if kept is None:
            kept, first = mentions, found
        if not any(mention.text for mention in document.mentions):
            break
    problems.extend(first)
    return kept or []


def _differs(unit: str, text: str) -> bool:
    """Say whether offsets in a unit can be other numbers than code points."""
    if unit == "utf16":
        return not text.isascii() and max(text) > "\uffff"
    return unit != "codepoints" and ("\r\n" in text if unit == "lf" else not text.isascii())


def _in_unit(
    document: Document, convert: Convert, at: _Where, problems: list[Problem], exact: bool
) -> Iterator[Mention]:
    for mention in document.mentions:
        problem = None
        try:
            moved = _moved(document.text, mention, convert, exact)
        except ValueError as error:
            problem = Problem(f"{at.of(mention.id)}: mention {_name(mention)}", str(error), _MEND)
        if problem:
            problems.append(problem)
        else:
            yield moved


def _moved(text: str, mention: Mention, convert: Convert, exact: bool) -> Mention:
    if mention.text and not mention.fragments and _stands(text, mention, convert):
        return mention
    spans = tuple(Span(_point(convert, start, text), _point(convert, end, text)) for start, end in mention.spans)
    if any(start >= end for start, end in spans):
        raise ValueError(f"[{mention.start}, {mention.end}) is empty or turned round")
    spans = merged(spans)
    found = surface(text, spans)
    if mention.text and mention.text != found and (exact or squeezed(mention.text) != squeezed(found)):
        raise ValueError(
            f"its source says {mention.text!r}, but the text has {found!r} at [{mention.start}, {mention.end})"
        )
    fragments = spans if len(spans) > 1 else ()
    return replace(mention, start=spans[0].start, end=spans[-1].end, fragments=fragments, text=found)


def _stands(text: str, mention: Mention, convert: Convert) -> bool:
    """Say whether a mention of one stretch is as it shall be; most are, and corpora have many."""
    start, end = mention.start, mention.end
    return convert(start) == start and convert(end) == end and start < end and text[start:end] == mention.text


def squeezed(text: str) -> str:
    """Give a text without its white space."""
    return "".join(text.split())


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Give spans in order, those that touch or overlap made one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(end, found[-1].end))
        else:
            found.append(Span(start, end))
    return tuple(found)


def _point(convert: Convert, offset: int, text: str) -> int:
    found = convert(offset)
    if found is None:
        raise ValueError(f"offset {offset} lies outside the text of {len(text)} code points, or inside a character")
    return found


def _name(mention: Mention) -> str:
    return f"{mention.id or '?'} ({mention.label})"


def _unique(mentions: Iterable[Mention], where: str, problems: list[Problem]) -> tuple[Mention, ...]:
    seen: set[str] = set()
    kept = []
    for mention in mentions:
        if mention.id and mention.id in seen:
            problems.append(Problem(where, f"mention id {mention.id} stands twice", "give each its own"))
        else:
            kept.append(mention)
            seen.add(mention.id)
    return tuple(kept)


def _sound_relations(
    relations: Iterable[Relation], names: set[str], at: _Where, problems: list[Problem]
) -> Iterator[Relation]:
    for relation in relations:
        place = f"{at.of(relation.id)}: {relation.label}({relation.head}, {relation.tail})"
        missing = [name for name in (relation.head, relation.tail) if name not in names]
        if missing:
            problems.append(Problem(place, f"no mention {missing[0] or '(empty)'}", _MEND))
        elif relation.head == relation.tail:
            problems.append(Problem(place, "relates a mention to itself", _MEND))
        else:
            yield relation


def _sound_entities(
    entities: Iterable[Entity], names: set[str], stated: set[str], where: str, problems: list[Problem]
) -> Iterator[Entity]:
    """Give the entities with those of their mentions that are sound; a mention listed as broken is not listed again."""
    for entity in entities:
        missing = [name for name in entity.mentions if name not in stated]
        if missing:
            problems.append(Problem(f"{where}: entity {entity.id}", f"no mention {missing[0]}", _MEND))
        kept = tuple(name for name in entity.mentions if name in names)
        if kept:
            yield replace(entity, mentions=kept)
