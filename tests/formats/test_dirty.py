"""Dirty and unusual files of each format: read right, or refused in one line that says where and how to mend."""

import json
import re

import pytest

from goldwire.errors import BrokenRules, GoldwireError, InputError
from goldwire.formats import Notes, Options, read, recognise, write
from goldwire.formats.base import Names
from sample_files import CONLL2003, CONLL2012, DWIE, HIPE, KNOWLEDGENET, MERKEL, OBAMA, ONEIE, PUBTATOR, TEXT, TRAINING


def put(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def found(path, **settings):
    return list(read(path, options=Options(settings=settings)))


def spans(document):
    return [(m.text, m.label) for m in document.mentions]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (CONLL2003, [[("EU", "ORG"), ("German", "MISC")]]),
        (CONLL2003.replace("\n", "\r\n"), [[("EU", "ORG"), ("German", "MISC")]]),
        ("\ufeff" + CONLL2003, [[("EU", "ORG"), ("German", "MISC")]]),
        ("EU\tB-ORG\t \nrejects\tO  \n \t\nParis\tB-GPE", [[("EU", "ORG")], [("Paris", "GPE")]]),
        ("# newdoc id = a\nEU B-ORG\n\n# newdoc id = b\n# O\nUN B-ORG", [[("EU", "ORG")], [("UN", "ORG")]]),
        ("# id 52-39\tdomain=en\nEU _ _ B-ORG\nsays _ _ O\n", [[("EU", "ORG")]]),
        ("1\tEU\tB-ORG\t-\t-\n2\tsays\tO\t-\t-\n", [[("EU", "ORG")]]),
        ("New S-GPE\nYork B-GPE\nCity E-GPE\n", [[("New", "GPE"), ("York City", "GPE")]]),
        ("New\u00a0York\tB-GPE\nsays\tO\n", [[("New\u00a0York", "GPE")]]),
    ],
)
def test_conll_as_people_have_it(content, expected, tmp_path):
    path = put(tmp_path, "a.txt", content)
    assert "conll" == recognise(path).name
    assert expected == [spans(document) for document in found(path)]


def test_latin_1_is_named_and_can_be_set(tmp_path):
    path = put(tmp_path, "esp.train", "Jos\xe9 B-PER\nsalud\xf3 O\n".encode("latin-1"))
    with pytest.raises(InputError, match=r"esp.train:1: is not utf-8.*--set encoding=latin-1"):
        found(path)
    assert [("José", "PER")] == spans(found(path, encoding="latin-1")[0])


