"""The page of systems is what the modules say."""

import subprocess
import sys
from pathlib import Path

from goldwire.eval.systems import KINDS
from goldwire.eval.systems.listing import OWN, markdown


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
