"""`athanor import` from real Alembic scripts: the SQL revisions do to a database what the scripts do."""

import itertools
import json
import os
import stat

import pytest

from alembic_project import NOTHING, AlembicProject, PostgresSide, SqliteSide, assert_same_at_every_step

OFFLINE_URL = "postgresql://shop:s3cret-w0rd@db.invalid/shop"
numbers = itertools.count(1)


@pytest.fixture
def project(tmp_path):
    """Its database can't be reached: importing never needs it."""
    return AlembicProject(tmp_path, OFFLINE_URL)


USERS = r'''
def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(40), nullable=False, comment="what they're called; 100%"),
        sa.Column("mood", sa.Enum("glad", "só-so", name="mood"), server_default="glad"),
        sa.Column("discount", sa.Text, server_default="5% off; :none"),
        sa.CheckConstraint("name NOT LIKE '%\\%%'", name="no_percent"),
    )
    op.bulk_insert(
        sa.table("users", sa.column("name", sa.String), sa.column("discount", sa.String)),
        [{"name": "Zoë; 'quoted'", "discount": "tab\there, 100%% \\ backslash"},
         {"name": "two\n\nlines", "discount": None}])
    op.execute("""
CREATE FUNCTION shout(word text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	-- a tab stands before this comment; and a semicolon in it
	IF word LIKE '%!' THEN RETURN word; END IF;
	RETURN format('%s!', word);
END;
$$;
COMMENT ON FUNCTION shout(text) IS 'raises its voice'; -- two statements at once
""")
    op.execute("UPDATE users SET discount = shout(discount) WHERE id = 1  -- no semicolon behind this")


def downgrade():
    op.execute("DROP FUNCTION shout(text)")
    op.drop_table("users")
    sa.Enum(name="mood").drop(op.get_bind(), checkfirst=False)
'''

ORDERS = '''
def upgrade():
    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.Text), server_default=sa.text("'{}'::text[]")),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now()),
    )
    op.create_index("orders_by_user", "orders", ["user_id", sa.text("at DESC")])
    op.create_unique_constraint("one_at_a_time", "orders", ["user_id", "at"])


def downgrade():
    op.drop_constraint("one_at_a_time", "orders", type_="unique")
    op.drop_index("orders_by_user", table_name="orders")
    op.drop_table("orders")
'''

MOODS = '''
def upgrade():
    with op.get_context().autocommit_block():
        op.execute("ALTER TYPE mood ADD VALUE 'furious'")
        op.create_index("users_by_name", "users", ["name"], postgresql_concurrently=True)
    op.execute("UPDATE users SET mood = 'furious' WHERE id = 2")


def downgrade():
    op.execute("UPDATE users SET mood = 'glad'")
    with op.get_context().autocommit_block():
        op.drop_index("users_by_name", table_name="users", postgresql_concurrently=True)
'''

BATCH = '''
def upgrade():
    with op.batch_alter_table("users") as batch:
        batch.add_column(sa.Column("age", sa.SmallInteger))
        batch.alter_column("name", type_=sa.Text, nullable=True)
        batch.alter_column("discount", new_column_name="rebate")
        batch.create_check_constraint("grown", "age >= 18")
    op.get_bind().execute(sa.text("UPDATE users SET age = :age WHERE name = :name"),
                          {"age": 20, "name": "Zoë; 'quoted'"})


def downgrade():
    with op.batch_alter_table("users") as batch:
        batch.drop_constraint("grown", type_="check")
        batch.alter_column("rebate", new_column_name="discount")
        batch.alter_column("name", type_=sa.String(40), nullable=False)
        batch.drop_column("age")
'''

AUDIT = '''
def upgrade():
    op.create_table("audit", sa.Column("order_id", sa.BigInteger, sa.ForeignKey("orders.id")), schema=None)
    op.alter_column("orders", "tags", server_default=None)
    op.alter_column("orders", "at", nullable=False, server_default=sa.text("clock_timestamp()"))


def downgrade():
    op.alter_column("orders", "at", nullable=True, server_default=sa.func.now())
    op.alter_column("orders", "tags", server_default=sa.text("'{}'::text[]"))
    op.drop_table("audit")
'''


