"""Keys that are spelt otherwise than a format's own are understood, or refused in one line; nothing is lost unsaid."""

import json

import pytest

from goldwire.errors import GoldwireError
from goldwire.formats import Notes, Options, read, recognise

SENTS = [["EU", "left"], ["Bonn", "stayed"]]
EU = {"name": "EU", "pos": [0, 1], "sent_id": 0, "type": "ORG"}
BONN = {"name": "Bonn", "pos": [0, 1], "sent_id": 1, "type": "LOC"}
VERTICES = [[EU], [BONN]]
FACT = {"h": 0, "t": 1, "r": "P17", "evidence": [0]}


def put(folder, value, name="a.json"):
    path = folder / name
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def told(path, name=""):
    """Give the relations of a file's one document, by surface."""
    (document,) = read(path, name)
    names = document.by_id()
    return [(names[r.head].text, r.label, names[r.tail].text) for r in document.relations]


def said(path, name=""):
    with pytest.raises(GoldwireError) as caught:
        list(read(path, name))
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "key", ["vertexSet", "vertex_set", "vertexset", "VertexSet", "vertex-set", "vertices", "nodes"]
)
def test_docreds_entities_are_read_however_their_key_is_spelt(key, tmp_path):
    path = put(tmp_path, [{"title": "a", "sents": SENTS, key: VERTICES}])
    assert "docred" == recognise(path).name
    (document,) = read(path)
    assert [("EU", "ORG"), ("Bonn", "LOC")] == [(m.text, m.label) for m in document.mentions]
    assert 2 == len(document.entities) and not document.metadata


@pytest.mark.parametrize(
    "labels",
    [
        {"labels": [FACT]},
        {"relations": [FACT]},
        {"label": [FACT]},
        {"facts": [FACT]},
        {"relations": [{"head": 0, "tail": 1, "relation": "P17", "evidence": [0]}]},
        {"labels": [{"h_idx": 0, "t_idx": 1, "r": "P17", "evidence": [0]}]},
        {"labels": [{"head": 0, "tail": 1, "type": "P17", "evidence": [0]}]},
        {"labels": {"head": [0], "tail": [1], "relation_id": ["P17"], "relation_text": ["x"], "evidence": [[0]]}},
    ],
)
def test_docreds_relations_are_read_however_their_keys_are_spelt(labels, tmp_path):
    path = put(tmp_path, [{"sents": SENTS, "vertexSet": VERTICES, **labels}])
    assert [("EU", "P17", "Bonn")] == told(path)
    (document,) = read(path)
    assert ((0,), {}) == (document.relations[0].evidence, dict(document.metadata))


def test_redocreds_and_the_joint_tasks_further_keys_change_nothing(tmp_path):
    vertices = [[{**EU, "global_pos": [0, 0], "index": "0_0"}], [{**BONN, "global_pos": [2, 2], "index": "1_0"}]]
    path = put(tmp_path, [{"title": "a", "sents": SENTS, "vertexSet": vertices, "labels": [FACT]}])
    assert [("EU", "P17", "Bonn")] == told(path)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"vertexes": {"0": [EU]}}, "there is no vertexSet among its keys title, sents, vertexes"),
        ({"labels": [FACT]}, "there is no vertexSet among its keys title, sents, labels"),
        ({"vertexSet": VERTICES, "labels": [{"from": 0, "rel": "x"}]}, "a relation with the keys from, rel names no t"),
        ({"vertexSet": VERTICES, "edges": [{"of": 0, "with": 1}]}, "there is no labels among its keys title, sents, v"),
    ],
)
def test_a_docred_document_without_what_it_needs_is_refused_by_its_keys(value, says, tmp_path):
    assert says in said(put(tmp_path, [{"title": "a", "sents": SENTS, **value}]))


def test_bare_texts_of_docred_are_documents_and_it_is_said(tmp_path):
    notes = Notes()
    (document,) = read(put(tmp_path, [{"title": "a", "sents": SENTS}]), options=Options(notes=notes))
    assert not document.mentions and 1 == notes.counts["documents without vertexSet, read as text"]


ENTITIES = [{"id": "T1", "start": 0, "end": 2, "label": "ORG"}, {"id": "T2", "start": 8, "end": 12, "label": "LOC"}]
TEXT = "EU left Bonn"
PAIRS = [
    ("head", "tail"), ("head_id", "tail_id"), ("argument_1", "argument_2"), ("argument_1_id", "argument_2_id"),
    ("arg1_id", "arg2_id"), ("arg1", "arg2"), ("Arg1", "Arg2"), ("root_id", "child_id"), ("from_id", "to_id"),
    ("fromId", "toId"), ("source", "target"), ("source_id", "target_id"), ("sourceEntityId", "targetEntityId"),
    ("subject", "object"), ("subject_id", "object_id"), ("subj", "obj"), ("e1", "e2"), ("entity1", "entity2"),
    ("entity_1_id", "entity_2_id"), ("h", "t"), ("head_entity", "tail_entity"), ("parent", "child"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "tail"), PAIRS)
@pytest.mark.parametrize("form", ["spans", "hf"])
def test_a_relations_ends_are_read_however_their_keys_are_spelt(form, head, tail, tmp_path):
    row = {"id": "a", "text": TEXT, "entities": ENTITIES, "relations": [{head: "T1", tail: "T2", "type": "in"}]}
    assert [("EU", "in", "Bonn")] == told(put(tmp_path, row, "a.jsonl"), form)


