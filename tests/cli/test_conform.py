"""`goldwire conform` puts any scorer to the suite."""

import json
import sys

import pytest
from click.testing import CliRunner

from goldwire.cli.conform import command
from goldwire.errors import InputError

FLATTERER = "import json, sys; print(json.dumps(dict.fromkeys(json.loads(sys.stdin.readline())['asked'], 1.0)))"


def run(*words):
    return CliRunner().invoke(command, [*words])


@pytest.mark.parametrize("scorer", ["goldwire", "python:goldwire.compat.conformance:goldwire"])
def test_goldwire_answers_as_goldwire_does(scorer):
    found = run(scorer)
    assert found.exit_code == 0, found.output
    assert "cases answered as goldwire does" in found.output


def test_a_program_that_flatters_is_found_out_with_the_rule_it_breaks(tmp_path):
    program = tmp_path / "score.py"
    program.write_text(FLATTERER)
    found = run(f"{sys.executable} {program}", "--json")
    assert found.exit_code == 1
    outcomes = json.loads(found.stdout)
    agreed = {outcome["id"]: outcome["agrees"] for outcome in outcomes}
    assert all(outcome["agrees"] == (outcome["answer"] == outcome["expected"]) for outcome in outcomes)
    assert {outcome["of"] for outcome in outcomes} == {"goldwire"} and all(outcome["rule"] for outcome in outcomes)
    assert agreed["A10b"] is False  # two labels that are not one
    assert agreed["A11"] is False  # it counts nothing, and says one mention was right
    assert agreed["C2"] is True


def test_profiles_are_held_against_their_tools_answers():
    assert run("conlleval", "--as", "conlleval").exit_code == 0
    refused = run("conlleval")
    assert refused.exit_code == 1
    assert "Tags that break their scheme are an error" in refused.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["python:nowhere:answer"], "cannot be loaded"),
        (["no-such-program-at-all"], "cannot be started"),
        (["goldwire", "--as", "nobody"], "no case expects anything of it"),
    ],
)
def test_what_is_no_scorer_is_one_line(words, message):
    found = run(*words)
    assert isinstance(found.exception, InputError)
    assert message in str(found.exception)
    assert "\n" not in str(found.exception)
