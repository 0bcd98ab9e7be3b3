"""What the commands of `goldwire labelstudio` share: their options, tasks from documents, documents into folders.

The work is done in goldwire.formats (files) and goldwire.annotations.labelstudio (interface, tasks, folders).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from goldwire.cli.console import FILE, print_json, say
from goldwire.cli.inputs import label_path
from goldwire.errors import BrokenRules
from goldwire.formats.base import Notes
from goldwire.labels import LabelSet, read_labels

if TYPE_CHECKING:
    from goldwire.annotations.labelstudio.folders import Sorted
    from goldwire.annotations.labelstudio.sources import Sources
    from goldwire.formats.label_studio_records import Json

URL = "LABEL_STUDIO_URL"


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
    click.option(
        "--url", envvar="LABEL_STUDIO_URL", show_envvar=True, default="http://localhost:8080", show_default=True
    ),
)


def tasks_asked_for(what: dict[str, Any], labels: LabelSet, *, zones: bool) -> list[Json]:
    """Give the tasks that options ask for: those of a file, disputes between passes, or documents'."""
    from goldwire.annotations.labelstudio.disputes import dispute_tasks
    from goldwire.annotations.labelstudio.sources import tasks_to_send
    from goldwire.annotations.passes import read_passes
    from goldwire.formats.label_studio_tasks import tasks_of

    if what.get("tasks"):
        return tasks_to_send(what["tasks"])
    if what["disputes"]:
        return dispute_tasks(read_passes(what["passes"]), writing(labels, zones=zones))
    return tasks_of(documents_asked_for(what), writing(labels, zones=zones))


def documents_asked_for(what: dict[str, Any]) -> Any:
    """Give the documents that options ask for, each marked as the version it is."""
    from goldwire.annotations.labelstudio.sources import Sources, read_sources

    sources: Sources = Sources(what["gold"], what["texts"], what["passes"], what["predictions"])
    return read_sources(sources, {name: email for email, name in _pairs(what["names"]).items()})


def writing(labels: LabelSet, *, zones: bool) -> Any:
    """Give how tasks are written."""
    from goldwire.formats.label_studio_tasks import Writing

    return Writing(labels, zones)


def config_of(labels: LabelSet, *, zones: bool) -> str:
    """Give the labelling interface of a label set."""
    from goldwire.annotations.labelstudio.interface import interface as xml

    return xml(labels, zones=zones)


def preview(tasks: list[Json], config: str, file: Path | None) -> None:
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


def sorted_documents(versions: Any, notes: Notes, names: tuple[str, ...]) -> Sorted:
    """Sort versions by whose they are, annotators under the names that options give them."""
    from goldwire.annotations.labelstudio.folders import sort

    return sort(versions, notes, _pairs(names))


def write_documents(found: Sorted, what: dict[str, Any], notes: Notes, *, as_json: bool) -> None:
    """Write documents where options say, and say how many."""
    from goldwire.annotations.labelstudio.folders import files, write_folders

    check_targets(what)
    changed = write_folders(files(found, what["passes"], what["gold"], what["predictions"]))
    say_notes(notes)
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


def write_sidecar(file: Path, raws: list[bytes], how: Any) -> None:
    """Keep in a file what documents have no place for."""
    from goldwire.formats import label_studio_sidecar
    from goldwire.formats.label_studio_documents import document_id
    from goldwire.formats.label_studio_records import parse_task

    named = [(raw, document_id(parse_task(raw, ""), number)) for number, raw in enumerate(raws, 1)]
    label_studio_sidecar.write_sidecar(file, named, how)


def check_targets(what: dict[str, Any]) -> None:
    """Raise a usage error where no folder is named."""
    if not (what["passes"] or what["gold"] or what["predictions"]):
        raise click.UsageError("name where it goes: --passes, --gold or --predictions")


def say_notes(notes: Notes) -> None:
    """Print what could not be carried over, on standard error."""
    for line in notes.lines():
        say(line)


def _pairs(names: tuple[str, ...]) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in names]
    if not all(email and name for email, _, name in pairs):
        raise click.UsageError("--annotator wants EMAIL=NAME")
    return {email: name for email, _, name in pairs}


def label_set(path: Path | None) -> LabelSet:
    """Give the label set named, or that of the corpus around; raises a usage error where there is none."""
    found = label_path(path)
    if found is None:
        raise click.UsageError("there is no corpus around: name a label set with --labels")
    return read_labels(found)
