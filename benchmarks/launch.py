"""Run a command and print its seconds and peak memory (MiB) in a line before what it printed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time


def main(command: list[str]) -> int:
    """Run the command; give its exit code."""
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=out)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        print(f"{seconds} {usage.ru_maxrss / 1024}", flush=True)
        sys.stdout.buffer.write(out.read())
    return child.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
