"""What a newcomer pastes from the README, word by word."""

import os
import pathlib
import re
import subprocess

from workspace import ATHANOR

README = (pathlib.Path(__file__).resolve().parents[2] / "README.md").read_text()


def block_of(heading):
    """The first indented block below a heading."""
    section = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.search(r"(?m)(?:^    .*\n)+", section)[0]


def test_the_commands_for_a_repository_run_as_they_are_printed(workspace):
    programs = workspace.folder / "bin"
    programs.mkdir()
    (programs / "athanor").symlink_to(ATHANOR)
    script = block_of("Use it in your repository")
    assert "athanor upgrade heads" in script
    run = subprocess.run(["bash", "-e", "-o", "pipefail", "-c", script], cwd=workspace.folder, text=True,
                         env={**workspace.environment, "PATH": f"{programs}:{os.environ['PATH']}"},
                         capture_output=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    assert "CREATE TABLE users" in run.stdout
    assert re.search(r"(?m)^o \w{12} \(head\) \(current\), add users$", run.stdout), run.stdout
