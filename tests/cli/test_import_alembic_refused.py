"""Alembic scripts that cannot be imported: each is named with the reason, and nothing is written."""

import pytest

from alembic_project import NOTHING, OFFLINE_URL, AlembicProject, fake_program


@pytest.fixture
def project(tmp_path):
    """Its database can't be reached: importing never needs it."""
    return AlembicProject(tmp_path, OFFLINE_URL)


CANNOT_RUN_OFFLINE = {
    "reads rows": ("op.get_bind().execute(sa.text('SELECT 1')).fetchall()",
                   "AttributeError: the script reads what a statement returned (.fetchall)"),
    "asks whether there are rows": ("print(1 if op.get_bind().execute(sa.text('SELECT 1')) else 2)",
                                    "TypeError: the script reads what a statement returned"),
    "inspects the database": ("sa.inspect(op.get_bind())", "MockConnection"),
    "fails by itself": ("raise ValueError('a\\nb')", "ValueError: a b"),
    "has a value that no literal stands for": (
        "op.bulk_insert(sa.table('t', sa.column('d', sa.Date)), [{'d': __import__('datetime').date(2024, 5, 6)}])",
        "Write the value as the SQL that it is"),
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


ENVIRONMENT_FAILS = {
    "raises": ("raise RuntimeError('no vault at hand')", "RuntimeError: no vault at hand"),
    "runs nothing offline": ("raise SystemExit", "env.py cannot run offline: SystemExit"),
    "returns": ("return", "env.py runs no revision in offline mode"),
    "has a URL that none can read": ("context.configure(url='postgresql//shop:0ther-w0rd@db/x')",
                                     "Could not parse SQLAlchemy URL from string '***'"),
    "takes what stands there for a database": (
        "context.configure(url='driver://shop@db/x')", "set sqlalchemy.url of [alembic] in "),
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
