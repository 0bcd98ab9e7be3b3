"""Standoff and JSON formats as published corpora and today's tools write them."""

import json

import pytest

from goldwire.document import Document, Mention, Relation, Span
from goldwire.errors import BrokenRules
from goldwire.formats import Notes, Options, read, write

RELEX = {
    "tokenized_text": ["Renzi", "met", "Merkel", "in", "Rome"],
    "ner": [[0, 0, "person"], [2, 2, "person"], [4, 4, "place"]],
    "relations": [[0, 1, "met"], [1, 2, "was in"]],
}


def put(folder, name, value):
    path = folder / name
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


def related(document):
    names = document.by_id()
    return [(names[r.head].text, r.label, names[r.tail].text) for r in document.relations]


def test_gliners_relations_may_name_their_ends_by_their_place_in_ner(tmp_path):
    (document,) = read(put(tmp_path, "a.json", [RELEX]))
    assert [("Renzi", "met", "Merkel"), ("Merkel", "was in", "Rome")] == related(document)


def test_a_gliner_relation_of_an_entity_that_is_not_there_is_listed_and_only_it_left_out(tmp_path):
    rows = [[0, 7, "met"], [0, 1, "met"]]
    path = put(tmp_path, "a.json", [{**RELEX, "ner": [None, *RELEX["ner"]], "relations": [*rows, [1, 2, "saw"]]}])
    with pytest.raises(BrokenRules, match=r"\[0, 7, 'met'\] names entity 7 of 4"):
        list(read(path))
    (document,) = read(path, options=Options("discard", notes=Notes()))
    assert [("Renzi", "saw", "Merkel")] == related(document)


def test_gliner_relations_are_written_by_place_where_that_is_asked(tmp_path):
    documents = list(read(put(tmp_path, "a.json", [RELEX])))
    write(documents, tmp_path / "b.json", "gliner", Options(settings={"relations": "places"}))
    (value,) = json.loads((tmp_path / "b.json").read_text())
    assert RELEX["relations"] == value["relations"]
    assert documents[0].relations == next(read(tmp_path / "b.json")).relations


def brat(folder, text, lines):
    (folder / "a.txt").write_text(text)
    (folder / "a.ann").write_text("".join(f"{line}\n" for line in lines))
    return folder


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("T1\tHead of State 0 5\tRenzi", "Head of State"),
        ("TT1\t10013649 0 5\tRenzi", "10013649"),
        ("TT1\t271782001 | Drowsy | 0 5\tRenzi", "271782001 | Drowsy |"),
        ("TT1\t10028294 + 10003239 0 5\tRenzi", "10028294 + 10003239"),
        ("T1\tPER 0 2 ; 2 5\tRenzi", "PER"),
    ],
)
def test_a_brat_label_may_have_blanks_and_codes_and_cadecs_ids_two_ts(line, label, tmp_path):
    (document,) = read(brat(tmp_path, "Renzi met Merkel.", [line]))
    assert [("Renzi", label)] == [(m.text, m.label) for m in document.mentions]


@pytest.mark.parametrize("head", ["PER 0 5;10", "PER x 10", "PER", "0 5"])
def test_a_brat_mention_of_odd_offsets_is_none_of_a_longer_label(head, tmp_path):
    with pytest.raises(BrokenRules, match=r"a.ann:1: T1: .* is no label with offsets"):
        list(read(brat(tmp_path, "Renzi met Merkel.", [f"T1\t{head}\tRenzi"])))


def test_a_brat_note_may_go_on_over_lines_that_are_counted(tmp_path):
    lines = ["T1\tPER 0 5\tRenzi", "#1\tAnnotatorNotes T1\tsure?", "", "It says so", "below.", "T2\tPER 10 16\tMerkel"]
    folder, notes = brat(tmp_path, "Renzi met Merkel.", lines), Notes()
    (document,) = read(folder, options=Options(notes=notes))
    assert ["sure?\nIt says so\nbelow.", None] == [m.attributes.get("note") for m in document.mentions]
    assert {"lines that go on with the note before them": 2} == notes.counts
    write([document], tmp_path / "out", "brat")
    (document,) = read(tmp_path / "out")
    assert ["sure? It says so below.", None] == [m.attributes.get("note") for m in document.mentions]


