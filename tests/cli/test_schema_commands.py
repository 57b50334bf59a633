"""`check`, `diff` and `revision --autogenerate`: what is desired, what the revisions make, what is there."""

import itertools
import pathlib
import re
import sqlite3
import subprocess

import pytest

from workspace import KEPT

DOCS = (pathlib.Path(__file__).resolve().parents[2] / "docs" / "schema.md").read_text()
numbers = itertools.count()
DESIRED = """CREATE TABLE users (id integer PRIMARY KEY, full_name text, email varchar(80) NOT NULL DEFAULT '');
CREATE UNIQUE INDEX users_email ON users (email);
CREATE VIEW names AS SELECT full_name FROM users;
"""


class Sqlite:
    def __init__(self, workspace, _postgres):
        self.file = workspace.folder / f"shop{next(numbers)}.db"
        self.url = f"sqlite:///{self.file}"

    def run(self, sql):
        with sqlite3.connect(self.file) as connection:
            connection.executescript(sql)

    def scratch_databases(self):
        return "" if not self.file.exists() else str(sorted(self.file.parent.glob("athanor*")) or "")


class PostgreSql:
    def __init__(self, _workspace, postgres):
        self.database = postgres.create_database(f"schemas{next(numbers)}")
        self.url = self.database.url()
        self.may_create_databases(True)

    def may_create_databases(self, may):
        self.database.server.sql("postgres", f'ALTER ROLE "{self.database.name}" {"" if may else "NO"}CREATEDB')

    def run(self, sql):
        return subprocess.run(["psql", "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", self.url, "-c", sql], text=True,
                              capture_output=True, env=KEPT, check=True).stdout

    def scratch_databases(self):
        return self.run("SELECT datname FROM pg_database WHERE datname LIKE 'athanor%'").strip()


@pytest.fixture(params=[Sqlite, PostgreSql], ids=["sqlite", "postgresql"])
def database(request, workspace, postgres):
    target = request.param(workspace, postgres)
    workspace.environment["DATABASE_URL"] = target.url
    return target


@pytest.fixture
def project(workspace, database):
    """One revision, applied; and a schema that wants more."""
    workspace.made("init", "alembic")
    want(workspace, "target_schema = %(here)s/schema.sql")
    workspace.write("schema.sql", DESIRED)
    workspace.made("revision", "--rev-id", "r1", "-m", "users", "--sql", "-",
                   input="CREATE TABLE users (id integer PRIMARY KEY, name text);\n-- athanor:downgrade\n"
                         "DROP TABLE users;\n")
    workspace.made("upgrade", "heads")
    yield workspace
    assert database.scratch_databases() == ""


def want(workspace, line):
    ini = workspace.folder / "alembic.ini"
    text = re.sub(r"(?m)^target_schema.*\n", "", ini.read_text())
    ini.write_text(text.replace("\nscript_location", f"\n{line}\nscript_location", 1))


def test_a_missing_revision_is_written_and_leads_to_what_is_desired(project, database):
    before = project.tree()
    checked = project.athanor("check")
    assert checked.returncode == 3, checked.stderr
    assert "+ view" in checked.stderr and "+ column" in checked.stderr and "- column" in checked.stderr
    assert "-- DESTRUCTIVE: drops column" in checked.stdout and "If that is a rename, write: ALTER TABLE" in checked.stdout
    assert project.tree() == before
    project.made("revision", "--autogenerate", "--rev-id", "r2", "-m", "follow")
    [path] = (project.folder / "alembic/versions").glob("r2_*.sql")
    up, down = path.read_text().split("-- athanor:upgrade\n")[1].split("-- athanor:downgrade\n")
    printed = checked.stdout.split("-- athanor:upgrade\n")[1].split("-- athanor:downgrade\n")
    assert [up.strip(), down.strip()] == [part.strip() for part in printed]
    project.made("upgrade", "heads")
    for command in (["check"], ["diff", "current", "desired", "--exit-code"], ["diff", "heads", "schema.sql",
                                                                               "--exit-code"]):
        equal = project.athanor(*command)
        assert (equal.returncode, equal.stdout) == (0, ""), equal.stderr
    project.made("downgrade", "r1")
    assert project.athanor("diff", "current", "r1", "--exit-code").returncode == 0


def test_nothing_is_written_where_nothing_is_missing(project):
    project.write("schema.sql", "CREATE TABLE users (id integer PRIMARY KEY, name text);")
    before = project.tree()
    run = project.athanor("revision", "--autogenerate", "-m", "nothing")
    assert run.returncode == 0 and "no revision was written" in run.stderr
    assert project.json("revision", "--autogenerate") is None
    assert project.json("check") == {"differences": [], "sql": ""}
    assert project.tree() == before


def test_what_was_changed_by_hand_is_undone_by_what_diff_prints(project, database):
    database.run("ALTER TABLE users ADD COLUMN sneaked_in text; CREATE INDEX by_hand ON users (name);")
    run = project.athanor("diff", "current", "heads", "--exit-code")
    assert run.returncode == 3
    assert sorted(line[:2] for line in run.stderr.splitlines()) == ["- ", "- "]
    database.run(run.stdout)
    assert project.athanor("diff", "current", "heads", "--exit-code").returncode == 0


