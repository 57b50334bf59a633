"""The anonymous memory (RssAnon) of the operator that ships, without environments and with a thousand, on a real API
server."""

import pathlib
import re
import time

from harness.athanor_operator import release_binary
from harness.cluster import Cluster
from harness.environments import config_map, environment, secret
from harness.wait import eventually
from table import Row

SETTLE_SECONDS = 20

REVISIONS = {
    "1_first.sql": "-- revision: r1\n-- down_revision: none\n\n-- athanor:upgrade\nSELECT 1;\n",
    "2_second.sql": "-- revision: r2\n-- down_revision: r1\n\n-- athanor:upgrade\nSELECT 2;\n",
}


def anonymous_kib(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"^RssAnon:\s+(\d+) kB", status, re.MULTILINE).group(1))


class MemoryBench:
    """Environments share a database, a Secret and a ConfigMap: what is measured is what one more costs."""

    def __init__(self, postgres, folder, environments):
        self.count = environments
        self.cluster = Cluster(folder, postgres)
        self.namespace = self.cluster.new_namespace("bench")
        self.database = self.cluster.new_database("bench")

    def _create_environments(self):
        self.cluster.apply(secret(self.namespace, "bench-db", {"uri": self.database.url()}),
                           config_map(self.namespace, "bench-revisions", REVISIONS))
        for number in range(self.count):
            self.cluster.apply(environment(
                self.namespace, f"environment-{number:04}", config_maps=["bench-revisions"],
                database={"urlFrom": {"secretKeyRef": {"name": "bench-db", "key": "uri"}}},
                # One database has room for many: each has a version table, and so a ledger, of its own.
                spec={"versionTable": {"name": f"version_{number:04}"}, "drift": {"interval": "5m"}}))

    def _ready(self):
        items = self.cluster.api.get(
            f"/apis/athanor.dev/v1alpha1/namespaces/{self.namespace}/migrationenvironments")["items"]
        ready = sum(1 for item in items for condition in item.get("status", {}).get("conditions", [])
                    if condition["type"] == "Ready" and condition["status"] == "True")
        assert ready == self.count, f"{ready} of {self.count} are Ready"
        return True

    def run(self):
        """@return rows of the table"""
        operator = self.cluster.start_operator(leader_elect=True, binary=release_binary(), log_level=None)
        time.sleep(SETTLE_SECONDS)
        idle = anonymous_kib(operator.pid) / 1024
        print(f"  idle: {idle:.1f} MiB", flush=True)
        self._create_environments()
        eventually(self._ready, timeout=600, every=2, what="all environments are Ready", diagnose=operator.log_tail)
        time.sleep(SETTLE_SECONDS)
        operator.metrics()
        full = anonymous_kib(operator.pid) / 1024
        print(f"  with {self.count} environments: {full:.1f} MiB", flush=True)
        per_thousand = (full - idle) * 1000 / self.count
        what = "operator's anonymous memory"
        return [Row(what, "idle", f"{idle:.1f} MiB", "", "<= 15 MiB", idle <= 15),
                Row(what, f"with {self.count} environments", f"{full:.1f} MiB", f"+{per_thousand:.1f} MiB per 1,000",
                    "<= +3 MiB", per_thousand <= 3)]

    def close(self):
        self.cluster.close()
