"""Explaining: the walk from one result's conventions to another's arrives, and says what each of them makes."""

import json
import math

import pytest
from click.testing import CliRunner
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from goldwire.cli.explain import command
from goldwire.cli.score import command as score_command
from goldwire.compat.explain import ORDER, OURS, claim, explain, settings_of
from goldwire.compat.profiles import PROFILES
from goldwire.compat.recomputing import FromDocuments, FromTags
from goldwire.compat.result_files import FromCounts, read_result
from goldwire.document import Document, Mention, Relation
from goldwire.errors import InputError
from goldwire.eval.scoring import score
from goldwire.eval.tagging.files import read_tags
from goldwire.formats import write

GOLD = [["B-PER", "I-PER", "O", "B-ORG"], ["B-LOC", "O", "O"]]
BROKEN = [["I-PER", "I-PER", "O", "B-ORG"], ["B-LOC", "I-ORG", "O"]]
READERS = ["seqeval", "seqeval-strict", "conlleval", "nervaluate", "spacy", "seqscore-discard"]
NEWS = FromTags(GOLD, BROKEN, "IOB2")
TEXT = "Shares of Boeing fell 3 percent in New York on Tuesday."


def claimed(name, source=NEWS):
    chosen = settings_of(name)

    def figure():
        own = source.claimed(name)
        return source.f1(chosen) if own is None else own

    return claim(name, chosen, figure)


tags = st.lists(st.sampled_from(["O", "O", "B-PER", "I-PER", "B-ORG", "I-ORG"]), min_size=1, max_size=8)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=60)
@given(gold=st.lists(tags, min_size=1, max_size=3), data=st.data())
def test_a_profiles_conventions_recomputed_give_its_own_figure(name, gold, data):
    pred = [data.draw(st.permutations(sequence)) for sequence in gold]
    found = claimed(name, FromTags(gold, pred, "IOB2"))
    assume(not found.refused)
    again = FromTags(gold, pred, "IOB2").f1(found.settings)
    assert again == pytest.approx(found.f1, nan_ok=True)


def test_the_reading_of_tags_is_what_makes_seqevals_two_modes_differ():
    found = explain(claimed("seqeval"), claimed("seqeval-strict"), NEWS.f1)
    assert [step.convention for step in found.steps] == ["reading"]
    assert (found.first_f1, found.second_f1) == (pytest.approx(6 / 7), pytest.approx(4 / 5))
    assert found.sentences[-1].endswith("-5.71 points")


@pytest.mark.parametrize("first", READERS)
@pytest.mark.parametrize("second", READERS)
def test_the_walk_arrives_at_the_second_figure(first, second):
    found = explain(claimed(first), claimed(second), NEWS.f1)
    last = found.steps[-1].together if found.steps else found.start
    assert last == pytest.approx(found.end, nan_ok=True)
    assert not any("not explained wholly" in sentence for sentence in found.sentences)


def test_a_tool_that_refuses_the_tags_is_said_to_and_the_walk_goes_on():
    found = explain(claimed("seqeval"), claimed("spacy"), NEWS.f1)
    assert "spacy gives nothing: spacy: refuses the tag 'I-PER'" in found.sentences[1]
    assert math.isnan(found.second_f1) and found.steps[0].refused


def test_a_figure_that_no_convention_gives_is_said_not_to_be_explained():
    other = claimed("seqeval")._replace(name="paper", f1=0.95)
    found = explain(claimed("seqeval"), other, NEWS.f1)
    assert found.sentences[-2:] == (
        "they name the same conventions",
        "paper is not explained wholly: its conventions give 85.71",
    )


def test_conventions_can_be_changed_by_name_and_unknown_ones_are_refused():
    assert settings_of("goldwire") == OURS and set(OURS) == set(ORDER)
    assert settings_of("goldwire:average=macro,repair=discard")["reading"] == "as-declared, repair discard"
    assert settings_of("goldwire:reading=spacy")["reading"] == settings_of("spacy")["reading"]
    for wrong in ("goldwire:colour=red", "goldwire:average", "sequence-eval"):
        with pytest.raises(InputError):
            settings_of(wrong)


