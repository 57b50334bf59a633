"""Every command that writes, with arguments that are wrong: it fails as it should, and not a byte of the project or of
its database is another."""

import contextlib
import json
import sqlite3

import pytest

GOOSE = """CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL,
is_applied INTEGER NOT NULL, tstamp TIMESTAMP DEFAULT (datetime('now')));
INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1), (7, 1);"""
TWO_HEADS = (("a1", "none", "-- branch_labels: core\n"), ("a2", "a1", ""), ("b1", "a1", ""), ("x1", "none", ""))


@pytest.fixture
def project(workspace):
    """Revisions a1, a2 and b1 after it, x1 beside; a2 is applied, by a run of `upgrade`."""
    workspace.environment["DATABASE_URL"] = "sqlite:///shop.db"
    workspace.environment["EDITOR"] = "touch edited; true"
    workspace.made("init", "alembic")
    for identifier, parent, more in TWO_HEADS:
        workspace.write(f"alembic/versions/{identifier}.sql",
                        f"-- revision: {identifier}\n-- down_revision: {parent}\n{more}"
                        f"-- message: make {identifier}\n\n-- athanor:upgrade\nCREATE TABLE {identifier} (i integer);\n")
    workspace.write("alembic/versions/a2.sql", (workspace.folder / "alembic/versions/a2.sql").read_text() +
                    "-- athanor:downgrade\nDROP TABLE a2;\n")
    workspace.made("upgrade", "a2")
    ini = workspace.folder / "alembic.ini"
    ini.write_text(ini.read_text() + "\n[staging]\nscript_location = %(here)s/alembic\n"
                                     "sqlalchemy.url = sqlite:///shop.db\n")
    with contextlib.closing(sqlite3.connect(workspace.folder / "goose.db")) as database:
        database.executescript(GOOSE)
    workspace.write("body.sql", "SELECT 1;\n")
    workspace.write("full/x", "x")
    workspace.write("foreign/R__view.sql", "SELECT 1;\n")
    workspace.write("two/1_x.up.sql", "SELECT 1;\n")
    workspace.write("two/1_y.up.sql", "SELECT 2;\n")
    return workspace


