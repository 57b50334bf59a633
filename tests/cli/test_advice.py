"""Errors end in a command: here each is pasted into a shell as it was told, and does what it said."""

import sqlite3
import subprocess

import pytest

from advised import advised_commands
from workspace import ATHANOR


def revision(id_, down="none", depends_on=None, sql=None):
    depends = f"-- depends_on: {depends_on}\n" if depends_on else ""
    return (f"-- revision: {id_}\n-- down_revision: {down}\n{depends}\n-- athanor:upgrade\n"
            f"{sql or f'CREATE TABLE t_{id_} (i integer);'}\n-- athanor:downgrade\nDROP TABLE t_{id_};\n")


class Shop:
    """Two environments in a file of another name: what is advised has to say both."""

    def __init__(self, workspace):
        self.workspace = workspace
        workspace.write("db/shop.ini", "".join(
            f"[{name}]\nscript_location = %(here)s/{name}\nsqlalchemy.url = sqlite:///%(here)s/{name}.db\n"
            for name in ("alembic", "staging")))
        for name in ("alembic", "staging"):
            workspace.write(f"db/{name}/versions/a1_first.sql", revision("a1"))
        sqlite3.connect(workspace.folder / "db/staging.db").close()
        self.sql("CREATE TABLE customers (i integer)")  # a file that is there, and no version table yet

    def write(self, *ids, **options):
        for id_ in ids:
            self.workspace.write(f"db/staging/versions/{id_}.sql", revision(id_, **options))

    def run(self, *words):
        return self.workspace.athanor("-c", "db/shop.ini", "-n", "staging", *words)

    def made(self, *words):
        run = self.run(*words)
        assert run.returncode == 0, run.stderr
        return run

    def refused(self, *words, code=1):
        return self.workspace.refused("-c", "db/shop.ini", "-n", "staging", *words, code=code)

    def sql(self, text, name="staging"):
        with sqlite3.connect(self.workspace.folder / f"db/{name}.db") as connection:
            return connection.execute(text).fetchall()

    def rows(self, name="staging"):
        return sorted(row for row, in self.sql("SELECT version_num FROM alembic_version", name))

    def paste(self, told, containing=""):
        """Runs the first command of a message that holds these words; it must go well."""
        advised = [found for found in advised_commands(told) if containing in found]
        assert advised, told
        shell = f'athanor() {{ "{ATHANOR}" "$@"; }}\n{advised[0]}'
        run = subprocess.run(["sh", "-c", shell], cwd=self.workspace.folder, env=self.workspace.environment, text=True,
                             capture_output=True, timeout=60, check=False, stdin=subprocess.DEVNULL)
        assert run.returncode == 0, (advised[0], run.stderr)
        return run.stdout


@pytest.fixture
def shop(workspace):
    return Shop(workspace)


def test_a_row_without_a_file_is_purged_in_the_environment_that_was_meant(shop):
    shop.made("upgrade", "head")
    shop.sql("UPDATE alembic_version SET version_num = 'gone'")
    shop.paste(shop.refused("stamp", "base"))
    assert shop.rows() == []
    assert not (shop.workspace.folder / "db/alembic.db").exists()


def test_a_database_behind_its_heads_is_brought_there(shop):
    told = shop.run("current", "--check-heads")
    assert told.returncode == 3
    shop.paste(told.stderr)
    assert shop.rows() == ["a1"]
    assert shop.run("current", "--check-heads").returncode == 0


def test_a_database_at_an_unknown_revision_is_not_sent_where_upgrade_refuses_to_go(shop):
    shop.made("upgrade", "head")
    shop.sql("UPDATE alembic_version SET version_num = 'gone'")
    told = shop.run("current", "--check-heads")
    assert told.returncode == 3
    assert "upgrade heads" not in told.stderr
    assert f"FAILED: {told.stderr}" == shop.refused("upgrade", "heads")


def test_no_revisions_at_all_are_no_heads_to_go_to(shop):
    shop.made("upgrade", "head")
    (shop.workspace.folder / "db/staging/versions/a1_first.sql").unlink()
    told = shop.run("current", "--check-heads")
    assert told.returncode == 3
    assert told.stderr == ("There are no revision files, and so no head, while the database is at a1. Add the files that "
                           "it was made with, or name the section that has them with -n SECTION.\n")


def test_of_several_heads_the_one_that_is_advised_is_undone(shop):
    shop.write("b1", "b2", down="a1")
    shop.made("upgrade", "heads")
    shop.paste(shop.refused("downgrade", "-1"), "b1")
    assert shop.rows() == ["b2"]


def test_heads_are_merged_as_it_is_advised(shop):
    shop.write("b1", "b2", down="a1")
    shop.paste(shop.refused("upgrade", "head"), "merge")
    shop.made("upgrade", "head")
    assert len(shop.rows()) == 1


def test_heads_of_which_one_depends_on_the_other_are_merged_by_their_ids(shop):
    """One effective head, so that `merge heads` would join nothing, and two that `head` could mean."""
    shop.write("b1", down="a1")
    shop.write("c1", depends_on="b1")
    told = shop.refused("upgrade", "head")
    assert "merge heads" not in told
    assert "To join all heads: athanor -c db/shop.ini -n staging merge b1 c1." in shop.refused("merge", "heads")
    shop.paste(told, "merge")
    shop.made("upgrade", "head")
    assert len(shop.rows()) == 1


