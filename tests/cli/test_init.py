"""`athanor init`: the multi-environment layout, on which `alembic` works as well."""

import configparser
import json
import os

import pytest

THREE = (("alembic", "local"), ("staging", "staging"), ("production", "production"))


def init_three(workspace):
    workspace.made("init", "alembic/local")
    workspace.made("-n", "staging", "init", "alembic/staging")
    workspace.made("-n", "production", "init", "alembic/production")


def test_three_environments_make_the_layout_of_a_team(workspace):
    init_three(workspace)
    files = sorted(name for name, content in workspace.tree().items() if content is not None)
    assert files == sorted(["alembic.ini"] + [f"alembic/{folder}/{name}" for _, folder in THREE for name in
                                              ("env.py", "script.py.mako", "versions/.gitkeep")])
    ini = configparser.ConfigParser(defaults={"here": str(workspace.folder)})
    ini.read(workspace.folder / "alembic.ini")
    assert ini.sections() == [section for section, _ in THREE]
    for section, folder in THREE:
        assert ini[section]["script_location"] == f"{workspace.folder}/alembic/{folder}"
        assert ini[section]["sqlalchemy.url"].startswith("${DATABASE_URL")


@pytest.mark.parametrize("section, folder", THREE)
def test_both_tools_work_on_every_environment(workspace, section, folder):
    init_three(workspace)
    variable = "DATABASE_URL" + ("" if section == "alembic" else f"_{section.upper()}")
    env = {variable: f"sqlite:///{workspace.folder}/{folder}.db"}
    workspace.write(f"alembic/{folder}/versions/aa11_users.sql",
                    "-- revision: aa11\n-- message: add users, Übung\n\n-- athanor:upgrade\nSELECT 1;\n")
    assert workspace.json("-n", section, "heads")[0]["revision"] == "aa11"
    current = workspace.alembic("-n", section, "current", env=env)
    assert (current.returncode, current.stdout) == (0, "")
    assert workspace.alembic("-n", section, "stamp", "heads", env=env).returncode == 0
    current = workspace.alembic("-n", section, "current", env=env)
    assert (current.returncode, current.stdout) == (0, "aa11 (head)\n")
    assert workspace.made("-n", section, "current", env=env) == "aa11 (head)\n"


def test_alembic_names_branches_merges_and_labels_of_sql_revisions(workspace):
    workspace.made("init", "alembic")
    env = {"DATABASE_URL": f"sqlite:///{workspace.folder}/a.db"}
    for name, head in (("a1", "-- down_revision: none\n-- branch_labels: core"),
                       ("b1", "-- down_revision: a1"), ("b2", "-- down_revision: a1\n-- depends_on: b1"),
                       ("m1", "-- down_revision: b1, b2\n-- message: both")):
        workspace.write(f"alembic/versions/{name}.sql",
                        f"\ufeff-- revision: {name}\r\n{head}\r\n-- athanor:upgrade\r\nSELECT 1;\r\n")
    assert workspace.alembic("stamp", "core@head", env=env).returncode == 0
    verbose = workspace.alembic("current", "--verbose", env=env).stdout
    for line in ("Rev: m1 (head) (mergepoint)", "Merges: b1, b2", "Branch names: core", "    both"):
        assert line in verbose.splitlines()


def test_alembic_refuses_to_run_an_sql_revision_and_says_who_does(workspace):
    workspace.made("init", "alembic")
    workspace.write("alembic/versions/a1.sql", "-- revision: a1\n-- athanor:upgrade\nSELECT 1;\n")
    run = workspace.alembic("upgrade", "head", env={"DATABASE_URL": "sqlite:///a.db"})
    assert run.returncode != 0
    assert "a1.sql is SQL, which athanor runs: athanor upgrade head" in run.stdout + run.stderr


@pytest.mark.parametrize("written, variables, database", [
    ("sqlite:///${NAME}.db", {"NAME": "x"}, "x.db"),
    ("sqlite:///$${NAME}.db", {}, "${NAME}.db"),
    ("sqlite:///a%%b.db", {}, "a%b.db"),
    ("sqlite:///${A}${B}.db", {"A": "1", "B": "2"}, "12.db"),
    ("sqlite:///${open.db", {}, "${open.db"),
])
def test_both_tools_read_the_same_url(workspace, written, variables, database):
    workspace.made("init", "alembic")
    ini = workspace.folder / "alembic.ini"
    ini.write_text(ini.read_text().replace("${DATABASE_URL}", written))
    workspace.write("alembic/versions/a1.sql", "-- revision: a1\n-- athanor:upgrade\nSELECT 1;\n")
    assert workspace.alembic("stamp", "a1", env=variables).returncode == 0
    assert (workspace.folder / database).exists()
    assert workspace.made("current", env=variables) == "a1 (head)\n"


