"""Bad inputs, each given to the command line as a process: one clear line, exit 1 or 2, nothing half-written."""

import json
import os
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from goldwire.formats.goldwire_json import dump, dump_line
from small_corpus import BRIEF, brief, lead, write_corpus

LINE = dump_line(brief())
GOLD, LABELS, SEED = "annotations/gold/brief.json", "annotations/labels.toml", "seeds/brief.txt"
BUILT = str(Path(__file__).parents[1] / "corpus")
SCORE = ("score", "pred.jsonl", "--gold", "gold.jsonl")


class Case(NamedTuple):
    """A name; what is put where (bytes, or a function of the path); the command; what it must say; its exit code."""

    name: str
    put: dict
    command: tuple
    says: str
    code: int = 1


def pred(name, data, says, code=1):
    return Case(f"pred: {name}", {"pred.jsonl": data}, SCORE, says, code)


def gold(name, data, says):
    return Case(f"gold: {name}", {"gold.jsonl": data}, SCORE, says)


def checked(name, data, says, file=GOLD):
    return Case(f"check: {name}", {file: data}, ("check",), says)


def built(name, data, says, file=GOLD):
    return Case(f"build: {name}", {file: data}, ("build",), says)


def text(old, new, line=LINE):
    assert old in line, old
    return line.replace(old, new).encode()


def gone(path):
    path.unlink()


def folder(path):
    path.unlink()
    path.mkdir()


def forbidden(path):
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("the superuser may read everything")


def loop(path):
    path.unlink()
    path.symlink_to(path)


def unreadable(path):
    path.unlink()
    path.symlink_to("/proc/self/mem")


def gigabyte(path):
    path.write_bytes(b'{"id":"brief","text":"')
    os.truncate(path, 2**30)


