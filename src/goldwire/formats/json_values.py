"""JSON as the JSON formats need it: the first value of a cut-off head, values one at a time, values by key with errors.

What the values mean belongs to the formats.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from goldwire.errors import InputError
from goldwire.formats.base import Notes
from goldwire.formats.files import decode, head_in_utf8, in_utf8, read_bytes, read_lines, reading, writing

_T = TypeVar("_T")
_DECODER = msgspec.json.Decoder()
_ENCODER = msgspec.json.Encoder()
_CLOSE = {"{": "}", "[": "]"}
DEEPEST = 64  # no format nests deeper; what does is not tried again at every comma


@lru_cache(maxsize=8)
def first_value(head: bytes) -> Any:
    """Give the first object in the head of a file: that of a JSON file, of a list, or of the first line of JSONL.

    A head cut off in the middle gives what there is of it; None where the head is no JSON.
    """
    text = head.decode("utf-8", "ignore").removeprefix("\ufeff").lstrip()
    value = _whole(text.partition("\n")[0])
    value = unwrapped(_repaired(text) if value is None else value)
    return value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else value


def first_object(head: bytes) -> dict[str, Any]:
    """Give the first object in the head of a file, {} where there is none."""
    value = first_value(head)
    return value if isinstance(value, dict) else {}


def unwrapped(value: Any) -> Any:
    """Give the list that an object has under "data", where nothing else of it is a list or object; else the value."""
    rows = value.get("data") if isinstance(value, dict) else None
    bare = isinstance(rows, list) and not any(isinstance(v, list | dict) for k, v in value.items() if k != "data")
    return rows if bare and rows and isinstance(rows[0], dict) else value


def _whole(text: str) -> Any:
    try:
        return _DECODER.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None


def _repaired(text: str) -> Any:
    """Give the value of JSON cut off somewhere: its last string closed, or cut back to the last comma or bracket."""
    if not text.startswith(("{", "[")):
        return None
    stack: list[str] = []
    cuts: list[tuple[int, str]] = []
    quoted = escaped = False
    for index, char in enumerate(text):
        if quoted:
            quoted, escaped = (char != '"' or escaped), (char == "\\" and not escaped)
        elif char == '"':
            quoted = True
        elif char in "{[":
            if len(stack) == DEEPEST:
                return None
            stack.append(_CLOSE[char])
            cuts.append((index + 1, "".join(reversed(stack))))
        elif char in "}]" and stack:
            stack.pop()
            cuts.append((index + 1, "".join(reversed(stack))))
            if not stack:
                break
        elif char == ",":
            cuts.append((index, "".join(reversed(stack))))
    closing = "".join(reversed(stack))
    ends = [f'{text[: len(text) - back]}"{closing}' for back in range(7)] if quoted else []
    ends += [text[:cut] + closing for cut, closing in reversed(cuts[-50:])]
    return next((value for value in map(_whole, ends) if value is not None), None)


def objects(path: Path, notes: Notes | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the objects of a JSON file (one, or a list of them) or of JSONL, each with its place ("file:7", "file[7]").

    JSONL is read a line at a time. With notes, lines that are no JSON and values that are no objects are kept as
    broken, and passed over.

    Raises:
        InputError: the file is empty, or (without notes) something in it is not JSON or no object.
    """
    found = values(path, notes)
    if notes is None:
        return ((place, need(value, dict, place)) for place, value in found)
    return notes.sound(lambda row: (row[0], need(row[1], dict, row[0])), found)


def values(path: Path, notes: Notes | None = None) -> Iterator[tuple[str, Any]]:
    """Give the values of a JSON file or of JSONL, as `objects` does, of whatever kind they are."""
    if is_lines(path):
        yield from _line_values(path, notes)
        return
    found = _values(path)
    if len(found) == 1 and not isinstance(found[0], list):
        yield from _rows(found[0], str(path))
        return
    for index, value in enumerate(found[0] if len(found) == 1 else found):
        yield f"{path}[{index}]", value


def _values(path: Path) -> list[Any]:
    """Give the value of a JSON file, or its values where objects over several lines follow one another."""
    data = read_bytes(path)
    try:
        return [parse(data, path)]
    except InputError:
        several = _several(decode(path, data))
        if len(several) > 1:
            return several
        raise


