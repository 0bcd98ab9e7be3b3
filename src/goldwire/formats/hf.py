"""Hugging Face datasets on disk: a folder with a card (README YAML), plain Parquet files, or what save_to_disk left.

Read with PyYAML and pyarrow, never with load_dataset: its cache serves old rows for a local folder that has changed.
What rows mean is in hf_rows; datasets on the Hub are in hf_hub.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.formats.base import EVERYTHING, Format, Options, Setting
from goldwire.formats.columns import first_bytes
from goldwire.formats.csv_rows import csv_rows, first_row
from goldwire.formats.files import read_bytes, read_text, reading
from goldwire.formats.hf_features import Features, decoded, from_json, from_metadata, from_yaml
from goldwire.formats.hf_rows import named_rows, need_names, row_documents, tagged_rows
from goldwire.formats.hf_shapes import PASSAGES, Row, shape_of, telling_row
from goldwire.formats.hf_writing import write
from goldwire.formats.json_values import first_object, objects, parse
from goldwire.formats.settling import settled
from goldwire.formats.spelling import PLAIN
from goldwire.formats.tagged import told_scheme

_CARD = re.compile(r"---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_SPLITS = ("train", "validation", "dev", "valid", "test")
_TABLES = (".csv", ".tsv")
_DATA = (".parquet", ".jsonl", ".arrow", ".json", *_TABLES)
_ARROW = b"\xff\xff\xff\xff"
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Split:
    """A split of a config: its name, its files in order, and the features that its card declares."""

    name: str
    files: tuple[Path, ...]
    features: Features


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from a dataset's folder or a Parquet, Arrow or JSONL file of rows.

    The settings `config` and `split` choose; without them the default config is read, and all its splits one after
    another, their documents' ids led by the split's name where there are several. Columns of token tags or of spans
    are known by their features; the setting `column` names one.
    """
    splits = splits_of(path, options)
    if len(splits) > 1:
        options.notes.add(f"datasets read with all splits: {', '.join(split.name for split in splits)}", str(path))
    for split in splits:
        lead = f"{split.name}-" if len(splits) > 1 else ""
        yield from settled(split_documents(split, lead, options), options, path)


def split_documents(split: Split, lead: str, options: Options) -> Iterator[Document]:
    """Give the documents of a split, one at a time."""
    where = split.files[0]
    quiet = Options("discard", settings=options.settings)
    features = _features(split)
    first = telling_row(_rows(split, quiet), features, options)
    if first is None:
        options.notes.add("splits without rows", str(where))
        list(_rows(split, options))  # there are none, but what is broken is listed
        return
    shape = shape_of(first, features, options, where)
    scheme = ""
    if shape.kind == "tags":
        need_names(first, shape, options, where)
        if shape.spelling is not PLAIN:
            options.notes.add(f"datasets whose tags are written {shape.spelling.name}", str(where))
        scheme = told_scheme(tagged_rows(named_rows(_rows(split, quiet), shape, lead), shape, quiet), options, where)
    yield from row_documents(named_rows(_rows(split, options), shape, lead), shape, scheme, options)


def _features(split: Split) -> Features:
    of_files = next((found for file in split.files if (found := _file_features(file))), {})
    return {**of_files, **split.features}


def _file_features(path: Path) -> Features:
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        with arrow_errors(path):
            return from_metadata(pq.read_schema(path).metadata)
    if path.suffix == ".arrow":
        import pyarrow as pa

        with arrow_errors(path), pa.memory_map(str(path)) as source:
            return from_metadata(pa.ipc.open_stream(source).schema.metadata)
    return {}


def _rows(split: Split, options: Options) -> Iterator[Row]:
    features = _features(split)
    for file in split.files:
        for row in _file_rows(file, options):
            yield {key: decoded(value, features.get(key), file) for key, value in row.items()}


def _file_rows(path: Path, options: Options) -> Iterator[Row]:
    if path.suffix in _TABLES:
        yield from csv_rows(path, options)
        return
    if path.suffix in (".jsonl", ".json"):
        yield from (row for _, row in objects(path, options.notes))
        return
    with arrow_errors(path):
        for batch in _batches(path):
            yield from batch.to_pylist()


def _batches(path: Path) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if path.suffix != ".arrow":
        yield from pq.ParquetFile(path).iter_batches(batch_size=_BATCH)
        return
    with pa.memory_map(str(path)) as source:
        yield from pa.ipc.open_stream(source)


