"""Commands that only look leave nothing behind, and tell of a database that isn't there, or is half way."""

import sqlite3

import pytest

REVISION = """-- revision: {id}
-- down_revision: {parent}
-- message: make {id}
{head}
-- athanor:upgrade
{up}
-- athanor:downgrade
{down}
"""


class Project:
    def __init__(self, workspace):
        self.workspace = workspace
        self.database = workspace.folder / "shop.db"
        workspace.write("alembic.ini", "[alembic]\nscript_location = %(here)s\nsqlalchemy.url = sqlite:///shop.db\n")
        self.revision("r1", "none", "CREATE TABLE t1 (i integer);", "DROP TABLE t1;")
        self.revision("r2", "r1", "CREATE TABLE t2 (i integer);", "DROP TABLE t2;")

    def revision(self, name, parent, up, down="", head=""):
        self.workspace.write(f"versions/{name}.sql",
                             REVISION.format(id=name, parent=parent, head=head, up=up, down=down))

    def ask(self, text):
        with sqlite3.connect(self.database) as connection:
            return connection.execute(text).fetchall()


@pytest.fixture
def project(workspace):
    return Project(workspace)


@pytest.mark.parametrize("command, code", [(("plan",), 0), (("current",), 0), (("current", "--check-heads"), 3),
                                           (("history", "-i"), 0), (("history", "-r", "current:"), 0),
                                           (("show", "current"), 1), (("repair", "--accept", "r1"), 1),
                                           (("adopt", "--yes"), 1), (("upgrade", "nowhere"), 1),
                                           (("downgrade", "base"), 0), (("stamp", "nowhere"), 1)])
def test_looking_makes_no_database(workspace, project, command, code):
    before = workspace.tree()
    run = workspace.athanor(*command)
    assert run.returncode == code, (run.stdout, run.stderr)
    assert str(project.database) in run.stderr
    assert workspace.tree() == before


def test_a_plan_for_a_new_project_is_the_whole_history(workspace, project):
    assert [step["revision"] for step in workspace.json("plan")["steps"]] == ["r1", "r2"]
    assert workspace.json("current") == []
    assert not project.database.exists()


@pytest.mark.parametrize("command", [("upgrade", "heads"), ("stamp", "r1"), ("ensure-version",)])
def test_what_writes_makes_the_database_as_alembic_does_but_no_folder(workspace, project, command):
    workspace.made(*command)
    assert project.ask("SELECT count(*) FROM alembic_version") in ([(0,)], [(1,)])
    said = workspace.refused("--url", "sqlite:///nowhere/shop.db", *command)
    assert "The folder nowhere of the SQLite database does not exist" in said


def test_the_total_is_the_time_that_passed(workspace, project):
    done = workspace.json("upgrade", "heads")
    assert done["durationMs"] >= sum(step["durationMs"] for step in done["steps"])


def test_a_plan_remembers_how_long_a_revision_took_whatever_was_run_since(workspace, project):
    workspace.made("upgrade", "heads")
    project.ask("UPDATE athanor_ledger SET duration_ms = 61000 WHERE revision = 'r2'")
    workspace.made("downgrade", "-1")
    for _ in range(11):
        workspace.made("downgrade", "-1")
        workspace.made("upgrade", "+1")
    planned = workspace.json("plan")["steps"]
    assert [(step["revision"], step["lastDurationMs"]) for step in planned] == [("r2", 61000)]
    assert "took 1 min 01 s last time" in workspace.made("plan")


def test_a_plan_goes_on_where_a_run_stopped(workspace, project):
    project.revision("r3", "r2", "CREATE TABLE t3 (i integer);\nDROP TABLE t1;\nINSERT INTO t4 VALUES (1);\n"
                     "DROP TABLE t2;", head="-- transaction: off\n")
    assert workspace.athanor("upgrade", "heads").returncode == 1
    plan = workspace.json("plan")
    step, = plan["steps"]
    assert step["statementsDone"] == 2
    assert [statement.get("done", False) for statement in step["statements"]] == [True, True, False, False]
    assert plan["destructiveStatements"] == 1
    shown = workspace.made("plan").splitlines()
    at = shown.index("    > goes on here:")
    assert shown[at - 1] == "    (done) DROP TABLE t1;" and shown[at + 1] == "    INSERT INTO t4 VALUES (1);"
    assert "begun before, and 2 of 4 statements are done" in "\n".join(shown)


def test_a_plan_says_what_would_be_refused(workspace, project):
    project.revision("r3", "r2", "COMMIT;")
    shown = workspace.made("plan")
    assert "REFUSED: revision r3" in shown and "The run would stop at r3." in shown
    assert workspace.json("plan")["steps"][2]["refused"]["reason"] == "TransactionControl"


