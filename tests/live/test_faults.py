"""SIGKILL of client and of server at random moments of a push: the next push leaves each task once, and whole."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from goldwire.annotations.labelstudio.pull import pull
from goldwire.annotations.labelstudio.server import connect, find_project
from goldwire.document import Document, Mention, Relation, canonical
from goldwire.formats.goldwire_json import dump_line
from goldwire.formats.label_studio_documents import Reading
from goldwire.labels import read_labels
from live.label_studio_server import LEGACY, VENV, start

ROUNDS = int(os.environ.get("GOLDWIRE_FAULTS", "20"))
TASKS, BATCH = 120, 15
LABELS = Path(__file__).resolve().parents[2] / "annotations" / "labels.toml"
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


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    for name in ("gold", "rules"):
        (folder / f"{name}.jsonl").write_text("".join(map(dump_line, documents())))
    return folder


def client(own, corpus, title):
    sources = ["--gold", corpus / "gold.jsonl", "--predictions", corpus / "rules.jsonl", "--labels", LABELS]
    command = [sys.executable, "-m", "goldwire", "labelstudio", "push", "--project", title, "--batch", str(BATCH)]
    environment = {**os.environ, "LABEL_STUDIO_API_KEY": LEGACY, "LABEL_STUDIO_URL": own.url}
    return subprocess.Popen(
        [*command, *sources], env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def finished(process):
    _, errors = process.communicate(timeout=300)
    return process.returncode, errors


def test_a_push_killed_at_any_moment_is_made_whole_by_the_next(own, corpus, record_property):
    before = time.monotonic()
    code, errors = finished(client(own, corpus, "undisturbed"))
    assert code == 0, errors
    duration = time.monotonic() - before
    chance = random.Random(20)
    figures = []
    for round in range(ROUNDS):
        victim, moment = ("client", "server")[round % 2], chance.uniform(0.15, 1) * duration
        title = f"fault {round:02} {victim}"
        arrived = disturbed(own, corpus, title, victim, moment)
        began = time.monotonic()
        code, errors = finished(client(own, corpus, title))
        assert code == 0, errors
        figures.append(
            {
                "victim": victim,
                "at": round_to(moment),
                "there": arrived,
                "mended in": round_to(time.monotonic() - began),
            }
        )
        assert exactly_what_was_meant(own, title), figures
    record_property("figures", json.dumps(figures))
    print("\n".join(map(str, figures)))


def disturbed(own, corpus, title, victim, moment):
    """Push, kill at the moment; give how many tasks the server has then."""
    process = client(own, corpus, title)
    time.sleep(moment)
    if victim == "client":
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    else:
        own.kill()
        own.restart()
        code, errors = finished(process)
        assert "Traceback" not in errors and code in (0, 1), errors
    project = find_project(connect(own.url, LEGACY), title)
    return len(pulled(own, title)) // 2 if project else None


def pulled(own, title):
    server = connect(own.url, LEGACY)
    _, versions = pull(server, find_project(server, title), Reading(labels=read_labels(LABELS)))
    return [version.document for version in versions]


def exactly_what_was_meant(own, title):
    """Each task, region, relation and prediction once: as a sorted list, not as a set."""
    meant = [canonical(document) for document in documents()]
    predicted = [canonical(with_system(document)) for document in documents()]
    return sorted(map(repr, pulled(own, title))) == sorted(map(repr, [*meant, *predicted]))


def with_system(document):
    return Document(document.id, document.text, document.mentions, document.relations, metadata={"system": "rules"})


def round_to(seconds):
    return round(seconds, 1)
