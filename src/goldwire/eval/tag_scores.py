"""Two files of tags scored without making documents of them: the same figures as by documents, a block at a time.

The counting is in tagging; what other inputs give is in scoring.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from goldwire.errors import InputError
from goldwire.eval.columns import Columns, MentionColumns
from goldwire.eval.layers.matching import full_keys, mention_pairs
from goldwire.eval.reading import AUTO, SIDES, Reading
from goldwire.eval.tagging.conll import LAST, is_number
from goldwire.eval.tagging.counting import MEASURES
from goldwire.eval.tagging.files import LINES, has_words
from goldwire.eval.tagging.sources import COLUMNS, IgnoredTokens
from goldwire.eval.tagging.words import Unlike
from goldwire.formats.base import Notes

HEAD = 1 << 16


class TagFiles(NamedTuple):
    """Two files of tags and the columns of both that hold them; None: the last of CoNLL, a usual name elsewhere.

    Of CoNLL columns it is a number, from 1 or (negative) from the last one.
    """

    gold: Path
    pred: Path
    columns: tuple[str | None, str | None]


def tag_files(gold: object, pred: object, reading: Reading) -> TagFiles | None:
    """Give the two sides as files of tags, or None if either is something else, or must be read as documents."""
    if not (isinstance(gold, str | Path) and isinstance(pred, str | Path)):
        return None
    paths = Path(gold), Path(pred)
    columns: list[str | None] = []
    for side, path in zip(SIDES, paths, strict=True):
        settings = reading.settings_of(side)
        if settings.keys() - {"column", "scheme"} or not holds_tags(
            path, reading.format_of(side), settings.get("column")
        ):
            return None
        columns.append(settings.get("column"))
    return TagFiles(*paths, (columns[0], columns[1]))


def can_count(measures: Sequence[str] | None) -> bool:
    """Say whether these measures can be counted from tags alone."""
    return measures is None or set(measures) <= set(MEASURES)


def holds_tags(path: Path, format: str = "", column: str | None = None) -> bool:
    """Say whether a file has a tag a token in a column that the engine for tags reads (CoNLL: else the last)."""
    if not path.is_file() or format not in ("", "conll", "hf"):
        return False
    if path.suffix == ".parquet":
        return _parquet_has_tags(path, column)
    if path.suffix in LINES:
        return _row_has_tags(path, column)
    return (column in (None, LAST) or is_number(column)) and _column_is_tags(path, format, column)


def _parquet_has_tags(path: Path, column: str | None) -> bool:
    import pyarrow as pa

    from goldwire.eval.tagging.parquet import class_names, opened

    try:
        schema = opened(path).schema_arrow
    except (pa.ArrowException, OSError):
        return False
    found = next((name for name in ((column,) if column else COLUMNS) if name in schema.names), None)
    if found is None or _layered(schema.names) or not pa.types.is_list(schema.field(found).type):
        return False
    names = class_names(schema, found)
    return _plain(names if names is not None else _first_tags(path, found))


def _layered(names: Iterable[str]) -> bool:
    """Say whether columns hold documents, or further layers of tags."""
    from goldwire.formats.hf_shapes import INNER

    return any(name == "mentions" or name.startswith(INNER) for name in names)


def _first_tags(path: Path, column: str) -> list[Any]:
    from goldwire.eval.tagging.parquet import leaves, opened

    file = opened(path)
    groups = range(file.metadata.num_row_groups)
    batch = next(file.iter_batches(100, groups, column_indices=list(leaves(file, column))), None)
    return [] if batch is None else [tag for row in batch.column(0).to_pylist() for tag in row or ()]


def _plain(tags: Sequence[Any]) -> bool:
    """Say whether tags are written as the engine for tags reads them: B-PER, or a bare B; numbers it refuses itself."""
    from goldwire.formats.spelling import PLAIN, spelling_of

    values = [tag for tag in tags if isinstance(tag, str)]
    spelling = spelling_of(values)
    return not values or spelling is PLAIN or (spelling is not None and spelling.name == "PREFIX")


def _row_has_tags(path: Path, column: str | None) -> bool:
    from goldwire.formats.json_values import first_object

    row: dict[str, Any] = first_object(_head(path))
    found = next((row[name] for name in ((column,) if column else COLUMNS) if name in row), None)
    strings = isinstance(found, list) and all(isinstance(tag, str) for tag in found)
    return strings and not _layered(row) and _plain(found or [])


def _column_is_tags(path: Path, format: str, column: str | None) -> bool:
    from goldwire.formats import recognise
    from goldwire.formats.base import Options
    from goldwire.formats.conll import tags_are_plain

    options = Options(settings={} if column is None else {"column": column})
    try:
        return (bool(format) or recognise(path).name == "conll") and tags_are_plain(path, options)
    except InputError:
        return False


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD)


def same_ids(files: TagFiles) -> bool:
    """Say whether the rows of two tables pair in order: their ids are equal, or one has none."""
    ids = [_ids(path) for path in (files.gold, files.pred)]
    return ids[0] is None or ids[1] is None or ids[0] == ids[1]


def _ids(path: Path) -> list[Any] | None:
    if path.suffix == ".parquet":
        from goldwire.eval.tagging.parquet import leaves, opened

        file = opened(path)
        places = list(leaves(file, "id"))
        found = file.read_all(column_indices=places, use_threads=False) if places else None
        return None if found is None else found.column("id").to_pylist() or None
    return _line_ids(path) if path.suffix in LINES else None


def _line_ids(path: Path) -> list[Any] | None:
    import msgspec

    from goldwire.formats.json_values import first_object

    if "id" not in first_object(_head(path)):
        return None
    decode: Any = msgspec.json.Decoder(msgspec.defstruct("Row", [("id", Any)], gc=False)).decode
    with path.open("rb") as file:
        return [decode(line).id for line in file if line.strip()]


def lacks_words(files: TagFiles) -> list[Path]:
    """Give the files that have tags alone."""
    return [path for path in (files.gold, files.pred) if not has_words(path)]


def compared_words(files: TagFiles, notes: Notes) -> Unlike | None:
    """Give where words that differ are counted, or None where there are none to compare; that is said."""
    if files.gold.resolve() == files.pred.resolve():
        return None
    lacking = lacks_words(files)
    if not lacking:
        return Unlike()
    notes.add("pair of files read by their tags alone, in order: one has no words to compare", str(lacking[0]))
    return None


def scheme_of(files: TagFiles, reading: Reading) -> str:
    """Give the scheme that is told, else the one recognised from the gold."""
    from goldwire.eval.tagging import file_scheme

    told = {reading.settings_of(side).get("scheme", AUTO) for side in SIDES}
    if len(told) > 1:
        raise InputError("scheme", "differs between gold and predictions", "such tags are compared as documents")
    scheme = told.pop()
    return file_scheme(files.gold, files.columns[0]) if scheme == AUTO else scheme


def explained(error: InputError, files: TagFiles) -> InputError | None:
    """Give an error of tables with the tag named; None for what documents read, or tell the line of: CoNLL, -100."""
    from goldwire.eval.tagging.counting import BrokenTags
    from goldwire.eval.tagging.files import read_tags
    from goldwire.tags import REPAIRS, violations

    if not any(path.suffix in (*LINES, ".parquet") for path in (files.gold, files.pred)):
        return None
    broken = error.__cause__
    if isinstance(broken, IgnoredTokens):
        return None
    if not isinstance(broken, BrokenTags):
        return error
    place = SIDES.index(broken.side)
    path = (files.gold, files.pred)[place]
    first = violations(read_tags(path, files.columns[place])[broken.sequence], broken.scheme)[0]
    where = f"{path}: row {broken.sequence + 1}, token {first.index + 1}"
    mend = f"{first.mend}, or name a repair: --repair {' or '.join(REPAIRS[1:])}"
    return InputError(where, f"tag {first.tag!r} {first.why}, which {broken.scheme} forbids", mend)


def pair_by_tokens(columns: Columns) -> None:
    """Make the optimal pairs of mentions by overlap in the gold's tokens, as the engine for tags does."""
    sides = [replace(side, mentions=_in_tokens(columns, side.mentions)) for side in (columns.gold, columns.pred)]
    full_keys(columns)
    columns.memo["mention pairs"] = mention_pairs(
        replace(columns, gold=sides[0], pred=sides[1], memo=dict(columns.memo))
    )


def _in_tokens(columns: Columns, mentions: MentionColumns) -> MentionColumns:
    """Give mentions with token numbers in place of code points."""
    tokens = columns.tokens
    room = int(max(mentions.end.max(initial=0), tokens.end.max(initial=0))) + 1
    starts, ends = tokens.owner * room + tokens.start, tokens.owner * room + tokens.end
    start = np.searchsorted(starts, mentions.doc * room + mentions.start)
    end = np.searchsorted(ends, mentions.doc * room + mentions.end) + 1
    return replace(mentions, start=start, end=end)