def test_a_folder_is_run_by_name(project):
    (project.folder / "schema.sql").unlink()
    project.write("wanted/2_index.sql", "CREATE INDEX by_name ON users (name);")
    project.write("wanted/1_users.sql", "CREATE TABLE users (id integer PRIMARY KEY, name text);")
    project.write("wanted/notes.txt", "not SQL")
    want(project, "target_schema = %(here)s/wanted")
    told = project.athanor("check")
    assert told.returncode == 3 and told.stderr.splitlines()[0].startswith("+ index ")


# (the lines of the ini file, the file, what is said)
WRONG = {
    "nothing is named": ("", DESIRED, "does not say what the schema is to be"),
    "two things are": ("target_schema = schema.sql\ntarget_schema_command = cat schema.sql", DESIRED, "says twice"),
    "a file that is not there": ("target_schema = nowhere.sql", DESIRED, "nowhere.sql"),
    "a folder without SQL": ("target_schema = alembic", DESIRED, "no file of alembic ends in .sql"),
    "a mistake in a file": ("target_schema = schema.sql", "CREATE TABLE a (i integer);\n\nCREATE TABLE a (i integer);",
                            "schema.sql, line 3: "),
    "a transaction in a file": ("target_schema = schema.sql", "BEGIN;\nCREATE TABLE a (i integer);\nCOMMIT;",
                                "schema.sql, line 1: "),
    "a command that fails": ("target_schema_command = echo no such model >&2; exit 7", DESIRED,
                             "ended with exit code 7: no such model"),
    "a command that says nothing": ("target_schema_command = true", DESIRED, "printed nothing"),
}


def test_a_command_that_fails_tells_no_password(project):
    want(project, "target_schema_command = echo cannot reach ${SECRET_URL} >&2; exit 1")
    told = project.refused("check", env={"SECRET_URL": "postgresql://shop:hunter2@db/shop"})
    assert "hunter2" not in told and "(echo cannot reach ${SECRET_URL}" in told
    assert "cannot reach postgresql://shop:***@db/shop" in told


@pytest.mark.parametrize("case", WRONG)
def test_nothing_is_written_where(project, case):
    lines, text, said = WRONG[case]
    project.write("schema.sql", text)
    want(project, lines)
    assert said in project.refused("check")
    assert said in project.refused("revision", "--autogenerate", "-m", "x")


def test_the_script_of_the_docs_prints_what_models_say(project, database):
    script = "\n".join(line[4:] for line in DOCS.split("it is this script:\n")[1].split("\n## ")[0].splitlines())
    dialect = database.url.split(":")[0]
    project.write("print_schema.py", script.replace("postgresql://", f"{dialect}://"))
    project.write("models.py", "import sqlalchemy as sa\nfrom sqlalchemy.orm import declarative_base\n"
                  "Base = declarative_base()\nclass User(Base):\n    __tablename__ = 'users'\n"
                  "    id = sa.Column(sa.Integer, primary_key=True)\n    kind = sa.Column(sa.Enum('a', 'b', name='kind'))\n")
    want(project, "target_schema_command = /usr/bin/python3 -B print_schema.py")
    project.made("revision", "--autogenerate", "-m", "follow the models")
    project.made("upgrade", "heads")
    assert project.athanor("diff", "current", "desired", "--exit-code").returncode == 0


@pytest.fixture
def dumped(workspace, dumped_postgres):
    """A database that pg_dump can read."""
    database = PostgreSql(workspace, dumped_postgres)
    workspace.environment["DATABASE_URL"] = database.url
    return database


def test_a_dump_is_a_schema(workspace, dumped):
    workspace.made("init", "alembic")
    workspace.made("revision", "--sql", "-", input="CREATE TABLE users (id integer PRIMARY KEY, name text);")
    workspace.made("upgrade", "heads")
    dumped.run("CREATE SCHEMA more; CREATE TYPE more.mood AS ENUM ('sad', 'glad'); CREATE TABLE more.t (m more.mood);")
    dump = subprocess.run([*re.search("`(pg_dump .*?)`", DOCS)[1].split(), dumped.url], text=True, capture_output=True,
                          env=KEPT, check=True).stdout
    workspace.write("schema.sql", "\\restrict abc\n" + dump + "\\unrestrict abc\n")
    assert workspace.json("diff", "current", "schema.sql")["differences"] == []


@pytest.mark.parametrize("database", [PostgreSql], ids=["postgresql"], indirect=True)
def test_who_may_not_create_databases_names_another_server(project, database, workspace, postgres):
    other = PostgreSql(workspace, postgres)
    database.may_create_databases(False)
    told = project.refused("check")
    assert f'ALTER ROLE "{database.database.name}" CREATEDB' in told and "--dev-url" in told
    assert project.athanor("check", "--dev-url", other.url).returncode == 3


def test_two_dialects_are_not_compared(project, database):
    other = "postgresql://localhost/x" if database.url.startswith("sqlite") else "sqlite:///x.db"
    assert "within one dialect" in project.refused("diff", "heads", other, code=2)
