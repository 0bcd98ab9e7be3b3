"""Published numbers of relation classifiers come out to the last digit, from files like those their scorers took.

The systems' answers are not public, their confusion matrices are: answers with the same matrix are made from them.
"""

import json
from itertools import zip_longest
from pathlib import Path

import pytest
from click.testing import CliRunner

from goldwire.cli.score import command
from goldwire.compat.profiles.relations import SEMEVAL_RELATIONS
from goldwire.compat.profiles.scores import score_by_profile

FOLDER = Path(__file__).parent / "published"
SEMEVAL = json.loads((FOLDER / "semeval2010-8.json").read_text("utf-8"))
TACRED = json.loads((FOLDER / "tacred.json").read_text("utf-8"))
DIRECTIONS = ("(e1,e2)", "(e2,e1)")


def semeval_items(system):
    """Give (gold, predicted) labels with the published confusion, rows and columns in the scorer's order."""
    matrix = system["confusion"]
    names = [name + way for name in SEMEVAL_RELATIONS for way in (DIRECTIONS if len(matrix) == 19 else DIRECTIONS[:1])]
    names.append("Other")
    for gold, row in zip(names, matrix, strict=True):
        yield from ((gold, pred) for pred, times in zip(names, row, strict=True) for _ in range(times))
    if len(matrix) == 10:
        wrong = zip(names, system["wrong_direction"], strict=True)
        yield from ((gold, gold.replace(*DIRECTIONS)) for gold, times in wrong for _ in range(times))


def tacred_items():
    """Give (gold, predicted) labels with the published counts of right, predicted and gold items of each relation."""
    counts = TACRED["counts"].items()
    yield from ((label, label) for label, (right, _, _) in counts for _ in range(right))
    missed = [label for label, (right, _, gold) in counts for _ in range(gold - right)]
    wrong = [label for label, (right, pred, _) in counts for _ in range(pred - right)]
    turned = wrong[len(wrong) // 2 :] + wrong[: len(wrong) // 2]
    for gold, pred in zip_longest(missed, turned, fillvalue="no_relation"):
        yield from [(gold, "no_relation"), ("no_relation", pred)] if gold == pred else [(gold, pred)]


def figures(profile, gold, pred):
    """Give a row's precision, recall and F1, by the command line and by Python, which are the same."""
    found = CliRunner().invoke(command, [str(pred), "--gold", str(gold), "--profile", profile, "--json"])
    assert found.exit_code == 0, found.output
    told = {row["name"]: [row["precision"], row["recall"], row["f1"]] for row in json.loads(found.stdout)["scores"]}
    assert told == {row.name: list(row[2:5]) for row in score_by_profile(profile, gold, pred).rows}
    return told


def shown(numbers, digits):
    return [f"{100 * number:.{digits}f}" for number in numbers]


@pytest.mark.parametrize("system", SEMEVAL, ids=lambda system: system["source"])
def test_semeval2010_outputs_of_the_official_scorer(system, tmp_path):
    gold, pred = tmp_path / "answer_key.txt", tmp_path / "proposed_answers.txt"
    items = list(enumerate(semeval_items(system), start=8001))
    gold.write_text("".join(f"{number}\t{label}\n" for number, (label, _) in items))
    pred.write_text("".join(f"{number}\t{label}\n" for number, (_, label) in reversed(items)))
    found = figures("semeval2010-8", gold, pred)
    assert {name: shown(found[name], 2) for name in system["expected"]} == system["expected"]


@pytest.mark.parametrize("as_json", [False, True])
def test_tacred_outputs_of_the_official_scorer(as_json, tmp_path):
    gold, pred = tmp_path / "test.gold", tmp_path / "predictions.txt"
    golds, preds = zip(*tacred_items(), strict=True)
    gold.write_text("\n".join(golds))
    if as_json:
        ends = {f"{end}_{part}": place for end, place in (("subj", 0), ("obj", 1)) for part in ("start", "end")}
        more = {**ends, "token": ["He", "she"], "subj_type": "PERSON", "obj_type": "PERSON"}
        gold.write_text(json.dumps([{"id": f"x{n}", "relation": label, **more} for n, label in enumerate(golds)]))
    pred.write_text("\n".join(preds))
    found = figures("tacred", gold, pred)
    assert {name: shown(found[name], 3 if name == "micro" else 2) for name in TACRED["expected"]} == TACRED["expected"]
