"""CoNLL-U: words with their form and MISC; mentions as CorefUD's Entity brackets or as tags (NER=B-PER).

Lemmas, tags of speech and trees are not read. Multiword tokens are cut into their words where their forms tell how.
Empty nodes have no text: mentions are what they have of words, and one of empty nodes alone is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from goldwire.document import Document, Entity, Mention, Span
from goldwire.errors import InputError
from goldwire.formats.base import Format, Options, Setting
from goldwire.formats.clusters import Bracket, Unbalanced, brackets
from goldwire.formats.columns import folder_files, head_lines, is_blank, text_lines
from goldwire.formats.settling import merged, settled
from goldwire.formats.tagged import Tagged, tag_spans, told_scheme
from goldwire.tags import UNTYPED

_COMMENT = re.compile(r"#\s*(?P<key>[^=]+?)\s*(?:=\s*(?P<value>.*))?\Z")
_ID = re.compile(r"(?P<first>\d+)(?:-(?P<last>\d+)|(?P<empty>\.\d+))?\Z")
_PART = re.compile(r"\[(?P<part>\d+)/(?P<parts>\d+)\]\Z")
_DEFAULT = "eid-etype-head-other"
_TAG_KEYS = ("NER", "Ner", "ner", "NE")


@dataclass(slots=True)
class _Draft:
    """A document in the making: its text so far, words' spans, their MISC, and where sentences begin.

    nodes: of words and empty nodes, in their order, the number of the word (-1 if empty) and what Entity says.
    """

    name: str
    where: str
    schema: str = _DEFAULT
    text: str = ""
    words: list[Span] = field(default_factory=list)
    misc: list[dict[str, str]] = field(default_factory=list)
    nodes: list[tuple[int, str]] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    open: bool = False
    blank: bool = False

    def add(self, surface: str, forms: Sequence[str], glued: bool) -> None:
        """Add a token with the words it is made of."""
        if self.text:
            self.text += "\n" if not self.open else " " if self.blank else ""
        if not self.open:
            self.sentences.append(len(self.words))
            self.open = True
        start = len(self.text)
        self.text += surface
        self.blank = not glued
        self.words.extend(_cut(surface, forms, start))

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

    The text is the forms, blanks as SpaceAfter=No says, sentences parted by line feeds.
    """
    for file in folder_files(path, recognise) if path.is_dir() else [path]:
        drafts = list(_drafts(file, options))
        sentences = (sentence for draft in drafts for sentence in _tagged(draft, file))
        tagged = any(key in misc for draft in drafts for misc in draft.misc for key in _TAG_KEYS)
        scheme = told_scheme(sentences, options, file) if tagged else ""
        yield from settled((_document(draft, scheme, file, options) for draft in drafts), options, file)


def _drafts(path: Path, options: Options) -> Iterator[_Draft]:
    draft, count, pending = _Draft(path.stem, str(path)), 0, list[tuple[int, list[str]]]()
    for number, line in text_lines(path, options):
        if is_blank(line):
            _sentence(draft, pending, path)
            pending = []
        elif not line.startswith("#"):
            pending.append((number, _row(line, f"{path}:{number}")))
        elif (found := _COMMENT.match(line)) and found["key"] in ("newdoc", "newdoc id"):
            count += 1
            if draft.words:
                yield draft
            name = (found["value"] or "").strip() or f"{path.stem}-d{count}"
            draft = _Draft(name, f"{path}:{number}", draft.schema)
        elif found:
            _comment(draft, found["key"], (found["value"] or "").strip())
    _sentence(draft, pending, path)
    if draft.words:
        yield draft


def _row(line: str, where: str) -> list[str]:
    cells = line.rstrip("\r\n").split("\t")
    if len(cells) != 10 or not _ID.match(cells[0]):
        raise InputError(where, f"{len(cells)} columns, 10 were expected", "mend the line")
    return cells


def _comment(draft: _Draft, key: str, value: str) -> None:
    if key == "global.Entity":
        draft.schema = value
    elif key.startswith("meta::"):
        draft.metadata[key.removeprefix("meta::")] = value


def _sentence(draft: _Draft, rows: list[tuple[int, list[str]]], path: Path) -> None:
    covered, token = 0, ("", list[str](), False)
    for number, cells in rows:
        found = _ID.match(cells[0])
        misc = _misc(cells[9])
        if found is None or found["empty"]:
            draft.nodes.append((-1, misc.get("Entity", "")))
            continue
        if found["last"]:
            covered, token = int(found["last"]), (cells[1], [], misc.get("SpaceAfter") == "No")
            continue
        draft.nodes.append((len(draft.misc), misc.get("Entity", "")))
        draft.misc.append(misc)
        draft.lines.append(number)
        if int(found["first"]) > covered:
            draft.add(cells[1], [cells[1]], misc.get("SpaceAfter") == "No")
            continue
        token[1].append(cells[1])
        if int(found["first"]) == covered:
            draft.add(*token)
    draft.open = False
    if len(draft.words) != len(draft.misc):
        raise InputError(f"{path}:{rows[0][0]}", "a multiword token lacks words", "mend its range")


def _misc(cell: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in cell.split("|") if cell != "_")
    return {key: value for key, sign, value in pairs if sign}


