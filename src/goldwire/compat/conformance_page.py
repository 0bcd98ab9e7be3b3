"""docs/conformance.md: the cases of the suite as a page, what each scorer answers, our rule and the reason.

`python -m goldwire.compat.conformance_page` writes it from the cases in docs/conformance.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from goldwire.compat.conformance import Answer, Case, documents, read_cases
from goldwire.document import Document, Mention

PLUGGING = (
    "## Plug in your own scorer",
    "",
    "```console",
    "$ goldwire conform python:my_scorer:answer    # a function answer(case, asked) that gives figures by name",
    '$ goldwire conform "node score.js"            # a program in any language, started once a case',
    "$ goldwire conform seqeval --as seqeval       # a tool of the tables below, against its own column",
    "```",
    "",
    'A program reads one line, `{"id": …, "kind": "tags", "input": {"scheme": …, "gold": …, "pred": …},',
    '"asked": ["precision", "f1"]}`, and writes one, `{"precision": 0.5, "f1": null}`: null is undefined.',
    'It refuses an input by writing `"refused"` or by failing. Each answer other than expected is printed with the',
    "rule behind it; `--as` names whose answers are expected (goldwire's), `--cases` another folder. `kind` is `tags`,",
    "`documents` or `labels`. In Python: `goldwire.compat.conformance.run(cases, name, scorer)`.",
)


def table(cases: Sequence[Case]) -> str:
    """Give the cases as a Markdown page: what each scorer answers, our rule and the reason."""
    lines = [
        "<!-- Written by `python -m goldwire.compat.conformance_page` from docs/conformance/*.json. Do not edit. -->",
        "# Conformance: one input, many answers",
        "",
        "Each case is an input on which scorers disagree. What goldwire answers, and why, stands beside what the",
        "others print; – is undefined, *refused* an error. The cases are JSON in docs/conformance. Answers of profiles",
        "and of the installed tools are checked by the tests; those under *reported* were seen or read, not run here.",
        "",
        *PLUGGING,
        "",
    ]
    for case in cases:
        lines += [f"## {case.id}: {case.title}", "", _shown_input(case), "", "| scorer | answer |", "|---|---|"]
        lines += [f"| {name} | {_shown(answer)} |" for name, answer in case.expected.items()]
        lines += [f"| {name} (reported) | {answer} |" for name, answer in case.reported.items()]
        lines += ["", f"**Rule.** {case.rule} **Why.** {case.reason}", ""]
    return "\n".join(lines)


def _shown(answer: Answer) -> str:
    if isinstance(answer, str):
        return f"*{answer}*"
    return ", ".join(f"{name} {'–' if value is None else f'{value:.3f}'}" for name, value in answer.items())


def _shown_input(case: Case) -> str:
    if case.kind == "tags":
        tags = (" ".join(f"[{' '.join(row)}]" for row in case.input[side]) or "nothing" for side in ("gold", "pred"))
        return "{}: gold `{}`, predicted `{}`".format(case.input["scheme"], *tags)
    if case.kind == "labels":
        return "gold `{}`, predicted `{}`".format(*(" ".join(case.input[side]) for side in ("gold", "pred")))
    sides = "gold {}; predicted {}".format(*(_shown_documents(side) for side in documents(case)))
    return "; ".join([sides, *_shown_declarations(case)])


def _shown_declarations(case: Case) -> Iterator[str]:
    if symmetric := case.input.get("symmetric"):
        yield f"symmetric: {', '.join(symmetric)}"
    if inverse := case.input.get("inverse"):
        yield f"inverse: {', '.join(f'{name} of {other}' for name, other in inverse.items())}"
    if known := case.input.get("known"):
        yield f"known from training: {', '.join(f'{label}({head}, {tail})' for head, tail, label in known)}"


def _shown_documents(found: Sequence[Document]) -> str:
    return " / ".join(map(_shown_document, found)) or "no document"


def _shown_document(document: Document) -> str:
    spans = {mention.id: _shown_mention(mention) for mention in document.mentions}
    relations = [f"{relation.label}({relation.head}, {relation.tail})" for relation in document.relations]
    entities = [
        " ".join(spans[name] for name in entity.mentions) + f"={entity.link}"
        if entity.link
        else "{" + " ".join(entity.mentions) + "}"
        for entity in document.entities
    ]
    mentions = [f"{name}={shown}" for name, shown in spans.items()] if relations else [*spans.values()]
    shown = [*mentions, *relations, *entities] if relations else entities or mentions
    return "`" + " ".join(shown or ["nothing"]) + "`"


def _shown_mention(mention: Mention) -> str:
    return mention.label + "+".join(f"[{span.start},{span.end})" for span in mention.spans)


def main(arguments: Sequence[str]) -> None:
    """Write the table beside the folder of cases (docs/conformance unless another is named)."""
    folder = Path(arguments[0] if arguments else "docs/conformance")
    folder.with_suffix(".md").write_text(table(read_cases(folder)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
