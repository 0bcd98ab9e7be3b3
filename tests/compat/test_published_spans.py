"""Published numbers of taggers and the fixtures of span scorers come out to the last digit.

Documents are made anew from what the sources say of them: where the mentions are, or how many were right.
"""

import json

import pytest
from click.testing import CliRunner

from goldwire.cli.score import command
from goldwire.compat.profiles.scores import score_by_profile
from goldwire.eval.reading import Reading

SETTINGS = {"layer": "NE-FINE-LIT"}


def figures(profile, gold, pred, *options, reading=None):
    """Give a profile's rows by the command line and by Python, which are the same."""
    found = CliRunner().invoke(command, [str(pred), "--gold", str(gold), "--profile", profile, "--json", *options])
    assert found.exit_code == 0, found.output
    told = {row["name"]: [row["precision"], row["recall"], row["f1"]] for row in json.loads(found.stdout)["scores"]}
    rows = score_by_profile(profile, gold, pred, reading or Reading()).rows
    assert told == {row.name: [None if x != x else x for x in row[2:5]] for row in rows}
    return told


def tags(length, spans):
    found = ["O"] * length
    for start, end, label in spans:
        found[start:end] = [f"B-{label}", *[f"I-{label}"] * (end - start - 1)]
    return found


# HIPE-scorer, hipe_evaluation/tests: two documents of bundle 3 (German, 2020), by token; "WEIRD" is no label of HIPE's.
GOLD = [
    [(6, 9, "pers.ind"), (25, 36, "pers.ind"), (60, 61, "loc.adm.nat"), (65, 66, "loc.adm.town"), (71, 73, "pers.ind")],
    [(2, 3, "loc.adm.reg"), (19, 25, "org.ent"), (28, 29, "loc.adm.town"), (33, 43, "pers.ind")],
]
PRED = [
    [
        *GOLD[0][:3],
        (62, 63, "loc.adm.nat"),
        (65, 66, "loc.adm.town"),
        (70, 72, "pers.ind"),
        (72, 74, "pers.ind"),
        (90, 91, "WEIRD"),
    ],
    [(19, 25, "org.ent"), (28, 30, "loc.adm.town"), (33, 43, "pers.ind")],
]
HIPE = {  # unittest-pred_bundle3_de_2020.ref_results_nerc_fine.json
    "strict": [0.6, 0.6666666666666666, 0.631578947368421],
    "strict macro": [0.52, 0.65, 0.5666666666666667],
    "strict macro-doc": [0.6190476190476191, 0.65, 0.6190476190476191],
    "strict PERS.IND": [0.6, 0.75, 0.6666666666666665],
    "strict macro-doc PERS.IND": [0.75, 0.8333333333333333, 0.7857142857142858],
    "strict LOC.ADM.NAT": [0.5, 1.0, 0.6666666666666666],
    "strict LOC.ADM.TOWN": [0.5, 0.5, 0.5],
    "strict ORG.ENT": [1.0, 1.0, 1.0],
    "strict LOC.ADM.REG": [0, 0.0, 0],
    "strict macro-doc LOC.ADM.REG": [None, 0.0, None],
    "ent_type": [0.8, 0.8888888888888888, 0.8421052631578948],
    "ent_type macro": [0.6599999999999999, 0.8, 0.711111111111111],
    "ent_type macro-doc": [0.8571428571428572, 0.875, 0.8452380952380951],
    "ent_type PERS.IND": [0.8, 1.0, 0.888888888888889],
    "partial": [0.7, 0.7777777777777778, 0.7368421052631577],
    "partial macro": [0.5900000000000001, 0.725, 0.6388888888888888],
    "partial macro-doc": [0.7380952380952381, 0.7625, 0.7321428571428572],
    "partial PERS.IND": [0.7, 0.875, 0.7777777777777777],
    "partial macro-doc PERS.IND": [0.8125, 0.9166666666666667, 0.8571428571428572],
    "partial LOC.ADM.TOWN": [0.75, 0.75, 0.75],
    "exact": [0.6, 0.6666666666666666, 0.631578947368421],
    "exact macro-doc": [0.6190476190476191, 0.65, 0.6190476190476191],
}