def test_an_invalid_tag_names_file_and_line_and_repairs_are_counted(tmp_path):
    path = put(tmp_path, "a.conll", "EU B-ORG\n\nrejects O\nGerman I-MISC\nlamb B-MISC\n")
    with pytest.raises(InputError, match=r"a.conll:4: tag 'I-MISC'.*--repair discard or conlleval"):
        found(path)
    notes = Notes()
    list(read(path, options=Options("conlleval", notes=notes)))
    assert 1 == notes.counts["tags that break IOB2, --repair conlleval"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("EU B-ORG\nrejects\n", "a.conll:2: 1 columns, 2 columns were expected"),
        ("EU B-ORG X B-ORG\nParis O\n", "a.conll:2: 2 columns, 4"),
        ("EU NNP\nsays VBZ\n", "2 columns, none of them of tags"),
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("text,label\nEU,ORG\nUN,ORG\n", "CSV"),
        (b"PK\x03\x04xxxx", "zip"),
        ('{"a": 1}', "JSON with the keys a"),
        ('{"id": "a", "text": "EU', "a.conll:1: is not whole JSON"),
        ('{"id": "a", "text": "EU", "mention": []}', "unknown field `mention`"),
        ("<html></html>", "XML or HTML"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(content, says, tmp_path):
    path = put(tmp_path, "a.conll", content)
    with pytest.raises(GoldwireError) as caught:
        found(path)
    assert says in str(caught.value) and "\n" not in str(caught.value)


def test_conll_2012_gives_entities_and_clusters(tmp_path):
    (document,) = found(put(tmp_path, "x_gold_conll", CONLL2012))
    assert "bc/cctv/00/cctv_0000_0" == document.id
    assert [("Rudd", "PERSON"), ("He", "_"), ("New York", "GPE")] == spans(document)
    names = document.by_id()
    assert [["Rudd", "He"], ["New York"]] == [[names[m].text for m in e.mentions] for e in document.entities]


def test_brackets_that_do_not_close_are_listed_by_line_and_only_they_are_left_out(tmp_path):
    rows = [
        f"nw/1 0 {n} {word} {cell}" for n, (word, cell) in enumerate([("Rudd", "(1)|3)"), ("left", "(2"), (".", "-")])
    ]
    path = tmp_path / "a.conll"
    path.write_text("\n".join(["#begin document (nw/1); part 000", *rows, "", "#end document", ""]))
    with pytest.raises(
        BrokenRules, match=r"a.conll:2: nw/1_0: 3\) closes nothing.*\n.*a.conll:3: .* \(2 is never closed"
    ):
        list(read(path))
    (found,) = read(path, options=Options("discard"))
    assert [m.text for m in found.mentions] == ["Rudd"]


BROKEN = {
    "a.tsv": ("TOKEN\tNE-COARSE-LIT\nIn\tO\nBern\nBasel\tB-loc\nlay\tO\tO\n", ["3", "5"], ["Basel"]),
    "a.conll": (
        "#begin document (nw/1); part 000\nnw/1 0 0 Rudd (1)\nnw/1 0\n\n#end document\nstray\n"
        "#begin document (nw/2); part 000\nnw/2 0 0 He (1)\n#end document\n",
        ["3", "6"],
        ["Rudd", "He"],
    ),
    "a.csv": ("Sentence,Word,Tag\n1,In,O\n1,Bonn\n1,Rudd,B-PER\n2,Basel,B-LOC,x\n2,It,O\n", ["3", "5"], ["Rudd"]),
    "a.jsonl": (
        '{"text": "EU UN", "label": [[0, 2, "ORG"]]}\n{"text": "EU",\n{"label": []}\n[1]\n{"text": "", "label": []}\n',
        ["2", "3", "4"],
        ["EU"],
    ),
    "gliner.jsonl": (
        '{"tokenized_text": ["EU"], "ner": [[0, 0, "ORG"]]}\nno JSON\n{"tokenized_text": "UN", "ner": []}\n',
        ["2", "3"],
        ["EU"],
    ),
    "prodigy.jsonl": (
        '{"text": "EU", "spans": [{"start": 0, "end": 2, "label": "ORG"}], "answer": "accept"}\n'
        '{"text": 7, "spans": [], "answer": "accept"}\n{"text": "EU", "spans": \n',
        ["2", "3"],
        ["EU"],
    ),
}


@pytest.mark.parametrize(("name", "told"), BROKEN.items(), ids=BROKEN)
def test_each_broken_line_is_listed_by_its_number_once_and_only_it_is_left_out(name, told, tmp_path):
    content, lines, kept = told
    path = put(tmp_path, name, content)
    with pytest.raises(BrokenRules) as caught:
        list(read(path))
    assert lines == sorted(re.match(r".*?:(\d+)", problem.where)[1] for problem in caught.value.problems)
    options = Options("discard")
    assert kept == [mention.text for document in read(path, options=options) for mention in document.mentions]
    assert options.notes.counts["broken annotations discarded (--repair discard)"] == len(lines)


def test_hipe_gives_links_and_text_without_blanks_that_are_not_there(tmp_path):
    (document,) = found(put(tmp_path, "a.tsv", HIPE))
    assert ("NZZ-1798-01-20", "Basel,\nBonaparte") == (document.id, document.text)
    assert [("Basel", "loc"), ("Bonaparte", "pers")] == spans(document)
    assert {("", "Q78"), ("NIL", "")} == {(e.link, e.wikidata) for e in document.entities}
    assert "loc.adm.town" == document.mentions[0].attributes["NE-FINE-LIT"]


def test_pubtators_relations_run_between_first_mentions(tmp_path):
    (document,) = found(put(tmp_path, "cdr.txt", PUBTATOR))
    (relation,) = document.relations
    ends = document.by_id()[relation.head].text, document.by_id()[relation.tail].text
    assert ("Naloxone", "clonidine", "CID") == (*ends, relation.label)
    assert 3 == len(document.mentions) and 2 == len(document.entities)


def brat(folder, text, lines):
    (folder / "a.txt").write_bytes(text.encode())
    return put(folder, "a.ann", "\n".join(lines))


@pytest.mark.parametrize(
    ("text", "lines", "expected"),
    [
        ("EU\r\nrejects lamb", ["T1\tORG 0 2\tEU", "T2\tMISC 12 16\tlamb"], ["EU", "lamb"]),
        ("EU\r\nrejects lamb", ["T1\tORG 0 2\tEU", "T2\tMISC 11 15\tlamb"], ["EU", "lamb"]),
        ("😊 EU", ["T1\tORG 3 5\tEU"], ["EU"]),
        ("Çan EU", ["T1\tORG 5 7\tEU"], ["EU"]),
        ("North\nand South Korea", ["T1\tGPE 0 5;6 9\tNorth and"], ["North\nand"]),
        ("North and South Korea", ["T1\tGPE 0 5;16 21\tNorth Korea"], ["North Korea"]),
        ("EU lamb", ["T1   ORG 0 2    EU", "T2  X  3 5;5 7  lamb", "R1 in Arg1:T1 Arg2:T2"], ["EU", "lamb"]),
        ("EU lamb", ["T1\tORG 0 2\tEU", "#1\tAnnotatorNotes T1\tsure?", "A1\tnegated T1"], ["EU"]),
    ],
)
def test_brats_offsets_are_told_from_their_surfaces(text, lines, expected, tmp_path):
    (document,) = found(brat(tmp_path, text, lines))
    assert expected == [m.text for m in document.mentions]


def test_all_broken_annotations_are_listed_or_left_out(tmp_path):
    lines = ["T1\tORG 0 2\tUN", "T2\tORG 5 99\tX", "T3\tORG 0 2\tEU", "R1\tin Arg1:T1 Arg2:T3", "garbage"]
    path = brat(tmp_path, "EU lamb", lines)
    with pytest.raises(BrokenRules) as caught:
        found(path)
    assert 4 == len(caught.value.problems)
    notes = Notes()
    (document,) = read(path, options=Options("discard", notes=notes))
    assert ["EU"] == [m.text for m in document.mentions] and 4 == sum(notes.counts.values())


def test_what_a_brat_file_has_broken_is_listed_with_its_line(tmp_path):
    lines = ["T1_ORG 0 2 EU", "T2\tORG 0 9\tEU", "T3\tORG 2 0\tEU", "T4\tA 0\tEU", "R1\tin Arg1:T2 Arg2:T5",
             "T5\tORG\t0\t2\tEU", "T5\tORG 0 2\tEU", "A1\tneg T9", "R1\tin T1", "#", "* Equiv T5 T6"]  # fmt: skip
    path = brat(tmp_path, "EU lamb", lines)
    with pytest.raises(BrokenRules) as caught:
        found(path)
    said = sorted(str(problem).split(":")[1] for problem in caught.value.problems)
    assert sorted(["1", "2", "3", "4", "5", "7", "8", "9", "10", "11"]) == said
    notes = Notes()
    (document,) = read(path, options=Options("discard", notes=notes))
    assert [("EU", "ORG")] == spans(document) and 10 == sum(notes.counts.values())


def test_equivalences_keep_their_kind(tmp_path):
    lines = ["T1\tORG 0 2\tEU", "T2\tX 3 7\tlamb", "T3\tX 3 5\tla", "T4\tX 5 7\tmb"]
    path = brat(tmp_path, "EU lamb", [*lines, "*\tSynonym-of T1 T2", "*\tEquiv T3 T4"])
    documents = found(path)
    assert ["Synonym-of", None] == [e.attributes.get("equivalence") for e in documents[0].entities]
    write(documents, tmp_path / "out", "brat", Options(notes=(notes := Notes())))
    assert documents[0].entities == found(tmp_path / "out")[0].entities and not notes.lost
    assert "Synonym-of\tArg1:<ANY>, Arg2:<ANY>, <REL-TYPE>:sym" in (tmp_path / "out/annotation.conf").read_text()


def test_brats_files_of_another_encoding_are_all_named(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_bytes("José".encode("latin-1"))
        path = put(tmp_path, f"{name}.ann", "T1\tPER 0 4\tJosé".encode("latin-1"))
    with pytest.raises(BrokenRules) as caught:
        found(path.parent)
    assert ["a.txt", "b.txt"] == [str(p).split(":")[0].rpartition("/")[2] for p in caught.value.problems]
    assert "--set encoding=latin-1" in str(caught.value)
    assert ["José", "José"] == [m.text for d in found(path.parent, encoding="latin-1") for m in d.mentions]


def test_bionlps_referents_and_events_without_a_trigger_are_links_and_relations(tmp_path):
    (tmp_path / "a.txt").write_text("Vibrio cholerae in water")
    put(tmp_path, "a.a1", "T1\tBacteria 0 15\tVibrio cholerae\nT2\tHabitat 19 24\twater\n")
    told = "N1\tNCBI_Taxonomy Annotation:T1 Referent:666\nE1\tLives_In Bacterium:T1 Location:T2\n"
    (document,) = found(put(tmp_path, "a.a2", told).parent)
    assert ["NCBI_Taxonomy:666"] == [e.link for e in document.entities]
    assert [("T1", "T2", "Lives_In")] == [(r.head, r.tail, r.label) for r in document.relations]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("spert", [{"tokens": ["EU"], "entities": [{"type": "Org", "start": 0, "end": 1}], "relations": []}], "EU"),
        ("dygie", {"doc_key": "a", "sentences": [["The"], ["EU", "says"]], "ner": [[], [[1, 1, "ORG"]]]}, "EU"),
        ("gliner", [{"tokenized_text": ["The", "EU"], "ner": [[1, 1, "org"]]}], "EU"),
        ("doccano", {"id": 1, "text": "The EU", "label": [[4, 6, "ORG"]]}, "EU"),
        ("doccano", {"id": 1, "text": "The EU", "labels": [[4, 6, "ORG"]], "Comments": []}, "EU"),
        ("doccano", {"text": "EU", "entities": [{"id": 9, "label": "O", "start_offset": 0, "end_offset": 2}]}, "EU"),
        ("prodigy", {"text": "The EU", "spans": [{"start": 4, "end": 6, "label": "ORG"}], "answer": "accept"}, "EU"),
        ("hf", {"tokens": ["The", "EU"], "ner_tags": ["O", "B-ORG"]}, "EU"),
        ("docred", [{"title": "", "sents": [["EU"]], "vertexSet": [[{"pos": [0, 1], "sent_id": 0, "type": ""}]]}],
         "EU"),
    ],
)  # fmt: skip
def test_json_is_recognised_by_its_shape(name, value, expected, tmp_path):
    path = put(tmp_path, "a.json" if isinstance(value, list) else "a.jsonl", json.dumps(value) + "\n")
    assert name == recognise(path).name
    assert [expected] == [m.text for d in found(path) for m in d.mentions]


def test_a_document_longer_than_the_head_that_is_looked_at_is_recognised(tmp_path):
    value = {"id": "a", "text": 'Rudd said "no" \\' * 20_000, "mentions": []}
    assert "goldwire" == recognise(put(tmp_path, "a.jsonl", json.dumps(value))).name


def test_prodigys_rejected_tasks_are_counted(tmp_path):
    task = {"text": "The EU", "spans": [], "_task_hash": 1}
    lines = [json.dumps({**task, "answer": answer}) for answer in ("accept", "reject", "ignore")]
    notes = Notes()
    assert 1 == len(list(read(put(tmp_path, "a.jsonl", "\n".join(lines)), options=Options(notes=notes))))
    assert 2 == sum(notes.counts.values())


def test_docreds_equal_titles_are_told_apart(tmp_path):
    value = {"title": "EU", "sents": [["EU"]], "vertexSet": [], "labels": []}
    assert ["EU", "EU (2)"] == [d.id for d in found(put(tmp_path, "a.json", json.dumps([value, value])))]


def test_xmi_with_a_document_type_is_refused(tmp_path):
    xmi = '<!DOCTYPE x [<!ENTITY a "b">]><xmi:XMI xmlns:xmi="http://www.omg.org/XMI"/>'
    with pytest.raises(BrokenRules, match="document type"):
        found(put(tmp_path, "a.xmi", xmi))


def test_xmis_slots_are_relations_though_no_view_lists_their_links(tmp_path):
    pytest.importorskip("cassis")
    names = 'xmlns:cas="http:///uima/cas.ecore" xmlns:custom="http:///webanno/custom.ecore"'
    path = put(
        tmp_path,
        "a.xmi",
        f"""<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" {names} xmi:version="2.0">
        <cas:NULL xmi:id="0"/><cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" sofaString="EU rejects lamb"/>
        <custom:EVENT xmi:id="2" sofa="1" begin="3" end="10" polarity="POS" ACTOR="5 6"/>
        <custom:ACTOR xmi:id="3" sofa="1" begin="0" end="2"/><custom:ACTOR xmi:id="4" sofa="1" begin="11" end="15"/>
        <custom:EVENTACTORLink xmi:id="5" role="agent" target="3"/>
        <custom:EVENTACTORLink xmi:id="6" role="theme" target="4"/>
        <cas:View sofa="1" members="2 3 4"/></xmi:XMI>""",
    )
    (document,) = found(path.parent)
    names = document.by_id()
    ends = [(names[r.head].text, names[r.tail].text, r.label) for r in document.relations]
    assert [("rejects", "EU", "agent"), ("rejects", "lamb", "theme")] == ends
    assert [("EU", "_"), ("rejects", "EVENT"), ("lamb", "_")] == spans(document)


PLACES = [(0, 12), (17, 30)]
WRAPPED = {
    "Rasa": {"rasa_nlu_data": {"common_examples": [{"text": TEXT, "intent": "a", "entities": [
        {"start": start, "end": end, "value": "a synonym", "entity": "PER"} for start, end in PLACES]}]}},
    "LUIS": {"luis_schema_version": "3.0", "utterances": [{"text": TEXT, "intent": "a", "entities": [
        {"entity": "PER", "startPos": start, "endPos": end - 1} for start, end in PLACES]}]},
    "Snips": {"Met": [{"data": [
        {"text": TEXT[:12], "entity": "PER"}, {"text": TEXT[12:17]}, {"text": TEXT[17:30], "entity": "PER"}]}]},
    "LightTag": {"examples": [{"example_id": "a", "content": TEXT, "annotations": [
        {"start": start, "end": end, "value": TEXT[start:end], "tag_name": "PER"} for start, end in PLACES]}]},
    "UBIAI": [{"documentName": "a", "document": TEXT, "annotation": [
        {"start": start, "end": end, "label": "PER", "text": TEXT[start:end]} for start, end in PLACES]}],
    "GATE": {"text": TEXT, "entities": {"PER": [{"indices": place} for place in PLACES], "LOC": []}},
    "CLUENER": {"text": TEXT, "label": {"PER": {TEXT[a:b]: [[a, b - 1]] for a, b in PLACES}}},
    "columns of spans": {"id": "a", "text": TEXT, "entities": {
        "start": [0, 17], "end": [12, 30], "type": ["PER", "PER"]}},
    "Ground Truth": {"source": TEXT, "job": {"annotations": {"entities": [
        {"startOffset": start, "endOffset": end, "label": "PER"} for start, end in PLACES]}}},
    "Vertex": {"textContent": TEXT, "textSegmentAnnotations": [
        {"startOffset": start, "endOffset": end, "displayName": "PER"} for start, end in PLACES]},
    "AutoML": {"text_snippet": {"content": TEXT}, "annotations": [
        {"display_name": "PER", "text_extraction": {"text_segment": {"start_offset": start, "end_offset": end}}}
        for start, end in PLACES]},
    "Argilla: the label first": {"text": TEXT, "tokens": TEXT.split(), "annotation": [["PER", *p] for p in PLACES]},
}  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        json.dumps([TRAINING, ["", {"entities": []}]]),
        json.dumps(["", {"entities": []}]) + "\n" + json.dumps(TRAINING) + "\n",
        json.dumps({"classes": ["PER"], "annotations": [TRAINING, None]}),
        json.dumps({"text": TEXT, "ents": [OBAMA, MERKEL], "tokens": [{"id": 0, "start": 0, "end": 6}]}),
        json.dumps([{"text": TEXT, "entities": [OBAMA, MERKEL]}]),
        json.dumps({"content": TEXT, "annotation": [
            {"label": ["PER"], "points": [{"start": 0, "end": 11, "text": "Barack Obama"}]},
            {"label": ["PER"], "points": [{"start": 17, "end": 29, "text": "Angela Merkel"}]}]}),
        json.dumps([{"sentence": TEXT, "relations": [{"type": "met",
            "head": {"name": "Barack Obama", "type": "PER", "pos": [0, 12]},
            "tail": {"name": "Angela Merkel", "type": "PER", "pos": [17, 30]}}]}]),
        json.dumps({"text": TEXT, "denotations": [
            {"id": "T1", "span": {"begin": 0, "end": 12}, "obj": "PER"},
            {"id": "T2", "span": {"begin": 17, "end": 30}, "obj": "PER"}],
            "relations": [{"id": "R1", "subj": "T1", "pred": "met", "obj": "T2"}]}),
        *map(json.dumps, WRAPPED.values()),
    ],
)  # fmt: skip
def test_texts_with_character_spans_are_read_whatever_their_keys_are(content, tmp_path):
    path = put(tmp_path, "a.json", content)
    assert "spans" == recognise(path).name
    documents = found(path)
    assert [("Barack Obama", "PER"), ("Angela Merkel", "PER")] == [pair for d in documents for pair in spans(d)]
    ends = [[d.by_id()[end].text for end in (r.head, r.tail)] for d in documents for r in d.relations]
    assert ends in ([], [["Barack Obama", "Angela Merkel"]])


