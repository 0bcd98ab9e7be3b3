"""Two sides read whole: documents, columns and signature, for scores and for whatever else is asked of them.

How files are read is said in reading; what is counted, by the measures.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from goldwire.document import Document
from goldwire.eval import line_shards
from goldwire.eval.columns import Columns, columns
from goldwire.eval.pairing import Policies
from goldwire.eval.reading import PLAIN, Documents, Golds, Reading, both_sides, flat_view, gives_answers
from goldwire.eval.signature import Signature, known_hash, sign, words_of
from goldwire.eval.streaming import file_hash, is_table
from goldwire.eval.tag_scores import pair_by_tokens, tag_files
from goldwire.formats.base import Notes
from goldwire.labels import LabelSet

Facts = Collection[tuple[str, str, str]]
UNITS = ("document", "sentence")


def drawn(unit: str, *, tagged: bool) -> str:
    """Give the unit that resamples draw: the one asked for, else sentences of files of tags, documents of others."""
    return unit or ("sentence" if tagged else "document")


class Sides(NamedTuple):
    """Two sides read whole: documents, columns, signature, notes, and whether both came from files of tags."""

    gold: list[Document]
    pred: list[Document]
    columns: Columns
    signature: Signature
    notes: Notes
    tagged: bool
    answers: bool


def read_sides(
    gold: Documents | Golds,
    pred: Documents,
    *,
    labels: LabelSet | None = None,
    missing_documents: str = "empty",
    extra_documents: str = "error",
    flat: bool = False,
    reading: Reading = PLAIN,
    words: bool = True,
    notes: Notes | None = None,
    known: Facts | None = None,
) -> Sides:
    """Give two sides as `score` reads them, for whoever needs more of them than scores: mistakes, slices, tests.

    A gold that several predictions stand against is read once, by `read_gold`. Without `words`, surfaces and heads are
    left out. known: the facts of the training corpus, which relations/entity-ign leaves out.
    """
    said, policies = Notes() if notes is None else notes, Policies(missing_documents, extra_documents)
    source = gold.source if isinstance(gold, Golds) else gold
    tagged = tag_files(source, pred, reading) is not None
    golds, preds = both_sides(gold, pred, reading, said)
    if flat:
        golds, preds = list(flat_view(golds, "gold", said)), flat_view(preds, "predicted", said)
    preds = list(preds)
    both = columns(golds, preds, labels, **policies._asdict(), notes=said, words=words)
    bare = {document.id for document in golds if not document.text}
    texts, pred_texts = (
        [words_of(document) for document in sorted(side, key=lambda document: document.id)]
        for side in (golds, [document for document in preds if document.id in bare])
    )
    view = {**reading.view(said), **({"view": "flat"} if flat else {}), **({"overlap": "tokens"} if tagged else {})}
    if known is not None:
        both, view = replace(both, known=known), {**view, "training": known_hash(known)}
    if tagged:
        pair_by_tokens(both)
    signature = sign(both, texts=texts, pred_texts=pred_texts, view=view, **policies._asdict())
    if tagged or (is_table(source) and is_table(pred)) or line_shards.can_stream(source, pred, reading):
        signature = _of_files(signature, Path(str(source)), Path(str(pred)))
    return Sides(golds, preds, both, signature, said, tagged, gives_answers(pred, reading))


def _of_files(signature: Signature, gold: Path, pred: Path) -> Signature:
    """Give the signature that the same files have where they are counted without being held."""
    return Signature({**signature.fields, "gold": file_hash(gold), "pred": file_hash(pred)})
