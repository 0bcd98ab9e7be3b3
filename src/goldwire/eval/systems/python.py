"""A Python function as a system: `python:module:function`, found from the current folder.

What it may give back is turned into documents here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from operator import index
from pathlib import Path
from typing import Any

from goldwire.document import Document, Mention
from goldwire.errors import InputError
from goldwire.eval.systems.base import Context, NoAnswer, Predictor, System, answered

SETTINGS = {
    "takes": 'what the function takes: "documents" (an iterable, and gives one), "document", or "text" ("documents")',
}
_TAKES = ("documents", "document", "text")


def load(system: System, context: Context) -> Predictor:
    """Import the function.

    Raises:
        InputError: there is no such module or function.
    """
    del context
    takes = system.setting("takes", "documents")
    if takes not in _TAKES:
        raise InputError(f"system {system.name}", f"takes is {takes!r}", f"it may be {', '.join(_TAKES)}")
    function = _function(system.model)
    if takes == "documents":
        return Predictor(function, _description(function))

    def predict(documents: Iterable[Document]) -> Iterator[Document]:
        for document in documents:
            given = function(document if takes == "document" else document.text)
            yield given if isinstance(given, Document) else answered(document, map(_mention, given))

    return Predictor(predict, _description(function))


def _mention(item: Any) -> Mention:
    """Read a mention, or start, end, label and perhaps a score."""
    if isinstance(item, Mention):
        return item
    try:
        start, end, label, *score = item
        return Mention(index(start), index(end), str(label), score=float(score[0]) if score else None)
    except (TypeError, ValueError) as error:
        raise NoAnswer(f"{item!r} is no mention: give (start, end, label)") from error


def _function(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    if not (module and function):
        raise InputError(f"python:{name}", "names no function", "write python:module:function")
    found = getattr(_module(module, name), function, None)
    if not callable(found):
        raise InputError(f"python:{name}", f"{module} has no function {function}", "write python:module:function")
    return found  # type: ignore[no-any-return]  # it may be any


def _module(module: str, name: str) -> Any:
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        return import_module(module)
    except (Exception, SystemExit) as error:  # the code of others may raise anything
        missing = isinstance(error, ModuleNotFoundError) and error.name == module
        found = f"cannot be imported ({error})" if missing else f"breaks when it is imported ({error!r})"
        mend = "run from the folder it is in" if missing else f"mend {module}"
        raise InputError(f"python:{name}", found, mend) from error


def _description(function: Any) -> dict[str, Any]:
    from goldwire.formats.files import sha256

    while hasattr(function, "func"):  # functools.partial
        function = function.func
    name = getattr(function, "__qualname__", type(function).__qualname__)
    file = getattr(sys.modules.get(function.__module__), "__file__", None)
    source = Path(file).read_bytes() if file and Path(file).is_file() else b""
    return {"function": f"{function.__module__}.{name}", "sha256": sha256(source)}
