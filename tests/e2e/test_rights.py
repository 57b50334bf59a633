"""The operator has the rights that it needs, and no others."""

import contextlib

import pytest

from harness import audit, revisions
from harness.applying import waiting_sessions
from harness.cluster import DEPLOY, SYSTEM_NAMESPACE
from harness.roles import bodies, bodies_of_chart, placed_rights, rights
from harness.wait import eventually

# What an operator of every namespace may do; one of a list of namespaces may do the same in each of them.
WANTED = {
    ("athanor.dev", "migrationenvironments", "get"),
    ("athanor.dev", "migrationenvironments", "list"),
    ("athanor.dev", "migrationenvironments", "watch"),
    ("athanor.dev", "migrationenvironments/status", "patch"),
    ("", "configmaps", "get"),
    ("", "configmaps", "list"),
    ("", "configmaps", "watch"),
    ("", "secrets", "get"),
    ("events.k8s.io", "events", "create"),
    ("events.k8s.io", "events", "patch"),
    ("coordination.k8s.io", "leases", "get"),
    ("coordination.k8s.io", "leases", "create"),
    ("coordination.k8s.io", "leases", "update"),
    ("", "namespaces", "get"),
}
SCOPES = {"every namespace": "rbac-cluster.yaml", "a list of namespaces": "rbac-namespace.yaml"}


def granted_by(file):
    return bodies(DEPLOY / "namespace.yaml") + bodies(DEPLOY / file)


def start(cluster, scope, namespace):
    """@return (operator, its user)"""
    if scope == "every namespace":
        return cluster.start_operator(leader_elect=True), "system:serviceaccount:athanor-system:athanor"
    kubeconfig = cluster.namespaced_kubeconfig([namespace])
    return (cluster.start_operator(leader_elect=True, kubeconfig=kubeconfig, namespaces=[namespace]),
            "system:serviceaccount:athanor-system:athanor-few")


def tell_the_same_twice(cluster, namespace):
    """An environment that becomes ready, is not, and is again: its second event of that goes into a series."""
    ids, files = revisions.chain("419", 2)
    first = dict(list(files.items())[:1])
    one = cluster.create_environment(namespace, "twice", first, cluster.new_database("twice"))
    one.wait_ready([ids[0]])
    one.wait_event("Ready")
    one.patch_spec(suspend=True)
    cluster.set_files(namespace, "twice-revisions", files)
    one.wait_condition("Ready", "False", "Suspended")
    cluster.set_files(namespace, "twice-revisions", first)
    one.wait_ready([ids[0]])


def make_anew_in_mid_run(cluster, namespace):
    """An environment that is deleted and made again while its revision runs: the status of the old one is refused."""
    database = cluster.new_database("anew")
    database.sql(f'CREATE TABLE busy (id integer); ALTER TABLE busy OWNER TO "{database.name}"')
    ids, files = revisions.chain("41a", 1)
    file, text = next(iter(files.items()))
    files[file] = text.replace("CREATE TABLE", "ALTER TABLE busy ADD COLUMN x integer;\nCREATE TABLE")
    with contextlib.closing(database.server.connect(database.name)) as blocker:
        blocker.autocommit = False
        blocker.cursor().execute("LOCK TABLE busy IN ACCESS EXCLUSIVE MODE")
        make = lambda: cluster.create_environment(namespace, "anew", files, database,
                                                  spec={"policy": {"lockTimeout": "1h"}})
        one = make()
        eventually(lambda: waiting_sessions(cluster.postgres, [database]) == 1, 30, what="the revision is running")
        one.wait_condition("Reconciling", "True", "Migrating")
        one.delete()
        make()
    one.wait_ready([ids[-1]])


def test_secrets_may_be_fetched_and_nothing_else():
    for file in SCOPES.values():
        assert {right for right in rights(granted_by(file)) if right[1] == "secrets"} == {("", "secrets", "get")}


@pytest.mark.parametrize("file", SCOPES.values())
def test_roles_grant_what_is_wanted(file):
    assert rights(granted_by(file)) == WANTED
    cluster_wide = {right[2:] for right in placed_rights(bodies(DEPLOY / "namespace.yaml"))
                    if right[0] == "ClusterRole"}
    assert cluster_wide == {("", "namespaces", "get", ("kube-system",))}


@pytest.mark.parametrize("scope", SCOPES)
def test_every_right_is_used_and_none_is_missing(own_operators, namespace, scope):
    cluster = own_operators
    cluster.kubectl("delete", "lease", "--all", "--namespace", SYSTEM_NAMESPACE)
    before = audit.length(cluster.control_plane)
    operator, user = start(cluster, scope, namespace)
    tell_the_same_twice(cluster, namespace)
    make_anew_in_mid_run(cluster, namespace)
    # What was told twice is written at the end, if not before.
    assert cluster.stop_operator(operator) == 0
    asked = lambda: audit.requests_of(cluster.control_plane, user, since=before)

    def all_used():
        unused = rights(granted_by(SCOPES[scope])) - {request.right for request in asked()}
        assert not unused, f"granted and never used: {unused}"
        return True

    eventually(all_used, 10, what="every right that is granted is used")
    assert not [request for request in asked() if request.forbidden]
    beyond = {request.right for request in asked()} - rights(granted_by(SCOPES[scope]))
    assert not beyond, f"asked for beside what is granted: {beyond}"
    named = {request.name for request in asked() if request.right[1] == "secrets" and request.namespace == namespace}
    assert named == {"twice-db", "anew-db"}, "Secrets that environments name are fetched, and no others"
    assert {request.name for request in asked() if request.right[1] == "namespaces"} == {"kube-system"}
    if scope == "a list of namespaces":
        places = {request.namespace for request in asked() if request.right[1] not in ("namespaces", "leases")}
        assert places == {namespace}


CHARTS = {"every namespace": (), "a list of namespaces": ("watchNamespaces={shop,billing}",)}


@pytest.mark.parametrize("scope", SCOPES)
def test_the_chart_grants_the_same(scope):
    wanted = placed_rights(granted_by(SCOPES[scope]))
    if scope == "a list of namespaces":
        # That file is applied once in each namespace.
        placeless = {right for right in wanted if right[:2] == ("Role", "")}
        wanted -= placeless
        wanted |= {("Role", place, *right[2:]) for right in placeless for place in ("shop", "billing")}
    assert placed_rights(bodies_of_chart("image.repository=registry.example/athanor", *CHARTS[scope])) == wanted
