"""The page of systems is what the modules say."""

from pathlib import Path

from goldwire.eval.systems import KINDS
from goldwire.eval.systems.listing import markdown


def test_the_page_of_systems_is_fresh_and_names_every_kind():
    page = (Path(__file__).parents[3] / "docs" / "systems.md").read_text()
    assert page == markdown()
    assert all(f"## {kind}\n" in page for kind in KINDS)
