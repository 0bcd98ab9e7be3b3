"""seqeval beside ours: equal on what tags can say, and the difference explained."""

import pytest
from hypothesis import given, settings

from goldwire.document import Document, Mention, Span
from goldwire.eval.second_opinion import seqeval_opinion
from random_documents import corpora

pytest.importorskip("seqeval")
TEXT = "Barack Obama met Angela Merkel in Berlin."
TOKENS = tuple(Span(*s) for s in [(0, 6), (7, 12), (13, 16), (17, 23), (24, 30), (31, 33), (34, 40), (40, 41)])


def document(*mentions):
    return Document("d", TEXT, tuple(Mention(*m) for m in mentions), tokens=TOKENS, sentences=(Span(0, 41),))


def test_flat_mentions_on_token_edges_score_the_same_in_seqeval():
    gold = document((0, 12, "PERSON"), (17, 30, "PERSON"), (34, 40, "GPE"))
    opinion = seqeval_opinion([gold], [document((0, 12, "PERSON"), (24, 30, "PERSON"))])
    assert [o.f1 for o in opinion.opinions] == pytest.approx([0.4] * 4)
    assert opinion.reasons == ("on what tags can say, seqeval's strict mode and goldwire agree to the last digit",)


def test_what_tags_cannot_say_is_counted_and_said():
    gold = document((0, 12, "PERSON"), (7, 12, "PERSON"), (17, 22, "PERSON"))
    opinion = seqeval_opinion([gold], [document((0, 12, "PERSON"))])
    assert [round(o.f1, 3) for o in opinion.opinions] == [0.5, 1, 1, 1]
    assert opinion.reasons[0].startswith("1 gold mention not in the tags: nested")
    assert opinion.reasons[1] == "1 gold mention not in the tags: boundaries inside a token"


@settings(max_examples=30)
@given(corpora(corpus=2))
def test_on_what_tags_can_say_strict_seqeval_agrees(pair):
    sides = ([document_of(d) for d in side] for side in pair)
    opinion = seqeval_opinion(*sides)
    ours, theirs = (next(o for o in opinion.opinions if word in o.scorer) for word in ("can say", "strict scheme"))
    assert theirs[1:] == pytest.approx([0 if x != x else x for x in ours[1:]])


def document_of(found):
    letters = tuple(Span(i, i + 1) for i in range(len(found.text)))
    return Document(found.id, found.text, found.mentions, tokens=letters, sentences=(Span(0, len(found.text)),))
