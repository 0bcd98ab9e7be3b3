"""`goldwire labelstudio`: the labelling interface, projects in and out as files, and a live server.

The work is done in goldwire.formats (files) and goldwire.annotations.labelstudio (interface, server).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from goldwire.cli.console import FILE, print_json, repository, say
from goldwire.errors import BrokenRules, InputError
from goldwire.formats.base import Notes, Options
from goldwire.labels import LabelSet, read_labels

if TYPE_CHECKING:
    from goldwire.annotations.labelstudio.folders import Sorted
    from goldwire.annotations.labelstudio.server import Project, Server
    from goldwire.annotations.labelstudio.sources import Sources
    from goldwire.formats.label_studio_records import Json

KEY, URL = "LABEL_STUDIO_API_KEY", "LABEL_STUDIO_URL"

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


def _options(*decorators: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def decorate(function: Any) -> Any:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


LABELS = click.option("--labels", type=FILE, help="The label set  [default: that of the corpus around]")
ZONES = click.option("--zones", is_flag=True, help="Zones as regions, to be annotated, too.")
NAMES = click.option(
    "--annotator", "names", multiple=True, metavar="EMAIL=NAME", help="Name an annotator; may be said again."
)
SOURCES = _options(
    click.option("--gold", type=FILE, help="Gold documents: annotations with ground_truth."),
    click.option("--texts", type=FILE, help="Documents to annotate: only their texts are taken."),
    click.option("--passes", type=FILE, multiple=True, help="Annotators' passes (a folder each, or a folder of them)."),
    click.option("--predictions", type=FILE, multiple=True, help="Systems' predictions (a file or folder each)."),
    click.option("--disputes", is_flag=True, help="Only what PASSES disagree on, each version as a prediction."),
    NAMES,
)
READING = _options(
    click.option(
        "--offset-unit",
        type=click.Choice(["auto", "codepoint", "codepoints", "utf16"]),
        default="auto",
        show_default=True,
        help="What offsets count; auto: the unit under which texts equal their slices.",
    ),
    click.option("--text-key", default="", help="The key of the text in a task's data  [default: text]"),
    click.option(
        "--repair",
        type=click.Choice(["none", "discard"]),
        default="none",
        show_default=True,
        help="Regions outside their text: an error, or dropped.",
    ),
)
TARGETS = _options(
    click.option("--passes", type=FILE, help="Write each annotator's documents into a folder of this one."),
    click.option("--gold", type=FILE, help="Write annotations of no annotator (our ground truth) into this folder."),
    click.option("--predictions", type=FILE, help="Write each system's predictions as a file in this folder."),
    NAMES,
)
SERVER = _options(
    click.option("--project", "name", required=True, help="The project's title or number."),
    click.option("--url", envvar=URL, show_envvar=True, default="http://localhost:8080", show_default=True),
)


@command.command()
@LABELS
@ZONES
@click.option("--to", type=FILE, help="Write it into this file  [default: standard output]")
def interface(labels: Path | None, zones: bool, to: Path | None) -> None:
    """Generate the labelling interface of a label set."""
    from goldwire.annotations.labelstudio.interface import interface as xml
    from goldwire.formats.files import write_text

    made = xml(_label_set(labels), zones=zones)
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

    known = _label_set(labels)
    if what["dry_run"]:
        _preview(_tasks(what, known, zones=zones), _config(known, zones=zones), what["tasks"])
        return
    if to is None:
        raise click.UsageError("name the file to write: --to tasks.json")
    if sidecar:
        raws = list(restored(_documents(what), read_sidecar(sidecar), _writing(known, zones=zones)))
    else:
        raws = [dump_json(task) for task in _tasks(what, known, zones=zones)]
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
    from goldwire.formats.label_studio_documents import document_id
    from goldwire.formats.label_studio_records import parse_task
    from goldwire.formats.label_studio_sidecar import write_sidecar

    settings = {"text": what["text_key"]} | ({"labels": str(path)} if (path := _label_path(labels)) else {})
    options = Options(repair=what["repair"], offset_unit=what["offset_unit"], settings=settings)
    raws, how = open_tasks(export, options)
    found = _sorted(list(read_versions(raws, how, export)), options.notes, what["names"])
    _write(found, what, options.notes, as_json=as_json)
    if sidecar:
        write_sidecar(sidecar, [(raw, document_id(parse_task(raw, ""), n)) for n, raw in enumerate(raws, 1)], how)


@command.command()
@SERVER
@SOURCES
@LABELS
@ZONES
@click.option("--tasks", type=FILE, help="Push the tasks of this file as they are.")
@click.option("--create-annotators", is_flag=True, help="Create accounts for annotators who have none there.")
@click.option("--replace", is_flag=True, help="Replace changed documents even where people have worked on them.")
@click.option("--batch", default=100, show_default=True, type=click.IntRange(1), help="Tasks a request.")
@click.option("--dry-run", is_flag=True, help="Send nothing; list what the server would drop, rewrite or choke on.")
def push(name: str, url: str, labels: Path | None, zones: bool, **what: Any) -> None:
    """Bring a corpus to a project: interface, texts, annotations, predictions; each task once, verified.

    Run it again after any breakdown: what is there and whole is kept, the rest is sent.
    """
    from goldwire.annotations.labelstudio.push import Pushing, open_project
    from goldwire.annotations.labelstudio.push import push as send

    known = _label_set(labels)
    config = _config(known, zones=zones)
    tasks = _tasks(what, known, zones=zones)
    if what["dry_run"]:
        _preview(tasks, config, what["tasks"])
        return
    server = _connect(url)
    project = open_project(server, name, config)
    done = send(server, project, tasks, Pushing(what["replace"], what["create_annotators"], what["batch"], say))
    say(f"project {project.id} ({project.title}): {done.sent} tasks sent, {done.kept} kept, {done.deleted} deleted")
    if done.left:
        raise InputError(
            f"project {project.id}",
            f"{len(done.left)} changed documents were left alone, as people worked on them: {', '.join(done.left[:5])}",
            "pull first; --replace deletes their work",
        )


@command.command()
@SERVER
@TARGETS
@LABELS
@click.option("--sidecar", type=FILE, help="Keep in this file what documents have no place for.")
@click.option("--json", "as_json", is_flag=True, help="Print counts as JSON.")
def pull(name: str, url: str, labels: Path | None, sidecar: Path | None, as_json: bool, **what: Any) -> None:
    """Bring a project's work back: passes by annotator, gold, predictions."""
    from goldwire.formats.label_studio_documents import document_id
    from goldwire.formats.label_studio_records import parse_task
    from goldwire.formats.label_studio_sidecar import write_sidecar

    raws, how, found = _pulled(name, url, labels, what["names"])
    _write(found, what, how.notes, as_json=as_json)
    if sidecar:
        write_sidecar(sidecar, [(raw, document_id(parse_task(raw, ""), n)) for n, raw in enumerate(raws, 1)], how)


