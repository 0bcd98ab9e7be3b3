"""The CoNLL-2012 scorer's numbers, flaws included: its own test suite, its real runs, and the tool where it is."""

import os
import random
import re
import shutil
import subprocess
from dataclasses import replace

import pytest

from goldwire.compat.profiles.clusters import conll2012_documents
from goldwire.compat.profiles.scores import score_by_profile
from goldwire.document import Document, Entity, Mention, Span
from goldwire.errors import InputError

SCORER = os.environ.get("GOLDWIRE_CONLL_SCORER", "")  # scorer.pl of conll/reference-coreference-scorers, v8.01
NAMES = {"muc": "muc", "bcub": "b3", "ceafm": "ceafm", "ceafe": "ceafe", "blanc": "blanc"}


def cells(clusters, width):
    """The coreference column of clusters, each a list of (first, last) words: what ends, then what begins."""
    column = [([], []) for _ in range(width)]
    for name, mentions in clusters:
        for first, last in mentions:
            column[first][1].append((-last, f"({name})" if first == last else f"({name}"))
            if first != last:
                column[last][0].append((-first, f"{name})"))
    return ["|".join(text for part in (begun, ended) for _, text in sorted(part)) or "-" for ended, begun in column]


def write(path, documents, width=14):
    lines = []
    for name, clusters in documents:
        rows = [f"{name}\t0\t{number}\tword{number}\t{cell}" for number, cell in enumerate(cells(clusters, width))]
        lines += [f"#begin document ({name}); part 000", *rows, "", "#end document"]
    path.write_text("\n".join(lines) + "\n")
    return path


def words(text):
    """Clusters of one-word mentions: "bcx" holds b, c and x, capitals are mentions of their own."""
    order = "abcdefghijBCDEFGHJKLxyz123456789A"
    return [(number, [(order.index(one), order.index(one)) for one in cluster]) for number, cluster in enumerate(text)]


def figures(tmp_path, gold, pred):
    sides = [write(tmp_path / f"{side}.conll", documents, 40) for side, documents in (("key", gold), ("sys", pred))]
    return {row.name: (row.recall, row.precision, row.f1) for row in score_by_profile("coref-conll2012", *sides).rows}


A = "a bc def"


def both(recall, precision):
    """Recall, precision, and F1 by the formula that the suite writes out."""
    return recall, precision, 2 * recall * precision / (recall + precision)


