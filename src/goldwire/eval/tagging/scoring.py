"""The doors to the engine for tags: lists, columns and files in, Counts a measure out.

All give {measure: Counts} for measures of MEASURES; rows are "total", "grouped" or "sequences" (see counting.count).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldwire.errors import InputError
from goldwire.eval.counts import Counts
from goldwire.eval.tagging.codes import CodeBook, scheme_reader
from goldwire.eval.tagging.counting import MEASURES, BrokenTags, Chunk, Rules, count, rules
from goldwire.eval.tagging.files import blocks_of_tags, both_pieces
from goldwire.eval.tagging.sources import Tags, aligned, column_chunks, dataset_column, list_chunks
from goldwire.tags import REPAIRS, recognise_scheme, violations

if TYPE_CHECKING:
    from goldwire.eval.tagging.words import Unlike


def score_tags(
    gold: Tags,
    pred: Tags,
    scheme: str = "IOB2",
    repair: str = "none",
    *,
    measures: Sequence[str] = MEASURES,
    rows: str = "grouped",
) -> dict[str, Counts]:
    """Score lists of lists of tags.

    Raises:
        InputError: sides of unlike length, unknown tags, or tags that break the scheme where repair is "none".
    """
    how = rules(scheme, repair)
    try:
        return _scored(lambda book: list_chunks(gold, pred, book), how, measures, rows)
    except BrokenTags as broken:
        side = gold if broken.side == "gold" else pred
        raise _explained(broken, side[broken.sequence], how) from broken


def score_tag_columns(
    gold: Any,
    pred: Any,
    names: Sequence[str] | None = None,
    scheme: str = "IOB2",
    repair: str = "none",
    *,
    measures: Sequence[str] = MEASURES,
    rows: str = "grouped",
) -> dict[str, Counts]:
    """Score two Arrow columns of lists of integers (`names` are their tags) or of strings.

    Raises:
        InputError: as `score_tags`; also nulls, and integers without a name (leave ignored tokens out before).
    """
    return _scored(lambda book: column_chunks(gold, pred, book, names), rules(scheme, repair), measures, rows)


def score_tag_datasets(
    gold: Any, pred: Any, column: str, scheme: str = "IOB2", repair: str = "none", *, pred_column: str | None = None
) -> dict[str, Counts]:
    """Score the tag columns of two datasets.Dataset; the integers of both sides are those of the gold's ClassLabel."""
    gold_tags, names = dataset_column(gold, column)
    return score_tag_columns(gold_tags, dataset_column(pred, pred_column or column)[0], names, scheme, repair)


def score_tag_files(
    gold_path: Path,
    pred_path: Path,
    scheme: str = "IOB2",
    repair: str = "none",
    *,
    columns: tuple[str | None, str | None] = (None, None),
    measures: Sequence[str] = MEASURES,
    rows: str = "grouped",
    unlike: Unlike | None = None,
) -> dict[str, Counts]:
    """Score two files of tags (Parquet, JSON lines, else CoNLL columns) a block at a time.

    scheme "auto" recognises the scheme from the gold's first sequences. columns: those of the tags, gold and pred.
    unlike: where sequences are counted whose words differ, if both files have words.

    Raises:
        InputError: as `score_tags`, with the file's name.
    """
    scheme = file_scheme(gold_path, columns[0]) if scheme == "auto" else scheme

    def chunks(book: CodeBook) -> Iterator[Chunk]:
        gold, pred = both_pieces((gold_path, pred_path), book, columns, with_words=unlike is not None)
        return aligned(gold, pred, (str(gold_path), str(pred_path)), unlike)

    try:
        return _scored(chunks, rules(scheme, repair), measures, rows)
    except BrokenTags as broken:
        path = gold_path if broken.side == "gold" else pred_path
        where = f"{path}: sequence {broken.sequence}, token {broken.token}"
        raise InputError(where, broken.problem.found, broken.problem.mend) from broken


def file_scheme(path: Path, column: str | None = None) -> str:
    """Give the scheme of a file's first thousands of sequences (see `goldwire.tags.recognise_scheme`)."""
    block = next(blocks_of_tags(path, column), None)
    if block is None:
        raise InputError(path, "holds no tags", "give a file of tags, or name the scheme")
    return recognise_scheme(block)


def _scored(
    chunks: Callable[[CodeBook], Iterator[Chunk]], how: Rules, measures: Sequence[str], rows: str
) -> dict[str, Counts]:
    book = CodeBook(scheme_reader(how.scheme))
    return count(chunks(book), book, how, measures, rows)


def _explained(broken: BrokenTags, tags: Sequence[str], how: Rules) -> InputError:
    """Say of a broken tag what goldwire.tags says of it."""
    first = violations(tags, how.scheme)[0]
    found = f"tag {first.tag!r} {first.why}, which {how.scheme} forbids"
    mend = f"{first.mend}, or name a repair ({', '.join(REPAIRS[1:])})"
    return InputError(f"{broken.side} sequence {broken.sequence}, token {first.index}", found, mend)
