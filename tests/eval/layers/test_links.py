"""Measures of links: a missed or shifted mention costs, NIL is a link, and accuracy is told apart from both."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.document import Document, Entity, Mention
from goldwire.eval.columns import columns
from goldwire.eval.counts import micro
from goldwire.eval.layers.links import MEASURES

TEXT = "Apple shares rose after Goldman Sachs said Tim Cook would stay, Reuters reported from Cupertino on Friday."
APPLE, GOLDMAN, COOK, REUTERS = (0, 5), (24, 37), (43, 51), (64, 71)
BY_NAME = {measure.name: measure for measure in MEASURES}


def linked(*entities, name="reuters-7", label="ORG") -> Document:
    """A document of entities, each a link and its spans."""
    mentions, held = [], []
    for number, (link, *spans) in enumerate(entities):
        ids = tuple(f"m{number}-{place}" for place in range(len(spans)))
        mentions += [Mention(*span, label, mention) for mention, span in zip(ids, spans, strict=True)]
        held.append(Entity(f"e{number}", ids, link))
    return Document(name, TEXT, tuple(mentions), (), tuple(held))


GOLD = linked(("Apple_Inc.", APPLE), ("Goldman_Sachs", GOLDMAN), ("NIL", COOK), ("", REUTERS))


def figures(pred, name, gold=GOLD):
    return micro(BY_NAME[name].count(columns([gold], [pred])).total()).tolist()


@pytest.mark.parametrize("name", list(BY_NAME))
def test_the_gold_against_itself_is_perfect(name):
    assert figures(GOLD, name) == [1, 1, 1]


def test_a_missed_mention_costs_recall_of_links_though_every_link_given_is_right():
    """The trap of scorers that look only at predicted spans which equal gold ones."""
    one = linked(("Apple_Inc.", APPLE))
    assert figures(one, "links/strong") == [1, pytest.approx(1 / 3), pytest.approx(1 / 2)]
    assert figures(one, "links/inkb") == [1, 1 / 2, pytest.approx(2 / 3)]
    assert figures(one, "links/given-mention") == [1, 1, 1]


def test_a_shifted_mention_is_wrong_and_gives_no_accuracy_to_speak_of():
    shifted = linked(("Apple_Inc.", (0, 12)), ("Goldman_Sachs", (24, 31)))
    assert figures(shifted, "links/strong") == [0, 0, 0]
    assert np.isnan(figures(shifted, "links/given-mention")).all()


def test_a_wrong_link_on_a_found_mention_is_told_apart_from_a_missed_one():
    wrong = linked(("Apple_Corps", APPLE), ("Goldman_Sachs", GOLDMAN), ("NIL", COOK))
    assert figures(wrong, "links/linked") == [1, 1, 1]
    assert figures(wrong, "links/strong")[2] == figures(wrong, "links/given-mention")[2] == pytest.approx(2 / 3)


def test_nil_is_a_link_of_its_own_and_no_part_of_the_knowledge_base():
    guessed = linked(("Apple_Inc.", APPLE), ("NIL", GOLDMAN), ("NIL", COOK))
    assert figures(guessed, "links/nil") == [1 / 2, 1, pytest.approx(2 / 3)]
    assert figures(guessed, "links/inkb") == [1, 1 / 2, pytest.approx(2 / 3)]


def test_a_found_mention_without_a_link_is_wrong_given_the_mention():
    silent = linked(("", APPLE), ("Goldman_Sachs", GOLDMAN))
    assert figures(silent, "links/given-mention") == [1 / 2, 1 / 2, 1 / 2]


def test_a_wrong_label_does_not_make_a_link_wrong_and_each_side_counts_at_its_own():
    gold, pred = linked(("Apple_Inc.", APPLE)), linked(("Apple_Inc.", APPLE), label="PRODUCT")
    counted = BY_NAME["links/strong"].count(columns([gold], [pred]))
    assert counted.labels == ("ORG", "PRODUCT")
    assert counted.values[0, :, :4].tolist() == [[1, 0, 1, 0], [0, 1, 0, 1]]


def test_the_entries_of_a_document_count_once_wherever_they_stand():
    pred = linked(("Apple_Inc.", GOLDMAN, COOK), ("Reuters", REUTERS))
    assert figures(pred, "links/document") == [1 / 2, 1 / 2, 1 / 2]
    assert figures(pred, "links/document-typed") == [1 / 2, 1 / 2, 1 / 2]
    other = linked(("Apple_Inc.", GOLDMAN, COOK), ("Goldman_Sachs", REUTERS), label="PRODUCT")
    assert figures(other, "links/document") == [1, 1, 1]
    assert figures(other, "links/document-typed") == [0, 0, 0]


links = st.sampled_from(["", "NIL", "Apple_Inc.", "Goldman_Sachs"])
sides = st.lists(st.tuples(links, st.sampled_from([APPLE, GOLDMAN, COOK, REUTERS])), unique_by=lambda x: x[1])


@settings(max_examples=60)
@given(sides, sides)
def test_arrays_count_as_multisets_of_span_and_link_do(gold, pred):
    one, other = (Counter((span, link) for link, span in side if link) for side in (gold, pred))
    values = BY_NAME["links/strong"].count(columns([linked(*gold)], [linked(*pred)])).total().sum(axis=0)
    assert values[:4].tolist() == [one.total(), other.total(), (one & other).total(), (one & other).total()]


@pytest.mark.parametrize("name", [name for name in BY_NAME if name != "links/given-mention"])
@settings(max_examples=20)
@given(sides, sides)
def test_swapping_the_sides_swaps_precision_and_recall(name, gold, pred):
    precision, recall, f1 = figures(linked(*pred), name, linked(*gold))
    swapped = figures(linked(*gold), name, linked(*pred))
    assert swapped == pytest.approx([recall, precision, f1], nan_ok=True)


NELEVAL = {  # the measures of neleval: its filter, then its key of (span, label, entry or none for NIL)
    "links/strong": (lambda link: True, (0, 2)),
    "links/inkb": (lambda link: link != "NIL", (0, 2)),
    "links/inkb-mentions": (lambda link: link != "NIL", (0,)),
    "links/nil": (lambda link: link == "NIL", (0,)),
    "links/typed": (lambda link: True, (0, 1, 2)),
    "links/typed-inkb": (lambda link: link != "NIL", (0, 1, 2)),
    "links/typed-nil": (lambda link: link == "NIL", (0, 1)),
}
triples = st.lists(
    st.tuples(
        st.sampled_from([APPLE, GOLDMAN, COOK]), st.sampled_from(["ORG", "PER"]), st.sampled_from(["NIL", "Q1", "Q2"])
    ),
    unique_by=lambda triple: triple[0],
)


def typed(rows) -> Document:
    mentions = tuple(Mention(*span, label, f"m{n}") for n, (span, label, _) in enumerate(rows))
    entities = tuple(Entity(f"e{n}", (f"m{n}",), link) for n, (_, _, link) in enumerate(rows))
    return Document("reuters-7", TEXT, mentions, (), entities)


@pytest.mark.parametrize("name", NELEVAL)
@settings(max_examples=40)
@given(triples, triples)
def test_nelevals_measures_are_sets_of_its_filter_and_key(name, gold, pred):
    kept, key = NELEVAL[name]
    one, other = ({tuple(row[k] for k in key) for row in side if kept(row[2])} for side in (gold, pred))
    values = BY_NAME[name].count(columns([typed(gold)], [typed(pred)])).total().sum(axis=0)
    assert values[:4].tolist() == [len(one), len(other), len(one & other), len(one & other)]
