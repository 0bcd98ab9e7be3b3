"""A large corpus arrives whole: 5,000 tasks × 30 regions × 10 relations (its times: benchmarks/labelstudio_live.py)."""

import os
import sys
from pathlib import Path

from goldwire.annotations.labelstudio.interface import interface
from goldwire.annotations.labelstudio.pull import pull
from goldwire.annotations.labelstudio.push import Pushing, open_project, push
from goldwire.formats.label_studio_documents import Reading
from goldwire.formats.label_studio_tasks import Writing, tasks_of
from goldwire.labels import read_labels

HERE = Path(__file__).resolve().parents[2]
LABELS = read_labels(HERE / "annotations" / "labels.toml")
TASKS = int(os.environ.get("GOLDWIRE_SCALE", "5000"))


def test_a_large_corpus_is_there_once_and_whole(server):
    sys.path.insert(0, str(HERE / "benchmarks"))
    from labelstudio_corpus import documents

    project = open_project(server, "large", interface(LABELS))
    done = push(server, project, tasks_of(documents(TASKS), Writing(LABELS)), Pushing(create_annotators=True))
    assert (done.sent, done.left) == (TASKS, [])
    _, versions = pull(server, project, Reading(labels=LABELS))
    found = sorted((version.document for version in versions), key=lambda document: document.id)
    assert found == documents(TASKS)
