"""One suite that every format that reads and writes must pass."""

import dataclasses
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import random_documents
from goldwire.document import Document, Entity, Mention, Relation, Span, canonical
from goldwire.errors import InputError, LossError
from goldwire.formats import Notes, Options, by_name, formats, read, recognise, write
from goldwire.formats.base import EVERYTHING, UNLABELLED, Format
from news_documents import documents, kept

BOTH = [format for format in formats().values() if format.read and format.write]
each = pytest.mark.parametrize("format", BOTH, ids=lambda format: format.name)


def target(folder: str, format: Format) -> Path:
    """Give a path that the format writes several documents to."""
    folders = ("brat", "webanno", "hf")
    return Path(folder) / ("out" if format.name in folders else f"out{format.suffixes[0]}")


@each
@given(data=st.data())
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_what_a_format_holds_survives_it(format, data):
    before = [data.draw(documents(format.holds, f"news-{number}")) for number in (1, 2)]
    with tempfile.TemporaryDirectory() as folder:
        notes = Notes()
        write(before, target(folder, format), format.name, Options(notes=notes))
        after = sorted(read(target(folder, format), format.name), key=lambda document: document.id)
    assert [kept(document, format.holds) for document in before] == [kept(d, format.holds) for d in after]
    assert not notes.lost


@each
@given(data=st.data())
@settings(max_examples=5, suppress_health_check=list(HealthCheck))
def test_what_a_format_wrote_is_recognised_as_it(format, data):
    before = [data.draw(documents(format.holds | {"relations"}, f"news-{number}")) for number in (1, 2)]
    with tempfile.TemporaryDirectory() as folder:
        write(before, target(folder, format), format.name)
        assert format.name == recognise(target(folder, format)).name


@each
@given(data=st.data())
@settings(max_examples=10, suppress_health_check=list(HealthCheck))
def test_what_a_format_cannot_hold_is_counted_and_under_strict_nothing_is_written(format, data):
    document = data.draw(documents(EVERYTHING))
    lossy = bool(by_name(format.name).holds < EVERYTHING and document.mentions)
    with tempfile.TemporaryDirectory() as folder:
        notes = Notes()
        write([document], target(folder, format), format.name, Options(notes=notes))
        after = list(read(target(folder, format), format.name))
        missing = len(document.mentions) - sum(len(found.mentions) for found in after)
        assert not missing or notes.lost
        strict = Path(folder) / "strict"
        strict.mkdir()
        if lossy and notes.lost:
            with pytest.raises(LossError, match="not written"):
                write([document], target(str(strict), format), format.name, Options(strict=True))
            assert not list(strict.iterdir())


@each
def test_an_error_while_writing_leaves_nothing(format, tmp_path):
    def broken():
        raise InputError("x", "broken")
        yield

    with pytest.raises(InputError):
        write(broken(), target(str(tmp_path), format), format.name)
    assert not list(tmp_path.iterdir())


@each
def test_a_document_without_anything_survives(format, tmp_path):
    from goldwire.document import Document, Span

    empty = Document("news-1", "Rudd resigned", tokens=(Span(0, 4), Span(5, 13)), sentences=(Span(0, 13),))
    write([empty], target(str(tmp_path), format), format.name)
    (found,) = read(target(str(tmp_path), format), format.name)
    assert (empty.text, ()) == (found.text, found.mentions)


def test_every_format_says_what_it_is():
    for format in formats().values():
        assert format.description and format.holds <= EVERYTHING and (format.read or format.write)
        assert bool(format.write) >= bool(format.holds)
    assert len(formats()) == len({dataclasses.astuple(format)[0] for format in formats().values()})


def facts(document: Document) -> Counter:
    """Count mentions, relations and clusters by their surfaces and labels, wherever they stand."""
    names = {m.id: ("".join(m.text.split()).replace("\n", ""), m.label) for m in canonical(document).mentions}
    found = Counter(("mentions", name) for name in names.values())
    found.update(("relations", names[r.head], names[r.tail], r.label) for r in document.relations)
    found.update(("entities", *sorted(names[name] for name in entity.mentions)) for entity in document.entities)
    return found


@each
@given(document=random_documents.documents(size=len(random_documents.TEXT)))
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
def test_nothing_goes_without_a_word_and_what_is_written_can_be_read(format, document):
    document = dataclasses.replace(document, relations=tuple(r for r in document.relations if r.head != r.tail))
    with tempfile.TemporaryDirectory() as folder:
        notes = Notes()
        write([document], target(folder, format), format.name, Options(notes=notes))
        after = sum(map(facts, read(target(folder, format), format.name)), Counter())
    missing = {what for what, *_ in facts(document) - after}
    said = " ".join(notes.lost)
    assert all(what in said or "mentions" in said for what in missing), (missing, said)


