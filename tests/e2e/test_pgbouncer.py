"""PgBouncer in transaction mode between operator and database."""

import contextlib

import pytest

from harness import revisions
from harness.environments import config_map, environment, secret
from harness.pgbouncer import PgBouncer

SETTINGS = ["search_path", "lock_timeout", "statement_timeout", "role", "default_transaction_isolation",
            "client_connection_check_interval"]


@pytest.fixture
def bouncer(postgres, database):
    pooler = PgBouncer(postgres, [database])
    yield pooler
    pooler.close()


def apply_through(cluster, bouncer, namespace, name, files, database):
    cluster.apply(secret(namespace, f"{name}-db", {"uri": database.url(port=bouncer.port)}),
                  config_map(namespace, f"{name}-revisions", files),
                  environment(namespace, name, spec={"policy": {"lockTimeout": "3s", "statementTimeout": "30s"}}))
    return cluster.environment(namespace, name)


def settings_of(connection):
    with connection.cursor() as cursor:
        found = {}
        for name in SETTINGS:
            cursor.execute("SELECT current_setting(%s, true)", (name,))
            found[name] = cursor.fetchone()[0]
        return found


def both_of_the_pool(bouncer, database):
    """Sessions of another client over each of the pool's server connections, which an open transaction holds."""
    with contextlib.ExitStack() as both:
        for _ in range(2):
            connection = both.enter_context(contextlib.closing(bouncer.connect(database)))
            connection.autocommit = False
            yield connection


def test_revisions_in_transactions_work_and_nothing_leaks(cluster, shared_operator, namespace, database, bouncer):
    with contextlib.closing(bouncer.connect(database)) as connection:
        before = settings_of(connection)
    ids, files = revisions.chain("b0b", 4)
    # A dump's first line: set for the session, it outlives COMMIT.
    file, text = list(files.items())[1]
    files[file] = text.replace("CREATE TABLE t2", "SELECT pg_catalog.set_config('search_path', '', false);\n"
                               "CREATE TABLE public.t2")
    one = apply_through(cluster, bouncer, namespace, "pooled", files, database)
    one.wait_ready([ids[-1]])
    assert database.versions() == [ids[-1]] and database.applied_by_ledger() == ids
    for connection in both_of_the_pool(bouncer, database):
        assert settings_of(connection) == before
    assert database.sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = "
                        "(SELECT oid FROM pg_database WHERE datname = current_database())") == [(0,)]


def test_no_role_and_no_temporary_table_leaks(cluster, shared_operator, namespace, database, bouncer):
    """What a revision leaves in its session is gone before the pooler gives that to another client."""
    owner = f"{database.name}_owner"
    database.sql(f'CREATE ROLE "{owner}"; GRANT "{owner}" TO "{database.name}"; '
                 f'GRANT CREATE, USAGE ON SCHEMA public TO "{owner}"')
    ids, files = revisions.chain("b0d", 3)
    file, text = list(files.items())[1]
    files[file] = text.replace("CREATE TABLE t2", f'SET ROLE "{owner}";\nCREATE TABLE t2')
    file, text = list(files.items())[2]
    files[file] = text.replace("CREATE TABLE t3", "CREATE TEMPORARY TABLE scratch (id integer);\nCREATE TABLE t3")
    one = apply_through(cluster, bouncer, namespace, "pooled", files, database)
    one.wait_ready([ids[-1]])
    assert database.sql("SELECT tableowner FROM pg_tables WHERE tablename = 't2'") == [(owner,)]
    for connection in both_of_the_pool(bouncer, database):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, current_setting('search_path'), "
                           "to_regclass('pg_temp.scratch')::text")
            assert cursor.fetchone() == (database.name, '"$user", public', None)


def test_transaction_off_is_refused(cluster, shared_operator, namespace, database, bouncer):
    ids, files = revisions.chain("b0c", 3)
    named = list(files.items())
    named[1] = revisions.revision(ids[1], ids[0], "CREATE INDEX CONCURRENTLY t1_note ON t1 (note);",
                                  "DROP INDEX CONCURRENTLY t1_note;", transaction="off")
    one = apply_through(cluster, bouncer, namespace, "pooled", dict(named), database)
    ready = one.wait_condition("Ready", "False", "PoolerDetected")
    assert one.condition("Stalled")["status"] == "True"
    assert one.status()["failure"]["revision"] == ids[1] and ids[1] in ready["message"], ready
    assert database.versions() == [ids[0]] and database.tables() == ["t1"]
    assert database.sql("SELECT 1 FROM pg_indexes WHERE indexname = 't1_note'") == []
    # Past the pooler it goes on.
    cluster.apply(secret(namespace, "pooled-db", {"uri": database.url()}))
    one.annotate(reconcile_at="a real session now")
    one.wait_ready([ids[-1]])
