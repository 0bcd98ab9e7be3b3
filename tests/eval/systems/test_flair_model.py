"""Taggers of flair: a small one, trained on the spot, that knows two cities and a person."""

import pytest

from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.eval.systems import load
from goldwire.eval.systems.base import System
from tiny_models import LABELS, TEXTS

pytestmark = pytest.mark.models
DIRTY = {
    "plain": "Torres left Paris.",
    "tabs and CRLF": "  Torres left\tParis.\r\n\r\nTorres, in  Paris, said so. ",
    "zero width": "\ufeffTorres\u200b said 👩‍👩‍👧 ☀\ufe0f Paris.\u2028 Paris was quiet.",
    "accents": "Cafe\u0301 İstanbul, Paris. Torres said Café.",
    "long": "Torres left Paris. " * 2700,
}


@pytest.fixture(scope="module")
def tagger(tmp_path_factory):
    flair = pytest.importorskip("flair", reason="pip install 'goldwire[flair]' in an environment of its own")
    import torch
    from flair.datasets import FlairDatapointDataset
    from flair.embeddings import OneHotEmbeddings
    from flair.models import SequenceTagger

    flair.set_seed(0)
    sentences = [labelled(flair.data.Sentence(text)) for text in TEXTS]
    corpus = flair.data.Corpus(*[FlairDatapointDataset(sentences)] * 3)
    made = SequenceTagger(
        OneHotEmbeddings.from_corpus(corpus, min_freq=1, embedding_length=16),
        corpus.make_label_dictionary("ner"),
        "ner",
        use_crf=False,
        use_rnn=False,
        reproject_embeddings=False,
        dropout=0,
        locked_dropout=0,
        word_dropout=0,
    )
    sentences.append(flair.data.Sentence("Nobody whom it never saw (☀) has a name."))
    optimizer = torch.optim.Adam(made.parameters(), 0.05)
    for _ in range(60):
        clear(sentences)
        made.forward_loss(sentences)[0].backward()
        optimizer.step()
        optimizer.zero_grad()
    clear(sentences)
    path = tmp_path_factory.mktemp("flair") / "tiny.pt"
    made.save(path)
    return str(path)


def labelled(sentence):
    for token in sentence:
        if token.text in LABELS:
            sentence[token.idx - 1 : token.idx].add_label("ner", LABELS[token.text])
    return sentence


def clear(sentences):
    for sentence in sentences:
        sentence.clear_embeddings()


@pytest.mark.parametrize("name", DIRTY)
def test_every_known_name_is_found_where_it_stands_whatever_flair_takes_out(tagger, name):
    system = System("f", "flair", tagger, settings={"trust": True})
    text = DIRTY[name]
    (document,) = load(system).predict([Document("d", text)])
    assert [m.text for m in document.mentions] == [text[m.start : m.end] for m in document.mentions]
    assert all(LABELS[m.text] == m.label for m in document.mentions)
    assert len(document.mentions) == text.count("Paris") + text.count("Torres")


def test_a_pickle_is_loaded_only_if_it_is_trusted(tagger):
    with pytest.raises(InputError, match="trust=true"):
        load(System("f", "flair", tagger))


def test_the_description_tells_the_labels_and_the_hash_of_the_file(tagger):
    said = load(System("f", "flair", tagger, settings={"trust": True})).description
    assert said["mention_labels"] == ["GPE", "PERSON"] and len(said["sha256"]) == 64
