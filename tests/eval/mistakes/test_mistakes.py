"""Every mention and relation in one class, and the classes add up."""

import numpy as np
import pytest
from hypothesis import given, settings

from goldwire.document import Document, Mention, Relation, Span
from goldwire.eval.columns import columns
from goldwire.eval.counts import micro
from goldwire.eval.layers.mentions import strict
from goldwire.eval.layers.relations import folded
from goldwire.eval.mistakes.findings import find_mistakes
from goldwire.eval.mistakes.mentions import CLASSES, class_counts, confusion, mention_mistakes
from goldwire.eval.mistakes.relations import loss_split, relation_mistakes
from random_documents import TEXT, corpora

PERSON = Mention(17, 30, "PERSON", "m1")


def classes(gold, pred, find=mention_mistakes):
    found = find(columns([gold], [pred]))
    return [found.classes[i] for i in found.gold], [found.classes[i] for i in found.pred]


@pytest.mark.parametrize(
    ("gold", "pred", "gold_class", "pred_class"),
    [
        ([(17, 30, "P")], [(17, 30, "P")], ["correct"], ["correct"]),
        ([(17, 30, "P")], [(17, 30, "O")], ["wrong label"], ["wrong label"]),
        ([(17, 30, "P")], [(24, 30, "P")], ["boundary: shorter"], ["boundary: shorter"]),
        ([(17, 30, "P")], [(13, 30, "P")], ["boundary: longer"], ["boundary: longer"]),
        ([(17, 30, "P")], [(13, 23, "P")], ["boundary: shifted"], ["boundary: shifted"]),
        ([(17, 30, "P")], [(24, 30, "O")], ["wrong label and boundary"], ["wrong label and boundary"]),
        ([(17, 30, "P")], [(17, 23, "P"), (24, 30, "P")], ["boundary: shorter"], ["boundary: shorter", "split"]),
        ([(0, 12, "P"), (17, 30, "P")], [(0, 30, "P")], ["merged", "boundary: longer"], ["boundary: longer"]),
        ([(0, 30, "P"), (17, 30, "P")], [(0, 30, "P")], ["correct", "missing"], ["correct"]),
        ([], [(17, 30, "P")], [], ["spurious"]),
    ],
)
def test_a_mention_has_the_class_that_a_person_would_give_it(gold, pred, gold_class, pred_class):
    sides = (Document("d", TEXT, tuple(Mention(*m) for m in side)) for side in (gold, pred))
    assert classes(*sides) == (gold_class, pred_class)


@settings(max_examples=40)
@given(corpora())
def test_the_classes_add_up_to_the_totals_of_strict(pair):
    both = columns(*pair)
    found, total = class_counts(mention_mistakes(both)), strict(both).total().sum(axis=0)
    assert (sum(c.gold for c in found), sum(c.pred for c in found), found[0].gold) == tuple(total[:3])
    assert found[0].f1_if_mended == pytest.approx(float(micro(total[None])[2]), nan_ok=True)
    assert all(c.f1_if_mended >= found[0].f1_if_mended for c in found if not np.isnan(c.f1_if_mended))


def mended(gold, pred, name):
    """Give the predictions with a class of mistakes mended, by the list of mistakes alone."""
    spots = {document.id: [(m.start, m.end, m.label) for m in document.mentions] for document in pred}
    for found in find_mistakes(columns(gold, pred), gold).mentions:
        wrong, right = (side and (side["start"], side["end"], side["label"]) for side in (found["pred"], found["gold"]))
        if found["class"] == name:
            spots[found["document"]] = [*spots[found["document"]], *([right] if right else [])]
            if wrong:
                spots[found["document"]].remove(wrong)
    return [Document(d.id, d.text, tuple(Mention(*spot) for spot in spots[d.id])) for d in gold]


@pytest.mark.parametrize("name", CLASSES[1:])
@settings(max_examples=20)
@given(pair=corpora(fragments=False))
def test_f1_if_a_class_were_mended_is_what_scoring_the_mended_predictions_gives(name, pair):
    gold, pred = pair
    found = next(c for c in class_counts(mention_mistakes(columns(gold, pred))) if c.name == name)
    again = strict(columns(gold, mended(gold, pred, name))).total().sum(axis=0)
    assert found.f1_if_mended == pytest.approx(float(micro(again[None])[2]), nan_ok=True)


