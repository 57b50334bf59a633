import pathlib
import sys

import pytest

from developer import Developer
from workspace import Workspace

# The servers that the end-to-end scenarios start.
sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "e2e"))
from harness.postgres import Postgres, debian_binaries  # noqa: E402


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path)


@pytest.fixture(scope="session")
def postgres():
    server = Postgres()
    yield server
    server.close()


@pytest.fixture(scope="session")
def dumped_postgres():
    """Debian's own, whatever version is asked for: its pg_dump takes no newer server, and the others bring none."""
    server = Postgres(programs=debian_binaries())
    yield server
    server.close()


@pytest.fixture
def developers(workspace):
    """Starts them; what a failed test leaves running is ended."""
    started = []

    def start(*words):
        started.append(Developer(workspace, *words))
        return started[-1]

    yield start
    for developer in started:
        if developer.process.poll() is None:
            developer.process.kill()
            developer.end()
