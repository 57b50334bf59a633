import pathlib
import sys

import pytest

from workspace import Workspace

# The servers that the end-to-end scenarios start.
sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "e2e"))
from harness.postgres import Postgres  # noqa: E402


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path)


@pytest.fixture(scope="session")
def postgres():
    server = Postgres()
    yield server
    server.close()
