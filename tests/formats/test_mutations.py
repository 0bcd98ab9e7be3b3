"""Small files of every shape, broken at random: the command line reads them or says why not, and never breaks down."""

import contextlib
import io
import json
import sys
import tempfile
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goldwire.cli import main
from sample_files import (
    BIOC,
    BIOC_JSON,
    CONLL2003,
    CONLL2012,
    DWIE,
    HIPE,
    KNOWLEDGENET,
    MERKEL,
    OBAMA,
    ONEIE,
    PUBTATOR,
    TEXT,
    TRAINING,
)

REGION = {"id": "r", "from_name": "l", "to_name": "text", "type": "labels"}
ENDS = {"head": 1, "child": 4, "head_span": OBAMA, "child_span": MERKEL, "label": "met"}
LAYERS = {"ner": [[[0, 1, "PER"], [3, 4, "PER", 9.5, 0.9]]], "relations": [[[0, 1, 3, 4, "met"]]]}
JSON = {
    "goldwire": {"id": "a", "text": TEXT, "mentions": [{"id": "m1", **OBAMA}], "relations": [], "entities": []},
    "label_studio": {"data": {"text": TEXT}, "annotations": [{"id": 1, "result": [
        {**REGION, "value": {**OBAMA, "labels": ["P"]}}]}]},
    "docred": {"title": "a", "sents": [["EU", "left"]], "labels": [{"h": 0, "t": 0, "r": "P1", "evidence": [0]}],
               "vertexSet": [[{"name": "EU", "pos": [0, 1], "sent_id": 0, "type": "ORG"}]]},
    "dygie": {"doc_key": "a", "sentences": [TEXT.split()], **LAYERS,
              "clusters": [[[0, 1]]], "events": [[[[2, "Meet"]]]]},
    "gliner": {"tokenized_text": TEXT.split(), "ner": [[0, 1, "person"]]},
    "spert": {"tokens": ["EU"], "entities": [{"type": "O", "start": 0, "end": 1}], "relations": [], "orig_id": 1},
    "prodigy": {"text": TEXT, "spans": [OBAMA], "relations": [ENDS], "answer": "accept", "meta": {"id": 1}},
    "doccano": {"id": 1, "text": TEXT, "entities": [{"id": 3, "label": "P", "start_offset": 0, "end_offset": 9}],
                "relations": [{"from_id": 3, "to_id": 3, "type": "met"}]},
    "pair": TRAINING,
    "spans": {"text": TEXT, "entities": [{**OBAMA, "text": "Barack Obama", "pos": [0, 12]}],
              "relations": [{"head": 0, "tail": 0, "type": "x"}]},
    "hf": {"tokens": ["The", "EU"], "ner_tags": ["O", "B-ORG"]},
    "opennre": {"token": ["EU", "left"], "relation": "x", "h": {"name": "EU", "pos": [0, 1], "id": "Q1"},
                "t": {"name": "left", "pos": [1, 2]}},
    "fewrel": {"P1": [{"tokens": ["EU", "left"], "h": ["EU", "Q1", [[0]]], "t": ["left", "Q2", [[1]]]}]},
    "triples": {"text": TEXT, "triple_list": [["Obama", "met", "Merkel"]], "entityMentions": [
        {"text": "Obama", "label": "PER"}]},
    "hyperred": {"tokens": TEXT.split(), "entities": [{"span": [0, 2], "label": "E"}], "relations": [
        {"head": [0, 2], "tail": [3, 5], "label": "met", "qualifiers": [{"span": [2, 3], "label": "by"}]}]},
    "scirex": {"doc_id": "a", "words": TEXT.split(), "sentences": [[0, 5]], "sections": [[0, 5]],
               "ner": [[0, 2, "Method"]], "coref": {"O": [[0, 2]], "M": [[3, 5]]}, "method_subrelations": {
                   "O": [[[0, 1], "M"]]}, "n_ary_relations": [{"Method": "O", "Task": "M", "score": "1"}]},
    "bigbio": {"id": "a", "passages": [{"text": [TEXT], "offsets": [[0, 31]]}], "entities": [
        {"id": "1", "type": "PER", "text": ["Barack Obama"], "offsets": [[0, 12]]}], "relations": [
            {"type": "met", "arg1_id": "1", "arg2_id": "1"}]},
    "bioc": BIOC_JSON, "dwie": DWIE, "knowledgenet": KNOWLEDGENET, "oneie": ONEIE,
}  # fmt: skip
DDI = (
    '<document id="d"><sentence id="s" text="Obama met Merkel"><entity id="e0" charOffset="0-4" type="p" text="Obama"/>'
    '<entity id="e1" charOffset="10-15" type="p" text="Merkel"/><pair id="p" e1="e0" e2="e1" ddi="true" type="met"/>'
    "</sentence></document>"
)
SEMEVAL = '<doc><text id="A"><title>On <entity id="A.1">it</entity></title><abstract>\nNone.</abstract></text></doc>'
TEXTS = {
    "ddi": DDI,
    "semeval2018": SEMEVAL,
    "conll": CONLL2003,
    "conll2012": CONLL2012,
    "hipe": HIPE,
    "pubtator": PUBTATOR,
    "bioc": BIOC,
}
ANN = "T1\tPER 0 6;7 12\tBarack Obama\nT2\tMeet 13 16\tmet\nE1\tMeet:T2 A:T1\nR1\tx Arg1:T1 Arg2:E1\nA1\tn E1\n"
JUNK = [None, -1, 99, 10**30, 0.5, True, "", "x", [], {}, [[]], [None], "\ud800", {"a": 1}]
BYTES = [
    b"\0",
    b"\n",
    b"\r",
    b"\t",
    b" ",
    b"9",
    b"-",
    b"\xff",
    b"|",
    b";",
    b"T1",
    b"*",
    b"\xe2\x80\xa8",
    b"{",
    b"]",
    b"",
]


def places(value, path=()):
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


@st.composite
def broken_json(draw):
    value = json.loads(json.dumps([draw(st.sampled_from(list(JSON.values())))]))
    for _ in range(draw(st.integers(1, 2))):
        *path, key = draw(st.sampled_from([*places(value)][1:] or [(0,)]))
        inner = value
        for step in path:
            inner = inner[step]
        inner[key] = deepcopy(draw(st.sampled_from(JUNK)))
    return json.dumps(value if draw(st.booleans()) else value[0]).encode()


@st.composite
def broken_bytes(draw, content):
    data = content.encode()
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        data = data[:start] + draw(st.sampled_from(BYTES)) + data[start + draw(st.integers(0, 3)) :]
    return data


def convert(folder, name, monkeypatch, *more):
    """Give the exit code; anything but an exit is raised."""
    said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["goldwire", "convert", f"{folder}/{name}", f"{folder}/out/o.jsonl", *more])
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
        try:
            main()
        except SystemExit as error:
            return error.code
    return 0


@pytest.mark.parametrize("kind", ["json", *TEXTS, "brat"])
@given(data=st.data(), more=st.sampled_from([(), ("--repair", "discard")]))
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_no_broken_file_breaks_the_command_line(kind, data, more):
    content = data.draw(broken_json() if kind == "json" else broken_bytes(TEXTS.get(kind, ANN + "*\tEquiv T1 T2\n")))
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        name = {"json": "a.json", "brat": "a.ann"}.get(kind, "a.txt")
        (Path(folder) / name).write_bytes(content)
        if kind == "brat":
            (Path(folder) / "a.txt").write_text(TEXT, encoding="utf-8")
        assert convert(folder, name, patch, *more) in (0, 1)
