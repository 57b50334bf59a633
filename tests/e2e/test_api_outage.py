"""The API server goes away and comes back, and watches get 410 Gone: nothing is missed."""

import contextlib

from harness import revisions
from harness.applying import waiting_sessions
from harness.tape import check_history
from harness.wait import eventually


def test_a_revision_ends_while_the_api_server_is_away(own_operators, namespace, database):
    """What was going on with the database goes on, and is told once there is somebody to tell it to."""
    cluster = own_operators
    operator = cluster.start_operator()
    ids, files = revisions.chain("a91", 3)
    named = list(files.items())
    database.sql(f'CREATE TABLE busy (id integer); ALTER TABLE busy OWNER TO "{database.name}"')
    one = cluster.create_environment(namespace, "outage", dict(named[:1]), database,
                                     spec={"policy": {"lockTimeout": "1h"}})
    one.wait_ready([ids[0]])

    file, text = named[1]
    named[1] = (file, text.replace("CREATE TABLE", "ALTER TABLE busy ADD COLUMN x integer;\nCREATE TABLE"))
    with contextlib.closing(database.server.connect(database.name)) as blocker:
        blocker.autocommit = False
        blocker.cursor().execute("LOCK TABLE busy IN ACCESS EXCLUSIVE MODE")
        cluster.set_files(namespace, "outage-revisions", dict(named[:2]))
        eventually(lambda: waiting_sessions(cluster.postgres, [database]) == 1, 30, what="the revision is running",
                   diagnose=operator.log_tail)
        cluster.control_plane.stop_api_server()
    eventually(lambda: database.versions() == [ids[1]], 30, what="the revision ends without an API server",
               diagnose=operator.log_tail)
    assert database.applied_by_ledger() == ids[:2]
    assert operator.alive and operator.healthz() == 200

    cluster.control_plane.start_api_server()
    status = one.wait_ready([ids[1]], timeout=60)
    assert status["lastApplied"]["revision"] == ids[1]
    check_history(status, database)
    eventually(lambda: any(event["reason"] == "Migrated" and ids[1] in event["note"] for event in one.events()), 60,
               what="the event of what was applied during the outage", diagnose=one.diagnose)
    cluster.set_files(namespace, "outage-revisions", dict(named))
    one.wait_ready([ids[-1]], timeout=60)
    assert operator.alive and operator.readyz() == 200


def test_what_happened_while_watches_were_compacted_away_is_made_up(own_operators, namespace, database):
    cluster = own_operators
    operator = cluster.start_operator()
    ids, files = revisions.chain("410", 3)
    named = list(files.items())
    one = cluster.create_environment(namespace, "changed", dict(named[:1]), database)
    one.wait_ready([ids[0]])
    other_database = cluster.new_database("deleted_meanwhile")
    deleted = cluster.create_environment(namespace, "deleted", dict(named[:1]), other_database)
    deleted.wait_ready([ids[0]])
    expired = lambda: operator.metrics().total("athanor_watch_restarts_total", reason="Expired")
    before = expired()

    # While the operator doesn't look: a change, a new environment and a deletion, and the server forgets them all.
    operator.pause()
    cluster.set_files(namespace, "changed-revisions", files)
    deleted.delete()
    born_database = cluster.new_database("born_meanwhile")
    born = cluster.create_environment(namespace, "born", dict(named[:2]), born_database)
    # kube-apiserver goes on from its own memory unless it is started again after the compaction.
    cluster.control_plane.stop_api_server()
    cluster.control_plane.compact_etcd()
    cluster.control_plane.start_api_server()
    cluster.control_plane.compact_etcd()
    operator.resume()

    one.wait_ready([ids[-1]], timeout=60)
    born.wait_ready([ids[1]], timeout=60)
    cluster.metric(operator, lambda scrape: not scrape.of_environment(namespace, "deleted"),
                   "the deletion that nobody told of is made up")
    assert other_database.versions() == [ids[0]]
    assert expired() > before, "the watches did not get 410 Gone: this test has shown nothing"
