"""What a refusal offers is run, every command of it, and none is refused: a reader types what stands there."""

import shlex
import shutil

import pytest

from advised import advised_commands

# a1 ─┬─ a2             a1 ─┬─ a2 ─┬─ m1 ─┬─ m2
#     └─ b1 ── b2           └─ b1 ── b2   └─ m3 ── m4
# c1 ── c2, and c1 depends on a2; b1 is `billing`, c1 `core`, m3 `side`.
SHOP = (("a1aaaa", "none"), ("a2aaaa", "a1aaaa"), ("b1bbbb", "a1aaaa", "branch_labels: billing"),
        ("b2bbbb", "b1bbbb"), ("c1cccc", "none", "branch_labels: core", "depends_on: a2aaaa"), ("c2cccc", "c1cccc"))
MERGED = (*SHOP, ("m1dddd", "a2aaaa, b2bbbb"), ("m2dddd", "m1dddd"), ("m3dddd", "m1dddd", "branch_labels: side"),
          ("m4dddd", "m3dddd"))
SHORT = (("r1", "none"), ("r2", "r1"), ("r3", "r2"))


class Project:
    """@param applied the target that the database is brought to first; None for no database"""

    def __init__(self, workspace, revisions, applied):
        self.workspace, self.revisions = workspace, revisions
        workspace.write("alembic.ini", "[alembic]\nscript_location = %(here)s\n"
                                       "sqlalchemy.url = sqlite:///%(here)s/shop.db\n")
        for id_, parent, *more in revisions:
            head = "".join(f"-- {line}\n" for line in (f"revision: {id_}", f"down_revision: {parent}", *more))
            workspace.write(f"versions/{id_}.sql", f"{head}\n-- athanor:upgrade\nCREATE TABLE t_{id_} (i integer);\n"
                                                   f"-- athanor:downgrade\nDROP TABLE t_{id_};\n")
        if applied:
            workspace.made("upgrade", applied)
        self.as_it_was = workspace.folder.with_name(workspace.folder.name + "-as-it-was")
        shutil.copytree(workspace.folder, self.as_it_was)

    def run(self, words):
        """In the project as it was at first."""
        shutil.rmtree(self.workspace.folder)
        shutil.copytree(self.as_it_was, self.workspace.folder)
        return self.workspace.athanor(*shlex.split(words))

    def offers_of(self, told):
        """What is offered by a refusal; each of it was run."""
        offered = [command.removeprefix("athanor ") for command in advised_commands(told.stderr)]
        for command in offered:
            run = self.run(command)
            assert run.returncode == 0, (told.args, told.stderr, command, run.stderr)
        return offered


EMPTY, ALL = None, "heads"
LISTS = ["history"]