class arrow_errors:  # noqa: N801 - it reads like contextlib's own
    """Turn pyarrow's errors into one line."""

    def __init__(self, path: Path) -> None:
        """Keep the path for the error."""
        self.path = path

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Raise InputError for an error of Arrow or the operating system."""
        import pyarrow as pa

        if isinstance(error, pa.ArrowException | OSError):
            found = str(error).splitlines()[0][:200] if str(error) else "cannot be read"
            raise InputError(self.path, f"is no whole Parquet or Arrow file: {found}", "restore the file") from error


def splits_of(path: Path, options: Options) -> list[Split]:
    """Give the splits that the settings `config` and `split` choose from a file or folder.

    Raises:
        InputError: there is no data, or no such config or split; the error names those there are.
    """
    if not path.is_dir():
        return [Split(path.stem, (path,), {})]
    path = snapshot(path)
    card = _card(path)
    found = _saved(path) or _configured(path, card, options) or _found(path, card, options)
    if not found:
        raise InputError(path, "has no data files", "a dataset has .parquet, .jsonl, .json, .csv or .arrow files")
    asked = options.settings.get("split")
    chosen = [split for split in found if asked in (None, split.name)]
    if not chosen:
        raise InputError(path, f"has no split {asked!r}", f"its splits are {', '.join(s.name for s in found)}")
    return chosen


def snapshot(path: Path) -> Path:
    """Give the folder of a dataset's files: in the Hub's cache that of the commit that main names, or the only one."""
    commits = sorted((path / "snapshots").glob("*")) if (path / "snapshots").is_dir() else []
    main = path / "refs" / "main"
    named = path / "snapshots" / read_text(main).strip() if main.is_file() else None
    return named if named in commits else commits[0] if len(commits) == 1 else path


def _card(path: Path) -> dict[str, Any]:
    import yaml

    readme = path / "README.md"
    found = _CARD.match(read_text(readme)) if readme.is_file() else None
    try:
        value = yaml.safe_load(found[1]) if found else {}
    except yaml.YAMLError as error:
        raise InputError(readme, f"its YAML is broken: {' '.join(str(error).split())[:150]}", "mend it") from error
    card = value if isinstance(value, dict) else {}
    return card if card.get("dataset_info") else {**card, "infos": _infos(path)}


def _infos(path: Path) -> dict[str, Any]:
    """Give what dataset_infos.json says of each config, as cards had it before their YAML did."""
    file = path / "dataset_infos.json"
    found = parse(read_bytes(file), file) if file.is_file() else {}
    return {name: info for name, info in found.items() if isinstance(info, dict)} if isinstance(found, dict) else {}


def _configured(path: Path, card: dict[str, Any], options: Options) -> list[Split]:
    configs = {str(c.get("config_name", "default")): c for c in card.get("configs") or () if isinstance(c, dict)}
    if not configs:
        return []
    name = _config_name(path, configs, options)
    features = _declared(card, name)
    return [
        Split(split, files, features)
        for split, patterns in _data_files(configs[name].get("data_files")).items()
        if (files := _matching(path, patterns))
    ]


def _config_name(path: Path, configs: Mapping[str, Any], options: Options) -> str:
    asked = options.settings.get("config")
    if asked is None:
        chosen = next((name for name, config in configs.items() if config.get("default")), next(iter(configs)))
        if len(configs) > 1:
            others = ", ".join(name for name in configs if name != chosen)
            options.notes.add(
                f"datasets read by config {chosen} (--set config=NAME takes another: {others})", str(path)
            )
        return chosen
    if asked not in configs:
        raise InputError(path, f"has no config {asked!r}", f"its configs are {', '.join(configs)}")
    return asked


def _declared(card: dict[str, Any], config: str) -> Features:
    """Give the features of a config, or of the only one."""
    infos = card.get("infos") or {}
    if told := infos.get(config) or (next(iter(infos.values())) if len(infos) == 1 else None):
        return from_json(told.get("features") or {})
    info = card.get("dataset_info") or []
    entries = [entry for entry in (info if isinstance(info, list) else [info]) if isinstance(entry, dict)]
    named = [e for e in entries if str(e.get("config_name", "default")) == config] or entries[: len(entries) == 1]
    return from_yaml(named[0].get("features") or []) if named else {}


def _data_files(value: Any) -> dict[str, list[str]]:
    """Give the patterns of each split in a config's data_files, in any of the forms cards use."""
    if value is None:
        return {}
    if isinstance(value, str):
        return {"train": [value]}
    if isinstance(value, dict):
        return {str(split): _listed(patterns) for split, patterns in value.items()}
    found: dict[str, list[str]] = {}
    for entry in value:
        split, patterns = (
            (entry.get("split", "train"), entry.get("path")) if isinstance(entry, dict) else ("train", entry)
        )
        found.setdefault(str(split), []).extend(_listed(patterns))
    return found


def _listed(patterns: Any) -> list[str]:
    return [str(item) for item in (patterns if isinstance(patterns, list) else [patterns])]


def _matching(path: Path, patterns: list[str]) -> tuple[Path, ...]:
    """Give the files in a folder that patterns match; none may lead out of it."""
    root = (path.parents[1] if path.parent.name == "snapshots" else path).resolve()  # the cache links to its blobs
    found: list[Path] = []
    for pattern in patterns:
        if "://" in pattern or Path(pattern).is_absolute() or ".." in Path(pattern).parts:
            raise InputError(path, f"its card names data outside the folder: {pattern!r}", "download it first")
        found += sorted(file for file in path.glob(pattern) if file.is_file() and file.suffix in _DATA)
    return tuple(file for file in dict.fromkeys(found) if file.resolve().is_relative_to(root))


