"""`goldwire convert` as a user runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from goldwire.cli.convert import command
from goldwire.formats.table import markdown_table

ROOT = Path(__file__).parents[2]
NESTED = {
    "id": "news-1",
    "text": "The University of Sydney said so",
    "mentions": [
        {"id": "m1", "start": 0, "end": 24, "label": "ORG"},
        {"id": "m2", "start": 18, "end": 24, "label": "GPE"},
    ],
}


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps(NESTED) + "\n")
    return path


def run(*words):
    return CliRunner().invoke(command, [str(word) for word in words])


def test_what_is_lost_is_said_before_the_counts(source, tmp_path):
    result = run(source, tmp_path / "out.conll")
    assert 0 == result.exit_code
    assert "1 × nested mentions that conll cannot hold (first: news-1)" in result.output
    assert "goldwire to conll: 1 documents, 2 mentions" in result.output
    assert "University\tI-ORG" in (tmp_path / "out.conll").read_text()


def test_strict_writes_nothing(source, tmp_path):
    target = tmp_path / "out.conll"
    assert "not written (--strict)" in str(run(source, target, "--strict").exception)
    assert not target.exists()


def test_equal_ids_are_said_and_never_written_over_each_other(source, tmp_path):
    source.write_text(json.dumps(NESTED) + "\n" + json.dumps(NESTED) + "\n")
    assert "1 × documents whose id another one has (first: news-1)" in run(source, tmp_path / "out.conll").output
    assert "news-1: is the id of two documents" in str(run(source, tmp_path / "b", "--to", "brat").exception)
    assert not (tmp_path / "b").exists()


def test_json_and_markdown_exclude_each_other():
    assert 2 == run("--list", "--json", "--markdown").exit_code


def test_a_setting_is_for_writing_where_both_formats_have_it(source, tmp_path):
    run(source, tmp_path / "a.conll")
    run(tmp_path / "a.conll", tmp_path / "b.conll", "--set", "scheme=BIOES")
    assert "Sydney\tE-ORG" in (tmp_path / "b.conll").read_text()


def test_an_unknown_setting_is_a_usage_error_that_names_the_known(source, tmp_path):
    result = run(source, tmp_path / "a.conll", "--set", "schema=BIOES")
    assert 2 == result.exit_code
    assert "goldwire to conll takes align, delimiter, documents, scheme" in result.output


def test_standard_output_holds_nothing_but_the_documents(source):
    words = [sys.executable, "-m", "goldwire", "convert", str(source), "-", "--to", "goldwire"]
    result = subprocess.run(words, capture_output=True, text=True)
    assert NESTED["text"] == json.loads(result.stdout)["text"]


def test_broken_offsets_are_one_line_and_exit_1(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps({**NESTED, "mentions": [{"start": 0, "end": 99, "label": "ORG"}]}) + "\n")
    words = [sys.executable, "-m", "goldwire", "convert", str(path), str(tmp_path / "out.conll")]
    result = subprocess.run(words, capture_output=True, text=True)
    assert 1 == result.returncode
    assert "news-1: mention ? (ORG): offset 99 lies outside the text of 32" in result.stderr
    assert "Traceback" not in result.stderr and not (tmp_path / "out.conll").exists()


def test_a_folder_with_files_in_it_is_not_written_over(source, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    assert "folder with files in it" in str(run(source, tmp_path / "out", "--to", "brat").exception)


def test_the_list_names_every_format_and_docs_formats_md_is_fresh():
    assert "webanno" in run("--list").output
    assert markdown_table() == (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
@pytest.mark.parametrize("kind", ["jsonl", "conll"])
def test_memory_does_not_grow_with_the_file(kind, tmp_path):
    path = tmp_path / f"big.{kind}"
    with path.open("w") as file:
        for number in range(500 if kind == "jsonl" else 12_500):
            word = f"{'news' * (25_000 if kind == 'jsonl' else 1_000)}{number}"
            document = {"id": f"n{number}", "text": word, "mentions": [{"start": 0, "end": 4, "label": "ORG"}]}
            file.write(json.dumps(document) + "\n" if kind == "jsonl" else f"{word}\tB-ORG\n\n")
    assert path.stat().st_size > 50_000_000
    code = "import sys; from goldwire.cli import goldwire; goldwire(sys.argv[1:], standalone_mode=False)"
    code += "; print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    words = [sys.executable, "-c", code, "convert", str(path), str(tmp_path / "out.jsonl"), "--to", "goldwire"]
    result = subprocess.run(words, capture_output=True, text=True)
    assert 0 == result.returncode, result.stderr
    assert int(result.stdout) < 100_000
