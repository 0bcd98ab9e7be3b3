"""Predictions over other words than the gold's, laid on its tokens by position."""

import pytest

from goldwire import score
from goldwire.errors import InputError
from goldwire.eval.reading import Reading
from goldwire.eval.retokening import on_gold_tokens
from goldwire.formats import read
from goldwire.formats.base import Notes

GOLD = "Shares O\nof O\nMüller B-ORG\n& I-ORG\nSons I-ORG\nfell O\n"
MANGLED = "Shares O\nof O\nM??ller B-ORG\n&amp; I-ORG\nSons I-ORG\nfell O\n"


@pytest.fixture
def files(tmp_path):
    for name, text in (("gold", GOLD), ("pred", MANGLED)):
        (tmp_path / f"{name}.conll").write_text(text, encoding="utf-8")
    return tmp_path / "gold.conll", tmp_path / "pred.conll"


def test_other_words_are_refused_unless_taken_by_position_and_then_counted(files):
    with pytest.raises(InputError, match="--words by-position"):
        score(*files, measures=["mentions/surface"])
    scores = score(*files, measures=["mentions/surface"], reading=Reading(words="by-position"))
    assert 1 == scores["mentions/surface"].f1
    assert "2 × predicted token with another word than the gold's" in scores.notes[0]
    assert "words:by-position" in scores.signature_of("mentions/surface")


def test_a_mention_keeps_its_tokens_and_takes_the_golds_offsets_and_surface(files):
    gold, pred = (list(read(path)) for path in files)
    moved = list(on_gold_tokens(gold, pred, Notes()))
    assert gold[0].mentions == moved[0].mentions and gold[0].text == moved[0].text


def test_another_number_of_tokens_is_one_line(files):
    files[1].write_text(MANGLED.replace("of O\n", ""), encoding="utf-8")
    with pytest.raises(InputError, match="s1: 5 tokens are predicted for the gold's 6"):
        score(*files, measures=["mentions/surface"], reading=Reading(words="by-position"))