def test_a_line_break_at_the_end_of_a_mention_is_counted_where_brat_loses_it(tmp_path):
    notes, mentions = Notes(), (Mention(0, 5, "X", "m1"), Mention(3, 6, "Y", "m2"), Mention(5, 6, "Z", "m3"))
    write([Document("a", "EU\nUN\n.", mentions)], tmp_path / "out", "brat", Options(notes=notes))
    (document,) = read(tmp_path / "out")
    assert [(0, 5), (3, 5), (5, 6)] == [(m.start, m.end) for m in document.mentions]
    assert {"mentions that begin or end with a line break, written without it": 1} == notes.counts
    assert 3 == len((tmp_path / "out" / "a.ann").read_text().splitlines())


def test_webannos_files_bear_any_id(tmp_path):
    write([Document("a/é b?", "EU", (Mention(0, 2, "X", "m1"),))], tmp_path / "out", "webanno")
    assert ["a/é b?"] == [document.id for document in read(tmp_path / "out")]


def test_a_broken_line_behind_a_brat_note_is_no_part_of_it(tmp_path):
    lines = ["T1\tPER 0 5\tRenzi", "#1\tAnnotatorNotes T1\tsure?", "T2 PER 10", "PER\t10 16"]
    with pytest.raises(BrokenRules) as caught:
        list(read(brat(tmp_path, "Renzi met Merkel.", lines)))
    assert ["a.ann:3", "a.ann:4"] == [problem.where.rpartition("/")[2] for problem in caught.value.problems]


def test_a_brat_relation_may_leave_its_roles_unsaid(tmp_path):
    lines = ["T1\tPER 0 5\tRenzi", "T2\tPER 10 16\tMerkel", "R1\tmet T1 T2"]
    (document,) = read(brat(tmp_path, "Renzi met Merkel.", lines))
    assert [("Renzi", "met", "Merkel")] == related(document)
    assert not document.relations[0].attributes


POS = "de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS"
PHRASE = "de.tudarmstadt.ukp.dkpro.core.api.syntax.type.chunk.Chunk"
ARC = "de.tudarmstadt.ukp.dkpro.core.api.syntax.type.dependency.Dependency"
GRAMMAR = f"""#FORMAT=WebAnno TSV 3
#T_SP={POS}|PosValue
#T_SP={PHRASE}|chunkValue
#T_RL={ARC}|DependencyType|BT_{POS}


#Text=Angela Merkel spoke .
1-1\t0-6\tAngela\tNNP\tNP[1]\tNAME\t1-2\t
1-2\t7-13\tMerkel\tNNP\tNP[1]|X\tSUBJ|ROOT\t1-3|1-2\t
1-3\t14-19\tspoke\tVBD\t_\t_\t_\t
1-4\t20-21\t.\t_\t_\t_\t_\t
"""


def test_webannos_annotations_that_are_not_read_are_counted_once_each(tmp_path):
    notes = Notes()
    list(read(put(tmp_path, "a.tsv", GRAMMAR), options=Options(notes=notes)))
    told = {layer: notes.counts[f"annotations of {layer}, not read (--set layers=all)"] for layer in (POS, PHRASE, ARC)}
    assert {POS: 3, PHRASE: 2, ARC: 3} == told


def test_tokens_that_webannos_lines_cannot_hold_are_parted_and_what_is_cut_is_counted(tmp_path):
    text = "Rudd left\n\nSydney a\tb"
    tokens = tuple(Span(*pair) for pair in ((0, 4), (5, 9), (9, 11), (11, 17), (18, 21)))
    places = ((0, 4), (9, 11), (18, 21), (5, 11))
    mentions = tuple(Mention(*place, "X", f"m{n}") for n, place in enumerate(places, start=1))
    write(
        [Document("a", text, mentions, tokens=tokens)], tmp_path / "a.tsv", "webanno", Options(notes=(notes := Notes()))
    )
    (document,) = read(tmp_path / "a.tsv")
    assert [(0, 4, "Rudd"), (5, 9, "left"), (18, 21, "a\tb")] == [(m.start, m.end, m.text) for m in document.mentions]
    assert 2 == notes.counts["tokens with tabs or line breaks, parted there"]
    lost = {"mentions left out: they lie on no token", "mentions whose ends no token covers, written without them"}
    assert lost == notes.lost


