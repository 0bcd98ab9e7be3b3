"""All that is broken is listed by its place; discarded, it alone is left out, and counted: no document is emptied."""

import json

import pytest

import goldwire
from goldwire.errors import BrokenRules, InputError
from goldwire.eval.reading import Reading
from goldwire.formats import Notes, Options, read

DISCARDED = "broken annotations discarded (--repair discard)"
SPAN = {"start": 0, "end": 2, "label": "ORG"}
ROWS = {
    "doccano without a text": ("doccano", {"text": "EU", "label": [[0, 2, "ORG"]]}, {"text": None, "label": []}),
    "doccano with no list": ("doccano", {"text": "EU", "label": [[0, 2, "ORG"]]}, {"text": "UN", "label": "ORG"}),
    "spans without a text": ("spans", {"text": "EU", "entities": [SPAN]}, {"text": 7, "entities": [SPAN]}),
    "spans in no list": ("spans", {"text": "EU", "entities": [SPAN]}, {"text": "UN", "entities": {"a": 1}}),
    "tags of another number": ("hf", {"tokens": ["EU"], "tags": ["B-ORG"]}, {"tokens": ["UN", "x"], "tags": ["O"]}),
    "rows of spans without text": ("hf", {"text": "EU", "spans": [SPAN]}, {"text": None, "spans": []}),
    "rows of spans in no list": ("hf", {"text": "EU", "spans": [SPAN]}, {"text": "EU", "spans": 7}),
    "rows of token spans": ("hf", {"tokens": ["EU"], "spans": [{**SPAN, "end": 1}]}, {"tokens": None, "spans": []}),
    "rows of spans in columns of no lists": ("hf", {"text": "EU", "spans": [SPAN]}, {"text": "EU", "spans": {"a": 1}}),
    "passages without offsets": (
        "hf", {"passages": [{"text": ["EU"], "offsets": [[0, 2]]}], "entities": [
            {"type": "ORG", "offsets": [[0, 2]], "text": ["EU"]}]}, {"passages": [{"text": ["EU"]}], "entities": []}),
    "goldwire's own columns": ("hf", {"id": "a", "text": "EU", "mentions": [SPAN], "relations": []},
                               {"id": "b", "text": "UN", "mentions": [{"start": 0}], "relations": []}),
    "goldwire without a text": ("goldwire", {"id": "a", "text": "EU", "mentions": [SPAN]}, {"id": "b"}),
    "spert without tokens": ("spert", {"tokens": ["EU"], "entities": [{"start": 0, "end": 1, "type": "O"}]}, {}),
    "docred without sentences": ("docred", {"sents": [["EU"]], "title": "a", "vertexSet": [
        [{"pos": [0, 1], "sent_id": 0, "type": "O"}]]}, {"title": "b", "vertexSet": [], "sents": None}),
    "hyperred without tokens": ("hyperred", {"tokens": ["EU"], "entities": [{"span": [0, 1], "label": "E"}],
                                             "relations": []}, {"tokens": 1, "entities": [], "relations": []}),
}  # fmt: skip


def put(folder, rows, name="a.jsonl"):
    path = folder / name
    path.write_text("".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(("form", "good", "bad"), ROWS.values(), ids=ROWS)
def test_a_row_that_cannot_be_read_is_no_empty_document(form, good, bad, tmp_path):
    path, notes = put(tmp_path, [good, bad, good]), Notes()
    with pytest.raises((BrokenRules, InputError), match=r"a\.jsonl"):
        list(read(path, form))
    found = list(read(path, form, Options("discard", notes=notes)))
    assert [["EU"], ["EU"]] == [[document.text[m.start : m.end] for m in document.mentions] for document in found]
    assert 1 == notes.counts[DISCARDED]


def test_of_a_document_of_several_rows_the_broken_ones_are_left_out(tmp_path):
    told = zip("aabb", (1, 2, 2, 2), strict=True)
    rows = [{"document_id": name, "tokens": ["EU"], "tags": ["B-ORG"] * times} for name, times in told]
    notes = Notes()
    found = list(read(put(tmp_path, rows), "hf", Options("discard", notes=notes)))
    assert [("a", "EU")] == [(document.id, document.text) for document in found]
    assert 3 == notes.counts[DISCARDED]


LINE = json.dumps({"id": "a", "text": "EU", "mentions": [SPAN]}) + "\n"


def test_all_malformed_lines_of_goldwires_are_listed_also_the_last(tmp_path):
    path = put(tmp_path, [LINE, "{\n", LINE, '{"id": 1}\n', "[1]\n", LINE, "no\n"])
    with pytest.raises(BrokenRules) as caught:
        list(read(path, "goldwire"))
    assert ["2", "4", "5", "7"] == [str(problem).split(":")[1] for problem in caught.value.problems]


def test_of_a_million_malformed_lines_the_first_are_listed_and_the_others_counted(tmp_path):
    path = put(tmp_path, [LINE, *["{\n"] * 1000])
    with pytest.raises(BrokenRules, match="980 more are broken") as caught:
        list(read(path, "goldwire"))
    assert 21 == len(caught.value.problems)


def test_documents_before_the_first_malformed_line_are_given_as_they_come(tmp_path):
    documents = read(put(tmp_path, [LINE, "{\n", LINE]), "goldwire")
    assert "a" == next(documents).id
    with pytest.raises(InputError, match=r"a\.jsonl:2"):
        next(documents)


@pytest.mark.parametrize("name", ["list", "folder"])
def test_all_that_is_broken_in_a_list_or_folder_is_listed(name, tmp_path):
    if name == "list":
        path = put(tmp_path, ["[", LINE, ',{"id": 1},', '{"id": "b"}', "]"], "a.json")
    else:
        path = tmp_path
        for file, content in (("a", LINE), ("b", '{"id": 1}'), ("c", "{")):
            put(tmp_path, [content], f"{file}.json")
    with pytest.raises(BrokenRules) as caught:
        list(read(path, "goldwire"))
    assert 2 == len(caught.value.problems)
    assert ["a"] == [document.id for document in read(path, "goldwire", Options("discard"))]


@pytest.mark.parametrize("repair", ["none", "discard"])
def test_files_scored_a_shard_at_a_time_list_all_their_malformed_lines_too(repair, tmp_path, monkeypatch):
    monkeypatch.setattr("goldwire.eval.line_shards.LARGE", 0)
    gold, pred = put(tmp_path, [LINE], "gold.jsonl"), put(tmp_path, [LINE, "{\n", "no\n"], "pred.jsonl")
    if repair == "discard":
        scores = goldwire.score(gold, pred, reading=Reading(repair=repair))
        assert 1 == scores["mentions/strict"].f1 and any("2 ×" in line for line in scores.notes)
        return
    with pytest.raises(BrokenRules, match=r"pred.jsonl:2.*\n.*pred.jsonl:3"):
        goldwire.score(gold, pred)
