"""HTML tasks: regions on a <HyperText> become spans of its text content, where that can be done exactly.

Exact means: every region has offsets into the text content, and the words there are those it states.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import msgspec

from goldwire.errors import InputError
from goldwire.formats.base import Notes
from goldwire.formats.label_studio_documents import place, results_in, task_text
from goldwire.formats.label_studio_names import TEXT
from goldwire.formats.label_studio_offsets import same_words
from goldwire.formats.label_studio_records import Result, Task, Value

HYPERTEXT = "hypertextlabels"


class _TextContent(HTMLParser):
    """Collects what a browser calls the text content: all character data, references resolved, in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        """Keep a stretch of character data."""
        self.parts.append(data)


def text_content(html: str) -> str:
    """Give the text content of HTML: its character data, joined."""
    parser = _TextContent()
    parser.feed(html)
    parser.close()
    return "".join(parser.parts)


def flattened(task: Task, number: int, text_key: str, notes: Notes) -> Task:
    """Give the task with HTML regions as spans of the text content; a task without any as it stands.

    Raises:
        InputError: a region has no offsets into the text content, or other words stand there.
    """
    results = list(results_in(task))
    if not any(result.type == HYPERTEXT for result in results):
        return task
    html = task_text(task, text_key, number)
    text = text_content(html)
    for result in results:
        if result.type == HYPERTEXT and result.value:
            _flatten(result, result.value, text, place(task, number))
    notes.add("HTML tasks whose text content became the text", place(task, number))
    data: dict[str, Any] = {key: value for key, value in task.data.items() if value is not html}
    return msgspec.structs.replace(task, data={**data, text_key or TEXT: text})


def _flatten(result: Result, value: Value, text: str, where: str) -> None:
    place = value.offsets or {}
    start, end = place.get("start"), place.get("end")
    if type(start) is not int or type(end) is not int:
        found = f"region {result.id} points into HTML by XPath only, with no offsets into its text"
        raise InputError(where, found, "open and save it in a Label Studio that writes globalOffsets")
    if not isinstance(value.text, str) or not same_words(value.text, text[start:end]):
        found = f"region {result.id} states {value.text!r}, but the HTML's text has {text[start:end]!r} there"
        raise InputError(where, found, "the HTML cannot be turned into text exactly; label its text instead")
    result.type, result.value = (
        "labels",
        msgspec.structs.replace(value, start=start, end=end, labels=value.hypertextlabels),
    )
