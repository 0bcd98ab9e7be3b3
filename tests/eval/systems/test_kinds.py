"""Systems that are programs, services, functions and files, each tested with a real one."""

import json
import re
import sys
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from goldwire.document import Document, Mention
from goldwire.errors import InputError, MissingExtra
from goldwire.eval.runs.running import Changed, run
from goldwire.eval.systems import KINDS, kind_of, load
from goldwire.eval.systems.base import System, Unusable
from goldwire.eval.systems.declare import parse_setting, parse_system, read_system
from goldwire.formats import read, write

DIRTY = {
    "nfd": "Cafe\u0301 de Flore said Bogota\u0301",
    "nfc": "Café de Flore said Bogotá",
    "emoji": "🇺🇦 Kyiv 👩‍👩‍👧 said",
    "tabs": "a\tb\tPeru\u00a0x",
    "crlf": "Peru said\r\nso in\rLima\r\n",
    "long": "Peru said so. " * 3600,
    "blank": " ",
}

PROGRAM = """
import json, sys, os
for line in sys.stdin:
    document = json.loads(line)
    text = document["text"]
    if "die" in sys.argv and "Quispe" in text:
        print("out of memory", file=sys.stderr)
        os._exit(3)
    if "kill" in sys.argv and "Quispe" in text:
        os.kill(os.getpid(), 9)
    if "garble" in sys.argv and "Quispe" in text:
        print("{not json")
        continue
    if "sleep" in sys.argv and "Quispe" in text:
        import time
        time.sleep(30)
    at = text.find("Peru")
    document["mentions"] = [] if at < 0 else [{"start": at, "end": at + 4, "label": "GPE"}]
    print(json.dumps(document))
"""


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "extract.py"
    path.write_text(PROGRAM)
    return f"{sys.executable} {path}"


def documents():
    lines = ["Peru said so.", "Quispe of Peru met Torres.", "They left Peru.", "Lima was quiet."]
    return [Document(f"d{i}", line) for i, line in enumerate(lines)]


def found(done):
    return [[m.text for m in d.mentions] for d in read(done.predictions)]


def test_a_program_reads_and_writes_documents(tmp_path, program):
    done = run(System("p", "command", program), documents(), tmp_path / "run")
    assert found(done) == [["Peru"], ["Peru"], ["Peru"], []]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("die", "ended with code 3: out of memory"),
        ("kill", r"was ended by Killed \(signal 9\)"),
        ("garble", r"^the program's answer is not whole JSON: [^;]*\(it began '{not json\\n'\)$"),
        ("sleep", "no answer in"),
    ],
)
def test_a_program_that_breaks_on_a_document_is_started_anew_behind_it(tmp_path, program, how, said):
    settings = {"timeout": 1.5} if how == "sleep" else {}
    done = run(System("p", "command", f"{program} {how}", settings=settings), documents(), tmp_path / "run")
    assert found(done) == [["Peru"], [], ["Peru"], []] and re.search(said, done.failures["d1"])


def test_a_program_that_was_changed_is_another_model(tmp_path, program):
    system = System("p", "command", program)
    run(system, documents()[:2], tmp_path / "run")
    (tmp_path / "extract.py").write_text(PROGRAM.replace("GPE", "LOC"))
    with pytest.raises(Changed, match="sha256 differ"):
        run(system, documents(), tmp_path / "run")


def test_a_program_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(InputError, match="there is no program"):
        load(System("p", "command", "no-such-program --x"))


def test_thousands_of_documents_go_through_a_program_that_buffers(tmp_path, program):
    many = [Document(f"d{i}", "Peru said so. " * 20) for i in range(2000)]
    assert len(list(load(System("p", "command", program)).predict(many))) == 2000


@pytest.mark.parametrize("name", DIRTY)
def test_no_text_is_changed_on_the_way_through_a_program(tmp_path, program, name):
    text = DIRTY[name]
    (answer,) = load(System("p", "command", program)).predict([Document("d", text)])
    assert answer.text == text and all(text[m.start : m.end] == "Peru" for m in answer.mentions)


class Service(BaseHTTPRequestHandler):
    """Finds Peru; misbehaves as its server's list of plans says, one plan a request."""

    def do_POST(self):
        sent = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.seen.append((self.headers.get("authorization"), sent))
        plan = self.server.plans.pop(0) if self.server.plans else "answer"
        if plan != "answer":
            body, status = (b"{", 200) if plan == "broken" else (b"sorry", plan)
        else:
            body, status = json.dumps([*map(self.mark, sent)] if isinstance(sent, list) else self.answer(sent)), 200
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", self.server.retry_after)
        self.end_headers()
        self.wfile.write(body.encode() if isinstance(body, str) else body)

    def answer(self, sent):
        """Mark a document; to a question in OpenAI's protocol, answer with a string."""
        if "messages" not in sent:
            return self.mark(sent)
        found = [{"text": "Peru", "label": "GPE"}] if "Peru" in sent["messages"][-1]["content"] else []
        message = {"role": "assistant", "content": json.dumps({"mentions": found})}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}

    def mark(self, document):
        at = document["text"].find("Peru")
        return {**document, "mentions": [{"start": at, "end": at + 4, "label": "GPE"}] if at >= 0 else []}

    def log_message(self, *args):
        pass


