"""`goldwire score` of a run's predictions: both views, what they left out, and what failed, as a person sees them."""

import json
import subprocess
import sys

import pytest

GOLDWIRE = [sys.executable, "-m", "goldwire"]
TEXT = "President Ana Torres visited Peru."
GOLD = {
    "mentions": [
        {"start": 0, "end": 9, "label": "TITLE"},
        {"start": 10, "end": 20, "label": "PERSON"},
        {"start": 29, "end": 33, "label": "GPE"},
    ]
}
MODEL = "def find(text):\n    if 'broken' in text: raise ValueError('no memory')\n"
MODEL += "    return [(10, 20, 'PER'), (29, 33, 'LOC'), (0, 9, 'WORD')]\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "own_model.py").write_text(MODEL)
    rows = [{"id": "a", "text": TEXT, **GOLD}, {"id": "b", "text": "A broken one."}]
    (tmp_path / "gold.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    words = ["run", "gold.jsonl", "--model", "python:own_model:find", "--set", "takes=text", "--out", "r"]
    call(*words, "--label-map", "conll2003", cwd=tmp_path)
    return tmp_path


def call(*words, cwd):
    return subprocess.run([*GOLDWIRE, *words], cwd=cwd, capture_output=True, text=True, timeout=300, check=True).stdout


def test_the_full_and_the_shared_view_stand_side_by_side_with_what_was_lost(folder):
    said = json.loads(call("score", "r/predictions.jsonl", "--gold", "gold.jsonl", "--json", cwd=folder))
    views = said["views of the run"]
    figures = {row["view"]: (row["gold"], row["pred"], row["correct"]) for row in views["scores"]}
    assert figures == {"full": (3, 3, 1), "names": (3, 3, 1), "shared": (2, 2, 2)}
    assert views["left_out"] == {"gold mention label TITLE": 1, "pred mention label WORD": 1}


def test_unmapped_labels_and_failed_documents_are_said_again_with_the_score(folder):
    said = call("score", "r/predictions.jsonl", "--gold", "gold.jsonl", cwd=folder)
    assert "mention label WORD that the label map conll2003 does not know, kept as it is" in said
    assert "warning: b failed and counts as empty: ValueError: no memory" in said


def test_a_file_that_is_no_run_has_no_views(folder):
    (folder / "other.jsonl").write_bytes((folder / "r" / "predictions.jsonl").read_bytes())
    assert "views" not in json.loads(call("score", "other.jsonl", "--gold", "gold.jsonl", "--json", cwd=folder))


def test_a_runs_folder_names_its_predictions(folder):
    found = [call("score", name, "--gold", "gold.jsonl", cwd=folder) for name in ("r", "r/predictions.jsonl")]
    assert found[0] == found[1]
    assert "r" in call("compare", "r", "r/predictions.jsonl", "--gold", "gold.jsonl", "--resamples", "10", cwd=folder)


def test_documents_on_one_side_only_are_treated_as_asked_in_every_view(folder):
    rows = (folder / "gold.jsonl").read_text().splitlines()
    (folder / "one.jsonl").write_text(rows[0] + "\n")
    said = call("score", "r", "--gold", "one.jsonl", "--extra-documents", "ignore", "--json", cwd=folder)
    assert [row["gold"] for row in json.loads(said)["views of the run"]["scores"]] == [3, 3, 2]


def test_the_label_map_of_a_run_is_in_its_signature(folder):
    said = json.loads(call("score", "r", "--gold", "gold.jsonl", "--json", cwd=folder))
    assert said["settings"]["label-map"].startswith("conll2003+")


def test_a_run_that_is_not_finished_is_not_scored_and_says_so(folder):
    (folder / "r" / "predictions.jsonl").rename(folder / "r" / "predictions.partial.jsonl")
    words = [*GOLDWIRE, "score", "r", "--gold", "gold.jsonl"]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.stderr == "goldwire: r: holds a run that is not finished; give the command that began it once more\n"
