"""1,000 small revisions, of one shape: the engine, psql, psql that writes the ledger too, and Alembic, in turns."""

import os
import statistics
import subprocess
import time

from dataset import Dataset
from harness.postgres import SUPERUSER_PASSWORD
from table import Row


def _timed(arguments, **options):
    start = time.monotonic()
    subprocess.run([str(argument) for argument in arguments], check=True, capture_output=True, **options)
    return time.monotonic() - start


class ApplyBench:
    def __init__(self, postgres, folder, revisions, shape):
        self.postgres = postgres
        self.shape = shape
        self.data = Dataset(folder, revisions, shape)
        self.data.write_sql_files()
        self.data.write_alembic()
        self.plain_script = self.data.write_psql("plain")
        self.ledger_script = None
        self._databases = 0
        self.engine()  # warms the server up, and shows what the ledger's rows are

    def _fresh_database(self):
        """Empty, and the server's own housekeeping done: no run pays for the one before it."""
        self._databases += 1
        name = f"bench_{self.shape}_{self._databases}"
        self.postgres.sql("postgres", f'CREATE DATABASE "{name}" TEMPLATE template0')
        self.postgres.sql("postgres", "CHECKPOINT")
        return name

    def _url(self, database):
        return f"postgresql://postgres:{SUPERUSER_PASSWORD}@127.0.0.1:{self.postgres.port}/{database}"

    def _psql(self, database, script):
        return _timed([self.postgres.bin / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", script,
                       self._url(database)])

    def engine(self):
        database = self._fresh_database()
        took = _timed([os.environ["ATHANOR_BENCH_BINARY"], "apply", self._url(database), self.data.sql_files])
        if self.ledger_script is None:
            self._copy_ledger(database)
        return database, took

    def _copy_ledger(self, database):
        """What the engine wrote into its ledger, as a script's statements."""
        self.ledger_ddl = subprocess.run(
            [self.postgres.bin / "pg_dump", "-s", "-n", "athanor", self._url(database)], check=True,
            capture_output=True, text=True).stdout
        table = self.postgres.scalar(
            database, "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'athanor'")
        columns = [row[0] for row in self.postgres.sql(
            database, "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0", table)]
        values = " || ', ' || ".join(f"quote_nullable({column}::text)" for column in columns)
        rows = self.postgres.sql(database, f"SELECT {values} FROM {table} ORDER BY seq".replace("%", "%%"))
        self.ledger_script = self.data.write_psql(
            "with_ledger", [f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({row[0]});" for row in rows])

    def psql(self):
        database = self._fresh_database()
        return database, self._psql(database, self.plain_script)

    def psql_with_ledger(self):
        database = self._fresh_database()
        subprocess.run([self.postgres.bin / "psql", "-X", "-q", self._url(database)], check=True,
                       capture_output=True, text=True, input=self.ledger_ddl)
        return database, self._psql(database, self.ledger_script)

    def alembic(self):
        database = self._fresh_database()
        return database, _timed(["/usr/bin/alembic", "-c", self.data.alembic / "alembic.ini", "upgrade", "head"],
                                env={**os.environ, "BENCH_URL": self._url(database)})

    def run(self, repetitions):
        """@return rows of the table"""
        contenders = {"athanor": self.engine, "psql": self.psql, "psql + ledger": self.psql_with_ledger,
                      "alembic": self.alembic}
        times = {name: [] for name in contenders}
        for repetition in range(repetitions):
            # Each comes first, second, … in turn. Databases are kept: an ext4 folder out of which thousands of
            # files were just deleted is slow to take new ones.
            names = list(contenders)
            shift = repetition % len(names)
            for name in names[shift:] + names[:shift]:
                database, took = contenders[name]()
                assert self.postgres.scalar(database, "SELECT version_num FROM alembic_version") == \
                    f"{self.data.count - 1:012x}", f"{name} did not reach the head"
                times[name].append(took)
                print(f"  repetition {repetition + 1}: {name} {took:.2f} s", flush=True)
        median = {name: statistics.median(values) for name, values in times.items()}
        ours = median["athanor"]
        what = f"apply {self.data.count} revisions, {self.shape}"
        return [
            Row(what, "athanor", f"{ours:.2f} s"),
            Row(what, "psql", f"{median['psql']:.2f} s", f"athanor takes {ours / median['psql']:.2f}x", "<= 1.20x",
                ours / median["psql"] <= 1.2),
            Row(what, "psql + ledger rows", f"{median['psql + ledger']:.2f} s",
                f"athanor takes {ours / median['psql + ledger']:.2f}x", "<= 1.20x",
                ours / median["psql + ledger"] <= 1.2),
            Row(what, "alembic", f"{median['alembic']:.2f} s",
                f"athanor is {median['alembic'] / ours:.2f}x faster", ">= 2.00x", median["alembic"] / ours >= 2),
        ]
