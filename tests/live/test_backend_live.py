"""A real Label Studio asks our ML backend for predictions, and shows them on its tasks."""

import threading
from pathlib import Path

from goldwire.annotations.labelstudio.interface import interface
from goldwire.annotations.labelstudio.pull import pull
from goldwire.annotations.labelstudio.push import open_project, push
from goldwire.annotations.labelstudio.server import request
from goldwire.document import Document
from goldwire.eval.runs.backend import Backend, bind
from goldwire.eval.systems import Context, load
from goldwire.eval.systems.declare import parse_system
from goldwire.formats.label_studio_documents import Reading
from goldwire.formats.label_studio_tasks import Writing, tasks_of
from goldwire.labels import read_labels

LABELS = read_labels(Path(__file__).resolve().parents[2] / "annotations" / "labels.toml")
TEXT = "😀 Officials met in Tokyo on Friday, 21 May 2021."


def test_a_system_gives_live_pre_annotations(server):
    system = parse_system("rules:")
    predictor = load(system, Context(labels=LABELS))
    (expected,) = predictor.predict([Document("D1", TEXT)])
    assert expected.mentions
    project = open_project(server, "ml backend", interface(LABELS))
    push(server, project, tasks_of([Document("D1", TEXT)], Writing(LABELS)))
    with bind(Backend("rules", predictor, LABELS), "127.0.0.1", 0) as backend:
        threading.Thread(target=backend.serve_forever, daemon=True).start()
        host, port = backend.server_address
        body = {"project": project.id, "url": f"http://{host}:{port}", "title": "rules"}
        request(server, "POST", "api/ml/", body=body)
        query = {"id": "retrieve_tasks_predictions", "project": project.id}
        chosen = {"selectedItems": {"all": True, "excluded": []}}
        request(server, "POST", "api/dm/actions", params=query, body=chosen)
        backend.shutdown()
    _, versions = pull(server, project, Reading(labels=LABELS))
    (found,) = [v.document for v in versions if v.kind == "predictions"]
    assert found.metadata["system"] == "rules"
    assert [(m.start, m.end, m.label) for m in found.mentions] == [(m.start, m.end, m.label) for m in expected.mentions]
