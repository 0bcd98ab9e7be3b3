"""How reference models of mentions are trained: our settings, and the config of spaCy that they become.

Training by them is in training, what is learnt from in examples. Recipes were compared by benchmarks/recipes.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from goldwire.errors import InputError

KINDS = ("ner", "spancat")
SPANS = "sc"
FEATURES = {"NORM": 1000, "PREFIX": 500, "SUFFIX": 1000, "SHAPE": 500, "IS_TITLE": 50}


@dataclass(frozen=True, slots=True)
class Training:
    """How to train. Mentions of `levels` are learnt, and those that say no level.

    `longest` is the longest span, in tokens, that a spancat considers (0: of the corpus's own, nearly all). `config` is
    a config of spaCy that takes the place of ours: its paths, seed and epochs are set all the same, and without
    development documents it is not asked when to stop.
    """

    kind: str = "ner"
    language: str = "en"
    seed: int = 0
    epochs: int = 30
    dropout: float = 0.35
    levels: tuple[str, ...] = ("name",)
    longest: int = 0
    config: Path | None = None


def config_of(how: Training, words: int, *, keep_best: bool) -> Any:
    """Give spaCy's own recommended config for the kind, or the one that is named, with our seed and epochs.

    Without development documents every evaluation counts as the best: `spacy train` then ends with the last model.
    """
    config = _named(how.config, how.kind) if how.config else _recommended(how, words)
    config["system"]["seed"] = how.seed
    config["training"].update({"seed": how.seed, "max_epochs": how.epochs, "max_steps": 0})
    if not keep_best:
        config["training"]["patience"] = 0
        config["training"]["score_weights"] = dict.fromkeys(config["training"]["score_weights"])
    config["training"]["logger"] = {"@loggers": "spacy.ConsoleLogger.v1", "progress_bar": False}
    return config


def blank(language: str) -> Any:
    """Give spaCy's tokenizer of a language, for texts of any length.

    Raises:
        InputError: spaCy knows no such language, or wants a package for it.
    """
    import spacy

    try:
        nlp = spacy.blank(language)
    except ImportError as error:  # spaCy's own text for an unknown language and for a missing package
        said = " ".join(str(error).split()).rstrip(".")
        raise InputError(
            f"language {language!r}", f"cannot be tokenized: {said}", "choose another --language"
        ) from error
    nlp.max_length = 10**12  # a guard for parsers and ner in one go; here texts are cut before they are learnt
    return nlp


def _named(path: Path, kind: str) -> Any:
    """Read a config of spaCy; what it leaves open gets spaCy's defaults, as `spacy init fill-config` gives them."""
    from spacy.util import get_sourced_components, load_config, load_model_from_config

    try:
        config = load_config(path)
        filled = load_model_from_config(config, auto_fill=True, validate=False).config
        filled["components"].update(get_sourced_components(config))
        names = load_model_from_config(filled).pipe_names
    except (OSError, ValueError) as error:
        said = " ".join(str(error).split())[:300]
        raise InputError(path, f"is no config of spaCy: {said}", "spacy init config makes one") from error
    if kind not in names:
        raise InputError(
            path, f"its pipeline is {', '.join(names) or 'empty'}, with no {kind}", "choose another --kind"
        )
    return filled


def _recommended(how: Training, words: int) -> Any:
    """Give what `spacy init config` gives with half the depth and averaged weights, and for ner with smaller tables.

    With fewer rows rare words share them, and shapes and affixes count for more: ner gains by it, a spancat does not
    (benchmarks/recipes.md). Batches are small enough for a small corpus to give twenty an epoch.
    """
    from spacy.cli.init_config import init_config

    config = init_config(lang=how.language, pipeline=[how.kind], optimize="efficiency", gpu=False)
    encoder = config["components"]["tok2vec"]["model"]
    if how.kind == "ner":
        encoder["embed"].update({"attrs": list(FEATURES), "rows": list(FEATURES.values())})
    encoder["encode"]["depth"] = 2
    config["training"].update({"dropout": how.dropout, "eval_frequency": 100})
    config["training"]["optimizer"]["use_averages"] = True
    most = max(20, min(1000, words // 20))
    growing = {"@schedules": "compounding.v1", "start": min(100, most), "stop": most, "compound": 1.001}
    config["training"]["batcher"]["size"] = growing
    if how.kind == "spancat":
        sizes = list(range(1, how.longest + 1))
        config["components"]["spancat"]["suggester"] = {"@misc": "spacy.ngram_suggester.v1", "sizes": sizes}
        config["components"]["spancat"]["spans_key"] = SPANS
    return config
