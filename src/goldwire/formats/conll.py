"""CoNLL columns: a token a line with a tag, blank lines between sentences; IOB1, IOB2, IOE, BIOES, BILOU, BMES.

What the columns hold is in conll_columns, what tags mean in goldwire.tags; CoNLL-U, CoNLL-2012 and HIPE have files
of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from goldwire.document import Document, canonical
from goldwire.errors import InputError, Problem
from goldwire.formats.base import IDS, SENTENCES, TOKENS, Format, Options, Setting
from goldwire.formats.columns import found_files, groups_of_lines, head_lines, holds_files, text_lines
from goldwire.formats.conll_columns import DOCSTART, HEADER, Columns, columns_of, fit
from goldwire.formats.files import writing
from goldwire.formats.json_values import first_value
from goldwire.formats.layout import flat, placed
from goldwire.formats.spelling import PLAIN
from goldwire.formats.tagged import NO_WORD, Tagged, tagged_document, told_scheme, unbroken
from goldwire.tags import OUTSIDE, encode, scheme_name

SUFFIXES = (".conll", ".bio", ".iob", ".iob2", ".bioes")
_SPECIAL = ("\n#", DOCSTART, " \n", "\t\n", "  ", " \t", "\n ", "\r")
_BREAKS = re.compile(r"\s")
_LINE_BREAKS = re.compile(r"[\t\r\n]")


@dataclass(slots=True)
class _Part:
    """A document as it stands in the file; `named` says that a header with an id opened it."""

    id: str
    named: bool = False
    sentences: list[Tagged] = field(default_factory=list)


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from a CoNLL file, or from a folder of them.

    Documents begin at -DOCSTART-, `# newdoc id = X` or `# id X`. Without any, each sentence of a file is a document
    ("s1", "s2" ...), and each file of a folder is one, named like the file; `documents=file` or `documents=sentence`
    overrides that. The text is the tokens joined by blanks, its sentences by line feeds.
    """
    if not path.is_dir():
        yield from _read_file(path, options, options.settings.get("documents", "sentence"), "")
        return
    files = found_files(path, recognise, options.notes)
    if not files:
        raise InputError(path, "has no file with columns of tags in it", "name the file, and --from its format")
    for file, name in files:
        yield from _read_file(file, options, options.settings.get("documents", "file"), name)


def _read_file(path: Path, options: Options, documents: str, name: str) -> Iterator[Document]:
    columns = columns_of(text_lines(path, options), options, path)
    quiet = Options("discard", settings=options.settings)
    sentences = (item for item in _Lines(path, quiet, columns) if isinstance(item, Tagged))
    scheme = told_scheme(sentences, options, path)
    parts = _parts(_Lines(path, options, columns), documents, name, options)
    found = (tagged_document(part.id, part.sentences, scheme, options) for part in parts)
    yield from unbroken(found, options, path)


def _parts(lines: _Lines, documents: str, name: str, options: Options) -> Iterator[_Part]:
    """Give the documents of a file, one at a time; a header without an id that nothing follows begins none."""
    count = sentences = 0
    part = _Part(name or "1") if documents == "file" else None
    for item in chain(lines, (None,)):
        if isinstance(item, Tagged):
            sentences += 1
            if part is None:
                yield _Part(f"{name}-s{sentences}" if name else f"s{sentences}", sentences=[item])
            else:
                part.sentences.append(item)
            continue
        if part is not None and (part.named or part.sentences):
            yield part
        elif part is not None and count:
            options.notes.add(f"{DOCSTART} lines with nothing behind them, which begin no document", str(lines.path))
        count += 1
        part = _Part(item or (f"{name}-d{count}" if name else f"d{count}"), bool(item))


