"""What a number was made by: the line printed beside it, so that two numbers can be told to be comparable.

After sacreBLEU's signatures (Post 2018). Why two signatures give different numbers is explain's business.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

import goldwire
from goldwire.eval.columns import Columns, Side
from goldwire.eval.counts import Array
from goldwire.eval.measures import Measure
from goldwire.formats.records import AnyDocument
from goldwire.labels import LabelSet

SHORT = 12
FILE = "file-"  # marks the hash of a file's bytes


@dataclass(frozen=True, slots=True)
class Signature:
    """Everything that a number depends on but the systems themselves; `str()` gives it as one line.

    gold and pred are hashes: of what the side says, the same from any file, format or order; or, marked "file-", of a
    file's bytes, where files are counted without being held.
    """

    fields: Mapping[str, str]

    def __str__(self) -> str:
        """Give name:value pairs separated by bars; hashes are cut to twelve digits."""
        return "|".join(f"{name}:{_short(name, value)}" for name, value in self.fields.items())

    def of(self, measure: Measure) -> Signature:
        """Give the signature of one measure's numbers."""
        from goldwire.eval.sentence_units import BY_SENTENCE

        own = {"measure": measure.name, "unit": measure.unit or _UNITS.get(measure.layer, measure.layer)}
        drawn = self.fields.get("interval", "")
        if drawn and measure.name not in BY_SENTENCE:
            return Signature({**own, **self.fields, "interval": drawn.replace("of sentences", "of documents")})
        return Signature({**own, **self.fields})


_UNITS = {"mentions": "mention", "relations": "relation", "coreference": "document", "links": "mention"}


def sign(
    columns: Columns,
    *,
    texts: Iterable[str] = (),
    pred_texts: Iterable[str] = (),
    view: Mapping[str, str] | None = None,
    missing_documents: str = "empty",
    extra_documents: str = "error",
) -> Signature:
    """Give what all measures of these columns share; `view` says how spans were made (scheme, repair, label map).

    texts: those of the gold, which both sides stand in; pred_texts: of the predictions, where the gold has none.
    """
    return Signature(
        settings(
            columns.labels,
            content_hash(columns, columns.gold, texts),
            content_hash(columns, columns.pred, pred_texts),
            view=view,
            missing_documents=missing_documents,
            extra_documents=extra_documents,
        )
    )


def settings(
    labels: LabelSet | None,
    gold: str,
    pred: str,
    *,
    view: Mapping[str, str] | None = None,
    missing_documents: str = "empty",
    extra_documents: str = "error",
) -> dict[str, str]:
    """Give the fields that all measures share; gold and pred are hashes."""
    made = {"scheme": "spans", "repair": "none", "label-map": "none"}
    return {
        **{name: (view or {}).get(name, value) for name, value in made.items()},
        **{name: value for name, value in sorted((view or {}).items()) if name not in made},
        "matching": "one-to-one-optimal",
        "duplicates": "each-counts",
        "undefined": "nan",
        "averages": "labels-in-gold-or-predictions",
        "labels": label_set_named(labels),
        "missing-documents": missing_documents,
        "extra-documents": extra_documents,
        "gold": gold,
        "pred": pred,
        "version": goldwire.__version__,
    }


def label_set_named(labels: LabelSet | None) -> str:
    """Name a label set and its version, and by a digest what it says of directions, which changes counts."""
    if labels is None or not (labels.mentions or labels.relations):
        return "as-found"
    named = f"{labels.name or 'labels'}@{labels.version}"
    rules = repr((sorted(labels.symmetric), sorted(labels.inverses.items())))
    folded = bool(labels.symmetric or labels.inverses)
    return f"{named}+{hashlib.sha256(rules.encode()).hexdigest()[:8]}" if folded else named


def content_hash(columns: Columns, side: Side, texts: Iterable[str] = ()) -> str:
    """Give the SHA-256 of what a side says, whatever file, format or order it came in; `texts` in order of the ids.

    The gold lends tokens and sentences to both sides; they are part of what it says.
    """
    digest = hashlib.sha256()
    for text in (*columns.documents, *texts):
        digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    mentions, relations, entities = side.mentions, side.relations, side.entities
    for part in (mentions.doc, mentions.start, mentions.end, relations.doc, relations.head, relations.tail):
        _update(digest, part)
    for part in (*mentions.fragments, *relations.evidence, entities.doc, *entities.members):
        _update(digest, part)
    for part in (*columns.tokens, *columns.sentences) if side is columns.gold else ():
        _update(digest, part)
    for names, codes in (
        (columns.mention_labels, mentions.label),
        (columns.levels, mentions.level),
        (columns.relation_labels, relations.label),
        (columns.entity_names, entities.name),
        (columns.links, entities.link),
    ):
        _update_names(digest, names, codes)
    return digest.hexdigest()


def words_of(document: AnyDocument) -> str:
    """Give a document's text, or where it has none what its mentions say, in whatever order they come."""
    if document.text:
        return document.text
    said = sorted((mention.start, mention.end, mention.label, mention.text) for mention in document.mentions)
    return "\1".join(words for *_, words in said if words)


def known_hash(known: Iterable[tuple[str, str, str]]) -> str:
    """Give a short SHA-256 of a training corpus's facts, in whatever order they come."""
    return hashlib.sha256("\0".join(map("\t".join, sorted(known))).encode("utf-8", "surrogatepass")).hexdigest()[:SHORT]


def _update(digest: hashlib._Hash, numbers: Array) -> None:
    digest.update(np.ascontiguousarray(numbers, np.int64).tobytes() + b"\0")


def _update_names(digest: hashlib._Hash, names: tuple[str, ...], codes: Array) -> None:
    """Feed codes as places among the names in use, so that the other side's names do not matter."""
    used = np.bincount(codes + 1, minlength=len(names) + 1) > 0
    used[0] = True
    _update(digest, (np.cumsum(used) - 1)[codes + 1])
    for name, there in zip(names, used[1:], strict=True):
        digest.update(name.encode("utf-8", "surrogatepass") + b"\0" if there else b"")


def _short(name: str, value: str) -> str:
    if name not in ("gold", "pred"):
        return value
    return value[: SHORT + len(FILE) * value.startswith(FILE)]
