"""docs/cli.md is what the option table says: nobody edits it, and nobody forgets it."""

import os
import pathlib
import re
import subprocess

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "cli.md"
ATHANOR = os.environ["ATHANOR_BINARY"]


def printed(*words):
    return subprocess.run([ATHANOR, *words], capture_output=True, check=True).stdout


def commands():
    """Those that the page has a section for."""
    return re.findall(rb"^### athanor (\S+)$", printed("reference"), re.MULTILINE)


def test_the_page_is_what_the_program_prints():
    assert PAGE.read_bytes() == printed("reference"), (
        f"a command changed: renew the page with\n    {ATHANOR} reference > {PAGE}")


def test_every_command_is_on_it_and_explains_itself():
    assert len(commands()) > 5, "the commands were not found"
    for command in commands():
        helped = printed(command.decode(), "--help")
        assert b"Usage: athanor " + command in helped
        assert b"Example" in helped or b"\n  athanor " in helped, (
            f"athanor {command.decode()} --help shows no example: give the command a footer()")


def test_no_heading_is_without_a_name():
    assert not re.search(rb"^#+ .* $", printed("reference"), re.MULTILINE)


def test_the_command_that_prints_it_is_listed_nowhere():
    assert b"reference" not in printed("--help")
    assert b"reference" not in commands()
