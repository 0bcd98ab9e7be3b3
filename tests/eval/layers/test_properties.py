"""What holds of every measure of every layer, over predictions that are damaged gold.

Unrelated sides seldom share a mention; here most do, beside repeated, shifted, nested, crossing and relabelled ones,
relations turned or stated twice, clusters taken apart, entries exchanged, and documents of nothing on either side.
"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.document import Document, Entity, Mention, Relation
from goldwire.eval.columns import columns
from goldwire.eval.counts import merge_all, precision_recall_f1
from goldwire.eval.measures import by_name, measures
from goldwire.labels import LabelSet, RelationLabel
from random_documents import documents

DECLARED = {
    "spouse": RelationLabel(symmetric=True),
    "member_of": RelationLabel(inverse="has_member"),
    "has_member": RelationLabel(inverse="member_of"),
    "knows": RelationLabel(),
}
LABELS = LabelSet(relations=DECLARED)
LINKS = ("Q1", "Q2", "NIL", "")
ALL = [
    # Clusters overlap where a repeated mention is in two: merged asks nothing of ids.
    by_name(f"{one.name}-merged") if one.layer == "coreference" else one
    for one in measures().values()
]
TURNS = [one for one in ALL if not one.name.startswith(("relations/en", "relations/within", "relations/across"))]
TURNS = [one for one in TURNS if one.name not in {"relations/evidence", "links/given-mention"}]  # the gold's to say
by_layer = pytest.mark.parametrize("layer", ["mentions", "relations", "coreference", "links"])
some = settings(max_examples=25)


def of(layer, measures=ALL):
    return [one for one in measures if one.layer == layer]


@st.composite
def damaged(draw, document):
    """A prediction made of a gold document: what it has kept, shifted, relabelled, left out or said twice."""
    found, names = [], {}
    for mention in document.mentions:
        what = draw(st.sampled_from(["keep", "keep", "keep", "shift", "relabel", "drop", "twice"]))
        if what == "drop":
            continue
        if what == "shift" and not mention.fragments:
            mention = replace(mention, end=mention.end + 1)  # noqa: PLW2901
        if what == "relabel":
            mention = replace(mention, label=draw(st.sampled_from(["GPE", "ORG", "NEW"])))  # noqa: PLW2901
        for _ in range(2 if what == "twice" else 1):
            name = f"p{len(found)}"
            found.append(replace(mention, id=name))
            names[mention.id] = name
    relations = [draw(turned(names, one)) for one in document.relations if {one.head, one.tail} <= names.keys()]
    stated = [relation for relation in relations for _ in range(draw(st.sampled_from([0, 1, 1, 2])))]
    return replace(document, mentions=tuple(found), relations=tuple(stated), entities=draw(grouped(found)))


@st.composite
def turned(draw, names, relation):
    head, tail = names[relation.head], names[relation.tail]
    if draw(st.booleans()):
        head, tail = tail, head
    return Relation(head, tail, draw(st.sampled_from([relation.label, relation.label, "has_member"])))


@st.composite
def grouped(draw, found):
    """Entities with links over some of the mentions."""
    groups = {}
    for mention in found:
        groups.setdefault(draw(st.integers(0, 3)), []).append(mention.id)
    groups.pop(0, None)
    return tuple(
        Entity(f"e{number}", tuple(held), draw(st.sampled_from(LINKS))) for number, held in sorted(groups.items())
    )


@st.composite
def sides(draw, most=3):
    golds, preds = [], []
    for number in range(draw(st.integers(1, most))):
        gold = draw(documents(f"d{number}", most=5))
        gold = replace(gold, entities=draw(grouped(gold.mentions)))
        kind = draw(st.sampled_from(["damaged", "damaged", "damaged", "silent", "invented"]))
        empty = replace(gold, mentions=(), relations=(), entities=())
        made = {"damaged": lambda g: draw(damaged(g)), "silent": lambda _: empty, "invented": lambda g: g}  # noqa: B023
        golds.append(empty if kind == "invented" else gold)
        preds.append(made[kind](gold))
    return golds, preds


@by_layer
@some
@given(pair=sides())
def test_the_order_of_everything_changes_no_bit(layer, pair):
    backwards = [
        [
            replace(
                one,
                mentions=one.mentions[::-1],
                relations=one.relations[::-1],
                entities=tuple(replace(e, mentions=e.mentions[::-1]) for e in one.entities[::-1]),
            )
            for one in side[::-1]
        ]
        for side in pair
    ]
    here, there = columns(*pair, LABELS), columns(*backwards, LABELS)
    for measure in of(layer):
        found, again = measure.count(here), measure.count(there)
        assert found.labels == again.labels and np.array_equal(found.values, again.values), measure.name


@by_layer
@some
@given(pair=sides())
def test_no_share_is_above_one_and_what_is_right_is_no_more_than_there_is(layer, pair):
    both = columns(*pair, LABELS)
    for measure in of(layer):
        values = measure.count(both).values
        assert (values[..., [2, 3]] <= values[..., [0, 1]] + 1e-9).all() and (values >= 0).all(), measure.name
        assert not (precision_recall_f1(values) > 1 + 1e-9).any(), measure.name


@by_layer
@some
@given(pair=sides())
def test_the_gold_against_itself_is_one_or_undefined(layer, pair):
    both = columns(pair[0], pair[0], LABELS)
    for measure in of(layer):
        figures = [average(measure.count(both).total()) for average in measure.averages.values()]
        assert all(value == pytest.approx(1) or np.isnan(value) for value in np.ravel(figures)), measure.name


@by_layer
@some
@given(pair=sides())
def test_swapped_sides_swap_precision_and_recall_by_every_average(layer, pair):
    here, there = columns(*pair, LABELS), columns(*pair[::-1], LABELS)
    for measure in of(layer, TURNS):
        for name, average in measure.averages.items():
            if name != "weighted":  # which weighs by the gold
                one, other = (average(measure.count(both).total()) for both in (here, there))
                assert one[..., [1, 0, 2]] == pytest.approx(other, nan_ok=True), measure.name


@by_layer
@some
@given(pair=sides(most=4))
def test_a_disjoint_document_adds_its_counts_and_shards_merge(layer, pair):
    both = columns(*pair, LABELS)
    shards = [columns([gold], [pred], LABELS) for gold, pred in zip(*pair, strict=True)]
    for measure in (one for one in of(layer) if one.additive):
        parts = [measure.count(shard) for shard in shards]
        whole = measure.count(both).total().sum(axis=0)
        assert np.allclose(merge_all(parts).total().sum(axis=0), whole), measure.name
        assert np.allclose(sum(part.total().sum(axis=0) for part in parts), whole), measure.name


RENAMED = {"GPE": "z1", "ORG": "a1", "PERSON": "m1", "NEW": "b1", "spouse": "z2", "knows": "a2"}
RENAMED |= {"member_of": "y2", "has_member": "c2", "Q1": "Q77", "Q2": "Q3"}


def other(name):
    return RENAMED.get(name, name)


def renamed(document, backwards):
    """The document under other names: of labels, relations, entities and entries, each name for one.

    backwards: entities come in another order by their new names. Relations between copies of one mention that lie in
    several entities mean the first of these by name, so there the order stays.
    """
    return Document(
        f"x-{9 - int(document.id[1:])}",
        document.text,
        tuple(replace(m, label=other(m.label)) for m in document.mentions),
        tuple(replace(r, label=other(r.label)) for r in document.relations),
        tuple(
            replace(e, id=f"z{9 - int(e.id[1:])}" if backwards else f"z{e.id}", link=other(e.link))
            for e in document.entities
        ),
    )


ELSEWHERE = LabelSet(
    relations={other(name): replace(label, inverse=other(label.inverse)) for name, label in DECLARED.items()}
)


@by_layer
@some
@given(pair=sides())
def test_other_names_for_labels_entities_entries_and_documents_change_no_total(layer, pair):
    others = ([renamed(one, layer != "relations") for one in side] for side in pair)
    here, there = columns(*pair, LABELS), columns(*others, ELSEWHERE)
    for measure in of(layer):
        found, again = (measure.count(both).total().sum(axis=0) for both in (here, there))
        assert again == pytest.approx(found), measure.name


@some
@given(pair=sides())
def test_what_is_asked_for_more_is_found_no_more_often(pair):
    both = columns(*pair, LABELS)
    right = {
        name: by_name(name).count(both).total().sum(axis=0)
        for name in (
            "mentions/strict",
            "mentions/exact",
            "mentions/partial",
            "mentions/type",
            "relations/strict",
            "relations/boundaries",
            "links/typed",
            "links/strong",
            "links/linked",
        )
    }
    assert right["mentions/strict"][2] <= right["mentions/exact"][2]
    assert right["mentions/exact"][2] == right["mentions/partial"][2]  # partial adds halves
    assert right["mentions/strict"][2] <= right["mentions/type"][2]
    assert right["relations/strict"][2] <= right["relations/boundaries"][2]
    assert right["links/typed"][2] <= right["links/strong"][2] <= right["links/linked"][2]


def test_the_generator_makes_what_it_promises():
    """A property that never meets duplicates, nesting or crossing holds of nothing."""
    seen = set()

    @settings(max_examples=300, database=None)
    @given(pair=sides())
    def collect(pair):
        for document in (one for side in pair for one in side):
            seen.update(kinds(document))
        seen.update("shared" for gold, pred in zip(*pair, strict=True) if common(gold, pred))

    collect()
    assert {"repeated", "nested", "crossing", "discontinuous", "empty", "shared", "linked", "two labels"} <= seen


def common(gold, pred):
    return {(m.spans, m.label) for m in gold.mentions} & {(m.spans, m.label) for m in pred.mentions}


def kinds(document):
    mentions = document.mentions
    if not mentions:
        yield "empty"
    if any(entity.link for entity in document.entities):
        yield "linked"
    if any(m.fragments for m in mentions):
        yield "discontinuous"
    for place, one in enumerate(mentions):
        yield from (between(one, two) for two in mentions[:place])


def between(one: Mention, two: Mention) -> str:
    first, second = sorted(((one.start, one.end), (two.start, two.end)))
    if first == second:
        return "repeated" if one.label == two.label else "two labels"
    if second[1] <= first[1] or second[0] == first[0]:
        return "nested"
    return "crossing" if second[0] < first[1] else "apart"
