"""The main job: an environment is applied, its database is brought to its revision, Prometheus sees it."""

import json
import gzip
import os
import re

import pytest

from harness import revisions
from harness.environments import config_map, environment, secret
from harness.processes import REPOSITORY
from harness.wait import eventually, stays

pytestmark = pytest.mark.usefixtures("shared_operator")

# Three environments of one history, each a little further than the next.
LENGTHS = {"local": 5, "staging": 4, "production": 2}


@pytest.fixture(scope="module")
def shop(cluster, shared_operator):
    """Three environments in three namespaces, applied by kubectl alone. @return {name: (Environment, Database, ids)}"""
    ids, files = revisions.chain("5e0", 5)
    made = {}
    objects = []
    for name, length in LENGTHS.items():
        namespace, database = cluster.new_namespace(f"shop-{name}"), cluster.new_database(f"shop-{name}")
        objects += [secret(namespace, f"{name}-db", {"uri": database.url()}),
                    config_map(namespace, f"{name}-revisions", dict(list(files.items())[:length])),
                    environment(namespace, name)]
        made[name] = (cluster.environment(namespace, name), database, ids[:length])
    cluster.kubectl.apply(*objects)
    for one, _, expected in made.values():
        one.wait_ready([expected[-1]])
    return made


def test_the_server_is_of_the_version_that_was_asked_for(postgres):
    """A run over every version of PostgreSQL would else pass on one and the same."""
    by_path = re.search(r"postgresql[-/](\d+)", str(postgres.bin)).group(1)
    asked_for = os.environ.get("ATHANOR_POSTGRES_VERSION", by_path)
    assert postgres.major_version == int(asked_for), postgres.bin


def test_three_environments_reach_their_revisions(shop):
    for one, database, ids in shop.values():
        status = one.wait_ready([ids[-1]])
        assert status["targetRevisions"] == [ids[-1]]
        assert not status.get("pendingRevisions")
        assert status["observedDigest"].startswith("sha256:")
        assert status["lastApplied"]["revision"] == ids[-1]
        assert [entry["revision"] for entry in status["history"]] == list(reversed(ids))
        conditions = {c["type"]: c["status"] for c in status["conditions"]}
        assert conditions == {"Ready": "True", "Reconciling": "False", "Stalled": "False", "Drifted": "False"}
        assert database.versions() == [ids[-1]]
        assert database.tables() == [f"t{number + 1}" for number in range(len(ids))]
        assert database.applied_by_ledger() == ids


def test_a_new_entry_is_applied_without_touching_the_environment(cluster, shop):
    one, database, ids = shop["production"]
    before = one.get()["metadata"]
    file, text = revisions.table_revision("5e0fadedfade", ids[-1], "late")
    cluster.kubectl("patch", "configmap", "production-revisions", "-n", one.namespace, "--type=merge", "-p",
                    json.dumps({"data": {file: text}}))
    one.wait_ready(["5e0fadedfade"])
    assert "late" in database.tables()
    assert one.get()["metadata"]["generation"] == before["generation"]


def test_kubectl_get_prints_the_columns(cluster, shop):
    one, _, ids = shop["staging"]
    header, row = cluster.kubectl("get", "menv", "-n", one.namespace).splitlines()
    assert header.split() == ["NAME", "READY", "REASON", "CURRENT", "TARGET", "PENDING", "DRIFT", "AGE"]
    cells = row.split()
    assert cells[0] == "staging" and cells[1] == "True" and cells[2] == "UpToDate", row
    assert cells[3] == cells[4] == ids[-1] and cells[5] == "0" and cells[6] == "False", row


def test_kubectl_wait_works(cluster, shop):
    for one, _, _ in shop.values():
        cluster.kubectl("wait", "--for=condition=Ready", "--timeout=20s", f"menv/{one.name}", "-n", one.namespace)


def test_events_appear_in_kubectl_describe(cluster, shop):
    one, _, ids = shop["local"]
    one.wait_event("Ready")

    def described():
        text = cluster.kubectl("describe", "menv", one.name, "-n", one.namespace)
        events = text[text.index("Events:"):]
        assert re.search(r"Normal\s+Migrated\s", events), events
        assert ids[-1] in events, events
        return True

    eventually(described, 20, every=1, what="kubectl describe shows what was applied", diagnose=one.diagnose)


