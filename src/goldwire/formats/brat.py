"""brat standoff: a .txt with an .ann, or with .a1 and .a2; T, R, E, A, M, N, * and notes.

An event is its trigger's mention, its arguments are relations named by their roles; the attribute `event` tells which
event of the trigger each belongs to. Equivalences and normalisations are entities. Writing is in brat_writing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from goldwire.document import NIL, Document, Entity, Mention, Relation, Span
from goldwire.errors import InputError
from goldwire.formats.base import (
    ATTRIBUTES,
    CROSSING,
    DISCONTINUOUS,
    ENDS,
    ENTITIES,
    LEVELS,
    LINKS,
    NESTED,
    RELATIONS,
    TEXT,
    Format,
    Options,
    Setting,
)
from goldwire.formats.brat_files import SUFFIXES, Record, records, text_of
from goldwire.formats.brat_writing import EQUIVALENCE, EQUIVALENT, write
from goldwire.formats.clusters import joined
from goldwire.formats.columns import is_blank, text_lines
from goldwire.formats.files import read_bytes, walk
from goldwire.formats.settling import settled

EVENT, FILLER, NOTE, TRUE = "event", "filler", "note", "true"
_LINE = re.compile(r"(?P<id>(?:TT?|[REAMNW])\d\S*|\*|#\S*)\t(?P<body>.*)\Z", re.DOTALL)
_BEGUN = re.compile(r"(?:[A-Za-z]{1,3}\d|\*|#)|.*\t")  # as no line does that goes on with a note
_BLANKS = re.compile(r"(?P<id>[TREAMW]\d+|\*) +(?P<body>\S.*)\Z")  # tabs made blanks on some way
_WORDS = r"\S+(?: (?:\+ \d+|(?!\d+\s)\S+))*"  # of a label: no number but the first, or one added by a sign
_TEXT_BOUND = re.compile(rf"\s*(?P<label>{_WORDS})\s+(?P<spans>\d+\s+\d+(?:\s*;\s*\d+\s+\d+)*)(?:\s+(?P<text>.*))?\Z")
_REFERENCE = re.compile(r"(?P<kind>\S+) (?P<target>\S+) (?P<link>\S.*)\Z")
_REFERENT = re.compile(r"(?P<database>\S+) Annotation:(?P<target>\S+) Referent:(?P<key>\S+)\Z")  # BioNLP-ST's BB
_WIKIDATA = re.compile(r"Q\d+\Z")


@dataclass(slots=True)
class _Draft:
    """A document in the making; `where` names file and line of the annotation at hand."""

    text: str
    options: Options
    where: str = ""
    mentions: dict[str, Mention] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)
    triggers: dict[str, str] = field(default_factory=dict)
    events: list[tuple[str, str, list[str]]] = field(default_factory=list)
    attributes: list[tuple[str, str, str, str]] = field(default_factory=list)
    equivalences: list[tuple[str, str, list[str]]] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)
    clusters: list[list[str]] = field(default_factory=list)
    references: dict[str, tuple[str, str]] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)

    def reject(self, found: str, mend: str = "mend the line") -> None:
        """Keep a broken annotation."""
        self.options.notes.reject(self.where, found, mend)


def read(path: Path, options: Options) -> Iterator[Document]:
    """Read documents from a folder of brat files, with its subfolders, or from one .ann, .a1 or .txt file."""
    found = options.notes.sound(lambda record: _document(record, options), records(path, options))
    return settled((document for document in found if document), options, path)


def _document(record: Record, options: Options) -> Document | None:
    path = record.text
    if not path.is_file():
        options.notes.reject(str(path), "there is no such text beside its annotations", "restore the .txt file")
        return None
    encoding = options.settings.get("encoding", "utf-8")
    try:
        raw = read_bytes(path).decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(path, f"is not {encoding} at byte {error.start}", "try --set encoding=latin-1") from error
    text = raw.removeprefix("\ufeff")
    draft = _Draft(text, options)
    options.notes.places.clear()  # those of a document that could not be read
    for file in record.told:
        _read_lines(draft, file)
    if raw != text:
        _uncount_mark(draft, raw)
    _finish_events(draft)
    _finish_attributes(draft)
    _finish_equivalences(draft)
    entities = tuple(_entities(draft))
    return Document(
        record.name,
        text,
        tuple(draft.mentions.values()),
        tuple(draft.relations.values()),
        entities,
        metadata=draft.metadata,
    )


def _read_lines(draft: _Draft, path: Path) -> None:
    for number, line in _whole_notes(path, draft.options):
        draft.where = f"{path}:{number}"
        found = _LINE.match(line) or _BLANKS.match(line)
        if found and found["id"] in draft.relations.keys() | draft.triggers.keys():
            draft.reject(f"{found['id']} stands twice")
        elif found:
            draft.options.notes.places.setdefault(found["id"], draft.where)
            _READ[found["id"][0]](draft, found["id"], found["body"])
        else:
            draft.reject(f"{line[:60]!r} is no line of brat's", "begin it with an id (T1, R1, E1 ...) and a tab")


def _whole_notes(path: Path, options: Options) -> Iterator[tuple[int, str]]:
    """Give the numbered lines that are not blank; those that go on with a note are joined to it."""
    kept: list[tuple[int, str]] = []
    for number, line in text_lines(path, options):
        if is_blank(line):
            continue
        if kept and kept[0][1].startswith("#") and not _BEGUN.match(line):
            kept = [(kept[0][0], f"{kept[0][1]}\n{line}")]
            options.notes.add("lines that go on with the note before them", f"{path}:{number}")
        else:
            yield from kept
            kept = [(number, line)]
    yield from kept


def _text_bound(draft: _Draft, name: str, body: str) -> None:
    found = _TEXT_BOUND.match(body)
    if found is None:
        head = body.partition("\t")[0]
        draft.reject(f"{name}: {head!r} is no label with offsets", "write LABEL START END, a tab and the text")
        return
    if name in draft.mentions:
        draft.reject(f"{name} stands twice")
        return
    told = found["text"] or ""
    spans = tuple(Span(*map(int, pair.split())) for pair in found["spans"].split(";"))
    if spans != tuple(sorted(spans)):
        spans, told = tuple(sorted(spans)), ""
    spans = _joined(draft.text, spans)
    fragments = spans if len(spans) > 1 else ()
    draft.mentions[name] = Mention(spans[0].start, spans[-1].end, found["label"], name, told, "", fragments)


def _uncount_mark(draft: _Draft, raw: str) -> None:
    """Take the byte-order mark off the offsets where the surfaces say that they count it, as brat itself does."""
    told = [m for m in draft.mentions.values() if m.text and not m.fragments]
    if told and all(m.text == raw[m.start : m.end] for m in told):
        draft.options.notes.add("documents whose offsets count the byte-order mark", draft.where)
        for name, m in draft.mentions.items():
            fragments = tuple(Span(start - 1, end - 1) for start, end in m.fragments)
            draft.mentions[name] = replace(m, start=m.start - 1, end=m.end - 1, fragments=fragments)


def _joined(text: str, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Join fragments that only a line end parts: brat cuts a mention where a line ends."""
    joined = [spans[0]]
    for span in spans[1:]:
        gap = text[joined[-1].end : span.start]
        if gap and not gap.strip() and ("\n" in gap or "\r" in gap):
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return tuple(joined)


