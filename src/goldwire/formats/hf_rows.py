"""Rows of a dataset as documents: goldwire's own columns, columns of token tags, columns of spans.

Which files hold the rows is in hf, what their columns mean in hf_shapes, the features that name labels in hf_features.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, groupby
from typing import Any

from goldwire.document import Document, Entity, Mention, Relation, Span, Zone
from goldwire.errors import InputError
from goldwire.formats.base import Options
from goldwire.formats.hf_kb import KNOWLEDGE, NORMALIZED, Knowledge, knowledge, normalized_relations
from goldwire.formats.hf_shapes import OFFSETS, PASSAGES, STARTS, Row, Shape, field_of, structs
from goldwire.formats.json_values import items, need, plain, rest
from goldwire.formats.keys import RELATION_KINDS, key_of, mention_names, named_end, relation_ends
from goldwire.formats.layout import Laid, lay_out
from goldwire.formats.tagged import NO_WORD, Tagged, tagged_document
from goldwire.tags import IGNORED, UNTYPED

ENDS = ("end", "end_offset", "stop", "end_char", "char_end", "offset_end")
LABELS = ("label", "type", "entity_type", "entity_label", "tag", "entity", "class", "category")
WIDEST_GAP = 100_000  # between two passages: more is no text, and would be filled with blanks
_NAMED = "name them all: --set names=O,B-PER,I-PER"


def named_rows(rows: Iterable[Row], shape: Shape, lead: str) -> Iterator[tuple[str, Row]]:
    """Give rows with their ids: what the id column says, else s1, s2 ...; `lead` stands before each."""
    for number, row in enumerate(rows, start=1):
        own = row.get(shape.id) if shape.id else None
        yield f"{lead}{own if own not in (None, '') else f's{number}'}", row


def row_documents(rows: Iterable[tuple[str, Row]], shape: Shape, scheme: str, options: Options) -> Iterator[Document]:
    """Give the documents of rows; rows come with the id they have where no column says one.

    Neighbouring rows of tokens that name one document in the column `document` are its sentences.
    What a broken row holds is left out: a sentence, or the document where it has no other.
    """
    if shape.kind == "documents":
        yield from options.notes.sound(lambda item: _own(item[0], item[1]), rows)
    elif "spans" in shape.kind:
        yield from options.notes.sound(lambda item: _spanned(item[0], item[1], shape, options), rows)
    elif not shape.group:
        yield from chain.from_iterable(_tagged(name, [(name, row)], shape, scheme, options) for name, row in rows)
    else:
        for name, group in groupby(rows, key=lambda item: str(item[1].get(shape.group))):
            yield from _tagged(name, list(group), shape, scheme, options)


def tagged_rows(rows: Iterable[tuple[str, Row]], shape: Shape, options: Options) -> Iterator[Tagged]:
    """Give the tagged sentences of rows; a row that has none is kept among the notes' broken things."""
    return options.notes.sound(lambda item: tagged_row(item[0], item[1], shape, options), rows)


def _metadata(row: Row, shape: Shape, options: Options) -> dict[str, str]:
    """Give the plain values of other columns; lists and structs are counted in the notes."""
    kept = {}
    for key, value in row.items():
        if key in shape.used or value is None or value == "" or (shape.text == PASSAGES and key in KNOWLEDGE):
            continue
        if isinstance(value, str | int | float):
            kept[key] = plain(value)
        elif value:
            options.notes.add(f"values of the column {key!r}, which is not read")
    return kept


def _tagged(name: str, rows: list[tuple[str, Row]], shape: Shape, scheme: str, options: Options) -> Iterator[Document]:
    if sentences := list(tagged_rows(rows, shape, options)):
        yield tagged_document(name, sentences, scheme, options, metadata=_metadata(rows[0][1], shape, options))


def tagged_row(name: str, row: Row, shape: Shape, options: Options) -> Tagged:
    """Give the tagged sentence of a row; an empty word becomes U+FFFD, for a token has a surface.

    Tokens of the label -100 are left out, as they are where such rows are trained on and scored.

    Raises:
        InputError: there are not as many tags as tokens, or the tags are numbers that nothing names.
    """
    words, keys = row.get(shape.text) or [], (shape.spans, *shape.layers)
    row = {**row, **{key: row.get(key) or [] for key in keys}}
    if wrong := next((key for key in keys if len(row[key]) != len(words)), None):
        raise InputError(name, f"{len(words)} tokens and {len(row[wrong])} {wrong}", "mend the row")
    names = [name.strip() for name in options.settings.get("names", "").split(",")]
    first, *more = ([shape.spelling.plain(_tag(tag, names, name)) for tag in row[key]] for key in keys)
    found = Tagged(name, [word or NO_WORD for word in words], first, more=more)
    return _without_ignored(found, options) if str(IGNORED) in first else found


