"""A corpus of two short documents, whole in every layer, made in a folder of a test; and the repository's label set."""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from goldwire.annotations.seeds import read_seeds
from goldwire.corpus.build import made, read_gold, read_words
from goldwire.document import Document, Entity, Mention, Relation, Span, Zone, canonical
from goldwire.formats.goldwire_json import write_document
from goldwire.labels import read_labels

REPOSITORY = Path(__file__).parents[1]
LABELS_TOML = REPOSITORY / "annotations" / "labels.toml"
LABELS = read_labels(LABELS_TOML)
SHARED = Path(os.environ.get("GOLDWIRE_SHARED", REPOSITORY.parent / "shared"))
HOW = {"polarity": "asserted", "modality": "planned", "time": "present"}
LEAD = "Biden to meet Kishida\n\nUS President Joe Biden will meet Fumio Kishida on Friday. “We will talk,” he said."
BRIEF = "Joe Biden met Fumio Kishida in Washington, an official said."


def mention(text, words, label, name, level="name", nth=0):
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return Mention(start, start + len(words), label, name, words, level)


def lead():
    """Give a document with every layer: a headline and a lead with nested roles, a quotation and its speaker."""
    found = (
        mention(LEAD, "Biden", "PERSON", "m1"),
        mention(LEAD, "Kishida", "PERSON", "m2"),
        mention(LEAD, "US", "GPE", "m3"),
        mention(LEAD, "President", "TITLE", "m4"),
        mention(LEAD, "Joe Biden", "PERSON", "m5"),
        mention(LEAD, "Fumio Kishida", "PERSON", "m6"),
        mention(LEAD, "Friday", "DATE", "m7"),
        mention(LEAD, "We", "GPE", "m8", "pronoun"),
        mention(LEAD, "he", "PERSON", "m9", "pronoun", nth=0),
    )
    relations = (
        Relation("m1", "m2", "met_with", "r1", (0,), HOW),
        Relation("m5", "m3", "head_of_state", "r2", (1,), HOW),
        Relation("m5", "m4", "has_title", "r3", (1,), HOW),
        Relation("m5", "m6", "met_with", "r4", (1,), HOW),
    )
    entities = (
        Entity("joe_biden", ("m1", "m5", "m9"), "Joe Biden", "Q6279"),
        Entity("fumio_kishida", ("m2", "m6"), "Fumio Kishida"),
        Entity("united_states", ("m3", "m8"), "United States", "Q30"),
    )
    quoted = LEAD.index("“")
    sentences = (Span(0, 21), Span(23, quoted - 1), Span(quoted, len(LEAD)))
    zones = (Zone(0, 21, "headline"), Zone(23, len(LEAD), "body"), Zone(quoted, quoted + 15, "quotation", "m9"))
    return canonical(Document("lead", LEAD, found, relations, entities, (), sentences, zones))


def brief():
    """Give a document of one sentence that reports the same meeting as held."""
    found = (
        mention(BRIEF, "Joe Biden", "PERSON", "m1"),
        mention(BRIEF, "Fumio Kishida", "PERSON", "m2"),
        mention(BRIEF, "Washington", "GPE", "m3"),
        mention(BRIEF, "an official", "PERSON", "m4", "nominal"),
    )
    held = HOW | {"modality": "actual", "time": "past"}
    entities = (
        Entity("joe_biden", ("m1",), "Joe Biden", "Q6279"),
        Entity("fumio_kishida", ("m2",), "Fumio Kishida"),
        Entity("washington_d_c", ("m3",), "Washington, D.C."),
        Entity("official_bri", ("m4",), "NIL"),
    )
    whole = Span(0, len(BRIEF))
    met = Relation("m1", "m2", "met_with", "r1", (0,), held)
    return canonical(Document("brief", BRIEF, found, (met,), entities, (), (whole,), (Zone(*whole, "body"),)))


def write_corpus(folder, documents=None):
    """Write a corpus' folders: seeds with their hashes, the label set, the card's words, the gold; give the folder."""
    found = [lead(), brief()] if documents is None else documents
    (folder / "seeds").mkdir(parents=True)
    (folder / "annotations").mkdir()
    shutil.copy(LABELS_TOML, folder / "annotations")
    shutil.copy(REPOSITORY / "annotations" / "card.md", folder / "annotations")
    for document in found:
        (folder / "seeds" / f"{document.id}.txt").write_bytes(document.text.encode())
        write_document(document, folder / "annotations" / "gold" / f"{document.id}.json")
    (folder / "seeds" / "sources.toml").write_text("\n".join(map(source, found)), encoding="utf-8")
    return folder


def files_of(folder):
    annotations = folder / "annotations"
    labels = read_labels(annotations / "labels.toml")
    found = read_gold(annotations / "gold", read_seeds(folder / "seeds"), labels)
    return made(found, labels, (annotations / "labels.toml").read_bytes(), read_words(annotations / "card.md"))


def source(document):
    digest = hashlib.sha256(document.text.encode()).hexdigest()
    return f'[{document.id}]\noutlet = "Reuters"\ndate = ""\nrights = "its publisher\'s"\nsha256 = "{digest}"\n'


def changed(document, **parts):
    """Give a document with some of its parts changed, not brought into canonical form."""
    return replace(document, **parts)


def goldwire(*arguments, cwd=None, env=None):
    """Run the command line as a process of its own."""
    command = [sys.executable, "-m", "goldwire", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, encoding="utf-8", timeout=300)
