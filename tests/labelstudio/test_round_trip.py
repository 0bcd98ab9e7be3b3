"""Documents to tasks and back is the identity; tasks to documents and back keeps every field."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.document import canonical
from goldwire.formats import Options
from goldwire.formats.label_studio import read, write
from goldwire.formats.label_studio_documents import Reading, versions
from goldwire.formats.label_studio_records import dump_json, parse_task
from goldwire.formats.label_studio_tasks import Writing, content_hash, tasks_of
from labelstudio.documents_for_tests import LABELS, groups

HOW = [Writing(), Writing(LABELS), Writing(LABELS, zones=True), Writing(None, zones=True)]


def read_back(tasks, labels=None):
    how = Reading(labels=labels)
    return [v.document for n, task in enumerate(tasks, 1) for v in versions(parse_task(dump_json(task), "t"), n, how)]


def in_order(documents):
    return sorted(map(canonical, documents), key=repr)


@settings(max_examples=60)
@given(groups(), st.sampled_from(HOW))
def test_documents_to_tasks_to_documents_is_the_identity(group, how):
    assert in_order(read_back(tasks_of(group, how), how.labels)) == in_order(group)


@settings(max_examples=25)
@given(groups(), st.sampled_from(HOW[1:3]))
def test_a_reader_that_knows_no_label_set_reads_the_same(group, how):
    assert in_order(read_back(tasks_of(group, how))) == in_order(group)


@settings(max_examples=25)
@given(groups(), st.sampled_from(HOW))
def test_what_a_server_renumbers_does_not_matter(group, how):
    tasks = tasks_of(group, how)
    for task in tasks:
        task["id"] = 77
        for annotation in task["annotations"]:
            annotation |= {"import_id": annotation["id"], "id": annotation["id"] + 500}
            annotation["completed_by"] = {"id": 3, **annotation.get("completed_by", {"email": "importer@x.org"})}
    assert in_order(read_back(tasks, how.labels)) == in_order(group)


@settings(max_examples=25)
@given(group=groups())
def test_an_update_in_the_editor_that_changes_nothing_changes_nothing(group):
    tasks = tasks_of(group, Writing(LABELS, zones=True))
    for task in tasks:
        for part in (*task["annotations"], *task["predictions"]):
            part["result"] = updated(part["result"])
    assert in_order(read_back(tasks, LABELS)) == in_order(group)


def updated(result):
    """What the editor of 1.23 does to results: relations last, origin added, meta copied to all that share the id."""
    meta = {r["id"]: r["meta"] for r in result if "meta" in r}
    regions = [{**r, "origin": "manual"} for r in result if r["type"] != "relation"]
    regions = [{**r, "meta": meta[r["id"]]} if r["id"] in meta else r for r in regions]
    return regions + [r for r in result if r["type"] == "relation"]


@settings(max_examples=25)
@given(groups(), st.sampled_from(HOW), st.data())
def test_tasks_to_documents_to_tasks_keeps_every_field_of_the_export(tmp_path_factory, group, how, data):
    folder = tmp_path_factory.mktemp("round")
    strange = st.dictionaries(
        st.text(max_size=3).map("x".__add__), st.integers() | st.text(st.characters(codec="utf-8")), max_size=2
    )
    tasks = tasks_of(group, how)
    for task in tasks:
        task |= {"id": 9, "drafts": [{"id": 4}], **data.draw(strange)}
        for part in (*task["annotations"], *task["predictions"]):
            part |= {"created_at": "2024-01-30T02:40:43Z", **data.draw(strange)}
            for result in part["result"]:
                result.update(data.draw(strange))
    (folder / "in.json").write_bytes(dump_json(tasks))
    kept = {"sidecar": str(folder / "kept.json")}
    documents = list(read(folder / "in.json", Options(settings=kept)))
    write(documents, folder / "out.json", Options(settings=kept))
    assert json.loads((folder / "out.json").read_bytes()) == json.loads((folder / "in.json").read_bytes())


def test_a_changed_label_leaves_every_other_field_of_the_export_as_it_was(tmp_path):
    text = "Biden met Kishida."
    regions = [
        {"id": "r1", "from_name": "label", "to_name": "text", "type": "labels", "origin": "manual", "x": 1,
         "value": {"start": 0, "end": 5, "text": "Biden", "labels": ["PER"], "y": 2}},
        {"id": "r2", "from_name": "label", "to_name": "text", "type": "labels",
         "value": {"start": 10, "end": 17, "text": "Kishida", "labels": ["PER"]}},
        {"type": "relation", "from_id": "r1", "to_id": "r2", "direction": "right", "labels": ["met"], "z": 3},
    ]  # fmt: skip
    task = {"id": 4, "data": {"text": text, "n": 7}, "annotations": [{"id": 8, "lead_time": 2.5, "result": regions}]}
    (tmp_path / "in.json").write_text(json.dumps([task]))
    kept = {"sidecar": str(tmp_path / "kept.json")}
    (document,) = read(tmp_path / "in.json", Options(settings=kept))
    mentions = (replace(document.mentions[0], label="ORG"), document.mentions[1])
    write([replace(document, mentions=mentions)], tmp_path / "out.json", Options(settings=kept))
    (written,) = json.loads((tmp_path / "out.json").read_text())
    first = written["annotations"][0]["result"][0]
    assert first["value"] == {"start": 0, "end": 5, "text": "Biden", "labels": ["ORG"], "y": 2}
    assert (first["x"], written["annotations"][0]["lead_time"], written["data"]["n"]) == (1, 2.5, 7)
    assert written["annotations"][0]["result"][2]["z"] == 3


@settings(max_examples=10)
@given(groups())
def test_the_content_hash_changes_with_any_layer_and_with_nothing_else(group):
    (task,) = tasks_of(group)
    (again,) = tasks_of(list(group))
    assert content_hash(task) == content_hash(again) == task["data"]["_goldwire"]["hash"]
    (other,) = tasks_of([replace(d, sentences=(*d.sentences, (0, 1))) for d in group])
    assert content_hash(other) != content_hash(task)


@pytest.mark.parametrize("how", HOW)
def test_no_annotation_an_empty_one_and_a_skipped_one_stay_three_things(how):
    from goldwire.document import Document

    text = "Officials declined to comment."
    roles = [{}, {"annotator": "a"}, {"annotator": "b", "was_cancelled": "true"}]
    (task,) = tasks_of([Document("D1", text, metadata=role) for role in roles], how)
    assert [a["was_cancelled"] for a in task["annotations"]] == [False, True]
    assert sorted(repr(d.metadata) for d in read_back([task])) == sorted(map(repr, roles))