def test_spacys_relations_are_read_and_other_user_data_is_told(tmp_path):
    spacy = pytest.importorskip("spacy")
    doc = spacy.blank("en")("Renzi met Merkel in Rome")
    doc.ents = [spacy.tokens.Span(doc, at, at + 1, label) for at, label in ((0, "PER"), (2, "PER"), (4, "GPE"))]
    scores = {(0, 2): {"met": 1.0, "left": 0.0}, (2, 4): {"in": 0.9}, (1, 4): {"in": 1.0}}
    doc.user_data |= {("._.", "rel", None, None): scores, ("._.", "mood", None, None): "calm"}
    spacy.tokens.DocBin(docs=[doc], store_user_data=True).to_disk(tmp_path / "a.spacy")
    (document,) = read(tmp_path / "a.spacy", options=Options(notes=(notes := Notes())))
    assert [("Renzi", "met", "Merkel"), ("Merkel", "in", "Rome")] == related(document)
    assert [None, 0.9] == [relation.score for relation in document.relations]
    lost = "relations between tokens that begin no mention, left out"
    assert {lost: 1, "user data 'mood', not read": 1} == notes.counts and {lost} == notes.lost


EVENTS = {
    "doc_key": "a",
    "sentences": [["Renzi", "met", "Merkel"], ["She", "left"]],
    "ner": [[[0, 0, "PER"], [2, 2, "PER"]], []],
    "relations": [[], []],
    "events": [[[[1, "Meet"], [0, 0, "Agent"], [2, 2, "Agent"]]], [[[4, "Leave"], [3, 3, "Who"]]]],
}


def test_dygies_events_are_no_loss(tmp_path):
    documents, notes = list(read(put(tmp_path, "a.json", [EVENTS]))), Notes()
    write(documents, tmp_path / "b.json", "dygie", Options(strict=True, notes=notes))
    assert documents == list(read(tmp_path / "b.json")) and not notes.counts


def test_a_dygie_sentence_without_tokens_is_counted(tmp_path):
    value = {"doc_key": "a", "sentences": [["EU"], [], ["UN"]], "ner": [[], [], [[1, 1, "ORG"]]]}
    notes = Notes()
    (document,) = read(put(tmp_path, "a.json", [value]), options=Options(notes=notes))
    assert (["UN"], 2) == ([m.text for m in document.mentions], len(document.sentences))
    assert 1 == notes.counts["sentences without tokens, passed over"]


def test_lists_that_are_no_layer_of_dygies_are_told(tmp_path):
    value = {"doc_key": "a", "sentences": [["EU"]], "ent_spans": [[0, 0, [["place", 1.0]]]], "split": "train"}
    notes = Notes()
    (document,) = read(put(tmp_path, "a.json", [value]), options=Options(notes=notes))
    assert {"ent_spans", "split"} == document.metadata.keys()
    assert {"lists under 'ent_spans', which is no layer that is read, kept in the metadata": 1} == notes.counts


def test_what_dygie_has_no_place_for_is_counted(tmp_path):
    mentions = (Mention(0, 2, "_", "m1"), Mention(3, 5, "_", "m2"), Mention(6, 8, "ORG", "m3"))
    relations = (Relation("m3", "m2", "in", "r1", attributes={"event": "role"}),)
    notes = Notes()
    write([Document("a", "EU UN AU", mentions, relations)], tmp_path / "a.json", "dygie", Options(notes=notes))
    (document,) = read(tmp_path / "a.json")
    assert [("AU", "in", "UN")] == related(document)
    lost = "mentions without a label that nothing else names, which dygie cannot hold"
    assert {lost, "attributes that dygie cannot hold"} == notes.lost
