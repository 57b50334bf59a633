"""kill -9 between any two steps of the apply protocol: schema, version table and ledger always agree, and after a
restart the work goes on where it stopped."""

import pytest

from harness import revisions
from harness.applying import (check_agreement, check_all_applied, counting_revisions, wait_until_nobody_is_connected,
                              waiting_sessions)
from harness.crashing import FAILPOINTS, killed, recover
from harness.wait import eventually

# Passed only by a second run, which finds what the first one left.
BY_A_SECOND_RUN = {"off.after_judgement", "off.after_drop"}
BY_A_CLAIM = {name for name in FAILPOINTS if name.startswith("claim.")}
# What no run of revisions does: the engine's own tests kill the process there.
BY_OTHER_ACTS = {name for name in FAILPOINTS if name.startswith(("stamp.", "repair."))}
BY_A_FIRST_RUN = [name for name in FAILPOINTS if name not in BY_A_SECOND_RUN | BY_A_CLAIM | BY_OTHER_ACTS]
# Later passes of a point belong to later revisions and statements.
LATER_PASSES = ["step.after_begin:2", "step.after_statement:2", "step.after_statement:5", "step.before_commit:3",
                "step.after_commit:2", "step.after_commit:4", "off.before_statement:2", "off.before_statement:3",
                "off.before_progress_commit:2", "off.after_progress:2", "off.after_progress:3"]


def test_the_list_of_failpoints_was_found():
    assert len(FAILPOINTS) >= 15 and BY_A_SECOND_RUN <= set(FAILPOINTS) and BY_A_CLAIM, FAILPOINTS


@pytest.mark.parametrize("failpoint", BY_A_FIRST_RUN + LATER_PASSES)
def test_killed_at(own_operators, namespace, database, failpoint):
    cluster = own_operators
    ids, files = counting_revisions("c4a", transactional=3)
    one = cluster.create_environment(namespace, "crash", files, database)
    killed(cluster, namespace, failpoint)
    wait_until_nobody_is_connected(database)
    check_agreement(database, ids, off=[ids[3]])
    recover(cluster, namespace, one, database, ids[-1])
    check_all_applied(database, ids)


# The second statement is bare: what became of it has to be judged from the catalog.
@pytest.mark.parametrize("first", ["off.after_bare_statement", "off.before_statement:2"])
def test_killed_while_resuming(own_operators, namespace, database, first):
    cluster = own_operators
    ids, files = counting_revisions("c4b", transactional=1)
    one = cluster.create_environment(namespace, "crash", files, database)
    killed(cluster, namespace, first)
    wait_until_nobody_is_connected(database)
    killed(cluster, namespace, "off.after_judgement")
    wait_until_nobody_is_connected(database)
    check_agreement(database, ids, off=[ids[1]])
    recover(cluster, namespace, one, database, ids[-1])
    check_all_applied(database, ids)


@pytest.mark.parametrize("failpoint", sorted(BY_A_CLAIM))
def test_killed_while_recording_the_owner(own_operators, namespace, database, failpoint):
    """A database that Alembic brought to the end: only the owner is to be written."""
    cluster = own_operators
    ids, files = revisions.chain("c1a", 2)
    database.sql("CREATE TABLE alembic_version (version_num varchar(32) NOT NULL, "
                 "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)); "
                 f"ALTER TABLE alembic_version OWNER TO \"{database.name}\"; "
                 f"INSERT INTO alembic_version VALUES ('{ids[-1]}')")
    one = cluster.create_environment(namespace, "claimed", files, database)
    killed(cluster, namespace, failpoint)
    wait_until_nobody_is_connected(database)
    assert database.versions() == [ids[-1]] and database.applied_by_ledger() == []
    cluster.start_operator(namespaces=[namespace])
    one.wait_ready([ids[-1]])
    assert [(row["act"], row["owner_name"], row["owner_namespace"]) for row in database.ledger()] == \
        [("claim", "claimed", namespace)]


@pytest.mark.parametrize("killed_again", [False, True], ids=["", "and once more after the invalid index is dropped"])
def test_killed_while_an_index_is_built(own_operators, namespace, database, killed_again):
    """What is left is an invalid index of this very run: it is dropped and built again."""
    cluster = own_operators
    ids, files = counting_revisions("c4c", transactional=2)
    # Everything but the last two, so that the tables are there.
    one = cluster.create_environment(namespace, "crash", dict(list(files.items())[:2]), database)
    first = cluster.start_operator(namespaces=[namespace])
    one.wait_ready([ids[1]])
    # CREATE INDEX CONCURRENTLY waits for every older transaction that has written to the table.
    blocker = database.server.connect(database.name)
    blocker.autocommit = False
    blocker.cursor().execute("INSERT INTO t0 VALUES (1000, 'rolled back')")
    cluster.set_files(namespace, "crash-revisions", files)
    eventually(lambda: database.sql("SELECT 1 FROM pg_index WHERE NOT indisvalid"), 20, what="the index is being built",
               diagnose=one.diagnose)
    cluster.kill_operator(first)
    database.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'athanor%' "
                 "AND datname = current_database()")
    blocker.rollback()
    blocker.close()
    wait_until_nobody_is_connected(database)
    assert database.sql("SELECT 1 FROM pg_index WHERE NOT indisvalid"), "the invalid index is left"
    check_agreement(database, ids, off=[ids[2]])
    if killed_again:
        killed(cluster, namespace, "off.after_drop")
        wait_until_nobody_is_connected(database)
    recover(cluster, namespace, one, database, ids[-1])
    check_all_applied(database, ids)


def test_bad_sql_is_not_run_again_by_a_restart(own_operators, namespace, database):
    """What failed is remembered with its inputs: a new operator tells of it without trying."""
    cluster = own_operators
    file, text = revisions.revision("badbadbadbad", None, "CREATE TABLE half (id integer);\nSELECT 1 / 0;")
    one = cluster.create_environment(namespace, "bad", {file: text}, database)
    tries = lambda: database.server.log().count("division by zero")
    before = tries()
    first = cluster.start_operator(namespaces=[namespace])
    one.wait_condition("Stalled", "True", "SqlError")
    assert tries() == before + 1
    assert cluster.stop_operator(first) == 0
    again = cluster.start_operator(namespaces=[namespace])
    cluster.metric(again, lambda s: s.find("athanor_environment_condition", namespace=namespace, name="bad",
                                           type="Stalled", status="True") == [1], "the new operator has looked at it")
    assert tries() == before + 1
    one.annotate(reconcile_at="try it again")
    one.eventually(lambda o: o["status"].get("lastHandledReconcileAt") == "try it again",
                   what="the annotation is acted on")
    assert tries() == before + 2


def test_sigterm_in_mid_run_ends_cleanly(own_operators, namespace, database):
    """Within the grace time the running revision ends or is rolled back; the next operator goes on."""
    cluster = own_operators
    ids, files = revisions.chain("5c5", 3)
    file, text = list(files.items())[1]
    files[file] = text.replace("CREATE TABLE", "SELECT pg_sleep(3);\nCREATE TABLE")
    one = cluster.create_environment(namespace, "ended", files, database)
    first = cluster.start_operator(namespaces=[namespace])
    eventually(lambda: waiting_sessions(cluster.postgres, [database]) == 1, 20, what="the second revision is running")
    assert cluster.stop_operator(first) == 0
    wait_until_nobody_is_connected(database)
    assert database.versions() == [ids[1]] and database.applied_by_ledger() == ids[:2]
    cluster.start_operator(namespaces=[namespace])
    one.wait_ready([ids[-1]])
