"""The deliberate differences from Alembic: for each a name, which docs/alembic-differences.md explains, and a test of
one case that holds only where the difference is exactly the one meant.

A case is a question that the two answer differently. A class says what Alembic did, and holds our answer against a
meaning worked out apart (meaning.py) or against Alembic's own answer to the same question in other words.
"""

import meaning
from meaning import parse

CLASSES = {}


def difference(name):
    def register(test):
        CLASSES[name] = test
        return test
    return register


class Case:
    """One question and both answers.

    @param ask asks Alembic something else about the same graph
    """

    def __init__(self, shape, question, alembic, ours, ask):
        self.shape, self.question, self.alembic, self.ours, self.ask = shape, question, alembic, ours, ask
        self.command, self.rows = question["command"], question["rows"]
        self.error, self.our_error = alembic.get("error"), ours.get("error")
        self.written = question.get("argument", "")

    @property
    def targets(self):
        """The targets as parsed: one, several of a stamp, or a range's two ends."""
        if self.command == "stamp":
            return [parse(one) for one in self.question["arguments"]]
        if self.command == "history":
            return [parse(one) for one in self.written.split(":") if one not in ("", "current")]
        return [parse(self.written)] if self.written else []

    def alembic_says(self, *words):
        return self.error is not None and any(word in self.alembic["message"] for word in words)

    def alembic_fails(self, *words):
        """An exception that Alembic does not mean to raise."""
        return self.error == "crashed" and self.alembic_says(*words)

    def we_refuse(self, reason, *words):
        return self.our_error == reason and all(word in self.ours["message"] for word in words)

    def agrees_with(self, argument):
        """Whether our answer is Alembic's to the same question in other words, but for another class."""
        question = {**self.question, "argument": argument}
        answer = self.ask(question)
        return answer == self.ours or name_of(Case(self.shape, question, answer, self.ours, self.ask)) is not None

    def end(self, which):
        return parse(self.written.split(":")[which])

    def slice_is_right(self):
        """Whether our history is what the range's documentation says: its members, in Alembic's order if it has one."""
        if self.our_error:
            return False
        lower, upper = self.ends()
        if set(self.ours["order"]) != meaning.slice_of(self.shape, lower, upper):
            return False
        theirs = self.ask({"command": "slice", "lower": lower, "upper": upper}) if upper else {"order": []}
        return (theirs == self.ours if "error" not in theirs
                else meaning.is_in_order(self.shape, self.ours["order"], newest_first=True))

    def slice_is_empty(self):
        """Whether we refuse a range that begins at a revision and ends at base."""
        lower, upper = self.ends()
        return lower != [] and upper == [] and self.we_refuse("InvalidRange", "is empty", "ends at base")

    def ends(self, written=None):
        """The range's ends, as lists of revisions."""
        return meaning.ends_of_range(self.shape, self.rows, written or self.written, self.is_on_branch)

    def is_on_branch(self, identifier, label):
        """Whether a revision is on a branch as the beginning of a range keeps to it."""
        if label in self.shape.labels:
            return label in self.ask({"command": "labels", "revision": identifier})["labels"]
        return identifier in self.shape.lineage(self.shape.branch(label))


def name_of(case):
    """The class of a case, or None for a difference that nobody meant."""
    for name, holds in CLASSES.items():
        try:
            if holds(case):
                return name
        except (LookupError, TypeError, ValueError):
            # Nothing of the kind: what the class speaks of is not in the question.
            continue
    return None


# --- Where Alembic answers and we refuse ---

@difference("beginning-of-a-label")
def _(case):
    """Alembic finds labels by their beginning, since it keeps them in one map with the ids; a word that begins an id
    and a label is ambiguous to it."""
    def begins_label(word):
        return (word != "" and word not in case.shape.labels and word not in case.shape.revisions and
                any(label.startswith(word) for label in case.shape.labels))
    for target in case.targets:
        found = meaning.candidates(case.shape, target)
        if begins_label(target.symbol) and not case.error and not found:
            return case.we_refuse("InvalidTarget", target.symbol)
        if begins_label(target.label) and not case.error and not case.shape.beginning_with(target.label):
            return case.we_refuse("InvalidTarget", f'"{target.label}" is neither')
        if begins_label(target.symbol) and len(found) == 1 and case.alembic_says("Can't locate revision"):
            return _same_in_full(case, target, found[0])
    return False


@difference("several-rows-minus")
def _(case):
    """`downgrade -N` with several rows: Alembic takes any, and warns."""
    target = parse(case.written)
    return (case.command == "downgrade" and not case.error and target.steps and target.steps < 0 and
            not target.symbol and not target.label and len(set(case.rows)) > 1 and
            case.we_refuse("AmbiguousTarget", *case.rows[:1]))


