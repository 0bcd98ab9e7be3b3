"""docs/results.md names every key that the commands print as JSON."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from goldwire.cli import compare, conform, explain, score
from goldwire.document import Document, Mention, Relation, Span
from goldwire.formats import write

PAGE = (Path(__file__).parents[1] / "docs" / "results.md").read_text(encoding="utf-8")
PARTS = dict(re.findall(r"^## `goldwire (\w+)`\n(.*?)(?=^## |\Z)", PAGE, re.S | re.M))
TEXT = "Angela Merkel met Emmanuel Macron in Berlin."
MENTIONS = (
    Mention(0, 13, "PERSON", "m1"),
    Mention(18, 33, "PERSON", "m2", fragments=(Span(18, 20), Span(25, 33))),
    Mention(37, 43, "GPE", "m3"),
)
GOLD = Document("a", TEXT, MENTIONS, (Relation("m1", "m2", "met"),))
PRED = Document("a", TEXT, MENTIONS[::2], (Relation("m1", "m3", "met"),))
VALUES = {"signature", "settings", "expected", "answer", "left_out", "notes", "failures"}  # keys of their own in them


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, document in (("gold", GOLD), ("pred", PRED)):
        write([document, Document("b", TEXT, MENTIONS[:1])], tmp_path / f"{name}.jsonl", "goldwire")
    return tmp_path


def printed(command, *words):
    return json.loads(CliRunner().invoke(command, [*words, "--json"], catch_exceptions=False).stdout)


def keys(value):
    if isinstance(value, dict):
        return {*value, *(key for name, item in value.items() if name not in VALUES for key in keys(item))}
    return {key for item in value for key in keys(item)} if isinstance(value, list) else set()


def documented(verb):
    return set(re.findall(r"`([^`]+)`", PARTS[verb].replace("slices by BY", "slices by label")))


def test_those_of_score_are_on_the_page(folder):
    more = (
        "--errors",
        "--by-document",
        "--slices",
        "label",
        "--with",
        "seqeval",
        "--bootstrap",
        "10",
        "--unit",
        "sentence",
    )
    assert keys(printed(score.command, "pred.jsonl", "--gold", "gold.jsonl", *more)) <= documented("score")


def test_those_of_compare_are_on_the_page(folder):
    found = printed(compare.command, "pred.jsonl", "gold.jsonl", "--gold", "gold.jsonl", "--resamples", "20")
    assert keys(found) <= documented("compare")


def test_those_of_explain_are_on_the_page(folder):
    words = ("goldwire", "goldwire:average=macro", "--pred", "pred.jsonl", "--gold", "gold.jsonl")
    assert keys(printed(explain.command, *words)) <= documented("explain")


def test_those_of_conform_are_on_the_page():
    assert keys(printed(conform.command, "goldwire")) <= documented("conform")
