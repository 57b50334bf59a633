"""`kubectl athanor`: the binary under its other name, called by the real kubectl against the real API server."""

import json
import os
import pathlib
import re
import subprocess

import pytest

from harness import revisions
from harness.athanor_operator import test_binary
from harness.environments import config_map, environment, secret
from harness.wait import stays

pytestmark = pytest.mark.usefixtures("shared_operator")

ANNOTATION = "athanor.dev/reconcile-at"


class Plugin:
    """kubectl with the plugin in its PATH, as somebody."""

    def __init__(self, cluster, folder, kubeconfig=None):
        self._kubectl = cluster.kubectl.binary
        self._kubeconfig = kubeconfig or cluster.control_plane.admin_kubeconfig
        folder = pathlib.Path(folder)
        (folder / "kubectl-athanor").symlink_to(test_binary())
        self._path = f"{folder}:{os.environ['PATH']}"

    def __call__(self, *words, code=0):
        """@return standard output; with another code than 0 standard error"""
        result = subprocess.run([self._kubectl, "athanor", *words], capture_output=True, text=True, timeout=60,
                                env={**os.environ, "PATH": self._path, "KUBECONFIG": str(self._kubeconfig)})
        assert result.returncode == code, f"kubectl athanor {words}: {result.returncode}\n{result.stdout}{result.stderr}"
        return result.stderr if code in (1, 2) else result.stdout

    def json(self, *words, code=0):
        return json.loads(self(*words, "-o", "json", code=code))


    def completed(self, *words):
        """What kubectl offers for the last of the words."""
        script = pathlib.Path(self._path.split(":")[0], "kubectl_complete-athanor")
        script.write_text(subprocess.run([test_binary(), "completion", "kubectl"], capture_output=True, text=True,
                                         check=True).stdout)
        script.chmod(0o755)
        environment = {**os.environ, "PATH": f"{self._path}:{pathlib.Path(self._kubectl).parent}",
                       "KUBECONFIG": str(self._kubeconfig)}
        result = subprocess.run([self._kubectl, "__complete", "athanor", *words], capture_output=True, text=True,
                                timeout=60, env=environment, check=True)
        return result.stdout.split()


@pytest.fixture
def plugin(cluster, tmp_path):
    return Plugin(cluster, tmp_path)


@pytest.fixture
def shop(cluster, namespace, database):
    """An environment at its second revision, suspended, with a third that destroys."""
    ids, files = revisions.chain("b10", 2)
    one = cluster.create_environment(namespace, "shop", files, database)
    one.wait_ready([ids[-1]])
    one.patch_spec(suspend=True)
    ids.append("b10e00000000")
    files.update([revisions.revision(ids[-1], ids[-2], "CREATE TABLE t9 (id int);\n\nDROP TABLE t1;",
                                     message="drop what is old")])
    cluster.set_files(namespace, "shop-revisions", files)
    one.wait_condition("Ready", "False", "Suspended")
    one.eventually(lambda body: body["status"].get("pendingCount") == 1, what="the third revision is pending")
    return one, ids


def test_status_tells_everything_of_one(plugin, shop):
    one, ids = shop
    told = plugin("status", "shop", "-n", one.namespace)
    for line in (rf"Environment: +{one.namespace}/shop", r"Ready: +False, Suspended", rf"Current: +{ids[1]}",
                 rf"Target: +{ids[2]} \(heads\)", rf"Pending: +1 revision\(s\): {ids[2]}",
                 r"Destroys: +1 pending statement", rf"Last applied: +{ids[1]} \(upgrade\)", r"Suspended: +yes",
                 r"Digest: +sha256:", r"  Ready=False, Suspended, since 20"):
        assert re.search(f"^{line}", told, re.MULTILINE), f"{line} is missing in\n{told}"
    assert f"kubectl athanor resume shop -n {one.namespace}" in told
    assert plugin.json("status", "shop", "-n", one.namespace)["status"]["currentRevisions"] == [ids[1]]


def test_status_lists_all_and_checks(plugin, cluster, shop):
    one, ids = shop
    header, row = plugin("status", "--namespace", one.namespace).splitlines()
    assert header.split()[:3] == ["NAME", "READY", "REASON"]
    assert row.split() == ["shop", "False", "Suspended", ids[1], ids[2], "1", "1", "False", "yes"]
    everywhere = plugin("status", "-A")
    assert everywhere.startswith("NAMESPACE") and one.namespace in everywhere
    plugin("status", "-A", "--check", code=3)
    plugin("status", "shop", "-n", one.namespace, "--check", code=3)
    empty = cluster.new_namespace("empty")
    assert plugin("status", "-n", empty) == ""
    assert plugin.json("status", "-n", empty)["items"] == []


def test_kubectl_completes_the_plugin_with_what_the_cluster_has(plugin, shop):
    one, _ = shop
    assert plugin.completed("pl")[:2] == ["plan", ":4"]
    assert plugin.completed("plan", "-n", one.namespace, "")[:2] == ["shop", ":4"]
    assert one.namespace in plugin.completed("plan", "shop", "-n", one.namespace[:3])


def test_plan_shows_the_statements_and_marks_what_destroys(plugin, shop):
    one, ids = shop
    told = plugin("plan", "shop", "-n", one.namespace)
    assert f"is at {ids[1]}; its target is {ids[2]}." in told
    assert "1 revision(s) pending; 1 statement(s), marked !, destroy data." in told
    assert "Held (Suspended)" in told
    assert f"1. upgrade {ids[2]}, drop what is old" in told
    assert re.search(r"^   ! -- drops table t1\n     DROP TABLE t1;$", told, re.MULTILINE), told
    pending = plugin.json("plan", "shop", "-n", one.namespace)["pending"]
    assert [step["revision"] for step in pending] == [ids[2]]
    assert [(one["sql"], one.get("destroys")) for one in pending[0]["statements"]] == [
        ("CREATE TABLE t9 (id int)", None), ("DROP TABLE t1", "drops table t1")]


