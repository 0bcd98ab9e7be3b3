"""TACRED's and SemEval-2010's examples are read as documents, and their labels as labels."""

import json

import pytest

from goldwire.errors import BrokenRules, InputError
from goldwire.formats import Notes, Options, read, recognise
from goldwire.formats.pair_labels import pair_labels
from sample_files import DWIE

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


WORDS = ["Berlin", "calls", "Angela", "Merkel", "to", "Berlin"]
HEAD, TAIL = {"name": "Angela Merkel", "id": "Q567", "type": "PER"}, {"name": "Berlin", "id": "/m/0156q"}


@pytest.mark.parametrize(
    ("value", "mentions"),
    [
        ({"token": WORDS, "h": {**HEAD, "pos": [2, 4]}, "t": {**TAIL, "pos": [5, 6]}, "relation": "in"}, 2),
        (
            {"text": " ".join(WORDS), "h": {**HEAD, "pos": [13, 26]}, "t": {**TAIL, "pos": [30, 36]}, "relation": "in"},
            2,
        ),
        ({"in": [{"tokens": WORDS, "h": ["angela merkel", "Q567", [[2, 3]]], "t": ["berlin", "Q64", [[5], [0]]]}]}, 3),
    ],
)
def test_opennres_and_fewrels_sentences_have_head_and_tail(value, mentions, tmp_path):
    path = tmp_path / "wiki80.txt"
    path.write_text(json.dumps(value))
    assert "opennre" == recognise(path).name
    (document,) = read(path)
    names = document.by_id()
    assert mentions == len(names)
    assert [("Angela Merkel", "Berlin", "in")] == [
        (names[r.head].text, names[r.tail].text, r.label) for r in document.relations
    ]
    assert 30 == names[document.relations[0].tail].start
    assert "Q567" in {entity.wikidata for entity in document.entities}


def test_opennres_na_is_no_relation_and_broken_places_are_listed(tmp_path):
    path = tmp_path / "nyt10.txt"
    ends = {"h": {**HEAD, "pos": [2, 4]}, "t": {**TAIL, "pos": [5, 6]}}
    broken = {"token": WORDS, "relation": "in", **ends, "t": {"pos": [5, 9]}}
    lines = [{"token": WORDS, "relation": "NA", **ends}, broken, {**broken, "t": {"pos": None}}]
    path.write_text("\n".join(map(json.dumps, lines)))
    with pytest.raises(BrokenRules) as caught:
        list(read(path))
    assert ["2", "3"] == [str(problem).split(":")[1].split()[0] for problem in caught.value.problems]
    notes = Notes()
    documents = list(read(path, options=Options("discard", notes=notes)))
    assert ([2, 1, 1], 2) == ([len(d.mentions) for d in documents], sum(notes.counts.values()))
    assert not any(d.relations for d in documents)


@pytest.mark.parametrize(
    "value",
    [
        {"text": "Obama's friend met Obama in Rome.", "triple_list": [["Obama", "met in", "Rome"]]},
        {"text": "Obama's friend met Obama in Rome.", "spo_list": [
            {"subject": "Obama", "predicate": "met in", "object": {"@value": "Rome"}, "subject_type": "PER"}]},
        {"sentText": "Obama's friend met Obama in Rome.", "relationMentions": [
            {"em1Text": "Obama", "em2Text": "Rome", "label": "met in"}],
         "entityMentions": [{"start": 0, "label": "PER", "text": "Obama"}, {"start": 1, "text": "Rome"}]},
        {"sentence": "Obama's friend met Obama in Rome.", "relation": "met in",
         "head": {"word": "Obama"}, "tail": {"word": "Rome"}},
    ],
)  # fmt: skip
def test_triples_of_strings_are_placed_where_they_first_stand(value, tmp_path):
    path, options = tmp_path / "a.json", Options()
    path.write_text(json.dumps(value) + "\n" + json.dumps(value))
    assert "triples" == recognise(path).name
    document, other = read(path, options=options)
    assert document.relations == other.relations and ("s1", "s2") == (document.id, other.id)
    assert [("Obama", 0), ("Rome", 28)] == [(m.text, m.start) for m in document.mentions]
    assert [("m1", "m2", "met in")] == [(r.head, r.tail, r.label) for r in document.relations]
    assert 4 == options.notes.counts["strings without a place, taken where they first stand"]


