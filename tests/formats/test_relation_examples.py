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
