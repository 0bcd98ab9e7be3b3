"""What the columns of a dataset hold: documents, token tags or spans, told from a row and the features.

Rows become documents in hf_rows; the features that name labels are in hf_features.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

from goldwire.errors import InputError
from goldwire.formats.base import Options
from goldwire.formats.hf_features import Feature, Features, Labels, transposed
from goldwire.formats.json_values import need, plain
from goldwire.formats.spelling import PLAIN, TAG, Spelling, spelling_of

Row: TypeAlias = dict[str, Any]

STARTS = ("start", "start_offset", "begin", "start_char", "char_start", "offset_start")
SPAN_COLUMNS = ("mentions", "entities", "spans", "ner", "entity_spans", "labels", "label", "annotations")
RELATION_COLUMNS = ("relations", "relation")
TEXT_COLUMNS = ("text", "sentence", "document", "content", "context", "passage", "article")
TOKEN_COLUMNS = ("tokens", "words", "tokenized_text", "token", "word", "sentence", "text")
TAG_COLUMNS = (
    "ner_tags",
    "ner",
    "tags",
    "labels",
    "bio_tags",
    "entity_tags",
    "ner_labels",
    "entities",
    "fine_ner_tags",
    "label",
    "tag",
)
INNER = ("nested_", "inner_")
PASSAGES, OFFSETS = "passages", "offsets"
GROUP_COLUMNS = ("document", "document_id", "doc_id")
ID_COLUMNS = ("id", "doc_id", "document_id", "docid", "doc_key", "guid", "uid", "sample_id", "pmid")


@dataclass(frozen=True, slots=True)
class Shape:
    """What the columns of a dataset are: its kind (documents, tags or spans) and the names of those that matter."""

    kind: str
    text: str = ""
    spans: str = ""
    relations: str = ""
    id: str = ""
    group: str = ""
    layers: tuple[str, ...] = ()
    spelling: Spelling = PLAIN

    @property
    def used(self) -> tuple[str, ...]:
        """Name the columns that are read."""
        return (self.text, self.spans, self.relations, self.id, self.group, *self.layers)


def shape_of(row: Row, features: Features, options: Options, where: object) -> Shape:
    """Tell from a row (its values decoded) and the features how documents stand in the columns.

    Raises:
        InputError: the columns are of no known kind; the error names them.
    """
    name = next((key for key in ID_COLUMNS if isinstance(row.get(key), str | int)), "")
    asked = options.settings.get("column", "")
    if _is_documents(row) and not asked:
        return Shape("documents")
    tokens = next((key for key in TOKEN_COLUMNS if _is_words(row.get(key))), "") or _beside_tags(row)
    relations = next((key for key in RELATION_COLUMNS if _is_structs(row.get(key))), "")
    tags = _tag_column(row, features, tokens, asked) if tokens else ""
    if tags:
        group = next((key for key in GROUP_COLUMNS if isinstance(row.get(key), str)), "")
        layers = tuple(key for key in row if key.startswith(INNER) and len(row[key] or ()) == len(row[tokens]))
        spelling = _tag_spelling(row[tags], features.get(tags))
        return Shape("tags", tokens, tags, "", name, group, layers, spelling)
    text = next((key for key in TEXT_COLUMNS if isinstance(row.get(key), str)), "")
    spans = _span_column(row, asked)
    if spans and (text or (_is_structs(row.get(PASSAGES)) and row[PASSAGES])):
        return Shape("spans", text or PASSAGES, spans, relations, name)
    if spans and tokens and row[tokens]:
        return Shape("token spans", tokens, spans, relations, name)
    columns = ", ".join(f"{key} ({_kind(value)})" for key, value in row.items())
    found = f"no column of token tags or of spans among: {columns}"
    raise InputError(where, found, "name it with --set column=NAME; it needs tokens or a text beside it")


def _is_documents(row: Row) -> bool:
    mentions = row.get("mentions")
    return isinstance(row.get("text"), str) and isinstance(mentions, list) and "relations" in row and "id" in row


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _beside_tags(row: Row) -> str:
    """Give the column of words of another name: it has as many as there are tags in a column beside it."""
    lists = {key: value for key, value in row.items() if value and _is_words(value)}
    tagged = {len(value) for value in lists.values() if _looks_like_tags(value, None)}
    words = (key for key, value in lists.items() if len(value) in tagged and not _looks_like_tags(value, None))
    return next(words, "")


def _is_structs(value: Any) -> bool:
    if isinstance(value, dict):
        return bool(value) and all(isinstance(column, list) for column in value.values())
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _tag_column(row: Row, features: Features, tokens: str, asked: str) -> str:
    length = len(row[tokens])
    fitting = [key for key, value in row.items() if key != tokens and isinstance(value, list) and len(value) == length]
    plain_values = [key for key in fitting if all(isinstance(v, str | int) for v in row[key])]
    if asked:
        return asked if asked in plain_values else ""
    for test in (_declares_tags, _looks_like_tags):
        found = [key for key in plain_values if test(row[key], features.get(key))]
        if found:
            return min(found, key=lambda key: TAG_COLUMNS.index(key) if key in TAG_COLUMNS else len(TAG_COLUMNS))
    return next((key for key in TAG_COLUMNS if key in plain_values), "")


def _declares_tags(values: list[Any], feature: Feature | None) -> bool:
    del values
    inner = feature[0] if isinstance(feature, list) else None
    if not isinstance(inner, Labels) or "O" not in inner.names:
        return False
    labels = {name.partition("-")[2] for name in inner.names}
    return not {"NP", "VP", "PP"} <= labels


def _tag_spelling(values: list[Any], feature: Feature | None) -> Spelling:
    """Give how tags are written: by the names that are declared, else by a row's values."""
    inner = feature[0] if isinstance(feature, list) else None
    names = list(inner.names) if isinstance(inner, Labels) else [value for value in values if isinstance(value, str)]
    return spelling_of(names) or PLAIN


