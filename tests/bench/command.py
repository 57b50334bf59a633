"""How long the command line takes to look: `athanor current` beside `alembic current`, both with the same history."""

import os
import pathlib
import statistics
import subprocess
import time

from table import Row

ENV_PY = """
from alembic import context
from sqlalchemy import create_engine
with create_engine(context.config.get_main_option("sqlalchemy.url")).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


class CommandBench:
    """One chain in SQL for the one, in Python for the other, and one SQLite database at its end."""

    LIMIT_MS = 150

    def __init__(self, folder, revisions):
        self.folder = pathlib.Path(folder)
        self.revisions = revisions
        versions = self.folder / "versions"
        versions.mkdir(parents=True)
        (self.folder / "env.py").write_text(ENV_PY)
        (self.folder / "alembic.ini").write_text(
            f"[alembic]\nscript_location = {folder}\nsqlalchemy.url = sqlite:///{folder}/bench.db\n")
        for number in range(revisions):
            identifier, parent = f"{number:012x}", f"{number - 1:012x}" if number else None
            (versions / f"{identifier}_step.sql").write_text(
                f"-- revision: {identifier}\n-- down_revision: {parent or 'none'}\n-- message: step {number}\n\n"
                f"-- athanor:upgrade\nCREATE TABLE t{number} (id integer PRIMARY KEY, note text NOT NULL);\n"
                f"CREATE INDEX i{number} ON t{number} (note);\n\n-- athanor:downgrade\nDROP TABLE t{number};\n")
            (versions / f"{identifier}_step.py").write_text(
                f"revision = {identifier!r}\ndown_revision = {parent!r}\n\ndef upgrade():\n    pass\n")
        self.call(self.athanor, "stamp", "head")

    @property
    def athanor(self):
        return os.environ["ATHANOR_RELEASE_BINARY"]

    def call(self, program, *words):
        begun = time.perf_counter()
        subprocess.run([program, "-c", self.folder / "alembic.ini", *words], check=True, capture_output=True,
                       cwd=self.folder)
        return (time.perf_counter() - begun) * 1000

    def run(self, repetitions):
        """In turns, after one of each that fills the caches. @return rows of the table"""
        times = {self.athanor: [], "/usr/bin/alembic": []}
        for turn in range(repetitions + 1):
            for program, taken in times.items():
                took = self.call(program, "current")
                if turn > 0:
                    taken.append(took)
        ours, theirs = (statistics.median(taken) for taken in times.values())
        return [Row("athanor current", f"{self.revisions:,} files", f"{ours:.0f} ms",
                    f"alembic current {theirs:.0f} ms ({theirs / ours:.1f}x)", f"< {self.LIMIT_MS} ms",
                    ours < self.LIMIT_MS)]
