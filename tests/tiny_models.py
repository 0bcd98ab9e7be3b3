"""Small real models, made and trained on the spot: an encoder with its tokenizer, and what needs one."""

TEXTS = [
    "Torres left Paris for Lima on Monday.",
    "Officials in Lima said Paris had agreed.",
    "The talks in Paris, said Torres, went well.",
    "On Monday Lima was quiet, Torres said.",
]
LABELS = {"Paris": "GPE", "Lima": "GPE", "Torres": "PERSON"}
SPECIAL = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"]


def wordpiece(texts=TEXTS, **normalizing):
    """Give a WordPiece tokenizer that knows the words of the texts."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(**{"lowercase": False, "strip_accents": False, **normalizing})
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.train_from_iterator(texts, trainers.WordPieceTrainer(vocab_size=600, special_tokens=SPECIAL))
    return made


def fast(made, length=64):
    """Give a tokenizer as transformers wants it, with [CLS] and [SEP]."""
    import transformers
    from tokenizers import processors

    ends = [("[CLS]", made.token_to_id("[CLS]")), ("[SEP]", made.token_to_id("[SEP]"))]
    made.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    names = {"unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]"}
    return transformers.PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=length, **names)


def encoder(folder, size=32):
    """Write a small BERT with random weights and its tokenizer."""
    import transformers

    tokenizer = fast(wordpiece(), 512)
    tokenizer.save_pretrained(folder)
    transformers.set_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=size,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=size,
        max_position_embeddings=512,
    )
    transformers.BertModel(config).save_pretrained(folder)
    return str(folder)
