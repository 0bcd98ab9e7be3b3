"""`goldwire build`: seeds and annotations become the dataset in corpus/.

The building itself lives in goldwire.corpus.
"""

from __future__ import annotations

from pathlib import Path

import click

from goldwire.cli.console import FILE, LABELS_TOML, repository, say
from goldwire.errors import BrokenRules

EXAMPLES = """
\b
Examples:
  goldwire build            build corpus/ from seeds/ and annotations/
  goldwire build --check    exit 1 if corpus/ is not what a build would make
"""


@click.command(epilog=EXAMPLES)
@click.option("--check", is_flag=True, help="Write nothing; report what is stale, and exit 1 if anything is.")
@click.option("--out", type=FILE, help="The folder to write  [default: corpus/]")
def command(check: bool, out: Path | None) -> None:
    """Build the dataset from the gold: the same gold gives the same bytes."""
    from goldwire.corpus.build import stale, write

    root = repository()
    folder = out or root / "corpus"
    files = _made(root)
    if check:
        if problems := list(stale(files, folder)):
            raise BrokenRules(problems)
        say(f"{folder}: fresh")
        return
    removed = write(files, folder)
    say(f"{folder}: {len(files)} files written, {len(removed)} of an earlier build removed")


def _made(root: Path) -> dict[str, bytes]:
    from goldwire.annotations.seeds import read_seeds
    from goldwire.corpus.build import made, read_gold, read_words
    from goldwire.formats.files import read_bytes
    from goldwire.labels import read_labels

    annotations = root / "annotations"
    labels = read_labels(root / LABELS_TOML)
    documents = read_gold(annotations / "gold", read_seeds(root / "seeds"), labels)
    labels_toml = read_bytes(root / LABELS_TOML)
    return made(documents, labels, labels_toml, read_words(annotations / "card.md"))
