"""Parquet files score as the documents in them do, whatever the shards."""

from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings

from goldwire import score
from goldwire.corpus.documents import features, rows
from goldwire.corpus.schema import table
from goldwire.document import Document, Mention, Relation
from goldwire.errors import InputError
from goldwire.eval import streaming
from goldwire.eval.measures import measures
from goldwire.eval.scoring import can_stream
from goldwire.labels import labels_in_use
from random_documents import TEXT, corpora

NAMES = [name for name in measures() if can_stream([name]) and not name.startswith("links")]
calm = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def written(documents, path):
    labels = labels_in_use({"GPE", "ORG", "PERSON"}, {"knows", "member_of", "spouse"})
    pq.write_table(table(rows(documents, labels), features(documents, labels)), path)
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
