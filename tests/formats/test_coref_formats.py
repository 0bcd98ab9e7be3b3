"""Coreference as the training data of its models has it: what counts as an end, and what is broken."""

import json

import pytest

from goldwire.errors import BrokenRules
from goldwire.formats import read, recognise
from goldwire.formats.base import Options

SENTENCES = [["Fumio", "Kishida", "met", "Biden", "."], ["He", "left", "Tokyo", "."]]
TEXT = "Fumio Kishida met Biden. He left Tokyo."
E2E = {"doc_key": "nw/1_0", "sentences": SENTENCES, "speakers": [["-"] * 5, ["-"] * 4], "ner": [[0, 1, "PERSON"]]}
FORMS = {
    "e2e-coref": E2E | {"clusters": [[[0, 1], [5, 5]], [[3, 3]]]},
    "e2e-coref, ner by sentence": E2E | {"ner": [[[0, 1, "PERSON"]], []], "clusters": [[[0, 1], [5, 5]], [[3, 3]]]},
    "PreCo": {"id": "a", "sentences": SENTENCES, "mention_clusters": [[[0, 0, 2], [1, 0, 1]], [[0, 3, 4]]]},
    "fastcoref": {"doc_key": "a", "text": TEXT, "clusters": [[[0, 13], [25, 27]], [[18, 23]]]},
    "tokens in one list": {
        "doc_key": "a",
        "tokens": [*SENTENCES[0], *SENTENCES[1]],
        "clusters": [[[0, 1], [5, 5]], [[3, 3]]],
    },
}


def put(folder, *values):
    path = folder / "train.english.jsonlines"
    path.write_text("".join(json.dumps(value) + "\n" for value in values))
    return path


@pytest.mark.parametrize("value", FORMS.values(), ids=FORMS)
def test_clusters_are_read_whatever_their_ends_count(value, tmp_path):
    path = put(tmp_path, value)
    assert recognise(path).name == "coref_json"
    (found,) = read(path)
    names = found.by_id()
    assert [["Fumio Kishida", "He"], ["Biden"]] == [[names[m].text for m in e.mentions] for e in found.entities]


def test_named_entities_and_clusters_share_their_mentions(tmp_path):
    (found,) = read(put(tmp_path, FORMS["e2e-coref"]))
    assert [("Fumio Kishida", "PERSON"), ("Biden", "_"), ("He", "_")] == [(m.text, m.label) for m in found.mentions]


def test_every_broken_mention_of_a_cluster_is_listed_and_only_they_are_left_out(tmp_path):
    value = FORMS["PreCo"] | {"mention_clusters": [[[0, 0, 2], [7, 0, 1]], [[0, 3, 99], ["x"]]]}
    path = put(tmp_path, FORMS["PreCo"], value)
    with pytest.raises(BrokenRules) as error:
        list(read(path))
    assert [f"{path}:2"] * 3 == [problem.where.split(" ")[0] for problem in error.value.problems]
    assert ["Fumio Kishida"] == [m.text for m in list(read(path, options=Options("discard")))[1].mentions]


HEADER = ["ID", "Text", "Pronoun", "Pronoun-offset", "A", "A-offset", "A-coref", "B", "B-offset", "B-coref", "URL"]
GAP = ["dev-1", TEXT, "He", "25", "Fumio Kishida", "0", "TRUE", "Biden", "18", "FALSE", "http://example.org"]


def test_gaps_pronoun_is_one_entity_with_the_name_it_means(tmp_path):
    (tmp_path / "gap.tsv").write_text("\n".join(map("\t".join, (HEADER, GAP))) + "\n")
    assert recognise(tmp_path / "gap.tsv").name == "gap"
    (found,) = read(tmp_path / "gap.tsv")
    names = found.by_id()
    assert [["Fumio Kishida", "He"]] == [sorted(names[m].text for m in e.mentions) for e in found.entities]
    assert len(found.mentions) == 3


def test_gaps_broken_lines_are_listed_by_their_number(tmp_path):
    rows = (HEADER, GAP, [*GAP[:5], "?", *GAP[6:]], [*GAP[:3], "2", *GAP[4:]])
    (tmp_path / "gap.tsv").write_text("\n".join(map("\t".join, rows)) + "\n")
    with pytest.raises(BrokenRules, match=r"gap.tsv:3: A is 'Fumio Kishida' at '\?'(.|\n)*says 'He', but the text has"):
        list(read(tmp_path / "gap.tsv"))