# What is typed, and what is offered for it, in order.
MEANT = {
    "a step with several ways": (SHOP, EMPTY, "upgrade +2", ["upgrade a2aaaa", "upgrade b1bbbb", "upgrade c2cccc"]),
    "a step from a revision": (SHOP, EMPTY, "upgrade a1aaaa+2", ["upgrade b2bbbb"]),
    "a plan of one": (SHOP, EMPTY, "plan a1aaaa+1", ["plan a2aaaa", "plan b1bbbb"]),
    "more steps than there are": (SHOP, EMPTY, "upgrade +99", ["upgrade b2bbbb"]),
    "more steps than a branch has": (MERGED, EMPTY, "upgrade b1bbbb+9", ["upgrade m4dddd"]),
    "more steps on one line": (SHORT, EMPTY, "upgrade +7", ["upgrade r3"]),
    "no step left": (SHORT, ALL, "upgrade +7", LISTS),
    "no step left on any line": (MERGED, ALL, "upgrade +7", LISTS),
    "steps on paper": (SHOP, EMPTY, "upgrade --sql a1aaaa:+2", ["upgrade --sql a1aaaa:b2bbbb"]),
    "steps of a history": (SHOP, EMPTY, "history -r a1aaaa:+2", ["history -r a1aaaa:a2aaaa",
                                                                "history -r a1aaaa:b2bbbb"]),
    "a step from several rows": (MERGED, "m1dddd", "upgrade +2", ["upgrade m4dddd"]),
    "the step below a head": (MERGED, ALL, "upgrade head-1", ["upgrade core@head-1", "upgrade m2dddd-1",
                                                              "upgrade side@head-1", "merge heads"]),
    "down from several rows": (MERGED, ALL, "downgrade -2", ["downgrade core@-2", "downgrade a2aaaa",
                                                             "downgrade b2bbbb", "downgrade side@-2"]),
    "down further than anything goes": (MERGED, ALL, "downgrade -9", ["downgrade base"]),
    "down across a merge": (MERGED, "m2dddd", "downgrade -2", ["downgrade a2aaaa", "downgrade b2bbbb"]),
    "down across a merge, by one branch of the database": (MERGED, ALL, "downgrade m2dddd@-2",
                                                           ["downgrade a2aaaa", "downgrade b2bbbb"]),
    "down where nothing is": (SHORT, EMPTY, "upgrade -1", []),
    "down and not up": (SHORT, ALL, "upgrade -1", ["downgrade -1"]),
    "up and not down, on paper": (SHORT, EMPTY, "downgrade --sql r1:+1", ["upgrade --sql r1:+1"]),
    "a plan that goes down": (SHORT, ALL, "plan -1", ["plan --downgrade -1"]),
    "down past base": (SHORT, ALL, "downgrade -9", ["downgrade base"]),
    "a beginning of ids, some not applied": (SHOP, "a1aaaa", "downgrade a", ["downgrade a1aaaa"]),
    "one head of several": (SHOP, EMPTY, "merge head", ["merge a2aaaa b2bbbb c2cccc"]),
    "a merge of one": (SHOP, EMPTY, "merge b2bbbb", ["merge a2aaaa b2bbbb c2cccc"]),
    "a merge further down": (SHOP, EMPTY, "merge a1aaaa c1cccc", ["merge a2aaaa b2bbbb c2cccc"]),
    "a merge with what is included": (SHOP, EMPTY, "merge a1aaaa b2bbbb", ["merge a2aaaa b2bbbb"]),
    "a merge of one line": (SHORT, EMPTY, "merge r1 r2", []),
    "a merge of a beginning": (SHOP, EMPTY, "merge a b2bbbb", ["merge a2aaaa b2bbbb"]),
    "a dependency on one head of several": (SHOP, EMPTY, "revision --head a2aaaa --depends-on head", [
        "revision --head a2aaaa --depends-on billing@head", "revision --head a2aaaa --depends-on core@head",
        "revision --head a2aaaa --depends-on b2bbbb --depends-on c2cccc"]),
    "dependencies at once": (SHOP, EMPTY, "revision --head a2aaaa --depends-on heads", [
        "revision --head a2aaaa --depends-on b2bbbb --depends-on c2cccc"]),
    "a dependency that is there already": (SHOP, EMPTY, "revision --head core@head --depends-on head", [
        "revision --head core@head --depends-on billing@head"]),
    "a revision in the middle": (SHOP, EMPTY, "revision --head a1aaaa", [
        "revision --head a1aaaa --splice", "revision --head a2aaaa", "revision --head billing@head"]),
    "a stamp of one head beside another target": (SHOP, EMPTY, "stamp head b1bbbb", [
        "stamp a2aaaa b1bbbb", "stamp core@head b1bbbb", "merge a2aaaa b2bbbb c2cccc"]),
    "a stamp of what is included": (SHOP, EMPTY, "stamp --purge a1aaaa a2aaaa", ["stamp --purge a2aaaa"]),
    "ids without beginnings": (SHORT, EMPTY, "upgrade r", ["upgrade r1", "upgrade r2", "upgrade r3"]),
    "a slip of the finger": (MERGED, EMPTY, "upgrade b2bbbd", ["upgrade b2bbbb"]),
    "a slip on a branch": (MERGED, EMPTY, "upgrade billing@b2bbbd", ["upgrade billing@b2bbbb"]),
    "a slip in a label": (MERGED, EMPTY, "upgrade biling@+1", ["upgrade billing@+1"]),
    "a slip in a word": (SHORT, EMPTY, "show haed", ["show head"]),
    "a slip in a range": (SHOP, EMPTY, "history -r biling@-1:", ["history -r billing@-1:"]),
    "another branch's revision": (SHOP, EMPTY, "show billing@c1cccc", ["show c1cccc"]),
    "steps where none are taken": (MERGED, EMPTY, "show m2dddd-1", LISTS),
    "the database where it is not asked": (SHORT, ALL, "upgrade current", ["current"]),
    "steps from the database": (SHORT, ALL, "history -r current-1:", ["current"]),
    "a range from several rows": (MERGED, ALL, "history -r current:+1", [
        "history -r c2cccc:+1", "history -r m2dddd:+1", "history -r m4dddd:+1"]),
    "a downgrade on paper that goes up": (SHORT, EMPTY, "downgrade --sql r1:r3", ["downgrade --sql r3:r1",
                                                                                 "upgrade --sql r1:r3"]),
    "a downgrade on paper to another line": (SHOP, EMPTY, "downgrade --sql b2bbbb:c2cccc", ["history --graph"]),
    "a head on paper": (SHOP, EMPTY, "downgrade --sql head:b1bbbb", ["downgrade billing@head:b1bbbb --sql",
                                                                    "merge a2aaaa b2bbbb c2cccc"]),
}


