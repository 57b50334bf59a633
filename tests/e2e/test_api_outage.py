"""The API server goes away and comes back, and watches get 410 Gone: nothing is missed."""

from harness import revisions
from harness.wait import eventually


def test_the_api_server_is_stopped_and_started(own_operators, namespace, database):
    cluster = own_operators
    operator = cluster.start_operator()
    ids, files = revisions.chain("a91", 3)
    named = list(files.items())
    one = cluster.create_environment(namespace, "outage", dict(named[:1]), database)
    one.wait_ready([ids[0]])
    cluster.control_plane.stop_api_server()
    # Work that was going on with the database isn't lost with the server: nothing to see but that it stays alive.
    eventually(lambda: operator.healthz() == 200, 10, what="the operator is alive without an API server")
    cluster.control_plane.start_api_server()
    cluster.set_files(namespace, "outage-revisions", files)
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
