"""Requests to an OpenAI-compatible server, through the `openai` client: retries, a cache on disk, what it cost.

What is asked is in llm_prompt, how answers are read in llm_answer.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from goldwire.errors import InputError
from goldwire.eval.systems.api_keys import hidden, key_of, without_password
from goldwire.eval.systems.backoff import Patience, Retry, Unreachable, asked_to_wait, patience, patiently
from goldwire.eval.systems.base import NoAnswer, System, Unusable, optional
from goldwire.eval.systems.llm_answer import Malformed, Said, content_of, parse, used_by
from goldwire.eval.systems.llm_prompt import SCHEMA_NAME, Message
from goldwire.formats.files import read_text, sha256, write_text

FORMS = ("json_schema", "json_object", "none")


@dataclass(slots=True)
class Client:
    """A server with its settings; `form` is how it is told to answer in JSON, found out by asking."""

    openai: Any
    server: Any
    key: str
    parameters: dict[str, Any]
    schema: dict[str, Any]
    form: str
    settled: bool
    patience: Patience
    cache: Path | None
    address: str
    prices: tuple[float, float] = (0.0, 0.0)

    def ask(self, messages: list[Message], used: Counter[str]) -> Said:
        """Give the server's answer, from the cache if the same was asked before.

        What was used is added to `used`, that of attempts without an answer, too.

        Raises:
            NoAnswer: after all attempts there is no usable answer.
            Unusable: the server refuses the key, the model or the address.
        """
        place = self._place(messages)
        if place and place.is_file():
            content, spent = _stored(place)
            used.update(spent)
            return parse(content)
        spent = Counter()
        try:
            content, said = patiently(partial(self._attempt, messages, spent), self.patience)
        except Unreachable as error:
            raise Unusable(f"{self.address}: no server answers ({error})") from error
        except Retry as error:
            raise NoAnswer(f"no usable answer: {error}") from error
        finally:
            used.update(spent)
        if place:
            write_text(place, json.dumps({"content": content, "used": spent}, ensure_ascii=False))
        return said

    def _place(self, messages: list[Message]) -> Path | None:
        """Give the cache's file: its name is a digest of all that the answer depends on."""
        asked = {"address": self.address, "messages": messages, "schema": self.schema, **self.parameters}
        digest = sha256(json.dumps(asked, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        return self.cache / digest[:2] / f"{digest}.json" if self.cache else None

    def _attempt(self, messages: list[Message], spent: Counter[str]) -> tuple[str, Said]:
        completion = self._completion(messages)
        spent.update(used_by(completion, self.prices))
        try:
            content = hidden(content_of(completion), self.key, str(messages))
            return content, parse(content)
        except NoAnswer as error:
            raise type(error)(hidden(str(error), self.key)) from error
        except Malformed as error:
            raise Retry(hidden(str(error), self.key)) from error

    def _completion(self, messages: list[Message]) -> Any:
        """Ask in the form that the server is known to take, or in each form until it takes one."""
        refused: Exception | None = None
        for form in (self.form,) if self.settled else FORMS[FORMS.index(self.form) :]:
            try:
                completion = self._answer(messages, form)
            except (self.openai.BadRequestError, self.openai.UnprocessableEntityError) as error:
                refused = error
                continue
            self.form, self.settled = (self.form if self.settled else form), True
            return completion
        assert refused is not None  # noqa: S101 - there is always a form to ask in
        raise NoAnswer(f"the server refuses the request: {self._clean(refused)}") from refused

    def _answer(self, messages: list[Message], form: str) -> Any:
        wanted = {"response_format": shape} if (shape := self._format(form)) else {}
        try:
            return self.server.chat.completions.create(messages=messages, **wanted, **self.parameters)
        except (self.openai.BadRequestError, self.openai.UnprocessableEntityError):
            raise
        except self.openai.OpenAIError as error:
            raise self._meaning(error) from error
        except ValueError as error:
            raise Retry(f"the server's answer is not JSON ({error})") from error
        except TypeError as error:
            if "unexpected keyword" not in str(error):
                raise
            named = str(error).rpartition(" ")[2]
            raise Unusable(
                f"the openai client takes no parameter {named}; what a server alone knows goes to extra_body"
            ) from error

    def _format(self, form: str) -> dict[str, Any] | None:
        if form == "json_schema":
            strict = {"name": SCHEMA_NAME, "strict": True, "schema": self.schema}
            return {"type": "json_schema", "json_schema": strict}
        return {"type": "json_object"} if form == "json_object" else None

    def _meaning(self, error: Any) -> Exception:
        """Tell which errors are worth another try, and which end the run."""
        openai, said = self.openai, self._clean(error)
        if isinstance(error, openai.APITimeoutError):
            return Retry("it took too long")
        if isinstance(error, openai.APIConnectionError):
            return _connection(error, said)
        status = getattr(error, "status_code", 0)
        if status in (401, 403, 404) or getattr(error, "code", None) == "insufficient_quota":
            return Unusable(f"{self.address}: the server refuses: {said}")
        if status in (408, 409, 429) or status >= 500:
            return Retry(said, asked_to_wait(error.response.headers))
        return NoAnswer(said) if status else Retry(said)

    def _clean(self, error: Exception) -> str:
        """Give an error's text without the key, should a server send it back."""
        return hidden(" ".join(str(error).split()), self.key)[:300]


def client(system: System, schema: dict[str, Any], cache: Path | None) -> Client:
    """Give the client that the settings describe; nothing is sent yet.

    Raises:
        InputError: the environment variable of the key is not set, though the server is not a local one; it can be no
            key; the address is none or holds a password, the parameters hold a key.
    """
    openai = optional("openai", "openai", "llm", "a language model")
    address, name = _address(system), system.setting("key_env", "OPENAI_API_KEY")
    key = key_of(system, name)
    if not key and not address:
        raise InputError(
            f"system {system.name}", f"the environment has no {name}", "set it to the key, or set base_url"
        )
    server = openai.OpenAI(
        api_key=key or "none",
        base_url=address or None,
        timeout=system.setting("timeout", 120.0),
        max_retries=0,
    )
    form = system.setting("form", "auto")
    if form not in ("auto", *FORMS):
        raise InputError(f"system {system.name}", f"form is {form!r}", f"it may be auto, {', '.join(FORMS)}")
    parameters = {"model": system.model, "temperature": system.setting("temperature", 0.0), "seed": system.seed}
    parameters |= {"max_tokens": system.setting("max_tokens", 4096), **_further(system)}
    return Client(
        openai,
        server,
        key,
        {name: value for name, value in parameters.items() if value != "none"},
        schema,
        FORMS[0] if form == "auto" else form,
        settled=form != "auto",
        patience=patience(system, 1.0),
        cache=cache / "llm" if cache and system.setting("cache", True) else None,
        address=str(server.base_url),
        prices=(system.setting("price_in", 0.0), system.setting("price_out", 0.0)),
    )


def _address(system: System) -> str:
    address = without_password(system.setting("base_url", ""))
    if address and not address.startswith(("http://", "https://")):
        found = f"base_url {address!r} is no address"
        raise InputError(f"system {system.name}", found, "it begins with http:// or https://")
    return address


def _further(system: System) -> dict[str, Any]:
    """Give the further parameters of the request; a key among them would be written with the run."""
    parameters: dict[str, Any] = system.setting("parameters", {})
    headers = parameters.get("extra_headers")
    for name in (*parameters, *(headers if isinstance(headers, dict) else ())):
        if re.search(r"authorization|api[-_]?key", name, re.IGNORECASE):
            found = f"a key stands in parameters ({name}), which are written with the run"
            raise InputError(f"system {system.name}", found, "put it in an environment variable: key_env")
    return parameters


def _stored(place: Path) -> tuple[str, Counter[str]]:
    try:
        stored = json.loads(read_text(place))
        return str(stored["content"]), Counter(stored["used"])
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(place, "is no answer that was kept", "remove it") from error


def _connection(error: Exception, said: str) -> Retry:
    """Tell a server that is not there from one that broke off, which it may do for one document alone."""
    cause = error.__cause__
    name = type(cause).__name__
    return Unreachable(said) if name == "ConnectError" else Retry(f"the connection broke ({str(cause) or name})")
