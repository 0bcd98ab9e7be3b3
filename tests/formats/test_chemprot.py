"""ChemProt's and DrugProt's files are one corpus a set, and what does not fit is listed by file and line."""

import pytest

from goldwire.errors import BrokenRules
from goldwire.formats import Notes, Options, read, recognise

ABSTRACTS = "123\tAspirin blocks COX-1.\tIt binds COX-2 too.\n124\tNothing here.\tNothing.\n"
ENTITIES = (
    "123\tT1\tCHEMICAL\t0\t7\tAspirin\n123\tT2\tGENE-Y\t15\t20\tCOX-1\n123\tT3\tGENE-N\t31\t36\tCOX-2\n"
)  # fmt: skip
CHEMPROT = "123\tCPR:4\tY \tINHIBITOR\tArg1:T1\tArg2:T2\n123\tCPR:10\tN \tNOT\tArg1:T1\tArg2:T3\n"
DRUGPROT = "123\tINHIBITOR\tArg1:T1\tArg2:T2\n"
GOLD = "123\tCPR:4\tArg1:T1\tArg2:T2\n"
TRAINING = {"chemprot_training_abstracts.tsv": ABSTRACTS, "chemprot_training_entities.tsv": ENTITIES,
            "chemprot_training_relations.tsv": CHEMPROT, "chemprot_training_gold_standard.tsv": GOLD}  # fmt: skip
TEST = {"chemprot_test_abstracts_gs.tsv": ABSTRACTS, "chemprot_test_entities_gs.tsv": ENTITIES,
        "chemprot_test_gold_standard.tsv": GOLD}  # fmt: skip
DRUGS = {"drugprot_training_abstracs.tsv": ABSTRACTS, "drugprot_training_entities.tsv": ENTITIES,
         "drugprot_training_relations.tsv": DRUGPROT}  # fmt: skip
PLAIN = {"abstracts.tsv": ABSTRACTS, "entities.tsv": ENTITIES, "relations.tsv": DRUGPROT}
SCORED = [("Aspirin", "CPR:4", "COX-1")]


def put(folder, files):
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def told(documents):
    found = [(document.by_id(), r) for document in documents for r in document.relations]
    return [(names[r.head].text, r.label, names[r.tail].text) for names, r in found]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (TRAINING, [*SCORED, ("Aspirin", "CPR:10", "COX-2")]),
        (TEST, SCORED),
        (DRUGS, [("Aspirin", "INHIBITOR", "COX-1")]),
        (PLAIN, [("Aspirin", "INHIBITOR", "COX-1")]),
    ],
)
@pytest.mark.parametrize("given", ["folder", "abstracts", "entities"])
def test_the_files_of_a_set_are_its_documents(files, expected, given, tmp_path):
    put(tmp_path, files)
    path = next((tmp_path / name for name in files if given[:6] in name), tmp_path)
    assert "chemprot" == recognise(path).name
    documents = list(read(path))
    assert ["123", "124"] == [document.id for document in documents]
    assert "Aspirin blocks COX-1. It binds COX-2 too." == documents[0].text
    assert ["title", "abstract"] == [zone.label for zone in documents[0].zones]
    assert expected == told(documents)


def test_a_folder_of_folders_is_all_its_sets(tmp_path):
    put(tmp_path / "a", TRAINING)
    put(tmp_path / "b", TEST)
    assert "chemprot" == recognise(tmp_path).name
    assert 4 == len(list(read(tmp_path)))


def test_relations_have_their_type_and_those_the_task_does_not_score_can_be_left_out(tmp_path):
    put(tmp_path, TRAINING)
    first = next(read(tmp_path))
    assert [{"evaluated": "Y", "type": "INHIBITOR"}, {"evaluated": "N", "type": "NOT"}] == [
        dict(relation.attributes) for relation in first.relations
    ]
    notes = Notes()
    assert SCORED == told(read(tmp_path, options=Options(settings={"evaluated": "yes"}, notes=notes)))
    assert 1 == sum(notes.counts.values())


@pytest.mark.parametrize(
    ("file", "line", "says"),
    [
        ("entities.tsv", "123\tT4\tGENE-Y\t15\t20\tCOX-2", "its source says 'COX-2', but the text has 'COX-1'"),
        ("entities.tsv", "123\tT4\tGENE-Y\tx\t20\tCOX-2", "offsets 'x' and '20'"),
        ("entities.tsv", "999\tT4\tGENE-Y\t15\t20\tCOX-2", "is of 999, which no abstract has"),
        ("entities.tsv", "123\tT4", "2 columns, 6 were expected"),
        ("relations.tsv", "123\tINHIBITOR\tArg1:T1\tArg2:T9", "there is no entity T9"),
        ("relations.tsv", "124\tINHIBITOR\tArg1:T1\tArg2:T2", "there is no entity T1"),
        ("abstracts.tsv", "125\tNo abstract", "2 columns, 3 were expected"),
    ],
)
def test_a_line_that_does_not_fit_is_listed_and_only_it_is_left_out(file, line, says, tmp_path):
    put(tmp_path, {**PLAIN, file: PLAIN[file] + line + "\n"})
    with pytest.raises(BrokenRules) as caught:
        list(read(tmp_path))
    (problem,) = caught.value.problems
    assert says in str(problem) and f"{file}:{PLAIN[file].count(chr(10)) + 1}" in str(problem)
    documents = list(read(tmp_path, options=Options("discard")))
    assert (2, 3, 1) == (len(documents), len(documents[0].mentions), len(documents[0].relations))