def _several(text: str) -> list[Any]:
    """Give the JSON values that follow one another in a text; none if something else is among them."""
    decoder, at, found = json.JSONDecoder(), 0, list[Any]()
    try:
        while at < len(text):
            start, (_, at) = at, decoder.raw_decode(text, at)
            found.append(parse(text[start:at].encode(), ""))
            at = next((index for index in range(at, len(text)) if not text[index].isspace()), len(text))
    except (ValueError, RecursionError, InputError):
        return []
    return found


def _line_values(path: Path, notes: Notes | None) -> Iterator[tuple[str, Any]]:
    lines = ((f"{path}:{number}", line) for number, line in read_lines(path) if line.strip())
    for place, value in map(_line_value, lines) if notes is None else notes.sound(_line_value, lines):
        yield from _rows(value, place)


def _line_value(placed: tuple[str, bytes]) -> tuple[str, Any]:
    where, line = placed
    return where, parse(line, where)


def _rows(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Give a value, or those it wraps, with their places."""
    found = unwrapped(value)
    if found is value:
        yield place, value
    else:
        yield from ((f"{place}.data[{index}]", row) for index, row in enumerate(found))


def head(path: Path) -> bytes:
    """Give the beginning of a file, from the first byte that is no white space or byte-order mark."""
    with reading(path), path.open("rb") as file:
        return head_in_utf8(file.read(4096)).removeprefix(b"\xef\xbb\xbf").lstrip()


def is_lines(path: Path) -> bool:
    """Say whether the first line that holds anything is a whole object, and not the file's only one."""
    for _, line in read_lines(path):
        if stripped := line.strip().removeprefix(b"\xef\xbb\xbf"):
            return stripped.startswith(b"{") and isinstance(_whole(stripped.decode("utf-8", "replace")), dict)
    raise InputError(path, "is empty, JSON was expected", "check the path")


def parse(data: bytes, where: object) -> Any:
    """Give the value of JSON bytes.

    Raises:
        InputError: they are not UTF-8 or not whole JSON.
    """
    try:
        return _DECODER.decode(in_utf8(data, where))
    except UnicodeDecodeError:
        decode(where, data)
        raise
    except msgspec.DecodeError as error:
        raise InputError(where, f"is not whole JSON: {error}", "mend or restore the file") from error


def need(value: Any, kind: type[_T], where: object, what: str = "") -> _T:
    """Give a value that must be of a kind.

    Raises:
        InputError: it is not.
    """
    if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return value
    named = {dict: "an object", list: "a list", str: "a string", int: "a whole number"}.get(kind, kind.__name__)
    shown = "nothing" if value is None else repr(value)[:60]
    raise InputError(where, f"{what or 'value'} is {shown}, {named} was expected", "mend the file")


def item(value: dict[str, Any], key: str, kind: type[_T], where: object) -> _T:
    """Give what stands under a key of an object; it must be there and of a kind."""
    return need(value.get(key), kind, where, f'"{key}"')


def items(value: dict[str, Any], key: str, where: object) -> list[Any]:
    """Give the list under a key of an object; a missing or null one is empty."""
    found = value.get(key)
    return [] if found is None else need(found, list, where, f'"{key}"')


def plain(value: Any) -> str:
    """Give a string for a metadata or attribute value: a string as it is, anything else as JSON."""
    return value if isinstance(value, str) else _ENCODER.encode(value).decode()


def rest(value: dict[str, Any], known: Iterable[str]) -> dict[str, str]:
    """Give what stands under other keys than the known ones, as strings; null is left out."""
    left = set(value) - set(known)
    return {key: plain(value[key]) for key in value if key in left and value[key] is not None}


def write_lines(values: Iterable[Any], path: Path) -> None:
    """Write values as JSONL."""
    with writing(path) as file:
        file.writelines(_ENCODER.encode(value).decode() + "\n" for value in values)


def write_list(values: Iterable[Any], path: Path) -> None:
    """Write values as one JSON list, an item a line."""
    with writing(path) as file:
        file.write("[")
        for index, value in enumerate(values):
            file.write(("," if index else "") + "\n" + _ENCODER.encode(value).decode())
        file.write("\n]\n")


def as_lines(path: Path) -> bool:
    """Say whether a path asks for JSONL."""
    return path.suffix in (".jsonl", ".ndjson", ".jsonlines")


def write_values(values: Iterable[Any], path: Path) -> None:
    """Write values as JSONL or as one JSON list, as the suffix asks."""
    (write_lines if as_lines(path) else write_list)(values, path)