def _relation(draft: _Draft, name: str, body: str) -> None:
    label, *arguments = body.split() or [""]
    pairs = [argument.split(":", 1) for argument in arguments]
    if all(len(pair) == 1 for pair in pairs):  # no roles said
        pairs = [[f"Arg{at}", *pair] for at, pair in enumerate(pairs, start=1)]
    if len(pairs) != 2 or any(len(pair) != 2 for pair in pairs):
        draft.reject(f"{name}: {body.strip()!r} is no relation with two arguments")
        return
    roles = " ".join(role for role, _ in pairs)
    attributes = {} if roles == "Arg1 Arg2" else {"roles": roles}
    draft.relations[name] = Relation(pairs[0][1], pairs[1][1], label, name, (), attributes)


def _event(draft: _Draft, name: str, body: str) -> None:
    trigger, *arguments = body.split() or [""]
    label, _, mention = trigger.partition(":")
    if not mention and len(arguments) == 2:  # an event without a trigger, as in BioNLP-ST's SeeDev
        _relation(draft, name, body)
        return
    if mention not in draft.mentions:
        draft.reject(f"{name}: its trigger {mention or '(none)'} is no mention")
        return
    if draft.mentions[mention].label != label:
        draft.attributes.append((draft.where, mention, f"{name}.type", label))
    draft.triggers[name] = mention
    draft.events.append((draft.where, name, arguments))


