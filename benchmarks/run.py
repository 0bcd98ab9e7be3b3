"""Speed and memory of scoring: ours and the installed peers' in turn on the same data, checked to give equal numbers.

`python benchmarks/run.py` measures and writes results.md; `--quick` does 10,000 sentences and writes nothing. A ratio
is printed only where both sides ran on this machine, in this run: nothing is extrapolated.
"""

from __future__ import annotations

import argparse
import gc
import importlib.metadata
import json
import os
import platform
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import generate
import resampling
import whole

HERE = Path(__file__).parent
PEERS = ("seqeval", "nervaluate", "seqscore")
LIBRARIES = ("numpy", "pyarrow", "msgspec", *PEERS)
LEFT_OUT = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "PYTHONDONTWRITEBYTECODE")


class Run(NamedTuple):
    """A result, the seconds it took, and the peak memory of its process (0 where it had none of its own)."""

    result: Any
    seconds: float
    mebibytes: float = 0.0


class Case(NamedTuple):
    """Something to measure: how we do it, how a peer does it, and how often faster we are to be."""

    name: str
    size: str
    ours: Callable[[], Run]
    peer: Callable[[], Run] | None = None
    at_least: float | None = None
    at_most: float | None = None
    equal: Callable[[Any, Any], bool] = lambda one, other: bool(one == other)


class Row(NamedTuple):
    """A case, measured."""

    case: Case
    ours: Run
    peer: Run | None
    equal: bool | None


def timed(function: Callable[[], Any]) -> Callable[[], Run]:
    """Give a run of a function in this process."""

    def run() -> Run:
        gc.collect()
        start = time.perf_counter()
        result = function()
        return Run(result, time.perf_counter() - start)

    return run


def process(*command: str, parse: Callable[[str], Any] = json.loads) -> Callable[[], Run]:
    """Give a run of a command as a process of its own; a small launcher takes its time and memory.

    Not by this process: a child's peak memory counts what its parent held when it was forked.
    """

    def run() -> Run:
        environment = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
        launch = [sys.executable, str(HERE / "launch.py"), *command]
        found = subprocess.run(launch, check=False, capture_output=True, env=environment, text=True)
        if found.returncode:
            raise SystemExit(f"{' '.join(command)} failed: {found.stderr[-500:]}")
        measured, _, printed = found.stdout.partition("\n")
        seconds, mebibytes = map(float, measured.split())
        return Run(parse(printed), seconds, mebibytes)

    return run


def measured(case: Case, repeats: int) -> Row:
    """Run both in turn: ours several times (the median counts), the peer once in between."""
    runs = [case.ours()]
    peer = case.peer() if case.peer else None
    runs += [case.ours() for _ in range(repeats - 1)]
    seconds = statistics.median(run.seconds for run in runs)
    ours = Run(runs[0].result, seconds, max(run.mebibytes for run in runs))
    return Row(case, ours, peer, case.equal(ours.result, peer.result) if peer else None)


