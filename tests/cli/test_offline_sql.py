"""`--sql` on paper: psql and sqlite3 run it as it is, and end where Alembic's own would."""

import itertools
import re
import subprocess

import pytest

from workspace import KEPT

numbers = itertools.count()


class Sqlite:
    """The sqlite3 shell on a file of its own."""

    def __init__(self, workspace, _postgres):
        self.file = workspace.folder / f"paper{next(numbers)}.db"
        self.url = f"sqlite:///{self.file}"

    def run(self, sql):
        return subprocess.run(["sqlite3", "-bail", self.file], input=sql, text=True, capture_output=True, check=False)

    def tables(self):
        return self.run("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1;").stdout.split()


class PostgreSql:
    """psql on a database of its own."""

    def __init__(self, _workspace, postgres):
        self.database = postgres.create_database(f"paper{next(numbers)}")
        self.url = self.database.url()

    def run(self, sql):
        return subprocess.run(["psql", "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", self.url], input=sql, text=True,
                              capture_output=True, env=KEPT, check=False)

    def tables(self):
        return self.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1;").stdout.split()


@pytest.fixture(params=[Sqlite, PostgreSql], ids=["sqlite", "postgresql"])
def paper(request, workspace, postgres):
    target = request.param(workspace, postgres)
    workspace.environment["DATABASE_URL"] = target.url
    return target


def ran(paper, sql):
    """What the shell printed of SQL that must go through without a word of complaint."""
    done = paper.run(sql)
    assert (done.returncode, done.stderr) == (0, ""), sql
    return done.stdout.split()


def versions(paper):
    return ran(paper, "SELECT version_num FROM alembic_version ORDER BY 1;")


def revision(project, identifier, *words, up="", down=None):
    body = up if down is None else f"{up}\n-- athanor:downgrade\n{down}"
    project.made("revision", "--rev-id", identifier, "-m", f"make {identifier}, it's good", *words, "--sql", "-",
                 input=body)


@pytest.fixture
def project(workspace, paper):
    """A chain whose sections end in every way."""
    workspace.made("init", "alembic")
    revision(workspace, "a1", up="CREATE TABLE t1 (i integer, n text) -- no semicolon;", down="DROP TABLE t1")
    revision(workspace, "a2", up="-- nothing; to do here", down="/* nor there; */")
    revision(workspace, "a3", up="INSERT INTO t1 VALUES (1, 'a;b'), (2, '-- c');\n/* the end */",
             down="DELETE FROM t1;")
    revision(workspace, "a4", up="", down="")
    revision(workspace, "a5", "--transaction", "off", up="CREATE INDEX i1 ON t1 (n)\n/* the end; */",
             down="DROP INDEX i1;;")
    return workspace


def test_a_shell_runs_it_there_and_back(project, paper):
    for _ in range(2):
        ran(paper, project.made("upgrade", "--sql", "a1:head") if "t1" in paper.tables() else
            project.made("upgrade", "--sql", "head"))
        assert versions(paper) == ["a5"]
        assert ran(paper, "SELECT n FROM t1 WHERE i = 1;") == ["a;b"]
        assert project.made("current") == "a5 (head)\n"
        ran(paper, project.made("downgrade", "--sql", "a5:a1"))
        assert versions(paper) == ["a1"] and paper.tables() == ["alembic_version", "t1"]
    ran(paper, project.made("downgrade", "--sql", "a1:base"))
    assert paper.tables() == []


def test_no_semicolon_stands_where_nothing_is_run(project):
    for words in (("upgrade", "--sql", "a1:a2"), ("downgrade", "--sql", "a2:a1"), ("upgrade", "--sql", "a3:a4")):
        assert "\n;" not in project.made(*words)


def test_what_fails_on_the_way_leaves_nothing_of_its_revision(project, paper):
    broken = project.made("upgrade", "--sql", "head").replace("INSERT INTO \"alembic_version\"", "INSERT INTO nowhere")
    assert paper.run(broken).returncode != 0
    assert paper.tables() == [], "the version table neither: the mended script makes it"
    ran(paper, project.made("upgrade", "--sql", "head"))
    assert versions(paper) == ["a5"]


def test_a_script_from_base_stops_where_something_is_applied(project, paper):
    script = project.made("upgrade", "--sql", "head")
    ran(paper, script)
    again = paper.run(script)
    assert again.returncode != 0 and "alembic_version" in again.stderr
    assert versions(paper) == ["a5"]