def test_a_variable_that_is_not_set_is_named_by_both_tools(workspace):
    workspace.made("init", "alembic")
    for run in (workspace.alembic("current"), workspace.athanor("current")):
        assert run.returncode != 0
        assert "DATABASE_URL" in run.stdout + run.stderr


@pytest.mark.parametrize("old", [
    b"[alembic]\nscript_location = x\n",
    b"[alembic]\r\nscript_location = x\r\n; last line without an end",
    b"\xef\xbb\xbf# \xc3\x9cbung\n[alembic]\nscript_location = x\n\n\n",
    b"[DEFAULT]\nsqlalchemy.url = sqlite:///%(env)s.db\nenv = x\n[loggers]\nkeys = root\n",
    b"",
], ids=["plain", "CRLF", "BOM", "other sections", "empty"])
def test_a_section_is_added_at_the_end_and_the_rest_is_kept(workspace, old):
    workspace.write("alembic.ini", old)
    workspace.made("-n", "staging", "init", "alembic/staging")
    new = (workspace.folder / "alembic.ini").read_bytes()
    assert new.startswith(old)
    assert b"[staging]" in new[len(old):]
    assert (b"\r\n" in old) == (b"\r\n" in new[len(old):])
    ini = configparser.ConfigParser(defaults={"here": str(workspace.folder)}, strict=True)
    ini.read_string(new.decode("utf-8-sig"))
    assert ini["staging"]["script_location"] == f"{workspace.folder}/alembic/staging"


def test_a_section_that_is_there_is_left_alone(workspace):
    ini = "[staging]\nscript_location = alembic/staging\n"
    workspace.write("alembic.ini", ini)
    told = workspace.json("-n", "staging", "init", "./alembic/staging/")
    assert told["sectionAdded"] is False
    assert (workspace.folder / "alembic.ini").read_text() == ini
    assert (workspace.folder / "alembic/staging/versions").is_dir()


def test_an_ini_file_behind_a_link_stays_a_link(workspace):
    workspace.write("shared/alembic.ini", "[alembic]\nscript_location = x\n")
    os.symlink("shared/alembic.ini", workspace.folder / "alembic.ini")
    workspace.made("-n", "staging", "init", "alembic/staging")
    assert (workspace.folder / "alembic.ini").is_symlink()
    assert "[staging]" in (workspace.folder / "shared/alembic.ini").read_text()


def test_an_ini_file_elsewhere_works_from_every_folder(workspace):
    workspace.made("-c", "db/my.ini", "init", "db/alembic")
    (workspace.folder / "db/alembic/versions/sub").mkdir()
    workspace.write("db/alembic/versions/a1.sql", "-- revision: a1\n-- athanor:upgrade\nSELECT 1;\n")
    workspace.folder = workspace.folder / "db/alembic/versions/sub"
    assert workspace.json("-c", "../../../my.ini", "heads")[0]["revision"] == "a1"


REFUSED = [
    ("a folder that is not empty", ["init", "full"], 1, "full is there already and is not empty"),
    ("a file in the folder's place", ["init", "full/x"], 1, "full/x is there already and is no folder"),
    ("no folder", ["init"], 2, "init needs DIRECTORY"),
    ("an empty name of a folder", ["init", ""], 2, "directory: the value is empty"),
    ("two folders", ["init", "a", "b"], 2, "b"),
    ("a section over two lines", ["-n", "a\nb", "init", "a"], 1, "can't hold section"),
    ("the section of defaults", ["-n", "DEFAULT", "init", "a"], 1, "can't hold section"),
    ("a section without a name", ["-n", "", "init", "a"], 2, "--name: the value is empty"),
    ("a folder with a variable", ["init", "${X}"], 1, "can't hold section"),
    ("a folder with a line break", ["init", "a\nb"], 1, "can't hold section"),
    ("a folder below a file", ["init", "full/x/y"], 1, "full/x"),
    ("an ini file that is none", ["-c", "bad.ini", "init", "a"], 1, "bad.ini, line 1"),
    ("an ini file that is a folder", ["-c", "full", "init", "a"], 1, "full"),
    ("a section with another folder", ["-c", "other.ini", "init", "a"], 1, "[alembic] is there already"),
    ("a section without a folder", ["-c", "other.ini", "-n", "bare", "init", "a"], 1, "script_location"),
]


@pytest.mark.parametrize("words, code, said", [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_nothing_is_written_for(workspace, words, code, said):
    workspace.write("full/x", "x")
    workspace.write("bad.ini", "no section\n")
    workspace.write("other.ini", "[alembic]\nscript_location = elsewhere\n[bare]\n")
    assert said in workspace.refused(*words, code=code)


def test_what_was_made_goes_when_the_ini_file_cannot_be_written(workspace):
    # A file stands where the ini file's folder would be.
    workspace.write("file", "x")
    said = workspace.refused("-c", "file/alembic.ini", "init", "a/b", "--json")
    assert "file/alembic.ini" in json.loads(said)["error"]["message"]
