"""What people ask of a graph and a database: targets of every form, right ones and wrong ones."""

# Beginnings of ids, many of which name several revisions or none.
LENGTHS_OF_BEGINNINGS = [1, 2, 3, 4, 5]


class Asker:
    """Questions about one graph.

    @param shape graphs.Shape
    """

    def __init__(self, rng, shape):
        self.rng = rng
        self.shape = shape
        self.ids = shape.ids
        self.labels = sorted(shape.labels)

    def all(self, rounds):
        questions = [{"command": "heads", "rows": []}]
        for _ in range(rounds):
            questions += [self.upgrade(), self.downgrade(), self.current(), self.stamp(), self.history()]
        return questions

    def upgrade(self):
        argument = "heads" if self.rng.random() < 0.2 else self.target()
        return {"command": "upgrade", "rows": self.rows(), "argument": argument}

    def downgrade(self):
        """More often than not to what is applied."""
        rows = self.rows()
        applied = [one for one in self.ids if one in self.shape.applied(rows)]
        if not applied or self.rng.random() < 0.4:
            return {"command": "downgrade", "rows": rows, "argument": self.target()}
        one = self.rng.choice(applied)
        argument = self.rng.choice([one, one, one, "base", f"{one}-1", f"{self.rng.choice(applied)}@-1",
                                    f"{self.rng.choice(applied)}@{one}", f"{self.branch()}@base", f"{one}+1"])
        return {"command": "downgrade", "rows": rows, "argument": argument}

    def current(self):
        return {"command": "current", "rows": self.rows()}

    def stamp(self):
        arguments = [self.stamp_target() for _ in range(self.rng.choice([1, 1, 1, 2]))]
        return {"command": "stamp", "rows": self.rows(), "arguments": arguments, "purge": self.rng.random() < 0.1}

    def history(self):
        """More often than not with ends that are on one line."""
        chance = self.rng.random()
        below, above = self.end(), self.end()
        if chance < 0.5:
            above = self.rng.choice(self.ids)
            below = self.rng.choice(sorted(self.shape.needed_by(above) | {above}))
        elif chance < 0.53:
            below, above = self.steps(), f"{self.branch()}@{self.steps()}"
        return {"command": "history", "rows": self.rows(), "argument": f"{below}:{above}"}

    def rows(self):
        """A database: empty, somewhere, at every head; now and then one that no run of ours can leave."""
        chance = self.rng.random()
        if chance < 0.15:
            return []
        if chance < 0.35:
            return self.shape.ends(self.ids)
        picked = self.rng.sample(self.ids, min(len(self.ids), self.rng.choice([1, 1, 1, 2, 3])))
        if chance < 0.39:
            return picked + ["ffff99"]
        return picked if chance < 0.43 else self.shape.ends(picked)

    def symbol(self):
        one = self.rng.choice(self.ids)
        beginning = one[:self.rng.choice(LENGTHS_OF_BEGINNINGS)]
        beginning_of_label = [self.rng.choice(self.labels)[:-1]] if self.labels else []
        return self.rng.choice([one, one, one, one, one, beginning, "head", "heads", "base", "zzzz"] + self.labels[:3] +
                               beginning_of_label)

    def branch(self):
        return self.rng.choice(self.labels + [self.rng.choice(self.ids)])

    def steps(self):
        return f"{self.rng.choice([1, 1, 2, 3, -1, -1, -2, -3, 9, -9]):+d}"

    def target(self):
        form = self.rng.randrange(8)
        if form in (0, 6, 7):
            return self.symbol()
        if form == 1:
            return self.steps()
        if form == 2:
            return self.symbol() + self.steps()
        if form == 3:
            return self.branch() + "@" + self.symbol()
        if form == 4:
            return self.branch() + "@" + self.steps()
        return self.branch() + "@" + self.rng.choice(self.ids) + self.steps()

    def stamp_target(self):
        chance = self.rng.random()
        if chance < 0.3:
            return self.rng.choice(self.ids)
        if chance < 0.65:
            return self.symbol()
        return self.steps() if chance < 0.68 else self.branch() + "@" + self.symbol()

    def end(self):
        """One end of a range."""
        form = self.rng.randrange(9)
        if form < 2:
            return ""
        if form < 5:
            return self.symbol()
        if form < 6:
            return "current"
        return self.steps() if form < 7 else self.target()
