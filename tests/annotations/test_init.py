"""Starting a corpus of one's own: what is made is checked, built, measured and scored like ours."""

import json
import re

import pytest

from goldwire.annotations.init import start
from goldwire.annotations.rules import label_set_rules
from goldwire.annotations.seeds import read_seeds
from goldwire.document import Document, Entity, Mention, canonical
from goldwire.errors import InputError
from goldwire.formats.goldwire_json import write_document
from goldwire.labels import read_labels
from small_corpus import SHARED, goldwire

ARTICLES = SHARED / "corpora" / "men" / "article_text"
PLACE = re.compile(r"Malaysia|Kuala Lumpur|Penang|Selangor|Johor")


def places(seed):
    """Annotate the places of an article: each name an entity of its own."""
    found = [Mention(*m.span(), "PLACE", f"m{i}", m[0], "name") for i, m in enumerate(PLACE.finditer(seed.text), 1)]
    names = sorted({m.text for m in found})
    chains = [Entity(n.lower().replace(" ", "_"), tuple(m.id for m in found if m.text == n), n) for n in names]
    return canonical(Document(seed.id, seed.text, tuple(found), (), tuple(chains)))


def test_a_new_corpus_has_its_seeds_byte_for_byte_and_a_sane_label_set(tmp_path):
    text = "\ufeffTokyo\r\nand Osaka."
    (tmp_path / "one.txt").write_bytes(text.encode())
    start(tmp_path / "mine", [tmp_path / "one.txt"], "mine")
    assert text == read_seeds(tmp_path / "mine" / "seeds")["one"].text
    labels = tmp_path / "mine" / "annotations" / "labels.toml"
    assert ("mine", []) == (read_labels(labels).name, list(label_set_rules(read_labels(labels), "")))
    assert not any("CORPUS" in p.read_text() for p in (tmp_path / "mine").rglob("*.*") if p.suffix in (".md", ".toml"))


@pytest.mark.parametrize(
    ("data", "name", "found"),
    [
        (b"", "one.txt", "is empty"),
        (b"\xff\xfe", "one.txt", "is not UTF-8"),
        (b"Tokyo", "a b.txt", "cannot be an id"),
        (b"Tokyo", "-.txt", "cannot be an id"),
    ],
)
def test_a_text_that_cannot_be_a_seed_is_told_so_and_nothing_is_written(tmp_path, data, name, found):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=found):
        start(tmp_path / "mine", [tmp_path / name], "mine")
    assert not (tmp_path / "mine").exists()


def test_nothing_that_lies_in_the_folder_is_overwritten(tmp_path):
    (tmp_path / "one.txt").write_text("Tokyo")
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(InputError, match="is there already"):
        start(tmp_path, [tmp_path / "one.txt"], "mine")
    assert "mine" == (tmp_path / "README.md").read_text()


@pytest.mark.skipif(not ARTICLES.is_dir(), reason="the articles of the MEN corpus are not here (GOLDWIRE_SHARED)")
def test_ten_articles_become_a_corpus_that_is_checked_measured_adjudicated_built_and_scored(tmp_path):
    corpus = tmp_path / "malaysia"
    run = goldwire("init", corpus, "--texts", f"{ARTICLES}/article_1?.txt", "--name", "malaysia")
    assert 0 == run.returncode, run.stderr
    passes = corpus / "annotations" / "passes"
    for document in map(places, read_seeds(corpus / "seeds").values()):
        write_document(document, passes / "ann" / f"{document.id}.json")
        write_document(document, passes / "ben" / f"{document.id}.json")
    verbs = (
        ["check"],
        ["agree", "annotations/passes", "--json"],
        ["adjudicate", "annotations/passes", "--worklist", "disputes.jsonl", "--gold", "annotations/gold"],
        ["check"],
        ["build"],
        ["score", "annotations/passes/ann", "--json"],
    )
    runs = [goldwire(*verb, cwd=corpus) for verb in verbs]
    assert [0] * len(verbs) == [run.returncode for run in runs], [run.stderr for run in runs]
    assert json.loads((corpus / "corpus" / "statistics.json").read_text())["rows"]["documents"] == 10
