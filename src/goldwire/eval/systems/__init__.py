"""Systems of every kind. To add one: a file with `load` and `SETTINGS` here, and its name in the table below."""

from importlib import import_module
from typing import cast

from goldwire.errors import InputError
from goldwire.eval.systems.base import Context, Kind, Predictor, System

KINDS = {
    "rules": "rules",
    "crossval": "crossval",
    "spacy": "spacy_pipeline",
    "trained": "trained",
    "transformers": "transformers_model",
    "gliner": "gliner_model",
    "flair": "flair_model",
    "stanza": "stanza_model",
    "llm": "llm",
    "http": "http",
    "command": "command",
    "python": "python",
    "replay": "replay",
}

__all__ = ["KINDS", "Context", "Predictor", "System", "kind_of", "load"]


def kind_of(system: System) -> Kind:
    """Give the module of a system's kind.

    Raises:
        InputError: there is no such kind, or the kind does not know one of the settings.
    """
    if system.kind not in KINDS:
        raise InputError(f"system {system.name}", f"unknown kind {system.kind!r}", f"known are {', '.join(KINDS)}")
    kind = cast(Kind, import_module(f"goldwire.eval.systems.{KINDS[system.kind]}"))
    for name in sorted(set(system.settings) - set(kind.SETTINGS)):
        known = ", ".join(kind.SETTINGS) or "none"
        raise InputError(f"system {system.name}", f"unknown setting {name!r}", f"{system.kind} knows {known}")
    return kind


def load(system: System, context: Context | None = None) -> Predictor:
    """Load a system, ready to predict."""
    return kind_of(system).load(system, context or Context())