def shop(project):
    """A base, two branches of which one is labelled, a history of its own that depends on it, a merge."""
    project.script("a1", USERS, message="Kunden für den Übergang: ünïcode, 100% ✓")
    project.script("b1", ORDERS, parents="a1", labels=("billing", "cash"))
    project.script("c1", MOODS, parents="a1")
    project.script("c2", BATCH, parents="c1")
    project.script("d1", NOTHING, labels="audit")
    project.script("d2", AUDIT, parents="d1", depends_on=("billing", "a1"))
    project.script("e1", NOTHING, parents=("c2", "b1"), message="merge the branches")


def test_every_revision_does_what_its_script_does(tmp_path, postgres):
    number = next(numbers)
    expected = postgres.create_database(f"expected{number}")
    actual = postgres.create_database(f"actual{number}")
    project = AlembicProject(tmp_path, expected.url())
    shop(project)
    project.imported()
    assert_same_at_every_step(project, PostgresSide(postgres, expected, actual))


def test_what_alembic_knows_of_each_script_stands_in_its_head(project):
    shop(project)
    project.imported()
    heads = {id_: project.sql(id_).head for id_ in project.order()}
    date = "2024-05-06 07:08:09.123456"
    assert heads["a1"] == {"revision": "a1", "down_revision": "none", "create_date": date,
                           "message": "Kunden für den Übergang: ünïcode, 100% ✓"}
    assert heads["b1"] == {"revision": "b1", "down_revision": "a1", "branch_labels": "billing, cash",
                           "create_date": date, "message": "the b1"}
    assert heads["c1"]["transaction"] == "off"
    assert heads["d2"]["depends_on"] == "billing, a1"
    assert heads["e1"]["down_revision"] == "c2, b1"
    assert heads["e1"]["message"] == "merge the branches"


def test_the_program_reads_what_it_wrote(project):
    shop(project)
    project.imported()
    shown = project.athanor("heads", "--resolve-dependencies", "--json")
    assert shown.returncode == 0, shown.stderr
    assert '"d2"' in shown.stdout and '"e1"' in shown.stdout


SQLITE = {
    "a1": (None, '''
def upgrade():
    op.create_table("notes", sa.Column("id", sa.Integer, primary_key=True), sa.Column("body", sa.Text))
    op.bulk_insert(sa.table("notes", sa.column("body", sa.Text)), [{"body": "50% of; 'it'"}, {"body": "a\\tb\\n"}])
    op.execute("""CREATE TRIGGER keep BEFORE DELETE ON notes WHEN old.id = 1
                  BEGIN SELECT raise(ABORT, 'the first; stays'); END""")


def downgrade():
    op.execute("DROP TRIGGER keep")
    op.drop_table("notes")
'''),
    "b1": ("a1", '''
def upgrade():
    with op.batch_alter_table("notes") as batch:
        batch.add_column(sa.Column("rank", sa.Integer, server_default="7"))
    op.create_index("notes_by_rank", "notes", ["rank"])


def downgrade():
    op.drop_index("notes_by_rank")
    op.execute("ALTER TABLE notes DROP COLUMN rank")
'''),
    "c1": ("a1", '''
notes = sa.Table("notes", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("body", sa.Text))


def upgrade():
    op.create_table("tags", sa.Column("word", sa.String(9), nullable=False))
    with op.batch_alter_table("tags", copy_from=sa.Table("tags", sa.MetaData(), sa.Column("word", sa.String(9))),
                              recreate="always") as batch:
        batch.alter_column("word", new_column_name="term")


def downgrade():
    op.drop_table("tags")
'''),
    "d1": (("b1", "c1"), NOTHING),
}


