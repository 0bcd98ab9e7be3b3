"""Scorers that are plugged into the conformance suite: by name, as a Python function, as a program.

The suite and its runner are in conformance; the tools that goldwire knows itself, in peers.
"""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import msgspec

from goldwire.compat.conformance import REFUSED, SCORERS, Answer, Case, Scorer
from goldwire.compat.peers import installed
from goldwire.errors import InputError

PYTHON = "python:"
SECONDS = 60


def plugged(name: str) -> Scorer:
    """Give the scorer of a name: goldwire, a profile, python:MODULE:FUNCTION, or else a program with its arguments.

    An installed tool of a profile's name is asked itself, not the profile. The function takes a Case and the figures
    asked for. The program is started once a case: it reads one line of JSON (id, kind, input, asked) and writes one of
    figures by name, null for undefined; if it fails, or writes "refused", it refuses.

    Raises:
        InputError: there is no such function, or the program cannot be started.
    """
    known = {**SCORERS, **installed()}
    if name in known:
        return known[name]
    return _function(name.removeprefix(PYTHON)) if name.startswith(PYTHON) else _program(shlex.split(name))


def _function(name: str) -> Scorer:
    module, _, function = name.partition(":")
    try:
        found: Scorer = getattr(import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        mend = "name it python:MODULE:FUNCTION, the module importable from here"
        raise InputError(f"{PYTHON}{name}", f"cannot be loaded ({error})", mend) from error
    return found


def _program(words: Sequence[str]) -> Scorer:
    def answer(case: Case, asked: Sequence[str]) -> Answer:
        line = msgspec.json.encode({"id": case.id, "kind": case.kind, "input": case.input, "asked": asked})
        run = subprocess.run(words, input=line + b"\n", capture_output=True, timeout=SECONDS, check=True)  # noqa: S603
        found: Any = msgspec.json.decode(run.stdout, type=dict[str, float | None] | str)
        return REFUSED if isinstance(found, str) else found

    try:
        subprocess.run(words, input=b"", capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except (OSError, IndexError) as error:
        mend = f"name a program, {PYTHON}MODULE:FUNCTION, or one of {', '.join(SCORERS)}"
        raise InputError(f"scorer {shlex.join(words)}", "cannot be started", mend) from error
    except subprocess.TimeoutExpired:
        pass
    return answer
