"""`goldwire convert`: documents from one format into another, with all that is lost said.

What formats hold is in goldwire.formats; nothing is converted here.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from goldwire.cli.console import FILE, parsed_settings, print_json, say
from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.formats import by_name, formats, read, recognise, write
from goldwire.formats.base import EVERYTHING, Format, Notes, Options
from goldwire.formats.settling import UNITS, settled
from goldwire.tags import REPAIRS

COMPARED = 250_000  # ids kept in 20 MiB: memory must not grow with the file


@click.command(name="convert")
@click.argument("source", metavar="IN", type=FILE, required=False)
@click.argument("target", metavar="OUT", type=FILE, required=False)
@click.option("--from", "source_format", metavar="FORMAT", default="", help="The format of IN (seen from its content).")
@click.option("--to", "target_format", metavar="FORMAT", default="", help="The format of OUT (seen from its suffix).")
@click.option("--strict", is_flag=True, help="Write nothing if anything would be lost.")
@click.option("--repair", type=click.Choice(REPAIRS), default="none", show_default=True, help="For broken annotations.")
@click.option("--offset-unit", type=click.Choice(["auto", *UNITS]), default="auto", show_default=True)
@click.option("--set", "settings", metavar="KEY=VALUE", multiple=True, help="A format's own setting, see --list.")
@click.option("--list", "listing", is_flag=True, help="List the formats and what they hold.")
@click.option("--markdown", is_flag=True, help="With --list: as docs/formats.md.")
@click.option("--json", "as_json", is_flag=True, help="Print counts and notes, or with --list the formats, as JSON.")
def command(  # noqa: PLR0917 - click passes them by name
    source: Path | None,
    target: Path | None,
    source_format: str,
    target_format: str,
    strict: bool,
    repair: str,
    offset_unit: str,
    settings: tuple[str, ...],
    listing: bool,
    markdown: bool,
    as_json: bool,
) -> None:
    """Convert documents from IN to OUT; OUT - is standard output.

    Example: goldwire convert corpus/brat corpus.jsonl
    """
    if markdown and as_json:
        raise click.UsageError("--json and --markdown are two forms of one list: choose one")
    if listing:
        list_formats(markdown=markdown, as_json=as_json)
        return
    if source is None or target is None:
        raise click.UsageError("IN and OUT are needed (or --list)")
    notes = Notes()
    from_format = by_name(source_format) if source_format else recognise(source)
    to_format = by_name(target_format) if target_format else target_of(target)
    chosen = parted_settings(parsed_settings(settings), from_format, to_format)
    reading = Options(repair, offset_unit, False, chosen[0], notes)
    writing = Options(repair, offset_unit, strict, chosen[1], notes)
    counter = Counted(settled_once(read(source, from_format.name, reading), from_format, reading), notes)
    if str(target) == "-":
        _to_standard_output(counter, to_format, writing)
    else:
        write(counter, target, to_format.name, writing)
    _report(counter, notes, from_format, to_format, as_json=as_json and str(target) != "-")


class Counted:
    """Documents that are counted while they pass; ids that stood before are noted."""

    def __init__(self, documents: Iterable[Document], notes: Notes) -> None:
        """Begin at nothing."""
        self.documents = documents
        self.notes = notes
        self.seen: set[int] = set()
        self.counts = {"documents": 0, "mentions": 0, "relations": 0, "entities": 0}

    def __iter__(self) -> Iterator[Document]:
        """Give the documents."""
        for document in self.documents:
            self.counts["documents"] += 1
            self._compare(document.id)
            for name in ("mentions", "relations", "entities"):
                self.counts[name] += len(getattr(document, name))
            yield document

    def _compare(self, name: str) -> None:
        key = hash(name)
        if key in self.seen:
            self.notes.add("documents whose id another one has", name)
        elif len(self.seen) < COMPARED:
            self.seen.add(key)
        else:
            self.notes.add(f"documents after the first {COMPARED:,}, whose ids were not compared", name)


def settled_once(documents: Iterator[Document], format: Format, options: Options) -> Iterator[Document]:
    """Give documents with sound annotations: foreign formats settle their own, goldwire's files are settled here."""
    return settled(documents, options) if format.name == "goldwire" else documents


def parted_settings(settings: dict[str, str], source: Format, target: Format) -> tuple[dict[str, str], dict[str, str]]:
    """Give the settings for reading and those for writing.

    A key that both formats take is for writing; `in.KEY` is for reading. Raises a usage error for a key of neither.
    """
    read_keys = {setting.key for setting in source.settings if setting.reads}
    write_keys = {setting.key for setting in target.settings if setting.writes}
    for_reading, for_writing = dict[str, str](), dict[str, str]()
    for key, value in settings.items():
        if key in write_keys:
            for_writing[key] = value
        elif key.removeprefix("in.") in read_keys:
            for_reading[key.removeprefix("in.")] = value
        else:
            known = ", ".join(sorted({f"in.{k}" if k in write_keys else k for k in read_keys} | write_keys))
            raise click.UsageError(f"--set {key}: {source.name} to {target.name} takes {known or 'no settings'}")
    return for_reading, for_writing


def target_of(path: Path) -> Format:
    """Give the first format that can be written whose suffix a path has.

    Raises:
        InputError: there is none; a folder has no suffix.
    """
    for format in formats().values():
        if format.write and path.suffix and path.suffix in format.suffixes:
            return format
    writable = ", ".join(name for name, format in formats().items() if format.write)
    raise InputError(path, "its name does not tell a format", f"name one with --to: {writable}")


def _to_standard_output(documents: Iterable[Document], format: Format, options: Options) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / f"out{format.suffixes[0] if format.suffixes else ''}"
        write(documents, place, format.name, options)
        if place.is_dir():
            raise InputError("-", f"{format.name} writes a folder", "name one as OUT")
        with place.open("rb") as file:
            while block := file.read(1 << 20):
                sys.stdout.buffer.write(block)
        sys.stdout.buffer.flush()


def _report(documents: Counted, notes: Notes, source: Format, target: Format, *, as_json: bool) -> None:
    if as_json:
        print_json({"from": source.name, "to": target.name, **documents.counts, "notes": dict(notes.counts)})
        return
    for line in notes.lines():
        say(line)
    said = ", ".join(f"{count:,} {name}" for name, count in documents.counts.items())
    say(f"{source.name} to {target.name}: {said}")


def list_formats(*, markdown: bool, as_json: bool) -> None:
    """Print the table of formats: what they read and write, and what they hold."""
    table = formats().values()
    if as_json:
        print_json([_described(format) for format in table])
    elif markdown:
        from goldwire.formats.table import markdown_table

        click.echo(markdown_table(), nl=False)
    else:
        for format in table:
            does = " and ".join(word for word, can in (("read", format.read), ("written", format.write)) if can)
            click.echo(f"{format.name:14}{format.description} ({does})")
            click.echo(f"{'':14}holds {holds(format)}" if format.write else "", nl=format.write is not None)
            for setting in format.settings:
                click.echo(f"{'':14}--set {setting.key}=  {setting.meaning}")


def holds(format: Format) -> str:
    """Give what a format holds, in words."""
    if not format.write:
        return ""
    return "everything" if format.holds >= EVERYTHING else ", ".join(sorted(format.holds))


def _described(format: Format) -> dict[str, object]:
    return {
        "name": format.name,
        "description": format.description,
        "suffixes": list(format.suffixes),
        "reads": format.read is not None,
        "writes": format.write is not None,
        "holds": sorted(format.holds),
        "settings": {setting.key: setting.meaning for setting in format.settings},
    }
