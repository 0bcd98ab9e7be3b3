"""Runs: every document has an outcome, an interrupted run resumes, a finished one does nothing."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

import news_systems
from goldwire.document import Document, Mention
from goldwire.errors import InputError
from goldwire.eval.runs.folder import FAILURE
from goldwire.eval.runs.outcomes import outcomes
from goldwire.eval.runs.running import Changed, run
from goldwire.eval.systems.base import System, Unusable
from goldwire.formats import read

HERE = Path(__file__).parents[2]


def system(function, **settings):
    return System("mine", "python", f"news_systems:{function}", settings=settings)


def predicted(done):
    return list(read(done.predictions))


def test_a_run_gives_a_prediction_for_every_document_in_order(tmp_path):
    done = run(system("first_words"), news_systems.news(), tmp_path / "run")
    assert [(d.id, d.mentions[0].text) for d in predicted(done)] == [
        ("d0000", "President"),
        ("d0001", "Prime"),
        ("d0002", "Reuters"),
        ("d0003", "Barack"),
    ]


def test_a_run_tells_what_ran_over_what_and_how_long_it_took(tmp_path):
    done = run(system("first_words"), news_systems.news(), tmp_path / "run")
    times = json.loads((tmp_path / "run" / "times.json").read_text())
    assert done.table["status"] == "done" and done.table["data"]["documents"] == 4
    assert done.table["model"]["function"] == "news_systems.first_words" and len(done.table["data"]["sha256"]) == 64
    assert times["documents"] == 4 and times["tokens"] == 30 and times["peak_memory_bytes"] > 10**6


@pytest.mark.parametrize("function", ["breaks_on_quispe", "breaks_in_batches"])
def test_only_the_document_that_breaks_a_system_fails_and_it_stays_as_an_empty_one(tmp_path, function):
    done = run(system(function), news_systems.news(), tmp_path / "run")
    assert list(done.failures) == ["d0001"]
    assert [len(d.mentions) for d in predicted(done)] == [1, 0, 1, 1]
    assert FAILURE in predicted(done)[1].metadata


def test_a_failed_document_is_tried_again_by_the_next_call_and_no_other(tmp_path, monkeypatch):
    run(system("breaks_on_quispe"), news_systems.news(), tmp_path / "run")
    monkeypatch.setattr(news_systems, "breaks_on_quispe", news_systems.first_words)
    monkeypatch.setattr("goldwire.eval.systems.python._description", lambda function: _as_before(tmp_path))
    done = run(system("breaks_on_quispe"), news_systems.news(), tmp_path / "run")
    assert (done.predicted, done.failures) == (1, {})
    assert [d.id for d in predicted(done)] == ["d0000", "d0001", "d0002", "d0003"]


def _as_before(folder):
    return json.loads((folder / "run" / "run.json").read_text())["model"]


def test_a_finished_run_does_nothing_and_its_files_stay_as_they_are(tmp_path):
    run(system("first_words"), news_systems.news(), tmp_path / "run")
    before = {path: path.read_bytes() for path in (tmp_path / "run").iterdir()}
    assert run(system("first_words"), news_systems.news(), tmp_path / "run").predicted == 0
    assert {path: path.read_bytes() for path in (tmp_path / "run").iterdir()} == before


def test_two_runs_of_the_same_give_the_same_files_but_for_times(tmp_path):
    for name in ("one", "two"):
        run(system("first_words"), news_systems.news(), tmp_path / name)
    for file in ("run.json", "predictions.jsonl"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_new_documents_are_added_in_their_order(tmp_path):
    documents = news_systems.news()
    run(system("first_words"), documents[1:3], tmp_path / "run")
    done = run(system("first_words"), documents, tmp_path / "run")
    assert done.predicted == 2 and [d.id for d in predicted(done)] == [d.id for d in documents]


def test_a_document_with_another_text_is_predicted_anew(tmp_path):
    documents = news_systems.news()
    run(system("first_words"), documents, tmp_path / "run")
    documents[2] = replace(documents[2], text="AFP said so.")
    done = run(system("first_words"), documents, tmp_path / "run")
    assert done.predicted == 1 and predicted(done)[2].mentions[0].text == "AFP"


def test_a_document_with_other_given_mentions_is_predicted_anew(tmp_path):
    shown = replace(system("as_given"), given=("mentions",))
    before = [news_systems.first_word(document) for document in news_systems.news()]
    run(shown, before, tmp_path / "run")
    after = [replace(before[0], mentions=(Mention(10, 13, "PERSON"),)), *before[1:]]
    done = run(shown, after, tmp_path / "run")
    assert done.predicted == 1 and [m.text for m in predicted(done)[0].mentions] == ["Ana"]


def test_a_prediction_without_its_entry_in_the_log_is_made_again(tmp_path):
    done = run(system("first_words"), news_systems.news(), tmp_path / "run")
    log = tmp_path / "run" / "log.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-1]))
    again = run(system("first_words"), news_systems.news(), tmp_path / "run")
    assert (again.predicted, again.table) == (1, done.table)


@pytest.mark.parametrize("line", ["\x00\x00", "[]", "3", '{"id": "d"}', '{"id": "d", "seconds": "x", "tokens": 1}'])
def test_a_log_that_is_none_is_one_line(tmp_path, line):
    run(system("first_words"), news_systems.news(), tmp_path / "run")
    with (tmp_path / "run" / "log.jsonl").open("a") as log:
        log.write(f"{line}\n")
    with pytest.raises(InputError, match=r"log\.jsonl:5: is no entry of a run's log"):
        run(system("first_words"), news_systems.news(), tmp_path / "run")


def test_another_system_in_the_same_folder_is_refused_and_fresh_begins_anew(tmp_path):
    run(system("first_words"), news_systems.news(), tmp_path / "run")
    other = replace(system("first_words"), seed=7)
    with pytest.raises(Changed, match="--fresh"):
        run(other, news_systems.news(), tmp_path / "run")
    assert run(other, news_systems.news(), tmp_path / "run", fresh=True).predicted == 4


def test_a_system_that_never_answered_holds_no_folder(tmp_path):
    with pytest.raises(Unusable):
        run(system("wrong_key"), news_systems.news(), tmp_path / "run")
    assert (tmp_path / "run" / "run.json").exists()
    assert run(system("first_words"), news_systems.news(), tmp_path / "run").predicted == 4


def test_a_run_without_any_prediction_keeps_nobody_from_beginning_anew(tmp_path):
    run(system("silent"), news_systems.news(), tmp_path / "run")
    done = run(system("first_words"), news_systems.news()[1:], tmp_path / "run")
    assert (done.predicted, done.kept, done.failures) == (3, 0, {})


def test_an_unfinished_run_of_another_version_is_refused_and_a_finished_one_is_left_as_it_is(tmp_path, monkeypatch):
    run(system("first_words"), news_systems.news()[:3], tmp_path / "run")
    monkeypatch.setattr("goldwire.eval.runs.running.__version__", "9.9")
    assert run(system("first_words"), news_systems.news()[:3], tmp_path / "run").table["goldwire"] != "9.9"
    with pytest.raises(Changed, match=r"was begun by goldwire .*, this is 9\.9; add --fresh"):
        run(system("first_words"), news_systems.news(), tmp_path / "run")
    assert run(system("first_words"), news_systems.news(), tmp_path / "run", fresh=True).table["goldwire"] == "9.9"


def test_a_run_over_fewer_documents_loses_no_prediction_of_the_others(tmp_path):
    whole = run(system("first_words"), news_systems.news(), tmp_path / "run")
    before = whole.predictions.read_bytes()
    fewer = run(system("first_words"), news_systems.news()[1:3], tmp_path / "run")
    assert (fewer.predicted, fewer.kept, len(predicted(fewer))) == (0, 2, 2)
    again = run(system("first_words"), news_systems.news(), tmp_path / "run")
    assert (again.predicted, again.kept, again.predictions.read_bytes()) == (0, 0, before)
    assert again.table == whole.table and not (tmp_path / "run" / "predictions.partial.jsonl").exists()


def test_a_line_that_was_being_written_is_cut_off_and_its_document_predicted_again(tmp_path):
    done = run(system("first_words"), news_systems.news(), tmp_path / "run")
    whole = done.predictions.read_bytes()
    done.predictions.rename(tmp_path / "run" / "predictions.partial.jsonl")
    (tmp_path / "run" / "predictions.partial.jsonl").write_bytes(whole[:-40])
    again = run(system("first_words"), news_systems.news(), tmp_path / "run")
    assert again.predicted == 1 and again.predictions.read_bytes() == whole


def test_a_system_sees_no_gold_unless_it_is_given_it():
    from goldwire.eval.runs.running import as_seen

    gold = Document("d", "Peru said", (Mention(0, 4, "GPE", "m1"),), metadata={"a": "b"})
    assert as_seen(gold).mentions == () and as_seen(gold, ("mentions",)).mentions == gold.mentions


def test_offsets_outside_the_text_are_a_counted_failure(tmp_path):
    done = run(system("wrong_offsets"), news_systems.news(), tmp_path / "run")
    assert list(done.failures) == ["d0003"] and "outside the text" in done.failures["d0003"]


def test_answers_for_another_text_are_failures(tmp_path):
    done = run(system("other_texts"), news_systems.news(), tmp_path / "run")
    assert len(done.failures) == 4 and "another text" in done.failures["d0000"]


def test_a_silent_system_fails_on_every_document():
    results = list(outcomes(news_systems.silent, news_systems.news()))
    assert [r.error for r in results] == ["the system gave no answer"] * 4


def test_a_document_that_fails_has_taken_its_time(monkeypatch):
    clock = iter(range(10, 100, 10))
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    (failed,) = outcomes(news_systems.breaks_on_quispe, [news_systems.news(2)[1]])
    assert failed.error and failed.seconds == 10


def test_a_system_that_answers_too_often_is_told_so():
    with pytest.raises(Unusable, match="more answers"):
        list(outcomes(news_systems.too_many, news_systems.news()))


def test_two_documents_with_one_id_are_refused(tmp_path):
    with pytest.raises(InputError, match="two documents have this id"):
        run(system("first_words"), news_systems.news(1) * 2, tmp_path / "run")


def test_an_empty_corpus_is_refused(tmp_path):
    with pytest.raises(InputError, match="no document"):
        run(system("first_words"), [], tmp_path / "run")


def test_unusable_systems_end_the_run_at_once():
    def hopeless(documents):
        raise Unusable("wrong key")
        yield from documents

    with pytest.raises(Unusable):
        list(outcomes(hopeless, news_systems.news()))


SLOW = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs are born deaf to it
sys.path.insert(0, {here!r})
import news_systems
from pathlib import Path
from goldwire.eval.runs.running import run
from goldwire.eval.systems.base import System
run(System("mine", "python", "slow_system:slowly"), news_systems.news(40), Path({out!r}))
"""


STALLING = """
import pathlib, time
from news_systems import first_word

def slowly(documents):
    for number, document in enumerate(documents):
        while number == 6 and not pathlib.Path("go").exists():
            time.sleep(0.05)
        yield first_word(document)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_killed_run_resumes_where_it_was(tmp_path, how):
    (tmp_path / "slow_system.py").write_text(STALLING)
    code = SLOW.format(here=str(HERE), out=str(tmp_path / "run"))
    process = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, stderr=subprocess.DEVNULL)
    partial = tmp_path / "run" / "predictions.partial.jsonl"
    while not (partial.exists() and partial.read_bytes().count(b"\n") > 3):
        assert process.poll() is None
        time.sleep(0.02)
    os.kill(process.pid, how)
    process.wait()
    done = len(partial.read_bytes().split(b"\n")) - 1
    assert json.loads((tmp_path / "run" / "run.json").read_text())["status"] == "unfinished"
    (tmp_path / "go").touch()
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
    log = (tmp_path / "run" / "log.jsonl").read_text().splitlines()
    assert 40 <= len(log) <= 41 and done >= 4
    assert [d.id for d in read(tmp_path / "run" / "predictions.jsonl")] == [d.id for d in news_systems.news(40)]
