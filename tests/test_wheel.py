"""The wheel: it carries the corpus, and loads and scores outside the repository."""

import os
import subprocess
import sys
import zipfile

import pytest

from small_corpus import REPOSITORY

USE = """
import goldwire, sys
from pathlib import Path
from goldwire.formats.goldwire_json import dump_line
assert Path(goldwire.__file__).is_relative_to(sys.argv[1]), goldwire.__file__
gold = goldwire.load()
Path("pred.jsonl").write_text("".join(map(dump_line, gold)), encoding="utf-8")
assert goldwire.score(gold, gold)["mentions/strict"].f1 == 1.0
print(len(gold))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, REPOSITORY]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stdout + run.stderr
    return next(out.glob("goldwire-*.whl"))


@pytest.fixture(scope="module")
def elsewhere(wheel, tmp_path_factory):
    """Give a folder with the unpacked wheel in `site`, and an environment that finds goldwire there and only there."""
    folder = tmp_path_factory.mktemp("elsewhere")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder, os.environ | {"PYTHONPATH": str(folder / "site")}


def test_the_wheel_carries_the_corpus_the_skeletons_and_the_types_and_no_tests(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    corpus = {f"goldwire/data/{p.relative_to(REPOSITORY)}" for p in (REPOSITORY / "corpus").rglob("*.*")}
    assert set() == (corpus | {"goldwire/py.typed", "goldwire/annotations/skeleton/labels.toml"}) - names
    assert not any(name.startswith(("tests", "seeds")) for name in names)


def test_an_installed_goldwire_loads_and_scores_in_another_folder(elsewhere):
    folder, env = elsewhere
    command = [sys.executable, "-c", USE, folder / "site"]
    run = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=300)
    assert (0, "2\n") == (run.returncode, run.stdout), run.stderr
    score = [sys.executable, "-m", "goldwire", "score", "pred.jsonl", "--json"]
    run = subprocess.run(score, cwd=folder, env=env, capture_output=True, text=True, timeout=300)
    assert 0 == run.returncode, run.stderr


def test_an_installed_goldwire_carries_the_conformance_suite(elsewhere):
    folder, env = elsewhere
    command = [sys.executable, "-m", "goldwire", "conform", "goldwire"]
    run = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=300)
    assert (0, True) == (run.returncode, "cases answered as goldwire does" in run.stdout), run.stdout + run.stderr
