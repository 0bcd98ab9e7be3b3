"""Inputs on which an answer could depend on order, on shards or on what is not known."""

import pytest

from goldwire import score
from goldwire.document import Document, Mention, Relation, Span
from goldwire.errors import InputError
from goldwire.labels import LabelSet, RelationLabel

TEXT = "Ann Lee met Bob in Rome."
ANN, AGAIN, BOB = Mention(0, 7, "PER", "a"), Mention(0, 7, "PER", "a2"), Mention(12, 15, "PER", "b")
INVERSE = LabelSet(relations={"parent": RelationLabel(inverse="child"), "child": RelationLabel(inverse="parent")})


def document(*mentions, relations=(), id="d", text=TEXT):
    return Document(id, text, mentions, tuple(Relation(*relation) for relation in relations))


@pytest.mark.parametrize("copies", [(ANN, AGAIN), (AGAIN, ANN)])
def test_a_relation_of_a_repeated_mention_means_the_same_entity_whatever_the_order(copies):
    gold = document(ANN, BOB, relations=[("a", "b", "knows")])
    pred = document(*copies, BOB, relations=[("a2", "b", "knows")])
    assert score([gold], [pred], measures=["relations/entity"])["relations/entity"].f1 == 1


@pytest.mark.parametrize("measure", ["relations/entity", "relations/entity-all"])
def test_of_two_labels_on_a_span_the_equal_one_is_meant(measure):
    gold = document(Mention(0, 7, "LOC", "l"), ANN, BOB, relations=[("a", "b", "knows")])
    pred = document(ANN, BOB, relations=[("a", "b", "knows")])
    assert score([gold], [pred], measures=[measure])[measure].f1 == 1


def test_inverse_labels_count_under_one_name_in_every_shard():
    one = document(ANN, BOB, relations=[("a", "b", "parent")], id="1")
    other = document(ANN, BOB, relations=[("b", "a", "child")], id="2")
    parts = [
        score([d], [d], labels=INVERSE, measures=["relations/strict"]).counts["relations/strict"] for d in (one, other)
    ]
    named = [{label for label, row in zip(c.labels, c.total(), strict=True) if row.any()} for c in parts]
    assert named[0] == named[1]


@pytest.mark.parametrize("measure", ["mentions/surface", "mentions/surface-by-document", "relations/triples"])
def test_words_that_are_not_known_are_not_equal(measure):
    gold = document(ANN, BOB, relations=[("a", "b", "knows")], text="")
    with pytest.raises(InputError, match="has no words"):
        score([gold], [gold], measures=[measure])


def test_a_single_fragment_is_the_mention_itself():
    pred = document(Mention(0, 7, "PER", "a", fragments=(Span(0, 7),)))
    assert score([document(ANN)], [pred], measures=["mentions/strict"])["mentions/strict"].f1 == 1
