"""SemEval-2010 task 8's text: a numbered sentence with <e1> and <e2>, its relation on the next line, then a comment.

Files of labels alone are no documents; pair_labels reads those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from goldwire.document import Document, Mention, Relation
from goldwire.errors import InputError
from goldwire.formats.base import Format, Options
from goldwire.formats.columns import head_lines, is_blank
from goldwire.formats.files import decode, read_lines
from goldwire.formats.settling import settled
from goldwire.tags import UNTYPED

NEGATIVE = "Other"
_SENTENCE = re.compile(r'(?P<id>\d+)\t"?(?P<text>.*<e1>.*</e1>.*<e2>.*</e2>.*?)"?\s*')
_TAG = re.compile(r"</?e[12]>")
_LABEL = re.compile(r"(?P<name>[^\s()]+)\((?P<head>e[12]),(?P<tail>e[12])\)")


class Example(NamedTuple):
    """An example of the file as it stands: its label is "" where the file tells none (the test set handed out)."""

    where: str
    id: str
    text: str
    label: str
    comment: str


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read a document an example; its mentions e1 and e2 have no type ("_"), and Other is no relation."""
    return settled(map(_document, examples(path)), options, path)


def examples(path: Path) -> Iterator[Example]:
    """Give the examples of a file in order.

    Raises:
        InputError: a line is neither a sentence nor what may follow one.
    """
    found: Example | None = None
    for number, line in read_lines(path):
        text, where = decode(f"{path}:{number}", line), f"{path}:{number}"
        if sentence := _SENTENCE.fullmatch(text):
            if found:
                yield found
            found = Example(where, sentence["id"], sentence["text"], "", "")
        elif found and text.startswith("Comment:"):
            found = found._replace(comment=text.removeprefix("Comment:").strip())
        elif found and not found.label and not is_blank(text):
            found = found._replace(label=text.strip())
        elif not is_blank(text):
            mend = "a number, a tab and a sentence with <e1> and <e2> were expected"
            raise InputError(where, f"begins {text[:40]!r}", mend)
    if found:
        yield found


def _document(example: Example) -> Document:
    text, points = _untagged(example.text)
    mentions = tuple(Mention(points[f"<{name}>"], points[f"</{name}>"], UNTYPED, name) for name in ("e1", "e2"))
    metadata = {"comment": example.comment} if example.comment else {}
    return Document(example.id, text, mentions, tuple(_relations(example)), metadata=metadata)


def _untagged(text: str) -> tuple[str, dict[str, int]]:
    """Give a text without its tags, and where each tag stood."""
    points: dict[str, int] = {}
    parts, last, at = [], 0, 0
    for tag in _TAG.finditer(text):
        parts.append(text[last : tag.start()])
        at += len(parts[-1])
        points[tag[0]], last = at, tag.end()
    return "".join([*parts, text[last:]]), points


def _relations(example: Example) -> Iterator[Relation]:
    if example.label not in ("", NEGATIVE):
        found = _LABEL.fullmatch(example.label)
        if not found or found["head"] == found["tail"]:
            mend = "a relation like Cause-Effect(e1,e2), or Other, was expected"
            raise InputError(f"{example.where}: {example.id}", f"has the label {example.label!r}", mend)
        yield Relation(found["head"], found["tail"], found["name"])


def recognise(path: Path, head: bytes) -> bool:
    """Say whether a file begins with a numbered sentence in which <e1> and <e2> are marked."""
    first = next((line for line in head_lines(head) if not is_blank(line)), "")
    return not path.is_dir() and bool(_SENTENCE.fullmatch(first))


FORMAT = Format("semeval2010", "SemEval-2010 task 8: sentences with <e1> and <e2>", (".txt",), recognise, read)
