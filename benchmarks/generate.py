"""Made-up data for benchmarks: tagged sentences and documents of any number, the same for the same seed.

Sentences have 25 tokens on average, a mention in about eight tokens, 18 labels with news-like frequencies, and 15 % of
the predicted mentions are wrong. Documents have 60 mentions (one in twelve nested) and 20 relations. What is measured
with it is said in run.py.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

LABELS = tuple(
    "PERSON ORG GPE DATE CARDINAL NORP MONEY PERCENT TIME LOC "  # noqa: SIM905 (read as a list)
    "ORDINAL WORK_OF_ART FAC EVENT QUANTITY PRODUCT LAW LANGUAGE".split()
)
FREQUENCIES = np.array([22, 20, 18, 17, 10, 9, 5, 4, 3, 2, 2, 2, 1.5, 1, 1, 1, 0.5, 0.3])
NAMES = ["O", *(f"{prefix}-{label}" for label in LABELS for prefix in "BI")]
SPACING, LONGEST = 8.05, 6
BOUNDARY, TYPE, MISSED, SPURIOUS, ORPHAN = 0.06, 0.045, 0.045, 0.045, 0.006


class Side(NamedTuple):
    """Tags as indices into NAMES."""

    codes: Any
    lengths: Any

    def lists(self) -> list[list[str]]:
        """Give lists of lists of tags, as `[id2label[i] for i in ids]` makes them."""
        flat = [NAMES[code] for code in self.codes.tolist()]
        ends = np.cumsum(self.lengths).tolist()
        return [flat[first:end] for first, end in zip([0, *ends], ends, strict=False)]


class Spans(NamedTuple):
    """Mentions on one long axis of tokens."""

    start: Any
    end: Any
    label: Any


def tagged(sentences: int, seed: int = 0) -> tuple[Side, Side]:
    """Give gold and predicted tags of so many sentences."""
    draw = np.random.default_rng(seed)
    lengths = draw.integers(10, 41, sentences)
    gold = _mentions(draw, lengths)
    return Side(_codes(gold, lengths), lengths), _predicted(draw, gold, lengths)


def _mentions(draw: Any, lengths: Any) -> Spans:
    tokens, ends = int(lengths.sum()), np.cumsum(lengths)
    number = int(tokens / SPACING * 1.1) + 10
    size = np.minimum(draw.geometric(0.55, number), LONGEST)
    start = np.cumsum(draw.geometric(1 / (SPACING - 1.8), number) + np.roll(size, 1))
    label = draw.choice(len(LABELS), number, p=FREQUENCIES / FREQUENCIES.sum())
    inside = start < tokens
    start, size, label = start[inside], size[inside], label[inside]
    end = np.minimum(start + size, ends[np.searchsorted(ends, start, "right")])
    return Spans(start, end, label)


def _predicted(draw: Any, gold: Spans, lengths: Any) -> Side:
    """Give predictions: some mentions moved, mislabelled, missed or made up."""
    chance = draw.random(len(gold.start))
    moved, renamed = chance < BOUNDARY, (chance >= BOUNDARY) & (chance < BOUNDARY + TYPE)
    kept = (chance < BOUNDARY + TYPE) | (chance >= BOUNDARY + TYPE + MISSED)
    room = np.append(gold.start[1:], int(lengths.sum())) - gold.end
    ends = np.cumsum(lengths)
    sentence_end = ends[np.searchsorted(ends, gold.start, "right")]
    longer = moved & (room > 1) & (gold.end < sentence_end)
    shorter = moved & ~longer & (gold.end - gold.start > 1)
    end = gold.end + longer - shorter
    label = np.where(renamed, (gold.label + draw.integers(1, len(LABELS), len(chance))) % len(LABELS), gold.label)
    made_up = (draw.random(len(chance)) < SPURIOUS) & (room > 3) & (end + 1 < sentence_end)
    start = np.concatenate([gold.start[kept], (end + 1)[made_up]])
    order = np.argsort(start)
    spans = Spans(
        start[order],
        np.concatenate([end[kept], (end + 2)[made_up]])[order],
        np.concatenate([label[kept], label[made_up]])[order],
    )
    codes = _codes(spans, lengths)
    orphans = spans.start[draw.random(len(spans.start)) < ORPHAN]
    codes[orphans] += 1
    return Side(codes, lengths)


def _codes(spans: Spans, lengths: Any) -> Any:
    codes = np.zeros(int(lengths.sum()), np.int64)
    size = spans.end - spans.start
    first = np.repeat(spans.start, size)
    place = np.arange(len(first)) - np.repeat(np.cumsum(size) - size, size)
    codes[first + place] = np.repeat(2 + 2 * spans.label, size)
    codes[spans.start] -= 1
    return codes


def write_tagged(folder: Path, gold: Side, pred: Side) -> None:
    """Write both sides as Parquet (ClassLabel integers), JSON lines and CoNLL columns: gold.* and pred.*."""
    for name, side in (("gold", gold), ("pred", pred)):
        _write_parquet(folder / f"{name}.parquet", side, with_tokens=name == "gold")
        lists = side.lists()
        _write_lines(folder / f"{name}.jsonl", lists, with_tokens=name == "gold")
        _write_conll(folder / f"{name}.conll", lists)


def class_label_metadata() -> dict[bytes, bytes]:
    """Give the schema metadata by which the Hub's libraries know the names of the integers."""
    tags = {"feature": {"names": NAMES, "_type": "ClassLabel"}, "_type": "List"}
    return {b"huggingface": json.dumps({"info": {"features": {"ner_tags": tags}}}).encode()}


