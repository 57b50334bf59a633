"""Each failure says what is wrong and what to do, loses nothing, and passes by itself once its cause is gone."""

import json

import pytest

from harness import revisions
from harness.environments import config_map, environment, secret
from harness.failure_cases import CASES, NOTHING, Situation
from harness.postgres import Postgres
from harness.tape import check_history
from harness.wait import eventually, stays

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
    check_site(situation, one.status(), ready["message"])
    assert one.wait_event(case.reason)["type"] == "Warning"
    labels = {"namespace": situation.namespace, "name": "env"}
    scrape = operator.metrics()
    assert scrape.value("athanor_environment_condition", type="Ready", status="False", **labels) == 1
    assert scrape.value("athanor_environment_condition", type=case.kind, status="True", **labels) == 1
    if case.counted:
        assert scrape.total("athanor_database_errors_total", reason=case.reason, **labels) >= 1


def check_site(situation, status, message):
    """The failure's place, as a value and in the condition's words; revision and file are numbers of the table."""
    wanted = situation.case.site
    if not wanted:
        return
    failure = status["failure"]
    assert failure["revision"] == situation.ids[wanted["revision"] - 1], failure
    assert situation.file(wanted["file"])[0] in failure["file"], failure
    assert (failure["line"], failure["sqlstate"]) == (wanted["line"], wanted["sqlstate"]), failure
    for word in (failure["revision"], situation.file(wanted["file"])[0], f"line {wanted['line']}", wanted["sqlstate"]):
        assert word in message, f"{word!r} is missing in: {message}"


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


# sentence: (the set, what is said while it is incomplete, what is there first, what comes later),
# each of the latter as {ConfigMap: numbers of revisions}
HALF_SYNCED = {
    "a key of the only ConfigMap is late": (
        {"configMaps": [{"name": "one"}]}, "MissingParent", {"one": [1, 3, 4]}, {"one": [2]}),
    "the parents' ConfigMap of a list is late": (
        {"configMaps": [{"name": "child"}, {"name": "parent"}]}, "ConfigMapMissing",
        {"child": [3, 4]}, {"parent": [1, 2]}),
    "the parents' ConfigMap of a list is empty at first": (
        {"configMaps": [{"name": "child"}, {"name": "parent"}]}, "MissingParent",
        {"child": [3, 4], "parent": []}, {"parent": [1, 2]}),
    "the parents' ConfigMap of a selector is late": (
        {"configMapSelector": {"matchLabels": {"app": "half"}}}, "MissingParent", {"child": [3, 4]}, {"parent": [1, 2]}),
}


class HalfSynced:
    """A set of HALF_SYNCED, of which nothing is there but its beginning."""

    def __init__(self, cluster, sentence):
        self.spec, self.reason, first, self.later = HALF_SYNCED[sentence]
        self.cluster, self.sentence = cluster, sentence
        self.namespace, self.database = cluster.new_namespace(sentence), cluster.new_database(sentence)
        self.ids, self.files = revisions.chain("4a1f", 4)
        self.give(first)
        cluster.apply(secret(self.namespace, "half-db", {"uri": self.database.url()}),
                      environment(self.namespace, "half", spec={"revisions": self.spec}))
        self.environment = cluster.environment(self.namespace, "half")

    def give(self, config_maps):
        named = list(self.files.items())
        self.cluster.apply(*[config_map(self.namespace, name, [named[number - 1] for number in numbers],
                                        labels={"app": "half"}) for name, numbers in config_maps.items()])

    def is_waiting(self):
        assert self.environment.condition("Stalled").get("status") == "False", self.environment.diagnose()
        reconciling = self.environment.condition("Reconciling")
        assert (reconciling["status"], reconciling["reason"]) == ("True", self.reason), self.environment.diagnose()
        return True


def test_a_half_synced_set_is_never_stalled(cluster):
    """Parents that come ten seconds after their children: a GitOps tool writes ConfigMaps one by one."""
    sets = [HalfSynced(cluster, sentence) for sentence in HALF_SYNCED]
    for one in sets:
        one.environment.wait_condition("Reconciling", "True", one.reason)
    stays(lambda: all(one.is_waiting() for one in sets), 10)
    for one in sets:
        assert one.database.versions() in (None, []), f"{one.sentence}: nothing is applied of an incomplete set"
        one.give(one.later)
    for one in sets:
        one.environment.wait_ready([one.ids[-1]])
        assert one.environment.condition("Stalled")["status"] == "False"
        reasons = {event["reason"] for event in one.environment.events() if event["type"] == "Warning"}
        assert reasons <= {one.reason}, f"{one.sentence}: {reasons}"
        assert one.database.applied_by_ledger() == one.ids


