"""Each trap of Label Studio's exports and servers, and what a user sees of it."""

import json
from dataclasses import replace

import pytest

from goldwire.annotations.labelstudio.interface import declared_values, interface
from goldwire.annotations.labelstudio.preview import dropped, problems
from goldwire.document import Document, Mention, Relation, Span
from goldwire.errors import BrokenRules, GoldwireError, InputError
from goldwire.formats import Notes, Options, read, recognise
from goldwire.formats.label_studio_tasks import Writing, tasks_of
from labelstudio.documents_for_tests import LABELS

TEXT = "😀 Biden met\r\nFumio Kishida in Tokyo."
OFFERED = declared_values(interface(LABELS))


def region(start, end, words=None, id="r1", labels=("PER",), **more):
    value = {"start": start, "end": end, "labels": list(labels)} | ({"text": words} if words is not None else {})
    return {"id": id, "from_name": "label", "to_name": "text", "type": "labels", "value": value, **more}


def relation(head="r1", tail="r2", **more):
    return {"type": "relation", "from_id": head, "to_id": tail, "direction": "right", "labels": ["met"], **more}


def task(*results, text=TEXT, **more):
    return {"id": 7, "data": {"text": text}, "annotations": [{"id": 1, "result": list(results)}], **more}


BIDEN, KISHIDA = region(2, 7, "Biden"), region(13, 26, "Fumio Kishida", "r2")


def documents(tmp_path, *tasks, offset_unit="auto", repair="none", labels=None, name="tasks.json"):
    path = tmp_path / name
    path.write_text(json.dumps(list(tasks)), encoding="utf-8")
    settings = {}
    if labels:
        settings["labels"] = str(labels)
    options = Options(offset_unit=offset_unit, repair=repair, settings=settings)
    return list(read(path, "label_studio", options)), options.notes


def mentions(found):
    return [(m.start, m.end, m.label, m.text) for document in found[0] for m in document.mentions]


def notes(found):
    return "\n".join(found[1].lines())


def test_offsets_in_code_points_are_taken_as_they_are(tmp_path):
    assert mentions(documents(tmp_path, task(BIDEN, KISHIDA)))[0] == (2, 7, "PER", "Biden")


def test_offsets_in_utf16_are_recognised_by_the_words_and_become_code_points(tmp_path):
    old = task(region(3, 8, "Biden"), region(14, 27, "Fumio Kishida", "r2"))
    assert mentions(documents(tmp_path, old)) == mentions(documents(tmp_path, task(BIDEN, KISHIDA)))


@pytest.mark.parametrize(
    ("results", "why"),
    [
        ([region(3, 8, "Biden"), KISHIDA], "1 regions fit code points only and 1 fit UTF-16 only"),
        ([region(2, 7), region(13, 26, id="r2")], "2 regions lie behind emoji and none tells the unit"),
    ],
)
def test_offsets_whose_unit_cannot_be_told_are_refused_with_the_way_out(tmp_path, results, why):
    with pytest.raises(InputError, match=why) as caught:
        documents(tmp_path, task(*results))
    assert "--offset-unit" in str(caught.value)
    assert mentions(documents(tmp_path, task(region(3, 8)), offset_unit="utf16")) == [(2, 7, "PER", "Biden")]


@pytest.mark.parametrize("stated", ["met\\n\\nFumio", "met\\nFumio", "met\r\nFumio", "met\n\nFumio"])
def test_a_line_break_that_the_editor_wrote_as_backslash_n_is_no_mismatch(tmp_path, stated):
    found = documents(tmp_path, task(BIDEN, region(8, 18, stated, "r2")))
    assert ("not what their offsets cover" in notes(found)) == (stated == "met\\nFumio")


def test_stale_words_are_reported_and_the_offsets_count(tmp_path):
    found = documents(tmp_path, task(BIDEN, region(30, 35, "Kyoto", "r2")))
    assert mentions(found)[1] == (30, 35, "PER", "Tokyo")
    assert "1 × regions whose stated text is not what their offsets cover" in notes(found)


