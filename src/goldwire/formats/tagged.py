"""Sentences of tagged tokens as documents: what CoNLL columns, datasets with tag columns and HIPE share.

What tags mean is in goldwire.tags; where they stand in a file is the formats' affair.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from goldwire.document import Document, Mention
from goldwire.errors import InputError
from goldwire.formats.base import Options
from goldwire.formats.layout import lay_out
from goldwire.tags import REPAIRS, decode, recognise_scheme, scheme_name, violations

TAG = re.compile(r"(?:O|[BIEMSLU]-\S.*)\Z")
CHUNKS = frozenset(["NP", "VP", "PP", "ADVP", "ADJP", "SBAR", "PRT", "INTJ", "CONJP", "LST", "UCP"])
IO = "IO"
_T = TypeVar("_T")


@dataclass(slots=True)
class Tagged:
    """A sentence: its words, their tags, and where they stand: a file or row, and the line of each word if any."""

    where: str
    words: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def place(self, index: int) -> str:
        """Name the place of a token."""
        return f"{self.where}:{self.lines[index]}" if self.lines else f"{self.where}: token {index}"


def told_scheme(sentences: Iterable[Tagged], options: Options, where: object) -> str:
    """Give the scheme that is set, else the one under which all tags are valid, said in the notes.

    IO (bare labels, touching tokens of one label are one mention) is taken only where it is set or no tag has a prefix.
    """
    setting = options.settings.get("scheme", "auto")
    if setting != "auto":
        return IO if setting.upper() == IO else scheme_name(setting)
    telling = list(_telling(sentences))
    if telling and all(not TAG.match(tag) for s in telling for tag in s.tags if tag != "O"):
        told = any(tag != "O" for s in telling for tag in s.tags)
        if told:
            options.notes.add("sources of bare labels: touching tokens of one label are one mention", str(where))
            return IO
    found = _where(lambda: recognise_scheme(sentence.tags for sentence in telling), str(where))
    options.notes.add(f"sources of tags read as {found}", str(where))
    return found


def _telling(sentences: Iterable[Tagged]) -> Iterator[Tagged]:
    """Give the sentences that show neighbouring tags not seen before: they are all that tells a scheme."""
    seen: set[tuple[str, str]] = set()
    for sentence in sentences:
        pairs = set(zip(["O", *sentence.tags], [*sentence.tags, "O"], strict=True))
        if not pairs <= seen:
            seen |= pairs
            yield sentence


def _where(call: Callable[[], _T], where: str) -> _T:
    """Give what a call gives; an error of it names the place."""
    try:
        return call()
    except InputError as error:
        inner = error.problem
        raise InputError(where, f"{inner.where}: {inner.found}", inner.mend) from error


def tagged_document(
    name: str,
    sentences: Sequence[Tagged],
    scheme: str,
    options: Options,
    *,
    metadata: Mapping[str, str] | None = None,
    glued: Sequence[Sequence[bool]] | None = None,
) -> Document:
    """Give the document of tagged sentences; its text is the words joined by blanks, the sentences by line feeds.

    Raises:
        InputError: tags break the scheme and no repair is named; the error names the place and how to mend it.
    """
    laid = lay_out((sentence.words for sentence in sentences), glued)
    found = (
        (row[start].start, row[end - 1].end, label)
        for sentence, row in zip(sentences, laid.rows, strict=True)
        for start, end, label in tag_spans(sentence, scheme, options)
    )
    mentions = tuple(
        Mention(start, end, label, f"m{index}", laid.text[start:end])
        for index, (start, end, label) in enumerate(found, start=1)
    )
    return Document(name, laid.text, mentions, tokens=laid.tokens, sentences=laid.sentences, metadata=metadata or {})


def tag_spans(sentence: Tagged, scheme: str, options: Options) -> list[tuple[int, int, str]]:
    """Give the mentions of a sentence by token, half-open; repaired tags are counted in the notes."""
    tags = sentence.tags
    if all(tag == "O" for tag in tags):
        return []
    if scheme == IO:
        return decode([tag if tag == "O" else f"I-{tag}" for tag in tags], "IOB1")
    odd = next((index for index, tag in enumerate(tags) if not TAG.match(tag)), 0)
    broken = _where(lambda: violations(tags, scheme), sentence.place(odd))
    if broken and options.repair == "none":
        first = broken[0]
        mend = f"{first.mend}, or name a repair: --repair {' or '.join(REPAIRS[1:])}"
        raise InputError(sentence.place(first.index), f"tag {first.tag!r} {first.why}, which {scheme} forbids", mend)
    for violation in broken:
        what = f"tags that break {scheme}, --repair {options.repair}"
        options.notes.add(what, f"{sentence.place(violation.index)} {violation.tag}")
    return decode(tags, scheme, options.repair)
