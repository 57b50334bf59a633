"""Standalone mode and the quickstart: manifests in a folder, SQLite, no server at all."""

import contextlib
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import time

import pytest
import yaml

from harness.athanor_operator import Operator
from harness.processes import REPOSITORY, Process, free_port
from harness.wait import eventually

SCRIPT = REPOSITORY / "deploy" / "quickstart.sh"
MANIFESTS = REPOSITORY / "deploy" / "quickstart"


def quickstart(home, *arguments, cwd="/"):
    return subprocess.run([SCRIPT, "--home", home, *arguments], capture_output=True, text=True, timeout=280, cwd=cwd)


def versions(path):
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return sorted(row[0] for row in connection.execute("SELECT version_num FROM alembic_version"))


def table_of(output):
    """The printed table: {environment: (current, target, pending, ready)}"""
    lines = output.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("ENVIRONMENT"))
    assert lines[start].split() == ["ENVIRONMENT", "CURRENT", "TARGET", "PENDING", "READY"]
    rows = {}
    for line in lines[start + 1:]:
        if not line.strip():
            break
        cells = re.split(r"  +", line.strip())
        rows[cells[0]] = tuple(cells[1:])
    return rows


def test_quickstart_once_twice(tmp_path):
    first = quickstart(tmp_path / "home", "--once")
    assert first.returncode == 0, first.stdout + first.stderr
    rows = table_of(first.stdout)
    assert set(rows) == {"local", "staging", "production"}
    for name, (current, target, pending, ready) in rows.items():
        assert ready == "True" and pending == "0" and current == target, rows
        assert versions(tmp_path / "home" / f"{name}.db") == sorted(re.split(r",\s*", current))
    assert len({current for current, *_ in rows.values()}) == 3, "each environment is somewhere else"

    begun = time.monotonic()
    second = quickstart(tmp_path / "home", "--once", cwd=tmp_path)
    assert second.returncode == 0, second.stdout + second.stderr
    assert time.monotonic() - begun < 30, "a second run is quick"
    assert table_of(second.stdout) == rows


def test_quickstart_stays_in_the_foreground_until_ctrl_c(tmp_path):
    home = tmp_path / "home"
    metrics, health = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
    process = Process([SCRIPT, "--home", home, "--metrics-address", metrics, "--health-address", health],
                      tmp_path / "quickstart.log")
    try:
        eventually(lambda: "To see a reconcile" in process.log(), 200, every=0.5, what="it says what to edit",
                   diagnose=process.log)
        assert f"http://{metrics}/metrics" in process.log()
        again = quickstart(home, "--once")
        assert again.returncode == 1 and "going on already" in again.stderr, again.stderr
        taken = quickstart(tmp_path / "other", "--once", "--metrics-address", metrics)
        assert taken.returncode == 1 and metrics in taken.stderr, taken.stderr
    finally:
        os.killpg(process.pid, signal.SIGINT)
        code = process.wait(20)
    assert code == 0, process.log_tail()
    assert not (home / "pid").exists()


@pytest.fixture
def standalone(work_folder, tmp_path):
    """An operator on a copy of the quickstart's manifests. @return (operator, manifests, state, databases)"""
    manifests, state = tmp_path / "manifests", tmp_path / "state"
    shutil.copytree(MANIFESTS, manifests)
    operator = Operator(work_folder, arguments=["--manifests", manifests, "--state-dir", state], cwd=tmp_path)
    yield operator.wait_ready(), manifests, state, tmp_path
    assert operator.stop() == 0, operator.log_tail()


def status_of(state, name):
    return yaml.safe_load((state / "shop" / f"{name}.yaml").read_text())["status"]


def wait_status(standalone, name, check, what):
    operator, _, state, _ = standalone
    return eventually(lambda: check(status_of(state, name)), 30, what=what, diagnose=operator.log_tail)


def is_ready(status):
    return any(c["type"] == "Ready" and c["status"] == "True" for c in status.get("conditions", []))


def edit(path, change):
    """Rewrites a manifest as an editor does: a new file put in the old one's place."""
    documents = list(yaml.safe_load_all(path.read_text()))
    change({document["kind"]: document for document in documents})
    draft = path.with_suffix(".draft")
    draft.write_text(yaml.safe_dump_all(documents))
    draft.rename(path)


def test_an_edited_manifest_is_reconciled(standalone):
    operator, manifests, _, folder = standalone
    wait_status(standalone, "production", is_ready, "production is ready")
    before = versions(folder / "production.db")

    def add(documents):
        documents["ConfigMap"]["data"]["feedc0ffee01_add_vouchers.sql"] = (
            f"-- revision: feedc0ffee01\n-- down_revision: {before[0]}\n-- message: add vouchers\n\n"
            "-- athanor:upgrade\nCREATE TABLE vouchers (code TEXT PRIMARY KEY);\n\n"
            "-- athanor:downgrade\nDROP TABLE vouchers;\n")

    edit(manifests / "production.yaml", add)
    status = wait_status(standalone, "production",
                         lambda s: is_ready(s) and s.get("currentRevisions") == ["feedc0ffee01"] and s,
                         "the new revision is applied")
    assert status["lastApplied"]["revision"] == "feedc0ffee01"
    assert versions(folder / "production.db") == ["feedc0ffee01"]
    scrape = operator.metrics()
    assert scrape.value("athanor_environment_condition", name="production", type="Ready", status="True") == 1


def test_a_downgrade_by_explicit_target(standalone):
    _, manifests, _, folder = standalone
    wait_status(standalone, "production", is_ready, "production is ready")

    def go_back(documents):
        documents["MigrationEnvironment"]["spec"].update(target="3f2a9c1b7d10", policy={"downgrade": "Allow"})

    edit(manifests / "production.yaml", go_back)
    wait_status(standalone, "production",
                lambda s: is_ready(s) and s.get("currentRevisions") == ["3f2a9c1b7d10"], "two revisions are undone")
    with contextlib.closing(sqlite3.connect(folder / "production.db")) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert "users" in tables and "orders" not in tables


def test_a_manifest_that_goes_takes_its_series_along_and_leaves_the_database(standalone):
    operator, manifests, _, folder = standalone
    wait_status(standalone, "staging", is_ready, "staging is ready")
    before = versions(folder / "staging.db")
    (manifests / "staging.yaml").unlink()
    eventually(lambda: not operator.metrics().of_environment("shop", "staging"), 20, what="its series vanish",
               diagnose=operator.log_tail)
    assert versions(folder / "staging.db") == before


def test_a_manifest_that_cannot_be_read_leaves_the_others_alone(standalone):
    operator, manifests, _, _ = standalone
    wait_status(standalone, "local", is_ready, "local is ready")
    (manifests / "broken.yaml").write_text("kind: [unclosed\n")
    eventually(lambda: "broken.yaml" in operator.log(), 20, what="the log names the broken file")
    assert operator.alive and operator.readyz() == 200
    assert is_ready(status_of(standalone[2], "local"))
