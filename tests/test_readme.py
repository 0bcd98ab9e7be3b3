"""The README does what it says: its Python runs, and its commands run, in a copy of what it speaks of."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
PYTHON = re.findall(r"```python\n(.*?)```", README, re.S)
LINES = [line for block in re.findall(r"```console\n(.*?)```", README, re.S) for line in block.splitlines()]
COMMANDS = [line.removeprefix("$ ").split("#")[0].strip() for line in LINES if line.startswith("$ goldwire")]
ELSEWHERE = ("en_core_web_sm", "./extract", "http://", "my/", "articles/")  # needs what only the reader has


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("readme")
    for name in ("annotations", "corpus", "eval", "seeds"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("runs"))
    return folder


def run(place, arguments):
    environment = os.environ | {"HF_HOME": str(place / "hf"), "HF_HUB_OFFLINE": "1", "HOME": str(place)}
    return subprocess.run(arguments, cwd=place, env=environment, capture_output=True, text=True, timeout=300)


def test_its_python_runs_from_top_to_bottom(place):
    done = run(place, [sys.executable, "-c", "\n".join(PYTHON)])
    assert done.returncode == 0, done.stderr
    assert "mentions/strict" in done.stdout


def test_its_commands_run_in_order(place):
    for command in (c for c in COMMANDS if not any(word in c for word in ELSEWHERE)):
        done = run(place, [sys.executable, "-m", *shlex.split(command)])
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("command", [c for c in COMMANDS if any(word in c for word in ELSEWHERE)])
def test_the_options_of_its_other_commands_exist(place, command):
    words = shlex.split(command)
    shown = run(place, [sys.executable, "-m", *words[:2], "--help"]).stdout
    assert all(word in shown for word in words if word.startswith("--")), command