WRONG = {
    "init": [
        ("no folder", [], 2, "init needs DIRECTORY"),
        ("two folders", ["a", "b"], 2, "b"),
        ("a folder that is full", ["full"], 1, "not empty"),
        ("a file for a folder", ["alembic.ini"], 1, "no folder"),
        ("a section that has a folder", ["other"], 1, "Name another environment with -n NAME"),
        ("an id", ["other", "--rev-id", "x"], 2, "--rev-id"),
    ],
    "revision": [
        ("two heads and none chosen", ["-m", "x"], 1, "heads"),
        ("a parent that is not there", ["--head", "zz"], 1, "zz"),
        ("a parent with a child", ["--head", "a1"], 1, "--splice"),
        ("a taken id", ["--head", "a2", "--rev-id", "b1"], 1, "exists already"),
        ("an id that no id may be", ["--head", "a2", "--rev-id", "a@b"], 1, "contains @"),
        ("a taken label", ["--head", "x1", "--branch-label", "core"], 1, "core"),
        ("a dependency that is not there", ["--head", "a2", "--depends-on", "zz"], 1, "zz"),
        ("a file that is not there", ["--head", "a2", "--sql", "none.sql"], 1, "none.sql"),
        ("a folder for a file", ["--head", "a2", "--sql", "full"], 1, "full"),
        ("a folder that is none of its own", ["--head", "a2", "--version-path", "full"], 2, "no folder of the project"),
        ("an unknown way of transactions", ["--transaction", "maybe"], 2, "maybe"),
        ("a word too many", ["--head", "a2", "word"], 2, "word"),
    ],
    "merge": [
        ("nothing", [], 2, "merge needs REVISION"),
        ("one", ["a2"], 1, "merge joins several"),
        ("an ancestor", ["a1", "a2"], 1, "ancestor"),
        ("one that is not there", ["a2", "zz"], 1, "zz"),
        ("one twice", ["a2", "a2"], 1, "a2"),
        ("a taken id", ["a2", "b1", "--rev-id", "x1"], 1, "exists already"),
    ],
    "upgrade": [
        ("no target", [], 2, "needs TARGET"),
        ("two targets", ["a2", "b1"], 2, "b1"),
        ("a target that is not there", ["zz"], 1, "zz"),
        ("several heads", ["head"], 1, "heads"),
        ("steps past the end", ["a2+1"], 1, "a2"),
        ("steps of several ways", ["+9"], 1, "+9"),
        ("a step down", ["-1"], 1, "downgrade"),
        ("a range", ["a1:a2"], 2, "--sql"),
        ("a range from nowhere", ["--sql", "zz:a2"], 1, "zz"),
        ("a time that is none", ["b1", "--lock-timeout", "soon"], 2, "--lock-timeout"),
        ("two lock timeouts", ["b1", "--lock-timeout", "1s", "--lock-timeout", "2s"], 2, "more often than it may be"),
        ("a time below zero", ["b1", "--statement-timeout", "-5"], 2, "statement-timeout"),
        ("another environment's database", ["b1", "-n", "staging"], 1, "belongs to the environment alembic"),
        ("an owner who is not its owner", ["b1", "-n", "staging", "--take-over", "somebody"], 1, "alembic"),
        ("a label that is not there", ["shop@head"], 1, "shop"),
        ("an empty target", [""], 2, "revision: the value is empty"),
    ],
    "downgrade": [
        ("no target", [], 2, "needs TARGET"),
        ("what is not applied", ["b1"], 1, "not applied"),
        ("a target that is not there", ["zz"], 1, "zz"),
        ("steps below base", ["-9"], 1, "-9"),
        ("a step up", ["+1"], 1, "does not lie below"),
        ("what cannot be undone", ["base"], 1, "athanor:downgrade"),
        ("half a range", ["--sql", "a1"], 1, "FROM:a1"),
        ("a time that is none", ["a1", "--lock-timeout", "1h!"], 2, "lock-timeout"),
    ],
    "stamp": [
        ("no revision", [], 2, "stamp needs REVISION"),
        ("one that is not there", ["zz"], 1, "zz"),
        ("one that needs the other", ["a1", "a2"], 1, "a2"),
        ("several heads", ["head"], 1, "heads"),
        ("steps", ["-1"], 1, "-1"),
        ("two beginnings", ["--sql", "a1:a2", "base:x1"], 2, "two"),
    ],
    "ensure-version": [
        ("a word too many", ["head"], 2, "head"),
        ("a database in no folder", ["--url", "sqlite:///nowhere/x.db"], 1, "nowhere"),
    ],
    "adopt": [
        ("a tool that is not known", ["--yes", "--from", "liquibase"], 2, "is not alembic, golang"),
        ("a tool that was not there", ["--yes", "--url", "sqlite:///goose.db", "--from", "flyway"], 1,
         "no table of flyway"),
        ("a table that is not there", ["--yes", "--url", "sqlite:///goose.db", "--from", "goose", "--table", "nowhere"],
         1, "nowhere"),
        ("what has no revision", ["--yes", "--url", "sqlite:///goose.db"], 1, "says that 7 is applied"),
        ("a word too many", ["--yes", "a2"], 2, "a2"),
    ],
    "repair": [
        ("nothing", [], 2, "--accept"),
        ("two things", ["--accept", "a1", "--done", "a2"], 2, "--accept"),
        ("one that is not there", ["--accept", "zz", "--yes"], 1, "zz"),
        ("one that is not applied", ["--accept", "b1", "--yes"], 1, "b1"),
        ("one that was not edited", ["--accept", "a1", "--yes"], 1, "what was run"),
        ("one that was not interrupted", ["--done", "a1", "--yes"], 1, "a1"),
        ("one that was not begun", ["--not-done", "b1", "--yes"], 1, "b1"),
    ],
    "import": [
        ("a tool that is not known", ["--from", "liquibase", "full"], 2, "is not alembic, golang"),
        ("a folder that is not there", ["--from", "flyway", "nowhere"], 1, "nowhere"),
        ("no folder", ["--from", "goose"], 2, "name the folder"),
        ("a folder of something else", ["--from", "flyway", "full"], 1, "full"),
        ("what has no place in a history", ["--from", "flyway", "foreign"], 1, "foreign holds nothing of flyway"),
        ("two of one number", ["--from", "golang-migrate", "two"], 1, "1_y.up.sql"),
        ("a program that is not there", ["--alembic", "./no-alembic"], 1, "no-alembic"),
        ("an output below a file", ["--from", "golang-migrate", "two", "--output", "alembic.ini/x"], 1, ""),
        ("two folders", ["--from", "goose", "full", "two"], 2, "two"),
    ],
    "bundle": [
        ("a folder that is a file", ["-o", "body.sql/out.yaml"], 1, "body.sql"),
        ("a name that no object may have", ["-o", "out.yaml", "--config-map", "Not_A_Name"], 2, "Not_A_Name"),
        ("a namespace that none may be", ["-o", "out.yaml", "--namespace", "-x-"], 2, "-x-"),
        ("a label without a value", ["-o", "out.yaml", "--label", "team"], 2, "team"),
        ("a size that is none", ["-o", "out.yaml", "--max-size", "many"], 2, "max-size"),
        ("a size that is too large", ["-o", "out.yaml", "--max-size", "2MiB"], 2, "max-size"),
        ("a pin without an environment", ["-o", "out.yaml", "--pin"], 2, "--environment"),
        ("a secret without an environment", ["-o", "out.yaml", "--secret", "db"], 2, "--environment"),
        ("a digest to a file", ["-o", "out.yaml", "--digest"], 2, "--digest"),
        ("a word too many", ["-o", "out.yaml", "a2"], 2, "a2"),
    ],
    "edit": [
        ("no revision", [], 2, "edit needs REVISION"),
        ("two", ["a1", "a2"], 2, "a2"),
        ("one that is not there", ["zz"], 1, "zz"),
        ("base", ["base"], 1, "names no revision"),
        ("an empty one", [""], 2, "revision: the value is empty"),
    ],
}

