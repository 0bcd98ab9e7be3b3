"""CoNLL-U: words with their form and MISC; mentions as CorefUD's Entity brackets or as tags (NER=B-PER).

Lemmas, tags of speech and trees are not read. Multiword tokens are cut into their words where their forms add up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

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
    """A document in the making: its text so far, words' spans, their MISC, and where sentences begin."""

    name: str
    where: str
    schema: str = _DEFAULT
    text: str = ""
    words: list[Span] = field(default_factory=list)
    misc: list[dict[str, str]] = field(default_factory=list)
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


def _cut(surface: str, forms: Sequence[str], start: int) -> Iterator[Span]:
    """Give the spans of words in their token: cut where the forms add up, else the whole token for each."""
    adds_up = "".join(forms) == surface
    at = start
    for form in forms:
        yield Span(at, at + len(form)) if adds_up else Span(start, start + len(surface))
        at += len(form)


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
            continue
        if found["last"]:
            covered, token = int(found["last"]), (cells[1], [], misc.get("SpaceAfter") == "No")
            continue
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


def _bracketed(draft: _Draft, options: Options) -> tuple[list[Mention], list[Entity]]:
    names = draft.schema.split("-")
    try:
        found = list(brackets((misc.get("Entity", "") for misc in draft.misc), key=1))
    except Unbalanced as error:
        raise InputError(draft.where, f"{draft.name}: Entity={error}", "mend the brackets in MISC") from error
    mentions: list[Mention] = []
    clusters: dict[str, list[str]] = {}
    links: dict[str, str] = {}
    for stretch in _joined(found, draft):
        told = dict(zip(names, stretch[0].split("-", len(names) - 1), strict=False))
        group, label = told.pop(names[0], ""), told.pop("etype", "") or UNTYPED
        name = f"m{len(mentions) + 1}"
        link = told.pop("identity", "")
        spans = merged(stretch[1])
        fragments = spans if len(spans) > 1 else ()
        kept = {key: value for key, value in told.items() if value}
        mentions.append(Mention(spans[0].start, spans[-1].end, label, name, "", "", fragments, kept))
        clusters.setdefault(_PART.sub("", group), []).append(name)
        if link:
            links.setdefault(_PART.sub("", group), link)
    for key in ("Bridge", "SplitAnte"):
        times = sum(key in misc for misc in draft.misc)
        if times:
            options.notes.add(f"{key} in MISC, which is not read", draft.where, times)
    return mentions, [Entity(f"e{key}", tuple(members), links.get(key, "")) for key, members in clusters.items()]


def _joined(found: list[Bracket], draft: _Draft) -> Iterator[tuple[str, list[Span]]]:
    """Give each mention's content and its spans; parts [1/2], [2/2] of a discontinuous one come together."""
    waiting: dict[str, list[Span]] = {}
    for bracket in sorted(found, key=lambda b: (b.first, -b.last)):
        span = Span(draft.words[bracket.first].start, draft.words[bracket.last].end)
        group, hyphen, rest = bracket.content.partition("-")
        part = _PART.search(group)
        if part is None:
            yield bracket.content, [span]
            continue
        group = _PART.sub("", group)
        waiting.setdefault(group, []).append(span)
        if part["part"] == part["parts"]:
            yield f"{group}{hyphen}{rest}", waiting.pop(group)


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