@pytest.mark.parametrize("revisions, applied, words, offered", MEANT.values(), ids=MEANT)
def test_what_is_offered_is_what_was_meant(workspace, revisions, applied, words, offered):
    project = Project(workspace, revisions, applied)
    told = project.run(words)
    assert told.returncode == 1, told
    assert project.offers_of(told) == offered


WORDS = ["a", "m2dddd", "c1cccc", "head", "heads", "base", "current", "a1aaab", "zzz", "+9", "-1", "-9", "b1bbbb+1",
         "m2dddd-9", "head-1", "side@-1", "core@m2dddd", "nowhere@head"]
# With a place for each of the words, and whether the answer depends on the database.
PLACES = {"upgrade {}": True, "downgrade {}": True, "plan --downgrade {}": True, "stamp {} c1cccc": True,
          "upgrade --sql a1aaaa:{}": False, "downgrade --sql m2dddd:{}": False, "downgrade --sql {}:a1aaaa": False,
          "show {}": False, "history -r {}:": False, "history -r a1aaaa:{}": False, "merge {}": False,
          "merge m2dddd {}": False, "revision --head {}": False, "revision --head c2cccc --depends-on {}": False}


@pytest.mark.parametrize("place, applied", [(place, applied) for place, asks in PLACES.items()
                                            for applied in ([EMPTY, ALL] if asks else [EMPTY])])
def test_nothing_that_is_offered_is_refused(workspace, place, applied):
    project = Project(workspace, MERGED, applied)
    for word in WORDS:
        told = project.run(place.format(word))
        if told.returncode == 1:
            project.offers_of(told)


def test_a_drawn_history_has_no_parents_that_there_are_not(workspace):
    project = Project(workspace, SHOP, EMPTY)
    assert project.run("history --graph").stdout.splitlines() == [
        "* b2bbbb (billing) (head),", "* b1bbbb (billing),",
        "│ * c2cccc (core) (head),", "│ o c1cccc (core) (depends on a2aaaa),",
        "│   * a2aaaa (effective head),", "├───╯", "o a1aaaa (branchpoint),"]


def test_a_drawn_history_is_told_at_length(workspace):
    project = Project(workspace, SHORT, EMPTY)
    lines = project.run("history --graph -v").stdout.splitlines()
    assert [line for line in lines if "Rev: " in line] == ["* Rev: r3 (head)", "* Rev: r2", "o Rev: r1"]
    assert {line[0] for line in lines if line} == {"*", "│", "o", " "}
    assert "│ Parent: r2" in lines and "  Parent: <base>" in lines
