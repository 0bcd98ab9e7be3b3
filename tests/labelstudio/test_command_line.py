"""`goldwire labelstudio` with files: what goes out comes back, and mistakes are one line."""

import json

import pytest
from click.testing import CliRunner

from goldwire.cli.labelstudio import command
from goldwire.document import Document, Entity, Mention, Relation, canonical
from goldwire.errors import GoldwireError
from goldwire.formats.goldwire_json import dump, dump_line, read_document

TEXT = "😀 President Biden met Fumio Kishida in Tokyo."
MENTIONS = (Mention(2, 11, "TITLE", "m1"), Mention(12, 17, "PERSON", "m2"), Mention(22, 35, "PERSON", "m3"))
RELATIONS = (Relation("m2", "m3", "met_with", "r1", (), {"time": "past"}), Relation("m2", "m1", "has_title", "r2"))
GOLD = canonical(Document("D1", TEXT, MENTIONS, RELATIONS, (Entity("joe_biden", ("m2",), "Joe Biden", "Q6279"),)))


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    for folder in ("gold", "passes/a", "passes/b"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "D1.json").write_text(dump(GOLD))
    other = Document("D1", TEXT, MENTIONS[:2], RELATIONS[1:])
    (tmp_path / "passes/b/D1.json").write_text(dump(other))
    (tmp_path / "annotations").mkdir()
    labels = "[mentions.PERSON]\n[mentions.TITLE]\n[relations.has_title]\n[relations.met_with]\nsymmetric = true\n"
    labels += '[attributes.relation.time]\nvalues = ["past", "present"]\ndefault = "present"\n'
    (tmp_path / "annotations/labels.toml").write_text(labels)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)
    return tmp_path


def run(*arguments, code=0):
    done = CliRunner().invoke(command, [str(a) for a in arguments], catch_exceptions=True)
    assert done.exit_code == code, (done.output, done.exception)
    return done


def test_gold_and_passes_go_out_and_come_back_the_same(corpus):
    run("export", "--gold", "gold", "--passes", "passes", "--to", "tasks.json")
    run("import", "tasks.json", "--gold", "back/gold", "--passes", "back/passes")
    for file in ("gold/D1.json", "passes/a/D1.json", "passes/b/D1.json"):
        assert (corpus / "back" / file).read_text() == (corpus / file).read_text()


def test_gold_without_a_mention_is_an_empty_annotation_and_not_a_bare_text(corpus):
    (corpus / "gold/D1.json").write_text(dump(Document("D1", "Officials declined to comment.")))
    run("export", "--gold", "gold", "--to", "tasks.json")
    (task,) = json.loads((corpus / "tasks.json").read_text())
    assert [(a["result"], a["ground_truth"]) for a in task["annotations"]] == [([], True)]
    run("import", "tasks.json", "--gold", "back")
    assert (corpus / "back/D1.json").read_text() == (corpus / "gold/D1.json").read_text()


def test_disputes_go_out_with_each_version_as_a_prediction(corpus):
    run("export", "--passes", "passes", "--disputes", "--to", "tasks.json")
    (task,) = json.loads((corpus / "tasks.json").read_text())
    assert [p["model_version"] for p in task["predictions"]] == ["a", "b"]
    assert any("Fumio Kishida" in line for line in task["data"]["disputes"])


def test_an_edit_in_the_export_is_all_that_an_import_changes(corpus):
    run("export", "--passes", "passes/a", "--to", "tasks.json")
    tasks = (corpus / "tasks.json").read_text().replace('"labels":["TITLE"]', '"labels":["PERSON"]')
    (corpus / "tasks.json").write_text(tasks)
    run("import", "tasks.json", "--passes", "passes")
    labels = [m.label for m in read_document(corpus / "passes/a/D1.json").mentions]
    assert labels == ["PERSON", "PERSON", "PERSON"]


def test_the_side_car_brings_back_what_documents_cannot_hold(corpus):
    run("export", "--passes", "passes/a", "--to", "tasks.json")
    tasks = json.loads((corpus / "tasks.json").read_text())
    tasks[0] |= {"id": 9, "annotations": [tasks[0]["annotations"][0] | {"lead_time": 3.5}]}
    (corpus / "tasks.json").write_text(json.dumps(tasks))
    run("import", "tasks.json", "--passes", "passes", "--sidecar", "kept.json")
    run("export", "--passes", "passes/a", "--sidecar", "kept.json", "--to", "again.json")
    assert json.loads((corpus / "again.json").read_text())[0]["annotations"][0]["lead_time"] == 3.5


def test_the_folder_of_a_run_becomes_predictions_of_its_name(corpus):
    (corpus / "runs/rules").mkdir(parents=True)
    (corpus / "runs/rules/predictions.jsonl").write_text(dump_line(GOLD))
    (corpus / "runs/rules/run.json").write_text("{}")
    run("export", "--texts", "gold", "--predictions", "runs/rules", "--to", "tasks.json")
    (task,) = json.loads((corpus / "tasks.json").read_text())
    assert (task["annotations"], [p["model_version"] for p in task["predictions"]]) == ([], ["rules"])


def test_a_dry_run_lists_what_a_server_would_drop_and_writes_nothing(corpus):
    (corpus / "tasks.json").write_text(json.dumps([{"id": 3, "data": {"text": TEXT}, "drafts": [{}]}]))
    assert "drafts: dropped" not in run("export", "--passes", "passes", "--dry-run").output
    assert "drafts: dropped" in run("export", "--tasks", "tasks.json", "--dry-run").output
    assert [path.name for path in corpus.glob("*.json")] == ["tasks.json"]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["import", "gold/D1.json", "--gold", "back"], "is not a Label Studio task"),
        (["import", "nowhere.json", "--gold", "back"], "there is no such file"),
        (["export", "--to", "tasks.json"], "none was named"),
        (["push", "--project", "news", "--gold", "gold"], "there is no token"),
        (["pull", "--project", "news", "--gold", "back"], "set LABEL_STUDIO_API_KEY"),
    ],
)
def test_a_mistake_is_one_line_that_says_how_to_mend_it(corpus, arguments, why):
    done = run(*arguments, code=1)
    assert isinstance(done.exception, GoldwireError)
    assert why in str(done.exception)
    assert "\n" not in str(done.exception)


def test_without_the_sdk_the_error_says_how_to_install_it(corpus, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "label_studio_sdk", None)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "x")
    done = run("pull", "--project", "news", "--gold", "back", code=1)
    assert "pip install 'goldwire[label-studio]'" in str(done.exception)


def test_no_option_takes_a_token():
    for verb in command.commands.values():
        assert not [
            p.name for p in verb.params if p.name and ("token" in p.name or ("key" in p.name and p.name != "text_key"))
        ]
