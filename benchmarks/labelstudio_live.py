"""Push and pull against what a bare server takes: its SDK's import in batches of 100, and its snapshot export.

Run `python benchmarks/labelstudio_live.py [TASKS]` (default 5,000, × 30 regions × 10 relations) after `make test-live`
has installed the server; it starts one of its own, on loopback.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HERE / "tests"))

from goldwire.annotations.labelstudio.interface import interface  # noqa: E402
from goldwire.annotations.labelstudio.pull import pull, snapshot  # noqa: E402
from goldwire.annotations.labelstudio.push import Pushing, open_project, push  # noqa: E402
from goldwire.annotations.labelstudio.server import Server, connect, create_project  # noqa: E402
from goldwire.formats.label_studio_documents import Reading  # noqa: E402
from goldwire.formats.label_studio_records import Json  # noqa: E402
from goldwire.formats.label_studio_tasks import Writing, tasks_of  # noqa: E402
from goldwire.labels import read_labels  # noqa: E402
from labelstudio_corpus import documents  # noqa: E402 - after the path
from live.label_studio_server import LEGACY, start  # noqa: E402 - after the path

LABELS = read_labels(HERE / "annotations" / "labels.toml")


def main() -> None:
    """Measure all four, and print the two ratios."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    with tempfile.TemporaryDirectory() as folder:
        running = start(Path(folder))
        try:
            measure(connect(running.url, LEGACY), tasks_of(documents(count), Writing(LABELS)))
        finally:
            running.kill()


def measure(server: Server, tasks: list[Json]) -> None:
    """Print the seconds of each way, on projects of their own; the one with verification is ours."""
    config = interface(LABELS)
    ours = open_project(server, "ours", config)
    pushed = timed("push, verified", lambda: push(server, ours, tasks, Pushing(create_annotators=True)))
    bare = timed("bare SDK import", lambda: bare_import(server, create_project(server, "bare", config).id, tasks))
    exported = timed("bare snapshot export", lambda: snapshot(server, ours))
    pulled = timed("pull into documents", lambda: pull(server, ours, Reading(labels=LABELS)))
    print(f"{len(tasks)} tasks: push {pushed / bare:.2f} × the bare import, pull {pulled / exported:.2f} × the export")


def bare_import(server: Server, project: int, tasks: list[Json]) -> None:
    """Import as the SDK's documentation says, in batches of 100, and check nothing."""
    for first in range(0, len(tasks), 100):
        server.client.projects.import_tasks(id=project, request=tasks[first : first + 100])


def timed(name: str, work: Callable[[], Any]) -> float:
    """Print and give the seconds that a piece of work takes."""
    before = time.perf_counter()
    work()
    seconds = time.perf_counter() - before
    print(f"{name}: {seconds:.1f} s", flush=True)
    return seconds


if __name__ == "__main__":
    main()
