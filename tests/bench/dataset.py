"""The same small revisions as Athanor, psql and Alembic want them."""

import pathlib

ENV_PY = """\
import os

from alembic import context
from sqlalchemy import create_engine, pool

engine = create_engine(os.environ["BENCH_URL"], poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
"""


def revision_id(number):
    """Twelve hex digits, as Alembic's own."""
    return f"{number:012x}"


def _table(number):
    return f"CREATE TABLE t{number} (id bigint PRIMARY KEY, name text NOT NULL)"


def _as_teams_write(number):
    """A table, a column, an index, some rows, and again."""
    table = f"t{number - number % 4}"
    return [f"CREATE TABLE {table} (id bigint PRIMARY KEY, name text NOT NULL)",
            f"ALTER TABLE {table} ADD COLUMN created_at timestamptz",
            f"CREATE INDEX {table}_created_at ON {table} (created_at)",
            f"INSERT INTO {table} (id, name) VALUES (1, 'one'), (2, 'two')"][number % 4]


# What the one statement of each revision is, by its number.
SHAPES = {"tables": _table, "mixed": _as_teams_write}


class Dataset:
    """`count` revisions in one chain, in every form, below `folder`."""

    def __init__(self, folder, count, shape="tables"):
        self.folder = pathlib.Path(folder)
        self.count = count
        self._statement = SHAPES[shape]
        self.sql_files = self.folder / "revisions"
        self.alembic = self.folder / "alembic"

    def write_sql_files(self):
        self.sql_files.mkdir(parents=True, exist_ok=True)
        for number in range(self.count):
            parent = revision_id(number - 1) if number else "none"
            (self.sql_files / f"{revision_id(number)}_step.sql").write_text(
                f"-- revision: {revision_id(number)}\n-- down_revision: {parent}\n-- message: step {number}\n\n"
                f"-- athanor:upgrade\n{self._statement(number)};\n")

    def write_alembic(self):
        versions = self.alembic / "versions"
        versions.mkdir(parents=True, exist_ok=True)
        (self.alembic / "env.py").write_text(ENV_PY)
        (self.alembic / "alembic.ini").write_text(f"[alembic]\nscript_location = {self.alembic}\n")
        for number in range(self.count):
            parent = repr(revision_id(number - 1)) if number else None
            (versions / f"{revision_id(number)}_step.py").write_text(
                f'"""step {number}"""\nfrom alembic import op\n\nrevision = {revision_id(number)!r}\n'
                f"down_revision = {parent}\nbranch_labels = None\ndepends_on = None\n\n\n"
                f"def upgrade():\n    op.execute({self._statement(number)!r})\n\n\ndef downgrade():\n    pass\n")

    def write_psql(self, name, ledger_rows=None):
        """A script for one session: a transaction per revision, which moves the version row as well.

        @param ledger_rows one INSERT per revision, which then goes into its transaction
        """
        lines = ["CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
                 "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));"]
        for number in range(self.count):
            version = (f"UPDATE alembic_version SET version_num = '{revision_id(number)}' "
                       f"WHERE version_num = '{revision_id(number - 1)}';") if number else \
                f"INSERT INTO alembic_version (version_num) VALUES ('{revision_id(number)}');"
            lines += ["BEGIN;", self._statement(number) + ";", version]
            if ledger_rows:
                lines.append(ledger_rows[number])
            lines.append("COMMIT;")
        path = self.folder / f"{name}.sql"
        path.write_text("\n".join(lines) + "\n")
        return path
