"""The build: the same gold gives the same bytes, the repository's corpus is fresh, and stale ones are told so."""

import re
import subprocess
import sys

import pytest
from hypothesis import given, settings

from goldwire.annotations.seeds import Source, read_seeds
from goldwire.corpus.build import read_gold, ready, stale, write
from goldwire.corpus.configs import CONFIGS, build_all
from goldwire.corpus.documents import features, rows, to_document
from goldwire.corpus.load import fingerprint, gold_documents, gold_labels, read_rows
from goldwire.corpus.schema import from_yaml, table, to_yaml
from goldwire.corpus.schema import rows as table_rows
from goldwire.corpus.tokens import tokenized
from goldwire.document import canonical
from goldwire.errors import BrokenRules, InputError
from goldwire.labels import read_labels
from random_documents import LABEL_SET, documents
from small_corpus import LABELS, REPOSITORY, brief, changed, files_of, goldwire, lead, write_corpus


def test_building_twice_gives_equal_bytes():
    assert files_of(REPOSITORY) == files_of(REPOSITORY)


def test_the_repositorys_corpus_is_what_a_build_would_make():
    assert [] == [str(problem) for problem in stale(files_of(REPOSITORY), REPOSITORY / "corpus")]


def test_no_python_lies_in_the_corpus():
    assert [] == list((REPOSITORY / "corpus").rglob("*.py"))


def test_the_dataset_gives_back_the_gold_with_tokens_and_sources():
    seeds = read_seeds(REPOSITORY / "seeds")
    gold = read_gold(
        REPOSITORY / "annotations" / "gold", seeds, read_labels(REPOSITORY / "annotations" / "labels.toml")
    )
    assert gold == gold_documents(REPOSITORY / "corpus") == gold_documents()
    assert all(document.tokens and document.metadata["sha256"] for document in gold)
    assert gold_labels() == read_labels(REPOSITORY / "annotations" / "labels.toml")


@settings(max_examples=60)
@given(documents())
def test_any_document_survives_the_config_documents(document):
    whole = canonical(document)
    made_of = features([whole], LABEL_SET)
    again = table_rows(table(rows([whole], LABEL_SET), made_of), made_of)
    assert [whole] == [to_document(row) for row in again]


@settings(max_examples=40)
@given(documents())
def test_every_config_can_be_made_of_any_document_and_its_features_survive_yaml(document):
    for _, made_of, found in build_all([canonical(tokenized(document))], LABEL_SET):
        assert made_of == from_yaml(to_yaml(made_of))
        assert found.num_rows == len(table_rows(found, made_of))


def test_a_changed_gold_changes_the_names_of_its_files_and_the_old_ones_are_removed(tmp_path):
    folder = write_corpus(tmp_path)
    first = files_of(folder)
    write(first, folder / "corpus")
    write_corpus(tmp_path / "new", [lead(), changed(brief(), relations=())])
    second = files_of(tmp_path / "new")
    removed = {path.relative_to(folder / "corpus").parts[1] for path in write(second, folder / "corpus")}
    assert {"documents", "relations", "docred", "facts"} == removed
    assert set(second) == {p.relative_to(folder / "corpus").as_posix() for p in (folder / "corpus").rglob("*.*")}


def test_what_is_stale_missing_or_strange_in_a_corpus_is_said(tmp_path):
    files = files_of(write_corpus(tmp_path))
    folder = tmp_path / "corpus"
    write(files, folder)
    ner = next(folder.glob("data/ner/*.parquet"))
    next(folder.glob("data/links/*.parquet")).unlink()
    ner.write_bytes(next(folder.glob("data/ner_conll/*.parquet")).read_bytes())
    (folder / "corpus.py").write_text("")
    found = [re.sub(r".*/corpus/(data/)?|-[0-9a-f]{16}", "", str(problem)) for problem in stale(files, folder)]
    assert [
        "links/test.parquet: is missing; run goldwire build",
        "corpus.py: is not made by the build; remove it, or run goldwire build",
        "ner/test.parquet: is stale; run goldwire build",
    ] == found


