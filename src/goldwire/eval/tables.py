"""Arrow tables of whole documents (the corpus's config `documents`) as arrays, without a Python object an item.

Which rows of which files belong together is streaming's business; joining both sides, that of columns.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from goldwire.errors import InputError
from goldwire.eval.counts import Array
from goldwire.eval.raw import Coded, Links, Raw, RawEntities, RawRelations, Spans

ESSENTIAL = ("id", "text", "tokens.", "sentences.", "mentions.", "relations.", "entities.")
UNUSED = (".attributes", ".wikidata", ".text", ".level")
NOTHING = np.zeros(0, np.int64)


class Items(NamedTuple):
    """A list column: how many items each row has, and all items one after the other."""

    sizes: Array
    values: Any

    @property
    def owner(self) -> Array:
        """Give each item's row."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    def field(self, name: str) -> Any:
        """Give a field of the items, or None if they have no such field."""
        if self.values is None or self.values.type.get_field_index(name) < 0:
            return None
        return pc.struct_field(self.values, name)

    def numbers(self, name: str) -> Array:
        """Give a field of whole numbers.

        Raises:
            InputError: it is absent or says nothing somewhere.
        """
        found = self.field(name)
        if self.values is None or not len(self.values):
            return NOTHING
        if found is None or found.null_count or not pa.types.is_integer(found.type):
            raise InputError(f"column {name}", "is absent, empty in places or not a whole number", "write it for each")
        return numbers_of(found, 0)


def wanted(leaves: Collection[str], *, only_mentions: bool = False) -> list[str]:
    """Give, of a Parquet file's columns, those that scoring reads; ids matter only where something names mentions."""
    found = [leaf for leaf in leaves if leaf.startswith(ESSENTIAL)]
    if only_mentions:
        linked = ("relations.", "entities.", "sentences.")
        found = [leaf for leaf in found if not leaf.startswith(linked) and leaf != "mentions.list.element.id"]
    return [leaf for leaf in found if leaf == "text" or not any(part in leaf for part in UNUSED)]


def class_names(schema: Any) -> dict[str, list[str]]:
    """Give the names of coded labels by column and field ("mentions.label"), from a schema's `huggingface` metadata."""
    told = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))
    features = told.get("info", {}).get("features", {})
    names = {}
    for column, feature in features.items():
        inner = feature[0] if isinstance(feature, list) else feature.get("feature", {})
        for field, kind in inner.items() if isinstance(inner, Mapping) else ():
            if isinstance(kind, Mapping) and "names" in kind:
                names[f"{column}.{field}"] = list(kind["names"])
    return names


def raw_of(table: Any, names: Mapping[str, list[str]]) -> Raw:
    """Give a table's documents as arrays; `names` are those of coded labels.

    Raises:
        InputError: a field that scoring needs is missing, or a relation names a mention that is not there.
    """
    mentions, relations, entities = (items(table, name) for name in ("mentions", "relations", "entities"))
    tokens, sentences = items(table, "tokens"), items(table, "sentences")
    count = len(mentions.values) if mentions.values is not None else 0
    return Raw(
        documents=tuple(table.column("id").to_pylist()),
        mention_doc=mentions.owner,
        start=mentions.numbers("start"),
        end=mentions.numbers("end"),
        label=_coded(mentions.field("label"), names.get("mentions.label"), count),
        level=Coded((), NOTHING),
        surface=Coded((), NOTHING),
        head=Spans(NOTHING, NOTHING, NOTHING),
        fragments=_fragments(mentions, count),
        relations=_relations(table, mentions, relations, names),
        entities=_entities(table, mentions, entities),
        tokens=Spans(tokens.owner, tokens.numbers("start"), tokens.numbers("end")),
        sentences=Spans(sentences.owner, sentences.numbers("start"), sentences.numbers("end")),
    )


def text_sizes(table: Any) -> Array:
    """Give the code points of each document's text; 0 where there is none."""
    if "text" not in table.column_names:
        return np.zeros(len(table), np.int64)
    return numbers_of(pc.utf8_length(_whole(table.column("text"))), 0)


def items(table: Any, name: str) -> Items:
    """Give a list column's items; a column that is absent has none."""
    if name not in table.column_names:
        return Items(np.zeros(len(table), np.int64), None)
    return _items(_whole(table.column(name)))


def _items(column: Any) -> Items:
    return Items(numbers_of(pc.list_value_length(column), 0), column.flatten())


def numbers_of(column: Any, silent: int) -> Array:
    """Give an Arrow array of whole numbers, `silent` where nothing is said.

    By its buffer: Arrow's own filling of nulls imports pandas.
    """
    width = f"i{column.type.bit_width // 8}"
    buffer = column.buffers()[1]
    if buffer is None or not len(column):
        return np.full(len(column), silent, np.int64)
    found: Array = np.frombuffer(buffer, width, len(column), column.offset * column.type.bit_width // 8).astype(
        np.int64
    )
    if column.null_count:
        found[~column.is_valid().to_numpy(zero_copy_only=False)] = silent
    return found


