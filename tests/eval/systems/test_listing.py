"""The page of systems is what the modules say."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from goldwire.eval.systems import KINDS, kind_of, listing
from goldwire.eval.systems.base import System
from goldwire.eval.systems.label_maps import label_map
from goldwire.eval.systems.listing import MAPS, OWN, markdown

SYSTEMS = Path(listing.__file__).parent


def test_the_page_of_systems_is_fresh_and_names_every_kind():
    page = (Path(__file__).parents[3] / "docs" / "systems.md").read_text()
    assert page == markdown()
    assert all(f"## {kind}\n" in page for kind in KINDS)


def test_the_pages_program_runs_and_is_scored_by_the_pages_commands(tmp_path):
    (tmp_path / "extract").write_text(OWN.split("```python\n")[1].split("```")[0])
    (tmp_path / "extract").chmod(0o755)
    commands = [line[2:].split() for line in OWN.splitlines() if line.startswith("$ ")]
    for command in commands:
        words = [sys.executable, "-m", *command]
        said = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert "mentions/strict" in said and "100.00" in said


def test_the_pages_label_map_is_one(tmp_path):
    (tmp_path / "map.toml").write_text(MAPS.split("```toml\n")[1].split("```")[0])
    assert label_map(str(tmp_path / "map.toml")).mentions.shared["LOC"] == "place"


def asked_for(module):
    """Give the settings that a module and its helpers ask for, each with its default where that is a literal."""
    found = {}
    for node in ast.walk(ast.parse((SYSTEMS / f"{module}.py").read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "setting":
            name, default = node.args[:2]
            found[name.value] = ast.literal_eval(default) if isinstance(default, ast.Constant | ast.List) else None
        if isinstance(node, ast.ImportFrom) and node.module.startswith("goldwire.eval.systems."):
            helper = node.module.rpartition(".")[2]
            found |= asked_for(helper) if helper not in {"base", *KINDS.values()} else {}
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_the_settings_on_the_page_are_those_that_the_code_asks_for_with_their_defaults(kind):
    told, asked = kind_of(System("x", kind)).SETTINGS, asked_for(KINDS[kind])
    read_otherwise = {"gliner": {"labels"}}.get(kind, set())
    assert set(told) == set(asked) | read_otherwise
    for name, default in asked.items():
        if default not in (None, "", []):  # what is asked for then is told in words
            stated = f"{default:g}" if type(default) in (int, float) else json.dumps(default).strip('"')
            assert re.search(rf'"?{re.escape(stated)}"?\)', told[name]), name
