"""Nothing is committed beside the known folders and files of the top level: what a run left there is no part of it."""

import pathlib
import subprocess

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]

KNOWN = {".ci", ".clang-format", ".clang-tidy", ".dockerignore", ".gitignore", "CMakeLists.txt", "CMakePresets.json",
         "Dockerfile", "LICENSE", "README.md", "charts", "cmake", "crds", "deploy", "docs", "operator", "tests"}


def strangers(paths):
    """Those top-level entries that nobody knows."""
    return sorted({path.split("/")[0] for path in paths} - KNOWN)


def committed():
    """Every path; of an unpacked archive, which git knows nothing of, what stands at its top."""
    if not (REPOSITORY / ".git").exists():
        return [path.name for path in REPOSITORY.iterdir() if path.name != "build"]
    listed = subprocess.run(["git", "-c", f"safe.directory={REPOSITORY}", "ls-files", "-z"], capture_output=True,
                            text=True, check=True, cwd=REPOSITORY).stdout.split("\0")[:-1]
    assert len(listed) > 300, "the files were not found"
    return listed


def test_only_what_is_known_is_committed():
    found = strangers(committed())
    assert not found, (f"{', '.join(found)}: if a run left it there, git rm --cached it and have it made below $TMPDIR; "
                       f"if it belongs to the project, add it to KNOWN in {pathlib.Path(__file__).name}")


def test_a_stranger_is_named():
    assert strangers(["README.md", "tests/run.sh", "controller_world_X5hq/a.db", "notes.txt", "pg-a1/data/x"]) == \
        ["controller_world_X5hq", "notes.txt", "pg-a1"]
