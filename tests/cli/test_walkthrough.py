"""A multi-environment project from nothing, as a team works on one: nothing done for one environment touches another,
and what Alembic says of the same databases is right."""

import contextlib
import itertools
import os
import sqlite3
import subprocess

import pytest

from workspace import ATHANOR

ENVIRONMENTS = ("alembic", "staging", "production")


class SqliteSide:
    """A file for each environment."""

    def __init__(self, folder, _postgres):
        self.folder = folder

    def url(self, name):
        return f"sqlite:///{self.folder}/{name}.db"

    def tables(self, name):
        with contextlib.closing(sqlite3.connect(self.folder / f"{name}.db")) as database:
            rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 't!_%' ESCAPE '!'")
            return sorted(row[0] for row in rows)


class PostgresSide:
    """A database for each environment, with a password that a URL can't hold as it is."""

    numbers = itertools.count()

    def __init__(self, _folder, postgres):
        number = next(self.numbers)
        self.databases = {name: postgres.create_database(f"walk{number}_{name}", password="p@ss%:/ß w")
                          for name in ENVIRONMENTS}

    def url(self, name):
        return self.databases[name].url()

    def tables(self, name):
        return sorted(table for table in self.databases[name].tables() if table.startswith("t_"))


@pytest.fixture(params=[SqliteSide, PostgresSide], ids=["sqlite", "postgresql"])
def side(request, workspace, postgres):
    return request.param(workspace.folder, postgres)


@pytest.fixture
def project(workspace, side):
    """Three environments, each with two revisions of its own. @return (workspace, ids by environment)"""
    variables = {"alembic": "DATABASE_URL", "staging": "DATABASE_URL_STAGING", "production": "DATABASE_URL_PRODUCTION"}
    workspace.environment |= {variable: side.url(name) for name, variable in variables.items()}
    ids = {}
    for name in ENVIRONMENTS:
        workspace.made("-n", name, "init", f"alembic/{'local' if name == 'alembic' else name}")
        ids[name] = [f"{name[0]}00{number}" for number in (1, 2)]
        for number, identifier in enumerate(ids[name], 1):
            body = (f"CREATE TABLE t_{identifier} (id integer);\n-- athanor:downgrade\nDROP TABLE t_{identifier};\n")
            workspace.made("-n", name, "revision", "-m", f"table {number}", "--rev-id", identifier, "--sql", "-",
                           input=body)
    return workspace, ids


def current(workspace, name):
    return [row["revision"] for row in workspace.json("-n", name, "current")]


def alembic_current(workspace, name):
    run = workspace.alembic("-n", name, "current")
    assert run.returncode == 0, run.stderr
    return run.stdout.split()


def test_each_environment_stands_for_itself(project, side):
    workspace, ids = project
    workspace.made("-n", "staging", "upgrade", "head")
    assert [current(workspace, name) for name in ENVIRONMENTS] == [[], [ids["staging"][1]], []]
    assert side.tables("staging") == ["t_s001", "t_s002"]
    assert side.tables("alembic") == [] == side.tables("production")

    workspace.made("upgrade", "+1")
    workspace.made("-n", "production", "upgrade", ids["production"][0])
    assert [current(workspace, name) for name in ENVIRONMENTS] == [["a001"], ["s002"], ["p001"]]
    assert [alembic_current(workspace, name)[:1] for name in ENVIRONMENTS] == [["a001"], ["s002"], ["p001"]]
    assert alembic_current(workspace, "staging") == ["s002", "(head)"]

    workspace.made("-n", "staging", "downgrade", "base")
    assert [current(workspace, name) for name in ENVIRONMENTS] == [["a001"], [], ["p001"]]
    assert alembic_current(workspace, "staging") == []
    assert side.tables("staging") == [] and side.tables("production") == ["t_p001"]


def test_what_is_pending_is_planned_and_then_done(project):
    workspace, _ = project
    plan = workspace.json("plan")
    assert [step["revision"] for step in plan["steps"]] == ["a001", "a002"]
    assert plan["destructiveStatements"] == 0
    done = workspace.json("upgrade", "heads")
    assert [step["revision"] for step in done["steps"]] == ["a001", "a002"] and done["current"] == ["a002"]
    assert workspace.json("plan")["steps"] == []
    back = workspace.json("plan", "--downgrade", "-1")
    assert back["steps"][0]["statements"][0]["destroys"] == "drops table t_a002"
    assert workspace.json("upgrade", "heads")["steps"] == []


