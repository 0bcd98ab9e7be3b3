"""What a file looks like that no format recognises, said so that its owner sees what to do.

Recognising formats is each format's own affair.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from goldwire.errors import InputError
from goldwire.formats.columns import fields, head_lines, is_blank
from goldwire.formats.docred_answers import ANSWER
from goldwire.formats.json_values import first_value, parse

_MAGIC = {
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip file: unpack it",
    b"SQLite format 3": "an SQLite database",
    b"\x80\x04": "a Python pickle, which is never loaded",
    b"\x80\x05": "a Python pickle, which is never loaded",
}
_UNPARTED = re.compile(r"""\[(['"])[^,]*\1\s+\1""")
_LABEL = re.compile(r"(?:\d+\s+)?(?:Other|no_relation|(?:per|org):\S+|[\w-]+\(e[12],e[12]\))\s*")


def unrecognised(path: Path, head: bytes) -> str:
    """Give one clause on what a file or folder is, for an error."""
    if path.is_dir():
        suffixes = Counter(file.suffix or "no suffix" for file in path.rglob("*") if file.is_file())
        shown = ", ".join(f"{count} {suffix}" for suffix, count in suffixes.most_common(4))
        return f"is a folder of no format that goldwire recognises (files: {shown or 'none'})"
    if not head.strip():
        return "is empty"
    looks = next((what for start, what in _MAGIC.items() if head.startswith(start)), "") or _binary(head) or _text(head)
    return f"is of no format that goldwire recognises: it looks like {looks}"


def _binary(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16 text: save it as UTF-8"
    return "a binary file" if b"\0" in head else ""


def _text(head: bytes) -> str:
    lines = [line for line in head_lines(head) if not is_blank(line)][:20]
    lines = lines or [head.decode("utf-8", "replace")]  # one line longer than the head
    first = lines[0]
    if first.startswith((" # ", "#id=1")):
        return "WebAnno TSV 1 or 2: export it as TSV 3"
    if first.lstrip().startswith(("{", "[")):
        return _json(head)
    if first.lstrip().startswith("<"):
        return "XML or HTML"
    return _lines(lines)


def _lines(lines: list[str]) -> str:
    if all(_LABEL.fullmatch(line) for line in lines):
        return "labels of relations, one a line: score them with --profile semeval2010-8 or tacred"
    if any(_UNPARTED.search(line) for line in lines[1:]):
        return "CSV of numpy's lists, ['EU' 'says'], which lack their commas: write it as JSON lines or Parquet"
    if len({line.count(",") for line in lines}) == 1 and lines[0].count(","):
        return "CSV, none of whose columns are tokens and tags like B-PER and O"
    rows = [line for line in lines if not line.startswith("# ")] or lines
    widths = Counter(len(fields(line)) for line in rows)
    (width, count), *_ = widths.most_common(1)
    if count == len(rows) and width > 1:
        return f"{width} columns, none of them of tags like B-PER and O"
    return f"plain text that begins {lines[0][:40]!r}"


def _broken(head: bytes) -> str:
    """Say where JSON or JSONL breaks off or is malformed; "" where it is whole."""
    try:
        parse(head, "")
    except InputError as error:
        lines = [line for line in head.split(b"\n") if line.strip()]
        for number, line in enumerate(lines if len(lines) > 1 else [], start=1):
            try:
                parse(line, "")
            except InputError as broken:
                return f"line {number}: {broken.problem.found}" if number > 1 else error.problem.found
        return error.problem.found if len(lines) < 2 else ""
    return ""


def _json(head: bytes) -> str:
    if len(head) < 65536 and (broken := _broken(head)):
        return f"broken JSON ({broken})"
    value = first_value(head)
    if isinstance(value, dict) and value.keys() >= ANSWER:
        return "answers to DocRED, which name a gold's entities: give it with goldwire score"
    if isinstance(value, dict):
        return f"JSON with the keys {', '.join(list(value)[:12]) or '(none)'}"
    return "a JSON list of other things than objects" if isinstance(value, list) else "broken JSON"
