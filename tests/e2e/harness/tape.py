"""Revisions that write every act of theirs onto a tape, upgrades and downgrades alike."""

from . import revisions

# What a status shows of the past (design section 8).
HISTORY_LENGTH = 20


class Taped:
    """@param parents {id: [parent ids]}, parents first; each revision makes a table, and can be undone"""

    def __init__(self, parents):
        self.parents = parents
        self.files = dict(
            revisions.revision(identifier, named or None, f"INSERT INTO tape (act) VALUES ('+{identifier}');\n"
                               f"CREATE TABLE of_{identifier} (id integer);",
                               f"INSERT INTO tape (act) VALUES ('-{identifier}');\nDROP TABLE of_{identifier};")
            for identifier, named in parents.items())

    def heads_of(self, applied):
        """The version rows of a database in which these are applied."""
        return sorted(one for one in applied if not any(one in self.parents[other] for other in applied))


def prepare(database):
    """An empty tape, without any uniqueness of its acts."""
    database.sql(f'CREATE TABLE tape (seq serial, act text NOT NULL); ALTER TABLE tape OWNER TO "{database.name}"')


def tape_of(database):
    return [row[0] for row in database.sql("SELECT act FROM tape ORDER BY seq")]


def check_tape(database, taped):
    """Tape, tables, version table and ledger tell the same story, at any moment at which nobody is connected.

    @return ids of what is applied, in the order of its last upgrade
    """
    by_ledger = [("+" if row["act"] == "upgrade" else "-") + row["revision"] for row in database.ledger()
                 if row["act"] != "claim" and row["state"] == "done"]
    assert tape_of(database) == by_ledger, f"the tape has {tape_of(database)}, the ledger {by_ledger}"
    applied = database.applied_by_ledger()
    assert database.tables() == sorted(["tape", *(f"of_{identifier}" for identifier in applied)])
    assert (database.versions() or []) == taped.heads_of(applied), f"{database.versions()}, applied are {applied}"
    return applied


def check_history(status, database):
    """The status tells of the latest acts just what the ledger has, newest first."""
    acts = [(row["revision"], row["act"]) for row in database.ledger()
            if row["act"] != "claim" and row["state"] == "done"]
    told = [(entry["revision"], entry["direction"]) for entry in status.get("history", [])]
    assert told == acts[::-1][:HISTORY_LENGTH], f"history {told}, ledger {acts}"
    assert status["lastApplied"] == status["history"][0], status["lastApplied"]
