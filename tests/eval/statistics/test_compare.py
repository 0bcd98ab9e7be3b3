"""Comparing systems: what is tested, how it is adjusted, and what is said of it."""

import json
import math
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click import UsageError
from click.testing import CliRunner

from goldwire.cli.compare import command
from goldwire.cli.score import command as score_command
from goldwire.document import Document, Mention, Span
from goldwire.errors import InputError
from goldwire.eval.counts import (
    AVERAGES,
    COLUMNS,
    GOLD,
    GOLD_CORRECT,
    PRED,
    PRED_CORRECT,
    Counts,
    precision_recall_f1,
)
from goldwire.eval.measures import by_name
from goldwire.eval.statistics.compare import Drawing, compare
from goldwire.eval.statistics.significance import difference, holm
from goldwire.formats import read, write

STRICT = by_name("mentions/strict")
FEW = Drawing(resamples=400)
NEWS = "Boeing fell. Airbus rose. Lufthansa slid."
TEXT = "Shares of Boeing fell 3 percent in New York on Tuesday."


def system(found, gold=10) -> Counts:
    values = np.zeros((len(found), 1, len(COLUMNS)), np.int64)
    values[:, 0, 0] = values[:, 0, 1] = gold
    values[:, 0, 2] = values[:, 0, 3] = found
    return Counts("mentions/strict", ("ORG",), values, tuple(f"reuters-{n:02}" for n in range(len(found))))


def test_three_systems_are_three_tests_and_adjusted_for_being_three():
    systems = {"rules": system([2, 4, 3, 5, 2, 4, 3]), "crf": system([5, 6, 7, 6, 7, 5, 6]), "bert": system([9] * 7)}
    found = compare(systems, STRICT, drawing=FEW)
    assert [(test.first, test.second) for test in found.tests] == [("rules", "crf"), ("rules", "bert"), ("crf", "bert")]
    assert [test.holm for test in found.tests] == holm([test.p for test in found.tests]).tolist()
    assert all(test.exact and test.p == 2 / 2**7 for test in found.tests)


def test_a_clear_difference_is_called_one_and_its_interval_leaves_zero_out():
    found = compare({"rules": system([2, 4, 3, 5, 2, 4, 3]), "bert": system([9] * 7)}, STRICT, drawing=FEW)
    test = found.tests[0]
    assert 0 < test.low < test.difference < test.high
    assert found.sentences[0].startswith("bert is better than rules by 57.14 points: p = 0.0156")


def test_two_documents_are_said_to_tell_nothing_apart_whatever_the_scores():
    found = compare({"rules": system([0, 1]), "bert": system([10, 10])}, STRICT, drawing=FEW)
    assert "may be chance" in found.sentences[0]
    assert "2 documents cannot tell these systems apart" in found.sentences[1]
    assert "could come out is 0.5" in found.sentences[1]


def test_one_document_is_said_to_be_too_few():
    found = compare({"rules": system([3]), "bert": system([9])}, STRICT, drawing=FEW)
    assert found.sentences[-1] == "1 document can tell no systems apart: a test needs two or more"
    assert math.isnan(found.tests[0].low) and math.isnan(found.figures[0].low)


def test_what_could_be_told_apart_is_said_in_points():
    random = np.random.default_rng(1)
    found = compare(
        {"a": system(random.integers(4, 9, 30)), "b": system(random.integers(4, 9, 30))}, STRICT, drawing=FEW
    )
    assert "30 documents can tell apart systems that truly differ by" in found.sentences[-1]
    assert f"{100 * found.tests[0].detectable:.1f} points" in found.sentences[-1]


def test_by_label_every_label_is_tested_and_adjusted_together():
    left, right = system([3, 5, 4, 4, 2]), system([6, 7, 5, 8, 9])
    both = [
        Counts(c.measure, ("ORG", "PER"), np.concatenate([c.values, c.values[::-1]], 1), c.documents)
        for c in (left, right)
    ]
    found = compare({"a": both[0], "b": both[1]}, STRICT, by_label=True, drawing=FEW)
    assert [test.name for test in found.tests] == ["micro", "macro", "weighted", "ORG", "PER"]
    assert found.tests[3].holm == min(1, 2 * found.tests[3].p)
    assert [test.holm for test in found.tests[:3]] == [test.p for test in found.tests[:3]]


