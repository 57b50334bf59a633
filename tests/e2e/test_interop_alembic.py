"""A database that Alembic manages is handed over, and can be handed back."""

import subprocess

import pytest

from harness import revisions

ENV_PY = """
from alembic import context
from sqlalchemy import create_engine
engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


class AlembicProject:
    """Debian's alembic with the same history in Python files."""

    def __init__(self, folder, database, chain):
        self.folder = folder
        (folder / "versions").mkdir(parents=True)
        (folder / "env.py").write_text(ENV_PY)
        url = database.url().replace("postgresql://", "postgresql+psycopg2://").replace("%", "%%")
        (folder / "alembic.ini").write_text(f"[alembic]\nscript_location = {folder}\nsqlalchemy.url = {url}\n")
        for number, (identifier, table) in enumerate(chain):
            down = chain[number - 1][0] if number else None
            (folder / "versions" / f"{identifier}.py").write_text(
                f"from alembic import op\nrevision = {identifier!r}\ndown_revision = {down!r}\n"
                f"def upgrade():\n    op.execute('CREATE TABLE {table} (id integer PRIMARY KEY, note text)')\n"
                f"def downgrade():\n    op.execute('DROP TABLE {table}')\n")

    def __call__(self, *arguments):
        result = subprocess.run(["/usr/bin/alembic", "-c", self.folder / "alembic.ini", *arguments],
                                capture_output=True, text=True, cwd=self.folder, timeout=60)
        assert result.returncode == 0, f"alembic {' '.join(arguments)}: {result.stdout}{result.stderr}"
        return result.stdout


@pytest.fixture
def handed_over(cluster, shared_operator, namespace, database, tmp_path):
    """Alembic has brought a database to revision 2 of 4. @return (alembic, ids, files)"""
    ids, files = revisions.chain("a1e", 4)
    alembic = AlembicProject(tmp_path / "alembic", database, [(i, f"t{n + 1}") for n, i in enumerate(ids)])
    alembic("upgrade", ids[1])
    assert alembic("current").split() == [ids[1]]
    return alembic, ids, files


def test_athanor_goes_on_where_alembic_stopped(cluster, namespace, database, handed_over):
    alembic, ids, files = handed_over
    one = cluster.create_environment(namespace, "handed", files, database)
    one.wait_ready([ids[3]])
    assert database.tables() == ["t1", "t2", "t3", "t4"]
    assert alembic("current").split() == [ids[3], "(head)"]
    assert database.applied_by_ledger() == ids[2:], "what Alembic applied isn't claimed as ours"


def test_alembic_goes_on_where_athanor_stopped(cluster, namespace, database, handed_over):
    alembic, ids, files = handed_over
    one = cluster.create_environment(namespace, "back", dict(list(files.items())[:3]), database)
    one.wait_ready([ids[2]])
    one.delete()
    alembic("upgrade", "head")
    assert alembic("current").split() == [ids[3], "(head)"]
    alembic("downgrade", ids[0])
    assert database.versions() == [ids[0]] and database.tables() == ["t1"]


def test_a_database_that_alembic_brought_to_the_end(cluster, namespace, database, handed_over):
    """Nothing is pending: it is Ready, and nothing but the owner is written."""
    alembic, ids, files = handed_over
    alembic("upgrade", "head")
    one = cluster.create_environment(namespace, "done", files, database)
    one.wait_ready([ids[3]])
    assert database.applied_by_ledger() == []
    assert one.condition("Drifted")["status"] == "False"
