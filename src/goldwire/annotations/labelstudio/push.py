"""Tasks to a live server: each there once and whole, whatever happened to earlier pushes, verified by re-reading.

One writer, writes never retried blindly: a server on SQLite answers 201 and drops annotations when two write at once,
and a request that failed may have been carried out. So after any doubt the server is listed again, and reconciled.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from goldwire.annotations.labelstudio.interface import declared_values
from goldwire.annotations.labelstudio.preview import problems
from goldwire.annotations.labelstudio.reconcile import (
    LISTED,
    READ_AGAIN,
    Plan,
    Stored,
    arrived,
    batches,
    document_of,
    is_touched,
    plan,
    stored,
)
from goldwire.annotations.labelstudio.server import (
    PAGE,
    Project,
    Server,
    ServerTrouble,
    create_project,
    create_user,
    find_project,
    list_tasks,
    request,
    request_json,
    set_interface,
    task_count,
    users,
)
from goldwire.errors import BrokenRules, InputError, Problem
from goldwire.formats.files import sha256
from goldwire.formats.label_studio_records import Json, dump_json

BATCH, BATCH_BYTES, ROUNDS = 100, 20 * 2**20, 4
STEADY, PAUSE, PATIENCE = 3, 1.0, 120.0
"""No request of a killed client is under way when the count of tasks stands still for STEADY looks, PAUSE apart."""


@dataclass(frozen=True, slots=True)
class Pushing:
    """How to push: whether people's work on changed documents may be deleted, users created; tasks a request."""

    replace: bool = False
    create_annotators: bool = False
    batch: int = BATCH
    tell: Callable[[str], None] = lambda _: None


@dataclass(slots=True)
class Pushed:
    """What a push did: counts of tasks, and the documents it left alone because people worked on them."""

    project: int
    sent: int = 0
    kept: int = 0
    deleted: int = 0
    rounds: int = 0
    left: list[str] = field(default_factory=list)


def open_project(server: Server, name: str, config: str) -> Project:
    """Give the project of a name with that labelling interface; made where there is none.

    Raises:
        InputError: the project is in use and the new interface lacks labels that it had.
    """
    project = find_project(server, name)
    if project is None:
        return create_project(server, name, config)
    if project.config.strip() != config.strip():
        gone = _gone(project.config, config) if task_count(server, project) else []
        if gone:
            found = f"its annotations may use {', '.join(gone)}, which the new interface does not offer"
            raise InputError(f"project {project.title!r}", found, "keep them in the label set, or use a new project")
        set_interface(server, project, config)
    return Project(project.id, project.title, config)


def push(server: Server, project: Project, tasks: Sequence[Json], how: Pushing | None = None) -> Pushed:
    """Bring tasks to a project so that each is there once, with every region; run again, it sends what is missing.

    Raises:
        BrokenRules: tasks that would break the server or its editor; nothing is sent.
        InputError: annotators have no account, another push is running, or two tasks are of one document.
        ServerTrouble: the server went away, or still lacks something after several rounds.
    """
    how = how or Pushing()
    _check(tasks, project)
    with _one_writer(f"{server.url}#{project.id}"):
        _accounts(server, tasks, create=how.create_annotators)
        return _rounds(server, project, tasks, how)


def listing(server: Server, project: Project) -> list[Stored]:
    """Give what the server has of a project."""
    return [stored(task) for task in list_tasks(server, project, fields="task_only", include=LISTED)]


def _rounds(server: Server, project: Project, tasks: Sequence[Json], how: Pushing) -> Pushed:
    """Reconcile until nothing is left to do: what was sent is read again, and the server counts no task too many."""
    done, broken, touched = Pushed(project.id), set[int](), set[int]()
    steady = project.fresh
    while done.rounds < ROUNDS:
        done.rounds += 1
        listed = [] if steady and done.rounds == 1 else listing(server, project)
        todo = plan(tasks, listed, broken)
        if todo.send and not steady:
            settle(server, project)
            steady, listed = True, listing(server, project)
            todo = plan(tasks, listed, broken)
        todo, left = _spared(server, project, todo, touched, how)
        done.left, done.kept = sorted(left), max(0, len(todo.kept) - done.sent)
        if not todo.send and not todo.delete:
            return done
        steady = _carry_out(server, project, todo, done, broken=broken, how=how)
        expected = len(listed) - len(todo.delete) + len(todo.send)
        if steady and not broken and task_count(server, project) == expected:
            return done
    lacking = f"{len(todo.send)} tasks are still not as they were sent after {ROUNDS} rounds"
    raise ServerTrouble(server.url, lacking, "see its log; then push again")


def _carry_out(server: Server, project: Project, todo: Plan, done: Pushed, *, broken: set[int], how: Pushing) -> bool:
    """Delete and send; say whether all writes were answered, so that no request can still be under way."""
    _delete(server, project, todo.delete)
    done.deleted += len(todo.delete)
    broken.difference_update(todo.delete)  # numbers are given again
    pairs = [(task, dump_json(task)) for task in todo.send]
    for batch in batches(pairs, how.batch, BATCH_BYTES):
        try:
            ids = _send(server, project, [raw for _, raw in batch])
        except ServerTrouble as trouble:
            if 400 <= trouble.status < 500:
                raise
            how.tell(f"{trouble}; looking what arrived")
            return False
        broken |= _unlike(server, project, [raw for _, raw in batch], ids)
        done.sent += len(batch)
        how.tell(f"{done.sent} tasks sent and verified")
    return True


