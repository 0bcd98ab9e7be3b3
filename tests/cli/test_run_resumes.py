"""A run that is killed and started again gives the bytes of one that was not, whatever the kind of system."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

GOLDWIRE = [sys.executable, "-m", "goldwire"]
FIRST, LATER = 40, 20
NAME = r"[A-Z]\w+ [A-Z]\w+"
PROGRAM = f"""
import json, os, pathlib, re, sys, time

STARTED = os.getppid() if __name__ == "__main__" else 0  # a program whose run was killed ends by itself

def find(text):
    whole = pathlib.Path("whole").exists()
    if "number 5 " in text and not whole:
        raise ValueError("not yet")
    while "number 35 " in text and not whole and os.getppid() == STARTED:
        time.sleep(0.5)
    return [(m.start(), m.end(), "PERSON") for m in re.finditer(r"{NAME}", text)]

if __name__ == "__main__":
    for line in sys.stdin:
        row = json.loads(line)
        row["mentions"] = [dict(start=a, end=b, label=label) for a, b, label in find(row["text"])]
        print(json.dumps(row), flush=True)
"""


class Service(BaseHTTPRequestHandler):
    """Marks documents, or answers as a language model; fails on one text until its server is whole."""

    def do_POST(self):
        sent = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.set()
        if self.server.stalls:
            return time.sleep(60)
        text = sent["text"] if "text" in sent else sent["messages"][-1]["content"]
        self.send_response(500 if "number 5 " in text and not self.server.whole else 200)
        self.end_headers()
        found = [*re.finditer(NAME, text)]
        if "text" in sent:
            body = {**sent, "mentions": [{"start": m.start(), "end": m.end(), "label": "PERSON"} for m in found]}
        else:
            answer = json.dumps({"mentions": [{"text": m.group(), "label": "PERSON"} for m in found]})
            choice = {"index": 0, "message": {"role": "assistant", "content": answer}, "finish_reason": "stop"}
            body = {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def service():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.whole, server.stalls, server.asked = True, False, threading.Event()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def folder(tmp_path):
    rows = [{"id": f"d{i}", "text": f"Ana Torres saw number {i} and Pedro Quispe."} for i in range(FIRST + LATER)]
    marked = [{**row, "mentions": [{"start": 0, "end": 10, "label": "PERSON"}]} for row in reversed(rows)]
    for name, held in (("first", rows[:FIRST]), ("later", rows[FIRST:]), ("marked", marked)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in held))
    (tmp_path / "extract.py").write_text(PROGRAM)
    return tmp_path


def pipeline(folder):
    import spacy

    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PERSON", "pattern": "Ana Torres"}, {"label": "PERSON", "pattern": "Pedro Quispe"}])
    nlp.to_disk(folder / "pipeline")
    return ["--model", "spacy:pipeline", *sets("batch=4")]


def sets(*settings):
    return [word for setting in settings for word in ("--set", setting)]


def words(kind, folder, service):
    """Give the options of a system of the kind."""
    address = f"http://127.0.0.1:{service.server_port}/v1"
    return {
        "command": lambda: ["--model", f"command:{sys.executable} extract.py"],
        "http": lambda: ["--model", address, *sets("retries=0")],
        "llm": lambda: ["--model", "llm:m", *sets("labels=['PERSON']", "retries=0", f"base_url={address}")],
        "python": lambda: ["--model", "python:extract:find", *sets("takes=text")],
        "spacy": lambda: pipeline(folder),
        "replay": lambda: ["--model", "replay:marked.jsonl"],
    }[kind]()


@pytest.mark.parametrize("kind", ["command", "http", "llm", "python", "spacy", "replay"])
def test_a_killed_run_with_failed_documents_gives_the_bytes_of_a_whole_one(folder, service, kind):
    run = [*GOLDWIRE, "run", "first.jsonl", "later.jsonl", *words(kind, folder, service)]
    becomes_whole(folder, service, True)
    subprocess.run([*run, "--out", "expected"], cwd=folder, check=True, capture_output=True)
    for how in (signal.SIGINT, signal.SIGKILL):
        out = f"killed-{how.name}"
        becomes_whole(folder, service, False, stalls=kind != "command")
        killed([*run, "--out", out], folder, out, how)
        assert json.loads((folder / out / "run.json").read_text())["status"] == "unfinished"
        if kind not in ("spacy", "replay"):
            assert b'"failure"' in (folder / out / "predictions.partial.jsonl").read_bytes()
        becomes_whole(folder, service, True)
        subprocess.run([*run, "--out", out], cwd=folder, check=True, capture_output=True)
        for file in ("predictions.jsonl", "run.json"):
            assert (folder / "expected" / file).read_bytes() == (folder / out / file).read_bytes()


@pytest.mark.parametrize("kind", ["http", "llm"])
def test_an_interrupted_run_waits_for_no_server(folder, service, kind):
    service.stalls = True
    service.asked.clear()
    run = [*GOLDWIRE, "run", "first.jsonl", *words(kind, folder, service), "--out", "r"]
    process = subprocess.Popen(run, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        assert service.asked.wait(300)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
    finally:
        process.kill()
        service.stalls = False
    assert process.returncode == 130 and "the same command goes on from here" in said


def becomes_whole(folder, service, whole, stalls=True):
    """Let the systems fail no more, and the second file of texts be one; or the contrary: it is a pipe that stalls."""
    service.whole = whole
    later, kept = folder / "later.jsonl", folder / "kept.jsonl"
    (folder / "whole").touch() if whole else (folder / "whole").unlink(missing_ok=True)
    if whole and kept.exists():
        later.unlink()
        kept.rename(later)
    elif not whole and stalls:
        later.rename(kept)
        os.mkfifo(later)


def killed(run, folder, out, how):
    """Start the run, and end it while it waits: for the second file, or its program for better times."""
    process = subprocess.Popen(run, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    partial = folder / out / "predictions.partial.jsonl"
    deadline = time.monotonic() + 300
    try:
        while not (partial.exists() and partial.read_bytes().count(b"\n") >= FIRST - 10):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(how)
        process.wait(60)
    finally:
        process.kill()