@dataclass(slots=True)
class _Lines:
    """The sentences of a file, and a string (an id, or "") where a header opens a document."""

    path: Path
    options: Options
    columns: Columns

    def __iter__(self) -> Iterator[Tagged | str]:
        for first, lines in groups_of_lines(self.path, self.options):
            yield from self._block(lines, first)

    def _block(self, lines: list[str], first: int) -> Iterator[Tagged | str]:
        """Read the lines between two blank ones: at once where nothing is special in them, else line by line."""
        text = "\n".join(["", *lines, ""])
        width, token = self.columns.width, self.columns.token
        if first > self.columns.header and not any(map(text.__contains__, _SPECIAL)):
            delimiter = "\t" if "\t" in text else " "
            rows = [line.split(delimiter) for line in lines]
            if {width}.issuperset(map(len, rows)) and all(row[token] for row in rows):
                yield self._sentence(rows, range(first, first + len(rows)))
                return
        yield from self._careful(lines, first)

    def _careful(self, lines: list[str], first: int) -> Iterator[Tagged | str]:
        rows: list[list[str]] = []
        numbers: list[int] = []
        for number, line in enumerate(lines, start=first):
            header = self._header(line)
            if header is not None:
                if rows:
                    yield self._sentence(rows, numbers)
                    rows, numbers = [], []
                yield header
            elif number == self.columns.header:
                continue
            elif line.startswith("#") and not self.columns.is_token(line):
                self.options.notes.add("comment lines passed over", f"{self.path}:{number}")
            else:
                rows.append(self._row(line, number))
                numbers.append(number)
        if rows:
            yield self._sentence(rows, numbers)

    def _sentence(self, rows: list[list[str]], numbers: Sequence[int]) -> Tagged:
        columns = self.columns
        words = [row[columns.token] for row in rows]
        if columns.lead:
            words = [word.removeprefix(columns.lead) or columns.lead for word in words]
        first, *more = ([row[index] for row in rows] for index in columns.tags)
        if columns.spelling is not PLAIN:
            first, *more = (list(map(columns.spelling.plain, tags)) for tags in (first, *more))
        return Tagged(str(self.path), words, first, numbers, more)

    def _header(self, line: str) -> str | None:
        if DOCSTART in line and DOCSTART in (
            line[: len(DOCSTART)],
            *self.columns.cells(line)[: self.columns.token + 1],
        ):
            return ""
        found = HEADER.match(line) if line.startswith("#") else None
        return None if found is None else (found["newdoc"] or found["id"] or found["medline"] or "").strip()

    def _row(self, line: str, number: int) -> list[str]:
        """Give the cells of a line; one that has too few, too many or no token is broken, and repaired as outside."""
        columns = self.columns
        found = columns.cells(line)
        if len(found) != columns.width:
            wrong = f"{len(found)} columns, {columns.width} columns were expected"
            self._broken(number, wrong, "takes it as a token outside")
            word = found[columns.token] if columns.token < len(found) else ""
            found = [OUTSIDE] * columns.width
            found[columns.token] = word
        elif not found[columns.token] and line.split("\t")[columns.token]:
            self.options.notes.add(f"tokens of blanks alone, read as {NO_WORD}", f"{self.path}:{number}")
        elif not found[columns.token]:
            self._broken(number, "the token is empty", f"reads it as {NO_WORD}")
        found[columns.token] = found[columns.token] or NO_WORD
        return found

    def _broken(self, number: int, wrong: str, repaired: str) -> None:
        where = f"{self.path}:{number}"
        if self.options.repair == "none":
            self.options.notes.broken.append(Problem(where, wrong, f"mend the line, or --repair discard {repaired}"))
        else:
            self.options.notes.lose(f"broken lines: --repair {repaired}", f"{where}: {wrong}")


