"""Scoring Parquet a shard at a time, in bounded memory: a shard's counts add to the whole's, whatever the shards.

How a table becomes arrays is said in tables; what is counted, by the measures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from goldwire.errors import InputError
from goldwire.eval.ahead import ahead
from goldwire.eval.columns import Columns, join
from goldwire.eval.counts import COLUMNS, Counts, merge_all
from goldwire.eval.layers.matching import full_keys
from goldwire.eval.measures import NEEDS, Measure
from goldwire.eval.pairing import difference, outside, paired
from goldwire.eval.raw import Raw
from goldwire.eval.signature import FILE
from goldwire.formats.base import Notes
from goldwire.formats.files import file_sha256, reading
from goldwire.labels import LabelSet

SHARD = 1024
WHOLE = 2**31


@dataclass(frozen=True, slots=True)
class Counted:
    """The counts of two files by measure, and the layers that each side has."""

    counts: dict[str, Counts]
    gold_layers: frozenset[str]
    pred_layers: frozenset[str]


def is_table(path: object) -> bool:
    """Say whether a path names a Parquet file of whole documents, or one that no reader could take for rows."""
    if not (isinstance(path, str | Path) and str(path).endswith(".parquet") and Path(path).is_file()):
        return False
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return {"id", "mentions"} <= set(pq.read_schema(path).names)
    except (pa.ArrowException, OSError):
        return True


def count_tables(
    gold: Path,
    pred: Path,
    measures: Sequence[Measure],
    labels: LabelSet | None = None,
    *,
    missing_documents: str = "empty",
    extra_documents: str = "error",
    notes: Notes | None = None,
    keep_documents: bool = True,
) -> Counted:
    """Count two Parquet files of whole documents; without `keep_documents` only the totals, in one row, are kept."""
    pieces = shards(
        gold,
        pred,
        labels,
        missing_documents=missing_documents,
        extra_documents=extra_documents,
        rows=SHARD if all(measure.additive for measure in measures) else WHOLE,
        only_mentions=all(measure.layer == "mentions" for measure in measures),
        notes=notes,
    )
    return count_shards(pieces, measures, Notes() if notes is None else notes, keep_documents=keep_documents)


def count_shards(
    pieces: Iterable[Columns], measures: Sequence[Measure], notes: Notes, *, keep_documents: bool
) -> Counted:
    """Count disjoint shards of documents; there is at least one."""
    found: dict[str, list[Counts]] = {measure.name: [] for measure in measures}
    layers: list[set[str]] = [set(), set()]
    for both in pieces:
        note_duplicates(both, notes)
        note_untokenized(both, measures, notes)
        for own, side in zip(layers, (both.gold, both.pred), strict=True):
            own.update(side.layers)
        for measure in measures:
            counts = _count(measure, both, found[measure.name])
            found[measure.name].append(counts if keep_documents else counts.condensed())
    merged = {name: merge_all(found.pop(name)) for name in list(found)}  # each frees its parts
    final = merged if keep_documents else {name: part.condensed() for name, part in merged.items()}
    return Counted(final, frozenset(layers[0]), frozenset(layers[1]))


def merge_counted(parts: Sequence[Counted]) -> Counted:
    """Give the counts of disjoint shards together, in any order; all were counted by the same measures.

    With `scoring.count` this is all that scoring on many machines needs: a task a shard, then one sum. A shard's
    counts are small and can be pickled.
    """
    counts = {name: merge_all([part.counts[name] for part in parts]) for name in parts[0].counts}
    gold, pred = (
        frozenset().union(*layers) for layers in zip(*((p.gold_layers, p.pred_layers) for p in parts), strict=True)
    )
    return Counted(counts, gold, pred)


def _count(measure: Measure, both: Columns, before: Sequence[Counts]) -> Counts:
    """Count; a later shard in which neither side says anything of the measure's layer is nothing, uncounted."""
    if not before or NEEDS.get(measure.layer, measure.layer) in both.gold.layers | both.pred.layers:
        return measure.count(both)
    shape = (len(both.documents), len(before[0].labels), len(COLUMNS))
    return Counts(before[0].measure, before[0].labels, np.zeros(shape, before[0].values.dtype), both.documents)


