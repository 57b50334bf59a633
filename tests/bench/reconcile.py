"""An environment that is up to date, with a long history: time, queries and API writes of one look at it."""

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
        result = subprocess.run([os.environ["ATHANOR_BENCH_BINARY"], "reconcile", url, self.data.sql_files, str(passes)],
                                check=True, capture_output=True, text=True)
        return json.loads(result.stdout)

    def _messages(self, passes):
        """What the server was sent by so many passes, one string per message."""
        self.postgres.sql("postgres", "ALTER SYSTEM SET log_statement = 'all'")
        self.postgres.sql("postgres", "SELECT pg_reload_conf()")
        self.postgres.scalar("postgres", "SELECT pg_sleep(0.5)")
        before = len(self.postgres.log())
        self._reconcile(passes - 1)  # the first pass comes on top
        log = self.postgres.log()[before:]
        self.postgres.sql("postgres", "ALTER SYSTEM RESET log_statement")
        self.postgres.sql("postgres", "SELECT pg_reload_conf()")
        messages = re.split(r"^.*LOG:  statement: ", log, flags=re.MULTILINE)[1:]
        return [message for message in messages if "log_statement" not in message]

    def run(self):
        """@return rows of the table"""
        self._reconcile(1)  # brings the database to its head
        cost = self._reconcile(PASSES)
        milliseconds = statistics.median(cost["passes_ms"])
        messages = self._messages(10)
        reading = [message for message in messages if "SELECT" in message]
        queries = len(reading) / 10
        print(f"  first pass {cost['first_ms']:.0f} ms; {len(messages) / 10:g} messages a pass:", flush=True)
        for message in messages[-(len(messages) // 10):]:
            print("    " + " ".join(message.split())[:110], flush=True)
        what = f"reconcile, {self.data.count} revisions, up to date"
        return [
            Row(what, "time", f"{milliseconds:.1f} ms", "", "< 50 ms", milliseconds < 50),
            Row(what, "queries", f"{queries:g}", "", "<= 3", queries <= 3),
            Row(what, "API writes", str(cost["status_writes"]), "", "0", cost["status_writes"] == 0),
            Row(what, "ConfigMap reads", str(cost["config_map_reads"]), "", "0", cost["config_map_reads"] == 0),
        ]
