"""What servers of OpenAI's protocol answer in practice: read rightly, or a failure in one line that tells no key."""

import json
import threading
from dataclasses import replace

import pytest

from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.eval.runs.running import run
from goldwire.eval.systems.base import Context, System, Unusable
from goldwire.eval.systems.llm_answer import Malformed, parse
from language_model import completion, language_model

pytest.importorskip("openai")
TEXT = "Ana Torres visited Peru."
ANSWER = {"mentions": [{"text": "Ana Torres", "label": "PERSON"}, {"text": "Peru", "label": "GPE"}]}
SAID = json.dumps(ANSWER)
KEY = "sk-very-secret"
HEAD = {"id": "x", "object": "chat.completion", "created": 1, "model": "m"}


@pytest.fixture
def model(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with language_model(ANSWER) as server:
        yield server


def ask(model, folder, documents=(), address="", cache=None, fresh=False, **settings):
    address = address or f"http://127.0.0.1:{model.server_port}/v1"
    plain = {"base_url": address, "pause": 0.01, "retries": 0, "labels": ["PERSON", "GPE"]}
    system = System("l", "llm", "m", settings={**plain, **settings})
    return run(system, documents or [Document("d", TEXT)], folder / "run", Context(cache=cache), fresh=fresh)


@pytest.mark.parametrize(
    "plan",
    [
        completion([{"type": "text", "text": SAID[:9]}, {"type": "text", "text": SAID[9:]}]),
        completion(SAID, usage=None),
        completion(SAID, usage={"prompt_tokens": None, "completion_tokens": None, "total_tokens": None}),
        completion(SAID, usage={"prompt_tokens": 3}),
        completion(SAID, reasoning_content='perhaps {"mentions": []}'),
        completion(f'<think>The form is {{"mentions": []}}, so {{x}}</think>\n{SAID}'),
        completion(f"Here {{as asked}} it is: {SAID} Hope {{that}} helps."),
        completion(f"```json\n{SAID}"),
        completion(f"{SAID}\n{SAID}"),
        completion("\ufeff" + SAID),
    ],
)
def test_what_servers_wrap_an_answer_in_is_taken_off(model, tmp_path, plan):
    model.plans += [plan]
    assert ask(model, tmp_path).table["predictions"]["mentions"] == 2


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ({**HEAD, "choices": []}, "the answer is empty"),
        ({**HEAD, "choices": None}, "the answer is empty"),
        ({**HEAD, "choices": [{"index": 0, "message": None, "finish_reason": "stop"}]}, "the answer is empty"),
        ({"error": {"message": "the model is loading"}}, "the model is loading"),
        (completion("", reasoning_content=SAID), "the answer is empty"),
        (completion(None, tool_calls=[{"id": "1", "type": "function", "function": {}}]), "calls a tool"),
        (completion(None, "content_filter"), "withheld by a filter"),
        (b"<html>Log in</html>", "is base_url right?"),
        ([], "is base_url right?"),
        (completion(SAID.replace('"Peru"', '"Peru" "Lima"')), "has no list of mentions"),
        (completion(SAID.replace('"', "'").replace("'Peru'", "'Peru', it's")), "is not JSON"),
        (completion(SAID[:-1]), "has no list of mentions"),
        (completion(json.dumps(ANSWER["mentions"])), "has no list of mentions"),
        (completion(SAID + '{"mentions": []}'), "has 2 lists of mentions"),
        (completion('{"mentions": ' + "[" * 100_000), "nested too deeply"),
        ("reset", "the connection broke"),
    ],
)
def test_what_is_no_answer_fails_the_document_in_one_line(model, tmp_path, plan, said):
    model.plans += [plan]
    (failure,) = ask(model, tmp_path).failures.values()
    assert said in failure and "Error:" not in failure and "\n" not in failure


@pytest.mark.parametrize(
    "plan",
    [
        400,
        500,
        completion(None, refusal=f"I keep {KEY}"),
        completion(f"your key is {KEY}"),
        completion(json.dumps({"mentions": [{"text": KEY, "label": KEY}]})),
        {"error": {"message": f"not with {KEY}"}},
        f"<html>Bearer {KEY}</html>".encode(),
        f"<html>{'.' * 45}{KEY}</html>".encode(),
    ],
)
def test_a_key_that_the_server_sends_back_is_in_no_file(model, tmp_path, plan):
    model.plans += [plan] * 3
    ask(model, tmp_path)
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert files and all(b"sk-very" not in file.read_bytes() for file in files)


def test_a_stand_in_for_a_key_is_no_secret(model, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "Peru")
    assert ask(model, tmp_path).table["predictions"]["mentions"] == 2


@pytest.mark.parametrize("key", [KEY + "\n", KEY + "é", "two words"])
def test_a_key_that_no_header_can_carry_is_told_without_telling_it(model, tmp_path, monkeypatch, key):
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(InputError, match="the key in OPENAI_API_KEY holds") as error:
        ask(model, tmp_path)
    assert KEY not in str(error.value) and not (tmp_path / "run" / "run.json").exists()


