"""What kind of disagreement a dispute is, so that guidelines can be mended where it hurts most.

Finding disputes is in adjudicate; this only names them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from goldwire.annotations.adjudicate import Dispute, compare_passes
from goldwire.annotations.items import MentionItem, RelationItem
from goldwire.annotations.passes import Passes, common_documents


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A dispute and its kind.

    Mentions: label, level (or attributes), boundary (an overlapping one is disputed too), missing.
    Relations: label, direction, attributes (or evidence), missing. Other layers: value (unlike things said), missing.
    """

    kind: str
    dispute: Dispute


def disagreements(passes: Passes) -> list[Disagreement]:
    """Give all disagreements of the passes with their kinds, in order of documents, layers and text."""
    found = [dispute for name in common_documents(passes) for dispute in compare_passes(passes, name)[1]]
    return [Disagreement(kind(dispute, found), dispute) for dispute in found]


def kind(dispute: Dispute, others: Sequence[Dispute]) -> str:
    """Name the kind of a dispute, as Disagreement lists them."""
    items = [candidate.item for candidate in dispute.candidates]
    if len(items) == 1:
        overlapped = dispute.layer == "mentions" and any(_overlap(dispute, other) for other in others)
        return "boundary" if overlapped else "missing"
    mentions = [item for item in items if isinstance(item, MentionItem)]
    relations = [item for item in items if isinstance(item, RelationItem)]
    if mentions:
        return "label" if len({item.label for item in mentions}) > 1 else "level"
    if not relations:
        return "value"
    if len({item.label for item in relations}) > 1:
        return "label"
    return "direction" if len({(item.head, item.tail) for item in relations}) > 1 else "attributes"


def _overlap(one: Dispute, other: Dispute) -> bool:
    if one is other or (other.document, other.layer) != (one.document, "mentions"):
        return False
    mine, theirs = one.candidates[0].item, other.candidates[0].item
    if not (isinstance(mine, MentionItem) and isinstance(theirs, MentionItem)):
        return False
    return mine.spans[0].start < theirs.spans[-1].end and theirs.spans[0].start < mine.spans[-1].end