def check_is_told(operator, one, reason):
    """A Warning event, and the metric that counts what goes wrong with databases."""
    assert one.wait_event(reason)["type"] == "Warning"
    assert operator.metrics().total("athanor_database_errors_total", namespace=one.namespace, name=one.name,
                                    reason=reason) >= 1


def test_a_database_that_is_down(cluster, shared_operator, namespace):
    server = Postgres()
    try:
        database = server.create_database("late")
        server.stop()
        ids, files = revisions.chain("d02", 2)
        one = cluster.create_environment(namespace, "patient", files, database)
        one.wait_condition("Reconciling", "True", "DatabaseUnreachable")
        assert one.condition("Ready")["status"] == "False"
        assert one.condition("Stalled")["status"] == "False"
        check_is_told(shared_operator, one, "DatabaseUnreachable")
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


def test_a_standby_is_waited_for(cluster, shared_operator, namespace):
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
        check_is_told(shared_operator, one, "DatabaseReadOnly")
        standby.sql("postgres", "SELECT pg_promote()")
        one.wait_ready([ids[-1]], timeout=60)
    finally:
        primary.close()
        if standby is not None:
            standby.close()


def test_a_half_finished_downgrade_says_where_it_is_and_goes_on(cluster, shared_operator, namespace, database):
    ids, files = revisions.chain("d0f", 4)
    named = list(files.items())
    broken = {**files, named[1][0]: named[1][1].replace("DROP TABLE t2", "DROP TABLE nowhere")}
    one = cluster.create_environment(namespace, "halfway", broken, database, spec={"policy": {"downgrade": "Allow"}})
    one.wait_ready([ids[3]])
    one.patch_spec(target=ids[0])
    ready = one.wait_condition("Ready", "False", "SqlError")
    one.wait_condition("Stalled", "True", "SqlError")
    status = one.status()
    assert status["currentRevisions"] == [ids[1]] and status["targetRevisions"] == [ids[0]]
    assert status["pendingRevisions"] == [ids[1]]
    assert (status["failure"]["revision"], status["failure"]["sqlstate"]) == (ids[1], "42P01")
    for word in (ids[1], named[1][0], "line 10", "42P01"):
        assert word in ready["message"], f"{word!r} is missing in: {ready['message']}"
    reached = f"Undid {ids[3]}, {ids[2]}. The database is at {ids[1]}."
    eventually(lambda: reached in [event["note"] for event in one.events()], 20, what=f"an event: {reached}")
    assert status["lastApplied"]["revision"] == ids[2] and status["lastApplied"]["direction"] == "downgrade"
    assert shared_operator.metrics().total("athanor_revisions_applied_total", namespace=namespace, name="halfway",
                                           direction="downgrade", result="failure") == 1
    assert database.versions() == [ids[1]] and database.tables() == ["t1", "t2"]

    cluster.set_files(namespace, "halfway-revisions", files)
    check_history(one.wait_ready([ids[0]]), database)
    assert [row["revision"] for row in database.ledger() if row["act"] == "downgrade"] == [ids[3], ids[2], ids[1]]
    assert database.versions() == [ids[0]] and database.tables() == ["t1"]


# What a log may not hold: passwords, as they are and as URLs have them; the rest of such a URL; what revisions do.
NEVER_LOGGED = ("pässword", "p%C3%A4ssword", "s3cr", "@127.0.0.1", "password=", "CREATE TABLE", "ALTER TABLE",
                "INSERT INTO", "COPY half")


def test_logs_of_failures_hold_no_password_and_no_sql(stalled_situations, shared_operator):
    """Last of all, over everything that the environments above made the operator tell."""
    bad = next(one for one in stalled_situations.values() if one.case.reason == "SqlError")
    eventually(lambda: any(bad.namespace in str(line) and bad.ids[2] in str(line) and "SqlError" in str(line)
                           for line in shared_operator.log_lines()), 30, what="the log tells what failed")
    for line in shared_operator.log_lines():
        for text in NEVER_LOGGED:
            assert text not in json.dumps(line, ensure_ascii=False), f"{text!r} stands in the log: {line}"