def _attribute(draft: _Draft, name: str, body: str) -> None:
    key, _, rest = body.strip().partition(" ")
    target, _, value = rest.partition(" ")
    if not target:
        draft.reject(f"{name}: {body!r} is no attribute of anything")
        return
    draft.attributes.append((draft.where, target, key, value or TRUE))


def _normalisation(draft: _Draft, name: str, body: str) -> None:
    head, _, title = body.partition("\t")
    if referent := _REFERENT.match(head.strip()):
        head = f"Reference {referent['target']} {referent['database']}:{referent['key']}"
    found = _REFERENCE.match(head.strip())
    if found is None:
        draft.reject(f"{name}: {head!r} is no reference")
    elif found["target"] in draft.references or found["target"] not in draft.mentions:
        draft.attributes.append((draft.where, found["target"], "reference", found["link"]))
    else:
        draft.references[found["target"]] = (found["link"].strip(), title)


def _equivalence(draft: _Draft, name: str, body: str) -> None:
    del name
    kind, *members = body.split() or [""]
    draft.equivalences.append((draft.where, kind, members))


def _note(draft: _Draft, name: str, body: str) -> None:
    head, _, text = body.partition("\t")
    kind, _, target = head.strip().partition(" ")
    if not target:
        draft.metadata[f"{NOTE} {name}"] = text or kind
        return
    draft.attributes.append((draft.where, target, NOTE if kind == "AnnotatorNotes" else f"{NOTE}:{kind}", text))


_READ = {
    "T": _text_bound,
    "W": _text_bound,
    "R": _relation,
    "E": _event,
    "A": _attribute,
    "M": _attribute,
    "N": _normalisation,
    "*": _equivalence,
    "#": _note,
}


def _finish_events(draft: _Draft) -> None:
    """Turn events' arguments into relations, once all triggers are known; relations may end in events too."""
    for where, name, arguments in draft.events:
        trigger = draft.triggers[name]
        _add(draft, trigger, EVENT, name)
        for number, argument in enumerate(arguments, start=1):
            role, _, filler = argument.partition(":")
            attributes = {EVENT: name} | ({FILLER: filler} if filler in draft.triggers else {})
            end = draft.triggers.get(filler, filler)
            if end == trigger:
                draft.options.notes.add("arguments that are their event's own trigger, kept as attributes", where)
                _add(draft, trigger, f"{name}.{role}", filler)
                continue
            relation = f"{name}.{number}"
            draft.relations[relation] = Relation(trigger, end, role, relation, (), attributes)
    for name, found in list(draft.relations.items()):
        ends = {draft.triggers.get(end, end) for end in (found.head, found.tail)}
        if ends != {found.head, found.tail}:
            told = {"head": found.head, "tail": found.tail, **found.attributes}
            head, tail = (draft.triggers.get(end, end) for end in (found.head, found.tail))
            draft.relations[name] = replace(found, head=head, tail=tail, attributes=told)