@settings(max_examples=40)
@given(corpora())
def test_the_confusion_matrix_holds_every_mention_once(pair):
    both = columns(*pair)
    labels, matrix = confusion(both)
    gold = [(both.gold.mentions.label == code).sum() for code in range(len(labels))]
    pred = [(both.pred.mentions.label == code).sum() for code in range(len(labels))]
    assert matrix[:-1].sum(axis=1).tolist() == gold
    assert matrix[:, :-1].sum(axis=0).tolist() == pred


MENTIONS = (Mention(0, 12, "PERSON", "m1"), Mention(17, 30, "PERSON", "m2"), Mention(34, 40, "GPE", "m3"))


@pytest.mark.parametrize(
    ("mentions", "relation", "gold_class", "pred_class"),
    [
        (MENTIONS, ("m1", "m3", "visits"), "correct", "correct"),
        (MENTIONS, ("m3", "m1", "visits"), "wrong direction", "wrong direction"),
        (MENTIONS, ("m1", "m3", "leads"), "wrong label", "wrong label"),
        (MENTIONS, ("m2", "m3", "visits"), "wrong argument", "wrong argument"),
        (MENTIONS, ("m2", "m1", "leads"), "missing", "spurious"),
        (MENTIONS[1:], ("m2", "m3", "leads"), "argument missed", "spurious"),
        ((Mention(0, 12, "ORG", "m1"), MENTIONS[2]), ("m1", "m3", "visits"), *["wrong label of an argument"] * 2),
    ],
)
def test_a_relation_has_the_class_that_a_person_would_give_it(mentions, relation, gold_class, pred_class):
    gold = Document("d", TEXT, MENTIONS, (Relation("m1", "m3", "visits"),))
    pred = Document("d", TEXT, mentions, (Relation(*relation),))
    assert classes(gold, pred, relation_mistakes) == ([gold_class], [pred_class])


@settings(max_examples=40)
@given(corpora())
def test_relations_lost_and_found_add_up(pair):
    both = columns(*pair)
    split, found = loss_split(both), relation_mistakes(both)
    assert split.gold == sum(split[1:]) == len(found.gold) == len(folded(both)[0].row)
    assert split.found == (found.gold == 0).sum() == (found.pred == 0).sum()
    assert len(found.pred) == len(folded(both)[1].row)
    assert len(set(found.pairs.gold.tolist())) == len(found.pairs.gold)


NEWS = "Pope Francis, born Jorge Bergoglio in Buenos Aires, met Ulla Terkelsen of TV 2 News yesterday in Rome, Italy."


def relation_contexts(*pairs):
    """Give the surroundings of missing relations between stretches of the news."""
    places = sorted({place for pair in pairs for place in pair})
    mentions = tuple(Mention(*place, "X", f"m{n}") for n, place in enumerate(places))
    names = {place: f"m{n}" for n, place in enumerate(places)}
    gold = Document("d", NEWS, mentions, tuple(Relation(names[head], names[tail], "r") for head, tail in pairs))
    return [
        found["context"] for found in find_mistakes(columns([gold], [gold.without_annotations()]), [gold]).relations
    ]


@pytest.mark.parametrize(
    ("head", "tail", "context"),
    [
        ((38, 50), (19, 34), "Pope Francis, born [Jorge Bergoglio] in [Buenos Aires], met Ulla Terkelsen of TV 2 N"),
        ((0, 12), (5, 12), "[Pope Francis], born Jorge Bergoglio in Buen"),
        (
            (0, 12),
            (97, 101),
            "[Pope Francis], born Jorge Bergoglio in Buen … sen of TV 2 News yesterday in [Rome], Italy.",
        ),
    ],
)
def test_a_relation_is_shown_between_its_ends_and_a_long_way_between_them_is_cut(head, tail, context):
    assert relation_contexts((head, tail)) == [context]


def test_a_discontinuous_mention_is_listed_with_its_fragments():
    parts = (Span(5, 12), Span(25, 34))
    gold = Document("d", NEWS, (Mention(5, 34, "PERSON", "m1", fragments=parts),))
    found = find_mistakes(columns([gold], [gold.without_annotations()]), [gold]).mentions[0]["gold"]
    assert (found["fragments"], found["text"]) == ([[5, 12], [25, 34]], "Francis Bergoglio")
