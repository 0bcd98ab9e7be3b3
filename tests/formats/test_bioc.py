"""BioC's XML and JSON are read as PubTator's lines are; relations name annotations, concepts or other relations."""

import json
from copy import deepcopy

import pytest

from goldwire.document import Span
from goldwire.errors import BrokenRules
from goldwire.formats import Notes, Options, read, recognise
from sample_files import BIOC, BIOC_JSON, PUBTATOR


def put(folder, name, content):
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def ends(document):
    names = document.by_id()
    return [(names[r.head].text, names[r.tail].text, r.label) for r in document.relations]


def test_xml_says_the_same_as_pubtators_lines(tmp_path):
    paths = put(tmp_path, "a.xml", BIOC), put(tmp_path, "a.txt", PUBTATOR)
    assert ["bioc", "pubtator"] == [recognise(path).name for path in paths]
    (found,), (lines,) = map(read, paths)
    assert (found.id, found.text, found.zones) == (lines.id, lines.text, lines.zones)
    assert [(m.start, m.end, m.label) for m in found.mentions] == [(m.start, m.end, m.label) for m in lines.mentions]
    assert ends(found) == ends(lines) == [("Naloxone", "clonidine", "CID")]
    assert {e.link: len(e.mentions) for e in found.entities} == {e.link: len(e.mentions) for e in lines.entities}


@pytest.mark.parametrize(
    "shape", [lambda v: v, lambda v: v["documents"][0], lambda v: {"PubTator3": v["documents"]}, lambda v: [v]]
)
def test_json_has_sentences_and_relations_of_relations(shape, tmp_path):
    path = put(tmp_path, "a.json", shape(BIOC_JSON))
    assert "bioc" == recognise(path).name
    (document,) = read(path)
    assert "p53 binds MDM2. It does." == document.text
    assert (Span(0, 15), Span(16, 24)) == document.sentences
    assert [("p53", "Gene"), ("MDM2", "Gene")] == [(m.text, m.label) for m in document.mentions]
    assert [("MDM2", "p53", "Bind"), ("p53", "MDM2", "Cause")] == sorted(ends(document))
    assert [("INTRO", 0, 24)] == [(z.label, z.start, z.end) for z in document.zones]


def test_a_mention_of_several_places_is_discontinuous(tmp_path):
    places = '<location offset="0" length="8"/><location offset="18" length="9"/><text>Naloxone clonidine</text>'
    path = put(tmp_path, "a.xml", BIOC.replace('<location offset="0" length="8"/><text>Naloxone</text>', places))
    (document,) = read(path)
    assert (Span(0, 8), Span(18, 27)) == document.mentions[0].fragments


def test_annotations_in_passages_of_offset_0_are_found_in_their_passage(tmp_path):
    value = deepcopy(BIOC_JSON)
    annotation = {"id": "T1", "infons": {"type": "Gene"}, "text": "MDM2", "locations": [{"offset": 0, "length": 4}]}
    value["documents"][0]["passages"].append({"offset": 0, "text": "MDM2 acts.", "annotations": [annotation]})
    notes = Notes()
    (document,) = read(put(tmp_path, "a.json", value), options=Options(notes=notes))
    assert ["p53", "MDM2", "MDM2"] == [m.text for m in document.mentions]
    assert 1 == notes.counts["annotations with the id of an earlier one, numbered"]


def test_a_wider_gap_between_passages_belongs_to_none(tmp_path):
    passages = [{"offset": at, "text": text} for at, text in ((0, "Title."), (10, "Abstract."), (90_000, "End."))]
    (document,) = read(put(tmp_path, "a.json", {"id": "a", "passages": passages}))
    assert ["Title.", "Abstract.", "End."] == [document.text[z.start : z.end] for z in document.zones]
    assert "Title.    Abstract. End." == document.text


