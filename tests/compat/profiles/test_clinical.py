"""The scorers of n2c2 2018 track 2 and of MEDDOCAN, over folders of brat: their rules, on cases counted by hand.

Both were also held against the scripts' own counting on 300 random folders each, without a difference.
"""

import pytest

from goldwire.compat.profiles.scores import score_by_profile
from goldwire.errors import InputError

TEXT = "Lisinopril 10 mg daily, aspirin 81 mg; Dr. Ana Ruiz (Madrid)."


def folder(path, documents):
    path.mkdir()
    for name, lines in documents.items():
        (path / f"{name}.txt").write_text(TEXT)
        (path / f"{name}.ann").write_text("".join(f"{line}\n" for line in lines))
    return path


def span(name, label, surface, start=0):
    at = TEXT.index(surface, start)
    return f"{name}\t{label} {at} {at + len(surface)}\t{surface}"


def scored(tmp_path, profile, gold, pred):
    sides = folder(tmp_path / "gold", gold), folder(tmp_path / "pred", pred)
    return {row.name: row for row in score_by_profile(profile, *sides).rows}


DRUG, DOSE = span("T1", "Drug", "Lisinopril"), span("T2", "Strength", "10 mg")
LINK = "R1\tStrength-Drug Arg1:T2 Arg2:T1"


def test_n2c2s_lenient_match_counts_overlaps_and_drops_a_second_one(tmp_path):
    pred = [span("T1", "Drug", "Lisin"), span("T2", "Drug", "pril"), span("T3", "Strength", "mg daily")]
    found = scored(tmp_path, "n2c2-2018-2", {"a": [DRUG, DOSE]}, {"a": pred})
    assert (found["strict tags"].correct, found["strict tags"].pred) == (0, 3)
    assert found["lenient tags"][2:8] == (1, 1, 1, 2, 2, 2)
    assert found["lenient tags Drug"][2:5] == (1, 1, 1)


def test_n2c2_takes_one_that_meets_two_as_one_right_and_one_missed(tmp_path):
    found = scored(tmp_path, "n2c2-2018-2", {"a": [DRUG, DOSE]}, {"a": [span("T1", "Drug", TEXT[:16])]})
    assert found["lenient tags"][2:5] == (1, 0.5, pytest.approx(2 / 3))


def test_n2c2s_relations_need_both_ends_by_the_mode_and_macro_is_over_documents(tmp_path):
    gold = {"a": [DRUG, DOSE, LINK], "b": [DRUG]}
    pred = {"a": [span("T1", "Drug", "Lisin"), DOSE, LINK], "b": []}
    found = scored(tmp_path, "n2c2-2018-2", gold, pred)
    assert [found[f"{mode} relations"].f1 for mode in ("strict", "lenient")] == [0, 1]
    assert found["lenient relations macro"].f1 == 0.5  # nothing and nothing is 0 there
    assert found["lenient tags macro"][2:5] == (0.5, 0.5, 0.5)
    assert found["lenient relations Strength-Drug"].f1 == 1


def test_meddocan_merges_spans_with_nothing_but_marks_between(tmp_path):
    gold = [span("T1", "NOMBRE", "Ana Ruiz"), span("T2", "TERRITORIO", "Madrid")]
    pred = [span("T1", "NOMBRE", "Ana"), span("T2", "NOMBRE", "Ruiz"), span("T3", "CALLE", "Madrid")]
    found = scored(tmp_path, "meddocan", {"a": gold}, {"a": pred})
    assert found["ner"][2:5] == (0, 0, 0)
    assert found["spans"][2:5] == (pytest.approx(1 / 3), 0.5, pytest.approx(0.4))
    assert found["spans merged"][2:5] == (1, 1, 1)


def test_meddocan_keeps_apart_what_a_word_parts(tmp_path):
    gold = [span("T1", "NOMBRE", "Ana"), span("T2", "NOMBRE", "Madrid")]
    found = scored(tmp_path, "meddocan", {"a": gold}, {"a": [*gold[:1], span("T2", "NOMBRE", "aspirin")]})
    assert found["spans merged"][2:5] == (0.5, 0.5, 0.5)


@pytest.mark.parametrize(("profile", "row"), [("n2c2-2018-2", "strict tags"), ("meddocan", "ner")])
def test_both_scripts_leave_out_a_document_that_was_not_predicted_and_that_is_said(tmp_path, profile, row):
    sides = folder(tmp_path / "gold", {"a": [DRUG], "b": [DRUG]}), folder(tmp_path / "pred", {"a": [DRUG]})
    found = score_by_profile(profile, *sides)
    assert {one.name: one.recall for one in found.rows}[row] == 1
    assert any("gold document without prediction: left out, as this tool" in note for note in found.notes)
    with pytest.raises(InputError, match="document b of the gold not predicted"):
        score_by_profile(profile, *sides, missing_documents="error")