def test_a_document_none_of_whose_words_fit_is_refused(tmp_path):
    with pytest.raises(InputError, match="none of its 1 regions has the text it states"):
        documents(tmp_path, task(region(0, 4, "Date"), text="Officials met in Tokyo."))


@pytest.mark.parametrize("place", [(30, 99), (-1, 5), (7, 2), (2, 2), (2.5, 7), ("2", "7")])
def test_a_region_outside_its_text_is_an_error_or_dropped_and_counted(tmp_path, place):
    bad = task(region(*place), text="Biden met Fumio Kishida in Tokyo.")
    with pytest.raises(BrokenRules, match="region r1"):
        documents(tmp_path, bad)
    assert "1 × regions outside the text (dropped)" in notes(documents(tmp_path, bad, repair="discard"))


def test_a_relation_whose_region_is_gone_is_dropped_and_counted_and_never_written(tmp_path):
    found = documents(tmp_path, task(BIDEN, relation()))
    assert found[0][0].relations == ()
    assert "1 × relations whose regions are gone" in notes(found)
    dangling = Document("D1", TEXT, (Mention(2, 7, "PER", "m1"),), (Relation("m1", "m2", "met"),))
    with pytest.raises(BrokenRules, match="no mention m2"):
        tasks_of([dangling])


def test_predictions_as_bare_ids_are_counted(tmp_path):
    assert "2 × predictions given as bare ids" in notes(documents(tmp_path, task(BIDEN, predictions=[3, 4])))


def test_a_cancelled_annotation_is_no_gold(tmp_path):
    passes = [
        Document("D1", TEXT, KEPT),
        Document("D1", TEXT, KEPT, metadata={"annotator": "a", "was_cancelled": "true"}),
    ]
    (tmp_path / "a.json").write_text(json.dumps(tasks_of(passes)))
    options = Options()
    assert [{}] == [dict(found.metadata) for found in read(tmp_path / "a.json", options=options)]
    assert ["annotations that were cancelled, left out (take=all reads them)"] == list(options.notes.lost)
    assert len(list(read(tmp_path / "a.json", options=Options(settings={"take": "all"})))) == 2


def test_ground_truth_and_was_cancelled_are_always_written():
    passes = [Document("D1", TEXT, metadata={"annotator": "a"}), Document("D1", TEXT, KEPT)]
    (written,) = tasks_of(passes)
    assert [(a["ground_truth"], a["was_cancelled"]) for a in written["annotations"]] == [(False, False), (True, False)]


KEPT = (Mention(2, 7, "PER", "m1"),)


def test_the_text_outside_data_is_named_as_the_trap_it_is(tmp_path):
    with pytest.raises(InputError, match='its text lies inside "data"'):
        documents(tmp_path, {"text": TEXT, "annotations": []})


@pytest.mark.parametrize(
    ("text", "why"), [('{"data": {"text": "a\\ud800b"}}', "surrogate"), ('{"data": {"text": "a", "n": NaN}}', "NaN")]
)
def test_what_json_cannot_hold_is_one_clear_line(tmp_path, text, why):
    path = tmp_path / "tasks.json"
    path.write_text(f"[{text}]")
    with pytest.raises(InputError, match=why):
        list(read(path, "label_studio"))


PAIR = (Mention(0, 1, "PER", "m1"), Mention(1, 2, "PER", "m2"))


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (Document("D1", "a\0b"), "NUL"),
        (Document("D1", "a\ud800b"), "surrogate"),
        (Document("D1", "ab", (Mention(0, 1, "PER", "m1", score=float("nan")),)), "no such number"),
        (Document("D1", "abc", PAIR, (Relation("m1", "m2", "(fragment)"),)), "keeps"),
    ],
)  # fmt: skip
def test_documents_that_a_server_would_choke_on_are_not_written(document, why):
    with pytest.raises(GoldwireError, match=why):
        tasks_of([document])


