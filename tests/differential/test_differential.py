"""Athanor's graph, targets and plans against Debian's Alembic 1.8.1.

A longer run by hand, with other graphs:

    cd tests/differential && ATHANOR_DIFFERENTIAL_SEED=7 ATHANOR_DIFFERENTIAL_GRAPHS=5000 PYTHONHASHSEED=0 \\
        ATHANOR_GRAPH_PROBE=../../build/dev/tests/differential/athanor_graph_probe \\
        /usr/bin/python3 -m pytest -q -p no:cacheprovider test_differential.py
"""

import os
import pathlib
import random
import re

import pytest
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text

import alembic_oracle
import comparison
import differences
import graphs
import questions

SEED = int(os.environ.get("ATHANOR_DIFFERENTIAL_SEED", "1"))
GRAPHS = int(os.environ.get("ATHANOR_DIFFERENTIAL_GRAPHS", "600"))
# As many graphs as it takes for every class to occur.
GRAPHS_FOR_EVERY_CLASS = 600
DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs" / "alembic-differences.md"
SHOWN = 5


@pytest.fixture(scope="module")
def outcome():
    return comparison.compare(SEED, GRAPHS)


def test_every_difference_is_one_of_those_documented(outcome, capsys):
    with capsys.disabled():
        print(f"\nseed {SEED}, {GRAPHS} graphs, {sum(outcome.counts.values())} comparisons")
        for name, count in sorted(outcome.counts.items()):
            print(f"{count:8} {name}")
    shown = "\n".join(outcome.unexplained[:SHOWN])
    assert not outcome.unexplained, f"{len(outcome.unexplained)} differences that nobody meant, such as\n{shown}"


def test_every_class_occurs(outcome):
    names = {*differences.CLASSES, *comparison.GRAPH_CLASSES}
    if GRAPHS >= GRAPHS_FOR_EVERY_CLASS:
        assert names - set(outcome.counts) == set()
    assert {name for name in outcome.counts if " " not in name} <= names


def test_the_page_explains_each_class_and_no_other():
    explained = re.findall(r"^\| `([a-z-]+)` \|", DOCUMENT.read_text(), re.MULTILINE)
    assert sorted(explained) == sorted([*differences.CLASSES, *comparison.GRAPH_CLASSES])


@pytest.mark.filterwarnings("ignore")  # of SQLAlchemy 2, and of what Alembic warns before it goes on
def test_the_oracle_keeps_rows_as_a_real_version_table_does():
    """Alembic's own run_migrations on SQLite, where the oracle leaves out the SQL."""
    compared = 0
    for number in range(25):
        rng = random.Random(f"table/{number}")
        revisions = graphs.graph(rng)
        oracle = alembic_oracle.Oracle(revisions)
        for question in questions.Asker(rng, graphs.Shape(revisions)).all(2):
            if question["command"] not in ("upgrade", "downgrade", "stamp"):
                continue
            expected = oracle.ask(question)
            rows = rows_in_a_table(oracle.directory, question)
            if "error" in expected:
                assert rows is None, question
            else:
                last = expected["rows"] if question["command"] == "stamp" else (
                    expected["rows"] or [sorted(set(question["rows"]))])[-1]
                assert rows == last, question
                compared += 1
    assert compared > 50


def rows_in_a_table(directory, question):
    """The rows that Alembic leaves in its table, or None where it fails."""
    plans = {"upgrade": directory._upgrade_revs, "downgrade": directory._downgrade_revs,
             "stamp": directory._stamp_revs}
    target = tuple(question["arguments"]) if question["command"] == "stamp" else question["argument"]

    def steps(rows, _context):
        return plans[question["command"]](target, rows)

    with create_engine("sqlite://").connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"fn": steps, "purge": question.get("purge", False)})
        context._ensure_version_table()
        for row in question["rows"]:
            connection.execute(text("INSERT INTO alembic_version VALUES (:row)"), {"row": row})
        try:
            context.run_migrations()
        except Exception:  # whatever breaks in Alembic is its answer
            return None
        return sorted(context.get_current_heads())
