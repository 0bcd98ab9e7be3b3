"""The expectations in other libraries' own tests come out: by our measures, and by a profile where there is one.

Documents are made anew from what the tests say of them: where mentions are, and which clusters hold which.
"""

import pytest

from goldwire.compat.profiles.scores import score_by_profile
from goldwire.document import Document, Entity, Mention
from goldwire.eval.counts import micro, precision_recall_f1
from goldwire.eval.scoring import score
from goldwire.eval.tagging import score_tags

CLUSTERS = {  # neleval, tests/test_coref_metrics.py: the examples of Luo 2005, F1 of four answers
    "12345 6789ABC": {"muc": 0.947, "b3": 0.865, "ceaf-m": 0.833, "ceaf-e": 0.733},
    "1234589ABC 67": {"muc": 0.947, "b3": 0.737, "ceaf-m": 0.583, "ceaf-e": 0.667},
    "123456789ABC": {"muc": 0.9, "b3": 0.545, "ceaf-m": 0.417, "ceaf-e": 0.294},
    "1 2 3 4 5 6 7 8 9 A B C": {"muc": 0.0, "b3": 0.4, "ceaf-m": 0.25, "ceaf-e": 0.178},
}
LUO = "12345 67 89ABC"
NAMES = {  # ours, coref-conll2012's, neleval's
    "muc": ("muc", "muc"),
    "b3": ("b3", "b_cubed"),
    "ceaf-m": ("ceafm", "mention_ceaf"),
    "ceaf-e": ("ceafe", "entity_ceaf"),
}


def clustered(text):
    order = "123456789ABCDE"
    mentions = [Mention(2 * order.index(one), 2 * order.index(one) + 1, "X", one) for one in text.replace(" ", "")]
    entities = [Entity(f"e{number}", tuple(cluster)) for number, cluster in enumerate(text.split())]
    return [Document("a", "x " * 14, tuple(mentions), (), tuple(entities))]


@pytest.mark.parametrize("answer", CLUSTERS)
def test_luos_examples_as_neleval_tests_them(answer):
    sides, expected = (clustered(LUO), clustered(answer)), CLUSTERS[answer]
    ours = score(*sides, measures=[f"coreference/{kind}" for kind in expected])
    assert {kind: round(ours[f"coreference/{kind}"].f1, 3) for kind in expected} == expected
    for place, profile in enumerate(("coref-conll2012", "neleval")):
        rows = {row.name: row.f1 for row in score_by_profile(profile, *sides).rows}
        assert {kind: round(rows[NAMES[kind][place]], 3) for kind in expected} == expected


SENTENCE = "Apple is looking at buying U.K. startup for $1 billion"
SPACY = {  # spaCy, tests/test_scorer.py, test_ner_per_type: one entity missing, one invented
    "micro": [2 / 3, 2 / 3, 2 / 3],
    "GPE": [1, 1, 1],
    "MONEY": [0, 0, 0],
    "ORG": [0.5, 1, 2 / 3],
}


def spans(*rows):
    mentions = tuple(Mention(start, end, label, f"m{n}") for n, (start, end, label) in enumerate(rows))
    return [Document("a", SENTENCE, mentions)]


def test_spacys_entities_by_type():
    gold = spans((0, 5, "ORG"), (27, 31, "GPE"), (44, 54, "MONEY"))
    pred = spans((0, 5, "ORG"), (27, 31, "GPE"), (32, 39, "ORG"))
    rows = {row.name: list(row[2:5]) for row in score_by_profile("spacy", gold, pred).rows}
    assert {name: rows[name] for name in SPACY} == {name: pytest.approx(row) for name, row in SPACY.items()}
    ours = score(gold, pred, measures=["mentions/strict"])
    assert list(ours["mentions/strict"][2:5]) == pytest.approx(SPACY["micro"])
    money = ours["mentions/strict", "MONEY"]
    assert (money.precision != money.precision, money.recall, money.f1) == (True, 0, 0)  # 0/0 is undefined here


