"""Fixtures: one control plane and one PostgreSQL server a file, namespaces and databases of its own a test."""

import os
import pathlib
import shutil

import pytest

from harness.cluster import Cluster
from harness.postgres import Postgres
from harness.processes import REPOSITORY

WORK = pathlib.Path(os.environ.get("ATHANOR_E2E_FOLDER") or REPOSITORY / "build" / "e2e")


@pytest.fixture(scope="session")
def work_folder(request):
    """Logs and data of this run under build/e2e; the logs are kept if a test failed."""
    folder = WORK / str(os.getpid())
    folder.mkdir(parents=True)
    yield folder
    shutil.rmtree(folder / "control-plane" / "etcd" if request.session.testsfailed else folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres():
    server = Postgres()
    yield server
    server.close()


@pytest.fixture(scope="session")
def cluster(work_folder, postgres):
    cluster = Cluster(work_folder, postgres)
    yield cluster
    cluster.close()


@pytest.fixture(scope="module")
def shared_operator(cluster):
    """One operator for every test of a file that doesn't need its own: all namespaces, under RBAC."""
    operator = cluster.start_operator()
    yield operator
    if operator in cluster.operators:
        assert cluster.stop_operator(operator) == 0, f"the operator did not end cleanly\n{operator.log_tail()}"


@pytest.fixture
def own_operators(cluster):
    """For tests that start operators themselves: none is left for the next one."""
    yield cluster
    cluster.close_operators()


@pytest.fixture
def namespace(cluster, request):
    return cluster.new_namespace(request.node.originalname.removeprefix("test_"))


@pytest.fixture
def database(cluster, request):
    return cluster.new_database(request.node.originalname.removeprefix("test_"))