@pytest.mark.parametrize(
    ("name", "value", "kept", "broken"),
    [
        ("a.json", [{"sents": [["EU", "UN"]], "title": "a", "vertexSet": [
            [{"name": "EU", "pos": [0, 9], "sent_id": 0, "type": "ORG"}, {"pos": [0, 1], "sent_id": 0, "type": "ORG"}],
            [{"name": "UN", "pos": [1, 2], "sent_id": 0, "type": "ORG"}, "UN"]],
            "labels": [{"h": 0, "t": 1, "r": "P1", "evidence": []}, {"h": 0, "t": 7, "r": "P1"}]}], (2, 1), 3),
        ("a.jsonl", {"id": 1, "text": "EU UN", "label": [[0, 2, "ORG"], ["0", "2", "X"], [0, 2], None, [3, 99, "X"]]},
         (1, 0), 4),
        ("a.json", [{"text": "EU UN", "entities": [[0, 2, "ORG"], [0.5, 2, "X"], {"start": 3, "end": 5}, [4, 3, "X"]],
                     "relations": [{"head": 0, "tail": 2, "type": "in"}, {"head": 0, "tail": 9, "type": "in"}]}],
         (2, 1), 3),
        ("a.jsonl", {"doc_key": "a", "sentences": [["EU", "UN"]], "relations": [[[0, 0, 1, 1, "in"], [0, 0, 1, 1], 3]],
                     "ner": [[[0, 0, "ORG"], ["1", 1, "X"], [1, 1, "ORG"], [0, 9, "X"]]]}, (2, 1), 4),
        ("a.jsonl", {"tokenized_text": ["EU", "UN"], "ner": [[0, 0, "ORG"], [1, 1, None], 1, [1, 1, "ORG"]]},
         (2, 0), 2),
        ("a.json", [{"tokens": ["EU", "UN"], "relations": [{"head": 1, "tail": 2, "type": "in"}, None],
            "entities": [{"end": 1}, {"start": 0, "end": 1, "type": "O"}, {"start": 1, "end": 2, "type": "O"}]}],
         (2, 1), 2),
        ("a.jsonl", {"text": "EU UN", "answer": "accept", "spans": [{"start": 0, "end": 2}, {"start": 0.5}],
                     "relations": [{"head": 4, "child": 0, "label": "in"}, 7]}, (1, 0), 4),
        ("a.txt", PUBTATOR.replace("\n\n", "\n227508\t-1\t8\tx\tChemical\n227508\tCID\tD1\tD2\n\n"), (3, 1), 2),
    ],
)  # fmt: skip
def test_each_broken_annotation_is_listed_and_only_it_is_left_out(name, value, kept, broken, tmp_path):
    path = put(tmp_path, name, value if isinstance(value, str) else json.dumps(value))
    with pytest.raises(BrokenRules) as caught:
        found(path)
    notes = Notes()
    (document,) = read(path, options=Options("discard", notes=notes))
    assert kept == (len(document.mentions), len(document.relations))
    assert broken == len(caught.value.problems) == sum(notes.counts.values())


