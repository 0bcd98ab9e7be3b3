"""`score`: every measure of a gold and its predictions in one pass, with counts, intervals, notes and a signature.

What a measure counts lives with its layer; how scores are printed, in report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.eval import line_shards
from goldwire.eval.columns import Columns, columns
from goldwire.eval.counts import GOLD, PRED, Counts
from goldwire.eval.layers.facts import facts_of
from goldwire.eval.measures import ANSWERED, DEFAULT, IGNORING, NEEDS, Measure, by_name, measures, named
from goldwire.eval.pairing import Policies
from goldwire.eval.reading import PLAIN, Documents, Reading, gives_answers
from goldwire.eval.scores import NO_RESAMPLING, Resampling, Row, Scores, rows_of
from goldwire.eval.sides import UNITS, Sides, drawn, read_sides
from goldwire.eval.signature import Signature, settings
from goldwire.eval.streaming import (
    Counted,
    count_shards,
    count_tables,
    file_hash,
    is_table,
    note_duplicates,
    note_untokenized,
)
from goldwire.eval.tag_scores import (
    TagFiles,
    can_count,
    compared_words,
    explained,
    same_ids,
    scheme_of,
    tag_files,
)
from goldwire.formats.base import Notes
from goldwire.labels import LabelSet

__all__ = ["Documents", "Reading", "Resampling", "Row", "Scores", "count", "rows_of", "score", "score_columns"]


def score(
    gold: Documents,
    pred: Documents,
    *,
    measures: Sequence[str] | None = None,
    labels: LabelSet | None = None,
    missing_documents: str = "empty",
    extra_documents: str = "error",
    bootstrap: int = 0,
    seed: int = 0,
    interval: str = "percentile",
    unit: str = "",
    flat: bool = False,
    reading: Reading = PLAIN,
    training: Iterable[Document] | None = None,
) -> Scores:
    """Score predictions against a gold: documents, or paths of files that goldwire.formats reads.

    Without `measures` (names, or patterns such as coreference/*), every layer is scored by its default measures if both
    sides have it; of DocRED's result.json facts and their evidence are. `bootstrap` resamples units (documents, of
    files of tags sentences, unless `unit` says which) for 95 % intervals by the method `interval` (percentile,
    expanded, bca), the same for the same seed. `flat` scores outermost names and values only. `reading`
    says how files are read. training: the documents whose facts relations/entity-ign leaves out. Another tool's figures
    by its own conventions: `goldwire.compat.profiles.scores`.

    Raises:
        InputError: the two do not fit together, or a measure, unit or method is unknown.
    """
    if unit not in ("", *UNITS):
        raise InputError("unit", f"{unit!r} is none", f"choose {' or '.join(UNITS)}")
    how = Resampling(bootstrap, seed, interval)
    known = None if training is None else facts_of(training)
    if measures is not None:
        measures = named(measures)
    elif gives_answers(pred, reading):
        measures = answered(known)
    tagged = tag_files(gold, pred, reading)
    unit = drawn(unit, tagged=tagged is not None)
    if tagged and unit == "sentence" and not flat and (found := _by_tags(tagged, measures, labels, how, reading)):
        return found
    policies, notes = Policies(missing_documents, extra_documents), Notes()
    paired: Any = {"labels": labels, "policies": policies, "how": how, "made": reading.asked()}
    if unit == "document" and not flat and can_stream(measures) and is_table(gold) and is_table(pred):
        return _score_shards(count_tables, Path(str(gold)), Path(str(pred)), measures, **paired)
    if not flat and unit == "document" and _adds_up(measures) and line_shards.can_stream(gold, pred, reading):
        try:
            count_lines = partial(line_shards.count_lines, repair=reading.repair)
            return _score_shards(count_lines, Path(str(gold)), Path(str(pred)), measures, **paired)
        except line_shards.OutOfOrder:
            notes.add("pair of files read whole: their documents are not the same in one order")
    words = not can_stream(measures)
    sides = read_sides(
        gold,
        pred,
        labels=labels,
        flat=flat,
        reading=reading,
        words=words,
        notes=notes,
        known=known,
        **policies._asdict(),
    )
    return score_sides(sides, measures, resampling=how, unit=unit)


def answered(known: object) -> list[str]:
    """Give the measures of DocRED's answers; where facts known from training are named, also the one without these."""
    return [*ANSWERED, *([] if known is None else [IGNORING])]


def score_sides(
    sides: Sides, measures: Sequence[str] | None = None, *, resampling: Resampling = NO_RESAMPLING, unit: str = ""
) -> Scores:
    """Score two sides that were read whole, as `score` does: of tags, sentences are drawn unless `unit` says other."""
    names = answered(sides.columns.known) if measures is None and sides.answers else measures
    unit = drawn(unit, tagged=sides.tagged)
    return score_columns(
        sides.columns, names, signature=sides.signature, notes=sides.notes, resampling=resampling, unit=unit
    )


def count(
    gold: Iterable[Document],
    pred: Iterable[Document],
    *,
    measures: Sequence[str] | None = None,
    labels: LabelSet | None = None,
    notes: Notes | None = None,
) -> Counted:
    """Count one shard of documents, a row a document; `streaming.merge_counted` adds disjoint shards in any order.

    Without `measures` all default ones are counted, whatever layers the shard has. `rows_of` gives the figures of a
    measure's counts.

    Raises:
        InputError: as `score` does; or a measure counts the corpus as a whole, so that shards would not add up.
    """
    chosen, said = _candidates(measures), Notes() if notes is None else notes
    if whole := [measure.name for measure in chosen if not measure.additive]:
        raise InputError("measure", f"{whole[0]} counts the corpus as a whole", "leave it out, or score all at once")
    both = columns(gold, pred, labels, notes=said, words=not can_stream(measures))
    return count_shards([both], chosen, said, keep_documents=True)


def score_columns(
    both: Columns,
    names: Sequence[str] | None = None,
    *,
    signature: Signature,
    notes: Notes | None = None,
    resampling: Resampling = NO_RESAMPLING,
    unit: str = "document",
) -> Scores:
    """Score two sides that are columns already."""
    said = Notes() if notes is None else notes
    note_duplicates(both, said)
    chosen = chosen_measures(names, both.gold.layers, both.pred.layers, said)
    note_untokenized(both, chosen, said)
    by = unit if resampling.resamples else "document"
    counts = dict(_counted(both, chosen, by, said))
    return _scores(counts, signature, said, resampling, unit)


def _counted(both: Columns, chosen: Sequence[Measure], unit: str, notes: Notes) -> Iterator[tuple[str, Counts]]:
    """Count the measures by unit; those that sentences cannot divide by document, said."""
    from goldwire.eval.sentence_units import BY_SENTENCE, by_sentence

    parts = by_sentence(both) if unit == "sentence" else both
    for measure in chosen:
        if unit == "sentence" and measure.name not in BY_SENTENCE:
            notes.add(f"{measure.name}: its intervals draw documents, for sentences do not divide it")
        yield measure.name, measure.count(parts if measure.name in BY_SENTENCE else both)


def count_by_sentence(both: Columns, measure: Measure) -> Counts:
    """Count a measure with a row a sentence.

    Raises:
        InputError: sentences do not divide the measure.
    """
    from goldwire.eval.sentence_units import BY_SENTENCE, by_sentence

    if measure.name not in BY_SENTENCE:
        raise InputError(measure.name, "sentences do not divide it", "compare by document")
    return measure.count(by_sentence(both))


def score_tag_sentences(files: TagFiles, measure: Measure, labels: LabelSet | None, reading: Reading) -> Scores | None:
    """Score two files of tags, words or none, with a row of counts a sentence; None where only documents will do."""
    return _by_tags(files, [measure.name], labels, NO_RESAMPLING, reading, rows="sequences")


def _scores(counts: dict[str, Counts], signature: Signature, notes: Notes, resampling: Resampling, unit: str) -> Scores:
    note_labels(counts, notes)
    rows = tuple(row for name, found in counts.items() for row in rows_of(found, by_name(name).averages, resampling))
    if resampling.resamples:
        note_units(counts, notes, unit)
        told = f"{resampling.method} of {resampling.resamples} resamples of {unit}s, seed {resampling.seed}"
        signature = Signature({**signature.fields, "interval": told})
    return Scores(counts, rows, signature, tuple(notes.lines()))


def _by_tags(
    files: TagFiles,
    names: Sequence[str] | None,
    labels: LabelSet | None,
    how: Resampling,
    reading: Reading,
    *,
    rows: str = "",
) -> Scores | None:
    """Score tags without documents; None where only documents will do.

    CoNLL that the engine for tags refuses the documents' way reads, or refuses naming line and tag.
    """
    if not can_count(names) or not same_ids(files):
        return None
    try:
        return _score_tags(files, names, labels, how, reading, rows=rows)
    except InputError as error:
        if told := explained(error, files):
            raise told from error
        return None


def _score_tags(
    files: TagFiles,
    names: Sequence[str] | None,
    labels: LabelSet | None,
    how: Resampling,
    reading: Reading,
    *,
    rows: str,
) -> Scores:
    """Score two files of tags a block at a time; sentences with equal counts share a row, unless `rows` says other."""
    from goldwire.eval.tagging import MEASURES, score_tag_files

    scheme, notes = scheme_of(files, reading), Notes()
    unlike = compared_words(files, notes)
    counts = score_tag_files(
        files.gold,
        files.pred,
        scheme,
        reading.repair,
        columns=files.columns,
        measures=tuple(names or MEASURES),
        rows=rows or ("grouped" if how.resamples else "total"),
        unlike=unlike,
    )
    if unlike and unlike.count:
        notes.add(
            "sentence of other words than the gold's, scored by its tags all the same", unlike.first, unlike.count
        )
    view = {"scheme": scheme, "repair": reading.repair, "overlap": "tokens", **reading.asked()}
    fields = settings(labels, file_hash(files.gold), file_hash(files.pred), view=view)
    return _scores(counts, Signature(fields), notes, how, "sentence")


def can_stream(names: Sequence[str] | None) -> bool:
    """Say whether these measures can be counted from tables: those that look at no surface."""
    return not any(word in name for name in names or () for word in ("head", "surface", "triples", "ign"))


def _adds_up(names: Sequence[str] | None) -> bool:
    return can_stream(names) and all(by_name(name).additive for name in names or ())


def _score_shards(
    count_files: Callable[..., Counted],
    gold: Path,
    pred: Path,
    names: Sequence[str] | None,
    *,
    labels: LabelSet | None,
    policies: Policies,
    how: Resampling,
    made: Mapping[str, str],
) -> Scores:
    """Score two files of documents a shard at a time; documents' own counts are kept only where intervals need them."""
    notes, keep = Notes(), how.resamples > 0
    counted = count_files(
        gold, pred, _candidates(names), labels, **policies._asdict(), notes=notes, keep_documents=keep
    )
    chosen = chosen_measures(names, counted.gold_layers, counted.pred_layers, notes)
    counts = {measure.name: counted.counts[measure.name] for measure in chosen}
    fields = settings(labels, file_hash(gold), file_hash(pred), view=made, **policies._asdict())
    return _scores(counts, Signature(fields), notes, how, "document")


def _candidates(names: Sequence[str] | None) -> list[Measure]:
    return [by_name(name) for name in names] if names is not None else defaults()


def chosen_measures(
    names: Sequence[str] | None, gold_layers: frozenset[str], pred_layers: frozenset[str], notes: Notes
) -> list[Measure]:
    """Give the named measures, or the default ones of all layers that both sides have; a lacking layer is noted."""
    if names is not None:
        return [by_name(name) for name in names]
    layers = {"mentions"} | (gold_layers & pred_layers)
    for layer in sorted((gold_layers ^ pred_layers) - {"mentions"}):
        lacking = "the predictions have" if layer in gold_layers else "the gold has"
        notes.add(f"layer not scored: {layer}, of which {lacking} none (name its measures to score it all the same)")
    return [measure for measure in defaults() if NEEDS.get(measure.layer, measure.layer) in layers]


def defaults() -> list[Measure]:
    """Give the measures that are counted unless others are named."""
    return [m for m in measures().values() if m.name in DEFAULT]


def note_units(counts: dict[str, Counts], notes: Notes, unit: str) -> None:
    """Say which measures have no interval, and why, and whether there are few units to draw from."""
    from goldwire.eval.sentence_units import BY_SENTENCE
    from goldwire.eval.statistics.intervals import FEW

    few: dict[str, int] = {}
    lone: dict[str, list[str]] = {}
    for name, found in counts.items():
        own = unit if name in BY_SENTENCE else "document"
        units = len(found.values) if found.times is None else int(found.times.sum())
        if not by_name(name).additive:
            notes.add(f"{name}: no interval, for it counts the corpus as a whole")
        elif units < 2:
            lone.setdefault(own, []).append(name)
        elif units < FEW:
            few[own] = units
    for own, names in lone.items():
        notes.add(f"no interval of {', '.join(names)}, for it needs two {own}s or more to draw from")
    for own, units in few.items():
        notes.add(f"intervals drawn from no more than {units} {own}s, which makes them too narrow")


def note_labels(counts: dict[str, Counts], notes: Notes) -> None:
    """Count predictions whose label the gold never uses: they count as wrong."""
    for kind in ("mentions", "relations"):
        found = next((found for name, found in counts.items() if name.startswith(f"{kind}/")), None)
        for label, (gold, pred) in zip(found.labels, found.total()[:, [GOLD, PRED]], strict=True) if found else ():
            if pred and not gold:
                notes.add(f"{kind}: predicted with label {label}, which the gold never uses: wrong", times=int(pred))
