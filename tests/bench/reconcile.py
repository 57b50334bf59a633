"""An environment that is up to date, with a long history: time, messages to the database and API writes of one look at
it."""

import json
import os
import re
import statistics
import subprocess

from dataset import Dataset
from harness.postgres import SUPERUSER_PASSWORD
from table import Row

PASSES = 51


class ReconcileBench:
    def __init__(self, postgres, folder, revisions):
        self.postgres = postgres
        self.data = Dataset(folder, revisions)
        self.data.write_sql_files()
        postgres.sql("postgres", 'CREATE DATABASE "reconcile" TEMPLATE template0')

    def _reconcile(self, passes):
        url = f"postgresql://postgres:{SUPERUSER_PASSWORD}@127.0.0.1:{self.postgres.port}/reconcile"
        command = [os.environ["ATHANOR_BENCH_BINARY"], "reconcile", url, self.data.sql_files, str(passes)]
        result = subprocess.run(command, check=True, capture_output=True, text=True)
        return json.loads(result.stdout)

    def _database_log(self, passes):
        """What so many passes made the server log: each message that it was sent, and each statement that it found in
        one."""
        for setting in ("log_statement = 'all'", "log_parser_stats = on"):
            self.postgres.sql("postgres", f'ALTER DATABASE "reconcile" SET {setting}')
        before = len(self.postgres.log())
        self._reconcile(passes - 1)  # the first pass comes on top
        return self.postgres.log()[before:]

    def _cost_to_the_database(self, passes):
        """@return of one pass: sessions opened, messages with SQL, statements in them; and the texts of one pass"""
        log = self._database_log(passes)
        sessions = re.findall(r"\[(\d+)\] LOG:  statement: ", log)
        # A message's text goes on until the next line that has a time of its own.
        texts = re.findall(r"LOG:  statement: (.*?)(?=^\d{4}-\d\d-\d\d |\Z)", log, re.MULTILINE | re.DOTALL)
        statements = log.count("LOG:  PARSE ANALYSIS STATISTICS")
        assert len(texts) % passes == 0 and statements >= len(texts), f"{len(texts)} messages, {statements} statements"
        return (len(set(sessions)) / passes, len(texts) / passes, statements / passes,
                texts[-(len(texts) // passes):])

    def run(self):
        """@return rows of the table"""
        self._reconcile(1)  # brings the database to its head
        cost = self._reconcile(PASSES)
        milliseconds = statistics.median(cost["passes_ms"])
        sessions, messages, statements, texts = self._cost_to_the_database(10)
        print(f"  first pass {cost['first_ms']:.0f} ms; a pass opens {sessions:g} sessions and sends {messages:g} "
              f"messages with SQL:", flush=True)
        for text in texts:
            print("    " + " ".join(text.split())[:110], flush=True)
        what = f"reconcile, {self.data.count} revisions, up to date"
        return [
            Row(what, "time", f"{milliseconds:.1f} ms", "", "< 50 ms", milliseconds < 50),
            # One message, one wait for the server: that is what a query costs, however many statements it has.
            Row(what, "messages with SQL", f"{messages:g}", f"{statements:g} statements", "<= 3", messages <= 3),
            Row(what, "sessions opened", f"{sessions:g}"),
            Row(what, "API writes", str(cost["status_writes"]), "", "0", cost["status_writes"] == 0),
            Row(what, "ConfigMap reads", str(cost["config_map_reads"]), "", "0", cost["config_map_reads"] == 0),
        ]
