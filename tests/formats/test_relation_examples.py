"""TACRED's and SemEval-2010's examples are read as documents, and their labels as labels."""

import json

import pytest

from goldwire.errors import InputError
from goldwire.formats import Options, read, recognise
from goldwire.formats.pair_labels import pair_labels

SEMEVAL = (
    '1\t"The <e1>company</e1> fabricates plastic <e2>chairs</e2>."\nProduct-Producer(e2,e1)\nComment: (a) holds\n'
    '\n2\t"The <e1>child</e1> was in the <e2>cradle</e2>."\nOther\nComment:\n'
)
EXAMPLE = {
    "id": "e7798fb9",
    "token": ["Tom", "Thabane", "leads", "ABC"],
    "relation": "org:founded_by",
    "subj_start": 3,
    "subj_end": 3,
    "obj_start": 0,
    "obj_end": 1,
    "subj_type": "ORGANIZATION",
    "obj_type": "PERSON",
    "stanford_pos": ["NNP", "NNP", "VBZ", "NNP"],
}


def test_semevals_examples_are_sentences_with_two_mentions(tmp_path):
    path = tmp_path / "TRAIN_FILE.TXT"
    path.write_bytes(SEMEVAL.replace("\n", "\r\n").encode())
    assert recognise(path).name == "semeval2010"
    first, second = read(path)
    assert first.text == "The company fabricates plastic chairs."
    assert [(m.id, m.text) for m in first.mentions] == [("e1", "company"), ("e2", "chairs")]
    assert [(r.head, r.tail, r.label) for r in first.relations] == [("e2", "e1", "Product-Producer")]
    assert not second.relations
    assert pair_labels(path, "the test") == (("Product-Producer(e2,e1)", "Other"), ("1", "2"))


def test_tacreds_examples_are_sentences_with_typed_subject_and_object(tmp_path):
    path, options = tmp_path / "test.json", Options()
    path.write_text(json.dumps([EXAMPLE, {**EXAMPLE, "id": "b", "relation": "no_relation"}]))
    assert recognise(path).name == "tacred"
    first, second = read(path, options=options)
    assert [(m.text, m.label) for m in first.mentions] == [("Tom Thabane", "PERSON"), ("ABC", "ORGANIZATION")]
    assert [(r.label, first.by_id()[r.head].text) for r in first.relations] == [("org:founded_by", "ABC")]
    assert not second.relations
    assert options.notes.lines()[0].startswith("2 × parses of TACRED")
    assert pair_labels(path, "the test") == (("org:founded_by", "no_relation"), ("e7798fb9", "b"))


@pytest.mark.parametrize(
    ("text", "labels", "ids"),
    [
        ("no_relation\nper:title\n", ("no_relation", "per:title"), ()),
        ("8002\tOther\r\n8001\tCause-Effect(e1,e2)\r\n", ("Other", "Cause-Effect(e1,e2)"), ("8002", "8001")),
        ('["no_relation", "per:title"]', ("no_relation", "per:title"), ()),
        ('{"x1": "no_relation", "x2": "per:title"}', ("no_relation", "per:title"), ("x1", "x2")),
    ],
)
def test_files_of_labels_alone(text, labels, ids, tmp_path):
    path = tmp_path / "labels.txt"
    path.write_bytes(text.encode())
    assert pair_labels(path, "the test") == (labels, ids)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1\tOther\n1\tOther\n", "labels.txt: has item 1 twice"),
        ("1\tOther\nOther\n", "labels.txt:2: 'Other' is no number and label"),
        ("Paris B-LOC\n", "labels.txt:1: is no label, which the test wants"),
        ("[1, 2]", "labels.txt: is JSON without labels"),
        (SEMEVAL + "what is this\nand this\n", "labels.txt:8: begins 'what is this'"),
    ],
)
def test_what_is_no_label_is_said_with_its_place(text, message, tmp_path):
    path = tmp_path / "labels.txt"
    path.write_text(text)
    with pytest.raises(InputError, match=message) as caught:
        pair_labels(path, "the test")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("8001\tMessage-Topic(e1,e2)\n8002\tOther\n", "labels of relations, one a line: score them with --profile"),
        ("no_relation\nper:title\n", "labels of relations, one a line"),
        ('[{"title": "a", "h_idx": 0, "t_idx": 1, "r": "P17"}]', "answers to DocRED, which name a gold's entities"),
    ],
)
def test_answers_that_are_no_documents_are_said_to_be_so(text, told, tmp_path):
    path = tmp_path / "answers.txt"
    path.write_text(text)
    with pytest.raises(InputError, match=told):
        recognise(path)


