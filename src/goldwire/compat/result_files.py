"""What `goldwire score --json` wrote, read back: a claim to explain, and counts that other figures can be made of.

Figures from tags or documents under any conventions are made in recomputing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from goldwire.compat.explain import OURS, Claim, Settings, settings_of
from goldwire.compat.profiles.scores import AVERAGE_NAMES
from goldwire.compat.recomputing import reduced
from goldwire.errors import InputError
from goldwire.eval.counts import COLUMNS, GOLD, GOLD_CORRECT, PRED, PRED_CORRECT, Array
from goldwire.eval.signature import FILE

FIXED = tuple(key for key in OURS if key not in ("measure", "average", "undefined"))
FACTS = ("gold", "pred", "version", "label-map")


class Counted(NamedTuple):
    """The conventions of a result file, and its totals by measure [labels, COLUMNS]."""

    settings: Settings
    totals: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class FromCounts:
    """Result files of the same sides: enough for measure, average, what is undefined, and what one of them states."""

    parts: Sequence[Counted]

    @property
    def own(self) -> dict[str, str]:
        """Give nothing: each result file names its conventions."""
        return {}

    def f1(self, settings: Settings) -> float:
        """Give the F1 under some conventions; those that need the documents must be those of a result file."""
        fitting = [part for part in self.parts if all(part.settings[key] == settings[key] for key in FIXED)]
        for part in fitting:
            if settings["measure"] in part.totals:
                return reduced(part.totals[settings["measure"]], settings)
        if fitting:
            raise InputError(settings["measure"], "was not counted", "score it, or name the files")
        first = self.parts[0].settings
        key = next(key for key in FIXED if first[key] != settings[key])
        raise InputError(key, "cannot be recomputed from counts", "name the files with --gold and --pred")

    def claimed(self, name: str) -> float | None:
        """Give nothing: a profile needs the documents."""
        return None


@dataclass(frozen=True, slots=True)
class ResultFile:
    """What `goldwire score --json` wrote: settings, and figures and counts by measure and label."""

    path: Path
    settings: Mapping[str, str]
    rows: Sequence[Mapping[str, Any]]

    def claim(self, measure: str = "") -> Claim:
        """Give the result's first figure, or that of a measure, as a claim.

        Raises:
            InputError: the measure is not in it.
        """
        row = next((row for row in self.rows if measure in ("", row["measure"])), None)
        if row is None:
            raise InputError(self.path, f"has no {measure}", "score it, or choose another with --measure")
        known = FACTS if "profile" in self.settings else (*FACTS, "overlap")
        facts = {key: self.settings[key].removeprefix(FILE)[:12] for key in known if key in self.settings}
        return Claim(self.path.name, self.conventions(row), _number(row["f1"]), facts)

    def conventions(self, row: Mapping[str, Any]) -> Settings:
        """Give the conventions of a row: those of its profile, or those that the settings name."""
        kept = ("missing-documents", "extra-documents", "view", "labels", "set", "words")
        said = {key: self.settings[key] for key in kept if key in self.settings}
        if "profile" in self.settings:
            return {**settings_of(self.settings["profile"]), **said, "scheme": self.settings["tags"]}
        scheme, repair = self.settings.get("scheme", "spans"), self.settings.get("repair", "none")
        reading = OURS["reading"] if scheme == "spans" else f"as-declared, repair {repair}"
        said |= {key: self.settings[key] for key in ("duplicates", "matching", "undefined")}
        own = {"measure": str(row["measure"]), "average": str(row["name"]), "reading": reading, "scheme": scheme}
        return {**OURS, **said, **own}

    def counted(self) -> Counted:
        """Give the counts of each measure, label by label, that give the figures they were written with."""
        first = self.rows[0]
        settings = self.conventions(first)
        if "profile" in self.settings:
            return Counted(settings, {settings["measure"]: np.stack([_counts(first)])})
        found: dict[str, list[Array]] = {}
        for row in self.rows:
            if not _is_average(row):
                found.setdefault(row["measure"], []).append(_counts(row))
        for row in self.rows:
            if _is_average(row) and row["name"] == "micro" and row["measure"] not in found:
                found[row["measure"]] = [_counts(row)]
        return Counted(settings, {measure: np.stack(rows) for measure, rows in found.items()})


def _is_average(row: Mapping[str, Any]) -> bool:
    return bool(row.get("average", row["name"] in AVERAGE_NAMES))


def _counts(row: Mapping[str, Any]) -> Array:
    values = np.zeros(len(COLUMNS))
    values[GOLD], values[PRED] = (_number(row[side]) for side in ("gold", "pred"))
    values[GOLD_CORRECT] = np.nan_to_num(_number(row["recall"]) * values[GOLD])
    values[PRED_CORRECT] = np.nan_to_num(_number(row["precision"]) * values[PRED])
    return values


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def read_result(path: Path) -> ResultFile:
    """Give a result file.

    Raises:
        InputError: it is not what `goldwire score --json` writes.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        return ResultFile(path, dict(value["settings"]), [dict(row) for row in value["scores"]])
    except OSError as error:
        raise InputError(path, error.strerror or "cannot be read", "name a result file or a profile") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(path, "is no result of goldwire", "write one with goldwire score --json") from error