@pytest.mark.parametrize("name", ["conll", "webanno", "dygie", "spert"])
def test_text_that_no_token_covers_is_said_by_a_format_of_tokens(name, tmp_path):
    tokens = (Span(0, 3), Span(4, 8), Span(14, 19))
    document = Document("news-1", "Ana left Rome today", tokens=tokens, sentences=(Span(0, 19),))
    notes = Notes()
    write([document], target(tmp_path, by_name(name)), name, Options(notes=notes))
    assert "1 × stretches of text that no token covers (first: news-1)" in notes.lines()


@each
def test_an_empty_label_is_held_or_written_as_one_that_can_be_read_and_said(format, tmp_path):
    tokens = (Span(0, 3), Span(4, 8))
    document = Document("news-1", "Ana left", (Mention(0, 3, "", "m1"),), tokens=tokens, sentences=(Span(0, 8),))
    notes = Notes()
    write([document], target(tmp_path, format), format.name, Options(notes=notes))
    (after,) = read(target(tmp_path, format), format.name)
    held = UNLABELLED in format.holds
    assert {mention.label for mention in after.mentions} <= {"" if held else "_"}  # DyGIE has no place for it
    assert held != any(UNLABELLED in what for what in notes.lost)


def test_brat_keeps_entities_apart_that_are_nowhere_and_says_which_it_joins(tmp_path):
    mentions = tuple(Mention(at, at + 4, "PER", f"T{at + 1}") for at in (0, 5, 10, 15))
    links = ("NIL", "NIL", "Rudd", "Rudd")
    entities = tuple(
        Entity(f"e{i}", (f"T{at + 1}",), link) for i, (at, link) in enumerate(zip((0, 5, 10, 15), links, strict=True))
    )
    notes = Notes()
    write(
        [Document("a", "Rudd Rudd Rudd Rudd", mentions, (), entities)], tmp_path / "out", "brat", Options(notes=notes)
    )
    (found,) = read(tmp_path / "out")
    assert ["NIL", "NIL", "Rudd"] == sorted(entity.link for entity in found.entities)
    assert {"entities with the link of another, which brat joins": 1} == dict(notes.counts)


def test_what_holds_entities_by_their_first_mention_says_so_of_entities_in_any_order(tmp_path):
    mentions = (Mention(13, 16, "PER", "m0"), Mention(0, 6, "PER", "m1"), Mention(17, 23, "PER", "m2"))
    relations, entities = (Relation("m0", "m2", "met"),), (Entity("A", ("m0", "m1")),)
    notes = Notes()
    document = Document("d1", random_documents.TEXT, mentions, relations, entities)
    write([document], tmp_path / "a.json", "docred", Options(notes=notes))
    assert {"mentions of relations that docred cannot hold"} == notes.lost


@pytest.mark.parametrize("other", [Mention(0, 7, "PER", "m1"), Mention(0, 6, "ORG", "m1")])
def test_mentions_that_one_link_of_a_chain_stands_for_are_said_by_webanno(other, tmp_path):
    mentions, notes = (Mention(0, 6, "PER", "m0"), other), Notes()
    document = Document("d1", random_documents.TEXT, mentions, (), (Entity("A", ("m0",)), Entity("B", ("m1",))))
    write([document], tmp_path / "a.tsv", "webanno", Options(notes=notes))
    assert 1 == notes.counts["repeated mentions of an entity, which webanno cannot hold"]


def test_relations_in_slots_are_written_to_webanno_and_read_once_of_a_head_of_several_tokens(tmp_path):
    event, actor = {"layer": "webanno.custom.EVENT"}, {"layer": "webanno.custom.ACTOR"}
    mentions = (Mention(13, 23, "met", "m1", attributes=event), Mention(0, 6, "_", "m2", attributes=actor))
    slot = Relation("m1", "m2", "agent", attributes={**event, "slot": "ACTORS"})
    document, notes = Document("d1", random_documents.TEXT, mentions, (slot,)), Notes()
    write([document], tmp_path / "a.tsv", "webanno", Options(notes=notes))
    (found,) = read(tmp_path / "a.tsv")
    names = found.by_id()
    told = [(names[r.head].text, names[r.tail].text, r.label, r.attributes["slot"]) for r in found.relations]
    assert [("met Angela", "Barack", "agent", "ACTORS")] == told and not notes.lost
    bare = dataclasses.replace(
        found, metadata={"webanno": "#T_SP=webanno.custom.EVENT|value\n#T_SP=webanno.custom.ACTOR|"}
    )
    write([bare], tmp_path / "b.tsv", "webanno", Options(notes=notes))
    assert {"relations in slots left out, with a mention or for want of their column"} == notes.lost
