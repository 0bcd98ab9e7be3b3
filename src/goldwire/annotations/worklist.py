"""The work list of an adjudication as a file: disputes out, decisions with their rules back in.

The shape of the file lives here; what disputes and decisions mean is in adjudicate.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from goldwire.annotations.adjudicate import Decision, Dispute
from goldwire.annotations.items import claim
from goldwire.errors import BrokenRules, InputError, Problem
from goldwire.formats.files import read_lines, write_text


class CandidateLine(msgspec.Struct, forbid_unknown_fields=True):
    """A candidate for a person to read; its number in the list is what a decision accepts."""

    what: str
    annotators: list[str]


class DisputeLine(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=False):
    """A line of the work list: a dispute, and the decision to be filled in."""

    id: str
    context: str
    candidates: list[CandidateLine]
    accept: list[int] | None = None
    rule: str = ""
    reason: str = ""


def write_worklist(disputes: Sequence[Dispute], decided: Iterable[Decision], texts: dict[str, str], path: Path) -> None:
    """Write the work list as JSONL, a dispute a line; decisions already taken are kept."""
    known = {decision.dispute: decision for decision in decided}
    lines = [_line(dispute, known.get(dispute.id), texts[dispute.document]) for dispute in disputes]
    write_text(path, "".join(msgspec.json.encode(line).decode() + "\n" for line in lines))


def read_decisions(path: Path) -> list[Decision]:
    """Read the decisions from a work list; lines without `accept` are undecided and left out.

    Raises:
        BrokenRules: lines that are no disputes, or decisions that name no rule; one line each.
    """
    decisions, problems = list[Decision](), list[Problem]()
    for number, data in read_lines(path):
        try:
            decisions += _decision(msgspec.json.decode(data, type=DisputeLine), f"{path}:{number}")
        except InputError as error:
            problems.append(error.problem)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            problems.append(
                Problem(f"{path}:{number}", f"is no dispute: {error}", "keep the lines as they were written")
            )
    if problems:
        raise BrokenRules(problems)
    return decisions


def _line(dispute: Dispute, decision: Decision | None, text: str) -> DisputeLine:
    candidates = [CandidateLine(claim(c.item, text), list(c.annotators)) for c in dispute.candidates]
    if decision is None:
        return DisputeLine(dispute.id, dispute.context, candidates)
    accept = list(decision.accept)
    return DisputeLine(dispute.id, dispute.context, candidates, accept, decision.rule, decision.reason)


def _decision(line: DisputeLine, where: str) -> list[Decision]:
    if line.accept is None:
        return []
    if not line.rule:
        raise InputError(where, f"{line.id} is decided without a rule", "name the rule of the guidelines")
    return [Decision(line.id, tuple(line.accept), line.rule, line.reason)]
