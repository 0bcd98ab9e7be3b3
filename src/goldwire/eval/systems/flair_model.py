"""Sequence taggers of flair, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from goldwire.document import Document, Mention, canonical
from goldwire.errors import InputError
from goldwire.eval.systems.base import Context, NoAnswer, Predictor, System, answered, file_digest, optional, versions

SETTINGS = {
    "layer": 'the label type that is read ("ner")',
    "batch": "sentences a batch (32)",
    "trust": "whether the tagger's file may be loaded: it is a pickle, and may run any code when it is (false)",
}
_DROPPED = "\u200b\u200c\u2028\u2029\ufe0f\ufeff"
"""Characters that flair takes out of a text before it counts."""


def load(system: System, context: Context) -> Predictor:
    """Load the tagger.

    Raises:
        MissingExtra: flair is not installed.
        InputError: there is no such tagger, or its file is not trusted.
    """
    del context
    optional("flair", "flair", "flair", "a flair tagger")
    if not system.setting("trust", False):
        found = "is a pickle, which may run any code when it is loaded"
        raise InputError(f"flair:{system.model}", found, "if you trust where it is from: --set trust=true")
    tagger = _tagger(system)
    from flair.splitter import SegtokSentenceSplitter

    splitter = SegtokSentenceSplitter()
    layer, batch = system.setting("layer", "ner"), system.setting("batch", 32, least=1)

    def predict(documents: Iterable[Document]) -> Iterator[Document]:
        for document in documents:
            kept = [place for place, character in enumerate(document.text) if character not in _DROPPED]
            sentences = splitter.split("".join(document.text[place] for place in kept))
            tagger.predict(sentences, mini_batch_size=batch)
            yield canonical(
                answered(document, (m for s in sentences for m in _mentions(s, layer, document.text, kept)))
            )

    return Predictor(predict, _description(tagger, system))


def _description(tagger: Any, system: System) -> dict[str, Any]:
    labels = sorted({name.split("-", 1)[-1] for name in tagger.label_dictionary.get_items()} - {"O", "<unk>"})
    file = Path(system.model)
    said = {"model": file.name, "sha256": file_digest(file)} if file.exists() else {"model": system.model}
    return {**versions("flair", "torch"), **said, "mention_labels": labels}


def _tagger(system: System) -> Any:
    from flair.models import SequenceTagger

    try:
        return SequenceTagger.load(system.model)
    except (OSError, ValueError) as error:
        raise InputError(f"flair:{system.model}", f"cannot be loaded: {error}", "name a tagger or its file") from error


def _mentions(sentence: Any, layer: str, text: str, kept: list[int]) -> Iterator[Mention]:
    """Give a sentence's spans as mentions of the text; `kept` are the places of the characters that flair saw.

    Raises:
        NoAnswer: flair changed the text in some other way, so that its offsets mean something else.
    """
    offset = sentence.start_position
    for span in sentence.get_spans(layer):
        start, end = offset + span.start_position, offset + span.end_position
        if "".join(text[place] for place in kept[start:end]).split() != span.text.split():
            raise NoAnswer("flair changed the text; offsets would mean something else")
        yield Mention(kept[start], kept[end - 1] + 1, span.tag, score=round(float(span.score), 6))
