"""The connection between the shipped binary and the database is cut after every n-th message of the protocol, for each
n of a run: what is in the database always agrees, and the work goes on to its end."""

import pytest

from harness.applying import check_agreement, check_all_applied, counting_revisions, wait_until_nobody_is_connected
from harness.athanor_operator import release_binary
from harness.cutting_proxy import CuttingProxy
from harness.environments import config_map, environment, secret
from harness.wait import eventually

# So many environments are at work at the same time.
WAVE = 40
PREFIX = "c07"
# The revision with `transaction: off`, by its place in the chain.
TRANSACTIONAL = OFF = 2


def start_run(cluster, namespace, name, cut_after):
    """An environment whose database is reached through a proxy of its own."""
    ids, files = counting_revisions(PREFIX, transactional=TRANSACTIONAL)
    database = cluster.new_database(name.replace("-", "_"))
    proxy = CuttingProxy(cluster.postgres.port, cut_after)
    cluster.apply(secret(namespace, f"{name}-db", {"uri": database.url(port=proxy.port)}),
                  config_map(namespace, f"{name}-revisions", files),
                  environment(namespace, name))
    return cluster.environment(namespace, name), database, proxy, ids


@pytest.fixture(scope="module")
def release_operator(cluster):
    operator = cluster.start_operator(binary=release_binary())
    yield operator
    assert cluster.stop_operator(operator) == 0


@pytest.fixture(scope="module")
def messages_of_a_run(cluster, release_operator):
    namespace = cluster.new_namespace("uncut")
    one, database, proxy, ids = start_run(cluster, namespace, "uncut", None)
    one.wait_ready([ids[-1]])
    count = proxy.count
    proxy.close()
    one.delete()
    check_all_applied(database, ids)
    return count


def test_the_release_binary_has_no_failpoints():
    assert b"off.after_intent" not in release_binary().read_bytes()


def test_a_run_has_messages_to_cut_after(messages_of_a_run):
    assert 30 < messages_of_a_run < 600, messages_of_a_run


class Disagreement(Exception):
    """No assertion, which waiting would take for "not yet"."""


def check_once_cut(runs):
    """Looks into each database as soon as its connection is cut, before the operator gets through again."""
    uncut = list(runs)

    def all_looked_at():
        for run in list(uncut):
            number, _, database, proxy, ids = run
            if not proxy.has_cut:
                continue
            wait_until_nobody_is_connected(database)
            check(number, database, lambda: check_agreement(database, ids, off=[ids[OFF]]))
            proxy.mend()
            uncut.remove(run)
        assert not uncut, f"not cut yet: {[number for number, *_ in uncut]}"
        return True

    # Messages of the next look at a database count too; that comes after ten seconds.
    eventually(all_looked_at, 120, what="every connection is cut")


def check(number, database, look, diagnose=lambda: ""):
    try:
        look()
    except AssertionError as error:
        raise Disagreement(f"{database.name}, cut after message {number}: {error}\n{diagnose()}") from None


def test_cut_after_every_message(cluster, release_operator, messages_of_a_run):
    for first in range(1, messages_of_a_run + 1, WAVE):
        namespace = cluster.new_namespace("cuts")
        runs = [(number, *start_run(cluster, namespace, f"cut-{number}", number))
                for number in range(first, min(first + WAVE, messages_of_a_run + 1))]
        check_once_cut(runs)
        for number, one, database, proxy, ids in runs:
            one.wait_ready([ids[-1]], timeout=90)
            check(number, database, lambda: check_all_applied(database, ids), one.diagnose)
            one.delete()
            cluster.metric(release_operator, lambda scrape: not scrape.of_environment(namespace, one.name),
                           "the operator has let go of it")
            proxy.close()
            database.drop()
