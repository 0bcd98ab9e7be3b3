"""`goldwire agree`: how far annotators agree, in every layer."""

from __future__ import annotations

from pathlib import Path

import click

from goldwire.cli.console import FILE, print_json, print_table, say
from goldwire.cli.inputs import labels_around

EXAMPLE = """\b
Examples:
  goldwire agree annotations/passes
  goldwire agree ann.jsonl ben.jsonl --json
  goldwire agree export.json --from label-studio --disagreements disputes.jsonl
"""


@click.command(epilog=EXAMPLE)
@click.argument("passes", nargs=-1, required=True, type=FILE)
@click.option("--labels", type=FILE, help="The label set; says which relations are symmetric [default: the corpus'].")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every disagreement.")
@click.option("--markdown", type=FILE, help="Write the report in Markdown to this file.")
@click.option("--disagreements", type=FILE, help="Write the disagreements as a work list for `goldwire adjudicate`.")
@click.option("--from", "name", default="", help="Format of the passes [default: recognised].")
def command(
    passes: tuple[Path, ...],
    *,
    labels: Path | None,
    as_json: bool,
    markdown: Path | None,
    disagreements: Path | None,
    name: str,
) -> None:
    """Measure agreement of PASSES: a file or folder each, a folder of folders, or an export of several annotators."""
    from goldwire.annotations.disagreements import disagreements as differing_items
    from goldwire.annotations.passes import read_passes
    from goldwire.annotations.worklist import write_worklist
    from goldwire.eval.agreement import report
    from goldwire.eval.agreement.measuring import agreement
    from goldwire.formats.files import write_text

    read = read_passes(passes, name)
    found, differing = agreement(read, labels_around(labels)), differing_items(read)
    if markdown:
        write_text(markdown, report.markdown(found, differing, _command(passes, markdown)))
    if disagreements:
        texts = {name: document.text for documents in read.values() for name, document in documents.items()}
        write_worklist([one.dispute for one in differing], (), texts, disagreements)
    if as_json:
        print_json(report.plain(found, differing))
        return
    print_table("Agreement", report.pair_columns(found), report.pair_rows(found))
    head = ["coefficient", "label", "annotators", "unit", "value"]
    print_table("Beyond chance", head, report.coefficient_rows([c for c in found.coefficients if not c.label]))
    click.echo(f"signature: {found.signature}")
    say(f"{len(differing)} disagreements; --disagreements FILE lists them, --json has everything")
    for note in found.notes:
        say(note)


def _command(passes: tuple[Path, ...], markdown: Path) -> str:
    return f"goldwire agree {' '.join(map(str, passes))} --markdown {markdown}"