@pytest.mark.parametrize("line", ["R1\tin Arg1:T2 Arg2:T1", "E1\tMeet:T1 Theme:T2"])
def test_a_second_line_of_one_id_is_no_silent_replacement(line, tmp_path):
    first = ["T1\tORG 0 2\tEU", "T2\tMISC 3 7\tlamb", "R1\tin Arg1:T1 Arg2:T2", "E1\tEat:T1"]
    with pytest.raises(BrokenRules, match=f"a.ann:5: {line[:2]} stands twice"):
        found(brat(tmp_path, "EU lamb", [*first, line]))


def test_annotations_without_their_text_are_listed_though_no_document_follows(tmp_path):
    path = brat(tmp_path, "EU lamb", ["T1\tORG 0 2\tEU"])
    put(tmp_path, "b.ann", "T1\tORG 0 2\tEU\n")
    with pytest.raises(BrokenRules, match=r"b.txt: there is no such text"):
        found(path.parent)
    assert ["a"] == [d.id for d in read(path.parent, options=Options("discard"))]


@pytest.mark.parametrize("start", [0, 1])
def test_a_byte_order_mark_may_be_counted_or_not(start, tmp_path):
    (document,) = found(brat(tmp_path, "\ufeffEU lamb", [f"T1\tORG {start} {start + 2}\tEU"]))
    assert ("EU lamb", ["EU"]) == (document.text, [m.text for m in document.mentions])


