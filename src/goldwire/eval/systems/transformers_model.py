"""Token classification models of the transformers library: a model's name on the hub, or its folder.

Long texts are read in windows with overlap; offsets come from the tokenizer, and are checked against the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from goldwire.document import Document, Mention, Span, canonical
from goldwire.errors import InputError
from goldwire.eval.systems.base import Context, NoAnswer, Predictor, System, answered, file_digest, optional, versions
from goldwire.eval.systems.folding import at_boundaries
from goldwire.eval.systems.windows import joined, trimmed, windows

SETTINGS = {
    "aggregation": "how the pieces of a word of the tokenizer become one label: first, simple, average or max (first)",
    "window": "the longest stretch, in the model's tokens; 0 is what the model takes (0)",
    "overlap": "tokens that a window shares with the next (64)",
    "threshold": "the score below which a mention is left out (0)",
    "device": 'where it runs: "cpu", "cuda:0" ("cpu")',
    "revision": "the revision on the hub (main)",
}
_AGGREGATIONS = ("first", "simple", "average", "max")


def load(system: System, context: Context) -> Predictor:
    """Load the model and its tokenizer; code that comes with a model is never run.

    Raises:
        MissingExtra: transformers or torch is not installed.
        InputError: there is no such model, or its tokenizer tells no offsets.
    """
    del context
    how = system.setting("aggregation", "first")
    if how not in _AGGREGATIONS:
        raise InputError(f"system {system.name}", f"aggregation is {how!r}", f"it may be {', '.join(_AGGREGATIONS)}")
    purpose = "a transformers model"
    torch = optional("torch", "torch", "transformers", purpose)
    pipe = _pipeline(optional("transformers", "transformers", "transformers", purpose), system, how)
    length, overlap = _length(pipe, system.setting("window", 0)), system.setting("overlap", 64)
    torch.manual_seed(system.seed)
    look = partial(_look, pipe, system.setting("threshold", 0.0))

    def predict(documents: Iterable[Document]) -> Iterator[Document]:
        for document in documents:
            yield canonical(answered(document, _through(document, pipe, look, length, overlap)))

    return Predictor(predict, _description(pipe, system, how, length))


def _pipeline(transformers: Any, system: System, how: str) -> Any:
    revision = system.setting("revision", "main")
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(system.model, revision=revision, use_fast=True)
        model = transformers.AutoModelForTokenClassification.from_pretrained(system.model, revision=revision)
    except (OSError, ValueError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise InputError(
            f"transformers:{system.model}", f"cannot be loaded: {first}", "name a model or its folder"
        ) from error
    if not tokenizer.is_fast:
        raise InputError(
            f"transformers:{system.model}", "its tokenizer tells no offsets", "use a model with a fast one"
        )
    return _by_words(transformers)(
        model=model, tokenizer=tokenizer, aggregation_strategy=how, device=system.setting("device", "cpu")
    )


def _by_words(transformers: Any) -> Any:
    """Give the pipeline, but with words as the tokenizer cuts them, and cut once more where letters end.

    Its own guess knows no blank but U+0020 and takes marks for parts of words where tokens have no prefix (byte-level
    ones): a name behind a tab or a line's end is lost, and a name before a comma is given the comma. To the tokenizers
    of SentencePiece (XLM-RoBERTa's) the comma is part of the word.
    """

    class Words(transformers.TokenClassificationPipeline):  # type: ignore[misc]  # transformers has no types here
        def gather_pre_entities(self, sentence: str, *args: Any, **kwargs: Any) -> Any:
            words = self.tokenizer(sentence, verbose=False).word_ids()
            found = super().gather_pre_entities(sentence, *args, **kwargs)
            for token in found:
                place = token["index"]
                same = place > 0 and words[place] is not None and words[place] == words[place - 1]
                start = min(int(token["start"]), len(sentence) - 1)
                token["is_subword"] = same and not at_boundaries(sentence, start, len(sentence))
            return found

    return Words


def _length(pipe: Any, asked: int) -> int:
    """Give the longest stretch in tokens, without the special ones that the tokenizer adds."""
    special = int(pipe.tokenizer.num_special_tokens_to_add())
    positions = int(getattr(pipe.model.config, "max_position_embeddings", 0) or 512)
    padding = int(pipe.model.config.pad_token_id or 0) + 1 if pipe.model.config.model_type.endswith("roberta") else 0
    limit = min(int(pipe.tokenizer.model_max_length), positions - padding) - special
    return max(1, min(asked or limit, limit))


def _through(document: Document, pipe: Any, look: Any, length: int, overlap: int) -> list[Mention]:
    """Read a text in windows of the model's tokens, cut where tokens that begin a word begin."""
    encoded = pipe.tokenizer(document.text, return_offsets_mapping=True, add_special_tokens=False, verbose=False)
    offsets = [pair for pair in encoded["offset_mapping"] if pair[0] < pair[1]]
    if not offsets:
        return []
    starts = _word_starts(document.text, offsets)
    margin = max(1, length - 2)  # a stretch that is tokenized anew may have a token or two more
    parts = []
    for first, last in windows(len(offsets), margin, min(overlap, margin // 2)):
        start, end = starts[first], len(document.text) if last == len(offsets) else starts[last]
        parts.append((Span(start, end), look(document.text, start, end)))
    return joined(parts)


def _word_starts(text: str, offsets: list[tuple[int, int]]) -> list[int]:
    """Give for each token where the word begins that it is in, so that no window cuts a word."""
    starts: list[int] = []
    for start, _ in offsets:
        inside = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
        starts.append(starts[-1] if inside and starts else start)
    return starts


def _look(pipe: Any, threshold: float, text: str, start: int, end: int) -> list[Mention]:
    found = []
    for item in pipe(text[start:end]) if text[start:end].strip() else ():
        if item["start"] is None:
            raise NoAnswer("the tokenizer tells no offsets")
        left, right = trimmed(text, start + int(item["start"]), start + int(item["end"]))
        if left < right and float(item["score"]) >= threshold:
            found.append(Mention(left, right, item["entity_group"], score=round(float(item["score"]), 6)))
    return found


def _description(pipe: Any, system: System, how: str, length: int) -> dict[str, Any]:
    folder = Path(system.model)
    weights = {"sha256": file_digest(folder)} if folder.is_dir() else {"commit": pipe.model.config._commit_hash}
    labels = {name.split("-", 1)[-1] for name in pipe.model.config.id2label.values() if name != "O"}
    said = {"model": system.model if not folder.is_dir() else folder.name, **weights}
    return {
        **versions("transformers", "torch"),
        **said,
        "aggregation": how,
        "window": length,
        "mention_labels": sorted(labels),
        "relation_labels": [],
    }
