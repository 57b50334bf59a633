"""A project of Alembic's, `athanor import` run in it, and both histories applied to databases, one revision at a time."""

import re
import sqlite3
import stat
import subprocess
import textwrap

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationStep
from alembic.script import ScriptDirectory

from workspace import Workspace

SCRIPT = '''"""{message}

Revision ID: {id}
Revises: {parents}
Create Date: 2024-05-06 07:08:09.123456

"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = {id!r}
down_revision = {parents!r}
branch_labels = {labels!r}
depends_on = {depends_on!r}


{body}
'''

OFFLINE_URL = "postgresql://shop:s3cret-w0rd@db.invalid/shop"

NOTHING = """
def upgrade():
    pass


def downgrade():
    pass
"""


class AlembicProject(Workspace):
    """Made by the real `alembic init`."""

    def __init__(self, folder, url):
        super().__init__(folder)
        made = self.alembic("init", "alembic")
        assert made.returncode == 0, made.stderr
        self.versions = self.folder / "alembic" / "versions"
        self.config = self.folder / "alembic.ini"
        self.set_url(url)

    def set_url(self, url):
        text = re.sub(r"(?m)^sqlalchemy\.url = .*$", lambda _: f"sqlalchemy.url = {url.replace('%', '%%')}",
                      self.config.read_text())
        self.config.write_text(text)

    def script(self, id_, body=NOTHING, parents=None, message="", labels=None, depends_on=None):
        """Adds a script. @param body its two functions"""
        path = self.versions / f"{id_}_script.py"
        path.write_text(SCRIPT.format(id=id_, body=textwrap.dedent(body).strip(), parents=parents, labels=labels,
                                      depends_on=depends_on, message=message or f"the {id_}"), encoding="utf-8")
        return path

    def edit_env(self, old, new):
        path = self.folder / "alembic" / "env.py"
        text = path.read_text()
        assert old in text, text
        path.write_text(text.replace(old, new))

    def imported(self, *words, **options):
        """What `athanor import` printed, which must go well."""
        return self.made("import", *words, **options)

    def not_imported(self, *words, **options):
        """What `athanor import` said, which must fail and leave everything as it was."""
        return self.refused("import", *words, **options)

    def sql(self, id_):
        """The SQL revision of an id."""
        [path] = self.versions.glob(f"{id_}*.sql")
        return SqlRevision(path.read_text(encoding="utf-8"))

    def order(self):
        """Ids, parents first, as Alembic has them."""
        return [one.revision for one in self._scripts().walk_revisions("base", "heads")][::-1]

    def run_alembic(self, direction, id_):
        """Real Alembic, connected, for this one revision."""
        script = self._scripts()
        step = getattr(MigrationStep, f"{direction}_from_script")(script.revision_map, script.get_revision(id_))
        with EnvironmentContext(self._settings(), script, fn=lambda heads, context: [step], destination_rev="heads"):
            script.run_env()

    def _settings(self):
        """As they are for who works in the project's folder."""
        config = Config(str(self.config))
        config.set_main_option("script_location", str(self.folder / "alembic"))
        return config

    def _scripts(self):
        return ScriptDirectory.from_config(self._settings())


def fake_program(folder, script):
    """A program in place of alembic, of a shell script."""
    path = folder / "fake-alembic"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


class SqlRevision:
    """A revision file, cut along its markers."""

    def __init__(self, text):
        self.text = text
        head, _, rest = text.partition("-- athanor:upgrade\n")
        self.head = dict(line[3:].split(": ", 1) for line in head.splitlines() if line.startswith("-- "))
        upgrade, marker, downgrade = rest.partition("-- athanor:downgrade\n")
        self.upgrade = upgrade.strip()
        self.downgrade = downgrade.strip() if marker else None

    @property
    def transactional(self):
        return self.head.get("transaction", "on") == "on"


class PostgresSide:
    """Applies SQL revisions with psql to one database, and compares it with the one that Alembic keeps."""

    def __init__(self, server, expected, actual):
        self._server, self._expected, self._actual = server, expected, actual

    def apply(self, sql, transactional):
        once = ["--single-transaction"] if transactional else []
        result = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *once,
                                 self._actual.url()], input=sql, text=True, capture_output=True, timeout=60)
        assert result.returncode == 0, f"{result.stderr}\n{sql}"

    def snapshots(self):
        return self._dump(self._expected), self._dump(self._actual)

    def _dump(self, database):
        """The whole schema, and the rows; without owners, which are the databases' own."""
        result = subprocess.run([self._server.bin / "pg_dump", "--inserts", "--no-owner", "--no-acl",
                                 "--exclude-table=alembic_version", database.url()],
                                text=True, capture_output=True, check=True, timeout=60)
        # Newer releases guard each dump with a random word.
        return [line for line in result.stdout.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]


class SqliteSide:
    def __init__(self, expected, actual):
        self._expected, self._actual = expected, actual

    def apply(self, sql, transactional):
        connection = sqlite3.connect(self._actual)
        connection.executescript(f"BEGIN;\n{sql}\nCOMMIT;" if transactional else sql)
        connection.close()

    def snapshots(self):
        return self._dump(self._expected), self._dump(self._actual)

    @staticmethod
    def _dump(path):
        connection = sqlite3.connect(path)
        try:
            return [line for line in connection.iterdump() if "alembic_version" not in line]
        finally:
            connection.close()


def assert_same_at_every_step(project, side):
    """Up through all revisions and down again: after each the two databases are equal."""
    order = project.order()
    for direction, ids in ("upgrade", order), ("downgrade", order[::-1]):
        for id_ in ids:
            project.run_alembic(direction, id_)
            revision = project.sql(id_)
            side.apply(getattr(revision, direction), revision.transactional)
            expected, actual = side.snapshots()
            assert actual == expected, f"{direction} of {id_} makes something else:\n{revision.text}"
