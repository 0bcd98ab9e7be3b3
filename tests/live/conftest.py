"""One server for the tests that leave it alive; those that kill it start their own."""

import pytest

from goldwire.annotations.labelstudio.server import connect
from live.label_studio_server import LEGACY, VENV, start


def pytest_collection_modifyitems(items):
    for item in items:
        if "live" in item.path.parts:
            item.add_marker(pytest.mark.live)


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    if not (VENV / "bin" / "label-studio").exists():
        pytest.skip(f"no Label Studio in {VENV}: run make test-live")
    server = start(tmp_path_factory.mktemp("label_studio"))
    yield server
    server.kill()


@pytest.fixture(scope="session")
def server(running):
    return connect(running.url, LEGACY)
