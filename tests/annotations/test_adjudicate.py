"""Adjudication: agreement is taken, everything else is disputed once, and decisions make a whole document."""

from pathlib import Path

import pytest

from goldwire.annotations.adjudicate import Decision, adjudicated, compare_passes
from goldwire.annotations.items import MentionItem, assemble, items
from goldwire.annotations.passes import common_documents, read_passes
from goldwire.annotations.worklist import read_decisions
from goldwire.document import Document, Entity, Mention, Relation, Span, Zone, canonical
from goldwire.errors import InputError
from goldwire.formats.goldwire_json import dump

TEXT = "Jane Smith of Acme met Bob in Paris."


def version(*mentions, relations=(), entities=()):
    sentences = (Span(0, len(TEXT)),)
    return canonical(Document("d", TEXT, mentions, relations, entities, (), sentences, (Zone(0, 36, "body"),)))


JANE, ACME, BOB = (
    Mention(0, 10, "PERSON", "a", level="name"),
    Mention(14, 18, "ORG", "b", level="name"),
    Mention(23, 26, "PERSON", "c", level="name"),
)
MET = Relation("a", "c", "met_with", "r")
FULL = version(
    JANE, ACME, BOB, relations=(MET,), entities=(Entity("jane", ("a",), "NIL"), Entity("bob", ("c",), "NIL"))
)


def renamed(document, **names):
    entities = tuple(Entity(names.get(e.id, e.id), e.mentions, e.link) for e in document.entities)
    return canonical(Document(**{f: getattr(document, f) for f in document.__slots__} | {"entities": entities}))


def test_taking_a_document_apart_and_putting_it_together_is_the_identity():
    parts = [item for layer in items(FULL).values() for item in layer]
    assert [m.text for m in FULL.mentions] == [m.text for m in assemble("d", TEXT, parts).mentions]
    assert items(FULL) == items(assemble("d", TEXT, parts))


def test_equal_passes_leave_no_dispute_even_if_their_entities_have_other_names():
    passes = {"ann": {"d": FULL}, "ben": {"d": renamed(FULL, jane="smith", bob="jane")}}
    agreed, disputes = compare_passes(passes, "d")
    assert [] == disputes
    assert items(FULL) == items(assemble("d", TEXT, agreed))


def test_what_one_annotator_lacks_is_disputed_once():
    without = version(JANE, BOB, relations=(MET,), entities=FULL.entities and (Entity("jane", ("a",), "NIL"),))
    _, disputes = compare_passes({"ann": {"d": FULL}, "ben": {"d": without}}, "d")
    assert ["d/mentions/1", "d/entities/1"] == [d.id for d in disputes]
    assert ("ann",) == disputes[0].candidates[0].annotators


def test_two_labels_for_one_span_are_one_dispute_with_two_candidates():
    other = version(JANE, Mention(14, 18, "GPE", "b", level="name"), BOB)
    _, disputes = compare_passes({"ann": {"d": version(JANE, ACME, BOB)}, "ben": {"d": other}}, "d")
    assert [["ORG", "GPE"]] == [sorted((c.item.label for c in d.candidates), reverse=True) for d in disputes]


def test_decisions_choose_among_the_candidates():
    other = version(JANE, Mention(14, 18, "GPE", "b", level="name"), BOB)
    agreed, disputes = compare_passes({"ann": {"d": version(JANE, ACME, BOB)}, "ben": {"d": other}}, "d")
    chosen = next(n for n, c in enumerate(disputes[0].candidates) if c.item.label == "ORG")
    gold = assemble("d", TEXT, adjudicated(agreed, disputes, [Decision(disputes[0].id, (chosen,), "M4")]))
    assert ["PERSON", "ORG", "PERSON"] == [m.label for m in gold.mentions]


def test_an_undecided_dispute_and_a_wrong_number_are_errors():
    agreed, disputes = compare_passes({"ann": {"d": FULL}, "ben": {"d": version(JANE)}}, "d")
    with pytest.raises(InputError, match="undecided"):
        adjudicated(agreed, disputes, [])
    with pytest.raises(InputError, match="accepts"):
        adjudicated(agreed, disputes, [Decision(d.id, (9,), "M1") for d in disputes])


def test_a_relation_whose_end_falls_cannot_stand():
    with pytest.raises(InputError, match="does not stand"):
        assemble("d", TEXT, items(FULL)["relations"])
    assert isinstance(items(FULL)["mentions"][0], MentionItem)


def test_the_gold_is_what_the_passes_and_the_logged_decisions_make():
    here = Path(__file__).parents[2] / "annotations"
    passes, decisions = read_passes([here / "passes"]), read_decisions(here / "adjudication.jsonl")
    for name in common_documents(passes):
        agreed, disputes = compare_passes(passes, name)
        mine = [decision for decision in decisions if decision.dispute in {d.id for d in disputes}]
        text = passes["a"][name].text
        made = assemble(name, text, adjudicated(agreed, disputes, mine))
        assert (here / "gold" / f"{name}.json").read_text() == dump(made)
