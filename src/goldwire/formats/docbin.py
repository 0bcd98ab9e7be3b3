"""spaCy's DocBin: entities, span groups, links and relations (doc._.rel) of documents, in its binary file (.spacy).

It is msgpack, never a pickle. Dependencies, tags of speech and other layers of spaCy are not read.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from goldwire.document import NIL, Document, Entity, Mention, Relation, Span, canonical
from goldwire.errors import InputError
from goldwire.formats.base import CROSSING, IDS, NESTED, SENTENCES, TEXT, TOKENS, Format, Options, Setting
from goldwire.formats.files import read_bytes, replacing
from goldwire.formats.layout import flat, placed
from goldwire.formats.settling import settled
from goldwire.tags import UNTYPED

GROUP = "sc"
_ID = "goldwire_id"
_IDS = (_ID, "id", "doc_id", "document_id", "doc_key")
_RELATIONS, _THRESHOLD = ("._.", "rel", None, None), 0.5
_WIKIDATA = re.compile(r"Q\d+\Z")


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from a DocBin: their entities, or the spans of the group that the setting `spans` names.

    Without the setting, the group "sc" is read where it holds all entities and more; other groups are noted.
    Ids are those in a document's user data, else d1, d2 ... Tokens of white space only are no tokens here.
    Relations are those of doc._.rel, {(first token of head, of tail): {label: score}}, that score at least a half.
    """
    docs = _docs(path)
    asked = options.settings.get("spans", "")
    group = asked or _fullest(docs)
    others = sorted({key for doc in docs for key in doc.spans} - {group})
    for key in others:
        options.notes.add(f"span groups {key!r}, not read (--set spans={key})", str(path))
    names = [_name(doc) for doc in docs]
    unique = len(set(names)) == len(names) and all(names)
    documents = (_document(doc, names[i] if unique else f"d{i + 1}", group, options) for i, doc in enumerate(docs))
    return settled(documents, options, path)


def _docs(path: Path) -> list[Any]:
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    data = read_bytes(path)
    try:
        return list(DocBin().from_bytes(data).get_docs(Vocab()))
    except Exception as error:
        found = f"is no whole DocBin: {' '.join(str(error).split())[:150]}"
        raise InputError(path, found, "write it again with DocBin.to_disk") from error


def _fullest(docs: list[Any]) -> str:
    """Give the name of the group to read instead of the entities: it holds them all, and more."""
    keys = [GROUP, *sorted({key for doc in docs for key in doc.spans})]
    ents = [{(e.start, e.end, e.label_) for e in doc.ents} for doc in docs]
    for key in dict.fromkeys(keys):
        grouped = [(e, doc.spans[key]) for e, doc in zip(ents, docs, strict=True) if key in doc.spans]
        spans = [(e, {(s.start, s.end, s.label_) for s in group}) for e, group in grouped]
        if all(e <= group for e, group in spans) and any(e < group for e, group in spans):
            return str(key)
    return ""


def _name(doc: Any) -> str:
    """Give the id in a document's user data, "" where none is."""
    found = next((doc.user_data[key] for key in _IDS if isinstance(doc.user_data.get(key), str | int)), "")
    return str(found)


def _document(doc: Any, name: str, group: str, options: Options) -> Document:
    asked = "spans" in options.settings
    spans = list(doc.spans[group]) if group in doc.spans else [] if asked else list(doc.ents)
    filled = [span for span in spans if span.text]
    if len(filled) < len(spans):
        options.notes.add("spans of no width, which have no place in a document", name, len(spans) - len(filled))
    mentions = tuple(
        Mention(span.start_char, span.end_char, span.label_ or UNTYPED, f"m{index}", span.text)
        for index, span in enumerate(filled, start=1)
    )
    begins = reversed(list(zip(filled, mentions, strict=True)))
    tokens = tuple(Span(token.idx, token.idx + len(token)) for token in doc if token.text.strip())
    sentences = tuple(_sentences(doc)) if doc.has_annotation("SENT_START") else ()
    relations = tuple(_relations(doc, {span.start: m.id for span, m in begins}, name, options))
    _note_others(doc, options)
    links = [(span.kb_id_, mention.id) for span, mention in zip(filled, mentions, strict=True) if span.kb_id_]
    return Document(name, doc.text, mentions, relations, tuple(_entities(links)), tokens, sentences)


def _relations(doc: Any, begins: dict[int, str], name: str, options: Options) -> Iterator[Relation]:
    """Give the relations that spaCy's rel_component and its like keep; begins: mentions by their first token."""
    told = doc.user_data.get(_RELATIONS) or {}
    for (head, tail), labels in told.items() if _are_scored(told) else ():
        for label, score in labels.items():
            if score >= _THRESHOLD and head in begins and tail in begins:
                yield Relation(begins[head], begins[tail], label, score=float(score) if score != 1 else None)
            elif score >= _THRESHOLD:
                options.notes.lose("relations between tokens that begin no mention, left out", f"{name}: {label}")


