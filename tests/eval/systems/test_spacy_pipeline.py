"""Any spaCy pipeline: entities, span groups and relation extensions, on texts of every kind."""

import subprocess
import sys

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.eval.runs.running import run
from goldwire.eval.systems import load
from goldwire.eval.systems.base import System
from goldwire.eval.systems.spacy_pipeline import Layers, annotated
from goldwire.formats import read

TEXT = "The Bank of England said Peru left."


@Language.component("goldwire_test_relations")
def relate(doc):
    if not Doc.has_extension("rel"):
        Doc.set_extension("rel", default=None)
    ends = [ent.start for ent in doc.ents]
    doc._.rel = {(ends[0], ends[1]): {"near": 0.9, "far": 0.2}} if len(ends) > 1 else {}
    return doc


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "ORG", "pattern": "Bank of England"}, {"label": "GPE", "pattern": "Peru"}])
    spans = nlp.add_pipe("span_ruler", config={"spans_key": "sc"})
    spans.add_patterns([{"label": "GPE", "pattern": "England"}])
    nlp.add_pipe("goldwire_test_relations")
    folder = tmp_path_factory.mktemp("pipeline") / "model"
    nlp.to_disk(folder)
    return str(folder)


def one(pipeline, text=TEXT, **settings):
    (document,) = load(System("s", "spacy", pipeline, settings=settings)).predict([Document("d", text)])
    return document


def labels(document):
    return [(m.label, m.text) for m in document.mentions]


def test_entities_become_mentions(pipeline):
    assert labels(one(pipeline)) == [("ORG", "Bank of England"), ("GPE", "Peru")]


def test_span_groups_become_mentions_too_and_may_nest(pipeline):
    assert ("GPE", "England") in labels(one(pipeline, spans=["sc"]))
    assert labels(one(pipeline, spans=["sc"], entities=False)) == [("GPE", "England")]


def test_spans_that_nobody_asked_for_are_counted(pipeline, tmp_path):
    done = run(System("s", "spacy", str(pipeline)), [Document("d", TEXT)], tmp_path / "run")
    (what,) = done.table["notes"]
    assert done.table["notes"][what] == 1 and "--set 'spans=[\"sc\"]'" in what


def test_an_extension_gives_relations_above_the_threshold(pipeline):
    assert [(r.label, r.score) for r in one(pipeline, relations="rel").relations] == [("near", 0.9)]
    assert len(one(pipeline, relations="rel", threshold=0.1).relations) == 2


def test_a_relation_between_tokens_is_between_the_entities_that_begin_there():
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns(
        [{"label": "ORG", "pattern": "Bank"}, {"label": "GPE", "pattern": "Peru"}]
    )
    nlp.add_pipe("goldwire_test_relations")
    doc = nlp("Bank of England said Peru left.")
    doc.spans["sc"] = [doc[0:3], doc[4:6]]
    found = annotated(Document("d", doc.text), doc, Layers(spans=["sc"], relations="rel"))
    named = {m.id: m.text for m in found.mentions}
    assert [(named[r.head], named[r.tail]) for r in found.relations] == [("Bank", "Peru")]


@pytest.mark.parametrize("text", ["Cafe\u0301 in Peru", "🇺🇦 Peru 👩‍👩‍👧", "a\tPeru\r\nPeru", "Peru said so. " * 3600])
def test_offsets_stay_right_whatever_the_text(pipeline, text):
    document = one(pipeline, text)
    assert document.text == text and {text[m.start : m.end] for m in document.mentions} == {"Peru"}


def test_a_text_beyond_the_pipelines_limit_is_a_counted_failure(pipeline, tmp_path):
    documents = [Document("long", "Peru " * 200_001), Document("short", "Peru said so.")]
    done = run(System("s", "spacy", pipeline), documents, tmp_path / "run")
    assert list(done.failures) == ["long"] and len(list(read(done.predictions, "goldwire"))[1].mentions) == 1


def test_a_folder_that_holds_the_model_one_deeper_says_where(tmp_path):
    (tmp_path / "model-best").mkdir()
    with pytest.raises(InputError, match=r"name the model in it: .*model-best"):
        load(System("s", "spacy", str(tmp_path)))


CODE = """
from spacy.language import Language
from spacy.tokens import Span
@Language.component("goldwire_test_grouper")
def group(doc):
    doc.spans["sc"] = [Span(doc, 0, len(doc), label="ALL")]
    return doc
"""


def test_a_pipeline_with_components_of_ones_own_runs_with_their_code(tmp_path):
    (tmp_path / "parts.py").write_text(CODE)
    made = "import spacy, parts; n = spacy.blank('en'); n.add_pipe('goldwire_test_grouper'); n.to_disk('model')"
    subprocess.run([sys.executable, "-c", made], cwd=tmp_path, check=True)
    pipeline, code = str(tmp_path / "model"), str(tmp_path / "parts.py")
    with pytest.raises(InputError, match=r"'goldwire_test_grouper' is not known; name the code .* --set code=FILE"):
        one(pipeline)
    assert labels(one(pipeline, spans=["sc"], code=code)) == [("ALL", TEXT)]
    assert "code" in load(System("s", "spacy", pipeline, settings={"code": code})).description


@pytest.mark.parametrize(("source", "said"), [(None, "no such file"), ("1 / 0", "ZeroDivisionError")])
def test_code_that_cannot_be_imported_is_one_line(pipeline, tmp_path, source, said):
    if source:
        (tmp_path / "parts.py").write_text(source)
    with pytest.raises(InputError, match=said):
        one(pipeline, code=str(tmp_path / "parts.py"))


def test_a_pipeline_that_is_not_there_is_one_line():
    with pytest.raises(InputError, match="there is no such pipeline"):
        load(System("s", "spacy", "en_no_such_model"))
    with pytest.raises(InputError, match="names no pipeline"):
        load(System("s", "spacy"))
