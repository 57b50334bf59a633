"""A folder in which `athanor` and `alembic` work on the same project."""

import json
import os
import pathlib
import subprocess

ATHANOR = os.environ["ATHANOR_BINARY"]
ALEMBIC = "/usr/bin/alembic"
# What of the environment a run has; all else that the machine sets stays out of the tests.
KEPT = {key: os.environ[key] for key in ("PATH", "TMPDIR", "LD_LIBRARY_PATH") if key in os.environ}


class Workspace:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.environment = {**KEPT, "HOME": str(folder), "LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def _run(self, words, **options):
        return subprocess.run(words, cwd=self.folder, env={**self.environment, **options.pop("env", {})},
                              text=True, errors="surrogateescape", capture_output=True, timeout=60, check=False,
                              **options)

    def athanor(self, *words, **options):
        return self._run([ATHANOR, *words], **options)

    def alembic(self, *words, **options):
        return self._run([ALEMBIC, *words], **options)

    def made(self, *words, **options):
        """What a run printed that must go well."""
        run = self.athanor(*words, **options)
        assert run.returncode == 0, run.stderr
        return run.stdout

    def json(self, *words, **options):
        return json.loads(self.made(*words, "--json", **options))

    def tree(self):
        """Every file with its bytes, and every folder with None."""
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() if path.is_file() else None
                for path in sorted(self.folder.rglob("*")) if "__pycache__" not in path.parts}

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def refused(self, *words, code=1, **options):
        """A run that must fail and leave everything as it was. @return what it said"""
        before = self.tree()
        run = self.athanor(*words, **options)
        assert run.returncode == code, (run.stdout, run.stderr)
        assert self.tree() == before
        assert run.stdout == ""
        return run.stderr
