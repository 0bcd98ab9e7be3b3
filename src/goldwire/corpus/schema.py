"""The features of a dataset: Arrow types, the Hub's JSON and YAML of them, and rows in and out.

A feature is "string", "int32" ...; Labels for a closed set; [feature] for a list; {name: feature} for a struct.
Which configs there are, and their rows, is said in configs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias, Union

import pyarrow as pa

STRING, INT, BOOL = "string", "int32", "bool"


class Labels(NamedTuple):
    """A closed set of labels, stored as integers (the Hub's ClassLabel)."""

    names: tuple[str, ...]


Feature: TypeAlias = Union[str, Labels, "list[Feature]", "dict[str, Feature]"]
Features: TypeAlias = dict[str, Feature]
Row: TypeAlias = dict[str, Any]


def closed(names: Iterable[str]) -> Feature:
    """Give the feature of a label: Labels, or a string where no names are declared."""
    found = tuple(names)
    return Labels(found) if found else STRING


def table(rows: Iterable[Row], features: Features) -> pa.Table:
    """Give rows as an Arrow table whose schema carries the features as the Hub's libraries read them."""
    encoded = [_encode(row, features) for row in rows]
    return pa.Table.from_pylist(encoded, schema=arrow_schema(features))


def arrow_schema(features: Features) -> pa.Schema:
    """Give the Arrow schema of features, with the `huggingface` metadata."""
    hub = {"info": {"features": {name: _hub(feature) for name, feature in features.items()}}}
    fields = [pa.field(name, _arrow(feature)) for name, feature in features.items()]
    return pa.schema(fields, metadata={"huggingface": json.dumps(hub, ensure_ascii=False)})


def rows(found: pa.Table, features: Features) -> list[Row]:
    """Give the rows of an Arrow table, labels by their names."""
    return [_decode(row, features) for row in found.to_pylist()]


def to_yaml(features: Features) -> list[dict[str, Any]]:
    """Give features as a dataset card's `dataset_info` has them."""
    return [{"name": name, **_yaml(feature)} for name, feature in features.items()]


def from_yaml(entries: Iterable[Mapping[str, Any]]) -> Features:
    """Give the features of a dataset card's `dataset_info`.

    Raises:
        KeyError, TypeError, ValueError: the entries are of a kind that goldwire does not write.
    """
    return {entry["name"]: _from_yaml({k: v for k, v in entry.items() if k != "name"}) for entry in entries}


def _arrow(feature: Feature) -> pa.DataType:
    if isinstance(feature, Labels):
        return pa.int64()
    if isinstance(feature, list):
        return pa.list_(_arrow(feature[0]))
    if isinstance(feature, dict):
        return pa.struct([pa.field(name, _arrow(part)) for name, part in feature.items()])
    plain: dict[str, pa.DataType] = {STRING: pa.string(), INT: pa.int32(), BOOL: pa.bool_()}
    return plain[feature]


def _hub(feature: Feature) -> Any:
    """Give the JSON form; lists as plain lists, which old and new versions of datasets understand."""
    if isinstance(feature, Labels):
        return {"names": list(feature.names), "_type": "ClassLabel"}
    if isinstance(feature, list):
        return [_hub(feature[0])]
    if isinstance(feature, dict):
        return {name: _hub(part) for name, part in feature.items()}
    return {"dtype": feature, "_type": "Value"}


def _yaml(feature: Feature) -> dict[str, Any]:
    if isinstance(feature, Labels):
        return {"dtype": {"class_label": {"names": {str(i): name for i, name in enumerate(feature.names)}}}}
    if isinstance(feature, dict):
        return {"struct": to_yaml(feature)}
    if isinstance(feature, str):
        return {"dtype": feature}
    inner = feature[0]
    if isinstance(inner, dict):
        return {"list": to_yaml(inner)}
    return {"list": inner if isinstance(inner, str) else _yaml(inner)}


def _from_yaml(entry: Mapping[str, Any]) -> Feature:
    if "struct" in entry:
        return from_yaml(entry["struct"])
    if "list" in entry:
        inner = entry["list"]
        if isinstance(inner, str):
            return [inner]
        return [from_yaml(inner) if isinstance(inner, list) else _from_yaml(inner)]
    if isinstance(entry["dtype"], str):
        return str(entry["dtype"])
    names = entry["dtype"]["class_label"]["names"]
    return Labels(tuple(str(names[str(index)]) for index in range(len(names))))


def _encode(value: Any, feature: Feature) -> Any:
    if value is None:
        return None
    if isinstance(feature, Labels):
        return feature.names.index(value)
    if isinstance(feature, list):
        return [_encode(item, feature[0]) for item in value]
    if isinstance(feature, dict):
        return {name: _encode(value.get(name), part) for name, part in feature.items()}
    return value


def _decode(value: Any, feature: Feature) -> Any:
    if value is None:
        return None
    if isinstance(feature, Labels):
        return feature.names[value]
    if isinstance(feature, list):
        return [_decode(item, feature[0]) for item in value]
    if isinstance(feature, dict):
        return {name: _decode(value.get(name), part) for name, part in feature.items()}
    return value