@difference("off-the-branch")
def _(case):
    """`label@id` where the revision is not on that branch: Alembic forgets the label."""
    def is_off(target):
        if case.command == "history" and target.label and not target.symbol:
            lower, _ = case.ends(f"{case.written.split(':')[0]}:heads")
            return (len(lower) == 1 and lower[0] not in case.shape.lineage(case.shape.branch(target.label)) and
                    case.we_refuse("InvalidRange", lower[0], "not on the branch"))
        branch = case.shape.branch(target.label)
        anywhere = meaning.candidates(case.shape, target._replace(label=""))
        return (branch is not None and len(anywhere) == 1 and anywhere[0] not in case.shape.lineage(branch) and
                case.we_refuse("InvalidTarget", anywhere[0], "not on the branch"))
    return case.command != "stamp" and not case.error and any(map(is_off, case.targets))


@difference("overlapping-rows")
def _(case):
    """A row that another row includes: Alembic notices on the way up, not on the way down; nor does its stamp, which
    leaves such rows or breaks, where ours puts them right."""
    if case.shape.ends(case.rows) == sorted(set(case.rows)):
        return False
    if case.command == "stamp":
        return case.ours == {"rows": meaning.stamped(case.shape, case.question)}
    return case.command == "downgrade" and not case.error and case.we_refuse("OverlappingVersionRows")


@difference("overlapping-targets")
def _(case):
    """A stamp of two revisions one of which includes the other."""
    meant = [one for target in case.targets for one in meaning.places(case.shape, target)]
    return (case.command == "stamp" and case.shape.ends(meant) != sorted(set(meant)) and
            case.we_refuse("OverlappingTargets"))


@difference("relative-stamp")
def _(case):
    """`stamp -1` on a database without rows: Alembic counts from the heads."""
    return (case.command == "stamp" and not case.error and
            any(target.steps is not None for target in case.targets) and
            case.we_refuse("InvalidTarget", "relative"))


@difference("below-base")
def _(case):
    """`base-1`: below base Alembic comes to the heads."""
    if not any(target.symbol == "base" and (target.steps or 0) < 0 for target in case.targets):
        return False
    if case.command == "history":
        return ((not case.error or case.alembic_says("Ambiguous walk") or case.alembic_fails("AssertionError")) and
                (case.slice_is_right() or case.slice_is_empty()))
    return not case.error and case.we_refuse("InvalidTarget", "nothing below base")


@difference("both-ends-count")
def _(case):
    """`-1:label@+2`: each end would count from the other."""
    below, above = case.end(0), case.end(1)
    return (case.command == "history" and not case.error and below.steps and above.steps and
            not below.symbol and not above.symbol and case.we_refuse("InvalidRange", "Both ends"))


@difference("empty-database-ends-a-range")
def _(case):
    """`:current` with nothing applied: Alembic takes no rows for all heads."""
    if case.command != "history" or case.rows or not case.written.endswith(":current"):
        return False
    if case.our_error:
        return not case.error and case.we_refuse("InvalidRange", "nothing is applied")
    return not case.error and case.ours == {"order": []}


# --- Where we answer and Alembic refuses or breaks ---

@difference("label-narrows")
def _(case):
    """A beginning that names several revisions, one of them on the branch: Alembic looks past the label."""
    if not case.alembic_says("Can't locate revision"):
        return False
    for target in case.targets:
        found = meaning.candidates(case.shape, target)
        if target.label and len(found) == 1 and len(case.shape.beginning_with(target.symbol)) > 1:
            return _same_in_full(case, target, found[0])
    return False


def _same_in_full(case, target, identifier):
    """Whether Alembic answers as we do once the id is written out."""
    if case.command == "stamp":
        return case.ours == {"rows": meaning.stamped(case.shape, case.question)}
    if case.command == "history":
        return case.slice_is_right()
    steps = "" if target.steps is None else f"{target.steps:+d}"
    branch = f"{target.label}@" if target.label else ""
    return case.agrees_with(f"{branch}{identifier}{steps}")


@difference("head-of-a-branch-down")
def _(case):
    """`downgrade label@head`: Alembic looks for the head of everything."""
    target = parse(case.written)
    if case.command != "downgrade" or not target.label or target.symbol not in ("head", "heads"):
        return False
    head, = meaning.places(case.shape, target)
    in_full = f"{target.label}@{head}"
    return ((case.alembic_says("Multiple head revisions") or
             case.shape.heads() != [head] or case.shape.ends(case.shape.ids) != [head]) and
            (case.agrees_with(in_full) if not case.our_error else
             case.we_refuse("InvalidTarget", head) and "error" in case.ask({**case.question, "argument": in_full})))


@difference("steps-to-base")
def _(case):
    """`id-N` that comes to base: on the way up Alembic has nothing to do either, and breaks."""
    target = parse(case.written)
    if case.command != "upgrade" or not case.alembic_fails("AssertionError"):
        return False
    start = meaning.places(case.shape, target)
    return (len(start) == 1 and target.steps < 0 and meaning.walk(case.shape, start[0], target.steps) is None and
            case.ours == {"order": [], "rows": []})


