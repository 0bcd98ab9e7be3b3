"""Functions and programs of others: whatever they are or raise, it is one line."""

import subprocess
import sys

import pytest

from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.eval.runs.running import run
from goldwire.eval.systems import load
from goldwire.eval.systems.base import System

FUNCTIONS = """
import functools
def floats(text): return [(0.0, 4.5, "X")]
def strings(text): return [("0", "4", "X")]
def none(text): return None
def leaves(text): raise SystemExit(3)
def plain(text, label="Y"): return [(0, 4, label)]
part = functools.partial(plain, label="X")
class Instance:
    def __call__(self, text): return [(0, 4, "X")]
instance = Instance()
number = 3
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    (tmp_path / "others_functions.py").write_text(FUNCTIONS)
    yield tmp_path
    sys.modules.pop("others_functions", None)


def ran(function, folder):
    system = System("s", "python", f"others_functions:{function}", settings={"takes": "text"})
    return run(system, [Document("d", "Text.")], folder / "run")


@pytest.mark.parametrize("function", ["part", "instance", "plain"])
def test_anything_that_can_be_called_is_a_system(folder, function):
    assert ran(function, folder).table["predictions"]["mentions"] == 1


@pytest.mark.parametrize(
    ("function", "said"),
    [
        ("floats", "is no mention: give (start, end, label)"),
        ("strings", "is no mention: give (start, end, label)"),
        ("none", "TypeError"),
        ("leaves", "SystemExit: 3"),
    ],
)
def test_what_is_no_answer_is_a_counted_failure(folder, function, said):
    assert said in ran(function, folder).failures["d"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def f(:", "breaks when it is imported .SyntaxError"),
        ("1 / 0", "breaks when it is imported .ZeroDivisionError"),
        ("import sys; sys.exit(3)", "breaks when it is imported .SystemExit"),
        ("import no_such_package", "breaks when it is imported .ModuleNotFoundError.*no_such_package"),
        ("f = 3", "has no function f"),
        ("", "has no function f"),
    ],
)
def test_a_module_that_cannot_be_used_is_one_line(folder, source, said):
    (folder / "others_broken.py").write_text(source)
    sys.modules.pop("others_broken", None)
    with pytest.raises(InputError, match=said):
        load(System("s", "python", "others_broken:f"))


@pytest.mark.parametrize("name", [":f", ".x:f", "others_functions", "others_functions:", "others_functions:number"])
def test_a_name_that_is_none_is_one_line(folder, name):
    with pytest.raises(InputError, match="python:"):
        load(System("s", "python", name))


def test_a_program_that_may_not_be_executed_says_so(folder):
    (folder / "extract").write_text("#!/bin/sh\n")
    with pytest.raises(InputError, match=r"may not be executed; make it executable: chmod \+x ./extract"):
        load(System("s", "command", "./extract"))


def test_an_open_quote_in_a_command_is_one_line():
    with pytest.raises(InputError, match="No closing quotation"):
        load(System("s", "command", "python 'x"))


def test_a_function_that_ends_the_interpreter_does_not_end_the_run(folder):
    (folder / "in.jsonl").write_text('{"id": "d", "text": "Text."}\n')
    words = ["run", "in.jsonl", "--model", "python:others_functions:leaves", "--set", "takes=text", "--out", "r"]
    done = subprocess.run([sys.executable, "-m", "goldwire", *words], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 1 and "d failed and counts as empty: SystemExit: 3" in done.stderr
