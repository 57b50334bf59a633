"""`athanor adopt` and `athanor repair` on a project of files and a SQLite database."""

import sqlite3

import pytest

GOOSE = ("CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL, "
         "is_applied INTEGER NOT NULL, tstamp TIMESTAMP DEFAULT (datetime('now')));"
         "INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1), (1, 1), (2, 1);")
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


class Project:
    def __init__(self, workspace):
        self.workspace = workspace
        workspace.write("alembic.ini",
                        "[alembic]\nscript_location = %(here)s\nsqlalchemy.url = sqlite:///%(here)s/shop.db\n")
        for number in (1, 2, 3):
            parent = f"{number - 1:05}" if number > 1 else "none"
            workspace.write(f"versions/{number:05}_t.sql",
                            f"-- revision: {number:05}\n-- down_revision: {parent}\n\n-- athanor:upgrade\n"
                            f"CREATE TABLE t{number} (i integer);\n")

    def sql(self, text):
        with sqlite3.connect(self.workspace.folder / "shop.db") as connection:
            return connection.executescript(text) and []

    def ask(self, text):
        with sqlite3.connect(self.workspace.folder / "shop.db") as connection:
            return connection.execute(text).fetchall()


@pytest.fixture
def project(workspace):
    return Project(workspace)


def test_adopt_stamps_where_the_other_tool_stopped(workspace, project):
    project.sql(GOOSE)
    planned = workspace.json("adopt", "--yes")
    assert (planned["from"], planned["applied"], planned["current"]) == ("goose", 2, ["00002"])
    assert project.ask("SELECT version_num FROM alembic_version") == [("00002",)]
    assert project.ask("SELECT act FROM athanor_ledger") == [("adopt:goose",)]
    assert "NothingToAdopt" in workspace.refused("adopt", "--yes", "--from", "goose", "--json")


def test_adopt_writes_nothing_unless_it_is_told_to(workspace, project):
    project.sql(GOOSE)
    assert "Say --yes" in workspace.refused("adopt")
    assert '"liquibase" is not alembic, ' in workspace.refused("adopt", "--from", "liquibase", code=2)
    project.sql("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9, 1)")
    assert "says that 9 is applied" in workspace.refused("adopt", "--yes")


def test_repair_accepts_an_edited_revision(workspace, project):
    project.sql(GOOSE)
    workspace.made("adopt", "--yes")
    # As if it had been run with another text.
    project.sql("INSERT INTO athanor_ledger (seq, layout_version, readable_from, act, revision, state, checksum, at) "
                f"VALUES (2, 1, 1, 'upgrade', '00002', 'done', '{EMPTY}', '2026-11-22T20:14:00.000Z')")
    assert "Say --yes" in workspace.refused("repair", "--accept", "00002")
    assert workspace.json("repair", "--accept", "00002", "--yes")["recorded"] == EMPTY
    assert project.ask("SELECT act, revision FROM athanor_ledger WHERE seq = 3") == [("accept", "00002")]
    assert "is what was run" in workspace.refused("repair", "--accept", "00002", "--yes")


@pytest.fixture
def interrupted(workspace, project):
    """00003 was begun statement by statement and interrupted in its first."""
    project.sql(GOOSE)
    workspace.made("adopt", "--yes")
    project.sql("INSERT INTO athanor_ledger (seq, layout_version, readable_from, act, revision, state, checksum, at) "
                f"VALUES (2, 1, 1, 'upgrade', '00002', 'done', '{EMPTY}', '2026-11-22T20:14:00.000Z')")
    checksum = workspace.json("repair", "--accept", "00002", "--yes")["checksum"]
    # The same text, and so the same checksum.
    workspace.write("versions/00003_t.sql", "-- revision: 00003\n-- down_revision: 00002\n-- transaction: off\n\n"
                    "-- athanor:upgrade\nCREATE TABLE t2 (i integer);\n")
    project.sql("INSERT INTO athanor_ledger (seq, layout_version, readable_from, act, revision, state, "
                "statements_done, checksum, at) VALUES (4, 1, 1, 'upgrade', '00003', 'running', 0, "
                f"'{checksum}', '2026-11-22T20:14:00.000Z')")
    return project


@pytest.mark.parametrize("option, done", [("--done", 1), ("--not-done", 0)])
def test_repair_says_what_became_of_a_statement(workspace, interrupted, option, done):
    assert "stands half done, and not 00002" in workspace.refused("repair", option, "00002", "--yes")
    marked = workspace.json("repair", option, "00003", "--yes")
    assert (marked["sql"], marked["done"]) == ("CREATE TABLE t2 (i integer)", bool(done))
    assert interrupted.ask("SELECT state, statements_done FROM athanor_ledger WHERE seq = 4") == [("failed", done)]


@pytest.mark.parametrize("option", ["--done", "--not-done"])
def test_an_operators_database_stays_its_own_and_it_has_to_be_told(workspace, interrupted, option):
    owner = ("staging", "shop", "c1")
    interrupted.sql(f"UPDATE athanor_ledger SET (owner_name, owner_namespace, owner_cluster) = {owner}")
    assert "belongs to the environment shop/staging in cluster c1" in workspace.refused("repair", option, "00003", "-y")
    assert "recorded as that of shop/staging" in workspace.refused("repair", option, "00003", "-y", "--for", "x/y")
    run = workspace.athanor("repair", option, "00003", "--yes", "--for", "shop/staging")
    assert run.returncode == 0, run.stderr
    assert "kubectl athanor retry staging -n shop" in run.stderr
    assert interrupted.ask("SELECT state, owner_name, owner_namespace, owner_cluster FROM athanor_ledger "
                           "WHERE seq = 4") == [("failed", *owner)]


def test_repair_takes_one_thing_at_a_time(workspace, project):
    workspace.refused("repair", code=2)
    workspace.refused("repair", "--accept", "00001", "--done", "00002", code=2)
