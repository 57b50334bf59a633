"""How the connection to the database is secured, as spec.database.tls says."""

import pytest

from harness import revisions
from harness.certificates import Authority
from harness.environments import config_map, environment, secret
from harness.postgres import Postgres

pytestmark = pytest.mark.usefixtures("shared_operator")


@pytest.fixture(scope="module")
def authority(work_folder):
    return Authority(work_folder / "database-ca", "database-ca")


def start_server(authority, name, alternatives):
    """A server that speaks TLS, with a certificate for these names."""
    certificate, key = authority.serve(name, alternatives)
    return Postgres(files={"server.crt": certificate, "server.key": key},
                    settings={"ssl": "on", "ssl_cert_file": "../server.crt", "ssl_key_file": "../server.key"})


@pytest.fixture(scope="module")
def tls_server(authority):
    server = start_server(authority, "right-name", "IP:127.0.0.1")
    yield server
    server.close()


@pytest.fixture(scope="module")
def misnamed_server(authority):
    server = start_server(authority, "wrong-name", "DNS:another.example")
    yield server
    server.close()


def apply_with_tls(cluster, namespace, server, tls, trusted):
    """An environment whose root certificate comes from a ConfigMap."""
    database = server.create_database("d" + namespace.replace("-", "_")[-24:])
    ids, files = revisions.chain("715", 2)
    cluster.apply(config_map(namespace, "trusted", {"ca.crt": trusted}),
                  secret(namespace, "secured-db", {"uri": database.url()}),
                  config_map(namespace, "secured-revisions", files),
                  environment(namespace, "secured", database={
                      "urlFrom": {"secretKeyRef": {"name": "secured-db", "key": "uri"}},
                      "tls": {**tls, "rootCert": {"valueFrom": {"configMapKeyRef": {
                          "name": "trusted", "key": "ca.crt"}}}}}))
    return cluster.environment(namespace, "secured"), database, ids


def test_verify_full_with_the_right_authority(cluster, namespace, tls_server, authority):
    one, database, ids = apply_with_tls(cluster, namespace, tls_server, {"mode": "verify-full"}, authority.pem)
    one.wait_ready([ids[-1]])
    assert database.versions() == [ids[-1]]


def test_another_authority_is_refused_until_it_is_mended(cluster, namespace, tls_server, authority, tmp_path):
    other = Authority(tmp_path, "other-ca")
    one, database, ids = apply_with_tls(cluster, namespace, tls_server, {"mode": "verify-full"}, other.pem)
    one.wait_condition("Ready", "False", "TlsFailed")
    assert database.versions() is None
    cluster.apply(config_map(namespace, "trusted", {"ca.crt": authority.pem}))
    one.wait_ready([ids[-1]], timeout=60)


def test_a_certificate_for_another_name_passes_verify_ca_only(cluster, namespace, misnamed_server, authority):
    one, _, ids = apply_with_tls(cluster, namespace, misnamed_server, {"mode": "verify-full"}, authority.pem)
    one.wait_condition("Ready", "False", "TlsFailed")
    one.patch_spec(database={"tls": {"mode": "verify-ca"}})
    one.wait_ready([ids[-1]], timeout=60)


def test_a_server_without_tls_is_refused_where_it_is_required(cluster, namespace, postgres, authority):
    one, database, _ = apply_with_tls(cluster, namespace, postgres, {"mode": "verify-full"}, authority.pem)
    one.wait_condition("Ready", "False", "TlsRequired")
    assert database.versions() is None
