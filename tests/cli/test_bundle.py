"""`athanor bundle`: manifests that another YAML reader takes for the very files of the folder."""

import gzip
import base64
import random

import pytest
import yaml

INI = """\
[alembic]
script_location = %(here)s/alembic/local
[staging]
script_location = %(here)s/alembic/staging
sqlalchemy.url = postgresql://shop:s3cret@db/shop
version_table = versions
[Odd_Name]
script_location = %(here)s/alembic/staging
"""
STAGING = "alembic/staging/versions"
ODD_ENDS = {"no last line end": "SELECT 1;", "several": "SELECT 1;\n\n\n", "CRLF": "SELECT 1;\r\n\r\n  SELECT '\t';\r\n",
            "blanks and tabs": "  \t\n\tSELECT 1; \t \n   ", "other scripts": "-- grüße 表 😀 \u2028 \x85 \x7f\x01\n",
            "what looks like YAML": "--- \n...\n# x\n- a: &b *c !d\n%YAML\n'\"\\\n", "a lone CR": "SELECT\r1;"}


def revision(identifier, down, body):
    return f"-- revision: {identifier}\n-- down_revision: {down}\n-- athanor:upgrade\n{body}"


@pytest.fixture
def project(workspace):
    """One chain of revisions with everything odd that a file may hold; one begins with a byte order mark."""
    workspace.write("alembic.ini", INI)
    down = "none"
    for number, body in enumerate(ODD_ENDS.values()):
        text = revision(f"{number:04x}", down, body)
        workspace.write(f"{STAGING}/{number:04x}_odd.sql", ("\ufeff" if number == 3 else "") + text)
        down = f"{number:04x}"
    return workspace


def long_history(workspace, count=300):
    """After the odd ones, until it takes several ConfigMaps."""
    picker, down = random.Random(1), f"{len(ODD_ENDS) - 1:04x}"
    for number in range(count):
        identifier = f"{picker.getrandbits(48):012x}"
        body = "".join(f"INSERT INTO t VALUES ({picker.random()}, '<{number}>');\n" for _ in range(40))
        workspace.write(f"{STAGING}/{identifier}_step.sql", revision(identifier, down, body))
        down = identifier


def folder(workspace):
    return {path.name: path.read_bytes() for path in (workspace.folder / STAGING).iterdir()}


def contents(text):
    """@return ({file name: bytes}, [ConfigMap], [the rest])"""
    objects = list(yaml.safe_load_all(text))
    maps = [one for one in objects if one["kind"] == "ConfigMap"]
    files = {}
    for one in maps:
        entries = {key: value.encode() for key, value in one.get("data", {}).items()}
        entries |= {key.removesuffix(".gz"): gzip.decompress(base64.b64decode(value))
                    for key, value in one.get("binaryData", {}).items()}
        assert not files.keys() & entries.keys()
        files |= entries
    return files, maps, [one for one in objects if one["kind"] != "ConfigMap"]


def bundle(workspace, *words, section="staging"):
    """@return (standard output, digest); bytes are compared, so line ends must not be changed on the way"""
    path = workspace.folder / "bundle.out"
    run = workspace.athanor("-n", section, "bundle", "-o", path, *words)
    assert run.returncode == 0, run.stderr
    text = path.read_bytes()
    path.unlink()
    return text, run.stderr.splitlines()[0].removeprefix("digest ")


@pytest.mark.parametrize("options", [(), ("--gzip",), ("--max-size", "64KiB")], ids=lambda words: " ".join(words) or "-")
def test_all_manifests_together_are_the_folder(project, options):
    long_history(project)
    text, digest = bundle(project, *options)
    files, maps, _ = contents(text)
    assert files == folder(project)
    limit = 64 * 1024 if "--max-size" in options else 200 * 1024
    assert all(len(one) <= limit for one in text.split(b"---\napiVersion"))
    assert len(maps) > 1 or "--gzip" in options
    names = ["staging-revisions"] + [f"staging-revisions-{number}" for number in range(2, len(maps) + 1)]
    assert [one["metadata"]["name"] for one in maps] == names
    assert bundle(project, *options) == (text, digest)
    assert project.made("-n", "staging", "bundle", "--digest") == digest + "\n"


def test_it_is_printed_when_no_file_is_named(project):
    run = project.athanor("-n", "staging", "bundle", "--namespace", "shop", "--label", "app=shop", "--label", "on=1")
    assert run.returncode == 0
    _, maps, _ = contents(run.stdout)
    assert maps[0]["metadata"] == {"name": "staging-revisions", "namespace": "shop", "labels": {
        "app.kubernetes.io/managed-by": "athanor", "athanor.dev/environment": "staging", "app": "shop", "on": "1"}}
    assert run.stderr.startswith("digest sha256:") and run.stderr.count("\n") == 1


def test_the_environment_names_a_secret_and_never_the_url(project):
    text, digest = bundle(project, "--environment", "--pin", "--namespace", "shop")
    assert b"s3cret" not in text
    (environment,) = contents(text)[2]
    assert environment["spec"] == {
        "database": {"urlFrom": {"secretKeyRef": {"name": "staging-db", "key": "uri"}}},
        "revisions": {"configMaps": [{"name": "staging-revisions"}], "digest": digest},
        "versionTable": {"name": "versions"}}
    assert environment["metadata"]["name"] == "staging" and environment["metadata"]["namespace"] == "shop"
    (other,) = contents(bundle(project, "--environment", "--secret", "pg:url", section="Odd_Name")[0])[2]
    assert other["metadata"]["name"] == "odd-name"
    assert other["spec"] == {"database": {"urlFrom": {"secretKeyRef": {"name": "pg", "key": "url"}}},
                             "revisions": {"configMaps": [{"name": "odd-name-revisions"}]}}


