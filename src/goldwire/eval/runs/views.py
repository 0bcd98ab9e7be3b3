"""The views in which a run is scored: what is kept of gold and predictions, and what each left out.

Running is in running; the leaderboard of many runs, in bench.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from goldwire.document import Document
from goldwire.eval.reading import Reading
from goldwire.eval.runs import PREDICTIONS
from goldwire.eval.runs.folder import read_run
from goldwire.eval.scores import Row
from goldwire.eval.scoring import Scores, score
from goldwire.eval.systems.label_maps import LabelMap, digest, identity, label_map, shared
from goldwire.eval.systems.string_view import strings
from goldwire.labels import LabelSet

FULL, NAMES, SHARED, STRINGS = "full", "names", "shared", "strings"
VIEWS = {
    FULL: "all mentions of the gold",
    NAMES: "mentions of level name on both sides (a predicted mention that says no level counts as a name)",
    SHARED: "names, in the labels that the system can give or its label map shares; others are left out on both sides",
}
"""The views that every run has, and what they keep; a run of strings has STRINGS as well: names, wherever they are."""
MEASURES = ("mentions/strict", "relations/strict")


class Viewed(NamedTuple):
    """Gold and predictions as a view sees them, and what it left out of each, by label."""

    gold: list[Document]
    pred: list[Document]
    left_out: Counter[str]


@dataclass(frozen=True, slots=True)
class RunScores:
    """A run's scores in each view, the names of what the shared view left out, and what the run itself has to say."""

    rows: tuple[tuple[str, Row], ...]
    left_out: Mapping[str, int]
    notes: Mapping[str, int]
    failures: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """Give all of it as plain values."""
        rows = [{"view": name, **row._asdict()} for name, row in self.rows]
        return {"scores": rows, "left_out": self.left_out, "notes": self.notes, "failures": self.failures}


def run_of(predictions: Path) -> dict[str, Any]:
    """Give the run.json beside a run's predictions; an empty dict where the file is not a run's."""
    table = read_run(predictions.parent) if predictions.name == PREDICTIONS else {}
    return table if isinstance(table.get("model"), dict) and isinstance(table.get("system"), dict) else {}


def score_run(
    table: Mapping[str, Any],
    gold: Sequence[Document],
    pred: Sequence[Document],
    labels: LabelSet | None,
    **policies: str,
) -> RunScores:
    """Score a run in every view by the strict measures of the layers it predicts; policies as `score` takes them."""
    found = views(table, gold, pred)
    scores = score_views(found, table, labels=labels, **policies)
    rows = [(name, scores[name][m]) for m in MEASURES for name in found if m in scores[name].counts]
    lost = dict(sorted(found[SHARED].left_out.items()))
    return RunScores(tuple(rows), lost, table.get("notes", {}), table.get("failures", {}))


def score_views(
    found: Mapping[str, Viewed], table: Mapping[str, Any], *, labels: LabelSet | None, **how: Any
) -> dict[str, Scores]:
    """Score gold and predictions in each view; strings have no more than labels and surfaces to be scored by."""
    scores = {}
    for name, sides in found.items():
        reading = Reading(made={**signed(table), **({} if name == FULL else {"view": name})})
        kept: Any = {"measures": ["mentions/strict"]} if name == STRINGS else {"labels": labels}
        scores[name] = score(sides.gold, sides.pred, reading=reading, **kept, **how)
    return scores


def signed(table: Mapping[str, Any]) -> dict[str, str]:
    """Give what a signature says of a run's label map: its name and a digest of what it maps; nothing without one."""
    name = table.get("system", {}).get("label_map", "")
    if not name:
        return {}
    return {"label-map": f"{Path(name).stem}+{digest(name)[:8]}"}


def views(table: Mapping[str, Any], gold: Sequence[Document], pred: Sequence[Document]) -> dict[str, Viewed]:
    """Give the gold and the predictions of a run in every view; `table` is its run.json."""
    maps = shared_map(table, pred)
    found = {name: view(name, gold, pred, maps) for name in VIEWS}
    if table["model"].get("strings"):
        found[STRINGS] = Viewed(*strings(found[NAMES].gold, found[NAMES].pred), Counter())
    return found


def shared_map(table: Mapping[str, Any], pred: Iterable[Document]) -> LabelMap | None:
    """Give the label map of a run's system, or that of the labels it says it can give, or None if it says none.

    What it gave besides, it can give as well: a component of one's own tells spaCy no labels.
    """
    if table["system"].get("label_map"):
        return label_map(table["system"]["label_map"])
    model = table["model"]
    if not model.get("mention_labels"):
        return None
    given, related = set[str](), set[str]()
    for document in pred:
        given.update(mention.label for mention in document.mentions)
        related.update(relation.label for relation in document.relations)
    relations = model.get("relation_labels", ())
    return identity({*model["mention_labels"], *given}, {*relations, *related} if relations else ())


def view(name: str, gold: Iterable[Document], pred: Iterable[Document], maps: LabelMap | None) -> Viewed:
    """Give gold and predictions as a view sees them, and what it left out of each, by label."""
    golds, preds = list(gold), list(pred)
    if name == FULL:
        return Viewed(golds, preds, Counter())
    golds, preds = [names_only(document) for document in golds], [names_only(document) for document in preds]
    if name == NAMES or maps is None:
        return Viewed(golds, preds, Counter())
    golds, lost = shared(golds, maps)
    preds, spare = shared(preds, maps)
    both = {"gold": lost, "pred": spare}
    return Viewed(golds, preds, Counter({f"{side} {what}": n for side, out in both.items() for what, n in out.items()}))


def names_only(document: Document) -> Document:
    """Give a document with only its mentions of level name, or of no level, and the relations between these."""
    kept = tuple(m for m in document.mentions if m.level in ("", "name"))
    names = {mention.id for mention in kept}
    relations = tuple(r for r in document.relations if r.head in names and r.tail in names)
    entities = tuple(
        replace(e, mentions=held) for e in document.entities if (held := tuple(m for m in e.mentions if m in names))
    )
    return replace(document, mentions=kept, relations=relations, entities=entities)
