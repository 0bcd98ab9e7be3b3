"""Datasets on the Hugging Face Hub, by name: read with the library datasets, without any remote code.

Local folders and files are never read this way; see hf.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from goldwire.document import Document
from goldwire.errors import InputError, MissingExtra
from goldwire.formats.base import Format, Options, Setting
from goldwire.formats.hf_features import Features, decoded, from_json
from goldwire.formats.hf_rows import named_rows, row_documents, tagged_row
from goldwire.formats.hf_shapes import Row, shape_of, telling_row
from goldwire.formats.settling import settled
from goldwire.formats.tagged import told_scheme


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from a dataset on the Hub; the settings `config`, `split` and `revision` choose.

    Raises:
        InputError: the Hub has no such dataset or cannot be reached, or several splits are there and none is named.
    """
    name = path.as_posix()
    loaded = _loaded(name, options)
    splits = loaded if isinstance(loaded, Mapping) else {options.settings.get("split", "test"): loaded}
    for split, data in splits.items():
        lead = f"{split}-" if len(splits) > 1 else ""
        yield from settled(_documents(f"{name}:{split}", lead, data, options), options, name)


def _loaded(name: str, options: Options) -> Any:
    try:
        from datasets import load_dataset
    except ImportError as error:
        raise MissingExtra("datasets", "hub", "reading from the Hub") from error
    asked = {key: options.settings.get(key) for key in ("split", "revision")}
    try:
        return load_dataset(name, options.settings.get("config"), **asked)
    except Exception as error:
        found = f"cannot be loaded from the Hub: {' '.join(str(error).split())[:200]}"
        raise InputError(name, found, "check its name, --set config=... and --set split=...") from error


def _documents(where: str, lead: str, data: Any, options: Options) -> Iterator[Document]:
    features = from_json(data.features.to_dict())
    first = telling_row(_rows(data, features, where), features, options)
    if first is None:
        options.notes.add("splits without rows", where)
        return
    shape = shape_of(first, features, options, where)
    scheme = ""
    if shape.kind == "tags":
        named = named_rows(_rows(data, features, where), shape, lead)
        scheme = told_scheme((tagged_row(name, row, shape, options) for name, row in named), options, where)
    yield from row_documents(named_rows(_rows(data, features, where), shape, lead), shape, scheme, options)


def _rows(data: Any, features: Features, where: str) -> Iterator[Row]:
    for row in data.with_format("arrow").iter(batch_size=1000):
        for values in row.to_pylist():
            yield {key: decoded(value, features.get(key), where) for key, value in values.items()}


def recognise(path: Path, head: bytes) -> bool:
    """Say no: a name on the Hub is no file, so --from hub names it."""
    del path, head
    return False


FORMAT = Format(
    "hub",
    "Hugging Face dataset on the Hub, by name (--from hub)",
    (),
    recognise,
    read,
    settings=(
        Setting("config", "the config to read"),
        Setting("split", "the split to read (all)"),
        Setting("revision", "the commit, tag or branch"),
        Setting("column", "the column of tags or spans"),
        Setting("scheme", "the scheme of the tags"),
    ),
)