@pytest.mark.parametrize("form", ["spans", "hf"])
@pytest.mark.parametrize(
    "relation",
    [
        {"source": "by hand", "root_id": "T1", "child_id": "T2", "name": "in"},
        {"subject": "EU", "subject_id": "T1", "object": "Bonn", "object_id": "T2", "relation": "in"},
        {"head": {"id": "T1"}, "tail": {"id": "T2"}, "label": "in"},
        {"head": 0, "tail": 1, "rel_type": "in"},
        {"arguments": [{"role": "Arg1", "ref_id": "T1"}, {"role": "Arg2", "ref_id": "T2"}], "type": "in"},
        {"args": ["T1", "T2"], "type": "in"},
    ],
)
def test_a_relations_ends_are_those_that_name_mentions(form, relation, tmp_path):
    row = {"id": "a", "text": TEXT, "entities": ENTITIES, "relations": [relation]}
    assert [("EU", "in", "Bonn")] == told(put(tmp_path, row, "a.jsonl"), form)


@pytest.mark.parametrize("form", ["spans", "hf"])
def test_ends_of_no_known_key_are_refused_by_the_keys_that_are_there(form, tmp_path):
    row = {"id": "a", "text": TEXT, "entities": ENTITIES, "relations": [{"this": "T1", "that": "T2", "type": "in"}]}
    assert "a relation with the keys this, that, type names no head" in said(put(tmp_path, row, "a.jsonl"), form)


def test_an_end_that_no_span_has_is_named(tmp_path):
    row = {"id": "a", "text": TEXT, "entities": ENTITIES, "relations": [{"head": "T1", "tail": "T7", "type": "in"}]}
    assert "T7" in said(put(tmp_path, row, "a.jsonl"), "spans")


@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        ("spans", {"text": TEXT, "entities": ENTITIES}, {"text": TEXT, "entitys": ENTITIES}),
        ("doccano", {"text": TEXT, "label": [[0, 2, "ORG"]]}, {"text": TEXT, "lables": [[0, 2, "ORG"]]}),
        ("spert", {"tokens": ["EU"], "entities": [{"start": 0, "end": 1, "type": "O"}]},
         {"tokens": ["EU"], "entitys": [{"start": 0, "end": 1, "type": "O"}]}),
    ],
)  # fmt: skip
def test_spans_under_a_key_of_no_known_name_are_refused_by_the_keys_that_are_there(form, good, bad, tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(f"{json.dumps(good)}\n{json.dumps(bad)}\n", encoding="utf-8")
    assert form == recognise(path).name
    assert f"a.jsonl:2 s2: there are no spans among its keys {', '.join(bad)}" in said(path)


def test_relations_of_a_key_of_no_known_name_are_read_and_it_is_said(tmp_path):
    row = {"text": TEXT, "entities": ENTITIES, "arcs": [{"head": "T1", "tail": "T2", "type": "in"}]}
    path, notes = put(tmp_path, row, "a.jsonl"), Notes()
    assert [("EU", "in", "Bonn")] == told(path, "spans")
    list(read(path, "spans", Options(notes=notes)))
    assert 1 == notes.counts["documents whose relations stand under 'arcs', taken for them"]


def test_ids_are_not_taken_for_places(tmp_path):
    entities = [{**span, "id": number} for number, span in enumerate(ENTITIES, start=1)]
    row = {"text": TEXT, "entities": entities, "relations": [{"head": 1, "tail": 2, "type": "in"}]}
    assert [("EU", "in", "Bonn")] == told(put(tmp_path, row, "a.jsonl"), "spans")


HYPERRED = {
    "tokens": ["Acadia", "University", "lies", "in", "Wolfville", ",", "Canada", "."],
    "entities": [{"span": [0, 2], "label": "Entity"}, {"span": [4, 5], "label": "Entity"},
                 {"span": [6, 7], "label": "Entity"}],
    "relations": [{"head": [0, 2], "tail": [4, 5], "label": "located in",
                   "qualifiers": [{"span": [6, 7], "label": "country"}]}],
}  # fmt: skip


def test_hyperreds_qualifiers_are_attributes_that_name_their_mention(tmp_path):
    path = put(tmp_path, HYPERRED, "train.json")
    assert "hyperred" == recognise(path).name
    (document,) = read(path)
    assert [("Acadia University", "located in", "Wolfville")] == told(path)
    (attributes,) = (relation.attributes for relation in document.relations)
    assert "Canada" == document.by_id()[attributes["country"]].text


@pytest.mark.parametrize(
    ("relation", "says"),
    [
        (
            {"head": [0, 2], "tail": [4, 5], "label": "x", "qualifiers": [{"span": [6, 99], "label": "y"}]},
            '"span" is [6, 99]',
        ),
        ({"head": [0, 0], "tail": [4, 5], "label": "x", "qualifiers": []}, '"head" is [0, 0]'),
        ({"head": [0, 2], "tail": 7, "label": "x", "qualifiers": []}, '"tail" is 7'),
    ],
)
def test_hyperreds_broken_relations_are_listed(relation, says, tmp_path):
    assert says in said(put(tmp_path, {**HYPERRED, "relations": [relation]}, "train.json"), "hyperred")
