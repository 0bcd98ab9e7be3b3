"""Writing a Hugging Face dataset: a folder with a card and Parquet, or a single Parquet file.

The names of the data files carry a hash of their content: datasets' cache would serve old rows under an old name.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from goldwire.document import Document, canonical
from goldwire.errors import InputError
from goldwire.formats.base import Options
from goldwire.formats.files import file_sha256, replacing, write_text
from goldwire.formats.hf_features import Feature, Features, Labels, arrow_type, metadata, yaml_entries
from goldwire.formats.layout import flat, placed
from goldwire.tags import encode, scheme_name

Row: TypeAlias = dict[str, Any]

_BATCH = 1000
_GROUP = 16 * 2**20
_SPANS: Feature = [{"start": "int32", "end": "int32"}]
_PAIRS: Feature = [{"key": "string", "value": "string"}]
_NAMED: dict[str, Feature] = {"id": "string", "start": "int32", "end": "int32", "label": "string", "text": "string"}
DOCUMENTS: Features = {
    "id": "string",
    "text": "string",
    "mentions": [{**_NAMED, "level": "string", "fragments": _SPANS, "attributes": _PAIRS, "score": "float64"}],
    "relations": [
        {
            "id": "string",
            "head": "string",
            "tail": "string",
            "label": "string",
            "evidence": ["int32"],
            "attributes": _PAIRS,
            "score": "float64",
        }
    ],
    "entities": [
        {"id": "string", "mentions": ["string"], "link": "string", "wikidata": "string", "attributes": _PAIRS}
    ],
    "tokens": _SPANS,
    "sentences": _SPANS,
    "zones": [{"start": "int32", "end": "int32", "label": "string", "speaker": "string"}],
    "metadata": _PAIRS,
}
CONFIGS = ("documents", "ner")
_TAGGED: Features = {"id": "string", "document": "string", "tokens": ["string"], "ner_tags": ["string"]}


def write(documents: Iterable[Document], path: Path, options: Options) -> None:
    """Write documents as a dataset: a folder, or one Parquet file where the path ends in .parquet.

    The config `documents` holds everything; `ner` has a row a sentence with tokens and ner_tags.
    """
    config = options.settings.get("config", "documents")
    if config not in CONFIGS:
        raise InputError(config, "is no config that can be written", f"choose {' or '.join(CONFIGS)}")
    if path.suffix == ".parquet":
        with replacing(path) as temporary:
            _write_table(documents, temporary, config, options)
    else:
        _write_folder(documents, path, config, options)


def _write_folder(documents: Iterable[Document], path: Path, config: str, options: Options) -> None:
    split = options.settings.get("split", "test")
    data = path / "data"
    plain = data / f"{split}.parquet"
    data.mkdir(parents=True, exist_ok=True)
    with replacing(plain) as temporary:
        features = _write_table(documents, temporary, config, options)
    named = data / f"{split}-{file_sha256(plain)[:12]}.parquet"
    plain.replace(named)
    write_text(path / "README.md", _card(config, split, named.relative_to(path), features))


def _write_table(documents: Iterable[Document], path: Path, config: str, options: Options) -> Features:
    if config == "documents":
        return _write_rows((_row(canonical(document)) for document in documents), path, DOCUMENTS)
    scheme = scheme_name(options.settings.get("scheme", "IOB2"))
    tags: set[str] = set()
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        spelled = Path(folder) / "spelled"  # in a table the names of all tags stand before its rows
        rows = (row for document in documents for row in _tagged_rows(canonical(document), scheme, options))
        _write_rows(_seen(rows, tags), spelled, _TAGGED)
        names = ("O", *sorted(tags - {"O"}, key=_tag_order))
        features: Features = {**_TAGGED, "ner_tags": [Labels(names)]}
        _write_rows(_coded(spelled, names), path, features)
    return features


def _seen(rows: Iterable[Row], tags: set[str]) -> Iterator[Row]:
    for row in rows:
        tags.update(row["ner_tags"])
        yield row


def _coded(path: Path, names: Sequence[str]) -> Iterator[Row]:
    import pyarrow.parquet as pq

    numbers = {name: index for index, name in enumerate(names)}
    for batch in pq.ParquetFile(path).iter_batches(batch_size=_BATCH):
        for row in batch.to_pylist():
            yield {**row, "ner_tags": [numbers[tag] for tag in row["ner_tags"]]}


def _tag_order(tag: str) -> tuple[str, str]:
    return tag[2:], tag[:1]


def _write_rows(rows: Iterable[Row], path: Path, features: Features) -> Features:
    import pyarrow as pa
    import pyarrow.parquet as pq

    fields = [pa.field(name, arrow_type(feature)) for name, feature in features.items()]
    schema = pa.schema(fields, metadata=metadata(features))
    with pq.ParquetWriter(path, schema) as writer:
        for group in _groups(pa.Table.from_pylist(batch, schema=schema) for batch in _batches(rows)):
            writer.write_table(pa.concat_tables(group))
    return features


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while batch := list(islice(left, _BATCH)):
        yield batch


def _groups(tables: Iterable[Any]) -> Iterator[list[Any]]:
    """Give tables together until they fill a row group: each adds to what a file's end, held in memory, tells."""
    group: list[Any] = []
    for table in tables:
        group.append(table)
        if sum(table.nbytes for table in group) > _GROUP:
            yield group
            group = []
    if group:
        yield group


