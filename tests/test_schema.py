"""The published JSON Schema of a document: fresh, valid, and true of the gold; jsonschema is the oracle."""

import json

import jsonschema
import pytest

from small_corpus import REPOSITORY, goldwire

PUBLISHED = json.loads((REPOSITORY / "docs" / "document.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(PUBLISHED)
GOLD = sorted((REPOSITORY / "annotations" / "gold").glob("*.json"))


def test_the_published_schema_is_what_goldwire_check_schema_prints_and_is_a_schema():
    assert PUBLISHED == json.loads(goldwire("check", "--schema").stdout)
    jsonschema.Draft202012Validator.check_schema(PUBLISHED)


@pytest.mark.parametrize("file", GOLD, ids=lambda file: file.stem)
def test_the_gold_is_valid_under_it(file):
    assert [] == list(VALIDATOR.iter_errors(json.loads(file.read_bytes())))


@pytest.mark.parametrize(
    "spoiled",
    [
        {"id": "a"},
        {"id": "a", "text": 1},
        {"id": "a", "text": "", "mention": []},
        {"id": "a", "text": "", "mentions": [{"start": "0", "end": 1, "label": "GPE"}]},
        {"id": "a", "text": "", "mentions": [{"start": 0, "end": 1}]},
        {"id": "a", "text": "", "tokens": [[0, 1, 2]]},
    ],
)
def test_what_goldwire_refuses_the_schema_refuses_too(spoiled):
    assert not VALIDATOR.is_valid(spoiled)