def test_triples_of_strings_that_stand_nowhere_are_listed_and_words_come_first(tmp_path):
    path, notes = tmp_path / "a.json", Notes()
    triples = [["US", "in", "AUSTIN"], ["US", "in", "Oz"], ["US", "is", "US"], ["US", "in"]]
    path.write_text(json.dumps([{"text": "AUSTIN is in the US", "triple_list": triples}]))
    with pytest.raises(BrokenRules) as caught:
        list(read(path))
    assert 2 == len(caught.value.problems)
    (document,) = read(path, options=Options("discard", notes=notes))
    assert [("AUSTIN", 0), ("US", 17)] == [(m.text, m.start) for m in document.mentions]
    assert 1 == notes.counts["triples of a string with itself, left out"] and 1 == len(document.relations)


@pytest.mark.parametrize("rows", [[], [EXAMPLE]])
def test_rows_wrapped_in_data_are_read_as_if_they_were_not(rows, tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"version": "1.0", "data": [EXAMPLE, *rows]}, indent=1))
    assert "tacred" == recognise(path).name
    assert 1 + len(rows) == len(list(read(path)))
    path.write_text(json.dumps({"data": [{**EXAMPLE, "subj_end": 9}]}))
    with pytest.raises(BrokenRules, match=r"a.json:1.data\[0\]"):
        list(read(path))


def test_docreds_labels_may_be_columns(tmp_path):
    path = tmp_path / "a.json"
    vertices = [[{"name": "EU", "pos": [0, 1], "sent_id": 0, "type": "ORG"}],
                [{"name": "call", "pos": [3, 4], "sent_id": 0, "type": "MISC"}]]  # fmt: skip
    columns = {"head": [0, 1], "tail": [1, 0], "relation_id": ["P1", "P2"], "evidence": [[0], []]}
    columns["relation_text"] = ["rejects", "rejected by"]
    path.write_text(json.dumps([{"title": "a", "sents": SENTENCES, "vertexSet": vertices, "labels": columns}]))
    (document,) = read(path)
    told = [(r.label, r.evidence, r.attributes["relation_text"]) for r in document.relations]
    assert [("P1", (0,), "rejects"), ("P2", (), "rejected by")] == told


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("dygie", {"doc_key": "a", "sentences": SENTENCES, "ner": []}, {"sentences": "x"}),
        ("docred", {"title": "a", "sents": SENTENCES, "vertexSet": []}, {"sents": [["EU", None]]}),
        ("spert", {"tokens": WORDS, "entities": [], "relations": []}, {"tokens": [None]}),
        ("tacred", EXAMPLE, {"token": "Tom"}),
        ("opennre", {"token": WORDS, "h": {"pos": [0, 1]}, "t": {"pos": [2, 3]}, "relation": "in"}, {"relation": 7}),
        ("triples", {"text": "EU", "triple_list": []}, {"triple_list": {}}),
        ("oneie", {"tokens": WORDS, "entity_mentions": [], "sent_id": "s"}, {"tokens": 1}),
        ("bioc", {"id": "a", "passages": [{"offset": 0, "text": "EU"}]}, {"passages": [{"offset": 0, "text": 1}]}),
    ],
)
def test_records_that_cannot_be_read_are_listed_and_only_they_are_left_out(name, good, bad, tmp_path):
    path, notes = tmp_path / "a.jsonl", Notes()
    broken = ["{", "7", json.dumps({**good, **bad})]
    path.write_text("\n".join([json.dumps(good), broken[0], broken[1], json.dumps(good), broken[2], json.dumps(good)]))
    assert name == recognise(path).name
    with pytest.raises(BrokenRules) as caught:
        list(read(path))
    assert ["2", "3", "5"] == [str(problem).split(":")[1].split()[0] for problem in caught.value.problems]
    assert 3 == len(list(read(path, options=Options("discard", notes=notes))))
    assert 3 == notes.counts["broken annotations discarded (--repair discard)"]


def test_dwies_text_may_stand_far_behind_and_an_article_without_one_says_where_it_is_from(tmp_path):
    path, options = tmp_path / "DW_1.json", Options()
    first, *others = DWIE["mentions"]
    guesses = {"candidates": ["Germany"] * 9000, "scores": [0.5] * 9000}
    value = {**DWIE, "mentions": [{**first, **guesses}, *others]}
    content = value.pop("content")
    path.write_text(json.dumps({**value, "content": content}, indent=4))
    assert "dwie" == recognise(path).name == recognise(tmp_path).name
    (document,) = read(tmp_path, options=options)
    assert 3 == len(document.mentions) and 1 == options.notes.counts["candidates for the links of mentions, not read"]
    path.write_text(json.dumps(value))
    with pytest.raises(BrokenRules, match=r'has no text \("content"\); fetch the texts with DWIE'):
        list(read(path))
