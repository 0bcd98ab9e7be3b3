"""CoNLL columns: a token a line with a tag, blank lines between sentences; IOB1, IOB2, IOE, BIOES, BILOU, BMES.

What tags mean is in goldwire.tags; CoNLL-U, CoNLL-2012 and HIPE have files of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from goldwire.document import Document, canonical
from goldwire.errors import InputError
from goldwire.formats.base import IDS, SENTENCES, TOKENS, Format, Options, Setting
from goldwire.formats.columns import fields, folder_files, head_lines, is_blank, text_lines
from goldwire.formats.files import writing
from goldwire.formats.layout import flat, placed
from goldwire.formats.tagged import CHUNKS, IO, TAG, Tagged, tagged_document, told_scheme
from goldwire.tags import encode, scheme_name

_HEADER = re.compile(r"#\s*(?:newdoc(?:\s+id)?\s*(?:=\s*(?P<newdoc>.*))?|id\s*[ =]\s*(?P<id>\S+).*)\Z")
_DOCSTART = "-DOCSTART-"
SUFFIXES = (".conll", ".bio", ".iob", ".iob2", ".bioes")
_SPECIAL = ("\n#", f"\n{_DOCSTART}", " \n", "\t\n", "  ", " \t", "\n ", "\r")
_BREAKS = re.compile(r"\s")
_LINE_BREAKS = re.compile(r"[\t\r\n]")


@dataclass(slots=True)
class _Part:
    """A document as it stands in the file; `named` says that a header opened it."""

    id: str
    named: bool
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
    files = folder_files(path, recognise)
    if not files:
        raise InputError(path, "has no file with columns of tags in it", "name the file, and --from its format")
    passed = sum(1 for file in path.iterdir() if file.is_file()) - len(files)
    if passed:
        options.notes.add("files passed over: they are not CoNLL columns", str(path), passed)
    for file in files:
        yield from _read_file(file, options, options.settings.get("documents", "file"), file.stem)


def _read_file(path: Path, options: Options, documents: str, name: str) -> Iterator[Document]:
    columns = _columns(path, options)
    quiet = Options(settings=options.settings)
    sentences = (item for item in _Lines(path, quiet, *columns) if isinstance(item, Tagged))
    scheme = told_scheme(sentences, options, path)
    for part in _parts(_Lines(path, options, *columns), documents, name):
        yield tagged_document(part.id, part.sentences, scheme, options)


def _parts(lines: _Lines, documents: str, name: str) -> Iterator[_Part]:
    """Give the documents of a file, one at a time."""
    count = sentences = 0
    part = _Part(name or "1", False) if documents == "file" else None
    for item in lines:
        if isinstance(item, str):
            if part is not None and (part.named or part.sentences):
                yield part
            count += 1
            part = _Part(item or (f"{name}-d{count}" if name else f"d{count}"), True)
            continue
        sentences += 1
        if part is None:
            yield _Part(f"{name}-s{sentences}" if name else f"s{sentences}", False, [item])
        else:
            part.sentences.append(item)
    if part is not None and (part.named or part.sentences):
        yield part


@dataclass(slots=True)
class _Lines:
    """The sentences of a file, and a string (an id, or "") where a header opens a document."""

    path: Path
    options: Options
    column: int
    token: int = 0
    expected: int = 0

    def __iter__(self) -> Iterator[Tagged | str]:
        block: list[str] = []
        number = 0
        for number, line in text_lines(self.path, self.options):
            if line.strip(" \t\r"):
                block.append(line)
            elif block:
                yield from self._block(block, number - len(block))
                block = []
        if block:
            yield from self._block(block, number - len(block) + 1)

    def _block(self, lines: list[str], first: int) -> Iterator[Tagged | str]:
        """Read the lines between two blank ones: at once where nothing is special in them, else line by line."""
        text = "\n".join(["", *lines, ""])
        if self.expected and not any(sign in text for sign in _SPECIAL):
            rows = [line.split("\t") for line in lines] if "\t" in text else [line.split(" ") for line in lines]
            if all(len(row) == self.expected and row[self.token] for row in rows):
                words, tags = [row[self.token] for row in rows], [row[self.column] for row in rows]
                yield Tagged(str(self.path), words, tags, list(range(first, first + len(rows))))
                return
        yield from self._careful(lines, first)

    def _careful(self, lines: list[str], first: int) -> Iterator[Tagged | str]:
        sentence = Tagged(str(self.path))
        for number, line in enumerate(lines, start=first):
            header = self._header(line)
            if header is not None:
                if sentence.words:
                    yield sentence
                    sentence = Tagged(str(self.path))
                yield header
            elif self._comment(line):
                self.options.notes.add("comment lines passed over", f"{self.path}:{number}")
            else:
                self._add(sentence, line, number)
        if sentence.words:
            yield sentence

    def _header(self, line: str) -> str | None:
        if line.startswith(_DOCSTART):
            return ""
        found = _HEADER.match(line) if line.startswith("#") else None
        return None if found is None else (found["newdoc"] or found["id"] or "").strip()

    def _comment(self, line: str) -> bool:
        if not line.startswith("#"):
            return False
        found = fields(line)
        right_width = len(found) == self.expected if self.expected else len(found) > 1
        return not (right_width and TAG.match(found[min(self.column, len(found) - 1)]))

    def _add(self, sentence: Tagged, line: str, number: int) -> None:
        found = fields(line)
        self.expected = self.expected or len(found)
        if len(found) != self.expected or len(found) < 2:
            expected = f"{max(self.expected, 2)} columns were expected"
            raise InputError(f"{self.path}:{number}", f"{len(found)} columns, {expected}", "mend the line")
        if not found[self.token]:
            raise InputError(f"{self.path}:{number}", "the token is empty", "put one there, or remove the line")
        sentence.words.append(found[self.token])
        sentence.tags.append(found[self.column])
        sentence.lines.append(number)


def _columns(path: Path, options: Options) -> tuple[int, int]:
    """Give the indices of the columns of tags and of tokens.

    Tags: the setting `column` (from 1), else the last column that looks like tags. Tokens: the setting `token`, else
    the first column, or the second where the first counts 1, 2, 3 ...
    """
    rows, width = _sample(path, options)
    if not rows:
        raise InputError(path, "no line has a token and a tag", "name a file with columns")
    counted = width > 2 and rows[0][0] == "1" and all(row[0].isdigit() for row in rows)
    token = _set_column(options.settings.get("token", "2" if counted else "1"), width, path)
    setting = options.settings.get("column", "last")
    column = _tag_column(rows, width, path, options) if setting == "last" else _set_column(setting, width, path)
    if column == token:
        raise InputError(path, f"column {column + 1} cannot hold tokens and tags", "name others: --set column=N")
    return column, token


def _tag_column(rows: list[list[str]], width: int, path: Path, options: Options) -> int:
    likely = [index for index in range(1, width) if _tag_share(rows, index) > 0.95]
    named = [index for index in likely if not _is_chunks(row[index] for row in rows)] or likely
    if not named and options.settings.get("scheme", "").upper() == IO:
        return width - 1
    if not named:
        worst = next(row for row in rows if not TAG.match(row[width - 1]))
        mend = "name the column of the tags (--set column=2), or --set scheme=IO for bare labels"
        raise InputError(path, f"the last column has {worst[width - 1]!r}, which is no tag", mend)
    if len(named) > 1 or named[-1] != width - 1:
        options.notes.add(f"files read by column {named[-1] + 1} (--set column=N takes another)", str(path))
    return named[-1]


def _set_column(setting: str, width: int, path: Path) -> int:
    number = int(setting) if setting.lstrip("-").isdigit() else 0
    if not (1 <= number <= width or -width <= number < 0):
        raise InputError(path, f"column {setting!r} cannot be read: there are {width}", f"choose 1 to {width}")
    return number - 1 if number > 0 else width + number


def _sample(path: Path, options: Options, size: int = 2000) -> tuple[list[list[str]], int]:
    rows: list[list[str]] = []
    for _, line in text_lines(path, options):
        if not is_blank(line) and not line.startswith(_DOCSTART) and not _is_comment(line):
            rows.append(fields(line))
        if len(rows) >= size:
            break
    width = len(rows[0]) if rows else 0
    return [row for row in rows if len(row) == width and width > 1], width


def _is_comment(line: str) -> bool:
    """Say whether a line is a comment, before the columns are known: a token "#" has a tag behind it."""
    return line.startswith("#") and (bool(_HEADER.match(line)) or not TAG.match(fields(line)[-1]))


def _is_chunks(column: Iterable[str]) -> bool:
    return {tag[2:] for tag in column if TAG.match(tag)} - {""} <= CHUNKS


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
        return f"{_DOCSTART}{delimiter}O\n\n"
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
    """Say whether the lines are columns, all as many, one of them of tags; or a folder holds such files."""
    if path.is_dir():
        return bool(folder_files(path, recognise))
    lines = (line for line in head_lines(head) if not is_blank(line) and not line.startswith(_DOCSTART))
    rows = [fields(line) for line in lines if not _is_comment(line)]
    width = len(rows[0]) if rows else 0
    if width < 2:
        return False
    right = [row for row in rows if len(row) == width]
    if len(right) < 0.9 * len(rows) and path.suffix not in SUFFIXES:
        return False
    return any(_tag_share(right, index) > 0.95 for index in range(1, width))


def _tag_share(rows: Sequence[Sequence[str]], column: int) -> float:
    return sum(1 for row in rows if TAG.match(row[column])) / len(rows)


FORMAT = Format(
    "conll",
    "CoNLL columns of tokens and tags: IOB1, IOB2, IOE1, IOE2, IOBES/BIOES, BILOU, BMES",
    SUFFIXES,
    recognise,
    read,
    write,
    frozenset({TOKENS, SENTENCES, IDS}),
    (
        Setting("column", "the column of the tags, from 1 (last)"),
        Setting("token", "the column of the tokens, from 1 (first; second where the first counts)"),
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
