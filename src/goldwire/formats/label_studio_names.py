"""The names goldwire gives to things in Label Studio: controls, data fields, reserved labels, annotators' addresses.

The labelling interface, the writer and the reader share them; no task is read or written here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote

TEXT, DOCUMENT_ID, EXTRAS = "text", "doc_id", "_goldwire"
"""Keys of a task's data; everything without a native form lies under EXTRAS."""

META = "goldwire"
"""The key in a region's meta, the one custom payload that survives an update in the editor."""

LABEL, ZONE, LEVEL, ENTITY, LINK, ATTRIBUTE = "label", "zone", "level", "entity", "link", "mention_"
"""Names of controls; ATTRIBUTE is the prefix of an attribute's control."""

FRAGMENT, SPEAKER = "(fragment)", "(speaker)"
"""Relation labels that join the parts of a discontinuous mention, and a quotation to its speaker."""

ANNOTATOR, SYSTEM, CANCELLED = "annotator", "system", "was_cancelled"
"""Keys of a document's metadata that say whose version it is, and that the annotator skipped it."""

NOBODY = ""
"""The annotator of gold: an annotation even where nothing is annotated, but nobody's pass."""

ROLE_KEYS = frozenset({ANNOTATOR, SYSTEM, CANCELLED})
DOMAIN = "goldwire.invalid"
_STATED = re.compile(r"([^:]+): (.+)", re.DOTALL)


def attribute_label(name: str, value: str) -> str:
    """Give the relation label by which a relation states an attribute: `time: past`."""
    return f"{name}: {value}"


def stated_attribute(label: str) -> tuple[str, str] | None:
    """Give the attribute and value that a relation label states, if it has that form."""
    found = _STATED.fullmatch(label)
    return (found[1], found[2]) if found else None


def address(annotator: str) -> str:
    """Give an annotator's e-mail address; a bare name gets one in a domain that cannot exist."""
    return annotator if "@" in annotator else f"{quote(annotator, safe='').replace('%', '=')}@{DOMAIN}"


def annotator_name(email: str) -> str:
    """Give the annotator whose address it is: the reverse of `address`."""
    name, _, domain = email.rpartition("@")
    return unquote(name.replace("=", "%")) if domain == DOMAIN else email


def short_names(annotators: Iterable[str]) -> dict[str, str]:
    """Give each annotator a name for a folder: the address before its @ where that tells them apart."""
    known = sorted(set(annotators))
    short = {name: _safe(name.partition("@")[0]) for name in known}
    taken = [*short.values()]
    return {name: s if taken.count(s) == 1 else _safe(name.replace("@", "_at_")) for name, s in short.items()}


def shared_metadata(data: Mapping[str, object]) -> dict[str, str]:
    """Give what the data of a task say of the document: its text fields, but for those that goldwire reserves."""
    reserved = {TEXT, DOCUMENT_ID, EXTRAS}
    return {k: v for k, v in data.items() if isinstance(v, str) and k not in reserved and k not in ROLE_KEYS}


def _safe(name: str) -> str:
    return re.sub(r"[^\w.+-]", "_", name).lstrip(".") or "annotator"
