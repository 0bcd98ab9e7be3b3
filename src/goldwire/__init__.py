"""goldwire: a gold-labelled newswire corpus and the harness that scores extraction models against it."""

# No `from __future__ import annotations` here: it would hide the subpackage of that name.
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from goldwire.eval.scoring import score

__version__ = "0.1.0"
__all__ = ["__version__", "score"]

_FACE = {"score": "goldwire.eval.scoring"}


def __getattr__(name: str) -> Any:
    """Load what the face offers when it is first asked for."""
    if name not in _FACE:
        raise AttributeError(f"module 'goldwire' has no attribute {name!r}")
    return getattr(import_module(_FACE[name]), name)
