"""Formats of entity linking: neleval's and TAC EDL's lines, and AIDA-CoNLL-YAGO."""

import pytest

from goldwire import score
from goldwire.errors import GoldwireError
from goldwire.formats import read, recognise
from goldwire.formats.base import Options


def documents(path, text, **settings):
    path.write_text(text)
    options = Options(settings=settings)
    return list(read(path, recognise(path).name, options)), options.notes.lines()


def entries(document):
    return sorted(
        (m.start, m.end, m.label, e.id, e.link) for m in document.mentions for e in [document.entity_of()[m.id]]
    )


def test_nelevals_ends_are_inclusive_and_nils_are_clusters_of_the_corpus(tmp_path):
    told = "d1\t3\t4\tQ90\t1.0\tGPE\nd2\t0\t4\tNIL7\t0.5\tPER\nd1\t9\t13\tNIL7\t\tPER\nd2\t9\t9\n"
    (one, two), notes = documents(tmp_path / "a.tsv", told)
    assert recognise(tmp_path / "a.tsv").name == "neleval"
    assert entries(one) == [(3, 5, "GPE", "Q90", "Q90"), (9, 14, "PER", "NIL7", "NIL")]
    assert [(m.start, m.label, m.score) for m in two.mentions] == [(0, "PER", 0.5), (9, "_", None)]
    assert notes == []


def test_of_several_candidates_the_highest_score_is_read_and_the_rest_is_said(tmp_path):
    told = 'd1\t0\t4\tQ1\t0.2\tPER\tQ2\t0.7\t{"type": "ORG", "reftype": "NOM"}\n'
    (one,), notes = documents(tmp_path / "a.tsv", told)
    assert entries(one) == [(0, 5, "ORG", "Q2", "Q2")]
    assert one.mentions[0].level == "nominal"
    assert notes[0].startswith("1 × mention with several entries: that of the highest score is read")


def test_tac_lines_have_surfaces_which_a_folder_of_texts_checks(tmp_path):
    told = "run1\tq1\tParis\td1:3-7\tm.05qtj\tGPE\tNAM\t1.0\n"
    (tmp_path / "d1.txt").write_text("In Paris")
    (one,), _ = documents(tmp_path / "a.tab", told, texts=str(tmp_path))
    assert (one.text, one.mentions[0].text, one.mentions[0].level) == ("In Paris", "Paris", "name")
    (tmp_path / "d1.txt").write_text("In Prague")
    with pytest.raises(GoldwireError, match="its source says 'Paris', but the text has 'Pragu'"):
        documents(tmp_path / "a.tab", told, texts=str(tmp_path))


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ("d1\t0\t4\tQ1\t1.0\tPER\nd1 0 4\n", "a.tsv:2: 'd1 0 4' has no document, start and end"),
        ("d1\t4\t0\tQ1\t1.0\tPER\n", "a.tsv:1: ends at 0, before its start 4; ends are inclusive"),
        ("d1\t0\t4\tQ1\thigh\tPER\n", "a.tsv:1: 'high' is no score"),
        ("r\tq\tParis\td1:3-7\tQ1\n", "a.tsv:1: 5 columns, 6 to 8 were expected"),
    ],
)
def test_a_broken_line_is_named(tmp_path, told, message):
    (tmp_path / "a.tsv").write_text(told)
    with pytest.raises(GoldwireError, match=message):
        list(read(tmp_path / "a.tsv", "neleval"))


AIDA = """-DOCSTART- (1 EU)
EU\tB\tEU\t--NME--
rejects
Côte\tB\tCôte d'Ivoire\tC\\u00f4te_d'Ivoire\thttp://en.wikipedia.org/wiki/C%C3%B4te_d%27Ivoire\t30\t/m/0fv4v
d'Ivoire\tI\tCôte d'Ivoire\tC\\u00f4te_d'Ivoire\thttp://en.wikipedia.org/wiki/C%C3%B4te_d%27Ivoire\t30\t/m/0fv4v

Reuters\tB\tReuters

-DOCSTART- (2 Rare)
EU\tB\tEU\t--NME--
"""


def test_aidas_entries_are_links_and_its_nowhere_is_nil(tmp_path):
    (one, two), _ = documents(tmp_path / "a.tsv", AIDA)
    assert recognise(tmp_path / "a.tsv").name == "aida"
    assert (one.id, one.text, two.id) == ("1 EU", "EU rejects Côte d'Ivoire\nReuters", "2 Rare")
    assert [(e.link, [one.by_id()[name].text for name in e.mentions]) for e in one.entities] == [
        ("NIL", ["EU"]),
        ("Côte_d'Ivoire", ["Côte d'Ivoire"]),
    ]
    assert [m.text for m in one.mentions] == ["EU", "Côte d'Ivoire", "Reuters"]
    with pytest.raises(GoldwireError, match=r"a\.tsv:2: an I that continues no mention"):
        documents(tmp_path / "a.tsv", "-DOCSTART- (1)\nEU\tI\tEU\tEU\n")


def test_lines_without_text_are_scored(tmp_path):
    gold, pred = tmp_path / "gold.tsv", tmp_path / "pred.tsv"
    gold.write_text("d1\t3\t7\tQ90\t1.0\tGPE\nd1\t9\t13\tNIL1\t1.0\tPER\n")
    pred.write_text("d1\t3\t7\tQ90\t1.0\tLOC\nd1\t9\t13\tQ5\t1.0\tPER\n")
    names = ["links/strong", "links/typed", "links/inkb", "links/inkb-mentions", "mentions/exact"]
    assert [score(gold, pred, measures=names)[name].precision for name in names] == [0.5, 0, 0.5, 0.5, 1]


def test_numbered_tokens_are_no_mentions_of_a_knowledge_base(tmp_path):
    rows = [
        f"wsj/1\t0\t{number}\t{word}\tXX\t{tag}" for number, (word, tag) in enumerate([("Rudd", "B-PER"), ("won", "O")])
    ]
    path = tmp_path / "a.txt"
    path.write_text("\n".join(rows * 3) + "\n")
    assert recognise(path).name == "conll"