def _tagged(draft: _Draft, path: Path) -> Iterator[Tagged]:
    """Give the sentences with the tags in MISC; words without one are outside."""
    key = next((key for key in _TAG_KEYS if any(key in misc for misc in draft.misc)), "")
    borders = [*draft.sentences, len(draft.words)]
    for first, last in pairwise(borders):
        words = [draft.text[start:end] for start, end in draft.words[first:last]]
        tags = [misc.get(key, "O") for misc in draft.misc[first:last]]
        yield Tagged(str(path), words, tags, draft.lines[first:last])


def _document(draft: _Draft, scheme: str, path: Path, options: Options) -> Document:
    mentions, entities = _bracketed(draft, options)
    if scheme:
        mentions += list(_from_tags(draft, scheme, path, options, len(mentions)))
    borders = [*draft.sentences, len(draft.words)]
    sentences = tuple(Span(draft.words[a].start, draft.words[b - 1].end) for a, b in pairwise(borders))
    tokens = tuple(dict.fromkeys(draft.words))
    return Document(
        draft.name, draft.text, tuple(mentions), (), tuple(entities), tokens, sentences, metadata=draft.metadata
    )


def _from_tags(draft: _Draft, scheme: str, path: Path, options: Options, count: int) -> Iterator[Mention]:
    for sentence, first in zip(_tagged(draft, path), draft.sentences, strict=True):
        for start, end, label in tag_spans(sentence, scheme, options):
            count += 1
            yield Mention(draft.words[first + start].start, draft.words[first + end - 1].end, label, f"m{count}")


class _Stretch(NamedTuple):
    """A mention: what its bracket says, with its entity's name without the part, and its nodes."""

    content: str
    nodes: list[int]


def _bracketed(draft: _Draft, options: Options) -> tuple[list[Mention], list[Entity]]:
    names = draft.schema.split("-")
    mentions: list[Mention] = []
    clusters: dict[str, list[str]] = {}
    links: dict[str, str] = {}
    try:
        stretches = list(_joined(brackets((cell for _, cell in draft.nodes), key=1)))
    except Unbalanced as error:
        raise InputError(draft.where, f"{draft.name}: Entity={error}", "mend the brackets in MISC") from error
    for stretch in stretches:
        told = dict(zip(names, stretch.content.split("-", len(names) - 1), strict=False))
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


def _note_unread(draft: _Draft, options: Options) -> None:
    for key in ("Bridge", "SplitAnte"):
        times = sum(key in misc for misc in draft.misc)
        if times:
            options.notes.add(f"{key} in MISC, which is not read", draft.where, times)


def _mention(draft: _Draft, stretch: _Stretch, told: dict[str, str], name: str) -> Mention | None:
    """Give the mention, its head as the place of the word; None where it has no word."""
    spans = merged(draft.span(first, last) for first, last in _runs(draft, stretch.nodes))
    if not spans:
        return None
    label, number = told.pop("etype", "") or UNTYPED, told.pop("head", "")
    if number.isdecimal() and 0 < int(number) <= len(stretch.nodes):
        word = draft.nodes[stretch.nodes[int(number) - 1]][0]
        told["head"] = "{}:{}".format(*draft.words[word]) if word >= 0 else ""
    kept = {key: value for key, value in told.items() if value}
    return Mention(spans[0].start, spans[-1].end, label, name, "", "", spans if len(spans) > 1 else (), kept)


def _runs(draft: _Draft, nodes: list[int]) -> Iterator[tuple[int, int]]:
    """Give the first and last word of each unbroken run of nodes that has one."""
    breaks = [place for place, (one, other) in enumerate(pairwise(nodes), start=1) if other != one + 1]
    for first, last in pairwise([0, *breaks, len(nodes)]):
        words = [word for word, _ in (draft.nodes[node] for node in nodes[first:last]) if word >= 0]
        if words:
            yield words[0], words[-1]


def _joined(found: Iterable[Bracket]) -> Iterator[_Stretch]:
    """Give the mentions; parts [1/2], [2/2] of a discontinuous one come together.

    Raises:
        Unbalanced: a part's last one does not come.
    """
    waiting: dict[str, list[int]] = {}
    for bracket in sorted(found, key=lambda b: (b.first, -b.last)):
        nodes = list(range(bracket.first, bracket.last + 1))
        group, hyphen, rest = bracket.content.partition("-")
        part = _PART.search(group)
        if part is None:
            yield _Stretch(bracket.content, nodes)
            continue
        group = _PART.sub("", group)
        waiting.setdefault(group, []).extend(nodes)
        if part["part"] == part["parts"]:
            yield _Stretch(f"{group}{hyphen}{rest}", waiting.pop(group))
    if waiting:
        raise Unbalanced(f"{min(waiting)} has parts, but not the last one")


def recognise(path: Path, head: bytes) -> bool:
    """Say whether a file's lines have ten columns that begin with a word's number, or a folder holds such files."""
    if path.is_dir():
        return bool(folder_files(path, recognise))
    lines = [line for line in head_lines(head) if not is_blank(line) and not line.startswith("#")][:50]
    rows = [line.split("\t") for line in lines]
    return bool(rows) and all(len(row) == 10 and _ID.match(row[0]) for row in rows)


FORMAT = Format(
    "conllu",
    "CoNLL-U with CorefUD's Entity or NER tags in MISC",
    (".conllu",),
    recognise,
    read,
    settings=(
        Setting("scheme", "the scheme of NER tags (seen from the tags)"),
        Setting("encoding", "the file's encoding (utf-8)"),
    ),
)
