"""Labels of given pairs, one an item, as the tools of TACRED and SemEval-2010 task 8 take them.

Lines of labels, with a number each or without; or the relations of a file of TACRED or SemEval-2010 examples.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from goldwire.errors import InputError
from goldwire.formats import semeval2010, tacred
from goldwire.formats.files import decode, read_bytes, read_lines
from goldwire.formats.json_values import item, objects, parse

_NUMBERED = re.compile(r"(?P<id>\d+)\s+(?P<label>\S+)")
_MEND = "give files of one label a line (SemEval: its number, then the label)"


def pair_labels(path: Path, user: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give a file's labels in order, and their items' ids; no ids where the file numbers none.

    user: who wants labels, as errors name it.

    Raises:
        InputError: something in the file is no label, or an id stands twice.
    """
    head = read_bytes(path)[:65536]
    if semeval2010.recognise(path, head):
        found = [(example.id, example.label) for example in semeval2010.examples(path)]
    elif tacred.recognise(path, head):
        found = [(str(value.get("id", "")), item(value, "relation", str, where)) for where, value in objects(path)]
    elif head.lstrip().startswith((b"{", b"[")):
        found = list(_json_labels(path))
    else:
        found = list(_lines(path, user))
    ids, labels = tuple(name for name, _ in found), tuple(label for _, label in found)
    if not all(ids):
        return labels, ()
    if twice := next((name for name, times in Counter(ids).items() if times > 1), ""):
        raise InputError(path, f"has item {twice} twice", "give one label an item")
    return labels, ids


def _json_labels(path: Path) -> Iterator[tuple[str, str]]:
    """Give the labels of a JSON list of strings, or of an object of labels by id."""
    value = parse(read_bytes(path), path)
    pairs = list(value.items()) if isinstance(value, dict) else [("", label) for label in value]
    if not all(isinstance(label, str) for _, label in pairs):
        raise InputError(path, "is JSON without labels", f"{_MEND}, or TACRED's JSON")
    yield from pairs


def _lines(path: Path, user: str) -> Iterator[tuple[str, str]]:
    lines = [(number, decode(path, line).strip()) for number, line in read_lines(path) if line.strip()]
    numbered = [_NUMBERED.fullmatch(line) for _, line in lines]
    if any(numbered):
        for found, (number, line) in zip(numbered, lines, strict=True):
            if not found:
                raise InputError(f"{path}:{number}", f"{line[:40]!r} is no number and label", _MEND)
            yield found["id"], found["label"]
        return
    for number, line in lines:
        if len(line.split()) > 1:
            raise InputError(f"{path}:{number}", f"is no label, which {user} wants: {line[:40]!r}", _MEND)
        yield "", line
