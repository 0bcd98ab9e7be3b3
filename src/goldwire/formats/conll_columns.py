"""What the columns of a CoNLL file hold: the tokens, the tags (in one column, or in layers), and how tags are spelled.

Seen from a sample of the file's lines, unless it is set; lines are read into documents in conll.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

from goldwire.errors import InputError
from goldwire.formats.base import Options
from goldwire.formats.columns import fields, is_blank
from goldwire.formats.conll_widths import Cut, cut_of
from goldwire.formats.spelling import PLAIN, TAG, Spelling, bare_spelling, piled, spelling_of
from goldwire.formats.tagged import CHUNKS
from goldwire.tags import IO, OUTSIDE

HEADER = re.compile(
    r"#\s*(?:newdoc(?:\s+id)?\s*(?:=\s*(?P<newdoc>.*))?|(?:doc(?:ument)?[_ ]?)?id\s*[ =]\s*(?P<id>\S+).*)\Z"
    r"|###MEDLINE:(?P<medline>\d+)\s*\Z"
)
DOCSTART = "-DOCSTART-"
_NUMBER = re.compile(r"\d+(?:[-.]\d+)?\Z")
_LANGUAGE = re.compile(r"([a-z]{2,3}(?:-[a-z]+)*:).")
_SAMPLE = 2000
_TOKENS = ("word", "words", "token", "tokens", "form", "text")
_NAMES = frozenset({*_TOKENS, "tag", "tags", "label", "labels", "ner", "ner_tag", "ner_tags", "bio", "iob"})
_Row = list[str]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file, from 0: its width, the token, the tags; what stands before each token; a header's line."""

    width: int
    token: int
    tags: tuple[int, ...]
    spelling: Spelling = PLAIN
    lead: str = ""
    header: int = 0
    piled: bool = False
    cut: Cut | None = None

    @property
    def plain(self) -> bool:
        """Say whether the tags are one column, as they stand there."""
        return len(self.tags) == 1 and self.spelling is PLAIN and not (self.header or self.piled or self.cut)

    def cells(self, line: str) -> list[str]:
        """Give the cells of a line; where lines are of several widths, those that are read."""
        return self.cut.take(fields(line)) if self.cut else fields(line)

    def is_token(self, line: str) -> bool:
        """Say whether a line that begins with # is a token: it is as wide as the others, its tags are tags."""
        row = self.cells(line)
        return len(row) == self.width and all(self.spelling.fits(row[column]) for column in self.tags)


@dataclass(slots=True)
class _Sample:
    """The first lines of a file: the rows of each sentence; the number of the first line if it is as wide as most.

    tabs: cells are parted by them. cut: what is kept of lines of several widths.
    """

    width: int
    sentences: list[list[_Row]]
    first: int
    tabs: bool
    cut: Cut | None = None

    def rows(self) -> list[_Row]:
        """Give all rows."""
        return [row for sentence in self.sentences for row in sentence]

    def column(self, index: int) -> list[str]:
        """Give the values of a column."""
        return [row[index] for row in self.rows()]


def columns_of(lines: Iterable[tuple[int, str]], options: Options, where: Path) -> Columns:
    """Give the columns of numbered lines.

    Tags: the setting `column` (from 1; several are layers), else all columns that are layers of one annotation, else
    the last one that looks like tags. Tokens: the setting `token`, else the first column, the second where the first
    counts or holds the tags.

    Raises:
        InputError: no column looks like tags, or a setting names one that is not there.
    """
    sample = _sample(lines)
    if sample is None:
        raise InputError(where, "no line has a token and a tag", "name a file with columns")
    header = _without_header(sample)
    counted = sample.width > 2 and _is_counted(sample)
    setting = options.settings.get("column", "last")
    tags = _tag_columns(sample, counted, where, options) if setting == "last" else _set(setting, sample.width, where)
    spelling = _spelling(sample, tags)
    free = 1 if counted or tags == (0,) else 0
    (token,) = _set(options.settings.get("token", str(free + 1)), sample.width, where)[:1]
    if token in tags:
        raise InputError(where, f"column {token + 1} cannot hold tokens and tags", "name others: --set column=N")
    if spelling is not PLAIN and spelling.name != "LABEL":
        options.notes.add(f"files whose tags are written {spelling.name}", str(where))
    if header:
        options.notes.add("header lines passed over", f"{where}:{header}")
    if sample.cut:
        options.notes.add(f"files of lines of several widths, {sample.cut.reads}", str(where))
    lead = _lead(sample.column(token), options, where)
    several = any(piled(sample.column(i)) for i in tags)
    return Columns(sample.width, token, tags, spelling, lead, header, several, sample.cut)


