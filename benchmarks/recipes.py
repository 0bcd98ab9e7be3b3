"""Which recipe `goldwire train` should have: candidates judged on development documents alone, written to recipes.md.

WNUT-17: its training set and its development set; no test set is read. MEN: of the 160 articles that training.py learns
from, 120 to learn and 40 to judge; its own 40 are not read. Run: python benchmarks/recipes.py CORPORA RESULTS
[part ...]. RESULTS gets a line of JSON a training; what it has is not trained again, so an interrupted call goes on.
`wnut17:1` trains its candidates with the first seed alone.
"""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from goldwire.document import Document
from goldwire.eval.scoring import score
from goldwire.eval.systems.spacy_pipeline import Layers, annotated
from goldwire.eval.training.examples import examples, longest
from goldwire.eval.training.pair_features import sentences
from goldwire.eval.training.recipe import SPANS, Training, blank, config_of
from goldwire.eval.training.training import train
from goldwire.formats import read
from goldwire.formats.base import Notes
from training import SEEDS, men

PAGE = Path(__file__).with_suffix(".md")
HEAD = """<!-- written by `python benchmarks/recipes.py CORPORA RESULTS` -->
# Which recipe `goldwire train` has, and why

F1 (mentions/strict) on development documents, a training a seed; "–" was not trained. No test document is read:
WNUT-17's development set after training on its training set (it chooses the epoch as well), and 40 of the 160 articles
of MEN that `training.py` learns from after training on the other 120, `spancat` with `--epochs 10`.

Decided for ner: the small tables, with half spaCy's depth, dropout 0.35 and averaged weights, as before. On WNUT-17 the
rows "small tables" and "spaCy's tables" had 30 epochs, the others 7, or 8 of the fewer sentences (the small tables
within 7: 24.8, 22.2, 21.3). spaCy's whole recommendation has the higher mean, with seven points between its seeds: its
F1 jumps by up to ten points from one evaluation to the next, and the best of them is partly luck, where with averaged
weights it changes by about one. No difference is beyond that noise. What was plainly behind with the first seed, or
would not learn from all documents, was not trained with others. Not compared for want of time: averages with spaCy's
depth, lower-casing, embeddings of characters; and on MEN, spaCy's depth and dropout.

Decided for spancat: spaCy's tables. The spancats of the table looked at spans of up to 8 tokens; the default now is
what 98 % of the corpus's mentions do not exceed (7 here). Their F1 lies within a point and a half between thresholds
0.3 and 0.6, so 0.5 stays; few mentions are too long: recall is lost on names not seen.

Relations, on the same articles of MEN with the gold's mentions, seeds 0, 1, 2, each at its best threshold there: 32.2,
32.7, 32.0 by how likely two mentions are related; 33.6, 33.9, 33.9 by that times the share of the likeliest label;
35.3, 35.3, 35.0 with the labels' weights held tighter as well (penalty 1e-3 in place of 1e-4), the default now. More
features (places, contexts, whole names; one seed) gave about a point, and were left out.

| part | candidate | seed 0 | seed 1 | seed 2 | CPU seconds |
|---|---|--:|--:|--:|--:|
"""
EMBED, ENCODE = "components.tok2vec.model.embed", "components.tok2vec.model.encode"
SMALL = {
    f"{EMBED}.attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE", "IS_TITLE"],
    f"{EMBED}.rows": [1000, 500, 1000, 500, 50],
}
LARGE = {f"{EMBED}.attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE"], f"{EMBED}.rows": [5000, 1000, 2500, 2500]}
STOCK = {f"{ENCODE}.depth": 4, "training.dropout": 0.1, "training.optimizer.use_averages": False}
MENTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "wnut17": {
        "small tables": {**SMALL, "epochs": 30},
        "spaCy's tables, depth, dropout, no averages": {**LARGE, **STOCK},
        "small tables, half the sentences without mentions": {**SMALL, "bare": 2, "epochs": 8, "seeds": 1},
        "spaCy's tables": {**LARGE, "epochs": 30, "seeds": 1},
        "small tables, spaCy's depth, dropout, no averages": {**SMALL, **STOCK, "seeds": 1},
        "small tables without NORM": {
            f"{EMBED}.attrs": SMALL[f"{EMBED}.attrs"][1:],
            f"{EMBED}.rows": SMALL[f"{EMBED}.rows"][1:],
            "seeds": 1,
        },
    },
    "men-ner": {
        "small tables": {**SMALL, "seeds": 1},
        "spaCy's tables, in sentences": {**LARGE, "sentences": True, "seeds": 1},
    },
    "men-spancat": {
        "small tables": SMALL,
        "spaCy's tables": LARGE,
        "spaCy's tables, in sentences": {**LARGE, "sentences": True, "seeds": 1},
    },
}
EPOCHS = {"wnut17": 7, "men-ner": 30, "men-spancat": 10}


