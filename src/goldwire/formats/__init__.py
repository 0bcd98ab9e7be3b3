"""Formats in and out. To add one: a file with a FORMAT in this folder, and its name in the table below."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

from goldwire.document import Document
from goldwire.errors import InputError, LossError
from goldwire.formats.base import UNLABELLED, Format, Notes, Options, labelled, losses
from goldwire.formats.files import head_in_utf8, reading, staging
from goldwire.formats.json_values import first_object
from goldwire.formats.unrecognised import unrecognised
from goldwire.formats.zipped import ZIP, is_zip, unpacked

MODULES = (
    "goldwire_json",
    "label_studio",
    "docred",
    "coref_json",
    "scirex",
    "dygie",
    "gliner",
    "oneie",
    "hyperred",
    "spert",
    "tacred",
    "opennre",
    "triples",
    "prodigy",
    "men",
    "re3d",
    "dwie",
    "knowledgenet",
    "bioc",
    "ddi",
    "semeval2018",
    "doccano",
    "brat",
    "i2b2",
    "chemprot",
    "hf",
    "hf_hub",
    "spans",
    "token_json",
    "webanno",
    "xmi",
    "docbin",
    "pubtator",
    "hipe",
    "gap",
    "aida",
    "neleval",
    "semeval2010",
    "conll2012",
    "cupt",
    "conllu",
    "inline_tags",
    "conll",
)
ROWS = {
    "label_studio",
    "docred",
    "scirex",
    "dygie",
    "gliner",
    "oneie",
    "hyperred",
    "spert",
    "tacred",
    "prodigy",
    "men",
    "re3d",
    "dwie",
}
ROWS |= {"coref_json", "opennre", "triples", "knowledgenet", "doccano", "hf", "spans", "token_json"}
"""The formats of JSON, CSV or Arrow alone: columns of text are read without loading them."""
TABLES = b"PAR1", b"ARROW1", b"\xff\xff\xff\xff"

__all__ = ["MODULES", "Format", "Notes", "Options", "by_name", "formats", "losses", "read", "recognise", "write"]


def formats() -> dict[str, Format]:
    """Give all formats by name, in the order in which they are tried."""
    return {format.name: format for format in map(_loaded, MODULES)}


def _loaded(module: str) -> Format:
    found: Format = import_module(f"goldwire.formats.{module}").FORMAT
    return found


def _likely(path: Path, head: bytes) -> Iterator[Format]:
    """Give the formats to be tried, each loaded when its turn comes; those of rows only for what may be rows."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    rows = path.is_dir() or start.startswith((b"[", b"{", *TABLES)) or path.suffix in (".csv", ".tsv", ".arrow")
    return map(_loaded, (name for name in MODULES if rows or name not in ROWS))


def by_name(name: str) -> Format:
    """Give a format by its name."""
    table = formats()
    if name not in table:
        raise InputError(name, "is no known format", f"known are {', '.join(table)}")
    return table[name]


def recognise(path: Path) -> Format:
    """Tell the format of a file or folder from its content, that of a zip archive from what lies in it.

    Raises:
        InputError: nothing readable is there, or no format fits; the error says what the content looks like.
    """
    head = b""
    if not path.is_dir():
        with reading(path), path.open("rb") as file:
            head = head_in_utf8(file.read(65536))
    if head.startswith(ZIP):
        with unpacked(path) as place:
            return recognise(place)
    for format in _likely(path, head):
        if format.read and (path.is_dir() or head.strip()) and format.recognise(path, head):
            return format
    first = first_object(head)
    if isinstance(first.get("id"), str) and isinstance(first.get("text"), str):
        return by_name("goldwire")
    mend = "name its format with --from (goldwire convert --list)"
    raise InputError(path, unrecognised(path, head), f"name one of its files, or {mend}" if path.is_dir() else mend)


def read(path: Path | str, name: str = "", options: Options | None = None) -> Iterator[Document]:
    """Read documents from a file, folder or zip archive, in the named format or the one recognised."""
    path = Path(path)
    if is_zip(path):
        return _unzipped(path, name, options or Options())
    format = by_name(name) if name else recognise(path)
    if format.read is None:
        raise InputError(path, f"{format.name} can only be written", "name a format that can be read")
    return format.read(path, options or Options())


def _unzipped(path: Path, name: str, options: Options) -> Iterator[Document]:
    with unpacked(path, options.notes) as place:
        yield from read(place, name, options)


def write(documents: Iterable[Document], path: Path, name: str, options: Options | None = None) -> None:
    """Write documents to a file or folder in the named format, whole or not at all.

    What the format cannot hold is counted in the notes.

    Raises:
        LossError: something would be lost and the options are strict; nothing is written.
        InputError: the place cannot be written, or is a folder with files in it.
    """
    format, chosen = by_name(name), options or Options()
    if format.write is None:
        raise InputError(path, f"{format.name} can only be read", "name a format that can be written")
    with staging(path) as place:
        format.write(_counted(documents, format, chosen.notes), place, chosen)
        if chosen.strict and chosen.notes.lost:
            lines = [line for line in chosen.notes.lines() if any(what in line for what in chosen.notes.lost)]
            raise LossError("\n".join(f"{path}: not written (--strict): {line}" for line in lines))


def _counted(documents: Iterable[Document], format: Format, notes: Notes) -> Iterator[Document]:
    for document in documents:
        lost = losses(format.without_own(document), format.holds)
        for what, times in lost.items():
            notes.lose(f"{what} that {format.name} cannot hold", document.id, times)
        yield labelled(document) if UNLABELLED in lost else document
