"""CoNLL-U: words with their form and MISC; mentions as CorefUD's Entity brackets or as tags (NER=B-PER, in FEATS too).

Lemmas, tags of speech and trees are not read. Multiword tokens are cut into their words where their forms tell how.
Empty nodes have no text: mentions are what they have of words, and one of empty nodes alone is counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from goldwire.document import Document, Entity, Mention, Span
from goldwire.formats.base import Format, Options, Setting
from goldwire.formats.clusters import Bracket, brackets
from goldwire.formats.columns import found_files, head_lines, holds_files, is_blank, text_lines
from goldwire.formats.conllu_tags import pairs, tag_key, tags_in
from goldwire.formats.settling import merged, settled
from goldwire.formats.spelling import TAG
from goldwire.formats.tagged import Tagged, tag_spans, told_scheme
from goldwire.tags import UNTYPED

_COMMENT = re.compile(r"#\s*(?P<key>[^=]+?)\s*(?:=\s*(?P<value>.*))?\Z")
_ID = re.compile(r"(?P<first>\d+)(?:-(?P<last>\d+)|(?P<empty>\.\d+))?\Z")
_PART = re.compile(r"\[(?P<part>\d+)/(?P<parts>\d+)\]\Z")
_GRAMMAR = (3, 4, 7, 8)  # UPOS, XPOS, DEPREL, DEPS
_DEFAULT = "eid-etype-head-other"


class Node(NamedTuple):
    """A word or an empty node: its number among the words (-1 if empty), what Entity says, its sentence and columns."""

    word: int
    entity: str
    sentence: int
    line: int
    cells: list[str]


@dataclass(slots=True)
class Draft:
    """A document in the making: its text in parts, words' spans, their MISC, nodes, and where sentences begin."""

    name: str
    where: str
    schema: str = _DEFAULT
    parts: list[str] = field(default_factory=list)
    length: int = 0
    words: list[Span] = field(default_factory=list)
    misc: list[dict[str, str]] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    open: bool = False
    blank: bool = False

    def add(self, surface: str, forms: Sequence[str], glued: bool) -> None:
        """Add a token with the words it is made of."""
        if self.words:
            self._put("\n" if not self.open else " " if self.blank else "")
        if not self.open:
            self.sentences.append(len(self.words))
            self.open = True
        start = self.length
        self._put(surface)
        self.blank = not glued
        self.words.extend(_cut(surface, forms, start))

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    def span(self, first: int, last: int) -> Span:
        """Give the stretch of text from one word to another."""
        return Span(self.words[first].start, self.words[last].end)