def test_a_gold_that_breaks_a_rule_is_not_built_and_nothing_is_written(tmp_path):
    folder = write_corpus(tmp_path, [changed(lead(), zones=()), brief()])
    with pytest.raises(BrokenRules, match="has no zones"):
        files_of(folder)
    run = goldwire("build", cwd=folder)
    assert (1, True, False) == (run.returncode, "has no zones" in run.stderr, (folder / "corpus").exists())


def test_a_corpus_without_gold_says_so(tmp_path):
    with pytest.raises(InputError, match="there is no gold yet"):
        read_gold(tmp_path, {}, LABELS)


def test_the_verb_builds_and_checks(tmp_path):
    folder = write_corpus(tmp_path)
    assert 0 == goldwire("build", cwd=folder).returncode
    (folder / "corpus" / "statistics.json").write_text("{}")
    run = goldwire("build", "--check", cwd=folder)
    assert (1, True) == (run.returncode, "statistics.json: is stale" in run.stderr)
    assert ["brief", "lead"] == [document.id for document in gold_documents(folder / "corpus")]


THREADS = """
import os, sys
from pathlib import Path
from goldwire.corpus.build import stale
folder = Path(sys.argv[1])
files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}
before = len(os.listdir("/proc/self/task"))
assert [] == list(stale(files, folder))
print(len(os.listdir("/proc/self/task")) - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")
def test_the_check_starts_no_thread_that_may_outlive_the_interpreter():
    run = subprocess.run([sys.executable, "-c", THREADS, REPOSITORY / "corpus"], capture_output=True, text=True)
    assert (0, "0\n") == (run.returncode, run.stdout)


def test_the_fingerprint_tells_content_not_order():
    assert fingerprint([lead(), brief()]) == fingerprint([brief(), lead()])
    assert fingerprint([lead()]) != fingerprint([changed(lead(), relations=())])


def test_the_card_says_what_a_card_must_say():
    card = (REPOSITORY / "corpus" / "README.md").read_text(encoding="utf-8")
    asked = ("Licence", "Citation", "Limits", "No human has checked", "canary GUID", "An example row", "Statistics")
    assert [] == [what for what in asked if what not in card]
    assert "<!--" not in card
    assert all(f"| `{config.name}` | {config.description} |" in card for config in CONFIGS)


def test_what_is_known_of_a_source_goes_into_the_metadata_and_what_is_not_stays_away():
    source = Source(sha256="0", rights="theirs", outlet="Reuters")
    assert {"outlet": "Reuters", "rights": "theirs", "sha256": "0"} == ready(brief(), source).metadata


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda c: (c / "README.md").unlink(), "there is no such file"),
        (lambda c: (c / "README.md").write_text("# Corpus"), "has no YAML header"),
        (lambda c: (c / "README.md").write_text("---\na: [\n---\n"), "its header is not YAML"),
        (lambda c: (c / "README.md").write_text("---\na: 1\n---\n"), "is not the card of a corpus"),
        (lambda c: next(c.glob("data/documents/*")).unlink(), "there is no such file"),
        (lambda c: next(c.glob("data/documents/*")).write_bytes(b"PAR1"), "is not Parquet"),
        (
            lambda c: next(c.glob("data/documents/*")).write_bytes(next(c.glob("data/ner/*")).read_bytes()),
            "has not the columns",
        ),
        (
            lambda c: (c / "README.md").write_text((c / "README.md").read_text().replace("data/doc", "../data/doc", 1)),
            "names a file outside the folder",
        ),
    ],
)
def test_a_folder_that_is_no_corpus_is_told_so(tmp_path, spoil, found):
    write(files_of(write_corpus(tmp_path)), tmp_path / "corpus")
    spoil(tmp_path / "corpus")
    with pytest.raises(InputError, match=found):
        gold_documents(tmp_path / "corpus")


def test_a_config_that_is_not_there_is_told_so_with_those_that_are():
    with pytest.raises(InputError, match="has no config 'nre'; it has documents, ner,"):
        read_rows(REPOSITORY / "corpus", "nre")
