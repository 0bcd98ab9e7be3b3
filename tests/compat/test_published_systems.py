"""What conlleval printed of real systems on CoNLL-2000, 2002 and 2003 comes out to the last digit.

Outputs are made anew: as many mentions of each label right, predicted and in the gold as was printed. How
many are right follows from precision, recall and the number found; each F1 and the figures of all are then checks.
"""

import pytest

from goldwire.compat.profiles.scores import score_by_profile
from goldwire.eval.scoring import score

CHUNKS = {
    "ADJP": 438,
    "ADVP": 866,
    "CONJP": 9,
    "INTJ": 2,
    "LST": 5,
    "NP": 12422,
    "PP": 4811,
    "PRT": 106,
    "SBAR": 535,
    "VP": 4658,
}
ENGLISH_A = {"LOC": 1837, "MISC": 922, "ORG": 1341, "PER": 1842}
ENGLISH_B = {"LOC": 1668, "MISC": 702, "ORG": 1661, "PER": 1617}
SPANISH_B = {"LOC": 1084, "MISC": 339, "ORG": 1400, "PER": 735}
SYSTEMS = {  # gold mentions by label, right ones; precision, recall, F1 of all and by label, with the number found
    "CoNLL-2000, crfsgd (Bottou), README": (
        CHUNKS,
        22342,
        "93.84 93.67 93.75",
        """ADJP 79.66 74.20 76.83 408
        ADVP 82.96 80.95 81.94 845
        CONJP 55.56 55.56 55.56 9
        INTJ 100.00 50.00 66.67 1
        LST 0.00 0.00 0.00 0
        NP 94.36 94.08 94.22 12385
        PP 96.61 97.80 97.20 4870
        PRT 77.45 74.53 75.96 102
        SBAR 88.33 84.86 86.56 514
        VP 93.80 94.14 93.97 4675""",
    ),
    "CoNLL-2000, logistic regression, DeepDive's example of chunking": (
        CHUNKS,
        19156,
        "81.03 80.31 80.67",
        """ADJP 50.40 42.92 46.36 373
        ADVP 69.21 71.13 70.16 890
        CONJP 0.00 0.00 0.00 13
        INTJ 100.00 50.00 66.67 1
        LST 0.00 0.00 0.00 0
        NP 79.88 77.52 78.68 12055
        PP 90.51 89.59 90.04 4762
        PRT 66.39 76.42 71.05 122
        SBAR 83.51 71.96 77.31 461
        VP 79.48 84.71 82.01 4965""",
    ),
    "CoNLL-2000, strperc++, README: a label that is only predicted": (
        CHUNKS,
        21654,
        "89.33 90.78 90.05",
        """ADJP 60.78 64.38 62.53 464
        ADVP 76.93 77.02 76.98 867
        CONJP 0.00 0.00 0.00 18
        INTJ 50.00 50.00 50.00 2
        LST 0.00 0.00 0.00 0
        NP 89.42 90.98 90.19 12638
        PP 95.66 95.72 95.69 4814
        PRT 78.65 66.04 71.79 89
        SBAR 75.00 86.92 80.52 620
        UCP 0.00 0.00 0.00 1
        VP 90.18 91.52 90.85 4727""",
    ),
    "CoNLL-2000, the most frequent chunk of a part of speech": (
        CHUNKS,
        19592,
        "72.58 82.14 77.07",
        """ADJP 0.00 0.00 0.00 0
        ADVP 44.33 77.71 56.46 1518
        CONJP 0.00 0.00 0.00 0
        INTJ 50.00 50.00 50.00 2
        LST 0.00 0.00 0.00 0
        NP 79.87 86.80 83.19 13500
        PP 74.73 97.07 84.45 6249
        PRT 75.00 8.49 15.25 12
        SBAR 0.00 0.00 0.00 0
        VP 60.53 74.22 66.68 5711""",
    ),
    "CoNLL-2003 English, test a, a README of 2014-08-24": (
        ENGLISH_A,
        3805,
        "62.74 64.04 63.38",
        """LOC 71.14 68.15 69.61 1760
        MISC 59.11 50.33 54.36 785
        ORG 37.88 48.62 42.59 1721
        PER 79.88 78.01 78.93 1799""",
    ),
    "CoNLL-2003 English, test b, BERT": (
        ENGLISH_B,
        5163,
        "91.59 91.41 91.50",
        """LOC 93.27 92.27 92.77 1650
        MISC 81.01 82.62 81.81 716
        ORG 89.85 90.61 90.23 1675
        PER 96.43 95.18 95.80 1596""",
    ),
    "CoNLL-2003 English, test b, BiGRU, CNN and CRF": (
        ENGLISH_B,
        5146,
        "90.61 91.11 90.86",
        """LOC 91.35 93.65 92.48 1710
        MISC 78.20 82.76 80.42 743
        ORG 90.25 88.02 89.12 1620
        PER 95.95 95.30 95.63 1606""",
    ),
    "CoNLL-2002 Spanish, test b, CRF": (
        SPANISH_B,
        2712,
        "78.36 76.22 77.28",
        """LOC 80.26 74.26 77.14 1003
        MISC 72.91 53.98 62.03 251
        ORG 75.40 80.36 77.80 1492
        PER 83.78 81.50 82.62 715""",
    ),
    "CoNLL-2002 Spanish, test b, spaCy's Spanish model": (
        SPANISH_B,
        2417,
        "62.89 67.93 65.32",
        """LOC 63.34 78.41 70.07 1342
        MISC 12.80 26.55 17.27 703
        ORG 79.91 61.07 69.23 1070
        PER 85.44 84.63 85.03 728""",
    ),
}