def test_what_a_pubtator_file_has_broken_is_listed_with_its_line(tmp_path):
    lines = ["9\t0\t1\tx\tChemical\tD1", "227508\t0\t8\tnalox\tChemical\tD1", "227508\t0\t8\tNaloxone", "227508\tx"]
    path = put(tmp_path, "a.txt", PUBTATOR.rstrip("\n") + "\n" + "\n".join(lines))
    with pytest.raises(BrokenRules) as caught:
        found(path)
    assert ["7", "8", "9", "10"] == sorted((str(p).split(":")[1] for p in caught.value.problems), key=int)
    notes = Notes()
    (document,) = read(path, options=Options("discard", notes=notes))
    assert (3, 1, 4) == (len(document.mentions), len(document.relations), sum(notes.counts.values()))


def test_a_pubtator_relation_of_two_concepts_in_one_mention_is_counted(tmp_path):
    notes = Notes()
    path = put(
        tmp_path, "a.txt", "1|t|Genes p50/p65 bind.\n1\t6\t13\tp50/p65\tGene\t18033,19697\n1\tBind\t18033\t19697\n"
    )
    (document,) = read(path, options=Options(notes=notes))
    assert not document.relations and 1 == notes.counts["relations between two concepts of one mention, left out"]


def test_a_pubtator_document_that_stands_twice_is_two(tmp_path):
    documents = found(put(tmp_path, "a.txt", PUBTATOR + PUBTATOR))
    assert [("227508", 3), ("227508 (2)", 3)] == [(d.id, len(d.mentions)) for d in documents]


