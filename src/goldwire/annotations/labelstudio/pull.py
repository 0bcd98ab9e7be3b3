"""A live project's work back into documents: a snapshot export, whose predictions and annotators are whole.

Where documents go (passes, gold, predictions) is decided in folders; nothing on the server changes.
"""

from __future__ import annotations

import time

from goldwire.annotations.labelstudio.server import Project, Server, ServerTrouble, request, request_json
from goldwire.formats.label_studio import read_versions
from goldwire.formats.label_studio_documents import Reading, Version
from goldwire.formats.label_studio_records import split_tasks

WHOLE = {
    "predictions": {"only_id": False},
    "drafts": {"only_id": False},
    "annotations__completed_by": {"only_id": False},
    "include_annotation_history": False,
}
"""What a snapshot must hold in full; with ids alone it could not be imported again."""

PAUSE = 0.5


def snapshot(server: Server, project: Project) -> bytes:
    """Give a project's tasks as a snapshot export, JSON bytes; the snapshot is deleted from the server again.

    Raises:
        ServerTrouble: the server could not make it.
    """
    path = f"api/projects/{project.id}/exports/"
    body = {"title": "goldwire", "serialization_options": WHOLE}
    made = request_json(server, "POST", path, body=body)
    try:
        while made["status"] not in ("completed", "failed"):
            time.sleep(PAUSE)
            made = request_json(server, "GET", f"{path}{made['id']}")
        if made["status"] == "failed":
            raise ServerTrouble(server.url, f"could not export project {project.id}", "see its log")
        return request(server, "GET", f"{path}{made['id']}/download", params={"exportType": "JSON"})
    finally:
        request(server, "DELETE", f"{path}{made['id']}")


def pull(server: Server, project: Project, how: Reading) -> tuple[list[bytes], list[Version]]:
    """Give a project's tasks, raw, and the documents in them: each annotation and each prediction is one.

    Raises:
        ServerTrouble: the server could not export them.
        InputError, BrokenRules: the tasks cannot be read, as `goldwire.formats.label_studio.read` says.
    """
    where = f"project {project.id}"
    raws = split_tasks(snapshot(server, project), where)
    return raws, list(read_versions(raws, how, where))