def printed(table):
    rows = (line.split() for line in table.splitlines())
    return {label: ([precision, recall, f1], int(found)) for label, precision, recall, f1, found in rows}


def rights(gold, table, total):
    """Give how many of each label are right: as the precision and recall printed allow, as many in all as printed."""
    found = {}
    for label, (figures, said) in table.items():
        near = round(float(figures[0]) * said / 100)
        sides = zip((said, gold.get(label, 0)), figures[:2], strict=True)
        found[label] = set.intersection(*({n for n in range(near - 2, near + 3) if share(n, m) == x} for m, x in sides))
    right = {label: min(fits) for label, fits in found.items()}
    for label, fits in found.items():
        right[label] += min(max(fits) - min(fits), total - sum(right.values()))
    return right


def share(part, whole):
    return f"{100 * part / whole if whole else 0:.2f}"


def tags(gold, table, total):
    """Give (gold, predicted) tags with the printed counts: what is right, what is missed, what is invented."""
    for label, right in rights(gold, table, total).items():
        begins = f"B-{label}"
        yield from [(begins, begins)] * right
        yield from [(begins, "O")] * (gold.get(label, 0) - right)
        yield from [("O", begins)] * (table[label][1] - right)


def percent(row):
    return [f"{100 * (0 if value is None or value != value else value):.2f}" for value in row[2:5]]


@pytest.mark.parametrize("name", SYSTEMS)
def test_what_conlleval_printed_of_real_systems(name, tmp_path):
    gold, total, everything, table = SYSTEMS[name]
    table = printed(table)
    paths = [tmp_path / "gold.conll", tmp_path / "pred.conll"]
    for path, side in zip(paths, zip(*tags(gold, table, total), strict=True), strict=True):
        path.write_text("".join(f"w {tag}\n" for tag in side))
    expected = {"micro": everything.split(), **{label: figures for label, (figures, _) in table.items()}}
    profile = {row.name: percent(row) for row in score_by_profile("conlleval", *paths).rows}
    assert {label: profile[label] for label in expected} == expected
    strict = score(*paths, measures=["mentions/strict"])
    ours = {row.name: percent(row) for row in strict.rows if row.measure == "mentions/strict"}
    assert {label: ours[label] for label in expected} == expected  # where conlleval says 0 of 0/0 we say undefined
