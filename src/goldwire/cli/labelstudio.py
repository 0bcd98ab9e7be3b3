"""`goldwire labelstudio`: the labelling interface, and projects in and out as files.

The commands that need a live server are in labelstudio_live, what all share in labelstudio_parts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from goldwire.cli.console import FILE, say
from goldwire.cli.inputs import label_path
from goldwire.cli.labelstudio_live import diff, pull, push, serve
from goldwire.cli.labelstudio_parts import (
    LABELS,
    READING,
    SOURCES,
    TARGETS,
    ZONES,
    config_of,
    documents_asked_for,
    label_set,
    preview,
    sorted_documents,
    tasks_asked_for,
    write_documents,
    write_sidecar,
    writing,
)
from goldwire.formats.base import Options

EXAMPLES = """
\b
Examples:
  goldwire labelstudio interface --to annotations/interface.xml
  goldwire labelstudio export --passes annotations/passes --to tasks.json
  goldwire labelstudio import export.json --passes annotations/passes
  goldwire labelstudio push --project news --texts seeds/documents.jsonl --predictions eval/predictions/spacy.jsonl
  goldwire labelstudio diff --project news --passes annotations/passes
  goldwire labelstudio pull --project news --passes annotations/passes
\b
A live server's token is read from LABEL_STUDIO_API_KEY, or asked for; never from an argument.
"""


@click.group(epilog=EXAMPLES)
def command() -> None:
    """Label Studio projects in and out, as files and on a live server."""


@command.command()
@LABELS
@ZONES
@click.option("--to", type=FILE, help="Write it into this file  [default: standard output]")
def interface(labels: Path | None, zones: bool, to: Path | None) -> None:
    """Generate the labelling interface of a label set."""
    from goldwire.formats.files import write_text

    made = config_of(label_set(labels), zones=zones)
    if to is None:
        click.echo(made, nl=False)
    else:
        write_text(to, made)
        say(f"{to} written: paste it into Settings > Labeling Interface, or push")


@command.command()
@SOURCES
@LABELS
@ZONES
@click.option("--to", type=FILE, help="The file of tasks to write.")
@click.option("--sidecar", type=FILE, help="The side-car that import wrote: what documents cannot hold comes back.")
@click.option("--tasks", type=FILE, help="With --dry-run: look at the tasks of this file.")
@click.option("--dry-run", is_flag=True, help="Write nothing; list what a server would drop, rewrite or choke on.")
def export(labels: Path | None, zones: bool, to: Path | None, sidecar: Path | None, **what: Any) -> None:
    """Write tasks for import into Label Studio: texts, annotations, predictions."""
    from goldwire.formats.label_studio import write_tasks
    from goldwire.formats.label_studio_records import dump_json
    from goldwire.formats.label_studio_sidecar import read_sidecar, restored

    known = label_set(labels)
    if what["dry_run"]:
        preview(tasks_asked_for(what, known, zones=zones), config_of(known, zones=zones), what["tasks"])
        return
    if to is None:
        raise click.UsageError("name the file to write: --to tasks.json")
    if sidecar:
        raws = list(restored(documents_asked_for(what), read_sidecar(sidecar), writing(known, zones=zones)))
    else:
        raws = [dump_json(task) for task in tasks_asked_for(what, known, zones=zones)]
    write_tasks(raws, to)
    say(f"{len(raws)} tasks written to {to}")


@command.command("import")
@click.argument("export", type=FILE)
@TARGETS
@READING
@LABELS
@click.option("--sidecar", type=FILE, help="Keep in this file what documents have no place for.")
@click.option("--json", "as_json", is_flag=True, help="Print counts as JSON.")
def import_(export: Path, labels: Path | None, sidecar: Path | None, as_json: bool, **what: Any) -> None:
    """Read EXPORT (JSON; JSON_MIN and CSV with losses) into passes, gold and predictions."""
    from goldwire.formats.label_studio import open_tasks, read_versions

    settings = {"text": what["text_key"]} | ({"labels": str(path)} if (path := label_path(labels)) else {})
    options = Options(repair=what["repair"], offset_unit=what["offset_unit"], settings=settings)
    raws, how = open_tasks(export, options)
    found = sorted_documents(list(read_versions(raws, how, export)), options.notes, what["names"])
    write_documents(found, what, options.notes, as_json=as_json)
    if sidecar:
        write_sidecar(sidecar, raws, how)


for live in (push, pull, diff, serve):
    command.add_command(live)