def labelled(random, share, number=12):
    """A system of two labels that finds a share of the gold and invents some."""
    values = np.zeros((number, 2, len(COLUMNS)), np.int64)
    values[..., GOLD] = 8
    values[..., GOLD_CORRECT] = values[..., PRED_CORRECT] = random.binomial(8, share, (number, 2))
    values[..., PRED] = values[..., PRED_CORRECT] + random.binomial(4, 0.5, (number, 2))
    return Counts("mentions/strict", ("ORG", "PER"), values, tuple(f"reuters-{n:02}" for n in range(number)))


@pytest.mark.parametrize("method", ["percentile", "expanded", "bca"])
def test_differences_in_precision_and_recall_have_intervals_and_tests_for_every_average_and_label(method):
    random = np.random.default_rng(3)
    first, second = labelled(random, 0.5), labelled(random, 0.8)
    how = Drawing(resamples=300, method=method)
    found = compare({"a": first, "b": second}, STRICT, by_label=True, drawing=how)
    assert [test.name for test in found.tests] == ["micro", "macro", "weighted", "ORG", "PER"]
    for test in found.tests:
        reduce = AVERAGES.get(test.name, precision_recall_f1)
        place = (first.labels.index(test.name),) if test.name in first.labels else ()
        own = difference(first, second, reduce, resamples=300, method=method)
        expected = [
            (own.bootstrap.figures[(*place, which)], own.bootstrap.low[(*place, which)], own.p[(*place, which)])
            for which in range(3)
        ]
        told = [
            (test.precision_difference, test.precision_low, test.precision_p),
            (test.recall_difference, test.recall_low, test.recall_p),
            (test.difference, test.low, test.p),
        ]
        assert told == expected
        change = reduce(second.total()) - reduce(first.total())
        assert test.recall_difference == pytest.approx(change[(*place, 1)])


def test_named_the_other_way_round_all_differences_turn_their_sign():
    random = np.random.default_rng(4)
    systems = {"a": labelled(random, 0.5), "b": labelled(random, 0.8)}
    there = compare(systems, STRICT, drawing=FEW).tests[0]
    back = compare(dict(reversed(systems.items())), STRICT, drawing=FEW).tests[0]
    for part in ("precision", "recall"):
        assert getattr(there, f"{part}_difference") == -getattr(back, f"{part}_difference")
        assert getattr(there, f"{part}_low") == pytest.approx(-getattr(back, f"{part}_high"))
        assert getattr(there, f"{part}_p") == getattr(back, f"{part}_p")


def test_one_system_alone_or_a_measure_of_the_whole_corpus_is_refused():
    with pytest.raises(InputError, match="1 given; name two or more"):
        compare({"a": system([1, 2])}, STRICT)
    with pytest.raises(InputError, match="counts the corpus as a whole"):
        compare({"a": system([1]), "b": system([2])}, by_name("coreference/b3-corpus"))


@pytest.fixture
def files(tmp_path):
    """A gold of six documents, one system that misses New York in all, and one that has everything."""
    boeing, york = Mention(10, 16, "ORG", "m1"), Mention(35, 43, "GPE", "m2")
    made = {"gold": (boeing, york), "poor": (boeing,), "good": (boeing, york)}
    for name, mentions in made.items():
        documents = [Document(f"reuters-{n}", TEXT, mentions) for n in range(6)]
        write(documents, tmp_path / f"{name}.jsonl", "goldwire")
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments], catch_exceptions=False)


def test_the_command_prints_figures_tests_and_a_sentence(files):
    done = run(files / "poor.jsonl", files / "good.jsonl", "--gold", files / "gold.jsonl", "--resamples", 300)
    assert done.exit_code == 0
    assert "good is better than poor by 33.33 points: p = 0.0312 (all swaps enumerated)" in done.output


def test_the_command_prints_json_that_holds_everything(files):
    done = run(files / "poor.jsonl", files / "good.jsonl", "--gold", files / "gold.jsonl", "--json", "--by-label")
    found = json.loads(done.stdout)
    assert [test["name"] for test in found["tests"]] == ["micro", "macro", "weighted", "GPE", "ORG"]
    assert found["tests"][0]["recall_difference"] == 0.5 and found["tests"][0]["precision_difference"] == 0
    assert {"precision_low", "recall_high"} < found["figures"][0].keys()
    assert found["documents"] == 6 and found["resamples"] == 10_000 and found["seed"] == 0


def test_the_same_file_twice_is_refused(files):
    with pytest.raises(InputError, match="is named twice"):
        run(files / "poor.jsonl", files / "poor.jsonl", "--gold", files / "gold.jsonl")


