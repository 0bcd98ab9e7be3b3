"""i2b2's concepts, assertions, relations and chains are read beside their texts, and what does not fit is listed."""

import pytest

from goldwire.errors import BrokenRules, InputError
from goldwire.formats import Notes, Options, read, recognise

TEXT = "CHIEF COMPLAINT :\nChest  pain .\nMs. Ng was given Aspirin for her chest pain .\n"
CON = (
    'c="chest pain" 2:0 2:1||t="problem"\nc="aspirin" 3:4 3:4||t="treatment"\nc="her chest pain" 3:6 3:8||t="problem"\n'
)
AST = 'c="chest pain" 2:0 2:1||t="problem"||a="present"\n'
REL = 'c="aspirin" 3:4 3:4||r="TrAP"||c="her chest pain" 3:6 3:8\n'
CHAINS = 'c="chest pain" 2:0 2:1||c="her chest pain" 3:6 3:8||t="coref problem"\n'
BESIDE = {"a.txt": TEXT, "a.con": CON, "a.ast": AST, "a.rel": REL, "a.chains": CHAINS}
APART = {"txt/a.txt": TEXT, "concept/a.con": CON, "ast/a.ast": AST, "rel/a.rel": REL, "chains/a.chains": CHAINS}
NAMED = {"docs/a.txt": TEXT, "concepts/a.txt.con": CON, "ast/a.txt.ast": AST, "rel/a.txt.rel": REL,
         "chains/a.txt.chains": CHAINS}  # fmt: skip


def put(folder, files):
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.encode())
    return folder


@pytest.mark.parametrize("files", [BESIDE, APART, NAMED])
@pytest.mark.parametrize("given", ["folder", "file"])
def test_a_text_and_its_annotations_are_one_document_wherever_they_stand(files, given, tmp_path):
    put(tmp_path, files)
    path = tmp_path if given == "folder" else tmp_path / next(name for name in files if name.endswith(".con"))
    assert "i2b2" == recognise(path).name
    (document,) = read(path)
    assert "a" == document.id
    told = [(m.text, m.label, m.attributes.get("assertion")) for m in document.mentions]
    expected = [("Chest  pain", "problem", "present"), ("Aspirin", "treatment", None)]
    assert [*expected, ("her chest pain", "problem", None)] == told
    names = document.by_id()
    assert [("Aspirin", "TrAP", "her chest pain")] == [
        (names[r.head].text, r.label, names[r.tail].text) for r in document.relations
    ]
    assert [["Chest  pain", "her chest pain"]] == [[names[name].text for name in e.mentions] for e in document.entities]
    assert (16, 3) == (len(document.tokens), len(document.sentences))


@pytest.mark.parametrize(
    ("file", "line", "says"),
    [
        ("a.con", 'c="aspirin" 3:5 3:5||t="treatment"', "the concept is 'aspirin', the text has 'for' at 3:5 3:5"),
        ("a.con", 'c="aspirin" 3:4 3:99||t="treatment"', "3:99 is no word of the text of 3 lines, 10 words there"),
        ("a.con", 'c="aspirin" 9:4 9:4||t="treatment"', "9:4 is no word of the text of 3 lines"),
        ("a.con", 'c="aspirin" 3:4||t="treatment"', "is no c=\"...\" LINE:WORD LINE:WORD"),
        ("a.con", 'c="aspirin" 3:4 3:4||r="x"', 'has no t="..."'),
        ("a.con", 'c="aspirin" 3:4 3:4||t="treatment"', "stands twice"),
        ("a.rel", 'c="aspirin" 3:4 3:4||r="TrAP"||c="ng" 3:1 3:1', 'there is no concept c="ng" 3:1 3:1'),
        ("a.rel", 'c="aspirin" 3:4 3:4||r="TrAP"', "2 parts"),
    ],
)  # fmt: skip
def test_a_line_that_does_not_fit_is_listed_and_only_it_is_left_out(file, line, says, tmp_path):
    put(tmp_path, {**BESIDE, file: BESIDE[file] + line + "\n"})
    number = BESIDE[file].count("\n") + 1
    with pytest.raises(BrokenRules) as caught:
        list(read(tmp_path))
    (problem,) = caught.value.problems
    assert says in str(problem) and f"{file}:{number}:" in str(problem)
    (document,) = read(tmp_path, options=Options("discard"))
    assert (3, 1) == (len(document.mentions), len(document.relations))


def test_annotations_without_a_text_are_named_and_a_text_without_them_is_noted(tmp_path):
    put(tmp_path, {**BESIDE, "b.con": CON, "c.txt": TEXT})
    with pytest.raises(BrokenRules, match=r"b\.con: there is no text b\.txt for it"):
        list(read(tmp_path))
    notes = Notes()
    assert ["a", "c"] == [document.id for document in read(tmp_path, options=Options("discard", notes=notes))]
    assert 1 == notes.counts["texts without annotations, read as documents without mentions"]


def test_a_text_in_latin_1_is_named_with_its_byte_and_can_be_told(tmp_path):
    put(tmp_path, {"a.con": CON})
    (tmp_path / "a.txt").write_bytes(TEXT.replace("Ng", "Núñez").encode("latin-1"))
    with pytest.raises((InputError, BrokenRules), match=r"a\.txt:3: is not utf-8 at byte 5.*--set encoding=latin-1"):
        list(read(tmp_path))
    (document,) = read(tmp_path, options=Options(settings={"encoding": "latin-1"}))
    assert "Núñez" in document.text
