"""Language models: the real `openai` client against a local server that speaks the protocol, and misbehaves."""

import json
from dataclasses import replace

import pytest

from goldwire.document import Document, Mention, Relation
from goldwire.errors import InputError
from goldwire.eval.runs.running import run
from goldwire.eval.systems.base import Context, System, Unusable
from goldwire.eval.systems.llm_prompt import pieces
from goldwire.formats import read
from goldwire.labels import LabelSet, MentionLabel, RelationLabel
from language_model import language_model

pytest.importorskip("openai")
LABELS = LabelSet(
    mentions={"PERSON": MentionLabel("People"), "GPE": MentionLabel("Countries and cities")},
    relations={"visited": RelationLabel("The head travels to the tail", ("PERSON",), ("GPE",))},
)
TEXT = "Ana Torres visited Peru, and Peru thanked her."
ANSWER = {
    "mentions": [
        {"text": "Ana Torres", "label": "PERSON"},
        {"text": "Peru", "label": "GPE"},
        {"text": "peru", "label": "GPE"},
        {"text": "Bolivia", "label": "GPE"},
        {"text": "her", "label": "PRONOUN"},
    ],
    "relations": [{"head": 0, "tail": 1, "label": "visited"}, {"head": 0, "tail": 3, "label": "visited"}],
}


@pytest.fixture
def model():
    with language_model(ANSWER) as server:
        yield server


def ask(model, tmp_path, documents=None, gold=(), name="run", **settings):
    address = f"http://127.0.0.1:{model.server_port}/v1"
    system = System("l", "llm", "m", settings={"base_url": address, "pause": 0.01, "relations": True, **settings})
    context = Context(gold, tmp_path / "cache", LABELS)
    return run(system, documents or [Document("d", TEXT)], tmp_path / name, context)


def only(done):
    (document,) = read(done.predictions)
    return document


def test_strings_become_offsets_and_places_in_the_list_become_relations(model, tmp_path):
    document = only(ask(model, tmp_path))
    assert [(m.text, m.start, m.label) for m in document.mentions] == [
        ("Ana Torres", 0, "PERSON"),
        ("Peru", 19, "GPE"),
        ("Peru", 29, "GPE"),
    ]
    assert [(r.head, r.tail, r.label) for r in document.relations] == [("m1", "m2", "visited")]


def test_each_answer_is_counted_by_its_status_with_tokens_and_cost(model, tmp_path):
    notes = ask(model, tmp_path, price_in=2.0, price_out=10.0).table["notes"]
    assert notes == {
        "answers exact": 2,
        "answers normalised": 1,
        "answers not in text": 1,
        "answers out of schema": 1,
        "completion tokens": 10,
        "cost, in millionths": 300,
        "prompt tokens": 100,
        "relations with an end or label that is none": 1,
        "requests": 1,
    }


def test_the_server_is_asked_for_json_of_a_strict_schema(model, tmp_path):
    ask(model, tmp_path)
    form = model.seen[0]["response_format"]
    assert form["type"] == "json_schema" and form["json_schema"]["strict"] is True
    label = form["json_schema"]["schema"]["properties"]["mentions"]["items"]["properties"]["label"]
    assert label["enum"] == ["PERSON", "GPE"]


def test_a_server_without_schemas_is_asked_in_plain_words_and_that_is_remembered(model, tmp_path):
    model.takes = {"none"}
    done = ask(model, tmp_path, [Document("a", TEXT), Document("b", TEXT + " x")], workers=1)
    assert done.failures == {} and ["response_format" in s for s in model.seen] == [True, True, False, False]


@pytest.mark.parametrize("plan", ["malformed", "empty", 429, 500, 503, "slow"])
def test_what_another_attempt_may_mend_is_tried_again(model, tmp_path, plan):
    model.plans += [plan]
    done = ask(model, tmp_path, timeout=2 if plan == "slow" else 60)
    assert done.failures == {} and len(model.seen) == 2


@pytest.mark.parametrize(
    ("plan", "said"), [("refusal", "the model refuses: I cannot"), ("cut", "cut off at max_tokens")]
)
def test_refusals_and_cut_answers_fail_the_document_at_once(model, tmp_path, plan, said):
    model.plans += [plan]
    done = ask(model, tmp_path)
    assert said in done.failures["d"] and len(model.seen) == 1


