"""`goldwire explain`: which convention makes two results differ.

The recomputing lives in goldwire.compat.explain, recomputing and result_files.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import click

from goldwire.cli.console import FILE, percent, print_json, print_table
from goldwire.errors import InputError

if TYPE_CHECKING:
    from goldwire.compat.explain import Claim, Explanation
    from goldwire.compat.recomputing import FromDocuments, FromTags
    from goldwire.compat.result_files import FromCounts

    Source: TypeAlias = FromTags | FromDocuments | FromCounts

EXAMPLES = """
\b
Examples:
  goldwire explain seqeval spacy --pred system.conll --gold gold.conll --tags   two tools over one file of tags
  goldwire explain goldwire nervaluate --pred system.jsonl --gold gold.jsonl    two tools over documents
  goldwire explain goldwire goldwire:average=macro --pred system.jsonl          one convention changed
  goldwire explain monday.json tuesday.json                                     two results of goldwire score --json
"""


@click.command(epilog=EXAMPLES)
@click.argument("first")
@click.argument("second")
@click.option("--pred", type=FILE, help="The predictions to recompute from.")
@click.option("--gold", type=FILE, help="The gold. [default: the corpus around this folder, else goldwire's]")
@click.option("--tags", is_flag=True, help="Both files are tags (CoNLL columns, JSON lines or Parquet), read as such.")
@click.option("--scheme", default="auto", show_default=True, help="The scheme of the tags.")
@click.option(
    "--labels", "labels_tomls", type=FILE, multiple=True, help="labels.toml; repeat for that of each result file."
)
@click.option("--measure", default="", metavar="NAME", help="The measure to explain. [default: the first of each]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    first: str,
    second: str,
    *,
    pred: Path | None,
    gold: Path | None,
    tags: bool,
    scheme: str,
    labels_tomls: tuple[Path, ...],
    measure: str,
    as_json: bool,
) -> None:
    """Tell why FIRST and SECOND differ: result files, or profiles (goldwire, seqeval, spacy …) over one file."""
    from goldwire.compat.explain import explain

    tags = tags or any(_of_tags(name) for name in (first, second))
    source = _source(pred, gold, scheme if tags else "", labels_tomls) if pred else _counts(first, second)
    claims = [_claim(name, source, measure) for name in (first, second)]
    found = explain(claims[0], claims[1], source.f1)
    if as_json:
        print_json(found.to_json())
    else:
        show(found)


def _of_tags(name: str) -> bool:
    """Say whether a name is that of a result file of tags."""
    from goldwire.compat.result_files import read_result

    return name.endswith(".json") and read_result(Path(name)).settings.get("overlap") == "tokens"


def _source(pred: Path, gold: Path | None, scheme: str, labels_tomls: tuple[Path, ...]) -> Source:
    from goldwire.cli.inputs import gold_and_labels
    from goldwire.compat.recomputing import FromDocuments, FromTags
    from goldwire.eval.tagging.files import read_tags
    from goldwire.formats import read
    from goldwire.labels import read_labels
    from goldwire.tags import recognise_scheme

    if not scheme:
        golds, own = gold_and_labels(gold, "", None)
        labels = [read_labels(path) for path in labels_tomls] or ([own] if own else [])
        return FromDocuments(list(golds), list(read(pred)), labels)
    if gold is None:
        raise InputError("--tags", "needs a gold of tags", "name it with --gold")
    sides = read_tags(gold), read_tags(pred)
    return FromTags(*sides, recognise_scheme(sides[0]) if scheme == "auto" else scheme, (gold, pred))


def _counts(first: str, second: str) -> Source:
    from goldwire.compat.result_files import FromCounts, read_result

    if not all(name.endswith(".json") for name in (first, second)):
        raise InputError("--pred", "is missing", "name the predictions that the profiles are to score")
    results = [read_result(Path(name)) for name in (first, second)]
    same = all(results[0].settings.get(key) == results[1].settings.get(key) for key in ("gold", "pred"))
    return FromCounts([result.counted() for result in (results if same else results[:1])])


def _claim(name: str, source: Source, measure: str) -> Claim:
    from goldwire.compat.explain import OURS, claim, settings_of
    from goldwire.compat.recomputing import FromTags
    from goldwire.compat.result_files import read_result

    if name.endswith(".json"):
        return read_result(Path(name)).claim(measure)
    read_as = {} if isinstance(source, FromTags) else {"reading": OURS["reading"]}
    settings = {**settings_of(name), **source.own, **read_as, **({"measure": measure} if measure else {})}

    def figure() -> float:
        own = None if measure else source.claimed(name)
        return source.f1(settings) if own is None else own

    return claim(name, settings, figure)


def show(found: Explanation) -> None:
    """Print the steps as a table and what they mean."""
    if found.steps:
        rows = [("as it is", found.first, "", percent(found.start), percent(found.start))]
        rows += [(s.convention, s.first, s.second, percent(s.alone), percent(s.together)) for s in found.steps]
        header = ("convention", found.first, found.second, "F1, it alone changed", "F1, changed up to here")
        print_table(f"{found.first} against {found.second}", header, rows)
    for sentence in found.sentences:
        click.echo(sentence)