def write(documents: Iterable[Document], path: Path, options: Options) -> None:
    """Write documents as columns: the token, and its tag in the setting `scheme` (IOB2 unless set, BIOES ...).

    Of overlapping mentions the longest is written. A document begins with `# newdoc id = X` (`documents=docstart`
    writes -DOCSTART-, `documents=none` nothing); documents of one sentence named s1, s2 ... need no such line.
    `delimiter=space` puts a blank between the columns instead of a tab.
    """
    scheme = scheme_name(options.settings.get("scheme", "IOB2"))
    delimiter = " " if options.settings.get("delimiter") == "space" else "\t"
    header = options.settings.get("documents", "newdoc")
    plain = header == "newdoc"
    with writing(path) as file:
        for number, document in enumerate(documents, start=1):
            rows = _rows(document, scheme, options)
            plain = plain and len(rows) == 1 and document.id == f"s{number}"
            file.write("" if plain else _header(document.id, header, delimiter))
            for words, tags in rows:
                lines = (f"{_word(w, delimiter)}{delimiter}{t}\n" for w, t in zip(words, tags, strict=True))
                file.write("".join(lines) + "\n")


def _header(name: str, header: str, delimiter: str) -> str:
    if header == "docstart":
        return f"{DOCSTART}{delimiter}O\n\n"
    return "" if header == "none" else f"# newdoc id = {name}\n"


def _rows(document: Document, scheme: str, options: Options) -> list[tuple[list[str], list[str]]]:
    document = canonical(document)
    grid, places = placed(document, options, "conll")
    kept, left = flat(places)
    for name in left:
        options.notes.lose("mentions left out: a longer one overlaps them", f"{document.id}: {name}")
    labels = {mention.id: mention.label for mention in document.mentions}
    spans: list[list[tuple[int, int, str]]] = [[] for _ in grid.rows]
    for name, place in kept.items():
        spans[place.sentence].append((place.first, place.last, labels[name]))
    words = grid.words()
    return [(row, encode(found, len(row), scheme)) for row, found in zip(words, spans, strict=True)]


def _word(word: str, delimiter: str) -> str:
    cleaned = _BREAKS.sub("_", word) if delimiter == " " else _LINE_BREAKS.sub(" ", word)
    return cleaned


def recognise(path: Path, head: bytes) -> bool:
    """Say whether the lines are columns, most as many, one of them of tags; or a folder holds such files."""
    if path.is_dir():
        return holds_files(path, recognise)
    return not _is_json(head) and fit(enumerate(head_lines(head), start=1))


def _is_json(head: bytes) -> bool:
    """Say whether a file begins with an object or a list that has something in it; a token may be a bracket, or [1]."""
    value = first_value(head)
    return bool(value) and (isinstance(value, dict) or (isinstance(value, list) and isinstance(value[0], list | str)))


def tags_are_plain(path: Path, options: Options) -> bool:
    """Say whether a file's tags are those of the column set, else of the last, without a line that names columns."""
    found = columns_of(text_lines(path, options), options, path)
    return found.plain and (options.settings.get("column", "last") != "last" or found.tags == (found.width - 1,))


FORMAT = Format(
    "conll",
    "CoNLL columns of tokens and tags: IOB1, IOB2, IOE1, IOE2, IOBES/BIOES, BILOU, BMES",
    SUFFIXES,
    recognise,
    read,
    write,
    frozenset({TOKENS, SENTENCES, IDS}),
    (
        Setting(
            "column",
            "the column of the tags, from 1 or (-1) the last (last); several, as 3,4, are layers of nested mentions",
        ),
        Setting("token", "the column of the tokens, from 1 (first; second where the first counts or holds the tags)"),
        Setting("scheme", "the scheme of the tags (reading: seen from the tags; writing: IOB2)", writes=True),
        Setting("encoding", "the file's encoding (utf-8)"),
        Setting(
            "documents",
            "reading: sentence or file, where nothing divides documents; writing: newdoc, docstart or none",
            writes=True,
        ),
        Setting("delimiter", "writing: tab or space (tab)", reads=False, writes=True),
        Setting("align", "writing: expand takes a token whole that a mention cuts", reads=False, writes=True),
    ),
)
