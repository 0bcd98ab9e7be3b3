"""GLiNER models, which find whatever labels they are asked for, and GLiREL models for the relations between them.

Long texts are read in windows with overlap.
"""

from __future__ import annotations

import json
import re
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

from goldwire.document import Document, Mention, Relation, canonical
from goldwire.errors import InputError
from goldwire.eval.systems.base import Context, Predictor, System, answered, optional, versions
from goldwire.eval.systems.weights import weights_hash
from goldwire.eval.systems.windows import look_through

SETTINGS = {
    "labels": 'labels to ask for, or a table from what is asked ("country or city") to the label (the label set\'s)',
    "threshold": "the score from which a mention counts (0.5)",
    "nested": "whether mentions may lie inside each other (false)",
    "window": "words a window (250)",
    "overlap": "words that a window shares with the next (30)",
    "relations": "a GLiREL model for the relations (none)",
    "relation_threshold": "the score from which a relation counts (0.5)",
    "device": 'where it runs ("cpu")',
}
_GLIREL = ("glirel_config.json", "pytorch_model.bin")


def load(system: System, context: Context) -> Predictor:
    """Load the models.

    Raises:
        MissingExtra: gliner (or glirel) is not installed.
        InputError: there are no labels to ask for, or there is no such model.
    """
    gliner = optional("gliner", "gliner", "gliner", "a GLiNER model")
    asked, device = _asked(system, context), system.setting("device", "cpu")
    model = _loaded(lambda: gliner.GLiNER.from_pretrained(system.model).to(device), system.model)
    related = _relation_model(system, context, device)
    relate = _relater(system, context, related)
    threshold, flat = system.setting("threshold", 0.5), not system.setting("nested", False)
    window, overlap = system.setting("window", 250, least=1), system.setting("overlap", 30)

    def look(text: str) -> list[Mention]:
        found = model.predict_entities(text, list(asked), threshold=threshold, flat_ner=flat)
        return [Mention(e["start"], e["end"], asked[e["label"]], score=round(float(e["score"]), 6)) for e in found]

    def predict(documents: Iterable[Document]) -> Iterator[Document]:
        for document in documents:
            mentions = look_through(document, look, window, overlap)
            yield relate(canonical(answered(document, mentions)))

    labels = {"mention_labels": sorted(set(asked.values())), "relation_labels": _relation_labels(system, context)}
    weights = {"sha256": weights_hash([model] if related is None else [model, related])}
    return Predictor(predict, {**versions("gliner", "torch"), "model": system.model, **weights, **labels})


def _asked(system: System, context: Context) -> dict[str, str]:
    """Give what is asked for, and the label that each answer means."""
    labels = system.settings.get("labels") or (list(context.labels.mentions) if context.labels else [])
    asked = dict(labels) if isinstance(labels, dict) else {name: name for name in labels}
    if not asked:
        raise InputError(
            f"system {system.name}",
            "has no labels to ask for",
            "name a label set with --labels, or list them: --set labels=['PERSON', 'ORG']",
        )
    return asked


def _glirel(glirel: Any, name: str, device: str) -> Any:
    """Load a GLiREL model from its two files: GLiREL 1.2.1's own way in is closed under huggingface_hub 2."""
    import torch
    from huggingface_hub import snapshot_download

    folder = Path(name) if Path(name).is_dir() else Path(snapshot_download(name, allow_patterns=list(_GLIREL)))
    config, weights = (folder / file for file in _GLIREL)
    model = glirel.GLiREL(Namespace(**json.loads(config.read_text(encoding="utf-8"))))
    model.load_state_dict(torch.load(weights, map_location=device, weights_only=True), strict=False, assign=True)
    return model.to(device).eval()


def _loaded(load_model: Callable[[], Any], name: str) -> Any:
    """Load a model; what the libraries raise where there is none, or it does not fit, becomes one line."""
    try:
        return load_model()
    except (OSError, ValueError, TypeError, AttributeError, RuntimeError, UnpicklingError) as error:
        said = f"cannot be loaded: {' '.join(str(error).split())[:300]}"
        raise InputError(f"gliner:{name}", said, "name a model or its folder") from error


def _relation_labels(system: System, context: Context) -> list[str]:
    return sorted(context.labels.relations) if system.setting("relations", "") and context.labels else []


def _relation_model(system: System, context: Context, device: str) -> Any:
    """Load the model for relations, if one is named."""
    name = system.setting("relations", "")
    if not name:
        return None
    if not _relation_labels(system, context):
        raise InputError(f"system {system.name}", "has no relation labels to ask for", "name a label set with --labels")
    glirel = optional("glirel", "glirel", "glirel", "a GLiREL model")
    return _loaded(lambda: _glirel(glirel, name, device), name)


def _relater(system: System, context: Context, model: Any) -> Any:
    """Give the function that adds relations; without a model it adds none."""
    if model is None:
        return lambda document: document
    labels, threshold = _relation_labels(system, context), system.setting("relation_threshold", 0.5)

    def relate(document: Document) -> Document:
        found = (
            r for start, end in _sentences(document) for r in _related(model, document, start, end, labels, threshold)
        )
        return canonical(answered(document, document.mentions, found))

    return relate


def _sentences(document: Document) -> list[tuple[int, int]]:
    return [tuple(s) for s in document.sentences] or [m.span() for m in re.finditer(r"[^\n]+", document.text)]  # type: ignore[misc]


def _related(  # noqa: PLR0917
    model: Any, document: Document, start: int, end: int, labels: list[str], threshold: float
) -> Iterator[Relation]:
    """Ask about a sentence: its tokens, and its mentions as [first token, last token, label, text]."""
    tokens = [m.span() for m in re.finditer(r"\w+|[^\w\s]", document.text[start:end])]
    inside = [m for m in document.mentions if start <= m.start and m.end <= end]
    spans = {m.id: span for m in inside if (span := _tokens(tokens, m.start - start, m.end - start))}
    if len(spans) < 2:
        return
    words = [document.text[start + a : start + b] for a, b in tokens]
    ner = [[*spans[m.id], m.label, m.text] for m in inside if m.id in spans]
    named = {span: name for name, span in spans.items()}
    for found in model.predict_relations(words, labels, threshold=threshold, ner=ner, top_k=1):
        head, tail = (named.get((found[end][0], found[end][1] - 1)) for end in ("head_pos", "tail_pos"))
        if head and tail and head != tail:
            yield Relation(head, tail, found["label"], score=round(float(found["score"]), 6))


def _tokens(tokens: list[tuple[int, int]], start: int, end: int) -> tuple[int, int] | None:
    """Give the first and last token of a span of characters."""
    inside = [index for index, (a, b) in enumerate(tokens) if a < end and start < b]
    return (inside[0], inside[-1]) if inside else None
