"""A connection to a Label Studio server through its SDK: projects, users, requests, and their errors in one line.

What is sent is decided in push, what is fetched in pull. Tokens are never printed, nor part of any error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import msgspec

from goldwire.errors import GoldwireError, InputError, MissingExtra
from goldwire.formats.label_studio_records import Json

TIMEOUT = 600
PAGE = 1000


class ServerTrouble(GoldwireError):
    """The server did not do what was asked: it is away, refused, or broke. Nothing is known of what it wrote."""

    def __init__(self, url: str, what: str, mend: str = "", status: int = 0) -> None:
        """Keep the status, 0 where there was no answer."""
        self.status = status
        super().__init__(f"{url}: {what}" + (f"; {mend}" if mend else ""))


@dataclass(frozen=True, slots=True)
class Server:
    """A server and the SDK's client for it; the client holds the token, so it is not shown."""

    url: str
    client: Any

    def __repr__(self) -> str:
        """Show the address only."""
        return f"Server({self.url!r})"


@dataclass(frozen=True, slots=True)
class Project:
    """A project: its id on the server, its title and interface; `fresh` where it was just made."""

    id: int
    title: str
    config: str
    fresh: bool = False


def connect(url: str, token: str) -> Server:
    """Connect to a server with a legacy token or a personal access token, and make sure that it lets us in.

    Raises:
        MissingExtra: the SDK is not installed.
        InputError: the address is none, or there is no token.
        ServerTrouble: there is no such server, or it refuses the token.
    """
    try:
        sdk: Any = import_module("label_studio_sdk")
    except ImportError as error:
        raise MissingExtra("label-studio-sdk", "label-studio", "a live Label Studio server") from error
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        raise InputError(url, "is no address of a server", "say http://host:port")
    if not token:
        raise InputError(url, "there is no token for it", "set LABEL_STUDIO_API_KEY")
    address = url.rstrip("/") + "/"
    with _errors(address):
        client = sdk.LabelStudio(base_url=address, api_key=token, timeout=TIMEOUT)
    server = Server(address, client)
    request(server, "GET", "api/current-user/whoami")
    return server


def request(
    server: Server, method: str, path: str, *, params: Mapping[str, Any] | None = None, body: object = None
) -> bytes:
    """Send a request and give what comes back; reads are tried again by the SDK, writes never.

    Raises:
        ServerTrouble: no answer, or one that is an error.
    """
    tries = {} if method == "GET" else {"max_retries": 0}
    with _errors(server.url):
        answer = server.client._client_wrapper.httpx_client.request(
            path,
            method=method,
            params=dict(params or {}),
            content=None if body is None else body if isinstance(body, bytes) else msgspec.json.encode(body),
            headers={"content-type": "application/json"},
            request_options={"timeout_in_seconds": TIMEOUT, **tries},
        )
        if answer.status_code >= 400:
            raise _refusal(server.url, answer.status_code, answer.text)
        return bytes(answer.content)


def request_json(server: Server, method: str, path: str, **what: Any) -> Any:
    """Send a request and give the JSON that comes back, as `request` does."""
    answer = request(server, method, path, **what)
    try:
        return msgspec.json.decode(answer)
    except msgspec.DecodeError as error:
        raise ServerTrouble(server.url, f"answered {method} {path} with something that is no JSON") from error


def find_project(server: Server, name: str) -> Project | None:
    """Give the project of that title, or of that number if there is no such title; None where there is neither.

    Raises:
        InputError: two projects have that title.
    """
    with _errors(server.url):
        found = [Project(p.id, p.title, p.label_config or "") for p in server.client.projects.list()]
    named = [project for project in found if project.title == name]
    if len(named) > 1:
        ids = ", ".join(str(project.id) for project in named)
        raise InputError(name, f"{len(named)} projects have that title ({ids})", "name one by its number")
    numbered = [project for project in found if str(project.id) == name]
    return next(iter(named or numbered), None)


def create_project(server: Server, title: str, config: str) -> Project:
    """Create a project with its labelling interface."""
    if len(title) < 3:
        raise InputError(title, "is too short for a title", "Label Studio wants three characters or more")
    answer = request_json(server, "POST", "api/projects/", body={"title": title, "label_config": config})
    return Project(answer["id"], title, config, fresh=True)


def set_interface(server: Server, project: Project, config: str) -> None:
    """Give a project another labelling interface."""
    request(server, "PATCH", f"api/projects/{project.id}/", body={"label_config": config})


def users(server: Server) -> set[str]:
    """Give the e-mail addresses of a server's users, in lower case."""
    with _errors(server.url):
        return {str(user.email).lower() for user in server.client.users.list()}


def create_user(server: Server, email: str) -> None:
    """Create a user, who becomes a member of the organisation; they can be given a password by the administrator."""
    request(server, "POST", "api/users/", body={"email": email, "username": email.partition("@")[0]})


def task_count(server: Server, project: Project) -> int:
    """Give the number of tasks of a project."""
    return int(request_json(server, "GET", f"api/projects/{project.id}/")["task_number"])


def list_tasks(server: Server, project: Project, **params: Any) -> Iterator[Json]:
    """Give the tasks of a project, page by page; params choose their fields."""
    page, seen = 1, 0
    while True:
        query = {"project": project.id, "page": page, "page_size": PAGE, **params}
        answer = request_json(server, "GET", "api/tasks", params=query)
        yield from answer["tasks"]
        seen += len(answer["tasks"])
        if not answer["tasks"] or seen >= answer["total"]:
            return
        page += 1


@contextmanager
def _errors(url: str) -> Iterator[None]:
    """Turn what the SDK and its transport raise into one line that names the server, never the token."""
    import httpx
    from label_studio_sdk.core.api_error import ApiError

    try:
        yield
    except ApiError as error:
        raise _refusal(url, error.status_code or 0, str(error.body)) from None
    except httpx.TimeoutException:
        raise ServerTrouble(url, f"gave no answer within {TIMEOUT} seconds") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ServerTrouble(url, f"cannot be reached ({type(error).__name__})", "is it running?") from None


def _refusal(url: str, status: int, text: str) -> ServerTrouble:
    if status == 401:
        legacy = "legacy" in text.lower()
        found = "refuses legacy tokens in this organisation" if legacy else "does not accept the token"
        mend = "use a personal access token, or allow legacy tokens in Organization > Access Token Settings"
        return ServerTrouble(url, found, mend if legacy else "copy it again from Account & Settings", 401)
    return ServerTrouble(url, f"answered {status}: {' '.join(text.split())[:300]}", "", status)
