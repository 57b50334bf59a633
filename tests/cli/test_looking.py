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
