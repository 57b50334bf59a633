"""Python scripts of Alembic's and SQL revisions in one folder."""

import json

import pytest

from alembic_project import SCRIPT

BODY = '''def upgrade():
    op.execute("CREATE TABLE {0} (id integer)")


def downgrade():
    op.execute("DROP TABLE {0}")'''


@pytest.fixture
def project(workspace):
    workspace.environment["DATABASE_URL"] = f"sqlite:///{workspace.folder}/a.db"
    workspace.made("init", "alembic")
    return workspace


def script(project, id_, parents=None, name=None):
    project.write(f"alembic/versions/{name or id_ + '_script'}.py",
                  SCRIPT.format(id=id_, parents=parents, labels=None, depends_on=None, message=f"the {id_}",
                                body=BODY.format(id_)))


def test_what_is_imported_may_stay_for_alembic(project):
    script(project, "a1")
    script(project, "a2", "a1", name="2026-11-25_another_name")
    project.made("import")
    project.made("upgrade", "head")
    assert project.made("current") == "a2 (head)\n"
    assert project.alembic("downgrade", "-1").returncode == 0
    assert project.made("current") == "a1\n"
    shown = project.alembic("history")
    assert shown.stdout == "a1 -> a2 (head), the a2\n<base> -> a1, the a1\n"
    assert "more than once" not in shown.stderr
    assert project.made("lint", "--only", "graph-error") == ""


ASKED = {
    "upgrade": ["upgrade", "heads"], "downgrade": ["downgrade", "base"], "stamp": ["stamp", "head"],
    "on paper": ["upgrade", "--sql", "head"], "plan": ["plan"], "current": ["current"], "heads": ["heads"],
    "history": ["history"], "a new revision": ["revision", "-m", "next"], "bundle": ["bundle"],
}


@pytest.mark.parametrize("asked", ASKED)
def test_a_script_that_is_not_imported_is_told_and_the_history_is_not_taken_for_whole(project, asked):
    project.made("revision", "--rev-id", "a1")
    script(project, "b1", "a1")
    said = project.refused(*ASKED[asked])
    assert "alembic/versions/b1_script.py is a Python script of Alembic (revision b1)" in said
    assert "athanor import" in said


def test_lint_finds_a_script_that_is_not_imported(project):
    project.made("revision", "--rev-id", "a1")
    script(project, "b1", "a1")
    run = project.athanor("lint", "--only", "graph-error", "--json")
    assert run.returncode == 1
    [finding] = json.loads(run.stdout)
    assert finding["rule"] == "graph-error" and finding["file"].endswith("alembic/versions/b1_script.py")
    assert project.athanor("lint", "--exclude", "graph-error").returncode == 0


def test_importing_what_alembic_wrote_on_top_of_sql_makes_it_whole(project):
    project.write("alembic/versions/a1.sql", "-- revision: a1\n\n-- athanor:upgrade\nCREATE TABLE a1 (id integer);\n")
    env_py = project.folder / "alembic/env.py"
    env_py.write_text(env_py.read_text().replace("target_metadata = None", "import sqlalchemy\n"
                                                 "target_metadata = sqlalchemy.MetaData()"))
    project.made("upgrade", "head")
    written = project.alembic("revision", "--autogenerate", "-m", "by alembic", "--rev-id", "b1")
    assert written.returncode == 0, written.stderr
    assert "b1_by_alembic.py" in project.refused("upgrade", "head")
    project.made("import")
    project.made("upgrade", "head")
    assert project.made("current") == "b1 (head)\n"
    assert "-- down_revision: a1\n" in (project.folder / "alembic/versions/b1_by_alembic.sql").read_text()


def test_a_link_to_nowhere_that_is_named_as_a_revision_is_told(project):
    project.made("revision", "--rev-id", "a1")
    (project.folder / "alembic/versions/b1.sql").symlink_to("gone.sql")
    assert "b1.sql has the name of a revision, and is a link to gone.sql" in project.refused("upgrade", "head")