def _whole(column: Any) -> Any:
    if column.num_chunks == 1:  # which combine_chunks would copy
        return column.chunk(0)
    found = column.combine_chunks()
    return found.chunk(0) if isinstance(found, pa.ChunkedArray) else found


def _coded(column: Any, names: list[str] | None, count: int, silent: str | None = None) -> Coded:
    """Give labels, strings or codes of declared names, as codes of sorted names; -1 where nothing is said."""
    if column is None or not count:
        return Coded((), np.full(count, -1, np.int64))
    if names is None:
        encoded = _encoded(column)
        column, names = encoded.indices, encoded.dictionary.to_pylist()
    ordered = sorted(set(names) - {silent})
    place = {name: code for code, name in enumerate(ordered)}
    table = np.array([*(place.get(name, -1) for name in names), -1], np.int64)
    codes = numbers_of(column, len(names))
    if codes.min() < 0 or codes.max() > len(names):
        raise InputError("labels", f"a code that is none of the {len(names)} declared", "write the file again")
    return Coded(tuple(ordered), table[codes])


def _fragments(mentions: Items, count: int) -> Spans:
    column = mentions.field("fragments")
    if column is None or not count:
        return Spans(NOTHING, NOTHING, NOTHING)
    found = _items(column)
    return Spans(found.owner, found.numbers("start"), found.numbers("end"))


def _relations(table: Any, mentions: Items, relations: Items, names: Mapping[str, list[str]]) -> RawRelations:
    count = len(relations.values) if relations.values is not None else 0
    if not count:
        return RawRelations(NOTHING, NOTHING, NOTHING, Coded((), NOTHING), Links(NOTHING, NOTHING))
    owner = relations.owner
    head, tail = _places(table, mentions, [(owner, relations.field("head")), (owner, relations.field("tail"))])
    evidence = relations.field("evidence")
    found = _items(evidence) if evidence is not None else None
    links = Links(found.owner, numbers_of(found.values, 0)) if found else None
    label = _coded(relations.field("label"), names.get("relations.label"), count)
    return RawRelations(owner, head, tail, label, links or Links(NOTHING, NOTHING))


def _entities(table: Any, mentions: Items, entities: Items) -> RawEntities:
    count = len(entities.values) if entities.values is not None else 0
    if not count:
        return RawEntities(NOTHING, Coded((), NOTHING), Coded((), NOTHING), Links(NOTHING, NOTHING))
    owner = entities.owner
    members = _items(entities.field("mentions"))
    (place,) = _places(table, mentions, [(owner[members.owner], members.values)])
    return RawEntities(
        owner,
        _coded(entities.field("id"), None, count),
        _coded(entities.field("link"), None, count, silent=""),
        Links(place, members.owner),
    )


def _places(table: Any, mentions: Items, ends: list[tuple[Array, Any]]) -> list[Array]:
    """Give the indices of the mentions that `ends` (rows and mention ids) name."""
    first = np.cumsum(mentions.sizes) - mentions.sizes
    named, codes = _id_codes(mentions.field("id"), [column for _, column in ends])
    own = mentions.owner
    number = np.arange(len(own)) - first[own]
    usual = np.full(int(named.max(initial=-1)) + 2, -1, np.int64)
    usual[named] = number
    alike = (usual[named] == number).all()  # an id stands at the same place in every document (m1, m2 ...)
    places = []
    for (row, column), code in zip(ends, codes, strict=True):
        if alike:
            place = np.where((usual[code] < 0) | (usual[code] >= mentions.sizes[row]), -1, first[row] + usual[code])
        else:
            place = _searched(own, named, row, code)
        if len(place) and place.min() < 0:
            bad = int(np.flatnonzero(place < 0)[0])
            where, what = table.column("id")[int(row[bad])].as_py(), column[bad].as_py()
            raise InputError(where, f"no mention {what!r} that a relation or entity names", "restore the mention")
        places.append(place)
    return places


def _searched(own: Array, named: Array, row: Array, code: Array) -> Array:
    room = int(max(named.max(initial=0), code.max(initial=0))) + 1
    keys, sought = own * room + named, row * room + code
    if not len(keys):
        return np.full(len(sought), -1, np.int64)
    order = np.argsort(keys, kind="stable")
    found = order[np.minimum(np.searchsorted(keys[order], sought), len(order) - 1)]
    return np.where(keys[found] == sought, found, -1)


def _id_codes(ids: Any, ends: list[Any]) -> tuple[Array, list[Array]]:
    """Give ids and the ids that ends name as codes of one dictionary; those no mention has get one beyond it."""
    if ids is None:
        raise InputError("mentions", "have no ids, but relations or entities name some", "write the ids")
    encoded = [_encoded(column) for column in (ids, *ends)]
    known = encoded[0].dictionary
    named, *codes = (_codes_in(column, known) for column in encoded)
    return named, codes


def _codes_in(column: Any, known: Any) -> Array:
    codes = np.append(numbers_of(pc.index_in(column.dictionary, known), len(known)), len(known))
    return np.asarray(codes[numbers_of(column.indices, len(codes) - 1)])


def _encoded(column: Any) -> Any:
    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
