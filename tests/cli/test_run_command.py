"""`goldwire run`, `bench` and `train` as a person calls them: one line for a mistake, resuming, JSON for programs."""

import json
import signal
import subprocess
import sys

import pytest

GOLDWIRE = [sys.executable, "-m", "goldwire"]
LINES = '{"id":"a","text":"President Ana Soto visited Kenya."}\n{"id":"b","text":"Peru said so."}\n'


def call(*words, cwd):
    return subprocess.run([*GOLDWIRE, *words], cwd=cwd, capture_output=True, text=True, timeout=300)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "texts.jsonl").write_text(LINES)
    return tmp_path


def test_a_run_prints_where_its_predictions_are_and_does_nothing_twice(folder):
    first, second = (call("run", "texts.jsonl", "--model", "rules:", "--out", "r", cwd=folder) for _ in "ab")
    assert (first.returncode, first.stdout) == (0, "r/predictions.jsonl\n") == (second.returncode, second.stdout)
    assert "2 documents done, 0 of them failed" in first.stderr and "nothing to do" in second.stderr


def test_a_run_prints_json_for_a_program_and_takes_settings(folder):
    done = call("run", "texts.jsonl", "--model", "rules:", "--set", "relations=true", "--json", cwd=folder)
    table = json.loads(done.stdout)
    assert table["predictions"] == {"documents": 2, "mentions": 4, "relations": 2}
    assert (folder / "runs" / "rules" / "run.json").is_file()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["texts.jsonl", "--model", "oracle:x"], "unknown kind 'oracle'"),
        (["texts.jsonl", "--model", "nothing.toml"], "no such file"),
        (["no.jsonl", "--model", "rules:"], "no such file"),
        (["texts.jsonl", "--model", "rules:", "--set", "x"], "write NAME=VALUE"),
        (["texts.jsonl", "--model", "rules:", "--label-map", "klingon"], "is no label map"),
        (["texts.jsonl", "--model", "rules:", "--given", "weather"], "cannot be given"),
        (["texts.jsonl", "--model", "spacy:en_no_such"], "no such pipeline"),
        (["texts.jsonl", "--model", "command:no-such-program"], "there is no program"),
        (["texts.jsonl", "--model", "rules:", "--out", "texts.jsonl"], "cannot be written"),
        (["texts.jsonl", "--model", "crossval:tea"], "cannot train 'tea'"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_nothing_half_written(folder, words, said):
    done = call("run", *words, cwd=folder)
    assert done.returncode in (1, 2) and said in done.stderr and "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2 and not list(folder.rglob("predictions.jsonl"))


def test_train_and_run_what_was_trained(folder):
    gold = '{"id":"%d","text":"Ana Soto visited Kenya.","mentions":[{"id":"m1","start":0,"end":8,"label":"PERSON"},'
    gold += (
        '{"id":"m2","start":17,"end":22,"label":"GPE"}],"relations":[{"head":"m1","tail":"m2","label":"visited"}]}\n'
    )
    (folder / "gold.jsonl").write_text("".join(gold % i for i in range(3)))
    assert call("train", "gold.jsonl", "--out", "m", "--kind", "relations", cwd=folder).returncode == 0
    assert call("train", "gold.jsonl", "--out", "m", "--epochs", "60", cwd=folder).stdout == "m\n"
    done = call("run", "gold.jsonl", "--model", "trained:m", "--json", cwd=folder)
    assert json.loads(done.stdout)["predictions"]["mentions"] == 6


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--kind", "relations", "--epochs", "3"], "--epochs is for ner and spancat only"),
        (["--kind", "relations", "--level", "nominal"], "--level is for ner and spancat only"),
        (["--kind", "relations", "--config", "x.cfg"], "--config is for ner and spancat only"),
        (["--epochs", "0"], "--epochs"),
        (["--set", "split=train"], "--set split: goldwire takes no settings"),
        (["--dev", "gold.jsonl", "--set", "dev.column=1"], "--set column: goldwire takes no settings"),
        (["--config", "texts.jsonl"], "is no config of spaCy"),
        (["--out", "texts.jsonl"], "the model's folder was expected"),
    ],
)
def test_train_refuses_what_it_cannot_do_in_one_line(folder, words, said):
    (folder / "gold.jsonl").write_text('{"id":"a","text":"Peru","mentions":[{"start":0,"end":4,"label":"GPE"}]}\n')
    done = call("train", "gold.jsonl", "--out", "m", *words, cwd=folder)
    assert done.returncode in (1, 2) and said in done.stderr and "Traceback" not in done.stderr
    assert not (folder / "m").exists()