def _row(document: Document) -> Row:
    return {
        "id": document.id,
        "text": document.text,
        "mentions": [_mention(m) for m in document.mentions],
        "relations": [_relation(r) for r in document.relations],
        "entities": [
            {
                "id": e.id,
                "mentions": e.mentions,
                "link": e.link,
                "wikidata": e.wikidata,
                "attributes": _pairs(e.attributes),
            }
            for e in document.entities
        ],
        "tokens": _spans(document.tokens),
        "sentences": _spans(document.sentences),
        "zones": [{"start": z.start, "end": z.end, "label": z.label, "speaker": z.speaker} for z in document.zones],
        "metadata": _pairs(document.metadata),
    }


def _mention(m: Any) -> Row:
    row = {name: getattr(m, name) for name in ("id", "start", "end", "label", "text", "level", "score")}
    return {**row, "fragments": _spans(m.fragments), "attributes": _pairs(m.attributes)}


def _relation(r: Any) -> Row:
    row = {name: getattr(r, name) for name in ("id", "head", "tail", "label", "evidence", "score")}
    return {**row, "attributes": _pairs(r.attributes)}


def _spans(spans: Iterable[tuple[int, int]]) -> list[Row]:
    return [{"start": start, "end": end} for start, end in spans]


def _pairs(values: Any) -> list[Row]:
    return [{"key": key, "value": values[key]} for key in sorted(values)]


def _tagged_rows(document: Document, scheme: str, options: Options) -> Iterator[Row]:
    grid, places = placed(document, options, "the config ner")
    kept, left = flat(places)
    for name in left:
        options.notes.lose("mentions left out: a longer one overlaps them", f"{document.id}: {name}")
    for what, count in (("relations", len(document.relations)), ("entities", len(document.entities))):
        if count:
            options.notes.lose(f"{what} that the config ner cannot hold", document.id, count)
    labels = {mention.id: mention.label for mention in document.mentions}
    spans: list[list[tuple[int, int, str]]] = [[] for _ in grid.rows]
    for name, place in kept.items():
        spans[place.sentence].append((place.first, place.last, labels[name]))
    for index, (words, found) in enumerate(zip(grid.words(), spans, strict=True)):
        tags = encode(found, len(words), scheme)
        yield {"id": f"{document.id}-{index}", "document": document.id, "tokens": words, "ner_tags": tags}


def _card(config: str, split: str, file: Path, features: Features) -> str:
    import yaml

    files = [{"split": split, "path": file.as_posix()}]
    card = {
        "configs": [{"config_name": config, "default": True, "data_files": files}],
        "dataset_info": [{"config_name": config, "features": yaml_entries(features)}],
    }
    return f"---\n{yaml.safe_dump(card, sort_keys=False, allow_unicode=True)}---\n"
