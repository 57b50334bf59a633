"""What Prometheus sees."""

import contextlib
import shutil
import subprocess
import time

import pytest

from harness import revisions

# Everything that a dashboard may rely on.
NAMES = {
    "athanor_environment_condition": "gauge",
    "athanor_environment_pending_revisions": "gauge",
    "athanor_environment_drifted_objects": "gauge",
    "athanor_environment_info": "gauge",
    "athanor_environment_last_reconcile_timestamp_seconds": "gauge",
    "athanor_revisions_applied_total": "counter",
    "athanor_revision_duration_seconds": "histogram",
    "athanor_lock_timeouts_total": "counter",
    "athanor_database_errors_total": "counter",
    "athanor_drift_check_duration_seconds": "histogram",
    "athanor_watch_restarts_total": "counter",
    "athanor_build_info": "gauge",
    "controller_runtime_reconcile_total": "counter",
    "controller_runtime_reconcile_time_seconds": "histogram",
    "workqueue_depth": "gauge",
    "workqueue_queue_duration_seconds": "histogram",
    "rest_client_requests_total": "counter",
    "leader_election_master_status": "gauge",
    "process_resident_memory_bytes": "gauge",
}
LABELS = {"namespace", "name", "type", "status", "current", "target", "digest", "direction", "result", "reason",
          "controller", "code", "method", "le", "version", "revision", "quantile"}


@pytest.fixture(scope="module")
def watched(cluster):
    """The only namespace that `operator` looks at: others are left to operators of a test's own."""
    return cluster.new_namespace("metrics")


@pytest.fixture(scope="module")
def operator(cluster, watched):
    operator = cluster.start_operator(namespaces=[watched])
    yield operator
    assert cluster.stop_operator(operator) == 0


@pytest.fixture(scope="module")
def environments(cluster, operator, watched):
    """One that is ready and one that fails; and what else it takes for every family to have something to tell."""
    namespace = watched
    ids, files = revisions.chain("3e7", 3)
    good = cluster.create_environment(namespace, "good", files, cluster.new_database("metrics_good"))
    _, text = revisions.revision(ids[1], ids[0], "SELECT 1 FROM nowhere;")
    bad = cluster.create_environment(namespace, "bad", {**files, list(files)[1]: text},
                                     cluster.new_database("metrics_bad"))
    good.wait_ready([ids[-1]])
    bad.wait_condition("Stalled", "True")
    run_into_a_lock(cluster, operator, namespace)
    cluster.control_plane.restart_api_server()
    cluster.metric(operator, lambda s: s.total("athanor_watch_restarts_total") > 0, "the watches were started again")
    return good, bad


def run_into_a_lock(cluster, operator, namespace):
    """A lock timeout: the application comes first."""
    database = cluster.new_database("metrics_locked")
    database.sql(f'CREATE TABLE busy (id integer); ALTER TABLE busy OWNER TO "{database.name}"')
    file, text = revisions.revision("3e7b00000001", None, "ALTER TABLE busy ADD COLUMN x integer;")
    with contextlib.closing(database.server.connect(database.name)) as blocker:
        blocker.autocommit = False
        blocker.cursor().execute("LOCK TABLE busy IN ACCESS SHARE MODE")
        one = cluster.create_environment(namespace, "locked", {file: text}, database,
                                         spec={"policy": {"lockTimeout": "100ms"}})
        cluster.metric(operator, lambda s: s.total("athanor_lock_timeouts_total", name="locked") >= 1,
                       "a lock timeout is counted", timeout=40)
    one.wait_ready(timeout=60)


def test_promtool_accepts_a_scrape(environments, operator):
    promtool = shutil.which("promtool")
    assert promtool, "promtool is missing: run tests/tools/packages.sh test"
    result = subprocess.run([promtool, "check", "metrics"], input=operator.metrics().text, text=True,
                            capture_output=True, timeout=60)
    complaints = (result.stdout + result.stderr).strip()
    assert result.returncode == 0, complaints
    assert not complaints, complaints