def _cut(surface: str, forms: Sequence[str], start: int) -> Iterator[Span]:
    """Give the spans of words in their token: what ends or begins it is cut off, the rest is that of the others.

    "Vámonos" of "Vamos", "nos" is cut into "Vámo", "nos", and "dámelo" of "da", "me", "lo" into "dá", "me", "lo".
    """
    first, last = 0, len(forms) - 1
    begin, end = 0, len(surface)
    ends = [(0, end)] * len(forms)
    while first < last and surface[begin:end].endswith(forms[last]) and len(forms[last]) < end - begin:
        ends[last], end, last = (end - len(forms[last]), end), end - len(forms[last]), last - 1
    while first < last and surface[begin:end].startswith(forms[first]) and len(forms[first]) < end - begin:
        ends[first], begin, first = (begin, begin + len(forms[first])), begin + len(forms[first]), first + 1
    ends[first : last + 1] = [(begin, end)] * (last + 1 - first)
    yield from (Span(start + one, start + other) for one, other in ends)


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents, by `# newdoc`, from a file or a folder of them; a file without any is one document.

    With `documents=sentence` each sentence of such a file is one, named by its sent_id. The text is the forms, blanks
    as SpaceAfter=No says, sentences parted by line feeds. A file is read anew for what its tags tell, one document at
    a time.
    """
    for file, name in found_files(path, recognise, options.notes):
        tags = _tags(file, options)
        yield from settled(
            (_document(draft, tags, file, options) for draft in drafts(file, options, name)), options, file
        )


class _Tags(NamedTuple):
    """The key of the tags in MISC or FEATS and their scheme; "" where there are none."""

    key: str = ""
    scheme: str = ""


def _tags(path: Path, options: Options) -> _Tags:
    quiet = Options("discard", settings=options.settings)
    key = tag_key(misc for draft in drafts(path, quiet) for misc in draft.misc)
    if not key:
        return _Tags()
    sentences = (found for draft in drafts(path, quiet) for found in _tagged(draft, key, path))
    return _Tags(key, told_scheme(sentences, options, path))


def drafts(path: Path, options: Options, name: str = "") -> Iterator[Draft]:
    """Give what a file says of each document, before it becomes one; what bears no name has the file's, or this one."""
    unnamed = name or path.stem
    draft, count, pending = Draft(unnamed, str(path)), 0, list[tuple[int, list[str]]]()
    parted = options.settings.get("documents") == "sentence"
    for number, line in text_lines(path, options):
        if is_blank(line):
            _sentence(draft, pending, path, options)
            pending = []
            if parted and draft.words and not count:
                yield draft
                draft = Draft(unnamed, f"{path}:{number + 1}", draft.schema)
        elif not line.startswith("#"):
            pending += _row(line, path, number, options)
        elif (found := _COMMENT.match(line)) and found["key"] in ("newdoc", "newdoc id"):
            count += 1
            if draft.words:
                yield draft
            told = (found["value"] or "").strip()
            draft = Draft(told or f"{unnamed}-d{count}", f"{path}:{number}", draft.schema)
        elif found:
            _comment(draft, found["key"], (found["value"] or "").strip(), named=parted and not count)
    _sentence(draft, pending, path, options)
    if draft.words:
        yield draft


def _row(line: str, path: Path, number: int, options: Options) -> list[tuple[int, list[str]]]:
    """Give the cells of a line with its number; nothing of one that is broken."""
    cells = line.rstrip("\r\n").split("\t")
    if len(cells) == 10 and _ID.match(cells[0]):
        return [(number, cells)]
    wrong = f"{len(cells)} columns, 10 were expected" if len(cells) != 10 else f"{cells[0]!r} is no word's number"
    options.notes.reject(f"{path}:{number}", wrong, "mend the line")
    return []


def _comment(draft: Draft, key: str, value: str, *, named: bool) -> None:
    if key == "global.Entity":
        draft.schema = value
    elif key == "sent_id" and named:
        draft.name = value
    elif key.startswith("meta::"):
        draft.metadata[key.removeprefix("meta::")] = value


@dataclass(slots=True)
class _Multiword:
    """A multiword token whose words are being read."""

    surface: str
    last: int
    glued: bool
    line: int
    forms: list[str] = field(default_factory=list)


def _sentence(draft: Draft, rows: list[tuple[int, list[str]]], path: Path, options: Options) -> None:
    token: _Multiword | None = None
    sentence = draft.nodes[-1].sentence + 1 if draft.nodes else 0
    for number, cells in rows:
        found = _ID.match(cells[0])
        misc = pairs(cells[9])
        if found is None or found["empty"]:
            draft.nodes.append(Node(-1, misc.get("Entity", ""), sentence, number, cells))
            continue
        if token and (found["last"] or int(found["first"]) > token.last):
            _unfinished(draft, token, path, options)
            token = None
        glued = misc.get("SpaceAfter") == "No"
        if found["last"]:
            token = _Multiword(cells[1], int(found["last"]), glued, number)
            continue
        draft.nodes.append(Node(len(draft.misc), misc.get("Entity", ""), sentence, number, cells))
        draft.misc.append({**tags_in(cells[5]), **misc})
        draft.lines.append(number)
        if token is None:
            draft.add(cells[1], [cells[1]], glued)
            continue
        token.forms.append(cells[1])
        if int(found["first"]) == token.last:
            draft.add(token.surface, token.forms, token.glued)
            token = None
    if token:
        _unfinished(draft, token, path, options)
    draft.open = False