@pytest.mark.parametrize("statement", ["ATTACH DATABASE 'other.db' AS other", "DETACH other", "VACUUM INTO 'copy.db'"])
def test_another_database_file_is_refused_before_anything_runs(workspace, project, statement):
    project.revision("r3", "r2", f"CREATE TABLE t3 (i integer);\n{statement};")
    refusal = "Line 7: ATTACH, DETACH and VACUUM INTO are refused"
    shown = workspace.made("plan")
    assert refusal in shown and "The run would stop at r3." in shown
    assert workspace.json("plan")["steps"][2]["refused"]["reason"] == "OtherDatabase"
    found = workspace.athanor("lint", "--format", "github")
    assert found.returncode == 1 and "line=7" in found.stdout and "ATTACH, DETACH" in found.stdout
    assert "r3.sql, line 7" in workspace.refused("upgrade", "--sql", "base:heads")
    workspace.made("upgrade", "r2")
    run = workspace.athanor("upgrade", "heads")
    assert run.returncode == 1 and "r3.sql, line 7" in run.stderr and "Nothing of the revision was run" in run.stderr


def test_what_makes_the_database_does_not_leave_it_to_the_first_upgrade(workspace, project):
    for command in ("downgrade", "base"), ("upgrade", "base"), ("upgrade", "heads"):
        said = workspace.athanor(*command).stderr
        assert f"There is no database {project.database} yet" in said and "makes it" not in said
    assert "The first upgrade or stamp makes it." in workspace.athanor("--url", "sqlite:///new.db", "current").stderr


def test_a_revision_that_is_half_done_is_told_beside_where_the_database_stands(workspace, project):
    project.revision("r3", "r2", "CREATE TABLE t3 (i integer);\nINSERT INTO t4 VALUES (1);",
                     head="-- transaction: off\n")
    assert workspace.athanor("upgrade", "heads").returncode == 1
    run = workspace.athanor("current")
    assert run.stdout.startswith("r2")
    assert "The upgrade of r3 was begun and is not finished: 1 of its statements is done." in run.stderr
    assert [row["revision"] for row in workspace.json("current")] == ["r2"]
    project.revision("r3", "r2", "CREATE TABLE t3 (i integer);\nSELECT 1;", head="-- transaction: off\n")
    workspace.made("upgrade", "heads")
    assert workspace.athanor("current").stderr == ""


def test_nothing_to_do_without_files_says_why(workspace, project):
    for name in "r1", "r2":
        (workspace.folder / f"versions/{name}.sql").unlink()
    said = workspace.athanor("upgrade", "heads").stderr
    assert f"There are no revision files in {workspace.folder}/versions." in said


def test_ensure_version_tells_whether_it_made_the_table(workspace, project):
    assert workspace.json("ensure-version") == {"table": "alembic_version", "created": True}
    assert workspace.json("ensure-version") == {"table": "alembic_version", "created": False}
    assert workspace.athanor("ensure-version").stderr == "The version table alembic_version is there already.\n"
    project.database.unlink()
    assert workspace.athanor("ensure-version").stderr == "The version table alembic_version was made.\n"


def test_a_run_and_a_plan_tell_the_same_duration(workspace, project):
    """The ledger's, whose row is within the COMMIT that it can't time."""
    done = workspace.json("upgrade", "heads")["steps"]
    planned = workspace.json("plan", "--downgrade", "base")
    workspace.made("downgrade", "base")
    again = workspace.json("plan")["steps"]
    assert [step["durationMs"] for step in done] == [step["lastDurationMs"] for step in again]


def test_a_file_that_is_no_database_is_first_of_all_a_wrong_path(workspace, project):
    said = workspace.refused("--url", "sqlite:///alembic.ini", "upgrade", "heads")
    assert "alembic.ini is no SQLite database" in said and "Check the path in the URL first" in said


LONG = "a_name_that_is_longer_than_the_version_column"


@pytest.mark.parametrize("url, warned", [("postgresql://localhost/shop", "the revision will be refused"),
                                         ("sqlite:///shop.db", "SQLite does not mind")])
def test_an_id_longer_than_the_version_column_is_warned_of(workspace, project, url, warned):
    workspace.write("alembic.ini", f"[alembic]\nscript_location = %(here)s\nsqlalchemy.url = {url}\n")
    run = workspace.athanor("revision", "-m", "long", "--rev-id", LONG)
    assert run.returncode == 0 and "Warning: the id has 45 characters" in run.stderr and warned in run.stderr
    found = workspace.athanor("lint", "--only", "id-too-long", "--json")
    severity = "warning" if url.startswith("sqlite") else "error"
    assert f'"severity": "{severity}"' in found.stdout
    assert found.returncode == (0 if severity == "warning" else 1)
    assert workspace.json("lint", "--only", "id-too-long", "--id-width", "45") == []


def test_sqlite_takes_a_long_id_as_under_alembic(workspace, project):
    workspace.made("revision", "-m", "long", "--rev-id", LONG)
    workspace.made("upgrade", "heads")
    assert project.ask("SELECT version_num FROM alembic_version") == [(LONG,)]