DEEP = b'{"id":"brief","text":' + b"[" * 100_000
FILE = dump(brief())
CASES = [
    pred("an empty file", b"", "pred.jsonl: is empty"),
    pred("blank lines", b"\n\n", "pred.jsonl: is empty"),
    pred("truncated JSON", LINE[:90].encode(), "pred.jsonl:1: is not whole JSON"),
    pred("a second line cut off", (LINE + LINE[:50]).encode(), "pred.jsonl:2: is not whole JSON"),
    pred("an offset past the end", text('"end":27', '"end":6000'), "does not lie inside its text of 60 code points"),
    pred("a negative offset", text('"start":0', '"start":-1'), "does not lie inside its text of 60 code points"),
    pred(
        "an end before its start",
        text('"start":14,"end":27', '"start":27,"end":14'),
        "does not lie inside its text of 60 code points",
    ),
    pred("a text offset as text", text('"start":0', '"start":"0"'), "is not a document: Expected `int`, got `str`"),
    pred("a fractional offset", text('"start":0', '"start":0.5'), "is not a document: Expected `int`, got `float`"),
    pred(
        "an offset of a hundred digits",
        text('"start":0', '"start":' + "9" * 100),
        "does not lie inside its text of 60 code points",
    ),
    pred("UTF-16", LINE.encode("utf-16")[:-1], "is not UTF-16, as its mark says"),
    pred("Latin-1", text("Biden", "Bidén").decode().encode("latin-1"), "is not UTF-8 at byte"),
    pred("a lone surrogate", text("Biden met", "Biden \\ud800 met"), "broken JSON"),
    pred("a directory", folder, "of no format"),
    pred("no file", gone, "there is no such file"),
    pred("a binary file", bytes(range(256)) * 40, "of no format"),
    pred("a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "of no format"),
    pred("a list for a document", b'[["brief",""]]', "of no format that goldwire recognises"),
    pred("brackets without end", DEEP, "of no format that goldwire recognises"),
    pred("an unknown key", text('"id":"brief"', '"id":"brief","extra":1'), "unknown field `extra`"),
    pred("no text", b'{"id":"brief","mentions":[],"txt":"text"}\n', "JSON with the keys id, mentions, txt"),
    pred("two documents of one id", (LINE + LINE).encode(), "brief"),
    pred("another text", text("Joe Biden met", "Joe Biden saw"), "text"),
    pred("a document that the gold has not", text('"id":"brief"', '"id":"breif"'), "breif"),
    pred("two mentions of one id", text('"id":"m2"', '"id":"m1"'), "two mentions have the id m1"),
    pred("a relation to nothing", text('"tail":"m2"', '"tail":"m77"'), "no mention 'm77'"),
    pred(
        "a surface that is not in the text",
        text('"text":"Washington"', '"text":"Moscow"'),
        "the mention 'Moscow' where the text",
    ),
    pred("a file that gives errors", unreadable, "cannot be read (Input/output error)"),
    pred("a link to itself", loop, "cannot be read"),
    pred("no permission", forbidden, "cannot be read (Permission denied)"),
    Case("pred: a line of a gigabyte", {"pred.jsonl": gigabyte}, (*SCORE, "--from", "goldwire"), "over 256 MiB"),
    Case("pred: an unknown format", {}, (*SCORE, "--from", "xml"), "xml: is no known format"),
    Case("score: an unknown measure", {}, (*SCORE, "--measure", "mentions/strickt"), "unknown measure"),
    Case("score: an unknown option", {}, (*SCORE, "--gld", "x"), "No such option", 2),
    Case("score: nothing given", {}, ("score",), "PRED is missing", 2),
    Case("score: a negative number of resamples", {}, (*SCORE, "--bootstrap", "-1"), "not in the range", 2),
    Case("score: a label set that is none", {"l.toml": b"a = 1"}, (*SCORE, "--labels", "l.toml"), "unknown key 'a'"),
    Case("score: no label set", {}, (*SCORE, "--labels", "l.toml"), "l.toml: No such file"),
    Case("score: a full disk", {}, (*SCORE, "--output", "/dev/full"), "No space left on device"),
    Case("score: no folder to write to", {}, (*SCORE, "--output", "/proc/nowhere/s.json"), "cannot be written"),
    Case("score: a folder as the output", {}, (*SCORE, "--output", "seeds"), "cannot be written"),
    gold("an empty file", b"", "gold.jsonl: is empty"),
    gold("an offset past the end", text('"end":27', '"end":6000'), "does not lie inside its text of 60 code points"),
    gold("two documents of one id", (LINE + LINE).encode(), "brief"),
    gold("no file", gone, "there is no such file"),
    checked("an empty file", b"", "brief.json: is empty"),
    checked("truncated JSON", FILE[:300].encode(), "brief.json: is not whole JSON"),
    checked("a directory", folder, "brief.json: is a directory"),
    checked("an unknown label", text('"GPE"', '"CITY"', FILE), "unknown label 'CITY'"),
    checked("an unknown level", text('"nominal"', '"noun"', FILE), "level 'noun'"),
    checked("Windows line ends", FILE.replace("\n", "\r\n").encode(), "is not in canonical form"),
    checked("a byte-order mark", b"\xef\xbb\xbf" + FILE.encode(), "is not in canonical form"),
    checked("an edited seed", BRIEF.replace("met", "saw").encode(), "brief.txt: was changed", SEED),
    checked("a lost seed", gone, "brief.txt: there is no such file", SEED),
    checked("a seed that is a directory", folder, "brief.txt: is a directory", SEED),
    checked("sources that are no TOML", b"[brief", "is not a table of sources", "seeds/sources.toml"),
    checked("no sources", gone, "sources.toml: there is no such file", "seeds/sources.toml"),
    checked("labels that are no TOML", b"[mentions", "is not a label set", LABELS),
    checked("labels in Latin-1", "name = 'Zürich'".encode("latin-1"), "is not UTF-8 at byte", LABELS),
    checked("labels with a misspelt key", b"[mentions.GPE]\nvlaue = true", "unknown key 'vlaue'", LABELS),
    Case("check: no label set", {LABELS: gone}, ("check",), "is not inside a corpus"),
    Case("check: a path that is not there", {}, ("check", "nowhere.jsonl"), "there is no such file"),
    Case("check: nothing in a device", {}, ("check", "/dev/null", "--finished"), "is empty"),
    built("truncated JSON", FILE[:300].encode(), "brief.json: is not whole JSON"),
    built("an edited seed", BRIEF.upper().encode(), "brief.txt: was changed", SEED),
    built("a gold without a seed", text('"brief"', '"breif"', FILE), "is not the text of a seed"),
    built("no words for the card", gone, "card.md: there is no such file", "annotations/card.md"),
    built("a card without front matter", b"# Corpus\n", "has no front matter", "annotations/card.md"),
    Case("build: a file in the way", {"corpus": b"x"}, ("build",), "cannot be written"),
    Case("export: a folder that is no corpus", {}, ("export", "annotations", "o", "--corpus", "seeds"), "no such file"),
    Case(
        "export: a full disk", {}, ("export", "annotations", "/dev/full", "--corpus", BUILT), "No space left on device"
    ),
    Case("agree: no passes yet", {"passes/.gitkeep": b""}, ("agree", "passes"), "holds no passes yet"),
    Case("join: an empty file", {"a": b""}, ("export", "join", "a", "seeds", "o"), "is empty"),
    Case(
        "join: documents with texts", {}, ("export", "join", "pred.jsonl", "seeds", "o"), "is not annotations without"
    ),
    Case("init: no texts", {}, ("init", "new", "--texts", "*.html"), "no file fits"),
    Case("init: a corpus already", {}, ("init", ".", "--texts", "seeds/*.txt"), "is there already"),
    Case("an unknown verb", {}, ("chekc",), "No such command", 2),
]


def prepare(case, place):
    """Write a small corpus, a gold and predictions of its short document, and what the case puts among them."""
    write_corpus(place, [lead(), brief()])
    for name in ("pred.jsonl", "gold.jsonl"):
        (place / name).write_text(LINE, encoding="utf-8")
    for name, data in case.put.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        data(place / name) if callable(data) else (place / name).write_bytes(data)
    return place


def listing(place):
    return sorted(path.relative_to(place).as_posix() for path in place.rglob("*") if not path.is_symlink())


def run(command, place, **limits):
    command = [sys.executable, "-m", "goldwire", *command]
    return subprocess.run(command, cwd=place, capture_output=True, text=True, encoding="utf-8", timeout=300, **limits)


@pytest.fixture(scope="module")
def pool():
    with ThreadPoolExecutor(2) as threads:
        yield threads


@pytest.fixture(scope="module")
def outcomes(pool, tmp_path_factory):
    """Start all cases, two at a time; each gives what it printed and which files were there before and after."""

    def outcome(case):
        try:
            place = prepare(case, tmp_path_factory.mktemp("bad"))
        except pytest.skip.Exception as skipped:
            return skipped
        before = listing(place)
        return run(case.command, place), before, listing(place)

    return {case.name: pool.submit(outcome, case) for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_bad_input_gets_one_clear_line_and_leaves_nothing_behind(case, outcomes):
    found = outcomes[case.name].result()
    if isinstance(found, BaseException):
        raise found
    done, before, after = found
    printed = done.stdout + done.stderr
    assert (case.code, True) == (done.returncode, case.says in printed), printed
    assert "Traceback" not in printed
    assert 1 == sum(case.says in line for line in printed.splitlines()), printed
    assert before == after


def test_there_are_fifty_and_more_and_none_stands_twice():
    assert 50 <= len(CASES) == len({case.name for case in CASES})


def small_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))


