"""Lines of words with their tags behind them, a sentence a line: Oxford|NNP|I-MISC, or Bush/I-PER.

WikiNER's files are so. What tags mean is in goldwire.tags.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from goldwire.document import Document
from goldwire.errors import InputError, Problem
from goldwire.formats.base import Format, Options, Setting
from goldwire.formats.columns import first_bytes, head_lines, is_blank, text_lines
from goldwire.formats.spelling import TAG
from goldwire.formats.tagged import Tagged, tagged_document, told_scheme, unbroken
from goldwire.tags import OUTSIDE

_SIGNS = "|/_"
_LINES = 50


@dataclass(frozen=True, slots=True)
class _Form:
    """How words are written: the sign between their parts, and how many parts they have."""

    sign: str
    parts: int

    def cells(self, word: str) -> list[str]:
        """Give the parts of a word; a sign within the token itself stays there."""
        return word.rsplit(self.sign, self.parts - 1)

    def fits(self, word: str) -> bool:
        """Say whether a word has all its parts, a tag the last."""
        cells = self.cells(word)
        return len(cells) == self.parts and bool(cells[0]) and bool(TAG.match(cells[-1]))


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents, one a line ("s1", "s2" ...); a word without all its parts is broken."""
    form = _form(head_lines(first_bytes(path)))
    if form is None:
        raise InputError(path, "its words have no tags behind them, like Oxford|NNP|I-ORG", "name its format")
    quiet = Options("discard", settings=options.settings)
    scheme = told_scheme((sentence for _, sentence in _sentences(path, form, quiet)), options, path)
    found = (tagged_document(name, [sentence], scheme, options) for name, sentence in _sentences(path, form, options))
    yield from unbroken(found, options, path)


def _sentences(path: Path, form: _Form, options: Options) -> Iterator[tuple[str, Tagged]]:
    count = 0
    for number, line in text_lines(path, options):
        if not is_blank(line):
            count += 1
            rows = [_row(word, form, f"{path}:{number}", options) for word in line.split()]
            yield (
                f"s{count}",
                Tagged(str(path), [row[0] for row in rows], [row[-1] for row in rows], [number] * len(rows)),
            )


def _row(word: str, form: _Form, where: str, options: Options) -> list[str]:
    """Give the parts of a word; one that lacks some is broken, and outside."""
    if form.fits(word):
        return form.cells(word)
    example = form.sign.join(["Oxford", *["NNP"] * (form.parts - 2), "I-ORG"])
    wrong = f"{word!r} is no word with its tag, like {example}"
    if options.repair == "none":
        mend = "mend the line, or --repair discard takes it as a token outside"
        options.notes.broken.append(Problem(where, wrong, mend))
    else:
        options.notes.lose("words without a tag taken as tokens outside (--repair)", f"{where}: {wrong}")
    return [word, OUTSIDE]


def _form(lines: Sequence[str]) -> _Form | None:
    """Give the form of nearly all words of the first lines, None where they have none or no mention."""
    words = [word for line in lines[:_LINES] for word in line.split()]
    for sign in _SIGNS:
        for parts in (3, 2):
            form = _Form(sign, parts)
            fitting = [word for word in words if form.fits(word)]
            if len(fitting) * 20 >= len(words) * 19 and any(form.cells(word)[-1] != OUTSIDE for word in fitting):
                return form
    return None


def recognise(path: Path, head: bytes) -> bool:
    """Say whether nearly all words of the first lines have a tag behind them."""
    return not path.is_dir() and _form(head_lines(head)) is not None


FORMAT = Format(
    "inline_tags",
    "words with their tags behind them, a sentence a line (WikiNER): Oxford|NNP|I-ORG, Bush/I-PER",
    (),
    recognise,
    read,
    settings=(
        Setting("scheme", "the scheme of the tags (seen from the tags)"),
        Setting("encoding", "the file's encoding (utf-8)"),
    ),
)
