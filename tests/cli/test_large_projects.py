"""Revisions of 10 MB, and 20,000 of them: answers stay right and memory sane. How fast is tests/bench's to say."""

import contextlib
import os
import sqlite3
import subprocess
import tempfile

import pytest

from workspace import ATHANOR, Workspace

MEGABYTE = 1 << 20
# A section is held a few times over, as text and as statements; what would grow with each statement is above this.
MEMORY_KIB = 600 * 1024
ROWS = 100_000
MANY = 20_000


def peak_memory(workspace, *words):
    """Runs what must go well. @return (what it printed, what it said, its largest resident size in KiB)"""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen([ATHANOR, *words], cwd=workspace.folder, env=workspace.environment, stdout=out,
                                   stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        printed, said = out.read().decode(), err.read().decode()
    assert process.returncode == 0, said
    return printed, said, usage.ru_maxrss


def ran(workspace, *words):
    printed, _, memory = peak_memory(workspace, *words)
    assert memory < MEMORY_KIB, f"{words} took {memory} KiB"
    return printed


def revision(workspace, identifier, parent, up, down):
    path = workspace.write(f"alembic/versions/{identifier}.sql",
                           f"-- revision: {identifier}\n-- down_revision: {parent}\n-- message: make {identifier}\n\n"
                           f"-- athanor:upgrade\n{up}\n\n-- athanor:downgrade\n{down}\n")
    return path.stat().st_size


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """Two revisions of 10 MB: many statements, and one."""
    workspace = Workspace(tmp_path_factory.mktemp("large"))
    workspace.environment["DATABASE_URL"] = "sqlite:///large.db"
    workspace.made("init", "alembic")
    revision(workspace, "a1", "none", "CREATE TABLE t (i integer, n text);", "DROP TABLE t;")
    many = "\n".join(f"INSERT INTO t VALUES ({i}, '{'x' * 75}');" for i in range(ROWS))
    one = "INSERT INTO t VALUES\n" + ",\n".join(f"({i}, '{'y' * 95}')" for i in range(ROWS)) + ";"
    sizes = [revision(workspace, "b1", "a1", many, "DELETE FROM t WHERE n LIKE 'x%';"),
             revision(workspace, "c1", "b1", one, "DELETE FROM t WHERE n LIKE 'y%';")]
    assert min(sizes) > 10 * MEGABYTE
    return workspace


class SqliteSide:
    def __init__(self, workspace, _postgres):
        self.file = workspace.folder / "large.db"
        self.url = f"sqlite:///{self.file}"

    def count(self):
        with contextlib.closing(sqlite3.connect(self.file)) as database:
            return database.execute("SELECT count(*), count(DISTINCT i) FROM t").fetchone()


class PostgresSide:
    def __init__(self, _workspace, postgres):
        self.database = postgres.create_database("large")
        self.url = self.database.url()

    def count(self):
        return self.database.sql("SELECT count(*), count(DISTINCT i) FROM t")[0]


@pytest.mark.parametrize("make", [SqliteSide, PostgresSide], ids=["sqlite", "postgresql"])
def test_ten_megabytes_are_planned_run_and_undone(large, postgres, make):
    side = make(large, postgres)
    large.environment["DATABASE_URL"] = side.url
    plan = ran(large, "plan")
    assert plan.count("INSERT INTO t VALUES") == ROWS + 1
    assert plan.endswith("3 revision(s), 0 destructive statement(s). Nothing was changed.\n")
    ran(large, "upgrade", "b1")
    assert side.count() == (ROWS, ROWS)
    ran(large, "upgrade", "head")
    assert side.count() == (2 * ROWS, ROWS)
    assert ran(large, "current") == "c1 (head)\n"
    ran(large, "downgrade", "a1")
    assert side.count() == (0, 0)


def test_ten_megabytes_are_shown_linted_and_printed(large):
    # Nobody connects; it says whose SQL it is.
    large.environment["DATABASE_URL"] = "postgresql://127.0.0.1/nowhere"
    assert "make b1" in ran(large, "show", "b1")
    (found,) = ran(large, "lint").splitlines()
    assert "c1.sql:6: info" in found and "not-parsed" in found
    paper = ran(large, "upgrade", "--sql", "a1:head")
    assert paper.count("INSERT INTO t VALUES") == ROWS + 1 and len(paper) > 20 * MEGABYTE


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A chain of 20,000; the database has all but the last nine."""
    workspace = Workspace(tmp_path_factory.mktemp("many"))
    workspace.environment["DATABASE_URL"] = f"sqlite:///{workspace.folder}/many.db"
    workspace.made("init", "alembic")
    for i in range(MANY):
        revision(workspace, f"r{i:05}", f"r{i - 1:05}" if i else "none", f"CREATE TABLE t{i} (i integer);",
                 f"DROP TABLE t{i};")
    workspace.made("stamp", "r19990")
    return workspace


def test_twenty_thousand_revisions_are_one_history(many):
    assert ran(many, "heads") == "r19999 (head)\n"
    assert ran(many, "current") == "r19990\n"
    assert ran(many, "branches") == ""
    listed = ran(many, "history").splitlines()
    assert (len(listed), listed[0], listed[-1]) == (MANY, "r19998 -> r19999 (head), make r19999",
                                                    "<base> -> r00000, make r00000")
    assert [entry["revision"] for entry in many.json("history", "-r", "-3:")] == \
        ["r19999", "r19998", "r19997", "r19996"]
    assert "make r12345" in ran(many, "show", "r12345")
    assert "may be any of" in many.refused("show", "r1234")


def test_the_end_of_twenty_thousand_is_printed_and_planned(many):
    paper = ran(many, "upgrade", "--sql", "r19997:head")
    assert [line for line in paper.splitlines() if line.startswith("CREATE")] == \
        ["CREATE TABLE t19998 (i integer);", "CREATE TABLE t19999 (i integer);"]
    assert ran(many, "plan").count("CREATE TABLE") == 9


def test_the_end_of_twenty_thousand_is_run_and_undone(many):
    ran(many, "upgrade", "head")
    assert ran(many, "current") == "r19999 (head)\n"
    ran(many, "downgrade", "-9")
    assert ran(many, "current") == "r19990\n"


def test_one_more_finds_its_parent(many):
    made = many.json("revision", "--rev-id", "s1", "-m", "one more")
    try:
        assert ran(many, "heads") == "s1 (head)\n"
        assert "-- down_revision: r19999\n" in (many.folder / "alembic/versions/s1_one_more.sql").read_text(), made
    finally:
        (many.folder / "alembic/versions/s1_one_more.sql").unlink()