@command.command()
@SERVER
@TARGETS
@LABELS
@click.option("--json", "as_json", is_flag=True, help="Print the changes as JSON.")
def diff(name: str, url: str, labels: Path | None, as_json: bool, **what: Any) -> None:
    """Show what a pull would change in the folders named; exit 1 if anything."""
    from goldwire.annotations.labelstudio.folders import changes, files

    _, how, found = _pulled(name, url, labels, what["names"])
    _targets(what)
    listed = list(changes(files(found, what["passes"], what["gold"], what["predictions"])))
    if as_json:
        print_json([{"path": str(c.path), "new": dict(c.new), "gone": dict(c.gone)} for c in listed])
    else:
        for change in listed:
            click.echo(str(change))
    _say_notes(how.notes)
    say(f"{len(listed)} files would change")
    if listed:
        raise SystemExit(1)


@command.command()
@click.option("--model", "--system", "model", required=True, help="KIND:MODEL, a URL, or a system's TOML file.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A setting of the system; repeatable.")
@click.option("--label-map", default="", help="How its labels become ours: a shipped map or a TOML file.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=9090, show_default=True, type=click.IntRange(0, 65535))
@LABELS
def serve(model: str, settings: tuple[str, ...], label_map: str, labels: Path | None, **at: Any) -> None:
    """Serve a system as an ML backend: live pre-annotations in Label Studio."""
    from dataclasses import replace

    from goldwire.eval.runs.backend import Backend
    from goldwire.eval.runs.backend import serve as run
    from goldwire.eval.systems import Context, load
    from goldwire.eval.systems.declare import parse_setting, parse_system

    system = parse_system(model, dict(map(parse_setting, settings)))
    system = replace(system, label_map=label_map or system.label_map)
    known = _label_set(labels, needed=False)
    run(Backend(system.name, load(system, Context(labels=known)), known, say), at["host"], at["port"])


def _tasks(what: dict[str, Any], labels: LabelSet, *, zones: bool) -> list[Json]:
    """Give the tasks that options ask for: those of a file, disputes between passes, or documents'."""
    from goldwire.annotations.labelstudio.disputes import dispute_tasks
    from goldwire.annotations.labelstudio.sources import tasks_to_send
    from goldwire.annotations.passes import read_passes
    from goldwire.formats.label_studio_tasks import tasks_of

    if what.get("tasks"):
        return tasks_to_send(what["tasks"])
    if what["disputes"]:
        return dispute_tasks(read_passes(what["passes"]), _writing(labels, zones=zones))
    return tasks_of(_documents(what), _writing(labels, zones=zones))


def _documents(what: dict[str, Any]) -> Any:
    from goldwire.annotations.labelstudio.sources import Sources, read_sources

    sources: Sources = Sources(what["gold"], what["texts"], what["passes"], what["predictions"])
    return read_sources(sources, {name: email for email, name in _pairs(what["names"]).items()})


def _writing(labels: LabelSet, *, zones: bool) -> Any:
    from goldwire.formats.label_studio_tasks import Writing

    return Writing(labels, zones)


def _config(labels: LabelSet, *, zones: bool) -> str:
    from goldwire.annotations.labelstudio.interface import interface as xml

    return xml(labels, zones=zones)


def _preview(tasks: list[Json], config: str, file: Path | None) -> None:
    """List what a server would do to tasks (those of a file as they stand there); exit 1 where it would break."""
    from goldwire.annotations.labelstudio.interface import declared_values
    from goldwire.annotations.labelstudio.preview import dropped, problems
    from goldwire.annotations.labelstudio.sources import tasks_as_they_stand

    offered, notes = declared_values(config), Notes()
    for task in tasks_as_they_stand(file) if file else tasks:
        dropped(task, notes)
    found = [problem for task in tasks for problem in problems(task, offered)]
    for line in notes.lines():
        click.echo(line)
    say(f"{len(tasks)} tasks, {len(found)} that would break the server or its editor")
    if found:
        raise BrokenRules(found)


def _pulled(name: str, url: str, labels: Path | None, names: tuple[str, ...]) -> tuple[Any, Any, Sorted]:
    from goldwire.annotations.labelstudio.pull import pull as fetch
    from goldwire.formats.label_studio_documents import Reading

    path = _label_path(labels)
    how = Reading(labels=read_labels(path) if path else None)
    server = _connect(url)
    raws, versions = fetch(server, _project(server, name), how)
    return raws, how, _sorted(versions, how.notes, names)


def _sorted(versions: Any, notes: Notes, names: tuple[str, ...]) -> Sorted:
    from goldwire.annotations.labelstudio.folders import sort

    return sort(versions, notes, _pairs(names))


def _write(found: Sorted, what: dict[str, Any], notes: Notes, *, as_json: bool) -> None:
    from goldwire.annotations.labelstudio.folders import files, write_folders

    _targets(what)
    changed = write_folders(files(found, what["passes"], what["gold"], what["predictions"]))
    _say_notes(notes)
    counts = {
        "passes": {name: len(documents) for name, documents in found.passes.items()},
        "gold": len(found.gold),
        "predictions": {name: len(documents) for name, documents in found.predictions.items()},
        "files written": changed,
    }
    if as_json:
        print_json(counts)
    else:
        say("; ".join(f"{key}: {value}" for key, value in counts.items()))


def _targets(what: dict[str, Any]) -> None:
    if not (what["passes"] or what["gold"] or what["predictions"]):
        raise click.UsageError("name where it goes: --passes, --gold or --predictions")


def _say_notes(notes: Notes) -> None:
    for line in notes.lines():
        say(line)


def _connect(url: str) -> Server:
    """Connect with the token of the environment, or one that is typed and not shown."""
    from goldwire.annotations.labelstudio.server import connect

    token = os.environ.get(KEY, "")
    if not token and sys.stdin.isatty():
        token = click.prompt(f"Token for {url}", hide_input=True, err=True)
    if not token:
        raise InputError(url, "there is no token for it", f"set {KEY}")
    return connect(url, token)


def _project(server: Server, name: str) -> Project:
    from goldwire.annotations.labelstudio.server import find_project

    project = find_project(server, name)
    if project is None:
        raise InputError(name, f"is no project on {server.url}", "name its title or number")
    return project


def _pairs(names: tuple[str, ...]) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in names]
    if not all(email and name for email, _, name in pairs):
        raise click.UsageError("--annotator wants EMAIL=NAME")
    return {email: name for email, _, name in pairs}


def _label_path(path: Path | None) -> Path | None:
    """Give the label set named, or that of the corpus around, if there is one."""
    if path is not None:
        return path
    try:
        return repository() / "annotations" / "labels.toml"
    except InputError:
        return None


def _label_set(path: Path | None, *, needed: bool = True) -> Any:
    found = _label_path(path)
    if found is None and needed:
        raise click.UsageError("there is no corpus around: name a label set with --labels")
    return read_labels(found) if found else None
