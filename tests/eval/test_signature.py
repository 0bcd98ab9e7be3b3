"""A signature tells two numbers apart just where a convention or what was scored differs."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from goldwire.cli.score import command
from goldwire.document import Document, Mention, Relation, Span
from goldwire.eval.reading import Reading
from goldwire.eval.scoring import score
from goldwire.formats import write
from goldwire.labels import LabelSet, MentionLabel, RelationLabel

TAGS = """Angela B-PER B-PER I-PER
Merkel I-PER O I-PER
spoke O O B-PER
. O O O

Berlin B-LOC B-LOC B-LOC
Mitte I-LOC I-ORG O
"""
TEXT = "Angela Merkel met Emmanuel Macron in Berlin."
MENTIONS = (Mention(0, 13, "PERSON", "m1"), Mention(18, 33, "PERSON", "m2"), Mention(37, 43, "GPE", "m3"))
GOLD = Document("a", TEXT, MENTIONS, (Relation("m1", "m2", "met"),), tokens=(Span(0, 6), Span(7, 13)))
PRED = Document("a", TEXT, MENTIONS[:2], (Relation("m2", "m1", "met"),))


def of_tags(tmp_path, *options):
    path = str(tmp_path / "both.conll")
    (tmp_path / "both.conll").write_text(TAGS)
    words = [path, "--gold", path, "--set", "gold.column=2", "--repair", "discard", "--json", *options]
    return json.loads(CliRunner().invoke(command, words, catch_exceptions=False).stdout)


def figures(result):
    return [(row["measure"], row["name"], row["f1"], row["low"]) for row in result["scores"]]


def declared(**how):
    labels = {"met": RelationLabel(**how)}
    return LabelSet("1", "news", mentions={"PERSON": MentionLabel(), "GPE": MentionLabel()}, relations=labels)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["--set", "pred.column=3"], ["--set", "pred.column=4"]),
        (["--set", "pred.column=3"], ["--set", "pred.column=3", "--repair", "conlleval"]),
        (["--set", "pred.column=4"], ["--set", "pred.column=4", "--scheme", "IOB1"]),
        (["--set", "pred.column=4", "--profile", "seqeval"], ["--set", "pred.column=3", "--profile", "seqeval"]),
    ],
)
def test_another_reading_of_the_same_file_has_another_signature(tmp_path, one, other):
    first, second = of_tags(tmp_path, *one), of_tags(tmp_path, *other)
    assert figures(first) != figures(second)
    assert first["signature"] != second["signature"]


@pytest.mark.parametrize("more", [["--errors"], ["--slices", "label"], ["--with", "seqeval"]])
@pytest.mark.parametrize("how", [["--bootstrap", "50"], ["--bootstrap", "50", "--unit", "document"], ["--flat"]])
def test_what_is_asked_for_beside_the_scores_changes_neither_them_nor_their_signature(tmp_path, how, more):
    plain = of_tags(tmp_path, "--set", "pred.column=4", *how)
    asked = of_tags(tmp_path, "--set", "pred.column=4", *how, *more)
    assert figures(plain) == figures(asked)
    assert plain["signature"] == asked["signature"]


def test_directions_that_labels_declare_are_in_it():
    one, other = (score([GOLD], [PRED], labels=declared(symmetric=way)) for way in (False, True))
    assert (one["relations/strict"].f1, other["relations/strict"].f1) == (0, 1)
    assert one.signature_of("relations/strict") != other.signature_of("relations/strict")
    assert one.signature == score([GOLD], [PRED], labels=declared(description="who met whom")).signature


@pytest.mark.parametrize("part", ["tokens", "sentences"])
def test_tokens_and_sentences_of_the_gold_are_in_it(part):
    other = replace(GOLD, **{part: (Span(0, 13), Span(14, 44))})
    one, two = (score([gold], [PRED]).signature.fields for gold in (GOLD, other))
    assert (one["gold"] == two["gold"], one["pred"] == two["pred"]) == (False, True)


def test_how_the_sides_were_made_is_in_it_however_they_are_read(tmp_path):
    made = Reading(made={"label-map": "conll2003+1a2b3c4d", "view": "names"})
    for name in ("a.jsonl", "a.parquet"):
        write([GOLD], tmp_path / name, "goldwire" if name.endswith("l") else "hf")
        fields = score(tmp_path / name, tmp_path / name, reading=made).signature.fields
        assert (fields["label-map"], fields["view"]) == ("conll2003+1a2b3c4d", "names")


def test_a_scheme_has_one_name_in_it(tmp_path):
    how = ["--set", "pred.column=3"]
    assert of_tags(tmp_path, *how, "--scheme", "bio")["signature"] == of_tags(tmp_path, *how)["signature"]
    slow = [of_tags(tmp_path, *how, "--unit", "document", *more) for more in ([], ["--scheme", "bio"])]
    assert slow[0]["signature"] == slow[1]["signature"]


@pytest.mark.parametrize("measure", ["mentions/surface-by-document", "relations/triples"])
def test_words_that_mentions_bring_where_there_is_no_text_are_told(measure):
    def side(words):
        ends = Mention(0, 2, "GPE", "m1", text=words), Mention(5, 7, "GPE", "m2", text="Bonn")
        return [Document("a", "", ends, (Relation("m1", "m2", "near"),))]

    found = [score(side("Berlin"), side(words), measures=[measure]) for words in ("Berlin", "Mainz")]
    assert found[0].rows[0].f1 != found[1].rows[0].f1
    assert len({one.signature.fields["gold"] for one in found}) == 1
    assert len({one.signature.fields["pred"] for one in found}) == 2
