"""Files of tags give the same scores with and without documents made of them; broken tags are named by line."""

import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goldwire import score
from goldwire.errors import BrokenRules, InputError
from goldwire.eval.reading import Reading
from goldwire.tags import encode

WORDS = ["Prime", "Minister", "Narendra", "Modi", "met", "Emmanuel", "Macron", "in", "New", "Delhi", "on", "Tuesday"]
calm = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


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


def test_ignored_tokens_of_tables_are_left_out_and_said(tmp_path):
    import datasets

    names = ["O", "B-PER", "I-PER"]
    numbers = {"gold": [-100, 1, 2, -100, 0], "pred": [-100, 1, 2, -100, 1]}
    features = datasets.Features(
        {"tokens": datasets.List(datasets.Value("string")), "ner_tags": datasets.List(datasets.ClassLabel(names=names))}
    )
    for side, tags in numbers.items():
        rows = {"tokens": [["[CLS]", "Ana", "Soto", "##s", "left"]], "ner_tags": [tags]}
        datasets.Dataset.from_dict(rows, features=features).to_parquet(tmp_path / f"{side}.parquet")
    scores = score(tmp_path / "gold.parquet", tmp_path / "pred.parquet")
    row = scores["mentions/strict"]
    assert (1, 2, 1) == (row.gold, row.pred, row.correct)
    assert any("4 × tokens of the label -100 left out" in note for note in scores.notes)


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


BOTH = """# made of two columns
Prime NN B-TITLE B-TITLE
Minister NN I-TITLE I-TITLE
Narendra NN B-PERSON I-PERSON
Modi NN I-PERSON I-PERSON

New NNP B-GPE O
Delhi NNP I-GPE B-GPE
"""


@pytest.mark.parametrize(("gold", "pred"), [("-2", "-1"), ("3", "4"), ("-2", "last")])
def test_one_file_with_both_sides_tags_scores_as_seqeval_and_conlleval_do(tmp_path, gold, pred):
    from seqeval.metrics.sequence_labeling import precision_recall_fscore_support

    from goldwire.compat.profiles.scores import score_by_profile

    path = tmp_path / "both.conll"
    path.write_text(BOTH)
    reading = Reading(settings={"gold.column": gold, "pred.column": pred}, repair="conlleval")
    sides = [
        [[line.split()[at] for line in part.splitlines() if line[0] != "#"] for part in BOTH.split("\n\n")]
        for at in (2, 3)
    ]
    theirs = precision_recall_fscore_support(*sides, average="micro")[:3]
    for scores in (score(path, path, reading=reading), score_by_profile("conlleval", path, path, reading)):
        row = scores.rows[0]
        assert (row.precision, row.recall, row.f1) == pytest.approx(theirs, abs=1e-12)


def test_words_that_differ_are_told_with_count_and_place(tmp_path):
    tags = ["B-TITLE", "I-TITLE", "B-PERSON", "I-PERSON", *["O"] * 8]
    gold, pred = written([tags, tags], tmp_path / "gold.conll"), written([tags, tags], tmp_path / "pred.conll")
    assert score(gold, pred).notes == ()
    pred.write_text(pred.read_text().replace("Modi", "Mody"))
    (note,) = score(gold, pred).notes
    assert note.startswith("2 × sentence of other words") and "sentence 1: 'Mody' for 'Modi'" in note


def test_words_behind_numbers_are_compared_and_a_counted_docstart_is_none(tmp_path):
    gold, pred = tmp_path / "gold.conll", tmp_path / "pred.conll"
    gold.write_text("1\t-DOCSTART-\tO\n\n1\tNew\tB-GPE\n2\tDelhi\tI-GPE\n")
    pred.write_text(gold.read_text().partition("\n\n")[2])
    scores = score(gold, pred)
    assert (1, ()) == (scores["mentions/strict"].correct, scores.notes)
    pred.write_text(pred.read_text().replace("Delhi", "York"))
    assert any("'York' for 'Delhi'" in note for note in score(gold, pred).notes)


def test_a_docstart_at_the_very_end_is_passed_over(tmp_path):
    path = tmp_path / "end.conll"
    path.write_text("-DOCSTART- -X- O O\n\nNew NNP I-NP B-GPE\nDelhi NNP I-NP I-GPE\n\n-DOCSTART- -X- O O\n")
    assert 1 == score(path, path)["mentions/strict"].gold


def test_a_row_with_a_column_less_is_an_error_with_its_line(tmp_path):
    path = tmp_path / "ragged.conll"
    path.write_text("New NNP B-GPE\nDelhi I-GPE\n")
    with pytest.raises(InputError, match=r"ragged\.conll:2: 2 columns, 3 columns were expected"):
        score(path, path)


@pytest.mark.parametrize("suffix", ["conll", "jsonl", "parquet"])
def test_scoring_tags_loads_no_heavy_package_and_no_format_that_cannot_be(tmp_path, suffix):
    path = tmp_path / f"tags.{suffix}"
    if suffix == "parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.table({"id": ["a"], "ner_tags": [["B-GPE", "I-GPE"]], "tokens": [["New", "Delhi"]]}), path)
    else:
        row = json.dumps({"tokens": ["New", "Delhi"], "ner_tags": ["B-GPE", "I-GPE"]})
        path.write_text(row if suffix == "jsonl" else "New B-GPE\nDelhi I-GPE\n")
    code = "import sys; from goldwire.cli import goldwire as run; run(sys.argv[1:], standalone_mode=False); "
    code += "print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code, "score", str(path), "--gold", str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(run.stdout.splitlines()[-1].split())
    heavy = {
        "pandas",
        "scipy",
        "spacy",
        "datasets",
        "torch",
        "sklearn",
        "pyarrow.compute",
        "pyarrow.dataset",
        "goldwire.eval.runs.views",
        "goldwire.formats.label_studio",
    }
    assert "goldwire.eval.tagging.counting" in loaded
    assert not loaded & (heavy | ({"pyarrow"} if suffix != "parquet" else set()))
