"""Every C++ file is as clang-format would have it: a review is about what changed, never about spaces."""

import pathlib
import subprocess

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def sources():
    return sorted(path for folder in ("operator", "tests") for ending in ("cpp", "hpp")
                  for path in (REPOSITORY / folder).rglob(f"*.{ending}"))


def complaints(paths):
    """The places that clang-format would change, one a line."""
    result = subprocess.run(["clang-format", "--dry-run", *map(str, paths)], capture_output=True, text=True,
                            check=True, cwd=REPOSITORY)
    return [line for line in result.stderr.splitlines() if "warning:" in line]


def test_the_tree_is_formatted():
    assert len(sources()) > 300, "the sources were not found"
    assert complaints(sources()) == [], "run: clang-format -i FILE"


def test_a_file_that_is_not_is_named(tmp_path):
    (tmp_path / ".clang-format").write_text((REPOSITORY / ".clang-format").read_text())
    crooked = tmp_path / "crooked.cpp"
    crooked.write_text("int   main( ){return 0 ;}\n")
    assert any("crooked.cpp:1" in line for line in complaints([crooked]))
