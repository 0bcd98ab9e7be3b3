"""Sequence taggers of flair, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from goldwire.document import Document, Mention, canonical
from goldwire.errors import InputError
from goldwire.eval.systems.base import Context, Predictor, System, answered, optional, versions

SETTINGS = {
    "layer": 'the label type that is read ("ner")',
    "batch": "sentences a batch (32)",
}


def load(system: System, context: Context) -> Predictor:
    """Load the tagger.

    Raises:
        MissingExtra: flair is not installed.
        InputError: there is no such tagger.
    """
    del context
    optional("flair", "flair", "flair", "a flair tagger")
    tagger = _tagger(system)
    from flair.splitter import SegtokSentenceSplitter

    splitter = SegtokSentenceSplitter()
    layer, batch = system.setting("layer", "ner"), system.setting("batch", 32)

    def predict(documents: Iterable[Document]) -> Iterator[Document]:
        for document in documents:
            sentences = splitter.split(document.text)
            tagger.predict(sentences, mini_batch_size=batch)
            yield canonical(answered(document, (m for s in sentences for m in _mentions(s, layer))))

    labels = sorted({name.split("-", 1)[-1] for name in tagger.label_dictionary.get_items()} - {"O", "<unk>"})
    return Predictor(predict, {**versions("flair", "torch"), "model": system.model, "mention_labels": labels})


def _tagger(system: System) -> Any:
    from flair.models import SequenceTagger

    try:
        return SequenceTagger.load(system.model)
    except (OSError, ValueError) as error:
        raise InputError(f"flair:{system.model}", f"cannot be loaded: {error}", "name a tagger or its file") from error


def _mentions(sentence: Any, layer: str) -> Iterator[Mention]:
    offset = sentence.start_position
    for span in sentence.get_spans(layer):
        score = round(float(span.score), 6)
        yield Mention(offset + span.start_position, offset + span.end_position, span.tag, score=score)
