"""Published numbers of real systems, to the last digit."""

import os
from itertools import groupby
from pathlib import Path

import pytest

from goldwire import score
from goldwire.document import Document, Mention

SHARED = Path(os.environ.get("GOLDWIRE_SHARED", Path(__file__).parents[3] / "shared"))
WNUT17 = SHARED / "corpora" / "wnut17"


def sentences(path):
    lines = (line.replace("\t", " ").rsplit(" ", 1) for line in path.read_text("utf-8").splitlines())
    return [list(group) for blank, group in groupby(lines, key=lambda row: row == [""]) if not blank]


def documents(words, tags):
    """Give a document a sentence; an I- that continues nothing starts a mention."""
    for number, (own, said) in enumerate(zip(words, tags, strict=True)):
        text, found, last = "", [], "O"
        for (word, _), (*_, tag) in zip(own, said, strict=True):
            if tag[0] == "B" or (tag[0] == "I" and last[1:] != tag[1:]):
                found.append([len(text), 0, tag[2:]])
            text += word
            if tag != "O":
                found[-1][1] = len(text)
            text, last = text + " ", tag
        yield Document(f"s{number}", text, tuple(Mention(*mention) for mention in found))


@pytest.mark.skipif(not WNUT17.is_dir(), reason="the WNUT-17 files are not there (GOLDWIRE_SHARED)")
@pytest.mark.parametrize(
    ("system", "entity", "surface"),
    [("uh_ritual", 41.86, 40.24), ("arcada", 39.98, 37.77), ("mic-cis.txt", 37.06, 34.25)],
)
def test_wnut17_scores_are_those_of_the_shared_task(system, entity, surface):
    gold = sentences(WNUT17 / "emerging.test.annotated")
    pred = sentences(WNUT17 / "submissions" / system)
    scores = score(documents(gold, gold), documents(gold, pred), measures=["mentions/strict", "mentions/surface"])
    assert round(100 * scores["mentions/strict"].f1, 2) == entity
    assert round(100 * scores["mentions/surface"].f1, 2) == surface