def test_current_tells_scripts_whether_it_is_at_the_heads(project):
    workspace, _ = project
    assert workspace.athanor("current", "--check-heads").returncode == 3
    workspace.made("upgrade", "heads")
    assert workspace.athanor("current", "--check-heads").returncode == 0


def test_a_database_of_another_environment_is_refused(project, side):
    workspace, _ = project
    workspace.made("-n", "production", "upgrade", "head")
    run = workspace.athanor("-n", "staging", "--url", side.url("production"), "upgrade", "head")
    assert run.returncode == 1 and "belongs to the environment production" in run.stderr
    assert current(workspace, "production") == ["p002"]


def test_stamp_moves_the_version_table_alone(project, side):
    workspace, ids = project
    workspace.made("stamp", "head")
    assert current(workspace, "alembic") == ["a002"] and side.tables("alembic") == []
    workspace.made("stamp", "base")
    assert alembic_current(workspace, "alembic") == []
    workspace.made("stamp", "--purge", ids["alembic"][0])
    assert alembic_current(workspace, "alembic")[0] == "a001"


def test_an_edited_revision_stops_the_next_upgrade(project):
    workspace, _ = project
    workspace.made("upgrade", "+1")
    file = next((workspace.folder / "alembic/local/versions").glob("a001*"))
    file.write_text(file.read_text().replace("id integer", "id bigint"))
    run = workspace.athanor("upgrade", "heads")
    assert run.returncode == 1 and "a001" in run.stderr and "athanor repair --accept a001" in run.stderr
    assert current(workspace, "alembic") == ["a001"]


@pytest.mark.parametrize("words, code, said", [
    (("upgrade", "nope"), 1, "No revision has the id"),
    (("upgrade", "a0"), 1, "may be any of a001, a002"),
    (("upgrade", "a001:a002"), 2, "--sql"),
    (("downgrade", "--sql", "a001"), 1, "downgrade"),
    (("downgrade", "-9"), 1, "-9"),
    (("upgrade",), 2, "upgrade needs TARGET: What to reach"),
    (("upgrade", "head", "--lock-timeout", "soon"), 2, "lock-timeout"),
    (("-n", "nowhere", "upgrade", "head"), 1, "there is: alembic, staging, production"),
    (("-c", "other.ini", "upgrade", "head"), 1, "other.ini"),
    (("--url", "mysql://h/d", "upgrade", "head"), 1, "postgresql://"),
    (("--url", "", "upgrade", "head"), 2, "--url: the value is empty"),
    (("upgrade", "head", "--url", ""), 2, "--url: the value is empty"),
    (("history", "-r", "a001"), 2, "FROM:TO"),
    (("upgraed", "head"), 2, "is no command"),
])
def test_a_wrong_argument_says_so_and_changes_nothing(project, side, words, code, said):
    workspace, _ = project
    run = workspace.athanor(*words)
    assert run.returncode == code and said in run.stderr, run.stderr
    assert run.stdout == ""
    assert current(workspace, "alembic") == [] and side.tables("alembic") == []


def test_output_that_cannot_be_written_is_a_failure(project):
    workspace, _ = project
    with open("/dev/full", "w", encoding="utf-8") as full:
        run = subprocess.run([ATHANOR, "history"], cwd=workspace.folder, env=workspace.environment, stdout=full,
                             stderr=subprocess.PIPE, text=True, check=False)
    assert run.returncode == 1 and "could be written" in run.stderr


def test_a_reader_that_has_seen_enough_is_no_failure(project):
    workspace, _ = project
    reader, writer = os.pipe()
    os.close(reader)
    run = subprocess.run([ATHANOR, "history"], cwd=workspace.folder, env=workspace.environment, stdout=writer,
                         stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (run.returncode, run.stderr) == (0, "")


def test_a_bundle_replaces_no_pipe_and_follows_a_link(project):
    workspace, _ = project
    os.mkfifo(workspace.folder / "pipe")
    assert "not a regular file" in workspace.refused("bundle", "-o", "pipe")
    (workspace.folder / "real.yaml").write_text("")
    (workspace.folder / "link.yaml").symlink_to("real.yaml")
    workspace.made("bundle", "-o", "link.yaml")
    assert (workspace.folder / "link.yaml").is_symlink()
    assert "kind: ConfigMap" in (workspace.folder / "real.yaml").read_text()
