"""Facts between entities, on a document as DocRED has them."""

from dataclasses import replace
from itertools import permutations

import pytest

from goldwire.document import Document, Entity, Mention, Relation, Span
from goldwire.eval.columns import columns
from goldwire.eval.counts import micro
from goldwire.eval.layers.facts import MEASURES, facts_of, ignoring
from goldwire.eval.layers.relations import MEASURES as RELATIONS_BETWEEN_MENTIONS
from goldwire.formats.base import Notes
from goldwire.labels import LabelSet, RelationLabel

TEXT = "Angela Merkel spoke in Berlin. Merkel leads Germany."
MENTIONS = (
    Mention(0, 13, "PER", "m1"),
    Mention(23, 29, "LOC", "m2"),
    Mention(31, 37, "PER", "m3"),
    Mention(44, 51, "LOC", "m4"),
)
ENTITIES = (Entity("e1", ("m1", "m3")), Entity("e2", ("m2",)), Entity("e3", ("m4",)))
RELATIONS = (Relation("m1", "m2", "works_in", evidence=(0,)), Relation("m3", "m4", "leads", evidence=(0, 1)))
GOLD = Document("d", TEXT, MENTIONS, RELATIONS, ENTITIES, sentences=(Span(0, 30), Span(31, 52)))
BY_NAME = {measure.name: measure for measure in MEASURES}


def f1(name, *relations, entities=ENTITIES):
    pred = replace(GOLD, relations=relations, entities=entities)
    return micro(BY_NAME[f"relations/{name}"].count(columns([GOLD], [pred])).total()).round(3).tolist()


def test_any_mention_of_the_entities_states_the_fact():
    assert f1("entity", Relation("m3", "m2", "works_in"), Relation("m1", "m4", "leads")) == [1, 1, 1]


def test_a_fact_stated_twice_counts_once():
    assert f1("entity", Relation("m3", "m2", "works_in"), Relation("m1", "m2", "works_in")) == [1, 0.5, 0.667]


def test_all_mentions_wants_the_whole_entity():
    torn = (Entity("e1", ("m1",)), Entity("e2", ("m2",)), Entity("e3", ("m4",)))
    assert f1("entity", *RELATIONS, entities=torn) == [1, 1, 1]
    assert f1("entity-all", *RELATIONS, entities=torn) == [0, 0, 0]
    assert f1("entity-all", *RELATIONS) == [1, 1, 1]


def test_facts_are_split_by_whether_a_sentence_names_both_ends():
    far = replace(GOLD, relations=(*RELATIONS, Relation("m2", "m4", "capital_of")))
    both = columns([far], [GOLD])
    assert BY_NAME["relations/across-sentences"].count(both).total().sum(axis=0)[:4].tolist() == [1, 0, 0, 0]
    assert BY_NAME["relations/within-sentences"].count(both).total().sum(axis=0)[:4].tolist() == [2, 2, 2, 2]


def test_evidence_counts_each_sentence_of_a_fact():
    assert f1("evidence", RELATIONS[0], replace(RELATIONS[1], evidence=(1,))) == [1, 0.667, 0.8]


@pytest.mark.parametrize("declared", [RelationLabel(symmetric=True), RelationLabel(inverse="a_met_by")])
def test_evidence_of_a_facts_second_direction_counts(declared):
    back = "met" if declared.symmetric else "a_met_by"
    stated = (Relation("m1", "m2", "met", evidence=(0,)), Relation("m2", "m1", back, evidence=(1,)))
    said = replace(GOLD, relations=stated)
    both = columns([said], [said], LabelSet(relations={"met": declared}))
    assert BY_NAME["relations/evidence"].count(both).total().sum(axis=0)[:4].tolist() == [2, 2, 2, 2]
    assert BY_NAME["relations/entity"].count(both).total().sum(axis=0)[:4].tolist() == [1, 1, 1, 1]


def test_what_stands_before_the_first_sentence_belongs_to_it():
    early = replace(GOLD, sentences=(Span(14, 30), Span(31, 52)), relations=RELATIONS[:1])
    alone = replace(early, mentions=MENTIONS[:2], entities=())
    others = replace(GOLD, id="a"), replace(GOLD, id="z", sentences=())
    both = columns([others[0], alone, others[1]], [alone])
    assert BY_NAME["relations/across-sentences"].count(both).values[1].sum(axis=0)[:4].tolist() == [0, 0, 0, 0]
    assert BY_NAME["relations/within-sentences"].count(both).values[1].sum(axis=0)[:4].tolist() == [1, 1, 1, 1]