def corpus(part: str, corpora: Path) -> tuple[list[Document], list[Document]]:
    """Give what is learnt from and what is judged."""
    if part == "wnut17":
        folder = corpora / part
        return list(read(folder / "wnut17train.conll")), list(read(folder / "emerging.dev.conll"))
    documents = men(corpora)[0]
    return documents[:120], documents[120:]


def trained(part: str, candidate: str, seed: int, corpora: Path) -> dict[str, Any]:
    """Train a candidate and give its scores on the development documents."""
    learnt, dev = corpus(part, corpora)
    begun = time.process_time()
    found = judged(pipeline(part, MENTIONS[part][candidate], seed, learnt, dev), dev)
    return {**found, "seconds": round(time.process_time() - begun)}


def pipeline(part: str, changes: dict[str, Any], seed: int, learnt: Sequence[Document], dev: Sequence[Document]) -> Any:
    """Give a pipeline trained by our config with changes.

    A change is a setting of the config by its path, or one of ours: "epochs", "sentences" (learnt one by one, as found
    by rules), "bare" (with 2, every second document is left out if it has no mentions), "seeds" (how many are tried).
    """
    kind = "spancat" if part == "men-spancat" else "ner"
    how = Training(kind, seed=seed, epochs=changes.get("epochs", EPOCHS[part]))
    if every := changes.get("bare"):
        learnt = [document for number, document in enumerate(learnt) if document.mentions or number % every]
    if changes.get("sentences"):
        learnt = [replace(document, sentences=tuple(sentences(document))) for document in learnt]
    with TemporaryDirectory() as name:
        path = Path(name) / "config.cfg"
        config(how, changes, learnt).to_disk(path)
        held = dev if part == "wnut17" else ()
        return train(learnt, None, replace(how, config=path), held, lambda n: say(f"  epoch {n} of {how.epochs}"))


def config(how: Training, changes: dict[str, Any], learnt: Sequence[Document]) -> Any:
    """Give our config with other settings, named by their paths."""
    docs = examples(learnt, blank(how.language), how, Notes())
    found = config_of(replace(how, longest=longest(docs)), sum(map(len, docs)), keep_best=True)
    for name, value in changes.items():
        *path, last = name.split(".")
        table = found
        for step in path:
            table = table[step]
        if path:
            table[last] = value
    return found


def judged(nlp: Any, dev: Sequence[Document]) -> dict[str, Any]:
    """Give precision, recall and F1 of a pipeline; of a spancat F1 at several thresholds as well."""
    spans = "spancat" in nlp.pipe_names
    if spans:
        nlp.get_pipe("spancat").cfg["threshold"] = 0.1
    docs = [nlp(document.text) for document in dev]
    if not spans:
        return figures("mentions/strict", dev, [annotated(d, doc, Layers()) for d, doc in zip(dev, docs, strict=True)])
    at = {t: [_above(d, doc, t / 100) for d, doc in zip(dev, docs, strict=True)] for t in range(20, 75, 10)}
    found = {t: figures("mentions/strict", dev, pred) for t, pred in at.items()}
    return {**found[50], "thresholds": {t: one["f1"] for t, one in found.items()}}


def _above(source: Document, doc: Any, least: float) -> Document:
    """Give what a spancat is sure of: spans of which the score is not less."""
    spans = doc.spans[SPANS]
    doc.spans["sure"] = [span for span, sure in zip(spans, spans.attrs["scores"], strict=True) if sure >= least]
    return annotated(source, doc, Layers(False, ["sure"]))