GATE = [  # options beside --max-drop, whether the gate holds for a fall of F1 that two documents cannot prove
    (["50"], True),
    (["0"], False),
    (["0", "--by-label"], False),
    (["0", "--significant-only"], True),
]


@pytest.mark.parametrize(("options", "holds"), GATE)
def test_the_gate_fails_where_f1_falls_by_more_than_is_allowed(options, holds, tmp_path):
    mention, other = Mention(10, 16, "ORG"), Mention(33, 41, "DATE")
    sides = {"gold": (mention, other), "released": (mention, other), "candidate": (mention,)}
    for name, found in sides.items():
        write([Document("a", TEXT, found), Document("b", TEXT, found)], tmp_path / f"{name}.jsonl", "goldwire")
    paths = [str(tmp_path / f"{name}.jsonl") for name in sides]
    words = [*paths[1:], "--gold", paths[0], "--resamples", "100", "--max-drop", *options]
    result = CliRunner().invoke(command, words)
    assert holds is (result.exception is None)
    assert holds or "candidate is 33.33 points of mentions/strict micro F1 below released" in str(result.exception)


def test_systems_that_count_alike_are_said_to_have_the_same_f1():
    found = compare({"a": system([3, 5]), "b": system([3, 5])}, STRICT, drawing=FEW)
    assert found.sentences[0] == "a and b have the same F1"


def test_two_that_count_alike_do_not_stand_for_a_third_that_can_be_told_apart():
    one, other = system([2] * 9), system([8] * 8 + [9])
    found = compare({"a": one, "b": one, "c": other}, STRICT, drawing=FEW)
    assert found.tests[1].p == 2 / 2**9
    assert "9 documents can tell apart systems" in found.sentences[3]
    found = compare({"a": one, "b": system([8] * 9)}, STRICT, drawing=FEW)
    assert "9 documents, in which all differ by as much" in found.sentences[1]


def test_few_documents_have_no_bootstrap_p_that_no_test_bears_out_and_their_intervals_are_said_to_be_narrow():
    found = compare({"rules": system([0, 1, 1]), "bert": system([10, 9, 9])}, STRICT, drawing=FEW)
    assert found.tests[0].p == 0.25 and math.isnan(found.tests[0].p_bootstrap)
    assert found.sentences[-1].startswith("intervals drawn from no more than 3 documents are too narrow")
    many = compare({"rules": system([0, 1] * 10), "bert": system([10, 9] * 10)}, STRICT, drawing=FEW)
    assert many.tests[0].p_bootstrap < 0.05 and "too narrow" not in many.sentences[-1]


def test_a_setting_that_no_file_takes_is_refused(files):
    words = [files / "poor.jsonl", files / "good.jsonl", "--gold", files / "gold.jsonl", "--set", "colour=red"]
    with pytest.raises(UsageError, match="--set colour: these files take"):
        CliRunner().invoke(command, [str(word) for word in words], catch_exceptions=False, standalone_mode=False)


def test_documents_on_one_side_only_are_treated_as_asked(files):
    extra = Document("afp-1", TEXT)
    write([*read(files / "good.jsonl"), extra], files / "more.jsonl", "goldwire")
    words = (files / "poor.jsonl", files / "more.jsonl", "--gold", files / "gold.jsonl", "--json")
    with pytest.raises(InputError, match="document afp-1 not in the gold"):
        run(*words)
    assert json.loads(run(*words, "--extra-documents", "ignore").stdout)["documents"] == 6


def test_the_figures_and_signatures_are_those_of_score_and_the_gold_is_read_once(tmp_path, monkeypatch):
    (tmp_path / "gold.conll").write_text("Boeing B-ORG\nfell O\n\nin O\nNew B-GPE\nYork I-GPE\n")
    (tmp_path / "good.conll").write_text("Boeing B-ORG\nfell O\n\nin O\nNew B-GPE\nYork O\n")
    (tmp_path / "poor.conll").write_text("Boeing O\nfell O\n\nin I-GPE\nNew I-GPE\nYork I-GPE\n")
    monkeypatch.chdir(tmp_path)
    how = ["--gold", "gold.conll", "--measure", "mentions/partial", "--repair", "discard", "--json"]
    counted = Counter()
    monkeypatch.setattr("goldwire.eval.reading.read", lambda path, *how: counted.update([path]) or read(path, *how))
    found = json.loads(run("good.conll", "poor.conll", *how).stdout)
    assert counted[Path("gold.conll")] == 1
    for figure in found["figures"]:
        result = CliRunner().invoke(score_command, [f"{figure['system']}.conll", *how], catch_exceptions=False)
        shown = json.loads(result.stdout)
        assert figure["f1"] == shown["scores"][0]["f1"]
        assert found["signature"][figure["system"]] == shown["signature"]["mentions/partial"]


