"""Disagreements as tasks: each disputed document with every annotator's version as a prediction to choose from.

What is disputed is decided in adjudicate; the adjudicator's annotation comes back as any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from goldwire.annotations.adjudicate import Dispute, compare_passes
from goldwire.annotations.items import claim
from goldwire.annotations.passes import Passes, common_documents
from goldwire.document import Document
from goldwire.formats.label_studio_names import SYSTEM, TEXT
from goldwire.formats.label_studio_records import Json
from goldwire.formats.label_studio_tasks import Writing, as_version, task_of, with_hash

DISPUTES = "disputes"
"""The field of a task's data that lists what is disputed, for the adjudicator to read."""


def dispute_tasks(passes: Passes, how: Writing | None = None) -> list[Json]:
    """Give a task for each document that annotators disagree on, with each one's version as a prediction.

    Predictions bear the annotator's name as model_version; data's `disputes` says what is disputed, a line each.
    """
    compared = {document: compare_passes(passes, document)[1] for document in common_documents(passes)}
    return [
        _task({who: docs[document] for who, docs in passes.items() if document in docs}, disputes, how or Writing())
        for document, disputes in compared.items()
        if disputes
    ]


def _task(versions: Mapping[str, Document], disputes: Sequence[Dispute], how: Writing) -> Json:
    task = task_of([as_version(document, SYSTEM, who) for who, document in versions.items()], how)
    return with_hash(
        {**task, "data": {**task["data"], DISPUTES: [_line(dispute, task["data"][TEXT]) for dispute in disputes]}}
    )


def _line(dispute: Dispute, text: str) -> str:
    candidates = "; ".join(f"{', '.join(c.annotators)}: {claim(c.item, text)}" for c in dispute.candidates)
    return f"{dispute.layer} {dispute.context} {candidates}"