def fit(lines: Iterable[tuple[int, str]]) -> bool:
    """Say whether lines are columns, most as many, one of them of tags."""
    sample = _sample(lines)
    if sample is None:
        return False
    _without_header(sample)
    return any(spelling_of(sample.column(index)) for index in range(sample.width)) or bool(_bare(sample))


def is_comment(line: str) -> bool:
    """Say whether a line is a comment, before the columns are known: a token "#" has a tag behind it."""
    return line.startswith("#") and (bool(HEADER.match(line)) or not TAG.match(fields(line)[-1]))


def _sample(lines: Iterable[tuple[int, str]]) -> _Sample | None:
    sentences: list[list[_Row]] = [[]]
    first, wide, tabs = 0, 0, False
    for number, line in islice(lines, 2 * _SAMPLE):
        if is_blank(line):
            sentences.append([])
        elif DOCSTART not in line and not is_comment(line):
            tabs = tabs or "\t" in line
            sentences[-1].append(fields(line))
            first, wide = (first, wide) if first else (number, len(sentences[-1][-1]))
    widths = Counter(len(row) for sentence in sentences for row in sentence)
    width, count = widths.most_common(1)[0] if widths else (0, 0)
    if cut := cut_of([row for sentence in sentences for row in sentence], width):
        taken = [[cut.take(row) for row in sentence] for sentence in sentences if sentence]
        return _Sample(len(taken[0][0]), taken, first, tabs, cut)
    if width < 2 or 2 * count < widths.total():
        return None
    kept = [[row for row in sentence if len(row) == width] for sentence in sentences]
    return _Sample(width, [sentence for sentence in kept if sentence], first if wide == width else 0, tabs)


def _without_header(sample: _Sample) -> int:
    """Take a line that names the columns from a sample; give its number, 0 where there is none."""
    rows = sample.rows()
    names = {cell.lower() for cell in rows[0]} if sample.first and len(rows) > 1 else set()
    if not names & _NAMES:
        return 0
    rests = [[row[index] for row in rows[1:]] for index in range(sample.width)]
    spellings = [(cell, spelling_of(rest)) for cell, rest in zip(rows[0], rests, strict=True)]
    named = bool(names & set(_TOKENS)) and rows[0][-1].lower() in _NAMES - set(_TOKENS)
    if not named and not any(spelling and not spelling.fits(cell) for cell, spelling in spellings):
        return 0
    sample.sentences[0].pop(0)
    sample.sentences = [sentence for sentence in sample.sentences if sentence]
    return sample.first


def _is_counted(sample: _Sample) -> bool:
    """Say whether the first column counts the tokens: from 0 or 1, or (a file cut from another) up from anywhere."""
    if not all(map(_NUMBER.match, sample.column(0))):
        return False
    numbers = [int(re.split("[-.]", row[0])[0]) for row in sample.sentences[0]]
    return numbers[0] < 2 or (numbers[0] < numbers[-1] and all(b - a in (0, 1) for a, b in pairwise(numbers)))


