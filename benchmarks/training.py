"""What `goldwire train` reaches on public corpora, written as a Markdown table to training.md.

Recipes were chosen on WNUT-17's development set (one seed; two of them had been scored on its test set by then) and on
the other 160 articles of MEN. Run: python benchmarks/training.py CORPORA [part ...]
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from goldwire.document import Document, Relation, canonical
from goldwire.eval.runs.running import run
from goldwire.eval.scoring import score
from goldwire.eval.systems.base import System
from goldwire.eval.training.pair_features import candidates, scene
from goldwire.eval.training.pairs import fit, write_pairs
from goldwire.eval.training.recipe import Training
from goldwire.eval.training.training import RELATIONS, train
from goldwire.formats import read

PAGE = Path(__file__).with_suffix(".md")
HEAD = """<!-- written by `python benchmarks/training.py CORPORA {parts}` -->
# What trained models reach

No vectors, no pretrained model, seed 0; the defaults of `goldwire train`, spancat with `--epochs 10`. WNUT-17: trained
on its training set, the epoch chosen on its development set, scored on its test set. MEN: 160 articles to learn from,
40 to judge (drawn with seed 0). Published on WNUT-17's test set: F1 17 ± 2 for spaCy with the same kind of embeddings
and no vectors (explosion/projects, benchmarks/ner_embeddings), and 37 to 42 for three systems of the shared task, which
bring vectors and word lists.

| corpus | model | measure | precision | recall | F1 | CPU seconds of training |
|---|---|---|--:|--:|--:|--:|
"""


class Row(NamedTuple):
    """A line of the table."""

    corpus: str
    model: str
    measure: str
    gold: Sequence[Document]
    pred: Sequence[Document]
    seconds: float

    def __str__(self) -> str:
        """Give the line."""
        found = score(list(self.gold), list(self.pred))[self.measure]
        shares = [f"{100 * value:.1f}" for value in (found.precision, found.recall, found.f1)]
        return f"| {' | '.join([self.corpus, self.model, self.measure, *shares, f'{self.seconds:.0f}'])} |"


def wnut17(corpora: Path, folder: Path) -> Iterator[Row]:
    """Train an ner and judge it as its users would."""
    names = ("wnut17train.conll", "emerging.dev.conll", "emerging.test.annotated")
    learnt, dev, test = (list(read(corpora / "wnut17" / name)) for name in names)
    begun = time.process_time()
    train(learnt, folder, Training(), dev)
    seconds = time.process_time() - begun
    yield Row("WNUT-17", "ner", "mentions/strict", test, _run(folder, test), seconds)


def men_mentions(corpora: Path, folder: Path, how: Training) -> Iterator[Row]:
    """Train a model of mentions."""
    learnt, test = men(corpora)
    begun = time.process_time()
    train(learnt, folder, how)
    seconds = time.process_time() - begun
    yield Row("MEN", how.kind, "mentions/strict", test, _run(folder, test), seconds)


def men_relations(corpora: Path, folder: Path) -> Iterator[Row]:
    """Train a classifier of relations, and judge it between the gold's mentions beside the best constant answers."""
    learnt, test = men(corpora)
    begun = time.process_time()
    folder.mkdir()
    write_pairs(fit(learnt), folder / RELATIONS)
    seconds = time.process_time() - begun
    guesses = [constant(document, most_frequent(learnt)) for document in test]
    yield Row("MEN", "most frequent label of two labels", "relations/strict", test, guesses, 0)
    found = _run(folder, test, ("mentions",))
    yield Row("MEN", "relations, mentions given", "relations/strict", test, found, seconds)


def men(corpora: Path) -> tuple[list[Document], list[Document]]:
    """Give MEN's articles, dealt by a seed: to learn from, and to judge."""
    documents = [canonical(document) for document in read(corpora / "men")]
    random.Random(0).shuffle(documents)
    return documents[:160], documents[160:]


def most_frequent(documents: Sequence[Document]) -> dict[tuple[str, str], str]:
    """Give the label of each pair of mention labels of one sentence, where answering so is best for F1 on documents."""
    seen, hits = Counter[tuple[str, str]](), Counter[tuple[str, str, str]]()
    for document in documents:
        said = {(r.head, r.tail): r.label for r in document.relations}
        for head, tail in candidates(scene(document), 0):
            seen[head.label, tail.label] += 1
            if label := said.get((head.id, tail.id)):
                hits[head.label, tail.label, label] += 1
    best = {(head, tail): (count, label) for (head, tail, label), count in reversed(hits.most_common())}
    order = sorted(best, key=lambda ends: best[ends][0] / seen[ends], reverse=True)
    gold, correct, found, f1 = sum(len(d.relations) for d in documents), 0, 0, [0.0]
    for ends in order:
        correct, found = correct + best[ends][0], found + seen[ends]
        f1.append(2 * correct / (found + gold))
    return {ends: best[ends][1] for ends in order[: f1.index(max(f1))]}


def constant(document: Document, answers: dict[tuple[str, str], str]) -> Document:
    """Give the document with the same answer for all pairs of the same labels."""
    pairs = ((a.id, b.id, answers.get((a.label, b.label))) for a, b in candidates(scene(document), 0))
    found = tuple(Relation(head, tail, label) for head, tail, label in pairs if label)
    return canonical(replace(document, relations=found))


def _run(model: Path, test: Sequence[Document], given: tuple[str, ...] = ()) -> list[Document]:
    done = run(System("trained", "trained", str(model), given=given), test, model / "run")
    return list(read(done.predictions))


PARTS: dict[str, Callable[[Path, Path], Iterator[Row]]] = {
    "wnut17": wnut17,
    "men-relations": men_relations,
    "men-ner": lambda corpora, folder: men_mentions(corpora, folder, Training()),
    "men-spancat": lambda corpora, folder: men_mentions(corpora, folder, Training("spancat", epochs=10)),
}


def main(corpora: Path, parts: Sequence[str]) -> None:
    """Train the parts, all if none is named, and write the page of them."""
    lines = []
    for part in parts or PARTS:
        if not (corpora / part.split("-")[0]).is_dir():
            print(f"{part}: skipped, no {part.split('-')[0]} in {corpora}", file=sys.stderr)
            continue
        with TemporaryDirectory() as name:
            for row in PARTS[part](corpora, Path(name) / "model"):
                lines.append(str(row))
                print(row, flush=True)
    if lines:
        PAGE.write_text(HEAD.format(parts=" ".join(parts)) + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