def hipe_file(path, sides, more=()):
    header = ["TOKEN", "NE-COARSE-LIT", "NE-FINE-LIT", "NEL-LIT", "MISC", *more]
    lines = ["\t".join(header)]
    for number, (length, spans) in enumerate(zip((91, 43), sides, strict=True)):
        lines += [
            row + "\t" * (len(header) - 1) for row in (f"# document_id = NZZ-{number}", "# segment_iiif_link = _")
        ]
        lines += ["\t".join([f"w{i}", "O", tag, "_", "_", *more]) for i, tag in enumerate(tags(length, spans))]
        lines.append("\t" * (len(header) - 1))
    path.write_text("\n".join(lines) + "\n")
    return path


def test_hipes_fixtures_with_labels_the_gold_lacks_and_means_over_documents(tmp_path):
    gold, pred = hipe_file(tmp_path / "true.tsv", GOLD), hipe_file(tmp_path / "pred.tsv", PRED, ["REASONING"])
    found = figures("hipe", gold, pred, "--set", "layer=NE-FINE-LIT", reading=Reading(settings=SETTINGS))
    assert {name: found[name] for name in HIPE} == HIPE


# HIPE-scorer, unittest-nel-2: four persons with links; the prediction, whose comments have tabs, has one link wrong.
PEOPLE = [(4, 7, "NIL"), (9, 21, "Q3300415"), (21, 24, "NIL"), (24, 26, "Q172161")]
LINKS = {  # ….separatedNIL_ref_results.json, by the borders of names, and ….concatNIL_ref_results.json, by links alone
    "hipe-nel": {
        "strict": [0.75, 0.75, 0.75],
        "strict macro": [2 / 3, 2 / 3, 2 / 3],
        "strict macro-doc": [0.75, 0.75, 0.75],
        "partial": [1.0, 1.0, 1.0],
        "ent_type": [0.75, 0.75, 0.75],
        "exact": [1.0, 1.0, 1.0],
        "partial Q3300415": [1.0, 1.0, 1.0],
        "exact Q3300415": [1.0, 1.0, 1.0],
        "strict Q3300415": [0.0, 0.0, 0.0],
        "ent_type Q3300415": [0.0, 0.0, 0.0],
        "strict NIL": [1.0, 1.0, 1.0],
        "strict Q172161": [1.0, 1.0, 1.0],
    },
    "hipe-nel-joined": {
        "partial": [0.8333333333333334, 0.625, 0.7142857142857143],
        "partial macro": [0.8333333333333334, 0.6666666666666666, 0.7222222222222222],
        "partial macro-doc": [0.8333333333333334, 0.625, 0.7142857142857143],
        "strict": [0.6666666666666666, 0.5, 0.5714285714285715],
        "strict macro": [0.6666666666666666, 0.5, 0.5555555555555555],
        "ent_type": [0.6666666666666666, 0.5, 0.5714285714285715],
        "exact": [0.6666666666666666, 0.5, 0.5714285714285715],
        "exact macro": [0.6666666666666666, 0.5, 0.5555555555555555],
        "strict NIL": [1.0, 0.5, 0.6666666666666666],
        "partial Q3300415": [0.5, 0.5, 0.5],
        "strict Q3300415": [0.0, 0.0, 0.0],
        "strict Q172161": [1.0, 1.0, 1.0],
    },
}


def linked_file(path, wrong, gap):
    links = {place: "NIL" if link == wrong else link for start, end, link in PEOPLE for place in range(start, end)}
    rows = zip(tags(30, [(start, end, "pers") for start, end, _ in PEOPLE]), range(30), strict=True)
    comments = ["# hipe2022:document_id = EXP-1", "# NOTE: an artificial example, its persons one after the other"]
    lines = [comment.replace(" ", gap) for comment in comments]
    lines += [f"w{n}\t{tag}\t{links.get(n, '_')}\t_" for tag, n in rows]
    path.write_text("\n".join(["TOKEN\tNE-COARSE-LIT\tNEL-LIT\tMISC", *lines, ""]))
    return path


