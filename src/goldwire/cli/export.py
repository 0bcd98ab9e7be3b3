"""`goldwire export`: the annotations without the texts, and joined to them again.

What such a file holds is said in goldwire.corpus.standoff.
"""

from __future__ import annotations

from pathlib import Path

import click

from goldwire.cli.console import FILE, built_corpus, say

EXAMPLES = """
\b
Examples:
  goldwire export annotations gold-without-texts.jsonl
  goldwire export join gold-without-texts.jsonl my/texts gold.jsonl
"""


@click.group(epilog=EXAMPLES)
def command() -> None:
    """Write the annotations without the texts, and join them to the texts again."""


@command.command("annotations")
@click.argument("out", type=FILE)
@click.option("--corpus", type=FILE, help="A built corpus folder  [default: the corpus around, else goldwire's]")
def without(out: Path, corpus: Path | None) -> None:
    """Write every layer to OUT (JSON lines): offsets, and length and SHA-256 of each text, but nothing of the text.

    Ids of entities and their links stay: they name what is spoken of.
    """
    from goldwire.corpus.load import gold_documents
    from goldwire.corpus.standoff import without_texts
    from goldwire.formats.files import writing

    folder = corpus or built_corpus()
    documents = gold_documents(folder)
    with writing(out) as file:
        file.writelines(without_texts(documents))
    say(f"{out}: {len(documents)} documents of {folder or 'goldwire itself'}, without their texts")


@command.command("join")
@click.argument("source", metavar="ANNOTATIONS", type=FILE)
@click.argument("texts", type=FILE)
@click.argument("out", type=FILE)
def join(source: Path, texts: Path, out: Path) -> None:
    """Join ANNOTATIONS to the files <id>.txt of the folder TEXTS, and write documents to OUT (JSON lines).

    Each text must be the annotated one, byte for byte.
    """
    from goldwire.corpus.standoff import joined, read_standoff
    from goldwire.formats import write

    documents = joined(read_standoff(source), texts)
    write(documents, out, "goldwire")
    say(f"{out}: {len(documents)} documents")