REFUSED = {
    "a quote that nothing closes": ("INSERT INTO t1 VALUES (9, 'it);\n", "a6_make_a6_it_s_good.sql, line 7"),
    "a COMMIT of its own": ("DELETE FROM t1;\nCOMMIT;\n", "may not begin, commit or roll back"),
    "VACUUM in a transaction": ("VACUUM;\n", "-- transaction: off"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_not_be_run_is_not_printed_either(project, name):
    sql, why = REFUSED[name]
    revision(project, "a6", up=sql)
    answer = project.athanor("upgrade", "--sql", "a1:head")
    assert (answer.returncode, answer.stdout) == (1, "") and why in answer.stderr and "a6" in answer.stderr


@pytest.mark.parametrize("paper", [Sqlite], ids=["sqlite"], indirect=True)
@pytest.mark.parametrize("end", ["; /* the end", " /* the end;", "/* the end /* of it"])
def test_a_comment_that_runs_to_the_end_of_its_section_ends_there(project, paper, end):
    revision(project, "a6", up=f"INSERT INTO t1 VALUES (9, 'z'){end}\n")
    ran(paper, project.made("upgrade", "--sql", "head"))
    assert versions(paper) == ["a6"] and ran(paper, "SELECT n FROM t1 WHERE i = 9;") == ["z"]


def test_stamps_on_paper_move_the_rows(project, paper):
    ran(paper, project.made("stamp", "--sql", "a2"))
    assert versions(paper) == ["a2"]
    ran(paper, project.made("stamp", "--sql", "a2:a3"))
    assert versions(paper) == ["a3"]
    ran(paper, project.made("stamp", "--sql", "--purge", "a1"))
    assert versions(paper) == ["a1"]
    ran(paper, project.made("stamp", "--sql", "base"))
    assert paper.tables() == []


def bookkeeping(sql):
    """What a script does to the version table, in order, without the ways of either tool to write it."""
    plain = sql.replace('"', "").replace("alembic_version.", "").replace("version_num='", "version_num = '")
    plain = plain.replace(" RETURNING version_num;", ";")
    return re.findall(r"(?m)^(?:CREATE TABLE|INSERT INTO|UPDATE|DELETE FROM|DROP TABLE) alembic_version.*", plain)


BOTH = [("upgrade", "head"), ("upgrade", "a1:head"), ("upgrade", "a1:b1"), ("upgrade", "b1:m1"), ("upgrade", "+1"),
        ("upgrade", "c1:+1"), ("upgrade", "shop@head"), ("downgrade", "head:base"), ("downgrade", "m1:a1"),
        ("downgrade", "b1:-1"), ("downgrade", "a1:base"), ("stamp", "head"), ("stamp", "a1:b1"), ("stamp", "base")]


@pytest.fixture
def merged(workspace, paper):
    """Two branches and their merge, for both tools: Alembic's own scripts, and the same imported."""
    assert workspace.alembic("init", "alembic").returncode == 0
    ini = workspace.folder / "alembic.ini"
    url = paper.url.replace("%", "%%")
    ini.write_text(re.sub(r"(?m)^sqlalchemy\.url = .*$", lambda _: f"sqlalchemy.url = {url}", ini.read_text()))
    for name, parents, labels, up, down in (
            ("a1", None, ("shop",), "CREATE TABLE t (a INTEGER)", "DROP TABLE t"),
            ("b1", "a1", None, "CREATE INDEX i ON t (a)", "DROP INDEX i"),
            ("c1", "a1", None, "INSERT INTO t VALUES (1)", "DELETE FROM t"),
            ("m1", ("b1", "c1"), None, None, None)):
        workspace.write(f"alembic/versions/{name}.py",
                        f'"""make {name}"""\nfrom alembic import op\nrevision = {name!r}\ndown_revision = {parents!r}\n'
                        f"branch_labels = {labels!r}\ndepends_on = None\n"
                        f"def upgrade():\n    {f'op.execute({up!r})' if up else 'pass'}\n"
                        f"def downgrade():\n    {f'op.execute({down!r})' if down else 'pass'}\n")
    workspace.made("import")
    return workspace


@pytest.mark.parametrize("paper", [Sqlite], ids=["sqlite"], indirect=True)
def test_both_tools_write_the_same_rows_in_the_same_order(merged):
    for command, target in BOTH:
        theirs = merged.alembic(command, "--sql", target)
        assert theirs.returncode == 0, theirs.stderr
        assert bookkeeping(merged.made(command, "--sql", target)) == bookkeeping(theirs.stdout), (command, target)


def schema(paper):
    """Tables, indexes and rows, after a script."""
    return paper.tables(), versions(paper), ran(paper, "SELECT a FROM t;")


def test_both_scripts_end_at_the_same_schema(merged, paper, workspace, postgres):
    other = type(paper)(workspace, postgres)
    for words in (("upgrade", "--sql", "c1"), ("upgrade", "--sql", "c1:head"), ("downgrade", "--sql", "head:c1")):
        ran(paper, merged.made(*words))
        ran(other, merged.alembic(*words).stdout)
        assert schema(paper) == schema(other), words
