"""Any spaCy pipeline, by the name or path under which spaCy loads it: entities, span groups, relation extensions.

Training one is elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from goldwire.document import Document, Mention, Relation, canonical
from goldwire.errors import InputError
from goldwire.eval.systems.base import Context, NoAnswer, Predictor, System, answered, file_digest, versions
from goldwire.formats.base import Notes

SETTINGS = {
    "entities": "whether doc.ents become mentions (true)",
    "spans": "span groups (doc.spans) whose spans become mentions ([])",
    "relations": "a doc extension with relations: a dict {(head token, tail token): {label: score}} or triples (false)",
    "threshold": "the score from which a relation counts (0.5)",
    "batch": "documents a batch (32)",
    "level": "the level that mentions get (none)",
    "code": "a Python file that registers the pipeline's own components and extensions, as spaCy's --code (none)",
}


class Layers(NamedTuple):
    """What of a spaCy Doc becomes mentions, of which level, and which extension holds relations ("": none)."""

    entities: bool = True
    spans: Sequence[str] = ()
    level: str = ""
    relations: str = ""
    threshold: float = 0.5


def load(system: System, context: Context) -> Predictor:
    """Load the pipeline.

    Raises:
        InputError: spaCy knows no such pipeline.
    """
    del context
    layers, batch = _layers(system), system.setting("batch", 32, least=1)
    nlp, code = _loaded(system), system.setting("code", "")
    code_digest = {"code": file_digest(Path(code))} if code else {}
    return predictor(nlp, layers, {**_description(nlp), **code_digest}, batch)


def predictor(nlp: Any, layers: Layers, description: dict[str, Any], batch: int = 32) -> Predictor:
    """Give the predictor of a spaCy pipeline; spans that it finds and nobody asked for are counted."""
    notes = Notes()

    def predict(documents: Iterable[Document]) -> Iterator[Document]:
        pairs = ((document.text, document) for document in documents)
        for doc, source in nlp.pipe(pairs, as_tuples=True, batch_size=batch):
            for name in doc.spans.keys() - layers.spans:
                what = f"spans in the group {name}, which was not asked for (--set 'spans=[\"{name}\"]')"
                notes.add(what, times=len(doc.spans[name]))
            yield annotated(source, doc, layers)

    return Predictor(predict, description, notes)


def annotated(source: Document, doc: Any, layers: Layers) -> Document:
    """Give the source with what spaCy found.

    Raises:
        NoAnswer: the pipeline's text is not the source's, or a relation's end is no mention.
    """
    if doc.text != source.text:
        raise NoAnswer("the pipeline changed the text; offsets would mean something else")
    groups = [list(doc.spans[name]) for name in layers.spans if name in doc.spans]
    entities = list(doc.ents) if layers.entities else []
    spans = dict.fromkeys((s.start_char, s.end_char, s.label_) for group in (entities, *groups) for s in group)
    mentions = answered(source, _numbered(source.text, spans, layers.level))
    if not layers.relations:
        return mentions
    found = _relations(mentions, doc, layers.relations, layers.threshold)
    return canonical(answered(source, mentions.mentions, found))


def _numbered(text: str, spans: Iterable[tuple[int, int, str]], level: str) -> Iterator[Mention]:
    """Give mentions in canonical order, complete: nothing is left for others to fill in, which costs time."""
    ordered = sorted(spans, key=lambda span: (span[0], -span[1], span[2]))
    for number, (start, end, label) in enumerate(ordered, 1):
        yield Mention(start, end, label, f"m{number}", text[start:end], level)


def _relations(document: Document, doc: Any, extension: str, threshold: float) -> list[Relation]:
    """Read relations as {(head token, tail token): {label: score}}, or as (head, tail, label) triples."""
    if not doc.has_extension(extension):
        raise NoAnswer(f"the pipeline sets no doc._.{extension}")
    value = getattr(doc._, extension) or {}
    rows = _scored(value) if isinstance(value, dict) else ((h, t, label, None) for h, t, label in value)
    return [
        Relation(_end(document, doc, head), _end(document, doc, tail), label, score=score)
        for head, tail, label, score in rows
        if score is None or score >= threshold
    ]


def _scored(value: dict[Any, Any]) -> Iterator[tuple[Any, Any, str, float]]:
    for (head, tail), labels in value.items():
        yield from ((head, tail, label, float(score)) for label, score in labels.items())


def _end(document: Document, doc: Any, end: Any) -> str:
    """Give the mention that a relation's end means: a span, or what begins at a token; the entity where several do."""
    given = hasattr(end, "start_char")
    span: Any = end if given else next((entity for entity in doc.ents if entity.start == int(end)), None)
    start = span.start_char if span else doc[int(end)].idx
    found = [m for m in document.mentions if m.start == start and (not given or m.end == span.end_char)]
    if not found:
        raise NoAnswer(f"a relation's end at {start} is no mention of the pipeline")
    stop, label = (span.end_char, span.label_) if span else (0, "")
    return min(found, key=lambda m: (m.end != stop, m.label != label)).id


def _layers(system: System) -> Layers:
    """Give what the settings ask for; relations=false is another way to say none."""
    relations = system.settings.get("relations") is not False and system.setting("relations", "")
    return Layers(
        system.setting("entities", True),
        system.setting("spans", []),
        system.setting("level", ""),
        relations or "",
        system.setting("threshold", 0.5),
    )


def _loaded(system: System) -> Any:
    import spacy

    if not system.model:
        raise InputError(f"system {system.name}", "names no pipeline", "write spacy:en_core_web_sm or spacy:PATH")
    if code := system.setting("code", ""):
        _register(code)
    try:
        return spacy.load(system.model)
    except (OSError, ValueError, ImportError) as error:
        found, mend = f"spaCy cannot load it ({error})", "name a folder, or install it: python -m spacy download NAME"
        if inner := [name for name in ("model-best", "model-last") if (Path(system.model) / name).is_dir()]:
            mend = f"name the model in it: {Path(system.model) / inner[0]}"
        if re.search(r"E050", str(error)):
            found = "there is no such pipeline"
        if factory := re.search(r"E002\] Can't find factory for ('\S+')", str(error)):
            found, mend = f"its component {factory[1]} is not known", "name the code that registers it: --set code=FILE"
        raise InputError(f"spacy:{system.model}", found, mend) from error


def _register(code: str) -> None:
    """Import a file; what it registers with spaCy is known from then on."""
    from spacy.util import import_file

    if not Path(code).is_file():
        raise InputError(code, "there is no such file", "code names a Python file")
    try:
        import_file("goldwire_code", code)
    except (Exception, SystemExit) as error:  # the code of others may raise anything
        raise InputError(code, f"breaks when it is imported ({error!r})", "mend it") from error


def _description(nlp: Any) -> dict[str, Any]:
    meta = nlp.meta
    names = {key: meta[key] for key in ("lang", "name", "version") if meta.get(key)}
    return {
        **versions("spacy"),
        "pipeline": names,
        "components": list(nlp.pipe_names),
        "sha256": model_hash(nlp),
        **labels(nlp),
    }


def labels(nlp: Any) -> dict[str, list[str]]:
    """Give the mention labels that the pipeline can give."""
    found = {
        label for name in ("ner", "spancat", "entity_ruler", "span_ruler") for label in nlp.pipe_labels.get(name, [])
    }
    return {"mention_labels": sorted(found)}


def model_hash(nlp: Any) -> str:
    """Give a digest of all weights and settings of a pipeline."""
    import hashlib

    return hashlib.sha256(nlp.to_bytes(exclude=["vocab", "meta"])).hexdigest()
