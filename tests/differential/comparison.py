"""Both tools asked about generated graphs, and every difference sorted into its class."""

import collections
import json
import multiprocessing
import os
import random
import subprocess

import alembic_oracle
import differences
import graphs
import meaning
import questions

PROCESSES = 2
ROUNDS = 10
BROKEN_GRAPHS = 0.2

# What is wrong with a set of revisions and Alembic does not see, or not always; the documentation gives the reasons.
GRAPH_CLASSES = ("cycle-unseen", "revision-twice", "revision-twice-alike")


class Probe:
    """Athanor's functions in a process of their own."""

    def __init__(self):
        self._process = subprocess.Popen([os.environ["ATHANOR_GRAPH_PROBE"]], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.communicate()

    def ask(self, question):
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the probe ended with {self._process.wait()} at {json.dumps(question)}")
        return json.loads(answer)


class Outcome:
    """Counts, and what no class explains: why, and the command that asks again."""

    def __init__(self):
        self.counts = collections.Counter()
        self.unexplained = []

    def add(self, other):
        self.counts.update(other.counts)
        self.unexplained += other.unexplained

    def report(self, revisions, why, question=None):
        case = json.dumps({"graph": revisions, "question": question})
        self.unexplained.append(f"{why}\n  /usr/bin/python3 ask_both.py <<< '{case}'")


def compare(seed, count):
    """@param seed graph n of a seed is always the same, whatever the count"""
    total = Outcome()
    with multiprocessing.Pool(PROCESSES) as pool:
        for outcome in pool.starmap(_compare_share, [(seed, range(share, count, PROCESSES))
                                                     for share in range(PROCESSES)]):
            total.add(outcome)
    return total


def _compare_share(seed, numbers):
    outcome = Outcome()
    with Probe() as probe:
        for number in numbers:
            rng = random.Random(f"{seed}/{number}")
            if rng.random() < BROKEN_GRAPHS:
                compare_broken(outcome, probe, *graphs.broken_graph(rng))
            else:
                compare_graph(outcome, probe, graphs.graph(rng), rng)
    return outcome


def compare_broken(outcome, probe, revisions, fault):
    """Both refuse the graph, or the case is of a class."""
    oracle, ours = alembic_oracle.Oracle(revisions), probe.ask({"graph": revisions})
    refused = "error" in ours
    if fault == "revision twice, alike":
        twins = len(revisions) - len({one["id"] for one in revisions})
        name = "revision-twice-alike" if twins == 1 and ours == {"loaded": len(revisions) - 1} else None
    elif oracle.fault and refused:
        name = "graph: both refuse"
    elif refused and "cycle" in fault and graphs.Shape(revisions).has_cycle():
        name = "cycle-unseen"
    elif refused and fault == "revision twice" and ours["error"] == "DuplicateRevision":
        name = "revision-twice"
    else:
        name = None
    if name:
        outcome.counts[name] += 1
    else:
        outcome.report(revisions, f"{fault}: Alembic {oracle.fault}, Athanor {ours}")


def compare_graph(outcome, probe, revisions, rng):
    oracle, ours = alembic_oracle.Oracle(revisions), probe.ask({"graph": revisions})
    if oracle.fault or "error" in ours:
        outcome.report(revisions, f"the graph is fine: Alembic {oracle.fault}, Athanor {ours}")
        return
    shape = graphs.Shape(revisions)
    for question in questions.Asker(rng, shape).all(ROUNDS):
        alembic, ours = oracle.ask(question), probe.ask(question)
        name = judge(differences.Case(shape, question, alembic, ours, oracle.ask))
        if name.startswith("!"):
            outcome.report(revisions, f"{name[1:]}: Alembic {alembic}, Athanor {ours}", question)
        else:
            outcome.counts[f"{question['command']}: {name}" if " " in name else name] += 1


def judge(case):
    """How a case stands: "both …", the name of its class, or what is wrong with it after a "!"."""
    if case.command in ("upgrade", "downgrade") and not case.our_error and not meaning.steps_are_sound(
            case.shape, case.rows, case.ours, case.command == "upgrade"):
        return "!steps that are not sound"
    if case.error and case.our_error:
        return "both refuse"
    if case.alembic == case.ours:
        return "both answer alike"
    name = differences.name_of(case)
    if not name:
        return "!a difference of no class"
    # A class that took wrong answers as well would hide them.
    for wrong in wrong_answers(case.ours):
        also = differences.name_of(differences.Case(case.shape, case.question, case.alembic, wrong, case.ask))
        if also:
            return f"!{also} would take the wrong answer {wrong} too"
    return name


def wrong_answers(answer):
    """Answers that are near the right one."""
    if "error" in answer:
        yield {"error": "Wrong", "message": answer["message"]}
        return
    order, rows = answer.get("order"), answer.get("rows")
    if order is None:
        yield {"rows": rows + ["zz"]}
        if rows:
            yield {"rows": rows[1:]}
    elif rows is None:
        yield {"order": order + ["zz"]}
        if order:
            yield {"order": order[1:]}
    else:
        yield {"order": order + ["zz"], "rows": rows + [[]]}
        if order:
            yield {"order": order[:-1], "rows": rows[:-1]}
            yield {"order": order, "rows": rows[:-1] + [rows[-1] + ["zz"]]}
