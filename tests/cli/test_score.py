"""goldwire score: every number with its measure, one line on bad input."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from goldwire.cli.score import command
from goldwire.compat.profiles import PROFILES
from goldwire.document import Document, Entity, Mention, Relation
from goldwire.errors import GoldwireError
from goldwire.formats import write

ROOT = Path(__file__).parents[2]
TEXT = "Barack Obama met Angela Merkel in Berlin."
MENTIONS = (Mention(0, 12, "PERSON", "m1"), Mention(17, 30, "PERSON", "m2"), Mention(34, 40, "GPE", "m3"))
GOLD = Document("a", TEXT, MENTIONS, (Relation("m1", "m3", "visits"),), (Entity("Obama", ("m1",), "Barack Obama"),))
PRED = Document("a", TEXT, (MENTIONS[0], Mention(24, 30, "PERSON", "m2"), MENTIONS[2]), GOLD.relations, GOLD.entities)


@pytest.fixture
def files(tmp_path):
    paths = tmp_path / "gold.jsonl", tmp_path / "pred.jsonl"
    for document, path in zip((GOLD, PRED), paths, strict=True):
        write([document], path, "goldwire")
    return [str(path) for path in paths]


def run(files, *options):
    result = CliRunner().invoke(command, [files[1], "--gold", files[0], *options], catch_exceptions=True)
    if isinstance(result.exception, GoldwireError):
        raise result.exception
    return result


def test_all_layers_are_scored_and_signed(files):
    shown = json.loads(run(files, "--json").output)
    micro = {row["measure"]: row["f1"] for row in shown["scores"] if row["name"] == "micro"}
    assert round(micro["mentions/strict"], 3) == 0.667
    assert (micro["mentions/type"], micro["relations/strict"]) == (1, 1)
    assert {"coreference/conll", "links/strong"} <= set(shown["signature"])
    assert shown["signature"]["mentions/strict"].startswith("measure:mentions/strict|")


def test_mistakes_slices_and_seqeval_are_shown_on_request(files):
    shown = run(files, "--errors", "--slices", "length", "--with", "seqeval", "--measure", "mentions/strict").output
    assert "boundary: shorter: PERSON 17-30 'Angela Merkel' -> PERSON 24-30 'Merkel'" in shown
    assert "mentions/strict by length  2 words" in shown
    assert "seqeval mode=strict scheme=IOB2" in shown


def test_the_confusion_matrix_names_gold_in_rows_with_missing_and_spurious(files):
    shown = run(files, "--errors").output
    assert ["gold", "\\", "predicted", "GPE", "PERSON"] in [line.split() for line in shown.splitlines()]
    assert ["PERSON", "·", "2"] in [line.split() for line in shown.splitlines()]


def test_markdown_and_output_hold_the_same_numbers(files, tmp_path):
    assert "| mentions/strict | micro | 66.67 | 66.67 | 66.67 |" in run(files, "--markdown").output
    result = run(files, "--output", str(tmp_path / "scores.json"))
    assert result.output == "wrote " + str(tmp_path / "scores.json") + "\n"
    assert json.loads((tmp_path / "scores.json").read_text())["notes"] == []


def test_a_pattern_names_measures_and_the_list_of_them_is_docs_measures_md(files):
    shown = json.loads(run(files, "--json", "--measure", "mentions/iou-*").output)
    assert {"mentions/iou-50", "mentions/iou-75"} == {row["measure"] for row in shown["scores"]}
    listed = CliRunner().invoke(command, ["--list", "--markdown"]).output
    assert (ROOT / "docs" / "measures.md").read_text(encoding="utf-8") == listed


def test_the_list_of_profiles_is_docs_profiles_md_and_names_all():
    listed = CliRunner().invoke(command, ["--profiles", "--markdown"]).output
    assert (ROOT / "docs" / "profiles.md").read_text(encoding="utf-8") == listed
    rows = json.loads(CliRunner().invoke(command, ["--profiles", "--json"]).output)
    assert list(PROFILES) == [row["profile"] for row in rows]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--measure", "mentions/lenient"], "unknown measure 'mentions/lenient'"),
        (["--slices", "metadata:outlet"], "no gold document has the metadata 'outlet'"),
        (["--slices", "metadata:"], "no gold document has the metadata ''"),
        (["--slices", "colour"], "unknown property 'colour'"),
        (["--gold", "nowhere.jsonl"], "nowhere.jsonl: there is no such file"),
        (["--labels", "nowhere.toml"], "nowhere.toml: No such file"),
    ],
)
def test_a_mistake_of_the_user_is_one_line(files, options, message):
    with pytest.raises(GoldwireError, match=message) as caught:
        run(files, *options)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--set", "colum=2"], "--set colum: these files take column, documents, encoding, scheme, token"),
        (["--set", "pred.colum=2"], "--set pred.colum: these files take"),
        (["--json", "--markdown"], "choose one"),
    ],
)
def test_wrong_usage_is_exit_2_and_named(options, message, tmp_path):
    paths = [str(tmp_path / "gold.conll"), str(tmp_path / "pred.conll")]
    for path in paths:
        write([GOLD], Path(path), "conll")
    result = run(paths, *options)
    assert 2 == result.exit_code and message in result.output
    assert 0 == run(paths, "--set", "gold.column=2").exit_code


def test_scoring_imports_nothing_heavy(files):
    code = (
        "import sys; from goldwire import score; "
        f"score({files[0]!r}, {files[1]!r}, bootstrap=100); "
        "print([m for m in ('datasets', 'pandas', 'scipy', 'spacy', 'rich', 'pyarrow') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--scheme", "IOB2"], "--scheme IOB2: these files have no tags of tokens"),
        (["--training", "nowhere.jsonl"], "--training goes with --slices seen"),
        (["--seed", "3"], "--seed and --interval go with --bootstrap"),
        (["--interval", "bca"], "--seed and --interval go with --bootstrap"),
    ],
)
def test_an_option_that_would_change_nothing_is_refused(files, options, message):
    result = run(files, *options)
    assert (result.exit_code, message in result.output) == (2, True)


def test_mistakes_over_a_gold_without_texts_are_shown_in_the_predictions(files, tmp_path):
    write([Document("a", "", MENTIONS)], tmp_path / "bare.jsonl", "goldwire")
    shown = run([str(tmp_path / "bare.jsonl"), files[1]], "--errors").output
    assert "PERSON 17-30 'Angela Merkel' -> PERSON 24-30 'Merkel'  … Barack Obama met [Angela Merkel]" in shown
