"""`load_dataset` on a built corpus, each time in a fresh process: every config, offline, streamed, and never stale.

Streams are read to their end: one that is left in the middle can abort its process at exit (Arrow's issue 45214).
"""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace

from goldwire.corpus.build import write
from goldwire.corpus.configs import CONFIGS
from small_corpus import REPOSITORY, brief, changed, files_of, lead, write_corpus

EVERY = """
import json, sys
from datasets import ClassLabel, Features, load_dataset
import pyarrow.parquet as pq
rows = {}
for name in sys.argv[1:]:
    found = load_dataset("./corpus", name)
    assert list(found) == ["test"], found
    rows[name] = found["test"].num_rows
    file = next(__import__("pathlib").Path("corpus/data", name).glob("*.parquet"))
    assert Features.from_arrow_schema(pq.read_schema(file)) == found["test"].features, name
default = load_dataset("./corpus", split="test")
text, mention = default[0]["text"], default[0]["mentions"][0]
assert text[mention["start"]:mention["end"]] == mention["text"]
assert isinstance(default.features["mentions"].feature["label"], ClassLabel)
ner = load_dataset("./corpus", "ner", split="test")
assert ner.features["ner_tags"].feature.names[:2] == ["O", "B-PERSON"]
streamed = list(load_dataset("./corpus", "relations", split="test", streaming=True))
assert streamed == load_dataset("./corpus", "relations", split="test").to_list()
print(json.dumps(rows))
"""
LINKS = """
import json
from datasets import load_dataset
found = load_dataset("./corpus", split="test")
print(json.dumps(sorted({entity["link"] for row in found for entity in row["entities"]})))
"""


def python(code, *arguments, cwd, cache):
    env = os.environ | {"HF_HOME": str(cache), "HF_DATASETS_OFFLINE": "1"}
    run = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=cwd, env=env, capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_every_config_loads_offline_in_a_fresh_process_with_an_empty_cache(tmp_path):
    statistics = json.loads((REPOSITORY / "corpus" / "statistics.json").read_text())
    names = [config.name for config in CONFIGS]
    assert statistics["rows"] == python(EVERY, *names, cwd=REPOSITORY, cache=tmp_path)


def relinked(document, old, new):
    return changed(document, entities=tuple(replace(e, link=e.link.replace(old, new)) for e in document.entities))


def test_a_rebuilt_corpus_of_the_same_name_and_sizes_is_never_served_stale_from_the_cache(tmp_path):
    corpus, other = write_corpus(tmp_path / "old"), tmp_path / "new"
    write_corpus(other, [relinked(document, "Joe Biden", "Joe Bidet") for document in (lead(), brief())])
    first, second = files_of(corpus), files_of(other)
    cards = [re.sub(r"-[0-9a-f]{16}\.", ".", files["README.md"].decode()) for files in (first, second)]
    headers = [card.split("---\n")[1] for card in cards]
    assert headers[0] == headers[1], "but for the hashes, all that the cache looks at is the same"
    for files, biden in ((first, "Joe Biden"), (second, "Joe Bidet")):
        write(files, corpus / "corpus")
        found = python(LINKS, cwd=corpus, cache=tmp_path / "cache")
        assert ["Fumio Kishida", biden, "NIL", "United States", "Washington, D.C."] == found
