"""Files in other encodings than UTF-8: UTF-16 that its mark tells is read, what cannot be read is named by its byte."""

import tempfile
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.errors import GoldwireError
from goldwire.formats import Options, columns, read, recognise

CONLL = "José B-PER\nsays O\n\nUN B-ORG\n"
CSV = "Sentence,Word,Tag\n1,José,B-PER\n1,says,O\n2,UN,B-ORG\n"


@pytest.mark.parametrize(("name", "content"), [("a.conll", CONLL), ("a.csv", CSV)])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-8-sig"])
def test_a_byte_order_mark_tells_the_encoding(name, content, encoding, tmp_path):
    path = tmp_path / name
    path.write_bytes(content.encode(encoding) if encoding != "utf-16-be" else b"\xfe\xff" + content.encode(encoding))
    assert recognise(path).name in ("conll", "hf")
    assert ["José", "UN"] == [m.text for document in read(path) for m in document.mentions]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.conll", CONLL.encode("latin-1"), "a.conll:1: is not utf-8 at byte 3 of the line (it looks like Latin-1)"),
        ("a.csv", CSV.encode("latin-1"), "--set encoding=latin-1"),
        ("a.jsonl", '{"id":"a","text":"José"}\n'.encode("latin-1"), "a.jsonl:1: is not UTF-8 at byte 21"),
        ("a.json", '[{"text":"José","entities":[]}]'.encode("utf-16") + b"x", "is not UTF-16, as its mark says"),
        ("a.jsonl", '{"id":"a","text":"José"}\n'.encode("utf-16") + b"x", "is not UTF-16, as its mark says"),
    ],
)
def test_what_is_in_no_encoding_that_is_read_is_said_in_one_line(name, content, says, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(GoldwireError) as caught:
        list(read(path))
    assert says in str(caught.value) and "\n" not in str(caught.value)


JOSE = '"start": 0, "end": 4, "text": "José"'
LINE = f'{{"id": "a", "text": "José left", "mentions": [{{"id": "m1", {JOSE}, "label": "PER"}}]}}\n'
SPERT = '[{"tokens": ["José"], "entities": [{"type": "PER", "start": 0, "end": 1}], "relations": []}]'
REGION = f'{{"id": "r", "from_name": "l", "to_name": "t", "type": "labels", "value": {{{JOSE}, "labels": ["PER"]}}}}'
TASK = f'[{{"id": 1, "data": {{"text": "José"}}, "annotations": [{{"id": 1, "result": [{REGION}]}}]}}]'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", LINE),
        ("a.jsonl", LINE),
        ("b.json", f"[{LINE}]"),
        ("c.jsonl", LINE.replace("\n", "\r\n")),
        ("doccano.jsonl", '{"id": 1, "text": "José", "label": [[0, 4, "PER"]]}\n'),
        ("spert.json", SPERT),
        ("tasks.json", TASK),
        ("tags.jsonl", '{"tokens": ["José", "left"], "ner_tags": ["B-PER", "O"]}\n'),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-8-sig"])
def test_a_byte_order_mark_tells_the_encoding_of_json(name, content, encoding, tmp_path):
    path = tmp_path / name
    path.write_bytes(content.encode(encoding) if encoding != "utf-16-be" else b"\xfe\xff" + content.encode(encoding))
    assert ["José"] == [m.text for document in read(path) for m in document.mentions]


def test_an_encoding_that_is_told_goes_before_the_mark(tmp_path):
    path = tmp_path / "a.conll"
    path.write_bytes(CONLL.encode("latin-1"))
    found = read(path, options=Options(settings={"encoding": "latin-1"}))
    assert ["José", "UN"] == [m.text for document in found for m in document.mentions]


@given(st.text(alphabet="a \t\r\n", max_size=40), st.integers(1, 4))
def test_lines_are_the_same_wherever_a_block_ends(text, size):
    expected = [line.removesuffix("\r") for line in text.split("\n")]
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(columns, "_BLOCK", size):
        path = Path(folder, "a.conll")
        path.write_bytes(text.encode())
        lines = list(columns.text_lines(path, Options()))
        groups = list(columns.groups_of_lines(path, Options()))
    assert list(enumerate(expected, start=1)) == [*lines, *([] if text.split("\n")[-1] else [(len(expected), "")])]
    numbered = [pair for first, group in groups for pair in enumerate(group, start=first)]
    assert [(number, line) for number, line in lines if line.strip(" \t\r")] == numbered
    assert all(first - 1 not in dict(numbered) for first, _ in groups)