def note_duplicates(both: Columns, notes: Notes) -> None:
    """Count mentions and relations that a side states more than once; both stand sorted."""
    for name, side, keys in zip(("gold", "predicted"), (both.gold, both.pred), full_keys(both), strict=True):
        twice = int((keys[1:] == keys[:-1]).sum())
        if twice:
            notes.add(f"{name} mention with the span and label of another: each counts", times=twice)
        relations = side.relations
        same = [part[1:] == part[:-1] for part in (relations.head, relations.tail, relations.label)]
        if again := int((same[0] & same[1] & same[2]).sum()):
            notes.add(f"{name} relation with the ends and label of another: each counts", times=again)


def note_untokenized(both: Columns, measures: Sequence[Measure], notes: Notes) -> None:
    """Count the documents with mentions that a measure of tokens leaves out, because the gold has no tokens there."""
    if all(measure.name != "mentions/tokens" for measure in measures):
        return
    used = np.concatenate([both.gold.mentions.doc, both.pred.mentions.doc])
    lacking = np.setdiff1d(used, both.tokens.owner)
    if len(lacking):
        what = "mentions/tokens: document without tokens in the gold, left out"
        notes.add(what, both.documents[lacking[0]], len(lacking))


def shards(
    gold: Path,
    pred: Path,
    labels: LabelSet | None = None,
    *,
    missing_documents: str = "empty",
    extra_documents: str = "error",
    rows: int = SHARD,
    only_mentions: bool = False,
    notes: Notes | None = None,
) -> Iterator[Columns]:
    """Give two Parquet files as columns, some documents at a time.

    If both files have the documents in the same order nothing more than a shard is held; otherwise the predictions
    are read whole and put in the gold's order.

    Raises:
        InputError: as `columns` does, or a file is not Parquet of whole documents.
    """
    from goldwire.eval.tables import class_names, raw_of, text_sizes, wanted

    said = Notes() if notes is None else notes
    files = [_open(path) for path in (gold, pred)]
    ids = [_ids(file, path) for file, path in zip(files, (gold, pred), strict=True)]
    kept = paired(dict.fromkeys(ids[0]), dict.fromkeys(ids[1]), missing_documents, extra_documents, said)
    leaves = [
        wanted([file.schema.column(i).path for i in range(len(file.schema))], only_mentions=only_mentions)
        for file in files
    ]
    names = [class_names(file.schema_arrow) for file in files]
    if ids[0] == ids[1]:
        preds = _batches(files[1], leaves[1], rows)
    else:
        preds = _ordered(next(_batches(files[1], leaves[1], WHOLE)), ids, set(kept), rows)
    for one, other in zip(_batches(files[0], leaves[0], rows), preds, strict=True):
        _check_texts(one, other, said)
        sides = raw_of(one, names[0]), raw_of(other, names[1])
        _check_both(sides, text_sizes(one).tolist(), text_sizes(other).tolist())
        yield join(*sides, labels, said)


def _check_both(sides: tuple[Raw, Raw], gold_sizes: list[int], pred_sizes: list[int]) -> None:
    """Check both sides' mentions against the gold's texts, or where it has none against the predictions' own."""
    sizes = dict(zip(sides[0].documents, gold_sizes, strict=True))
    _check_offsets(sides[0], gold_sizes, "the gold")
    own = zip(sides[1].documents, pred_sizes, strict=True)
    _check_offsets(sides[1], [sizes[name] or size for name, size in own], "the predictions")


def file_hash(path: Path) -> str:
    """Give the SHA-256 of a file, marked as one of its bytes."""
    return FILE + file_sha256(path)


def _open(path: Path) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with reading(path):
            metadata = pq.read_metadata(path)
            return pq.ParquetFile(path, metadata=metadata, read_dictionary=_repeating(metadata))
    except pa.ArrowException as error:
        raise InputError(path, f"is not Parquet: {' '.join(str(error).split())}", "write it again") from error


