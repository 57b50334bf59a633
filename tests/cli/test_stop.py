"""Ctrl-C: what writes several files leaves all of them, or nothing."""

import os
import signal
import subprocess

import pytest

from alembic_project import AlembicProject
from workspace import ATHANOR, Workspace

# Tells that it is being run, and then waits for what never comes.
BLOCKED = '''
def upgrade():
    with open("running", "w") as running:
        running.write("now")
        running.flush()
        open("never").read()


def downgrade():
    pass
'''


class Stoppable:
    """A run of `athanor` that is in the middle of something."""

    def __init__(self, workspace, *words):
        self._temporary = workspace.folder / "tmp"
        self._temporary.mkdir()
        self._err = ""
        self._run = subprocess.Popen([ATHANOR, *words], cwd=workspace.folder, text=True, stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE,
                                     env={**workspace.environment, "TMPDIR": str(self._temporary)})

    def signal(self, number):
        """@return once it has been taken"""
        self._run.send_signal(number)
        # What is being stopped may have its last word first.
        while "Stopping" not in (line := self._run.stderr.readline()):
            assert line, "it ended without a word of the signal"
            self._err += line

    def said(self):
        """What it said at the end, having failed and left nothing in the temporary folder."""
        # Not communicate(): it would miss what readline() has read ahead.
        err = self._err + self._run.stderr.read()
        out = self._run.stdout.read()
        assert (self._run.wait(timeout=60), out) == (1, ""), err
        assert os.listdir(self._temporary) == []
        return err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("program", ["alembic", "./wrapped"])
def test_an_import_from_alembic_ends_the_program_and_leaves_nothing(tmp_path, program, number):
    project = AlembicProject(tmp_path, "postgresql://db.invalid/shop")
    # As containers and task runners have it: the program that is run isn't the one that works.
    project.write("wrapped", "#!/bin/sh\nalembic \"$@\"\necho done\n").chmod(0o755)
    project.script("a1", "def upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n")
    project.script("a2", BLOCKED, parents="a1")
    for name in "running", "never":
        os.mkfifo(project.folder / name)
    files = {path for path in project.folder.rglob("*") if "__pycache__" not in path.parts}
    run = Stoppable(project, "import", "--alembic", program, "-x", "password=s3cret-w0rd")
    with open(project.folder / "running") as running:
        assert running.read(3) == "now"
        run.signal(number)
        assert f"stopped: {program} was ended, and nothing was written" in run.said()
        assert running.read() == "", "the script runs on"
    assert files | {tmp_path / "tmp"} == {path for path in project.folder.rglob("*") if "__pycache__" not in path.parts}


def test_an_import_that_writes_takes_away_what_it_wrote(workspace):
    workspace.made("init", "alembic")
    for number in range(1, 3001):
        workspace.write(f"goose/{number:05}_step.sql", "-- +goose Up\nSELECT 1;\n")
    before = workspace.tree()
    run = Stoppable(workspace, "import", "--from", "goose", "goose", "--dialect", "sqlite")
    while not list(workspace.folder.glob("alembic/versions/*.sql")):
        pass
    run.signal(signal.SIGINT)
    assert "nothing that was written is left" in run.said()
    assert workspace.tree() == {**before, "tmp": None}


STARTED = {
    "init": ["-n", "next", "init", "new/folder"],
    "import": ["import", "--from", "goose", "goose", "--dialect", "sqlite"],
    "bundle": ["bundle", "--output", "new/"],
}


@pytest.mark.parametrize("command", STARTED)
def test_what_has_not_begun_to_write_never_does(tmp_path, command):
    workspace = Workspace(tmp_path)
    workspace.made("init", "alembic")
    workspace.made("revision", "-m", "first")
    workspace.write("goose/1_step.sql", "-- +goose Up\nSELECT 1;\n")
    ini = (tmp_path / "alembic.ini").read_text()
    os.mkfifo(tmp_path / "slow.ini")
    before = workspace.tree()
    run = Stoppable(workspace, "-c", "slow.ini", *STARTED[command])
    with open(tmp_path / "slow.ini", "w") as slow:  # it is being read now
        run.signal(signal.SIGINT)
        slow.write(ini)
    assert "stopped; nothing" in run.said()
    assert workspace.tree() == {**before, "tmp": None}
