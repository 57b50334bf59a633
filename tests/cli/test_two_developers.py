"""Two developers migrate one PostgreSQL database at once: one does the work, the other waits and finds it done."""

import contextlib
import signal

import pytest

# What the revision waits for, and the test holds: the first developer is busy for exactly as long as the test wants.
GATE = 4711
SLOW = f"CREATE TABLE t_a (id integer);\nSELECT pg_advisory_xact_lock({GATE});\n"


@pytest.fixture
def database(request, workspace, postgres):
    made = postgres.create_database(request.node.name[5:45])
    workspace.environment["DATABASE_URL"] = made.url()
    workspace.made("init", "alembic")
    workspace.made("revision", "-m", "slow", "--rev-id", "a001", "--sql", "-", input=SLOW)
    return made


@contextlib.contextmanager
def gate(database):
    with contextlib.closing(database.server.connect(database.name)) as session, session.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", (GATE,))
        yield


def busy_first(developers, database):
    """Within the revision, with the lock."""
    first = developers("upgrade", "head")
    first.wait_for("a001")
    waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"
    while not database.sql(waiting, GATE):
        assert first.process.poll() is None, first.told
    return first


def test_the_second_waits_is_told_for_whom_and_has_nothing_to_do(developers, database):
    with gate(database):
        first = busy_first(developers, database)
        second = developers("upgrade", "head")
        note = second.wait_for("holds the lock")
        assert "athanor upgrade (" in note and f"as {database.name} from 127.0.0.1" in note
        holder = database.scalar("SELECT pid FROM pg_stat_activity WHERE datname = %s AND wait_event = 'advisory'",
                                 database.name)
        assert f"(server process {holder})" in note
        assert first.process.poll() is None and second.process.poll() is None
    assert first.end()[0] == 0
    code, said = second.end()
    assert code == 0 and "Nothing to do" in said, said
    assert database.applied_by_ledger() == ["a001"] and database.tables() == ["t_a"]


def test_who_only_looks_does_not_wait(developers, database, workspace):
    with gate(database):
        first = busy_first(developers, database)
        assert workspace.json("current") == []
        assert [step["revision"] for step in workspace.json("plan")["steps"]] == ["a001"]
    assert first.end()[0] == 0


def test_the_second_may_give_up_and_the_first_goes_on(developers, database):
    with gate(database):
        first = busy_first(developers, database)
        second = developers("upgrade", "head")
        second.wait_for("holds the lock")
        second.process.send_signal(signal.SIGINT)
        code, _ = second.end()
        assert code == 1
        assert first.process.poll() is None
    assert first.end()[0] == 0
    assert database.versions() == ["a001"]