def test_every_name_is_there_with_its_type(cluster, environments, operator):
    types = operator.metrics().types
    # An operator that elects no leader has none to tell of.
    elected = cluster.start_operator(leader_elect=True, namespaces=[cluster.new_namespace("elected")])
    cluster.metric(elected, lambda scrape: scrape.value("leader_election_master_status", name="athanor") == 1,
                   "the operator leads")
    types.update(elected.metrics().types)
    assert cluster.stop_operator(elected) == 0
    missing = {name: kind for name, kind in NAMES.items() if types.get(name) != kind}
    assert not missing, f"missing or of another type: {missing}; there are {sorted(types)}"


def test_no_label_tells_of_hosts_users_or_sql(environments, operator):
    for name, labels, _ in operator.metrics().samples:
        if name.startswith(("exposer_", "process_")):
            continue
        assert set(labels) <= LABELS, f"{name}{labels}"
        assert not any("127.0.0.1" in value or "SELECT" in value for value in labels.values()), f"{name}{labels}"


def test_values_are_those_of_the_environments(environments, operator):
    good, bad = environments
    scrape = operator.metrics()
    for one, ready, pending in ((good, "True", 0), (bad, "False", 2)):
        labels = {"namespace": one.namespace, "name": one.name}
        assert scrape.value("athanor_environment_condition", type="Ready", status=ready, **labels) == 1
        assert scrape.value("athanor_environment_pending_revisions", **labels) == pending
        age = time.time() - scrape.value("athanor_environment_last_reconcile_timestamp_seconds", **labels)
        assert -5 < age < 60, f"last reconciled {age} s ago"
    assert scrape.value("athanor_revisions_applied_total", namespace=good.namespace, name="good", direction="upgrade",
                        result="success") == 3
    assert scrape.total("athanor_revisions_applied_total", namespace=bad.namespace, name="bad") > \
        scrape.total("athanor_revisions_applied_total", namespace=bad.namespace, name="bad", result="success")
    assert scrape.total("workqueue_depth") >= 0
    assert scrape.value("process_resident_memory_bytes") > 1e6


def test_an_unchanged_environment_costs_no_write(cluster):
    """One Secret GET a look (every 10 s here) and nothing else beside the watches."""
    namespace = cluster.new_namespace("quiet")
    quiet = cluster.start_operator(namespaces=[namespace])
    ids, files = revisions.chain("3e8", 2)
    one = cluster.create_environment(namespace, "quiet", files, cluster.new_database("metrics_quiet"))
    one.wait_ready([ids[-1]])
    for reason in ("Migrated", "Ready"):
        one.wait_event(reason)
    version = one.get()["metadata"]["resourceVersion"]

    looks = lambda scrape: scrape.total("controller_runtime_reconcile_total")
    before = quiet.metrics()
    cluster.metric(quiet, lambda scrape: looks(scrape) >= looks(before) + 3, "three more looks", timeout=120)
    after = quiet.metrics()
    # The look that was going on meanwhile is over once there is another one.
    cluster.metric(quiet, lambda scrape: looks(scrape) > looks(after), "one more look", timeout=60)
    settled = quiet.metrics()

    asked = lambda scrape, method: scrape.total("rest_client_requests_total", method=method)
    written = {method: asked(settled, method) - asked(before, method) for method in ("PATCH", "POST", "PUT", "DELETE")}
    assert not any(written.values()), written
    restarts = settled.total("athanor_watch_restarts_total") - before.total("athanor_watch_restarts_total")
    fetched = asked(after, "GET") - asked(before, "GET")
    # A watch that is started again may list first.
    assert fetched <= looks(settled) - looks(before) + 2 * restarts, f"{fetched} GETs, {restarts} restarted watches"
    assert one.get()["metadata"]["resourceVersion"] == version
    assert cluster.stop_operator(quiet) == 0
