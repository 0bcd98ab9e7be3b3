"""Real corpora read whole: the counts of their NOTICE files come out."""

import re
from collections import Counter

import pytest

from goldwire.errors import BrokenRules
from goldwire.formats import Notes, Options, read, recognise, write
from news_documents import corpus


def counts(documents):
    found = list(documents)
    return tuple(
        sum(len(getattr(d, part)) for d in found) if part else len(found) for part in ("", "mentions", "relations")
    )


@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [
        ("wnut17/wnut17train.conll", "conll", (3394, 1975, 0)),
        ("wnut17/emerging.test.annotated", "conll", (1287, 1079, 0)),
        ("wnut17/submissions/arcada", "conll", (1287, 787, 0)),
        ("wnut20_wlp/test_brat", "brat", (123, 16326, 0)),
        ("men", "men", (200, 6103, 4116)),
        ("redocred/dev_revised.json", "docred", (500, 13189, 17284)),
        ("prodigy/rel_component/annotations.jsonl", "prodigy", (149, 466, 267)),
        ("brat/NCBI-disease", "brat", (20, 226, 0)),
        ("doccano/doccano/data_export/pipeline/examples/relation_extraction/example.jsonl", "doccano", (1, 4, 3)),
    ],
)
def test_a_corpus_is_recognised_and_its_counts_come_out(path, name, expected):
    assert name == recognise(corpus(path)).name
    assert expected == counts(read(corpus(path)))


def test_gum_gives_the_same_mentions_in_three_formats():
    folders = {"conllu": "gum_news/conllu", "conll2012": "gum_news/coref", "webanno": "gum_news/webanno_tsv"}
    mentions = {}
    for name, folder in folders.items():
        documents = list(read(corpus(folder)))
        assert (24, 17182) == (len(documents), sum(len(d.tokens) for d in documents))
        mentions[name] = {d.id: Counter(_by_token(d, m) for m in d.mentions) for d in documents}
        if name != "conll2012":
            assert 765 == sum(len(d.sentences) for d in documents)
    assert 5018 == sum(sum(found.values()) for found in mentions["conllu"].values())
    assert mentions["conllu"] == mentions["conll2012"] == mentions["webanno"]


def _by_token(document, mention):
    starts = {token.start: index for index, token in enumerate(document.tokens)}
    ends = {token.end: index for index, token in enumerate(document.tokens)}
    return starts[mention.start], ends[mention.end], mention.label


def test_wnut20s_brat_is_its_conll_where_the_sources_agree():
    """The CoNLL files lack all letters beyond ASCII, and in 19 protocols they have other mentions."""
    brat = {d.id: d for d in read(corpus("wnut20_wlp/test_brat"))}
    conll = {d.id.removesuffix("_conll"): d for d in read(corpus("wnut20_wlp/test_conll"))}
    assert brat.keys() == conll.keys()
    alike = [_ascii(brat[name]) == _ascii(conll[name]) for name in brat]
    assert alike.count(True) >= 70
    assert 104 == sum(len(brat[name].mentions) == len(conll[name].mentions) for name in brat)


def _ascii(document):
    return Counter((m.label, re.sub(r"[^!-~]", "", m.text)) for m in document.mentions)


def test_mens_article_with_another_text_is_named():
    notes = Notes()
    list(read(corpus("men"), options=Options(notes=notes)))
    assert ["article_178, 49 of 58 mentions"] == list(notes.examples.values())


def test_re3ds_bad_offsets_are_named_by_document_and_id_and_can_be_left_out():
    with pytest.raises(BrokenRules) as caught:
        list(read(corpus("re3d")))
    mismatches = [str(problem) for problem in caught.value.problems if "its source says" in problem.found]
    assert 5 == len(mismatches)
    assert any("6874F49C56340E2BD65BF958916C97AE-1-329-353-Person" in line for line in mismatches)
    assert 3284 - 5 == counts(read(corpus("re3d"), options=Options(repair="discard")))[1]


@pytest.mark.parametrize("layers", ["", "all"])
def test_webannos_suite_is_read_and_written_back(layers, tmp_path):
    settings = {"layers": layers} if layers else {}
    files = sorted(corpus("webanno_tsv3/tsv3-suite").glob("*/reference.tsv"))
    assert 74 == len(files)
    for file in files:
        before = list(read(file, options=Options(settings=settings)))
        target = tmp_path / f"{file.parent.name}{layers}" / file.name
        write(before, target, "webanno")
        assert before == list(read(target, options=Options(settings=settings))), file.parent.name


def test_webannos_suite_says_the_same_in_xmi():
    pytest.importorskip("cassis")
    alike = 0
    for file in sorted(corpus("webanno_tsv3/tsv3-suite").glob("test*/reference.xmi")):
        tsv, xmi = next(read(file.with_suffix(".tsv"))), next(read(file))
        alike += [m[:3] for m in map(_plain, tsv.mentions)] == [m[:3] for m in map(_plain, xmi.mentions)]
    assert alike >= 60


def _plain(mention):
    return mention.start, mention.end, mention.label


@pytest.mark.parametrize("folder", ["BioNLP-ST_2011", "tutorial_news"])
def test_brats_events_and_equivalences_are_written_back(folder, tmp_path):
    before = list(read(corpus(f"brat/{folder}")))
    write(before, tmp_path / "out", "brat")
    after = list(read(tmp_path / "out"))
    for one, other in zip(before, sorted(after, key=lambda d: d.id), strict=True):
        assert (one.text, one.mentions, one.relations) == (other.text, other.mentions, other.relations), one.id
        clusters = [{frozenset(e.mentions) for e in d.entities if len(e.mentions) > 1} for d in (one, other)]
        assert clusters[0] == clusters[1]


def test_prodigys_choices_are_links():
    documents = list(read(corpus("prodigy/nel_emerson/emerson_annotated_text.jsonl")))
    assert {"Q48226", "Q215952", "Q312545"} == {e.wikidata for d in documents for e in d.entities if e.wikidata}
