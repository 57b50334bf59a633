"""Revision files as editors, checkouts and people leave them: Athanor reads them, and Alembic reads the same ones."""

import json
import os
import sqlite3

import pytest

NAMES = [
    ("spaces", b"a b  c.sql"),
    ("other alphabets", "日本語 übung.sql".encode()),
    ("quotes", b"it's \"quoted\" `so` \\.sql"),
    ("what a shell would run", b"$(touch broken); true && *.sql"),
    ("a dash in front", b"-n.sql"),
    ("a line break", b"two\nlines.sql"),
    ("what a terminal obeys", b"\x1b[31mred.sql"),
    ("percent signs and braces", b"%s %(here)s {}.sql"),
    ("bytes that are no UTF-8", b"caf\xe9.sql"),
    ("as long as a name may be", b"n" * 251 + b".sql"),
]
MESSAGE = "Übung: 'quotes' \"too\", 100 % {sure} \\ 日本"


def revision(identifier, parent="none", message=MESSAGE, line_end="\n", last="\n"):
    lines = [f"-- revision: {identifier}", f"-- down_revision: {parent}", f"-- message: {message}", "",
             "-- athanor:upgrade", f"CREATE TABLE {identifier} (i integer);", "", "-- athanor:downgrade",
             f"DROP TABLE {identifier};"]
    return (line_end.join(lines) + last).encode()


@pytest.fixture
def project(workspace):
    workspace.environment["DATABASE_URL"] = "sqlite:///odd.db"
    workspace.environment["EDITOR"] = "test -f"
    workspace.made("init", "alembic")
    return workspace


def put(project, name, content):
    path = os.path.join(os.fsencode(project.folder / "alembic/versions"), os.fsencode(name))
    with open(path, "wb") as file:
        file.write(content)


def tables(project):
    database = sqlite3.connect(project.folder / "odd.db")
    rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'r%'").fetchall()
    database.close()
    return [row[0] for row in rows]


def alembic_current(project):
    run = project.alembic("current", "--verbose")
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.parametrize("name", [name for _, name in NAMES], ids=[what for what, _ in NAMES])
def test_a_file_may_have_any_name(project, name):
    put(project, name, revision("r1"))
    (step,) = project.json("plan")["steps"]
    assert (step["revision"], step["message"]) == ("r1", MESSAGE)
    assert name in os.fsencode(step["path"]) or "�" in step["path"]
    for words in (["heads"], ["history"], ["show", "r1"], ["edit", "r1"]):
        assert project.json(*words)[0]["message"] == MESSAGE
        project.made(*words)
    project.made("lint", "--json")
    project.made("upgrade", "head")
    assert tables(project) == ["r1"] and project.made("current") == "r1 (head)\n"
    assert MESSAGE in alembic_current(project) and "Rev: r1 (head)" in alembic_current(project)
    project.made("downgrade", "base")
    assert tables(project) == [] and not (project.folder / "broken").exists()


CONTENTS = [
    ("line ends of Windows", revision("r1", line_end="\r\n", last="\r\n")),
    ("a byte order mark", b"\xef\xbb\xbf" + revision("r1")),
    ("both", b"\xef\xbb\xbf" + revision("r1", line_end="\r\n", last="\r\n")),
    ("no line end at the end", revision("r1", last="")),
    ("empty lines at the end", revision("r1", last="\n \n\t\n\n")),
    ("mixed line ends", revision("r1").replace(b"\n", b"\r\n", 3)),
    ("what Python takes for line ends", revision("r1", message="one\u2028two\x0bthree\x0cfour\x85five\x1csix")),
    ("space around headers", revision("r1").replace(b"-- message:", b"--   message :  ")),
]


