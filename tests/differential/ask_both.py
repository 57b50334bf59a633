"""Asks both tools one question again: what a failed comparison prints, on standard input.

    ATHANOR_GRAPH_PROBE=build/dev/tests/differential/athanor_graph_probe \\
        /usr/bin/python3 tests/differential/ask_both.py <<< '{"graph": [...], "question": {...}}'
"""

import json
import sys

import alembic_oracle
import comparison


def main():
    asked = json.load(sys.stdin)
    oracle = alembic_oracle.Oracle(asked["graph"])
    with comparison.Probe() as probe:
        loaded = probe.ask({"graph": asked["graph"]})
        print("graph    alembic:", oracle.fault or "loaded", "\n         athanor:", loaded)
        if asked.get("question") and not oracle.fault and "error" not in loaded:
            print("question        ", json.dumps(asked["question"]))
            print("         alembic:", json.dumps(oracle.ask(asked["question"])))
            print("         athanor:", json.dumps(probe.ask(asked["question"])))


if __name__ == "__main__":
    main()
