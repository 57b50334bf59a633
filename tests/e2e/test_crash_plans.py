"""kill -9 between any two steps of the apply protocol, in plans that are no upgrade of one chain: downgrades, branches
and merges."""

import pytest

from harness.applying import wait_until_nobody_is_connected
from harness.crashing import FAILPOINTS, killed, recover
from harness.revisions import identifiers
from harness.tape import Taped, check_history, check_tape, prepare, tape_of

# Version table and ledger are made once a database, whatever the plan.
PASSED_ONCE = "step.after_prepare"
STEP_POINTS = [name for name in FAILPOINTS if name.startswith("step.") and name != PASSED_ONCE]
# Each revision here has two statements.
STATEMENTS = 2


def at_step(point, number):
    """The failpoint in the plan's `number`-th step, counted from 1."""
    return f"{point}:{number * STATEMENTS if point == 'step.after_statement' else number}"


def points(*steps):
    return [at_step(point, number) for number in steps for point in STEP_POINTS] + \
        [f"step.after_statement:{number * STATEMENTS - 1}" for number in steps]


def three_in_a_row():
    ids = identifiers("d03", 3)
    return ids, Taped({ids[0]: [], ids[1]: [ids[0]], ids[2]: [ids[1]]})


def a_branch_and_a_merge():
    """base, left and right, their merge, and one after it."""
    base, left, right, merge, last = ids = identifiers("b4a", 5)
    return ids, Taped({base: [], left: [base], right: [base], merge: [left, right], last: [merge]})


def is_there(cluster, namespace, taped, database, spec=None):
    """An environment that no operator has looked at yet."""
    prepare(database)
    return cluster.create_environment(namespace, "crash", taped.files, database, spec=spec)


def is_applied(cluster, namespace, taped, database):
    """An environment whose every revision is applied, and whose operator has ended."""
    one = is_there(cluster, namespace, taped, database, spec={"policy": {"downgrade": "Allow"}})
    first = cluster.start_operator(namespaces=[namespace])
    check_history(one.wait_ready(taped.heads_of(taped.parents)), database)
    assert cluster.stop_operator(first) == 0
    return one


def test_the_failpoints_of_a_step_were_found():
    assert len(STEP_POINTS) >= 5 and PASSED_ONCE in FAILPOINTS, FAILPOINTS


def killed_and_recovered(cluster, namespace, one, database, taped, failpoint, target):
    """Tape and ledger agree at the crash already, not only once the next operator has been there."""
    killed(cluster, namespace, failpoint)
    wait_until_nobody_is_connected(database)
    check_tape(database, taped)
    recover(cluster, namespace, one, database, target)


@pytest.mark.parametrize("failpoint", points(1, 2))
def test_killed_in_a_downgrade(own_operators, namespace, database, failpoint):
    """Two of three revisions are undone, each once."""
    cluster = own_operators
    ids, taped = three_in_a_row()
    one = is_applied(cluster, namespace, taped, database)
    one.patch_spec(target=ids[0])
    killed_and_recovered(cluster, namespace, one, database, taped, failpoint, ids[0])
    assert check_tape(database, taped) == ids[:1]
    assert tape_of(database) == ["+" + ids[0], "+" + ids[1], "+" + ids[2], "-" + ids[2], "-" + ids[1]]


@pytest.mark.parametrize("failpoint", points(2, 3, 4))
def test_killed_between_branch_and_merge(own_operators, namespace, database, failpoint):
    """The steps at which the version table's rows become two, and one again."""
    cluster = own_operators
    ids, taped = a_branch_and_a_merge()
    one = is_there(cluster, namespace, taped, database)
    killed_and_recovered(cluster, namespace, one, database, taped, failpoint, ids[-1])
    assert check_tape(database, taped)[-2:] == ids[-2:]
    assert sorted(tape_of(database)) == sorted("+" + one for one in ids)


@pytest.mark.parametrize("failpoint", points(2, 3))
def test_killed_while_a_merge_is_undone(own_operators, namespace, database, failpoint):
    cluster = own_operators
    ids, taped = a_branch_and_a_merge()
    one = is_applied(cluster, namespace, taped, database)
    one.patch_spec(target=ids[0])
    killed_and_recovered(cluster, namespace, one, database, taped, failpoint, ids[0])
    assert check_tape(database, taped) == ids[:1]
    assert sorted(tape_of(database)) == sorted(["+" + one for one in ids] + ["-" + one for one in ids[1:]])
