"""Building the dataset: gold documents and their label set become a folder for the Hub, the same bytes each time.

What the configs hold lives in configs, the card in card; reading it back in load.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from goldwire.annotations.rules import across_documents, finished_rules, label_set_rules
from goldwire.annotations.seeds import Seed, Source
from goldwire.corpus.card import SPLIT, Stored, Words, card, parse_words
from goldwire.corpus.configs import Built, build_all
from goldwire.corpus.statistics import statistics
from goldwire.corpus.tokens import tokenized
from goldwire.document import Document, canonical
from goldwire.errors import BrokenRules, InputError, Problem
from goldwire.formats.files import read_bytes, read_text, replacing
from goldwire.formats.goldwire_json import read_folder
from goldwire.labels import LabelSet
from goldwire.rules import broken_rules

MADE = re.compile(rf"data/[a-z_]+/{SPLIT}-[0-9a-f]+\.parquet|README\.md|statistics\.json|labels\.toml")
_SIZES = re.compile(rb"^ *download_size: \d+\n", re.MULTILINE)


def read_gold(folder: Path, seeds: Mapping[str, Seed], labels: LabelSet) -> tuple[Document, ...]:
    """Read a gold folder, ready to be built: checked, tokenized, with what is known of each seed as metadata.

    Raises:
        InputError: there is no gold yet.
        BrokenRules: the gold breaks a rule; one line each.
    """
    if not folder.is_dir() or not any(folder.glob("*.json")):
        raise InputError(folder, "there is no gold yet", "annotate first: goldwire adjudicate writes it")
    documents = list(read_folder(folder))
    problems = list(label_set_rules(labels, "labels.toml"))
    for document in documents:
        where = str(folder / f"{document.id}.json")
        problems += broken_rules(document, labels, where)
        if document.id not in seeds or seeds[document.id].text != document.text:
            problems.append(Problem(where, "is not the text of a seed", "restore the seed's text"))
    problems = problems or [p for d in documents for p in finished_rules(d, labels, str(folder / f"{d.id}.json"))]
    problems += across_documents((str(folder / f"{d.id}.json"), d) for d in documents)
    if problems:
        raise BrokenRules(dict.fromkeys(problems))
    return tuple(ready(document, seeds[document.id].source) for document in documents)


def ready(document: Document, source: Source) -> Document:
    """Give a gold document as the corpus publishes it: canonical, with tokens, and its source as metadata."""
    known = {name: value for name, value in asdict(source).items() if value}
    return canonical(tokenized(replace(document, metadata={**document.metadata, **known})))


def read_words(path: Path) -> Words:
    """Read the words of the card from annotations/card.md."""
    return parse_words(read_text(path), path)


def made(documents: Sequence[Document], labels: LabelSet, labels_toml: bytes, words: Words) -> dict[str, bytes]:
    """Give every file of the dataset by its path in the folder; nothing is written."""
    built = build_all(documents, labels)
    files = {f"data/{b.config.name}/{SPLIT}-{content_hash(b.table)}.parquet": parquet(b.table) for b in built}
    stored = [Stored(b, path, len(files[path])) for b, path in zip(built, files, strict=True)]
    return files | _texts(documents, labels, words, stored) | {"labels.toml": labels_toml}


def _texts(documents: Sequence[Document], labels: LabelSet, words: Words, stored: Sequence[Stored]) -> dict[str, bytes]:
    built: list[Built] = [s.built for s in stored]
    counts = statistics(documents, labels, built)
    dumped = json.dumps(counts, ensure_ascii=False, indent=1) + "\n"
    return {"README.md": card(words, stored, documents, labels, counts).encode(), "statistics.json": dumped.encode()}


def content_hash(table: pa.Table) -> str:
    """Give 16 hexadecimal digits that tell a table's content and features, whatever library wrote it.

    It is part of the file's name and so of the card's YAML: the cache of `load_dataset` knows a local folder by
    its name and that YAML alone, and would serve yesterday's rows otherwise.
    """
    digest = hashlib.sha256((table.schema.metadata or {}).get(b"huggingface", b""))
    digest.update(json.dumps(table.to_pylist(), ensure_ascii=False).encode())
    return digest.hexdigest()[:16]


def parquet(table: pa.Table) -> bytes:
    """Give a table as Parquet bytes."""
    buffer = BytesIO()
    pq.write_table(table, buffer, compression="snappy")
    return buffer.getvalue()


def write(files: Mapping[str, bytes], folder: Path) -> list[Path]:
    """Write the dataset's files, remove those of an earlier build, and give the removed ones.

    The card, which names the others, is written last; so a reader never meets a name without its file.
    """
    for path in sorted(files, key=lambda name: (name == "README.md", name)):
        with replacing(folder / path) as temporary:
            temporary.write_bytes(files[path])
    left = [folder / path for path in _lying(folder) if path not in files and MADE.fullmatch(path)]
    for file in left:
        file.unlink()
    return left


def stale(files: Mapping[str, bytes], folder: Path) -> Iterator[Problem]:
    """Give how a folder differs from the files that a build would make now.

    Tables are compared, not Parquet bytes, which another version of the library may lay out otherwise.
    """
    lying = _lying(folder)
    mend = "run goldwire build"
    for path in sorted(set(files) - lying):
        yield Problem(str(folder / path), "is missing", mend)
    for path in sorted(lying - set(files)):
        yield Problem(str(folder / path), "is not made by the build", f"remove it, or {mend}")
    for path in sorted(lying & set(files)):
        if not _equal(path, files[path], read_bytes(folder / path)):
            yield Problem(str(folder / path), "is stale", mend)


def _lying(folder: Path) -> set[str]:
    if folder.exists() and not folder.is_dir():
        raise InputError(folder, "is a file, the dataset's folder was expected", "move it away")
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def _equal(path: str, new: bytes, old: bytes) -> bool:
    if not path.endswith(".parquet"):
        return _SIZES.sub(b"", new) == _SIZES.sub(b"", old)
    try:
        return bool(_table(new).equals(_table(old), check_metadata=True))
    except (pa.ArrowException, OSError):
        return False


def _table(data: bytes) -> pa.Table:
    """Read Parquet bytes in this thread alone: Arrow's others let Python objects go late, and abort its end."""
    return pq.ParquetFile(pa.BufferReader(data)).read(use_threads=False)