def test_sqlite_scripts_do_the_same_too(tmp_path):
    project = AlembicProject(tmp_path, f"sqlite:///{tmp_path}/expected.db")
    for id_, (parents, body) in SQLITE.items():
        project.script(id_, body, parents=parents)
    project.imported()
    assert_same_at_every_step(project, SqliteSide(tmp_path / "expected.db", tmp_path / "actual.db"))


CANNOT_RUN_OFFLINE = {
    "reads rows": ("op.get_bind().execute(sa.text('SELECT 1')).fetchall()",
                   "AttributeError: the script reads what a statement returned (.fetchall)"),
    "asks whether there are rows": ("print(1 if op.get_bind().execute(sa.text('SELECT 1')) else 2)",
                                    "TypeError: the script reads what a statement returned"),
    "inspects the database": ("sa.inspect(op.get_bind())", "MockConnection"),
    "fails by itself": ("raise ValueError('a\\nb')", "ValueError: a b"),
    "ends the program": ("raise SystemExit('enough')", "SystemExit: enough"),
    "controls the transaction": ("op.execute('SAVEPOINT one')", "\"SAVEPOINT one\" controls a transaction"),
    "copies from its standard input": ("op.execute('COPY t FROM STDIN')", "Write the rows as INSERT statements"),
    "leaves a quote open": ("op.execute(\"SELECT 'never closed\")", "unterminated quoted string"),
    "holds a line that is a marker": ("op.execute('SELECT 1;\\n-- athanor:downgrade\\nSELECT 2')",
                                      "as a revision it would be refused"),
    "tells the URL in its error": ("raise ValueError('cannot use ' + op.get_context().config.get_main_option("
                                   "'sqlalchemy.url'))", "postgresql://shop:***@db.invalid/shop"),
}


@pytest.mark.parametrize("sentence", CANNOT_RUN_OFFLINE)
def test_a_script_that_cannot_become_sql_is_named_and_nothing_is_written(project, sentence):
    statement, reason = CANNOT_RUN_OFFLINE[sentence]
    project.script("a1", "def upgrade():\n    op.execute('SELECT 1')\n\n\ndef downgrade():\n    pass\n")
    project.script("b1", f"def upgrade():\n    {statement}\n\n\ndef downgrade():\n    pass\n", parents="a1")
    said = project.not_imported()
    assert "1 file(s) cannot be imported, and nothing was written" in said
    assert "alembic/versions/b1_script.py: " in said
    assert reason in said
    assert "s3cret-w0rd" not in said


def test_a_batch_operation_that_needs_the_table_of_a_database_is_named(tmp_path):
    project = AlembicProject(tmp_path, "sqlite:///unused.db")
    project.script("a1", '''
def upgrade():
    with op.batch_alter_table("notes") as batch:
        batch.alter_column("body", nullable=False)


def downgrade():
    pass
''')
    assert "This operation cannot proceed in --sql mode" in project.not_imported()


def test_all_scripts_that_cannot_run_are_named_at_once(project):
    for id_, parents in ("a1", None), ("b1", "a1"), ("c1", "b1"):
        body = NOTHING if id_ == "b1" else "def upgrade():\n    raise KeyError('gone')\n\n\ndef downgrade():\n    pass\n"
        project.script(id_, body, parents=parents)
    said = project.not_imported()
    assert "2 file(s) cannot be imported" in said
    assert "a1_script.py: line 19: KeyError: 'gone'" in said
    assert "c1_script.py" in said and "b1_script.py" not in said


IRREVERSIBLE = {
    "raises NotImplementedError": ("raise NotImplementedError('no way back')", "NotImplementedError: no way back"),
    "reads rows": ("op.get_bind().execute('SELECT 1').scalar()", "the script reads what a statement returned"),
}


@pytest.mark.parametrize("sentence", IRREVERSIBLE)
def test_a_downgrade_that_fails_makes_the_revision_irreversible(project, sentence):
    statement, reason = IRREVERSIBLE[sentence]
    project.script("a1", f"def upgrade():\n    op.execute('SELECT 1')\n\n\ndef downgrade():\n    {statement}\n")
    project.script("b1", NOTHING, parents="a1")
    said = project.imported()
    assert "irreversible" in said and reason in said
    assert project.sql("a1").downgrade is None
    assert project.sql("b1").downgrade == ""


