"""SemEval-2018 task 7's abstracts are read with their relations, and what does not fit is listed by file and line."""

import pytest

from goldwire.errors import BrokenRules
from goldwire.formats import Notes, Options, read, recognise

TEXTS = """<?xml version='1.0' encoding='UTF-8'?>
<doc>
<text id="H01-1">
<title>On <entity id="H01-1.1">parsing</entity> &amp; more</title>
<abstract>
<entity id="H01-1.2">Grammars</entity> serve <entity id="H01-1.3">parsers</entity> well .
</abstract>
</text>
<text id="H01-2"><title>Empty</title><abstract></abstract></text>
</doc>
"""
RELATIONS = "USAGE(H01-1.2,H01-1.3)\nTOPIC(H01-1.1,H01-1.2,REVERSE)\n"


def put(folder, texts=TEXTS, relations=RELATIONS, names=("1.1.text.xml", "1.1.relations.txt")):
    for name, content in zip(names, (texts, relations), strict=True):
        (folder / name).write_text(content, encoding="utf-8")
    return folder / names[0]


@pytest.mark.parametrize(
    "names",
    [
        ("1.1.text.xml", "1.1.relations.txt"),
        ("1.1.test.text.xml", "keys.test.1.1.txt"),
        ("2.test.text.xml", "keys.test.2.txt"),
    ],
)
def test_relations_are_those_of_the_file_beside_and_may_be_turned_round(names, tmp_path):
    path = put(tmp_path, names=names)
    assert ["semeval2018"] * 2 == [recognise(path).name, recognise(tmp_path).name]
    document, second = read(path)
    assert ("H01-1", "On parsing & more\nGrammars serve parsers well .") == (document.id, document.text)
    assert ("H01-2", "Empty") == (second.id, second.text)
    assert ["parsing", "Grammars", "parsers"] == [m.text for m in document.mentions]
    ends = {(r.head, r.label, r.tail) for r in document.relations}
    assert {("H01-1.2", "USAGE", "H01-1.3"), ("H01-1.2", "TOPIC", "H01-1.1")} == ends
    assert ["title", "abstract"] == [zone.label for zone in document.zones]


def test_texts_without_relations_beside_them_are_noted_and_a_file_can_be_named(tmp_path):
    path, notes = put(tmp_path, names=("a.xml", "b.txt")), Notes()
    assert [0, 0] == [len(document.relations) for document in read(path, options=Options(notes=notes))]
    assert 1 == sum(notes.counts.values())
    named = Options(settings={"relations": str(tmp_path / "b.txt")})
    assert [2, 0] == [len(document.relations) for document in read(path, options=named)]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("USAGE(H01-1.2,H01-1.9)", "1.1.relations.txt:3: there is no entity H01-1.9"),
        ("USAGE(H09-1.2,H09-1.9)", "1.1.relations.txt:3: USAGE(H09-1.2,H09-1.9) is of H09-1, which is no text"),
        ("USAGE H01-1.2", "1.1.relations.txt:3: 'USAGE H01-1.2' is no relation"),
    ],
)
def test_a_relation_that_does_not_fit_is_listed_and_only_it_is_left_out(line, says, tmp_path):
    path = put(tmp_path, relations=f"{RELATIONS}{line}\n")
    with pytest.raises(BrokenRules) as caught:
        list(read(path))
    assert says in str(caught.value) and 1 == len(caught.value.problems)
    assert [2, 0] == [len(document.relations) for document in read(path, options=Options("discard"))]
