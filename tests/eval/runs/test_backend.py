"""The ML backend: Label Studio's four routes over HTTP, one answer a task, limits and refusals."""

import http.client
import json
import threading
from contextlib import contextmanager

import pytest

from goldwire.document import Mention, Relation
from goldwire.eval.runs.backend import MAX_BODY, Backend, bind
from goldwire.eval.systems import Predictor
from goldwire.eval.systems.base import NoAnswer, answered

CONFIG = """<View><Relations><Relation value="knows"/></Relations>
  <Labels name="ner" toName="t"><Label value="PER"/></Labels><Text name="t" value="$body"/></View>"""
TEXT = "😀 Biden met Kishida in Tokyo."


def predict(documents):
    for document in documents:
        if "Nobody" in document.text:
            yield NoAnswer("no answer for this one")
            continue
        found = [
            Mention(2, 7, "PER", "m1", score=0.8),
            Mention(12, 19, "PER", "m2", score=0.6),
            Mention(23, 28, "GPE", "m3"),
        ]
        yield answered(document, found, [Relation("m1", "m2", "knows"), Relation("m1", "m3", "visited")])


@pytest.fixture
def said():
    return []


@pytest.fixture
def ask(said):
    with serving(Backend("two-names", Predictor(predict), tell=said.append)) as (host, port):

        def request(method, path, body=None, **headers):
            connection = http.client.HTTPConnection(host, port, timeout=10)
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            connection.request(
                method, path, data if method == "POST" else None, {"Content-Type": "application/json"} | headers
            )
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

        yield request


@contextmanager
def serving(backend):
    with bind(backend, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address
        server.shutdown()


def test_health_and_setup_answer_as_label_studio_expects(ask):
    assert ask("GET", "/health") == (200, {"status": "UP", "model_class": "two-names"})
    body = {"project": "18.179", "schema": CONFIG, "hostname": "http://localhost", "access_token": "secret"}
    assert ask("POST", "/setup", body) == (200, {"model_version": "two-names"})


def test_predictions_come_one_a_task_on_the_controls_of_the_project(ask):
    tasks = [
        {"id": 1, "data": {"body": TEXT}},
        {"id": 2, "data": {"body": "Nobody spoke."}},
        {"id": 1, "data": {"body": TEXT}},
    ]
    status, answer = ask("POST", "/predict", {"tasks": tasks, "label_config": CONFIG, "params": {}})
    first, second, third = answer["results"]
    regions = [(r["from_name"], r["to_name"], r["value"]["text"]) for r in first["result"] if r["type"] == "labels"]
    assert (status, regions) == (200, [("ner", "t", "Biden"), ("ner", "t", "Kishida")])
    assert [r["labels"] for r in first["result"] if r["type"] == "relation"] == [["knows"]]
    assert (first["score"], first["model_version"]) == (pytest.approx(0.7), "two-names")
    assert (second["result"], third) == ([], first)


def test_a_system_without_an_answer_says_why_to_the_one_who_serves(ask, said):
    ask("POST", "/predict", {"tasks": [{"data": {"body": "Nobody spoke."}}], "label_config": CONFIG})
    assert said == ["no answer for this one"]


def test_webhooks_are_heard_and_training_is_not_promised(ask, said):
    assert ask("POST", "/webhook", {"action": "ANNOTATION_CREATED"})[0] == 200
    assert ask("POST", "/webhook", {"action": "START_TRAINING"})[0] == 200
    assert said == ["training was asked for: this backend only predicts"]


@pytest.mark.parametrize(
    ("path", "body", "headers", "status"),
    [
        ("/predict", b"{", {}, 400),
        ("/predict", {"tasks": 3}, {}, 400),
        ("/predict", {"tasks": [{"data": {"audio": "http://x/y.mp3"}}], "label_config": CONFIG}, {}, 400),
        ("/predict", {"tasks": [], "label_config": '<!DOCTYPE a [<!ENTITY x "y">]><View/>'}, {}, 400),
        ("/predict", {"tasks": [{"data": {}}] * 1001}, {}, 400),
        ("/setup", {"schema": "<View/>"}, {}, 400),
        ("/nowhere", {}, {}, 404),
        ("/predict", {}, {"Content-Type": "text/plain"}, 415),
        ("/predict", b"", {"Content-Length": str(MAX_BODY + 1)}, 413),
        ("/predict", b"", {"Content-Length": "many"}, 411),
    ],
)
def test_what_is_no_request_of_the_protocol_is_refused_in_one_line(ask, path, body, headers, status):
    found, answer = ask("POST", path, body, **headers)
    assert (found, list(answer)) == (status, ["error"])