LINE = '{"id": "%s", "text": "The EU", "mentions": [{"id": "m1", "start": 4, "end": 6, "label": "ORG"}]}'


@pytest.mark.parametrize("content", [f"[{LINE % 'a'}, {LINE % 'b'}]", f"{LINE % 'a'}\n{LINE % 'b'}\n"])
def test_goldwires_documents_are_read_from_a_list_or_from_lines_in_a_json_file(content, tmp_path):
    assert ["a", "b"] == [d.id for d in found(put(tmp_path, "a.json", content))]


def test_label_studios_old_completions_are_annotations_and_bare_tasks_are_texts(tmp_path):
    region = {"id": "r", "from_name": "label", "to_name": "text", "type": "labels"}
    result = [{**region, "value": {"start": 4, "end": 6, "text": "EU", "labels": ["ORG"]}}]
    tasks = [{"data": {"text": "The EU"}, "completions": [{"id": 1, "result": result}]}, {"data": {"text": "The EU"}}]
    assert [["EU"], []] == [[m.text for m in d.mentions] for d in found(put(tmp_path, "a.json", json.dumps(tasks)))]
    assert "label_studio" == recognise(put(tmp_path, "b.json", json.dumps(tasks[1:]))).name


def test_doccanos_first_text_may_have_no_entity(tmp_path):
    empty = {"id": "s1", "text": "The EU", "entities": [], "relations": []}
    entity = {"id": 1, "label": "ORG", "start_offset": 4, "end_offset": 6}
    path = put(
        tmp_path, "a.jsonl", "".join(f"{json.dumps(line)}\n" for line in (empty, {**empty, "entities": [entity]}))
    )
    assert "doccano" == recognise(path).name
    assert [0, 1] == [len(document.mentions) for document in found(path)]


