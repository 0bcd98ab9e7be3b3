"""goldwire: a gold-labelled newswire corpus and the harness that scores extraction models against it."""

# No `from __future__ import annotations` here: it would be the attribute `annotations`, and hide the subpackage.
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from goldwire.corpus.load import gold_documents as load
    from goldwire.eval.scoring import score

__version__ = "0.1.0"
__all__ = ["__version__", "load", "score"]

_LATER = {"load": ("goldwire.corpus.load", "gold_documents"), "score": ("goldwire.eval.scoring", "score")}


def __getattr__(name: str) -> Any:
    """Give `load` and `score`, imported when first used: `import goldwire` itself stays light."""
    if name not in _LATER:
        raise AttributeError(f"module 'goldwire' has no attribute {name!r}")
    module, attribute = _LATER[name]
    found = getattr(import_module(module), attribute)
    globals()[name] = found
    return found
