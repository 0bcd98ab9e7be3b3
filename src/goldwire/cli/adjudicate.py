"""`goldwire adjudicate`: passes in, a work list of disputes out; decisions in, gold out."""

from __future__ import annotations

from pathlib import Path

import click

from goldwire.annotations.adjudicate import Dispute, adjudicated, compare_passes
from goldwire.annotations.items import Item, assemble
from goldwire.annotations.passes import Passes, common_documents, read_passes
from goldwire.annotations.worklist import read_decisions, write_worklist
from goldwire.cli.console import FILE, say
from goldwire.errors import InputError
from goldwire.formats.goldwire_json import write_document

EXAMPLE = """\b
Example:
  goldwire adjudicate annotations/passes --worklist disputes.jsonl
  (fill in accept, rule and reason of each line)
  goldwire adjudicate annotations/passes --worklist disputes.jsonl --gold annotations/gold
"""


@click.command(epilog=EXAMPLE)
@click.argument("passes", nargs=-1, required=True, type=FILE)
@click.option(
    "--worklist", required=True, type=FILE, help="The work list (JSONL): made anew, decisions in it are kept."
)
@click.option(
    "--gold", type=FILE, help="Write the adjudicated documents into this folder; every dispute must be decided."
)
@click.option("--from", "name", default="", help="Format of the passes [default: recognised].")
def command(passes: tuple[Path, ...], *, worklist: Path, gold: Path | None, name: str) -> None:
    """Merge PASSES (a folder each, or a folder of them): what all agree on stands, the rest is a work list."""
    read = read_passes(passes, name)
    compared = {document: compare_passes(read, document) for document in common_documents(read)}
    decided = read_decisions(worklist) if worklist.exists() else []
    disputes = [dispute for _, found in compared.values() for dispute in found]
    write_worklist(disputes, decided, _texts(read), worklist)
    say(_summary(compared, len(decided)))
    if gold is not None:
        open_ones = {dispute.id for dispute in disputes} - {decision.dispute for decision in decided}
        if open_ones:
            raise InputError(
                worklist, f"{len(open_ones)} disputes are undecided", "fill in accept and rule of each line"
            )
        decisions = {decision.dispute: decision for decision in decided}
        for document, (agreed, found) in compared.items():
            mine = [decisions[d.id] for d in found if d.id in decisions]
            whole = assemble(document, _texts(read)[document], adjudicated(agreed, found, mine))
            write_document(whole, gold / f"{document}.json")
        say(f"{len(compared)} documents written to {gold}")


def _texts(passes: Passes) -> dict[str, str]:
    return {name: document.text for documents in passes.values() for name, document in documents.items()}


def _summary(compared: dict[str, tuple[list[Item], list[Dispute]]], decided: int) -> str:
    agreed = sum(len(items) for items, _ in compared.values())
    disputes = sum(len(found) for _, found in compared.values())
    return f"{len(compared)} documents: {agreed} items agreed by all, {disputes} disputes, {decided} decided"
