"""A token classifier with weights set by hand: it labels known words and nothing else, so each offset has a truth."""

import re

import pytest

from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.eval.runs.running import run
from goldwire.eval.systems import load
from goldwire.eval.systems.base import System
from tiny_models import LABELS, TEXTS, fast, wordpiece

pytestmark = pytest.mark.models
WORD = re.compile(r"Paris|Lima|Torres")
TEXTS_OF = {
    "plain": TEXTS[0],
    "nfc": "Café Torres, Paris",
    "nfd": "Cafe\u0301 Torres, Bogota\u0301, Paris",
    "emoji": "🇺🇦 Torres 👩‍👩‍👧 said ☀\ufe0f Paris",
    "tabs": "a\tLima\t\u00a0Paris\u3000x",
    "crlf": "Lima said\r\nso in\rParis\r\n",
    "lower": "İstanbul, İİİ Torres left ß Paris",
    "soft": "Of\u00adficials in Lima\u00ad said\u200b \u200bParis\ufeff so",
    "blank": " \n ",
    "long": "Torres left Paris for Lima on Monday, said İ 👩‍👩‍👧 officials.\r\n" * 800,
}
SCHEMES = {"BIO": "B-", "BIOES": "S-", "none": ""}


def tokenizers():
    from tokenizers import Regex, normalizers

    yield "wordpiece", wordpiece()
    yield "lower-casing", wordpiece(lowercase=True, strip_accents=True)
    composed = wordpiece()
    unseen = normalizers.Replace(Regex("[\u00ad\u200b\ufeff]"), "")
    composed.normalizer = normalizers.Sequence([normalizers.NFKC(), unseen])
    yield "nfkc", composed
    yield "byte-level", byte_level()
    yield "sentencepiece", sentencepiece()


def byte_level():
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    made = Tokenizer(models.BPE(unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    special = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=800, special_tokens=special, initial_alphabet=alphabet)
    made.train_from_iterator([*TEXTS, "Paris Lima Torres", "Paris", "Lima", "Torres"] * 3, trainer)
    return made


def sentencepiece():
    """Give a Unigram tokenizer as XLM-RoBERTa has it: words end at blanks only, a comma is part of the one before."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    words = {token.strip(",.") for text in [*TEXTS, *TEXTS_OF.values()] for token in text.split()}
    characters = {c for text in [*TEXTS, *TEXTS_OF.values()] for c in text if not c.isspace()}
    pieces = [("[UNK]", 0.0), ("[CLS]", 0.0), ("[SEP]", 0.0), ("[PAD]", 0.0), ("[MASK]", 0.0), ("▁", -8.0)]
    pieces += [(f"▁{word}", -4.0) for word in sorted(words) if WORD.fullmatch(word)]
    pieces += [(word, -4.5) for word in ("Paris", "Lima", "Torres")]
    pieces += [(character, -9.0) for character in sorted(characters)]
    made = Tokenizer(models.Unigram(pieces, unk_id=0, byte_fallback=False))
    blanks = normalizers.Replace(Regex(r"\s+"), " ")
    made.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), blanks])
    made.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    return made


@pytest.fixture(scope="module", params=["wordpiece", "lower-casing", "nfkc", "byte-level", "sentencepiece"])
def made(request):
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    return dict(tokenizers())[request.param]


def model(made, folder, prefix="B-"):
    """Write a BERT that passes each token's own embedding on, and a classifier that reads the label from it."""
    import torch
    import transformers

    fast(made).save_pretrained(folder)
    names = ["O", *dict.fromkeys(f"{prefix}{label}" for label in LABELS.values())]
    config = transformers.BertConfig(
        vocab_size=made.get_vocab_size(),
        hidden_size=len(names) + 1,
        num_hidden_layers=0,
        num_attention_heads=1,
        max_position_embeddings=64,
        id2label=dict(enumerate(names)),
        label2id={name: place for place, name in enumerate(names)},
    )
    bert = transformers.BertForTokenClassification(config)
    with torch.no_grad():
        for weights in bert.bert.embeddings.parameters():
            weights.zero_()
        bert.bert.embeddings.LayerNorm.weight.fill_(1.0)
        for token, place in made.get_vocab().items():
            bert.bert.embeddings.word_embeddings.weight[place, label_of(token, names, prefix)] = 1.0
        bert.classifier.weight.copy_(10 * torch.eye(len(names), len(names) + 1))
        bert.classifier.bias.zero_()
    bert.save_pretrained(folder)
    return str(folder)


def label_of(token, names, prefix):
    known = {word.lower(): label for word, label in LABELS.items()}
    label = known.get(token.lstrip("Ġ▁").lower())
    return names.index(f"{prefix}{label}") if label else 0


@pytest.mark.parametrize("name", TEXTS_OF)
def test_every_known_word_is_found_just_where_it_stands(made, tmp_path, name):
    text = TEXTS_OF[name]
    done = run(System("t", "transformers", model(made, tmp_path / "m")), [Document("d", text)], tmp_path / "run")
    assert done.failures == {}
    assert found(done) == [(m.start(), m.end(), LABELS[m[0]]) for m in WORD.finditer(text)]


def found(done):
    from goldwire.formats import read

    (document,) = read(done.predictions)
    return [(m.start, m.end, m.label) for m in document.mentions]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("aggregation", ["simple", "first", "average", "max"])
def test_labels_come_without_the_prefix_of_their_scheme(tmp_path, scheme, aggregation):
    pytest.importorskip("transformers")
    folder = model(wordpiece(), tmp_path / "m", SCHEMES[scheme])
    done = run(
        System("t", "transformers", folder, settings={"aggregation": aggregation}),
        [Document("d", TEXTS[0])],
        tmp_path / "r",
    )
    assert found(done) == [(m.start(), m.end(), LABELS[m[0]]) for m in WORD.finditer(TEXTS[0])]
    assert done.table["model"]["mention_labels"] == ["GPE", "PERSON"]


def test_a_tokenizer_without_offsets_is_refused_in_one_line(tmp_path):
    transformers = pytest.importorskip("transformers")
    folder = model(wordpiece(), tmp_path / "m")
    (tmp_path / "m" / "tokenizer.json").unlink()
    (tmp_path / "m" / "tokenizer_config.json").write_text('{"tokenizer_class": "CanineTokenizer"}')
    assert not transformers.AutoTokenizer.from_pretrained(folder).is_fast
    with pytest.raises(InputError, match="tells no offsets"):
        load(System("t", "transformers", folder))