def test_a_left_arrow_runs_from_its_end_and_both_ways_are_two_unless_symmetric(tmp_path):
    labels = tmp_path / "labels.toml"
    labels.write_text("[mentions.PER]\n[relations.met]\nsymmetric = true\n[relations.knows]\n")
    arrows = [relation(direction="left"), relation(direction="bi"), relation(direction="bi", labels=["knows"])]
    (document,), _ = documents(tmp_path, task(BIDEN, KISHIDA, *arrows), labels=labels)
    assert sorted((r.label, r.head, r.tail) for r in document.relations) == [
        ("knows", "r1", "r2"),
        ("knows", "r2", "r1"),
        ("met", "r1", "r2"),
        ("met", "r2", "r1"),
    ]


def test_a_relation_without_labels_and_one_with_an_empty_list_are_both_of_no_type(tmp_path):
    bare = {key: value for key, value in relation().items() if key != "labels"}
    (document,), _ = documents(tmp_path, task(BIDEN, KISHIDA, bare, relation(labels=[])))
    assert [r.label for r in document.relations] == ["", ""]


def test_results_that_share_an_id_are_one_mention_with_level_entity_and_attributes(tmp_path):
    def answer(name, kind, value):
        return {
            "id": "r1",
            "from_name": name,
            "to_name": "text",
            "type": kind,
            "value": {"start": 2, "end": 7, **value},
        }

    said = [
        answer("entity", "textarea", {"text": ["joe_biden"]}),
        answer("level", "choices", {"choices": ["name"]}),
        answer("mood", "choices", {"choices": ["calm"]}),
    ]
    (document,), _ = documents(tmp_path, task(*said, BIDEN))
    assert (document.mentions[0].level, document.mentions[0].attributes) == ("name", {"mood": "calm"})
    assert document.entities[0].mentions == ("r1",)


def test_a_region_of_two_labels_is_two_mentions(tmp_path):
    found = documents(tmp_path, task(region(2, 7, "Biden", labels=["PER", "ORG"])))
    assert [(m.label, m.id) for m in found[0][0].mentions] == [("ORG", "r1+ORG"), ("PER", "r1")]


def test_parts_joined_in_the_editor_are_one_discontinuous_mention(tmp_path):
    joined = task(BIDEN, KISHIDA, relation(labels=["(fragment)"]))
    (document,), _ = documents(tmp_path, joined)
    assert [m.fragments for m in document.mentions] == [(Span(2, 7), Span(13, 26))]


def test_an_attribute_changed_on_an_arrow_is_read_over_the_one_that_was_written():
    pair = (Mention(2, 7, "PER", "m1"), Mention(13, 26, "PER", "m2"))
    written = Relation("m1", "m2", "works for", "r1", (), {"time": "past", "source": "wire"})
    (made,) = tasks_of([Document("D1", TEXT, pair, (written,))], Writing(LABELS))
    arrow = made["annotations"][0]["result"][-1]
    assert arrow["labels"] == ["works for", "time: past"]
    arrow["labels"] = ["works for"]
    assert read_one(made).relations == (replace(written, attributes={"time": "present", "source": "wire"}),)


def read_one(made):
    from goldwire.formats.label_studio_documents import Reading, versions
    from goldwire.formats.label_studio_records import dump_json, parse_task

    return versions(parse_task(dump_json(made), "t"), 1, Reading(labels=LABELS))[0].document


def test_three_copies_of_a_task_are_reported(tmp_path):
    assert "2 × documents that stand in two tasks" in notes(documents(tmp_path, *[task(BIDEN)] * 3))