def test_suspend_and_resume_say_what_they_did(plugin, shop, database):
    one, ids = shop
    assert "suspended already" in plugin("suspend", "shop", "-n", one.namespace)
    assert "is resumed" in plugin("resume", "shop", "-n", one.namespace)
    one.wait_ready([ids[2]])
    assert "t1" not in database.tables()
    assert plugin.json("resume", "shop", "-n", one.namespace)["changed"] is False
    assert "is suspended." in plugin("suspend", "shop", "-n", one.namespace)
    assert one.get()["spec"]["suspend"] is True
    managers = {entry["manager"] for entry in one.get()["metadata"]["managedFields"]}
    assert "athanor-kubectl" in managers
    assert "Nothing is pending." in plugin("plan", "shop", "-n", one.namespace)


def test_history_is_a_table_newest_first(plugin, shop):
    one, ids = shop
    header, *rows = plugin("history", "shop", "-n", one.namespace).splitlines()
    assert header.split() == ["TIME", "REVISION", "DIRECTION", "TOOK"]
    assert [row.split()[1:3] for row in rows] == [[ids[1], "upgrade"], [ids[0], "upgrade"]]
    assert [act["revision"] for act in plugin.json("history", "shop", "-n", one.namespace)] == [ids[1], ids[0]]


def test_what_failed_for_good_is_told_in_full_and_tried_again_by_retry(plugin, cluster, namespace, database):
    ids, files = revisions.chain("b2f", 1)
    files.update([revisions.revision("b2f000000bad", ids[0], "SELECT 1;\nINSERT INTO gate VALUES (1);")])
    one = cluster.create_environment(namespace, "shop", files, database)
    one.wait_condition("Stalled", "True")
    told = plugin("status", "shop", "-n", namespace)
    assert re.search(r"^Failure: \w+, revision b2f000000bad, .*line \d+, SQLSTATE 42P01, since 20", told,
                     re.MULTILINE), told
    assert 'relation "gate" does not exist' in told
    assert f"kubectl athanor retry shop -n {namespace}" in told
    database.sql(f'CREATE TABLE gate (id int); GRANT ALL ON gate TO "{database.name}"')
    stays(lambda: one.condition("Stalled")["status"] == "True", 2)
    assert "is to be tried again" in plugin("retry", "shop", "-n", namespace)
    one.wait_ready(["b2f000000bad"])
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", one.get()["metadata"]["annotations"][ANNOTATION])


def test_a_plan_that_cannot_be_known_says_why(plugin, cluster, namespace, database):
    ids, files = revisions.chain("b3e", 2)
    one = cluster.create_environment(namespace, "shop", files, database)
    one.wait_ready([ids[-1]])
    one.patch_spec(target="nowhere")
    assert "nowhere" in plugin("plan", "shop", "-n", namespace, code=1)
    cluster.delete_config_map(namespace, "shop-revisions")
    assert "shop-revisions" in plugin("plan", "shop", "-n", namespace, code=1)
    cluster.apply(config_map(namespace, "lost-revisions", files), secret(namespace, "lost-db", {"uri": "nonsense"}),
                  environment(namespace, "lost"))
    assert "is not known" in plugin("plan", "lost", "-n", namespace, code=1)


def test_what_is_not_there_or_not_allowed_is_told(plugin, cluster, namespace, tmp_path):
    told = plugin("status", "absent", "-n", namespace, code=1)
    assert f"There is no MigrationEnvironment absent in namespace {namespace}." in told
    assert json.loads(plugin("retry", "absent", "-n", namespace, "--json", code=1))["error"]["reason"] == "NotFound"
    cluster.kubectl("create", "serviceaccount", "nobody", "-n", namespace)
    (tmp_path / "nobody").mkdir()
    nobody = Plugin(cluster, tmp_path / "nobody",
                    cluster.control_plane.service_account_kubeconfig(namespace, "nobody"))
    told = nobody("suspend", "absent", "-n", namespace, code=1)
    assert 'resources: ["migrationenvironments"], verbs: ["get"]' in told


def test_wrong_usage_is_told(plugin):
    assert "is no command; did you mean status? Else there is: status, plan" in plugin("statsu", code=2)
    assert "is no name of a namespace" in plugin("status", "-n", "Not_One", code=2)
    assert "plan needs ENVIRONMENT" in plugin("plan", code=2)
    plugin("status", "shop", "-A", code=2)
    assert "kubectl athanor status" in plugin("status", "--help")


def test_the_context_gives_the_namespace(plugin, cluster, shop, tmp_path):
    one, ids = shop
    config = tmp_path / "config"
    config.write_text(pathlib.Path(cluster.control_plane.admin_kubeconfig).read_text())
    cluster.kubectl("config", "set-context", "--current", f"--namespace={one.namespace}", kubeconfig=config)
    assert ids[1] in plugin("status", "shop", "--kubeconfig", str(config))


def test_a_cluster_without_the_custom_resource_is_told(plugin, cluster, namespace):
    """Last in the file: it takes the custom resource away."""
    cluster.kubectl("delete", "crd", "migrationenvironments.athanor.dev", "--wait=true", "--timeout=30s")
    for words in (["status"], ["status", "shop"], ["plan", "shop"]):
        assert "knows no MigrationEnvironments" in plugin(*words, "-n", namespace, code=1)
