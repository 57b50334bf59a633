"""Each failure says what is wrong and what to do, loses nothing, and passes by itself once its cause is gone."""

import pytest

from harness import revisions
from harness.environments import config_map, environment, secret
from harness.failure_cases import CASES, NOTHING, Situation
from harness.postgres import Postgres
from harness.wait import stays

pytestmark = pytest.mark.usefixtures("shared_operator")

# A verdict on a set of ConfigMaps comes half a minute after the set has become quiet.
VERDICT_S = 60


@pytest.fixture(scope="module")
def stalled_situations(cluster, shared_operator):
    """What waits for a verdict is arranged beforehand, so that the half minute is waited for once.

    What is tried again is not: the longer it has failed, the longer the next try takes.
    """
    return {name: Situation(cluster, name, case) for name, case in CASES.items() if case.kind == "Stalled"}


@pytest.fixture(params=CASES.keys())
def situation(request, cluster, stalled_situations):
    name = request.param
    return stalled_situations.get(name) or Situation(cluster, name, CASES[name])


def check_says_what_is_wrong(situation, operator):
    case, one = situation.case, situation.environment
    ready = one.wait_condition("Ready", "False", case.reason, timeout=VERDICT_S)
    held = one.wait_condition(case.kind, "True", case.reason, timeout=VERDICT_S)
    assert held["message"] == ready["message"]
    assert one.condition("Reconciling" if case.kind == "Stalled" else "Stalled")["status"] == "False"
    for word in case.says:
        assert word in ready["message"], f"{word!r} is missing in: {ready['message']}"
    assert situation.database.password not in ready["message"] and "s3cr" not in ready["message"]
    check_site(situation, one.status())
    assert one.wait_event(case.reason)["type"] == "Warning"
    labels = {"namespace": situation.namespace, "name": "env"}
    scrape = operator.metrics()
    assert scrape.value("athanor_environment_condition", type="Ready", status="False", **labels) == 1
    assert scrape.value("athanor_environment_condition", type=case.kind, status="True", **labels) == 1
    if case.counted:
        assert scrape.total("athanor_database_errors_total", reason=case.reason, **labels) >= 1


def check_site(situation, status):
    """The failure's place; revision and file are numbers of the table."""
    wanted = situation.case.site
    if not wanted:
        return
    failure = status["failure"]
    assert failure["revision"] == situation.ids[wanted["revision"] - 1], failure
    assert situation.file(wanted["file"])[0] in failure["file"], failure
    assert (failure["line"], failure["sqlstate"]) == (wanted["line"], wanted["sqlstate"]), failure


def check_loses_nothing(situation):
    """What was applied stays, and the revision at fault is rolled back whole."""
    applied = situation.case.applied
    if applied is NOTHING:
        assert situation.database.tables() == ["t1", "t2", "t3"]
        return
    assert situation.database.tables() == [f"t{number + 1}" for number in range(applied)]
    rows = situation.database.versions()
    assert rows == [situation.ids[applied - 1]] if applied else rows in (None, [])
    assert situation.database.applied_by_ledger() == situation.ids[:applied]


def test_failure(situation, shared_operator):
    check_says_what_is_wrong(situation, shared_operator)
    check_loses_nothing(situation)
    if situation.case.mend is None:
        situation.environment.delete()
        return
    situation.case.mend(situation)
    heads = [situation.ids[-1], *situation.case.heads]
    situation.environment.wait_ready(heads, timeout=60)
    assert set(situation.database.applied_by_ledger()) == {*situation.ids, *situation.case.heads}


def test_a_half_synced_set_is_never_stalled(cluster, namespace, database):
    """A parent that comes ten seconds after its child: a GitOps tool writes ConfigMaps one by one."""
    ids, files = revisions.chain("4a1f", 4)
    named = list(files.items())
    one = cluster.create_environment(namespace, "half", dict([named[0], named[2], named[3]]), database)
    one.wait_condition("Reconciling", "True", "MissingParent")
    stays(lambda: one.condition("Stalled").get("status") == "False", 10,
          what="Stalled stays False while the set is incomplete")
    cluster.set_files(namespace, "half-revisions", files)
    one.wait_ready([ids[-1]])
    assert one.condition("Stalled")["status"] == "False"


def test_a_database_that_is_down(cluster, namespace):
    server = Postgres()
    try:
        database = server.create_database("late")
        server.stop()
        ids, files = revisions.chain("d02", 2)
        one = cluster.create_environment(namespace, "patient", files, database)
        one.wait_condition("Reconciling", "True", "DatabaseUnreachable")
        assert one.condition("Ready")["status"] == "False"
        assert one.condition("Stalled")["status"] == "False"
        one.wait_event("DatabaseUnreachable")
        server.start()
        one.wait_ready([ids[-1]], timeout=60)

        # An outage later on: what is known to be true becomes unknown at once, and false after three checks.
        server.stop()
        one.wait_condition("Drifted", "Unknown", timeout=40)
        one.wait_condition("Ready", "False", "DatabaseUnreachable", timeout=60)
        server.start()
        one.wait_ready([ids[-1]], timeout=60)
        one.wait_condition("Drifted", "False")
    finally:
        server.close()


def test_a_standby_is_waited_for(cluster, namespace):
    primary = Postgres()
    standby = None
    try:
        database = primary.create_database("failover")
        standby = primary.standby()
        ids, files = revisions.chain("5b1", 2)
        cluster.apply(secret(namespace, "standby-db", {"uri": database.url(port=standby.port)}),
                      config_map(namespace, "standby-revisions", files), environment(namespace, "standby"))
        one = cluster.environment(namespace, "standby")
        one.wait_condition("Ready", "False", "DatabaseReadOnly", timeout=40)
        assert one.condition("Stalled")["status"] == "False"
        standby.sql("postgres", "SELECT pg_promote()")
        one.wait_ready([ids[-1]], timeout=60)
    finally:
        primary.close()
        if standby is not None:
            standby.close()
