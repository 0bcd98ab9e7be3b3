"""Zip archives are read as what lies in them; errors and notes name the archive."""

import zipfile

import pytest

from goldwire.errors import BrokenRules, InputError
from goldwire.eval.scoring import score
from goldwire.formats import Notes, Options, read, recognise

CONLL = "EU B-ORG\nrejects O\n"
BRAT = {"a/x.txt": "EU met", "a/x.ann": "T1\tORG 0 2\tEU\n", "a/._x.ann": "\0", "__MACOSX/a/._x.ann": "\0"}


def zipped(folder, files):
    path = folder / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("files", "name", "ids"),
    [
        ({"result.conll": CONLL}, "conll", ["s1"]),
        ({"dev.conll": CONLL, "x/train.conll": CONLL}, "conll", ["dev", "x/train"]),
        (BRAT, "brat", ["a/x"]),
        ({"all.jsonl": '{"id": 1, "text": "EU", "label": [[0, 2, "ORG"]]}\n'}, "doccano", ["1"]),
    ],
)
def test_an_archive_is_read_as_what_lies_in_it(files, name, ids, tmp_path):
    path = zipped(tmp_path, files)
    assert name == recognise(path).name
    documents = list(read(path))
    assert (ids, [1] * len(ids)) == ([d.id for d in documents], [len(d.mentions) for d in documents])
    assert len(ids) == score(path, path)["mentions/strict"].gold


def test_what_is_broken_in_an_archive_is_told_by_its_place_there(tmp_path):
    path, notes = zipped(tmp_path, {**BRAT, "a/x.ann": "T1\tORG 0 9\tEU\nT2 ORG\n"}), Notes()
    with pytest.raises(BrokenRules) as caught:
        list(read(path))
    assert [str(path)] * 2 == [problem.where.split(":")[0].partition("/a/")[0] for problem in caught.value.problems]
    assert not any("/tmp/tmp" in line for line in str(caught.value).splitlines())
    list(read(path, options=Options("discard", notes=notes)))
    assert all(line.count(str(path)) for line in notes.lines())


@pytest.mark.parametrize("content", [b"PK\x03\x04xxxx", b"PK\x03\x04"])
def test_an_archive_that_cannot_be_unpacked_is_said_in_one_line(content, tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"a\.zip: is a zip archive that cannot be unpacked"):
        list(read(path))


def test_an_archive_of_nothing_known_is_named(tmp_path):
    with pytest.raises(InputError, match=r"export\.zip: is a folder of no format"):
        list(read(zipped(tmp_path, {"a.png": "x", "b.png": "y"})))
