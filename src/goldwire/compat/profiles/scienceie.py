"""How SemEval-2017 task 10 (ScienceIE) scores folders of brat: keyphrases and relations, each place under one label.

It reads the .ann files itself: "*" lines are relations there, and a place that is labelled twice has its first label.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

from goldwire.compat.profiles.figures import Figures, Rows, ratios
from goldwire.errors import InputError
from goldwire.formats.base import Options
from goldwire.formats.columns import text_lines

Labels: TypeAlias = dict[tuple[str, ...], str]
"""By a place, its label: a file's name and two offsets of a keyphrase, or with "" at the end two keyphrases."""
Facts: TypeAlias = list[tuple[str, str, str]]
SYNONYM, HYPONYM = "Synonym-of", "Hyponym-of"
KEYPHRASE = "KEYPHRASE-NOTYPES"


def scienceie_files(gold: Path, pred: Path, options: Options) -> Rows:
    """Give all labels' micro, keyphrases' alone, their borders', relations' alone, then labels; 0/0 is 0.

    Labels that the gold never uses are not seen. A file without predictions has none.

    Raises:
        InputError: the gold is no folder of .ann files, or a line of one is broken.
    """
    files = sorted(gold.glob("*.ann"))
    if not files:
        raise InputError(gold, "has no .ann file", "name the folder of the gold's .ann files")
    sides = [_folder(side, options) for side in (files, [pred / file.name for file in files])]
    keys, links = ([_of_length(side, length) for side in sides] for length in (3, 4))
    borders = [dict.fromkeys(side, KEYPHRASE) for side in keys]
    kinds = {"micro": sides, "keyphrases": keys, "borders": borders, "relations": links}
    return {**{name: _pooled(*kind) for name, kind in kinds.items()}, **_by_label(*sides)}


def _of_length(side: Labels, length: int) -> Labels:
    return {place: label for place, label in side.items() if len(place) == length}


def _folder(files: Iterable[Path], options: Options) -> Labels:
    found: Labels = {}
    for file in files:
        if file.exists():
            for place, label in _places(file, options):
                found.setdefault((file.name, *place), label)
    return found


def _places(file: Path, options: Options) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give each keyphrase's offsets with its label, then each relation's keyphrases (and "") with its."""
    spans: dict[str, str] = {}
    facts: Facts = []
    for number, line in text_lines(file, options):
        cells = line.strip().split("\t")
        words = cells[1].split(" ") if len(cells) > 1 else []
        if len(words) < 3:
            mend = "give T lines (label, start, end), R lines and * lines (label, two T)"
            raise InputError(f"{file}:{number}", f"is no keyphrase or relation: {line[:60]!r}", mend)
        if words[0].endswith("-of"):
            facts.append((words[0], *_ends(words, spans, f"{file}:{number}")))
        else:
            spans[cells[0]] = cells[1].replace(" ", "_")
            yield (words[1], words[2]), words[0]
    for label, head, tail in dict.fromkeys(_renamed(facts)):
        yield (head, tail, ""), label


def _ends(words: list[str], spans: dict[str, str], where: str) -> tuple[str, str]:
    names = words[1].replace("Arg1:", ""), words[2].replace("Arg2:", "")
    for name in names:
        if name not in spans:
            raise InputError(
                where, f"names {name}, which no line before it does", "restore it, or leave the relation out"
            )
    head, tail = (spans[name] for name in names)
    turned = words[0] == SYNONYM and _start(head) > _start(tail)
    return (tail, head) if turned else (head, tail)


def _start(span: str) -> str:
    """Give where a span starts, as the script compares it: as text."""
    return span.split("_")[1]


def _renamed(facts: Facts) -> Facts:
    """Put the synonym that starts second, by text, for the first one in hyponyms, as the script does in its order."""
    found = list(facts)
    for label, first, second in facts:
        if label == SYNONYM:
            for place, (other, head, tail) in enumerate(found):
                if other == HYPONYM and first == head:
                    found[place] = (other, second, tail)
                if other == HYPONYM and first == tail:
                    found[place] = (other, head, second)
    return found


def _by_label(gold: Labels, pred: Labels) -> Rows:
    right = Counter(label for place, label in gold.items() if pred.get(place) == label)
    said, there = Counter(pred.values()), Counter(gold.values())
    return {label: ratios(right[label], said[label], there[label]) for label in sorted(there)}


def _pooled(gold: Labels, pred: Labels) -> Figures:
    rows = _by_label(gold, pred).values()
    return ratios(sum(row.correct for row in rows), sum(row.pred for row in rows), sum(row.gold for row in rows))
