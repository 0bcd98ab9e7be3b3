"""Another tool's numbers under its name, or one line on what it does not take."""

from dataclasses import replace

import pytest

from goldwire.compat.profiles.scores import score_by_profile
from goldwire.document import Document, Mention, Relation, Span
from goldwire.errors import InputError

GOLD = "Angela\tB-PER\nMerkel\tI-PER\nmet\tO\nAcme\tB-ORG\n"
PRED = "Angela\tI-PER\nMerkel\tI-PER\nmet\tO\nAcme\tB-ORG\n"
TEXT = "Angela Merkel met Acme"
TOKENS = tuple(Span(*span) for span in ((0, 6), (7, 13), (14, 17), (18, 22)))
DOCUMENT = Document("a", TEXT, (Mention(0, 13, "PER"), Mention(7, 13, "PER")), tokens=TOKENS, sentences=(Span(0, 22),))


@pytest.fixture
def files(tmp_path):
    paths = [tmp_path / "gold.conll", tmp_path / "pred.conll"]
    for path, text in zip(paths, (GOLD, PRED), strict=True):
        path.write_text(text)
    return paths


@pytest.mark.parametrize(
    ("profile", "f1"),
    [("seqeval", 1), ("seqeval-strict", 0.667), ("conlleval", 1), ("nervaluate", 1), ("seqscore-discard", 0.667)],
)
def test_tags_are_counted_as_the_tool_counts_them(files, profile, f1):
    found = score_by_profile(profile, *files)
    assert round(found.rows[0].f1, 3) == f1
    assert {row.measure for row in found.rows} == {profile}
    assert str(found.signature).startswith(f"profile:{profile}|")
    assert f"profile:{profile}|" in found.table()


@pytest.mark.parametrize(
    ("profile", "message"),
    [
        ("spacy", "spacy: refuses the tag 'I-PER'"),
        ("seqscore", "the tag breaks|forbids|begins"),
        ("docred", "profile docred: takes no token tags"),
        ("tacred", "is no label, which profile tacred wants"),
        ("sequel", "'sequel' is none"),
    ],
)
def test_what_a_tool_does_not_take_is_one_line(files, profile, message):
    with pytest.raises(InputError, match=message) as caught:
        score_by_profile(profile, *files)
    assert "\n" not in str(caught.value)


def test_labels_pair_by_their_numbers(tmp_path):
    gold, pred = tmp_path / "gold.txt", tmp_path / "pred.txt"
    gold.write_text("1\tCause-Effect(e1,e2)\n2\tOther\n3\tCause-Effect(e2,e1)\n")
    pred.write_text("3\tCause-Effect(e2,e1)\n1\tCause-Effect(e1,e2)\n2\tOther\n")
    assert score_by_profile("semeval2010-8", gold, pred).rows[0].f1 == 1
    gold.write_text("per:title\nno_relation\n")
    pred.write_text("no_relation\nno_relation\n")
    assert score_by_profile("tacred", gold, pred).rows[0].precision == 1


def test_semevals_scorer_takes_skipped_items_for_other_and_relations_the_key_lacks_too(tmp_path):
    gold, pred = tmp_path / "key.txt", tmp_path / "answers.txt"
    gold.write_text("1\tCause-Effect(e1,e2)\n2\tCause-Effect(e1,e2)\n3\tOther\n")
    pred.write_text("1\tCause-Effect(e1,e2)\n3\tEntity-Origin(e1,e2)\n")
    found = {row.name: row[2:5] for row in score_by_profile("semeval2010-8", gold, pred).rows}
    assert found["official"] == found["micro"] == (1, 0.5, 2 / 3)
    assert found["accuracy"][:2] == (1 / 2, 1 / 3)


@pytest.mark.parametrize(
    ("answers", "message"),
    [("1\tOther\n9\tOther\n", "item 9 is none of the gold's"), ("1\tcauses(e1,e2)\n", "is none of its 19")],
)
def test_what_semevals_scorer_refuses_is_refused(tmp_path, answers, message):
    gold, pred = tmp_path / "key.txt", tmp_path / "answers.txt"
    gold.write_text("1\tOther\n2\tCause-Effect(e1,e2)\n")
    pred.write_text(answers)
    with pytest.raises(InputError, match=message):
        score_by_profile("semeval2010-8", gold, pred)


def test_documents_become_tags_for_tools_that_take_only_tags_and_the_loss_is_said():
    found = score_by_profile("seqeval-strict", [DOCUMENT], [DOCUMENT])
    assert found.rows[0][2:8] == (1, 1, 1, 1, 1, 1)
    assert found.notes == (
        "1 × gold mention that tags cannot say, left out: nested, crossing or not a name (the flat view leaves it out)",
        "1 × pred mention that tags cannot say, left out: nested, crossing or not a name (the flat view leaves it out)",
    )


def test_signatures_tell_documents_and_folders_apart(tmp_path):
    other = replace(DOCUMENT, mentions=DOCUMENT.mentions[:1])
    sides = [str(score_by_profile("seqscore", iter([DOCUMENT]), iter([one])).signature) for one in (DOCUMENT, other)]
    assert sides[0] != sides[1]
    for name, tag in (("gold", "PER"), ("one", "PER"), ("two", "ORG")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(TEXT)
        (tmp_path / name / "a.ann").write_text(f"T1\t{tag} 0 13\tAngela Merkel\n")
    one, two = (str(score_by_profile("meddocan", tmp_path / "gold", tmp_path / n).signature) for n in ("one", "two"))
    assert one != two


def test_signatures_tell_training_facts_apart():
    ends = (Mention(0, 13, "PER", "m1"), Mention(18, 22, "ORG", "m2"))
    stated = tuple(Relation("m1", "m2", label) for label in ("met", "left", "led"))
    gold, *training = (replace(DOCUMENT, mentions=ends, relations=stated[:number]) for number in (3, 2, 1))
    made = [score_by_profile("docred", [gold], [gold], training=[known]) for known in training]
    assert made[0].rows[-1] != made[1].rows[-1]
    assert str(made[0].signature) != str(made[1].signature)
