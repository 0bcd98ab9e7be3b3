"""Annotations without texts: nothing of the text is in them, and with the text they are the whole again."""

import json

import pytest
from hypothesis import given, settings

from goldwire.corpus.load import gold_documents
from goldwire.corpus.standoff import joined, read_standoff, without_texts
from goldwire.document import canonical
from goldwire.errors import InputError
from random_documents import documents
from small_corpus import BRIEF, LEAD, brief, goldwire, lead, write_corpus

CORPUS = gold_documents()


def texts_of(folder, found):
    folder.mkdir(exist_ok=True)
    for document in found:
        (folder / f"{document.id}.txt").write_bytes(document.text.encode())
    return folder


def test_goldwires_own_corpus_survives_and_no_surface_is_in_the_file(tmp_path):
    (tmp_path / "a.jsonl").write_text("".join(without_texts(CORPUS)), encoding="utf-8")
    assert list(CORPUS) == joined(read_standoff(tmp_path / "a.jsonl"), texts_of(tmp_path / "texts", CORPUS))
    for line in without_texts(CORPUS):
        document = json.loads(line)["document"]
        assert "" == document["text"] and not any("text" in mention for mention in document["mentions"])


@settings(max_examples=30)
@given(document=documents())
def test_any_document_survives(document, tmp_path_factory):
    folder, whole = tmp_path_factory.mktemp("texts"), canonical(document)
    (folder / "a.jsonl").write_text("".join(without_texts([whole])), encoding="utf-8")
    if all(relation.head != relation.tail for relation in whole.relations):
        assert [whole] == joined(read_standoff(folder / "a.jsonl"), texts_of(folder, [whole]))


def test_another_text_is_refused_even_if_only_its_line_ends_differ(tmp_path):
    (tmp_path / "a.jsonl").write_text("".join(without_texts([lead()])), encoding="utf-8")
    (tmp_path / "lead.txt").write_bytes(LEAD.replace("\n", "\r\n").encode())
    with pytest.raises(InputError, match="is not the text that was annotated"):
        joined(read_standoff(tmp_path / "a.jsonl"), tmp_path)


def test_an_id_cannot_lead_out_of_the_folder(tmp_path):
    line = next(iter(without_texts([brief()]))).replace('"id":"brief"', '"id":"../brief"')
    (tmp_path / "a.jsonl").write_text(line, encoding="utf-8")
    (tmp_path / "brief.txt").write_text(BRIEF)
    with pytest.raises(InputError, match="cannot name a text's file"):
        joined(read_standoff(tmp_path / "a.jsonl"), texts_of(tmp_path / "texts", []))


def test_the_verbs_write_and_join(tmp_path):
    write_corpus(tmp_path)
    assert 0 == goldwire("build", cwd=tmp_path).returncode
    assert 0 == goldwire("export", "annotations", "a.jsonl", "--corpus", "corpus", cwd=tmp_path).returncode
    assert 0 == goldwire("export", "join", "a.jsonl", "seeds", "whole.jsonl", cwd=tmp_path).returncode
    for name, told in (("a.jsonl", ("annotations", "-")), ("whole.jsonl", ("join", "a.jsonl", "seeds", "-"))):
        assert (tmp_path / name).read_text() == goldwire("export", *told, cwd=tmp_path).stdout
    assert not (tmp_path / "-").exists()
    run = goldwire("check", "whole.jsonl", "--finished", cwd=tmp_path)
    assert (0, "") == (run.returncode, run.stdout), run.stdout