def test_metrics_tell_of_each_environment(shop, shared_operator):
    scrape = shared_operator.metrics()
    for one, _, ids in shop.values():
        labels = {"namespace": one.namespace, "name": one.name}
        assert scrape.value("athanor_environment_condition", type="Ready", status="True", **labels) == 1
        assert scrape.total("athanor_environment_condition", type="Ready", status="False", **labels) == 0
        assert scrape.value("athanor_environment_pending_revisions", **labels) == 0
        info = [found for name, found, _ in scrape.of_environment(one.namespace, one.name)
                if name == "athanor_environment_info"]
        assert len(info) == 1 and info[0]["current"] == info[0]["target"] != "", info
        applied = scrape.value("athanor_revisions_applied_total", direction="upgrade", result="success", **labels)
        assert applied >= len(ids)


def test_a_deleted_environment_leaves_its_database_alone(cluster, namespace, database, shared_operator):
    ids, files = revisions.chain("de1", 2)
    one = cluster.create_environment(namespace, "gone", files, database)
    one.wait_ready([ids[-1]])
    before = database.dump()
    cluster.kubectl("delete", "menv", "gone", "-n", namespace, "--wait=true", "--timeout=20s")
    cluster.metric(shared_operator, lambda scrape: not scrape.of_environment(namespace, "gone"),
                   "the series of the deleted environment vanish")
    assert database.dump() == before
    assert database.versions() == [ids[-1]]


def test_a_suspended_environment_is_checked_and_left_alone(cluster, namespace, database):
    ids, files = revisions.chain("505", 3)
    destructive = revisions.revision("505e00000000", ids[-1], "DROP TABLE t1; ALTER TABLE t2 DROP COLUMN id;")
    files.update([destructive])
    ids.append("505e00000000")
    first = dict(list(files.items())[:1])
    one = cluster.create_environment(namespace, "resting", first, database)
    one.wait_ready([ids[0]])
    one.patch_spec(suspend=True)
    one.wait_ready([ids[0]])
    cluster.set_files(namespace, "resting-revisions", files)
    one.wait_condition("Ready", "False", "Suspended")
    assert one.status()["pendingRevisions"] == ids[1:]
    assert one.status()["pendingDestructiveStatements"] == 2
    assert "DROP TABLE" in cluster.kubectl("explain", "menv.status.pendingDestructiveStatements")
    assert one.condition("Stalled")["status"] == "False"
    stays(lambda: database.versions() == [ids[0]], 2)
    one.patch_spec(suspend=False)
    assert "pendingDestructiveStatements" not in one.wait_ready([ids[-1]])


def test_several_config_maps_and_a_selector_make_one_set(cluster, namespace, database):
    ids, files = revisions.chain("5e7", 4)
    named = list(files.items())
    compressed = {f"{named[2][0]}.gz": gzip.compress(named[2][1].encode())}
    cluster.apply(secret(namespace, "many-db", {"uri": database.url()}),
                  config_map(namespace, "first", [named[0], ("README.md", "not a revision")]),
                  config_map(namespace, "second", [named[1]]),
                  config_map(namespace, "third", [], labels={"app": "shop"}, binary=compressed),
                  config_map(namespace, "unrelated", {"x.sql": "no revision at all"}, labels={"app": "other"}),
                  environment(namespace, "many", spec={"revisions": {
                      "configMaps": [{"name": "first"}, {"name": "second"}],
                      "configMapSelector": {"matchLabels": {"app": "shop"}}}}))
    one = cluster.environment(namespace, "many")
    one.wait_ready([ids[2]])
    cluster.apply(config_map(namespace, "fourth", [named[3]], labels={"app": "shop"}))
    one.wait_ready([ids[3]])


def test_a_digest_lets_nothing_else_pass(cluster, namespace, database):
    ids, files = revisions.chain("d16", 2)
    one = cluster.create_environment(namespace, "exact", files, database, spec={"revisions": {
        "configMaps": [{"name": "exact-revisions"}], "digest": "sha256:" + "0" * 64}})
    blocked = one.wait_condition("Ready", "False", "DigestMismatch")
    assert one.condition("Stalled")["status"] == "False"
    digest = re.findall("sha256:[0-9a-f]{64}", blocked["message"])
    assert len(digest) == 2, blocked
    assert database.versions() in (None, [])
    one.patch_spec(revisions={"digest": next(d for d in digest if d != "sha256:" + "0" * 64)})
    one.wait_ready([ids[-1]])