ALLENNLP = [  # allennlp, tests/training/metrics/span_based_f1_measure_test.py: micro, then by label
    (
        ["O B-ARG1 I-ARG1 O B-V O", "B-ARG2 I-ARG2 O B-V I-V O"],
        ["O B-ARG1 I-ARG1 O B-V B-ARG1", "O O O B-V I-V B-ARG2"],
        {"micro": [0.6, 0.75, 2 / 3], "ARG1": [0.5, 1, 2 / 3], "ARG2": [0, 0, 0], "V": [1, 1, 1]},
    ),
    (
        ["O B-ARG1 I-ARG1 O B-ARG2 I-ARG2 O O O"],
        ["O B-ARG1 I-ARG1 O O O O B-ARG1 I-ARG1"],
        {"micro": [0.5, 0.5, 0.5], "ARG1": [0.5, 1, 2 / 3]},
    ),
]


@pytest.mark.parametrize(("gold", "pred", "expected"), ALLENNLP)
def test_allennlps_spans_that_begin_in_the_last_token(gold, pred, expected):
    rows = strict_rows(*([line.split() for line in side] for side in (gold, pred)))
    assert {name: rows[name] for name in expected} == {name: pytest.approx(row) for name, row in expected.items()}


def strict_rows(gold, pred):
    counts = score_tags(gold, pred, "IOB2")["mentions/strict"]
    by_label = dict(zip(counts.labels, precision_recall_f1(counts.total()).tolist(), strict=True))
    return {"micro": micro(counts.total()).tolist(), **by_label}


NERVALUATE = {  # nervaluate, tests/test_nervaluate.py, case 1: ends are the last code points there
    "strict": 1 / 3,
    "type": 1 / 2,
    "partial": 2 / 3,
    "exact": 1 / 2,
}
GOLD = [
    (59, 69, "PER"),
    (127, 134, "LOC"),
    (164, 174, "LOC"),
    (197, 205, "LOC"),
    (208, 219, "LOC"),
    (230, 240, "MISC"),
]
PRED = [
    (24, 30, "PER"),
    (124, 134, "LOC"),
    (164, 174, "PER"),
    (197, 205, "LOC"),
    (208, 219, "LOC"),
    (225, 243, "LOC"),
]


def test_nervaluates_first_case_with_its_outcomes():
    sides = [
        [Document("a", "x" * 250, tuple(Mention(a, b + 1, label, f"m{a}") for a, b, label in side))]
        for side in (GOLD, PRED)
    ]
    ours = score(*sides, measures=[f"mentions/{mode}" for mode in NERVALUATE])
    for mode, value in NERVALUATE.items():
        row = ours[f"mentions/{mode}"]
        assert [row.precision, row.recall, row.f1] == pytest.approx([value] * 3)
    outcomes = {mode: ours[f"mentions/{mode}"] for mode in NERVALUATE}
    told = {mode: (row.incorrect, row.partial, row.missing, row.spurious) for mode, row in outcomes.items()}
    assert told == {"strict": (3, 0, 1, 1), "type": (2, 0, 1, 1), "partial": (0, 2, 1, 1), "exact": (2, 0, 1, 1)}
    rows = {row.name: row.f1 for row in score_by_profile("nervaluate", *sides).rows}
    assert [rows[mode] for mode in ("strict", "ent_type", "partial", "exact")] == pytest.approx(
        list(NERVALUATE.values())
    )


def test_the_example_of_evaluates_seqeval():
    """The example of its README: one of two phrases found, accuracy .8, MISC nothing, PER everything."""
    gold = [["O", "O", "O", "B-MISC", "I-MISC", "I-MISC", "O"], ["B-PER", "I-PER", "O"]]
    pred = [["O", "O", "B-MISC", "I-MISC", "I-MISC", "I-MISC", "O"], ["B-PER", "I-PER", "O"]]
    strict = strict_rows(gold, pred)
    assert (strict["micro"], strict["MISC"], strict["PER"]) == ([0.5] * 3, [0] * 3, [1] * 3)