def _unfinished(draft: Draft, token: _Multiword, path: Path, options: Options) -> None:
    options.notes.reject(f"{path}:{token.line}", "a multiword token lacks words", "mend its range")
    if token.forms:
        draft.add(token.surface, token.forms, token.glued)


def _tagged(draft: Draft, key: str, path: Path) -> Iterator[Tagged]:
    """Give the sentences with the tags of a key; words without one are outside."""
    borders, text = [*draft.sentences, len(draft.words)], "".join(draft.parts)
    for first, last in pairwise(borders):
        words = [text[start:end] for start, end in draft.words[first:last]]
        tags = [misc.get(key, "O") for misc in draft.misc[first:last]]
        yield Tagged(str(path), words, tags, draft.lines[first:last])


def _document(draft: Draft, tags: _Tags, path: Path, options: Options) -> Document:
    mentions, entities = _bracketed(draft, path, options)
    if tags.key:
        mentions += list(_from_tags(draft, tags, path, options, len(mentions)))
    borders = [*draft.sentences, len(draft.words)]
    sentences = tuple(Span(draft.words[a].start, draft.words[b - 1].end) for a, b in pairwise(borders))
    tokens = tuple(dict.fromkeys(draft.words))
    text, found, groups = "".join(draft.parts), tuple(mentions), tuple(entities)
    return Document(draft.name, text, found, (), groups, tokens, sentences, metadata=draft.metadata)


def _from_tags(draft: Draft, tags: _Tags, path: Path, options: Options, count: int) -> Iterator[Mention]:
    for sentence, first in zip(_tagged(draft, tags.key, path), draft.sentences, strict=True):
        for start, end, label in tag_spans(sentence, tags.scheme, options):
            count += 1
            yield Mention(draft.words[first + start].start, draft.words[first + end - 1].end, label, f"m{count}")


class Stretch(NamedTuple):
    """A mention: what its bracket says, with its entity's name without the part, and its nodes."""

    content: str
    nodes: list[int]


def stretches(draft: Draft, path: Path, options: Options) -> Iterator[Stretch]:
    """Give all bracketed mentions of a document; brackets that do not fit together are kept among the broken lines."""
    report = _reporter(draft, path, options)
    return _joined(brackets((node.entity for node in draft.nodes), report, key=1), report)


def fields(draft: Draft, stretch: Stretch) -> dict[str, str]:
    """Give what a mention's bracket says, by the names that global.Entity gives; the first is the entity's."""
    names = draft.schema.split("-")
    return dict(zip(names, stretch.content.split("-", len(names) - 1), strict=False))


def _bracketed(draft: Draft, path: Path, options: Options) -> tuple[list[Mention], list[Entity]]:
    names = draft.schema.split("-")
    mentions: list[Mention] = []
    clusters: dict[str, list[str]] = {}
    links: dict[str, str] = {}
    for stretch in stretches(draft, path, options):
        told = fields(draft, stretch)
        group, link = told.pop(names[0], ""), told.pop("identity", "")
        if mention := _mention(draft, stretch, told, f"m{len(mentions) + 1}"):
            mentions.append(mention)
            clusters.setdefault(group, []).append(mention.id)
        else:
            options.notes.lose("mention of empty nodes alone, which have no text: not read", f"{draft.where}: {group}")
        if link:
            links.setdefault(group, link)
    _note_unread(draft, options)
    return mentions, [Entity(f"e{key}", tuple(members), links.get(key, "")) for key, members in clusters.items()]


