"""The env.py of `athanor init`: what Alembic makes of a database that Athanor keeps."""

import sqlite3

import pytest

REVISION = "-- revision: a1\n-- message: first\n\n-- athanor:upgrade\nSELECT 1;\n"


@pytest.fixture
def project(workspace):
    workspace.made("init", "alembic")
    workspace.write("alembic/versions/a1.sql", REVISION)
    return workspace


def with_models(project, more=""):
    """An env.py with models to compare the database with: none at all."""
    env_py = project.folder / "alembic/env.py"
    text = env_py.read_text().replace("target_metadata = None", "import sqlalchemy\n"
                                      "target_metadata = sqlalchemy.MetaData()")
    env_py.write_text(text.replace("        include_object=", f"        {more}include_object="))


def proposed(project, env):
    """What autogenerate would do, as the script that it writes."""
    run = project.alembic("revision", "--autogenerate", "-m", "compared", env=env)
    assert run.returncode == 0, run.stderr
    (script,) = (project.folder / "alembic/versions").glob("*.py")
    return script.read_text()


def test_autogenerate_leaves_the_ledger_alone_on_sqlite(project):
    with_models(project)
    env = {"DATABASE_URL": f"sqlite:///{project.folder}/a.db"}
    assert project.alembic("stamp", "head", env=env).returncode == 0
    database = sqlite3.connect(project.folder / "a.db")
    for table in ("athanor_ledger", "athanor_ledger_other", "users"):
        database.execute(f"CREATE TABLE {table} (a integer)")
    database.close()
    script = proposed(project, env)
    assert "drop_table('users')" in script
    assert "athanor" not in script
    assert "down_revision = 'a1'" in script, "the SQL revision is the parent"


def test_autogenerate_leaves_the_ledger_alone_on_postgresql(project, postgres):
    with_models(project, "include_schemas=True, ")
    database = postgres.create_database("autogenerate")
    env = {"DATABASE_URL": database.url()}
    assert project.alembic("stamp", "head", env=env).returncode == 0
    database.sql("CREATE SCHEMA athanor; CREATE TABLE athanor.acts (a int); CREATE TABLE public.users (a int);"
                 "GRANT USAGE ON SCHEMA athanor TO autogenerate; ALTER TABLE public.users OWNER TO autogenerate")
    script = proposed(project, env)
    assert "drop_table('users'" in script
    assert "athanor" not in script and "acts" not in script


def test_both_tools_find_the_same_version_table_on_postgresql(project, postgres):
    database = postgres.create_database("versions", password="p@ss%:/ß w")
    env = {"DATABASE_URL": database.url()}
    ini = project.folder / "alembic.ini"
    ini.write_text(ini.read_text().replace("# version_table = alembic_version", "version_table = Versions")
                   .replace("# version_table_schema = public", "version_table_schema = ops"))
    database.sql("CREATE SCHEMA ops AUTHORIZATION versions")
    assert project.alembic("stamp", "head", env=env).returncode == 0
    assert database.scalar('SELECT version_num FROM ops."Versions"') == "a1"
    assert project.alembic("current", env=env).stdout == "a1 (head)\n"
    assert project.made("current", env=env) == "a1 (head)\n"


def test_a_damaged_revision_is_named(project):
    project.write("alembic/versions/b1.sql", "-- message: none\n-- athanor:upgrade\n")
    run = project.alembic("current", env={"DATABASE_URL": "sqlite:///a.db"})
    assert run.returncode != 0
    assert "b1.sql has no line `-- revision: ID`" in run.stdout + run.stderr
