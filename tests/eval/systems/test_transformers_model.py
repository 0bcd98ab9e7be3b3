"""Token classification models: a tiny one with random weights and a real tokenizer, made on the spot."""

import pytest

from goldwire.document import Document
from goldwire.eval.runs.running import run
from goldwire.eval.systems import load
from goldwire.eval.systems.base import System

pytestmark = pytest.mark.models

TEXTS = {
    "nfd": "Cafe\u0301 de Flore said Bogota\u0301",
    "emoji": "🇺🇦 Kyiv 👩‍👩‍👧 said",
    "tabs": "a\tb\tPeru\u00a0x",
    "crlf": "Peru said\r\nso in\rLima\r\n",
    "long": "Peru said so in Lima, and Kenya too. " * 1400,
    "blank": " \n ",
}


@pytest.fixture(scope="module", params=["wordpiece", "bpe"])
def model(request, tmp_path_factory):
    pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    folder = tmp_path_factory.mktemp(request.param)
    tokenizer(request.param).save_pretrained(folder)
    labels = ["O", "B-GPE", "I-GPE", "B-PERSON", "I-PERSON"]
    config = transformers.BertConfig(
        vocab_size=300,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
        id2label=dict(enumerate(labels)),
        label2id={name: i for i, name in enumerate(labels)},
    )
    transformers.set_seed(0)
    transformers.BertForTokenClassification(config).save_pretrained(folder)
    return str(folder)


def tokenizer(kind):
    import transformers
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

    special = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"]
    if kind == "wordpiece":
        made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
        made.normalizer = normalizers.BertNormalizer(lowercase=True, strip_accents=True)
        made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        trainer = trainers.WordPieceTrainer(vocab_size=280, special_tokens=special)
    else:
        made = Tokenizer(models.BPE(unk_token="[UNK]"))
        made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        trainer = trainers.BpeTrainer(
            vocab_size=290, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
        )
    made.train_from_iterator(["Peru said so in Lima, and Kenya too.", "Café de Flore"], trainer)
    ends = [("[CLS]", made.token_to_id("[CLS]")), ("[SEP]", made.token_to_id("[SEP]"))]
    made.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    names = {"unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]"}
    return transformers.PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=64, **names)


@pytest.mark.parametrize("name", TEXTS)
def test_offsets_stay_right_whatever_the_text(model, tmp_path, name):
    done = run(System("t", "transformers", model), [Document(name, TEXTS[name])], tmp_path / "run")
    assert done.failures == {}


@pytest.mark.parametrize("name", ["nfd", "emoji", "tabs", "crlf"])
def test_mentions_have_no_blanks_at_their_ends(model, name):
    (document,) = load(System("t", "transformers", model)).predict([Document(name, TEXTS[name])])
    assert all(m.text == m.text.strip() and document.text[m.start : m.end] == m.text for m in document.mentions)


def test_the_whole_of_a_long_text_is_read(model):
    (document,) = load(System("t", "transformers", model)).predict([Document("long", TEXTS["long"])])
    assert max(m.end for m in document.mentions) > len(document.text) - 200


def test_a_short_text_gives_what_the_bare_pipeline_gives_where_that_knows_words(model):
    import transformers

    how = "simple" if "bpe" in model else "first"  # without prefixes of tokens the pipeline takes "Lima." for a word
    pipe = transformers.pipeline("token-classification", model=model, aggregation_strategy=how)
    text = "Peru said so in Lima."
    system = System("t", "transformers", model, settings={"aggregation": how})
    (document,) = load(system).predict([Document("d", text)])
    expected = {(e["start"], e["end"], e["entity_group"]) for e in pipe(text)}
    found = {(m.start, m.end, m.label) for m in document.mentions}
    assert {(s, e) for s, e, _ in found} == {(s + (text[s] == " "), e) for s, e, _ in expected}


def test_the_description_tells_versions_weights_aggregation_and_window(model):
    said = load(System("t", "transformers", model, settings={"aggregation": "max"})).description
    assert said["aggregation"] == "max" and said["window"] == 62 and len(said["sha256"]) == 64
    assert said["mention_labels"] == ["GPE", "PERSON"]