OLD_COMMIT = '''
def upgrade():
    op.execute("COMMIT")
    op.execute("CREATE INDEX CONCURRENTLY i ON t (c)")


def downgrade():
    op.execute("BEGIN; SELECT 1; COMMIT;")
'''


def test_a_script_that_commits_by_hand_leaves_its_transaction(project):
    project.script("a1", OLD_COMMIT)
    project.imported()
    revision = project.sql("a1")
    assert not revision.transactional
    assert revision.upgrade == "CREATE INDEX CONCURRENTLY i ON t (c);"
    assert revision.downgrade == "SELECT 1;"


def test_what_env_py_runs_before_the_revisions_stands_before_each(project):
    project.edit_env("    with context.begin_transaction():\n        context.run_migrations()",
                     "    with context.begin_transaction():\n        context.execute('SET search_path TO shop')\n"
                     "        context.run_migrations()")
    project.script("a1", "def upgrade():\n    op.execute('SELECT 1')\n\n\ndef downgrade():\n    pass\n")
    project.imported()
    assert project.sql("a1").upgrade == "SET search_path TO shop;\n\nSELECT 1;"
    assert project.sql("a1").downgrade == ""


def test_percent_signs_stand_single_where_env_py_names_no_parameter_style(project):
    project.edit_env('        dialect_opts={"paramstyle": "named"},\n', "")
    project.edit_env("        literal_binds=True,\n", "")
    project.script("a1", '''
def upgrade():
    op.execute("SELECT '50%', '100%%', E'a\\\\:b'")
    table = sa.table("t", sa.column("a%b", sa.Text))
    op.execute(table.update().values({"a%b": "7%"}))


def downgrade():
    pass
''')
    project.imported()
    assert project.sql("a1").upgrade == "SELECT '50%', '100%%', E'a:b';\n\nUPDATE t SET \"a%b\"='7%';"


def test_the_section_and_the_arguments_for_env_py_are_the_projects(project):
    text = project.config.read_text()
    text += "\n[staging]\nscript_location = alembic\nsqlalchemy.url = sqlite:///unused.db\n"
    project.config.write_text(text)
    project.edit_env("target_metadata = None", "target_metadata = None\nschema = context.get_x_argument("
                                               "as_dictionary=True)['schema']\nconfig.attributes['schema'] = schema")
    project.script("a1", '''
def upgrade():
    config = op.get_context().config
    op.execute(f"SELECT '{config.config_ini_section} {config.attributes['schema']}'")


def downgrade():
    pass
''')
    project.imported("-n", "staging", "-x", "schema=a b")
    assert project.sql("a1").upgrade == "SELECT 'staging a b';"


ENVIRONMENT_FAILS = {
    "raises": ("raise RuntimeError('no vault at hand')", "RuntimeError: no vault at hand"),
    "runs nothing offline": ("raise SystemExit", "env.py cannot run offline: SystemExit"),
    "returns": ("return", "env.py runs no revision in offline mode"),
    "has a URL that none can read": ("context.configure(url='postgresql//shop:0ther-w0rd@db/x')",
                                     "Could not parse SQLAlchemy URL from string '***'"),
    "runs them for several databases": ("context.configure(url='postgresql://'); context.run_migrations(); "
                                        "context.run_migrations()", "several databases"),
    "makes SQL for MySQL": ("context.configure(dialect_name='mysql'); context.run_migrations(); return",
                            "the scripts make SQL for mysql"),
}


@pytest.mark.parametrize("sentence", ENVIRONMENT_FAILS)
def test_an_env_py_that_cannot_run_offline_is_told_once(project, sentence):
    statement, reason = ENVIRONMENT_FAILS[sentence]
    project.edit_env('    url = config.get_main_option("sqlalchemy.url")', f"    {statement}")
    project.script("a1")
    said = project.not_imported()
    assert reason in said
    assert "w0rd" not in said


