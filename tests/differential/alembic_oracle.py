"""Debian's Alembic asked the same questions: its own code from the graph to the version rows, without a database."""

import signal
import warnings

from alembic.runtime.migration import HeadMaintainer
from alembic.script import ScriptDirectory
from alembic.script.revision import Revision, RevisionError, RevisionMap
from alembic.util import CommandError

# Processor time past which Alembic is taken to run for ever.
LONGEST_ANSWER_SECONDS = 5


class Script(Revision):
    doc = ""

    class module:
        """Stands for the file that holds the migration."""

        @staticmethod
        def upgrade(**_):
            pass

        downgrade = upgrade


class Directory(ScriptDirectory):
    """A folder of scripts that a listing gives in the order of ids.

    Alembic keeps a revision's normalized dependencies in a set of strings, so that its order is another with every
    PYTHONHASHSEED. Here it is the order written.
    """

    def __init__(self, revisions):
        self.revision_map = RevisionMap(lambda: [
            Script(one["id"], tuple(one["down"]) or None, tuple(one["depends"]) or None,
                   tuple(one["labels"]) or None) for one in sorted(revisions, key=lambda one: one["id"])])
        for one in filter(None, self.revision_map._revision_map.values()):
            written = list(one._resolved_dependencies)
            one._normalized_resolved_dependencies = tuple(
                sorted(one._normalized_resolved_dependencies, key=written.index))


class Rows(HeadMaintainer):
    """The version table as Alembic keeps it in mind, with its assertions and without the SQL."""

    def __init__(self, rows):
        self.heads = set(rows)

    def _insert_version(self, version):
        assert version not in self.heads
        self.heads.add(version)

    def _delete_version(self, version):
        self.heads.remove(version)

    def _update_version(self, from_, to_):
        assert to_ not in self.heads
        self.heads.remove(from_)
        self.heads.add(to_)


class TooLong(Exception):
    pass


def _too_long(_signal, _frame):
    raise TooLong


class Oracle:
    """One graph in Alembic's hands. `fault` is None, or why Alembic does not take it."""

    def __init__(self, revisions):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.directory, self.fault = None, None
            answer = _guarded(lambda: {"directory": Directory(revisions)})
            self.directory = answer.get("directory")
            self.fault = None if self.directory else answer

    def ask(self, question):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            steps = {"order": [], "rows": []}
            answer = _guarded(lambda: getattr(self, "_" + question["command"])(question, steps))
            # A run that broke off: what was to be done, and the rows after each step that was.
            return {**answer, **steps} if "error" in answer and steps["order"] else answer

    def _heads(self, _question, _steps):
        return {"order": sorted(self.directory.get_heads()),
                "effective": sorted(self.directory.revision_map._real_heads)}

    def _current(self, question, _steps):
        return {"order": sorted(one.revision for one in self.directory.get_all_current(tuple(question["rows"])))}

    def _history(self, question, _steps):
        # alembic.command.history
        base, head = question["argument"].strip().split(":")
        if head == "current":
            head = tuple(question["rows"])
        elif base == "current":
            base = tuple(question["rows"])
        return {"order": [one.revision for one in
                          self.directory.walk_revisions(base=base or "base", head=head or "heads")]}

    def _slice(self, question, _steps):
        """A range whose ends are revisions; no lower end is base."""
        walked = self.directory.walk_revisions(base=tuple(question["lower"]) or "base", head=tuple(question["upper"]))
        return {"order": [one.revision for one in walked]}

    def _labels(self, question, _steps):
        return {"labels": sorted(self.directory.get_revision(question["revision"]).branch_labels)}

    def _stamp(self, question, _steps):
        rows = () if question["purge"] else tuple(question["rows"])
        maintained = Rows(rows)
        for step in self.directory._stamp_revs(tuple(question["arguments"]), rows):
            maintained.update_to_step(step)
        return {"rows": sorted(maintained.heads)}

    def _upgrade(self, question, steps):
        return self._run(self.directory._upgrade_revs, question, steps)

    def _downgrade(self, question, steps):
        return self._run(self.directory._downgrade_revs, question, steps)

    @staticmethod
    def _run(plan, question, steps):
        rows = tuple(question["rows"])
        maintained = Rows(rows)
        planned = list(plan(question["argument"], rows))
        steps["order"] = [step.revision.revision for step in planned]
        for step in planned:
            maintained.update_to_step(step)
            steps["rows"].append(sorted(maintained.heads))
        return steps


def _guarded(work):
    """The answer, or {"error": "refused" | "crashed" | "endless"}."""
    signal.signal(signal.SIGVTALRM, _too_long)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST_ANSWER_SECONDS)
    try:
        return work()
    except (CommandError, RevisionError) as error:
        return {"error": "refused", "message": str(error)}
    except TooLong:
        return {"error": "endless", "message": f"no answer in {LONGEST_ANSWER_SECONDS} s"}
    except Exception as error:  # whatever breaks in Alembic is its answer
        return {"error": "crashed", "message": f"{type(error).__name__}: {error}"}
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
