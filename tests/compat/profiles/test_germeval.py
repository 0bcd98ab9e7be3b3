"""GermEval 2014's scorer: the figures that its README prints for its sample, and its flaws."""

import json

import pytest
from click.testing import CliRunner

from goldwire.cli.score import command
from goldwire.compat.profiles.scores import score_by_profile
from goldwire.errors import InputError
from goldwire.eval.reading import Reading

RIGHT, KIND, OTHER, MISSED = ("B-PER", "B-PER"), ("B-LOCpart", "B-LOC"), ("B-ORG", "B-OTH"), ("B-LOC", "O")
OUTER = [*[RIGHT] * 6, *[KIND] * 2, *[OTHER] * 2, *[MISSED] * 2, *[("O", "O")] * 61]
INNER = [*[("O", "B-LOC")] * 4, ("B-LOC", "B-ORG"), *[("O", "O")] * 68]
README = {
    "official": ("40.00", "46.15", "42.86"),
    "loose": ("53.33", "61.54", "57.14"),
    "outer": ("60.00", "50.00", "54.55"),
    "inner": ("0.00", "0.00", "0.00"),
    "accuracy": ("92.47", "92.47", "92.47"),
    "loose accuracy": ("93.84", "93.84", "93.84"),
    "outer accuracy": ("91.78", "91.78", "91.78"),
    "inner accuracy": ("93.15", "93.15", "93.15"),
}


def write(path, outer, inner, columns):
    """A file of numbered words; columns: of gold outer and inner, predicted outer and inner, those that it has."""
    rows = [(a[0], b[0], a[1], b[1]) for a, b in zip(outer, inner, strict=True)]
    lines = [f"{n}\tw{n}\t" + "\t".join(row[c] for c in columns) for n, row in enumerate(rows, 1)]
    path.write_text("\n".join(["#\thttp://de.wikipedia.org/wiki/X\t[2009-10-17]", *lines, "", ""]))
    return path


def figures(pred, gold):
    told = CliRunner().invoke(command, [str(pred), "--gold", str(gold), "--profile", "germeval2014", "--json"])
    assert told.exit_code == 0, told.output
    return {row["name"]: (row["precision"], row["recall"], row["f1"]) for row in json.loads(told.stdout)["scores"]}


def test_the_figures_of_the_samples_readme_from_its_one_file_and_from_two(tmp_path):
    one = write(tmp_path / "eval.tsv", OUTER, INNER, range(4))
    two = [write(tmp_path / f"{name}.tsv", OUTER, INNER, side) for name, side in (("g", (0, 1)), ("p", (2, 3)))]
    found = figures(one, one)
    assert {name: tuple(f"{100 * x:.2f}" for x in found[name]) for name in README} == README
    assert figures(two[1], two[0]) == found


def test_the_last_name_of_a_file_is_never_right_and_a_change_of_label_goes_on(tmp_path):
    column = [("B-PER", "B-PER"), ("I-LOC", "I-LOC"), ("O", "O"), ("B-PER", "B-PER")]
    path = write(tmp_path / "eval.tsv", column, [("O", "O")] * 4, range(4))
    row = next(iter(score_by_profile("germeval2014", path, path).rows))
    assert (row.gold, row.pred, row.correct) == (2, 2, 1)


def test_lines_of_too_few_columns_or_other_tags_are_refused_by_line(tmp_path):
    path = tmp_path / "eval.tsv"
    path.write_text("1\tBonn\tB-LOC\tO\n")
    with pytest.raises(InputError, match=r"eval.tsv:1: no 4 columns of tags: '1\\tBonn"):
        score_by_profile("germeval2014", path, path)
    path.write_text("1\tBonn\tS-LOC\tO\tO\tO\n")
    with pytest.raises(InputError, match="end each line with 4 columns of IOB tags, parted by tabs"):
        score_by_profile("germeval2014", path, path)


def test_another_encoding_is_read_where_it_is_named(tmp_path):
    path = tmp_path / "eval.tsv"
    path.write_bytes("1\tKöln\tB-LOC\tO\tB-LOC\tO\n2\t.\tO\tO\tO\tO\n".encode("latin-1"))
    with pytest.raises(InputError, match="--set encoding=latin-1"):
        score_by_profile("germeval2014", path, path)
    found = score_by_profile("germeval2014", path, path, Reading(settings={"encoding": "latin-1"}))
    assert found.rows[0].f1 == 1
