"""Published numbers of real systems, to the last digit."""

import os
from pathlib import Path

import pytest

from goldwire import score
from goldwire.eval.reading import Reading

SHARED = Path(os.environ.get("GOLDWIRE_SHARED", Path(__file__).parents[3] / "shared"))
WNUT17 = SHARED / "corpora" / "wnut17"


@pytest.mark.skipif(not WNUT17.is_dir(), reason="the WNUT-17 files are not there (GOLDWIRE_SHARED)")
@pytest.mark.parametrize(
    ("system", "entity", "surface"),
    [("uh_ritual", 41.86, 40.24), ("arcada", 39.98, 37.77), ("mic-cis.txt", 37.06, 34.25)],
)
def test_wnut17_scores_are_those_of_the_shared_task(system, entity, surface):
    reading = Reading(repair="conlleval", words="by-position")
    files = WNUT17 / "emerging.test.annotated", WNUT17 / "submissions" / system
    scores = score(*files, measures=["mentions/strict", "mentions/surface"], reading=reading)
    assert round(100 * scores["mentions/strict"].f1, 2) == entity
    assert round(100 * scores["mentions/surface"].f1, 2) == surface
