"""Scoring goldwire's JSON lines a shard at a time, in memory that the files' size does not change.

Counting shards is in streaming; both files must have the documents in one order, else they are read whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from goldwire.eval.columns import Columns, columns
from goldwire.eval.measures import Measure
from goldwire.eval.reading import Reading
from goldwire.eval.streaming import SHARD, Counted, count_shards
from goldwire.formats import recognise
from goldwire.formats.base import Notes, Options
from goldwire.formats.goldwire_json import read_records
from goldwire.formats.records import DocumentRecord
from goldwire.labels import LabelSet

LARGE = 1 << 24  # smaller files are read whole: their hash then is that of what they say


class OutOfOrder(Exception):
    """The two files do not have the documents in one order, or not the same ones."""


def can_stream(gold: object, pred: object, reading: Reading) -> bool:
    """Say whether two sides are files of documents, one a line, that are better not read whole."""
    sides = (gold, reading.gold_format), (pred, reading.pred_format)
    return all(_is_lines(*side) for side in sides) and any(Path(str(side)).stat().st_size >= LARGE for side, _ in sides)


def _is_lines(path: object, format: str) -> bool:
    return (
        isinstance(path, str | Path)
        and Path(path).suffix == ".jsonl"
        and Path(path).is_file()
        and (format or recognise(Path(path)).name) == "goldwire"
    )


def count_lines(
    gold: Path,
    pred: Path,
    measures: Sequence[Measure],
    labels: LabelSet | None = None,
    *,
    missing_documents: str = "empty",
    extra_documents: str = "error",
    notes: Notes | None = None,
    keep_documents: bool = True,
    repair: str = "none",
) -> Counted:
    """Count two files of documents, one a line, as `streaming.count_tables` does tables.

    Raises:
        OutOfOrder: a document stands elsewhere than in the other file, or a policy must decide about one.
    """
    said = Notes() if notes is None else notes
    counted = count_shards(
        line_shards(gold, pred, labels, Options(repair, notes=said)), measures, said, keep_documents=keep_documents
    )
    if missing_documents == "error" and any("without prediction" in what for what in said.counts):
        raise OutOfOrder
    return counted


def line_shards(
    gold: Path, pred: Path, labels: LabelSet | None, options: Options, rows: int = SHARD
) -> Iterator[Columns]:
    """Give two files as columns, some documents at a time; gold documents without prediction are empty.

    Raises:
        OutOfOrder: a predicted document stands elsewhere than in the gold, or is not in it, or one stands twice.
        InputError: as `columns` does.
    """
    golds, preds = read_records(gold, options), read_records(pred, options)
    seen: set[int] = set()
    waiting = next(preds, None)
    while chunk := list(islice(golds, rows)):
        names = {document.id for document in chunk}
        if len(names) < len(chunk) or not seen.isdisjoint(map(hash, names)):
            raise OutOfOrder
        seen.update(map(hash, names))
        own: list[DocumentRecord] = []
        while waiting is not None and waiting.id in names:
            own.append(waiting)
            waiting = next(preds, None)
        yield columns(chunk, own, labels, notes=options.notes, words=False)
    if waiting is not None:
        raise OutOfOrder
