"""The system of rules on newswire lines that are no part of any gold."""

import pytest

from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.eval.systems import load
from goldwire.eval.systems.base import System
from goldwire.rules import broken_rules


@pytest.fixture(scope="module")
def rules():
    return load(System("r", "rules", settings={"relations": True}))


def found(rules, text):
    (document,) = rules.predict([Document("d", text)])
    return document


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Chilean President Ana Soto left.", ["NORP Chilean", "TITLE President", "PERSON Ana Soto"]),
        ("Soto was ill. President Ana Soto left.", ["PERSON Soto", "TITLE President", "PERSON Ana Soto"]),
        ("He was in Kenya in May 2021.", ["GPE Kenya", "DATE May 2021"]),
        ("They may march in Texas.", ["GPE Texas"]),
        ("It rose about 3.5 percent to $4.5 billion.", ["PERCENT about 3.5 percent", "MONEY $4.5 billion"]),
        ("On Friday morning it was 20 miles away.", ["TIME Friday morning", "QUANTITY 20 miles"]),
        ("The 21st of three.", ["ORDINAL 21st", "CARDINAL three"]),
        ("She works for the Bank of England.", ["ORG Bank of England", "GPE England"]),
        ("LAGOS, March 3 — Rain fell.", ["GPE LAGOS", "DATE March 3"]),
        ("He speaks French with French friends.", ["LANGUAGE French", "NORP French"]),
        ("A visit to the White House.", ["FAC White House"]),
        ("The White House declined.", ["ORG White House"]),
        ("the US-Peru alliance", ["GPE US", "GPE Peru"]),
        ("Nothing to see here.", []),
    ],
)
def test_names_and_values_of_newswire_are_found(rules, text, expected):
    assert [f"{m.label} {m.text}" for m in found(rules, text).mentions] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Chilean President Ana Soto left.", ["has_title Ana Soto President", "head_of_state Ana Soto Chilean"]),
        (
            "Juan Paz, foreign minister of Peru, left.",
            ["has_title Juan Paz foreign minister", "minister_of Juan Paz Peru"],
        ),
        ("Ana Soto met Juan Paz. He left.", []),
        ("Maria Soto visited Kenya.", ["visited Maria Soto Kenya"]),
        ("Maria Soto and Juan Paz discussed trade.", ["met_with Maria Soto Juan Paz"]),
        ("They met in Lima, Peru.", ["located_in Lima Peru"]),
    ],
)
def test_relations_are_what_stands_between(rules, text, expected):
    document = found(rules, text)
    mentions = document.by_id()
    said = sorted(f"{r.label} {mentions[r.head].text} {mentions[r.tail].text}" for r in document.relations)
    assert said == expected or (not expected and all("met_with" in line for line in said))


@pytest.mark.parametrize("text", [" ", "\n\n", "🇺🇦", "Ab" * 25_000, "Peru said so. " * 3600, "Peru\r\n\tsaid\u200b"])
def test_any_text_gives_a_document_that_keeps_the_rules(rules, text):
    document = found(rules, text)
    assert document.text == text and list(broken_rules(document)) == []


def test_no_mention_crosses_another(rules):
    from goldwire.rules import crossing

    text = "Former Ministry of Defense of Peru President Ana Soto of the Bank of England and Wales Group left on 3 May."
    assert list(crossing(found(rules, text).mentions)) == []


def test_rules_take_no_model():
    with pytest.raises(InputError, match="there are no rules"):
        load(System("r", "rules", "tabloid"))
