"""tests/run.sh in a checkout of its own whose tools only say what they were asked for."""

import fcntl
import os
import pathlib
import shutil
import subprocess

import pytest

TESTS = pathlib.Path(__file__).parents[1]

TOOLS = {
    "packages.sh": "",
    "control-plane.sh": "echo /control-plane",
    "clients.sh": "echo /clients",
    "postgres-versions.sh": 'echo "/postgresql/$1/bin"',
    "unprivileged.sh": "",
}
CTEST = """
while [ $# -gt 0 ]; do
  case $1 in
    --test-dir) dir=$2 ;;
    --output-junit) report=$2 ;;
    -L) labels="${labels:-} $2" ;;
  esac
  shift
done
echo "$(basename "$dir") ${ATHANOR_POSTGRES_BIN:-unset}${labels:-}" >>"$CALLS"
if ls -l /proc/self/fd | grep -q tests.lock; then echo "inherits the lock" >>"$CALLS"; fi
echo '<testsuite><testcase name="suite" status="run"/></testsuite>' >"$report"
"""


def script(path, body):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/usr/bin/env bash\nset -eu\n{body}\n")
    path.chmod(0o755)


@pytest.fixture
def checkout(tmp_path):
    for name, body in TOOLS.items():
        script(tmp_path / "tests" / "tools" / name, body)
    for name in ("run.sh", "tools/summary.py"):
        shutil.copy(TESTS / name, tmp_path / "tests" / name)
    script(tmp_path / "bin" / "cmake", "")
    script(tmp_path / "bin" / "ctest", CTEST)
    return tmp_path


def run(checkout, *arguments):
    """@return (exit code, last line of output, errors, [what each pass of ctest was given])"""
    calls = checkout / "calls"
    calls.write_text("")
    environment = os.environ | {"PATH": f"{checkout / 'bin'}:{os.environ['PATH']}", "CALLS": str(calls)}
    done = subprocess.run([checkout / "tests" / "run.sh", *arguments], capture_output=True, text=True, timeout=60,
                          env=environment)
    return done.returncode, done.stdout.splitlines()[-1], done.stderr, calls.read_text().splitlines()


FAST, SERVER = " ^(unit|contract)$", " ^postgres$"

# sentence: (arguments, passes)
RUNS = {
    "everything": ([], ["dev /postgresql/15/bin"]),
    "everything on another version": (["--postgres", "13"], ["dev /postgresql/13/bin"]),
    "everything on each version": (
        ["--postgres=all"],
        ["dev /postgresql/15/bin"] + [f"dev /postgresql/{version}/bin{SERVER}" for version in (13, 14, 16, 17)]),
    "the fast suites": (["--fast"], [f"dev /postgresql/15/bin{FAST}"]),
    "the fast suites on another version": (["--fast", "--postgres", "13"], [f"dev /postgresql/13/bin{FAST}"]),
    "the fast suites on each version": (
        ["--fast", "--postgres", "all"],
        [f"dev /postgresql/15/bin{FAST}"] +
        [f"dev /postgresql/{version}/bin{FAST}{SERVER}" for version in (13, 14, 16, 17)]),
    "the sanitizers on another version": (
        ["--sanitizers", "--postgres", "17"],
        [f"{preset} /postgresql/17/bin{FAST}" for preset in ("asan-ubsan", "tsan")]),
}


@pytest.mark.parametrize("arguments,passes", RUNS.values(), ids=RUNS.keys())
def test_runs(checkout, arguments, passes):
    code, summary, errors, calls = run(checkout, *arguments)
    assert calls == passes, errors
    assert (code, summary) == (0, f"{len(passes)} passed, 0 failed"), errors


@pytest.fixture
def repository(checkout):
    """A checkout of git's, with a file of somebody's in it that is not committed."""
    (checkout / ".gitignore").write_text("/build/\n/calls\n/bin/\n")
    for arguments in (["init"], ["add", "."], ["commit", "-m", "all"]):
        subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@y", *arguments], cwd=checkout, check=True,
                       capture_output=True)
    (checkout / "notes").write_text("mine")
    return checkout


# sentence: (what a suite does, what is named)
LEFT_FILES = {
    "nothing": ("", []),
    "a file of build/": ("touch build/scratch", []),
    "a file": ("touch world_X5hq", ["?? world_X5hq"]),
    "a file in a folder that was there": ("touch tests/world_X5hq", ["?? tests/world_X5hq"]),
    "a file that was somebody's is gone": ("rm notes", ["?? notes"]),
    "a file of the repository is changed": ("echo >>tests/run.sh", [" M tests/run.sh"]),
}


@pytest.mark.parametrize("suite,named", LEFT_FILES.values(), ids=LEFT_FILES.keys())
def test_what_is_left_in_the_checkout_is_named(repository, suite, named):
    script(repository / "bin" / "ctest", CTEST + f'\n(cd "$(dirname "$0")/.." && {suite or "true"})')
    code, summary, errors, _ = run(repository, "--fast")
    assert (code, summary) == ((1, "1 passed, 1 failed") if named else (0, "1 passed, 0 failed")), errors
    assert [line for line in errors.splitlines() if line[:2] in ("??", " M", " D")] == named


def test_one_run_at_a_time(checkout):
    assert run(checkout, "--fast")[0] == 0
    with (checkout / "build" / "tests.lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate(0)
        lock.write("4711\n")
        lock.flush()
        code, summary, errors, calls = run(checkout, "--fast")
    assert (code, summary, calls) == (1, "0 passed, 1 failed", [])
    assert "another run (process 4711) works in this checkout" in errors
    assert run(checkout, "--fast")[0] == 0, "it ends with the other run"
