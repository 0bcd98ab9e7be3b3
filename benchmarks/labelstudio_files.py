"""Speed and memory of Label Studio files: 5,000 tasks × 30 regions × 10 relations, each way, on one core.

Run `python benchmarks/labelstudio_files.py [export|import]`; without an argument both run, each in its own process.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from goldwire.formats import Options
from goldwire.formats.label_studio import read, write
from labelstudio_corpus import documents


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
    found = documents(5000) if way == "export" else []
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
