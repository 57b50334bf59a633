"""A revision that takes hours delays nobody else, with default workers."""

import contextlib
import time

from harness import revisions
from harness.applying import wait_until_nobody_is_connected, waiting_sessions
from harness.wait import eventually, stays

# More than there are workers by default.
SLOW = 6


def test_many_slow_revisions_do_not_delay_another_environment(cluster, shared_operator, namespace):
    slow = []
    with contextlib.ExitStack() as blockers:
        for number in range(SLOW):
            database = cluster.new_database(f"slow_{number}")
            database.sql(f'CREATE TABLE busy (id integer); ALTER TABLE busy OWNER TO "{database.name}"')
            blocker = blockers.enter_context(contextlib.closing(database.server.connect(database.name)))
            blocker.autocommit = False
            blocker.cursor().execute("LOCK TABLE busy IN ACCESS EXCLUSIVE MODE")
            ids, files = revisions.chain(f"510{number}", 1)
            file, text = next(iter(files.items()))
            # One half waits for a lock, the other half works for longer than this test waits for the quick one.
            wait = "ALTER TABLE busy ADD COLUMN x integer;" if number % 2 else "SELECT pg_sleep(45);"
            files[file] = text.replace("CREATE TABLE", f"{wait}\nCREATE TABLE")
            one = cluster.create_environment(namespace, f"slow-{number}", files, database,
                                             spec={"policy": {"lockTimeout": "1h"}})
            slow.append((one, database, ids))
        databases = [database for _, database, _ in slow]
        eventually(lambda: waiting_sessions(cluster.postgres, databases) == SLOW, 30,
                   what="every slow revision is running", diagnose=shared_operator.log_tail)
        assert slow[0][0].condition("Reconciling")["reason"] == "Migrating"

        begun = time.monotonic()
        quick_database = cluster.new_database("quick")
        ids, files = revisions.chain("9c1", 3)
        quick = cluster.create_environment(namespace, "quick", files, quick_database)
        quick.wait_ready([ids[-1]], timeout=15)
        file, text = revisions.table_revision("9c1000000009", ids[-1], "more")
        cluster.set_files(namespace, "quick-revisions", {**files, file: text})
        quick.wait_ready(["9c1000000009"], timeout=15)
        assert time.monotonic() - begun < 20
        assert waiting_sessions(cluster.postgres, databases) == SLOW, "the slow ones are still at it"
    for one, _, ids in slow:
        one.wait_ready([ids[-1]], timeout=90)


def test_the_application_comes_first(cluster, shared_operator, namespace, database):
    """A lock that the application holds: the revision gives up after lockTimeout and tries again, so that queries
    don't queue up behind it."""
    database.sql(f'CREATE TABLE busy (id integer); ALTER TABLE busy OWNER TO "{database.name}"')
    ids, files = revisions.chain("10c", 1)
    file, text = next(iter(files.items()))
    files[file] = text.replace("CREATE TABLE", "ALTER TABLE busy ADD COLUMN x integer;\nCREATE TABLE")
    blocker = database.server.connect(database.name)
    blocker.autocommit = False
    blocker.cursor().execute("LOCK TABLE busy IN ACCESS SHARE MODE")
    one = cluster.create_environment(namespace, "polite", files, database, spec={"policy": {"lockTimeout": "500ms"}})
    labels = {"namespace": namespace, "name": "polite"}
    cluster.metric(shared_operator, lambda s: s.total("athanor_lock_timeouts_total", **labels) >= 2,
                   "the revision gave up twice", timeout=40)
    assert one.condition("Stalled")["status"] == "False"
    assert database.versions() in (None, [])
    blocker.rollback()
    blocker.close()
    one.wait_ready([ids[-1]], timeout=60)


def test_deleting_in_mid_run_lets_the_running_revision_finish(cluster, shared_operator, namespace, database):
    ids, files = revisions.chain("de1e", 4)
    file, text = list(files.items())[1]
    files[file] = text.replace("CREATE TABLE", "SELECT pg_sleep(4);\nCREATE TABLE")
    one = cluster.create_environment(namespace, "midrun", files, database)
    eventually(lambda: waiting_sessions(cluster.postgres, [database]) == 1, 20, what="the second revision is running",
               diagnose=one.diagnose)
    cluster.kubectl("delete", "menv", "midrun", "-n", namespace, "--wait=true", "--timeout=20s")
    assert waiting_sessions(cluster.postgres, [database]) == 1, "it is gone while its revision is running"
    wait_until_nobody_is_connected(database)
    assert database.versions() == [ids[1]], "the running revision ended, no other was started"
    cluster.metric(shared_operator, lambda scrape: not scrape.of_environment(namespace, "midrun"),
                   "the series of the deleted environment vanish")
    stays(lambda: database.versions() == [ids[1]], 2)
    assert database.applied_by_ledger() == ids[:2] and database.tables() == ["t1", "t2"]
    assert all(row["state"] == "done" for row in database.ledger()), database.ledger()


def test_suspending_in_mid_run_lets_the_running_revision_finish(cluster, shared_operator, namespace, database):
    ids, files = revisions.chain("5a5", 3)
    file, text = list(files.items())[1]
    files[file] = text.replace("CREATE TABLE", "SELECT pg_sleep(4);\nCREATE TABLE")
    one = cluster.create_environment(namespace, "midrun", files, database)
    eventually(lambda: waiting_sessions(cluster.postgres, [database]) == 1, 20, what="the second revision is running")
    one.patch_spec(suspend=True)
    one.wait_condition("Ready", "False", "Suspended")
    assert database.versions() == [ids[1]], "the running revision ended, no other was started"
    stays(lambda: database.versions() == [ids[1]], 2)
    one.patch_spec(suspend=False)
    one.wait_ready([ids[-1]])