def test_answers_that_never_become_json_fail_the_document_only(model, tmp_path):
    model.plans += ["malformed"] * 3
    done = ask(model, tmp_path, [Document("a", TEXT), Document("b", TEXT + " x")], retries=2, workers=1)
    assert list(done.failures) == ["a"] and "is not JSON" in done.failures["a"]


def test_json_in_a_fence_with_words_round_it_is_read(model, tmp_path):
    model.plans += ["fenced"]
    assert len(only(ask(model, tmp_path)).mentions) == 3


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refused_key_or_model_ends_the_run_without_telling_the_key(model, tmp_path, monkeypatch, status):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    model.plans += [status]
    with pytest.raises(Unusable) as error:
        ask(model, tmp_path)
    assert "sk-very-secret" not in str(error.value) and model.seen[0]["authorization"] == "Bearer sk-very-secret"


def test_no_file_holds_the_key(model, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    model.plans += [400, 400, 400]
    ask(model, tmp_path)
    assert all(b"sk-very-secret" not in f.read_bytes() for f in tmp_path.rglob("*") if f.is_file())


def test_the_same_question_is_asked_once_and_gives_the_same_run(model, tmp_path):
    first, second = ask(model, tmp_path), ask(model, tmp_path, name="again")
    assert len(model.seen) == 1
    assert (first.folder / "run.json").read_bytes() == (second.folder / "run.json").read_bytes()


def test_another_parameter_is_another_question(model, tmp_path):
    ask(model, tmp_path)
    ask(model, tmp_path, name="warm", temperature=1.0)
    assert len(model.seen) == 2


def test_examples_come_from_other_documents_of_the_gold(model, tmp_path):
    mentions = (Mention(0, 3, "PERSON", "m1"), Mention(12, 16, "GPE", "m2"))
    one = Document("a", "Bob visited Peru.", mentions, (Relation("m1", "m2", "visited"),))
    two = replace(one, id="b", text="Tom visited Cuba.")
    ask(model, tmp_path, [one, two], gold=(one, two), examples=1, workers=1)
    shown = [[m["content"] for m in s["messages"]][1:3] for s in model.seen]
    assert [texts[0] for texts in shown] == ["Tom visited Cuba.", "Bob visited Peru."]
    assert json.loads(shown[1][1])["relations"] == [{"head": 0, "tail": 1, "label": "visited"}]


def test_a_long_text_is_asked_about_in_pieces_and_offsets_stay_right(model, tmp_path):
    document = Document("d", "".join(f"{i}. {TEXT}\n" for i in range(300)))
    done = ask(model, tmp_path, [document], piece=1000)
    found = only(done).mentions
    assert len(model.seen) > 10 and all(document.text[m.start : m.end] == m.text for m in found)
    assert {m.text for m in found} == {"Ana Torres", "Peru"} and found[-1].start > 13_000


def test_pieces_cover_the_text_and_none_is_longer_than_asked():
    text = "One sentence here. Another one there.\n\nA third." * 40 + "x" * 500
    cuts = pieces(Document("d", text), 100)
    assert "".join(text[a:b] for a, b in cuts) == text and max(b - a for a, b in cuts) <= 100


def test_without_a_key_and_an_address_or_without_labels_it_is_one_line(tmp_path, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(InputError, match="OPENAI_API_KEY"):
        run(System("l", "llm", "m"), [Document("d", TEXT)], tmp_path / "r", Context(labels=LABELS))
    with pytest.raises(InputError, match="no labels"):
        run(System("l", "llm", "m"), [Document("d", TEXT)], tmp_path / "r")


def test_a_dead_server_ends_the_run_in_one_line(tmp_path):
    settings = {"base_url": "http://127.0.0.1:9/v1", "retries": 1, "pause": 0.01}
    with pytest.raises(Unusable, match="no server answers"):
        run(System("l", "llm", "m", settings=settings), [Document("d", TEXT)], tmp_path / "r", Context(labels=LABELS))