def _finish_attributes(draft: _Draft) -> None:
    for where, target, key, value in draft.attributes:
        if target in draft.mentions and key == "level":
            draft.mentions[target] = replace(draft.mentions[target], level=value)
        elif target in draft.mentions:
            _add(draft, target, key, value)
        elif target in draft.triggers:
            _add(draft, draft.triggers[target], f"{target}.{key}", value)
        elif target in draft.relations:
            found = draft.relations[target]
            draft.relations[target] = replace(found, attributes=_with(found.attributes, key, value))
        elif key.startswith(NOTE):
            draft.metadata[f"{key} on {target}"] = value
        else:
            draft.where = where
            draft.reject(f"{key} of {target}, which is not there")


def _finish_equivalences(draft: _Draft) -> None:
    for number, (where, kind, members) in enumerate(draft.equivalences, start=1):
        if all(member in draft.mentions for member in members):
            draft.clusters.append(members)
            draft.kinds |= dict.fromkeys(members, kind) if kind != EQUIVALENT else {}
        elif all(member in draft.mentions or member in draft.triggers for member in members):
            draft.options.notes.add("equivalences of events, kept in the metadata", where)
            draft.metadata[f"equivalence {number}"] = " ".join(members)
        else:
            draft.where = where
            draft.reject(f"equivalence of {' '.join(members)}: not all are there")


def _add(draft: _Draft, name: str, key: str, value: str) -> None:
    found = draft.mentions[name]
    draft.mentions[name] = replace(found, attributes=_with(found.attributes, key, value))


def _with(attributes: Mapping[str, str], key: str, value: str) -> dict[str, str]:
    """Add an attribute; several values under one name stand side by side, parted by a blank (notes: a bar)."""
    if key in attributes:
        value = f"{attributes[key]}{' | ' if key.startswith(NOTE) else ' '}{value}"
    return {**attributes, key: value}


def _entities(draft: _Draft) -> Iterator[Entity]:
    """Give the entities: what equivalences join, and what bears one reference."""
    by_link: dict[str, list[str]] = {}
    for name, (link, title) in draft.references.items():
        nowhere = _target(link, title)[0] in (NIL, f"Wikipedia:{NIL}")
        by_link.setdefault(f"{link} {name}" if nowhere else link, []).append(name)
    for number, names in enumerate(joined([*draft.clusters, *by_link.values()]), start=1):
        told = [draft.references[name] for name in names if name in draft.references]
        link, title = told[0] if told else ("", "")
        others = " ".join(sorted({other for other, _ in told} - {link}))
        kinds = " ".join(sorted({draft.kinds[name] for name in names if name in draft.kinds}))
        attributes = {"reference": link, "name": title, "references": others, EQUIVALENCE: kinds}
        kept = {key: value for key, value in attributes.items() if value}
        yield Entity(f"e{number}", tuple(names), *_target(link, title), kept)


def _target(link: str, title: str) -> tuple[str, str]:
    """Give an entity's link and Wikidata item for a reference DATABASE:ID."""
    database, _, key = link.partition(":")
    if _WIKIDATA.match(key):
        return "", key
    return (title if database.lower() == "wikipedia" and title else link), ""


def recognise(path: Path, head: bytes) -> bool:
    """Say whether a folder holds annotation files beside texts, or a file is one."""
    if path.is_dir():
        return next(walk(path, *SUFFIXES), None) is not None
    if path.suffix in SUFFIXES:
        return (
            text_of(path).is_file()
            or not head.strip()
            or bool(_LINE.match(head.decode("utf-8", "replace").splitlines()[0]))
        )
    return path.suffix == ".txt" and any(path.with_suffix(suffix).is_file() for suffix in SUFFIXES)


FORMAT = Format(
    "brat",
    "brat standoff: .txt with .ann, or with .a1 and .a2",
    (),
    recognise,
    read,
    write,
    frozenset({NESTED, CROSSING, DISCONTINUOUS, RELATIONS, ENDS, ENTITIES, LINKS, LEVELS, ATTRIBUTES, TEXT}),
    (Setting("encoding", "the files' encoding (utf-8)"),),
)
