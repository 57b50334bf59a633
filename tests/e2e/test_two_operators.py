"""Two operators at once: every revision is applied exactly once, whoever leads."""

from harness.applying import check_all_applied, counting_revisions
from harness.wait import eventually


def _leads(operator):
    return operator.metrics().total("leader_election_master_status") == 1


def test_without_leader_election_the_database_lock_keeps_them_apart(own_operators, namespace):
    cluster = own_operators
    operators = [cluster.start_operator(namespaces=[namespace]) for _ in range(2)]
    made = []
    for number in range(6):
        ids, files = counting_revisions(f"2{number}a", transactional=8)
        database = cluster.new_database(f"two_{number}")
        made.append((cluster.create_environment(namespace, f"two-{number}", files, database), database, ids))
    for one, database, ids in made:
        one.wait_ready([ids[-1]], timeout=60)
        check_all_applied(database, ids)
    both_were_at_it(operators, [(one.name, len(ids)) for one, _, ids in made])


def both_were_at_it(operators, lengths):
    """Both have reconciled every environment, and what they applied adds up to each revision once."""
    def reconciled(operator):
        scrape = operator.metrics()
        assert scrape.total("controller_runtime_reconcile_total") > 0
        seen = {labels["name"] for name, labels, _ in scrape.samples
                if name == "athanor_environment_last_reconcile_timestamp_seconds"}
        assert seen == {name for name, _ in lengths}, f"{operator.name} has looked at {seen}"
        return True

    for operator in operators:
        eventually(lambda: reconciled(operator), 30, what="both operators have looked at every environment")
    scrapes = [operator.metrics() for operator in operators]
    for name, length in lengths:
        applied = sum(scrape.total("athanor_revisions_applied_total", name=name, direction="upgrade", result="success")
                      for scrape in scrapes)
        assert applied == length, f"{name}: {applied} revisions were applied, there are {length}"


def test_with_leader_election_the_second_takes_over(own_operators, namespace, database):
    cluster = own_operators
    ids, files = counting_revisions("1ead", transactional=6)
    named = list(files.items())
    first = cluster.start_operator(namespaces=[namespace], leader_elect=True)
    eventually(lambda: _leads(first), 30, what="the first operator leads", diagnose=first.log_tail)
    second = cluster.start_operator(namespaces=[namespace], leader_elect=True)
    one = cluster.create_environment(namespace, "led", dict(named[:2]), database)
    one.wait_ready([ids[1]])
    assert _leads(first) and not _leads(second)
    # Killed, it keeps the lease until it expires by the other's own clock.
    cluster.kill_operator(first)
    cluster.set_files(namespace, "led-revisions", dict(named[:4]))
    one.wait_ready([ids[3]], timeout=60)
    assert _leads(second)
    # Asked to stop, it gives the lease back: the next one need not wait.
    third = cluster.start_operator(namespaces=[namespace], leader_elect=True)
    assert not _leads(third)
    assert cluster.stop_operator(second) == 0
    eventually(lambda: _leads(third), 8, what="the lease was released", diagnose=third.log_tail)
    cluster.set_files(namespace, "led-revisions", files)
    one.wait_ready([ids[-1]])
    check_all_applied(database, ids)