def test_json_min_and_csv_are_read_with_a_warning_that_names_what_they_cannot_hold(tmp_path):
    span = [{"start": 2, "end": 7, "text": "Biden", "labels": ["PER"]}]
    row = {
        "text": TEXT,
        "doc_id": "D1",
        "id": 7,
        "label": span,
        "annotator": "a@x.org",
        "annotation_id": 3,
        "zip": "001",
    }
    found = documents(tmp_path, row)
    assert mentions(found) == [(2, 7, "PER", "Biden")]
    assert "holds no relations, region ids, predictions or skipped annotations" in notes(found)
    (tmp_path / "rows.csv").write_text(
        'annotation_id,annotator,doc_id,id,label,text,zip\r\n3,a@x.org,D1,7,"[{""start"":2,""end"":7,""labels"":[""PER""]}]","'
        + TEXT.replace("😀", "x")
        + '",001\r\n',
        newline="",
    )
    assert recognise(tmp_path / "rows.csv").name == "label_studio"
    (document,) = read(tmp_path / "rows.csv")
    assert (document.id, document.metadata["annotator"], document.metadata["zip"]) == ("D1", "a@x.org", "001")
    assert [m.text for m in document.mentions] == ["Biden"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda t: t["annotations"][0]["result"].append(relation(tail="r9")), "no region r9"),
        (lambda t: t["annotations"][0]["result"].append(BIDEN), "its id stands 2 times"),
        (lambda t: t["annotations"][0]["result"].append(region(0, 99, id="r3")), "lies outside the text"),
        (lambda t: t["annotations"][0]["result"].append(region(0.0, 1.0, id="r3")), "no whole numbers"),
        (lambda t: t["annotations"][0]["result"].append(region(0, 1, id="r3", labels=["X"])), "does not offer X"),
        (
            lambda t: t["annotations"][0]["result"].append(region(0, 1, id="r3") | {"from_name": "ner"}),
            "no control 'ner'",
        ),
        (lambda t: t["annotations"][0]["result"].append(relation(labels=["X"])), "no relation 'X'"),
        (lambda t: t["annotations"][0]["result"].append(relation(direction=None)), "its direction is None"),
        (lambda t: t["annotations"][0].update(completed_by="a@x.org"), "completed_by is 'a@x.org'"),
        (lambda t: t.update(predictions=[5]), "is a bare id"),
        (lambda t: t["data"].update(n=2**63), "send it as a string"),
        (lambda t: t["data"].update(n=float("nan")), "NaN"),
        (lambda t: t["data"].update(n="\ud800"), "surrogate"),
        (lambda t: t["data"].update(n="\0"), "NUL"),
        (lambda t: t.pop("data"), 'has no "data"'),
    ],
)
def test_what_would_break_a_server_or_its_editor_is_known_before_it_is_sent(change, why):
    sound = json.loads(json.dumps(task(BIDEN, KISHIDA, relation())))
    assert list(problems(sound, OFFERED)) == []
    change(sound)
    assert why in "\n".join(map(str, problems(sound, OFFERED)))


def test_what_a_server_would_drop_is_listed_before_it_is_sent():
    found = Notes()
    annotation = {"id": 1, "result": [], "created_at": "2024", "unique_id": "u"}
    dropped(
        {**task(), "annotations": [annotation], "drafts": [{}], "predictions": [{"result": [], "cluster": 1}]}, found
    )
    assert sorted(found.counts) == [
        "annotation field 'created_at': dropped or given anew",
        "annotation field 'id': becomes import_id, a new id is given",
        "annotation field 'unique_id': dropped or given anew",
        "annotation without completed_by: the one who sends it becomes its annotator",
        "annotation without ground_truth: the server makes it true",
        "drafts: dropped",
        "prediction field 'cluster': dropped or given anew",
        "prediction without model_version: becomes 'undefined'",
        "task field 'id': dropped or given anew",
    ]


def test_answers_of_every_known_kind_about_a_region_are_attributes_and_others_are_counted(tmp_path):
    place = {"start": BIDEN["value"]["start"], "end": BIDEN["value"]["end"]}
    said = {"taxonomy": [["Person", "Politician"], ["Guest"]], "number": 3, "rating": 4, "datetime": "2024-05-01"}
    answers = [
        {"id": "r1", "from_name": k, "to_name": "text", "type": k, "value": {**place, k: v}} for k, v in said.items()
    ]
    odd = {"id": "r1", "from_name": "x", "to_name": "text", "type": "ranker", "value": {**place, "ranker": []}}
    noted = {**BIDEN, "meta": {"text": ["check"]}}
    (document,), notes = documents(tmp_path, task(noted, *answers, odd))
    expected = {"taxonomy": "Person / Politician; Guest", "number": "3", "rating": "4", "datetime": "2024-05-01"}
    assert expected == dict(document.mentions[0].attributes)
    assert {
        "answers about a region (ranker), which are not read",
        "notes on a region (meta), which are not read",
    } <= notes.lost
