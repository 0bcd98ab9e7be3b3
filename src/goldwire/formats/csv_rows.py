"""CSV as datasets have it: a row a sentence with lists in its cells, or a row a token with its sentence beside it.

Cells are parted by commas, semicolons, tabs or bars, as the first line shows.

Rows come out as from the other files of datasets; what they mean is in hf_rows.
"""

from __future__ import annotations

import ast
import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from goldwire.errors import InputError
from goldwire.formats.base import Options
from goldwire.formats.columns import text_lines
from goldwire.formats.spelling import bare_spelling, spelling_of

_WORDS = ("word", "token", "tokens", "words", "form", "text")
_TAGS = ("tag", "ner_tag", "tags", "ner_tags", "ner", "label", "labels", "bio", "iob")
_UNPARTED = re.compile(r"""['"]\s+['"]""")
_LARGEST = 2**30
_DELIMITERS = ",;\t|"
_Cells = dict[str, Any]


def csv_rows(path: Path, options: Options) -> Iterator[_Cells]:
    """Give the rows of a file, sentence by sentence; the setting `encoding` names another one than UTF-8.

    Raises:
        InputError: a cell begins a list that is none.
    """
    csv.field_size_limit(_LARGEST)
    rows = _whole(_reader(f"{line}\n" for _, line in text_lines(path, options)), path, options)
    first = list(islice(rows, 1000))
    names = _token_names(first)
    found = chain(first, rows)
    yield from _sentences(found, *names) if names else (_cells(row, path) for row in found)


def _whole(rows: csv.DictReader[str], path: Path, options: Options) -> Iterator[_Cells]:
    """Give the rows that have as many cells as there are columns; the others are kept as broken."""
    for row in rows:
        cells = [*(cell for key, cell in row.items() if key is not None and cell is not None), *(row.get(None) or ())]
        if len(cells) == len(rows.fieldnames or ()):
            yield row
        else:
            found = f"{len(cells)} cells, {len(rows.fieldnames or ())} were expected"
            options.notes.reject(f"{path}:{rows.line_num}", found, "mend the line")


def _reader(lines: Iterator[str]) -> csv.DictReader[str]:
    """Give the rows of lines; in tab-separated ones a quote quotes only where it is doubled within quotes."""
    first = list(islice(lines, 1000))
    delimiter = max(_DELIMITERS, key=first[0].count) if first else ","
    if delimiter == "\t" and not any('""' in line for line in first):
        return csv.DictReader(chain(first, lines), delimiter=delimiter, quoting=csv.QUOTE_NONE)
    return csv.DictReader(chain(first, lines), delimiter=delimiter)


def _cells(row: _Cells, where: object) -> _Cells:
    """Give the values of a row; a sentence and its tags, parted by blanks, are lists where they are as many."""
    found = {key: _value(cell, where) for key, cell in row.items() if key}
    names = {key.strip().lower(): key for key in found}
    text = next((names[name] for name in (*_WORDS, "sentence") if name in names), "")
    tag = next((names[name] for name in _TAGS if name in names), "")
    words, tags = found.get(text), found.get(tag)
    tags = tags.split() if isinstance(tags, str) else tags
    if not (isinstance(words, str) and isinstance(tags, list) and len(words.split()) == len(tags) and tags):
        return found
    if not (all(isinstance(value, str) for value in tags) and (spelling_of(tags) or bare_spelling(tags))):
        return found
    return {**{key: value for key, value in found.items() if key != text}, "tokens": words.split(), tag: tags}


def first_row(head: bytes) -> _Cells:
    """Give the first row in the head of a file; {} where it is no CSV."""
    text = head.decode("utf-8", "replace").removeprefix("\ufeff")
    try:
        rows = list(islice(_reader(io.StringIO(text, newline="")), 1000))
        if not rows or len(rows[0]) < 2 or None in rows[0]:
            return {}
        names = _token_names(rows[:-1] or rows)
        if names and "\t" in text.partition("\n")[0] and not names[2]:
            return {}  # columns, whose sentences blank lines part
        return next(_sentences(iter(rows), *names)) if names else _cells(rows[0], "")
    except (InputError, csv.Error):
        return {}


def _token_names(rows: list[_Cells]) -> tuple[str, str, str] | None:
    """Give the columns of words, of tags and of sentences where each row is a token; None where it is not."""
    names = {str(name).strip().lower(): name for name in (rows[0] if rows else ())}
    word = next((names[name] for name in _WORDS if name in names), None)
    tag = next((names[name] for name in _TAGS if name in names), None)
    values = [row[tag] or "" for row in rows] if word and tag else []
    if word is None or tag is None or not (spelling_of(values) or bare_spelling(values)):
        return None
    return word, tag, next((names[name] for name in names if "sent" in name), "")


def _sentences(rows: Iterable[_Cells], word: str, tag: str, sentence: str) -> Iterator[_Cells]:
    """Give the tokens and tags of each sentence: its cell changes, or stands empty within it; else a row is empty."""
    words, tags, current = list[str](), list[str](), ""
    for row in rows:
        name = row.get(sentence) or ""
        if words and ((name and name != current) or not (row[word] or row[tag])):
            yield {"tokens": words, "tags": tags}
            words, tags = [], []
        current = name or current
        if row[word] or row[tag]:
            words.append(row[word] or "")
            tags.append(row[tag] or "")
    if words:
        yield {"tokens": words, "tags": tags}


def _value(cell: Any, where: object) -> Any:
    if not (isinstance(cell, str) and cell.startswith(("[", "{")) and cell.endswith(("]", "}"))):
        return cell
    if _UNPARTED.search(cell):
        raise InputError(where, f"a list without commas: {cell[:60]}", "write it as JSON")
    try:
        value = ast.literal_eval(cell)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return cell
    return [_span(item) for item in value] if isinstance(value, list) else value


def _span(value: Any) -> Any:
    """Give spaCy's (start, end, label) as an object; anything else as it is."""
    if isinstance(value, tuple | list) and [type(part) for part in value] == [int, int, str]:
        return dict(zip(("start", "end", "label"), value, strict=True))
    return value
