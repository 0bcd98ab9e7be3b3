"""What `goldwire train` made: a folder with a spaCy pipeline for mentions, a classifier of relations, or both.

Training is in eval.training; what such models reach on public corpora in benchmarks/training.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from goldwire.document import Document, canonical
from goldwire.errors import InputError
from goldwire.eval.systems.base import Context, NoAnswer, Predictor, System, file_digest, versions
from goldwire.eval.systems.spacy_pipeline import Layers, labels, predictor
from goldwire.eval.training.pairs import read_pairs
from goldwire.eval.training.recipe import SPANS
from goldwire.eval.training.training import RELATIONS, model_folder

SETTINGS = {
    "threshold": "the score from which a relation counts (what training chose)",
    "level": 'the level that mentions get ("name")',
}


def load(system: System, context: Context) -> Predictor:
    """Load what the folder holds; without a pipeline in it, relations are found between mentions that are given.

    Raises:
        InputError: the folder holds neither, or no mentions are given.
    """
    del context
    folder = Path(system.model)
    pipeline, relations = model_folder(folder), folder / RELATIONS
    if pipeline is None and not relations.is_file():
        raise InputError(folder, "holds nothing that goldwire train made", "name the folder that was its --out")
    if pipeline is None and "mentions" not in system.given:
        raise InputError(folder, "has a classifier of relations only", "add --given mentions, or train a ner into it")
    relate = read_pairs(relations) if relations.is_file() else None
    given = relate is not None and "mentions" in system.given
    find = _mentions(pipeline, system) if pipeline and not given else Predictor(iter)
    threshold = system.setting("threshold", relate.threshold if relate else 0.0)

    def predict(documents: Iterable[Document]) -> Iterator[Document | NoAnswer]:
        for found in find.predict(documents):
            if relate is None or isinstance(found, NoAnswer):
                yield found
            else:
                yield relate.predict(canonical(found), threshold)

    known = {"relation_labels": sorted(set(relate.labels) - {""})} if relate else {"relation_labels": []}
    digest = {"relations": file_digest(relations)} if relate else {}
    return Predictor(predict, {**find.description, **known, **digest})


def _mentions(folder: Path, system: System) -> Predictor:
    import spacy

    nlp: Any = spacy.load(folder)
    spans = [SPANS] if "spancat" in nlp.pipe_names else []
    layers = Layers(not spans, spans, system.setting("level", "name"))
    return predictor(nlp, layers, {**versions("spacy"), "sha256": file_digest(folder), **labels(nlp)})