def test_a_password_in_the_address_is_refused_before_anything_is_written(model, tmp_path):
    with pytest.raises(InputError, match="a password stands in the address") as error:
        ask(model, tmp_path, address=f"http://me:{KEY}@127.0.0.1:{model.server_port}/v1")
    assert KEY not in str(error.value) and not (tmp_path / "run" / "run.json").exists()


@pytest.mark.parametrize("further", [{"api_key": KEY}, {"extra_headers": {"X-Api-Key": KEY}}])
def test_a_key_among_the_parameters_is_refused_before_anything_is_written(model, tmp_path, further):
    with pytest.raises(InputError, match="a key stands in parameters") as error:
        ask(model, tmp_path, parameters=further)
    assert KEY not in str(error.value) and not (tmp_path / "run").exists()


def test_an_address_without_its_scheme_and_a_parameter_that_the_client_does_not_take_end_the_run(model, tmp_path):
    with pytest.raises(InputError, match="base_url 'localhost:1' is no address; it begins with http"):
        ask(model, tmp_path, address="localhost:1")
    with pytest.raises(Unusable, match=r"takes no parameter 'num_ctx'; .* extra_body"):
        ask(model, tmp_path, parameters={"num_ctx": 9000})


@pytest.mark.parametrize("takes", [{"json_object"}, {"none"}, {"json_schema"}])
@pytest.mark.parametrize("refusal", [400, 422])
def test_requests_at_one_time_find_the_form_that_the_server_takes(model, tmp_path, takes, refusal):
    model.takes, model.refusal, model.gate = takes, refusal, threading.Barrier(3)
    documents = [Document(f"d{number}", f"{TEXT} {number}") for number in range(3)]
    assert ask(model, tmp_path, documents, workers=3).failures == {}


def test_a_connection_that_breaks_for_one_document_does_not_end_the_run(model, tmp_path):
    model.plans += ["reset"]
    documents = [Document("a", TEXT), Document("b", TEXT + " ")]
    assert list(ask(model, tmp_path, documents, workers=1).failures) == ["a"]


def test_a_spent_quota_ends_the_run(model, tmp_path):
    model.plans += ["quota"]
    with pytest.raises(Unusable, match="quota"):
        ask(model, tmp_path)


def test_tokens_of_attempts_without_an_answer_are_counted(model, tmp_path):
    model.plans += ["malformed", "malformed", "cut"]
    documents = [Document("a", TEXT), Document("b", TEXT + " ")]
    notes = ask(model, tmp_path, documents, retries=1, workers=1).table["notes"]
    assert notes == {"requests": 3, "prompt tokens": 300, "completion tokens": 30}


def test_a_kept_answer_that_is_broken_is_named(model, tmp_path):
    ask(model, tmp_path, cache=tmp_path / "cache")
    (kept,) = (tmp_path / "cache").rglob("*.json")
    kept.write_text("{")
    done = ask(model, tmp_path, cache=tmp_path / "cache", fresh=True)
    assert f"{kept.name}: is no answer that was kept; remove it" in done.failures["d"]


@pytest.mark.parametrize(
    "said",
    [
        SAID.replace('"', "'"),
        SAID.replace("}]", "},]") + " I hope that's fine.",
        SAID.replace("}]", "},\n // that's all\n]"),
        "{ # as asked\n" + SAID[1:].replace("}, {", "}, /* it's {one} */ {"),
        SAID.replace('"mentions"', "mentions").replace('"text"', "text"),
        "Here's what I found, {as asked}:\n```python\n" + SAID.replace('"', "'") + "\n```",
        SAID.replace("]}", "], 'relations': None,}"),
    ],
)
def test_json_that_is_not_strict_is_mended_and_counted(said):
    assert parse(said) == replace(parse(SAID), mended=True)


@pytest.mark.parametrize(
    "text", ["Kenya's", "the 'Big' \"Ben\"", "http://a.b/*c*/ #1", "a,]", "True", "x\\", "New\tYork"]
)
def test_what_a_mended_answer_quotes_stays_as_it_is(text):
    rows = [{"text": text, "label": "ORG"}]
    for said in (str({"mentions": rows}), json.dumps({"mentions": rows})[:-1] + ",}"):
        assert parse(said).mentions == ((text, "ORG"),) and parse(said).mended


def test_mended_answers_are_told_with_the_run(model, tmp_path):
    model.plans += [completion(SAID.replace('"', "'"))]
    done = ask(model, tmp_path)
    assert done.table["predictions"]["mentions"] == 2
    assert done.table["notes"]["replies whose JSON was mended (quotes, commas, comments)"] == 1


@pytest.mark.parametrize("rows", ['"x"', '["x", {"head": "0"}, {"head": 0}]', '{"head": 0}'])
def test_relations_that_are_none_are_counted(rows):
    said = parse(f'{{"mentions": [], "relations": {rows}}}')
    assert said.relations == () and said.unread == max(1, rows.count(",") + 1)


def test_half_a_character_in_an_answer_fails_no_document(model, tmp_path):
    answers = [{"text": "\ud83d Peru", "label": "GPE"}, {"text": "Peru", "label": "GPE"}]
    model.plans += [completion(json.dumps({"mentions": answers}))]
    assert ask(model, tmp_path).table["notes"]["answers not in text"] == 1


def test_many_braces_are_no_answer():
    with pytest.raises(Malformed):
        parse("{" * 100_000)