PUBLISHED = {  # test/CorefMetricTestConfig.pm, recall, precision and F1 as printed there
    "A1": (A, A, dict.fromkeys(NAMES, (1, 1, 1))),
    "A2": (
        A,
        "a de",
        {
            "muc": (1 / 3, 1, 0.5),
            "bcub": (7 / 18, 1, 14 / 25),
            "ceafm": (0.5, 1, 0.66667),
            "ceafe": (0.6, 0.9, 0.72),
            "blanc": (0.21591, 1, 0.35385),
        },
    ),
    "A3": (
        A,
        "a bcx defy z",
        {
            "muc": (1, 0.6, 0.75),
            "bcub": (1, 55 / 108, 110 / 163),
            "ceafm": (1, 0.66667, 0.8),
            "ceafe": (0.88571, 0.66429, 0.75918),
            "blanc": (1, 0.42593, 0.59717),
        },
    ),
    "A4": (
        A,
        "a bcx dy z",
        {
            "muc": (1 / 3, 1 / 3, 1 / 3),
            "bcub": both(5 / 9, 17 / 42),
            "ceafm": (0.66667, 0.57143, 0.61538),
            "ceafe": (0.73333, 0.55, 0.62857),
            "blanc": (0.35227, 0.27206, 0.30357),
        },
    ),
    "A5": (
        A,
        "a bcxB dy z",
        {
            "muc": (1 / 3, 1 / 4, 2 / 7),
            "bcub": (5 / 9, 5 / 16, 0.4),
            "ceafm": (0.66667, 0.5, 0.57143),
            "ceafe": (0.68889, 0.51667, 0.59048),
            "blanc": (0.35227, 0.19048, 0.24716),
        },
    ),
    "A6": (
        A,
        "a bcx dy Bz",
        {
            "muc": (1 / 3, 1 / 4, 2 / 7),
            "bcub": both(5 / 9, 17 / 48),
            "ceafm": (0.66667, 0.5, 0.57143),
            "ceafe": (0.73333, 0.55, 0.62857),
            "blanc": (0.35227, 0.20870, 0.25817),
        },
    ),
    **{
        name: (
            A,
            response,
            {
                "muc": (1 / 3, 1 / 3, 1 / 3),
                "bcub": both(5 / 9, 17 / 42),
                "ceafm": (0.66667, 0.57143, 0.61538),
                "ceafe": (0.73333, 0.55, 0.62857),
                "blanc": (0.35227, 0.27206, 0.30357),
            },
        )
        for name, response in (("A7", "a bcxb dy z"), ("A8", "a bcx dy bz"), ("A9", "a bcx dy bbbbbbbbbbz"))
    },
    "A10": (A, "a b c d e f", {"muc": (0, 0, 0), "bcub": (0.5, 1, 2 / 3), "blanc": (0.5, 0.36667, 0.42308)}),
    "A11": (A, "abcdef", {"muc": (1, 0.6, 0.75), "bcub": (1, 7 / 18, 14 / 25), "blanc": (0.5, 0.13333, 0.21053)}),
    "A12": (
        A,
        "a x y c d e z",
        {"muc": (0, 0, 0), "bcub": both(13 / 36, 4 / 7), "blanc": (0.22727, 0.11905, 0.15625)},
    ),
    "A13": (
        A,
        "axycdez",
        {"muc": (1 / 3, 1 / 6, 2 / 9), "bcub": both(17 / 36, 6 / 49), "blanc": (0.125, 0.02381, 0.04)},
    ),
    "B1": ("ab cde", "bcx de", {"blanc": (7 / 24, 7 / 24, 7 / 24)}),
    "C1": ("ab cde fg", "bcx de fg", {"blanc": (0.5125, 0.5125, 0.5125)}),
    "D1": ("12345 67 89ABC", "12345 6789ABC", {"muc": (1, 0.9, 18 / 19), "bcub": (1, 16 / 21, 32 / 37)}),
    "E1": ("12345 67 89ABC", "1234589ABC 67", {"muc": (1, 0.9, 18 / 19), "bcub": (1, 7 / 12, 14 / 19)}),
    "F1": ("ABCD", "AB CD", {"muc": (2 / 3, 1, 0.8)}),
    "G1": ("AB CD", "ABCD", {"muc": (1, 2 / 3, 0.8)}),
    "H1": ("ABCD", "ABCD", {"muc": (1, 1, 1)}),
    "I1": ("ABCD", "AB CD", {"muc": (2 / 3, 1, 0.8)}),
    "J1": ("ABC", "AC", {"muc": (0.5, 1, 2 / 3)}),
    "K1": ("BCDEGHJ", "ABC DEF GHK", {"muc": (0.5, 0.5, 0.5)}),
    "L1": ("ABC DEFG", "AB CD FGH", {"muc": (0.4, 0.5, 4 / 9)}),
    "M1": ("abcdef", "abcdef", dict.fromkeys(NAMES, (1, 1, 1))),
    "M2": ("abcdef", "a b c d e f", {"muc": (0, 0, 0), "blanc": (0, 0, 0)}),
    "M3": ("abcdef", "ab cde f", {"blanc": (0.26667, 1, 0.42105)}),
    "M4": ("abcdef", "abcxyz", {"blanc": (0.2, 0.2, 0.2)}),
    "M5": ("abcdef", "a b c x y z", {"muc": (0, 0, 0), "blanc": (0, 0, 0)}),
    "M6": ("abcdef", "ab cxy z", {"blanc": (0.06667, 0.25, 0.10526)}),
    "N1": ("a b c d e f", "a b c d e f", {"muc": (0, 0, 0), "blanc": (1, 1, 1)}),
    "N2": ("a b c d e f", "abcdef", {"muc": (0, 0, 0), "blanc": (0, 0, 0)}),
    "N3": ("a b c d e f", "ab cde f", {"blanc": (0.73333, 1, 0.84615)}),
    "N4": ("a b c d e f", "a b c x y z", {"muc": (0, 0, 0), "blanc": (0.2, 0.2, 0.2)}),
    "N5": ("a b c d e f", "abcxyz", {"blanc": (0, 0, 0)}),
    "N6": ("a b c d e f", "ab cxy z", {"blanc": (0.13333, 0.18182, 0.15385)}),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_scorers_own_test_suite_comes_out_to_the_last_digit_from_files(tmp_path, name):
    gold, pred, expected = PUBLISHED[name]
    found = figures(tmp_path, [("a", words(gold.split()))], [("a", words(pred.split()))])
    got = {metric: [round(value, 5) for value in found[NAMES[metric]]] for metric in expected}
    assert got == {metric: [round(value, 5) for value in values] for metric, values in expected.items()}


def test_a_key_that_repeats_a_mention_gets_the_flawed_numbers_of_the_real_tool(tmp_path):
    """scorer.pl 8.01 on the key of its case TC-O against itself: not even the key is right."""
    key = [(0, [(0, 1)]), (1, [(3, 6), (9, 9)]), (2, [(3, 6), (11, 12), (14, 14), (16, 18)])]
    found = figures(tmp_path, [("TC-O", key)], [("TC-O", key)])
    assert [found[name][:2] for name in ("muc", "b3")] == [(2 / 4, 2 / 3), (4.5 / 7, 5.5 / 6)]
    assert found["mentions"] == (1, 1, 1)


def test_over_ten_repeated_mentions_are_refused_as_the_tool_does(tmp_path):
    with pytest.raises(InputError, match="11 mentions lie in several clusters, and over 10 are refused"):
        figures(tmp_path, [("a", words(["ab"]))], [("a", words(["ab", "b" * 11]))])


def test_documents_missing_from_the_response_count_and_further_ones_are_the_policys(tmp_path):
    gold = write(tmp_path / "key", [("a", words(["ab"])), ("b", words(["ab"]))])
    pred = write(tmp_path / "sys", [("a", words(["ab"])), ("c", words(["ab"]))])
    with pytest.raises(InputError, match="document c_0 not in the gold"):
        score_by_profile("coref-conll2012", gold, pred)
    found = score_by_profile("coref-conll2012", gold, pred, extra_documents="ignore")
    assert [row.recall for row in found.rows if row.name == "b3"] == [0.5]
    assert "extra-documents:ignore" in str(found.signature)


@pytest.mark.parametrize("row", ["{name}\t0\t{number}\t-\t{cell}", "{cell}", "{word}   {cell}  ", "{word}\t{cell}\t"])
def test_a_response_of_other_columns_blanks_or_masked_words_is_taken_by_its_tokens(tmp_path, row):
    gold = write(tmp_path / "key", [("a", [(0, [(0, 2), (4, 4)]), (1, [(1, 1), (5, 5)])])])
    lines = [
        row.format(name="a", number=number, word=f"word{number}", cell=cell)
        for number, cell in enumerate(cells([(7, [(0, 2), (4, 4)])], 14))
    ]
    pred = tmp_path / "sys"
    pred.write_text("\n".join(["#begin document (a); part 000", *lines, "#end document", ""]))
    found = {row.name: row for row in score_by_profile("coref-conll2012", gold, pred).rows}
    assert (found["muc"].recall, found["muc"].precision, found["mentions"].recall) == (0.5, 1, 0.5)


def test_without_repeated_mentions_the_order_of_clusters_changes_nothing():
    """The one thing that a document does not keep: the order in which a cell opens two clusters."""
    draw = random.Random(5)
    for _ in range(30):
        sides = [clustered(partition(draw, 0)) for _ in range(2)]
        turned = [replace(side, entities=side.entities[::-1]) for side in sides]
        rows = [conll2012_documents([gold], [pred]) for gold, pred in (sides, turned)]
        assert {name: row[:3] for name, row in rows[0].items()} == {
            name: pytest.approx(row[:3]) for name, row in rows[1].items()
        }


def clustered(clusters):
    spans = [Span(2 * n, 2 * n + 1) for n in range(14)]
    mentions, entities = [], []
    for name, held in clusters:
        own = [f"m{name}-{n}" for n in range(len(held))]
        mentions += [Mention(spans[a].start, spans[b].end, "_", one) for one, (a, b) in zip(own, held, strict=True)]
        entities.append(Entity(f"e{name}", tuple(own)))
    return Document("a", "x " * 14, tuple(mentions), (), tuple(entities), tuple(spans))


def partition(draw, repeat):
    """Random clusters, numbered as they begin; with `repeat`, mentions lie in several now and then."""
    spans = {(first, min(13, first + draw.choice([0, 0, 1, 2]))) for first in draw.choices(range(14), k=7)}
    clusters = {}
    for span in sorted(spans):
        for _ in range(1 + (draw.random() < repeat)):
            clusters.setdefault(draw.randrange(4), []).append(span)
    return list(enumerate(sorted(clusters.values(), key=min)))


def told_by_tool(metric, key, system):
    command = ["perl", SCORER, metric, str(key), str(system), "none"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    numbers = re.findall(r"Recall: \(.*?\) (\S+)%\s+Precision: \(.*?\) (\S+)%\s+F1: (\S+)%", said)[-1]
    return [float(number) for number in numbers]


@pytest.mark.skipif(not (SCORER and shutil.which("perl")), reason="no scorer.pl (GOLDWIRE_CONLL_SCORER names it)")
@pytest.mark.parametrize("repeat", [(0, 0), (0, 0.2)])
def test_the_real_tool_prints_these_numbers_on_random_clusters(tmp_path, repeat):
    for seed in range(15):
        draw = random.Random(seed)
        gold, pred = ([(name, partition(draw, share)) for name in "ab"] for share in repeat)
        found = figures(tmp_path, gold, pred)
        for metric, name in NAMES.items():
            told = told_by_tool(metric, tmp_path / "key.conll", tmp_path / "sys.conll")
            assert [100 * value for value in found[name]] == pytest.approx(told, abs=0.0101), (seed, metric)
