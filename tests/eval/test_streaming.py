"""Parquet files score as the documents in them do, whatever the shards."""

import re
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goldwire import score
from goldwire.corpus.documents import features, rows
from goldwire.corpus.schema import table
from goldwire.document import Document, Mention, Relation
from goldwire.errors import InputError
from goldwire.eval import line_shards, streaming
from goldwire.eval.measures import by_name, measures
from goldwire.eval.scoring import can_stream, count, rows_of
from goldwire.eval.streaming import merge_counted
from goldwire.formats import write
from random_documents import LABEL_SET, TEXT, corpora

COREFERENCE = [name for name in measures() if name.startswith("coreference/")]  # these refuse what is random
SETTLED = [f"{name}-{how}" for name in COREFERENCE for how in ("first", "merged", "partial-first")]
NAMES = [n for n in measures() if can_stream([n]) and not n.startswith(("links", "coreference"))] + SETTLED
calm = settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])


def written(documents, path):
    pq.write_table(table(rows(documents, LABEL_SET), features(documents, LABEL_SET)), path)
    return path


@calm
@given(pair=corpora(corpus=5))
def test_files_score_as_documents_do(pair, tmp_path, monkeypatch):
    monkeypatch.setattr(streaming, "SHARD", 2)
    gold, pred = pair
    paths = written(gold, tmp_path / "gold.parquet"), written(pred, tmp_path / "pred.parquet")
    turned = written(pred[::-1], tmp_path / "turned.parquet")
    expected = score(gold, pred, measures=NAMES, bootstrap=20)
    for found in (score(*paths, measures=NAMES, bootstrap=20), score(paths[0], turned, measures=NAMES, bootstrap=20)):
        assert_same(found, expected)
    assert_same(score(*paths, measures=NAMES), score(gold, pred, measures=NAMES))


@calm
@given(pair=corpora(corpus=5))
def test_json_lines_score_as_documents_do(pair, tmp_path, monkeypatch):
    monkeypatch.setattr(line_shards, "LARGE", 0)
    monkeypatch.setattr(line_shards.line_shards, "__defaults__", (2,))
    gold, pred = pair
    paths = [tmp_path / f"{name}.jsonl" for name in ("gold", "pred", "turned")]
    for path, side in zip(paths, (gold, pred, pred[::-1]), strict=True):
        write(side, path, "goldwire")
    expected = score(gold, pred, measures=NAMES, bootstrap=20)
    for path in paths[1:]:
        assert_same(score(paths[0], path, measures=NAMES, bootstrap=20), expected)


@calm
@given(pair=corpora(corpus=5), backwards=st.booleans())
def test_counts_of_shards_add_up_in_any_order(pair, backwards):
    shards = [count([gold], [pred], measures=NAMES) for gold, pred in zip(*pair, strict=True)]
    merged = merge_counted(shards[::-1] if backwards else shards)
    expected = score(*pair, measures=NAMES)
    found = [row for name in NAMES for row in rows_of(merged.counts[name], by_name(name).averages)]
    assert [row[:2] for row in found] == [row[:2] for row in expected.rows]
    np.testing.assert_array_equal([row[2:] for row in found], [row[2:] for row in expected.rows])


def test_a_measure_that_does_not_add_up_is_not_counted_by_shard():
    one = Document("a", TEXT, (Mention(0, 12, "PERSON", "m1"),))
    with pytest.raises(InputError, match="mentions/surface counts the corpus as a whole"):
        count([one], [one], measures=["mentions/surface"])


def test_json_lines_in_another_order_are_read_whole_and_that_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(line_shards, "LARGE", 0)
    monkeypatch.setattr(line_shards.line_shards, "__defaults__", (1,))
    documents = [Document(name, TEXT, (Mention(0, 12, "PERSON", "m1"),)) for name in "ab"]
    paths = [tmp_path / "gold.jsonl", tmp_path / "pred.jsonl"]
    for path, side in zip(paths, (documents, documents[::-1]), strict=True):
        write(side, path, "goldwire")
    assert score(*paths)["mentions/strict"].correct == 2
    assert "read whole" in score(*paths).notes[0]
    assert score(paths[0], paths[0]).notes == ()


def test_what_is_said_twice_is_noted_from_tables_too(tmp_path):
    mention = Mention(0, 12, "PERSON", "m1")
    one = Document("a", TEXT, (mention, replace(mention, id="m2")))
    notes = score(*[written([one], tmp_path / "twice.parquet")] * 2).notes
    assert "1 × gold mention with the span and label of another: each counts" in notes


def test_the_signature_says_whether_a_hash_is_that_of_a_file_or_of_what_it_says(tmp_path):
    one, path = Document("a", TEXT, (Mention(0, 12, "PERSON", "m1"),)), tmp_path / "gold.parquet"
    told = score(written([one], path), path).signature_of("mentions/strict")
    assert re.search(r"\|gold:file-[0-9a-f]{12}\|pred:file-[0-9a-f]{12}\|", told)
    assert re.search(r"\|gold:[0-9a-f]{12}\|pred:[0-9a-f]{12}\|", score([one], [one]).signature_of("mentions/strict"))


def assert_same(found, expected):
    assert [row[:2] for row in found.rows] == [row[:2] for row in expected.rows]
    np.testing.assert_array_equal([row[2:] for row in found.rows], [row[2:] for row in expected.rows])


def test_a_missing_document_and_other_texts_are_treated_as_in_memory(tmp_path):
    one = Document("a", TEXT, (Mention(0, 12, "PERSON", "m1"),))
    gold = written([one, replace(one, id="b")], tmp_path / "gold.parquet")
    scores = score(gold, written([replace(one, id="b")], tmp_path / "pred.parquet"))
    assert scores["mentions/strict"].recall == 0.5
    assert "without prediction" in scores.notes[0]
    with pytest.raises(InputError, match=r"b: .* at offset 0"):
        score(gold, written([replace(one, id="b", text=TEXT.lower())], tmp_path / "other.parquet"))


def test_a_relation_that_names_no_mention_is_refused(tmp_path):
    one = Document("a", TEXT, (Mention(0, 12, "PERSON", "m1"),), (Relation("m1", "m2", "knows"),))
    path = written([one], tmp_path / "gold.parquet")
    with pytest.raises(InputError, match="a: no mention 'm2'"):
        score(path, path)


def test_a_file_that_is_no_parquet_is_refused(tmp_path):
    path = tmp_path / "gold.parquet"
    path.write_text("Barack Obama met Angela Merkel.")
    with pytest.raises(InputError, match="is not Parquet"):
        score(path, path)


@pytest.mark.parametrize("text", [TEXT, "Zürich 😀 news", ""])
@pytest.mark.parametrize(("start", "end"), [(3, 3), (5, 2), (-1, 4), (2, 66), (13, 14), (13, 15)])
@pytest.mark.parametrize("side", ["gold", "predictions"])
def test_offsets_outside_the_text_are_refused_in_the_words_of_documents(text, start, end, side, tmp_path):
    sound = Document("a", text, (Mention(0, 2, "GPE", "m1"),))
    broken = replace(sound, mentions=(Mention(start, end, "GPE", "m1"),))
    sides = (broken, sound) if side == "gold" else (sound, broken)
    paths = [written([document], tmp_path / f"{n}.parquet") for n, document in enumerate(sides)]
    said = []
    for gold, pred in (paths, [[document] for document in sides]):
        try:
            score(gold, pred)
            said.append("")
        except InputError as error:
            said.append(str(error))
    assert said[0] == said[1]
    assert bool(said[0]) == (not 0 <= start < end or (text != "" and end > len(text)))
