"""Web services that misbehave: only the document concerned fails, and no file holds the key."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.eval.runs.running import run
from goldwire.eval.systems.base import System

pytest.importorskip("httpx")
KEY = "sk-very/secret"
TEXT = "Ana Torres visited Peru."


class Service(BaseHTTPRequestHandler):
    """Answers with what the server's `answer` makes of the documents and the key."""

    def do_POST(self):
        sent = json.loads(self.rfile.read(int(self.headers["content-length"])))
        status, body = self.server.answer(sent, self.headers["authorization"])
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def service(monkeypatch):
    monkeypatch.setenv("SERVICE_KEY", KEY)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def ask(service, folder, credentials="", **settings):
    address = f"http://{credentials}127.0.0.1:{service.server_port}/"
    plain = {"key_env": "SERVICE_KEY", "retries": 0, "pause": 0.01, **settings}
    return run(System("s", "http", address, settings=plain), [Document(n, TEXT) for n in "abc"], folder / "run")


def test_one_broken_document_of_a_batch_fails_alone(service, tmp_path):
    service.answer = lambda sent, _: (200, [{**d, "mentions": "no" if d["id"] == "b" else []} for d in sent])
    failures = ask(service, tmp_path, batch=3).failures
    assert list(failures) == ["b"] and "Expected `array`, got `str`" in failures["b"]


@pytest.mark.parametrize(
    "answer",
    [
        lambda sent, key: (400, {"detail": f"what is {key}"}),
        lambda sent, key: (400, f"{'.' * (200 - len(key) + 2)}{key}".encode()),
        lambda sent, key: (400, json.dumps({"detail": key}).replace("/", r"\/").encode()),
        lambda sent, key: (500, {"detail": f"what is {key}"}),
        lambda sent, key: (200, f"<html>{key}</html>".encode()),
        lambda sent, key: (200, {**sent, "id": key}),
        lambda sent, key: (200, {**sent, "mentions": [{"start": 0, "end": 3, "label": key}]}),
        lambda sent, key: (200, {**sent, "metadata": {"key": key}}),
    ],
)
def test_a_key_that_the_service_sends_back_is_in_no_file(service, tmp_path, answer):
    service.answer = answer
    ask(service, tmp_path)
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert files and all(b"sk-very" not in file.read_bytes() for file in files)


@pytest.mark.parametrize("key", [KEY + "\n", KEY + "é"])
def test_a_key_that_no_header_can_carry_is_told_without_telling_it(service, tmp_path, monkeypatch, key):
    monkeypatch.setenv("SERVICE_KEY", key)
    with pytest.raises(InputError, match="the key in SERVICE_KEY holds") as error:
        ask(service, tmp_path)
    assert KEY not in str(error.value)


@pytest.mark.parametrize(("key", "said"), [("sk-very", "a password stands in"), (KEY, "its port is no number")])
def test_a_password_in_the_address_is_refused_before_anything_is_written(service, tmp_path, key, said):
    with pytest.raises(InputError, match=said) as error:
        ask(service, tmp_path, credentials=f"me:{key}@")
    assert "sk-very" not in str(error.value) and not (tmp_path / "run").exists()


def test_bytes_that_are_no_utf8_fail_the_document(service, tmp_path):
    service.answer = lambda sent, _: (200, b'{"id": "\xff"}')
    assert list(ask(service, tmp_path).failures) == ["a", "b", "c"]