def list_cases(size: int, peers: bool) -> Iterator[Case]:
    """Give the cases of lists of tags and Dataset columns, in this process."""
    import seqeval.metrics as theirs
    from nervaluate import Evaluator  # noqa: F401 (loaded before the clock starts)
    from seqeval.scheme import IOB2
    from seqscore.scoring import score_label_sequences

    import goldwire.compat.seqeval.metrics as compat
    from goldwire.eval.counts import GOLD, GOLD_CORRECT, PRED
    from goldwire.eval.tagging import MEASURES, score_tag_columns, score_tags
    from goldwire.eval.tagging.codes import CodeBook, scheme_reader
    from goldwire.eval.tagging.greedy import count_greedily
    from goldwire.eval.tagging.sources import list_chunks

    sides = generate.tagged(size)
    gold, pred = (side.lists() for side in sides)
    what = f"{size:,} sentences"

    def against(function: Callable[[], Any]) -> Callable[[], Run] | None:
        return timed(function) if peers else None

    def three(counts: Any) -> list[int]:
        total = counts.total().sum(axis=0)
        return [int(total[GOLD_CORRECT]), int(total[PRED]), int(total[GOLD])]

    def seqscores() -> list[int]:
        found = score_label_sequences(pred, gold, "BIO", repair="conlleval")[0]
        return [found.true_pos, found.total_pos, found.total_ref]

    def modes() -> Any:
        book = CodeBook(scheme_reader("IOB2"))
        return whole.modes_of(count_greedily(list_chunks(gold, pred, book), book))

    strict = {"output_dict": True, "mode": "strict"}
    yield Case(
        "lists: classification_report, seqeval",
        what,
        timed(lambda: compat.classification_report(gold, pred, output_dict=True)),
        against(lambda: theirs.classification_report(gold, pred, output_dict=True)),
        100,
    )
    yield Case(
        "lists: classification_report, strict, seqeval",
        what,
        timed(lambda: compat.classification_report(gold, pred, scheme=IOB2, **strict)),
        against(lambda: theirs.classification_report(gold, pred, scheme=IOB2, **strict)),
        80,
    )
    yield Case(
        "lists: f1_score, seqeval",
        what,
        timed(lambda: compat.f1_score(gold, pred)),
        against(lambda: theirs.f1_score(gold, pred)),
        20,
    )
    yield Case(
        "lists: strict, seqscore",
        what,
        timed(
            lambda: three(score_tags(gold, pred, "IOB2", "conlleval", measures=MEASURES[:1], rows="total")[MEASURES[0]])
        ),
        against(seqscores),
        20,
    )
    yield Case(
        "lists: four modes, overall and a label, nervaluate",
        what,
        timed(modes),
        against(lambda: whole.nervaluate_of(gold, pred)),
        90,
    )
    yield Case(
        "lists: our four modes with counts a sentence",
        what,
        timed(lambda: score_tags(gold, pred, "IOB2", "conlleval")),
    )
    columns = [generate.tag_column(side) for side in sides]
    yield Case(
        "Dataset columns: report, seqeval",
        what,
        timed(
            lambda: figures(
                score_tag_columns(*columns, generate.NAMES, "IOB2", "conlleval", measures=MEASURES[:1], rows="total")[
                    MEASURES[0]
                ]
            )
        ),
        against(lambda: whole.figures_of(theirs.classification_report(*map(from_column, columns), output_dict=True))),
        700,
    )


def figures(counts: Any) -> dict[str, Any]:
    """Give the figures of each label as whole.py does."""
    from goldwire.eval.counts import GOLD, micro, precision_recall_f1

    total = counts.total()
    rows = zip(counts.labels, precision_recall_f1(total).tolist(), total[:, GOLD].tolist(), strict=True)
    return {"micro": micro(total).tolist(), **{label: [*row, gold] for label, row, gold in rows}}


def from_column(column: Any) -> list[list[str]]:
    """Give lists of tags from a column of integers, as users of the peers do."""
    return [[generate.NAMES[number] for number in row] for row in column.to_pylist()]


def file_cases(size: int, folder: Path, peers: bool) -> Iterator[Case]:
    """Give the cases of files, whole process."""
    generate.write_tagged(folder, *generate.tagged(size))
    what = f"{size:,} sentences"
    script = str(HERE / "whole.py")
    large = size >= 1_000_000

    def job(name: str, suffix: str) -> Callable[[], Run]:
        return process(sys.executable, script, name, *(str(folder / f"{side}.{suffix}") for side in ("gold", "pred")))

    small = size < 100_000  # a process's start is most of the time: no target is set for it
    targets = {"parquet": 250 if large else 100, "jsonl": 75 if large else 45}
    for suffix, target in targets.items():
        peer = job("seqeval", suffix) if peers else None
        yield Case(
            f"{suffix}, whole process: report, seqeval", what, job("ours", suffix), peer, None if small else target
        )
    peer = job("nervaluate", "parquet") if peers else None
    yield Case(
        "parquet, whole process: four modes, nervaluate",
        what,
        job("ours-everything", "parquet"),
        peer,
        None if small else 80,
    )
    command = [
        str(Path(sys.executable).parent / "seqscore"),
        "score",
        "--labels",
        "BIO",
        "--repair-method",
        "conlleval",
    ]
    command += ["--score-format", "delim", "--full-precision"]
    files = ["--reference", str(folder / "gold.conll"), str(folder / "pred.conll")]
    yield Case(
        "conll, whole process: seqscore's command",
        what,
        job("ours", "conll"),
        process(*command, *files, parse=seqscore_f1) if peers else None,
        None if small else 35,
        equal=lambda one, other: abs(one["micro"][2] - other) < 1e-12,
    )