def _tag_columns(sample: _Sample, counted: bool, where: Path, options: Options) -> tuple[int, ...]:
    found = {i: s for i in range(1, sample.width) if (s := spelling_of(sample.column(i)))}
    if not found and spelling_of(sample.column(0)):
        return (0,)
    if not found and (options.settings.get("scheme", "").upper() == IO or _bare(sample)):
        return (sample.width - 1,)
    if not found:
        shown = sample.rows()[0][-1]
        mend = "name the column of the tags (--set column=2), or --set scheme=IO for bare labels"
        raise InputError(where, f"the last column has {shown!r}, which is no tag", mend)
    likely = _likely(sample, found)
    layers = _layers(sample, likely, counted)
    if len(layers) > 1:
        said = ", ".join(str(index + 1) for index in layers)
        options.notes.add(
            f"files read by columns {said}, layers of one annotation (--set column=N takes one)", str(where)
        )
        return layers
    if len(likely) > 1 or likely[-1] != sample.width - 1:
        options.notes.add(f"files read by column {likely[-1] + 1} (--set column=N takes another)", str(where))
    return likely[-1:]


def _likely(sample: _Sample, found: Mapping[int, Spelling]) -> tuple[int, ...]:
    """Give the columns of tags without those of chunks, the plain ones if there are any."""
    labels = {index: {tag[2:] for tag in sample.column(index) if TAG.match(tag)} - {""} for index in found}
    chunks = {index for index, names in labels.items() if names and names <= CHUNKS}
    named = [index for index in found if index not in chunks] or list(found)
    return tuple(index for index in named if found[index] is PLAIN) or tuple(named)


def _layers(sample: _Sample, likely: Sequence[int], counted: bool) -> tuple[int, ...]:
    """Give the columns that are layers of one annotation, nested in each other; () where they are not.

    Gold and predicted tags side by side share their mentions, layers do not; and mentions of one of two layers lie on
    those of the other.
    Where the second column is empty, tabs or a count tell layers: conlleval's input has blanks.
    """
    spans = [set(_spans(sample, index)) for index in likely]
    filled = [found for found in spans if found]
    if len(filled) < 2:
        return tuple(likely) if filled and spans[0] and (counted or sample.tabs or len(likely) > 2) else ()
    for place, found in enumerate(filled):
        others = set().union(*filled[:place], *filled[place + 1 :])
        if 10 * len(found & others) > min(len(found), len(others)):
            return ()
    outer = max(filled, key=len)
    touching = {token for sentence, start, end in outer for token in ((sentence, i) for i in range(start, end))}
    inner = [span for found in filled if found is not outer for span in found]
    on = sum(any((s, i) in touching for i in range(start, end)) for s, start, end in inner)
    return tuple(likely) if len(likely) > 2 or 10 * on >= 9 * len(inner) else ()


def _spans(sample: _Sample, index: int) -> Iterator[tuple[int, int, int]]:
    """Give the mentions of a column by sentence and token, taken as they come: B and S begin, a new label too."""
    for number, sentence in enumerate(sample.sentences):
        start, before = 0, OUTSIDE
        for place, tag in enumerate([*(row[index] for row in sentence), OUTSIDE]):
            if before != OUTSIDE and (tag == OUTSIDE or tag[0] in "BSU" or tag[2:] != before[2:]):
                yield number, start, place
                before = OUTSIDE
            if before == OUTSIDE and tag != OUTSIDE:
                start = place
            before = tag


def _bare(sample: _Sample) -> Spelling | None:
    return bare_spelling(sample.column(sample.width - 1))


def _spelling(sample: _Sample, tags: Sequence[int]) -> Spelling:
    column = [value for index in tags for value in sample.column(index)]
    return spelling_of(column) or bare_spelling(column) or PLAIN


def _set(setting: str, width: int, where: Path) -> tuple[int, ...]:
    found = []
    for part in setting.split(","):
        number = int(part) if part.strip().lstrip("-").isdigit() else 0
        if not (1 <= number <= width or -width <= number < 0):
            raise InputError(where, f"column {part!r} cannot be read: there are {width}", f"choose 1 to {width}")
        found.append(number - 1 if number > 0 else width + number)
    return tuple(found)


def _lead(tokens: Sequence[str], options: Options, where: Path) -> str:
    """Give the language that stands before every token ("en:"), as WikiAnn has it."""
    found = _LANGUAGE.match(tokens[0])
    if not found or len(tokens) < 2 or not all(token.startswith(found[1]) for token in tokens):
        return ""
    options.notes.add(f"files whose tokens all begin with {found[1]!r}, which is not read", str(where))
    return found[1]
