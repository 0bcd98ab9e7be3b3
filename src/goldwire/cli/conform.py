"""`goldwire conform`: any scorer put to the conformance suite.

The cases lie in docs/conformance; how scorers are called is in goldwire.compat.plugged.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from goldwire.cli.console import FILE, print_json
from goldwire.errors import InputError

if TYPE_CHECKING:
    from goldwire.compat.conformance import Answer, Outcome

EXAMPLES = """
\b
Examples:
  goldwire conform python:my_scorer:answer     a function of a case and the figures asked for
  goldwire conform "node score.js"             a program: a line of JSON in, a line of figures out, once a case
  goldwire conform nervaluate                  a tool that goldwire knows, against our answers
  goldwire conform conlleval --as conlleval    a profile against what its tool answers
"""


@click.command(epilog=EXAMPLES)
@click.argument("scorer")
@click.option("--as", "expected", default="goldwire", show_default=True, help="Whose answers are expected.")
@click.option("--cases", type=FILE, help="A folder of cases. [default: goldwire's]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(scorer: str, expected: str, cases: Path | None, *, as_json: bool) -> None:
    """Put the inputs on which scorers disagree to SCORER; exit 1 if an answer is another than expected."""
    from goldwire.compat.conformance import read_cases, run
    from goldwire.compat.plugged import plugged

    outcomes = list(run(read_cases(cases or _cases()), expected, plugged(scorer)))
    if not outcomes:
        raise InputError(f"--as {expected}", "no case expects anything of it", "name goldwire or a scorer of the table")
    if as_json:
        print_json([_plain(outcome, expected) for outcome in outcomes])
    else:
        _print(outcomes, expected)
    if not all(outcome.agrees for outcome in outcomes):
        raise click.exceptions.Exit(1)


def _cases() -> Path:
    """Give the folder of cases that the package carries, or that lies beside its sources."""
    package = Path(str(files("goldwire")))
    carried = package / "data" / "conformance"
    return carried if carried.is_dir() else package.parents[1] / "docs" / "conformance"


def _plain(outcome: Outcome, expected: str) -> dict[str, Any]:
    case = outcome.case
    told = {"id": case.id, "title": case.title, "agrees": outcome.agrees, "answer": outcome.answer}
    return {**told, "expected": case.expected[expected], "of": expected, "rule": case.rule}


def _print(outcomes: list[Outcome], expected: str) -> None:
    for outcome in outcomes:
        if not outcome.agrees:
            case = outcome.case
            click.echo(f"{case.id}: {case.title}\n  answered {_shown(outcome.answer)}")
            click.echo(f"  expected {_shown(case.expected[expected])}\n  {case.rule}")
    click.echo(f"{sum(outcome.agrees for outcome in outcomes)} of {len(outcomes)} cases answered as {expected} does")


def _shown(answer: Answer) -> str:
    if isinstance(answer, str):
        return answer
    figures = (f"{name} {'undefined' if value is None else f'{value:.3f}'}" for name, value in answer.items())
    return ", ".join(figures) or "nothing"
