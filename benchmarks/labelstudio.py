"""Speed and memory of Label Studio files: 5,000 tasks × 30 regions × 10 relations, each way, on one core.

Run `python benchmarks/labelstudio.py [export|import]`; without an argument both run, each in a process of its own.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from goldwire.document import Document, Mention, Relation
from goldwire.formats import Options
from goldwire.formats.label_studio import read, write

TASKS, REGIONS, RELATIONS = 5000, 30, 10
WORD = "President Biden met Prime Minister Kishida in Tokyo on Friday. "


def documents(tasks: int = TASKS, annotator: str = "a") -> list[Document]:
    """Give documents of one annotator, all of one shape, each with its own id and text."""
    return [document(number, annotator) for number in range(tasks)]


def document(number: int, annotator: str) -> Document:
    """Give one document: regions one after the other, relations from each to the next."""
    text = f"{number}: " + WORD * 15
    starts = range(10, 10 + 25 * REGIONS, 25)
    mentions = tuple(
        Mention(s, s + 9, "PERSON" if s % 2 else "GPE", f"m{i}", level="name") for i, s in enumerate(starts)
    )
    relations = tuple(Relation(f"m{i}", f"m{i + 1}", "met_with", f"r{i}") for i in range(RELATIONS))
    return Document(f"doc-{number:05}", text, mentions, relations, metadata={"annotator": annotator})


def main() -> None:
    """Measure one way in this process, or both in two."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(sys.argv[2] if len(sys.argv) > 2 else f"{folder}/tasks.json")
        if len(sys.argv) > 1:
            measure(sys.argv[1], path)
            return
        for way in ("export", "import"):
            subprocess.run([sys.executable, __file__, way, str(path)], check=True)


def measure(way: str, path: Path) -> None:
    """Print the seconds of one way, reading or writing the file included, and the peak of memory."""
    found = documents() if way == "export" else []
    before, started = time.perf_counter(), time.process_time()
    if way == "export":
        write(found, path, Options())
    else:
        found = list(read(path, Options()))
    seconds = time.perf_counter() - before
    cpu = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = path.stat().st_size / 1e6
    print(f"{way}: {len(found)} tasks, {size:.1f} MB, {seconds:.2f} s ({cpu:.2f} s of CPU), peak {peak:.0f} MB")


if __name__ == "__main__":
    main()
