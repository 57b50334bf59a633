"""Measures Athanor side by side with psql and Alembic; see run.sh, which calls this."""

import argparse
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from apply import ApplyBench  # noqa: E402
from command import CommandBench  # noqa: E402
from dataset import SHAPES  # noqa: E402
from harness.postgres import Postgres  # noqa: E402
from memory import MemoryBench  # noqa: E402
from plan import PlanBench  # noqa: E402
from reconcile import ReconcileBench  # noqa: E402
from table import print_table  # noqa: E402

# As a server is that keeps what it was given.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", choices=["apply", "plan", "reconcile", "memory", "command"])
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--revisions", type=int, default=1000)
    parser.add_argument("--history", type=int, default=5000, help="revisions of the environment that is up to date")
    parser.add_argument("--environments", type=int, default=1000)
    return parser.parse_args()


def main():
    options = parse_arguments()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="athanor-bench."))
    postgres = Postgres(settings=DURABLE)
    rows = []
    try:
        assert postgres.scalar("postgres", "SHOW fsync") == "on"
        if options.only in (None, "apply"):
            for shape in SHAPES:
                print(f"applying {options.revisions} revisions ({shape}), {options.repetitions} times in turns",
                      flush=True)
                rows += ApplyBench(postgres, folder / shape, options.revisions, shape).run(options.repetitions)
        if options.only in (None, "plan"):
            print("building and planning one long chain", flush=True)
            rows += PlanBench().run()
        if options.only in (None, "reconcile"):
            print(f"reconciling {options.history} revisions that are up to date", flush=True)
            rows += ReconcileBench(postgres, folder / "reconcile", options.history).run()
        if options.only in (None, "command"):
            print(f"looking at a database with {options.history} revisions on disk", flush=True)
            rows += CommandBench(folder / "command", options.history).run(options.repetitions)
        if options.only in (None, "memory"):
            print(f"memory with {options.environments} environments", flush=True)
            bench = MemoryBench(postgres, folder / "memory", options.environments)
            try:
                rows += bench.run()
            finally:
                bench.close()
    finally:
        postgres.close()
        shutil.rmtree(folder, ignore_errors=True)
    print_table(rows)
    return 0 if all(row.met is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
