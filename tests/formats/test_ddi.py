"""The DDI corpora's XML is read with the ends its surfaces tell, and what does not fit is listed."""

import pytest

from goldwire.errors import BrokenRules
from goldwire.formats import Notes, Options, read, recognise

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
DDI_2013 = f"""{HEAD}<document id="DDI-DrugBank.d1">
<sentence id="DDI-DrugBank.d1.s0" text="Therapy with ORENCIA and TNF or IL antagonists is unwise.">
<entity id="DDI-DrugBank.d1.s0.e0" charOffset="13-19" type="brand" text="ORENCIA"/>
<entity id="DDI-DrugBank.d1.s0.e1" charOffset="25-27;35-45" type="group" text="TNF antagonists"/>
<entity id="DDI-DrugBank.d1.s0.e2" charOffset="32-45" type="group" text="IL antagonists"/>
<pair id="DDI-DrugBank.d1.s0.p0" e1="DDI-DrugBank.d1.s0.e0" e2="DDI-DrugBank.d1.s0.e1" ddi="true" type="advise"/>
<pair id="DDI-DrugBank.d1.s0.p1" e1="DDI-DrugBank.d1.s0.e1" e2="DDI-DrugBank.d1.s0.e2" ddi="false"/>
</sentence><sentence id="DDI-DrugBank.d1.s1" text=""/>
<sentence id="DDI-DrugBank.d1.s2" text="ORENCIA &amp; more.">
<entity id="DDI-DrugBank.d1.s2.e0" charOffset="0-6" type="brand" text="ORENCIA"/></sentence></document>
"""
DDI_2011 = f"""{HEAD}<document id="DrugDDI.d1" origId="Aciclovir">
<sentence id="DrugDDI.d1.s0" origId="s0" text="Give probenecid with acyclovir.">
<entity id="DrugDDI.d1.s0.e0" origId="s0.p1" charOffset="5-15" type="drug" text="probenecid"/>
<entity id="DrugDDI.d1.s0.e1" origId="s0.p2" charOffset="21-30" type="drug" text="acyclovir"/>
<pair id="DrugDDI.d1.s0.p0" e1="DrugDDI.d1.s0.e0" e2="DrugDDI.d1.s0.e1" interaction="true"/></sentence></document>
"""
PROTEINS = f"""{HEAD}<corpus source="IEPA">{DDI_2011.removeprefix(HEAD)}</corpus>"""


def put(folder, content, name="a.xml"):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def test_ends_name_the_last_character_and_pairs_that_interact_are_relations(tmp_path):
    path = put(tmp_path, DDI_2013)
    assert "ddi" == recognise(path).name
    (document,) = read(path)
    text = "Therapy with ORENCIA and TNF or IL antagonists is unwise."
    assert ("DDI-DrugBank.d1", f"{text}\n\nORENCIA & more.") == (document.id, document.text)
    surfaces = [("ORENCIA", "brand"), ("TNF antagonists", "group"), ("IL antagonists", "group"), ("ORENCIA", "brand")]
    assert surfaces == [(m.text, m.label) for m in document.mentions]
    names = document.by_id()
    assert [("ORENCIA", "advise", "TNF antagonists")] == [
        (names[r.head].text, r.label, names[r.tail].text) for r in document.relations
    ]
    assert [text, "ORENCIA & more."] == [document.text[start:end] for start, end in document.sentences]


@pytest.mark.parametrize("content", [DDI_2011, PROTEINS])
def test_ends_behind_the_mention_are_seen_from_the_surfaces(content, tmp_path):
    path, notes = put(tmp_path, content), Notes()
    assert "ddi" == recognise(path).name
    (document,) = read(path, options=Options(notes=notes))
    assert ["probenecid", "acyclovir"] == [m.text for m in document.mentions]
    assert ["interaction"] == [r.label for r in document.relations]
    assert 1 == notes.counts["sentences whose ends lie behind their mentions, seen from the surfaces"]


def test_a_folder_of_folders_is_all_their_files(tmp_path):
    put(tmp_path, DDI_2013, "DrugBank/a.xml")
    put(tmp_path, DDI_2011, "MedLine/b.xml")
    assert "ddi" == recognise(tmp_path).name
    assert ["DDI-DrugBank.d1", "DrugDDI.d1"] == [document.id for document in read(tmp_path)]


@pytest.mark.parametrize(
    ("old", "new", "says", "kept"),
    [
        ('text="ORENCIA"/>\n<', 'text="ORENZIA"/>\n<', "its source says 'ORENZIA', but the text has 'ORENCIA'", (3, 0)),
        ('charOffset="13-19"', 'charOffset="13"', "has the charOffset '13'", (3, 0)),
        ('ddi="true"', 'ddi="yes"', "says neither that it interacts nor that not", (4, 0)),
        ('e2="DDI-DrugBank.d1.s0.e1"', 'e2="x"', "names x, which is no entity of its sentence", (4, 0)),
    ],
)
def test_what_does_not_fit_is_listed_and_only_it_is_left_out(old, new, says, kept, tmp_path):
    path = put(tmp_path, DDI_2013.replace(old, new, 1))
    with pytest.raises(BrokenRules) as caught:
        list(read(path))
    assert any(says in str(problem) and "a.xml: DDI-DrugBank.d1" in str(problem) for problem in caught.value.problems)
    (document,) = read(path, options=Options("discard"))
    assert kept == (len(document.mentions), len(document.relations))


def test_files_cut_off_are_all_named_by_their_line(tmp_path):
    for name in ("a.xml", "b.xml"):
        put(tmp_path, DDI_2013[:500], name)
    put(tmp_path, DDI_2011, "c.xml")
    with pytest.raises(BrokenRules, match=r"a\.xml:7: is not whole XML.*\n.*b\.xml:7: is not"):
        list(read(tmp_path))
    assert ["DrugDDI.d1"] == [document.id for document in read(tmp_path, options=Options("discard"))]
