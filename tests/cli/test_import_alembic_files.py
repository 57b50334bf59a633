"""What `athanor import` from Alembic runs, and which files it writes."""

import json
import os

import pytest

from alembic_project import OFFLINE_URL, AlembicProject, fake_program


@pytest.fixture
def project(tmp_path):
    """Its database can't be reached: importing never needs it."""
    return AlembicProject(tmp_path, OFFLINE_URL)


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