def seqscore_f1(printed: str) -> float:
    """Give the F1 over all types of seqscore's delimited output."""
    header, *rows = [line.split("\t") for line in printed.strip().splitlines()]
    overall = dict(zip(header, next(row for row in rows if "ALL" in row), strict=True))
    return float(overall["F1"])


def document_cases(size: int, folder: Path, peers: bool) -> Iterator[Case]:
    """Give the cases of documents with mentions and relations: in this process, and by the command a user types."""
    from goldwire.eval.measures import by_name
    from goldwire.eval.scoring import defaults
    from goldwire.eval.streaming import count_tables

    what = f"{size:,} documents"
    generate.write_documents(folder, size, flat=True)
    generate.write_documents(folder, size, lines=True)
    nested, flat = ([folder / f"{kind}{side}-documents.parquet" for side in ("gold", "pred")] for kind in ("", "flat-"))
    four = [by_name(f"mentions/{rule}") for rule in ("strict", "exact", "partial", "type")]
    strict = [by_name("mentions/strict"), by_name("relations/strict")]

    def counted(paths: list[Path], measures: list[Any]) -> Any:
        return count_tables(*paths, measures).counts

    yield Case(
        "documents: all measures, counts a document, from Parquet",
        what,
        timed(lambda: {name: counts.total() for name, counts in counted(nested, defaults()).items()}),
        at_most=3.5 if size == 100_000 else None,
    )
    yield Case(
        "documents: strict mentions and relations, Python's sets",
        what,
        timed(lambda: whole.correct_of(counted(nested, strict))),
        timed(lambda: whole.correct_by_sets(*nested)) if peers else None,
    )
    dictionaries = [whole.dictionaries(path) for path in flat] if peers else []
    yield Case(
        "documents, flat: four modes, nervaluate",
        what,
        timed(lambda: whole.modes_by_document(counted(flat, four))),
        timed(lambda: whole.nervaluate_of_documents(*dictionaries, generate.LABELS)) if peers else None,
        80 if size >= 10_000 else None,  # of fewer, starting is most of the time
    )
    command = str(Path(sys.executable).parent / "goldwire")
    for suffix in ("parquet", "jsonl"):
        gold, pred = (str(path.with_suffix(f".{suffix}")) for path in nested)
        job = process(command, "score", pred, "--gold", gold, "--json", parse=lambda told: json.loads(told)["scores"])
        yield Case(f"goldwire score pred.{suffix} --gold gold.{suffix} --json", what, job)


def command_cases(folder: Path) -> Iterator[Case]:
    """Give the cases of the command line, whole process."""
    command = str(Path(sys.executable).parent / "goldwire")
    yield Case("goldwire --help", "", process(command, "--help", parse=str), at_most=0.15)
    generate.write_tagged(folder, *generate.tagged(1000))
    for suffix in ("jsonl", "conll", "parquet"):
        gold, pred = (str(folder / f"{side}.{suffix}") for side in ("gold", "pred"))
        job = process(command, "score", pred, "--gold", gold, "--repair", "conlleval", parse=str)
        yield Case(f"goldwire score, {suffix}", "1,000 sentences", job, at_most=0.4)