@pytest.mark.parametrize("kind", ["ner", "spancat"])
def test_train_tells_each_epoch_and_the_best_on_development_documents(folder, kind):
    row = '{"id":"%d","text":"Ana Soto visited Peru.","mentions":[{"start":0,"end":8,"label":"PERSON"}]}\n'
    (folder / "gold.jsonl").write_text("".join(row % i for i in range(20)))
    words = ["train", "gold.jsonl", "--dev", "gold.jsonl", "--out", "m", "--epochs", "3", "--kind", kind]
    said = call(*words, cwd=folder).stderr
    assert "epoch 1 of 3\nepoch 2 of 3\nepoch 3 of 3\nbest on the development documents: F1" in said


def test_train_says_what_a_reader_counts_and_that_a_folder_has_a_test_part(folder):
    (folder / "c").mkdir()
    for name in ("train.conll", "test.conll"):
        (folder / "c" / name).write_text("Ana\tI-PER\nsaid\tO\nso\tO\n\n")
    (folder / "c" / "NOTICE").write_text("free\n")
    done = call(
        "train", "c", "--out", "m", "--epochs", "1", "--set", "scheme=IOB2", "--repair", "conlleval", cwd=folder
    )
    assert done.returncode == 0 and "note: 1 × files passed over" in done.stderr
    assert "warning: c: all of it is learnt, test.conll too; name the training file alone if not" in done.stderr


def test_a_mention_beyond_its_text_is_one_line_for_train_too(folder):
    (folder / "gold.jsonl").write_text('{"id":"a","text":"Peru","mentions":[{"start":0,"end":9,"label":"GPE"}]}\n')
    done = call("train", "gold.jsonl", "--out", "m", cwd=folder)
    assert done.returncode == 1 and "--repair discard leaves it out" in done.stderr
    left = call("train", "gold.jsonl", "--out", "m", "--repair", "discard", cwd=folder)
    assert left.returncode == 1 and "note: 1 × " in left.stderr and "no mention to learn from; name" in left.stderr


def test_a_setting_of_the_development_corpus_alone_chooses_its_split(folder):
    from datasets import Dataset, DatasetDict

    row = {"tokens": [["Ana", "said", "so"]], "ner_tags": [["B-PER", "O", "O"]]}
    DatasetDict({"train": Dataset.from_dict(row), "validation": Dataset.from_dict(row)}).save_to_disk(folder / "d")
    words = ("train", "d", "--dev", "d", "--out", "m", "--epochs", "1", "--set", "split=train")
    done = call(*words, "--set", "dev.split=validation", cwd=folder)
    assert done.returncode == 0 and "1 documents, 1 mentions" in done.stderr and "all splits" not in done.stderr


def test_train_that_is_interrupted_says_how_to_go_on_and_leaves_nothing(folder):
    row = '{"id":"%d","text":"Ana Soto visited Peru.","mentions":[{"start":0,"end":8,"label":"PERSON"}]}\n'
    (folder / "gold.jsonl").write_text("".join(row % i for i in range(50)))
    words = [*GOLDWIRE, "train", "gold.jsonl", "--out", "m", "--epochs", "100000"]
    process = subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while "epoch 2 of 100000" not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 130 and "m is as it was; the same command begins again" in said
    assert sorted(path.name for path in folder.iterdir()) == ["gold.jsonl", "texts.jsonl"]


def test_bench_writes_and_prints_a_leaderboard_of_any_gold(folder):
    (folder / "systems").mkdir()
    (folder / "systems" / "rules.toml").write_text('kind = "rules"\n')
    call("run", "texts.jsonl", "--model", "rules:", "--out", "r", cwd=folder)
    words = ("bench", "--systems", "systems", "--gold", "r/predictions.jsonl", "--out", "e", "--bootstrap", "20")
    done = call(*words, cwd=folder)
    assert done.returncode == 0 and "mentions/strict" in done.stdout and "100.00" in done.stdout
    assert (folder / "e" / "README.md").is_file() and (folder / "e" / "results" / "rules.json").is_file()


def test_bench_of_a_system_that_is_not_there_is_one_line(folder):
    (folder / "systems").mkdir()
    (folder / "systems" / "rules.toml").write_text('kind = "rules"\n')
    done = call("bench", "--systems", "systems", "--gold", "texts.jsonl", "--out", "e", "--only", "x", cwd=folder)
    assert done.returncode == 2 and "no system 'x'" in done.stderr
