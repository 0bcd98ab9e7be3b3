"""Which predicted document belongs to which gold document, under policies that are named, counted and printed.

Nothing is matched inside documents here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar
from unicodedata import normalize

import numpy as np

from goldwire.document import surface
from goldwire.errors import InputError
from goldwire.eval.raw import Raw
from goldwire.formats.base import Notes
from goldwire.formats.records import AnyDocument, stretches

MISSING = ("empty", "error")
EXTRA = ("error", "ignore")
TOKENWISE = ", or take its tokens as the gold's: --words by-position"
Found = TypeVar("Found", bound=AnyDocument)


class Policies(NamedTuple):
    """What becomes of documents that only the gold has, or only the predictions."""

    missing_documents: str
    extra_documents: str


def by_id(documents: Iterable[Found], where: str) -> dict[str, Found]:
    """Give documents by their ids.

    Raises:
        InputError: two have the same id.
    """
    found: dict[str, Found] = {}
    for document in documents:
        if document.id in found:
            raise InputError(where, f"two documents have the id {document.id}", "give each document once")
        found[document.id] = document
    return found


def paired(gold: Mapping[str, object], pred: Mapping[str, object], missing: str, extra: str, notes: Notes) -> list[str]:
    """Give the sorted ids of the predicted documents that are scored.

    Raises:
        InputError: a policy is unknown, or refuses what was found.
    """
    _known("missing_documents", missing, MISSING)
    _known("extra_documents", extra, EXTRA)
    extras, silent = sorted(pred.keys() - gold.keys()), sorted(gold.keys() - pred.keys())
    if extras and extra == "error":
        found = f"{_listed(extras)} not in the gold"
        raise InputError(
            "the predictions", found, "name the right gold, or leave them out with --extra-documents ignore"
        )
    if silent and missing == "error":
        raise InputError("the predictions", f"{_listed(silent)} of the gold not predicted", "predict every document")
    if extras:
        notes.add("predicted document not in the gold: left out", extras[0], len(extras))
    if silent:
        notes.add("gold document without prediction: all of it counts as missed", silent[0], len(silent))
    return sorted(pred.keys() & gold.keys())


def check_texts(
    gold: Mapping[str, AnyDocument], pred: Mapping[str, AnyDocument], kept: Sequence[str], notes: Notes
) -> None:
    """Compare the texts of paired documents; an empty one is not compared, and counted.

    Raises:
        InputError: a text differs; the error names the document and the first offset that differs.
    """
    for name in kept:
        there, here = gold[name].text, pred[name].text
        if there == here:
            continue
        if there and here:
            mend = "predict on the gold's text as it is" + (TOKENWISE if _same_tokens(gold[name], pred[name]) else "")
            raise InputError(name, difference(there, here), mend)
        notes.add("document without text on one side: its text was not compared", name)


def _same_tokens(gold: AnyDocument, pred: AnyDocument) -> bool:
    return 0 < len(gold.tokens) == len(pred.tokens)


def check_offsets(documents: Iterable[AnyDocument], gold: Mapping[str, AnyDocument], where: str) -> None:
    """Check that every mention lies inside its document's text, where there is one, and on the words it says it does.

    Raises:
        InputError: one does not; offsets are half-open code points.
    """
    for document in documents:
        text = gold[document.id].text or document.text
        size = len(text) or None
        for mention in document.mentions:
            if not 0 <= mention.start < mention.end or (size is not None and mention.end > size):
                raise outside(document.id, where, mention.start, mention.end, size or 0)
            if mention.text and text and mention.text != (there := surface(text, stretches(mention))):
                found = f"there is the mention {mention.text!r} where the text has {there!r}"
                raise InputError(
                    f"{document.id}, {where}", found, "count offsets in code points, not in UTF-16 or bytes"
                )


def check_fragments(side: Raw, where: str) -> None:
    """Check that the fragments of each discontinuous mention lie apart from its start to its end, in any order.

    Raises:
        InputError: some overlap, touch, cover nothing or leave the mention.
    """
    if not len(side.fragments.owner):
        return
    order = np.lexsort((side.fragments.start, side.fragments.owner))
    owner, start, end = (part[order] for part in side.fragments)
    first = np.append(True, np.diff(owner) != 0)
    before = np.where(first, side.start[owner] - 1, np.append(0, end[:-1]))
    wrong = (start <= before) | (start >= end) | (first & (start != side.start[owner]))
    wrong |= np.append(first[1:], True) & (end != side.end[owner])
    for which in owner[wrong][:1].tolist():
        document = side.documents[side.mention_doc[which]]
        mention = f"the mention {side.start[which]}-{side.end[which]}"
        found = f"the fragments of {mention} do not lie apart from its start to its end"
        raise InputError(
            f"{document}, {where}", found, "join those that touch; the first start and last end are its own"
        )


def outside(document: str, where: str, start: int, end: int, size: int) -> InputError:
    """Give the error of a mention that does not lie inside its document's text of `size` code points (0: no text)."""
    text = f"its text of {size} code points" if size else "any text"
    found = f"the mention {start}-{end} " + (f"does not lie inside {text}" if start != end else "covers nothing")
    return InputError(f"{document}, {where}", found, "offsets are half-open code points of the gold's text")


def difference(gold: str, pred: str) -> str:
    """Say that the predicted text differs from the gold's, where first, and how."""
    return f"the predicted text differs from the gold's {first_difference(gold, pred)}"


def first_difference(gold: str, pred: str) -> str:
    """Say where a text first differs from the gold's, and how."""
    place = next((i for i, (a, b) in enumerate(zip(gold, pred, strict=False)) if a != b), min(len(gold), len(pred)))
    alike = normalize("NFC", gold) == normalize("NFC", pred)
    there, here = ((ascii if alike else repr)(text[place : place + 12]) for text in (gold, pred))
    why = ", the same letters in another Unicode normalization" if alike else ""
    why = ", the same lines with other ends" if gold.splitlines() == pred.splitlines() else why
    return f"at offset {place}: {here} for {there}{why}"


def _known(option: str, value: str, values: tuple[str, ...]) -> None:
    if value not in values:
        raise InputError(option, f"unknown policy {value!r}", f"known are {', '.join(values)}")


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    plural = "documents" if len(names) > 1 else "document"
    return f"{plural} {', '.join(names[:3])}{more}"