def _found(path: Path, card: dict[str, Any], options: Options) -> list[Split]:
    """Give the splits that names of files tell: data/train-00000-of-00001.parquet, test.parquet, train/0.parquet."""
    config = options.settings.get("config")
    files = _data_files_of(path)
    if config:
        files = [file for file in files if config in file.relative_to(path).parts]
    groups: dict[str, list[Path]] = {}
    for file in files:
        groups.setdefault(_split_name(file.relative_to(path)), []).append(file)
    order = sorted(groups, key=lambda name: (_SPLITS.index(name) if name in _SPLITS else len(_SPLITS), name))
    return [Split(name, tuple(groups[name]), _declared(card, config or "default")) for name in order]


def _data_files_of(path: Path) -> list[Path]:
    """Give the data files of a folder: Parquet, JSON lines and prepared Arrow, else the JSON and CSV that hold rows."""
    files = sorted(f for f in path.rglob("*") if f.suffix in _DATA and f.is_file() and ".cache" not in f.parts)
    prepared = [file for file in files if file.suffix == ".arrow" and not file.name.startswith("cache-")]
    certain = [file for file in files if file.suffix in _DATA[:2]] or prepared
    return certain or [file for file in files if file.suffix in _DATA[3:] and _is_rows(file, first_bytes(file))]


def _split_name(file: Path) -> str:
    words = re.split(r"[-_./]", "/".join([*file.parts[:-1], file.stem]))
    return next((word for word in reversed(words) if word in _SPLITS), "train")


def _saved(path: Path) -> list[Split]:
    """Give the splits of a folder that save_to_disk wrote."""
    names = (
        json.loads(read_text(path / "dataset_dict.json"))["splits"] if (path / "dataset_dict.json").is_file() else []
    )
    folders = [(name, path / name) for name in names] or (
        [(path.name, path)] if (path / "state.json").is_file() else []
    )
    return [split for name, folder in folders if (split := _saved_split(name, folder))]


def _saved_split(name: str, folder: Path) -> Split | None:
    with reading(folder):
        state = json.loads(read_text(folder / "state.json"))
        info = json.loads(read_text(folder / "dataset_info.json"))
    files = tuple(folder / Path(entry["filename"]).name for entry in state["_data_files"])
    return Split(name, files, from_json(info.get("features") or {})) if files else None


def recognise(path: Path, head: bytes) -> bool:
    """Say whether a file is Parquet or Arrow, or has rows; or a folder is a dataset."""
    if not path.is_dir():
        return (
            head.startswith((b"PAR1", b"ARROW1"))
            or (path.suffix == ".arrow" and head.startswith(_ARROW))
            or _is_rows(path, head)
        )
    path = snapshot(path)
    if any((path / name).is_file() for name in ("dataset_dict.json", "state.json")):
        return True
    if (path / "dataset_info.json").is_file() and next(path.glob("*.arrow"), None):
        return True
    if next(chain(path.glob("*.parquet"), path.glob("*/*.parquet"), path.glob("*/*/*.parquet")), None) is not None:
        return True
    files = chain.from_iterable(
        path.glob(f"{deep}*{suffix}") for deep in ("", "*/") for suffix in (".jsonl", ".json", *_TABLES)
    )
    return any(_is_rows(file, first_bytes(file)) for file in files if file.is_file())


def _is_rows(path: Path, head: bytes) -> bool:
    """Say whether JSON or CSV has rows of tokens and tags, or of BigBIO's passages (texts: spans)."""
    table = path.suffix in _TABLES
    first = first_row(head) if table else first_object(head)
    try:
        shape = shape_of(first, {}, Options(), path)
    except InputError:
        return False
    kinds = ("tags", "token spans", *(["spans"] if table else []))
    return (shape.kind in kinds or shape.text == PASSAGES) and bool(first[shape.spans])


FORMAT = Format(
    "hf",
    "Hugging Face dataset: folder, Parquet, save_to_disk; tokens and tags, spans, or goldwire's documents",
    (".parquet",),
    recognise,
    read,
    write,
    EVERYTHING,
    (
        Setting("encoding", "the encoding of CSV (utf-8)"),
        Setting("names", "names of numbered tags, where the dataset does not say them: O,B-PER,I-PER"),
        Setting("config", "the config to read; writing: documents, or ner (tokens and ner_tags)", writes=True),
        Setting("split", "the split to read (all); writing: the split's name (test)", writes=True),
        Setting("column", "the column of tags or spans"),
        Setting("scheme", "the scheme of the tags (reading: seen from the tags; writing ner: IOB2)", writes=True),
    ),
)
