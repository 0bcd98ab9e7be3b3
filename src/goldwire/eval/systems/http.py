"""A web service as a system: a document is posted as JSON and comes back with its mentions and relations.

The shape of the JSON is that of docs/document.schema.json; with a batch, it is a list of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any

import msgspec

from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.eval.systems.api_keys import hidden, key_of, without_password
from goldwire.eval.systems.backoff import Retry, Unreachable, asked_to_wait, patience, patiently
from goldwire.eval.systems.base import Context, NoAnswer, Predictor, System, Unusable, optional
from goldwire.formats.goldwire_json import dump_line, parse

SETTINGS = {
    "batch": "documents a request; above 1 a list is posted and a list expected (1)",
    "timeout": "seconds to wait for an answer (60)",
    "retries": "further attempts after a busy or failing server's answer (4)",
    "pause": "seconds before the first further attempt, doubled each time (0.5)",
    "longest_pause": "the longest pause in seconds, whatever the server asks for (60)",
    "key_env": "the environment variable whose value is sent as a bearer token (none)",
}
_HOPELESS = (401, 403, 404, 405)


def load(system: System, context: Context) -> Predictor:
    """Prepare the client; nothing is sent yet.

    Raises:
        InputError: the address is none or holds a password, or the key is not set or can be none.
    """
    del context
    httpx = optional("httpx", "httpx", "http", "a system over HTTP")
    if not system.model.startswith(("http://", "https://")):
        raise InputError(
            f"system {system.name}", f"{system.model!r} is no address", "it begins with http:// or https://"
        )
    address, key = without_password(system.model), _key(system)
    client = httpx.Client(timeout=system.setting("timeout", 60.0), headers=_headers(key))
    size, patient = system.setting("batch", 1, least=1), patience(system, 0.5)

    def predict(documents: Iterable[Document]) -> Iterator[Document | NoAnswer]:
        stream = iter(documents)
        while batch := list(islice(stream, size)):
            body = _body(batch, size)
            post = partial(_post, httpx, client, address, body)
            try:
                content = hidden(patiently(post, patient), key, body)
                yield from _documents(content, size)
            except Unreachable as error:
                raise Unusable(f"{system.model}: no server answers ({error})") from error
            except Unusable as error:
                raise Unusable(hidden(str(error), key)) from error
            except (Retry, NoAnswer) as error:
                said = hidden(str(error), key)
                yield from (NoAnswer(f"no answer of the server: {said}") for _ in batch)

    return Predictor(predict, {"address": address})


def _key(system: System) -> str:
    name = system.setting("key_env", "")
    key = key_of(system, name)
    if name and not key:
        raise InputError(f"system {system.name}", f"the environment has no {name}", "set it to the key")
    return key


def _headers(key: str) -> dict[str, str]:
    headers = {"content-type": "application/json", "accept": "application/json"}
    return {**headers, "authorization": f"Bearer {key}"} if key else headers


def _body(batch: list[Document], size: int) -> str:
    lines = [dump_line(document).strip() for document in batch]
    return lines[0] if size == 1 else f"[{','.join(lines)}]"


def _post(httpx: Any, client: Any, address: str, body: str) -> str:
    try:
        response = client.post(address, content=body.encode())
    except httpx.TimeoutException as error:
        raise Retry("it took too long") from error
    except httpx.ConnectError as error:
        raise Unreachable(str(error)) from error
    except httpx.HTTPError as error:
        raise Retry(f"{type(error).__name__}: {error}") from error
    status = response.status_code
    if status in _HOPELESS:
        raise Unusable(f"{address}: the server refuses ({status} {response.reason_phrase})")
    if status == 429 or status >= 500:
        raise Retry(f"{status} {response.reason_phrase}", asked_to_wait(response.headers))
    if status >= 300:
        raise NoAnswer(f"the server answered {status}: {response.text}")
    return str(response.content, "utf-8", "surrogateescape")


def _documents(content: str, size: int) -> Iterator[Document | NoAnswer]:
    data = content.encode("utf-8", "surrogateescape")
    try:
        parts = [data] if size == 1 else list(map(bytes, msgspec.json.decode(data, type=list[msgspec.Raw])))
    except msgspec.MsgspecError as error:
        raise NoAnswer(f"no list came back: {error} (it began {content[:60]!r})") from error
    yield from map(_document, parts)


def _document(part: bytes) -> Document | NoAnswer:
    try:
        return parse(part, "the server's answer")
    except InputError as error:
        began = part[:60].decode("utf-8", "replace")
        return NoAnswer(f"no answer of the server: {error.problem.found} (it began {began!r})")
