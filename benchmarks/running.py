"""What `goldwire run` adds to a model's bare loop, and whether its memory grows with the number of documents.

`python benchmarks/running.py [DOCUMENTS]` prints CPU seconds of both, measured in turn in one process (between two
processes the model's own speed differs by more than a run adds), and peak memory. The model is a spaCy NER pipeline
trained on the spot; the documents are made up.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

NAMES = {"Torres": "PERSON", "Quispe": "PERSON", "Paris": "GPE", "Lima": "GPE", "Reuters": "ORG", "Kenya": "GPE"}
FRAMES = ("{} said that talks with {} went on.", "Officials in {} met {} on Monday.", "{} left {}, a source said.")
TURNS = """
import json, sys, time
from pathlib import Path
import spacy
from goldwire.eval.runs.running import run
from goldwire.eval.systems.base import System
from goldwire.formats import read

model, one, many, out = sys.argv[1], *map(Path, sys.argv[2:])
nlp = spacy.load(model)

def used(job):
    start = time.process_time()
    job()
    return time.process_time() - start

def bare():
    for doc in nlp.pipe((document.text for document in read(many)), batch_size=32):
        [(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents]

def running(path, name):
    return used(lambda: run(System("s", "spacy", model), read(path), out / name))

running(one, "first")
start = running(one, "start")
print(json.dumps([(used(bare), running(many, str(turn)) - start) for turn in range(3)]))
"""
RUN = """
import sys
from pathlib import Path
from goldwire.eval.runs.running import run
from goldwire.eval.systems.base import System
from goldwire.formats import read
run(System("s", "spacy", sys.argv[1]), read(Path(sys.argv[2])), Path(sys.argv[3]))
"""
PEAK = """
import resource
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def sentence(draw: random.Random) -> str:
    """Give a sentence of two names."""
    return draw.choice(FRAMES).format(*draw.sample(sorted(NAMES), 2))


def trained(folder: Path) -> Path:
    """Write a spaCy NER pipeline that knows the names."""
    import spacy
    from spacy.training import Example

    draw = random.Random(0)
    nlp = spacy.blank("en")
    ner = nlp.add_pipe("ner")
    examples = []
    for text in (sentence(draw) for _ in range(60)):
        doc = nlp.make_doc(text)
        spans = [(t.idx, t.idx + len(t), NAMES[t.text]) for t in doc if t.text in NAMES]
        examples.append(Example.from_dict(doc, {"entities": spans}))
    for label in sorted(set(NAMES.values())):
        ner.add_label(label)
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(5):
        nlp.update(examples, sgd=optimizer)
    nlp.to_disk(folder / "model")
    return folder / "model"


def written(folder: Path, number: int) -> Path:
    """Write so many documents of about 150 words."""
    draw = random.Random(1)
    path = folder / f"{number}.jsonl"
    with path.open("w") as file:
        for index in range(number):
            text = " ".join(sentence(draw) for _ in range(20))
            file.write(json.dumps({"id": f"d{index:06}", "text": text}) + "\n")
    return path


def printed(code: str, *words: Path) -> Any:
    """Give what a program prints in its last line, as JSON."""
    done = subprocess.run([sys.executable, "-c", code, *map(str, words)], capture_output=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main(number: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = trained(folder)
        many, few, one = (written(folder, size) for size in (number, max(2, number // 8), 1))
        turns = printed(TURNS, model, one, many, folder)
        for bare, run in turns:
            print(f"{number} documents: bare loop {bare:.2f} s, run {run:.2f} s CPU: {run / bare - 1:+.1%}")
        print(f"median {sorted(run / bare - 1 for bare, run in turns)[1]:+.1%}")
        for path in (few, many):
            peak = printed(RUN + PEAK, model, path, folder / f"peak-{path.stem}")
            print(f"peak memory over {path.stem} documents: {peak:.0f} MiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
