"""What targets, ranges and stamps mean, said once more apart from both tools, by the documentation alone."""

import re
from typing import NamedTuple

_FORM = re.compile(r"^(?:([^@]*)@)?(.*?)([+-]\d+)?$")


class Target(NamedTuple):
    label: str
    symbol: str
    steps: int | None


def parse(written):
    label, symbol, steps = _FORM.match(written).groups()
    return Target(label or "", symbol, int(steps) if steps else None)


def candidates(shape, target):
    """The revisions that the word behind an `@` may name, kept to the branch where there is one."""
    if target.symbol in shape.revisions:
        found = [target.symbol]
    elif target.symbol in shape.labels:
        found = [shape.labels[target.symbol]]
    else:
        found = shape.beginning_with(target.symbol)
    branch = shape.branch(target.label)
    return [one for one in found if one in shape.lineage(branch)] if branch else found


def places(shape, target):
    """The revisions that a target means without its steps; none for base, None where that is unsure."""
    if target.label and not shape.branch(target.label):
        return None
    if target.symbol == "base":
        return []
    if target.symbol in ("head", "heads"):
        if target.label:
            lineage = shape.lineage(shape.branch(target.label))
            return [one for one in shape.heads() if one in lineage]
        return shape.heads() if target.symbol == "head" else shape.ends(shape.ids)
    found = candidates(shape, target)
    return found if len(found) == 1 else None


def walk(shape, start, steps, lineage=None):
    """So many steps along the parents, as far as they lead. None is base.

    @return a revision, or None for base
    @raise LookupError where the way forks
    """
    here = start
    for _ in range(abs(steps)):
        if steps < 0:
            ways = [] if here is None else shape.parents(here) or [None]
        else:
            ways = [one for one in (shape.bases() if here is None else shape.children(here))
                    if lineage is None or one in lineage]
        if not ways:
            return here
        if len(ways) > 1:
            raise LookupError
        here = ways[0]
    return here


def _end(shape, rows, written, other):
    """The revisions of one end of a range.

    @param other those of the other end, for an end that counts from it
    """
    if written == "current":
        return rows
    target = parse(written)
    lineage = shape.lineage(shape.branch(target.label)) if target.label else None
    if target.steps is None:
        return places(shape, target)
    if target.symbol:
        starts = places(shape, target) or [None]
    else:
        starts = other or ([None] if target.steps > 0 else [])
    reached = [walk(shape, start, target.steps, lineage) for start in starts]
    return [] if None in reached else reached


def ends_of_range(shape, rows, written, is_on):
    """What stands below and above in a range, each a list of revisions; none: base.

    @param is_on whether a revision is on the branch of a label, which at the beginning keeps the end to it
    """
    below, above = written.split(":")
    below, above = below or "base", above or "heads"
    label = parse(below).label

    def kept(ends):
        return [one for one in ends if not label or is_on(one, label)]
    counted = parse(below).steps is not None and not parse(below).symbol
    if counted:
        upper = kept(_end(shape, rows, above, []))
        return _end(shape, rows, below, upper), upper
    lower = _end(shape, rows, below, [])
    return lower, kept(_end(shape, rows, above, lower))


def slice_of(shape, lower, upper):
    """The revisions between two ends, in no order."""
    wanted = shape.applied(upper)
    if not lower:
        return wanted
    beneath = set().union(*(shape.needed_by(one) for one in lower)) - set(lower)
    above = set().union(*(shape.descendants(one) for one in lower))
    return {one for one in wanted if one in above and one not in beneath}


def stamped(shape, question):
    """The rows after a stamp: the targets, and the rows of what has nothing to do with them."""
    targets, gone = [], set()
    for argument in question["arguments"]:
        target = parse(argument)
        meant = places(shape, target)
        targets += meant
        if target.symbol == "base":
            gone |= related(shape, shape.branch(target.label)) if target.label else set(shape.ids)
    for one in targets:
        gone |= related(shape, one)
    stay = [] if question["purge"] else [row for row in question["rows"] if row not in gone]
    return sorted(set(targets).union(stay))


def related(shape, identifier):
    """What a revision needs, what needs it, and itself."""
    return {identifier} | shape.needed_by(identifier) | {one for one in shape.ids
                                                         if identifier in shape.needed_by(one)}


def is_in_order(shape, order, newest_first):
    """Whether each revision comes after what it needs (newest first: before)."""
    place = {one: number for number, one in enumerate(reversed(order) if newest_first else order)}
    return len(place) == len(order) and all(
        place[need] < place[one] for one in order for need in shape.needed_by(one) if need in place)


def steps_are_sound(shape, rows, answer, up):
    """Whether each step is possible when it comes, and leaves the rows that stand for what is then applied."""
    applied = shape.applied(rows)
    for one, after in zip(answer["order"], answer["rows"], strict=True):
        possible = (one not in applied and shape.needed_by(one) <= applied if up else
                    one in applied and not any(one in shape.needs(other) for other in applied))
        applied = applied | {one} if up else applied - {one}
        if not possible or after != shape.ends(applied):
            return False
    return True
