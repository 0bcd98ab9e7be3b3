"""Slices add up to the whole, and say what they say."""

import pytest
from hypothesis import given, settings

from goldwire.document import Document, Mention, Relation, Span, Zone
from goldwire.errors import InputError
from goldwire.eval.columns import columns
from goldwire.eval.counts import GOLD, GOLD_CORRECT
from goldwire.eval.layers.mentions import strict
from goldwire.eval.layers.relations import strict as strict_relations
from goldwire.eval.mistakes.slices import slice_by
from random_documents import TEXT, corpora

GOLD_DOCUMENT = Document(
    "d",
    TEXT,
    (Mention(0, 12, "PERSON", "m1", level="name"), Mention(7, 12, "PERSON", "m2"), Mention(34, 40, "GPE", "m3")),
    (Relation("m1", "m3", "visits"),),
    sentences=(Span(0, 30), Span(31, 65)),
    zones=(Zone(0, 40, "lead"),),
    metadata={"outlet": "Reuters"},
)
PRED_DOCUMENT = Document("d", TEXT, (Mention(0, 12, "PERSON"), Mention(44, 50, "DATE")))


def sliced(by, **how):
    counts = slice_by(columns([GOLD_DOCUMENT], [PRED_DOCUMENT]), by, [GOLD_DOCUMENT], **how)[0]
    return {label: tuple(row[:3]) for label, row in zip(counts.labels, counts.total().tolist(), strict=True)}


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("label", {"DATE": (0, 1, 0), "GPE": (1, 0, 0), "PERSON": (2, 1, 1)}),
        ("length", {"1 word": (2, 1, 0), "2 words": (1, 1, 1)}),
        ("nesting", {"flat": (1, 1, 0), "inner": (1, 0, 0), "outer": (1, 1, 1)}),
        ("level", {"(level not said)": (2, 1, 0), "name": (1, 1, 1)}),
        ("zone", {"(no zone)": (0, 1, 0), "lead": (3, 1, 1)}),
        ("metadata:outlet", {"Reuters": (3, 2, 1)}),
        ("distance", {"1 sentence apart": (1, 0, 0)}),
    ],
)
def test_mentions_and_relations_fall_in_their_slices(by, expected):
    assert sliced(by) == expected


def test_surfaces_are_seen_if_the_training_corpus_has_them():
    training = [Document("t", "Berlin and Obama", (Mention(0, 6, "GPE"), Mention(11, 16, "ORG")))]
    expected = {"seen": (1, 0, 0), "seen with another label": (1, 0, 0), "unseen": (1, 2, 1)}
    assert sliced("seen", training=training) == expected


def test_a_discontinuous_mention_is_seen_by_what_its_fragments_say():
    torn = Mention(0, 16, "PER", fragments=(Span(0, 6), Span(11, 16)))
    document = Document("t", "Berlin and Obama", (torn,))
    counts = slice_by(columns([document], [document]), "seen", training=[document])[0]
    assert counts.labels == ("seen",)


@pytest.mark.parametrize("by", ["label", "length", "nesting", "level", "document", "distance"])
@settings(max_examples=15)
@given(pair=corpora())
def test_slices_add_up_to_the_whole(by, pair):
    both = columns(*pair)
    for counts in slice_by(both, by):
        whole = (strict if counts.measure.startswith("mentions") else strict_relations)(both).total().sum(axis=0)
        assert (
            counts.total().sum(axis=0)[[GOLD, 1, GOLD_CORRECT, 3]].tolist()
            == whole[[GOLD, 1, GOLD_CORRECT, 3]].tolist()
        )


def test_an_unknown_property_names_those_there_are():
    with pytest.raises(InputError, match="known are label, length"):
        sliced("colour")