def test_a_connection_in_pieces_and_tables_in_other_schemas(cluster, namespace, database):
    database.sql(f'CREATE SCHEMA app AUTHORIZATION "{database.name}"')
    database.sql(f'CREATE SCHEMA meta AUTHORIZATION "{database.name}"')
    ids, files = revisions.chain("c0e", 2)
    cluster.apply(
        secret(namespace, "pieces", {"password": database.password, "user": database.name}),
        config_map(namespace, "place", {"host": "127.0.0.1"}),
        config_map(namespace, "pieces-revisions", files),
        environment(namespace, "pieces", spec={"versionTable": {"name": "versions", "schema": "meta"}}, database={
            "connection": {"host": {"valueFrom": {"configMapKeyRef": {"name": "place", "key": "host"}}},
                           "port": {"value": str(database.server.port)}, "dbname": {"value": database.name},
                           "user": {"valueFrom": {"secretKeyRef": {"name": "pieces", "key": "user"}}},
                           "password": {"valueFrom": {"secretKeyRef": {"name": "pieces", "key": "password"}}}},
            "schema": "app"}))
    cluster.environment(namespace, "pieces").wait_ready([ids[-1]])
    assert database.tables("app") == ["t1", "t2"]
    assert database.versions("meta.versions") == [ids[-1]]
    assert database.versions() is None


def test_a_url_without_a_password_stands_in_the_environment(cluster, namespace, database):
    database.trust()
    ids, files = revisions.chain("0411", 2)
    # No Secret at all.
    cluster.apply(config_map(namespace, "open-revisions", files),
                  environment(namespace, "open", database={
                      "url": f"postgresql://{database.name}@127.0.0.1:{database.server.port}/{database.name}"}))
    cluster.environment(namespace, "open").wait_ready([ids[-1]])
    assert database.applied_by_ledger() == ids and database.tables() == ["t1", "t2"]


def test_a_downgrade_needs_an_explicit_target_and_the_policy(cluster, namespace, database):
    ids, files = revisions.chain("d0e", 3)
    one = cluster.create_environment(namespace, "back", files, database)
    one.wait_ready([ids[-1]])
    one.patch_spec(target=ids[0])
    one.wait_condition("Ready", "False", "DowngradeDenied")
    assert database.versions() == [ids[-1]]
    one.patch_spec(policy={"downgrade": "Allow"})
    one.wait_ready([ids[0]])
    assert database.tables() == ["t1"]
    assert [(row["act"], row["revision"]) for row in database.ledger() if row["act"] == "downgrade"] == \
        [("downgrade", ids[2]), ("downgrade", ids[1])]
    one.patch_spec(target="heads")
    one.wait_ready([ids[-1]])


def test_what_is_made_belongs_to_the_role(cluster, namespace, database):
    owner = f"{database.name}_owner"
    database.sql(f'CREATE ROLE "{owner}"; GRANT "{owner}" TO "{database.name}"; '
                 f'GRANT CREATE, USAGE ON SCHEMA public TO "{owner}"; '
                 f'GRANT CREATE ON DATABASE "{database.name}" TO "{owner}"')
    ids, files = revisions.chain("501", 2)
    cluster.create_environment(namespace, "owned", files, database, spec={"database": {
        "urlFrom": {"secretKeyRef": {"name": "owned-db", "key": "uri"}}, "role": owner}}).wait_ready([ids[-1]])
    owners = database.sql("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname IN ('public', 'athanor')")
    assert owners == [(owner,)]


def test_an_edited_revision_is_only_warned_of_if_the_policy_says_so(cluster, namespace, database):
    ids, files = revisions.chain("3d1", 3)
    named = list(files.items())
    one = cluster.create_environment(namespace, "edited", dict(named[:2]), database,
                                     spec={"policy": {"editedRevision": "Warn"}})
    one.wait_ready([ids[1]])
    edited = named[0][1].replace("note text", "note varchar(10)")
    cluster.set_files(namespace, "edited-revisions", {**files, named[0][0]: edited})
    one.wait_ready([ids[2]])
    drifted = one.wait_condition("Drifted", "True", "HistoryEdited")
    assert ids[0] in drifted["message"]


def test_the_sample_is_taken_by_kubectl(cluster):
    cluster.control_plane.create_namespace("shop")
    cluster.kubectl.apply_file(REPOSITORY / "deploy" / "samples" / "postgresql.yaml")
    one = cluster.environment("shop", "staging")
    # Its database is nowhere; everything else about it is right.
    one.wait_condition("Ready", "False", "DatabaseUnreachable", timeout=40)
    one.delete()


def test_logs_hold_no_password_and_no_sql(shop, shared_operator):
    lines = shared_operator.log_lines()
    assert any(ids[-1] in str(line) for _, _, ids in shop.values() for line in lines), "the log tells what was applied"
    text = shared_operator.log()
    for secret_text in ("pässword", "p%C3%A4ssword", "CREATE TABLE", "postgresql://"):
        assert secret_text not in text, f"{secret_text!r} stands in the log"
