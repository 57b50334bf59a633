"""Revisions that tell, afterwards, how often each of their statements was run."""

from . import revisions
from .wait import eventually


def counting_revisions(prefix, transactional=3, concurrent_index=True):
    """A chain whose every revision notes itself in a table without any uniqueness.

    @param transactional how many revisions in transactions come first
    @param concurrent_index one more with `transaction: off`, and one after it
    @return (ids, files)
    """
    count = transactional + (2 if concurrent_index else 0)
    ids = revisions.identifiers(prefix, count)
    files = []
    for number, identifier in enumerate(ids):
        down = ids[number - 1] if number else None
        note = f"INSERT INTO acts (revision) VALUES ('{identifier}');"
        if number == 0:
            up = f"CREATE TABLE acts (revision text NOT NULL);\n{note}\nCREATE TABLE t0 (id integer, note text);"
            files.append(revisions.revision(identifier, down, up, "DROP TABLE t0;\nDROP TABLE acts;"))
        elif concurrent_index and number == transactional:
            up = f"{note}\nCREATE INDEX CONCURRENTLY t0_note ON t0 (note);\nINSERT INTO t0 VALUES ({number}, 'after');"
            files.append(revisions.revision(identifier, down, up, "DROP INDEX CONCURRENTLY t0_note;",
                                            transaction="off"))
        else:
            up = f"CREATE TABLE t{number} (id integer);\n{note}\nINSERT INTO t0 VALUES ({number}, 'x');"
            files.append(revisions.revision(identifier, down, up, f"DROP TABLE t{number};"))
    return ids, dict(files)


def check_agreement(database, ids, off=()):
    """Schema, version table and ledger tell the same story, at any moment at which nobody is connected.

    @param off ids of revisions with `transaction: off`, which may be half done
    @return how many revisions are applied
    """
    rows = database.versions() or []
    assert len(rows) <= 1, f"a chain has one head: {rows}"
    applied = ids.index(rows[0]) + 1 if rows else 0
    assert database.applied_by_ledger() == ids[:applied], \
        f"version row {rows}, ledger {[(r['act'], r['revision'], r['state']) for r in database.ledger()]}"
    acts = [row[0] for row in database.sql("SELECT revision FROM acts")] if "acts" in database.tables() else []
    assert len(acts) == len(set(acts)), f"a statement was run twice: {acts}"
    begun = {ids[applied]} if applied < len(ids) and ids[applied] in off else set()
    assert set(ids[:applied]) <= set(acts) <= set(ids[:applied]) | begun, f"version row {rows}, statements of {acts}"
    return applied


def check_all_applied(database, ids):
    """Every revision is in, each of its statements once, every index valid, nothing left open."""
    assert check_agreement(database, ids) == len(ids)
    notes = [row[0] for row in database.sql("SELECT id FROM t0 ORDER BY id")]
    assert notes == list(range(1, len(ids))), f"a statement is missing or was run twice: {notes}"
    assert database.sql("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid") == []
    assert all(row["state"] == "done" for row in database.ledger()), database.ledger()


def wait_until_nobody_is_connected(database, timeout=20):
    """The server has noticed that its client has gone."""
    eventually(lambda: database.server.scalar(
        "postgres", "SELECT count(*) FROM pg_stat_activity WHERE datname = %s", database.name) == 0,
        timeout, what="no session is left")


def waiting_sessions(server, databases):
    """How many sessions of operators are in the middle of a statement that waits or sleeps."""
    names = [database.name for database in databases]
    return server.scalar("postgres", "SELECT count(*) FROM pg_stat_activity WHERE datname = ANY (%s) "
                         "AND application_name LIKE 'athanor%%' AND wait_event_type IN ('Lock', 'Timeout') "
                         "AND state = 'active'", names)
