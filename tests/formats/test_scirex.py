"""SciREX's papers are read with their entities and n-ary relations, and what cannot be carried over is counted."""

import json

import pytest

from goldwire.errors import BrokenRules
from goldwire.formats import Notes, Options, read, recognise

PAPER = {
    "doc_id": "0a1b", "words": ["A", "Net", "reads", "MNIST", ".", "The", "Net", "has", "99", "accuracy", "."],
    "sentences": [[0, 5], [5, 11]], "sections": [[0, 11]],
    "ner": [[1, 2, "Method"], [3, 4, "Material"], [6, 7, "Method"], [9, 10, "Metric"]],
    "coref": {"Net": [[1, 2], [6, 7]], "MNIST": [[3, 4]], "Accuracy": [[9, 10]], "Digits": []},
    "n_ary_relations": [
        {"Material": "MNIST", "Method": "Net", "Metric": "Accuracy", "Task": "Digits", "score": "99"}],
    "method_subrelations": {"Net": [[[0, 3], "Net"]]},
}  # fmt: skip


def put(folder, *papers):
    path = folder / "train.jsonl"
    path.write_text("".join(json.dumps(paper) + "\n" for paper in papers), encoding="utf-8")
    return path


def test_a_relation_is_told_apart_into_its_parts_and_what_names_no_mention_is_counted(tmp_path):
    path, notes = put(tmp_path, PAPER, {**PAPER, "doc_id": "0a1c"}), Notes()
    assert "scirex" == recognise(path).name
    document, second = read(path, options=Options(notes=notes))
    assert ("0a1b", "0a1c", "A Net reads MNIST .\nThe Net has 99 accuracy .") == (document.id, second.id, document.text)
    names = document.by_id()
    parts = [(names[r.head].text, r.label, names[r.tail].text, dict(r.attributes)) for r in document.relations]
    together = {"relation": "1", "score": "99"}
    assert [("Net", "Material", "MNIST", together), ("Net", "Metric", "accuracy", together)] == parts
    assert {"Net": 2, "MNIST": 1, "Accuracy": 1} == {e.attributes["name"]: len(e.mentions) for e in document.entities}
    assert 2 == notes.counts["entities without a mention, left out"]
    assert 2 == notes.counts["parts of relations whose entity has no mention"]
    assert (2, ["section"]) == (len(document.sentences), [zone.label for zone in document.zones])


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("ner", [[1, 99, "Method"]], '[1,99,"Method"] is no span of the 11 words'),
        ("ner", [[1, 2]], "the label of a mention is nothing"),
        ("coref", {"Net": [[7, 7]]}, "[7,7] is no span"),
        ("n_ary_relations", [["Net"]], "a relation is ['Net']"),
        ("sections", [[0]], "[0] is no span"),
    ],
)
def test_what_does_not_fit_is_listed_and_only_it_is_left_out(key, value, says, tmp_path):
    bare = {**PAPER, "coref": {}, "n_ary_relations": [], "method_subrelations": {}, "ner": [], "sections": []}
    path = put(tmp_path, {**bare, key: value})
    with pytest.raises(BrokenRules) as caught:
        list(read(path))
    assert says in str(caught.value) and 1 == len(caught.value.problems)
    (document,) = read(path, options=Options("discard"))
    assert not document.mentions
