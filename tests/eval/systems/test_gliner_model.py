"""GLiNER: a small one on an encoder made on the spot, trained until it knows two cities and a person.

GLiREL: a small one with random weights, of which every pair of a sentence gets an answer.
"""

import re
from argparse import Namespace
from dataclasses import replace
from itertools import permutations

import pytest

from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.eval.systems import load
from goldwire.eval.systems.base import Context, System
from goldwire.labels import LabelSet, RelationLabel
from tiny_models import LABELS, TEXTS, encoder

pytestmark = pytest.mark.models
ASKED = {"city": "GPE", "person": "PERSON"}
WORDS = {"GPE": "city", "PERSON": "person"}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    gliner = pytest.importorskip("gliner", reason="pip install 'goldwire[gliner]'")
    import torch
    import transformers

    settings = {"model_name": encoder(tmp_path_factory.mktemp("encoder")), "hidden_size": 32, "max_width": 4}
    made = gliner.GLiNER.from_config({**settings, "dropout": 0.0, "max_len": 128, "name": "tiny"})
    collate, rows = made._create_data_collator(), [labelled(text) for text in TEXTS]
    transformers.set_seed(0)
    batches = [collate(rows) for _ in range(8)]  # the order of the labels is another in each
    optimizer = torch.optim.Adam(made.model.parameters(), 3e-3)
    made.model.train()
    for turn in range(500):
        loss = made.model(**batches[turn % len(batches)]).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    folder = tmp_path_factory.mktemp("gliner")
    made.save_pretrained(folder)
    return str(folder)


def labelled(text):
    words = re.findall(r"\w+(?:[-_]\w+)*|\S", text)
    names = [[i, i, WORDS[LABELS[w]]] for i, w in enumerate(words) if w in LABELS]
    return {"tokenized_text": words, "ner": names, "ner_negatives": list(ASKED)}


def ask(model, text, **settings):
    (document,) = load(System("g", "gliner", model, settings={"labels": ASKED, **settings})).predict(
        [Document("d", text)]
    )
    return document


def test_the_run_knows_the_model_by_its_weights(model, tmp_path):
    import shutil

    import torch
    from gliner import GLiNER

    other = GLiNER.from_pretrained(model)
    with torch.no_grad():
        next(other.parameters()).add_(1)
    other.save_pretrained(tmp_path)
    copy = shutil.copytree(model, tmp_path / "copy")
    system = System("g", "gliner", settings={"labels": ASKED})
    told = [load(replace(system, model=str(f))).description["sha256"] for f in (model, copy, tmp_path)]
    assert told[0] == told[1] != told[2]


@pytest.mark.parametrize("text", TEXTS)
def test_every_name_it_learnt_is_found_where_it_stands(model, text):
    expected = [(m.start(), m.end(), LABELS[m[0]]) for m in re.finditer("Paris|Lima|Torres", text)]
    assert [(m.start, m.end, m.label) for m in ask(model, text).mentions] == expected


RELATIONS = LabelSet(relations={"visited": RelationLabel("travels to"), "left": RelationLabel("goes from")})
SHAPE = {
    "hidden_size": 64,
    "dropout": 0.0,
    "max_width": 4,
    "max_len": 128,
    "subtoken_pooling": "first",
    "fine_tune": True,
    "label_embed_strategy": "label",
    "rel_mode": "marker",
    "span_marker_mode": "markerv1",
    "scorer": "dot",
    "fixed_relation_types": True,
    "num_train_rel_types": 5,
    "num_unseen_rel_types": 5,
    "random_drop": False,
    "shuffle_types": False,
    "max_entity_pair_distance": None,
}


@pytest.fixture(scope="module")
def related(tmp_path_factory):
    glirel = pytest.importorskip("glirel", reason="pip install 'goldwire[glirel]'")
    import transformers

    encoder_of_pairs = encoder(tmp_path_factory.mktemp("encoder"))
    transformers.set_seed(0)
    folder = tmp_path_factory.mktemp("glirel")
    glirel.GLiREL(Namespace(model_name=encoder_of_pairs, **SHAPE)).save_pretrained(folder)
    return str(folder)


def test_relations_of_a_glirel_model_stand_between_the_mentions_of_a_sentence(model, related):
    settings = {"labels": ASKED, "relations": related, "relation_threshold": 0.0}
    loaded = load(System("g", "gliner", model, settings=settings), Context(labels=RELATIONS))
    text = "The report said so.\n" + TEXTS[0] + "\n" + TEXTS[1]
    one, two = (next(iter(loaded.predict([Document("d", text)]))) for _ in "ab")
    line_of = {m.id: text.count("\n", 0, m.start) for m in one.mentions}
    pairs = {(a, b) for a, b in permutations(line_of, 2) if line_of[a] == line_of[b]}
    assert {(r.head, r.tail) for r in one.relations} == pairs and len(pairs) > 2
    assert {r.label for r in one.relations} <= {"left", "visited"} and one == two


def test_a_folder_that_is_no_glirel_model_is_one_line(model):
    settings = {"labels": ASKED, "relations": model}
    with pytest.raises(InputError, match=r"cannot be loaded: .*glirel_config\.json"):
        load(System("g", "gliner", model, settings=settings), Context(labels=RELATIONS))


def test_a_long_text_is_read_in_windows_and_offsets_stay_right(model):
    text = "\r\n\t".join(TEXTS * 15)
    found = ask(model, text, window=30, overlap=8).mentions
    assert all(text[m.start : m.end] == m.text for m in found) and {m.text for m in found} >= set(LABELS)
    assert max(m.end for m in found) > len(text) - 40


def test_without_labels_or_without_a_model_it_is_one_line(model):
    with pytest.raises(InputError, match="no labels to ask for"):
        load(System("g", "gliner", model))
    with pytest.raises(InputError, match="cannot be loaded"):
        load(System("g", "gliner", "/no/such/model", settings={"labels": ["X"]}))
