"""Label maps: what ships, what is lost and said so, in the full and in the shared view."""

from collections import Counter
from pathlib import Path

import pytest

from goldwire.document import Document, Entity, Mention, Relation
from goldwire.errors import InputError
from goldwire.eval.systems.label_maps import apply_map, identity, label_map, mapped, shared, shipped
from goldwire.formats.base import Notes
from goldwire.labels import read_labels

OURS = Path(__file__).parents[3] / "annotations" / "labels.toml"
TEXT = "President Ana Torres visited Lima in Peru."


def document(*labels):
    spans = [(0, 9), (10, 20), (29, 33), (37, 41)]
    mentions = tuple(Mention(*s, label, f"m{i}") for i, (s, label) in enumerate(zip(spans, labels, strict=False)))
    relations = (Relation("m1", "m0", "has_title"), Relation("m1", "m2", "visited"))
    return Document("d", TEXT, mentions, relations, (Entity("e", ("m2", "m3")),))


def test_the_shipped_maps_speak_of_our_labels_only_or_of_those_they_are_to():
    ours = set(read_labels(OURS).mentions)
    for name in shipped().keys() - {"ontonotes-to-conll2003"}:
        found = label_map(name)
        assert set(found.mentions.full.values()) <= ours | {"MISC"}, name
        assert set(found.mentions.shared) <= ours | {"MISC"}, name


def test_every_label_of_ours_has_a_place_or_none_in_conll_as_the_label_set_says():
    maps, ours = label_map("conll2003"), read_labels(OURS).mentions
    assert {name: maps.mentions.shared.get(name, "") for name in ours} == {n: label.conll for n, label in ours.items()}


def test_a_model_of_ontonotes_is_scored_over_a_gold_of_conll_2003_as_ours_are():
    maps, known = label_map("ontonotes-to-conll2003"), label_map("ontonotes-as-conll2003").mentions
    ours = read_labels(OURS).mentions.keys() & known.full.keys() & known.shared.keys()
    assert maps.mentions.full == {name: known.shared[name] for name in ours}
    assert maps.mentions.shared == {name: name for name in known.shared.values()}


def test_the_full_view_keeps_and_counts_what_the_map_does_not_know():
    notes = Notes()
    result = mapped(document("TTL", "PER", "LOC", "MISC"), label_map("conll2003"), notes)
    assert [m.label for m in result.mentions] == ["TTL", "PERSON", "LOC", "MISC"]
    assert notes.counts == {"mention label TTL that the label map conll2003 does not know, kept as it is": 1}


def test_the_shared_view_leaves_out_and_counts_what_has_no_shared_label():
    (result,), lost = shared([document("TITLE", "PERSON", "GPE", "GPE")], label_map("conll2003"))
    assert [m.label for m in result.mentions] == ["PER", "LOC", "LOC"]
    assert [r.label for r in result.relations] == ["visited"]
    assert lost == {"mention label TITLE": 1, "relation whose mention has no shared label": 1}


def test_entities_lose_their_left_out_mentions_and_vanish_with_the_last():
    result, _ = apply_map(document("T", "P", "G", "L"), {"L": "L"}, {}, drop=True)
    assert result.entities == (Entity("e", ("m3",)),)
    assert apply_map(document("T", "P", "G", "L"), {"T": "T"}, {}, drop=True)[0].entities == ()


def test_relation_labels_map_too():
    result, lost = apply_map(document("T", "P", "G", "L"), {}, {"visited": "went_to"}, drop=False)
    assert [r.label for r in result.relations] == ["has_title", "went_to"]
    assert lost["relation label has_title"] == 1


def test_the_identity_map_loses_nothing_it_names():
    given = document("TITLE", "PERSON", "GPE", "GPE")
    labels = {m.label for m in given.mentions}
    assert shared([given], identity(labels, ("visited", "has_title"))) == ([given], Counter())


@pytest.mark.parametrize("content", ["[mentions]\nfull = 3", "[mentions", "colour = []\n[mentions.full]\nA = 1"])
def test_a_file_that_is_no_map_is_one_line(tmp_path, content):
    (tmp_path / "map.toml").write_text(content)
    with pytest.raises(InputError, match="is not a label map"):
        label_map(str(tmp_path / "map.toml"))


def test_a_map_that_is_not_there_is_one_line():
    with pytest.raises(InputError, match="shipped are conll2003"):
        label_map("klingon")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[mention.full]\nPER = "PERSON"', "unknown key 'mention'"),
        ('[mentions.ful]\nPER = "PERSON"', r"unknown key 'mentions\.ful'"),
        ('[relations]\nvisited = "visits"', r"unknown key 'relations\.visited'"),
        ('PER = "PERSON"', "unknown key 'PER'"),
    ],
)
def test_a_misspelt_table_is_refused_and_does_not_map_nothing(tmp_path, content, said):
    path = tmp_path / "mine.toml"
    path.write_text(content)
    with pytest.raises(InputError, match=said):
        label_map(str(path))
