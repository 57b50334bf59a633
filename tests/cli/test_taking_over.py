"""`--take-over`: the database is this environment's afterwards, also where nothing else was to be done."""

import sqlite3

import pytest

INI = "[alembic]\nscript_location = %(here)s\nsqlalchemy.url = sqlite:///shop.db\n"


@pytest.fixture
def owned(workspace):
    """A database at its head that belongs to [alembic], and a section [staging] that means the same one."""
    workspace.write("alembic.ini", INI + INI.replace("[alembic]", "[staging]"))
    workspace.write("versions/r1.sql", "-- revision: r1\n-- down_revision: none\n-- message: first\n\n"
                    "-- athanor:upgrade\nCREATE TABLE t (i integer);\n-- athanor:downgrade\nDROP TABLE t;\n")
    workspace.made("upgrade", "heads")
    assert "belongs to the environment alembic" in workspace.athanor("-n", "staging", "upgrade", "heads").stderr
    return workspace


def acts(workspace):
    with sqlite3.connect(workspace.folder / "shop.db") as connection:
        return connection.execute("SELECT act, owner_name FROM athanor_ledger ORDER BY seq").fetchall()


NOTHING_TO_DO = [("upgrade", "heads"), ("downgrade", "r1"), ("stamp", "head"), ("adopt", "--yes")]


@pytest.mark.parametrize("command", NOTHING_TO_DO)
def test_it_is_recorded_where_nothing_is_to_be_done(owned, command):
    run = owned.athanor("-n", "staging", *command, "--take-over", "alembic")
    assert run.returncode == 0, run.stderr
    assert "The database was taken over from alembic, and is staging's from now on." in run.stderr
    assert acts(owned) == [("upgrade", "alembic"), ("claim", "staging")]
    again = owned.athanor("-n", "staging", *command, "--take-over", "alembic")
    assert again.returncode == 0 and "taken over" not in again.stderr
    assert owned.json("-n", "staging", "upgrade", "heads")["steps"] == []
    assert "belongs to the environment staging" in owned.refused("upgrade", "heads")


@pytest.mark.parametrize("command", [("downgrade", "base"), ("stamp", "base")])
def test_it_is_told_where_something_is_done(owned, command):
    told = owned.json("-n", "staging", *command, "--take-over", "alembic")
    assert told["previousOwner"] == "alembic" and told["current"] == []
    assert [owner for _, owner in acts(owned)] == ["alembic", "staging"]


@pytest.mark.parametrize("command", NOTHING_TO_DO)
def test_another_owner_is_not_replaced(owned, command):
    said = owned.refused("-n", "staging", *command, "--take-over", "production")
    assert "belongs to the environment alembic" in said


def test_a_database_that_is_ours_already_is_not_written_to(owned):
    before = owned.tree()
    assert "previousOwner" not in owned.json("upgrade", "heads", "--take-over", "alembic")
    assert owned.tree() == before
