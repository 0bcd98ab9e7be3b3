"""The commands of `goldwire labelstudio` that need a live server (push, pull, diff), and the one that is one (serve).

Talking to the server is done in goldwire.annotations.labelstudio, serving in goldwire.eval.runs.backend.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from goldwire.cli.console import FILE, print_json, say
from goldwire.cli.inputs import labels_around
from goldwire.cli.labelstudio_parts import (
    LABELS,
    SERVER,
    SOURCES,
    TARGETS,
    ZONES,
    check_targets,
    config_of,
    label_set,
    preview,
    say_notes,
    sorted_documents,
    tasks_asked_for,
    write_documents,
    write_sidecar,
)
from goldwire.errors import InputError

if TYPE_CHECKING:
    from goldwire.annotations.labelstudio.folders import Sorted
    from goldwire.annotations.labelstudio.server import Project, Server

KEY = "LABEL_STUDIO_API_KEY"


@click.command()
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

    known = label_set(labels)
    config = config_of(known, zones=zones)
    tasks = tasks_asked_for(what, known, zones=zones)
    if what["dry_run"]:
        preview(tasks, config, what["tasks"])
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


@click.command()
@SERVER
@TARGETS
@LABELS
@click.option("--sidecar", type=FILE, help="Keep in this file what documents have no place for.")
@click.option("--json", "as_json", is_flag=True, help="Print counts as JSON.")
def pull(name: str, url: str, labels: Path | None, sidecar: Path | None, as_json: bool, **what: Any) -> None:
    """Bring a project's work back: passes by annotator, gold, predictions."""
    raws, how, found = _pulled(name, url, labels, what["names"])
    write_documents(found, what, how.notes, as_json=as_json)
    if sidecar:
        write_sidecar(sidecar, raws, how)


@click.command()
@SERVER
@TARGETS
@LABELS
@click.option("--json", "as_json", is_flag=True, help="Print the changes as JSON.")
def diff(name: str, url: str, labels: Path | None, as_json: bool, **what: Any) -> None:
    """Show what a pull would change in the folders named; exit 1 if anything."""
    from goldwire.annotations.labelstudio.folders import changes, files

    _, how, found = _pulled(name, url, labels, what["names"])
    check_targets(what)
    listed = list(changes(files(found, what["passes"], what["gold"], what["predictions"])))
    if as_json:
        print_json([{"path": str(c.path), "new": dict(c.new), "gone": dict(c.gone)} for c in listed])
    else:
        for change in listed:
            click.echo(str(change))
    say_notes(how.notes)
    say(f"{len(listed)} files would change")
    if listed:
        raise SystemExit(1)


@click.command()
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
    known = labels_around(labels)
    run(Backend(system.name, load(system, Context(labels=known)), known, say), at["host"], at["port"])


def _pulled(name: str, url: str, labels: Path | None, names: tuple[str, ...]) -> tuple[Any, Any, Sorted]:
    from goldwire.annotations.labelstudio.pull import pull as fetch
    from goldwire.formats.label_studio_documents import Reading

    how = Reading(labels=labels_around(labels))
    server = _connect(url)
    raws, versions = fetch(server, _project(server, name), how)
    return raws, how, sorted_documents(versions, how.notes, names)


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
