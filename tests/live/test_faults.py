"""SIGKILL of client and of server at random moments of a push: the next push leaves each task once, and whole."""

import multiprocessing
import os
import random
import time
from dataclasses import replace
from pathlib import Path

import pytest

from goldwire.annotations.labelstudio.interface import interface
from goldwire.annotations.labelstudio.pull import pull
from goldwire.annotations.labelstudio.push import Pushing, open_project, push
from goldwire.annotations.labelstudio.server import connect, find_project, task_count
from goldwire.document import Document, Mention, Relation, canonical
from goldwire.errors import GoldwireError
from goldwire.formats.label_studio_documents import Reading
from goldwire.formats.label_studio_tasks import Writing, tasks_of
from goldwire.labels import read_labels
from live.label_studio_server import LEGACY, VENV, start

ROUNDS, ENOUGH = int(os.environ.get("GOLDWIRE_FAULTS", "20")), 8
SECONDS = float(os.environ.get("GOLDWIRE_FAULT_SECONDS", "300"))
"""Twenty kills, or as many as fit into the time on a slow machine, but never fewer than ENOUGH."""

TASKS, BATCH = 40, 5
KNOWN = read_labels(Path(__file__).resolve().parents[2] / "annotations" / "labels.toml")
TEXT = "😀 President Biden met Prime Minister Kishida in Tokyo on Friday. " * 4


def documents():
    mentions = tuple(Mention(2 + 10 * n, 8 + 10 * n, "PERSON", f"m{n}") for n in range(8))
    relations = tuple(Relation(f"m{n}", f"m{n + 1}", "met_with", f"r{n}") for n in range(4))
    return [Document(f"D{n:03}", f"{TEXT}{n}", mentions, relations) for n in range(TASKS)]


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    if not (VENV / "bin" / "label-studio").exists():
        pytest.skip(f"no Label Studio in {VENV}: run make test-live")
    server = start(tmp_path_factory.mktemp("label_studio_faults"))
    yield server
    server.kill()


def tasks():
    return tasks_of([*documents(), *map(with_system, documents())], Writing(KNOWN))


def client(own, title):
    """A process of its own, that can be killed; forked, so that it need not load the SDK again."""
    process = multiprocessing.get_context("fork").Process(target=push_all, args=(own.url, title))
    process.start()
    return process


def push_all(url, title):
    try:
        server = connect(url, LEGACY)
        project = open_project(server, title, interface(KNOWN))
        push(server, project, tasks(), Pushing(batch=BATCH))
    except GoldwireError:
        os._exit(1)  # what a user sees as one line
    except BaseException:
        os._exit(2)
    os._exit(0)


def finished(process):
    process.join(300)
    return process.exitcode


def test_a_push_killed_at_any_moment_is_made_whole_by_the_next(own, record_property):
    before = time.monotonic()
    assert finished(client(own, "undisturbed")) == 0
    duration = time.monotonic() - before
    chance = random.Random(20)
    figures = []
    for round in range(ROUNDS):
        if round >= ENOUGH and time.monotonic() - before > SECONDS:
            break
        victim, moment = ("client", "server")[round % 2], chance.uniform(0, 1) * duration
        title = f"fault {round:02} {victim}"
        arrived = disturbed(own, title, victim, moment)
        began = time.monotonic()
        assert finished(client(own, title)) == 0
        mended = time.monotonic() - began
        figures.append(
            f"{victim} killed after {moment:.1f} s with {arrived} of {TASKS} tasks there, whole {mended:.1f} s later"
        )
        assert exactly_what_was_meant(own, title), figures
    record_property("figures", "; ".join(figures))
    print(f"a push takes {duration:.1f} s", *figures, sep="\n")


def disturbed(own, title, victim, moment):
    """Push, kill at the moment; give how many tasks the server has then."""
    process = client(own, title)
    time.sleep(moment)
    if victim == "client":
        process.kill()
        process.join()
    else:
        own.kill()
        own.restart()
        assert finished(process) in (0, 1)
    server = connect(own.url, LEGACY)
    project = find_project(server, title)
    return task_count(server, project) if project else 0


def exactly_what_was_meant(own, title):
    """Each task, region, relation and prediction once: compared as lists, not as sets."""
    server = connect(own.url, LEGACY)
    _, versions = pull(server, find_project(server, title), Reading(labels=KNOWN))
    meant = [*map(canonical, documents()), *map(canonical, map(with_system, documents()))]
    return sorted(repr(version.document) for version in versions) == sorted(map(repr, meant))


def with_system(document):
    return replace(document, metadata={"system": "rules"})
