"""A database that is taken back behind the operator's back: noticed at the next check, told, and mended."""

import pytest

from harness import revisions
from harness.wait import eventually, stays

pytestmark = pytest.mark.usefixtures("shared_operator")

# The environments' interval with its jitter, the check itself and the time until the status is in.
NOTICED_S = 20


def _undo(database, ids):
    database.sql(f"DROP TABLE t3; UPDATE alembic_version SET version_num = '{ids[1]}'")


def _restore(database, ids):
    """What a backup from before the last revision holds."""
    _undo(database, ids)
    database.sql('DELETE FROM athanor."public.alembic_version" WHERE revision = %s', ids[2])
    assert [row["revision"] for row in database.ledger() if row["act"] == "upgrade"] == ids[:2]


# sentence: what somebody does to a database at the last of three revisions
TAKEN_BACK = {"undone by hand": _undo, "a restored backup": _restore}


def applied(cluster, namespace, name, database):
    """@return (Environment at the last of three revisions, their ids)"""
    ids, files = revisions.chain("d41f", 3)
    one = cluster.create_environment(namespace, name, files, database)
    one.wait_ready([ids[-1]])
    one.wait_condition("Drifted", "False", "InSync")
    return one, ids


def wait_told(one, ids):
    """A Warning event names what is no longer applied."""
    def told():
        return [event for event in one.events() if (event["type"], event["reason"]) == ("Warning", "Drifted")
                and event["note"].startswith("DatabaseBehind") and ids[2] in event["note"]]

    eventually(told, NOTICED_S, what="an event tells of the drift", diagnose=one.diagnose)


@pytest.mark.parametrize("take_back", TAKEN_BACK.values(), ids=TAKEN_BACK.keys())
def test_is_noticed_at_the_interval_and_mended(cluster, namespace, database, take_back):
    one, ids = applied(cluster, namespace, "behind", database)
    before = one.get()["metadata"]["generation"]
    take_back(database, ids)
    wait_told(one, ids)
    eventually(lambda: database.versions() == [ids[2]], 20, what="it is applied again", diagnose=one.diagnose)
    one.wait_condition("Drifted", "False", "InSync")
    one.wait_ready([ids[2]])
    one.wait_event("DriftResolved")
    assert database.tables() == ["t1", "t2", "t3"]
    assert one.get()["metadata"]["generation"] == before, "nobody touched the environment"


def test_is_told_of_a_suspended_environment_and_left_as_it_is(cluster, shared_operator, namespace, database):
    one, ids = applied(cluster, namespace, "resting", database)
    one.patch_spec(suspend=True)
    one.wait_ready([ids[2]])
    _restore(database, ids)
    drifted = one.wait_condition("Drifted", "True", "DatabaseBehind", timeout=NOTICED_S)
    assert ids[2] in drifted["message"] and ids[1] not in drifted["message"], drifted
    assert one.condition("Ready")["reason"] == "Suspended"
    assert one.status()["pendingRevisions"] == [ids[2]]
    wait_told(one, ids)
    labels = {"namespace": namespace, "name": "resting"}
    cluster.metric(shared_operator, lambda scrape: scrape.value("athanor_environment_condition", type="Drifted",
                                                                status="True", **labels) == 1, "the drift is counted")
    stays(lambda: database.versions() == [ids[1]] and one.condition("Drifted")["status"] == "True", 12,
          what="another check changes nothing")
    one.patch_spec(suspend=False)
    one.wait_ready([ids[2]])
    one.wait_condition("Drifted", "False", "InSync")
    assert database.tables() == ["t1", "t2", "t3"]


def test_what_cannot_be_applied_again_stays_told(cluster, namespace, database):
    """The row alone was put back: the revision's table is still there."""
    one, ids = applied(cluster, namespace, "stuck", database)
    database.sql(f"UPDATE alembic_version SET version_num = '{ids[1]}'")
    one.wait_condition("Stalled", "True", "SqlError", timeout=NOTICED_S)
    assert one.condition("Drifted")["reason"] == "DatabaseBehind"
    assert one.status()["failure"]["revision"] == ids[2]
    database.sql(f"UPDATE alembic_version SET version_num = '{ids[2]}'")
    one.wait_ready([ids[2]])
    one.wait_condition("Drifted", "False", "InSync")