def statistics_cases(size: int) -> Iterator[Case]:
    """Give the case of 10,000 bootstrap resamples and 10,000 permutations of sentences' counts."""
    from goldwire.eval.tagging import MEASURES, score_tag_columns

    gold, pred = generate.tagged(size)
    other = generate.Side(gold.codes.copy(), gold.lengths)
    half = int(gold.lengths[: size // 2].sum())
    other.codes[:half] = pred.codes[:half]
    columns = [generate.tag_column(side) for side in (gold, pred, other)]
    scored = [
        score_tag_columns(
            columns[0], column, generate.NAMES, "IOB2", "conlleval", measures=MEASURES[:1], rows="sequences"
        )[MEASURES[0]]
        for column in columns[1:]
    ]
    yield compared(scored, f"{size:,} sentences")


def compared(scored: list[Any], what: str) -> Case:
    """Give the case of a comparison of two systems: the bootstrap of their difference and the randomization test."""
    from goldwire.eval.counts import micro
    from goldwire.eval.statistics.intervals import pooled
    from goldwire.eval.statistics.significance import difference

    one, other = map(pooled, scored)
    run = timed(lambda: difference(one, other, lambda total: micro(total)[..., 2], resamples=10_000).p)
    return Case("10,000 resamples and 10,000 permutations", what, run, at_most=2.0)


def table(rows: list[Row]) -> str:
    """Give the rows as a Markdown table."""
    lines = ["| what | size | ours, s | MiB | peer, s | ratio | target | equal |", "|---|---|---|---|---|---|---|---|"]
    for case, ours, peer, equal in rows:
        ratio = f"{peer.seconds / ours.seconds:.0f}x" if peer else "–"
        target = f"≥ {case.at_least:g}x" if case.at_least else f"≤ {case.at_most:g} s" if case.at_most else "–"
        memory = f"{ours.mebibytes:.0f}" if ours.mebibytes else "–"
        seconds = f"{peer.seconds:.2f}" if peer else "–"
        same = "–" if equal is None else "yes" if equal else "NO"
        lines.append(
            f"| {case.name} | {case.size} | {ours.seconds:.3f} | {memory} | {seconds} | {ratio} | {target} | {same} |"
        )
    return "\n".join(lines)


def header(arguments: list[str]) -> str:
    """Say by which command, and with what, was measured."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES)
    command = shlex.join(["python", "benchmarks/run.py", *arguments])
    return (
        f"# Speed\n\nWritten by `{command}`: {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}; {versions}.\nOurs is the median of several runs, the peer's one run "
        "between them; a dash means not measured. A sentence has 25 tokens on average.\n"
    )


def arguments(argv: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--documents", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--quick", action="store_true", help="10,000 sentences, 1,000 documents; writes no file")
    parser.add_argument("--long", action="store_true", help="run the peers above 100,000 sentences too (many minutes)")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", nargs="+", metavar="WORDS", help="the cases whose name has one of these words")
    parser.add_argument("--output", type=Path, default=HERE / "results.md")
    return parser.parse_args(argv)


def cases(chosen: argparse.Namespace, folder: Path) -> Iterator[Case]:
    """Give all cases of the chosen sizes."""
    for size in chosen.sentences:
        peers = size <= 100_000 or chosen.long
        yield from list_cases(size, peers)
        yield from file_cases(size, folder, peers)
        yield from statistics_cases(size)
    for size in chosen.documents:
        yield from document_cases(size, folder, peers=size <= 10_000 or chosen.long)
    documents = [resampling.counts(50_000, 18, 60.0, found) for found in (0.85, 0.86)]
    yield compared(documents, "50,000 documents")
    yield from command_cases(folder)


def _named(case: Case, words: list[str]) -> bool:
    return any(word in case.name for word in words)


def main(argv: list[str]) -> None:
    """Measure, print, and write the results."""
    for name in LEFT_OUT:
        os.environ.pop(name, None)
    chosen = arguments(argv)
    if chosen.quick:
        chosen.sentences, chosen.documents = [10_000], [1_000]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for case in (case for case in cases(chosen, Path(folder)) if not chosen.only or _named(case, chosen.only)):
            print(f"{case.name}, {case.size}", file=sys.stderr, flush=True)
            rows.append(measured(case, chosen.repeats))
    text = f"{header(argv)}\n{table(rows)}\n"
    print(text)
    if not chosen.quick:
        chosen.output.write_text(text, encoding="utf-8")
    if any(row.equal is False for row in rows):
        raise SystemExit("the numbers are not equal")


if __name__ == "__main__":
    main(sys.argv[1:])
