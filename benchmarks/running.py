"""What `goldwire run` adds to a model's bare loop, and whether its memory grows with the number of documents.

`python benchmarks/running.py [DOCUMENTS]` prints CPU seconds of both and peak memory, each from a process of its own.
The model is a spaCy NER pipeline trained on the spot; the documents are made up.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = {"Torres": "PERSON", "Quispe": "PERSON", "Paris": "GPE", "Lima": "GPE", "Reuters": "ORG", "Kenya": "GPE"}
FRAMES = ("{} said that talks with {} went on.", "Officials in {} met {} on Monday.", "{} left {}, a source said.")
BARE = """
import spacy, sys
from pathlib import Path
from goldwire.formats import read
nlp = spacy.load(sys.argv[1])
for doc in nlp.pipe((document.text for document in read(Path(sys.argv[2]))), batch_size=32):
    [(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents]
"""
RUN = """
import sys
from pathlib import Path
from goldwire.eval.runs.running import run
from goldwire.eval.systems.base import System
from goldwire.formats import read
run(System("s", "spacy", sys.argv[1]), read(Path(sys.argv[2])), Path(sys.argv[3]))
"""
USED = """
import json, resource
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
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


def measured(code: str, *words: Path) -> tuple[float, float]:
    """Give CPU seconds and peak memory in MiB of a program in a process of its own."""
    done = subprocess.run([sys.executable, "-c", code + USED, *map(str, words)], capture_output=True, check=True)
    seconds, memory = json.loads(done.stdout.splitlines()[-1])
    return seconds, memory


def main(number: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = trained(folder)
        many, few, none = (written(folder, size) for size in (number, max(1, number // 8), 1))
        starts = [measured(code, model, none, folder / "run-start")[0] for code in (BARE, RUN)]
        ratios = []
        for turn in range(3):
            bare, run = measured(BARE, model, many), measured(RUN, model, many, folder / f"run-{turn}")
            loops = bare[0] - starts[0], run[0] - starts[1]
            ratios.append(loops[1] / loops[0] - 1)
            print(f"{number} documents: bare loop {loops[0]:.2f} s, run {loops[1]:.2f} s CPU: {ratios[-1]:+.1%}")
        print(f"median {sorted(ratios)[1]:+.1%}")
        for path in (few, many):
            print(
                f"peak memory over {path.stem} documents: {measured(RUN, model, path, folder / path.stem)[1]:.0f} MiB"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
