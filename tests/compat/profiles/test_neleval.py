"""neleval's numbers: what the real tool (3.1.1) prints for two small files, by measure and as a mean over documents."""

import json

from click.testing import CliRunner

from goldwire.cli.score import command
from goldwire.compat.profiles.scores import score_by_profile

GOLD = ["a 0 4 Q1 PER", "a 10 14 Q2 ORG", "a 20 22 NIL1 PER", "a 30 33 Q1 PER", "b 0 3 NIL1 PER"]
GOLD += ["b 10 12 NIL2 GPE", "b 20 25 Q3 GPE"]
PRED = ["a 0 4 Q1 PER", "a 10 14 Q3 ORG", "a 20 22 NIL7 ORG", "a 31 33 Q1 PER", "b 0 3 NIL7 PER"]
PRED += ["b 10 12 Q4 GPE", "b 20 25 Q3 GPE", "b 40 42 NIL9 PER"]
PRINTED = """
0.562 0.786 0.656 b_cubed
0.375 0.500 0.429 b_cubed_plus
0.633 0.633 0.633 entity_ceaf
0.500 0.667 0.571 entity_match
0.625 0.714 0.667 mention_ceaf
0.500 0.571 0.533 mention_ceaf_plus
0.333 0.500 0.400 muc
0.333 0.500 0.400 pairwise
0.500 0.571 0.533 strong_all_match
0.400 0.500 0.444 strong_link_match
0.600 0.750 0.667 strong_linked_mention_match
0.750 0.857 0.800 strong_mention_match
0.667 0.667 0.667 strong_nil_match
0.375 0.429 0.400 strong_typed_all_match
0.400 0.500 0.444 strong_typed_link_match
0.625 0.714 0.667 strong_typed_mention_match
0.333 0.333 0.333 strong_typed_nil_match
0.500 0.571 0.533 typed_mention_ceaf
0.375 0.429 0.400 typed_mention_ceaf_plus
0.500 0.750 0.583 entity_match macro-doc
0.500 0.583 0.536 strong_all_match macro-doc
0.417 0.667 0.500 strong_link_match macro-doc
0.583 0.833 0.667 strong_linked_mention_match macro-doc
0.750 0.875 0.804 strong_mention_match macro-doc
0.750 0.750 0.750 strong_nil_match macro-doc
0.375 0.458 0.411 strong_typed_all_match macro-doc
0.417 0.667 0.500 strong_typed_link_match macro-doc
0.625 0.750 0.679 strong_typed_mention_match macro-doc
0.250 0.250 0.250 strong_typed_nil_match macro-doc
"""


def write(path, rows):
    path.write_text("".join("{}\t{}\t{}\t{}\t1.0\t{}\n".format(*row.split()) for row in rows))
    return path


def test_every_measure_and_mean_over_documents_is_nelevals(tmp_path):
    paths = write(tmp_path / "gold.tsv", GOLD), write(tmp_path / "pred.tsv", PRED)
    told = CliRunner().invoke(command, [str(paths[1]), "--gold", str(paths[0]), "--profile", "neleval", "--json"])
    rows = {row["name"]: row for row in json.loads(told.stdout)["scores"]}
    found = {
        "{:.3f} {:.3f} {:.3f} {}".format(*(row[key] for key in ("precision", "recall", "f1")), name)
        for name, row in rows.items()
    }
    assert found == set(PRINTED.strip().splitlines())


def test_mentions_without_an_entry_are_one_cluster(tmp_path):
    paths = [tmp_path / "gold.tsv", tmp_path / "pred.tsv"]
    for path in paths:
        path.write_text("a\t0\t4\na\t10\t14\nb\t0\t2\n")
    rows = {row.name: row for row in score_by_profile("neleval", *paths).rows}
    assert (rows["muc"].gold, rows["strong_nil_match"].gold, rows["strong_link_match"].gold) == (2, 3, 0)


MEANS = {"links/strong": "strong_all_match", "links/nil": "strong_nil_match", "mentions/exact": "strong_mention_match"}


def test_our_means_over_documents_are_its_where_every_document_has_both_sides(tmp_path):
    paths = write(tmp_path / "gold.tsv", GOLD), write(tmp_path / "pred.tsv", PRED)
    told = CliRunner().invoke(command, [str(paths[1]), "--gold", str(paths[0]), "--by-document", "--json"])
    means = {row["measure"]: row for row in json.loads(told.stdout)["means over documents"]}
    rows = {row.name: row for row in score_by_profile("neleval", *paths).rows}
    for ours, theirs in MEANS.items():
        assert [means[ours][key] for key in ("precision", "recall", "f1")] == list(rows[f"{theirs} macro-doc"][2:5])
        assert means[ours]["name"] == "mean of 2"
