"""HTML tasks: regions on a <HyperText> become spans of its text content, where that can be done exactly.

Exact means: every region has offsets into the text content, or into text nodes that its XPaths name, and the words
there are those it states.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import msgspec

from goldwire.errors import InputError
from goldwire.formats.base import Notes
from goldwire.formats.label_studio_documents import place, results_in, task_text
from goldwire.formats.label_studio_names import TEXT
from goldwire.formats.label_studio_offsets import Utf16
from goldwire.formats.label_studio_records import Result, Task, Value
from goldwire.formats.settling import squeezed

HYPERTEXT = "hypertextlabels"


_FRAMES = ("html", "head", "body")  # not in the paths of HTML that stands in a page
_FRAME_PATH = re.compile(r"^(?:/html\[1\])?(?:/body\[1\])?")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())  # noqa: SIM905 - one line


class _TextContent(HTMLParser):
    """Collects what a browser calls the text content: all character data, references resolved, in order.

    nodes: where each text node begins in it, by its XPath.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.nodes: dict[str, int] = {}
        self._length = 0
        self._begins = True
        self._open: list[tuple[str, str, Counter[str]]] = [("", "", Counter())]

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Go into an element; one of no content is left at once."""
        del attrs
        self._begins = True
        if tag not in _FRAMES:
            path = self._child(tag)
            self._open += [(tag, path, Counter())] if tag not in _VOID else []

    def handle_endtag(self, tag: str) -> None:
        """Leave an element, and those in it that were not closed."""
        self._begins = True
        depth = next((at for at in range(len(self._open) - 1, 0, -1) if self._open[at][0] == tag), 0)
        if depth:
            del self._open[depth:]

    def handle_comment(self, data: str) -> None:
        """Part two text nodes."""
        del data
        self._begins = True

    def handle_data(self, data: str) -> None:
        """Keep a stretch of character data."""
        if self._begins:
            self.nodes[self._child("text()")] = self._length
            self._begins = False
        self.parts.append(data)
        self._length += len(data)

    def _child(self, name: str) -> str:
        _, path, children = self._open[-1]
        children[name] += 1
        return f"{path}/{name}[{children[name]}]"


def _parsed(html: str) -> _TextContent:
    parser = _TextContent()
    parser.feed(html)
    parser.close()
    return parser


def flattened(task: Task, number: int, text_key: str, notes: Notes) -> Task:
    """Give the task with HTML regions as spans of the text content; a task without any as it stands.

    Raises:
        InputError: a region has no offsets into the text content, or other words stand there.
    """
    results = list(results_in(task))
    if not any(result.type == HYPERTEXT for result in results):
        return task
    html = task_text(task, text_key, number)
    parsed = _parsed(html)
    text = "".join(parsed.parts)
    for result in results:
        if result.type == HYPERTEXT and result.value:
            _flatten(result, result.value, text, parsed.nodes, place(task, number))
    notes.add("HTML tasks whose text content became the text", place(task, number))
    data: dict[str, Any] = {key: value for key, value in task.data.items() if value is not html}
    return msgspec.structs.replace(task, data={**data, text_key or TEXT: text})


def _flatten(result: Result, value: Value, text: str, nodes: dict[str, int], where: str) -> None:
    told = list(_places(value, text, nodes))
    if not told:
        found = f"region {result.id} points into HTML by XPath only, to no text that stands there"
        raise InputError(where, found, "open and save it in a Label Studio that writes globalOffsets")
    start, end = next((place for place in told if _says(value.text, text[slice(*place)])), (-1, -1))
    if start < 0:
        found = f"region {result.id} states {value.text!r}, but the HTML's text has {text[slice(*told[0])]!r} there"
        raise InputError(where, found, "the HTML cannot be turned into text exactly; label its text instead")
    result.type, result.value = (
        "labels",
        msgspec.structs.replace(value, start=start, end=end, text=text[start:end], labels=value.hypertextlabels),
    )


def _says(stated: object, found: str) -> bool:
    """Say whether a region's words stand there, up to white space: between blocks a browser shows line ends."""
    return isinstance(stated, str) and squeezed(stated.replace("\\n", "\n")) == squeezed(found)


def _places(value: Value, text: str, nodes: dict[str, int]) -> Iterator[tuple[int, int]]:
    """Give where a region may lie: by its offsets into the text, and by those into the text nodes of its XPaths."""
    told = value.offsets or {}
    start, end = told.get("start"), told.get("end")
    if type(start) is int and type(end) is int:
        yield start, end
    first, last = _point(value.start, value.start_offset, text, nodes), _point(value.end, value.end_offset, text, nodes)
    if first is not None and last is not None:
        yield first, last


def _point(path: object, offset: object, text: str, nodes: dict[str, int]) -> int | None:
    """Give the code point at an offset into a text node, which browsers count in UTF-16 units."""
    begin = nodes.get(_FRAME_PATH.sub("", path)) if isinstance(path, str) else None
    if begin is None or type(offset) is not int or offset < 0:
        return None
    return begin + Utf16(text[begin:]).to_codepoints(offset)
