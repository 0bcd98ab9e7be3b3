"""Push and pull on a real server: nothing lost, nothing doubled, annotators apart, faults healed."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from goldwire.annotations.labelstudio.interface import interface
from goldwire.annotations.labelstudio.pull import pull
from goldwire.annotations.labelstudio.push import Pushing, listing, open_project, push
from goldwire.annotations.labelstudio.server import ServerTrouble, connect, request, request_json
from goldwire.document import Document, Mention, Relation, canonical
from goldwire.errors import BrokenRules, InputError
from goldwire.formats.label_studio_documents import Reading
from goldwire.formats.label_studio_tasks import Writing, tasks_of
from labelstudio.documents_for_tests import LABELS, groups
from live.label_studio_server import LEGACY, personal_access_token

TEXT = "😀 Biden met Fumio Kishida in Tokyo, officials said."
MENTIONS = (Mention(2, 7, "PER", "m1"), Mention(12, 25, "PER", "m2"))
GOLD = Document("D1", TEXT, MENTIONS, (Relation("m1", "m2", "met", "r1"),))
LABELS = replace(LABELS, levels={**LABELS.levels, "unknown": ""})
CONFIG = interface(LABELS, zones=True)
CREATE = Pushing(create_annotators=True)


def read(server, project):
    _, versions = pull(server, project, Reading(labels=LABELS))
    return [version.document for version in versions]


def in_order(documents):
    return sorted(map(canonical, documents), key=repr)


def whole(*documents):
    return tasks_of(documents, Writing(LABELS))


def test_what_is_pushed_comes_back_the_same_whatever_the_documents(server):
    found = []

    @settings(max_examples=40, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(groups())
    def collect(group):
        found.append([replace(d, id=f"D{len(found)}") for d in group])

    collect()
    documents = [document for group in found for document in group]
    project = open_project(server, "all kinds", CONFIG)
    push(server, project, tasks_of(documents, Writing(LABELS, zones=True)), CREATE)
    assert in_order(read(server, project)) == in_order(documents)


def test_pushed_twice_nothing_doubles(server):
    project = open_project(server, "twice", CONFIG)
    assert push(server, project, whole(GOLD)).sent == 1
    again = push(server, open_project(server, "twice", CONFIG), whole(GOLD))
    assert (again.sent, again.kept, again.deleted) == (0, 1, 0)
    assert read(server, project) == [GOLD_BACK]


GOLD_BACK = canonical(GOLD)


def test_a_changed_document_is_replaced_while_nobody_worked_on_it(server):
    project = open_project(server, "changed", CONFIG)
    push(server, project, whole(GOLD))
    changed = replace(GOLD, mentions=(replace(MENTIONS[0], label="ORG"), MENTIONS[1]))
    done = push(server, open_project(server, "changed", CONFIG), whole(changed))
    assert (done.sent, done.deleted, done.left) == (1, 1, [])
    assert read(server, project) == [canonical(changed)]


def test_a_changed_document_is_left_alone_once_somebody_worked_on_it(server):
    project = open_project(server, "worked on", CONFIG)
    push(server, project, whole(GOLD))
    (task,) = listing(server, project)
    request(server, "POST", f"api/tasks/{task.id}/annotations/", body={"result": []})
    changed = whole(replace(GOLD, mentions=MENTIONS[:1], relations=()))
    done = push(server, open_project(server, "worked on", CONFIG), changed)
    assert (done.sent, done.deleted, done.left) == (0, 0, ["D1"])
    forced = push(server, open_project(server, "worked on", CONFIG), changed, Pushing(replace=True))
    assert (forced.sent, forced.deleted) == (1, 1)


def test_copies_and_tasks_that_lost_their_annotations_are_healed(server):
    project = open_project(server, "healed", CONFIG)
    (task,) = whole(GOLD)
    for broken in ({**task, "annotations": []}, task, task):
        request(server, "POST", f"api/projects/{project.id}/import", body=[broken])
    done = push(server, open_project(server, "healed", CONFIG), [task])
    assert (done.sent, done.kept, done.deleted) == (0, 1, 2)
    assert read(server, project) == [GOLD_BACK]


def test_two_annotators_and_two_annotations_by_one_stay_apart(server):
    project = open_project(server, "annotators", CONFIG)
    passes = [replace(GOLD, metadata={"annotator": who}) for who in ("ann", "ann", "bob@example.org")]
    passes[1] = replace(passes[1], mentions=MENTIONS[:1], relations=())
    push(server, project, whole(*passes), CREATE)
    assert in_order(read(server, project)) == in_order(passes)


def test_an_annotator_without_account_is_refused_before_anything_is_sent(server):
    project = open_project(server, "strangers", CONFIG)
    stranger = whole(replace(GOLD, metadata={"annotator": "nobody@example.org"}))
    with pytest.raises(InputError, match=r"no account there: nobody@example\.org"):
        push(server, project, stranger)
    assert listing(server, project) == []


def test_an_interface_that_drops_a_label_in_use_is_refused(server):
    project = open_project(server, "labels", CONFIG)
    push(server, project, whole(GOLD))
    fewer = interface(replace(LABELS, mentions={"ORG": LABELS.mentions["ORG"]}), zones=True)
    with pytest.raises(InputError, match="may use PER"):
        open_project(server, "labels", fewer)


def test_tasks_that_would_break_the_editor_are_not_sent(server):
    project = open_project(server, "broken", CONFIG)
    (task,) = whole(GOLD)
    task["annotations"][0]["result"] = [r for r in task["annotations"][0]["result"] if r.get("id") != "m2"]
    with pytest.raises(BrokenRules, match="no region m2"):
        push(server, project, [task])
    assert listing(server, project) == []


def test_a_personal_access_token_is_as_good_as_a_legacy_one(running):
    project = open_project(connect(running.url, personal_access_token(running)), "personal token", CONFIG)
    assert project.fresh


def test_a_wrong_token_is_one_line_that_does_not_show_it(running):
    with pytest.raises(ServerTrouble, match="does not accept the token") as caught:
        connect(running.url, "f" * 40)
    assert "f" * 40 not in str(caught.value)


def test_the_sdk_finds_nothing_wrong_with_interface_and_predictions():
    from label_studio_sdk.label_interface import LabelInterface

    known = LabelInterface(CONFIG)
    known.validate()
    (task,) = whole(replace(GOLD, metadata={"system": "s"}))
    assert known.validate_prediction(task["predictions"][0], return_errors=True) == []


def test_the_loop_of_a_team_works_on_the_command_line(running, tmp_path):
    """Pre-annotations, two annotators, passes, agreement, disputes as tasks, an adjudicator, gold."""
    folder = make_corpus(tmp_path)
    goldwire = runner(running, folder)
    source = ["--texts", "texts.jsonl", "--predictions", "spacy.jsonl"]
    goldwire("labelstudio", "push", "--project", "team news", *source)
    annotate(running, "team news", "ann@example.org", "PERSON")
    annotate(running, "team news", "carl@example.org", "ORG")
    assert (
        goldwire("labelstudio", "diff", "--project", "team news", "--passes", "passes", code=1).stdout.count("\n") == 2
    )
    goldwire("labelstudio", "pull", "--project", "team news", "--passes", "passes")
    assert goldwire("labelstudio", "diff", "--project", "team news", "--passes", "passes").stdout == ""
    goldwire("agree", "passes")
    goldwire("adjudicate", "passes", "--worklist", "disputes.jsonl")
    goldwire("labelstudio", "push", "--project", "disputes", "--passes", "passes", "--disputes")
    annotate(running, "disputes", "judge@example.org", "PERSON")
    goldwire("labelstudio", "pull", "--project", "disputes", "--passes", "adjudicated")
    (gold,) = (folder / "adjudicated" / "judge").glob("*.json")
    assert [m["label"] for m in json.loads(gold.read_text())["mentions"]] == ["PERSON"]


def make_corpus(folder):
    labels = Path(__file__).resolve().parents[2] / "annotations" / "labels.toml"
    (folder / "annotations").mkdir()
    (folder / "annotations" / "labels.toml").write_text(labels.read_text())
    text = json.dumps({"id": "D1", "text": TEXT})
    mention = {"id": "m1", "start": 2, "end": 7, "label": "PERSON", "score": 0.9}
    (folder / "texts.jsonl").write_text(text + "\n")
    (folder / "spacy.jsonl").write_text(json.dumps({"id": "D1", "text": TEXT, "mentions": [mention]}) + "\n")
    return folder


def runner(running, folder):
    environment = {**os.environ, "LABEL_STUDIO_API_KEY": LEGACY, "LABEL_STUDIO_URL": running.url}

    def run(*arguments, code=0):
        command = [sys.executable, "-m", "goldwire", *arguments]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        assert done.returncode == code, done.stderr
        return done

    return run


def annotate(running, title, email, label):
    """Annotate as a person: accept the first prediction with another label, signed in as that user."""
    server = connect(running.url, LEGACY)
    project = open_project_as_is(server, title)
    (task,) = request_json(server, "GET", "api/tasks", params={"project": project, "fields": "all"})["tasks"]
    user = request_json(server, "POST", "api/users/", body={"email": email, "username": email.partition("@")[0]})
    result = task["predictions"][0]["result"]
    for region in result:
        if region["type"] == "labels":
            region["value"]["labels"] = [label]
    body = {"result": result, "completed_by": user["id"], "parent_prediction": task["predictions"][0]["id"]}
    request(server, "POST", f"api/tasks/{task['id']}/annotations/", body=body)


def open_project_as_is(server, title):
    from goldwire.annotations.labelstudio.server import find_project

    return find_project(server, title).id
