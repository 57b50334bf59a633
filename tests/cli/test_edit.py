"""`athanor edit`: the files that a person's editor is opened on, and what is said of them afterwards."""

import json
import os
import signal

import pytest


@pytest.fixture
def project(workspace):
    workspace.made("init", "alembic")
    for words in (["--rev-id", "a1"], ["--rev-id", "a2", "-m", "second"]):
        workspace.made("revision", *words)
    # Writes down what it was given, one word a line, and does to the files what $ACT says.
    workspace.write("bin/pen", '#!/bin/sh\nprintf "%s\\n" "$@" > "$SAID"\n'
                               'for file; do :; done\neval "$ACT"\n').chmod(0o755)
    workspace.environment |= {"SAID": str(workspace.folder / "said"), "ACT": ":",
                              "EDITOR": str(workspace.folder / "bin/pen")}
    return workspace


def said(project):
    return (project.folder / "said").read_text().splitlines()


def path_of(project, name):
    return str(project.folder / "alembic/versions" / name)


def test_the_file_is_opened_and_nothing_is_said_of_a_good_one(project):
    run = project.athanor("edit", "a1", env={"ACT": 'echo "-- more" >> "$file"'})
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert said(project) == [path_of(project, "a1.sql")]


def test_json_tells_what_was_edited(project):
    told = project.json("edit", "head", env={"ACT": 'sed -i "s/second/2nd/" "$file"'})
    assert [(entry["revision"], entry["message"]) for entry in told] == [("a2", "2nd")]


def test_an_editor_has_arguments_and_visual_goes_first(project):
    pen = project.environment["EDITOR"]
    project.made("edit", "a2", env={"VISUAL": f"{pen} --wait 'two words'", "EDITOR": "false"})
    assert said(project) == ["--wait", "two words", path_of(project, "a2_second.sql")]


def test_without_a_choice_it_is_what_the_path_has(project):
    (project.folder / "bin/pen").rename(project.folder / "bin/sensible-editor")
    path = f"{project.folder}/bin:{os.environ['PATH']}"
    project.made("edit", "a1", env={"EDITOR": "", "PATH": path})
    assert said(project) == [path_of(project, "a1.sql")]


def test_a_folder_with_a_name_of_its_own_kind_is_no_part_of_the_command(project):
    project.made("-n", "odd", "init", "a $(touch broken) 'b")
    project.made("-n", "odd", "revision", "--rev-id", "o1")
    project.made("-n", "odd", "edit", "o1")
    assert said(project) == [f"{project.folder}/a $(touch broken) 'b/versions/o1.sql"]
    assert not (project.folder / "broken").exists()


def test_several_heads_are_opened_together(project):
    project.made("revision", "--head", "base", "--rev-id", "b1")
    project.made("edit", "heads")
    assert said(project) == [path_of(project, "a2_second.sql"), path_of(project, "b1.sql")]


def test_current_is_asked_of_the_database(project):
    url = f"sqlite:///{project.folder}/a.db"
    nothing = project.athanor("edit", "current", "--url", url)
    assert nothing.returncode == 1 and "nothing is applied" in nothing.stderr
    assert project.alembic("stamp", "a1", env={"DATABASE_URL": url}).returncode == 0
    project.made("edit", "current", "--url", url)
    assert said(project) == [path_of(project, "a1.sql")]


def test_the_editor_gets_the_signals_that_the_command_blocks(project):
    blocked = project.folder / "blocked"
    project.made("edit", "a1", env={"ACT": f"grep -E '^Sig(Blk|Ign)' /proc/self/status > {blocked}"})
    for line in blocked.read_text().splitlines():
        assert not int(line.split()[1], 16) & (1 << (signal.SIGINT - 1) | 1 << (signal.SIGTERM - 1)), line


BROKEN = [
    ("SQL above the section", 'echo "SELECT 1;" > "$file"', "a2_second.sql, line 1"),
    ("a misspelt header", r'sed -i "s/-- down_revision: a1/-- down_revison: a1/" "$file"', "down_revison"),
    ("a parent that is not there", 'sed -i "s/down_revision: a1/down_revision: zz/" "$file"', "zz"),
    ("a parent after it", 'sed -i "s/down_revision: a1/down_revision: a2/" "$file"', "a2"),
    ("an id that is taken", 'sed -i "s/revision: a2/revision: a1/" "$file"', "a1"),
    ("a file that is gone", 'rm "$file"', "a2_second.sql"),
    ("an editor that gives up", "exit 3", "ended with exit code 3"),
    ("an editor that is killed", "kill -9 $$", "137"),
]


@pytest.mark.parametrize("act, told", [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_it_says_what_is_wrong_after(project, act, told):
    run = project.athanor("edit", "a2", "--json", env={"ACT": act})
    assert (run.returncode, run.stdout) == (1, "")
    # A shell tells of a killed child in a line of its own.
    assert told in json.loads(run.stderr.splitlines()[-1])["error"]["message"]


DAMAGED = [
    ("by its id", "b1"),
    ("by the beginning of its id", "b"),
    ("by its file's name", "b1_third.sql"),
    ("by its path", "alembic/versions/b1_third.sql"),
]


@pytest.mark.parametrize("word", [case[1] for case in DAMAGED], ids=[case[0] for case in DAMAGED])
def test_a_damaged_file_is_opened(project, word):
    project.write("alembic/versions/b1_third.sql", "-- revision: b1\n-- down_revison: a2\n\n-- athanor:upgrade\n")
    project.made("edit", word, env={"ACT": 'sed -i s/revison/revision/ "$file"'})
    assert said(project) == [path_of(project, "b1_third.sql")]
    assert project.made("heads") == "b1 (head)\n"


def test_another_file_is_opened_beside_a_damaged_one_which_is_told_afterwards(project):
    project.write("alembic/versions/b1.sql", "no revision at all\n")
    run = project.athanor("edit", "a2")
    assert said(project) == [path_of(project, "a2_second.sql")]
    assert run.returncode == 1 and "b1.sql, line 1" in run.stderr


def test_what_the_history_is_needed_for_is_refused_beside_a_damaged_file(project):
    project.write("alembic/versions/b1.sql", "no revision at all\n")
    assert "b1.sql, line 1" in project.refused("edit", "head")
    assert "a1.sql, a2_second.sql" in project.refused("edit", "a")


def test_a_file_is_named_where_all_is_well_too(project):
    project.made("edit", "a2_second.sql")
    assert said(project) == [path_of(project, "a2_second.sql")]


REFUSED = [
    ("an unknown revision", ["edit", "zz"], 1, "zz"),
    ("no revision", ["edit"], 2, "edit needs REVISION"),
    ("base", ["edit", "base"], 1, "names no revision"),
    ("current without a database", ["edit", "current"], 1, "DATABASE_URL"),
]


@pytest.mark.parametrize("words, code, told", [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_no_editor_is_opened_for(project, words, code, told):
    assert told in project.refused(*words, code=code)


def test_an_editor_that_there_is_not_is_named(project):
    assert "no-such-editor" in project.athanor("edit", "a1", env={"EDITOR": "no-such-editor"}).stderr
    run = project.athanor("edit", "a1", env={"EDITOR": "", "PATH": "/nowhere"})
    assert run.returncode == 1 and "export EDITOR" in run.stderr
