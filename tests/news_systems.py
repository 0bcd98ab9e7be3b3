"""Functions that tests run as systems, and documents for them."""

from dataclasses import replace

from goldwire.document import Document, Mention
from goldwire.eval.systems.base import Unusable

LINES = (
    "President Ana Torres visited London on Monday.",
    "Prime Minister Pedro Quispe met Ana Torres in Lima.",
    "Reuters said Peru signed it in May.",
    "Barack Obama flew to Kenya on Friday.",
)


def news(number=4):
    return [Document(f"d{i:04}", LINES[i % len(LINES)]) for i in range(number)]


def first_word(document):
    return replace(document, mentions=(Mention(0, document.text.index(" "), "X"),))


def first_words(documents):
    return map(first_word, documents)


def as_given(documents):
    return map(replace, documents)


def breaks_on_quispe(documents):
    for document in documents:
        if "Quispe" in document.text:
            raise ValueError("a model may raise anything")
        yield first_word(document)


def breaks_in_batches(documents):
    batch = list(documents)
    if any("Quispe" in document.text for document in batch):
        raise RuntimeError("one of the batch breaks it")
    yield from map(first_word, batch)


def wrong_offsets(documents):
    for document in documents:
        yield replace(document, mentions=(Mention(5, 5000 if "Obama" in document.text else 6, "X"),))


def other_texts(documents):
    for document in documents:
        yield replace(document, text=document.text.upper(), mentions=())


def silent(documents):
    yield from list(documents)[:0]


def too_many(documents):
    for document in documents:
        yield from (document, document)


def spans_of_text(text):
    return [(0, 4, "X"), (5, 8, "Y", 0.5)]


def wrong_key(documents):
    raise Unusable("wrong key")
    yield from documents