@pytest.fixture
def service():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.plans, server.seen, server.retry_after = [], [], "0"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def address(server):
    return f"http://127.0.0.1:{server.server_port}/extract"


@pytest.mark.parametrize("batch", [1, 3])
def test_a_service_gets_and_gives_documents(tmp_path, service, batch):
    done = run(System("s", "http", address(service), settings={"batch": batch}), documents(), tmp_path / "run")
    assert found(done) == [["Peru"], ["Peru"], ["Peru"], []]


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("kind", ["http", "llm"])
def test_no_text_is_changed_on_the_way_to_a_server(tmp_path, service, kind, batch):
    own = {"base_url": address(service), "labels": ["GPE"], "workers": batch} if kind == "llm" else {"batch": batch}
    sent = [Document(name, text) for name, text in DIRTY.items()]
    done = run(System("s", kind, address(service), settings=own), sent, tmp_path / "run")
    answers = list(read(done.predictions, "goldwire"))
    assert done.failures == {} and [d.text for d in answers] == [d.text for d in sent]
    assert all(d.text[m.start : m.end] == "Peru" for d in answers for m in d.mentions)
    assert [d.text.find("Peru") for d in answers] == [d.mentions[0].start if d.mentions else -1 for d in answers]


def test_a_busy_service_is_asked_again(tmp_path, service):
    service.plans += [429, 503]
    done = run(System("s", "http", address(service), settings={"pause": 0.01}), documents(), tmp_path / "run")
    assert done.failures == {} and len(service.seen) == 6


@pytest.mark.parametrize("kind", ["http", "llm"])
def test_a_service_that_asks_to_wait_for_hours_is_waited_for_as_long_as_the_settings_allow(tmp_path, service, kind):
    service.plans += [429] * 4
    service.retry_after = "Fri, 31 Dec 2100 23:59:59 GMT"
    settings = {"longest_pause": 0.01, "retries": 1}
    own = {"base_url": address(service), "labels": ["GPE"]} if kind == "llm" else {}
    done = run(System("s", kind, address(service), settings=settings | own), documents()[:2], tmp_path / "run")
    assert len(done.failures) == 2 and "longest_pause is 0.01" in done.failures["d0"]


def test_a_broken_answer_fails_one_document_only(tmp_path, service):
    service.plans += ["answer", "broken"]
    done = run(System("s", "http", address(service)), documents(), tmp_path / "run")
    assert list(done.failures) == ["d1"] and len(service.seen) == 4


def test_a_service_that_refuses_ends_the_run(tmp_path, service):
    service.plans += [401]
    with pytest.raises(Unusable, match="refuses"):
        run(System("s", "http", address(service)), documents(), tmp_path / "run")


def test_no_service_ends_the_run_in_one_line(tmp_path):
    with pytest.raises(Unusable, match="no server answers"):
        run(System("s", "http", "http://127.0.0.1:9/", settings={"pause": 0.01}), documents(), tmp_path / "run")


def test_the_key_of_a_service_comes_from_the_environment_and_stays_out_of_the_run(tmp_path, service, monkeypatch):
    monkeypatch.setenv("MY_KEY", "secret-123")
    run(System("s", "http", address(service), settings={"key_env": "MY_KEY"}), documents(), tmp_path / "run")
    assert service.seen[0][0] == "Bearer secret-123"
    assert all(b"secret-123" not in path.read_bytes() for path in (tmp_path / "run").iterdir())


def test_a_function_may_take_a_text_and_give_offsets(tmp_path, monkeypatch):
    (tmp_path / "own_model.py").write_text("def spans(text):\n    return [(0, 4, 'GPE'), (5, 9, 'X', 0.5)]\n")
    monkeypatch.chdir(tmp_path)
    done = run(System("f", "python", "own_model:spans", settings={"takes": "text"}), documents()[:1], tmp_path / "run")
    assert found(done) == [["Peru", "said"]]


@pytest.mark.parametrize(
    ("model", "said"), [("json", "names no function"), ("json:no", "has no function no"), ("no_x:f", "imported")]
)
def test_a_function_that_is_not_there_is_one_line(model, said):
    with pytest.raises(InputError, match=said):
        load(System("f", "python", model))


def test_a_file_of_predictions_is_replayed_whatever_its_order(tmp_path):
    marked = [replace(d, mentions=(Mention(0, 4, "GPE"),)) for d in documents()]
    write(reversed(marked[:3]), tmp_path / "p.jsonl", "goldwire")
    done = run(System("r", "replay", str(tmp_path / "p.jsonl")), documents(), tmp_path / "run")
    assert found(done) == [["Peru"], ["Quis"], ["They"], []]
    assert done.failures == {"d3": "the file has no prediction for it"}