def _are_scored(told: Any) -> bool:
    """Say whether a value is of pairs of tokens with scores of labels."""
    if not isinstance(told, dict) or not all(isinstance(pair, tuple) and len(pair) == 2 for pair in told):
        return False
    scores = (score for labels in told.values() for score in (labels.values() if isinstance(labels, dict) else [None]))
    return all(isinstance(score, int | float) for score in scores)


def _note_others(doc: Any, options: Options) -> None:
    """Count the user data that is not read, and categories."""
    for key, value in doc.user_data.items():
        name = key[1] if isinstance(key, tuple) and len(key) == 4 else key
        if name not in _IDS and value and not (key == _RELATIONS and _are_scored(value)):
            options.notes.add(f"user data {name!r}, not read")
    if doc.cats:
        options.notes.add("documents with categories, not read")


def _sentences(doc: Any) -> Iterator[Span]:
    for sentence in doc.sents:
        words = [token for token in sentence if token.text.strip()]
        if words:
            yield Span(words[0].idx, words[-1].idx + len(words[-1]))


def _entities(links: list[tuple[str, str]]) -> Iterator[Entity]:
    groups: dict[str, list[str]] = {}
    for link, name in links:
        groups.setdefault(f"{NIL} {name}" if link == NIL else link, []).append(name)
    for number, (key, names) in enumerate(groups.items(), start=1):
        link = NIL if key.startswith(f"{NIL} ") else key
        item = link if _WIKIDATA.match(link) else ""
        yield Entity(f"e{number}", tuple(names), "" if item else link, item)


def write(documents: Iterable[Document], path: Path, options: Options) -> None:
    """Write documents as a DocBin: flat mentions as entities; where mentions nest, all of them as the group `sc`."""
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    vocab, found = Vocab(), DocBin(store_user_data=True)
    for document in documents:
        found.add(_doc(canonical(document), vocab, options))
    with replacing(path) as temporary:
        temporary.write_bytes(found.to_bytes())


def _doc(document: Document, vocab: Any, options: Options) -> Any:
    from spacy.tokens import Doc
    from spacy.tokens import Span as SpacySpan

    grid, places = placed(document, options, "docbin")
    words, spaces, index = _words(document.text, [token for row in grid.rows for token in row])
    begins = {0, *(index[row[0]] for row in grid.rows)}
    sent_starts: list[bool | int | None] = [position in begins for position in range(len(words))]
    doc = Doc(vocab, words=words, spaces=spaces, sent_starts=sent_starts if document.sentences and words else None)
    doc.user_data[_ID] = document.id
    entities = document.entity_of()
    spans = {}
    for mention in document.mentions:
        if mention.id in places:
            row = grid.rows[places[mention.id].sentence]
            first, last = index[row[places[mention.id].first]], index[row[places[mention.id].last - 1]] + 1
            entity = entities.get(mention.id)
            link = (entity.wikidata or entity.link) if entity else ""
            spans[mention.id] = SpacySpan(doc, first, last, label=mention.label, kb_id=link)
    told = {(span.start, span.end, span.label_) for span in spans.values()}
    if len(told) < len(spans):
        options.notes.lose("repeated mentions, which docbin cannot hold", document.id, len(spans) - len(told))
    kept, left = flat(places)
    doc.ents = [spans[name] for name in kept]
    if left:
        doc.spans[GROUP] = list(spans.values())
    return doc


def _words(text: str, tokens: list[Span]) -> tuple[list[str], list[bool], dict[Span, int]]:
    """Give spaCy's words and blanks for tokens, and the index of each; other white space becomes words of its own."""
    words: list[str] = []
    spaces: list[bool] = []
    index: dict[Span, int] = {}
    at = 0
    for token in [*tokens, Span(len(text), len(text))]:
        gap = text[at : token.start]
        if gap.startswith(" ") and words:
            spaces[-1], gap = True, gap[1:]
        if gap:
            words.append(gap)
            spaces.append(False)
        if token.start < token.end:
            index[token] = len(words)
            words.append(text[token.start : token.end])
            spaces.append(False)
        at = token.end
    return words, spaces, index


def recognise(path: Path, head: bytes) -> bool:
    """Say whether a file is a DocBin: packed by zlib, with its attributes named at the start."""
    del path
    if not head.startswith((b"\x78\x9c", b"\x78\xda", b"\x78\x01", b"\x78\x5e")):
        return False
    try:
        start = zlib.decompressobj().decompress(head, 4096)
    except zlib.error:
        return False
    return b"attrs" in start and b"version" in start


FORMAT = Format(
    "docbin",
    "spaCy DocBin",
    (".spacy",),
    recognise,
    read,
    write,
    frozenset({NESTED, CROSSING, TOKENS, SENTENCES, IDS, TEXT}),
    (
        Setting("spans", "the span group to read instead of the entities"),
        Setting("align", "writing: expand takes a token whole that a mention cuts", reads=False, writes=True),
    ),
)
