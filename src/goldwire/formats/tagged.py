"""Sentences of tagged tokens as documents: what CoNLL columns, datasets with tag columns and HIPE share.

What tags mean is in goldwire.tags; where they stand in a file is the formats' affair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from itertools import chain
from typing import TypeVar

from goldwire.document import Document, Mention
from goldwire.errors import BrokenRules, InputError, Problem
from goldwire.formats.base import Options
from goldwire.formats.layout import lay_out
from goldwire.formats.settling import unrepaired
from goldwire.formats.spelling import TAG, piled, unpiled
from goldwire.tags import GRAMMARS, IO, OUTSIDE, REPAIRS, decode, recognise_scheme, scheme_name, violations

_GERMAN_CHUNKS = frozenset(["NC", "VC", "PC"])
CHUNKS = frozenset(["NP", "VP", "PP", "ADVP", "ADJP", "SBAR", "PRT", "INTJ", "CONJP", "LST", "UCP"]) | _GERMAN_CHUNKS
LISTED = 20
NO_WORD = "\ufffd"  # an empty word: a token has a surface
_T = TypeVar("_T")


@dataclass(slots=True)
class Tagged:
    """A sentence: its words, their tags, and where they stand: a file or row, and the line of each word if any.

    more: further layers of tags, for nested mentions.
    """

    where: str
    words: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    lines: Sequence[int] = ()
    more: list[list[str]] = field(default_factory=list)

    def place(self, index: int) -> str:
        """Name the place of a token."""
        return f"{self.where}:{self.lines[index]}" if self.lines else f"{self.where}: token {index}"

    def layers(self) -> Iterator[Tagged]:
        """Give the sentence with each layer of its tags; cells that hold several tags (I-ORG|B-LOC) are layers too."""
        for tags in (self.tags, *self.more):
            for layer in unpiled(tags) if piled(set(tags)) else (tags,):
                yield self if layer is self.tags and not self.more else replace(self, tags=layer, more=[])


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
    tags = [[tag if TAG.match(tag) else OUTSIDE for tag in sentence.tags] for sentence in telling]
    found = _where(lambda: recognise_scheme(tags), str(where))
    options.notes.add(f"sources of tags read as {found}", str(where))
    return found


def _telling(sentences: Iterable[Tagged]) -> Iterator[Tagged]:
    """Give the sentences that show neighbouring tags not seen before: they are all that tells a scheme."""
    seen: set[tuple[str, str]] = set()
    for sentence in chain.from_iterable(tagged.layers() for tagged in sentences):
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

    Tags that break the scheme are put among the notes' broken things if no repair is named.
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
    """Give the mentions of a sentence by token, half-open; repaired tags are counted in the notes.

    Broken tags without a repair are put among the notes' broken things, and the sentence gives no mentions.
    """
    if not sentence.more and set(sentence.tags) <= {OUTSIDE}:
        return []
    layers = [_layer_spans(layer, scheme, options) for layer in sentence.layers()]
    return layers[0] if len(layers) == 1 else sorted(chain.from_iterable(layers), key=lambda s: (s[0], -s[1]))


def _layer_spans(sentence: Tagged, scheme: str, options: Options) -> list[tuple[int, int, str]]:
    tags = sentence.tags
    if scheme == IO:
        return decode([tag if tag == OUTSIDE else f"I-{tag}" for tag in tags], "IOB1")
    if not all(map(TAG.match, set(tags))):
        tags = [tag if TAG.match(tag) else _no_tag(sentence, index, options) for index, tag in enumerate(tags)]
    odd = next((index for index, tag in enumerate(tags) if tag[0] not in (OUTSIDE, *GRAMMARS[scheme].joins)), 0)
    broken = _where(lambda: violations(tags, scheme), sentence.place(odd))
    if broken and options.repair == "none":
        for violation in broken:
            mend = f"{violation.mend}, or name a repair: --repair {' or '.join(REPAIRS[1:])}"
            found = f"tag {violation.tag!r} {violation.why}, which {scheme} forbids"
            options.notes.broken.append(Problem(sentence.place(violation.index), found, mend))
        return []
    for violation in broken:
        what = f"tags that break {scheme}, --repair {options.repair}"
        options.notes.add(what, f"{sentence.place(violation.index)} {violation.tag}")
    return decode(tags, scheme, options.repair if broken else "conlleval")  # which looks for nothing broken again


def _no_tag(sentence: Tagged, index: int, options: Options) -> str:
    place, tag = sentence.place(index), sentence.tags[index]
    if options.repair == "none":
        found = f"tag {tag!r} is neither O nor PREFIX-LABEL"
        options.notes.broken.append(Problem(place, found, "write it like B-PER, or --repair discard takes it as O"))
    else:
        options.notes.lose("values that are no tags, taken as O (--repair)", f"{place} {tag!r}")
    return OUTSIDE


def unbroken(items: Iterable[_T], options: Options, where: object) -> Iterator[_T]:
    """Give documents, or their records, as long as nothing is broken in their source; discarded things are counted.

    Raises:
        InputError: one thing is broken.
        BrokenRules: several are; the first of them are listed, a line each, the others counted.
    """
    first: list[Problem] = []
    count = 0
    for item in chain(items, (None,)):
        if options.notes.broken:
            found = unrepaired((), options)
            count += len(found)
            first += found[: LISTED - len(first)]
        if not count and item is not None:
            yield item
    if count == 1:
        raise InputError(*astuple(first[0]))
    if count > len(first):
        first.append(Problem(str(where), f"{count - len(first)} more are broken", "mend them too"))
    if count:
        raise BrokenRules(first)
