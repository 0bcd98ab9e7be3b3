"""Files of tags give the same scores with and without documents made of them; broken tags are named by line."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goldwire import score
from goldwire.errors import BrokenRules, InputError
from goldwire.eval.reading import Reading
from goldwire.tags import encode

WORDS = ["Prime", "Minister", "Narendra", "Modi", "met", "Emmanuel", "Macron", "in", "New", "Delhi", "on", "Tuesday"]
calm = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def sentences(draw):
    spans, place = [], 0
    while place < len(WORDS):
        place += draw(st.integers(0, 3))
        end = place + draw(st.integers(1, 3))
        if end <= len(WORDS):
            spans.append((place, end, draw(st.sampled_from(["GPE", "PERSON", "TITLE"]))))
        place = end
    return encode(spans, len(WORDS), "IOB2")


def written(tags, path):
    rows = ("".join(f"{word}\t{tag}\n" for word, tag in zip(WORDS, own, strict=True)) for own in tags)
    path.write_text("\n".join(rows))
    return path


@calm
@given(pairs=st.lists(st.tuples(sentences(), sentences()), min_size=1, max_size=6))
def test_tags_score_as_the_documents_made_of_them(pairs, tmp_path):
    paths = [
        written(side, tmp_path / f"{name}.conll") for name, side in zip("gp", zip(*pairs, strict=True), strict=True)
    ]
    fast, slow = score(*paths, bootstrap=20), score(*paths, bootstrap=20, unit="document")
    assert fast.signature.fields["overlap"] == slow.signature.fields["overlap"] == "tokens"
    assert [row[:2] for row in fast.rows] == [row[:2] for row in slow.rows]
    np.testing.assert_array_equal([row[2:12] for row in fast.rows], [row[2:12] for row in slow.rows])


def test_a_broken_tag_is_named_by_file_line_and_tag_and_mended_by_a_repair(tmp_path):
    gold = written([["B-TITLE", "I-TITLE", "B-PERSON", "I-PERSON", *["O"] * 8]], tmp_path / "gold.conll")
    pred = written([["I-TITLE", "I-TITLE", "B-PERSON", "I-PERSON", *["O"] * 8]], tmp_path / "pred.conll")
    with pytest.raises(InputError, match=r"pred.conll:1: tag 'I-TITLE' .* --repair discard or conlleval"):
        score(gold, pred)
    found = [
        score(gold, pred, reading=Reading(repair=repair))["mentions/strict"].f1 for repair in ("conlleval", "discard")
    ]
    assert [round(f1, 3) for f1 in found] == [1, 0.667]


def test_rows_of_tables_pair_by_their_ids(tmp_path):
    rows = [{"id": "a", "tokens": WORDS[:2], "ner_tags": ["B-TITLE", "I-TITLE"]}]
    rows += [{"id": "b", "tokens": WORDS[2:4], "ner_tags": ["B-PERSON", "I-PERSON"]}]
    paths = [tmp_path / "gold.jsonl", tmp_path / "pred.jsonl"]
    for path, own in zip(paths, (rows, rows[::-1]), strict=True):
        path.write_text("".join(json.dumps(row) + "\n" for row in own))
    assert score(*paths)["mentions/strict"].correct == 2


def test_the_golds_scheme_holds_for_the_predictions(tmp_path):
    gold = written([["S-TITLE", "O", "B-PERSON", "E-PERSON", *["O"] * 8]], tmp_path / "gold.conll")
    pred = written([["B-TITLE", "O", "B-PERSON", "I-PERSON", *["O"] * 8]], tmp_path / "pred.conll")
    with pytest.raises(BrokenRules, match=r"(?s)pred.conll:1.*IOBES forbids.*pred.conll:4.*IOBES forbids"):
        score(gold, pred)
    told = Reading(settings={"pred.scheme": "IOB2"})
    assert score(gold, pred, reading=told)["mentions/strict"].f1 == 1


def test_a_broken_tag_of_a_table_is_named_by_its_row(tmp_path):
    paths = [tmp_path / "gold.jsonl", tmp_path / "pred.jsonl"]
    for path, tags in zip(paths, (["B-PERSON", "I-PERSON"], ["O", "I-PERSON"]), strict=True):
        path.write_text(json.dumps({"ner_tags": tags}) + "\n")
    with pytest.raises(InputError, match=r"pred.jsonl: row 1, token 2: tag 'I-PERSON' .* --repair discard"):
        score(*paths)
    assert score(*paths, reading=Reading(repair="discard"))["mentions/strict"].recall == 0