@pytest.mark.parametrize("content", [content for _, content in CONTENTS], ids=[what for what, _ in CONTENTS])
def test_a_file_may_be_saved_in_any_way(project, content):
    put(project, "r1.sql", content)
    message = project.json("show", "r1")[0]["message"]
    assert message.startswith(("Übung", "one")) and "\r" not in message
    project.made("upgrade", "head")
    assert tables(project) == ["r1"]
    told = alembic_current(project)
    assert "Rev: r1 (head)" in told
    # Both have the whole message; Alembic prints each of its lines indented.
    assert "".join(message.split()) in "".join(told.split())
    # Another checkout, where git made other line ends of it, doesn't count as edited.
    put(project, "r1.sql", content.replace(b"\r\n", b"\n"))
    project.made("downgrade", "base")
    assert tables(project) == []


def test_the_same_set_has_the_same_digest_however_it_was_saved(project):
    digests = set()
    for line_end, start in (("\n", b""), ("\r\n", b""), ("\n", b"\xef\xbb\xbf")):
        put(project, "r1.sql", start + revision("r1", line_end=line_end))
        digests.add(project.made("bundle", "--digest"))
    assert len(digests) == 1


def test_what_is_no_revision_file_is_left_alone_by_both_tools(project):
    put(project, "r1.sql", revision("r1"))
    for name in (".hidden.sql", ".#r1.sql", "r1.sql~", "r1.sql.orig", "README.md", "R1.SQL"):
        put(project, name, b"no revision\n")
    project.made("upgrade", "head")
    assert project.made("heads") == "r1 (head)\n" and tables(project) == ["r1"]
    assert "Rev: r1 (head)" in alembic_current(project)


def test_a_folder_with_the_name_of_a_revision_is_told_and_no_trouble_to_alembic(project):
    put(project, "r1.sql", revision("r1"))
    project.made("upgrade", "head")
    folder = project.folder / "alembic/versions/folder.sql"
    folder.mkdir()
    (folder / "r2.sql").write_bytes(revision("r2"))
    assert "folder.sql has the name of a revision, and is a folder" in project.refused("current")
    assert "Rev: r1 (head)" in alembic_current(project)


def test_a_linked_file_is_read_where_it_stands(project):
    project.write("shared/first.sql", revision("r1"))
    (project.folder / "alembic/versions/r1.sql").symlink_to("../../shared/first.sql")
    project.made("upgrade", "head")
    assert tables(project) == ["r1"] and "Rev: r1 (head)" in alembic_current(project)


def test_a_new_revision_takes_any_message(project):
    messages = (MESSAGE, "../../etc/passwd", "two\nlines", "", " ", "-- revision: x", "ß" * 200)
    for number, message in enumerate(messages):
        project.made("revision", "--rev-id", f"r{number}", "-m", message)
    assert [entry["message"] for entry in project.json("history")][-1] == MESSAGE
    assert project.json("history", "-r", "r2:r2")[0]["message"] == "two lines"
    assert {path.parent.name for path in project.folder.rglob("r*.sql")} == {"versions"}
    assert project.alembic("stamp", "r6").returncode == 0
    assert "Rev: r6 (head)" in alembic_current(project)


REFUSED = [
    ("an empty file", b"", "line 1"),
    ("nothing but white space", b" \n\n", "line 1"),
    ("a byte order mark alone", b"\xef\xbb\xbf", "line 1"),
    ("UTF-16", "\ufeff-- revision: r2\n".encode("utf-16-le"), "UTF-8"),
    ("Latin-1", "-- revision: r2\n-- message: é\n\n-- athanor:upgrade\n".encode("latin-1"),
     "line 2: this is not UTF-8"),
    ("line ends of old Macs", revision("r2", line_end="\r", last="\r"), "line 1"),
    ("no section", b"-- revision: r2\n", "section upgrade is missing"),
]


@pytest.mark.parametrize("content, said", [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_cannot_be_read_is_named(project, content, said):
    put(project, "r1.sql", revision("r1"))
    put(project, "it's r2.sql", content)
    for command in (["heads"], ["upgrade", "head"], ["history"]):
        told = json.loads(project.refused(*command, "--json"))["error"]["message"]
        assert "it's r2.sql" in told and said in told, told