def test_doccanos_first_text_may_have_no_label(tmp_path):
    lines = [{"id": 1, "text": "The EU", "label": None}, {"id": 2, "text": "The EU", "label": [[4, 6, "ORG"]]}]
    path = put(tmp_path, "a.jsonl", "\n".join(map(json.dumps, lines)))
    assert [0, 1] == [len(d.mentions) for d in found(path)]


@pytest.mark.parametrize(
    ("name", "value", "labels", "relations", "entities", "noted"),
    [
        ("dwie", DWIE, [("German", "gpe0-x"), ("Mzoudi", "person"), ("Mzoudi", "person")],
         [("Mzoudi", "citizen_of-x", "German")], 2, 2),
        ("knowledgenet", KNOWLEDGENET, [("He", "_"), ("Naples", "_")], [("He", "PLACE_OF_BIRTH", "Naples")], 1, 0),
        ("oneie", ONEIE, [("Troops", "PER"), ("attacked", "Attack"), ("Basra", "GPE")],
         [("Troops", "PHYS", "Basra"), ("attacked", "Attacker", "Troops")], 0, 0),
    ],
)  # fmt: skip
def test_corpora_of_their_own_form_are_read_and_what_names_no_mention_is_counted(
    name, value, labels, relations, entities, noted, tmp_path
):
    path, notes = put(tmp_path, "a.json", json.dumps(value)), Notes()
    assert name == recognise(path).name == recognise(tmp_path if name == "dwie" else path).name
    (document,) = read(path, options=Options(notes=notes))
    mentions = document.by_id()
    assert (labels, entities) == (spans(document), len(document.entities))
    assert relations == [(mentions[r.head].text, r.label, mentions[r.tail].text) for r in document.relations]
    assert noted == sum(notes.counts.values())


