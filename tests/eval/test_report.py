"""Figures are rounded once, from the very percentage."""

from goldwire.eval.report import percent


def test_percentages_are_those_of_scorers_that_divide_last():
    pairs = [(part, whole) for whole in range(1, 401) for part in range(whole + 1)]
    assert [percent(part / whole) for part, whole in pairs] == [f"{100.0 * part / whole:.2f}" for part, whole in pairs]