def tag_column(side: Side) -> Any:
    """Give one side as an Arrow array of lists of integers."""
    import pyarrow as pa

    offsets = np.append(0, np.cumsum(side.lengths)).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(side.codes))


def _write_parquet(path: Path, side: Side, *, with_tokens: bool) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    tags = tag_column(side)
    columns = {"ner_tags": tags}
    if with_tokens:
        words = pa.DictionaryArray.from_arrays(
            pa.array(np.arange(len(side.codes)) * 7919 % 5000, pa.int32()), [f"word{n}" for n in range(5000)]
        )
        columns["tokens"] = pa.ListArray.from_arrays(tags.offsets, words.cast(pa.string()))
    pq.write_table(pa.table(columns).replace_schema_metadata(class_label_metadata()), path, row_group_size=100_000)


def _write_lines(path: Path, lists: list[list[str]], *, with_tokens: bool) -> None:
    import msgspec

    encode = msgspec.json.Encoder().encode
    with path.open("wb") as file:
        for tags in lists:
            row: dict[str, Any] = {"tokens": [f"word{n}" for n in range(len(tags))]} if with_tokens else {}
            file.write(encode({**row, "ner_tags": tags}) + b"\n")


def _write_conll(path: Path, lists: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for tags in lists:
            file.write("".join(f"word{number} {tag}\n" for number, tag in enumerate(tags)) + "\n")


def document_tables(documents: int, seed: int = 0, *, flat: bool = False) -> tuple[Any, Any]:
    """Give gold and predicted documents as Arrow tables of the corpus's config `documents`.

    `flat`: no mention touches another, and some predicted ones stand where the gold has none.
    """
    draw = np.random.default_rng(seed)
    mentions, relations = 60, 20
    start = np.sort(draw.integers(0, 2400, (documents, mentions)), axis=1)
    start += np.arange(mentions)  # so that no two start at one place
    size = draw.integers(3, 25, (documents, mentions))
    if flat:
        start = 40 * np.arange(mentions) + draw.integers(0, 8, (documents, mentions))
        size = np.minimum(size, 15)
    label = draw.choice(len(LABELS), (documents, mentions), p=FREQUENCIES / FREQUENCIES.sum())
    head = draw.integers(0, mentions, (documents, relations))
    tail = (head + draw.integers(1, mentions, (documents, relations))) % mentions
    kind = draw.integers(0, 24, (documents, relations))
    gold = _documents_table((start, size, label), (head, tail, kind))
    chance = draw.random((documents, mentions))
    moved = size + np.where(chance < BOUNDARY, 1, 0)
    renamed = np.where((chance >= BOUNDARY) & (chance < 0.15), (label + 1) % len(LABELS), label)
    elsewhere = start + np.where(flat & (chance > 1 - MISSED), size + 1, 0)
    wrong = draw.random((documents, relations)) < 0.2
    found = (elsewhere, moved, renamed), (head, tail, np.where(wrong, (kind + 1) % 24, kind))
    return gold, _documents_table(*found)


def write_documents(folder: Path, documents: int, *, flat: bool = False, lines: bool = False) -> None:
    """Write documents as Parquet, or as JSON lines: gold-documents.* and pred-documents.*, "flat-" before if flat."""
    import msgspec
    import pyarrow.parquet as pq

    encode = msgspec.json.Encoder().encode
    for name, table in zip(("gold", "pred"), document_tables(documents, flat=flat), strict=True):
        path = folder / f"{'flat-' if flat else ''}{name}-documents.parquet"
        pq.write_table(table, path, row_group_size=10_000)
        if lines:
            with path.with_suffix(".jsonl").open("wb") as file:
                for batch in table.to_batches(1000):
                    file.writelines(encode(row) + b"\n" for row in batch.to_pylist())


def _documents_table(mentioned: tuple[Any, Any, Any], related_ones: tuple[Any, Any, Any]) -> Any:
    import pyarrow as pa

    (start, size, label), (head, tail, kind) = mentioned, related_ones
    documents, mentions = start.shape
    ids = pa.array([f"m{number}" for number in range(mentions)])
    fields = {
        "id": ids.take(pa.array(np.tile(np.arange(mentions), documents))),
        "start": pa.array(start.ravel(), pa.int32()),
        "end": pa.array((start + size).ravel(), pa.int32()),
        "label": pa.array(LABELS).take(pa.array(label.ravel())),
    }
    kinds = pa.array([f"relation_{number}" for number in range(24)])
    related = {
        "head": ids.take(pa.array(head.ravel())),
        "tail": ids.take(pa.array(tail.ravel())),
        "label": kinds.take(pa.array(kind.ravel())),
    }
    text = "x" * 2600
    return pa.table(
        {
            "id": [f"d{number:07}" for number in range(documents)],
            "text": [text] * documents,
            "mentions": _lists(fields, documents, mentions),
            "relations": _lists(related, documents, head.shape[1]),
        }
    )


def _lists(fields: dict[str, Any], rows: int, items: int) -> Any:
    import pyarrow as pa

    values = pa.StructArray.from_arrays(list(fields.values()), list(fields))
    return pa.ListArray.from_arrays(pa.array(np.arange(rows + 1, dtype=np.int32) * items), values)