@pytest.mark.parametrize("profile", LINKS)
def test_hipes_fixtures_of_links_by_names_and_by_their_column_alone(profile, tmp_path):
    paths = linked_file(tmp_path / "true.tsv", "", " "), linked_file(tmp_path / "pred.tsv", "Q3300415", "\t")
    found = figures(profile, *paths)
    assert {name: found[name] for name in LINKS[profile]} == {
        name: pytest.approx(row, abs=1e-15) for name, row in LINKS[profile].items()
    }


CHUNKS = {  # conlleval.pl on its shared task's sample (output.txt): right, predicted and gold chunks
    "NP": (206, 317, 262),
    "VP": (69, 100, 87),
    "PP": (89, 107, 90),
    "ADVP": (5, 11, 8),
    "ADJP": (0, 1, 6),
    "SBAR": (2, 3, 6),
}
CONLL2000 = {
    "micro": ["68.83", "80.83", "74.35"],
    "ADJP": ["0.00", "0.00", "0.00"],
    "ADVP": ["45.45", "62.50", "52.63"],
    "NP": ["64.98", "78.63", "71.16"],
    "PP": ["83.18", "98.89", "90.36"],
    "SBAR": ["66.67", "33.33", "44.44"],
    "VP": ["69.00", "79.31", "73.80"],
}


@pytest.mark.parametrize("profile", ["conlleval", "seqeval", "seqscore"])
def test_conllevals_sample_of_conll2000(profile, tmp_path):
    pairs = [("O", "O")]
    for label, (right, pred, gold) in CHUNKS.items():
        begins = f"B-{label}"
        pairs += [(begins, begins)] * right + [("O", begins)] * (pred - right) + [(begins, "O")] * (gold - right)
    paths = [tmp_path / "gold.conll", tmp_path / "pred.conll"]
    for path, side in zip(paths, zip(*pairs, strict=True), strict=True):
        path.write_text("".join(f"w {tag}\n" for tag in side))
    found = figures(profile, *paths)
    assert {name: [f"{100 * x:.2f}" for x in found[name]] for name in CONLL2000} == CONLL2000


def test_conllevals_accuracy_counts_tags_not_chunks(tmp_path):
    """961 tokens, accuracy 80.33 %, in conlleval.pl's sample output."""
    paths = [tmp_path / "gold.conll", tmp_path / "pred.conll"]
    for path, wrong in zip(paths, ("B-NP", "O"), strict=True):
        path.write_text("w O\n" + "w B-NP\n" * 771 + f"w {wrong}\n" * 189)
    for profile in ("conlleval", "seqeval", "seqeval-strict"):
        assert f"{100 * figures(profile, *paths)['accuracy'][0]:.2f}" == "80.33"


# seqscore, tests/conll_annotation/minimal.bio and tests/conll_predictions, as tests/test_scoring_click.py scores them.
NAMES = [(0, 3, "ORG"), (5, 7, "LOC"), (8, 9, "LOC")]
ONE_CUT = [(0, 3, "ORG"), (5, 6, "LOC"), (6, 7, "LOC"), (8, 9, "LOC")]
SEQSCORE = [
    (NAMES, {"micro": "100.00 100.00 100.00", "LOC": "100.00 100.00 100.00", "ORG": "100.00 100.00 100.00"}),
    ([], {"micro": "0.00 0.00 0.00", "LOC": "0.00 0.00 0.00", "ORG": "0.00 0.00 0.00"}),
    (ONE_CUT, {"micro": "50.00 66.67 57.14", "LOC": "33.33 50.00 40.00", "ORG": "100.00 100.00 100.00"}),
    ([*NAMES, (11, 12, "SPURIOUS")], {"micro": "75.00 100.00 85.71", "SPURIOUS": "0.00 0.00 0.00"}),
]


@pytest.mark.parametrize(("spans", "published"), SEQSCORE)
def test_seqscores_fixtures(spans, published, tmp_path):
    paths = [tmp_path / "gold.bio", tmp_path / "pred.bio"]
    for path, side in zip(paths, (NAMES, spans), strict=True):
        path.write_text("".join(f"w{number} {tag}\n" for number, tag in enumerate(tags(15, side))))
    found = figures("seqscore", *paths)
    assert {name: " ".join(f"{100 * x:.2f}" for x in found[name]) for name in published} == published
