"""brat's annotations are read beside their text, named after it, or in a folder beside the texts' folder."""

import pytest

from goldwire.errors import BrokenRules
from goldwire.formats import Notes, Options, read, recognise

TEXT, ANN = "EU rejects lamb", "T1\tORG 0 2\tEU\n"


def put(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(TEXT if name.endswith(".txt") else ANN, encoding="utf-8")
    return folder


def told(path, **more):
    assert "brat" == recognise(path).name
    return [(document.id, [m.text for m in document.mentions]) for document in read(path, options=Options(**more))]


@pytest.mark.parametrize(
    ("names", "id"),
    [
        (("a.txt", "a.ann"), "a"),
        (("a.txt", "a.txt.ann"), "a"),
        (("txt/a.txt", "ann/a.ann"), "txt/a"),
        (("txt/a.txt", "ann/a.txt.ann"), "txt/a"),
        (("x[1]/txt/a*.txt", "x[1]/ann/a*.ann"), "x[1]/txt/a*"),
    ],
)
def test_annotations_find_their_text(names, id, tmp_path):
    put(tmp_path, *names)
    assert [(id, ["EU"])] == told(tmp_path)
    assert [(id.rpartition("/")[2], ["EU"])] == told(tmp_path / names[1])


def test_a_folder_of_annotations_alone_finds_the_texts_beside_it(tmp_path):
    put(tmp_path, "txt/a.txt", "txt/b.txt", "ann/a.ann", "ann/b.ann")
    assert [("a", ["EU"]), ("b", ["EU"])] == told(tmp_path / "ann")


def test_texts_without_annotations_in_the_texts_folder_are_noted(tmp_path):
    notes = Notes()
    assert [("txt/a", ["EU"]), ("txt/b", [])] == told(put(tmp_path, "txt/a.txt", "txt/b.txt", "ann/a.ann"), notes=notes)
    assert 1 == notes.counts["texts without annotations, read as documents without mentions"]


def test_a_readme_among_texts_is_no_document(tmp_path):
    notes = Notes()
    assert [("README", ["EU"]), ("a", ["EU"])] == told(put(tmp_path, "a.txt", "a.ann", "README.txt", "README.ann"))
    (tmp_path / "README.ann").unlink()
    assert [("a", ["EU"])] == told(put(tmp_path, "LICENSE.txt"), notes=notes)
    assert {"texts about the corpus, passed over": 2} == notes.counts


def test_of_two_texts_of_one_name_neither_is_taken(tmp_path):
    put(tmp_path, "one/a.txt", "two/a.txt", "ann/a.ann")
    with pytest.raises(BrokenRules, match=r"ann/a\.txt: there is no such text beside its annotations"):
        list(read(tmp_path))
