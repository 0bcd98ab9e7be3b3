"""Hugging Face features, from a dataset card's YAML or a Parquet file's metadata: which values are names of labels.

A feature is a string (a plain value), Labels, [feature] for a list, {name: feature} for a struct.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias, Union

from goldwire.errors import InputError
from goldwire.tags import IGNORED, OUTSIDE

_UNNAMED = {-1: OUTSIDE, IGNORED: str(IGNORED)}


class Labels(NamedTuple):
    """A closed set of labels, stored as integers; -1 stands for none, -100 for a token that is not to count."""

    names: tuple[str, ...]


Feature: TypeAlias = Union[str, Labels, "list[Feature]", "dict[str, Feature]"]
Features: TypeAlias = dict[str, Feature]


def from_metadata(metadata: Mapping[bytes, bytes] | None) -> Features:
    """Give the features in the `huggingface` metadata of a Parquet or Arrow schema; {} where there are none."""
    raw = (metadata or {}).get(b"huggingface")
    try:
        found = json.loads(raw)["info"]["features"] if raw else {}
    except (ValueError, KeyError, TypeError):
        return {}
    return from_json(found) if isinstance(found, dict) else {}


def from_json(features: Mapping[str, Any]) -> Features:
    """Give the features of their JSON form (`Features.to_dict`, dataset_info.json)."""
    return {name: _from_json(value) for name, value in features.items()}


def from_yaml(entries: Any) -> Features:
    """Give the features of their YAML form, a list of entries with a name each."""
    return {str(entry["name"]): _from_entry(entry) for entry in entries if isinstance(entry, dict) and "name" in entry}


def _from_json(value: Any) -> Feature:
    if isinstance(value, list):
        return [_from_json(value[0])] if value else "null"
    if not isinstance(value, dict):
        return "null"
    kind = value.get("_type")
    if kind == "ClassLabel":
        return Labels(tuple(map(str, value.get("names") or ())))
    if kind in ("Sequence", "List", "LargeList"):
        return [_from_json(value["feature"])]
    if isinstance(kind, str):
        return str(value.get("dtype", kind))
    return from_json(value)


def _from_entry(entry: Any) -> Feature:
    if isinstance(entry, str):
        return entry
    if isinstance(entry, list):
        return dict(from_yaml(entry))
    for key in ("list", "sequence"):
        if key in entry:
            return [_from_entry(entry[key])]
    if "struct" in entry:
        return dict(from_yaml(entry["struct"]))
    if "class_label" in entry:
        return _class_label(entry["class_label"])
    dtype = entry.get("dtype", "null")
    return dtype if isinstance(dtype, str) else _from_entry(dtype)


def _class_label(value: Any) -> Labels:
    names = (value or {}).get("names") or {}
    if isinstance(names, dict):
        return Labels(tuple(str(names[key]) for key in sorted(names, key=int)))
    return Labels(tuple(map(str, names)))


def decoded(value: Any, feature: Feature | None, where: object = "") -> Any:
    """Give a value with the names of its labels; a struct of lists becomes a list of structs.

    Raises:
        InputError: a number is no label of its set.
    """
    if value is None or feature is None or isinstance(feature, str):
        return value
    if isinstance(feature, Labels):
        return _label(value, feature, where)
    if isinstance(feature, list):
        rows = transposed(value) if isinstance(value, dict) else value
        return [decoded(item, feature[0], where) for item in rows]
    return {key: decoded(item, feature.get(key), where) for key, item in value.items()}


def transposed(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the rows of a struct of equally long lists."""
    columns = {key: column for key, column in value.items() if isinstance(column, list)}
    length = max(map(len, columns.values()), default=0)
    return [{key: column[i] for key, column in columns.items() if i < len(column)} for i in range(length)]


def _label(value: Any, labels: Labels, where: object) -> Any:
    if not isinstance(value, int):
        return value
    if value in _UNNAMED:
        return _UNNAMED[value]
    if not 0 <= value < len(labels.names):
        raise InputError(where, f"label number {value} of {len(labels.names)}", "mend the features or the rows")
    return labels.names[value]


def yaml_entries(features: Features) -> list[dict[str, Any]]:
    """Give the YAML form of features."""
    return [{"name": name, **_entry(feature)} for name, feature in features.items()]


def _entry(feature: Feature) -> dict[str, Any]:
    if isinstance(feature, Labels):
        return {"dtype": {"class_label": {"names": {str(i): name for i, name in enumerate(feature.names)}}}}
    if isinstance(feature, dict):
        return {"struct": yaml_entries(feature)}
    if isinstance(feature, str):
        return {"dtype": feature}
    inner = feature[0]
    if isinstance(inner, dict):
        return {"list": yaml_entries(inner)}
    return {"list": inner if isinstance(inner, str) else _entry(inner)}


def to_json(feature: Feature) -> Any:
    """Give the JSON form; lists as plain lists, which old and new versions of datasets understand."""
    if isinstance(feature, Labels):
        return {"names": list(feature.names), "_type": "ClassLabel"}
    if isinstance(feature, list):
        return [to_json(feature[0])]
    if isinstance(feature, dict):
        return {name: to_json(part) for name, part in feature.items()}
    return {"dtype": feature, "_type": "Value"}


def metadata(features: Features) -> dict[bytes | str, bytes | str]:
    """Give the schema metadata that carries features."""
    return {"huggingface": json.dumps({"info": {"features": to_json(features)}}, ensure_ascii=False)}


def arrow_type(feature: Feature) -> Any:
    """Give the Arrow type of a feature."""
    import pyarrow as pa

    if isinstance(feature, Labels):
        return pa.int64()
    if isinstance(feature, list):
        return pa.list_(arrow_type(feature[0]))
    if isinstance(feature, dict):
        return pa.struct([pa.field(name, arrow_type(part)) for name, part in feature.items()])
    return getattr(pa, {"float64": "float64", "int32": "int32"}.get(feature, "string"))()
