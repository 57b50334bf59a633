"""Revision graphs as teams make them, and graphs that are none."""

LETTERS = "abcdef0123"
SIZES = [1, 2, 3, 5, 8, 13, 20, 30, 60]

# What can be wrong with a set of revisions.
FAULTS = ["cycle", "dependency cycle", "self-loop", "dependency self-loop", "missing parent", "missing dependency",
          "revision twice", "revision twice, alike", "label twice", "label like a revision"]


def revision(identifier, down=(), depends=(), labels=()):
    return {"id": identifier, "down": list(down), "depends": list(depends), "labels": list(labels)}


def identifiers(rng, count):
    """Ids of the usual and of the shortest lengths, some of which begin alike."""
    made = []
    while len(made) < count:
        one = "".join(rng.choice(LETTERS) for _ in range(rng.choice([2, 4, 5, 6, 6, 12])))
        if made and rng.random() < 0.15:
            one = rng.choice(made)[:4] + one[:rng.choice([1, 4])]
        # Of digits alone Alembic makes a number of steps.
        if one not in made and not one.isdigit():
            made.append(one)
    return made


def graph(rng):
    """Up to 60 revisions, parents first: branches, merges, several bases, dependencies, labels."""
    ids = identifiers(rng, rng.choice(SIZES))
    revisions = []
    for number, one in enumerate(ids):
        before = ids[:number]
        down = []
        if before and rng.random() > 0.1:
            down = [before[-1] if rng.random() < 0.6 else rng.choice(before)]
            if len(before) > 2 and rng.random() < 0.15:
                down = list(dict.fromkeys(down + [rng.choice(before)]))
        depends = []
        if before and rng.random() < 0.15:
            some = rng.sample(before, min(len(before), rng.choice([1, 1, 2])))
            depends = [other for other in some if other not in down]
        declared = [label for other in revisions for label in other["labels"]]
        if depends and declared and rng.random() < 0.3:
            depends = [rng.choice(declared)]
        labels = [f"br{number}_{one[:2]}"] if rng.random() < 0.12 else []
        revisions.append(revision(one, down, depends, labels))
    return revisions


def broken_graph(rng):
    """A graph with one fault, and which. The fault is somewhere in it, not always at an end."""
    fault = rng.choice(FAULTS)
    revisions = graph(rng)
    while len(revisions) < 4:
        revisions = graph(rng)
    victim = rng.choice(revisions)
    others = [one for one in revisions if one is not victim]
    above = sorted(Shape(revisions).descendants(victim["id"]) - {victim["id"]}) or [victim["id"]]
    if fault == "cycle":
        victim["down"].append(rng.choice(above))
    elif fault == "dependency cycle":
        victim["depends"].append(rng.choice(above))
    elif fault == "self-loop":
        victim["down"].append(victim["id"])
    elif fault == "dependency self-loop":
        victim["depends"].append(victim["id"])
    elif fault == "missing parent":
        victim["down"].append("nowhere")
    elif fault == "missing dependency":
        victim["depends"].append("nowhere")
    elif fault == "revision twice":
        twin = dict(victim, down=[rng.choice(others)["id"]])
        if twin["down"] == victim["down"]:
            twin["down"] = []
        revisions.append(twin)
    elif fault == "revision twice, alike":
        revisions.append(dict(victim))
    elif fault == "label twice":
        victim["labels"] = ["twice"]
        rng.choice(others)["labels"] = ["twice"]
    elif fault == "label like a revision":
        victim["labels"] = [rng.choice(others)["id"]]
    return revisions, fault


class Shape:
    """What a graph says of its revisions, worked out apart from both tools."""

    def __init__(self, revisions):
        self.revisions = {one["id"]: one for one in revisions}
        self.labels = {label: one["id"] for one in revisions for label in one["labels"]}
        self.ids = sorted(self.revisions)
        self._depends = {one["id"]: [self.labels.get(other, other) for other in one["depends"]] for one in revisions}
        self._reached = {}
        self._needs = {one: self._normalized(one) for one in self.ids}

    def _normalized(self, identifier):
        ancestors = self._below(identifier, "parents", self.parents)
        implied = {other for one in ancestors for other in self._depends[one]}
        return self.parents(identifier) + [one for one in self._depends[identifier] if one not in implied]

    def needs(self, identifier):
        """Parents, and dependencies without what an ancestor's dependencies imply."""
        return self._needs[identifier]

    def parents(self, identifier):
        return self.revisions[identifier]["down"]

    def children(self, identifier):
        return [one for one in self.ids if identifier in self.parents(one)]

    def bases(self):
        return [one for one in self.ids if not self.parents(one)]

    def heads(self):
        return [one for one in self.ids if not self.children(one)]

    def _below(self, identifier, what, edges):
        if (identifier, what) not in self._reached:
            reached, unvisited = set(), [identifier]
            while unvisited:
                for other in edges(unvisited.pop()):
                    if other in self.revisions and other not in reached:
                        reached.add(other)
                        unvisited.append(other)
            self._reached[identifier, what] = reached
        return self._reached[identifier, what]

    def needed_by(self, identifier):
        """All that has to be applied before a revision, which is itself among it only in a cycle."""
        return self._below(identifier, "needs", self.needs)

    def applied(self, rows):
        """What is applied where the rows are; rows that the graph does not have stand for nothing."""
        known = [row for row in rows if row in self.revisions]
        return set(known).union(*(self.needed_by(row) for row in known))

    def lineage(self, identifier):
        """Ancestors and descendants by parents, and the revision."""
        return self._below(identifier, "parents", self.parents) | self.descendants(identifier)

    def descendants(self, identifier):
        """What comes after a revision by parents, and the revision."""
        return {identifier}.union(one for one in self.ids
                                  if identifier in self._below(one, "parents", self.parents))

    def ends(self, identifiers):
        """Those that none of the others needs: the rows that stand for them all."""
        some = set(identifiers)
        return sorted(some.difference(*(self.needed_by(one) for one in some)))

    def has_cycle(self):
        return any(one in self.needed_by(one) for one in self.ids)

    def beginning_with(self, prefix):
        """The ids that a prefix may stand for, the whole id alone where it is one."""
        if prefix in self.revisions:
            return [prefix]
        return [one for one in self.ids if prefix and len(one) > 3 and one.startswith(prefix)]

    def branch(self, name):
        """The revision that a word before an `@` names, or None."""
        if name in self.revisions:
            return name
        if name in self.labels:
            return self.labels[name]
        found = self.beginning_with(name)
        return found[0] if len(found) == 1 else None
