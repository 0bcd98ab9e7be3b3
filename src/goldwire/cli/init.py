"""`goldwire init`: start a corpus of one's own from texts.

What is written is said in goldwire.annotations.init.
"""

from __future__ import annotations

import glob
from pathlib import Path

import click

from goldwire.cli.console import FILE, say

EXAMPLES = """
\b
Example:
  goldwire init mycorpus --texts 'articles/*.txt'
  cd mycorpus && goldwire check
"""


@click.command(epilog=EXAMPLES)
@click.argument("folder", metavar="DIR", type=FILE)
@click.option("--texts", "patterns", multiple=True, required=True, help="Text files, or a quoted pattern of them.")
@click.option("--name", help="What the corpus is called  [default: the folder's name]")
def command(folder: Path, patterns: tuple[str, ...], name: str | None) -> None:
    """Start a corpus in DIR: seeds with their hashes, and skeletons of labels.toml, guidelines and the card.

    The texts are copied byte for byte; each file's name, without .txt, becomes its document's id.
    """
    from goldwire.annotations.init import start

    # Path.glob knows no absolute patterns
    found = [Path(path) for pattern in patterns for path in sorted(glob.glob(pattern, recursive=True))]  # noqa: PTH207
    written = start(folder, list(dict.fromkeys(found)), name or folder.resolve().name)
    for path in written:
        say(f"wrote {path}")
    say(f"next: edit {folder}/annotations/labels.toml and guidelines.md; {folder}/README.md tells the rest")
