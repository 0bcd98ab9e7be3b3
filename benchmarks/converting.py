"""How fast `goldwire convert` is, and that its memory does not grow with the file.

`python benchmarks/converting.py [MB ...]` makes files of about so many megabytes (10 and 100 unless said), converts
each in a process of its own, and writes converting.md. A larger file is a small one over and over, with ids of its own.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from generate import tagged, write_tagged

PAGE = Path(__file__).with_suffix(".md")
LAUNCH = Path(__file__).with_name("launch.py")
SENTENCES = 1_000
WAYS = (("conll", "jsonl"), ("jsonl", "jsonl"), ("jsonl", "conll"))
HEAD = """<!-- written by `{command}` -->
# Converting

CoNLL columns and goldwire's JSON lines of made-up sentences (25 tokens, a mention in eight tokens), on one core. Held
in memory are the ids of the first 250,000 documents, to be compared: some 18 MiB, which no further document adds to.

| from | to | MB read | seconds | MB/s | peak MiB |
|---|---|--:|--:|--:|--:|
"""


def convert(source: Path, target: Path) -> tuple[float, float]:
    """Convert a file in a process of its own; give its seconds and peak memory in MiB."""
    command = [sys.executable, str(LAUNCH), sys.executable, "-m", "goldwire", "convert", str(source), str(target)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds, peak = map(float, said.split("\n")[0].split())
    return seconds, peak


def grown(small: Path, megabytes: int) -> Path:
    """Write a file's lines again and again until it is so large; ids of documents tell the rounds apart."""
    large = small.with_stem(f"{small.stem}-{megabytes}")
    data = small.read_bytes()
    with large.open("wb") as file:
        for turn in range(max(1, round(megabytes * 1e6 / len(data)))):
            file.write(data.replace(b'{"id":"s', b'{"id":"%d-s' % turn))
    return large


def rows(folder: Path, sizes: list[int]) -> Iterator[str]:
    """Measure each way at each size; give a line of the table for each."""
    write_tagged(folder, *tagged(SENTENCES))
    small = {"conll": folder / "gold.conll", "jsonl": folder / "documents.jsonl"}
    convert(small["conll"], small["jsonl"])
    for source, target in WAYS:
        for size in sizes:
            large = grown(small[source], size)
            read = large.stat().st_size / 1e6
            seconds, peak = convert(large, folder / f"out.{target}")
            large.unlink()
            yield f"| {source} | {target} | {read:,.0f} | {seconds:,.1f} | {read / seconds:.1f} | {peak:.0f} |\n"


def main(words: list[str]) -> None:
    """Measure, and write the page."""
    sizes = [int(word) for word in words] or [10, 100]
    page = HEAD.format(command=" ".join(["python benchmarks/converting.py", *words]))
    with tempfile.TemporaryDirectory() as folder:
        for row in rows(Path(folder), sizes):
            print(row, end="", file=sys.stderr, flush=True)
            page += row
    PAGE.write_text(page)


if __name__ == "__main__":
    main(sys.argv[1:])
