"""The vectorised measures against a scorer of sets and loops, against nervaluate, and by their properties."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from goldwire.document import Document, Mention, Relation
from goldwire.eval.columns import columns
from goldwire.eval.counts import GOLD, GOLD_CORRECT, PRED, PRED_CORRECT, merge_all, micro
from goldwire.eval.measures import measures, named
from goldwire.eval.scoring import score
from goldwire.labels import LabelSet, RelationLabel
from random_documents import TEXT, corpora

LABELS = LabelSet(
    relations={
        "spouse": RelationLabel(symmetric=True),
        "member_of": RelationLabel(inverse="has_member"),
        "has_member": RelationLabel(inverse="member_of"),
        "knows": RelationLabel(),
    }
)
OURS = [m for m in measures().values() if m.layer in ("mentions", "relations")]
many = settings(max_examples=30)


def totals(name, gold, pred):
    """Give gold, pred and correct of both sides."""
    total = measures()[name].count(columns(gold, pred, LABELS)).total().sum(axis=0)
    return tuple(total[[GOLD, PRED, GOLD_CORRECT, PRED_CORRECT]].tolist())


def by_sets(keys, gold, pred):
    """Score by multisets of keys: what a person would write in ten lines."""
    sides = [Counter((d.id, key) for d in side for key in keys(d)) for side in (gold, pred)]
    correct = (sides[0] & sides[1]).total()
    return (sides[0].total(), sides[1].total(), correct, correct)


def strict_key(document):
    return [(m.spans, m.label) for m in document.mentions]


def ends(document, relation, labelled):
    table = document.by_id()
    one, other = ((table[end].spans, table[end].label) for end in (relation.head, relation.tail))
    pair = sorted((one, other)) if relation.label == "spouse" else [one, other]
    return (
        tuple(pair)
        if labelled
        else tuple(sorted(e[0] for e in pair) if relation.label == "spouse" else [e[0] for e in pair])
    )


def facts(document, labelled):
    """Give the relations of a document; a symmetric one that is stated in both directions once."""
    table, stated, kept = document.by_id(), Counter(), Counter()
    for r in document.relations:
        straight = tuple((table[end].spans, table[end].label) for end in (r.head, r.tail))
        stated[(r.label, ends(document, r, True), ends(document, r, False), straight)] += 1
    for (label, full, spans, _), times in stated.items():
        kept[(label, full, spans)] = max(kept[(label, full, spans)], times)
    return [(label, full if labelled else spans) for label, full, spans in kept.elements()]


@many
@given(corpora())
def test_strict_and_exact_are_what_multisets_give(pair):
    assert totals("mentions/strict", *pair) == by_sets(strict_key, *pair)
    assert totals("mentions/exact", *pair) == by_sets(lambda d: [m.spans for m in d.mentions], *pair)
    assert totals("mentions/label", *pair) == by_sets(lambda d: [m.label for m in d.mentions], *pair)
    assert totals("mentions/left", *pair) == by_sets(lambda d: [(m.start, m.label) for m in d.mentions], *pair)
    assert totals("mentions/right", *pair) == by_sets(lambda d: [(m.end, m.label) for m in d.mentions], *pair)


@many
@given(corpora())
def test_an_overlap_with_its_label_counts_as_much_as_any_threshold_and_as_strict(pair):
    correct = {name: totals(f"mentions/{name}", *pair)[2] for name in ("strict", "overlap", "iou-50", "type")}
    assert correct["strict"] <= correct["iou-50"] <= correct["overlap"]
    assert correct["type"] <= correct["overlap"]


@many
@given(corpora())
def test_relations_are_what_multisets_give(pair):
    assert totals("relations/strict", *pair) == by_sets(lambda d: facts(d, True), *pair)
    assert totals("relations/boundaries", *pair) == by_sets(lambda d: facts(d, False), *pair)


@many
@given(corpora())
def test_surfaces_are_what_sets_give(pair):
    def form(mention):
        return (" ".join(TEXT[a:b] for a, b in mention.spans), mention.label)

    gold, pred = ({(d.id, m.spans, form(m)) for d in side for m in d.mentions} for side in pair)
    forms = [len({key[2] for key in keys}) for keys in (gold, pred, gold & pred)]
    assert totals("mentions/surface", *pair)[:3] == tuple(forms)
    gold, pred = ({(key[0], key[2]) for key in keys} for keys in (gold, pred))
    assert totals("mentions/surface-by-document", *pair)[:3] == (len(gold), len(pred), len(gold & pred))


@many
@given(corpora())
def test_strict_is_no_more_than_exact_and_type_and_exact_no_more_than_partial(pair):
    both = columns(*pair, LABELS)
    correct = {m.name: m.count(both).total().sum(axis=0) for m in OURS}
    strict = correct["mentions/strict"][GOLD_CORRECT]
    assert strict <= correct["mentions/exact"][GOLD_CORRECT] <= micro_credit(correct["mentions/partial"])
    assert strict <= correct["mentions/type"][GOLD_CORRECT]
    assert correct["relations/strict"][GOLD_CORRECT] <= correct["relations/boundaries"][GOLD_CORRECT]


def micro_credit(total):
    return total[2] + total[6] / 2


@pytest.mark.parametrize("measure", OURS, ids=lambda m: m.name)
@settings(max_examples=12)
@given(
    pair=corpora(),
)
def test_every_measure_keeps_its_promises(measure, pair):
    gold, pred = pair
    counts = measure.count(columns(gold, pred, LABELS))
    swapped = measure.count(columns(pred, gold, LABELS))
    turned = [replace(d, mentions=d.mentions[::-1], relations=d.relations[::-1]) for d in pred]
    again = measure.count(columns(gold[::-1], turned[::-1], LABELS))
    assert np.array_equal(counts.values, again.values)
    if not measure.name.startswith(("relations/entity", "relations/within", "relations/across", "relations/evidence")):
        # Whose entities the ends mean is the gold's to say, so these alone may change when the sides do.
        assert np.array_equal(counts.values[..., [0, 2, 4, 6]], swapped.values[..., [1, 3, 5, 7]])
    assert (counts.values[..., [2, 3]] <= counts.values[..., [0, 1]]).all()
    perfect = micro(measure.count(columns(gold, gold, LABELS)).total())
    assert np.isnan(perfect).all() or perfect.tolist() == [1, 1, 1]


@pytest.mark.parametrize("measure", [m for m in OURS if m.additive], ids=lambda m: m.name)
@settings(max_examples=8)
@given(pair=corpora(corpus=4))
def test_shards_merge_to_the_whole(measure, pair):
    shards = [measure.count(columns([g], [p], LABELS)) for g, p in zip(*pair, strict=True)]
    whole = measure.count(columns(*pair, LABELS))
    merged = merge_all(shards)
    assert merged.documents == whole.documents
    assert np.array_equal(merged.total().sum(axis=0), whole.total().sum(axis=0))
    kept = [merged.labels.index(label) for label in whole.labels]
    assert np.array_equal(merged.values[:, kept], whole.values)


@many
@given(corpora(most=8, fragments=False))
def test_flat_mentions_score_as_in_nervaluate(pair):
    from nervaluate import Evaluator

    gold, pred = ([flat(d) for d in side] for side in pair)
    sides = [
        [[{"label": m.label, "start": m.start, "end": m.end - 1} for m in d.mentions] for d in s] for s in (gold, pred)
    ]
    theirs = Evaluator(*sides, tags=["GPE", "ORG", "PERSON"], loader="dict").evaluate()["overall"]
    assert totals("mentions/strict", gold, pred)[2] == theirs["strict"].correct
    assert totals("mentions/exact", gold, pred)[2] == theirs["exact"].correct


def flat(document):
    kept, last = [], 0
    for mention in sorted(document.mentions, key=lambda m: (m.start, m.end)):
        if mention.start >= last:
            kept.append(mention)
            last = mention.end
    return replace(document, mentions=tuple(kept), relations=(), entities=())


def test_an_inverse_label_says_the_same_the_other_way_round():
    mentions = (Mention(0, 12, "PERSON", "m1"), Mention(52, 59, "ORG", "m2"))
    gold = [Document("d", TEXT, mentions, (Relation("m1", "m2", "member_of"),))]
    pred = [Document("d", TEXT, mentions, (Relation("m2", "m1", "has_member"),))]
    assert totals("relations/strict", gold, pred) == (1, 1, 1, 1)


def test_a_second_prediction_of_the_same_mention_is_spurious():
    mention = Mention(0, 12, "PERSON")
    gold, pred = [Document("d", TEXT, (mention,))], [Document("d", TEXT, (mention, mention))]
    assert totals("mentions/strict", gold, pred) == (1, 2, 1, 1)


def test_score_takes_patterns_as_the_command_line_does():
    document = Document("a", "Ana left", (Mention(0, 3, "PER", "m1"),))
    assert list(score([document], [document], measures=["mentions/e*"]).counts) == named(["mentions/e*"])
