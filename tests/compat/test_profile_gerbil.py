"""GERBIL's micro and macro: a document of nothing is perfect, one without a hit is 0, NIL matches NIL."""

from goldwire.compat.profile_scores import score_by_profile
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
    assert found("inkb micro")[2:8] == (0, 0, 0, 2, 2, 0)
    assert found("c2kb macro").f1 == 1 / 3


def test_entries_of_a_document_count_once():
    twice = [document("a", apple="Apple_Inc.", cook="Apple_Inc.")]
    once = [document("a", cook="Apple_Inc.")]
    rows = {row.name: row for row in score_by_profile("gerbil", twice, once).rows}
    assert (rows["c2kb micro"].f1, rows["a2kb micro"].recall) == (1, 0.5)
