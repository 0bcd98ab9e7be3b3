"""A local server of OpenAI's protocol that answers by plan, for tests of what talks to one."""

import json
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FORMS = {"json_schema", "json_object", "none"}
USAGE = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}


class Model(BaseHTTPRequestHandler):
    """A chat completions endpoint; its server holds a list of plans, one a request, and what it was asked.

    A plan is the name of a mishap, a status, the body of a page of HTML as bytes, or a completion; without one the
    server's `answer` comes. `takes` are the forms of JSON that it takes; `gate` is waited at by all requests.
    """

    def do_POST(self):
        sent = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.seen.append({**sent, "authorization": self.headers.get("authorization")})
        plan = self.server.plans.pop(0) if self.server.plans else "answer"
        if self.server.gate:
            self.server.gate.wait(20)
        if plan == "slow":
            time.sleep(6)
        if plan == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            return self.connection.close()
        if sent.get("response_format", {}).get("type", "none") not in self.server.takes:
            return self.reply(self.server.refusal, {"error": {"message": "response_format is not supported"}})
        if plan == "quota":
            return self.reply(429, {"error": {"message": "you exceeded your quota", "code": "insufficient_quota"}})
        if isinstance(plan, int):
            return self.reply(plan, {"error": {"message": f"no, {self.headers.get('authorization')}"}})
        return self.reply(200, plan if isinstance(plan, (dict, list, bytes)) else self.planned(plan))

    def planned(self, plan):
        answer = json.dumps(self.server.answer)
        content = {"malformed": '{"mentions": [', "fenced": f"Here:\n```json\n{answer}\n```", "empty": ""}
        refusal = "I cannot" if plan == "refusal" else None
        reason = "length" if plan == "cut" else "stop"
        return completion(content.get(plan, answer), reason, refusal=refusal)

    def reply(self, status, body):
        try:
            self.send_response(status)
            self.send_header("content-type", "text/html" if isinstance(body, bytes) else "application/json")
            self.end_headers()
            self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())
        except OSError:
            pass

    def log_message(self, *args):
        pass


def completion(content, reason="stop", usage=USAGE, **message):
    """Give a completion as the protocol has it; what is None is left out."""
    said = {"role": "assistant", "content": content, **message}
    choice = {"index": 0, "message": said, "finish_reason": reason}
    head = {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    return head if usage is None else {**head, "usage": usage}


@contextmanager
def language_model(answer):
    """Give a running server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    server.answer, server.plans, server.seen, server.gate = answer, [], [], None
    server.takes, server.refusal = FORMS, 400
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()