def _without_ignored(sentence: Tagged, options: Options) -> Tagged:
    kept = [index for index, tag in enumerate(sentence.tags) if tag != str(IGNORED)]
    options.notes.add("tokens of the label -100 left out", sentence.where, len(sentence.tags) - len(kept))
    words, first, *more = ([one[at] for at in kept] for one in (sentence.words, sentence.tags, *sentence.more))
    return Tagged(sentence.where, words, first, more=more)


def _tag(tag: Any, names: list[str], where: str) -> str:
    if not isinstance(tag, int) or tag == IGNORED:
        return str(tag)
    if not 0 <= tag < len(names):
        raise InputError(where, f"tag {tag} is a number without a name", _NAMED)
    return names[tag]


def need_names(row: Row, shape: Shape, options: Options, where: object) -> None:
    """Raise InputError where a row's tags are numbers and nothing names any."""
    number = next((tag for tag in row[shape.spans] if isinstance(tag, int) and tag != IGNORED), None)
    if number is not None and not options.settings.get("names"):
        raise InputError(where, f"tag {number} is a number without a name", _NAMED)


def _spanned(name: str, row: Row, shape: Shape, options: Options) -> Document:
    laid, text = None, ""
    if shape.kind == "token spans":
        laid = lay_out([[word or NO_WORD for word in _words(row, shape, name)]])
    elif shape.text == PASSAGES:
        text = _passages(structs(row.get(shape.text), name), name)
    else:
        text = need(row.get(shape.text), str, name, f'"{shape.text}"')
    mentions, relations = _annotations(name, row, shape, options)
    metadata = _metadata(row, shape, options)
    if laid is None:
        mentions, more, entities = _known(name, row, shape, options, _half_open(mentions, text, name, options))
        return Document(name, text, tuple(mentions), (*relations, *more), entities, metadata=metadata)
    options.notes.add("rows of spans over tokens, the end not within", name)
    placed = tuple(options.notes.sound(lambda mention: _on_tokens(mention, laid, name), mentions))
    return Document(name, laid.text, placed, relations, (), laid.tokens, laid.sentences, metadata=metadata)


def _annotations(name: str, row: Row, shape: Shape, options: Options) -> tuple[list[Mention], tuple[Relation, ...]]:
    spans, sound = structs(row.get(shape.spans), name), options.notes.sound
    mentions = list(sound(lambda item: _span(item[1], f"m{item[0]}", name), enumerate(spans, start=1)))
    related = structs(row.get(shape.relations), name) if shape.relations else []
    names = mention_names(spans)
    return mentions, tuple(sound(lambda value: _related(value, names, name), related))


def _known(
    name: str, row: Row, shape: Shape, options: Options, mentions: list[Mention]
) -> tuple[list[Mention], list[Relation], tuple[Entity, ...]]:
    """Give a row's mentions with those of its events, the relations of these, and its entities, as BigBIO has them."""
    spans = structs(row.get(shape.spans), name)
    found = Knowledge(name, options.notes, mentions, mention_names(spans), _span)
    entities = knowledge(row if shape.text == PASSAGES else {}, spans, found)
    normalized_relations(structs(row.get(shape.relations), name) if shape.relations else (), name, options.notes)
    return found.mentions, found.relations, entities


def _words(row: Row, shape: Shape, where: str) -> list[str]:
    return [word or "" for word in need(row.get(shape.text), list, where, f'"{shape.text}"')]


def _on_tokens(mention: Mention, laid: Laid, where: str) -> Mention:
    span = laid.span(0, mention.start, mention.end)
    if span is None:
        found = f"a span over tokens {mention.start} to {mention.end} of {len(laid.tokens)}"
        raise InputError(where, found, "give the first token and the one after the last")
    return replace(mention, start=span.start, end=span.end, text="")


def _half_open(mentions: list[Mention], text: str, where: str, options: Options) -> list[Mention]:
    """Give mentions whose ends lie behind them; their source's surfaces tell where ends are the last character."""
    within = [replace(mention, end=mention.end + 1) for mention in mentions]
    told = [m.text and not m.fragments and m.text == text[m.start : m.end] != text[m.start : m.end - 1] for m in within]
    if not (told and all(told)):
        return mentions
    options.notes.add("rows whose ends are the last character of a mention, seen from their surfaces", where)
    return within


