"""Figures are rounded once, from the very percentage; tables hold whatever names labels and documents have."""

import pytest

from goldwire.document import Document, Mention
from goldwire.eval.report import aligned, failed_lines, fenced, percent
from goldwire.eval.scoring import score

TEXT = "Reuters said Boeing and Airbus fell in Paris."
SPANS = ((0, 7), (13, 19), (24, 30), (39, 44))


def news(*labels):
    mentions = (Mention(*span, label, f"m{n}") for n, (span, label) in enumerate(zip(SPANS, labels, strict=False)))
    return [Document("a", TEXT, tuple(mentions))]


def test_percentages_are_those_of_scorers_that_divide_last():
    pairs = [(part, whole) for whole in range(1, 401) for part in range(whole + 1)]
    assert [percent(part / whole) for part, whole in pairs] == [f"{100.0 * part / whole:.2f}" for part, whole in pairs]


NAMED = score(news("micro", "macro", "weighted", "micro"), news("micro", "ORG", "weighted"))


def test_labels_that_are_called_like_averages_are_not_taken_for_them():
    plain = score(news("A", "B", "C", "A"), news("A", "ORG", "C"))
    assert NAMED.table().splitlines()[:5] == plain.table().splitlines()[:5]
    assert [row.average for row in NAMED.rows] == [row.average for row in plain.rows]
    assert NAMED["mentions/strict"].f1 == plain["mentions/strict"].f1 != NAMED["mentions/strict", "weighted"].f1


def test_labels_that_are_called_like_averages_stand_in_the_table_of_labels():
    tables = NAMED.to_markdown().split("###")
    assert [line.split(" | ")[1] for line in tables[0].splitlines()[2:5]] == ["micro", "macro", "weighted"]
    assert [line[2:].split(" | ")[0] for line in tables[1].splitlines()[4:8]] == ["ORG", "macro", "micro", "weighted"]


@pytest.mark.parametrize("name", ["a\nb", "a\tb", "a\r\nb", "a\u2028b", "a\x1b[31mb"])
def test_a_name_with_control_characters_keeps_its_row_one_line(name):
    scores = score(news(name), news(name))
    for shown in (scores.table(by_label=True), scores.to_markdown(), aligned([(name, "1")])):
        assert repr(name)[1:-1] in shown
        assert all(character.isprintable() for line in shown.split("\n") for character in line)


def test_a_block_of_markdown_has_a_fence_longer_than_those_in_it():
    assert fenced("a\n") == "```\na\n```\n"
    assert fenced("````a\n") == "`````\n````a\n`````\n"


def test_of_many_failed_documents_the_first_are_told_and_the_others_counted():
    few, many = ({f"d{number}": "no memory" for number in range(size)} for size in (20, 2000))
    assert len(failed_lines(few)) == 20
    assert len(failed_lines(many)) == 11 and failed_lines(many)[-1].startswith("warning: 1990 more failed")
