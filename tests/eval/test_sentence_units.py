"""Sentences as units change intervals, never figures."""

import numpy as np
import pytest

from goldwire import score
from goldwire.document import Document, Mention, Relation, Span
from goldwire.errors import InputError
from goldwire.eval.columns import columns
from goldwire.eval.layers.mentions import strict
from goldwire.eval.sentence_units import by_sentence

TEXT = "Angela Merkel met Emmanuel Macron. He spoke in Berlin. Paris was silent."
SENTENCES = (Span(0, 34), Span(35, 54), Span(55, 72))
MENTIONS = (Mention(0, 13, "PERSON", "m1"), Mention(18, 33, "PERSON", "m2"), Mention(47, 53, "GPE", "m3"))
GOLD = Document(
    "a", TEXT, (*MENTIONS, Mention(55, 60, "GPE", "m4")), (Relation("m2", "m3", "visits"),), sentences=SENTENCES
)
PRED = Document("a", TEXT, MENTIONS, (Relation("m2", "m3", "visits"),))


def test_sentences_of_one_document_give_an_interval_and_the_same_figures():
    by_document = score([GOLD], [PRED], bootstrap=100)
    by_sentences = score([GOLD], [PRED], bootstrap=100, unit="sentence")
    assert [row[:12] for row in by_sentences.rows] == [row[:12] for row in by_document.rows]
    assert np.isnan(by_document["mentions/strict"].low)
    assert any("needs two documents" in note for note in by_document.notes)
    assert by_sentences["mentions/strict"].low < by_sentences["mentions/strict"].f1 <= 1
    assert by_sentences.signature.fields["interval"].endswith("of sentences, seed 0")


def test_a_mention_counts_in_the_sentence_in_which_it_starts():
    counts = strict(by_sentence(columns([GOLD], [PRED])))
    assert counts.documents == ("a#1", "a#2", "a#3")
    assert counts.values[..., 0].sum(axis=1).tolist() == [2, 1, 1]


@pytest.mark.parametrize("interval", ["percentile", "expanded", "bca"])
def test_every_average_and_label_has_an_interval(interval):
    golds = [
        GOLD,
        Document("b", "Rome.", (Mention(0, 4, "GPE", "m1"),)),
        Document("c", "Oslo.", (Mention(0, 4, "GPE"),)),
    ]
    rows = score(golds, [PRED], bootstrap=50, interval=interval, measures=["mentions/strict"]).rows
    assert [row.name for row in rows] == ["micro", "macro", "weighted", "GPE", "PERSON"]
    bounds = [(row.low, row.high, row.precision_low, row.precision_high) for row in rows]
    assert not np.isnan(bounds).any()


def test_an_unknown_unit_is_refused():
    with pytest.raises(InputError, match="choose document or sentence"):
        score([GOLD], [PRED], unit="token")
