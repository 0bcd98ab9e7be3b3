"""Agreement: the gold agrees with itself, changes cost where they are made, and what is undefined is said."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from goldwire.annotations.disagreements import disagreements
from goldwire.cli.agree import command
from goldwire.document import Document, Entity, Mention, Relation, canonical
from goldwire.errors import InputError
from goldwire.eval.agreement.measuring import CONLL, FLAT, MEASURES, agreement, flat_view
from goldwire.formats.goldwire_json import read_folder, write_document
from goldwire.labels import LabelSet, RelationLabel

GOLD = {document.id: document for document in read_folder(Path(__file__).parents[3] / "annotations" / "gold")}
TEXT = "Jane Smith of Acme met Bob Ray in Paris on Friday."


def changed(change):
    return {name: canonical(change(document)) for name, document in GOLD.items()}


def without_mention(document, name):
    return replace(
        document,
        mentions=tuple(m for m in document.mentions if m.id != name),
        relations=tuple(r for r in document.relations if name not in (r.head, r.tail)),
        entities=tuple(
            replace(e, mentions=tuple(m for m in e.mentions if m != name))
            for e in document.entities
            if e.mentions != (name,)
        ),
        zones=(),
    )


@pytest.mark.parametrize("measure", [*MEASURES, FLAT, CONLL])
def test_equal_passes_agree_wholly_in_every_measure(measure):
    assert agreement({"ann": GOLD, "ben": GOLD}).mean_f1(measure) == 1


def test_equal_passes_agree_wholly_beyond_chance():
    coefficients = agreement({"ann": GOLD, "ben": GOLD, "cy": GOLD}).coefficients
    assert {1.0} == {round(found.value, 12) for found in coefficients}


def test_one_missed_mention_costs_exactly_itself():
    other = changed(lambda document: without_mention(document, "m1"))
    total = sum(len(document.mentions) for document in GOLD.values())
    expected = 2 * (total - 2) / (total + total - 2)
    assert agreement({"ann": GOLD, "ben": other}).mean_f1("mentions/strict") == pytest.approx(expected)


def test_the_flat_layer_holds_outermost_names_and_values_alone():
    mentions = (Mention(0, 10, "PERSON", level="name"), Mention(5, 10, "PERSON", level="name"))
    document = Document("d", TEXT, (*mentions, Mention(14, 18, "ORG", level="nominal")))
    assert mentions[:1] == flat_view(document).mentions


def test_a_symmetric_relation_agrees_in_either_direction_if_the_labels_say_so():
    ends = (Mention(0, 10, "PERSON", "a"), Mention(23, 30, "PERSON", "b"))
    one, other = ({"d": Document("d", TEXT, ends, (Relation(*pair, "met_with"),))} for pair in (("a", "b"), ("b", "a")))
    labels = LabelSet(relations={"met_with": RelationLabel(symmetric=True)})
    assert agreement({"ann": one, "ben": other}, labels).mean_f1("relations/strict") == 1
    assert agreement({"ann": one, "ben": other}).mean_f1("relations/strict") == 0


def test_an_empty_pass_is_undefined_where_it_is_and_said():
    empty = {name: Document(name, document.text) for name, document in GOLD.items()}
    found = agreement({"ann": empty, "ben": empty})
    assert math.isnan(found.mean_f1("mentions/strict"))
    assert any("marked nothing" in note for note in found.notes)
    assert any("is undefined" in note for note in found.notes)


def test_the_conll_average_of_passes_without_a_pair_is_that_of_scoring():
    """MUC is undefined where every entity has one mention, and is left out of the mean."""
    alone = {"d": Document("d", TEXT, (Mention(0, 10, "PERSON", "a"),), (), (Entity("e", ("a",)),))}
    assert agreement({"ann": alone, "ben": alone}).mean_f1(CONLL) == 1


def test_an_empty_pass_beside_a_full_one_is_worth_nothing_and_defined():
    full = {"d": Document("d", TEXT, (Mention(0, 10, "PERSON", "a"),))}
    found = agreement({"ann": full, "ben": {"d": Document("d", TEXT)}})
    assert found.mean_f1("mentions/strict") == 0
    values = {coefficient.name: coefficient.value for coefficient in found.coefficients if not coefficient.label}
    assert values["Cohen's kappa"] == 0
    assert not any(math.isnan(value) or value > 0 for value in values.values())


def test_kinds_of_disagreement_are_told_apart():
    one = Document("d", TEXT, (Mention(0, 10, "PERSON", "a"), Mention(14, 18, "ORG", "b"), Mention(34, 39, "GPE", "c")))
    other = Document("d", TEXT, (Mention(5, 10, "PERSON", "a"), Mention(14, 18, "GPE", "b")))
    found = disagreements({"ann": {"d": one}, "ben": {"d": other}})
    assert ["boundary", "boundary", "label", "missing"] == sorted(one.kind for one in found)


def test_unequal_texts_and_a_single_annotator_are_refused(tmp_path):
    write_document(Document("d", TEXT), tmp_path / "ann" / "d.json")
    write_document(Document("d", TEXT + " "), tmp_path / "ben" / "d.json")
    result = CliRunner().invoke(command, [str(tmp_path)])
    assert isinstance(result.exception, InputError) and "different texts" in str(result.exception)
    result = CliRunner().invoke(command, [str(tmp_path / "ann")])
    assert isinstance(result.exception, InputError) and "at least two" in str(result.exception)


def test_the_command_gives_json_markdown_and_a_work_list(tmp_path):
    for who, documents in {"ann": GOLD, "ben": changed(lambda d: without_mention(d, "m1"))}.items():
        for document in documents.values():
            write_document(document, tmp_path / "passes" / who / f"{document.id}.json")
    report, worklist = tmp_path / "agreement.md", tmp_path / "disputes.jsonl"
    arguments = [str(tmp_path / "passes"), "--json", "--markdown", str(report), "--disagreements", str(worklist)]
    values = json.loads(CliRunner().invoke(command, arguments, catch_exceptions=False).stdout)
    assert ["ann", "ben"] == values["annotators"]
    assert len(values["disagreements"]) == len(worklist.read_text().splitlines())
    assert report.read_text().startswith("<!-- generated by")
    assert values["settings"]["pass-ann"] != values["settings"]["pass-ben"]
    assert "|duplicates:each-counts|" in report.read_text().splitlines()[-1]


@pytest.mark.parametrize(
    ("passes", "report"), [(["passes"], "agreement.md"), (["passes/d", "gold"], "agreement_gold.md")]
)
def test_the_reports_beside_the_gold_are_fresh(tmp_path, passes, report):
    here = Path(__file__).parents[3] / "annotations"
    arguments = [*(str(here / name) for name in passes), "--labels", str(here / "labels.toml")]
    CliRunner().invoke(command, [*arguments, "--markdown", str(tmp_path / report)], catch_exceptions=False)
    made, kept = ((folder / report).read_text().split("\n", 1)[1] for folder in (tmp_path, here))
    assert kept == made
