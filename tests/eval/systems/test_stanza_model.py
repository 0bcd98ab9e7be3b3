"""NER of stanza: a small tagger that its own trainer trains on the spot, behind spaCy's tokenizer."""

import json
import re

import pytest

from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.eval.systems import load
from goldwire.eval.systems.base import System
from tiny_models import LABELS, TEXTS

pytestmark = pytest.mark.models
DIRTY = {
    "plain": "Torres left Paris for Lima on Monday.",
    "tabs and CRLF": "  Torres left\tParis for Lima on Monday.\r\n\r\nOn Monday Lima\u00a0was quiet.",
    "emoji": "👩‍👩‍👧 Torres left Paris. ☀\ufe0f",
    "long": "Torres left Paris for Lima on Monday. " * 1400,
}
SMALL = "--no_pretrain --no_bert_model --char_hidden_dim 16 --char_emb_dim 8 --hidden_dim 24 --word_emb_dim 16 --cpu"
TRAINING = "--mode train --shorthand en_tiny --save_name tiny.pt --max_steps 200 --eval_interval 100 --batch_size 4"


@pytest.fixture(scope="module")
def options(tmp_path_factory):
    pytest.importorskip("stanza", reason="pip install 'goldwire[stanza]'")
    from stanza.models import ner_tagger

    folder = tmp_path_factory.mktemp("stanza")
    data = folder / "train.json"
    data.write_text(json.dumps([labelled(text) for text in TEXTS] * 5))
    files = ["--train_file", str(data), "--eval_file", str(data), "--save_dir", str(folder)]
    ner_tagger.main([*TRAINING.split(), *SMALL.split(), *files])
    packages = {"lang_name": "English", "packages": {"default": {}}, "tokenize": {}, "ner": {}}
    (folder / "resources.json").write_text(json.dumps({"en": packages}))
    processors = {"tokenize": "spacy", "ner": "tiny"}
    return {"dir": str(folder), "processors": processors, "ner_model_path": str(folder / "tiny.pt"), **NO_CHARLM}


NO_CHARLM = {"ner_forward_charlm_path": "", "ner_backward_charlm_path": ""}


def labelled(text):
    words = re.findall(r"\w+|[^\w\s]", text)
    return [{"text": w, "ner": f"S-{LABELS[w]}" if w in LABELS else "O"} for w in words]


@pytest.mark.parametrize("name", DIRTY)
def test_names_are_found_where_they_stand(options, name):
    text = DIRTY[name]
    (document,) = load(System("s", "stanza", "en", settings={"options": options})).predict([Document("d", text)])
    found = {text[m.start : m.end] for m in document.mentions}
    assert found and found <= set(LABELS) and {m.label for m in document.mentions} <= set(LABELS.values())
    assert max(m.end for m in document.mentions) > len(text) - 40


def test_the_run_knows_the_model_by_its_weights(options):
    told = [load(System("s", "stanza", "en", settings={"options": options})).description["sha256"] for _ in range(2)]
    assert told[0] == told[1] and len(told[0]) == 64


def test_a_language_that_is_not_there_is_one_line(options, tmp_path):
    with pytest.raises(InputError, match="cannot be loaded"):
        load(System("s", "stanza", "xx", settings={"options": {"dir": str(tmp_path)}}))
