"""Reading a built corpus: the card's YAML and Parquet, by our own reader.

`datasets` is not used: it takes a second to import, and its cache can serve a local folder's old rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from goldwire.corpus.documents import NAME, to_document
from goldwire.corpus.schema import Features, Row, arrow_schema, from_yaml, rows
from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.formats.files import read_text, reading
from goldwire.formats.goldwire_json import dump_line
from goldwire.labels import LabelSet, read_labels


def corpus_folder() -> Path:
    """Give the folder of goldwire's own corpus: the installed package's, or else the repository's.

    Raises:
        InputError: neither is there.
    """
    packaged = Path(str(files("goldwire"))) / "data" / "corpus"
    repository = Path(__file__).parents[3] / "corpus"
    for folder in (packaged, repository):
        if (folder / "README.md").is_file():
            return folder
    raise InputError(repository, "the corpus is not built", "run goldwire build")


def gold_documents(path: Path | str | None = None) -> tuple[Document, ...]:
    """Give the gold documents of a corpus folder that goldwire built; without a path, of goldwire's own.

    Raises:
        InputError: the folder is no such corpus; the error says what is missing.
    """
    folder = corpus_folder() if path is None else Path(path)
    return tuple(to_document(row) for row in read_rows(folder, NAME))


def gold_labels(path: Path | str | None = None) -> LabelSet:
    """Give the label set of a corpus folder; without a path, of goldwire's own."""
    folder = corpus_folder() if path is None else Path(path)
    return read_labels(folder / "labels.toml")


def fingerprint(documents: Iterable[Document]) -> str:
    """Give the SHA-256 of documents' content: the same in any order, other if anything in them changes."""
    digest = hashlib.sha256()
    for document in sorted(documents, key=lambda d: d.id):
        digest.update(dump_line(document).encode())
    return digest.hexdigest()


def read_rows(folder: Path, config: str) -> list[Row]:
    """Give a config's rows, labels by their names.

    Raises:
        InputError: the folder has no card, the card no such config, or a file cannot be read.
    """
    features, paths = _config(folder, config)
    return [row for path in paths for row in rows(_table(path, features), features)]


def _table(path: Path, features: Features) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with reading(path):
            found = pq.ParquetFile(path).read()  # read_table would import pandas
    except pa.ArrowException as error:
        raise InputError(path, f"is not Parquet: {' '.join(str(error).split())}", "build again") from error
    if not found.schema.equals(arrow_schema(features)):
        raise InputError(path, "has not the columns that the card tells of", "build again")
    return found


def _config(folder: Path, name: str) -> tuple[Features, list[Path]]:
    card = folder / "README.md"
    front = _front(card)
    try:
        data = {entry["config_name"]: entry["data_files"] for entry in front["configs"]}
        info = {entry["config_name"]: entry["features"] for entry in front["dataset_info"]}
        if name not in data:
            raise InputError(card, f"has no config {name!r}", f"it has {', '.join(data)}")
        return from_yaml(info[name]), [_inside(folder, entry["path"]) for entry in data[name]]
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(card, "is not the card of a corpus that goldwire built", "run goldwire build") from error


def _inside(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise InputError(folder / "README.md", f"names a file outside the folder: {name}", "run goldwire build")
    return path


def _front(card: Path) -> dict[str, Any]:
    text = read_text(card)
    parts = text.split("---\n", 2)
    if len(parts) != 3 or parts[0].strip():
        raise InputError(card, "has no YAML header", "name a corpus folder that goldwire build made")
    try:
        front = _yaml(parts[1])
    except yaml.YAMLError as error:
        where = " ".join(str(error).split())
        raise InputError(card, f"its header is not YAML: {where}", "run goldwire build") from error
    return front if isinstance(front, dict) else {}


@cache
def _yaml(text: str) -> Any:
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  # a safe loader, in C