def test_known_facts_are_left_out_of_precision_and_by_our_rule_of_recall():
    both = columns([GOLD], [replace(GOLD, relations=RELATIONS[:1])])
    known = [("Merkel", "Berlin", "works_in")]
    assert ignoring(both, known).total().sum(axis=0)[:4].tolist() == [1, 0, 0, 0]
    assert ignoring(both, known, in_recall=True).total().sum(axis=0)[:4].tolist() == [2, 0, 1, 0]


def test_a_known_fact_that_the_document_does_not_state_stays_wrong():
    both = columns([GOLD], [replace(GOLD, relations=(Relation("m2", "m4", "capital_of"),))])
    assert ignoring(both, [("Berlin", "Germany", "capital_of")]).total().sum(axis=0)[:4].tolist() == [2, 1, 0, 0]


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_which_copy_of_a_mention_a_relation_names_first_changes_nothing(name):
    ends = (Mention(0, 13, "PER", "m1"), Mention(0, 13, "ORG", "m2"))
    gold = replace(GOLD, mentions=ends, relations=(Relation("m2", "m1", "leads", evidence=(0,)),))
    gold = replace(gold, entities=(Entity("e1", ("m1",)), Entity("e2", ("m2",))))
    copies = tuple(Mention(0, 13, "PER", f"m{number}") for number in range(3))
    pred = replace(gold, mentions=copies, relations=(Relation("m1", "m0", "leads", evidence=(0,)),))
    pred = replace(pred, entities=(Entity("e1", ("m0", "m1", "m2")),))
    orders = (replace(pred, mentions=order) for order in permutations(copies))
    found = [BY_NAME[name].count(columns([gold], [other])).total().tolist() for other in orders]
    assert all(one == found[0] for one in found)


@pytest.mark.parametrize("name", sorted(BY_NAME))
@pytest.mark.parametrize("homes", [(), ("a",), ("a", "a", "b"), ("b", "a")])
def test_copies_of_a_mention_are_one_thing_whatever_holds_them(name, homes):
    copies = tuple(Mention(0, 13, "PER", f"m{number}") for number in (1, 5, 6))
    held = tuple(Entity(home, tuple(m.id for m, own in zip(copies, homes) if own == home)) for home in {*homes})  # noqa: B905
    stated = tuple(Relation(copy.id, "m2", "works_in", evidence=(0,)) for copy in copies)
    gold = replace(GOLD, mentions=(*copies, MENTIONS[1]), relations=stated, entities=held)
    total = BY_NAME[name].count(columns([gold], [gold])).total().sum(axis=0)[:4].tolist()
    assert total == [0 if "across" in name else 1] * 4


def test_a_copy_in_a_second_entity_is_said_and_the_first_by_id_counts():
    twice = (*MENTIONS, Mention(0, 13, "PER", "m5"))
    gold = replace(GOLD, mentions=twice, entities=(*ENTITIES, Entity("e0", ("m5",))), relations=RELATIONS[:1])
    notes = Notes()
    both = columns([gold], [replace(gold, relations=(Relation("m3", "m2", "works_in"),))], notes=notes)
    assert notes.lines() == [
        "1 × gold mention in a second entity; for its own entity the first by id counts",
        "1 × predicted mention in a second entity; for its own entity the first by id counts",
    ]
    assert BY_NAME["relations/entity"].count(both).total().sum(axis=0)[:4].tolist() == [1, 1, 0, 0]


def test_which_entity_a_mention_in_two_is_of_does_not_hang_on_their_order():
    twice = replace(GOLD, entities=(*ENTITIES[:2], Entity("e0", ("m1",))), relations=RELATIONS[:1])
    turned = replace(twice, entities=twice.entities[::-1])
    assert facts_of([twice]) == facts_of([turned]) == {("Angela Merkel", "Berlin", "works_in")}


@pytest.mark.parametrize("measure", [*MEASURES, *RELATIONS_BETWEEN_MENTIONS], ids=lambda one: one.name)
def test_a_relation_without_label_changes_none_of_the_others(measure):
    bare = replace(GOLD, relations=(*RELATIONS, Relation("m2", "m4", "")))
    turned = tuple(replace(one, head=one.tail, tail=one.head) for one in RELATIONS)
    for said in (RELATIONS, turned):
        pred = replace(GOLD, relations=said)
        without, beside = (measure.count(columns([gold], [pred])).total() for gold in (GOLD, bare))
        assert beside[1:].tolist() == without.tolist()  # the label "" stands first
