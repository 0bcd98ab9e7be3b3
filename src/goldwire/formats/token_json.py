"""JSON of tokens with their tag: spaCy's training JSON (paragraphs), Stanza's sentences, pairs of word and tag.

What tags mean is in goldwire.tags; spaCy's texts with character spans are read by spans.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from goldwire.document import Document, Span
from goldwire.errors import InputError
from goldwire.formats.base import Format, Options, Setting
from goldwire.formats.json_values import first_value, items, need, values
from goldwire.formats.settling import settled
from goldwire.formats.spelling import TAG
from goldwire.formats.tagged import NO_WORD, Tagged, tagged_document, told_scheme
from goldwire.tags import OUTSIDE

_WORDS = ("orth", "text", "word", "form")
_UNKNOWN = "-"
_Sentence = list[dict[str, Any]]


class _Read(NamedTuple):
    """A document in the making: its name and place, the tokens of its sentences, and the raw texts, if told."""

    name: str
    where: str
    sentences: list[_Sentence]
    raws: list[str]


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents: spaCy's, their paragraphs together; each sentence of Stanza's list ("s1", "s2" ...).

    Blanks stand between tokens where the raw text of a document, or else the tokens themselves, say so.
    """
    quiet = Options("discard", settings=options.settings)
    found = (sentence for read in _all(path, quiet) for sentence in _tagged(read, quiet))
    scheme = told_scheme(found, options, path)
    documents = options.notes.sound(lambda read: _document(read, scheme, options), _all(path, options))
    return settled(documents, options, path)


def _all(path: Path, options: Options) -> Iterator[_Read]:
    for number, (where, value) in enumerate(values(path, options.notes), start=1):
        yield from options.notes.sound(lambda row: _read(row[0], row[1], row[2]), [(value, number, where)])


def _read(value: Any, number: int, where: str) -> _Read:
    if isinstance(value, list):
        return _Read(f"s{number}", where, [_tokens(_unpaired(value), where)], [])
    found = need(value, dict, where)
    if "tokens" in found:
        return _Read(str(found.get("id", f"s{number}")), where, [_tokens(items(found, "tokens", where), where)], [])
    paragraphs = [need(paragraph, dict, where, "a paragraph") for paragraph in items(found, "paragraphs", where)]
    sentences = [need(s, dict, where, "a sentence") for p in paragraphs for s in items(p, "sentences", where)]
    raws = [paragraph["raw"] for paragraph in paragraphs if isinstance(paragraph.get("raw"), str)]
    rows = [_tokens(items(sentence, "tokens", where), where) for sentence in sentences]
    return _Read(str(found.get("id", f"s{number}")), where, rows, raws if len(raws) == len(paragraphs) else [])


def _unpaired(sentence: list[Any]) -> list[Any]:
    """Give the tokens of a sentence as objects: from pairs of word and tag, or from a list of words and one of tags."""
    pairs = sentence if _are_pairs(sentence) else list(zip(*sentence, strict=True)) if _are_lists(sentence) else []
    return [{"text": word, "ner": tag} for word, tag in pairs] or sentence


def _are_pairs(value: Any) -> bool:
    return _are_of_strings(value) and all(len(pair) == 2 and TAG.match(pair[1]) for pair in value)


def _are_lists(value: Any) -> bool:
    same = _are_of_strings(value) and len(value) == 2 and len(value[0]) == len(value[1])
    return same and all(TAG.match(tag) for tag in value[1])


def _are_of_strings(value: Any) -> bool:
    """Say whether a value is a list of lists of strings, none of them empty."""
    found = isinstance(value, list) and bool(value) and all(isinstance(item, list) and item for item in value)
    return found and all(isinstance(part, str) for item in value for part in item)


def _tokens(rows: list[Any], where: str) -> _Sentence:
    """Give tokens, each of which has a text; raises InputError where one has none."""
    found = [need(row, dict, where, "a token") for row in rows]
    if wrong := next((token for token in found if _word(token) is None), None):
        raise InputError(where, f"a token without a text among its {', '.join(wrong) or 'nothing'}", "mend the file")
    return [token for token in found if "ner" in token or not _is_range(token)]


def _is_range(token: dict[str, Any]) -> bool:
    """Say whether a token is Stanza's multiword one, whose words follow it."""
    return isinstance(token.get("id"), list) and len(token["id"]) > 1


def _tagged(read: _Read, options: Options) -> Iterator[Tagged]:
    for sentence in read.sentences:
        words = [_word(token) or NO_WORD for token in sentence]
        tags = [token.get("ner") or OUTSIDE for token in sentence]
        unknown = tags.count(_UNKNOWN)
        if unknown:
            options.notes.add("tokens whose tag is - (unknown), taken as outside", read.where, unknown)
        yield Tagged(read.where, words, [OUTSIDE if tag == _UNKNOWN else str(tag) for tag in tags])


def _word(token: dict[str, Any]) -> str | None:
    return next((token[key] for key in _WORDS if isinstance(token.get(key), str)), None)


def _document(read: _Read, scheme: str, options: Options) -> Document:
    sentences = list(_tagged(read, options))
    glued = _glued(read, [sentence.words for sentence in sentences], options)
    return tagged_document(read.name, sentences, scheme, options, glued=glued)


def _glued(read: _Read, rows: Sequence[Sequence[str]], options: Options) -> list[list[bool]] | None:
    """Say after which tokens no blank stands; None where nothing tells."""
    if read.raws:
        found = _within("\n".join(read.raws), rows)
        if found is None:
            options.notes.add("documents whose raw text has other tokens: blanks are put between them", read.where)
        return found
    if any("end_char" in token for sentence in read.sentences for token in sentence):
        return [_by_places([_place(token) for token in sentence]) for sentence in read.sentences]
    return None


def _within(text: str, rows: Sequence[Sequence[str]]) -> list[list[bool]] | None:
    """Find tokens in a text one after another; None where something else than white space lies between."""
    at, found = 0, []
    for words in rows:
        spans = []
        for word in words:
            start = text.find(word, at)
            if start < 0 or text[at:start].strip():
                return None
            at = start + len(word)
            spans.append(Span(start, at))
        found.append(_by_places(spans))
    return found


def _place(token: dict[str, Any]) -> Span | None:
    start, end = token.get("start_char"), token.get("end_char")
    return Span(start, end) if isinstance(start, int) and isinstance(end, int) else None


def _by_places(spans: Sequence[Span | None]) -> list[bool]:
    following = [*spans[1:], None]
    return [bool(one and other and one.end == other.start) for one, other in zip(spans, following, strict=True)]


def recognise(path: Path, head: bytes) -> bool:
    """Say whether JSON begins with spaCy's paragraphs, or with a list or object of tagged tokens."""
    del path
    first = first_value(head)
    if isinstance(first, dict) and "tokens" in first:
        return _is_sentence(first["tokens"])
    if isinstance(first, dict):
        paragraphs = first.get("paragraphs")
        return isinstance(paragraphs, list) and all(isinstance(p, dict) and "sentences" in p for p in paragraphs[:1])
    return isinstance(first, list) and bool(first) and any(map(_is_sentence, (first, first[0])))


def _is_sentence(value: Any) -> bool:
    objects = isinstance(value, list) and bool(value) and isinstance(value[0], dict) and "ner" in value[0]
    return objects or _are_pairs(value) or _are_lists(value)


FORMAT = Format(
    "token_json",
    "JSON of tagged tokens: spaCy's training JSON (paragraphs), Stanza's sentences, pairs of word and tag",
    (),
    recognise,
    read,
    settings=(Setting("scheme", "the scheme of the tags (seen from the tags)"),),
)