def news(*documents):
    return [Document(f"reuters-{n}", TEXT, mentions) for n, mentions in enumerate(documents)]


BOEING, YORK = Mention(10, 16, "ORG"), Mention(35, 43, "GPE")


def test_duplicates_and_silent_documents_are_conventions_of_documents():
    source = FromDocuments(news((BOEING, YORK), (BOEING,)), news((BOEING, BOEING, YORK)))
    assert source.f1(OURS) == pytest.approx(2 * 2 / (3 + 3))
    assert source.f1({**OURS, "duplicates": "sets"}) == pytest.approx(2 * 2 / (2 + 3))
    assert source.f1({**OURS, "missing-documents": "left-out"}) == pytest.approx(2 * 2 / (3 + 2))


def test_what_is_undefined_is_a_convention():
    source = FromDocuments(news(()), news(()))
    assert math.isnan(source.f1(OURS))
    assert [source.f1({**OURS, "undefined": value}) for value in "01"] == [0, 1]


def test_a_result_file_gives_back_the_figures_it_was_written_with(tmp_path):
    scores = score(news((BOEING, YORK), (BOEING,)), news((BOEING,), (YORK,)))
    path = tmp_path / "monday.json"
    path.write_text(json.dumps(scores.to_json()), encoding="utf-8")
    counted = read_result(path).counted()
    for row in (row for row in scores.rows if row.average):
        chosen = {**counted.settings, "measure": row.measure, "average": row.name}
        assert FromCounts([counted]).f1(chosen) == pytest.approx(row.f1)


def test_every_profile_that_scores_documents_or_tags_has_conventions():
    able = [name for name, one in PROFILES.items() if one.on_tags or one.on_documents]
    assert all(set(settings_of(name)) == set(ORDER) for name in able)


@pytest.fixture
def files(tmp_path):
    for name, side in (("gold", GOLD), ("system", BROKEN)):
        lines = ["\n".join(f"word {tag}" for tag in sequence) for sequence in side]
        (tmp_path / f"{name}.conll").write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments], catch_exceptions=False)


def test_tags_are_read_as_they_stand(files):
    assert read_tags(files / "system.conll") == BROKEN


def test_the_command_explains_two_tools_over_one_file_of_tags(files):
    of = ("--pred", files / "system.conll", "--gold", files / "gold.conll", "--tags")
    done = run("seqeval", "seqeval-strict", *of)
    assert done.exit_code == 0 and "-5.71 points" in done.output
    found = json.loads(run("seqeval", "seqeval-strict", *of, "--json").stdout)
    assert found["steps"][0]["convention"] == "reading"


def test_two_result_files_of_other_predictions_are_told_to_be_that(tmp_path):
    gold = news((BOEING, YORK))
    for name, pred in (("monday", news((BOEING,))), ("tuesday", news((YORK, BOEING)))):
        (tmp_path / f"{name}.json").write_text(json.dumps(score(gold, pred).to_json()), encoding="utf-8")
    done = run(tmp_path / "monday.json", tmp_path / "tuesday.json")
    assert "pred differs, which no convention mends" in done.output


COLUMNS = """Ana B-PER B-PER I-PER
Torres I-PER O I-PER
Boeing B-ORG B-ORG B-ORG

Mary B-PER B-PER B-PER
Smith I-PER O I-ORG
"""
LISBON = [(0, 11, "ORG"), (3, 11, "GPE"), (20, 25, "GPE")]


