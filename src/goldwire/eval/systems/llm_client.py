"""Requests to an OpenAI-compatible server, through the `openai` client: retries, a cache on disk, what it cost.

What is asked and how answers are read is in llm_prompt. The key comes from the environment and is never written.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from goldwire.errors import InputError
from goldwire.eval.systems.backoff import Patience, Retry, Unreachable, asked_to_wait, patience, patiently
from goldwire.eval.systems.base import NoAnswer, System, Unusable, optional
from goldwire.eval.systems.llm_prompt import SCHEMA_NAME, Message, Said, parse
from goldwire.formats.files import sha256, write_text

FORMS = ("json_schema", "json_object", "none")


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the answer as it was read, and what was used, counted by name."""

    said: Said
    used: Counter[str]


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
    refused_forms: list[str] = field(default_factory=list)

    def ask(self, messages: list[Message]) -> Reply:
        """Give the server's answer, from the cache if the same was asked before.

        Raises:
            NoAnswer: after all attempts there is no usable answer.
            Unusable: the server refuses the key, the model or the address.
        """
        place = self._place(messages)
        if place and place.is_file():
            stored = json.loads(place.read_text(encoding="utf-8"))
            return Reply(parse(stored["content"]), Counter(stored["used"]))
        try:
            content, used, said = patiently(partial(self._attempt, messages), self.patience)
        except Unreachable as error:
            raise Unusable(f"{self.address}: no server answers ({error})") from error
        except Retry as error:
            raise NoAnswer(f"no usable answer: {error}") from error
        if place:
            write_text(place, json.dumps({"content": content, "used": used}, ensure_ascii=False))
        return Reply(said, used)

    def _place(self, messages: list[Message]) -> Path | None:
        """Give the cache's file: its name is a digest of all that the answer depends on."""
        asked = {"address": self.address, "messages": messages, "schema": self.schema, **self.parameters}
        digest = sha256(json.dumps(asked, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        return self.cache / digest[:2] / f"{digest}.json" if self.cache else None

    def _attempt(self, messages: list[Message]) -> tuple[str, Counter[str], Said]:
        content, used = _content(self._completion(messages))
        used["cost, in millionths"] = round(
            used["prompt tokens"] * self.prices[0] + used["completion tokens"] * self.prices[1]
        )
        try:
            return content, +used, parse(content)
        except NoAnswer as error:
            raise Retry(str(error)) from error

    def _completion(self, messages: list[Message]) -> Any:
        wanted = {"response_format": form} if (form := self._format()) else {}
        try:
            completion = self.server.chat.completions.create(messages=messages, **wanted, **self.parameters)
        except self.openai.BadRequestError as error:
            return self._other_form(error, messages)
        except self.openai.OpenAIError as error:
            raise self._meaning(error) from error
        self.settled = True
        return completion

    def _other_form(self, error: Any, messages: list[Message]) -> Any:
        """Ask again in the next form, if the server may only not know this one; what it knows is remembered."""
        if self.settled or self.form == FORMS[-1]:
            raise NoAnswer(f"the server refuses the request: {self._clean(error)}") from error
        before, self.form = self.form, FORMS[FORMS.index(self.form) + 1]
        try:
            return self._completion(messages)
        except NoAnswer:
            self.form = before
            raise

    def _format(self) -> dict[str, Any] | None:
        if self.form == "json_schema":
            strict = {"name": SCHEMA_NAME, "strict": True, "schema": self.schema}
            return {"type": "json_schema", "json_schema": strict}
        return {"type": "json_object"} if self.form == "json_object" else None

    def _meaning(self, error: Any) -> Exception:
        """Tell which errors are worth another try, and which end the run."""
        openai, said = self.openai, self._clean(error)
        if isinstance(error, openai.APITimeoutError):
            return Retry("it took too long")
        if isinstance(error, openai.APIConnectionError):
            return Unreachable(said)
        status = getattr(error, "status_code", 0)
        if status in (401, 403, 404):
            return Unusable(f"{self.address}: the server refuses: {said}")
        if status in (408, 409, 429) or status >= 500:
            return Retry(said, asked_to_wait(error.response.headers))
        return NoAnswer(said) if status else Retry(said)

    def _clean(self, error: Exception) -> str:
        """Give an error's text without the key, should a server send it back."""
        return " ".join(str(error).split()).replace(self.key, "***")[:300]


def client(system: System, schema: dict[str, Any], cache: Path | None) -> Client:
    """Give the client that the settings describe; nothing is sent yet.

    Raises:
        InputError: the environment variable of the key is not set, though the server is not a local one.
    """
    openai = optional("openai", "openai", "llm", "a language model")
    address, name = system.setting("base_url", ""), system.setting("key_env", "OPENAI_API_KEY")
    key = os.environ.get(name, "")
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
    parameters |= {"max_tokens": system.setting("max_tokens", 4096), **system.setting("parameters", {})}
    return Client(
        openai,
        server,
        key or "none",
        {name: value for name, value in parameters.items() if value != "none"},
        schema,
        FORMS[0] if form == "auto" else form,
        settled=form != "auto",
        patience=patience(system, 1.0),
        cache=cache / "llm" if cache and system.setting("cache", True) else None,
        address=str(server.base_url),
        prices=(system.setting("price_in", 0.0), system.setting("price_out", 0.0)),
    )


def _content(completion: Any) -> tuple[str, Counter[str]]:
    """Give the text of a completion and what was used.

    Raises:
        NoAnswer: it was cut off, refused or withheld; another attempt would be, too.
        Retry: it is empty.
    """
    choice = completion.choices[0] if completion.choices else None
    if choice is None:
        raise Retry("the answer is empty")
    if choice.finish_reason == "length":
        raise NoAnswer("the answer was cut off at max_tokens; raise it, or lower piece")
    if getattr(choice.message, "refusal", None) or choice.finish_reason == "content_filter":
        raise NoAnswer(f"the model refuses: {choice.message.refusal or 'withheld by a filter'}")
    if not choice.message.content:
        raise Retry("the answer is empty")
    usage = completion.usage
    used = {"prompt tokens": usage.prompt_tokens, "completion tokens": usage.completion_tokens} if usage else {}
    return choice.message.content, Counter({"requests": 1, **used})