def _repeating(metadata: Any) -> list[str]:
    """Give the columns of strings that take less than four bytes a value: they repeat, and read faster as codes."""
    sizes: Counter[str] = Counter()
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        for column in map(group.column, range(group.num_columns)):
            if column.physical_type == "BYTE_ARRAY" and column.path_in_schema not in ("id", "text"):
                sizes[column.path_in_schema] += column.total_uncompressed_size - 4 * column.num_values
    return [name for name, over in sizes.items() if over < 0]


def _ids(file: Any, path: Path) -> list[str]:
    if not {"id", "mentions"} <= set(file.schema_arrow.names):
        raise InputError(path, "has no columns id and mentions", "name a Parquet file of whole documents")
    ids: list[str] = file.read(columns=["id"]).column("id").to_pylist()
    if not ids:
        raise InputError(path, "has no documents", "name a file that has some")
    if len(set(ids)) < len(ids):
        twice = next(name for place, name in enumerate(ids) if name in ids[:place])
        raise InputError(path, f"two documents have the id {twice}", "give each document once")
    return ids


def _batches(file: Any, leaves: list[str], rows: int) -> Iterator[Any]:
    """Give the file's rows in tables of exactly `rows` (the last may be shorter)."""
    import pyarrow as pa

    held: list[Any] = []
    for batch in ahead(_read(file, leaves, rows)):
        held.append(batch)
        while sum(map(len, held)) >= rows:
            table = pa.Table.from_batches(held)
            yield table.slice(0, rows)
            held = table.slice(rows).to_batches()
    if sum(map(len, held)):
        yield pa.Table.from_batches(held)


def _read(file: Any, leaves: list[str], rows: int) -> Iterator[Any]:
    """Read a row group at a time: Arrow cannot give nested codes that differ from group to group in one batch.

    What Arrow's pool keeps of a group that was read is given back, so that memory does not grow with the groups.
    """
    import pyarrow as pa

    for group in range(file.num_row_groups):
        pa.default_memory_pool().release_unused()
        size = min(rows, file.metadata.row_group(group).num_rows or 1)
        yield from file.iter_batches(size, row_groups=[group], columns=leaves, use_threads=False)


def _ordered(table: Any, ids: list[list[str]], kept: set[str], rows: int) -> Iterator[Any]:
    import pyarrow as pa

    place = {name: number for number, name in enumerate(ids[1]) if name in kept}
    for start in range(0, len(ids[0]), rows):
        wanted = np.array([place[name] for name in ids[0][start : start + rows] if name in place], np.int64)
        buffers = [None, pa.py_buffer(wanted.tobytes())]  # an Arrow array made of Python's numbers imports pandas
        yield table.take(pa.Array.from_buffers(pa.int64(), len(wanted), buffers))


def _check_offsets(side: Raw, sizes: Sequence[int], where: str) -> None:
    """Check that every mention lies inside its document's text, where there is one, as `pairing.check_offsets` does."""
    room = np.array(sizes, np.int64)[side.mention_doc]
    wrong = np.flatnonzero((side.start < 0) | (side.start >= side.end) | ((room > 0) & (side.end > room)))
    if len(wrong):
        first = wrong[0]
        name = side.documents[side.mention_doc[first]]
        raise outside(name, where, int(side.start[first]), int(side.end[first]), int(room[first]))


def _check_texts(gold: Any, pred: Any, notes: Notes) -> None:
    """Compare the texts of documents that both tables have; an absent or empty one is not compared, and counted."""
    names = pred.column("id").to_pylist()
    if "text" not in gold.column_names or "text" not in pred.column_names:
        notes.add("document without text on one side: its text was not compared", "", len(names))
        return
    if gold.column("id").equals(pred.column("id")) and gold.column("text").equals(pred.column("text")):
        return
    texts = dict(zip(gold.column("id").to_pylist(), gold.column("text").to_pylist(), strict=True))
    for name, here in zip(names, pred.column("text").to_pylist(), strict=True):
        there = texts[name]
        if there and here and there != here:
            raise InputError(name, difference(there, here), "predict on the gold's text as it is")
        if there != here:
            notes.add("document without text on one side: its text was not compared", name)