@pytest.mark.parametrize(
    "command", [("build",), ("export", "annotations", "o.jsonl", "--corpus", BUILT), (*SCORE, "--output", "s.json")]
)
def test_a_disk_that_fills_up_while_writing_leaves_no_half_file(command, tmp_path):
    place = prepare(CASES[0]._replace(put={}), tmp_path / "c")
    done = run(command, place, preexec_fn=small_files)
    files = [name for name in listing(place) if name.endswith((".part", "o.jsonl", "s.json", "README.md", ".parquet"))]
    assert (1, True, []) == (done.returncode, "cannot be written (File too large)" in done.stderr, files), done.stderr


def test_the_rules_of_a_finished_gold_need_a_label_set_somewhere(tmp_path):
    done = run(("check", "/dev/null", "--finished"), tmp_path)
    assert (2, True) == (done.returncode, "needs a label set" in done.stderr)


@pytest.mark.parametrize("path", ["nowhere", "seeds", "pred.jsonl"])
def test_load_of_what_is_no_corpus_is_one_line_too(path, tmp_path):
    place = prepare(CASES[0]._replace(put={}), tmp_path / "c")
    code = "import goldwire, sys\ntry: goldwire.load(sys.argv[1])\nexcept Exception as e: print(type(e).__name__, e)"
    done = subprocess.run([sys.executable, "-c", code, path], cwd=place, capture_output=True, text=True)
    assert (True, 1) == (done.stdout.startswith("InputError "), len(done.stdout.splitlines())), (
        done.stdout + done.stderr
    )


def test_json_output_stays_json_when_there_are_problems(tmp_path):
    place = prepare(CASES[0]._replace(put={GOLD: b"{"}), tmp_path / "c")
    assert ["annotations/gold/brief.json"] == [
        found["where"] for found in json.loads(run(("check", "--json"), place).stdout)
    ]