def _delete(server: Server, project: Project, ids: Sequence[int]) -> None:
    for start in range(0, len(ids), PAGE):
        chosen = {"all": False, "included": ids[start : start + PAGE]}
        query = {"id": "delete_tasks", "project": project.id}
        request(server, "POST", "api/dm/actions", params=query, body={"selectedItems": chosen, "project": project.id})


def _send(server: Server, project: Project, raws: Sequence[bytes]) -> list[int]:
    """Send one batch; give the numbers of its tasks. A hosted server imports later, and is asked until it has."""
    path, body = f"api/projects/{project.id}/import", b"[" + b",".join(raws) + b"]"
    answer = request_json(server, "POST", path, params={"return_task_ids": "true"}, body=body)
    number = answer.get("import")
    while answer.get("task_ids") is None:
        if number is None or answer.get("status") == "failed":
            raise ServerTrouble(server.url, f"did not import a batch: {answer.get('error') or answer}", "", 500)
        time.sleep(PAUSE)
        answer = request_json(server, "GET", f"api/projects/{project.id}/imports/{number}/")
    return list(answer["task_ids"])


def _unlike(server: Server, project: Project, raws: Sequence[bytes], ids: Sequence[int]) -> set[int]:
    """Read a batch again, and give the numbers of tasks that are not what was sent."""
    query = msgspec.json.encode({"selectedItems": {"all": False, "included": list(ids)}}).decode()
    sent = {document_of(task): task for task in map(msgspec.json.decode, raws)}
    found = list(list_tasks(server, project, fields="all", include=READ_AGAIN, query=query))
    if len(found) != len(raws):
        raise ServerTrouble(server.url, f"has {len(found)} of the {len(raws)} tasks just sent", "push again")
    return {task["id"] for task in found if not arrived(sent[document_of(task)], task)}


def settle(server: Server, project: Project) -> None:
    """Wait until no request of an earlier, killed push can be under way: the count of tasks stands still."""
    deadline = time.monotonic() + PATIENCE
    same, last = 0, -1
    while same < STEADY and time.monotonic() < deadline:
        count = task_count(server, project)
        same, last = (same + 1 if count == last else 0), count
        time.sleep(PAUSE)


def _spared(server: Server, project: Project, todo: Plan, touched: set[int], how: Pushing) -> tuple[Plan, set[str]]:
    """Take out of a plan what would delete people's work, unless that was allowed; give those documents."""
    unknown = [copy.id for copy in todo.suspects if copy.id not in touched]
    for start in range(0, len(unknown) if not how.replace else 0, BATCH):
        included = {"selectedItems": {"all": False, "included": unknown[start : start + BATCH]}}
        found = list_tasks(server, project, fields="all", query=msgspec.json.encode(included).decode())
        touched |= {task["id"] for task in found if is_touched(task)}
    left = {copy.document for copy in todo.suspects if copy.id in touched}
    delete = tuple(id for id in todo.delete if id not in touched)
    send = tuple(task for task in todo.send if document_of(task) not in left)
    return Plan(todo.kept, send, delete, ()), left


def _accounts(server: Server, tasks: Iterable[Json], *, create: bool) -> None:
    """Make sure that every annotator has an account, as annotations of strangers are refused."""
    entries = (entry for task in tasks for entry in task.get("annotations") or ())
    named = (entry.get("completed_by") for entry in entries)
    needed = {by["email"] for by in named if isinstance(by, dict) and by.get("email")}
    known = users(server) if needed else set()
    missing = sorted(email for email in needed if email.lower() not in known)
    if missing and not create:
        found = f"{len(missing)} annotators have no account there: {', '.join(missing[:5])}"
        raise InputError(server.url, found, "create them, or push with --create-annotators")
    for email in missing:
        create_user(server, email)


def _check(tasks: Sequence[Json], project: Project) -> None:
    offered = declared_values(project.config)
    found = [problem for task in tasks for problem in problems(task, offered)]
    seen: set[str] = set()
    for document in map(document_of, tasks):
        if document in seen:
            found.append(Problem(document, "stands in two tasks", "keep one"))
        seen.add(document)
    if found:
        raise BrokenRules(found)


def _gone(old: str, new: str) -> list[str]:
    offered = declared_values(new)
    return sorted(
        value for name, values in declared_values(old).items() for value in values - offered.get(name, frozenset())
    )


@contextmanager
def _one_writer(what: str) -> Iterator[None]:
    """Hold the lock on a project for this user's pushes; the system gives it back when a push is killed."""
    try:
        import fcntl
    except ImportError:  # a system without advisory locks
        yield
        return
    path = Path(tempfile.gettempdir()) / f"goldwire-{os.getuid()}-{sha256(what.encode())[:16]}.lock"
    handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise InputError(what, "another push to it is running", "wait for it: one writer at a time") from error
    try:
        yield
    finally:
        os.close(handle)