def test_sentences_are_drawn_on_request(tmp_path):
    ends = [0, *(n + 1 for n, letter in enumerate(NEWS) if letter == ".")]
    sentences = tuple(Span(start, end) for start, end in pairwise(ends))
    mentions = (Mention(0, 6, "ORG"), Mention(13, 19, "ORG"), Mention(26, 32, "ORG"))
    for name, found in {"gold": mentions, "poor": mentions[:1], "good": mentions}.items():
        write([Document("a", NEWS, found, sentences=sentences)], tmp_path / f"{name}.jsonl", "goldwire")
    words = (tmp_path / "poor.jsonl", tmp_path / "good.jsonl", "--gold", tmp_path / "gold.jsonl", "--unit", "sentence")
    assert "3 sentences cannot tell these systems apart" in run(*words).stdout
    with pytest.raises(InputError, match="mentions/label: sentences do not divide it"):
        run(*words, "--measure", "mentions/label")


def test_sentences_of_files_of_tags_are_drawn_unless_documents_are_asked_for(tmp_path):
    tags = {"gold": "B-ORG B-LOC B-ORG", "poor": "B-ORG O O", "good": "B-ORG B-LOC B-ORG"}
    for name, own in tags.items():
        lines = (f"{word} {tag}\n" for word, tag in zip(("Boeing", "Seattle", "Airbus"), own.split(), strict=True))
        (tmp_path / f"{name}.conll").write_text("-DOCSTART- O\n\n" + "\n".join(lines))
    words = (tmp_path / "poor.conll", tmp_path / "good.conll", "--gold", tmp_path / "gold.conll")
    assert "mentions/strict, 3 sentences" in run(*words).stdout
    assert "mentions/strict, 1 documents" in run(*words, "--unit", "document").stdout
    assert "mentions/label, 1 documents" in run(*words, "--measure", "mentions/label").stdout


@pytest.mark.parametrize("suffix", ["parquet", "jsonl"])
def test_tags_without_words_are_compared_as_score_reads_them(tmp_path, suffix):
    tags = {"gold": "B-ORG B-LOC B-ORG O", "poor": "B-ORG O O B-LOC", "good": "B-ORG B-LOC O O"}
    for name, own in tags.items():
        rows = [{"tags": [tag]} for tag in own.split()]
        worded = [{"tokens": ["Boeing"], **row} for row in rows]
        for path, held in ((tmp_path / f"{name}.{suffix}", rows), (tmp_path / f"{name}-words.{suffix}", worded)):
            if suffix == "parquet":
                pq.write_table(pa.Table.from_pylist(held), path)
            else:
                path.write_text("".join(json.dumps(row) + "\n" for row in held))
    bare, words = (
        ([f"poor{kind}.{suffix}", f"good{kind}.{suffix}", "--gold", f"gold{kind}.{suffix}"]) for kind in ("", "-words")
    )
    mixed = [f"poor-words.{suffix}", f"good.{suffix}", "--gold", f"gold.{suffix}"]
    found = [
        json.loads(run(*(tmp_path / w if "." in w else w for w in way), "--json").stdout)
        for way in (bare, words, mixed)
    ]
    assert found[0]["documents"] == 4
    assert [[row["f1"], row["low"]] for row in found[0]["figures"]] == [
        [row["f1"], row["low"]] for row in found[1]["figures"]
    ]
    assert [test["p"] for test in found[0]["tests"]] == [test["p"] for test in found[2]["tests"]]
    result = CliRunner().invoke(
        score_command, [str(tmp_path / f"good.{suffix}"), "--gold", str(tmp_path / f"gold.{suffix}"), "--json"]
    )
    assert json.loads(result.stdout)["signature"]["mentions/strict"] == found[0]["signature"]["good"]


def test_what_no_system_and_no_gold_has_is_said_to_be_nothing_to_compare():
    found = compare({"a": system([0, 0], gold=0), "b": system([0, 0], gold=0)}, STRICT, drawing=FEW)
    assert found.sentences[:2] == (
        "a and b: the difference is undefined",
        "2 documents, in which no F1 is defined: there is nothing that mentions/strict counts",
    )
