"""A model trained on the other documents of the gold and run on the one it has not seen, for every document.

The training is in eval.training; here each document is led to the model that may judge it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.eval.systems.base import Context, NoAnswer, Predictor, System, source_hash, versions
from goldwire.eval.systems.spacy_pipeline import Layers, annotated
from goldwire.eval.training.recipe import KINDS, SPANS, Training
from goldwire.eval.training.training import train
from goldwire.formats.files import sha256
from goldwire.formats.goldwire_json import dump_line

SETTINGS = {
    "folds": "into how many folds the documents are dealt; 0 leaves out one document at a time (0)",
    "epochs": "epochs of training (30)",
    "dropout": "dropout of training (0.2)",
    "levels": 'levels of mentions that are learnt (["name"])',
    "level": 'the level that mentions get ("name")',
}


def learns(system: System) -> bool:
    """Say whether a system needs the gold itself: to learn from the other documents, or for examples."""
    return system.kind == "crossval" or (system.kind == "llm" and bool(system.settings.get("examples")))


def load(system: System, context: Context) -> Predictor:
    """Prepare the folds; each model is trained when the first document that needs it comes.

    Raises:
        InputError: there is no gold of at least two documents to learn from.
    """
    kind, gold = system.model or "ner", sorted(context.gold, key=lambda document: document.id)
    if kind not in KINDS:
        raise InputError(f"system {system.name}", f"cannot train {kind!r}", f"known are {', '.join(KINDS)}")
    if len(gold) < 2:
        raise InputError(f"system {system.name}", f"learns from {len(gold)} gold documents", "give it two or more")
    fold_of = _folds(gold, system)
    models: dict[int, Any] = {}
    layers = Layers(kind == "ner", [SPANS] if kind == "spancat" else [], system.setting("level", "name"))

    def predict(documents: Iterable[Document]) -> Iterator[Document | NoAnswer]:
        for document in documents:
            if document.id not in fold_of:
                yield NoAnswer("it is not in the gold, so no fold leaves it out")
                continue
            fold = fold_of[document.id]
            if fold not in models:
                models[fold] = train([g for g in gold if fold_of[g.id] != fold], None, _training(system, kind))
            yield annotated(document, models[fold](document.text), layers)

    learnt = sha256("".join(map(dump_line, gold)).encode("utf-8", "surrogatepass"))
    labels = sorted(
        {m.label for document in gold for m in document.mentions if not m.level or m.level in _levels(system)}
    )
    description = {
        **versions("spacy", "thinc"),
        "trained": kind,
        "folds": len(set(fold_of.values())),
        "gold": learnt,
        "sha256": source_hash("../training/recipe.py", "../training/examples.py", "../training/training.py"),
    }
    return Predictor(predict, {**description, "mention_labels": labels, "relation_labels": []})


def _folds(gold: list[Document], system: System) -> dict[str, int]:
    count = system.setting("folds", 0) or len(gold)
    return {document.id: index % count for index, document in enumerate(gold)}


def _levels(system: System) -> tuple[str, ...]:
    return tuple(system.setting("levels", ["name"]))


def _training(system: System, kind: str) -> Training:
    epochs, dropout = system.setting("epochs", 30), system.setting("dropout", 0.2)
    return Training(kind, seed=system.seed, epochs=epochs, dropout=dropout, levels=_levels(system))
