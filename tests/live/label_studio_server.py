"""A real Label Studio server for tests: on loopback, SQLite in a folder of its own, telemetry off."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

HERE = Path(__file__).resolve().parents[2]
VENV = Path(os.environ.get("GOLDWIRE_LABEL_STUDIO", HERE / ".venv-label-studio"))
EMAIL, PASSWORD = "gold@example.com", "goldpass123"
LEGACY = "0123456789abcdef0123456789abcdef01234567"
"""Of a server that lives for a test, on loopback; no secret."""

PATIENCE = 240


@dataclass
class Running:
    folder: Path
    port: int
    process: subprocess.Popen

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def kill(self) -> None:
        """SIGKILL, to the whole process group."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def restart(self) -> None:
        self.process = launch(self.folder, self.port)
        wait(self)


def start(folder: Path) -> Running:
    """Start on a copy of a migrated database, made once; a first start takes half a minute, a copy three seconds."""
    template = VENV / "template"
    if not (template / "ls.sqlite3").exists():
        make_template(template)
    shutil.copytree(template, folder, dirs_exist_ok=True)
    port = free_port()
    running = Running(folder, port, launch(folder, port))
    wait(running)
    return running


def make_template(template: Path) -> None:
    fresh = template.with_suffix(".part")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    port = free_port()
    running = Running(fresh, port, launch(fresh, port))
    wait(running)
    os.killpg(running.process.pid, signal.SIGTERM)
    running.process.wait()
    fresh.rename(template)


def launch(folder: Path, port: int) -> subprocess.Popen:
    environment = {
        "PATH": f"{VENV}/bin:/usr/bin:/bin",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "LABEL_STUDIO_BASE_DATA_DIR": str(folder),
        "LABEL_STUDIO_DATABASE_NAME": str(folder / "ls.sqlite3"),
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
        "COLLECT_ANALYTICS": "false",
        "LATEST_VERSION_CHECK": "false",
        "CONVERTER_DOWNLOAD_RESOURCES": "false",
        "DEBUG": "false",
        "LOG_LEVEL": "WARNING",
        "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
        "LABEL_STUDIO_USERNAME": EMAIL,
        "LABEL_STUDIO_PASSWORD": PASSWORD,
        "LABEL_STUDIO_USER_TOKEN": LEGACY,
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "LABEL_STUDIO_USE_DEFAULT_BANNED_SUBNETS": "false",
    }
    command = [VENV / "bin" / "label-studio", "start", "--no-browser", "--internal-host", "127.0.0.1"]
    with (folder / "server.log").open("ab") as log:
        return subprocess.Popen(
            [*command, "--port", str(port), "--log-level", "WARNING"],
            env=environment,
            cwd=folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def wait(running: Running) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if running.process.poll() is not None:
            break
        try:
            if httpx.get(f"{running.url}health", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.3)
    raise RuntimeError(f"Label Studio did not start: {(running.folder / 'server.log').read_text()[-2000:]}")


def free_port() -> int:
    """A busy port would make the server silently take the next one."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def personal_access_token(running: Running) -> str:
    """Log in as a person does, and make a personal access token."""
    with httpx.Client(base_url=running.url) as client:
        client.get("/user/login")
        form = {"email": EMAIL, "password": PASSWORD, "csrfmiddlewaretoken": client.cookies["csrftoken"]}
        client.post("/user/login", data=form, headers={"Referer": running.url})
        headers = {"X-CSRFToken": client.cookies["csrftoken"], "Referer": running.url}
        return client.post("/api/token/", headers=headers).json()["token"]
