"""A list of namespaces, with rights in those only; and all of them."""

from harness import revisions
from harness.wait import stays


def test_a_list_of_namespaces(own_operators):
    cluster = own_operators
    served = [cluster.new_namespace("served"), cluster.new_namespace("served-too")]
    other = cluster.new_namespace("not-served")
    ids, files = revisions.chain("9a3", 2)
    made = {namespace: cluster.create_environment(namespace, "env", files, cluster.new_database("names"))
            for namespace in [*served, other]}
    operator = cluster.start_operator(kubeconfig=cluster.namespaced_kubeconfig(served), namespaces=served)
    for namespace in served:
        made[namespace].wait_ready([ids[-1]])
        made[namespace].wait_event("Migrated")
    stays(lambda: not made[other].status().get("conditions"), 3, what="the other namespace is left alone")
    scrape = operator.metrics()
    assert not scrape.of_environment(other, "env")
    assert scrape.total("rest_client_requests_total", code="403") == 0


def test_all_namespaces(own_operators):
    cluster = own_operators
    ids, files = revisions.chain("9a4", 2)
    made = [cluster.create_environment(cluster.new_namespace("any"), "env", files, cluster.new_database("names"))
            for _ in range(2)]
    operator = cluster.start_operator()
    # And one that comes later, in a namespace that did not exist when the watches began.
    made.append(cluster.create_environment(cluster.new_namespace("late"), "env", files, cluster.new_database("names")))
    for one in made:
        one.wait_ready([ids[-1]])
    assert operator.metrics().total("rest_client_requests_total", code="403") == 0


def test_rights_that_are_missing_are_told(own_operators):
    """A namespace without a role: the operator lives, isn't ready, and its log says what it may not do."""
    cluster = own_operators
    served, forbidden = cluster.new_namespace("served"), cluster.new_namespace("forbidden")
    operator = cluster.start_operator(ready=False, kubeconfig=cluster.namespaced_kubeconfig([served]),
                                      namespaces=[served, forbidden])
    stays(lambda: operator.alive, 4, what="the operator lives")
    assert operator.readyz() != 200
    assert "orbidden" in operator.log(), operator.log_tail()