def test_each_broken_annotation_is_listed_and_only_it_is_left_out(tmp_path):
    value = deepcopy(BIOC_JSON)
    (sentence, other) = value["documents"][0]["passages"][0]["sentences"]
    sentence["annotations"] += [None, {"id": "T3", "infons": {"type": "x"}, "locations": [{"offset": 40}]},
        {"id": "T4", "infons": {}, "text": "p53", "locations": [{"offset": 41, "length": 3}]}]  # fmt: skip
    other["relations"].append({"id": "R3", "infons": {}, "nodes": [{"refid": "T1"}, {"refid": "T9"}]})
    path, notes = put(tmp_path, "a.json", value), Notes()
    with pytest.raises(BrokenRules) as caught:
        list(read(path))
    (document,) = read(path, options=Options("discard", notes=notes))
    assert (2, 2) == (len(document.mentions), len(document.relations))
    assert 4 == len(caught.value.problems) == sum(notes.counts.values())


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (BIOC[:-40], r"a.xml:\d+: is not whole XML"),
        (BIOC.replace("'BioC.dtd'", "'BioC.dtd' [<!ENTITY a 'b'>]"), "declares entities"),
        (BIOC.replace("D003000</infon></relation>", "D9</infon></relation>"), "R0: names D9, which no mention has"),
    ],
)
def test_what_cannot_be_read_is_said(content, says, tmp_path):
    with pytest.raises(BrokenRules, match=says):
        list(read(put(tmp_path, "a.xml", content)))


def test_a_folder_of_files_is_read(tmp_path):
    for name in ("a.xml", "b.xml"):
        put(tmp_path, name, BIOC)
    assert "bioc" == recognise(tmp_path).name and 2 == len(list(read(tmp_path)))
    put(tmp_path, "0.xml", BIOC[:-40])
    put(tmp_path, "c.xml", BIOC[:-40])
    with pytest.raises(BrokenRules) as caught:
        list(read(tmp_path))
    assert 2 == len(caught.value.problems)
    assert 2 == len(list(read(tmp_path, options=Options("discard"))))


def test_offsets_of_inceptions_files_count_from_the_sentence_and_a_layers_value_is_the_label(tmp_path):
    infons = {"type": "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity", "value": "PER"}
    rows = [
        {"id": str(at), "infons": infons, "text": "Rudd", "locations": [{"offset": at, "length": 4}]} for at in (0, 9)
    ]
    sentences = [{"offset": at, "text": "Rudd met Rudd.", "annotations": rows} for at in (10, 30)]
    notes = Notes()
    path = put(tmp_path, "a.json", {"documents": [{"id": "a", "passages": [{"offset": 0, "sentences": sentences}]}]})
    (document,) = read(path, options=Options(notes=notes))
    assert [("Rudd", "PER")] * 4 == [(m.text, m.label) for m in document.mentions]
    assert [0, 9, 20, 29] == [m.start for m in document.mentions]
    assert 1 == notes.counts["documents whose offsets count from each passage or sentence"]


WIDE = ["Merkel traf 😀 Šefčovič.", "Šefčovič traf Merkel in Košice."]
UNIT_SIZES = {"bytes": lambda text: len(text.encode()), "utf16": lambda text: len(text.encode("utf-16-le")) // 2}


def in_unit(size, split):
    """Give a BioC document whose offsets count in a unit, in passages or in the sentences of one."""
    rows, at = [], 0
    for text in WIDE:
        places = [(text.index(word), word) for word in ("Merkel", "Šefčovič")]
        annotations = [
            {"id": f"{at}{word}", "infons": {"type": "PER"}, "text": word,
             "locations": [{"offset": at + size(text[:place]), "length": size(word)}]}
            for place, word in places
        ]  # fmt: skip
        rows.append({"offset": at, "text": text, "annotations": annotations})
        at += size(text) + 1
    return {"id": "a", "passages": rows if split == "passages" else [{"offset": 0, "sentences": rows}]}


@pytest.mark.parametrize("split", ["passages", "sentences"])
@pytest.mark.parametrize("unit", UNIT_SIZES)
@pytest.mark.parametrize("asked", [True, False])
def test_offsets_of_passages_may_count_bytes_or_utf16(unit, split, asked, tmp_path):
    path = put(tmp_path, "a.json", in_unit(UNIT_SIZES[unit], split))
    notes = Notes()
    (document,) = read(path, options=Options(offset_unit=unit if asked else "auto", notes=notes))
    assert " ".join(WIDE) == document.text
    assert ["Merkel", "Šefčovič", "Šefčovič", "Merkel"] == [m.text for m in document.mentions]
    assert WIDE == [document.text[s.start : s.end] for s in document.sentences or document.zones]
    assert (0 if asked else 1) == notes.counts[f"documents whose offsets count {unit}, seen from their surfaces"]


def test_offsets_of_no_unit_are_listed_as_code_points(tmp_path):
    value = in_unit(len, "passages")
    value["passages"][1]["annotations"][0]["locations"][0]["offset"] += 3
    with pytest.raises(BrokenRules, match=r"says 'Merkel', but the text has"):
        list(read(put(tmp_path, "a.json", value)))