def _looks_like_tags(values: list[Any], feature: Feature | None) -> bool:
    del feature
    return bool(values) and all(isinstance(value, str) and TAG.match(value) for value in values)


def _span_column(row: Row, asked: str) -> str:
    columns = [key for key, value in row.items() if _is_structs(value)]
    if asked:
        return asked if asked in columns else ""
    filled = [key for key in columns if (rows := structs(row[key])) and field_of(rows[0], (*STARTS, OFFSETS))]
    named = [key for key in SPAN_COLUMNS if key in columns]
    return next((key for key in named if key in filled), next(iter(filled), next(iter(named), "")))


def structs(value: Any, where: str = "") -> list[Row]:
    """Give the structs of a column: a list of them, or a struct of lists; raises InputError for anything else."""
    if isinstance(value, dict) and not all(isinstance(column, list | None) for column in value.values()):
        raise InputError(where, f"a column of structs is {plain(value)[:60]}, a list was expected", "mend the row")
    rows = transposed(value) if isinstance(value, dict) else need(value or [], list, where, "a column of structs")
    return [need(row, dict, where, "a value in a column of structs") for row in rows]


def field_of(row: Mapping[str, Any], names: Iterable[str]) -> str:
    """Give the first of some names that a row has, or nothing."""
    return next((name for name in names if name in row), "")


def _kind(value: Any) -> str:
    if isinstance(value, list):
        return f"list of {_kind(value[0])}" if value else "list"
    return "struct" if isinstance(value, dict) else type(value).__name__


def telling_row(rows: Iterator[Row], features: Features, options: Options) -> Row | None:
    """Give the row, of the first hundred, that has most to show: an empty list does not tell what it would hold.

    One whose columns are of a known kind goes before others, which may be broken.
    """
    found = sorted(islice(rows, 100), key=_telling, reverse=True)
    return next((row for row in found if _has_shape(row, features, options)), found[0] if found else None)


def _has_shape(row: Row, features: Features, options: Options) -> bool:
    try:
        return bool(shape_of(row, features, options, ""))
    except InputError:
        return False


def _telling(row: Row) -> tuple[int, int]:
    lists = [value for value in row.values() if isinstance(value, list)]
    return sum(1 for value in row.values() if value), sum(len(set(map(str, value))) for value in lists)