SENTENCES = [["EU", "rejects", "German", "call"], ["Peter", "Blackburn", "left", "BRUSSELS"]]


@pytest.mark.parametrize(
    ("second", "noted"),
    [
        ({"ner": [4, 5, "PER"], "met": [4, 5, 7, 7, "left"], "event": [[6, "Leave"], [4, 5, "Who"]]}, 0),
        ({"ner": [0, 1, "PER"], "met": [0, 1, 3, 3, "left"], "event": [[2, "Leave"], [0, 1, "Who"]]}, 1),
    ],
)
def test_dygies_indices_count_from_the_document_or_from_each_sentence(second, noted, tmp_path):
    path, options = tmp_path / "a.jsonl", Options()
    layers = {"ner": [[[0, 0, "ORG"]], [second["ner"]]], "relations": [[], [second["met"]]]}
    value = {"doc_key": "a", "sentences": SENTENCES, **layers, "events": [[], [second["event"]]]}
    path.write_text(json.dumps({**value, "clusters": [[[0, 0], [4, 5]]]}))
    (document,) = read(path, options=options)
    names = {m.id: m.text for m in document.mentions}
    told = {"Peter Blackburn": "PER", "EU": "ORG", "left": "Leave", "BRUSSELS": "_"}
    assert told == {m.text: m.label for m in document.mentions}
    ends = {(names[r.head], names[r.tail], r.label) for r in document.relations}
    assert ends == {("Peter Blackburn", "BRUSSELS", "left"), ("left", "Peter Blackburn", "Who")}
    assert ["EU", "Peter Blackburn"] == [names[m] for m in document.entities[0].mentions]
    assert noted == options.notes.counts["documents whose token indices count from each sentence, seen from them"]


def test_dygies_annotations_outside_their_sentence_are_said(tmp_path):
    path, options = tmp_path / "a.jsonl", Options()
    path.write_text(json.dumps({"doc_key": "a", "sentences": SENTENCES, "ner": [[[4, 5, "PER"]], [[0, 0, "ORG"]]]}))
    (document,) = read(path, options=options)
    assert ["EU", "Peter Blackburn"] == [m.text for m in document.mentions]
    assert 4 == options.notes.counts["ends of annotations outside the sentence whose layer they stand in"]


def test_a_relation_back_into_an_earlier_sentence_leaves_the_count_from_the_document(tmp_path):
    path, options = tmp_path / "a.jsonl", Options()
    value = {"sentences": [["EU"], SENTENCES[1]], "ner": [[[0, 0, "ORG"]], [[1, 2, "PER"]]]}
    path.write_text(json.dumps({**value, "doc_key": "a", "relations": [[], [[1, 2, 0, 0, "in"]]]}))
    (document,) = read(path, options=options)
    assert ["EU", "Peter Blackburn"] == [m.text for m in document.mentions] and not options.notes.counts


def test_documents_of_one_key_are_numbered(tmp_path):
    path, options = tmp_path / "a.jsonl", Options()
    path.write_text(f"{json.dumps({'doc_key': 'a', 'sentences': SENTENCES})}\n" * 2)
    assert ["a", "a (2)"] == [document.id for document in read(path, options=options)]
    assert 1 == options.notes.counts["documents with the key of an earlier one, numbered"]


def test_crossres_lines_are_documents_of_one_sentence(tmp_path):
    path, options = tmp_path / "ai-dev.json", Options()
    met = [0, 0, 2, 2, "role", "rejects", False, True]
    line = {"doc_key": "a", "sentence": SENTENCES[0], "ner": [[0, 0, "org"], [2, 2, "misc"]], "relations": [met]}
    path.write_text(f"{json.dumps(line)}\n{json.dumps({**line, 'doc_key': 'b'})}\n")
    assert "dygie" == recognise(path).name
    first, second = read(path, options=options)
    assert [("EU", "org"), ("German", "misc")] == [(m.text, m.label) for m in first.mentions]
    assert [("role", None)] == [(r.label, r.score) for r in second.relations]
    assert 2 == options.notes.counts["columns after the label of a relation, not read"]
