"""`athanor import` from real Alembic scripts: the SQL revisions do to a database what the scripts do."""

import itertools

import pytest

from alembic_project import NOTHING, OFFLINE_URL, AlembicProject, PostgresSide, SqliteSide, assert_same_at_every_step

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


def test_every_revision_does_what_its_script_does(tmp_path, dumped_postgres):
    number = next(numbers)
    expected = dumped_postgres.create_database(f"expected{number}")
    actual = dumped_postgres.create_database(f"actual{number}")
    project = AlembicProject(tmp_path, expected.url())
    shop(project)
    project.imported()
    assert_same_at_every_step(project, PostgresSide(dumped_postgres, expected, actual))


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


def test_variables_in_the_ini_file_are_taken_from_the_environment(project):
    project.set_url("postgresql://shop:${SHOP_PASSWORD}@db.invalid/${SHOP}")
    project.edit_env("target_metadata = None",
                     "target_metadata = None\nprint(config.get_main_option('sqlalchemy.url'), file=open('seen', 'w'))")
    project.script("a1")
    project.imported(env={"SHOP_PASSWORD": "50%25", "SHOP": "shop"})
    assert (project.folder / "seen").read_text() == "postgresql://shop:50%25@db.invalid/shop\n"


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
