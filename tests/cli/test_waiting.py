"""What is told of a wait, and of a try that failed, while `athanor` goes on; and how a signal ends it."""

import contextlib
import itertools
import signal
import sqlite3

import pytest

LOCKED = "Another process has the database file locked. Waiting for its end."
REVISION = "CREATE TABLE t (i integer);\nALTER TABLE busy ADD COLUMN j integer;\n"
# Longer than any test lasts: it is not what ends a wait.
HOUR = str(60 * 60 * 1000)


class Files:
    """A project on SQLite, whose file another process may have."""

    def __init__(self, workspace):
        workspace.write("alembic.ini", "[alembic]\nscript_location = %(here)s\nsqlalchemy.url = sqlite:///shop.db\n")
        workspace.write("versions/r1.sql", "-- revision: r1\n-- down_revision: none\n\n-- athanor:upgrade\n" + REVISION)
        self.path = workspace.folder / "shop.db"
        with contextlib.closing(sqlite3.connect(self.path)) as connection:
            connection.executescript("CREATE TABLE busy (i integer)")

    @contextlib.contextmanager
    def held(self, begin):
        with contextlib.closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            connection.execute(begin)
            yield
            connection.execute("COMMIT")


@pytest.fixture
def files(workspace):
    return Files(workspace)


# A writer that readers pass by, and one that has begun to write the file itself.
HOLDERS = ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"]


@pytest.mark.parametrize("begin", HOLDERS)
@pytest.mark.parametrize("command", [("upgrade", "heads", "--lock-timeout", HOUR), ("stamp", "head"),
                                     ("ensure-version",)], ids=lambda words: words[0])
def test_a_locked_file_is_told_of_while_it_is_waited_for(developers, files, begin, command):
    with files.held(begin):
        waiting = developers(*command)
        waiting.wait_for(LOCKED)
        assert waiting.process.poll() is None
    code, said = waiting.end()
    assert code == 0, said


@pytest.mark.parametrize("begin", HOLDERS)
def test_one_signal_ends_the_wait_for_a_locked_file(developers, files, begin):
    with files.held(begin):
        waiting = developers("upgrade", "heads", "--lock-timeout", HOUR)
        waiting.wait_for(LOCKED)
        waiting.process.send_signal(signal.SIGINT)
        code, said = waiting.end()
        assert code == 1 and "stopped on request" in said, said


def test_who_only_looks_waits_for_a_locked_file_as_long_as_a_statement_would(developers, files):
    with files.held("BEGIN IMMEDIATE"):
        assert developers("current").end() == (0, "")
    with files.held("BEGIN EXCLUSIVE"):
        code, said = developers("plan", "--lock-timeout", "700").end()
    assert code == 1 and LOCKED in said, said
    assert "another process has the database file locked, and held it for longer than 1 s. Run the same again" in said


NUMBERS = itertools.count()


@pytest.fixture
def database(workspace, postgres):
    made = postgres.create_database(f"waiting{next(NUMBERS)}")
    workspace.environment["DATABASE_URL"] = made.url()
    workspace.made("init", "alembic")
    workspace.made("revision", "-m", "alters", "--rev-id", "a001", "--sql", "-", input=REVISION)
    made.sql(f"CREATE TABLE busy (i integer); ALTER TABLE busy OWNER TO {made.name}")
    return made


@contextlib.contextmanager
def busy(database):
    """The application uses the table that the revision alters."""
    with contextlib.closing(database.server.connect(database.name)) as session, session.cursor() as cursor:
        cursor.execute("BEGIN; SELECT * FROM busy")
        yield
        cursor.execute("COMMIT")


def test_a_lock_timeout_that_is_tried_again_is_told(developers, database):
    with busy(database):
        waiting = developers("upgrade", "heads", "--lock-timeout", "100")
        line = waiting.wait_for("held by another session")
        assert line.startswith("Revision a001 (") and "alters.sql, line " in line and "trying again in" in line
    code, said = waiting.end()
    assert code == 0 and database.versions() == ["a001"], said


@pytest.mark.parametrize("head, told", [("on", "The revision was rolled back; the next run begins with it."),
                                        ("off", "; the next run goes on from here.")])
def test_a_session_that_the_server_ends_is_left_to_the_next_run(developers, workspace, database, head, told):
    """As it is: nothing tries again by itself."""
    script, = workspace.folder.glob("alembic/versions/*.sql")
    script.write_text(script.read_text().replace("\n-- athanor:upgrade", f"-- transaction: {head}\n\n-- athanor:upgrade"))
    with busy(database):
        running = developers("upgrade", "heads", "--lock-timeout", "0")
        while not database.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
                               "AND datname = current_database()"):
            assert running.process.poll() is None, running.told
        code, said = running.end()
    assert code == 1 and told in said and "tried again" not in said, said
    workspace.made("upgrade", "heads")
