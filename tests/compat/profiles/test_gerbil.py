"""GERBIL's micro and macro: a document of nothing is perfect, one without a hit is 0, NIL matches NIL."""

import pytest

from goldwire.compat.profiles.scores import score_by_profile
from goldwire.document import Document, Entity, Mention

APPLE, COOK = (0, 5), (10, 13)


def document(name, **links):
    spans = {"apple": APPLE, "cook": COOK}
    mentions = tuple(Mention(*spans[key], "X", key) for key in links)
    return Document(name, "Apple and Tim", mentions, (), tuple(Entity(k, (k,), link) for k, link in links.items()))


GOLD = [document("a", apple="Apple_Inc.", cook="NIL"), document("b"), document("c", apple="Apple_Inc.")]
PRED = [document("a", apple="Apple", cook="NIL"), document("b"), document("c", cook="Tim_Cook")]


def found(name):
    return {row.name: row for row in score_by_profile("gerbil", GOLD, PRED).rows}[name]


def test_micro_pools_and_macro_is_the_mean_over_documents():
    assert found("a2kb micro")[2:8] == (1 / 3, 1 / 3, 1 / 3, 3, 3, 1)
    assert found("a2kb macro")[2:5] == (0.5, 0.5, 0.5)  # a half, nothing of nothing, no hit
    assert found("recognition micro").f1 == 2 / 3
    assert found("a2kb inkb micro")[2:8] == (0, 0, 0, 2, 2, 0)
    assert found("a2kb ee micro").f1 == 1
    assert found("c2kb macro").f1 == 0.5  # NIL of the first is found, the second is empty on both sides


def test_an_entry_counts_as_often_as_it_stands():
    """MatchingsCounterImpl uses each answer once, and nothing before it makes lists of meanings sets."""
    twice = [document("a", apple="Apple_Inc.", cook="Apple_Inc.")]
    once = [document("a", cook="Apple_Inc.")]
    rows = {row.name: row for row in score_by_profile("gerbil", twice, once).rows}
    assert (rows["c2kb micro"].recall, rows["a2kb micro"].recall) == (0.5, 0.5)


PERFECT, NOTHING = [1, 1, 1], [0, 0, 0]
PUBLISHED = [  # GERBIL, InKBClassifyingFMeasureCalculatorTest: entries of both sides; all, of the base, emerging
    ("", "", PERFECT, None, None),
    ("1", "", NOTHING, NOTHING, None),
    ("", "1", NOTHING, NOTHING, None),
    ("1", "1", PERFECT, PERFECT, None),
    ("NIL", "", NOTHING, None, NOTHING),
    ("", "NIL", NOTHING, None, NOTHING),
    ("NIL", "NIL", PERFECT, None, PERFECT),
    ("1 2 3", "1 2 3", PERFECT, PERFECT, None),
    ("NIL NIL NIL", "NIL NIL NIL", PERFECT, None, PERFECT),
    ("1 2 3", "2 3 1", PERFECT, PERFECT, None),
    ("1 1 1", "1 1 1", PERFECT, PERFECT, None),
    ("1 NIL NIL", "NIL NIL 1", PERFECT, PERFECT, PERFECT),
    ("1 NIL", "1 2 3", [1 / 3, 1 / 2, 2 / 5], [1 / 3, 1, 0.5], NOTHING),
]


def meanings(links):
    mentions = tuple(Mention(2 * n, 2 * n + 1, "X", f"m{n}") for n in range(len(links)))
    return Document(
        "a",
        "Apple and Tim",
        mentions,
        (),
        tuple(Entity(m.id, (m.id,), x) for m, x in zip(mentions, links, strict=True)),
    )


@pytest.mark.parametrize("mean", ["micro", "macro"])
@pytest.mark.parametrize(("gold", "pred", "everything", "inkb", "emerging"), PUBLISHED)
def test_gerbils_own_expectations_come_out(gold, pred, everything, inkb, emerging, mean):
    rows = score_by_profile("gerbil", [meanings(gold.split())], [meanings(pred.split())]).rows
    found = {row.name: list(row[2:5]) for row in rows}
    expected = [everything, inkb, emerging]
    assert [found.get(f"c2kb{part} {mean}") for part in ("", " inkb", " ee")] == [
        pytest.approx(figures) if figures else None for figures in expected
    ]
