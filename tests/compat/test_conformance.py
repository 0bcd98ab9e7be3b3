"""The conformance suite: goldwire, the profiles and the installed peers answer what its cases expect."""

from pathlib import Path

import pytest

from goldwire.compat.conformance import SCORERS, Case, read_cases, run
from goldwire.compat.conformance_page import table
from goldwire.compat.peers import installed
from goldwire.errors import InputError

FOLDER = Path(__file__).parents[2] / "docs" / "conformance"
CASES = read_cases(FOLDER)
PEERS = installed()


def mistakes(name, scorer):
    return [(found.case.id, found.answer) for found in run(CASES, name, scorer) if not found.agrees]


@pytest.mark.filterwarnings("ignore:.*seems not to be NE tag")
@pytest.mark.parametrize("name", sorted(SCORERS))
def test_goldwire_and_its_profiles_answer_as_the_suite_expects(name):
    assert mistakes(name, SCORERS[name]) == []


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted(PEERS))
def test_the_peers_really_print_what_the_suite_says(name):
    assert mistakes(name, PEERS[name]) == []


def test_every_case_asks_goldwire_and_says_rule_and_reason():
    assert len(CASES) == len({case.id for case in CASES}) > 50
    assert all("goldwire" in case.expected and case.rule and case.reason for case in CASES)


def test_every_scorer_of_the_suite_is_known():
    known = {*SCORERS, *PEERS}
    assert {name for case in CASES for name in case.expected} <= known | {"scorch", "spacy-links"}


def test_any_scorer_can_be_plugged_in_and_a_flatterer_is_found_out():
    flattered = list(run(CASES, "goldwire", lambda case, asked: dict.fromkeys(asked, 1.0)))
    assert len(flattered) == len(CASES)
    assert sum(found.agrees for found in flattered) < len(CASES) / 4


def test_the_table_is_fresh():
    assert FOLDER.with_suffix(".md").read_text(encoding="utf-8") == table(CASES)


def test_broken_cases_are_refused(tmp_path):
    with pytest.raises(InputError, match="holds no cases"):
        read_cases(tmp_path)
    (tmp_path / "a.json").write_text('[{"id": "A1"}]')
    with pytest.raises(InputError, match="holds a broken case"):
        read_cases(tmp_path)


def test_a_case_is_data():
    case = Case(
        "Z1",
        "a name",
        "tags",
        {"scheme": "IOB2", "gold": [["B-PER"]], "pred": [["B-PER"]]},
        {"me": {"f1": 1.0}},
        "r",
        "w",
    )
    assert [found.agrees for found in run([case], "me", SCORERS["goldwire"])] == [True]
    assert [found.answer for found in run([case], "me", lambda case, asked: 1 / 0)] == ["refused"]
