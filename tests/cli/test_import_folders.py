"""`athanor import` from the SQL folders of other tools: files in, revisions out, and nothing where one cannot be."""

import pytest

from alembic_project import PostgresSide, SqlRevision

FUNCTION = ("CREATE FUNCTION one() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  -- a comment; in the body\n"
            "  RETURN 1;\nEND;\n$$")
UP = f"CREATE TABLE users (name text DEFAULT '50%; off');\n{FUNCTION};\n"
INDEX = "CREATE INDEX CONCURRENTLY users_name ON users (name);\n"

# {file: text} for each tool: a table with a function, and an index that wants no transaction.
FOLDERS = {
    "golang-migrate": {"000001_users.up.sql": f"BEGIN;\n{UP}COMMIT;\n",
                       "000001_users.down.sql": "DROP FUNCTION one();\nDROP TABLE users;\n",
                       "000002_index.up.sql": INDEX, "000002_index.down.sql": "DROP INDEX users_name;"},
    "dbmate": {"20240101000000_users.sql": f"-- migrate:up\n{UP}\n-- migrate:down\nDROP FUNCTION one();\nDROP TABLE users;",
               "20240102000000_index.sql": f"-- migrate:up transaction:false\n{INDEX}\n-- migrate:down\n"
                                           "DROP INDEX users_name;"},
    "goose": {"00001_users.sql": f"-- +goose Up\n{UP.partition(FUNCTION)[0]}-- +goose StatementBegin\n{FUNCTION}\n"
                                 "-- +goose StatementEnd\n-- +goose Down\nDROP FUNCTION one();\nDROP TABLE users;\n",
              "00002_index.sql": f"-- +goose NO TRANSACTION\n-- +goose Up\n{INDEX}-- +goose Down\n"
                                 "DROP INDEX users_name;\n"},
    "flyway": {"V1__users.sql": UP, "U1__users.sql": "DROP FUNCTION one();\nDROP TABLE users;\n",
               "later/V1.1__index.sql": INDEX, "later/U1_1__index.sql": "DROP INDEX users_name;\n"},
    "atlas": {"20240101000000_users.sql": UP, "20240102000000_index.sql": f"-- atlas:txmode none\n\n{INDEX}",
              "atlas.sum": "h1:not+looked+at=\n"},
}
IDS = {"golang-migrate": ["000001", "000002"], "dbmate": ["20240101000000", "20240102000000"],
       "goose": ["00001", "00002"], "flyway": ["1", "1.1"], "atlas": ["20240101000000", "20240102000000"]}


def lay(workspace, files):
    for name, text in files.items():
        workspace.write(f"theirs/{name}", text)


@pytest.mark.parametrize("tool", FOLDERS)
def test_the_files_of_a_tool_become_a_chain_that_runs(workspace, postgres, tool):
    lay(workspace, FOLDERS[tool])
    told = workspace.json("import", "--from", tool, "theirs", "--output", "ours")
    assert [one["revision"] for one in told["revisions"]] == IDS[tool]
    assert [one["transaction"] for one in told["revisions"]] == [True, False]
    first, second = [SqlRevision((workspace.folder / one["path"]).read_text()) for one in told["revisions"]]
    assert first.head == {"revision": IDS[tool][0], "down_revision": "none", "message": "users"}
    assert second.head == {"revision": IDS[tool][1], "down_revision": IDS[tool][0], "message": "index",
                           "transaction": "off"}

    database = postgres.create_database(tool.replace("-", "_"))
    side = PostgresSide(postgres, None, database)
    for revision in first, second:
        side.apply(revision.upgrade, revision.transactional)
    assert database.scalar("SELECT column_default FROM information_schema.columns WHERE table_name = 'users'") == (
        "'50%; off'::text")
    assert database.scalar("SELECT one()") == 1
    assert database.scalar("SELECT to_regclass('users_name')::text") == "users_name"
    if tool == "atlas":
        assert first.downgrade is None and second.downgrade is None
        return
    for revision in second, first:
        side.apply(revision.downgrade, revision.transactional)
    assert database.tables() == []


def test_a_project_takes_them_into_its_versions_folder(workspace):
    workspace.made("init", "alembic")
    lay(workspace, FOLDERS["goose"])
    printed = workspace.made("import", "--from", "goose", "theirs")
    assert "alembic/versions/00001_users.sql from theirs/00001_users.sql" in printed
    assert "2 revision(s) written" in printed
    assert workspace.made("heads").startswith("00002 (head)")
    assert "0 revision(s) written, 2 were there already" in workspace.made("import", "--from", "goose", "theirs")


def test_what_is_left_out_is_named(workspace):
    lay(workspace, {"V1__a.sql": "SELECT 1;", "R__views.sql": "SELECT 2;"})
    printed = workspace.made("import", "--from", "flyway", "theirs", "--output", "ours")
    assert "theirs/R__views.sql is left out: it is repeatable" in printed


def test_windows_line_ends_and_a_byte_order_mark_are_no_matter(workspace):
    lay(workspace, {"1_a.up.sql": b"\xef\xbb\xbfSELECT 'two\r\nlines';\r\n"})
    told = workspace.json("import", "--from", "golang-migrate", "theirs", "--output", "ours")
    revision = SqlRevision((workspace.folder / told["revisions"][0]["path"]).read_text())
    assert revision.upgrade == "SELECT 'two\nlines';"


REFUSED = {
    "one file of several cannot be": ({"1_a.up.sql": "SELECT 1;", "2_b.up.sql": "ROLLBACK;"}, ["theirs"],
                                      "theirs/2_b.up.sql: upgrade: \"ROLLBACK\" controls a transaction"),
    "a file has the head of another revision": ({"1_a.up.sql": "-- revision: 2\nSELECT 1;"}, ["theirs"],
                                                "theirs/1_a.up.sql: as a revision it would be refused"),
    "a file is not UTF-8": ({"1_a.up.sql": b"SELECT '\xff';"}, ["theirs"], "theirs/1_a.up.sql"),
    "the folder is not there": ({}, ["nowhere"], "there is no folder nowhere"),
    "the folder holds nothing of the tool": ({"README.md": ""}, ["theirs"], "theirs holds nothing of golang-migrate"),
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_nothing_is_written_where(workspace, sentence):
    files, words, reason = REFUSED[sentence]
    lay(workspace, files)
    assert reason in workspace.refused("import", "--from", "golang-migrate", *words, "--output", "ours")


def test_nothing_is_written_where_there_is_no_project(workspace):
    lay(workspace, FOLDERS["goose"])
    assert "there is no alembic.ini" in workspace.refused("import", "--from", "goose", "theirs")


USAGE = {
    "an unknown tool": (["--from", "liquibase", "theirs"], "golang-migrate, dbmate"),
    "a folder without its tool": (["theirs"], "--from TOOL"),
    "a tool without its folder": (["--from", "goose"], "name the folder"),
}


@pytest.mark.parametrize("sentence", USAGE)
def test_a_wrong_argument_is_told_and_exits_with_2(workspace, sentence):
    words, reason = USAGE[sentence]
    assert reason in workspace.refused("import", *words, code=2)