def test_a_script_that_python_cannot_read_is_told(project):
    project.script("a1", "def upgrade(:\n")
    assert "SyntaxError" in project.not_imported()


def test_the_same_id_in_two_scripts_is_told(project):
    path = project.script("a1")
    path.with_name("a1_again.py").write_text(path.read_text())
    assert "present more than once" in project.not_imported()


def test_an_id_that_athanor_cannot_have_is_told(project):
    project.script("a,1")
    assert 'revision: "a,1" contains ,' in project.not_imported()


def test_a_project_without_scripts_has_nothing_to_import(project):
    assert "nothing of alembic to import" in project.not_imported()


def test_an_alembic_that_is_not_there_is_told_with_the_way_out(project):
    said = project.not_imported("--alembic", "no-such-alembic")
    assert "cannot run no-such-alembic: No such file or directory" in said
    assert "--alembic .venv/bin/alembic" in said


def test_an_alembic_that_fails_is_told_with_its_last_words(project, tmp_path):
    said = project.not_imported("--alembic", fake_program(tmp_path, "echo 'no module; postgresql://a:s3cret-w0rd@h/d' >&2; "
                                                               "exit 3"))
    assert "ended with exit code 3" in said and "no module; postgresql://a:***@h/d" in said


def fake_program(folder, script):
    path = folder / "fake-alembic"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_neither_the_password_nor_a_shell_meets_the_arguments(project, tmp_path):
    """A wrapper, as virtual environments and containers have them, is run with words of ours alone."""
    program = fake_program(tmp_path, 'printf "%s\\n" "$@" > arguments; exec alembic "$@"')
    project.script("a1")
    project.imported("--alembic", program, "-x", "$(touch owned)", env={"TMPDIR": str(tmp_path)})
    arguments = (tmp_path / "arguments").read_text()
    assert "s3cret-w0rd" not in arguments and "owned" not in arguments
    assert not (tmp_path / "owned").exists()
    assert not list(tmp_path.glob("athanor-import-*")), "the temporary folder is still there"


def test_importing_again_writes_what_is_new_and_leaves_the_rest(project):
    project.script("a1")
    project.imported()
    first = project.tree()
    project.script("b1", parents="a1")
    assert "1 revision(s) written, 1 were there already" in project.imported()
    assert first.items() <= project.tree().items()


def test_a_file_with_another_text_is_never_overwritten(project):
    project.script("a1")
    project.script("b1", parents="a1")
    project.imported()
    [path] = project.versions.glob("a1*.sql")
    path.write_text(path.read_text() + "SELECT 1;\n")
    [other] = project.versions.glob("b1*.sql")
    other.unlink()
    said = project.not_imported()
    assert f"{path.relative_to(project.folder)} is there already with another text" in said


def test_an_id_that_another_file_has_is_told(project):
    project.script("a1")
    (project.versions / "other.sql").write_text("-- revision: a1\n\n-- athanor:upgrade\n")
    said = project.not_imported()
    assert "a1" in said and "other.sql" in said


def test_revisions_go_where_they_are_told_to(project):
    project.script("a1")
    project.imported("--output", "new/folder")
    assert os.listdir(project.folder / "new" / "folder") == ["a1_the_a1.sql"]
    assert not list(project.versions.glob("*.sql"))


def test_loading_the_scripts_leaves_nothing_beside_them(project):
    project.script("a1")
    project.imported()
    assert sorted(os.listdir(project.versions)) == ["a1_script.py", "a1_the_a1.sql"]


def test_json_says_what_was_written(project):
    project.script("a1", "def upgrade():\n    pass\n\n\ndef downgrade():\n    raise NotImplementedError()\n")
    [told] = json.loads(project.imported("--json"))["revisions"]
    assert told["revision"] == "a1"
    assert told["path"] == "alembic/versions/a1_the_a1.sql"
    assert told["source"] == "alembic/versions/a1_script.py"
    assert told["irreversible"] is True and told["transaction"] is True
