"""Shapes in which tools wrap texts with spans, made the plain one: LUIS, Rasa, Snips, LightTag, Ground Truth ...

A plain row is an object of a text and a list of spans; what its keys mean is in spans.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from goldwire.formats.hf_features import transposed
from goldwire.formats.json_values import plain

Row = dict[str, Any]
_INDICES = ("indices", "offsets", "span")


def rows_within(value: Row) -> list[Any] | None:
    """Give the rows that one object of a whole file holds; None where it is a row itself."""
    rasa = value.get("rasa_nlu_data")
    inner = rasa if isinstance(rasa, dict) else value
    for key in ("common_examples", "utterances", "examples"):
        if _rows(inner.get(key)):
            return list(inner[key])
    if value and all(map(_is_snips, value.values())):
        return [{**row, "intent": intent} for intent, rows in value.items() for row in rows]
    return None


def _rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _is_snips(value: Any) -> bool:
    return _rows(value) and _pieces(value[0].get("data"))


def _pieces(value: Any) -> bool:
    return _rows(value) and all(isinstance(piece, dict) and isinstance(piece.get("text"), str) for piece in value)


def plain_row(row: Row) -> Row:
    """Give a row in the plain shape, whatever tool wrapped it."""
    for shape in (_snips, _intents, _ground_truth, _automl, _by_key):
        row = shape(row)
    return row


def _snips(row: Row) -> Row:
    """Join pieces of text, some of which are entities."""
    if "text" in row or not _pieces(row.get("data")):
        return row
    text, spans = "", list[Row]()
    for piece in row["data"]:
        start, text = len(text), text + piece["text"]
        if "entity" in piece:
            spans.append({"start": start, "end": len(text), "label": piece["entity"]})
    return {**{key: value for key, value in row.items() if key != "data"}, "text": text, "entities": spans}


def _intents(row: Row) -> Row:
    """Read LUIS's and Rasa's entities: their ends count the last character, or their value is a synonym."""
    return _with_each(row, "entities", _luis) if "intent" in row else row


def _luis(span: Row) -> Row:
    if "startPos" in span and isinstance(span.get("endPos"), int):
        return {"start": span["startPos"], "end": span["endPos"] + 1, "label": span.get("entity")}
    return {key: value for key, value in span.items() if key != "value"}


def _ground_truth(row: Row) -> Row:
    """Read SageMaker Ground Truth's line: a source, and annotations under the name of the job."""
    jobs = [value.get("annotations") for value in row.values() if isinstance(value, dict)]
    found = next(
        (job["entities"] for job in jobs if isinstance(job, dict) and isinstance(job.get("entities"), list)), None
    )
    if found is None or not isinstance(row.get("source"), str):
        return row
    return {"text": row["source"], "entities": found}


def _automl(row: Row) -> Row:
    snippet = row.get("text_snippet")
    if not isinstance(snippet, dict) or "annotations" not in row:
        return row
    return _with_each({"text": snippet.get("content"), "annotations": row["annotations"]}, "annotations", _segment)


def _segment(span: Row) -> Row:
    inner = span.get("text_extraction")
    place = inner.get("text_segment") if isinstance(inner, dict) else None
    return {**span, **place} if isinstance(place, dict) else span


def _with_each(row: Row, key: str, make: Callable[[Row], Row]) -> Row:
    spans = row.get(key)
    if not isinstance(spans, list):
        return row
    return {**row, key: [make(span) if isinstance(span, dict) else span for span in spans]}


def _by_key(row: Row) -> Row:
    """Make lists of the spans that stand in an object: columns of equal length, or spans by their label."""
    found = {
        key: listed for key in ("entities", "label", "labels", "spans") if (listed := _listed(row.get(key))) is not None
    }
    return {**row, **found} if found else row


def _listed(value: Any) -> list[Row] | None:
    if not isinstance(value, dict) or not value:
        return None
    if {"start", "end"} <= value.keys() and all(isinstance(column, list) for column in value.values()):
        return transposed(value)
    if all(map(_labelled, value.values())):
        return [span for label, spans in value.items() for span in _under(label, spans)]
    return None


def _labelled(spans: Any) -> bool:
    """Say whether a value is a list of objects with their indices, or surfaces with theirs, as CLUENER has them."""
    if isinstance(spans, list):
        return all(isinstance(span, dict) and any(key in span for key in _INDICES) for span in spans)
    return isinstance(spans, dict) and all(isinstance(places, list) for places in spans.values())


def _under(label: str, spans: Any) -> Iterator[Row]:
    if isinstance(spans, dict):
        for surface, places in spans.items():
            yield from ({"label": label, "text": surface, "span": place} for place in places)
        return
    for span in spans:
        key = next(key for key in _INDICES if key in span)
        told = {name: plain(value) for name, value in span.items() if name in ("text", "id")}
        yield {**told, "label": label, "span": span[key]}
