"""JNLPBA 2004's scorer: on valid tags the sets of spans and of their borders; on broken ones its own rule."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.compat.profiles import profile
from goldwire.tags import decode

LABELS = ("protein", "DNA")
TAGS = st.lists(st.sampled_from(["O", *(f"{p}-{label}" for p in "BI" for label in LABELS)]), min_size=6, max_size=6)


def count(gold, pred):
    return profile("jnlpba").on_tags([gold], [pred], "IOB2")


def valid(tags):
    kept = []
    for tag in tags:
        before = kept[-1] if kept else "O"
        kept.append(f"B{tag[1:]}" if tag[0] == "I" and before[1:] != tag[1:] else tag)
    return kept


@given(TAGS.map(valid), TAGS.map(valid))
def test_valid_tags_are_counted_as_spans_and_their_borders(gold, pred):
    rows, sides = count(gold, pred), [decode(tags, "IOB2") for tags in (gold, pred)]
    keys = {"micro": lambda s: s, "left": lambda s: (s[0], s[2]), "right": lambda s: s[1:]}
    for name, key in keys.items():
        one, other = (Counter(map(key, side)) for side in sides)
        assert rows[name][3:] == ((one & other).total(), other.total(), one.total())
    assert sum(rows[label].correct for label in LABELS if label in rows) == rows["micro"].correct


def test_i_after_o_begins_no_name_but_may_end_as_the_golds_does():
    rows = count(["B-DNA", "I-DNA", "O"], ["O", "I-DNA", "O"])
    assert [rows[name][3:] for name in ("micro", "right", "left")] == [(0, 0, 1), (1, 0, 1), (0, 0, 1)]
    assert rows["right"][:3] == (0, 1, 0)


def test_a_change_of_label_does_not_end_a_name_and_makes_it_wrong():
    rows = count(["B-DNA", "I-DNA", "O"], ["B-DNA", "I-protein", "O"])
    assert [rows[name].correct for name in ("micro", "right", "left")] == [0, 0, 1]


def test_other_lengths_are_refused():
    with pytest.raises(Exception, match="differ from the gold in length"):
        count(["O"], ["O", "O"])
