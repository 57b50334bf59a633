"""What `athanor bundle` prints, and what kustomize builds, is what plain kubectl applies and the operator brings in."""

import os
import shutil
import subprocess

import pytest
import yaml

from harness import revisions
from harness.environments import secret
from harness.processes import REPOSITORY

pytestmark = pytest.mark.usefixtures("shared_operator")

ATHANOR = os.environ["ATHANOR_BINARY"]
LENGTH = 300
# Every fourth is as awkward as text can be: CRLF, tabs, blanks at an end, no last line end, what JSON escapes.
ODD = "-- größe <&> \"\\\"\t \r\n\tINSERT INTO t1 (id, note) VALUES ({0}, E'<&>\\\\{0}');  \r\n"


def athanor(*words, cwd):
    run = subprocess.run([ATHANOR, *words], cwd=cwd, capture_output=True, timeout=60)
    assert run.returncode == 0, run.stderr.decode()
    return run.stdout.decode(), run.stderr.decode()


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A long history in a project of its own. @return (folder, ids, {file: text})"""
    folder = tmp_path_factory.mktemp("project")
    (folder / "alembic.ini").write_text("[staging]\nscript_location = %(here)s/alembic/staging\n")
    versions = folder / "alembic" / "staging" / "versions"
    versions.mkdir(parents=True)
    ids, _ = revisions.chain("b0d1", LENGTH)
    files = {}
    for number, identifier in enumerate(ids):
        down = ids[number - 1] if number else None
        name, text = revisions.table_revision(identifier, down, f"t{number + 1}")
        if number % 4 == 3:
            name, text = revisions.revision(identifier, down, ODD.format(number))
            text = text.replace("\n", "\r\n").replace("\r\r\n", "\r\n").rstrip()
        files[name] = text + "-- padding <>\n" * (600 if number % 4 == 0 else 0)
        (versions / name).write_bytes(files[name].encode())
    return folder, ids, files


def config_maps(cluster, namespace):
    items = cluster.api.get(f"/api/v1/namespaces/{namespace}/configmaps")["items"]
    return {one["metadata"]["name"]: one for one in items if one["metadata"]["name"].startswith("staging")}


@pytest.mark.parametrize("packing", [(), ("--gzip",)], ids=["plain", "gzip"])
def test_a_long_history_is_applied_as_it_is_printed(cluster, namespace, database, project, packing):
    folder, ids, files = project
    cluster.apply(secret(namespace, "staging-db", {"uri": database.url()}))
    printed, told = athanor("-n", "staging", "bundle", "--namespace", namespace, "--environment", "--pin", *packing,
                            cwd=folder)
    digest = told.split()[1]
    cluster.kubectl("apply", "-f", "-", stdin=printed)
    status = cluster.environment(namespace, "staging").wait_ready([ids[-1]], timeout=240)
    assert status["observedDigest"] == digest
    assert database.applied_by_ledger() == ids

    stored = config_maps(cluster, namespace)
    if not packing:
        assert len(stored) > 2, "the history should not fit into one"
        assert {key: text for one in stored.values() for key, text in one["data"].items()} == files
    versions = {name: one["metadata"]["resourceVersion"] for name, one in stored.items()}
    cluster.kubectl("apply", "-f", "-", stdin=printed)
    again = {name: one["metadata"]["resourceVersion"] for name, one in config_maps(cluster, namespace).items()}
    assert again == versions, "the same output changes nothing"


@pytest.mark.parametrize("section, folder", [("alembic", "local"), ("staging", "staging"), ("production", "production")])
def test_the_kustomize_example_is_brought_in(cluster, database, tmp_path, section, folder):
    """With a generated Secret over it: both kinds of names get hashes, and the environment follows."""
    shutil.copytree(REPOSITORY / "deploy" / "kustomize", tmp_path / "kustomize")
    example = tmp_path / "kustomize" / "example"
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    (overlay / "url").write_text(database.url())
    (overlay / "kustomization.yaml").write_text(yaml.safe_dump({
        "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization",
        "resources": [f"../kustomize/example/alembic/{folder}"],
        "secretGenerator": [{"name": f"{folder}-db", "namespace": f"shop-{folder}", "files": ["uri=url"]}]}))
    cluster.control_plane.create_namespace(f"shop-{folder}")
    built = cluster.kubectl("kustomize", overlay)
    spec = next(one for one in yaml.safe_load_all(built) if one["kind"] == "MigrationEnvironment")["spec"]
    assert spec["revisions"]["configMaps"][0]["name"].startswith(f"{folder}-revisions-")
    assert spec["database"]["urlFrom"]["secretKeyRef"]["name"].startswith(f"{folder}-db-")
    cluster.kubectl("apply", "-f", "-", stdin=built)
    status = cluster.environment(f"shop-{folder}", folder).wait_ready(timeout=60)
    digest, _ = athanor("-n", section, "bundle", "--digest", cwd=example)
    assert status["observedDigest"] == digest.strip()


def test_every_reference_of_an_environment_follows_a_name(cluster, tmp_path):
    """All places in which the CRD knows a reference, read from the CRD itself."""
    crd = yaml.safe_load((REPOSITORY / "crds" / "athanor.dev_migrationenvironments.yaml").read_text())
    schema = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    references = {"secretKeyRef": "Secret", "configMapKeyRef": "ConfigMap"}

    def places(node, path):
        for name, below in node.get("properties", {}).items():
            if name in references:
                yield f"{path}/{name}/name", references[name]
            yield from places(below, f"{path}/{name}")

    known = {("spec/revisions/configMaps/name", "ConfigMap"), *places(schema, "spec")}
    file = REPOSITORY / "deploy" / "kustomize" / "athanor" / "name-references.yaml"
    listed = [(field["path"], one["kind"]) for one in yaml.safe_load(file.read_text())["nameReference"]
              for field in one["fieldSpecs"]]
    assert sorted(listed) == sorted(known)