def test_a_folder_gets_one_file_for_each_object(project):
    long_history(project)
    project.write("deploy/configmap-staging-revisions-99.yaml", "")
    project.write("deploy/other.yaml", "")
    told = project.athanor("-n", "staging", "bundle", "--environment", "-o", "deploy")
    assert told.returncode == 0 and told.stdout == ""
    assert "deploy/configmap-staging-revisions-99.yaml is left from an earlier bundle" in told.stderr
    written = sorted(path.name for path in (project.folder / "deploy").iterdir())
    assert {"configmap-staging-revisions.yaml", "configmap-staging-revisions-2.yaml",
            "environment-staging.yaml"} <= set(written)
    parts = [(project.folder / "deploy" / name).read_bytes() for name in written]
    assert contents(b"".join(parts))[0] == folder(project)
    project.made("-n", "staging", "bundle", "-o", "new/folder/")
    assert (project.folder / "new/folder/configmap-staging-revisions.yaml").is_file()


def test_json_holds_the_digest_and_the_manifests(project):
    told = project.json("-n", "staging", "bundle", "--environment")
    digest = project.json("-n", "staging", "bundle", "--digest")["digest"]
    assert told["digest"] == digest and told["serverSideApply"] is False
    assert told["configMaps"] == [{"name": "staging-revisions", "revisions": len(ODD_ENDS)}]
    assert [one["kind"] for one in told["manifests"]] == ["ConfigMap", "MigrationEnvironment"]
    files = {key: value.encode() for key, value in told["manifests"][0]["data"].items()}
    assert files == folder(project)
    assert project.json("-n", "staging", "bundle", "-o", "x.yaml")["files"] == ["x.yaml"]


def test_what_plain_apply_will_not_take_is_told(project):
    long_history(project)
    told = project.athanor("-n", "staging", "bundle", "--max-size", "1MiB", "-o", "x.yaml")
    assert told.returncode == 0 and "kubectl apply --server-side" in told.stderr


WRONG_ARGUMENTS = {
    "a label without a value": ("--label", "app"),
    "a label's key that is none": ("--label", "a b=c"),
    "a label's value that is none": ("--label", "a=b c"),
    "a label that bundle sets": ("--label", "athanor.dev/environment=x"),
    "a name with capitals": ("--config-map", "Shop"),
    "a name with an underscore": ("--config-map", "shop_revisions"),
    "a namespace with a dot": ("--namespace", "a.b"),
    "a Secret that is none": ("--environment", "--secret", "A:uri"),
    "a Secret's key that is none": ("--environment", "--secret", "db:a b"),
    "a Secret without an environment": ("--secret", "db"),
    "a pin without an environment": ("--pin",),
    "a size that no ConfigMap has": ("--max-size", "2MiB"),
    "a size in which nothing fits": ("--max-size", "10"),
    "a size that is none": ("--max-size", "large"),
    "a digest in a file": ("--digest", "-o", "x"),
}


@pytest.mark.parametrize("words", WRONG_ARGUMENTS.values(), ids=WRONG_ARGUMENTS.keys())
def test_wrong_arguments_are_refused(project, words):
    project.refused("-n", "staging", "bundle", *words, code=2)


WRONG_PROJECTS = {
    "a parent that is missing": ("ff_lost.sql", revision("ff", "gone", ""), "gone"),
    "a file that is no revision": ("ff_junk.sql", "SELECT 1;\n", "ff_junk.sql"),
    "a file that is no text": ("ff_bytes.sql", revision("ff", "0006", "-- ").encode() + b"\xff\n", "UTF-8"),
    "a name that is no key": ("ff größe.sql", revision("ff", "0006", ""), "Name the file ff_gr_e.sql"),
    "a revision that is too large": ("ff_large.sql", revision("ff", "0006", "SELECT 1;\n" * 50000), "--gzip"),
}


@pytest.mark.parametrize("name, content, said", WRONG_PROJECTS.values(), ids=WRONG_PROJECTS.keys())
def test_a_set_that_is_not_whole_is_not_bundled(project, name, content, said):
    project.write(f"{STAGING}/{name}", content)
    assert said in project.refused("-n", "staging", "bundle", "--environment", "-o", "out/")


def test_one_name_in_two_folders_is_refused(project):
    project.write("alembic.ini", INI.replace("version_table = versions",
                                             f"version_locations = %(here)s/{STAGING} %(here)s/more"))
    project.write("more/0000_odd.sql", revision("ff", "0006", ""))
    said = project.refused("-n", "staging", "bundle")
    assert f"{STAGING}/0000_odd.sql" in said and "more/0000_odd.sql" in said


def test_a_project_without_revisions_has_nothing_to_bundle(project):
    assert "alembic/local/versions" in project.refused("bundle")
    (project.folder / "alembic/local/versions").mkdir(parents=True)
    assert "athanor revision" in project.refused("bundle")