def figures(measure: str, gold: Sequence[Document], pred: Sequence[Document]) -> dict[str, float]:
    """Give precision, recall and F1."""
    found = score(list(gold), list(pred))[measure]
    return {"precision": found.precision, "recall": found.recall, "f1": found.f1}


def table(done: dict[tuple[str, str, int], dict[str, Any]]) -> Iterator[str]:
    """Give the lines of the page, "–" for what was not trained."""
    for part, candidate in dict.fromkeys((part, candidate) for part, candidate, _ in done):
        runs = [done.get((part, candidate, seed)) for seed in SEEDS]
        f1 = [f"{100 * one['f1']:.1f}" if one else "–" for one in runs]
        seconds = sorted(one["seconds"] for one in runs if one)
        yield f"| {part} | {candidate} | {' | '.join(f1)} | {seconds[len(seconds) // 2]} |\n"


def main(corpora: Path, results: Path, parts: Sequence[str]) -> None:
    """Train what is missing, of all parts if none is named, seed by seed, and write the page after each training."""
    done = known(results)
    PAGE.write_text(page(done, PAGE.read_text()))
    for part, candidate, seed in asked(parts or list(MENTIONS)):
        if (part, candidate, seed) in done:
            continue
        say(f"{part}, {candidate}, seed {seed}")
        found = {"part": part, "candidate": candidate, "seed": seed, **trained(part, candidate, seed, corpora)}
        say(f"F1 {100 * found['f1']:.1f} in {found['seconds']} CPU seconds")
        done[part, candidate, seed] = found
        with results.open("a") as file:
            file.write(json.dumps(found) + "\n")
        PAGE.write_text(page(done, PAGE.read_text()))


def asked(parts: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    """Give the trainings of parts, seed by seed; PART:2 has the first two seeds at most."""
    for part, _, number in (name.partition(":") for name in parts):
        for seed in SEEDS[: int(number or len(SEEDS))]:
            yield from (
                (part, name, seed) for name, one in MENTIONS[part].items() if seed < one.get("seeds", len(SEEDS))
            )


def known(results: Path) -> dict[tuple[str, str, int], dict[str, Any]]:
    """Give the trainings that a file of results has."""
    done = {}
    for number, line in enumerate(results.read_text().splitlines() if results.exists() else [], 1):
        try:
            one = json.loads(line)
            done[one["part"], one["candidate"], one["seed"]] = one
        except (ValueError, KeyError):
            sys.exit(f"{results}:{number}: is no training's line of JSON; remove it, and it is trained again")
    return done


def page(done: dict[tuple[str, str, int], dict[str, Any]], before: str) -> str:
    """Give the page; lines of candidates that have no training in the results stay as they were."""
    old = before.rpartition("|--:|\n")[2].splitlines(keepends=True)
    lines = {tuple(line.split(" | ")[:2]): line for line in (*old, *table(done))}
    return HEAD + "".join(lines[name] for name in sorted(lines, reverse=True))


def say(line: str) -> None:
    """Tell how far it is, on standard error."""
    print(line, file=sys.stderr, flush=True)


def checked(arguments: Sequence[str]) -> tuple[Path, Path, Sequence[str]]:
    """Give corpora, results and parts, or end with one line that says what was expected."""
    names = {name.partition(":")[0] for name in arguments[2:]}
    if len(arguments) < 2 or not names <= set(MENTIONS):
        sys.exit(f"usage: python benchmarks/recipes.py CORPORA RESULTS [{' | '.join(MENTIONS)} ...]")
    corpora, results, *parts = arguments
    if missing := {n.split("-")[0] for n in names or MENTIONS} - {path.name for path in Path(corpora).glob("*")}:
        sys.exit(f"{corpora}: no folder {', '.join(sorted(missing))}; name the folder that has it, or other parts")
    return Path(corpora), Path(results), parts


if __name__ == "__main__":
    try:
        main(*checked(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(f"stopped; the same command goes on from what {sys.argv[2]} has")
