"""Folders of files are read with their subfolders, whatever the format; ids tell the subfolder, and what is passed over
is counted."""

import pytest

from goldwire.formats import Notes, Options, read, recognise

CONLL = "EU B-ORG\nrejects O\n"
CONLLU = "1\tEU\t_\tPROPN\t_\t_\t0\troot\t_\tEntity=(1-ORG)\n\n"
WEBANNO = "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Name|value\n\n\n#Text=EU\n1-1\t0-2\tEU\tORG\t\n"
ONTONOTES = "#begin document (nw/{0}); part 000\nnw/{0} 0 0 EU (1)\n\n#end document\n"
FILES = {
    "conll": (".txt", CONLL, CONLL),
    "conllu": (".conllu", CONLLU, CONLLU),
    "webanno": (".tsv", WEBANNO, WEBANNO),
    "conll2012": (".conll", ONTONOTES.format("a"), ONTONOTES.format("b")),
}


def put(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


@pytest.mark.parametrize("name", FILES)
def test_files_of_subfolders_are_read_and_hidden_ones_are_not(name, tmp_path):
    suffix, one, other = FILES[name]
    for place, content in ((f"a{suffix}", one), (f"dev/b{suffix}", other)):
        put(tmp_path, place, content)
    for place in (f".git/c{suffix}", f"dev/._b{suffix}", f"__MACOSX/dev/._b{suffix}", f"__MACOSX/d{suffix}"):
        put(tmp_path, place, one)
    put(tmp_path, "LICENSE", "Read me.\n")
    assert name == recognise(tmp_path).name
    notes = Notes()
    documents = list(read(tmp_path, options=Options(notes=notes)))
    assert (["nw/a_0", "nw/b_0"] if name == "conll2012" else ["a", "dev/b"]) == [d.id for d in documents]
    assert [1, 1] == [len(d.mentions) for d in documents]
    assert 1 == notes.counts["files passed over, which are not of the format read"]
    assert 1 == notes.counts["files of subfolders, read too"]


@pytest.mark.parametrize(
    ("files", "ids"),
    [
        (("a.txt/CURATION_USER.tsv", "b.txt/CURATION_USER.tsv"), ["a.txt", "b.txt"]),
        (("a.txt/anna.tsv", "a.txt/ben.tsv"), ["a.txt/anna", "a.txt/ben"]),
    ],
)
def test_a_document_of_inceptions_folders_is_named_by_its_folder_and_its_annotators_where_they_differ(
    files, ids, tmp_path
):
    for file in files:
        put(tmp_path, file, WEBANNO)
    assert ids == [document.id for document in read(tmp_path)]


def test_of_ontonotes_files_of_one_document_the_gold_one_is_read(tmp_path):
    for name in ("bc/a.v4_auto_conll", "bc/a.v4_gold_conll", "bc/a.gold_skel", "bc/b.v4_auto_conll"):
        put(tmp_path, name, ONTONOTES.format(name[3]))
    notes = Notes()
    assert ["nw/a_0", "nw/b_0"] == [document.id for document in read(tmp_path, options=Options(notes=notes))]
    assert 2 == notes.counts["files passed over, which stand beside their gold_conll"]


def test_what_explains_webannos_files_is_not_read(tmp_path):
    put(tmp_path, "a/reference.tsv", WEBANNO)
    put(tmp_path, "a/reference-explained.txt", WEBANNO.replace("1-1", "This line says that\n1-1"))
    assert ["a/reference"] == [document.id for document in read(tmp_path)]


def test_brats_hidden_files_are_passed_over(tmp_path):
    for name, content in (("x/a.txt", "EU"), ("x/a.ann", "T1\tORG 0 2\tEU\n")):
        put(tmp_path, name, content)
    put(tmp_path, "__MACOSX/x/._a.ann", "\0\5\26")
    put(tmp_path, "x/._a.ann", "\0\5\26")
    assert [("x/a", 1)] == [(document.id, len(document.mentions)) for document in read(tmp_path)]