def _reporter(draft: Draft, path: Path, options: Options) -> Callable[[int, str], None]:
    """Give the function that keeps what is wrong with a bracket at one of the nodes."""

    def report(node: int, wrong: str) -> None:
        where = f"{path}:{draft.nodes[node].line}"
        options.notes.reject(where, f"{draft.name}: Entity={wrong}", "mend the brackets in MISC")

    return report


def _note_unread(draft: Draft, options: Options) -> None:
    for key in ("Bridge", "SplitAnte"):
        times = sum(key in misc for misc in draft.misc)
        if times:
            options.notes.add(f"{key} in MISC, which is not read", draft.where, times)


def _mention(draft: Draft, stretch: Stretch, told: dict[str, str], name: str) -> Mention | None:
    """Give the mention, its head as the place of the word; None where it has no word."""
    spans = merged(draft.span(first, last) for first, last in _runs(draft, stretch.nodes))
    if not spans:
        return None
    label, number = told.pop("etype", "") or UNTYPED, told.pop("head", "")
    if number.isdecimal() and 0 < int(number) <= len(stretch.nodes):
        word = draft.nodes[stretch.nodes[int(number) - 1]].word
        told["head"] = "{}:{}".format(*draft.words[word]) if word >= 0 else ""
    kept = {key: value for key, value in told.items() if value}
    return Mention(spans[0].start, spans[-1].end, label, name, "", "", spans if len(spans) > 1 else (), kept)


def _runs(draft: Draft, nodes: list[int]) -> Iterator[tuple[int, int]]:
    """Give the first and last word of each unbroken run of nodes that has one."""
    breaks = [place for place, (one, other) in enumerate(pairwise(nodes), start=1) if other != one + 1]
    for first, last in pairwise([0, *breaks, len(nodes)]):
        words = [word for word in (draft.nodes[node].word for node in nodes[first:last]) if word >= 0]
        if words:
            yield words[0], words[-1]


def _joined(found: Iterable[Bracket], report: Callable[[int, str], None]) -> Iterator[Stretch]:
    """Give the mentions; parts [1/2], [2/2] of a discontinuous one come together.

    report: told where a part's last one does not come.
    """
    waiting: dict[str, list[int]] = {}
    for bracket in sorted(found, key=lambda b: (b.first, -b.last)):
        nodes = list(range(bracket.first, bracket.last + 1))
        group, hyphen, rest = bracket.content.partition("-")
        part = _PART.search(group)
        if part is None:
            yield Stretch(bracket.content, nodes)
            continue
        group = _PART.sub("", group)
        waiting.setdefault(group, []).extend(nodes)
        if part["part"] == part["parts"]:
            yield Stretch(f"{group}{hyphen}{rest}", waiting.pop(group))
    for group, nodes in waiting.items():
        report(nodes[0], f"{group} has parts, but not the last one")


def recognise(path: Path, head: bytes) -> bool:
    """Say whether most lines of a file are ten columns that begin with a word's number, or a folder has such files.

    Not if a column of grammar holds tags of mentions (WebAnno TSV 1): then they are CoNLL columns.
    """
    if path.is_dir():
        return holds_files(path, recognise)
    lines = [line for line in head_lines(head) if not is_blank(line) and not line.startswith("#")][:50]
    rows = [line.split("\t") for line in lines]
    fitting = [row for row in rows if len(row) == 10 and _ID.match(row[0])]
    if any(_holds_tags([row[column] for row in fitting]) for column in _GRAMMAR):
        return False
    return len(fitting) * (2 if path.suffix == ".conllu" else 1.1) > len(rows)


def _holds_tags(values: list[str]) -> bool:
    return any("-" in value for value in values) and all(map(TAG.match, values))


FORMAT = Format(
    "conllu",
    "CoNLL-U with CorefUD's Entity or NER tags in MISC",
    (".conllu",),
    recognise,
    read,
    settings=(
        Setting("scheme", "the scheme of NER tags (seen from the tags)"),
        Setting("documents", "sentence or file (file), where nothing divides documents"),
        Setting("encoding", "the file's encoding (utf-8)"),
    ),
)