def replayed(lines, texts, folder):
    (folder / "p.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return run(System("r", "replay", str(folder / "p.jsonl")), [Document(*text) for text in texts], folder / "run")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Cafe\u0301 Zoe\u0308\r\nwon.", "another text, at offset 3: .* in another Unicode normalization"),
        ("Café Zoë\nwon.", "another text, at offset 8: .* the same lines with other ends"),
        ("Café Zoe won.", "another text, at offset 7"),
    ],
)
def test_a_replayed_prediction_of_another_text_is_a_failure_that_says_where_it_differs(tmp_path, text, said):
    done = replayed([{"id": "d", "text": text, "mentions": []}], [("d", "Café Zoë\r\nwon.")], tmp_path)
    assert re.search(said, done.failures["d"])


def test_a_replayed_prediction_without_a_text_is_of_the_documents(tmp_path):
    line = {"id": "d", "text": "", "mentions": [{"start": 0, "end": 4, "label": "GPE"}]}
    done = replayed([line], [("d", "Peru won.")], tmp_path)
    assert found(done) == [["Peru"]] and list(done.table["notes"].values()) == [1]


def test_replayed_predictions_of_other_documents_are_counted(tmp_path):
    lines = [{"id": name, "text": "Peru won.", "mentions": []} for name in "xdy"]
    assert list(replayed(lines, [("d", "Peru won.")], tmp_path).left.values()) == [2]


@pytest.mark.parametrize("second", [{"id": "a", "text": "Peru won.", "mentions": []}, {"id": "b", "mentions": 3}])
def test_a_replayed_file_that_is_broken_or_says_an_id_twice_ends_the_run_in_one_line(tmp_path, second):
    first = {"id": "a", "text": "Peru won.", "mentions": []}
    with pytest.raises(Unusable, match=r"p\.jsonl"):
        replayed([first, second], [("a", "Peru won."), ("b", "Peru won.")], tmp_path)


@pytest.mark.parametrize(
    ("text", "kind", "model"),
    [
        ("rules:", "rules", ""),
        ("spacy:en_core_web_sm", "spacy", "en_core_web_sm"),
        ("python:a:b", "python", "a:b"),
        ("http://localhost:8000/x", "http", "http://localhost:8000/x"),
        ("command:./extract --json", "command", "./extract --json"),
    ],
)
def test_a_string_names_a_system(text, kind, model):
    system = parse_system(text)
    assert (system.kind, system.model) == (kind, model) and "/" not in system.name


def test_a_toml_names_a_system_and_strings_change_its_settings(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('kind = "rules"\nseed = 3\n[settings]\nrelations = false\n')
    system = parse_system(str(path), dict([parse_setting("relations=true")]))
    assert (system.name, system.seed, system.settings) == ("mine", 3, {"relations": True})


@pytest.mark.parametrize(
    "content",
    ["kind = ", "kind = 3", "model = 'x'", "kind = 'rules'\ncolour = 1", "kind = 'rules'\nsettings = 3", "\x00"],
)
def test_a_toml_that_is_no_system_is_one_line(tmp_path, content):
    path = tmp_path / "bad.toml"
    path.write_text(content)
    with pytest.raises(InputError, match=r"bad\.toml"):
        read_system(path)


def test_unknown_kinds_and_settings_are_one_line():
    with pytest.raises(InputError, match="unknown kind"):
        load(System("x", "oracle"))
    with pytest.raises(InputError, match="unknown setting 'colour'"):
        load(System("x", "rules", settings={"colour": 1}))
    with pytest.raises(InputError, match="must be of type bool"):
        load(System("x", "rules", settings={"relations": "yes"}))


@pytest.mark.parametrize(
    ("kind", "model", "setting", "said"),
    [
        ("http", "http://a/", {"retries": -1}, "retries is -1; it must be of type int and at least 0"),
        ("http", "http://a/", {"batch": 0}, "batch is 0; it must be of type int and at least 1"),
        ("http", "http://a/", {"pause": float("nan")}, "pause is nan"),
        ("http", "http://a/", {"timeout": True}, "timeout is True; it must be of type float"),
        ("llm", "m", {"base_url": "http://a", "labels": ["X"], "workers": 0}, "workers is 0"),
        ("llm", "m", {"base_url": "http://a", "labels": ["X"], "piece": "long"}, "piece is 'long'"),
        ("spacy", "no-such-pipeline", {"level": 3}, "level is 3; it must be of type str"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_before_anything_runs(kind, model, setting, said):
    with pytest.raises(InputError, match=said):
        load(System("x", kind, model, settings=setting))


@pytest.mark.parametrize("kind", ["transformers", "gliner", "flair", "stanza"])
def test_a_missing_package_is_one_line_that_says_what_to_install(kind):
    pytest.importorskip("spacy")
    package = {"transformers": "torch", "gliner": "gliner", "flair": "flair", "stanza": "stanza"}[kind]
    try:
        __import__(package)
    except ImportError:
        with pytest.raises(MissingExtra, match=r"pip install 'goldwire\["):
            load(System("x", kind, "some-model"))
    else:
        pytest.skip(f"{package} is installed")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_tells_its_settings(kind):
    module = kind_of(System("x", kind))
    assert all(isinstance(text, str) and text for text in module.SETTINGS.values())