def test_a_brat_relation_without_label_and_ends_is_refused_by_its_name(tmp_path):
    (tmp_path / "a.txt").write_text("Obama met Merkel")
    (tmp_path / "a.ann").write_text("T1\tPER 0 5\tObama\nR1\t\n")
    with pytest.raises(GoldwireError, match="R1: '' is no relation with two arguments"):
        list(read(tmp_path, "brat"))


@pytest.mark.parametrize(
    ("suffix", "good", "bad"),
    [
        (".xmi", '<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmi:version="2.0">'
         '<cas:NULL xmi:id="0"/><cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" sofaString="EU"/>'
         '<cas:View sofa="1" members=""/></xmi:XMI>', '<xmi:XMI xmlns:xmi="http://www.omg.org/XMI">'),
        (".tsv", "#FORMAT=WebAnno TSV 3.3\n\n\n#Text=EU\n1-1\t0-2\tEU\t\n",
         "#FORMAT=WebAnno TSV 3.3\n\n\n#Text=EU\n1-1\t0\tEU\t\n"),
    ],
)  # fmt: skip
def test_all_broken_files_of_a_folder_are_listed(suffix, good, bad, tmp_path):
    pytest.importorskip("cassis")
    for name, content in (("a", good), ("b", bad), ("c", good), ("d", bad)):
        put(tmp_path, f"{name}{suffix}", content)
    with pytest.raises(BrokenRules) as caught:
        found(tmp_path)
    assert [f"b{suffix}", f"d{suffix}"] == [str(p).split(":")[0].rpartition("/")[2] for p in caught.value.problems]
    notes = Notes()
    assert ["a", "c"] == [document.id for document in read(tmp_path, options=Options("discard", notes=notes))]
    assert 2 == notes.counts["broken annotations discarded (--repair discard)"]


def test_names_are_told_apart_in_memory_that_does_not_grow(monkeypatch):
    monkeypatch.setattr("goldwire.formats.base.KEPT_NAMES", 2)
    names = Names()
    assert ["a", "b", "a-3", "c", "c", "b-6"] == [names.distinct(n, at) for at, n in enumerate("abaccb", start=1)]
    assert len(names.seen) == 2