@difference("merge-of-a-row-that-is-gone")
def _(case):
    """Alembic deletes the rows of all that a merge joins, also of what has none since another row included it."""
    if case.command != "upgrade" or not case.alembic_fails("KeyError"):
        return False
    done = case.alembic["rows"]
    before = done[-1] if done else sorted(case.rows)
    needs = case.shape.needs(case.ours["order"][len(done)])
    gone = [need for need in needs if need not in before]
    return (case.alembic["order"] == case.ours["order"] and done == case.ours["rows"][:len(done)] and
            any(f"'{need}'" in case.alembic["message"] for need in gone) and
            len([need for need in needs if need in before]) > 1 and
            meaning.steps_are_sound(case.shape, case.rows, case.ours, up=True))


@difference("rows-after-an-unmerge")
def _(case):
    """Alembic brings back the rows of all that an undone revision needed, also of one that another includes."""
    return (case.command == "downgrade" and not case.error and not case.our_error and
            case.alembic["order"] == case.ours["order"] and
            all(case.shape.ends(theirs) == ours
                for theirs, ours in zip(case.alembic["rows"], case.ours["rows"])))


# --- Stamps ---

@difference("stamp-of-several")
def _(case):
    """With several targets Alembic takes the rows of one away for another, or breaks on rows that it took already."""
    meant = [one for target in case.targets for one in meaning.places(case.shape, target)]
    return (case.command == "stamp" and (len(case.targets) > 1 or len(meant) > 1) and
            (not case.error or case.alembic_fails("AssertionError", "KeyError")) and
            case.ours == {"rows": meaning.stamped(case.shape, case.question)})


@difference("stamp-beside-a-branch")
def _(case):
    """`label@id`: Alembic takes the rows of the label's whole branch away, also those beside the target."""
    target = case.targets[0]
    if case.command != "stamp" or len(case.targets) > 1 or case.error or not target.label:
        return False
    lost = set(case.ours["rows"]) - set(case.alembic["rows"])
    return (set(case.alembic["rows"]) <= set(case.ours["rows"]) and
            lost <= meaning.related(case.shape, case.shape.branch(target.label)) and
            case.ours == {"rows": meaning.stamped(case.shape, case.question)})


# --- Ranges ---

@difference("counted-beginning")
def _(case):
    """`-N:X` counts down from X, as Alembic's documentation has it; Alembic counts down from the heads."""
    below = case.end(0)
    if case.command != "history" or below.symbol or (below.steps or 0) >= 0:
        return False
    try:
        case.ends()
    except LookupError:
        return case.we_refuse("AmbiguousTarget", f'{below.steps}" is ambiguous')
    return case.slice_is_right()


@difference("steps-in-a-beginning")
def _(case):
    """`id-N:X`: Alembic knows steps from a revision at the end of a range only."""
    below = case.end(0)
    return (case.command == "history" and below.symbol != "" and below.steps is not None and
            case.alembic_says("Can't locate revision", "Relative revision") and case.slice_is_right())


@difference("current-at-both-ends")
def _(case):
    return (case.written == "current:current" and case.alembic_says("'current'") and case.slice_is_right())


@difference("overlapping-heads")
def _(case):
    """Several revisions at one end or on one branch, one of which another needs: all of them are meant."""
    def overlap(some):
        return case.shape.ends(some) != sorted(set(some))
    if not case.alembic_says("overlaps with"):
        return False
    if case.command == "history":
        ends = case.ends()
        return any(map(overlap, ends)) and case.slice_is_right()
    wanted = meaning.places(case.shape, case.targets[0])
    return (case.command == "upgrade" and case.targets[0].symbol == "heads" and overlap(wanted) and
            not case.our_error and
            set(case.ours["order"]) == case.shape.applied(wanted) - case.shape.applied(case.rows) and
            meaning.steps_are_sound(case.shape, case.rows, case.ours, up=True))


@difference("revision-as-label-of-a-range")
def _(case):
    """`id@X:Y` keeps to the revision's line; Alembic takes the one label of its branch, and breaks on none or two."""
    below = case.end(0)
    if case.command != "history" or below.label not in case.shape.revisions:
        return False
    labels = case.ask({"command": "labels", "revision": below.label})["labels"]
    lower, upper = case.ends()
    off = lower != [] and upper == [] and case.we_refuse("InvalidRange", "is not on the branch", f'"{below.label}"')
    return ((not case.error if len(labels) == 1 else case.alembic_fails("AssertionError")) and
            (off or case.slice_is_right()))


@difference("end-at-base")
def _(case):
    """`:id-N` that comes to base: nothing is below it."""
    above = case.end(1)
    start = meaning.places(case.shape, above)
    return (case.command == "history" and above.steps < 0 and start != [] and case.alembic_fails("AssertionError") and
            case.ends()[1] == [] and case.slice_is_right())


@difference("slice-in-pieces")
def _(case):
    """A slice parts of which its end needs by way of other branches only: Alembic's sort loses them."""
    if case.command != "history" or not case.alembic_fails("AssertionError") or case.our_error:
        return False
    listed = set(case.ours["order"])
    _, upper = case.ends()
    reached, unvisited = set(), [one for one in upper if one in listed]
    while unvisited:
        one = unvisited.pop()
        if one not in reached:
            reached.add(one)
            unvisited += [need for need in case.shape.needs(one) if need in listed]
    return reached != listed and case.slice_is_right()
