"""One job as a process of its own, start-up and imports included: `python benchmarks/whole.py JOB GOLD PRED`.

Each job prints the figures of every label as JSON, so that run.py can compare ours with the peers'. All jobs, ours and
the peers', start without the threads of BLAS, which none of them uses: so does `goldwire score`.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded


def ours(gold: Path, pred: Path) -> dict[str, Any]:
    """Give strict scores a label and micro F1 of two files of tags."""
    from goldwire.eval.counts import GOLD, micro, precision_recall_f1
    from goldwire.eval.tagging import MEASURES, score_tag_files

    counts = score_tag_files(gold, pred, "IOB2", "conlleval", measures=MEASURES[:1], rows="total")[MEASURES[0]]
    total = counts.total()
    rows = zip(counts.labels, precision_recall_f1(total).tolist(), total[:, GOLD].tolist(), strict=True)
    return {"micro": micro(total).tolist(), **{label: [*figures, gold] for label, figures, gold in rows}}


def ours_everything(gold: Path, pred: Path) -> dict[str, Any]:
    """Give nervaluate's counts of two files of tags, overall and a label."""
    from goldwire.eval.tagging.codes import CodeBook, scheme_reader
    from goldwire.eval.tagging.files import file_pieces
    from goldwire.eval.tagging.greedy import count_greedily
    from goldwire.eval.tagging.sources import aligned

    book = CodeBook(scheme_reader("IOB2"))
    return modes_of(count_greedily(aligned(file_pieces(gold, book), file_pieces(pred, book)), book))


def modes_of(counted: Any) -> dict[str, Any]:
    """Give correct, incorrect, partial, missed and spurious of each mode and label."""
    from goldwire.eval.counts import GOLD, GOLD_CORRECT, PRED, PRED_CORRECT

    def five(row: Any) -> list[int]:
        found = [int(row[GOLD_CORRECT + offset]) for offset in (0, 2, 4)]
        taken = sum(int(row[PRED_CORRECT + offset]) for offset in (0, 2, 4))
        return [*found, int(row[GOLD]) - sum(found), int(row[PRED]) - taken]

    overall = {mode: five(counts.values[0, 0]) for mode, counts in counted.overall.items()}
    labels = {
        f"{mode} {label}": five(row)
        for mode, counts in counted.labels.items()
        for label, row in zip(counts.labels, counts.values[0], strict=True)
    }
    return {**overall, **labels}


def seqeval_report(gold: Path, pred: Path) -> dict[str, Any]:
    """Give seqeval's report of two files of tags."""
    from seqeval.metrics import classification_report

    report = classification_report(_lists(gold), _lists(pred), output_dict=True)
    return figures_of(report)


def figures_of(report: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Give a report's rows as [precision, recall, F1, support], the averages but micro left out."""
    rows = {name: [float(row[key]) for key in row] for name, row in report.items() if not name.endswith(" avg")}
    return {"micro": [float(value) for value in report["micro avg"].values()][:3], **rows}


def nervaluate_counts(gold: Path, pred: Path) -> dict[str, Any]:
    """Give nervaluate's counts of two files of tags."""
    return nervaluate_of(_lists(gold), _lists(pred))


def nervaluate_of(gold: list[list[str]], pred: list[list[str]]) -> dict[str, Any]:
    """Give nervaluate's counts of lists of tags, overall and a label."""
    from nervaluate import Evaluator

    labels = sorted({tag[2:] for tags in [*gold, *pred] for tag in tags if tag != "O"})
    found = Evaluator(gold, pred, tags=labels, loader="list").evaluate()
    names = ("correct", "incorrect", "partial", "missed", "spurious")
    overall = {mode: [getattr(result, name) for name in names] for mode, result in found["overall"].items()}
    single = {
        f"{mode} {label}": [getattr(result, name) for name in names]
        for label, modes in found["entities"].items()
        for mode, result in modes.items()
    }
    return {**overall, **single}


def modes_by_document(counted: Any) -> dict[str, list[int]]:
    """Give correct, incorrect, partial, missed and spurious of each of our modes, all documents and labels together."""
    from goldwire.eval.counts import COLUMNS

    told = {"mentions/strict": "strict", "mentions/exact": "exact", "mentions/partial": "partial"}
    found = {}
    for name, counts in counted.items():
        row = dict(zip(COLUMNS, counts.total().sum(axis=0).tolist(), strict=True))
        paired = [row[f"gold_{outcome}"] for outcome in ("correct", "incorrect", "partial")]
        found[told.get(name, "ent_type")] = [*paired, row["gold"] - sum(paired), row["pred"] - sum(paired)]
    return found


def dictionaries(path: Path) -> list[list[dict[str, Any]]]:
    """Give the mentions of documents as nervaluate's dict loader takes them, whose ends are inclusive."""
    import pyarrow.parquet as pq

    rows = pq.read_table(path, columns=["mentions"]).column(0).to_pylist()
    return [[{"label": m["label"], "start": m["start"], "end": m["end"] - 1} for m in row] for row in rows]


def nervaluate_of_documents(gold: Any, pred: Any, labels: Any) -> dict[str, list[int]]:
    """Give nervaluate's overall counts of each mode; it counts by label as well, as it always does."""
    from nervaluate import Evaluator

    found = Evaluator(gold, pred, tags=list(labels), loader="dict").evaluate()["overall"]
    names = ("correct", "incorrect", "partial", "missed", "spurious")
    return {mode: [getattr(result, name) for name in names] for mode, result in found.items()}


def correct_of(counted: Any) -> list[int]:
    """Give how many mentions and relations are strictly correct."""
    from goldwire.eval.counts import GOLD_CORRECT

    return [int(counts.total().sum(axis=0)[GOLD_CORRECT]) for counts in counted.values()]


def correct_by_sets(*paths: Path) -> list[int]:
    """Give the same by counting tuples: what is on both sides, as often as both have it."""
    import pyarrow.parquet as pq

    sides = []
    for path in paths:
        mentions, relations = Counter[Any](), Counter[Any]()
        for row in pq.read_table(path, columns=["id", "mentions", "relations"]).to_pylist():
            keys = {m["id"]: (row["id"], m["start"], m["end"], m["label"]) for m in row["mentions"]}
            mentions.update(keys.values())
            relations.update((keys[r["head"]], keys[r["tail"]], r["label"]) for r in row["relations"])
        sides.append((mentions, relations))
    return [(one & other).total() for one, other in zip(*sides, strict=True)]


def _lists(path: Path) -> list[list[str]]:
    """Read tags as users of the peers do: datasets' Parquet by its integers, JSON lines by the standard library."""
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        table = pq.read_table(path, columns=["ner_tags"])
        features = json.loads(table.schema.metadata[b"huggingface"])["info"]["features"]
        names = features["ner_tags"]["feature"]["names"]
        return [[names[number] for number in row] for row in table.column(0).to_pylist()]
    with path.open(encoding="utf-8") as file:
        return [json.loads(line)["ner_tags"] for line in file]


JOBS = {
    "ours": ours,
    "ours-everything": ours_everything,
    "seqeval": seqeval_report,
    "nervaluate": nervaluate_counts,
}

if __name__ == "__main__":
    print(json.dumps(JOBS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))))
