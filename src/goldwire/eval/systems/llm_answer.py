"""How a language model's answer is read: what the server wrapped it in, the JSON in it, what it cost.

Finding the answers in the text is in alignment.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from goldwire.eval.systems.alignment import Answer
from goldwire.eval.systems.base import NoAnswer
from goldwire.eval.systems.loose_json import mended

_START = re.compile(r"\{(?=\s*[\"}])")
Ends = tuple[int, int, str]


class Malformed(Exception):
    """The answer is none that can be read; another attempt's may be."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer as it was read: mentions as strings, relations as (head, tail, label) with places in the list.

    `unread` counts the relations that were none; `mended` says that its JSON was not strict.
    """

    mentions: tuple[Answer, ...]
    relations: tuple[Ends, ...]
    unread: int = 0
    mended: bool = False


def used_by(completion: Any, prices: tuple[float, float]) -> Counter[str]:
    """Count a request, its tokens as far as the server tells them, and what they cost."""
    usage = getattr(completion, "usage", None)
    asked, given = (getattr(usage, f"{side}_tokens", None) or 0 for side in ("prompt", "completion"))
    cost = round(asked * prices[0] + given * prices[1])
    return +Counter({"requests": 1, "prompt tokens": asked, "completion tokens": given, "cost, in millionths": cost})


def content_of(completion: Any) -> str:
    """Give the text of a completion; a content in parts is their texts.

    Raises:
        NoAnswer: it was cut off, refused or withheld; another attempt would be, too.
        Malformed: it has none.
    """
    message, reason = _message(completion)
    if reason == "length":
        raise NoAnswer("the answer was cut off at max_tokens; raise it, or lower piece")
    if message.refusal or reason == "content_filter":
        raise NoAnswer(f"the model refuses: {message.refusal or 'withheld by a filter'}")
    content: Any = message.content
    if isinstance(content, list):
        content = "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    if not content and message.tool_calls:
        raise Malformed("the model calls a tool instead of answering")
    if not content:
        raise Malformed("the answer is empty")
    return str(content)


def _message(completion: Any) -> tuple[Any, str]:
    """Give the message of the first choice, and why it ended."""
    if not hasattr(completion, "choices"):
        said = " ".join(str(completion).split())
        raise Malformed(f"is base_url right? the server's answer is no completion: {said}")
    if error := getattr(completion, "error", None):
        said = error.get("message", error) if isinstance(error, dict) else error
        raise Malformed(f"the server answers with an error: {said}")
    choice = completion.choices[0] if completion.choices else None
    if choice is None or choice.message is None:
        raise Malformed("the answer is empty")
    return choice.message, choice.finish_reason


def parse(content: str) -> Said:
    """Read an answer: a JSON object with a list of mentions, perhaps fenced, or with words or thoughts round it.

    Raises:
        Malformed: it holds no such object, or several that differ.
    """
    answer = content.rpartition("</think>")[2]
    objects = list(_objects(answer))
    loose = [] if _tables(objects) else _loose(answer)
    table = _only([*_tables(objects), *loose], "has no list of mentions" if objects else "is not JSON", content)
    relations = table.get("relations") or []
    rows = relations if isinstance(relations, list) else [relations]
    found = [relation for row in rows if (relation := _relation(row))]
    return Said(tuple(map(_answer, table["mentions"])), tuple(found), len(rows) - len(found), bool(loose))


def _tables(objects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [table for table in objects if isinstance(table.get("mentions"), list)]


def _loose(content: str) -> list[dict[str, Any]]:
    """Give the objects with a list of mentions that stand there once the JSON is mended."""
    return next((found for text in mended(content) if (found := _tables(list(_objects(text))))), [])


def _only(tables: list[dict[str, Any]], lack: str, content: str) -> dict[str, Any]:
    if not tables:
        raise Malformed(f"the answer {lack} (it began {content[:60]!r})")
    if any(table != tables[0] for table in tables):
        raise Malformed(f"the answer has {len(tables)} lists of mentions")
    return tables[0]


def _objects(content: str) -> Iterator[dict[str, Any]]:
    """Give the outermost JSON objects of a text."""
    decoder, end = json.JSONDecoder(), 0
    for found in _START.finditer(content):
        if found.start() < end:
            continue
        try:
            table, end = decoder.raw_decode(content, found.start())
            yield table
        except json.JSONDecodeError:
            pass
        except RecursionError as error:
            raise Malformed("the answer is nested too deeply") from error


def _answer(item: Any) -> Answer:
    if not isinstance(item, dict):
        return Answer("", "")
    return Answer(_whole(item.get("text", "")), str(_whole(item.get("label", ""))))


def _whole(value: Any) -> Any:
    """Give a string with U+FFFD for each half of a character, which no file can hold; other values as they are."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value


def _relation(item: Any) -> Ends | None:
    head, tail = (item.get("head"), item.get("tail")) if isinstance(item, dict) else (None, None)
    if type(head) is int and type(tail) is int:  # true is no place
        return head, tail, str(_whole(item.get("label", "")))
    return None
