"""A system as an ML backend of Label Studio: live pre-annotations over HTTP (/health, /setup, /predict, /webhook).

It binds to loopback unless told otherwise, takes JSON of a limited size, and never trains; systems are in systems.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import msgspec

from goldwire.annotations.labelstudio.interface import Controls, controls
from goldwire.document import Document, canonical
from goldwire.errors import GoldwireError, InputError
from goldwire.eval.systems import Predictor
from goldwire.eval.systems.base import Unusable
from goldwire.formats.label_studio_documents import document_id, task_text
from goldwire.formats.label_studio_names import LABEL, TEXT
from goldwire.formats.label_studio_records import Json, Task
from goldwire.formats.label_studio_results import results_of
from goldwire.labels import LabelSet

MAX_BODY = 20 * 2**20
MAX_TASKS = 1000
SLOW = 60
"""Seconds after which a client that sends nothing is let go."""


class Answer(NamedTuple):
    """What to answer: a status and an object."""

    status: HTTPStatus
    body: Json


class SetupBody(msgspec.Struct):
    """What Label Studio says when a backend is connected; its token is not looked at."""

    project: str | int | None = None
    schema: str = ""


class PredictBody(msgspec.Struct):
    """Tasks to predict, and the project's labelling interface."""

    tasks: list[Task]
    label_config: str = ""


@dataclass(frozen=True, slots=True)
class Backend:
    """A loaded system with the name it goes by; one prediction runs at a time."""

    name: str
    predictor: Predictor
    labels: LabelSet | None = None
    tell: Callable[[str], None] = lambda _: None
    lock: threading.Lock = field(default_factory=threading.Lock)


def answer(backend: Backend, method: str, path: str, body: bytes) -> Answer:
    """Answer a request of Label Studio's ML backend protocol."""
    routes: Mapping[tuple[str, str], Callable[[Backend, bytes], Answer]] = {
        ("GET", "/health"): _health,
        ("GET", "/"): _health,
        ("POST", "/setup"): _setup,
        ("POST", "/predict"): _predict,
        ("POST", "/webhook"): _webhook,
    }
    route = routes.get((method, path.partition("?")[0]))
    if route is None:
        return Answer(HTTPStatus.NOT_FOUND, {"error": f"there is no {method} {path.partition('?')[0][:80]}"})
    try:
        return route(backend, body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Answer(HTTPStatus.BAD_REQUEST, {"error": f"the body is not what {path} takes: {error}"})
    except InputError as error:
        return Answer(HTTPStatus.BAD_REQUEST, {"error": str(error)})
    except GoldwireError as error:
        backend.tell(str(error))
        return Answer(HTTPStatus.INTERNAL_SERVER_ERROR, {"error": str(error)})


def predictions(backend: Backend, tasks: Sequence[Task], config: str) -> list[Json]:
    """Give one prediction a task, in their order, with only what the project's interface offers.

    Raises:
        InputError: the interface has no labels on a text, or a task has no text.
        Unusable: the system cannot work at all.
    """
    there = controls(config) if config else Controls(LABEL, TEXT, TEXT, None)
    texts = [
        Document(f"{number}:{document_id(task, number)}", task_text(task, there.key, number))
        for number, task in enumerate(tasks)
    ]
    with backend.lock:
        answers = list(backend.predictor.predict(texts))
    return [_prediction(backend, found, there) for found in answers]


def serve(backend: Backend, host: str, port: int) -> None:
    """Serve until interrupted.

    Raises:
        InputError: the address cannot be listened on.
    """
    with bind(backend, host, port) as server:
        backend.tell(f"{backend.name} serves on http://{host}:{server.server_address[1]} (Ctrl-C ends it)")
        if host not in ("127.0.0.1", "::1", "localhost"):
            backend.tell("anyone who reaches this address can use it: there is no password")
        server.serve_forever()


def bind(backend: Backend, host: str, port: int) -> ThreadingHTTPServer:
    """Give a server that listens; port 0 takes a free one.

    Raises:
        InputError: the address cannot be listened on.
    """

    class Bound(_Handler):
        served = backend

    try:
        server = ThreadingHTTPServer((host, port), Bound)
    except OSError as error:
        raise InputError(
            f"{host}:{port}", f"cannot be listened on ({error.strerror})", "choose another port"
        ) from error
    server.daemon_threads = True
    return server


class _Handler(BaseHTTPRequestHandler):
    """Reads a request within its limits, and writes the answer."""

    served: Backend
    timeout = SLOW
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "goldwire", ""

    def do_GET(self) -> None:
        """Answer a GET."""
        self._write(answer(self.served, "GET", self.path, b""))

    def do_POST(self) -> None:
        """Answer a POST of JSON; what is too large, of no length or of another type is refused unread."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            self._refuse(HTTPStatus.LENGTH_REQUIRED, "say Content-Length")
        elif int(length) > MAX_BODY:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body is over {MAX_BODY} bytes")
        elif self.headers.get_content_type() != "application/json":
            self._refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send application/json")
        else:
            self._write(answer(self.served, "POST", self.path, self.rfile.read(int(length))))

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        self.close_connection = True
        self._write(Answer(status, {"error": why}))

    def _write(self, given: Answer) -> None:
        data = msgspec.json.encode(given.body)
        self.send_response(given.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: requests hold tokens."""


def _health(backend: Backend, _: bytes) -> Answer:
    return Answer(HTTPStatus.OK, {"status": "UP", "model_class": backend.name})


def _setup(backend: Backend, body: bytes) -> Answer:
    asked = msgspec.json.decode(body, type=SetupBody)
    if asked.schema:
        controls(asked.schema)
    return Answer(HTTPStatus.OK, {"model_version": backend.name})


def _predict(backend: Backend, body: bytes) -> Answer:
    asked = msgspec.json.decode(body, type=PredictBody)
    if len(asked.tasks) > MAX_TASKS:
        raise InputError("tasks", f"there are {len(asked.tasks)}", f"send at most {MAX_TASKS} at once")
    return Answer(HTTPStatus.OK, {"results": predictions(backend, asked.tasks, asked.label_config)})


def _webhook(backend: Backend, body: bytes) -> Answer:
    asked = msgspec.json.decode(body)
    action = asked.get("action") if isinstance(asked, dict) else None
    if action == "START_TRAINING":
        backend.tell("training was asked for: this backend only predicts")
    return Answer(HTTPStatus.OK, {"status": "ok"})


def _prediction(backend: Backend, found: Document | GoldwireError, there: Controls) -> Json:
    """Give what the system found, on the interface's controls; nothing where it had no answer."""
    if isinstance(found, Unusable):
        raise found
    if isinstance(found, GoldwireError):
        backend.tell(str(found))
        return {"result": [], "model_version": backend.name}
    results = [r for r in map(there.placed, results_of(canonical(found), backend.labels)) if r is not None]
    drawn = {result["id"] for result in results if result["type"] == "labels"}
    kept = [r for r in results if r.get("id") in drawn or {r.get("from_id"), r.get("to_id")} <= drawn]
    scores = [result["score"] for result in kept if "score" in result]
    mean = sum(scores) / len(scores) if scores else None
    return {"result": kept, "model_version": backend.name} | (
        {"score": mean} if mean is not None and 0 <= mean <= 1 else {}
    )