ROWS = [(command, *row) for command, rows in WRONG.items() for row in rows]


@pytest.mark.parametrize("command, words, code, said", [(row[0], *row[2:]) for row in ROWS],
                         ids=[f"{row[0]}: {row[1]}" for row in ROWS])
def test_nothing_is_written_by(project, command, words, code, said):
    told = project.refused(command, *words, code=code)
    assert said in told and told.strip(), told
    on_paper = "--sql" in words and command != "revision"  # which --json has no form for
    told = json.loads(project.refused(command, *words, "--json", code=2 if on_paper else code))["error"]
    assert told["reason"] and ("--json" if on_paper else said) in told["message"]
    assert (told["reason"] == "WrongUsage") == (on_paper or code == 2)


# What every command needs, with arguments that would do on their own.
MEANT = {"init": ["other"], "revision": ["--head", "a2"], "merge": ["a2", "b1"], "upgrade": ["b1"], "downgrade": ["a1"],
         "stamp": ["a1"], "ensure-version": [], "adopt": ["--yes"], "repair": ["--accept", "a1", "--yes"], "import": [],
         "bundle": ["-o", "out.yaml"], "edit": ["a2"]}


@pytest.mark.parametrize("command", MEANT)
def test_nothing_is_written_where_the_project_is_wrong(project, command):
    project.write("no-section.ini", "script_location = alembic\n")
    project.write("no-place.ini", "[alembic]\nsqlalchemy.url = sqlite:///shop.db\n")
    words = [command, *MEANT[command]]
    assert "--colour" in project.refused(*words, "--colour", code=2)
    assert "-n" in project.refused(*words, "-n", code=2)
    assert "no-section.ini, line 1" in project.refused("-c", "no-section.ini", *words)
    assert "full" in project.refused("-c", "full", *words)
    if command == "init":
        return
    assert "none.ini" in project.refused("-c", "none.ini", *words)
    assert "there is: alembic, staging" in project.refused("-n", "nowhere", *words)
    assert "script_location" in project.refused("-c", "no-place.ini", *words)


# `edit` is what mends them.
@pytest.mark.parametrize("command", [name for name in MEANT if name not in ("init", "import", "edit")])
@pytest.mark.parametrize("damage, said", [
    ("SELECT 1;\n", "bad.sql, line 1"),
    ("-- revision: bad\n-- down_revision: zz\n\n-- athanor:upgrade\n", "zz"),
    ("-- revision: bad\n-- down_revision: bad\n\n-- athanor:upgrade\n", "bad"),
    ("-- revision: a1\n\n-- athanor:upgrade\nSELECT 2;\n", "a1"),
], ids=["no head", "no parent", "itself its parent", "an id twice"])
def test_nothing_is_written_where_a_revision_is_wrong(project, command, damage, said):
    project.write("alembic/versions/bad.sql", damage)
    if command == "ensure-version":
        # It needs no revision, and the table is there already.
        project.made(command)
        return
    assert said in project.refused(command, *MEANT[command])