@pytest.fixture
def results(tmp_path, monkeypatch):
    """Give a function that scores made files with some options and gives the name of the result."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tags.conll").write_text(COLUMNS, encoding="utf-8")
    for name, kept in (("gold", LISBON), ("pred", [LISBON[0], (20, 25, "ORG")])):
        mentions = tuple(Mention(*spot, f"m{n}") for n, spot in enumerate(kept))
        ends = ("m0", "m2") if name == "gold" else ("m1", "m0")
        document = Document("a", "AC Benfica met with Porto.", (*mentions,), (Relation(*ends, "rivals"),))
        write([document], tmp_path / f"{name}.jsonl", "goldwire")
    for name, way in (("plain", "false"), ("folded", "true")):
        (tmp_path / f"{name}.toml").write_text(f'name = "x"\nversion = "1"\n[relations.rivals]\nsymmetric = {way}\n')

    def scored(name, *options):
        result = CliRunner().invoke(score_command, [*options, "--output", name], catch_exceptions=False)
        assert result.exit_code == 0
        return name

    return scored


TAGGED = ("tags.conll", "--gold", "tags.conll", "--set", "gold.column=2")
SPANS = ("pred.jsonl", "--gold", "gold.jsonl")


@pytest.mark.parametrize(
    ("files", "one", "other", "convention"),
    [
        (TAGGED, ["--set", "pred.column=3", "--repair", "discard"], ["--set", "pred.column=4"], "set"),
        (TAGGED, ["--set", "pred.column=4"], ["--set", "pred.column=4", "--repair", "conlleval"], "reading"),
        (TAGGED, ["--set", "pred.column=4"], ["--set", "pred.column=4", "--scheme", "IOB1"], "scheme"),
        (TAGGED, ["--set", "pred.column=3"], ["--set", "pred.column=3", "--measure", "mentions/type"], "measure"),
        (SPANS, [], ["--flat"], "view"),
        (SPANS, ["--measure", "mentions/strict"], ["--measure", "mentions/exact"], "measure"),
        (
            SPANS,
            ["--measure", "relations/boundaries", "--labels", "plain.toml"],
            ["--measure", "relations/boundaries", "--labels", "folded.toml"],
            "labels",
        ),
    ],
)
def test_the_convention_in_which_two_results_differ_is_named_with_its_points(results, files, one, other, convention):
    repair = [] if files is SPANS else ["--repair", "discard"]
    names = results("one.json", *files, *repair, *one), results("other.json", *files, *repair, *other)
    labels = ["--labels", "plain.toml", "--labels", "folded.toml"] if convention == "labels" else []
    said = run(*names, "--pred", files[0], "--gold", files[2], *labels, "--json")
    found = json.loads(said.stdout)
    assert [step["convention"] for step in found["steps"]] == [convention]
    assert found["steps"][0]["together"] == pytest.approx(found["second_f1"])
    assert found["first_f1"] == pytest.approx(found["start"]) != found["second_f1"]
    assert not any("not explained" in sentence or "not recomputed" in sentence for sentence in found["sentences"])


def test_two_results_of_the_same_files_explain_each_other_without_the_files(results):
    one = results("one.json", *TAGGED, "--set", "pred.column=4", "--repair", "discard")
    other = results("other.json", *TAGGED, "--set", "pred.column=4", "--repair", "conlleval")
    found = json.loads(run(one, other, "--json").stdout)
    assert found["steps"][0]["together"] == pytest.approx(found["second_f1"]) != found["first_f1"]


def test_what_only_the_files_can_tell_is_asked_for_and_not_called_unexplained(results):
    names = results("one.json", *SPANS), results("other.json", *SPANS, "--flat")
    said = json.loads(run(*names, "--json").stdout)["sentences"]
    assert "name the files with --gold and --pred" in said[2]
    assert said[3].startswith("gold differs, as view may make it")
    assert not any("not explained" in sentence for sentence in said)


def test_what_is_no_result_is_refused_in_one_line(tmp_path):
    (tmp_path / "a.json").write_text("[1, 2]", encoding="utf-8")
    with pytest.raises(InputError, match="is no result of goldwire"):
        run(tmp_path / "a.json", tmp_path / "a.json")
    with pytest.raises(InputError, match="--pred: is missing"):
        run("seqeval", "spacy")