def _passages(passages: list[Row], where: str) -> str:
    """Give the text of passages that state their offsets, as BigBIO has them; blanks fill the gaps."""
    text = ""
    for passage in passages:
        parts, places = items(passage, "text", where), items(passage, OFFSETS, where)
        if len(parts) != len(places) or not all(isinstance(part, str) for part in parts):
            raise InputError(where, f"a passage of {len(parts)} texts and {len(places)} offsets", "mend the row")
        for part, place in zip(parts, places, strict=True):
            start = place[0] if isinstance(place, list) and place else None
            if type(start) is not int or not len(text) <= start <= len(text) + WIDEST_GAP:
                found = f"a passage at {plain(place)[:60]}, where the text so far has {len(text)} characters"
                raise InputError(where, found, "mend the row")
            text = text.ljust(start) + part
    return text


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and all(type(point) is int for point in pair)


def _span(value: Row, name: str, where: str) -> Mention:
    label = value.get(field_of(value, LABELS))
    told = value.get(OFFSETS) or [[value.get(field_of(value, STARTS)), value.get(field_of(value, ENDS))]]
    spans = told if isinstance(told, list) and isinstance(told[0], list) else [told]
    if not all(map(_is_pair, spans)):
        raise InputError(where, f"a span without start and end: {plain(value)[:80]}", "name the column of spans")
    said = value.get("text")
    pieces: list[Any] = said if isinstance(said, list) else [said]
    surface = " ".join(pieces) if all(isinstance(piece, str) for piece in pieces) else ""
    fragments = tuple(Span(*pair) for pair in spans) if len(spans) > 1 else ()
    read = (*(field_of(value, names) for names in (LABELS, STARTS, ENDS)), OFFSETS, "text", "id", NORMALIZED)
    return Mention(spans[0][0], spans[-1][1], str(label), name, surface, "", fragments, rest(value, read))


def _related(value: Row, names: Mapping[str, str], where: str) -> Relation:
    told = relation_ends(value, lambda end: bool(named_end(end, names)), where)
    ends = [named_end(end, names) for end in (told.head, told.tail)]
    if not all(ends):
        raise InputError(where, f"a relation without two spans of the row: {plain(value)[:80]}", "mend the row")
    kind = key_of(value, RELATION_KINDS, lambda label: isinstance(label, str | int))
    attributes = rest(value, (*told.keys, kind, "id", NORMALIZED))
    return Relation(ends[0], ends[1], str(value[kind]) if kind else UNTYPED, attributes=attributes)


def _own(name: str, row: Row) -> Document:
    """Give the document of a row with goldwire's own columns.

    Raises:
        InputError: a column, or a field of it, is not what goldwire writes there.
    """
    try:
        return own_document(row)
    except (KeyError, TypeError, AttributeError, InputError) as error:
        raise InputError(name, f"its columns are not those goldwire writes ({error!r})", "mend the row") from error


def own_document(row: Row) -> Document:
    """Give the document of a row with goldwire's own columns."""
    return Document(
        id=str(row["id"]),
        text=row["text"],
        mentions=tuple(_own_mention(value) for value in structs(row["mentions"])),
        relations=tuple(_own_relation(value) for value in structs(row["relations"])),
        entities=tuple(_own_entity(value) for value in structs(row.get("entities"))),
        tokens=_spans(row.get("tokens")),
        sentences=_spans(row.get("sentences")),
        zones=tuple(
            Zone(z["start"], z["end"], z["label"] or "", z.get("speaker") or "") for z in structs(row.get("zones"))
        ),
        metadata=_given(row.get("metadata")),
    )


def _own_mention(value: Row) -> Mention:
    return Mention(
        value["start"],
        value["end"],
        value["label"],
        value.get("id") or "",
        value.get("text") or "",
        value.get("level") or "",
        _spans(value.get("fragments")),
        _given(value.get("attributes")),
        value.get("score"),
    )


def _own_relation(value: Row) -> Relation:
    return Relation(
        value["head"],
        value["tail"],
        value["label"],
        value.get("id") or "",
        tuple(value.get("evidence") or ()),
        _given(value.get("attributes")),
        value.get("score"),
    )


def _own_entity(value: Row) -> Entity:
    link, wikidata = value.get("link") or "", value.get("wikidata") or ""
    return Entity(value["id"], tuple(value.get("mentions") or ()), link, wikidata, _given(value.get("attributes")))


def _spans(value: Any) -> tuple[Span, ...]:
    return tuple(Span(row["start"], row["end"]) for row in structs(value))


def _given(value: Any) -> dict[str, str]:
    if isinstance(value, list):
        return {item["key"]: item["value"] for item in value}
    return {key: plain(item) for key, item in (value or {}).items() if item is not None}
