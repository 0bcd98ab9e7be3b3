"""JSON of tagged tokens: what spaCy itself writes, Stanza's sentences, and what is broken in them."""

import json

import pytest

from goldwire.errors import BrokenRules
from goldwire.formats import read, recognise
from goldwire.formats.base import Options

TEXT = "Kishida met Biden in New York."


def put(folder, value):
    (folder / "train.json").write_text(json.dumps(value))
    return folder / "train.json"


def test_what_spacy_writes_as_training_json_comes_back_with_its_text(tmp_path):
    spacy = pytest.importorskip("spacy")
    from spacy.training import docs_to_json

    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    doc = nlp(TEXT)
    doc.ents = [doc.char_span(0, 7, "PER"), doc.char_span(12, 17, "PER"), doc.char_span(21, 29, "GPE")]
    path = put(tmp_path, [docs_to_json([doc])])
    assert recognise(path).name == "token_json"
    (found,) = read(path)
    assert (TEXT, [(e.text, e.label_) for e in doc.ents]) == (found.text, [(m.text, m.label) for m in found.mentions])


def test_unknown_tags_are_counted_and_raw_texts_of_other_tokens_said(tmp_path):
    rows = [{"orth": "Kishida", "ner": "U-PER"}, {"orth": "met", "ner": "-"}]
    options = Options()
    path = put(tmp_path, [{"id": 7, "paragraphs": [{"raw": "Kishida, met", "sentences": [{"tokens": rows}]}]}])
    (found,) = read(path, options=options)
    assert ("7", "Kishida met", ["Kishida"]) == (found.id, found.text, [m.text for m in found.mentions])
    assert {"tokens whose tag is - (unknown), taken as outside", *options.notes.counts} == set(options.notes.counts)
    assert any("raw text has other tokens" in what for what in options.notes.counts)


def test_stanzas_sentences_keep_their_gaps_and_multiword_tokens_are_passed_over(tmp_path):
    rows = [
        {"id": 1, "text": "Vamos", "start_char": 0, "end_char": 5, "ner": "O"},
        {"id": [2, 3], "text": "del", "start_char": 6, "end_char": 9},
        {"id": 2, "text": "de", "ner": "O"},
        {"id": 3, "text": "Sol", "start_char": 10, "end_char": 13, "ner": "S-LOC"},
        {"id": 4, "text": ".", "start_char": 13, "end_char": 14, "ner": "O"},
    ]
    (found,) = read(put(tmp_path, [rows]))
    assert ("Vamos de Sol.", ["Sol"]) == (found.text, [m.text for m in found.mentions])


def test_every_broken_tag_and_token_is_listed(tmp_path):
    rows = [[{"text": "Kishida", "ner": "B-PER"}, {"text": "B", "ner": "I-LOC"}], [{"ner": "O"}], [3]]
    with pytest.raises(BrokenRules) as error:
        list(read(put(tmp_path, rows)))
    assert [f"train.json[{n}]" for n in (0, 1, 2)] == [
        p.where.split("/")[-1].split(":")[0] for p in error.value.problems
    ]
