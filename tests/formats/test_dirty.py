"""Dirty and unusual files of each format: read right, or refused in one line that says where and how to mend."""

import json

import pytest

from goldwire.errors import BrokenRules, GoldwireError, InputError
from goldwire.formats import Notes, Options, read, recognise

CONLL2003 = "-DOCSTART- -X- -X- O\n\nEU NNP I-NP I-ORG\nrejects VBZ I-VP O\nGerman JJ I-NP I-MISC\n\n"
CONLL2012 = """#begin document (bc/cctv/00/cctv_0000); part 000
bc/cctv/00/cctv_0000   0   0    Rudd    NNP  (TOP(S(NP*)   -   -   -   Speaker#1   (PERSON)   (ARG0*)   (12)
bc/cctv/00/cctv_0000   0   1    left    VBD      (VP*)     leave   01   1   Speaker#1   *   (V*)   -

bc/cctv/00/cctv_0000   0   0    He      PRP  (TOP(S(NP*)   -   -   -   Speaker#1   *   (ARG0*)   (12)
bc/cctv/00/cctv_0000   0   1    told    VBD      (VP*)     -   -   -   Speaker#1   *   (V*)   -
bc/cctv/00/cctv_0000   0   2    New     NNP      (NP*      -   -   -   Speaker#1   (GPE*   (ARG1*   (3
bc/cctv/00/cctv_0000   0   3    York    NNP      *)        -   -   -   Speaker#1   *)   *)   3)

#end document
"""
HIPE = """TOKEN\tNE-COARSE-LIT\tNE-COARSE-METO\tNE-FINE-LIT\tNEL-LIT\tNEL-METO\tMISC
# hipe2022:document_id = NZZ-1798-01-20
Basel\tB-loc\tO\tB-loc.adm.town\tQ78\t_\tNoSpaceAfter
,\tO\tO\tO\t_\t_\tEndOfSentence
Bonaparte\tB-pers\tO\tB-pers.ind\tNIL\t_\t_
"""
PUBTATOR = """227508|t|Naloxone reverses clonidine.
227508|a|In rats, naloxone acted.
227508\t0\t8\tNaloxone\tChemical\tD009270
227508\t18\t27\tclonidine\tChemical\tD003000
227508\t38\t46\tnaloxone\tChemical\tD009270
227508\tCID\tD009270\tD003000

"""


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
        ("EU B-ORG\n".encode("utf-16"), "UTF-16"),
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
    with pytest.raises(InputError, match="document type"):
        found(put(tmp_path, "a.xmi", xmi))
