"""What the commands say of a project beside their answer: whose SQL they take it for, and what Alembic can't read."""

import subprocess

import pytest

from workspace import ATHANOR

TRIGGER = ("CREATE TABLE t (id integer);\nCREATE TRIGGER keep BEFORE DELETE ON t BEGIN\n"
           "  SELECT raise(ABORT, 'it; stays');\nEND;\n")
GUESSED = "Whose SQL this is cannot be told"


@pytest.fixture
def project(workspace):
    workspace.made("init", "alembic")
    workspace.made("revision", "--rev-id", "a1")
    workspace.write("goose/1_trigger.sql", f"-- +goose Up\n-- +goose StatementBegin\n{TRIGGER}-- +goose StatementEnd\n")
    return workspace


SQLITE = {"DATABASE_URL": "sqlite:///a.db"}
POSTGRES = {"DATABASE_URL": "postgresql://db.invalid/shop"}
LINT = ["lint"]
IMPORT = ["import", "--from", "goose", "goose", "--output", "sql"]
# (words, variables): is it guessed?
CASES = {
    "lint, and the variable of the URL is not set": (LINT, {}, True),
    "lint of a database of SQLite's": (LINT, SQLITE, False),
    "lint of a database of PostgreSQL's": (LINT, POSTGRES, False),
    "lint of another database": (LINT, {"DATABASE_URL": "mysql://db.invalid/shop"}, True),
    "lint that is told": ([*LINT, "--dialect", "postgresql"], {}, False),
    "lint for a script": ([*LINT, "--json"], {}, False),
    "an import that is told": ([*IMPORT, "--dialect", "sqlite"], {}, False),
    "an import into a project of SQLite's": (IMPORT, SQLITE, False),
}


@pytest.mark.parametrize("case", CASES)
def test_a_guess_is_told(project, case):
    words, env, guessed = CASES[case]
    run = project.athanor(*words, env=env)
    assert run.returncode == 0, run.stderr
    assert (GUESSED in run.stderr) == guessed


def test_a_body_of_sqlites_stays_whole_where_it_is_told(project):
    (project.folder / "alembic.ini").unlink()
    run = project.athanor(*IMPORT[:-1], "guessed")
    assert f"{GUESSED} without an ini file" in run.stderr
    assert "transaction: off" in run.stdout, "the END of the body ends a transaction in PostgreSQL"
    assert "transaction: off" not in project.made(*IMPORT, "--dialect", "sqlite")
    assert TRIGGER.partition("\n")[2].strip() in (project.folder / "sql/1_trigger.sql").read_text()


def test_the_scripts_of_alembic_are_of_the_dialect_that_they_say(project):
    assert "env.py says whose SQL" in project.refused("import", "--dialect", "sqlite", code=2)


def test_a_project_a_few_steps_above_is_named(project):
    below = project.folder / "alembic" / "versions"
    run = subprocess.run([ATHANOR, "heads"], cwd=below, env=project.environment, text=True, capture_output=True,
                         check=False)
    assert run.returncode == 1 and f"There is one in {project.folder}: run athanor there" in run.stderr


def test_a_folder_in_a_package_of_pythons_is_not_looked_for(project):
    ini = project.folder / "alembic.ini"
    ini.write_text(ini.read_text().replace("script_location = %(here)s/alembic", "script_location = shop:migrations"))
    assert "only Python can find" in project.refused("heads")


def test_an_ini_file_that_alembic_cannot_read_is_told(project):
    project.made("upgrade", "head", env=SQLITE)
    ini = project.folder / "alembic.ini"
    ini.write_bytes(b"\xef\xbb\xbf" + ini.read_bytes())
    assert project.alembic("current", env=SQLITE).returncode != 0
    run = project.athanor("current", env=SQLITE)
    assert (run.returncode, run.stdout) == (0, "a1 (head)\n")
    assert "alembic.ini begins with a byte order mark, with which alembic cannot read it" in run.stderr
    assert project.athanor("current", "--json", env=SQLITE).stderr == ""
