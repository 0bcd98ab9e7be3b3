"""JSON of tagged tokens: what spaCy itself writes, Stanza's sentences, and what is broken in them."""

import json

import pytest

from goldwire.errors import BrokenRules, InputError
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


PAIRS = [[["EU", "B-ORG"], ["says", "O"]], [["New", "B-LOC"], ["York", "I-LOC"]]]
PAIRED = {
    "a list of sentences of pairs": json.dumps(PAIRS),
    "a sentence of pairs a line": "\n".join(map(json.dumps, PAIRS)),
    "words and their tags": json.dumps([list(zip(*sentence, strict=True)) for sentence in PAIRS]),
    "words and their tags, a sentence a line": "\n".join(json.dumps(list(zip(*s, strict=True))) for s in PAIRS),
    "tokens of an object a line": "\n".join(
        json.dumps({"tokens": [{"text": word, "ner": tag} for word, tag in sentence]}) for sentence in PAIRS
    ),
}


@pytest.mark.parametrize("content", PAIRED.values(), ids=PAIRED)
def test_pairs_of_words_and_tags_are_read_whatever_lists_hold_them(content, tmp_path):
    (tmp_path / "train.json").write_text(content)
    assert recognise(tmp_path / "train.json").name == "token_json"
    found = list(read(tmp_path / "train.json"))
    assert [("EU says", ["EU"]), ("New York", ["New York"])] == [(d.text, [m.text for m in d.mentions]) for d in found]


def test_json_is_never_taken_for_columns(tmp_path):
    (tmp_path / "a.json").write_text('[{"text":"EU says","label":"B-ORG O"}]')
    with pytest.raises(InputError, match="it looks like JSON with the keys text, label"):
        recognise(tmp_path / "a.json")
