"""A chain of 50,000 revisions, built and planned, beside one of a tenth: time has to grow as the chain does."""

import json
import os
import subprocess

from table import Row

LONG, SHORT = 50_000, 5_000
PASSES = 25
# Ten times as much work, up to twice as slow since it no longer fits into the caches, and room for a busy machine.
# Were each revision to look at all the others, it would be a hundred times.
MOST_TIMES = 25


def _best_ms(revisions):
    """@return milliseconds to build the graph, and to plan: what the work takes that nobody else's disturbs"""
    result = subprocess.run([os.environ["ATHANOR_BENCH_BINARY"], "plan", str(revisions), str(PASSES)], check=True,
                            capture_output=True, text=True)
    times = json.loads(result.stdout)
    return min(times["build_ms"]), min(times["plan_ms"])


class PlanBench:
    def run(self):
        """@return rows of the table"""
        rows = []
        short, long = _best_ms(SHORT), _best_ms(LONG)
        for name, few, many in zip(("build the graph", "plan"), short, long):
            what = f"{name}, one chain"
            times = many / few
            rows += [Row(what, f"{SHORT:,} revisions", f"{few:.2f} ms"),
                     Row(what, f"{LONG:,} revisions", f"{many:.1f} ms", f"{times:.1f}x the time of a tenth",
                         f"<= {MOST_TIMES}x", times <= MOST_TIMES)]
        whole = sum(long)
        rows.append(Row("build and plan, one chain", f"{LONG:,} revisions", f"{whole:.1f} ms", "", "< 1,000 ms",
                        whole < 1000))
        return rows
