"""Completion where it is used: a real bash is asked what it would offer; zsh, where there is one, reads its script."""

import os
import shutil
import subprocess

import pytest

ATHANOR = os.environ["ATHANOR_BINARY"]

INI = """\
[DEFAULT]
script_location = %(here)s

[alembic]
sqlalchemy.url = sqlite:///a.db

[staging]
sqlalchemy.url = sqlite:///b.db

[loggers]
keys = root

[logger_root]
level = WARN
"""

# Asks as readline does: words, which of them is being typed, and the function that the script registered.
ASK = """\
source <("$ATHANOR_BINARY" completion bash)
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
COMP_LINE="$*"
COMP_POINT=${#COMP_LINE}
$(complete -p athanor | sed -n 's/.* -F \\([^ ]*\\) .*/\\1/p') athanor "${COMP_WORDS[COMP_CWORD]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def project(tmp_path):
    """A project of one revision, and `athanor` in the PATH."""
    (tmp_path / "alembic.ini").write_text(INI)
    (tmp_path / "other.ini").write_text("[alembic]\nscript_location = %(here)s\n[prod]\n")
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "3f2a9c1b7d10_users.sql").write_text(
        "-- revision: 3f2a9c1b7d10\n-- athanor:upgrade\nCREATE TABLE users (id int);\n")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "athanor").symlink_to(ATHANOR)
    return tmp_path


def offered(project, *words):
    path = f"{project / 'bin'}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "ATHANOR_BINARY": ATHANOR}
    environment.pop("ALEMBIC_CONFIG", None)
    result = subprocess.run(["bash", "--norc", "-c", ASK, "bash", "athanor", *words], capture_output=True, text=True,
                            check=True, cwd=project, env=environment, timeout=60)
    assert result.stderr == ""
    return result.stdout.split()


CASES = {
    "commands that begin so": (["he"], {"heads"}),
    "a command after options of the program": (["-n", "staging", "he"], {"heads"}),
    "an option by its beginning": (["heads", "--res"], {"--resolve-dependencies"}),
    "the program's own options": (["--vers"], {"--version"}),
    "options that exclude each other": (["repair", "--acc"], {"--accept"}),
    "files for -c": (["-c", "oth"], {"other.ini"}),
    "files behind an equals sign": (["heads", "--config", "=", "ale"], {"alembic.ini"}),
    "nothing typed behind an equals sign yet": (["lint", "--dialect", "="], {"postgresql", "sqlite"}),
    "sections of the ini file for -n, without those of logging": (["-n", ""], {"alembic", "staging"}),
    "sections of the file that -c named": (["-c", "other.ini", "heads", "-n", ""], {"alembic", "prod"}),
    "a choice of words": (["lint", "--format", "j"], {"json"}),
    "the words of a place": (["completion", ""], {"bash", "zsh", "kubectl"}),
    "revisions by their beginning": (["show", "3f"], {"3f2a9c1b7d10"}),
    "revisions of the section that -n named": (["-n", "staging", "show", "3"], {"3f2a9c1b7d10"}),
    "a folder": (["operator", "--manifests", "ver"], {"versions"}),
    "nothing where only the person knows": (["--url", ""], set()),
    "no hidden command": (["ref"], set()),
}


@pytest.mark.parametrize("words,expected", CASES.values(), ids=CASES.keys())
def test_bash_offers(project, words, expected):
    assert set(offered(project, *words)) == expected


def test_words_for_a_revision_come_before_its_project_is_readable(project):
    (project / "alembic.ini").unlink()
    assert set(offered(project, "show", "he")) == {"head", "heads"}


def test_each_shell_takes_its_script():
    """zsh is no package that the suites ask for: where it isn't, its script is compared for its parts alone."""
    for shell in ("bash", "zsh"):
        script = subprocess.run([ATHANOR, "completion", shell], capture_output=True, text=True, check=True).stdout
        assert "--resolve-dependencies" in script and "PROGRAM" not in script and "LISTER" not in script
        if shutil.which(shell):
            subprocess.run([shell, "-n", "/dev/stdin"], input=script, text=True, check=True)


KUBECTL_CASES = {
    "commands of the plugin": (["re"], ["resume", "retry", ":4"]),
    "options": (["status", "--c"], ["--check", "--context", ":4"]),
    "a choice of words": (["plan", "-o", ""], ["json", ":4"]),
    "files": (["plan", "--kubeconfig", "x"], [":0"]),
    "nothing behind the environment": (["plan", "staging", "x"], [":4"]),
    "nothing where no cluster answers": (["plan", ""], [":4"]),
    "no word at all": ([], ["history", "plan", "resume", "retry", "status", "suspend", ":4"]),
}


@pytest.mark.parametrize("words,expected", KUBECTL_CASES.values(), ids=KUBECTL_CASES.keys())
def test_the_script_for_kubectl_answers_as_cobra_does(tmp_path, words, expected):
    script = tmp_path / "kubectl_complete-athanor"
    script.write_text(subprocess.run([ATHANOR, "completion", "kubectl"], capture_output=True, text=True,
                                     check=True).stdout)
    script.chmod(0o755)
    environment = {**os.environ, "KUBECONFIG": str(tmp_path / "none")}
    result = subprocess.run([script, *words], capture_output=True, text=True, check=True, env=environment, timeout=60)
    lines = result.stdout.splitlines()
    assert result.stderr == "" and [*sorted(lines[:-1]), lines[-1]] == expected


def test_a_shell_that_is_not_known_is_refused():
    answer = subprocess.run([ATHANOR, "completion", "fish"], capture_output=True, text=True)
    assert answer.returncode == 2 and "fish" in answer.stderr
