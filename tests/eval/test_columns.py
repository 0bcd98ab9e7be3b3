"""Documents pair by id, under policies that are said."""

from dataclasses import replace
from itertools import permutations

import pytest

from goldwire import score
from goldwire.document import Document, Mention, Relation, Span
from goldwire.errors import InputError
from goldwire.eval.columns import columns
from goldwire.formats.base import Notes

TEXT = "Barack Obama met Angela Merkel in Berlin."
ONE = Document("a", TEXT, (Mention(0, 12, "PERSON", "m1"), Mention(34, 40, "GPE", "m2")), (Relation("m1", "m2", "in"),))
TWO = replace(ONE, id="b")


@pytest.mark.parametrize(
    ("gold", "pred", "message"),
    [
        ([ONE, ONE], [ONE], "the gold: two documents have the id a"),
        ([ONE], [ONE, replace(ONE, text="")], "the predictions: two documents have the id a"),
        ([ONE], [ONE, TWO], "document b not in the gold"),
        ([ONE], [replace(ONE, text=TEXT.replace("met", "saw"))], "a: .* differs from the gold's at offset 13: 'saw"),
        ([ONE], [replace(ONE, text=TEXT + " ")], "at offset 41"),
        ([Document("c", "Zu\u0308rich")], [Document("c", "Z\xfcrich")], "the same letters in another Unicode normal"),
        (
            [ONE],
            [replace(ONE, mentions=(Mention(30, 99, "GPE"),), relations=())],
            "30-99 does not lie inside its text of 41 code points",
        ),
        ([ONE], [replace(ONE, mentions=(Mention(5, 5, "GPE"),), relations=())], "5-5"),
        ([ONE], [replace(ONE, relations=(Relation("m1", "m9", "in"),))], "a: no mention 'm9'"),
        ([replace(ONE, mentions=ONE.mentions[:1] * 2)], [ONE], "a: two mentions have the id m1"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(gold, pred, message):
    with pytest.raises(InputError, match=message):
        columns(gold, pred)


@pytest.mark.parametrize(
    "pieces", [[(0, 5), (3, 8)], [(0, 3), (3, 8)], [(0, 2), (6, 7)], [(0, 2), (6, 99)], [(0, 0), (6, 8)]]
)
def test_fragments_that_do_not_lie_apart_inside_their_mention_are_refused(pieces):
    torn = replace(ONE, mentions=(Mention(0, 8, "PERSON", fragments=tuple(Span(*p) for p in pieces)),), relations=())
    with pytest.raises(InputError, match="a, the predictions: the fragments of the mention 0-8 do not lie apart"):
        columns([ONE], [torn])


@pytest.mark.parametrize("measure", ["mentions/strict", "mentions/surface", "mentions/head", "mentions/characters"])
def test_fragments_may_stand_in_any_order(measure):
    there, back = (Mention(0, 16, "PERSON", fragments=pieces) for pieces in permutations((Span(0, 6), Span(13, 16))))
    found = score([Document("a", TEXT, (there,))], [Document("a", TEXT, (back,))], measures=[measure])
    assert found[measure].f1 == 1


def test_a_silent_document_counts_as_missed_and_is_said():
    notes = Notes()
    both = columns([ONE, TWO], [ONE], notes=notes)
    assert (len(both.gold.mentions.doc), len(both.pred.mentions.doc)) == (4, 2)
    assert notes.lines() == ["1 × gold document without prediction: all of it counts as missed (first: b)"]
    with pytest.raises(InputError, match="document b of the gold not predicted"):
        columns([ONE, TWO], [ONE], missing_documents="error")


def test_extra_documents_are_left_out_only_on_request_and_said():
    scores = score([ONE], [ONE, TWO], extra_documents="ignore")
    assert scores["mentions/strict"].f1 == 1
    assert scores.notes == ("1 × predicted document not in the gold: left out (first: b)",)


def test_a_prediction_may_come_without_its_text():
    scores = score([ONE], [replace(ONE, text="")], measures=["mentions/strict", "mentions/surface", "mentions/head"])
    assert [scores[measure].f1 for measure in scores.counts] == [1, 1, 1]
    assert "not compared" in scores.notes[0]


def test_duplicates_and_unknown_labels_are_said():
    extra = (*ONE.mentions, Mention(0, 12, "PERSON", "m3"), Mention(17, 30, "HUMAN", "m4"))
    scores = score([ONE], [replace(ONE, mentions=extra)])
    assert scores.notes == (
        "1 × mentions: predicted with label HUMAN, which the gold never uses: wrong",
        "1 × predicted mention with the span and label of another: each counts",
    )
    assert scores["mentions/strict"].precision == 0.5


def test_nothing_on_both_sides_is_undefined():
    empty = [Document("a", TEXT)]
    row = score(empty, empty)["mentions/strict"]
    assert row.f1 != row.f1
    assert score(empty, [ONE])["mentions/strict"].f1 == 0


def test_the_report_says_over_how_many_labels_the_macro_average_is():
    text = score([ONE], [ONE]).table()
    assert "macro: over 2 labels (mentions/strict, mentions/exact, mentions/partial, mentions/type)" in text
    assert "macro: over 1 label (relations/strict, relations/boundaries)" in text


def test_the_signature_does_not_depend_on_order_or_on_the_other_side():
    first, again = score([ONE, TWO], [TWO, ONE]), score([TWO, ONE], [ONE])
    assert first.signature.fields["gold"] == again.signature.fields["gold"]
    assert first.signature.fields["pred"] != again.signature.fields["pred"]
    assert first.signature_of("mentions/strict").startswith("measure:mentions/strict|unit:mention|scheme:spans|")


def test_the_signature_does_not_depend_on_the_order_of_relations_that_differ_in_evidence_alone():
    stated = tuple(Relation("m1", "m2", "in", evidence=lines) for lines in ((), (0,), (1,), (0, 1)))
    hashes = {score([replace(ONE, relations=order)], [ONE]).signature.fields["gold"] for order in permutations(stated)}
    assert len(hashes) == 1


def test_documents_without_tokens_are_left_out_of_the_measure_of_tokens_and_counted():
    words = replace(TWO, tokens=(Span(0, 6), Span(7, 12)))
    found = score([ONE, words], [ONE, words], measures=["mentions/tokens"])
    assert found["mentions/tokens"].gold == 2
    assert found.notes == ("1 × mentions/tokens: document without tokens in the gold, left out (first: a)",)
