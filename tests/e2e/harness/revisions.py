"""Writes revision files."""


def revision(identifier, down=None, up="", undo=None, message="", **headers):
    """@return (file name, text)

    @param down parent id, or a list of them for a merge, or None for a base
    @param undo text of the downgrade section; None leaves it out
    @param headers further headers, underscores as in the file (depends_on, branch_labels, transaction)
    """
    message = message or f"step {identifier}"
    parents = ", ".join(down) if isinstance(down, (list, tuple)) else (down or "none")
    lines = [f"-- revision: {identifier}", f"-- down_revision: {parents}",
             "-- create_date: 2026-11-22 20:14:00+00:00", f"-- message: {message}"]
    lines += [f"-- {key}: {value}" for key, value in headers.items()]
    lines += ["", "-- athanor:upgrade", up]
    if undo is not None:
        lines += ["", "-- athanor:downgrade", undo]
    slug = "".join(c if c.isalnum() else "_" for c in message.lower())
    return f"{identifier}_{slug}.sql", "\n".join(lines) + "\n"


def table_revision(identifier, down, table):
    """A revision that makes one table and can be undone."""
    return revision(identifier, down, f"CREATE TABLE {table} (id integer PRIMARY KEY, note text);",
                    f"DROP TABLE {table};", message=f"add {table}")


def identifiers(prefix, count):
    """Ids of 12 hexadecimal digits that can be told apart."""
    return [f"{prefix:0<4.4}{number:08x}" for number in range(1, count + 1)]


def chain(prefix, count, table="t"):
    """`count` revisions in a row, each of which makes one table. @return (ids, {file: text})"""
    ids = identifiers(prefix, count)
    files = dict(table_revision(identifier, ids[number - 1] if number else None, f"{table}{number + 1}")
                 for number, identifier in enumerate(ids))
    return ids, files