@pytest.mark.parametrize("words, rows", [
    (("upgrade", "head"), ["b2"]), (("plan", "head"), []), (("plan", "--downgrade", "-1"), []),
    (("history", "-r", "a1:head"), []), (("history", "-r", "head:"), []), (("show", "head"), []),
    (("upgrade", "--sql", "a1:head"), []), (("upgrade", "--sql", "head:heads"), []),
    (("downgrade", "--sql", "head:a1"), []), (("stamp", "head"), ["b2"]), (("stamp", "--sql", "head:b2"), []),
    (("revision", "--head", "head"), [])], ids=" ".join)
def test_one_of_several_heads_is_chosen_by_the_same_command(shop, words, rows):
    shop.write("b1", "b2", down="a1")
    if "-1" in words:
        shop.made("upgrade", "heads")
        rows = ["b1", "b2"]
    before = shop.refused(*words)
    shop.paste(before, "b2")
    [command] = {found.split("athanor -c db/shop.ini -n staging ")[1].split()[0] for found in advised_commands(before)
                 if "b2" in found and "merge" not in found}
    assert command == words[0]
    assert (shop.rows() if rows else []) == rows


def test_a_range_is_advised_for_the_environment_that_was_meant(shop):
    shop.made("upgrade", "head")
    assert "a1" in shop.paste(shop.refused("history", "-r", "-1:-2"))


def test_an_edited_revision_is_accepted_as_it_is_advised(shop):
    shop.made("upgrade", "head")
    shop.workspace.write("db/staging/versions/a1_first.sql", revision("a1", sql="CREATE TABLE t_a1 (i bigint);"))
    told = shop.refused("upgrade", "head")
    assert "athanor -c db/shop.ini -n staging repair --accept a1`" in told
    shop.made("repair", "--accept", "a1", "--yes")
    shop.made("upgrade", "head")


def test_a_database_is_taken_over_as_it_is_advised(shop):
    shop.made("upgrade", "head")
    url = f"sqlite:///{shop.workspace.folder}/db/staging.db"
    told = shop.workspace.refused("-c", "db/shop.ini", "--url", url, "upgrade", "head")
    assert "annotation" not in told and told.endswith("say so with --take-over staging.\n")
    shop.workspace.made("-c", "db/shop.ini", "--url", url, "upgrade", "head", "--take-over", "staging")


def test_a_revision_that_stands_half_done_is_finished_as_it_is_advised(shop):
    shop.made("upgrade", "head")
    shop.write("c1")
    checksum = shop.sql("SELECT checksum FROM athanor_ledger WHERE revision = 'a1'")[0][0]
    shop.workspace.write("db/staging/versions/b1.sql", "-- revision: b1\n-- down_revision: a1\n-- transaction: off\n\n"
                         "-- athanor:upgrade\nCREATE TABLE t_a1 (i integer);\n")
    # As if the statement had been begun, and is known not to be in.
    shop.sql("DROP TABLE t_a1")
    shop.sql("INSERT INTO athanor_ledger (seq, layout_version, readable_from, act, revision, state, statements_done, "
             f"checksum, at) VALUES (2, 1, 1, 'upgrade', 'b1', 'running', 0, '{checksum}', '2026-11-22T20:14:00.000Z')")
    shop.paste(shop.refused("downgrade", "base"), "upgrade")
    assert shop.rows() == ["b1"]


def test_where_it_is_known_that_a_statement_is_not_in_no_repair_is_offered(shop):
    shop.made("upgrade", "head")
    shop.workspace.write("db/staging/versions/b1.sql", "-- revision: b1\n-- down_revision: a1\n-- transaction: off\n\n"
                         "-- athanor:upgrade\nCREATE TABLE t_b1 (i integer);\nINSERT INTO later VALUES (1);\n")
    assert shop.run("upgrade", "b1").returncode == 1
    told = shop.refused("downgrade", "base")
    assert "repair" not in told
    shop.sql("CREATE TABLE later (i integer)")
    shop.paste(told, "upgrade")
    assert shop.rows() == ["b1"]


def test_a_url_is_repeated_and_a_password_never(shop):
    url = f"sqlite:///{shop.workspace.folder}/other.db"
    told = shop.run("--url", url, "current", "--check-heads")
    shop.paste(told.stderr)
    assert (shop.workspace.folder / "other.db").exists()
    told = shop.refused("--url", "postgresql://shop:hunter2@127.0.0.1:1/shop", "downgrade", "--sql", "+1:head")
    assert "hunter2" not in told


def test_scripts_get_the_same_advice(shop):
    told = shop.refused("--json", "history", "-r", "-1:-2")
    assert "athanor -c db/shop.ini -n staging history -r -3:current" in told


@pytest.mark.parametrize("left", ["nothing", "env.py"])
def test_a_missing_versions_folder_is_made_as_it_is_advised(shop, left):
    home = shop.workspace.folder / "db/staging"
    (home / "versions/a1_first.sql").unlink()
    (home / "versions").rmdir()
    if left == "env.py":
        (home / "env.py").write_text("")
    shop.paste(shop.refused("heads"))
    shop.made("revision", "-m", "first")
    shop.made("upgrade", "head")


def test_a_project_that_is_missing_is_made_as_it_is_advised(workspace):
    shop = Shop(workspace)
    (workspace.folder / "db/shop.ini").unlink()
    shop.paste(shop.refused("heads"))
    assert "[staging]" in (workspace.folder / "db/shop.ini").read_text()
    assert shop.run("heads").returncode == 0


def test_lint_findings_advise_whole_commands(shop):
    shop.write("b1", "b2", down="a1")
    told = shop.run("lint")
    assert "`athanor -c db/shop.ini -n staging merge heads`" in told.stdout
